"""What is said of the words and numbers at the axes of a plot, and of the lines across it."""

from typing import Protocol

from PyQt6.QtCore import QPoint, QRectF
from PyQt6.QtWidgets import QLabel

from ncviz.charts.chart import Chart
from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis
from ncviz.desktop.plots.plot_view import PlotView
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer
from ncviz.language import tr
from ncviz.terms import stretches_of
from ncviz.wording import upper_first

FACTORS = tr("The axis is logarithmic: equal steps along it are equal factors.")
AT_FOOT = tr("No factor leads to zero: what is 0 is drawn at the foot.")
DIFFERENCES = tr("The axis is linear: equal steps along it are equal differences.")


class PlotWithAxes(Protocol):
    """What is asked of a plot whose axes answer."""

    plot: PlotView
    chart: Chart | None
    uprights: list[StraightLine]
    titles: dict[str, str]
    heading: QLabel

    @property
    def unit_across(self) -> str: ...

    @property
    def distances(self) -> str: ...


def teach_axes(plot: PlotWithAxes) -> None:
    """Let the axes of a plot, and the words of lines across it, answer to pointing."""
    teach(certain(plot.plot.viewport()), lambda point: _answer_at(plot, point))


def _answer_at(plot: PlotWithAxes, point: QPoint) -> Answer | None:
    where = plot.plot.mapToScene(point)
    lines = zip(plot.uprights, plot.chart.uprights if plot.chart else (), strict=False)
    for line, upright in lines:
        if line.isVisible() and line.label.sceneBoundingRect().contains(where):
            return _of_word(plain(upright.word), upright.note)
    for side in ("left", "bottom"):
        if place_of_axis(plot, side).contains(where):
            return _of_axis(plot, side)
    return None


def place_of_axis(plot: PlotWithAxes, side: str) -> QRectF:
    """Return where an axis, 'left' or 'bottom', lies in the scene of a plot."""
    axis = plot.plot.axes[side]
    return QRectF(axis.parentItem().mapRectToScene(axis.geometry()))


def _of_axis(plot: PlotWithAxes, side: str) -> Answer:
    axis, title = plot.plot.axes[side], plain(plot.titles[side])
    concept = plot.unit_across if side == "bottom" else ""
    said = _of_word(title or plain(plot.heading.text()), concept=concept)
    distances = plot.distances if side == "bottom" else ""
    if isinstance(axis, LogAxis):
        distances = FACTORS if axis.logarithmic else DIFFERENCES
        if axis.logarithmic and axis.zero is not None:
            distances = f"{distances} {AT_FOOT}"
    return Answer(said.title, distances, said.meaning)


def _of_word(word: str, sentence: str = "", concept: str = "") -> Answer:
    """Answer with the notion that a word names, if it names one."""
    keys = [concept, *(part.key for part in stretches_of(word))]
    meaning = next((CONCEPTS[key].meaning for key in keys if key in CONCEPTS), "")
    return Answer(upper_first(word), upper_first(sentence), meaning)
