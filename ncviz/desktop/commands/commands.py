"""One registry of commands feeds menus, buttons, shortcuts and the palette."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.style.icons import icon
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import named, tr

# The first part of a key names a group, if the command itself names none.
GROUPS = {"play": named("Time"), "point": named("View")}  # else it is the name of the group
SEPARATOR = None  # between the commands of a menu
# What stands in the menu of the application on macOS; Qt would guess by the words.
ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "edit.preferences": QAction.MenuRole.PreferencesRole,
    "help.about": QAction.MenuRole.AboutRole,
}
_MODIFIERS = Qt.KeyboardModifier
_COMBINING = _MODIFIERS.ControlModifier | _MODIFIERS.AltModifier | _MODIFIERS.MetaModifier
_LATIN_ENDS = 0x24F  # in Unicode
# The letters of a Latin keyboard by their scan codes, as X11 and Wayland number them.
_LETTERS = {
    first + place: ord(letter)
    for first, row in ((24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
    for place, letter in enumerate(row)
}
_PORTABLE = QKeySequence.SequenceFormat.PortableText


@dataclass(frozen=True)
class Command:
    """Something the user can ask for.

    Parameters
    ----------
    key : str
        Its name in code, e.g. 'file.open'.
    text : str
        A verb, as in menus.
    tip : str
        One sentence.
    run : callable
        Called without arguments, or with the new state of a switch.
    shortcut : str
        In Qt's notation, several apart by '; ', the one to show first; empty for none.
    checked : bool, optional
        The first state of a switch; None for what is none.
    group : str
        Where it stands on the page of shortcuts; by default as `GROUPS` has it.
    icon : str
        Of assets/icons; empty for none.
    enabled : callable, optional
        Whether it makes sense now; asked by `Commands.refresh`.
    needs : str
        One sentence to say while it is not enabled: what it takes first.
    words : str
        Further words to find it by.
    """

    key: str
    text: str
    tip: str
    run: Callable[..., object]
    shortcut: str = ""
    checked: bool | None = None
    group: str = ""
    icon: str = ""
    enabled: Callable[[], bool] | None = None
    needs: str = ""
    words: str = ""


class Commands:
    """The actions of a window, by key.

    A shortcut with Ctrl, Alt or Meta is one of Qt's. A single key, with Shift or without, is
    none: Qt would take it before the control that has the focus sees it. `Keyboard` runs it,
    where no control took it.

    Parameters
    ----------
    window : QWidget
        Where their shortcuts work.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._commands: dict[str, Command] = {}
        self._sequences: dict[str, list[QKeySequence]] = {}
        self._owners: dict[str, str] = {}

    def add(self, *commands: Command) -> None:
        """Register commands.

        Raises
        ------
        ValueError
            If a key or a shortcut is taken, or a shortcut is none.
        """
        for command in commands:
            if command.key in self._commands:
                raise ValueError(tr("the command {key!r} is registered twice", key=command.key))
            shortcuts = self._claimed(command)
            action = QAction(command.text, self._window)
            action.setToolTip(plain_tip(command.tip))
            action.setStatusTip(command.tip)
            action.setMenuRole(ROLES.get(command.key, QAction.MenuRole.NoRole))
            action.setCheckable(command.checked is not None)
            if command.checked is not None:
                action.setChecked(command.checked)
                action.triggered.connect(command.run)
            else:
                action.triggered.connect(lambda _=False, run=command.run: run())
            combined = [sequence for sequence in shortcuts if not _is_single(sequence)]
            action.setShortcuts(combined)
            if combined != shortcuts:  # a menu writes what follows a tabulator as the keys
                action.setText(f"{command.text}\t{_native(shortcuts[0])}")
            self._sequences[command.key] = shortcuts
            if command.icon:
                action.setIcon(icon(command.icon, "text", "quiet"))
            self._window.addAction(action)
            self._actions[command.key] = action
            self._commands[command.key] = command

    def _claimed(self, command: Command) -> list[QKeySequence]:
        """Return the shortcuts of a command, noted as its own."""
        if not command.shortcut:
            return []
        found = QKeySequence.listFromString(command.shortcut, _PORTABLE)
        for sequence in found:
            keys = [sequence[number].key() for number in range(sequence.count())]
            if not keys or Qt.Key.Key_unknown in keys:
                raise ValueError(
                    tr(
                        "{shortcut!r} of {key!r} is no shortcut",
                        shortcut=command.shortcut,
                        key=command.key,
                    )
                )
            owner = self._owners.setdefault(sequence.toString(_PORTABLE), command.key)
            if owner != command.key:
                raise ValueError(
                    tr(
                        "{portable} is the shortcut of both {owner!r} and {key!r}",
                        portable=sequence.toString(_PORTABLE),
                        owner=owner,
                        key=command.key,
                    )
                )
        return found

    def __getitem__(self, key: str) -> QAction:
        self._known(key)
        return self._actions[key]

    def __contains__(self, key: object) -> bool:
        return key in self._commands

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __len__(self) -> int:
        return len(self._commands)

    def command(self, key: str) -> Command:
        """Return what was registered under a key."""
        self._known(key)
        return self._commands[key]

    def _known(self, key: str) -> None:
        if key not in self._commands:
            near = get_close_matches(key, self._commands, n=1)
            raise KeyError(
                tr("no command {key!r}", key=key)
                + (tr(": did you mean {near!r}?", near=near[0]) if near else "")
            )

    def refresh(self) -> None:
        """Enable what makes sense now, disable the rest; call it before a menu opens."""
        for key, command in self._commands.items():
            if command.enabled is not None:
                self._actions[key].setEnabled(bool(command.enabled()))

    def release(self) -> None:
        """Let every key work again once a menu is closed: the command itself says why not."""
        for key, command in self._commands.items():
            if command.enabled is not None:
                self._actions[key].setEnabled(True)

    def group_of(self, key: str) -> str:
        """Return the group that a command belongs to."""
        command = self.command(key)
        first = key.partition(".")[0]
        return tr(command.group or GROUPS.get(first, first.capitalize()))

    def sequences(self, key: str) -> list[QKeySequence]:
        """Return the shortcuts of a command, the one to show first; none for most."""
        self._known(key)
        return list(self._sequences[key])

    def keys_of(self, key: str) -> str:
        """Return the shortcut of a command as this system writes it; empty for none."""
        sequences = self.sequences(key)
        return _native(sequences[0]) if sequences else ""

    def of_single_key(self, event: QKeyEvent) -> QAction | None:
        """Return what a key alone, or with Shift, asks for; None for nothing."""
        if event.modifiers() & _COMBINING:
            return None
        shift: int = cast(Any, event.modifiers() & _MODIFIERS.ShiftModifier).value
        key = _latin(event)
        # Shift that it takes to write a sign, as + here and there, is no part of the key.
        for modifier in (shift, 0) if _is_sign(key) else (shift,):
            sequence = QKeySequence(modifier | key)
            owner = self._owners.get(sequence.toString(_PORTABLE))
            if owner is not None:
                return self._actions[owner]
        return None

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return text and keys of each command that has some."""
        return [row for rows in self.shortcut_groups().values() for row in rows]

    def shortcut_groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return text and keys of each command that has some, group by group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, command in self._commands.items():
            if self._sequences[key]:
                row = command.text.rstrip("…"), self.keys_of(key)
                groups.setdefault(self.group_of(key), []).append(row)
        return groups


def _is_single(sequence: QKeySequence) -> bool:
    """Return whether it takes one key, alone or with Shift."""
    return sequence.count() == 1 and not sequence[0].keyboardModifiers() & _COMBINING


def _latin(event: QKeyEvent) -> int:
    """Return a key, or what it is on a Latin keyboard where it writes another script.

    Qt does so for its own shortcuts, and keeps to itself how.
    """
    key = event.key()
    if not _LATIN_ENDS < key <= sys.maxunicode:
        return key
    if sys.platform == "win32":  # letters are numbered by what they are on a Latin keyboard
        native = event.nativeVirtualKey()
        return native if ord("A") <= native <= ord("Z") else key
    else:  # noqa: RET505 - what is there on another system, a checker of types sees by this
        return _LETTERS.get(event.nativeScanCode(), key)


def _is_sign(key: int) -> bool:
    return ord(" ") < key <= sys.maxunicode and not chr(key).isalpha()


def _native(sequence: QKeySequence) -> str:
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)
