"""What holds a number, as screen readers hear it: the number itself, its range, its words.

Of Qt's own widgets spin boxes alone speak of numbers that are not whole, and in words; what Qt
tells of a slider is the place of its handle. So to a screen reader a slider of ours is a spin box.
"""

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QAbstractSpinBox

from ncviz.desktop.certain import certain

# What a key is to a slider: a step, or a page.
_STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageDown: -10,
}


class SpokenNumber(QAbstractSpinBox):
    """A number that screen readers read, and set.

    A subclass calls `tell` when it has another number, and overrides `told`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._telling = False
        self._told: float | None = None  # what screen readers read now

    def tell(self, value: float, low: float, high: float) -> None:
        """Let screen readers read a number and its range, in the unit that is meant."""
        self._telling = True
        self._told = value
        for name, number in (("minimum", low), ("maximum", high), ("value", value)):
            if self.property(name) != number:
                self.setProperty(name, number)
        self._telling = False

    def told(self, value: float) -> None:
        """Take a number that a screen reader sets."""
        raise NotImplementedError

    def event(self, event: QEvent | None) -> bool:
        changed = event is not None and event.type() == QEvent.Type.DynamicPropertyChange
        # The event is not asked for the property's name: where PyQt gave out a mouse event that
        # lay at the same address, it takes this one for that.
        if changed and not self._telling and self.property("value") != self._told:
            self.told(float(self.property("value")))
        return super().event(event)


class SpokenSlider(SpokenNumber):
    """What all sliders share: keys that step, and nothing of a spin box to be seen.

    A subclass overrides `step`, `to_end` and `told`, and paints itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._announcing = False
        certain(self.lineEdit()).hide()
        self.setReadOnly(True)  # nobody types into it
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def step(self, steps: int) -> None:
        """Go so many steps on, or back; ten are a page."""
        raise NotImplementedError

    def to_end(self, last: bool) -> None:
        """Go to the first or the last place."""
        raise NotImplementedError

    def say(self, value: float, low: float, high: float, words: str) -> None:
        """Let screen readers read a number in words; who is at it hears it now."""
        before = self.property("value"), certain(self.lineEdit()).text()
        self.tell(value, low, high)
        if words != before[1]:
            certain(self.lineEdit()).setText(words)
        if self.hasFocus() and (value, words) != before:
            # Qt tells of a number after a key has stepped: so one does, by nothing.
            self._announcing = True
            nothing = Qt.KeyboardModifier.NoModifier
            super().keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Up, nothing))
            super().keyReleaseEvent(QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Up, nothing))
            self._announcing = False

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        if not self._announcing:
            self.step(steps)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.to_end(key == Qt.Key.Key_End)
        elif key in _STEPS:
            self.step(_STEPS[key])
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        # Who scrolls past a slider does not mean to move it.
        assert event is not None
        if self.hasFocus() and event.angleDelta().y():
            self.step(1 if event.angleDelta().y() > 0 else -1)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        assert event is not None
        event.ignore()  # that of a text field would come

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint nothing of a spin box."""
