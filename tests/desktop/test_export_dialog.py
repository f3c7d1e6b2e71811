"""The export dialog: what its fields ask for, where its faults are said, how an export goes."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from window_parts import ScriptedRunner, peeled, settle

from ncviz.desktop.exporting.exporting import Exporting
from ncviz.desktop.widgets.form_parts import choose
from ncviz.export.export_messages import ExportProgress
from ncviz.export.figures import make_figure
from ncviz.export.provenance import said_by
from ncviz.jobs.messages import Answered, Cancelled, Failed, Finished, Unanswered
from ncviz.scenes.camera import Camera


class ScriptedExporter(ScriptedRunner):
    """Draws nothing: tests put its messages, and read what it was asked."""

    def __init__(self):
        super().__init__()
        self.previews, self.exports = [], []

    def ask(self, plan, share=0.5, longest_side=480):
        self.previews.append((plan, share, longest_side))

    def start(self, plan):
        self.exports.append(plan)


@pytest.fixture
def exporters(monkeypatch):
    made = []

    def choose_exporter(_exporting):
        made.append(ScriptedExporter())
        return made[-1]

    monkeypatch.setattr(Exporting, "_choose", choose_exporter)
    return made


@pytest.fixture
def dialog(window, qtbot, exporters, tmp_path):
    window.exporting.open("figure")
    dialog = window.exporting.dialog
    dialog.destination.folder = tmp_path
    dialog.destination._names.clear()
    for page in dialog.pages.values():
        page.clear_faults()
    choose(dialog.figure.preset, "seen")
    for line in (
        dialog.figure["moments"],
        dialog.figure["title"],
        dialog.film["first"],
        dialog.film["last"],
    ):
        line.clear()
    while dialog.film.keyframes.views:
        dialog.film.keyframes.list.setCurrentRow(0)
        dialog.film.keyframes.remove.click()
    dialog.film["over"].button("epochs").click()
    dialog.show_kind("figure")
    yield dialog
    dialog.close_all()
    settle(qtbot, window)


def drawn_plan(qtbot, exporters):
    """Return the plan of the next preview."""
    count = len(exporters[-1].previews)
    qtbot.waitUntil(lambda: len(exporters[-1].previews) > count)
    return exporters[-1].previews[-1][0]


def test_what_you_see_is_the_run_with_the_camera_as_it_stands(window, dialog, exporters, qtbot):
    window.canvas.set_camera(Camera(azimuth=77.0, elevation=5.0))
    window.playback.jump(True)
    plan, last = drawn_plan(qtbot, exporters), window.explorer.run.epochs[-1]
    while plan.view.epoch != last:  # asked for before the window went there
        plan = drawn_plan(qtbot, exporters)
    assert plan.preset == "scene"
    assert plan.run == window.explorer.run.path
    assert plan.view.camera == Camera(azimuth=77.0, elevation=5.0)


def test_the_preview_follows_the_window(window, dialog, exporters, qtbot):
    drawn_plan(qtbot, exporters)
    window.picture.standard_view("top")
    plan = drawn_plan(qtbot, exporters)
    assert plan.view.camera == window.canvas.camera


def test_a_preview_is_shown(dialog, exporters, qtbot):
    drawn_plan(qtbot, exporters)
    exporter = exporters[-1]
    exporter.messages = [Answered(np.full((3, 4, 3), 200, np.uint8))]
    qtbot.waitUntil(lambda: dialog.preview.image is not None)
    image = dialog.preview.image
    assert (image.width(), image.height()) == (4, 3)
    assert image.pixelColor(1, 1).getRgb()[:3] == (200, 200, 200)


def test_the_fields_of_a_figure_become_its_plan(dialog, tmp_path):
    figure = dialog.figure
    choose(figure.preset, "collapse")
    figure["moments"].setText("0, 5 20")
    figure["theme"].button("slide").click()
    figure["file_format"].button("svg").click()
    figure.millimetres.setValue(120)
    figure["title"].setText("Collapse")
    figure["legend"].setChecked(False)
    figure["transparent"].setChecked(True)
    plan = figure.plan(tmp_path / "a.svg")
    assert (plan.preset, plan.epochs, plan.theme) == ("collapse", (0, 5, 20), "slide")
    assert (plan.width, plan.title, plan.legend, plan.transparent) == (120, "Collapse", False, True)
    assert dialog.destination.text.endswith("collapse.svg")
    for box in (figure["legend"], figure["transparent"]):
        box.toggle()
    figure["theme"].button("paper").click()
    figure.millimetres.setValue(0)


@pytest.mark.parametrize("theme", ["paper", "slide"])
def test_a_width_in_pixels_is_exact(dialog, tmp_path, theme):
    figure = dialog.figure
    figure["file_format"].button("png").click()
    figure["theme"].button(theme).click()
    choose(figure.unit, "px")
    figure.pixels.setValue(1234)
    plan = figure.plan(tmp_path / "a.png")
    assert round(plan.width / 25.4 * plan.resolution) == 1234
    assert 80 < plan.width < 165, "type keeps its usual share of the figure"
    choose(figure.unit, "mm")
    figure["file_format"].button("pdf").click()
    figure["theme"].button("paper").click()


def test_what_is_no_epoch_is_said_at_its_field(dialog, exporters, qtbot):
    choose(dialog.figure.preset, "collapse")
    dialog.figure["moments"].setText("0, 4x")
    fault = dialog.figure.fields["moments"].fault
    qtbot.waitUntil(lambda: fault.sentence != "")
    assert "'4x' is none of the epochs" in fault.sentence
    assert fault.isVisible()
    dialog.start()
    assert exporters[-1].exports == []
    dialog.figure["moments"].setText("0, 5")
    assert fault.isHidden()


def test_what_the_drawing_refuses_is_said_at_its_field(dialog, exporters, qtbot):
    choose(dialog.figure.preset, "collapse")
    dialog.figure["moments"].setText("0, 20")
    drawn_plan(qtbot, exporters)
    sentence = "Epoch 3 was not recorded in RUN: the nearest one is 2."
    exporters[-1].messages = [Unanswered(sentence)]
    fault = dialog.figure.fields["moments"].fault
    qtbot.waitUntil(lambda: fault.sentence == sentence)


def test_the_file_is_named_after_what_is_seen_until_the_user_names_it(dialog, tmp_path):
    assert dialog.destination.text == str(tmp_path / "epoch-0.pdf")
    dialog.figure["file_format"].button("png").click()
    assert dialog.destination.text.endswith(".png")
    dialog.destination.line.setText("")
    dialog.destination.line.insert("x")
    dialog.destination.line.setText(str(tmp_path / "mine.png"))
    dialog.figure["file_format"].button("svg").click()
    assert dialog.destination.text == str(tmp_path / "mine.svg")
    dialog.figure["file_format"].button("pdf").click()


def test_a_file_that_exists_is_not_replaced_without_a_word(dialog, tmp_path):
    assert dialog.destination.replaces.isHidden()
    (tmp_path / "old.pdf").write_bytes(b"%PDF")
    dialog.destination.path_field.set_text(str(tmp_path / "old.pdf"))
    assert "replaced" in dialog.destination.replaces.text()
    assert not dialog.destination.replaces.isHidden()


def test_a_missing_folder_is_said_at_the_destination(dialog, exporters, tmp_path):
    dialog.destination.line.setText(str(tmp_path / "nowhere" / "a.pdf"))
    dialog.start()
    assert "does not exist" in dialog.destination.fault.sentence
    assert not exporters or exporters[-1].exports == []


def test_a_film_tells_how_far_it_is_and_ends(window, dialog, exporters, qtbot, tmp_path):
    dialog.show_kind("film")
    dialog.start()
    exporter = exporters[-1]
    assert exporter.exports[0].out == tmp_path / "film.mp4"
    assert not dialog.save.isEnabled()
    assert dialog.cancel.isVisible()
    small = np.full((9, 16, 3), 90, np.uint8)
    exporter.messages = [ExportProgress(30, 240, 42.0, small)]
    qtbot.waitUntil(lambda: "30 of 240" in dialog.status.text())
    assert "42 s left" in dialog.status.text()
    assert window.header.busy.text() == "film · 12 % · 42 s left"
    assert dialog.preview.image.width() == 16
    exporter.messages = [Finished((tmp_path / "film.mp4",))]
    qtbot.waitUntil(lambda: dialog.save.isEnabled())
    assert dialog.status.text() == f"Saved {tmp_path / 'film.mp4'}."
    assert window.header.busy.text() == ""
    assert dialog.cancel.isHidden()


def test_a_hidden_dialog_goes_on_and_tells_the_window(window, dialog, exporters, qtbot, tmp_path):
    dialog.show_kind("film")
    dialog.start()
    assert dialog.close_button.text() == "Hide"
    dialog.close_button.click()
    assert dialog.isHidden()
    assert "close" not in exporters[-1].asked
    window.playback.jump(True)  # the window stays usable
    assert window.explorer.player.position > 0
    exporters[-1].messages = [Finished((tmp_path / "film.mp4",))]
    qtbot.waitUntil(lambda: "Saved" in window.note.text.text())


def test_cancel_reaches_the_exporter(dialog, exporters, qtbot):
    dialog.show_kind("film")
    dialog.start()
    qtbot.keyClick(dialog.cancel, Qt.Key.Key_Space)
    assert exporters[-1].asked[-1] == "cancel"
    exporters[-1].messages = [Cancelled()]
    qtbot.waitUntil(lambda: dialog.save.isEnabled())
    assert dialog.status.text() == "Cancelled; nothing was kept."


def test_a_failure_is_one_sentence_at_the_field(dialog, exporters, qtbot):
    dialog.show_kind("film")
    dialog.start()
    exporters[-1].messages = [Failed("The disk is full.")]
    fault = dialog.destination.fault
    qtbot.waitUntil(lambda: fault.sentence == "The disk is full.")
    dialog.start()
    sentence = "This installation has no H.264 encoder: choose a GIF."
    exporters[-1].messages = [Failed(sentence)]
    qtbot.waitUntil(lambda: dialog.film.fields["file_format"].fault.sentence == sentence)


def test_views_are_added_moved_and_removed(window, dialog, qtbot, tmp_path):
    dialog.show_kind("film")
    dialog.film["over"].button("camera").click()
    first = Camera(azimuth=10.0)
    second = Camera(azimuth=200.0)
    for camera in (first, second):
        window.canvas.set_camera(camera)
        dialog.film.keyframes.add.click()
    plan = dialog.film.plan(tmp_path / "f.mp4")
    assert [view.camera for view in plan.keyframes] == [first, second]
    dialog.film.keyframes.earlier.click()
    plan = dialog.film.plan(tmp_path / "f.mp4")
    assert [view.camera for view in plan.keyframes] == [second, first]
    dialog.activateWindow()
    dialog.film.keyframes.list.setFocus()
    qtbot.waitUntil(dialog.film.keyframes.list.hasFocus)
    qtbot.keyClick(dialog.film.keyframes.list, Qt.Key.Key_Delete)
    assert [view.camera for view in dialog.film.keyframes.views] == [first]


def test_the_fields_of_a_film_become_its_plan(window, dialog, tmp_path):
    film = dialog.film
    dialog.show_kind("film")
    choose(film.sizes, "1080x1080")
    film["rate"].setValue(25)
    film["seconds"].setValue(4)
    film["first"].setText("20")
    film["last"].setText("0")
    film["turn"].setValue(90)
    film["plot"].setChecked(True)
    film["theme"].button("dark").click()
    plan = film.plan(tmp_path / "f.mp4")
    assert (plan.width, plan.height, plan.frames) == (1080, 1080, 100)
    assert (plan.first_epoch, plan.last_epoch, plan.turn) == (20, 0, 90)
    assert plan.plot
    assert plan.view.theme == "dark"
    film["last"].setText("3")
    dialog.draw_preview()
    assert "nearest one is 2" in film.fields["last"].fault.sentence
    film["over"].button("model").click()
    film.highest.setValue(50)
    plan = film.plan(tmp_path / "f.mp4")
    assert plan.run is None
    wanted = replace(peeled(window).parameters, ratio=1.0)  # all of them pass
    assert (plan.model.parameters, plan.model.last) == (wanted, 50)
    choose(film.sizes, "1280x720")
    film["rate"].setValue(30)
    film["seconds"].setValue(8)
    film["turn"].setValue(0)
    film["plot"].setChecked(False)


def test_the_moment_of_the_film_preview_is_chosen(dialog, exporters, qtbot):
    dialog.show_kind("film")
    dialog.moment.setValue(250)
    drawn_plan(qtbot, exporters)
    assert exporters[-1].previews[-1][1] == 0.25
    dialog.moment.setValue(500)


def test_a_table_shows_its_beginning_and_names_its_epochs(window, dialog, tmp_path):
    table = dialog.table
    dialog.show_kind("table")
    dialog.draw_preview()
    assert dialog.preview.lines[0].startswith("epoch,layer,split,separation_fuzziness")
    assert table.plan(tmp_path / "m.csv").epochs == ()
    table.which.button("some").click()
    table["moments"].setText("5, 20")
    assert table.plan(tmp_path / "m.csv").epochs == (5, 20)
    table["moments"].setText("7")
    dialog.draw_preview()
    assert "nearest one is 5" in table.fields["moments"].fault.sentence
    table.which.button("now").click()
    assert table.plan(tmp_path / "m.csv").epochs == (0,)
    table["file_format"].button("npz").click()
    dialog.draw_preview()
    assert any(line.startswith("means/0/0") for line in dialog.preview.lines)
    table["file_format"].button("csv").click()
    table.which.button("all").click()


def test_in_the_theory_room_the_model_is_what_one_sees(window, dialog, exporters, qtbot, tmp_path):
    window.enter("Theory")
    dialog.refresh()
    plan = dialog.figure.plan(tmp_path / "m.pdf")
    assert (plan.run, plan.preset) == (None, "scene")
    assert (plan.model.name, plan.model.parameters) == ("layer-peeled", peeled(window).parameters)
    choose(dialog.figure.preset, "model:cosine")
    plan = dialog.figure.plan(tmp_path / "m.pdf")
    assert (plan.preset, plan.model.parameters) == ("cosine", peeled(window).parameters)


def test_another_power_says_in_the_file_how_sure_it_is(window, dialog, qtbot, tmp_path):
    window.enter("Theory")
    peeled(window).set(classes=3, majority=1)
    peeled(window).set(q=3.0)
    try:
        qtbot.waitUntil(lambda: not peeled(window).solving)
        dialog.refresh()
        plan = dialog.figure.plan(tmp_path / "m.svg")
        make_figure(plan)
        said = said_by(plan.out)["model"]
        assert (said["q"], said["converged"], said["descents"]) == (3.0, True, 96)
        assert said["objective"] == peeled(window).optimum.objective
        dialog.show_kind("film")
        dialog.refresh()
        assert dialog.film["over"].value == "model"
        assert "24 moments is searched for" in dialog.film._hint()
    finally:
        peeled(window).set(q=2.0)
    dialog.refresh()
    assert dialog.film._hint() == ""


def test_the_layers_room_offers_its_layers(window, dialog, tmp_path):
    window.enter("Layers")
    dialog.refresh()
    plan = dialog.figure.plan(tmp_path / "m.pdf")
    assert len(plan.scene.panels) == len(window.explorer.run.manifest.layers)


def test_without_a_run_a_sentence_says_so(window, dialog, exporters, monkeypatch, tmp_path):
    seen = replace(dialog._see(), run=None)
    monkeypatch.setattr(dialog, "_see", lambda: seen)
    dialog.show_kind("table")
    dialog.start()
    assert "Open a run first" in dialog.table.fields["file_format"].fault.sentence
    dialog.show_kind("film")
    assert dialog.film["over"].value == "model"


def test_the_keyboard_is_enough(window, exporters, key, qtbot, tmp_path):
    ctrl = Qt.KeyboardModifier.ControlModifier
    key(window, (Qt.Key.Key_E, ctrl))
    dialog = window.exporting.dialog
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.destination.line.setText(str(tmp_path / "keys.pdf"))
    dialog.refresh()
    seen = set()
    for _ in range(40):
        focus = QApplication.focusWidget()
        seen.add(focus)
        if focus is dialog.save:
            break
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert {dialog.figure["title"], dialog.destination.line, dialog.close_button} <= seen
    qtbot.keyClick(dialog.save, Qt.Key.Key_Return)
    assert exporters[-1].exports[0].out == tmp_path / "keys.pdf"
    dialog.close_all()
