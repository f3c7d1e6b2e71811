"""Files that the window exports, and what they bring back."""

import html
import json
import multiprocessing
import shutil

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QMessageBox
from window_parts import peeled, settle

from ncviz.desktop.widgets.form_parts import choose
from ncviz.explorer.room_names import COMPARE, EXPLORE
from ncviz.export.picture import provenance
from ncviz.export.provenance import as_text, said_by
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import View


def drop(window, *paths):
    """Drop files on the window, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, none))


@pytest.fixture
def export(window, qtbot):
    """Save what the dialog is set to, and wait until it is done."""
    window.exporting.open("figure")
    dialog = window.exporting.dialog

    def save(kind, out, *, wait=True):
        dialog.show_kind(kind)
        dialog.destination.line.setText(str(out))
        dialog.start()
        if wait:
            qtbot.waitUntil(lambda: not dialog.work.is_running)
            assert dialog.destination.fault.sentence == ""
            assert dialog.status.text().startswith("Saved")
        return dialog

    yield save
    dialog.close_all()


def small_film(window, seconds):
    film = window.exporting.dialog.film
    film["over"].button("epochs").click()
    choose(film.sizes, "")
    film["width"].setValue(160)
    film["height"].setValue(120)
    film["rate"].setValue(10)
    film["seconds"].setValue(seconds)
    film["file_format"].button("gif").click()


def test_a_dropped_figure_brings_back_its_view(window, export, qtbot, tmp_path):
    window.canvas.set_camera(Camera(azimuth=123.0, elevation=-20.0, distance=4.0))
    window.picture.step_layer(-1)
    window.playback.jump(True)
    settle(qtbot, window)
    wanted = window.explorer.view
    window.exporting.dialog.figure["file_format"].button("png").click()
    export("figure", tmp_path / "a.png")
    window.canvas.set_camera(Camera())
    window.playback.jump(False)
    window.picture.step_layer(1)
    settle(qtbot, window)
    window.enter("Theory")
    drop(window, tmp_path / "a.png")
    settle(qtbot, window)
    assert window.room == "Explore"
    assert window.canvas.camera == Camera(azimuth=123.0, elevation=-20.0, distance=4.0)
    assert (window.explorer.view.epoch, window.explorer.view.layer) == (wanted.epoch, wanted.layer)
    assert window.player.value == wanted.epoch
    assert "a.png" in window.note.text.text()
    window.exporting.dialog.figure["file_format"].button("pdf").click()


def test_a_dropped_page_brings_back_its_view(window, export, qtbot, tmp_path):
    window.picture.step_layer(-1)
    window.playback.jump(True)
    settle(qtbot, window)
    wanted = window.explorer.view
    export("page", tmp_path / "a.html")
    window.playback.jump(False)
    window.picture.step_layer(1)
    settle(qtbot, window)
    drop(window, tmp_path / "a.html")
    settle(qtbot, window)
    assert (window.explorer.view.epoch, window.explorer.view.layer) == (wanted.epoch, wanted.layer)
    assert "a.html" in window.note.text.text()


def test_a_dropped_figure_of_a_comparison_brings_back_both_runs(
    window, export, demonstration, qtbot, tmp_path
):
    window.enter(COMPARE)
    window.rooms[COMPARE].open_second(demonstration)
    settle(qtbot, window)
    for kind, name in (("figure", "pair.png"), ("film", "pair.gif")):
        window.exporting.dialog.refresh()
        if kind == "film":
            small_film(window, 1)
        export(kind, tmp_path / name)
        window.comparison.close_second()
        window.enter(EXPLORE)
        drop(window, tmp_path / name)
        settle(qtbot, window)
        assert window.room == COMPARE
        assert window.comparison.second.run.path == demonstration
    window.comparison.close_second()


def test_a_run_that_was_put_in_the_place_of_another_is_not_taken_for_it(
    window, make_run, small_run, qtbot, tmp_path
):
    folder = tmp_path / "away" / "run"
    folder.parent.mkdir()
    first = make_run(folder, counts=(8, 8, 8), epochs=(0, 1, 2), title="First")
    said = provenance(Run(first.path), View().at(1), with_path=True)
    figure = tmp_path / "a.svg"
    written = html.escape(as_text(said), quote=False)
    figure.write_text(f'<svg><metadata id="ncviz">{written}</metadata></svg>', encoding="utf-8")
    window.open(small_run.path, remember=False)
    drop(window, figure)
    assert window.explorer.run.path == folder
    shutil.rmtree(folder)
    make_run(folder, counts=(9, 9), epochs=(0, 1, 2), title="Second")
    for opened in (small_run.path, folder):
        window.open(opened, remember=False)
        drop(window, figure)
        assert window.explorer.run.path == opened
        assert "'First', which is no longer in" in window.note.text.text()
    window.open(small_run.path, remember=False)
    settle(qtbot, window)


def test_a_dropped_figure_opens_its_run(window, export, make_run, small_run, qtbot, tmp_path):
    other = make_run(tmp_path / "other", counts=(8, 8, 8), epochs=(0, 1, 2), title="Other")
    window.open(other.path, remember=False)
    settle(qtbot, window)
    export("figure", tmp_path / "a.pdf")
    window.open(small_run.path, remember=False)
    drop(window, tmp_path / "a.pdf")
    assert window.explorer.run.path == other.path
    window.open(small_run.path, remember=False)
    shutil.move(other.path, tmp_path / "moved")
    drop(window, tmp_path / "a.pdf")
    assert window.explorer.run.path == tmp_path / "moved", "it lies beside the figure"
    window.open(small_run.path, remember=False)
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    shutil.move(tmp_path / "moved", far / "moved")
    drop(window, tmp_path / "a.pdf")
    assert window.explorer.run.path == small_run.path, "what is open stays open"
    assert "'Other', which is neither among the recent runs" in window.note.text.text()
    window.open(far / "moved", remember=False)
    window.note.hide()
    drop(window, tmp_path / "a.pdf")
    assert "This is what a.pdf shows" in window.note.text.text()


@pytest.mark.parametrize("name", ["foreign.png", "text.svg", "empty.pdf", "broken.mp4", "a.html"])
def test_a_foreign_picture_is_refused_in_one_sentence(window, tmp_path, name):
    path = tmp_path / name
    if name == "foreign.png":
        Image.new("RGB", (4, 4)).save(path)
    else:
        contents = {
            "text.svg": b"<svg/>",
            "a.html": b"<!doctype html><p>x",
            "broken.mp4": b"\0\0\0\x18ftypisom" + b"x" * 50,
        }
        path.write_bytes(contents.get(name, b""))
    before = window.explorer.view
    drop(window, path)
    assert name in window.note.text.text()
    assert "was not made by ncviz" in window.note.text.text()
    assert window.explorer.view == before


def test_the_model_of_the_theory_room_comes_back(window, export, qtbot, tmp_path):
    window.enter("Theory")
    peeled(window).set(classes=6, majority=2, budget=3.0)
    peeled(window).set(ratio=40.0)
    ratio = peeled(window).parameters.ratio
    settle(qtbot, window)
    export("figure", tmp_path / "m.svg")
    peeled(window).set(classes=4, majority=1, budget=5.0)
    peeled(window).set(ratio=1.0)
    window.enter("Explore")
    drop(window, tmp_path / "m.svg")
    assert window.room == "Theory"
    problem = peeled(window).parameters.problem
    assert (problem.classes, problem.majority, problem.budget) == (6, 2, 3.0)
    assert problem.ratio == pytest.approx(ratio, rel=0.06)  # the timeline has steps


def test_a_film_is_made_while_the_window_is_used(window, export, qtbot, tmp_path):
    small_film(window, 2.0)
    # Equal frames, as at the rests, become one in a GIF.
    window.exporting.dialog.film["turn"].setValue(90)
    dialog = export("film", tmp_path / "f.gif", wait=False)
    window.playback.jump(True)
    settle(qtbot, window)
    assert window.player.position == window.player.last
    qtbot.waitUntil(lambda: not dialog.work.is_running)
    with Image.open(tmp_path / "f.gif") as film:
        assert film.n_frames == 20
        assert film.size == (160, 120)
        first = np.asarray(film.convert("RGB"), dtype=int)
        film.seek(19)
        last = np.asarray(film.convert("RGB"), dtype=int)
    assert np.abs(first - last).max() > 60
    assert said_by(tmp_path / "f.gif")["film"]["frames"] == 20
    dialog.film["turn"].setValue(0)


def test_a_cancelled_film_leaves_nothing(window, export, qtbot, tmp_path):
    small_film(window, 60.0)
    out = tmp_path / "here"
    out.mkdir()
    dialog = export("film", out / "f.gif", wait=False)
    qtbot.waitUntil(lambda: dialog.status.text().startswith("Frame"))
    dialog.cancel.click()
    qtbot.waitUntil(lambda: not dialog.work.is_running)
    assert dialog.status.text() == "Cancelled; nothing was kept."
    assert list(out.iterdir()) == []


def test_a_table_has_all_that_is_shown(window, export, tmp_path):
    window.exporting.dialog.table["file_format"].button("json").click()
    export("table", tmp_path / "m.json")
    table = json.loads((tmp_path / "m.json").read_text())
    epochs = {row["epoch"] for row in table["layers"]}
    assert epochs == set(window.explorer.run.epochs)
    window.exporting.dialog.table["file_format"].button("csv").click()


def test_the_table_is_copied(window, export, qtbot, qapp):
    dialog = window.exporting.dialog
    dialog.show_kind("table")
    dialog.table.copy.click()
    qtbot.waitUntil(lambda: "clipboard" in dialog.status.text())
    lines = qapp.clipboard().text().splitlines()
    run = window.explorer.run
    assert len(lines) == 1 + 2 * len(run.epochs) * len(run.manifest.layers)


@pytest.mark.parametrize("yes", [False, True])
def test_closing_the_window_in_mid_export_asks_and_leaves_nothing(
    make_window, small_run, answer, qtbot, tmp_path, yes
):
    window = make_window(run=small_run.path)
    out = tmp_path / "out"
    out.mkdir()
    window.exporting.open("film")
    dialog = window.exporting.dialog
    small_film(window, 60.0)
    dialog.destination.line.setText(str(out / "f.gif"))
    dialog.start()
    qtbot.waitUntil(lambda: dialog.status.text().startswith("Frame"))
    button = QMessageBox.StandardButton
    asked = answer(QMessageBox, "question", button.Yes if yes else button.No)
    window.close()
    assert len(asked) == 1
    if not yes:
        assert window.isVisible()
        assert window.exporting.work.is_running
        answer(QMessageBox, "question", button.Yes)
        window.close()
    assert not window.isVisible()
    assert list(out.iterdir()) == []
    assert not [p for p in multiprocessing.active_children() if "export" in p.name.lower()]
