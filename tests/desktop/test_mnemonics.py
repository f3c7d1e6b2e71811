"""Alt and a letter: every menu and every dialog gives each its own."""

import re

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QApplication,
    QFormLayout,
    QLineEdit,
    QMenu,
    QPushButton,
)

from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.mnemonics import lettered, unlettered
from ncviz.desktop.widgets.plain_text import PlainLabel

ALT = Qt.KeyboardModifier.AltModifier


def letters_of(texts):
    return [found.group(1) for found in map(re.compile("(?<!&)&([^&])").search, texts) if found]


def test_initials_are_taken_first_and_no_letter_twice():
    assert lettered(["Open run…", "Open session…", "Quit", "Rose"]) == [
        "&Open run…",
        "Open &session…",
        "&Quit",
        "&Rose",
    ]


@pytest.mark.parametrize("text", ["A && B", "&&", "100 % && more", "…", "", "&Old"])
def test_signs_stay_what_they_were(text):
    (marked,) = lettered([text])
    assert unlettered(marked) == unlettered(text)
    assert unlettered(marked).count("&") == unlettered(text).count("&")
    assert QKeySequence.mnemonic(marked).isEmpty() == (not re.search(r"\w", text))


def test_the_first_gives_way_where_another_has_only_one_letter():
    assert lettered(["ab", "a"]) == ["a&b", "&a"]


def test_when_letters_run_out_a_text_stays_without():
    assert lettered(["a", "a", "A"]) == ["&a", "a", "A"]


def test_every_line_of_a_menu_has_a_letter_of_its_own(window):
    bar = [action.text() for action in window.menuBar().actions()]
    for texts in (
        bar,
        *([a.text() for a in m.menu().actions()] for m in window.menuBar().actions()),
    ):
        words = [text.partition("\t")[0] for text in texts if text]
        letters = [letter.casefold() for letter in letters_of(words)]
        assert len(letters) == len(words) == len(set(letters)), words


def test_alt_opens_a_menu_and_a_letter_chooses(window, qtbot):
    bar = window.menuBar()
    help_menu = bar.actions()[-1]
    (letter,) = letters_of([help_menu.text()])
    qtbot.keyClick(window, getattr(Qt.Key, f"Key_{letter.upper()}"), ALT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.menuAction() is help_menu
    menu.close()


class Form(Dialog):
    """Two fields and two buttons."""

    def __init__(self, parent):
        super().__init__(parent)
        layout = QFormLayout(self)
        self.fields = [QLineEdit(), QLineEdit()]
        for text, field in zip(("Width", "Weight"), self.fields, strict=True):
            label = PlainLabel(text)
            label.setBuddy(field)
            layout.addRow(label, field)
        self.save, self.said = QPushButton("Save"), []
        self.save.clicked.connect(lambda: self.said.append(True))
        layout.addRow(self.save)


def test_a_dialogs_letters_go_to_its_fields(window, qtbot):
    form = Form(window)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    for letter, field in (("E", form.fields[1]), ("W", form.fields[0])):
        qtbot.keyClick(form, getattr(Qt.Key, f"Key_{letter}"), ALT)
        assert field.hasFocus()
    qtbot.keyClick(form, Qt.Key.Key_S, ALT)
    qtbot.waitUntil(lambda: len(form.said) == 1)
    form.save.setText("Keep")  # another word: the next Alt gives it a letter
    qtbot.keyClick(form, Qt.Key.Key_Alt)
    qtbot.keyClick(form, Qt.Key.Key_K, ALT)
    qtbot.waitUntil(lambda: len(form.said) == 2)
    form.close()
    form.deleteLater()
