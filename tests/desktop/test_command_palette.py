"""The registry of commands, and the palette that searches it."""

import sys

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget
from window_parts import dispose, dress_now, pixels_of

from ncviz.desktop.commands.command_palette import CommandPalette
from ncviz.desktop.commands.commands import Command, Commands
from ncviz.desktop.scene.canvas import make_canvas
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.fuzzy import fuzzy_match
from ncviz.desktop.widgets.mnemonics import unlettered
from ncviz.scenes.palette import DARK, LIGHT, rgb

DOWN, UP, ENTER, ESCAPE = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def ran():
    return []


@pytest.fixture
def bare(qapp, qtbot):
    """A window of nothing but a field to type into."""
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    yield window
    dispose(window)


@pytest.fixture
def commands(bare, ran):
    found = Commands(bare)
    found.add(
        Command("file.open", "Open run…", "Open a run.", lambda: ran.append("open"), "Ctrl+O"),
        Command(
            "view.dark",
            "Dark theme",
            "Light letters on dark.",
            lambda on: ran.append(("dark", on)),
            "Ctrl+D",
            checked=False,
            words="night black",
            icon="moon",
        ),
        Command("play.toggle", "Play or pause", "Let time run.", lambda: ran.append("play"), "P"),
        Command(
            "edit.redo",
            "Redo",
            "Go to the view after.",
            lambda: ran.append("redo"),
            "Ctrl+Y; Ctrl+Shift+Z",
            enabled=lambda: False,
        ),
        Command("camera.reset", "Reset the camera", "Look from the first direction.", ran.clear),
    )
    return found


@pytest.fixture
def palette(bare, commands):
    return CommandPalette(bare, commands)


# The registry


def test_a_key_that_is_taken_is_refused(commands):
    with pytest.raises(ValueError, match=r"'file\.open' is registered twice"):
        commands.add(Command("file.open", "Open", "Tip.", print))


@pytest.mark.parametrize("shortcut", ["Ctrl+O", "ctrl+o", "F5; Ctrl+Shift+Z"])
def test_a_shortcut_that_is_taken_is_refused(commands, shortcut):
    with pytest.raises(ValueError, match=r"is the shortcut of both '.*' and 'file\.other'"):
        commands.add(Command("file.other", "Other", "Tip.", print, shortcut))
    assert "file.other" not in commands


def test_what_is_no_shortcut_is_refused(commands):
    with pytest.raises(ValueError, match="is no shortcut"):
        commands.add(Command("file.other", "Other", "Tip.", print, "Ctrl+Nonsense"))


def test_an_unknown_key_is_answered_with_the_nearest(commands):
    with pytest.raises(KeyError, match=r"did you mean 'file\.open'"):
        commands["file.opne"]
    with pytest.raises(KeyError, match=r"did you mean 'view\.dark'"):
        commands.group_of("view.dork")


def test_a_command_may_have_two_shortcuts(commands):
    assert commands.sequences("edit.redo") == [
        QKeySequence("Ctrl+Y"),
        QKeySequence("Ctrl+Shift+Z"),
    ]
    assert commands.keys_of("edit.redo") == "Ctrl+Y"


def test_shortcuts_are_grouped(commands):
    groups = commands.shortcut_groups()
    assert groups["File"] == [("Open run", "Ctrl+O")]
    assert list(groups) == ["File", "View", "Time", "Edit"]
    assert [row for rows in groups.values() for row in rows] == commands.shortcuts()


def test_commands_that_make_no_sense_now_are_disabled(commands):
    commands.refresh()
    assert not commands["edit.redo"].isEnabled()
    assert commands["file.open"].isEnabled()


def test_icons_take_the_colours_of_the_theme(commands):
    colors = set()
    for theme in (LIGHT, DARK):
        dress_now(theme)
        pixels = pixels_of(commands["view.dark"].icon().pixmap(20, 20).toImage())
        colors.add(tuple(pixels[pixels[..., 3] > 250][0][:3]))
    dress_now(LIGHT)
    assert len(colors) == 2
    assert commands["file.open"].icon().isNull()


# Searching


def test_letters_match_in_order_and_starts_of_words_count_more():
    assert fuzzy_match("dt", "Dark theme").places == (0, 5)
    assert fuzzy_match("THEME", "Dark theme").places == (5, 6, 7, 8, 9)
    assert fuzzy_match("td", "Dark theme") is None
    assert fuzzy_match("", "anything").places == ()
    assert fuzzy_match("x", "") is None
    assert fuzzy_match("play", "Play").score > fuzzy_match("play", "Step play along").score
    assert fuzzy_match("op", "Open run").score > fuzzy_match("op", "Loop").score


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dark", "view.dark"),
        ("dt", "view.dark"),
        ("night", "view.dark"),
        ("opn", "file.open"),
        ("time", "play.toggle"),
        ("rc", "camera.reset"),
        ("direction", "camera.reset"),
        ("file.open", "file.open"),
    ],
)
def test_a_command_is_found_by_text_words_tip_and_key(palette, typed, first):
    palette.field.setText(typed)
    assert palette.shown[0] == first


def test_nothing_found_teaches(palette):
    palette.field.setText("camerq")
    assert palette.shown == []
    assert not palette.empty.isHidden()
    assert palette.list.isHidden()
    assert palette.empty.text().endswith("Did you mean “camera”?")
    palette.field.setText("qqqqq")
    assert "Try a verb" in palette.empty.text()
    palette.field.clear()
    assert len(palette.shown) == 5
    assert palette.empty.isHidden()


# Using it


def test_it_opens_and_enter_runs_what_was_typed(palette, qtbot, ran):
    palette.open()
    QApplication.processEvents()
    assert palette.isVisible()
    used = []
    palette.used.connect(used.append)
    qtbot.keyClicks(palette.field, "dark")
    qtbot.keyClick(palette.field, ENTER)
    assert not palette.isVisible()
    assert ran == [("dark", True)]
    assert used == ["view.dark"]


def test_recent_commands_come_first_and_are_kept(bare, commands, qtbot):
    recent = ["play.toggle", "no longer there"]
    palette = CommandPalette(bare, commands, recent)
    palette.open()
    assert palette.shown[0] == "play.toggle"
    qtbot.keyClicks(palette.field, "open")
    qtbot.keyClick(palette.field, ENTER)
    palette.open()
    assert palette.shown[:2] == ["file.open", "play.toggle"]
    assert recent[:2] == ["file.open", "play.toggle"]
    palette.hide()


def test_arrows_go_round(palette, qtbot):
    palette.open()
    qtbot.keyClick(palette.field, DOWN)
    assert palette.list.currentIndex().row() == 1
    qtbot.keyClick(palette.field, UP)
    qtbot.keyClick(palette.field, UP)
    assert palette.list.currentIndex().row() == 4
    qtbot.keyClick(palette.field, DOWN)
    assert palette.list.currentIndex().row() == 0
    qtbot.keyClick(palette.field, Qt.Key.Key_PageDown)
    assert palette.list.currentIndex().row() == 4
    qtbot.keyClick(palette.field, Qt.Key.Key_PageUp)
    assert palette.list.currentIndex().row() == 0
    qtbot.keyClick(palette.field, ESCAPE)
    assert not palette.isVisible()


def test_a_click_runs_too(palette, qtbot, ran):
    palette.open()
    palette.field.setText("open")
    index = palette.model.index(0)
    place = palette.list.visualRect(index).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert ran == ["open"]


def test_a_disabled_command_is_shown_quiet_and_does_not_run(palette, qtbot, ran):
    palette.open()
    qtbot.keyClicks(palette.field, "redo")
    (row,) = palette.model.rows
    assert not row.enabled
    qtbot.keyClick(palette.field, ENTER)
    assert palette.isVisible()
    assert ran == []
    palette.hide()


def test_it_takes_the_look_of_the_application(palette, qapp):
    for theme, scale in ((DARK, 1.5), (LIGHT, 1.0)):
        dress_now(theme, scale)
        assert current_look() == (theme, scale)
        palette.open()
        rows = palette.list.itemDelegate()
        assert rows.row_height() > 40 * scale
        palette.hide()


def test_the_state_of_a_switch_is_shown(palette, commands):
    commands["view.dark"].setChecked(True)
    palette.open()
    states = {row.key: row.checked for row in palette.model.rows}
    assert states["view.dark"] is True
    assert states["file.open"] is None
    palette.hide()


def test_keys_typed_in_it_do_not_reach_the_window(palette, bare, qtbot, ran):
    bare.activateWindow()
    palette.open()
    QTest.keyClicks(palette.field, "p")
    assert palette.field.text() == "p"
    assert ran == []
    assert bare.centralWidget().text() == ""
    palette.toggle()
    assert not palette.isVisible()


def test_it_lies_above_the_canvas_on_the_screen(qapp, qtbot, commands, bare):
    """The canvas is a native window: it covers whatever is no window."""
    canvas = make_canvas()
    bare.setCentralWidget(canvas.native)
    qtbot.waitUntil(lambda: canvas.frames > 0)
    palette = CommandPalette(bare, commands)
    palette.field.setStyleSheet("background: #123456;")
    palette.open()
    qtbot.waitExposed(palette)
    here = palette.field.mapToGlobal(QPoint(palette.field.width() - 30, 8))
    wanted = [round(255 * part) for part in rgb("#123456")]

    def seen():
        image = bare.screen().grabWindow(0, here.x(), here.y(), 1, 1).toImage()
        return list(pixels_of(image)[0, 0, :3]) == wanted

    qtbot.waitUntil(seen)
    palette.hide()
    canvas.close()


# Single keys


@pytest.fixture
def steps(qapp):
    """Commands of single keys, in a window of their own."""
    window = QWidget()
    commands = Commands(window)
    for number, keys in enumerate(("L", "Shift+L", "+; =", "1", "Right", "Ctrl+L", "F9", "-")):
        commands.add(Command(f"play.{number}", keys, "Tip.", print, keys))
    yield commands
    dispose(window)


def asked(commands, key, modifiers, *native):
    action = commands.of_single_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, *native, ""))
    return None if action is None else unlettered(action.text().partition("\t")[0])


@pytest.mark.parametrize(
    ("key", "modifiers", "found"),
    [
        ("L", "No", "L"),
        ("L", "Shift", "Shift+L"),
        ("L", "Control", None),  # is Qt's
        ("L", "Alt", None),
        ("Plus", "No", "+; ="),
        ("Plus", "Shift", "+; ="),  # as on an American keyboard
        ("Plus", "Keypad", "+; ="),
        ("Equal", "No", "+; ="),
        ("1", "Shift", "1"),  # as on a French keyboard
        ("1", "Keypad", "1"),
        ("Right", "No", "Right"),
        ("Right", "Shift", None),
        ("F9", "No", "F9"),
        ("F9", "Shift", None),
        ("Minus", "No", "-"),
        ("X", "No", None),
    ],
)
def test_a_single_key_finds_its_command(steps, key, modifiers, found):
    held = getattr(Qt.KeyboardModifier, f"{modifiers}Modifier")
    assert asked(steps, getattr(Qt.Key, f"Key_{key}").value, held) == found


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_a_letter_of_another_script_is_the_key_that_it_stands_on(steps, system, monkeypatch):
    """On a Russian keyboard L writes Д: its place tells which key it is."""
    monkeypatch.setattr(sys, "platform", system)
    none = Qt.KeyboardModifier.NoModifier
    assert asked(steps, ord("Д"), none, 46, ord("L"), 0) == "L"
    assert asked(steps, ord("Д"), none, 25, ord("W"), 0) is None
