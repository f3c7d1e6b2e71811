"""The curve of a model over its timeline, such as the minority cosine over the imbalance ratio."""

import html
import math
import re
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QToolButton, QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis, PlainAxis
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.explorer.answers import Answer, about
from ncviz.explorer.beside_curve import PinnedCurve
from ncviz.explorer.optimum_desk import MAXIMUM_PINS, OptimumDesk
from ncviz.models.model import Number
from ncviz.scenes.palette import Theme, mix
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits

NUMERALS = "①②③④⑤⑥"
DASHES = ((6, 3), (2, 3), (8, 3, 2, 3), (4, 2), (1, 2), (10, 4))
MOST_OVERLAID = 4
ITALIC = re.compile(r"(\w) =")
NAMED_AT = 2000.0  # R at which a curve of another q says which one it is
CRITICAL_HEIGHT = -0.9  # cosine at which R₀ stands: below all curves but their first bit


class RemovableRows(QWidget):
    """Lines of words, each with a button that removes what it names.

    Parameters
    ----------
    most : int
        So many lines at most.
    what : str
        What a line names, as in 'curve'.

    Signals
    -------
    removed(int)
    """

    removed = pyqtSignal(int)

    def __init__(self, most: int, what: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.labels: list[QLabel] = []
        self.buttons: list[QToolButton] = []
        for number in range(most):
            label = QLabel()
            label.setProperty("role", "caption")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
            button = QToolButton()
            button.setText("×")
            button.setProperty("role", "quiet")
            button.setToolTip(plain_tip(f"Remove this {what}."))
            button.setAccessibleName(f"Remove {what} {number + 1}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _, n=number: self.removed.emit(n))
            self._grid.addWidget(label, number, 0)
            self._grid.addWidget(button, number, 1, Qt.AlignmentFlag.AlignTop)
            self.labels.append(label)
            self.buttons.append(button)
        self.show_rows(())

    def show_rows(self, words: Sequence[str]) -> None:
        """Write these lines, rich text each."""
        for number, (label, button) in enumerate(zip(self.labels, self.buttons, strict=True)):
            there = number < len(words)
            label.setVisible(there)
            button.setVisible(there)
            label.setText(words[number] if there else "")
        self.setVisible(bool(words))


class CurvePlot(QuietPlot):
    """A number over what the timeline runs over, with trained runs and pinned curves.

    Signals
    -------
    unpin_asked(int), removal_asked(int)
        Remove a pinned curve, or a run that was laid over the curve.

    Parameters
    ----------
    desk : OptimumDesk
    """

    unpin_asked = pyqtSignal(int)
    removal_asked = pyqtSignal(int)

    def __init__(self, desk: OptimumDesk[Any]) -> None:
        words = desk.model.curve_words(desk.parameters)
        axes = {"left": PlainAxis("left"), "bottom": LogAxis("bottom")}
        super().__init__(words.heading, words.tip, axes, words.formulas, desk.model.symbol)
        self.name_axes(words.across, words.up)
        self._desk = desk
        low, self._high = desk.model.range()
        ends = math.log10(low), math.log10(self._high)
        self.line = self.curve("#000000", 2.0, key="cosine", label="cosine")
        self.pinned = [self.curve("#000000") for _ in NUMERALS]
        self.numerals = [pg.TextItem(anchor=(0.5, 0.5)) for _ in NUMERALS]
        self.critical = pg.InfiniteLine(angle=90, movable=False)
        self.critical_name = pg.TextItem("R₀")
        self.power = pg.TextItem(anchor=(0.5, 0))  # of the curve, where it is not what is seen
        self._is_of_power = False
        self.nothing = pg.TextItem(words.nothing, anchor=(0.5, 0.5))
        self.nothing.setPos(sum(ends) / 2, 0.0)
        self.here = pg.ScatterPlotItem(size=13)
        self.runs = pg.ScatterPlotItem(size=11, symbol="d")
        names = self.critical_name, self.power, self.nothing
        for item in (*self.numerals, self.critical, *names, self.runs, self.here):
            self.box.addItem(item, ignoreBounds=True)
        self.overlaid = RemovableRows(MOST_OVERLAID, "run")
        self.overlaid.removed.connect(lambda row: self.removal_asked.emit(self._first_run + row))
        self._first_run = 0  # of those that have a line
        cast(QBoxLayout, self.layout()).insertWidget(2, self.overlaid)
        self.pins = RemovableRows(MAXIMUM_PINS, "curve")
        self.pins.removed.connect(self.unpin_asked)
        certain(self.layout()).addWidget(self.pins)
        self.box.setXRange(*ends, padding=0.03)
        self.box.setYRange(-1, 1, padding=0.05)

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        self._color_line()
        for item, numeral, dash in zip(self.pinned, self.numerals, DASHES, strict=True):
            pen = pg.mkPen(theme.quiet, width=1)
            pen.setDashPattern(dash)
            item.setPen(pen)
            numeral.setColor(theme.text)
            numeral.fill = pg.mkBrush(theme.surface)
        self.critical.setPen(pg.mkPen(theme.quiet, width=1, style=Qt.PenStyle.DashLine))
        for name in (self.critical_name, self.power):
            name.setColor(theme.text)
            name.fill = pg.mkBrush(theme.surface)
        self.power.setColor(theme.quiet)
        self.nothing.setColor(theme.text)
        self.here.setBrush(pg.mkBrush(theme.classifier))
        self.here.setPen(pg.mkPen(theme.surface, width=2))
        self.runs.setBrush(pg.mkBrush(theme.text))
        self.runs.setPen(pg.mkPen(theme.surface, width=1))

    def _color_line(self) -> None:
        """Draw the curve faint where it is of another q than the picture."""
        color, pale = self.theme.classifier, mix(self.theme.surface, self.theme.classifier, 0.45)
        self.line.setPen(pg.mkPen(pale if self._is_of_power else color, width=2))

    def show_curve(self) -> None:
        """Draw the curve of a problem."""
        desk = self._desk
        words = desk.model.curve_words(desk.parameters)
        moments, values = desk.curve_points()
        self.entitle(words.heading)
        self.line.setData(np.log10(moments), values)
        self.nothing.setText(words.nothing)
        self.nothing.setVisible(bool(words.nothing))
        self._is_of_power = bool(words.name)
        named = ITALIC.sub(r"<i>\1</i> =", words.name)
        self.trace("cosine").label = ", ".join(filter(None, ["cosine", named]))
        self._color_line()
        self.power.setVisible(self._is_of_power)
        if self._is_of_power and np.isfinite(values).any():
            place = np.where(np.isfinite(values), np.abs(moments - NAMED_AT), np.inf).argmin()
            self.power.setText(words.name)
            self.power.setPos(math.log10(moments[place]), float(values[place]))
        self._show_critical()
        self.show_here()

    def _show_critical(self) -> None:
        critical = self._desk.critical
        reached = critical <= self._high and not self._is_of_power
        for item in (self.critical, self.critical_name):
            item.setVisible(reached)
        if reached:
            place = math.log10(critical)
            self.critical.setPos(place)
            # On the side of the line where there is room for it.
            self.critical_name.setAnchor((place > 0.8 * math.log10(self._high), 0.5))
            self.critical_name.setPos(place, CRITICAL_HEIGHT)

    def place_of_moment(self) -> float | None:
        return math.log10(self._desk.at)

    def show_here(self) -> None:
        """Move the dot to this moment."""
        desk = self._desk
        cosine = desk.cosine
        ratio = math.log10(desk.at)
        defined = math.isfinite(cosine)
        self.here.setData([ratio], [cosine]) if defined else self.here.clear()
        first = [
            self._number("imbalance", f"<i>R</i> = <b>{three_digits(desk.at)}</b>"),
            self._number("minority cosine", f"cosine <b>{three_digits(cosine)}</b>"),
        ]
        if self._is_of_power:
            words = desk.model.curve_words(desk.parameters).reading
            first.append(self._number("power", words))
        else:
            words = f"<i>R</i><sub>0</sub> = <b>{three_digits(desk.critical)}</b>"
            first.append(self._number("critical ratio", words))
        second = [
            self._number(number.name, f"{number.name} <b>{three_digits(number.value)}</b>")
            for number in self._others(desk)
        ]
        # The space is for screen readers: Qt's names of labels know no line break.
        self.say(" &nbsp;<br>".join(" &nbsp; ".join(parts) for parts in (first, second)))

    @staticmethod
    def _others(desk: OptimumDesk[Any]) -> list[Number]:
        return [number for number in desk.numbers() if not number.name.startswith("cosine")]

    def _number(self, key: str, words: str) -> str:
        style = f"color:{self.theme.text};text-decoration:none"
        return f'<a href="{html.escape(key)}" style="{style}">{words}</a>'

    def answer_of(self, key: str) -> Answer | None:
        desk = self._desk
        if not key:
            return None
        facts = Facts(classes=desk.parameters.classes)
        if key == "minority cosine":
            return self._cosine_answer(desk, facts)
        values = {
            "imbalance": desk.at,
            "power": getattr(desk.parameters, "q", 2.0),
            "critical ratio": desk.critical,
        }
        if key in values:
            return about(key, values[key], facts)
        number = next(number for number in self._others(desk) if number.name == key)
        value = "unknown" if number.value is None else repr(number.value)
        return Answer(number.name.capitalize(), f"It is {value}.", number.tip)

    def _cosine_answer(self, desk: OptimumDesk[Any], facts: Facts) -> Answer:
        value, number = desk.cosine, desk.numbers()[-1]
        if math.isnan(value) or desk.optimum.zeros > 1:
            named = number.name[:1].upper() + number.name[1:]
            return Answer(named, f"It is {three_digits(value)}.", number.tip)
        if desk.parameters.exponents is None:
            return about("minority cosine", value, facts)
        pair = Facts(classes=facts.classes, pair="The classifiers of the two smallest classes")
        return about("cosine", value, pair, roles=CONCEPTS["classifier"].lights)

    def toggle(self, key: str) -> None:
        """Words here are of no line."""

    def show_points(self) -> None:
        """Draw the trained runs and the pinned curves that were laid over the curve."""
        desk = self._desk
        ratios = [math.log10(point.ratio) for point in desk.points]
        self.runs.setData(ratios, [point.cosine for point in desk.points])
        self._first_run = max(0, len(desk.points) - MOST_OVERLAID)
        self.overlaid.show_rows(
            [
                f"◆ {html.escape(point.title)}: <i>R</i> = {three_digits(point.ratio)}, "
                f"cosine <b>{three_digits(point.cosine)}</b>"
                for point in desk.points[self._first_run :]
            ]
        )
        self._show_pins(desk.pins)

    def _show_pins(self, pins: tuple[PinnedCurve, ...]) -> None:
        self.pins.show_rows(
            [
                f"{NUMERALS[number]} &nbsp;{pin.label.replace('K_A', 'K<sub>A</sub>')}"
                for number, pin in enumerate(pins)
            ]
        )
        for number, (item, numeral) in enumerate(zip(self.pinned, self.numerals, strict=True)):
            there = number < len(pins)
            item.setVisible(there)
            numeral.setVisible(there)
            if not there:
                item.setData([], [])
                continue
            pin = pins[number]
            across = np.log10(pin.ratios)
            item.setData(across, pin.cosines)
            # Each numeral at another place, so that those of close curves do not meet.
            place = math.log10(self._high) * (number + 1) / (MAXIMUM_PINS + 1)
            numeral.setText(NUMERALS[number])
            numeral.setPos(place, float(np.interp(place, across, pin.cosines)))
