"""What keys do whatever has the focus, and where the focus goes back to."""

from typing import TYPE_CHECKING

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ncviz.desktop.formula_card import FormulaCard
from ncviz.desktop.timeline_popup import Popup

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow

# Keys of the window that no control may take, and the commands they run.
ALWAYS = {Qt.Key.Key_Space: "play.toggle"}
# Keys of the window that a control with the focus keeps for itself.
KEPT: tuple[tuple[type[QWidget], tuple[Qt.Key, ...]], ...] = (
    (QAbstractSlider, (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)),
)
_PRESS = Qt.Key.Key_Return, Qt.Key.Key_Enter
_NO_MODIFIER = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Keyboard(QObject):
    """One rule for the keys of every control there is and will be.

    Space plays unless a text field has the focus. Enter presses the button
    that has it, and opens a list of choices. When a dialog or a small panel
    closes, or the control that had the focus vanishes, the scene gets it.

    Parameters
    ----------
    window : MainWindow
        Dialogs are forms of their own, whose keys are the system's.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        # By address: a wrapper does not know when a widget of Qt's own is destroyed.
        self._alive: dict[int, QWidget] = {}
        self._watched: int | None = None
        self._elsewhere: int | None = None  # the other window that had the focus last
        self._left: list[int | None] = []  # what lost it to the window just now
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look_back)
        self._application = QApplication.instance()
        self._application.focusChanged.connect(self._moved)

    def close(self) -> None:
        """Watch nothing any more: the window closes."""
        self._application.focusChanged.disconnect(self._moved)
        self._soon.stop()
        self._watch(None)

    def to_scene(self) -> None:
        """Give the focus to the scene, or to the page that covers it."""
        page = self._window.current.page
        (self._window.canvas.native if page is None else page).setFocus()

    # Keys

    def _watch(self, widget: QWidget | None) -> None:
        # The widget with the focus alone: a filter of the application would see every event.
        before = self._alive.get(self._watched)
        if before is not None:
            before.removeEventFilter(self)
        self._watched = self._known(widget)
        if widget is not None:
            widget.installEventFilter(self)

    def _known(self, widget: QWidget | None) -> int | None:
        """Return the address of a widget, of which it is known from now on whether it lives."""
        if widget is None or sip.isdeleted(widget):
            return None
        address = sip.unwrapinstance(widget)
        if address not in self._alive:
            alive = self._alive
            alive[address] = widget
            widget.destroyed.connect(lambda *_: alive.pop(address, None))
        return address

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        kind = event.type() if event is not None else QEvent.Type.None_
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if is_typing(watched):
            return False
        key, alone = event.key(), event.modifiers() in _NO_MODIFIER
        if key in ALWAYS:  # with other keys held it does nothing, and presses nothing
            if alone and kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._window.commands[ALWAYS[key]].trigger()
            event.accept()  # no shortcut besides
            return True
        if alone and kind == QEvent.Type.KeyPress and key in _PRESS:
            return _press(watched)
        return False

    def is_for_focus(self, event: QKeyEvent) -> bool:
        """Tell whether a shortcut of the window is a key of the control that has the focus."""
        focus = QApplication.focusWidget()
        return event.modifiers() in _NO_MODIFIER and any(
            isinstance(focus, kind) and event.key() in keys for kind, keys in KEPT
        )

    # Focus

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        window = None if now is None else now.window()
        self._watch(now if window is not None and self._is_ours(window) else None)
        if window is None:
            return
        if window is not self._window:
            if not window.inherits("QComboBoxPrivateContainer"):
                self._elsewhere = self._known(window)
            return
        if before is None or sip.isdeleted(before) or before.window() is not self._window:
            before = None  # a list of choices, or what `_elsewhere` tells of already
        self._left += [self._elsewhere] if self._elsewhere is not None else []
        self._left += [self._known(before)] if before is not None else []
        self._elsewhere = None
        self._soon.start(0)  # what closes or is disabled is so only in a moment

    def _look_back(self) -> None:
        left, self._left = self._left, []
        now = QApplication.focusWidget()
        if any(_vanished(self._alive.get(address)) for address in left) and (
            now is None or now.window() is self._window
        ):
            self.to_scene()

    def _is_ours(self, window: QWidget) -> bool:
        if window is self._window:
            return True
        parent = window.parentWidget()
        of_this = parent is not None and parent.window() is self._window
        return of_this and isinstance(window, Popup | FormulaCard)


def is_typing(widget: QObject | None) -> bool:
    """Return whether a widget takes letters."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    kinds = QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox
    return isinstance(widget, QKeySequenceEdit) or (
        isinstance(widget, kinds) and not widget.isReadOnly()
    )


def _press(widget: QObject | None) -> bool:
    """Do what a click would do; return whether there is anything to click."""
    if isinstance(widget, QAbstractButton):
        widget.click()
    elif isinstance(widget, QComboBox):
        widget.showPopup()
    else:
        return False
    return True


def _vanished(widget: QWidget | None) -> bool:
    """Return whether a window closed, or a control went or was disabled."""
    return widget is None or not (widget.isVisible() and widget.isEnabled())
