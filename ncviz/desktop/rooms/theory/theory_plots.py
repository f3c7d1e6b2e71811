"""The right column of the Theory room: the plots of the model that is seen."""

from collections.abc import Iterable, Mapping
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QStackedWidget

from ncviz.charts.plot import GRID, LAYERS, MATRIX, RATIO, Plot
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.epochs_plot import EpochsPlot
from ncviz.desktop.plots.grid_plot import GridPlot
from ncviz.desktop.plots.layers_plot import LayersPlot
from ncviz.desktop.plots.ratio_plot import RatioPlot
from ncviz.desktop.widgets.columns import StackedPage, stack_in, turn_to
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk


class ModelPlots(StackedPage):
    """The plots of one model.

    Signals
    -------
    held(bool)
        A point of a plot is dragged from now on, or was let go.
    """

    held = pyqtSignal(bool)

    def __init__(self, desk: ModelDesk[Any]) -> None:
        super().__init__()
        self._desk: Any = desk
        self._chosen: frozenset[str] = frozenset()  # those that are seen; empty for all
        self._named = {plot.name: self._made(plot) for plot in desk.model.plots}
        self.plots = tuple(self._named.values())
        stack_in(self, *self.plots)
        self.follow_look()

    def follow_look(self) -> None:
        """Let each plot be as high as letters of this size need."""
        for plot in self.plots:
            plot.keep_readable()

    def _made(self, plot: Plot) -> RatioPlot | EpochsPlot | LayersPlot | GridPlot | CosineMatrix:
        if plot.over == MATRIX:
            return CosineMatrix(plot)
        if plot.over == GRID:
            grid = GridPlot(plot)
            grid.chosen.connect(lambda values: self._desk.set(**values))
            return grid
        if plot.over != RATIO:
            return LayersPlot(plot) if plot.over == LAYERS else EpochsPlot(plot)
        made, desk = RatioPlot(plot), self._desk
        assert isinstance(desk, OptimumDesk)
        made.unpin_asked.connect(desk.unpin)
        made.removal_asked.connect(desk.remove_point)
        made.dragged.connect(desk.drag)
        made.held.connect(self.held)
        return made

    def plot(self, name: str) -> Any:
        """Return a plot by its name."""
        return self._named[name]

    def choose(self, names: Iterable[str]) -> None:
        """Show these plots alone, by their names; none for all."""
        chosen = frozenset(names)
        if chosen != self._chosen:
            self._chosen = chosen
            self.show_curve()

    def show_curve(self) -> None:
        """Bring everything up to date."""
        for plot in self._telling():
            plot.follow_series(self._desk)
            # Those over epochs and over a ratio have drawn their moment along with it.
            if not isinstance(plot, EpochsPlot | RatioPlot):
                plot.follow_moment(self._desk)

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        for plot in self._telling():
            plot.follow_moment(self._desk)

    def _telling(self) -> list[Any]:
        """Show the plots that have anything to tell, and return them."""
        desk, found = self._desk, []
        for name, plot in self._named.items():
            is_chosen = not self._chosen or name in self._chosen
            tells = is_chosen and desk.model.tells(name, desk.parameters)
            if plot.isHidden() == tells:
                plot.setVisible(tells)
                if tells:
                    plot.follow_series(desk)
            found += [plot] if tells else []
        return found


class TheoryPlots(QStackedWidget):
    """The plots of the models, those of one at a time, made when they are first shown.

    Signals
    -------
    held(bool)
        A point of a plot is dragged from now on, or was let go.

    Parameters
    ----------
    desks : mapping of str to ModelDesk
        By the names of the models, in order.
    """

    held = pyqtSignal(bool)

    def __init__(self, desks: Mapping[str, ModelDesk[Any]]) -> None:
        super().__init__()
        be_place(self, "plots")
        self._desks = desks
        self._made: dict[str, ModelPlots] = {}
        self._seen = ""
        self._turn(next(iter(desks)))

    def page_of(self, name: str) -> ModelPlots:
        """Return the plots of a model, made when they are first asked for."""
        if name not in self._made:
            page = self._made[name] = ModelPlots(self._desks[name])
            page.held.connect(self.held)
            self.addWidget(page)
        return self._made[name]

    def show_model(self, name: str) -> None:
        """Turn to the plots of a model, and bring them up to date."""
        self._turn(name)
        self.show_curve()

    def _turn(self, name: str) -> None:
        self._seen = name
        turn_to(self, self.page_of(name))

    def choose(self, names: Iterable[str]) -> None:
        """Show some plots of the model that is seen alone, and all of every other model."""
        for name, page in self._made.items():
            page.choose(names if name == self._seen else ())

    def show_curve(self) -> None:
        """Bring everything of the model that is seen up to date."""
        self._made[self._seen].show_curve()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self._made[self._seen].show_moment()

    def plots(self) -> tuple[RatioPlot | EpochsPlot | LayersPlot | GridPlot | CosineMatrix, ...]:
        """Return all plots that were made, seen or not."""
        return tuple(plot for page in self._made.values() for plot in page.plots)
