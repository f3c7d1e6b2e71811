"""The sliders of the Theory room: a symbol, its meaning, a value, one scale each."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ncviz.charts.words import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.slider import Slider
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.wording import three_digits

STEPS = 1000  # of a logarithmic slider


class NamedSlider(QWidget):
    """A slider with its symbol, its meaning and its value.

    Parameters
    ----------
    symbol, meaning : str
        Rich text.
    tip : str
        One sentence.
    low, high : int
        Range of the slider.
    concept : str
        Key of `ncviz.concepts.CONCEPTS` that puts the value into words; may be empty.
    """

    def __init__(
        self,
        symbol: str,
        meaning: str,
        tip: str,
        low: int,
        high: int,
        concept: str = "",
    ) -> None:
        super().__init__()
        self.slider = Slider()
        self.slider.setRange(low, high)
        spoken = f"{plain(symbol)}, {meaning}" if symbol else meaning
        self.slider.setAccessibleName(spoken)
        self.slider.setAccessibleDescription(tip)
        self.value = PlainLabel()
        self.value.setProperty("role", "heading")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._name, self._tip, self._concept = meaning, tip, concept
        self.number = 0.0
        words = QLabel(f"<b><i>{symbol}</i></b> &nbsp;{meaning}" if symbol else meaning)
        words.setTextFormat(Qt.TextFormat.RichText)
        for part in (words, self.value, self.slider):
            teach(part, lambda _point: self.answer())
        head = QHBoxLayout()
        head.addWidget(words, 1)
        head.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.slider)

    def answer(self) -> Answer:
        """Return what is said of the slider and its value."""
        name = self._name[0].upper() + self._name[1:]
        value = self.value.text().partition(" · ")[0]
        if not self._concept:
            return Answer(name, f"It is {value}.", self._tip)
        concept = CONCEPTS[self._concept]
        light = Light(concept.lights, concept=self._concept)
        return Answer(name, concept.sentence(self.number), self._tip, light=light)

    def show_value(self, position: int, text: str) -> None:
        """Move the slider without telling anyone."""
        self.slider.show_value(position)
        self._write(text)
        self.number = float(position)

    def _write(self, text: str) -> None:
        """Write the value; it never stands in a place too narrow for it, not for one frame."""
        self.value.setText(text)
        needed = self.value.sizeHint().width()
        if needed > self.value.width():
            self.value.setMinimumWidth(needed)
            certain(self.layout()).activate()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self.value.setMinimumWidth(0)  # what larger type needed is no need of this one

    def set_maximum(self, high: int) -> None:
        """Change the range without telling anyone."""
        blocked = self.slider.blockSignals(True)
        self.slider.setMaximum(high)
        self.slider.blockSignals(blocked)


@dataclass(frozen=True)
class Scale:
    """How a slider's positions stand for numbers.

    Parameters
    ----------
    low, high : float
        At the ends.
    logarithmic : bool
    zero : bool
        The left end is 0, and `low` the first position beside it.
    """

    low: float
    high: float
    logarithmic: bool = True
    zero: bool = False

    def value(self, position: int) -> float:
        """Return the number at a position."""
        if self.zero and position == 0:
            return 0.0
        share = position / STEPS
        if self.logarithmic:
            return self.low * math.pow(self.high / self.low, share)
        return self.low + (self.high - self.low) * share

    def position(self, value: float) -> int:
        """Return the position nearest to a number."""
        if self.zero and value <= 0:
            return 0
        if self.logarithmic:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        least = 1 if self.zero else 0
        return min(max(round(STEPS * share), least), STEPS)


class ScaledSlider(NamedSlider):
    """A slider over numbers.

    Signals
    -------
    chosen(float)
        The number that was dragged to.

    Parameters
    ----------
    symbol, meaning, tip : str
        As of `NamedSlider`.
    scale : Scale
    words : callable, optional
        The value as text.
    concept : str
        As of `NamedSlider`.
    """

    chosen = pyqtSignal(float)

    def __init__(
        self,
        symbol: str,
        meaning: str,
        tip: str,
        scale: Scale,
        words: Callable[[float], str] = three_digits,
        concept: str = "",
    ) -> None:
        super().__init__(symbol, meaning, tip, 0, STEPS, concept)
        self.scale = scale
        self._words = words
        self.slider.means(words, scale.value, scale.position)
        self.slider.valueChanged.connect(lambda s: self.chosen.emit(self.scale.value(s)))

    def show_number(self, value: float) -> None:
        """Stand at a number without telling anyone."""
        self.show_value(self.scale.position(value), self._words(value))
        self.slider.show_value(self.scale.position(value), value)
        self.number = value


def side_by_side(*widgets: QWidget) -> QHBoxLayout:
    """Return widgets in one row that share its width."""
    row = QHBoxLayout()
    row.setSpacing(16)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row


def labelled(words: str, field: QWidget, tip: str) -> QHBoxLayout:
    """Return a field with its name in front."""
    name = PlainLabel(words)
    name.setBuddy(field)
    field.setAccessibleName(words)
    for widget in (name, field):
        widget.setToolTip(plain_tip(tip))
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(name)
    row.addWidget(field, 1)
    return row


def fold_button(words: str) -> QToolButton:
    """Return a quiet button that stays down while something is unfolded."""
    button = QToolButton()
    button.setText(words)
    button.setCheckable(True)
    button.setProperty("role", "quiet")
    return button
