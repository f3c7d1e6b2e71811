"""Another run that is laid over the plots of a page, as the Compare room lays it over."""

from dataclasses import dataclass, replace

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import Plot
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.beside import matching_epoch


@dataclass(frozen=True, eq=False)
class OtherRun:
    """What is laid over the plots of a run that another one stands beside.

    Parameters
    ----------
    first : Run
        The one on the left.
    numbers : Numbers
        Of the one on the right, with values at all moments that curves show.
    moment : Moment
        Its own.
    epochs : tuple of int
        At which of its moments it stands at each moment of the page.
    names : tuple of 2 str
        What tells the runs apart.
    """

    first: Run
    numbers: Numbers
    moment: Moment
    epochs: tuple[int, ...]
    names: tuple[str, str]

    def over_time(self, plot: Plot) -> tuple[list[float], Chart]:
        """Return its chart over time, and where its values stand on the first one's clock."""
        chart = plot.draw(self.numbers, self.moment)
        assert isinstance(chart, Chart)
        own = self.moment.run
        return [matching_epoch(own, e, self.first) for e in chart.across.at.tolist()], chart

    def over_layers(self, plot: Plot, number: int) -> Chart:
        """Return its chart over layers at a moment of the page."""
        chart: Chart = plot.draw(self.numbers, replace(self.moment, epoch=self.epochs[number]))
        return chart

    def whose(self, own: str, others: str) -> str:
        """Say which run is drawn how: 'left, full: A; right, hollow: B'."""
        return tr(
            "left, {own}: {left}; right, {others}: {right}",
            own=own,
            others=others,
            left=self.names[0],
            right=self.names[1],
        )


def dotted(curve: Curve) -> Curve:
    """Return another run's curve over time, as it is laid over this one's."""
    return replace(curve, dash=(1, 3), dots=False, unnamed=True)


def hollow(curve: Curve) -> Curve:
    """Return another run's curve over layers, as it is laid over this one's."""
    points = "hollow" if curve.points else ""
    return replace(curve, label=curve.beside, points=points, strong=False, faint=True)
