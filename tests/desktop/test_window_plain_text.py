"""What is written in files is shown letter by letter: no title is markup, no class a mnemonic."""

import ast
import html
import json
import re
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QTextDocument
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QMenu,
    QTextEdit,
    QWidget,
)
from window_parts import settle

import ncviz.desktop
from ncviz.desktop.widgets.mnemonics import unlettered
from ncviz.desktop.widgets.plain_text import plain_button, plain_tip
from ncviz.desktop.widgets.words_at import document_of
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN

HOSTILE = "<b>x</b> & <i>"
# Each is the name of a class, of a layer, and the title of a run.
NAMES = (
    '<img src="/nonexistent.png" width=9999>',
    "<table><tr><td>" * 3000,
    "</qt></p><h1>&lt;&amp;",
    "a & b && c &d",
    "line\nbreak\ttab\rreturn",
    "\u202egnp.exe\u2066 turned",
    "zero\x00byte \x1b[31m red",
    "x" * 100_000,
    "=1+1",
    "{0} %s %n [*] $R$ \\input{/etc/passwd}",
    "<style>*{color:red}</style><a href='file:///etc/passwd'>",
    "",
)
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
        shown = unlettered(thing.text()).replace("&&", "&")
        if "x</b>" in shown or "<i>y" in shown:
            found.add("button" if isinstance(thing, QAbstractButton) else "menu")
            marks = thing.text().replace("&&", "").count("&")
            if marks > 1 or not ("x</b> & <i>" in shown or FOLDER in shown):
                faults.append((type(thing).__name__, thing.text()))
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


def _markup(text):
    """Tell whether Qt would draw a text with a picture, a table or a heading."""
    document = QTextDocument()
    document.setHtml(text)
    return any(
        form.isImageFormat()
        or form.isTableFormat()
        or (form.isBlockFormat() and form.toBlockFormat().headingLevel() > 0)
        for form in document.allFormats()
    )


def drawn_markup(window):
    """Return what of a window would be drawn as markup, wherever it is said."""
    faults = []
    for widget in (window, *window.findChildren(QWidget)):
        for what in ("toolTip", "statusTip", "whatsThis"):
            text = getattr(widget, what)()
            if Qt.mightBeRichText(text) and _markup(text):
                faults.append((type(widget).__name__, what, text[:80]))
        if len(widget.windowTitle()) > 200:
            faults.append((type(widget).__name__, "title", widget.windowTitle()[:80]))
        if isinstance(widget, QLabel):
            text, form = QLabel.text(widget), widget.textFormat()
            rich = form == Qt.TextFormat.RichText or (
                form == Qt.TextFormat.AutoText and Qt.mightBeRichText(text)
            )
            if (rich and _markup(text)) or len(text) > 20_000:
                faults.append((type(widget).__name__, "text", text[:80]))
        elif isinstance(widget, QTextEdit) and _markup(widget.toHtml()):
            faults.append((type(widget).__name__, "document", widget.toPlainText()[:80]))
        elif isinstance(widget, QGraphicsView):
            faults += [
                ("graphics", item.toPlainText()[:80])
                for item in widget.items()
                if isinstance(item, QGraphicsTextItem) and _markup(item.toHtml())
            ]
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for row in range(min(model.rowCount(), 200)):
                tip = model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
                if isinstance(tip, str) and Qt.mightBeRichText(tip) and _markup(tip):
                    faults.append((type(widget).__name__, "row", tip[:80]))
    return faults


def test_nothing_that_a_run_says_of_itself_is_drawn_as_markup(
    make_window, qtbot, make_run, tmp_path
):
    run = make_run(
        tmp_path / "<h1>x & y", counts=(6,) * len(NAMES), epochs=(0, 1), widths=(14,) * 4
    )
    file = run.path / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["class_names"] = list(NAMES)
    window = make_window(run=run.path, opengl=False)
    window.settings.recent = [str(run.path)] * 2
    names = list(NAMES)
    while names:
        for layer in manifest["layers"]:
            layer["name"] = names[0]
            manifest["title"] = names.pop(0)
        manifest["message"], manifest["state"] = manifest["title"], "failed"
        file.write_text(json.dumps(manifest))
        assert window.open(run.path)
        window.picture.all_classes()
        for room in (EXPLORE, LAYERS, TRAIN, GALLERY, COMPARE):
            window.enter(room)
            if room == COMPARE:
                window.rooms[COMPARE].open_second(run.path)
            settle(qtbot, window)
            assert drawn_markup(window) == [], room
        for menu in window.findChildren(QMenu):
            menu.aboutToShow.emit()
        window.note.say(manifest["title"], manifest["title"])
        assert drawn_markup(window) == []


def test_the_search_shows_names_as_they_are_written(make_window, qtbot, hostile):
    window = make_window(run=hostile("one"), opengl=False)
    window.find_command()
    window._palette.field.setText("x</b>")
    assert drawn_markup(window) == []
    window._palette.close()


def _calls():
    """Yield each call in the modules of the window: the file, the name that is called, the node."""
    for path in sorted(Path(ncviz.desktop.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = (
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                )
                yield path, name, node


def _is_ours(node):
    """Tell whether a text can only be the program's own, or is made plain."""
    if isinstance(node, ast.IfExp):
        return _is_ours(node.body) and _is_ours(node.orelse)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name == "tr":  # what is put into a template can be of a file
            return not node.keywords and _is_ours(node.args[0])
        return name == "plain_tip" or (name == "with_native_keys" and _is_ours(node.args[0]))
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_every_tooltip_goes_through_the_one_factory():
    faults = [
        f"{path.name}:{node.lineno}"
        for path, name, node in _calls()
        if name == "setToolTip" and not _is_ours(node.args[-1])
    ]
    assert faults == []


def test_every_bare_label_says_that_its_markup_is_its_own():
    for path in sorted(Path(ncviz.desktop.__file__).parent.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        bare = len(re.findall(r"(?<![A-Za-z])QLabel\(", text))
        if path.name != "plain_text.py" and bare:
            assert text.count("TextFormat.RichText") >= bare, path.name


def test_dialogs_of_qt_are_given_the_program_s_own_words_alone():
    asked = {"question", "information", "warning", "critical", "setInformativeText"}
    faults = [
        f"{path.name}:{node.lineno}"
        for path, name, node in _calls()
        if name in asked
        and getattr(getattr(node.func, "value", None), "id", "") in ("QMessageBox", "box")
        and not all(_is_ours(a) for a in node.args if not isinstance(a, ast.Attribute | ast.BinOp))
    ]
    assert faults == []


def test_every_plot_says_names_as_they_are_written(make_window, qtbot, hostile):
    from ncviz.charts.plot import plots

    window = make_window(run=hostile("one"))
    kinds = list(plots())
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
