"""What is said of the words and numbers at the axes of a plot, and of the lines across it."""

from typing import Protocol

from PyQt6.QtCore import QPoint, QRectF
from PyQt6.QtWidgets import QLabel

from ncviz.charts.chart import Chart
from ncviz.charts.rich_text import plain
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.axes import LogAxis
from ncviz.desktop.plots.plot_view import PlotView
from ncviz.desktop.plots.straight_line import StraightLine
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, about_words
from ncviz.language import tr

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
            return about_words(plain(upright.word), upright.note)
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
    said = about_words(title or plain(plot.heading.text()), concept=concept)
    distances = plot.distances if side == "bottom" else ""
    if isinstance(axis, LogAxis):
        distances = FACTORS if axis.logarithmic else DIFFERENCES
        if axis.logarithmic and axis.zero is not None:
            distances = f"{distances} {AT_FOOT}"
    # What has no card, such as a letter of one plot alone, is told by the plot.
    return Answer(said.title, distances, said.meaning or plot.heading.toolTip())
