"""What keys do that no control takes, and where the focus goes back to."""

from typing import Any, cast

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMenu,
    QWidget,
)

from ncviz.desktop.certain import the_application
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.timeline.timeline_popup import Popup
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.desktop.widgets.key_names import MOVING, PRESS
from ncviz.desktop.widgets.lesson_places import ANSWERS

_NO_MODIFIER = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Keyboard(QObject):
    """One rule for the keys of every control there is and will be: the focus comes first.

    A key goes to the control that has the focus, then to what that lies in. Only one
    that nobody accepted comes to the window, and runs the command whose single key it
    is. Keys of movement do so only while the picture has the focus, for a list at its
    end takes no more of them. Enter presses the button that has the focus, and opens a
    list of choices; Escape closes a note, ends a presentation, or gives the focus to
    the scene. When a dialog closes, or the control that had the focus vanishes, the scene
    gets it; a small panel and a list of choices give it back to what opened them.

    Parameters
    ----------
    window : CommandedWindow
        Dialogs are forms of their own, whose keys are the system's.
    """

    def __init__(self, window: CommandedWindow) -> None:
        super().__init__(window)
        self._window = window
        # By address: a wrapper does not know when a widget of Qt's own is destroyed.
        self._alive: dict[int, QWidget] = {}
        self._watched: int | None = None
        self._elsewhere: int | None = None  # the other window that had the focus last
        self._left: list[int | None] = []  # what lost it to the window just now
        self._tabs = False  # whether Tab is about to move it
        self._soon = one_shot(self, self._look_back)
        self._application = the_application()
        self._application.focusChanged.connect(self._moved)
        window.installEventFilter(self)

    def close(self) -> None:
        """Watch nothing any more: the window closes."""
        self._application.focusChanged.disconnect(self._moved)
        self._soon.stop()
        self._watch(None)
        self._window.removeEventFilter(self)

    def to_scene(self) -> None:
        """Give the focus to the scene, or to the page that covers it."""
        page = self._window.current.page
        (self._window.canvas.native if page is None else page).setFocus()

    # Keys

    def _watch(self, panel: QWidget | None) -> None:
        # The window and the small panel that has the focus: what nobody took ends there.
        before = None if self._watched is None else self._alive.get(self._watched)
        if before is not None:
            before.removeEventFilter(self)
        self._watched = self._known(panel)
        if panel is not None:
            panel.installEventFilter(self)

    def _known(self, widget: QWidget | None) -> int | None:
        """Return the address of a widget, of which it is known from now on whether it lives."""
        if widget is None or sip.isdeleted(widget):
            return None
        address: int = cast(Any, sip.unwrapinstance)(widget)  # its stubs say None
        if address not in self._alive:
            alive = self._alive
            alive[address] = widget
            widget.destroyed.connect(lambda *_: alive.pop(address, None))
        return address

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        kind = event.type() if event is not None else QEvent.Type.None_
        if kind == QEvent.Type.ShortcutOverride:
            self._tabs = isinstance(event, QKeyEvent) and event.key() in (
                Qt.Key.Key_Tab,
                Qt.Key.Key_Backtab,
            )
            if event is not None and self._window.presentation.is_blank:
                event.accept()  # or a key of a menu would act unseen; as a key it ends the black
                return True
        if kind != QEvent.Type.KeyPress or _menu_open():
            return False
        if not (isinstance(watched, QWidget) and isinstance(event, QKeyEvent)):
            return False
        return self._run(watched, event)

    def _run(self, window: QWidget, event: QKeyEvent) -> bool:
        """Do what a key asks for that came to a window; return whether that is anything."""
        focus, key = window.focusWidget(), event.key()
        if self._blanks(key, focus):
            return True
        if event.modifiers() in _NO_MODIFIER:
            if key in PRESS and _press(focus):
                return True
            if key == Qt.Key.Key_Escape and window is self._window:
                self._leave()
                return True
        if key in MOVING and not (window is self._window and self._rests(focus)):
            return False
        if _takes_text(focus) and event.text().isprintable() and event.text():
            return False  # a list that opens a field for a letter says that it took none
        command = self._window.commands.of_single_key(event)
        if command is None:
            return False
        if key in MOVING or not event.isAutoRepeat():  # a held key switches once
            command.trigger()
        return True

    def _blanks(self, key: int, focus: QWidget | None) -> bool:
        """Turn the screen black or on while one presents, as remote controls ask with B."""
        presentation = self._window.presentation
        if presentation.is_blank:
            presentation.blank(False)
            return True
        if not presentation.active or key != Qt.Key.Key_B or _takes_text(focus):
            return False
        presentation.blank(True)
        return True

    def _rests(self, focus: QWidget | None) -> bool:
        """Return whether no control has the focus."""
        page = self._window.current.page
        return focus in (None, self._window, self._window.canvas.native, page)

    def _leave(self) -> None:
        """Leave what lies over everything else, or the control that has the focus."""
        if self._window.note.isVisible():
            self._window.note.close_this()
        elif self._window.presentation.active:
            self._window.presentation.leave()
        else:
            self.to_scene()

    # Focus

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        window = None if now is None else now.window()
        self._watch(window if window is not None and self._is_panel(window) else None)
        if window is None:
            return
        if window is not self._window:
            if window.windowType() != Qt.WindowType.Popup:  # which gives it back to its opener
                self._elsewhere = self._known(window)
            return
        if before is None or sip.isdeleted(before) or before.window() is not self._window:
            before = None  # a list of choices, or what `_elsewhere` tells of already
        self._left += [self._elsewhere] if self._elsewhere is not None else []
        if before is not None and not self._tabs:  # tools hide once Tab has left their plot
            self._left.append(self._known(before))
        self._tabs = False
        self._elsewhere = None
        self._soon.start(0)  # what closes or is disabled is so only in a moment

    def _look_back(self) -> None:
        left, self._left = self._left, []
        now = QApplication.focusWidget()
        if now is not None and now.property(ANSWERS):  # a lesson gave it, whatever it hides
            return
        gone = (None if address is None else self._alive.get(address) for address in left)
        if any(map(_vanished, gone)) and (now is None or now.window() is self._window):
            self.to_scene()

    def _is_panel(self, window: QWidget) -> bool:
        parent = window.parentWidget()
        of_this = parent is not None and parent.window() is self._window
        return of_this and isinstance(window, Popup | FormulaCard)


def _takes_text(widget: QWidget | None) -> bool:
    takes = Qt.WidgetAttribute.WA_InputMethodEnabled  # of each list, too
    return not isinstance(widget, QAbstractItemView | None) and widget.testAttribute(takes)


def _menu_open() -> bool:
    # What it does not take, a menu hands to its bar, and that to the window.
    return isinstance(QApplication.activePopupWidget(), QMenu)


def _press(widget: QObject | None) -> bool:
    """Do what a click would do; return whether there is anything to click."""
    if isinstance(widget, QAbstractButton):
        widget.click()
    elif isinstance(widget, QComboBox) and not widget.isEditable():
        widget.showPopup()
    else:
        return False
    return True


def _vanished(widget: QWidget | None) -> bool:
    """Return whether a window closed, or a control went or was disabled."""
    return widget is None or not (widget.isVisible() and widget.isEnabled())
