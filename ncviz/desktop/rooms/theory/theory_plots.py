"""The right column of the Theory room: the plots of the model that is seen."""

from collections.abc import Mapping
from typing import Any

from PyQt6.QtWidgets import QStackedWidget, QWidget

from ncviz.desktop.plots.curve_plot import CurvePlot
from ncviz.desktop.plots.step_plot import StepPlot
from ncviz.desktop.widgets.columns import stack_in
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.scenes.palette import LIGHT, Theme


class OptimumPlots(QWidget):
    """A number over what the timeline runs over."""

    def __init__(self, desk: OptimumDesk[Any]) -> None:
        super().__init__()
        self._desk = desk
        self.curve = CurvePlot(desk)
        self.curve.unpin_asked.connect(desk.unpin)
        self.curve.removal_asked.connect(desk.remove_point)
        self.plots = (self.curve,)
        stack_in(self, *self.plots)

    def show_curve(self) -> None:
        """Bring everything up to date."""
        self.curve.show_curve()
        self.curve.show_points()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self.curve.show_here()


class DescentPlots(QWidget):
    """The charts of a model over its steps."""

    def __init__(self, desk: DescentDesk[Any]) -> None:
        super().__init__()
        self._desk = desk
        self.plots = tuple(StepPlot(chart) for chart in desk.model.charts)
        stack_in(self, *self.plots)

    def plot(self, name: str) -> StepPlot:
        """Return the plot of a chart."""
        return next(plot for plot in self.plots if plot.chart.name == name)

    def show_curve(self) -> None:
        """Bring everything up to date."""
        levels = self._desk.levels
        for plot in self.plots:
            plot.show_curve(self._desk, levels.get(plot.chart.name))

    show_moment = show_curve  # a descent grows while it plays


class TheoryPlots(QStackedWidget):
    """The plots of the models, those of one at a time, made when they are first shown.

    Parameters
    ----------
    desks : mapping of str to ModelDesk
        By the names of the models, in order.
    """

    def __init__(self, desks: Mapping[str, ModelDesk[Any]]) -> None:
        super().__init__()
        self._desks = desks
        self._made: dict[str, OptimumPlots | DescentPlots] = {}
        self._seen = ""
        self._look: tuple[Theme, float] = (LIGHT, 1.0)
        self._turn(next(iter(desks)))

    def page_of(self, name: str) -> Any:
        """Return the plots of a model, made when they are first asked for."""
        if name not in self._made:
            desk = self._desks[name]
            assert isinstance(desk, OptimumDesk | DescentDesk)
            page = OptimumPlots(desk) if isinstance(desk, OptimumDesk) else DescentPlots(desk)
            self._made[name] = page
            for plot in page.plots:
                plot.set_theme(*self._look)
            self.addWidget(page)
        return self._made[name]

    def show_model(self, name: str) -> None:
        """Turn to the plots of a model, and bring them up to date."""
        self._turn(name)
        self.show_curve()

    def _turn(self, name: str) -> None:
        self._seen = name
        self.setCurrentWidget(self.page_of(name))

    def show_curve(self) -> None:
        """Bring everything of the model that is seen up to date."""
        self._made[self._seen].show_curve()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self._made[self._seen].show_moment()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Use the colours of a theme."""
        self._look = theme, scale
        for plot in self.plots():
            plot.set_theme(theme, scale)

    def plots(self) -> tuple[CurvePlot | StepPlot, ...]:
        """Return all plots that were made, seen or not."""
        return tuple(plot for page in self._made.values() for plot in page.plots)
