"""Typed numbers: the same in every locale, and never cut without a word."""

import pytest
from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QSpinBox,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from window_parts import dispose, turn_wheel

from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.explorer.room_names import COMPARE, GALLERY, LAYERS, THEORY, TRAIN

LOCALES = ("de_DE", "de_CH", "fr_FR", "ar_EG", "en_GB", "hi_IN", "C")


@pytest.fixture(params=LOCALES)
def locale(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture
def shown(qtbot):
    """Show a box within a window, with the focus on it."""
    made = []

    def show(box):
        window = QWidget()
        QVBoxLayout(window).addWidget(box)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        made.append(window)
        return box

    yield show
    for window in made:
        dispose(window)


def write(qtbot, box, text):
    box.selectAll()
    # Simulated keys know no letters beyond Latin.
    qtbot.keyClicks(box, text) if text.isascii() else box.lineEdit().insert(text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ("2.5", 2.5, "2.5"),
        ("2,5", 2.5, "2.5"),
        ("1.000", 1.0, "1"),
        ("1,000", 1.0, "1"),
        ("29.97", 29.97, "29.97"),
        ("120.25", 120.25, "120.25"),
        (" 7 ", 7.0, "7"),
        ("-0.5", -0.5, "−0.5"),
        ("−0.5", -0.5, "−0.5"),
        ("1e-3", 0.001, "0.001"),
        ("٢٫٥", 2.5, "2.5"),
    ],
)
def test_both_marks_are_the_decimal_in_every_locale(qtbot, shown, locale, text, value, written):
    box = shown(NumberBox(-1000.0, 1000.0, 50.0, whole=False))
    write(qtbot, box, text)
    assert (box.value(), box.text(), box.problem) == (value, written, "")


def test_numbers_are_shown_alike_in_every_locale(locale, qapp):
    assert NumberBox(0, 100_000, 12_345).text() == "12345"
    assert NumberBox(0, 100_000, 1234.5, whole=False).text() == "1234.5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("200", "200 is above 100: choose a number from 2 to 100."),
        ("1", "1 is below 2: choose a number from 2 to 100."),
        ("-5", "-5 is below 2"),
        ("2.5", "not a whole number"),
        ("1.000", "not a whole number"),
        ("1.000,5", "two decimal marks"),
        ("1 0", "is not a number"),
        ("1_0", "is not a number"),
        ("ten", "is not a number"),
        ("nan", "not a whole number"),
        ("1e999", "not a whole number"),
        ("", "Nothing is written"),
    ],
)
def test_what_does_not_fit_stays_and_is_said(qtbot, shown, text, said):
    box = shown(NumberBox(2, 100, 8))
    heard, changes = [], []
    box.problem_changed.connect(heard.append)
    box.valueChanged.connect(changes.append)
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == text
    assert said in box.problem
    assert heard[-1] == box.problem
    assert box.value() in (8, *changes)
    write(qtbot, box, "20")
    assert (box.value(), box.problem, heard[-1]) == (20, "", "")


def test_too_large_is_said_while_typing_and_too_small_only_at_the_end(qtbot, shown):
    box = shown(NumberBox(16, 4096, 1280))
    heard = []
    box.problem_changed.connect(heard.append)
    box.selectAll()
    qtbot.keyClicks(box, "8")
    assert heard == [], "more digits may come"
    qtbot.keyClicks(box, "00")
    assert (box.value(), heard) == (800, [])
    qtbot.keyClicks(box, "0")
    assert heard == ["8000 is above 4096: choose a number from 16 to 4096."]


def test_pasted_text(qtbot, shown):
    box = shown(NumberBox(-10, 10, 0, whole=False))
    for text, value in (
        (" 2,5 ", 2.5),
        ("1e-3", 0.001),
        ("−0.5", -0.5),
        ("\u202f3,25\u00a0", 3.25),
    ):
        QApplication.clipboard().setText(text)
        box.selectAll()
        box.lineEdit().paste()
        assert box.value() == value, repr(text)


def test_text_is_tidied_when_it_is_taken_up(qtbot, shown):
    box = shown(NumberBox(0, 10, whole=False))
    box.selectAll()
    qtbot.keyClicks(box, "2,50")
    box.interpretText()
    assert (box.value(), box.text()) == (2.5, "2.5")


def test_a_unit_and_words_for_the_smallest(qtbot, shown):
    turn = shown(NumberBox(-720, 720, 90))
    turn.setSuffix("°")
    assert turn.text() == "90°"
    write(qtbot, turn, "-45")
    assert (turn.value(), turn.text()) == (-45, "−45°")
    threads = shown(NumberBox(0, 8))
    threads.setSpecialValueText("Automatic")
    assert threads.text() == "Automatic"
    threads.lineEdit().setText("Automatic")
    threads.lineEdit().end(False)
    qtbot.keyClicks(threads, "3")
    assert threads.value() == 3
    write(qtbot, threads, "0")
    assert (threads.value(), threads.text()) == (0, "Automatic")


def test_keys_and_wheel_step_within_the_range(qtbot, shown):
    box = shown(NumberBox(0, 10, 9))
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 10
    qtbot.keyClick(box, Qt.Key.Key_PageDown)
    assert box.value() == 0
    turn_wheel(box, 1)
    assert box.value() == 1
    box.clearFocus()
    turn_wheel(box, 1)
    assert box.value() == 1, "who scrolls past a field does not change it"


def test_without_a_field_a_bubble_says_it(qtbot, shown):
    box = shown(NumberBox(2, 100, 8))
    write(qtbot, box, "200")
    assert "above 100" in QToolTip.text()
    QToolTip.hideText()


def test_a_field_says_it_and_its_page_refuses(qtbot, shown):
    page = Fields()
    box = NumberBox(1, 600, 8, whole=False)
    field = Field("Seconds", box)
    page.add(field)
    page.setFocusProxy(box)
    shown(page)
    page.check_numbers()
    box.lineEdit().setText("")
    qtbot.keyClicks(box.lineEdit(), "6000")
    assert "above 600" in field.fault.sentence
    with pytest.raises(FieldError, match="6000 is above 600") as raised:
        page.check_numbers()
    assert raised.value.field is field


def test_no_part_of_the_window_reads_numbers_by_the_locale(make_window, small_run):
    """Every room and dialog uses our box, and none of Qt's."""
    window = make_window(run=small_run.path, opengl=False)
    for room in (LAYERS, THEORY, COMPARE, GALLERY, TRAIN):
        window.enter(room)
    window.preferences()
    window.exporting.open("film")
    window.recording.open()
    dialogs = (window._preferences, window.exporting.dialog, window.recording.dialog)
    parts = (window, *dialogs)
    kinds = (QSpinBox, QDoubleSpinBox)
    assert [box for part in parts for kind in kinds for box in part.findChildren(kind)] == []
    ours = {box.accessibleName() for part in parts for box in part.findChildren(NumberBox)}
    assert {"Layers", "Epochs", "Seed", "Seconds", "Frames a second", "Width"} <= ours
    for dialog in dialogs:
        dialog.close()
