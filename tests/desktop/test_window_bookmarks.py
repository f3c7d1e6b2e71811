"""Bookmarks: marked, named, gone to, taken away."""

import pytest
from PyQt6.QtCore import Qt
from sample_parts import rest
from window_parts import settle

from ncviz.explorer.bookmarks import Bookmarks

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _in_order(window):
    window.explorer.set_bookmarks(Bookmarks())
    yield
    window.timeline.bookmark_menu.hide()
    window.explorer.set_bookmarks(Bookmarks())
    rest(window)


def epochs(window):
    return [mark.epoch for mark in window.explorer.bookmarks.marks]


def mark(window, qtbot, *positions):
    for position in positions:
        window.playback.seek(position)
        settle(qtbot, window)
        window.commands["play.bookmark"].trigger()
    settle(qtbot, window)


def test_b_marks_and_shift_arrows_go_there(window, qtbot, key):
    for position in (4.0, 2.0):
        window.playback.seek(position)
        settle(qtbot, window)
        key(window, Qt.Key.Key_B)
    assert epochs(window) == [2, 10]
    window.playback.jump(False)
    settle(qtbot, window)
    for keys, epoch in ((Qt.Key.Key_Right, 2), (Qt.Key.Key_Right, 10), (Qt.Key.Key_Left, 2)):
        key(window, (keys, SHIFT))
        settle(qtbot, window)
        assert window.explorer.view.epoch == epoch
        assert window.frame.moment.text() == f"Epoch {epoch}"


def test_b_right_after_a_seek_marks_the_new_epoch(window, qtbot, key):
    window.playback.seek(4.0)  # no frame has followed yet
    key(window, Qt.Key.Key_B)
    assert epochs(window) == [10]


def test_the_menu_adds_under_a_name(window, qtbot):
    window.playback.seek(3.0)
    settle(qtbot, window)
    qtbot.mouseClick(window.timeline.bookmark, LEFT)
    menu = window.timeline.bookmark_menu
    assert menu.isVisible()
    qtbot.keyClicks(menu.name, "means part")
    qtbot.mouseClick(menu.add, LEFT)
    settle(qtbot, window)
    assert [(m.name, m.epoch) for m in window.explorer.bookmarks.marks] == [("means part", 5)]
    assert menu.list.count() == 1
    assert [flag[0] for flag in window.timeline.slider._flags] == [3.0]


def test_a_click_in_the_list_goes_there(window, qtbot):
    mark(window, qtbot, 4.0)
    before = window.canvas.scene.samples.positions
    window.playback.jump(False)
    settle(qtbot, window)
    menu = window.timeline.bookmark_menu
    qtbot.mouseClick(window.timeline.bookmark, LEFT)
    spot = menu.list.visualItemRect(menu.list.item(0)).center()
    qtbot.mouseClick(menu.list.viewport(), LEFT, pos=spot)
    settle(qtbot, window)
    assert window.explorer.view.epoch == 10
    assert (window.canvas.scene.samples.positions == before).all()


def test_delete_takes_one_away_and_a_name_is_edited(window, qtbot):
    mark(window, qtbot, 1.0, 4.0)
    menu = window.timeline.bookmark_menu
    qtbot.mouseClick(window.timeline.bookmark, LEFT)
    menu.list.item(1).setText("late")
    assert [m.name for m in window.explorer.bookmarks.marks][1] == "late"
    settle(qtbot, window)
    menu.list.setCurrentRow(0)
    qtbot.keyClick(menu.list, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert epochs(window) == [10]
    assert len(window.timeline.slider._flags) == 1


def test_without_a_further_bookmark_it_is_said(window):
    window.commands["play.bookmark.next"].trigger()
    assert window.note.isVisible()
    assert "no further bookmark" in window.note.text.text()
