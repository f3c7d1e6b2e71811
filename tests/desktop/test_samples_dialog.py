"""Samples as a contact sheet: enclosed by the mouse or all of the scene, chosen, saved."""

import csv
import io
import shutil

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog
from window_parts import drag, settle

from ncviz.desktop.rooms.explore.samples_dialog import SamplesDialog


@pytest.fixture
def sheet(window, qtbot):
    """Return the sheet that is open; it is closed in the end."""
    found = []

    def take():
        sheets = [each for each in window.findChildren(SamplesDialog) if each.isVisible()]
        found.extend(sheets)
        return sheets[0] if sheets else None

    yield take
    for each in found:
        each.close()


def draw_around(native, corners):
    drag(native, corners, keys=Qt.KeyboardModifier.ControlModifier)


def test_all_samples_of_the_scene_are_a_sheet(window, qtbot, sheet):
    window.commands["view.samples"].trigger()
    dialog = sheet()
    drawn = window.canvas.picture.panels[0].scene.sample_ids
    assert sorted(dialog.shown) == sorted(drawn.tolist())
    assert dialog.sheet.count() == len(drawn)
    assert dialog.count.text().startswith(f"{len(drawn):,} samples at ")


def test_a_word_and_an_order_choose_what_is_seen(window, qtbot, sheet):
    window.commands["view.samples"].trigger()
    dialog, run = sheet(), window.explorer.run
    dialog.only.setCurrentIndex(dialog.only.findData("class"))
    dialog.only.activated.emit(dialog.only.currentIndex())
    name = dialog.word.itemText(0)
    assert {run.manifest.class_names[run.probe.labels[row]] for row in dialog.shown} == {name}
    assert dialog.word.isVisible()
    dialog.only.setCurrentIndex(0)
    dialog.only.activated.emit(0)
    assert not dialog.word.isVisible()
    assert len(dialog.shown) > len(run.probe.labels) // 4


def test_the_table_is_saved_and_a_fault_is_a_sentence(window, qtbot, sheet, tmp_path, monkeypatch):
    window.commands["view.samples"].trigger()
    dialog = sheet()
    path = tmp_path / "chosen"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    dialog.save.click()
    assert dialog.count.text() == "Saved chosen."
    text = (tmp_path / "chosen.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["sample"]) for row in rows] == list(dialog.shown)
    nowhere = tmp_path / "absent" / "x.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(nowhere), ""))
    dialog.save.click()
    assert "absent" in dialog.count.text()


def test_a_line_around_nothing_says_so_and_the_camera_stays(window, qtbot, sheet):
    native, before = window.canvas.native, window.canvas.camera
    draw_around(native, [(2, 2), (30, 2), (30, 12), (2, 12)])
    settle(qtbot, window)
    assert sheet() is None
    assert "No sample lies within that line." in window.note.text.text()
    assert window.canvas.camera == before


def test_a_line_around_all_opens_the_sheet(window, qtbot, sheet):
    native, before = window.canvas.native, window.canvas.camera
    right, foot = native.width() - 3, native.height() - 3
    draw_around(native, [(2, 2), (right, 2), (right, foot), (2, foot)])
    dialog, scene = sheet(), window.canvas.scene
    seen = window.canvas.drawing_camera.project(
        scene.samples.positions, native.width(), native.height()
    )
    within = (seen[:, :2] > 2).all(axis=1) & (seen[:, 0] < right) & (seen[:, 1] < foot)
    assert sorted(dialog.shown) == sorted(scene.sample_ids[within].tolist())
    assert within.sum() > len(within) / 2
    assert window.canvas.camera == before


@pytest.fixture
def own_run(window, small_run, tmp_path):
    """The window at a copy of the small run, which may be changed."""
    path = tmp_path / "own"
    shutil.copytree(small_run.path, path)
    window.opening.open(path)
    yield window.explorer.run
    window.opening.open(small_run.path)


def added(window, qtbot):
    qtbot.waitUntil(lambda: not window.opening.adding.work.is_running)
    settle(qtbot, window)


def test_columns_of_a_table_are_added_and_offered_at_once(
    window, qtbot, sheet, own_run, tmp_path, monkeypatch
):
    window.commands["view.samples"].trigger()
    dialog, samples = sheet(), len(own_run.probe.labels)
    rows = [f"{k},<b>w{k % 3}</b>,{k / 7}" for k in range(samples)]
    table = tmp_path / "t.csv"
    table.write_text("sample,<i>writer</i>,score\n" + "\n".join(rows))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    dialog.add.click()
    added(window, qtbot)
    name = "own-i-writer-i"
    assert dialog.only.findData(name) >= 0
    orders = [dialog.order.itemText(k) for k in range(dialog.order.count())]
    assert orders[-3:] == ["<i>writer</i>", "score, least first", "score, most first"]
    assert window.note.text.text() == "Columns of own were added."
    choice = window.run_panel.colors.choice
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())
    settle(qtbot, window)
    assert window.run_panel.colors.said() == "<b>w0</b>, <b>w1</b>, <b>w2</b>"
    # A replaced column is seen at once, too, and the choice stays.
    table.write_text("sample,<i>writer</i>\n" + "\n".join(f"{k},all" for k in range(samples)))
    window.opening.open_dropped([str(table)])
    added(window, qtbot)
    assert window.run_panel.colors.said() == "all"
    assert choice.currentData() == name


def test_a_table_that_does_not_fit_is_a_sentence(window, qtbot, own_run, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("score\n1\n")
    before = (own_run.path / "probe.safetensors").read_bytes()
    assert not window.opening.adding.takes(table)
    window.opening.add_columns(table, own_run)
    added(window, qtbot)
    assert "has 1 row and there are" in window.note.text.text()
    assert (own_run.path / "probe.safetensors").read_bytes() == before


def test_samples_that_ship_keep_their_columns(window, qtbot, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("sample,score\n0,1\n")
    window.opening.open_demonstration()
    window.opening.add_columns(table, window.explorer.run)
    assert "keeps its columns" in window.note.text.text()
