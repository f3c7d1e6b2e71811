"""Pictures and tables saved from the window."""

import csv
import json
import multiprocessing
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog
from stalled_writing import begin_to_write
from window_parts import PATIENCE, drag, drawn, settle

from ncviz.desktop.header import LAYERS, THEORY
from ncviz.desktop.picture_dialog import PRESETS, PictureDialog, PictureRequest
from ncviz.export.tables import metrics_csv
from ncviz.scenes.palette import DARK, LIGHT, rgb


@pytest.fixture
def choose(monkeypatch):
    """Let the user set something in the picture's dialog, then press Save or Cancel."""

    def choose(setting=lambda dialog: None, accepted=True):
        def execute(dialog):
            setting(dialog)
            code = QDialog.DialogCode
            return code.Accepted if accepted else code.Rejected

        monkeypatch.setattr(PictureDialog, "exec", execute)

    return choose


def size(width, height):
    def set_size(dialog):
        dialog.width_box.setValue(width)
        dialog.height_box.setValue(height)

    return set_size


def saved(window, qtbot, path):
    qtbot.waitUntil(lambda: not window.saver._job.is_running, timeout=PATIENCE)
    assert window.note.text.text() == f"Saved {path}."
    with Image.open(path) as picture:
        picture.load()
        return picture


def test_a_picture_of_what_is_on_the_screen(window, qtbot, choose, answer_file, tmp_path):
    width, height = window.canvas.physical_size
    window.transport.jump(True)
    drag(window.canvas.native, [(100, 200), (150, 220)])
    settle(qtbot, window)
    choose(size(width, height))
    asked = answer_file(tmp_path / "collapse.png")
    qtbot.mouseClick(window.header.save, Qt.MouseButton.LeftButton)
    assert asked[0][2] == "epoch-20.png"
    assert window.note.text.text() == f"Drawing {width} × {height} pixels …"
    picture = saved(window, qtbot, tmp_path / "collapse.png")
    assert (picture.size, picture.mode) == ((width, height), "RGB")
    said = json.loads(picture.text["ncviz"])
    assert said["run"] == "Synthetic · 3 layers"
    assert said["recipe"] == {"dataset": "synthetic", "seed": 0}
    assert said["view"]["epoch"] == 20
    assert said["view"]["camera"]["azimuth"] == window.canvas.camera.azimuth
    pixels = np.asarray(picture).astype(int)
    assert np.abs(pixels - drawn(window)[..., :3]).mean() < 2


def test_another_theme_without_background(window, qtbot, choose, answer_file, tmp_path):
    def dark(dialog):
        size(200, 150)(dialog)
        dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
        dialog.transparent.setChecked(True)

    choose(dark)
    answer_file(tmp_path / "name without ending")
    window.commands["file.picture"].trigger()
    picture = saved(window, qtbot, tmp_path / "name without ending.png")
    assert (picture.size, picture.mode) == ((200, 150), "RGBA")
    pixels = np.asarray(picture)
    assert pixels[0, 0, 3] == 0
    assert json.loads(picture.text["ncviz"])["view"]["theme"] == "dark"
    blue = np.array(rgb(DARK.means)) - np.array(rgb(LIGHT.means))
    assert blue.any()
    assert window.settings.theme == "light", "the window keeps its own"


def test_a_picture_of_the_model(window, qtbot, choose, answer_file, tmp_path):
    window.enter(THEORY)
    window.desk.seek_ratio(30.0)
    settle(qtbot, window)
    choose(size(120, 90))
    asked = answer_file(tmp_path / "m.png")
    window.commands["file.picture"].trigger()
    assert asked[0][2] == "layer-peeled.png"
    picture = saved(window, qtbot, tmp_path / "m.png")
    assert picture.size == (120, 90)
    said = json.loads(picture.text["ncviz"])
    assert "run" not in said
    assert "30" in json.dumps(said.get("model", said.get("problem", ""))), (
        "what the picture shows cannot be made again from its metadata"
    )


def test_a_picture_of_all_layers(window, qtbot, choose, answer_file, tmp_path):
    window.enter(LAYERS)
    window.transport.jump(True)
    settle(qtbot, window)
    choose(size(300, 100))
    answer_file(tmp_path / "layers.png")
    window.commands["file.picture"].trigger()
    pixels = np.asarray(saved(window, qtbot, tmp_path / "layers.png")).astype(int)
    paper = pixels[-1, 1]
    for column in range(3):  # whatever frame the screen has, three stand side by side here
        part = pixels[20:, 100 * column + 4 : 100 * column + 96]
        assert (np.abs(part - paper).sum(axis=-1) > 60).mean() > 0.01


def test_a_changed_mind_saves_nothing(window, choose, answer_file, tmp_path):
    choose(accepted=False)
    window.commands["file.picture"].trigger()
    choose()
    answer_file("")
    window.commands["file.picture"].trigger()
    assert not window.saver._job.is_running
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_cannot_be_written_is_told(window, qtbot, choose, answer_file, tmp_path):
    choose(size(64, 64))
    answer_file(tmp_path / "no folder" / "p.png")
    window.commands["file.picture"].trigger()
    qtbot.waitUntil(lambda: not window.saver._job.is_running, timeout=PATIENCE)
    assert "p.png cannot be written" in window.note.text.text()


def test_a_picture_that_is_too_large_is_told(window, qtbot, choose, answer_file, tmp_path):
    choose(size(16384, 16384))
    answer_file(tmp_path / "p.png")
    window.commands["file.picture"].trigger()
    qtbot.waitUntil(lambda: not window.saver._job.is_running, timeout=PATIENCE)
    assert "16384×16384 pixels cannot be drawn" in window.note.text.text()
    assert not (tmp_path / "p.png").exists()


def test_one_at_a_time(window, qtbot, choose, answer_file, tmp_path):
    choose(size(64, 64))
    answer_file(tmp_path / "first.png")
    window.commands["file.picture"].trigger()
    answer_file(tmp_path / "second.png")
    window.commands["file.picture"].trigger()
    assert "being saved already" in window.note.text.text()
    answer_file(tmp_path / "table.csv")
    window.commands["file.table"].trigger()
    assert "being saved already" in window.note.text.text()
    saved(window, qtbot, tmp_path / "first.png")
    assert [p.name for p in tmp_path.iterdir()] == ["first.png"]


def test_the_dialog_s_sizes(window):
    dialog = PictureDialog(window, "dark")
    assert (dialog.width_box.value(), dialog.height_box.value()) == (1920, 1080)
    assert dialog.theme.currentData() == "dark"
    for number, (text, width, height) in enumerate(PRESETS[:-1]):
        dialog.preset.setCurrentIndex(number)
        assert (dialog.width_box.value(), dialog.height_box.value()) == (width, height)
        assert dialog.preset.currentText() == text
    dialog.height_box.setValue(999)
    assert dialog.preset.currentText() == "Own size"
    assert dialog.request(None) == PictureRequest(2008, 999, "dark", False, None)
    dialog.deleteLater()


def test_a_table_of_the_run(window, qtbot, answer_file, tmp_path):
    asked = answer_file(tmp_path / "numbers")
    window.commands["file.table"].trigger()
    assert asked[0][2] == "metrics.csv"
    qtbot.waitUntil(lambda: not window.saver._job.is_running, timeout=PATIENCE)
    path = tmp_path / "numbers.csv"
    assert window.note.text.text() == f"Saved {path}."
    assert path.read_text() == metrics_csv(window.explorer.run)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len(rows) == 6 * 3 * 2


def test_a_table_that_cannot_be_written_is_told(window, qtbot, answer_file, tmp_path):
    answer_file(tmp_path / "no folder" / "t.csv")
    window.commands["file.table"].trigger()
    qtbot.waitUntil(lambda: not window.saver._job.is_running, timeout=PATIENCE)
    assert "t.csv cannot be written" in window.note.text.text()


def test_there_is_no_table_without_a_run(make_window):
    window = make_window(opengl=False)
    window.commands["file.table"].trigger()
    assert window.note.text.text() == "There is no run to save a table of: open one first."


def test_closing_breaks_off_a_picture(make_window, qtbot, small_run, tmp_path):
    window = make_window(run=small_run.path, opengl=False)
    before = set(multiprocessing.active_children())
    view = replace(window.explorer.view, theme="light")
    request = PictureRequest(9000, 9000, "light", False, tmp_path / "p.png")
    window.saver.save(
        request, window.current.picture(view), window.canvas, window.explorer.run, view
    )
    assert set(multiprocessing.active_children()) - before
    window.close()
    assert not set(multiprocessing.active_children()) - before
    assert [p.name for p in tmp_path.iterdir() if p.suffix in (".png", ".partial")] == []


def test_closing_leaves_nothing_half_written(make_window, qtbot, small_run, tmp_path):
    """The worst moment: the file is begun and not yet at its place."""
    window = make_window(run=small_run.path, opengl=False)
    folder = tmp_path / "pictures"
    folder.mkdir()
    window.saver._path = folder / "p.png"
    window.saver._job.start(begin_to_write, folder / "p.png")
    qtbot.waitUntil(lambda: bool(list(folder.iterdir())), timeout=PATIENCE)
    window.close()
    assert list(folder.iterdir()) == []
