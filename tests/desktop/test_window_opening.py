"""Opening runs: right ones, wrong ones, damaged ones, growing ones."""

import json
import shutil

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QApplication, QFileDialog
from window_parts import drag, settle

from ncviz.charts.numbers import FUZZINESS
from ncviz.explorer.room_names import THEORY
from ncviz.runs.lock import WritingLock
from ncviz.runs.snapshot import to_bytes
from ncviz.runs.writer import SNAPSHOTS, snapshot_name, write_atomically


@pytest.fixture
def own_run(make_run, tmp_path):
    """A run that the test may damage: epochs 0, 1, 2, 5, 10, 20."""
    return make_run(tmp_path / "my run", title="Mine")


def snapshot_of(run, epoch):
    return run.path / SNAPSHOTS / snapshot_name(epoch)


def cut(path, to=300):
    path.write_bytes(path.read_bytes()[:to])


def recent_menu(window):
    window.opening.recent_menu.aboutToShow.emit()
    return [(action.text(), action.isEnabled()) for action in window.opening.recent_menu.actions()]


def assert_untouched(window):
    """The small run is open as before."""
    assert window.explorer.run.manifest.title == "Synthetic · 3 layers"
    assert window.run_panel.title.text() == "Synthetic · 3 layers"
    assert len(window.canvas.scene.samples) == 16


# By the dialog, by a drop, from the menu


def test_the_dialog_opens_a_run(window, qtbot, own_run, answer):
    answer(QFileDialog, "getExistingDirectory", str(own_run.path))
    qtbot.mouseClick(window.header.open, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.run_panel.title.text() == "Mine"
    assert window.timeline.readout.text() == "epoch 0 / 20"
    assert window.settings.recent == [str(own_run.path)]
    answer(QFileDialog, "getExistingDirectory", "")
    window.commands["file.open"].trigger()
    assert window.run_panel.title.text() == "Mine"


def dropped(window, *paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, nothing = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering = QDragEnterEvent(QPoint(300, 300), copy, mime, left, nothing)
    QApplication.sendEvent(window, entering)
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, mime, left, nothing))
    return entering.isAccepted()


def test_a_dropped_folder_or_manifest_is_opened(window, qtbot, own_run):
    assert dropped(window, own_run.path)
    assert window.run_panel.title.text() == "Mine"
    window.open_demonstration()
    assert dropped(window, own_run.path / "manifest.json")
    assert window.run_panel.title.text() == "Mine"
    assert window.settings.recent == [str(own_run.path)], "one run, not two"


def test_dropped_text_is_no_file(window):
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()


def test_a_dropped_web_address_is_named_as_no_run(window):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/run")])
    QApplication.sendEvent(
        window,
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )  # fmt: skip
    assert_untouched(window)
    said = window.note.text.text()
    assert said == "" or "example.org" in said, "not '.', which nobody has dropped"


def test_the_recent_runs(window, qtbot, own_run, imbalanced_run):
    assert recent_menu(window) == [("Runs that you open appear here", False)]
    window.open(own_run.path)
    window.open(imbalanced_run.path)
    assert recent_menu(window) == [(imbalanced_run.manifest.title, True), ("Mine", True)]
    window.opening.recent_menu.actions()[1].trigger()
    settle(qtbot, window)
    assert window.run_panel.title.text() == "Mine"
    assert recent_menu(window) == [("Mine", True), (imbalanced_run.manifest.title, True)]


def test_a_recent_run_that_is_gone_is_told_and_forgotten(window, own_run):
    window.open(own_run.path)
    shutil.rmtree(own_run.path)
    window.open_demonstration()
    recent_menu(window)
    window.opening.recent_menu.actions()[0].trigger()
    said = window.note.text.text()
    assert said == f"{own_run.path} does not exist: choose the folder of a recorded run."
    assert recent_menu(window) == [("Runs that you open appear here", False)]
    assert window.explorer.run.manifest.classes == 10


def test_runs_of_one_name_can_be_told_apart(window, own_run, make_run, tmp_path):
    other = make_run(tmp_path / "elsewhere" / "my run", epochs=(0, 1))
    window.open(own_run.path)
    window.open(other.path)
    recent_menu(window)
    words = [f"{a.text()} {a.toolTip()}" for a in window.opening.recent_menu.actions()]
    assert len(set(words)) == 2


def test_only_the_last_eight_are_remembered(window, tmp_path):
    for number in range(12):
        window.settings.remember(tmp_path / str(number))
    assert [text for text, _ in recent_menu(window)] == [str(n) for n in range(11, 3, -1)]


def test_the_demonstration_is_not_a_recent_run(window, qtbot):
    window.commands["file.demonstration"].trigger()
    settle(qtbot, window)
    assert window.run_panel.title.text() == "Fashion-MNIST · 8 layers · Adam"
    assert recent_menu(window) == [("Runs that you open appear here", False)]


def test_opening_another_run_while_playing_begins_at_its_start(window, qtbot, own_run):
    window.playback.set_speed(4.0)
    window.playback.jump(True)
    window.playback.toggle_playing()
    window.open(own_run.path)
    settle(qtbot, window)
    assert not window.player.playing
    assert window.timeline.readout.text() == "epoch 0 / 20"
    assert window.timeline.speed.currentText() == "4×"


def test_a_run_with_fewer_layers_and_classes(window, qtbot, growing_run):
    """What was chosen for the old run does not fit the new one."""
    window.explorer.toggle_class(4)
    window.picture.show_layer(2)
    window.open(growing_run.path)
    settle(qtbot, window)
    assert window.explorer.view.layer == 1
    assert [entry.checked for entry in window.run_panel.classes.entries] == [True] * 3
    assert window.canvas.scene.note == ""


# Wrong and damaged


def test_a_wrong_folder_is_told(window, tmp_path):
    (tmp_path / "holiday").mkdir()
    assert not window.open(tmp_path / "holiday")
    assert window.note.isVisible()
    assert str(tmp_path / "holiday") in window.note.text.text()
    assert "not an ncviz run" in window.note.text.text()
    assert_untouched(window)


def test_a_file_is_not_a_run(window, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG")
    assert not window.open(path)
    assert str(path) in window.note.text.text()
    assert_untouched(window)


@pytest.mark.parametrize("content", ["{}", "[", '{"format": "ncviz run", "version": 99}', "\x00"])
def test_a_damaged_manifest_is_told(window, own_run, content):
    (own_run.path / "manifest.json").write_text(content)
    assert not window.open(own_run.path)
    assert "manifest.json" in window.note.text.text()
    assert_untouched(window)


def test_a_run_without_its_probe_is_told(window, own_run):
    (own_run.path / "probe.safetensors").unlink()
    assert not window.open(own_run.path)
    assert "probe.safetensors" in window.note.text.text()
    assert_untouched(window)


def test_a_run_without_snapshots_says_to_wait(window, own_run):
    for path in (own_run.path / SNAPSHOTS).iterdir():
        path.unlink()
    assert not window.open(own_run.path)
    assert "no snapshot yet: wait" in window.note.text.text()
    assert_untouched(window)


def test_a_missing_snapshot_is_named_and_the_others_shown(window, qtbot, own_run):
    snapshot_of(own_run, 2).unlink()
    assert window.open(own_run.path)
    settle(qtbot, window)
    assert window.note.text.text() == (
        "my run lacks 1 of its snapshots (epoch 2): the others are shown."
    )
    assert "1 missing" in window.run_panel.facts.text()
    assert window.player.stops == (0, 1, 5, 10, 20)
    window.playback.seek(2.0)
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 5 / 20"


@pytest.mark.parametrize("epoch", [0, 20])
def test_a_run_whose_end_is_damaged_is_open_or_is_not(window, qtbot, own_run, epoch):
    """Never half: the picture of one run under the name of another."""
    cut(snapshot_of(own_run, epoch))
    is_open = window.open(own_run.path)
    settle(qtbot, window)
    assert snapshot_name(epoch) in window.note.text.text()
    opened = window.explorer.run.path == own_run.path
    assert opened == is_open
    assert window.run_panel.title.text() == window.explorer.run.manifest.title
    assert (window.settings.recent == [str(own_run.path)]) == is_open
    assert len(window.run_panel.layers._now) == 3


@pytest.mark.parametrize("epoch", [0, 20])
def test_statistics_that_are_damaged_inside_the_file(window, qtbot, own_run, epoch):
    """The header is whole: the damage shows only when the numbers are read."""
    own = own_run.snapshots[epoch]
    path = snapshot_of(own_run, epoch)
    whole = to_bytes(own)
    write_atomically(path, whole.replace(b"0.train.means", b"0.train.maens"))
    is_open = window.open(own_run.path)
    settle(qtbot, window)
    assert window.note.isVisible()
    assert (window.explorer.run.path == own_run.path) == is_open
    assert window.run_panel.title.text() == window.explorer.run.manifest.title


def test_a_damaged_snapshot_met_while_dragging(window, qtbot, own_run):
    assert window.open(own_run.path)
    settle(qtbot, window)
    window.explorer.run._open.clear()
    window.explorer.series._found[FUZZINESS].pop(5)
    cut(snapshot_of(own_run, 5))
    slider = window.timeline.slider
    drag(slider, [(slider.x_of(x), 20) for x in (0.0, 1.5, 2.5, 3.0, 3.5)])
    settle(qtbot, window)
    assert snapshot_name(5) in window.note.text.text()
    assert "damaged" in window.note.text.text()
    # The window lives: on the other side all is well.
    drag(slider, [(slider.x_of(3.5), 20), (slider.x_of(4.0), 20)])
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 10 / 20"
    assert window.explorer.view.epoch == pytest.approx(10)
    assert len(window.canvas.scene.samples) == 16


def test_a_film_stops_before_a_damaged_snapshot_and_steps_lead_past_it(window, qtbot, own_run):
    cut(snapshot_of(own_run, 5))
    assert window.open(own_run.path)
    settle(qtbot, window)
    window.note.hide()
    window.playback.seek(1.9)
    settle(qtbot, window)
    window.playback.toggle_playing()  # a frame that takes a second does not leap over it
    qtbot.waitUntil(lambda: not window.player.playing)
    settle(qtbot, window)
    assert window.note.isVisible()
    assert snapshot_name(5) in window.note.text.text()
    assert 2 < window.player.position < 3
    window.playback.step(1)
    settle(qtbot, window)
    window.playback.step(1)
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 10 / 20"
    assert window.frame.moment.text() == "Epoch 10"


def test_damage_met_by_the_curves_does_not_stop_the_film(window, qtbot, own_run):
    """The picture of these epochs is whole; another's numbers are not."""
    assert window.open(own_run.path)
    settle(qtbot, window)
    window.explorer.run._open.clear()
    window.explorer.series._found[FUZZINESS].pop(20)
    cut(snapshot_of(own_run, 20))
    window.playback.set_speed(0.25)
    window.playback.toggle_playing()
    qtbot.waitUntil(window.note.isVisible)
    assert window.player.playing


def test_damage_anywhere_is_told_once_and_the_curves_do_without(window, qtbot, own_run):
    cut(snapshot_of(own_run, 5))
    assert window.open(own_run.path)
    said = []
    window.note.text.setText("")
    qtbot.waitUntil(
        lambda: (said.append(window.note.text.text()), window.presenter.at_rest)[1],
    )
    assert snapshot_name(5) in window.note.text.text()
    across, _ = window.plots.plot("loss").curves["train_loss"].getData()
    assert across.tolist() == [0, 1, 2, 4, 5]
    assert len({words for words in said if words}) == 1


def test_a_run_that_vanishes_while_it_is_open(window, qtbot, own_run):
    assert window.open(own_run.path)
    settle(qtbot, window)
    window.explorer.run._open.clear()
    shutil.rmtree(own_run.path)
    window.playback.jump(True)
    settle(qtbot, window)
    assert "missing" in window.note.text.text()
    window.open_demonstration()
    settle(qtbot, window)
    assert window.run_panel.title.text().startswith("Fashion-MNIST")


# Growing


def test_a_run_that_another_program_trains_is_followed(window, qtbot, make_run, tmp_path):
    """`ncviz train` in a terminal, the window beside it: F stays with the newest epoch."""
    run = make_run(tmp_path / "r", epochs=(0, 1, 2), state="running")
    later = run.snapshots[2]
    snapshot_of(run, 2).unlink()
    writing = WritingLock(run.path)
    window.open(run.path, remember=False)
    window.playback.set_following(True)
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 1 / 2"
    assert "recording" in window.run_panel.facts.text()
    writing.release()
    window.opening._look_for_epochs()
    assert "broke off" in window.run_panel.facts.text(), "its process was killed"
    write_atomically(snapshot_of(run, 2), to_bytes(later))
    qtbot.waitUntil(lambda: window.explorer.run.epochs == (0, 1, 2))
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 2 / 2"


def test_the_timeline_grows_while_one_looks_elsewhere(window, qtbot, make_run, tmp_path):
    run = make_run(tmp_path / "r", epochs=(0, 1, 2), state="running")
    later = run.snapshots[2]
    snapshot_of(run, 2).unlink()
    window.open(run.path, remember=False)
    window.playback.seek(0.5)
    settle(qtbot, window)
    write_atomically(snapshot_of(run, 2), to_bytes(later))
    window.explorer.refresh()
    settle(qtbot, window)
    assert window.timeline.slider._ticks == [(0, "0"), (1, "1"), (2, "2")]
    assert window.explorer.view.epoch == 0.5
    across, _ = window.plots.plot("loss").curves["train_loss"].getData()
    assert across.tolist() == [0, 1, 2]


def test_opening_from_the_theory_room_leads_to_the_run(window, qtbot, own_run):
    window.enter(THEORY)
    window.open(own_run.path)
    settle(qtbot, window)
    assert window.run_panel.isVisible()
    assert window.frame.moment.text() == "Epoch 0"


def test_a_note_names_the_class_that_no_font_can_write(window, qtbot, make_run, fonts, tmp_path):
    fonts()
    make_run(tmp_path / "run", counts=(8, 8, 8), epochs=(0, 1))
    manifest = tmp_path / "run" / "manifest.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    values["class_names"] = ["Bag", "\u0e01\u0e02", "Coat"]
    manifest.write_text(json.dumps(values), encoding="utf-8")
    window.open(tmp_path / "run", remember=False)
    assert "'\u0e01\u0e02'" in window.note.text.text()
    assert "install a font" in window.note.text.text()
    settle(qtbot, window)
    assert [label.text for label in window.canvas.scene.labels] == values["class_names"]
