"""A kind of figure: its words, its size, and the function that draws it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ncviz.catalogue import entries
from ncviz.charts.plot import MATRIX, Plot, PlotFigure, always
from ncviz.export.lacking import lacks
from ncviz.export.page_grid import plot_height
from ncviz.export.plots import pages
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

MATRIX_HEIGHT, SCENE_HEIGHT = 0.8, 0.86  # over the width


def usual_height(_run: Run | None, _plan: Any, wide: float, unit: float) -> float:
    """Return how high a plot with its words is, in millimetres."""
    return plot_height(wide, unit)


def matrix_height(_run: Run | None, _plan: Any, wide: float, _unit: float) -> float:
    """Return how high a square with its colour bar is, in millimetres."""
    return MATRIX_HEIGHT * wide


def scene_height(_run: Run | None, _plan: Any, wide: float, _unit: float) -> float:
    """Return how high a scene is, in millimetres."""
    return SCENE_HEIGHT * wide


@dataclass(frozen=True)
class Preset:
    """What a figure can show, declared once.

    A `FigurePlan`, which names presets, and a `Sheet` are given to its functions: this module
    knows neither of them.

    Parameters
    ----------
    name : str
        On the command line.
    title : str
        In the dialog.
    words : str
        What it shows, for help.
    draw : callable or None
        Puts it onto a `Sheet`, below a height in millimetres. What draws loads matplotlib: it is
        imported there. None for the plot of that name, and of a model.
    order : int
        Place in lists.
    applies : callable
        Tells whether a run has what it shows.
    panels : str
        'epochs' or 'layers' where several stand side by side, which a plan may name.
    choose : callable, optional
        Gives a good choice of these where the plan names none.
    whole_page : bool
        As wide as a page, however few its panels.
    height : callable
        Gives the height that suits it, given run, plan, width and one size of the type; all
        in millimetres.
    scenes : callable, optional
        Gives the scenes on it, given run, view and plan, where it has any.
    lacking : callable, optional
        Instead of `applies`, gives the sentence of `why_not`.
    """

    name: str
    title: str
    words: str
    draw: Callable[[Any, float], None] | None
    order: int = 1000
    applies: Callable[[Run], bool] = always
    panels: str = ""
    choose: Callable[[Run], tuple[int, ...]] | None = None
    whole_page: bool = False
    height: Callable[[Run | None, Any, float, float], float] = usual_height
    scenes: Callable[[Any, View, Any], list[Scene]] | None = None
    lacking: Callable[[Run], str] | None = None

    def why_not(self, run: Run) -> str:
        """Return why a run has nothing of it, in a sentence; '' where it has."""
        if self.lacking is not None:
            return self.lacking(run)
        otherwise = str(getattr(self.applies, "otherwise", tr("It has nothing of that kind.")))
        return "" if self.applies(run) else otherwise

    def shown(self, plan: Any) -> tuple[int, ...]:
        """Return which epochs or layers stand side by side."""
        named: dict[str, tuple[int, ...]] = {"epochs": plan.epochs, "layers": plan.layers}
        return named.get(self.panels, ())


def presets() -> Mapping[str, Preset]:
    """Return everything that a figure can show, by name and in order; plots come last."""
    of_plots = {name: _of_plot(plot, page) for name, (plot, page) in pages().items()}
    return {**entries("ncviz.export.presets", Preset), **of_plots}


def _of_plot(plot: Plot, page: PlotFigure) -> Preset:
    def why_not(run: Run) -> str:
        return lacks(run, plot, page)

    height = matrix_height if plot.over == MATRIX else usual_height
    return Preset(
        page.preset,
        page.caption or page.title,
        page.words,
        None,
        page.order,
        lambda run: not why_not(run),
        height=height,
        lacking=why_not,
    )
