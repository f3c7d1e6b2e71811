"""The sliders of the Theory room: a symbol, its meaning, a value, one scale each."""

import math
from dataclasses import dataclass
from typing import Any, cast

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.slider import Slider
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.language import tr
from ncviz.models.model_parameters import ModelParameter
from ncviz.parameters import Declared
from ncviz.wording import three_digits, upper_first

STEPS = 1000  # of a logarithmic slider
_UNBOUNDED = 16777215  # pixels: Qt's own greatest size


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
    whole : bool
        Positions are the numbers themselves.
    """

    low: float
    high: float
    logarithmic: bool = True
    zero: bool = False
    whole: bool = False

    @property
    def ends(self) -> tuple[int, int]:
        """Return the first and the last position."""
        return (int(self.low), int(self.high)) if self.whole else (0, STEPS)

    def value(self, position: int) -> float:
        """Return the number at a position."""
        if self.whole:
            return position
        if self.zero and position == 0:
            return 0.0
        share = position / STEPS
        if self.logarithmic:
            return self.low * math.pow(self.high / self.low, share)
        return self.low + (self.high - self.low) * share

    def position(self, value: float) -> int:
        """Return the position nearest to a number."""
        if self.whole:
            return round(value)
        if self.zero and value <= 0:
            return 0
        if self.logarithmic:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        least = 1 if self.zero else 0
        return min(max(round(STEPS * share), least), STEPS)


class ParameterSlider(QWidget):
    """A slider with the symbol of a parameter, its meaning and its value.

    Signals
    -------
    chosen(object)
        The number that was dragged to.

    Parameters
    ----------
    item : Declared
        A number that is declared by `ncviz.models.model_parameters.control`.
    plan
        On which its range may depend.
    """

    chosen = pyqtSignal(object)

    def __init__(self, item: Declared, plan: Any) -> None:
        super().__init__()
        self._item, self._control = item, cast(ModelParameter, item.parameter)
        self.scale = self._scale_in(plan)
        self.number = 0.0
        self.slider = Slider()
        self.slider.setRange(*self.scale.ends)
        symbol, meaning = self._control.symbol, item.label
        self.slider.setAccessibleName(f"{plain(symbol)}, {meaning}" if symbol else meaning)
        self.slider.setAccessibleDescription(self._control.tip)
        if not self.scale.whole:
            self._say_what_places_mean()
        self.slider.valueChanged.connect(self._dragged)
        self.value = PlainLabel(role="heading")
        self._wide = 0  # pixels of words that the value has room for
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = QLabel(
            tr("<b><i>{symbol}</i></b> &nbsp;{meaning}", symbol=symbol, meaning=meaning)
            if symbol
            else meaning
        )
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

    def _scale_in(self, plan: Any) -> Scale:
        low, high = self._item.limits(plan)
        least = self._control.smallest
        return Scale(
            certain(least or low),
            certain(high),
            self._control.logarithmic,
            zero=least > 0,
            whole=self._item.kind is int,
        )

    def _say_what_places_mean(self) -> None:
        self.slider.means(three_digits, self.scale.value, self.scale.position)

    def _dragged(self, position: int) -> None:
        value, near = self.scale.value(position), self._control.near
        if near is not None and abs(value - near[0]) < near[1]:
            value = near[0]
        self.chosen.emit(value)

    def answer(self) -> Answer:
        """Return what is said of the slider and its value."""
        name, tip = upper_first(self._item.label), self._control.tip
        value = self.value.text().partition(" · ")[0]
        if not self._control.concept:
            return Answer(name, tr("It is {value}.", value=value), tip)
        concept = CONCEPTS[self._control.concept]
        light = Light(concept.lights, concept=self._control.concept)
        return Answer(name, concept.sentence(self.number), tip, light=light)

    def show_number(self, value: float, words: str | None = None, plan: Any = None) -> None:
        """Stand at a number without telling anyone.

        Parameters
        ----------
        value : float
        words : str, optional
            It as text.
        plan : optional
            On which its range depends.
        """
        whole = self.scale.whole
        if plan is not None and (scale := self._scale_in(plan)) != self.scale:
            self.scale = scale
            blocked = self.slider.blockSignals(True)
            self.slider.setRange(*scale.ends)
            self.slider.blockSignals(blocked)
            if not whole:
                self._say_what_places_mean()
        self.slider.show_value(self.scale.position(value), None if whole else value)
        self.write((str(value) if whole else three_digits(value)) if words is None else words)
        self.number = float(value)

    def write(self, text: str) -> None:
        """Write the value; it never stands in a place too narrow for it, not for one frame.

        Of a size that stays the same Qt asks no layout anew when the words change.
        """
        if self._wide and text == self.value.text():
            return
        self.value.ensurePolished()
        self.value.setText(text)
        wide = self.value.fontMetrics().horizontalAdvance(text)
        if wide > self._wide or 2 * wide < self._wide:
            self._wide = wide
            self.value.setMinimumSize(0, 0)
            self.value.setFixedSize(self.value.sizeHint())
            certain(self.layout()).activate()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._wide = 0  # what larger type needed is no need of this one
            self.value.setMinimumSize(0, 0)
            self.value.setMaximumSize(_UNBOUNDED, _UNBOUNDED)


def in_one_row(*widgets: QWidget) -> QHBoxLayout:
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
