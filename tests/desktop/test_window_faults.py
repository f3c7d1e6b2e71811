"""Notes, and the exception hook behind them."""

import logging
import sys

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication
from window_parts import settle

from ncviz.desktop.shell.application import _Faults
from ncviz.errors import UserError


@pytest.fixture
def hooked(window, monkeypatch):
    """The window with the program's own exception hook instead of pytest's."""
    monkeypatch.setattr(sys, "excepthook", _Faults(window))
    return window


def raise_in_a_slot(qtbot, error):
    ran = []

    def slot():
        ran.append(True)
        raise error

    QTimer.singleShot(0, slot)
    qtbot.waitUntil(lambda: bool(ran))


def test_a_fault_becomes_a_note_with_details(hooked, qtbot, caplog):
    with caplog.at_level(logging.ERROR):
        raise_in_a_slot(qtbot, ZeroDivisionError("by nought"))
    note = hooked.note
    assert note.isVisible()
    assert note.text.text() == "Something went wrong inside ncviz; your runs are safe."
    assert note.more.isVisible()
    assert "ZeroDivisionError: by nought" in caplog.text
    assert not note._timer.isActive(), "what has details stays until it is closed"
    # The program lives.
    hooked.playback.jump(True)
    settle(qtbot, hooked)
    assert hooked.timeline.readout.text() == "epoch 20 / 20"
    note.dismiss.click()
    assert not note.isVisible()


def test_the_details_can_be_copied(hooked, qtbot):
    raise_in_a_slot(qtbot, ZeroDivisionError("by nought"))
    note = hooked.note
    note.more.click()
    note.copy.click()
    details = QApplication.clipboard().text()
    assert "test_window_faults.py" in details
    assert "ZeroDivisionError: by nought" in details
    note.dismiss.click()


def test_what_the_user_can_mend_is_one_sentence(hooked, qtbot):
    raise_in_a_slot(qtbot, UserError("The file x is damaged: choose another."))
    assert hooked.note.text.text() == "The file x is damaged: choose another."
    assert not hooked.note.more.isVisible()


def test_an_interrupt_closes_the_window(make_window, small_run, monkeypatch, qtbot):
    window = make_window(run=small_run.path, opengl=False)
    monkeypatch.setattr(sys, "excepthook", _Faults(window))
    raise_in_a_slot(qtbot, KeyboardInterrupt())
    assert not window.isVisible()


def test_a_fault_after_a_fault(hooked, qtbot):
    for number in range(3):
        raise_in_a_slot(qtbot, RuntimeError(f"number {number}"))
    assert "number 2" in hooked.note._details


# Notes


def test_a_note_leaves_by_itself(window, qtbot):
    note = window.note
    note.say("A run was saved.")
    assert note.isVisible()
    assert note._timer.isActive()
    assert note._timer.interval() >= 5000, "long enough to be read"
    note._timer.start(1)
    qtbot.waitUntil(lambda: not note.isVisible())


def test_a_note_lies_over_the_scene_and_holds_its_words(window, qtbot):
    words = "A run " + "with quite a long path " * 12 + "cannot be opened."
    for size in ((1280, 800), (1100, 650)):
        window.resize(*size)
        window.note.say(words)
        settle(qtbot, window)
        note, frame = window.note, window.frame
        assert frame.rect().contains(note.geometry())
        assert note.text.height() >= note.text.heightForWidth(note.text.width())
    qtbot.waitUntil(lambda: frame.rect().contains(note.geometry()))


def test_a_note_leaves_the_legend_free(window, qtbot):
    window.note.say("A sentence.")
    legend = window.frame.legend
    assert not window.note.geometry().intersects(legend.geometry())
    window.resize(900, 640)
    window.picture.all_classes()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not window.note.geometry().intersects(legend.geometry()))
    assert window.frame.rect().contains(window.note.geometry())


def test_a_note_takes_names_as_they_are(window, qtbot):
    """A folder may be called <b>x</b>; the note is no web page."""
    window.note.say("The run <b>x</b> & y does not exist.")
    assert window.note.text.textFormat() == Qt.TextFormat.PlainText


def test_a_new_note_replaces_the_last_and_its_details(window):
    window.note.say("First.", "details")
    window.note.say("Second.")
    assert window.note.text.text() == "Second."
    assert not window.note.more.isVisible()
    assert window.note._timer.isActive()
    window.note._timer.stop()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_a_note_stands_at_the_head_of_the_scene_and_covers_no_words(window, qtbot, size):
    window.resize(*size)
    window.note.say("A word about what was done, long enough for a line.")
    settle(qtbot, window)
    note, frame = window.note.geometry(), window.frame
    assert note.bottom() < frame.canvas.native.height() / 2
    for words in (frame.moment, frame.note, frame.tools, frame.legend):
        assert not words.isVisible() or not note.intersects(words.geometry())
