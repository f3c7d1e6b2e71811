"""What is written in files is shown letter by letter: no title is markup, no class a mnemonic."""

import html
import json

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from window_parts import settle

from ncviz.desktop.header import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.desktop.plain_text import plain_button, plain_tip
from ncviz.desktop.words_at import document_of

HOSTILE = "<b>x</b> & <i>"
FOLDER = "<i>y & z"  # a folder's name holds no slash


@pytest.fixture
def hostile(make_run, tmp_path):
    """Return a function that writes a run whose every name looks like markup."""

    def write(folder):
        run = make_run(tmp_path / folder, counts=(8, 8, 8, 2, 2), epochs=(0, 1, 2), state="stopped")
        file = run.path / "manifest.json"
        manifest = json.loads(file.read_text())
        manifest["title"] = manifest["message"] = manifest["command"] = HOSTILE
        manifest["class_names"] = [f"{HOSTILE}{k}" for k in range(5)]
        for layer in manifest["layers"]:
            layer["name"] = f"{HOSTILE} {layer['name']}"
        file.write_text(json.dumps(manifest))
        return run.path

    return write


def _raw(text):
    return HOSTILE in text or FOLDER in text


def _faults(window):
    """Return what would not be shown as it is written, and where names were found at all."""
    faults, found = [], set()
    for label in window.findChildren(QLabel):
        text = QLabel.text(label)
        name = HOSTILE if HOSTILE in text else FOLDER
        if _raw(text):
            found.add("label")
            if label.textFormat() != Qt.TextFormat.PlainText:
                faults.append((type(label).__name__, text))
        elif html.escape(HOSTILE).replace(" ", "") in text.replace("&nbsp;", "").replace(" ", ""):
            found.add("rich label")
            shown = document_of(label).toPlainText().replace("\N{NO-BREAK SPACE}", " ")
            if HOSTILE not in shown:
                faults.append((type(label).__name__, shown))
        elif "x</b>" in text or "</b> &amp; <i>" in text:
            faults.append((type(label).__name__, text, name))
    for widget in window.findChildren(QWidget):
        if _raw(widget.toolTip()):
            found.add("tooltip")
            if Qt.mightBeRichText(widget.toolTip()):
                faults.append(("tooltip", widget.toolTip()))
        elif html.escape(HOSTILE) in widget.toolTip():
            found.add("tooltip")
            if not widget.toolTip().startswith("<qt>"):
                faults.append(("tooltip", widget.toolTip()))
    for thing in (*window.findChildren(QAbstractButton), *window.findChildren(QAction)):
        text = thing.text()
        if "x</b>" in text or "y &" in text:
            found.add("button" if isinstance(thing, QAbstractButton) else "menu")
            if "&" in text.replace("&&", ""):
                faults.append((type(thing).__name__, text))
    return faults, found


def test_names_from_files_are_never_markup_in_any_room(make_window, qtbot, hostile):
    first, second = hostile("one"), hostile(FOLDER)
    window = make_window(run=first)
    window.settings.recent = [str(first), str(second)]
    found = set()
    for room in (EXPLORE, LAYERS, THEORY, TRAIN, GALLERY, COMPARE):
        window.enter(room)
        settle(qtbot, window)
        faults, here = _faults(window)
        assert faults == [], room
        found |= here
    assert window.rooms[COMPARE].open_second(second)
    settle(qtbot, window)
    for menu in window.findChildren(QMenu):
        menu.aboutToShow.emit()
    faults, here = _faults(window)
    assert faults == []
    assert found | here >= {"label", "rich label", "tooltip", "button", "menu"}
    card = window.rooms[COMPARE].panel.first
    assert document_of(card.title).toPlainText() == HOSTILE
    assert FOLDER in document_of(window.rooms[COMPARE].panel.second.facts).toPlainText()


def test_every_plot_says_names_as_they_are_written(make_window, qtbot, hostile):
    from ncviz.desktop.plots.kinds import KINDS

    window = make_window(run=hostile("one"))
    kinds = list(KINDS)
    for start in range(0, len(kinds), 3):
        window.plots.set_layout(tuple(kinds[start : start + 3]))
        settle(qtbot, window)
        faults, _found = _faults(window)
        assert faults == [], kinds[start : start + 3]


def test_errors_and_notes_quote_names_as_they_are_written(make_window, qtbot):
    window = make_window()
    window.note.say(HOSTILE)
    assert document_of(window.note.text).toPlainText() == HOSTILE


@pytest.mark.parametrize("text", ["", "a & b", "a < b", HOSTILE, "&lt;i&gt;", "/runs/<b>x"])
def test_a_tip_shows_every_letter(qapp, text):
    label = QLabel(plain_tip(text))
    assert document_of(label).toPlainText() == text


def test_a_button_shows_every_letter():
    assert plain_button("A & B\tC") == "A && B C"
