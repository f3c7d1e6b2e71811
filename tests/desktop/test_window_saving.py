"""Pictures saved and copied from the window: do the files show what is seen?"""

import errno
import json
import os

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from turns import WorkInTurns
from window_parts import ScriptedRunner, drag, drawn, peeled, pick, pixels_of, settle

from ncviz.desktop.widgets.form_parts import choose
from ncviz.explorer.room_names import COMPARE, LAYERS, THEORY
from ncviz.export.exporter import Exporter
from ncviz.export.model_path import model_path
from ncviz.runs.fingerprint import fingerprint
from ncviz.runs.run import Run
from ncviz.scenes.palette import DARK, LIGHT, rgb
from ncviz.scenes.scene import Picture
from ncviz.scenes.view import View


def local_exporter(*_):
    return Exporter(WorkInTurns("export"))


@pytest.fixture
def dialog(window, qtbot, monkeypatch, tmp_path):
    """The export dialog at a PNG of what is seen; drawn in this process, which is faster."""
    monkeypatch.setattr("ncviz.export.exporter.spawned_exporter", local_exporter)
    qtbot.mouseClick(window.header.export, Qt.MouseButton.LeftButton)
    dialog = window.exporting.dialog
    dialog.destination.folder = tmp_path
    dialog.destination._names.clear()
    figure = dialog.figure
    choose(figure.preset, "seen")
    figure["file_format"].button("png").click()
    figure["theme"].button("light").click()
    figure["legend"].setChecked(False)
    yield dialog
    choose(figure.unit, "mm")
    figure.millimetres.setValue(0)
    figure["file_format"].button("pdf").click()
    figure["theme"].button("paper").click()
    figure["legend"].setChecked(True)
    figure["transparent"].setChecked(False)
    dialog.show_kind("figure")
    dialog.destination._names.clear()
    dialog.close_all()
    settle(qtbot, window)


@pytest.fixture
def save(dialog, qtbot):
    """Save what the dialog is set to; return the picture."""

    def save(path):
        dialog.destination.line.setText(str(path))
        dialog.save.click()
        qtbot.waitUntil(lambda: not dialog.work.is_running)
        written = path if path.suffix else path.with_suffix(".png")
        assert dialog.status.text() == f"Saved {written}."
        with Image.open(written) as picture:
            picture.load()
            return picture

    return save


def in_pixels(dialog, width):
    choose(dialog.figure.unit, "px")
    dialog.figure.pixels.setValue(width)


def failure(dialog, qtbot, path):
    """Try to save; return the sentence at the name of the file."""
    dialog.destination.line.setText(str(path))
    dialog.save.click()
    qtbot.waitUntil(lambda: not dialog.work.is_running)
    return dialog.destination.fault.sentence


def middle(points):
    return np.argwhere(points).mean(axis=0)


def test_the_button_and_both_keys_open_the_one_door(window, qtbot, key):
    control = Qt.KeyboardModifier.ControlModifier
    for press in (
        lambda: qtbot.mouseClick(window.header.export, Qt.MouseButton.LeftButton),
        lambda: key(window, (Qt.Key.Key_E, control)),
        lambda: key(window, (Qt.Key.Key_S, control)),
    ):
        press()
        assert window.exporting.dialog.isVisible()
        assert window.exporting.dialog.kind.value == "figure"
        window.exporting.dialog.close_all()
        window.activateWindow()
    assert window.header.export.text().strip() == "Export"


def test_a_picture_of_what_is_on_the_screen(window, qtbot, save, dialog, tmp_path):
    window.playback.jump(True)
    drag(window.canvas.native, [(100, 200), (150, 220)])
    window.explorer.hide_class(1)
    settle(qtbot, window)
    choose(dialog.figure.unit, "px")
    dialog.figure.pixels.setValue(600)
    picture = save(tmp_path / "collapse.png")
    assert picture.width == 600
    said = json.loads(picture.text["ncviz"])
    assert said["run"] == "Synthetic · 3 layers"
    assert said["recipe"] == {"dataset": "synthetic", "seed": 0}
    assert said["view"]["epoch"] == 20
    assert said["view"]["hidden"] == [1]
    assert said["view"]["camera"]["azimuth"] == window.canvas.camera.azimuth
    # As large as the canvas would be if it were so high, cut or widened at both sides.
    seen = drawn(window)[..., :3].astype(np.uint8)
    scale = picture.height / seen.shape[0]
    wide = round(seen.shape[1] * scale)
    seen = np.asarray(Image.fromarray(seen).resize((wide, picture.height)), dtype=int)
    mine = np.asarray(picture.convert("RGB"), dtype=int)
    width = min(seen.shape[1], mine.shape[1])
    a, b = (
        image[:, (image.shape[1] - width) // 2 :][:, :width] - np.array(image[0, 0])
        for image in (seen, mine)
    )
    shown = [np.abs(image).max(axis=2) > 60 for image in (a, b)]
    assert np.abs(middle(shown[0]) - middle(shown[1])).max() < 0.02 * picture.height


def test_another_look_without_background(window, save, dialog, tmp_path):
    dialog.figure["theme"].button("dark").click()
    dialog.figure["transparent"].setChecked(True)
    in_pixels(dialog, 200)
    picture = save(tmp_path / "name without ending")
    assert (picture.width, picture.mode) == (200, "RGBA")
    assert np.asarray(picture)[0, 0, 3] == 0
    assert json.loads(picture.text["ncviz"])["figure"]["theme"] == "dark"
    assert window.settings.theme == "light", "the window keeps its own"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_model_has_the_colours_of_the_figure_not_of_the_window(
    window, qtbot, dialog, save, tmp_path, theme
):
    window.enter(THEORY)
    peeled(window).set(ratio=30.0)
    settle(qtbot, window)
    dialog.refresh()
    assert dialog.destination.text == str(tmp_path / "layer-peeled.png")
    dialog.figure["theme"].button(theme).click()
    picture = save(tmp_path / "m.png")
    said = json.loads(picture.text["ncviz"])
    assert "run" not in said
    assert said["model"]["ratio"] == pytest.approx(peeled(window).parameters.ratio)
    plan = dialog.figure.plan(tmp_path / "m.png")
    scene = model_path(plan.model).still().scene(View(theme=theme))
    wanted = {"light": LIGHT, "dark": DARK}[theme]
    assert np.abs(scene.balls.colors[:, :3] - np.array(rgb(wanted.means))).max(axis=1).min() < 0.02


@pytest.mark.parametrize("room", [LAYERS, COMPARE])
def test_several_panels_are_exported_and_copied_all(
    window, qtbot, dialog, save, demonstration, tmp_path, room
):
    window.enter(room)
    if room == COMPARE:
        window.rooms[COMPARE].open_second(demonstration)
    settle(qtbot, window)
    assert len(window.canvas.picture.panels) > 1
    qtbot.waitUntil(lambda: dialog.figure.seen.picture_in is not None)
    plan = dialog.figure.plan(tmp_path / "p.png")
    assert isinstance(plan.scene, Picture)
    assert [panel.title for panel in plan.scene.panels] == [
        panel.title for panel in window.canvas.picture.panels
    ]
    in_pixels(dialog, 400)
    said = json.loads(save(tmp_path / "p.png").text["ncviz"])
    if room == COMPARE:
        assert said["beside"]["fingerprint"] == fingerprint(Run(demonstration).manifest)
        assert "path" not in said["beside"], "only where it is asked for"
    window.commands["edit.picture"].trigger()
    copied = pixels_of(QGuiApplication.clipboard().image())
    assert "on the clipboard" in window.note.text.text()
    for panel in window.canvas.picture.panels:
        width, height = window.canvas.physical_size
        left, top, wide, high = panel.pixels(width, height)
        part = copied[top : top + high, left : left + wide, :3]
        assert part.shape[0] >= high - 1
        assert np.abs(part[8:-8, 8:-8] - copied[2, 2, :3]).max() > 100, panel.title
    window.comparison.close_second()


def test_what_is_copied_is_what_is_seen(window, qtbot):
    settle(qtbot, window)
    window.commands["edit.picture"].trigger()
    copied = pixels_of(QGuiApplication.clipboard().image())
    seen = drawn(window)
    assert copied.shape == seen.shape
    assert np.abs(copied[..., :3] - seen[..., :3]).mean() < 2


def test_a_picture_that_cannot_be_written_is_told(dialog, qtbot, tmp_path):
    assert "does not exist" in failure(dialog, qtbot, tmp_path / "no folder" / "p.png")
    assert "is a folder" in failure(dialog, qtbot, tmp_path)
    assert failure(dialog, qtbot, "") == "Name the file to save."
    assert failure(dialog, qtbot, "/proc/p.png").startswith("/proc/p.png cannot be written")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "No space left on device"), (errno.EACCES, "Permission denied")],
)
def test_a_full_disk_and_a_forbidden_folder_leave_what_was_there(
    dialog, qtbot, tmp_path, monkeypatch, number, words
):
    path = tmp_path / "old.png"
    path.write_bytes(b"what was there")

    def refuse(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    sentence = failure(dialog, qtbot, path)
    assert "old.png" in sentence
    assert words in sentence
    assert path.read_bytes() == b"what was there"
    assert [p.name for p in tmp_path.iterdir()] == ["old.png"]
    monkeypatch.undo()


def test_a_picture_that_is_too_large_is_told_at_its_width(dialog, qtbot, tmp_path):
    dialog.figure.millimetres.setValue(2000)
    choose(dialog.figure["resolution"], 600)
    dialog.destination.line.setText(str(tmp_path / "p.png"))
    dialog.save.click()
    qtbot.waitUntil(lambda: not dialog.work.is_running)
    assert "pixels cannot be drawn" in dialog.figure.fields["width"].fault.sentence
    assert not (tmp_path / "p.png").exists()
    choose(dialog.figure["resolution"], 300)


def test_the_ending_is_there_before_one_is_asked_whether_to_replace(dialog, tmp_path):
    (tmp_path / "old.png").write_bytes(b"old")
    dialog.destination.line.setText(str(tmp_path / "old"))
    assert dialog.destination.out() == tmp_path / "old.png"
    assert not dialog.destination.replaces.isHidden()


def test_an_ending_that_is_written_chooses_the_format(dialog, tmp_path):
    dialog.destination.line.setText(str(tmp_path / "a.svg"))
    assert dialog.figure["file_format"].value == "svg"
    dialog.destination.line.setText(str(tmp_path / "run 1.2"))
    assert dialog.figure["file_format"].value == "svg"
    assert dialog.destination.out() == tmp_path / "run 1.2.svg"
    dialog.show_kind("film")
    dialog.film["file_format"].button("mp4").click()
    dialog.destination.line.setText(str(tmp_path / "a.gif"))
    assert dialog.film["file_format"].value == "gif"
    dialog.film["file_format"].button("png").click()
    assert dialog.destination.out() == tmp_path / "a", "a folder"
    dialog.film["file_format"].button("mp4").click()
    assert dialog.destination.out() == tmp_path / "a.mp4"


def test_two_after_each_other_and_one_at_a_time(dialog, save, tmp_path):
    in_pixels(dialog, 120)
    save(tmp_path / "first.png")
    save(tmp_path / "second.png")
    dialog.destination.line.setText(str(tmp_path / "third.png"))
    dialog.start()
    dialog.start()
    assert dialog.work.is_running
    assert not dialog.save.isEnabled()
    dialog.work.cancel()
    dialog.work.poll()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["first.png", "second.png"]


def test_a_film_of_a_comparison_has_both_runs(window, dialog, demonstration, tmp_path):
    window.enter(COMPARE)
    dialog.show_kind("film")
    assert dialog.film.plan(tmp_path / "f.mp4").beside is None
    window.rooms[COMPARE].open_second(demonstration)
    dialog.film["over"].button("epochs").click()
    dialog.refresh()
    beside = dialog.film.plan(tmp_path / "f.mp4").beside
    assert (beside.run, beside.linked) == (demonstration, True)
    assert dialog.film.hint.text() == "Both runs are filmed, as you see them."
    window.comparison.link(False)
    dialog.refresh()
    assert not dialog.film.plan(tmp_path / "f.mp4").beside.linked
    window.comparison.link(True)
    window.comparison.close_second()


def test_a_film_in_the_layers_room_says_which_layer(window, dialog):
    window.enter(LAYERS)
    dialog.show_kind("film")
    dialog.film["over"].button("epochs").click()
    last = window.explorer.run.manifest.layers[-1].name
    assert dialog.film.hint.text().startswith(f"A film shows one layer, {last};")
    dialog.film["over"].button("layers").click()
    assert dialog.film.hint.isHidden()
    dialog.film["over"].button("epochs").click()


def test_a_film_is_of_the_model_that_is_seen(window, qtbot, dialog, tmp_path):
    window.enter(THEORY)
    room = window.rooms[THEORY]
    dialog.show_kind("film")
    assert dialog.film["over"].value == "model"
    assert dialog.film.hint.isHidden()
    assert dialog.film.highest.accessibleName() == "To R"
    pick(room.panel.switch, "square-loss")
    assert room.desk.model.name == "square-loss"
    # Although the model descends on, and never rests.
    qtbot.waitUntil(lambda: dialog.film.highest.accessibleName() == "To step")
    plan = dialog.film.plan(tmp_path / "f.mp4")
    assert (plan.model.name, plan.model.first, plan.model.last) == ("square-loss", 0, 20_000)
    room.open_model("layer-peeled")
    dialog.film["over"].button("epochs").click()
    settle(qtbot, window)


def test_opening_the_dialog_makes_no_room(make_window, small_run, monkeypatch):
    monkeypatch.setattr("ncviz.export.exporter.spawned_exporter", lambda *_: ScriptedRunner())
    window = make_window(run=small_run.path, opengl=False)
    made = len(window.rooms.made())
    window.exporting.open("film")
    assert len(window.rooms.made()) == made
    assert window.exporting.dialog.film["over"].button("model").isEnabled()
    window.exporting.dialog.close_all()
