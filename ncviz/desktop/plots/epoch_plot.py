"""Curves over the recorded epochs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent, QTextDocument

from ncviz.charts.numbers import Measure
from ncviz.counting import EPOCHS
from ncviz.desktop.plots.axes import LogAxis, PlainAxis, StopAxis
from ncviz.desktop.plots.quiet_plot import GAP, QuietPlot
from ncviz.desktop.plots.trace import HIDES, Trace
from ncviz.desktop.plots.words import plain
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, about, facts_of
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.player import Player
from ncviz.explorer.series import EpochSeries
from ncviz.scenes.beside import matching_epoch
from ncviz.scenes.palette import Theme, readable
from ncviz.scenes.plot_heights import place_of_zero
from ncviz.wording import three_digits

LONGEST = "0.123"  # about what numbers take; where they take more, the room grows
NUMBERED = 7  # so many lines show their numbers; of more, only the strong one does


LIT = 3  # pixels of a line that is pointed at elsewhere


@dataclass(frozen=True)
class Line:
    """A curve over epochs.

    Parameters
    ----------
    key : str
        In the series.
    label : str
        Rich text.
    color : str
        A field of Theme, or a hex colour.
    dash, dots : bool
        Dashed; dashes and dots in turn.
    percent : bool
        Shown as a percentage in the line of numbers.
    read : callable, optional
        Gives the values over `series.epochs`; by default those named `key`.
    short : str
        In the legend, where the label would be too long.
    strong : bool
        Drawn wider.
    swatch : bool
        The legend shows the colour as a dot.
    silent : bool
        The legend shows no number.
    unnamed : bool
        The legend leaves it out.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    facts : mapping
        Fields of `ncviz.values_in_words.Facts`, such as what or which split it is of.
    classes : tuple of int
        Whose line it is; empty for all.
    layer : int, optional
        Whose line it is; by default the last one, where a concept is measured.
    """

    key: str
    label: str
    color: str
    dash: bool = False
    dots: bool = False
    percent: bool = False
    read: Callable[[EpochSeries], Sequence[float]] | None = None
    short: str = ""
    strong: bool = False
    swatch: bool = False
    silent: bool = False
    unnamed: bool = False
    concept: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    classes: tuple[int, ...] = ()
    layer: int | None = None

    def values(self, series: EpochSeries) -> np.ndarray:
        """Return the values over the computed epochs; NaN where there is none."""
        if self.read is not None:
            found = self.read(series)
        elif self.key.startswith("nc"):
            found = series.collapse(self.key)
        else:
            found = series.scalar(self.key)
        return np.asarray(found, dtype=np.float64)

    def hex(self, theme: Theme) -> str:
        """Return its colour in a theme."""
        return self.color if self.color.startswith("#") else getattr(theme, self.color)


def _is_meant(line: Line, light: Light) -> bool:
    """Tell whether a line shows what is pointed at."""
    if light.layer is not None and line.layer is not None:
        return light.layer == line.layer
    return bool(line.concept) and line.concept == light.concept


def places_of(player: Player, epochs: Sequence[float]) -> np.ndarray:
    """Return where epochs stand on the player's timeline.

    Parameters
    ----------
    player : Player
    epochs : sequence of float
    """
    return player.scale.positions_of(np.asarray(epochs, dtype=np.float64))


class EpochPlot(QuietPlot):
    """Curves over the recorded epochs, with a cursor and the terminal phase.

    Parameters
    ----------
    heading, tip : str
        As of QuietPlot.
    lines : tuple of Line
    formulas : tuple of str
        Keys of `ncviz.formulas.FORMULAS`.
    logarithmic : bool
        Whether the heights can be logarithmic, and are at first.
    extras : tuple of Measure
        That the lines read.
    up : str
        What stands on the left axis, in few words.
    """

    def __init__(
        self,
        heading: str,
        tip: str,
        lines: tuple[Line, ...],
        formulas: tuple[str, ...] = (),
        logarithmic: bool = True,
        extras: tuple[Measure, ...] = (),
        up: str = "",
    ) -> None:
        self._stops = StopAxis()
        self._heights = LogAxis("left") if logarithmic else PlainAxis("left")
        axes = {"left": self._heights, "bottom": self._stops}
        super().__init__(heading, tip, axes, formulas, across="epoch")
        self.name_axes(up=up)
        self.extras = extras
        self.curves: dict[str, pg.PlotCurveItem] = {}
        self._lines: tuple[Line, ...] = ()
        self._values: dict[str, dict[int, float]] = {}
        self._other: dict[str, Trace] = {}
        self._other_explorer: Explorer | None = None
        self._moment: tuple[float, int] | None = None
        self._explorer: Explorer | None = None
        self._counting = EPOCHS
        self._lit: Light = NO_LIGHT
        self.terminal = pg.InfiniteLine(
            angle=90, movable=False, label="TPT", labelOpts={"position": 0.92}
        )
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.terminal.setVisible(False)
        for item in (self.terminal, self.cursor):
            self.box.addItem(item, ignoreBounds=True)
        self.set_lines(lines)

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show other lines; those that stay keep what is hidden."""
        hidden = {trace.key for trace in self.traces if not trace.shown}
        for trace in (*self.traces, *self._other.values()):
            self.box.removeItem(trace.item)
        self.traces.clear()
        self._other.clear()
        self._values.clear()
        self._lines = lines
        self.curves = {line.key: self.curve("#000000", key=line.key) for line in lines}
        for trace, line in zip(self.traces, lines, strict=True):
            trace.label, trace.swatch = line.label, line.swatch
            trace.shown = line.key not in hidden
            trace.item.setVisible(trace.shown)
        self._color_lines()
        self._reserve()

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        self._color_lines()
        self.cursor.setPen(pg.mkPen(theme.accent, width=1))
        self.terminal.setPen(pg.mkPen(theme.quiet, width=1, style=Qt.PenStyle.DotLine))
        self.terminal.label.setColor(theme.quiet)
        self.terminal.label.setFont(self._heights.style["tickFont"])
        self.numbers.ensurePolished()
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._reserve()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._reserve()

    def _reserve(self) -> None:
        """Keep room for the longest numbers, so that plots stand still while they change."""
        words = [
            line.short or line.label
            if line.silent or (len(self._lines) > NUMBERED and not line.strong)
            else f"{line.short or line.label}&nbsp;<b>{LONGEST}</b>"
            for line in self._lines
            if not line.unnamed
        ]
        signs = ["●&nbsp;" if line.swatch else "" for line in self._lines if not line.unnamed]
        longest = QTextDocument()
        longest.setDefaultFont(self.numbers.font())
        longest.setDocumentMargin(0)
        longest.setTextWidth(max(120, self.width()))
        longest.setHtml(GAP.join(map(str.__add__, signs, words)))
        line = self.numbers.fontMetrics().lineSpacing() + 1
        lines = max(1, math.ceil((longest.size().height() - 2) / line))
        self.numbers.setFixedHeight(lines * line)

    def _color_lines(self) -> None:
        for trace, line in zip(self.traces, self._lines, strict=True):
            style = Qt.PenStyle.DashLine if line.dash else Qt.PenStyle.SolidLine
            style = Qt.PenStyle.DashDotLine if line.dots else style
            trace.color = line.hex(self.theme)
            lit = bool(self._lit) and _is_meant(line, self._lit)
            width = LIT if lit else 2 if line.strong else 1
            # The hues of classes are too bright for thin lines on a light ground.
            hue = readable(trace.color, self.theme.surface) if line.color[0] == "#" else trace.color
            trace.item.setPen(pg.mkPen(hue, width=width, style=style))
            trace.item.setZValue(1 if line.strong else 0)
            if line.key in self._other:
                pen = pg.mkPen(trace.color, width=1, style=Qt.PenStyle.DotLine)
                self._other[line.key].item.setPen(pen)

    # What is shown

    def show_series(self, series: EpochSeries, player: Player) -> None:
        """Draw what has been computed so far."""
        epochs = series.epochs
        self.name_axes(across=player.scale.title)
        places = places_of(player, epochs)
        places_of_stops = tuple(places_of(player, player.stops).tolist())
        self._stops.set_stops(player.stops, places_of_stops, player.counting)
        self._counting, self.across = player.counting, player.counting.unit
        if not self.zoomed:
            self.box.setXRange(0, max(1.0, player.last), padding=0.02)
        values = {line.key: line.values(series) for line in self._lines}
        # Zero lies at the foot of the plot, a little below all that is positive.
        everything = np.concatenate([np.empty(0), *values.values()])
        self.floor = place_of_zero(everything)
        if isinstance(self._heights, LogAxis):
            zeros = (np.isfinite(everything) & (everything < self.floor)).any()
            self._heights.set_zero(math.log10(self.floor) if zeros else None)
        across = np.asarray(epochs, dtype=np.float64)
        for trace in self.traces:
            row = values[trace.key]
            self._values[trace.key] = dict(zip(epochs, row.tolist(), strict=True))
            self.place(trace, across, places, row)
        start = series.terminal_phase()
        self.terminal.setVisible(start is not None)
        if start is not None:
            self.terminal.setPos(player.position_of(float(start)))
        self._show_other(player)
        if self._moment is not None:
            self.show_moment(*self._moment)

    def show_moment(self, position: float, epoch: int) -> None:
        """Move the cursor and show the numbers of the nearest recorded epoch."""
        self._moment = position, epoch
        self.cursor.setPos(position)
        self.say(GAP.join(self._numbers(epoch)))

    def _numbers(self, epoch: int) -> list[str]:
        parts = []
        for trace, line in zip(self.traces, self._lines, strict=True):
            value = self._values.get(line.key, {}).get(epoch)
            if line.unnamed or (value is not None and math.isnan(value)):
                continue
            word = self.word(trace).replace(line.label, line.short or line.label)
            if line.silent or (len(self._lines) > NUMBERED and not line.strong):
                parts.append(word)
                continue
            shown = three_digits(value)
            if line.percent and value is not None:
                shown = f"{100 * value:.3g}&nbsp;%"
            parts.append(f"{word}&nbsp;<b>{shown}</b>")
        return parts

    def place_name(self, across: float) -> str:
        return self._counting.moment(across)

    def place_cells(self, across: float) -> tuple[str, ...]:
        return (self._counting.text(across),)

    def legend_changed(self) -> None:
        for key, other in self._other.items():
            other.item.setVisible(self.trace(key).shown)
        if self._moment is not None:
            self.show_moment(*self._moment)

    # What is said of what one points at

    def answer_of(self, key: str) -> Answer | None:
        explorer = self._explorer
        line = next((line for line in self._lines if line.key == key), None)
        if line is None or explorer is None or explorer.run is None:
            return None
        if not line.concept or self._moment is None:
            return Answer(plain(line.label), action=HIDES)
        value = self._values.get(line.key, {}).get(self._moment[1])
        layer = -1 if line.layer is None else line.layer
        facts = facts_of(explorer, layer, **line.facts)
        return about(
            line.concept,
            value,
            facts,
            title=plain(line.label),
            action=HIDES,
            classes=line.classes,
            layer=line.layer,
        )

    def light(self, light: Light) -> None:
        if light != self._lit:
            self._lit = light
            self._color_lines()

    # What PlotColumn calls

    def lines_for(self, explorer: Explorer) -> tuple[Line, ...]:
        """Return the lines that this run and view ask for."""
        return self._lines

    def follow_run(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self.zoomed = False
        self._moment = None
        self._take_lines(explorer)
        self.box.enableAutoRange(pg.ViewBox.YAxis)
        self.follow_series(explorer)

    def follow_series(self, explorer: Explorer) -> None:
        if explorer.series is not None:
            self.show_series(explorer.series, explorer.player)

    def follow_moment(self, explorer: Explorer) -> None:
        if explorer.series is None:
            return
        if self._take_lines(explorer):
            self.follow_series(explorer)
        self.show_moment(explorer.player.position, explorer.nearest_epoch)

    def follow_other(self, explorer: Explorer | None) -> None:
        self._other_explorer = explorer
        if explorer is None:
            for trace in self._other.values():
                self.box.removeItem(trace.item)
            self._other.clear()

    def _take_lines(self, explorer: Explorer) -> bool:
        lines = self.lines_for(explorer)
        asked = [(line.key, line.color, line.strong, line.label) for line in lines]
        if asked == [(line.key, line.color, line.strong, line.label) for line in self._lines]:
            return False
        same = [a[0] for a in asked] == [line.key for line in self._lines]
        if same:  # only pens change
            self._lines = lines
            for trace, line in zip(self.traces, lines, strict=True):
                trace.label = line.label
            self._color_lines()
            return False
        self.set_lines(lines)
        return True

    def _show_other(self, player: Player) -> None:
        """Lay the other run's curves over these, dotted, as far as this timeline goes."""
        if self._other_explorer is None or self._other_explorer.series is None:
            return
        series = self._other_explorer.series
        run = self._explorer.run if self._explorer is not None else None
        both = run is not None and self._other_explorer.run is not None
        epochs = np.array(
            [
                matching_epoch(self._other_explorer.run, epoch, run) if both else float(epoch)
                for epoch in series.epochs
            ]
        )
        inside = epochs <= player.stops[-1]
        places = places_of(player, epochs[inside].tolist())
        for line in self._lines:
            if line.key not in self._other:
                self._other[line.key] = self._other_trace(line.key)
            other = self._other[line.key]
            other.set(epochs[inside], places, line.values(series)[inside])
            other.draw(self.logarithmic, self.floor)
            other.item.setVisible(self.trace(line.key).shown)

    def _other_trace(self, key: str) -> Trace:
        item = pg.PlotCurveItem(connect="finite")
        pen = pg.mkPen(self.trace(key).color, width=1, style=Qt.PenStyle.DotLine)
        item.setPen(pen)
        self.box.addItem(item)
        return Trace(key, "", item)

    def redraw(self) -> None:
        for other in self._other.values():
            other.draw(self.logarithmic, self.floor)
