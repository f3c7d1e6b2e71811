"""The plot from which all plots are made."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QHideEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.plots.axes import LogAxis
from ncviz.desktop.plots.axis_titles import shorter_across, shorter_up
from ncviz.desktop.plots.crosshair import Crosshair
from ncviz.desktop.plots.curve_reader import CurveReader
from ncviz.desktop.plots.drawn_area import DrawnArea
from ncviz.desktop.plots.drawn_curve import DrawnCurve
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.plots.plot_view import PlotView
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.desktop.plots.zoom_box import ZoomBox
from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.desktop.widgets.formula_card import show_concept
from ncviz.explorer.spoken_words import say_curve, say_curves
from ncviz.language import tr
from ncviz.scenes.palette import readable
from ncviz.scenes.plot_heights import FLOOR
from ncviz.wording import cell, three_digits

GAP = "&nbsp;&nbsp; "  # between words of a legend; lines are broken behind it

_DOTS = re.compile(r"[●○◆▒┈]\s?")  # of a legend: nothing to be heard
_DASH = re.compile(r"(?<!\S)–(?=,|$)")  # in place of a number that there is not

TITLE = 15  # pixels that the words at an axis take at normal text
LEAST_LETTERS = 11  # pixels of them, where large text leaves a plot little room


class QuietPlot(PlotFrame):
    """A plot with crosshair, zoom, copying, logarithmic or linear heights, and a legend.

    Parameters
    ----------
    heading : str
        Rich text.
    tip : str
        Formula and source in a sentence, shown on hover.
    axes : dict
        pyqtgraph axis items by side. With a `LogAxis` at the left the heights
        can be switched between logarithmic and linear.
    formulas : tuple of str
        Keys of `ncviz.formulas.FORMULAS`.
    across : str
        What stands on the lower axis, as in 'epoch'.

    Signals
    -------
    rearranged()
        A line was hidden or shown, or the heights are logarithmic or linear now.
    """

    rearranged = pyqtSignal()
    cursor_line: StraightLine | None = None  # where the moment of the scene is, if it has a place

    def __init__(
        self,
        heading: str,
        tip: str,
        axes: dict[str, pg.AxisItem],
        formulas: tuple[str, ...] = (),
        across: str = "x",
    ) -> None:
        self.box = ZoomBox()
        self.plot = PlotView(self.box, axes)
        super().__init__(heading, tip, self.plot, formulas)
        self.across = across
        self.traces: list[DrawnCurve] = []
        self.logarithmic = self._at_first = isinstance(axes.get("left"), LogAxis)
        self.floor = FLOOR
        self.zoomed = False
        self._home: tuple[list[Any], list[Any]] | None = None
        self._crosshair: Crosshair | None = None
        self._reading = CurveReader(self)
        self.titles = {"bottom": across, "left": ""}
        self._prepare_plot()
        self.numbers.linkActivated.connect(self._word_clicked)
        self._add_tools()

    def _prepare_plot(self) -> None:
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.plot.setAntialiasing(True)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for side in ("left", "bottom"):  # numbers are never shown in thousandths
            self.plot.axes[side].enableAutoSIPrefix(False)
        self.box.setDefaultPadding(0.04)
        self.box.zooming.connect(self._remember_home)
        self.box.whole_asked.connect(self.show_whole)
        self.box.sigResized.connect(lambda _box: self._write_titles())
        self.plot.scene().sigMouseMoved.connect(self._pointed)

    def _add_tools(self) -> None:
        if self.logarithmic:
            tip = tr("Logarithmic or linear heights.")
            self.add_tool(
                "scale", tr("Log"), tip, lambda: self.set_logarithmic(not self.logarithmic)
            )
        self.add_tool("copy", tr("Copy"), tr("Copy the numbers as a table."), self.copy_data)
        self.add_tool(
            "whole", tr("Show all"), tr("Undo the zoom: a double click."), self.show_whole
        )

    def follow_look(self) -> None:
        theme, text_scale = current_look()
        self.plot.setBackground(theme.surface)
        for side in ("left", "bottom"):
            axis = self.plot.axes[side]
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.quiet))
            axis.setTickFont(letters(CAPTION))
            axis.setStyle(tickLength=-4, tickTextOffset=5)
            if axis.style["hideOverlappingLabels"] is True:  # pyqtgraph's own; some have another
                axis.setStyle(hideOverlappingLabels=False)
        self.plot.axes["left"].setWidth(round((44 + TITLE) * text_scale))
        self.plot.axes["bottom"].setHeight(round((22 + TITLE) * text_scale))
        self.plot.setMinimumHeight(round(72 * text_scale))
        self.plot.show_grid()
        tint = QColor(theme.accent)
        tint.setAlphaF(0.15)
        self.box.rbScaleBox.setPen(pg.mkPen(theme.accent))
        self.box.rbScaleBox.setBrush(tint)
        super().follow_look()
        if self._crosshair is not None:
            self._crosshair.follow_look()
        self._write_titles()

    # What stands on the axes

    def name_axes(self, across: str = "", up: str = "") -> None:
        """Write what stands on the lower and on the left axis; an empty one stays as it is.

        Parameters
        ----------
        across : str
            With its spacing, as in 'epoch, logarithmic'.
        up : str
            In few words; that heights are logarithmic is added, and stands alone where
            there is no room.
        """
        titles = {"bottom": across or self.titles["bottom"], "left": up or self.titles["left"]}
        if titles != self.titles:
            self.titles = titles
            self._write_titles()

    def _write_titles(self) -> None:
        self._write("bottom", shorter_across(self.titles["bottom"]), self.box.width())
        up = shorter_up(self.titles["left"])
        if up[0] and self.logarithmic:  # which is never left out: ticks 0 and 1 would mislead
            up = [*(tr("{words}, log", words=words) for words in up), "log"]
        self._write("left", up, self.box.height())

    def _write(self, side: str, choice: Sequence[str], room: float) -> None:
        """Write the first title that has room at an axis, or the last one in smaller letters."""
        axis, font = self.plot.axes[side], letters(CAPTION)
        fitting = [w for w in choice if QFontMetricsF(font).horizontalAdvance(w) <= room]
        words = fitting[0] if fitting else choice[-1]
        while not fitting and font.pixelSize() > LEAST_LETTERS:
            font.setPixelSize(font.pixelSize() - 1)
            if QFontMetricsF(font).horizontalAdvance(words) <= room:
                break
        style = {"color": self.theme.quiet, "font-size": f"{font.pixelSize()}px"}
        if words and (axis.labelText, axis.labelStyle) != (words, style):
            axis.label.setFont(font)  # it was made before the window had its letters
            axis.setLabel(words, **style)
            axis.resizeEvent()  # puts it into the middle, whether axis or title came first

    # Lines

    def trace(self, key: str) -> DrawnCurve:
        """Return a line by its key."""
        return next(trace for trace in self.traces if trace.key == key)

    def place(
        self, trace: DrawnCurve, across: np.ndarray, places: np.ndarray, values: np.ndarray
    ) -> None:
        """Draw other values of a line."""
        trace.set(across, places, values)
        trace.draw(self.logarithmic, self.floor)
        self._reading.follow(trace)

    def _word_clicked(self, key: str) -> None:
        """Hide the line of a word or show it again; a number without one opens its card."""
        if key in CONCEPTS:
            self.card = show_concept(self, key)
        else:
            self.toggle(key)
            self.rearranged.emit()

    @property
    def choices(self) -> frozenset[str]:
        """Return the lines that are hidden, and 'scale' where the heights are turned."""
        hidden = {trace.key for trace in self.traces if not (trace.shown or trace.of)}
        return frozenset(hidden | ({"scale"} if self.logarithmic != self._at_first else set()))

    def choose(self, choices: frozenset[str]) -> None:
        """Bring such choices back."""
        for key in self.choices ^ choices:
            if key == "scale":
                self.set_logarithmic(not self.logarithmic)
            else:
                self.toggle(key)

    def toggle(self, key: str) -> None:
        """Hide a line or show it again; its word in the legend was clicked."""
        for trace in self.traces:
            if trace.key == key:
                trace.shown = not trace.shown
                trace.item.setVisible(trace.shown)
        self._reading.show()
        self.legend_changed()

    def legend_changed(self) -> None:
        """Write the legend anew; plots with a legend do."""

    def word(self, trace: DrawnCurve) -> str:
        """Return a line's word in the legend, to click on."""
        color = self.theme.word(trace.color) if trace.shown else self.theme.quiet
        label = trace.label if trace.shown else f"<s>{trace.label}</s>"
        if trace.swatch:  # the hues of classes are too bright for words
            seen = readable(trace.color, self.theme.surface)
            dot = seen if trace.shown else self.theme.line
            label = tr('<span style="color:{dot}">●</span>&nbsp;{label}', dot=dot, label=label)
            color = self.theme.text if trace.shown else self.theme.quiet
        return f'<a href="{trace.key}" style="color:{color};text-decoration:none">{label}</a>'

    # Logarithmic or linear

    def set_logarithmic(self, on: bool) -> None:
        """Draw logarithmic heights, or linear ones."""
        axis = self.plot.axes["left"]
        if not isinstance(axis, LogAxis) or on == self.logarithmic:
            return
        self.logarithmic = axis.logarithmic = on
        self.strip.buttons["scale"].setText(tr("Log") if on else tr("Linear"))
        self._place_strip()
        self.hide_crosshair()
        self._write_titles()
        axis.picture = None
        for trace in self.traces:
            trace.draw(on, self.floor)
        self.redraw()
        self.show_whole()
        self._reading.show()
        self.rearranged.emit()

    def redraw(self) -> None:
        """Draw again what is no line, because the heights mean something else now."""

    # Zoom

    def show_whole(self) -> None:
        """Undo the zoom."""
        if self.zoomed and self._home is not None:
            (across, up), automatic = self._home
            self.box.setRange(xRange=across, yRange=up, padding=0)
            for axis, on in zip((pg.ViewBox.XAxis, pg.ViewBox.YAxis), automatic, strict=True):
                self.box.enableAutoRange(axis, on)
        self.zoomed = False
        self.fit()

    def fit(self) -> None:
        """Choose the range; plots that keep one themselves do."""

    def _remember_home(self) -> None:
        if not self.zoomed:
            self._home = [list(r) for r in self.box.viewRange()], list(self.box.autoRangeEnabled())
            self.zoomed = True

    # The pointer

    def readable(self) -> list[DrawnCurve]:
        """Return the lines that the pointer and the copied table read."""
        return [t for t in self._drawn_with_words() if not isinstance(t, DrawnArea)]

    def _drawn_with_words(self) -> list[DrawnCurve]:
        return [t for t in self.traces if t.shown and t.label and len(t.values)]

    def place_name(self, across: float) -> str:
        """Say which place of the lower axis a number is, such as 'epoch 40'."""
        number = f"{across:.12g}" if across == round(across) else three_digits(across)
        return f"{self.across} {number}"

    def place_of_moment(self) -> float | None:
        """Return where what the scene shows stands on the lower axis; None if it does not."""
        return None if self.cursor_line is None else float(self.cursor_line.value())

    @property
    def crosshair(self) -> Crosshair:
        """Return the crosshair, made when it is first asked for."""
        if self._crosshair is None:
            self._crosshair = Crosshair(self.plot, self.box, self.place_name)
        return self._crosshair

    @property
    def crosshair_shown(self) -> bool:
        """Return whether a point is read now."""
        return self._crosshair is not None and self._crosshair.shown

    def read(self, trace: DrawnCurve, index: int, scene_point: QPointF) -> str:
        """Show the crosshair at a point of a line; return what it says."""
        self.crosshair.show(trace, index, scene_point)
        return plain(self.crosshair.label.text())

    def _pointed(self, scene_point: QPointF) -> None:
        self._reading.point = None  # the mouse takes over when it moves
        self.crosshair.point_at(self.readable(), scene_point)

    def press(self, key: int) -> bool:
        return self._reading.press(key)

    def rest(self) -> None:
        self._reading.end()

    def leaveEvent(self, event: QEvent | None) -> None:
        if self._reading.point is None:
            self.hide_crosshair()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._reading.end()
        self.hide_crosshair()
        super().hideEvent(event)

    def hide_crosshair(self) -> None:
        """Read nothing any more."""
        if self._crosshair is not None:
            self._crosshair.hide()

    # Words

    def in_words(self) -> str:
        written = _DOTS.sub("", plain(self.numbers.text().replace("<br>", GAP)))
        numbers = re.sub(r"\s{2,}", ", ", written.strip())
        numbers = _DASH.sub(tr("not defined"), numbers)
        curves = [
            say_curve(plain(trace.label), trace.across, trace.values, self.place_name)
            # What is meant most often comes first.
            for trace in sorted(self.readable(), key=lambda trace: trace.recess)
        ]
        is_sentence = numbers.endswith(".")
        now = numbers if is_sentence or not numbers else tr("Now: {numbers}.", numbers=numbers)
        return f"{now} {say_curves(curves)}".lstrip()

    # The table

    def table(self) -> str:
        named = []
        for trace in self._drawn_with_words():
            ends = trace.sides if isinstance(trace, DrawnArea) else (trace.values,)
            said = (tr(" from"), tr(" to")) if len(ends) > 1 else ("",)
            named += [(plain(trace.label) + s, trace, e) for s, e in zip(said, ends, strict=True)]
        whose = f", {self.samples}" if self.samples else ""
        rows = sorted({float(x) for _, trace, _ in named for x in trace.across})
        columns = [dict(zip(t.across.tolist(), e.tolist(), strict=True)) for _, t, e in named]
        header = [*self.place_columns, *(cell(name + whose) for name, _, _ in named)]
        lines = ["\t".join(header)]
        for row in rows:
            cells = [
                *map(cell, self.place_cells(row)),
                *(_cell(column.get(row, np.nan)) for column in columns),
            ]
            lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"

    @property
    def place_columns(self) -> tuple[str, ...]:
        """Return the headers of the columns that say where a line of the table is."""
        return (self.across,)

    def place_cells(self, across: float) -> tuple[str, ...]:
        """Return what stands in these columns."""
        return (_cell(across),)


def _cell(value: float) -> str:
    if np.isnan(value):
        return ""
    return str(int(value)) if value == round(value, 0) and abs(value) < 1e15 else repr(value)
