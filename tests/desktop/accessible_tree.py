"""The tree of accessible objects, as Qt gives it to screen readers on every system.

PyQt6 wraps none of it, so it is read through the C++ interface of Qt itself: by the order of the
virtual functions of `QAccessibleInterface`, which all of Qt 6 keeps, in the binary form that
compilers on Linux and macOS share.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path

import PyQt6
from PyQt6 import sip
from PyQt6.QtCore import QObject, QVariant
from PyQt6.QtWidgets import QApplication, QWidget

NAME, DESCRIPTION, VALUE = 0, 1, 2
LABEL = 1  # the relation of an object to what labels it
ROLES = {
    0x02: "menu bar",
    0x03: "scroll bar",
    0x04: "grip",
    0x08: "alert",
    0x09: "window",
    0x0A: "client",
    0x0B: "menu",
    0x0C: "menu item",
    0x0D: "tool tip",
    0x0E: "application",
    0x10: "pane",
    0x12: "dialog",
    0x13: "frame",
    0x14: "group",
    0x15: "separator",
    0x16: "tool bar",
    0x17: "status bar",
    0x18: "table",
    0x19: "column header",
    0x1A: "row header",
    0x1D: "cell",
    0x21: "list",
    0x22: "list item",
    0x23: "tree",
    0x24: "tree item",
    0x25: "tab",
    0x28: "picture",
    0x29: "label",
    0x2A: "text field",
    0x2B: "button",
    0x2C: "check box",
    0x2D: "radio button",
    0x2E: "combo box",
    0x30: "progress bar",
    0x33: "slider",
    0x34: "spin box",
    0x39: "menu button",
    0x3C: "tabs",
    0x3E: "splitter",
    0x80: "layered pane",
}
# Bits of `QAccessible::State`.
STATES = ("disabled", "selected", "focusable", "focused", "pressed", "checkable", "checked")
INVISIBLE, INVALID = 17, 31
# Numbers of `QAccessible::InterfaceType`.
EDITABLE_TEXT, VALUES, ACTIONS, SELECTION = 1, 2, 3, 8

_library = Path(PyQt6.__file__).parent / "Qt6" / "lib"
_gui = ctypes.CDLL(next(str(p) for p in _library.rglob("*Qt*Gui*") if p.is_file()))
_query = _gui._ZN11QAccessible24queryAccessibleInterfaceEP7QObject
_query.restype, _query.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
_number_of = _gui._ZN11QAccessible8uniqueIdEP20QAccessibleInterface
_number_of.restype, _number_of.argtypes = ctypes.c_uint, [ctypes.c_void_p]
_forget = _gui._ZN11QAccessible25deleteAccessibleInterfaceEj
_forget.restype, _forget.argtypes = None, [ctypes.c_uint]


class _Array(ctypes.Structure):
    """A `QString` or a `QList`: what owns it, where it begins, how long it is."""

    _fields_ = (
        ("owner", ctypes.c_void_p),
        ("start", ctypes.c_void_p),
        ("length", ctypes.c_ssize_t),
    )

    def text(self) -> str:
        """Return the string. Its memory stays: a few kilobytes in all tests together."""
        return ctypes.string_at(self.start or 0, 2 * self.length).decode("utf-16-le")


class _Variant(ctypes.Structure):
    _fields_ = (("bytes", ctypes.c_uint64 * 4),)


class _Rectangle(ctypes.Structure):
    _fields_ = tuple((side, ctypes.c_int) for side in ("left", "top", "right", "bottom"))


def _string(text: str) -> tuple[_Array, object]:
    """Return a `QString` that owns nothing, and what must live as long as it does."""
    letters = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
    return _Array(None, ctypes.addressof(letters), len(text.encode("utf-16-le")) // 2), letters


def _call(this: int, place: int, result: object, *arguments: object) -> object:
    """Call the virtual function at a place in the table of an object."""
    table = ctypes.cast(this, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    kinds = [ctypes.c_int if isinstance(a, int) else ctypes.c_void_p for a in arguments]
    function = ctypes.CFUNCTYPE(result, ctypes.c_void_p, *kinds)(table[place])
    given = [a if isinstance(a, int) else ctypes.addressof(a) for a in arguments]
    return function(this, *given)


class Accessible:
    """One object of the tree."""

    def __init__(self, address: int) -> None:
        self._address = address

    def __repr__(self) -> str:
        return f"<{self.role} {self.name!r}>"

    @classmethod
    def of(cls, thing: QObject) -> "Accessible":
        """Return the object of a widget or of the application."""
        return cls(_query(sip.unwrapinstance(thing)))

    # What a screen reader says

    @property
    def role(self) -> str:
        number = _call(self._address, 15, ctypes.c_int)
        return ROLES.get(number, f"role {number:#x}")

    @property
    def name(self) -> str:
        return _call(self._address, 12, _Array, NAME).text()

    @property
    def description(self) -> str:
        return _call(self._address, 12, _Array, DESCRIPTION).text()

    @property
    def value(self) -> str:
        return _call(self._address, 12, _Array, VALUE).text()

    @property
    def label(self) -> str:
        """The name of what labels it, which screen readers say before its own."""
        pairs = _call(self._address, 5, _Array, LABEL)
        if not pairs.length:
            return ""
        return Accessible(ctypes.c_void_p.from_address(pairs.start).value).name

    @property
    def states(self) -> frozenset[str]:
        bits = _call(self._address, 16, ctypes.c_uint64)
        return frozenset(name for place, name in enumerate(STATES) if bits >> place & 1)

    @property
    def is_shown(self) -> bool:
        bits = _call(self._address, 16, ctypes.c_uint64)
        return not bits >> INVISIBLE & 1

    @property
    def number(self) -> float | None:
        """The value as a number, where it has one."""
        values = self._interface(VALUES)
        return None if values is None else _number(_call(values, 2, _Variant))

    @property
    def range(self) -> tuple[float, float]:
        values = self._interface(VALUES)
        return _number(_call(values, 5, _Variant)), _number(_call(values, 4, _Variant))

    # Where it stands

    @property
    def parent(self) -> "Accessible | None":
        address = _call(self._address, 8, ctypes.c_void_p)
        return None if address is None else Accessible(address)

    def children(self) -> list["Accessible"]:
        if self.role in ("list", "table", "tree"):
            # That it has other items it is told only while a screen reader is at work.
            widget = self.widget
            _forget(_number_of(self._address))
            self._address = _query(sip.unwrapinstance(widget))
        count = _call(self._address, 10, ctypes.c_int)
        found = (_call(self._address, 9, ctypes.c_void_p, place) for place in range(count))
        return [Accessible(address) for address in found if address]

    def walk(self) -> Iterator["Accessible"]:
        """Yield it and all that is shown below it."""
        yield self
        for child in self.children():
            if child.is_shown:
                yield from child.walk()

    def find(self, role: str, name: str) -> "Accessible":
        """Return the one object below it with a role, and a name that is so, or begins so."""
        found = [one for one in self.walk() if one.role == role and one.is_called(name)]
        found = [one for one in found if name in (one.name, one.label)] or found
        assert len(found) == 1, f"{role} {name!r}: {found or self.named(role)}"
        return found[0]

    def is_called(self, name: str) -> bool:
        return (self.label or self.name).strip().startswith(name)

    def named(self, role: str) -> list[str]:
        """Return the names of all objects of a role below it."""
        return [one.label or one.name for one in self.walk() if one.role == role]

    @property
    def widget(self) -> QObject | None:
        """What it speaks for, to be named where a test fails."""
        address = _call(self._address, 3, ctypes.c_void_p)
        return None if address is None else sip.wrapinstance(address, QObject)

    # What a screen reader can do

    @property
    def actions(self) -> list[str]:
        actions = self._interface(ACTIONS)
        if actions is None:
            return []
        names = _call(actions, 2, _Array)
        size = ctypes.sizeof(_Array)
        at = [names.start + place * size for place in range(names.length)]
        return [_Array.from_address(address).text() for address in at]

    def act(self, action: str) -> None:
        assert action in self.actions, f"{self} offers {self.actions}"
        name, _letters = _string(action)
        _call(self._interface(ACTIONS), 5, None, name)

    def set_number(self, number: float) -> None:
        values = self._interface(VALUES)
        variant = QVariant(number)
        given = _Variant.from_address(sip.unwrapinstance(variant))
        _call(values, 3, None, given)

    def set_text(self, text: str) -> None:
        name, _letters = _string(text)
        _call(self._interface(EDITABLE_TEXT), 4, None, 0, len(self.value), name)

    def select(self, child: "Accessible") -> None:
        """Select one child alone."""
        selection = self._interface(SELECTION)
        _call(selection, 9, ctypes.c_bool)
        _call(selection, 6, ctypes.c_bool, ctypes.c_char.from_address(child._address))

    def _interface(self, kind: int) -> int | None:
        return _call(self._address, 20, ctypes.c_void_p, kind)


def _number(variant: _Variant) -> float:
    value = sip.wrapinstance(ctypes.addressof(variant), QVariant)
    return float("nan") if value is None else float(value)


def application() -> Accessible:
    """Return the root of the tree."""
    return Accessible.of(QApplication.instance())


# What would leave who listens in the dark

# What of Qt's own may be reached, but is no control of ours.
_OF_QT = ("QScrollBar", "QHeaderView", "QTableCornerButton")


def faults(root: Accessible) -> list[str]:
    """Say which controls shown below an object have no good name, or no role.

    A control is what has the focus at times, or can be pressed, toggled or set. Its name (that of
    its label, where it has one) is not empty, no symbol, not what it is set to, and no other
    control of its kind beside it bears the same one.
    """
    found = []
    seen: dict[tuple[object, str, str], Accessible] = {}
    for one in root.walk():
        widget = one.widget
        if not _is_control(one) or (widget is not None and _is_of_qt(widget)):
            continue
        name = (one.label or one.name).strip()
        kind = "" if widget is None else type(widget).__name__
        where = f"{one.role} {name!r} ({kind})"
        if sum(letter.isalpha() for letter in name) < 2 and not name.isdecimal():
            found.append(f"no name: {where} in {_way_to(one)}")
        elif one.role in ("combo box", "spin box") and name == one.value:
            found.append(f"named by its value: {where} in {_way_to(one)}")
        elif one.role == "client" and not _has_its_role_beside(one):
            found.append(f"no role: {where} in {_way_to(one)}")
        group = _group_of(one)
        same = (group, one.role, name)
        if same in seen:
            found.append(f"named like another: {where} in {_way_to(one)}")
        seen[same] = one
    return found


def _is_control(one: Accessible) -> bool:
    return "focusable" in one.states or bool(set(one.actions) - {"SetFocus"})


def _has_its_role_beside(one: Accessible) -> bool:
    """Tell whether Qt has no role for it: a picture's stands beside it, what scrolls has none."""
    beside = one.parent.children() if one.parent is not None else []
    drawn = any((other.role, other.name) == ("picture", one.name) for other in beside)
    return drawn or (one.widget is not None and one.widget.inherits("QScrollArea"))


def _is_of_qt(widget: QObject) -> bool:
    """Tell whether a widget is part of one of Qt's, or hands the focus on to a part of it."""
    hands_on = isinstance(widget, QWidget) and widget.focusProxy() is not None
    of_qt = any(widget.inherits(kind) for kind in _OF_QT)
    return hands_on or of_qt or widget.objectName().startswith("qt_")


def _group_of(one: Accessible) -> str:
    """Return the nearest name above it, and the ways there."""
    return " › ".join(part for part in _way_to(one).split(" › ") if part)


def _way_to(one: Accessible) -> str:
    names = []
    above = one.parent
    while above is not None and above.role != "application":
        names.append(above.name if above.role != "window" else "")
        above = above.parent
    return " › ".join(reversed([name for name in names if name]))
