"""A plot that there is: its words, what it needs, and the function that draws its chart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ncviz.catalogue import entries
from ncviz.charts.chart import Chart, Curve
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Measure, Numbers
from ncviz.charts.repeated import drawn_with_repeats
from ncviz.charts.rich_text import plain
from ncviz.runs.run import Run

# What a plot can be over; a ratio is that of class sizes, along which a model is solved.
EPOCHS, LAYERS, MATRIX, RATIO = "epochs", "layers", "matrix", "ratio"
GRID = "grid"  # a map of two of a model's parameters

GIST = 34  # letters


def never_first(_run: Run | None) -> int:
    """Return that a plot is not among those shown first."""
    return 0


def always(_run: Run) -> bool:
    """Tell that a plot fits every run."""
    return True


@dataclass(frozen=True)
class PlotFigure:
    """A plot as a figure of its own.

    Parameters
    ----------
    preset : str
        Its name on the command line.
    words : str
        What it shows, for help.
    title : str
        Above the figure.
    up : str
        At the left axis; by default as in the window.
    note : str
        Above the axes.
    curves : tuple of str
        Keys of those that it shows; empty for all.
    order : int
        Place among the presets.
    caption : str
        Among the presets in the window; by default the title.
    short : str
        Title beside a film's scene; by default that of the figure.
    summary : str
        It belongs to the summary of runs with 'several' moments, with 'one', or of 'any'.
    """

    preset: str
    words: str
    title: str
    up: str = ""
    note: str = ""
    curves: tuple[str, ...] = ()
    order: int = 1000
    caption: str = ""
    short: str = ""
    summary: str = ""

    def kept(self, chart: Chart) -> list[Curve]:
        """Return the curves of a chart that it shows."""
        return [c for c in chart.curves if not self.curves or (c.of or c.key) in self.curves]


@dataclass(frozen=True)
class Plot:
    """A plot of a run or of a theory model, declared once.

    Parameters
    ----------
    name : str
        In sessions.
    menu : str
        Title in the window's menu, where no mathematics can be typeset.
    heading : str
        Above the plot, rich text.
    tip : str
        Formula and source in a sentence or two.
    over : str
        'epochs', 'layers', 'matrix', 'ratio' or 'grid'.
    draw : callable
        Gives the `Chart`, the `ClassMatrix` or the `Grid` of a moment. Over epochs it depends on
        the view alone, not on the epoch that is seen, and gives values at `Numbers.epochs`. Over
        a ratio it is given
        the parameters of a model and its `Answer`; over a grid, parameters and the values that
        are known.
    up : str
        At the left axis, in few words.
    formulas : tuple of str
        Keys of `ncviz.formulas.FORMULAS`.
    logarithmic : bool
        Whether heights can be logarithmic, and are at first.
    needs : tuple of Measure
        What it takes time to compute and not every plot shows.
    applies : callable
        Tells whether a run has what it shows.
    first : callable
        Gives its place, from 1, among the plots that a window shows first of a run, which tell
        most of it; 0 for none. Of None before there is a run.
    order : int
        Place in menus.
    group : str
        Below which it stands in menus; empty for those that stand first.
    pages : tuple of PlotFigure
        As figures; by default one of the same name.
    gist : str
        What it tells, in as few words as stand beside a heading (`GIST` letters at most): what
        a value would be, never what it is, which a `Chart` says of its moment.
    from_statistics : bool
        Whether it reads the statistics of layers, which a run may lack.
    of_many_moments : bool
        Whether nothing of it can be seen at a single moment: `applies` alone says what it takes.
    curves : tuple of str
        Keys of curves of which a lesson may show some without the others.
    """

    name: str
    menu: str
    heading: str
    tip: str
    over: str
    draw: Callable[[Any, Any], Any]
    up: str = ""
    formulas: tuple[str, ...] = ()
    logarithmic: bool = True
    needs: tuple[Measure, ...] = ()
    applies: Callable[[Run], bool] = always
    first: Callable[[Run | None], int] = never_first
    order: int = 1000
    group: str = ""
    pages: tuple[PlotFigure, ...] = ()
    gist: str = ""
    from_statistics: bool = True
    of_many_moments: bool = False
    curves: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.pages:
            title = plain(self.heading)
            object.__setattr__(self, "pages", (PlotFigure(self.name, self.menu, title),))

    def chart(self, numbers: Numbers, moment: Moment) -> Chart | ClassMatrix:
        """Return the chart, or the matrix, of a run; of repeats with their mean and range.

        It is of the samples whose numbers are given, whatever the view of the moment asks for.
        """
        if moment.split.name != numbers.split:
            moment = replace(moment, view=replace(moment.view, split=numbers.split))
        return drawn_with_repeats(self.draw, self.needs, numbers, moment)


def plots() -> Mapping[str, Plot]:
    """Return every plot that there is, by name and in the order of menus."""
    return entries("ncviz.charts", Plot)


def first_plots(run: Run | None) -> tuple[str, ...]:
    """Return the plots to show first of a run: those of the minority where it has one.

    Parameters
    ----------
    run : Run or None
        None before there is any.
    """
    places = {name: plot.first(run) for name, plot in plots().items()}
    return tuple(sorted((name for name, place in places.items() if place), key=places.__getitem__))
