"""A plot of every cell of a sweep, small and side by side on the same axes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import numbers_in
from ncviz.charts.plot import EPOCHS, LAYERS, Plot, plots
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.repeats import open_run
from ncviz.scenes.view import View
from ncviz.sweeps.places import place_of
from ncviz.sweeps.sweep import Sweep, SweepCell
from ncviz.sweeps.sweep_words import SweepWords

MOST = 100  # plots on a page
USUAL = "law"


@dataclass(frozen=True, eq=False)
class Multiple:
    """The plot of a cell.

    Parameters
    ----------
    cell : SweepCell
    title : str
        Its values.
    chart : Chart or None
        None where nothing is done yet, or there is nothing of the kind.
    moment : Moment or None
    note : str
        Why there is none.
    """

    cell: SweepCell
    title: str
    chart: Chart | None = None
    moment: Moment | None = None
    note: str = ""


def plots_of_sweeps() -> dict[str, Plot]:
    """Return the plots that a sweep can show of its cells: those over epochs and layers."""
    return {name: each for name, each in plots().items() if each.over in (EPOCHS, LAYERS)}


def check_plot(sweep: Sweep, name: str) -> Plot:
    """Return a plot by its name.

    Raises
    ------
    UserError
        If there is no such plot, or the sweep has no runs.
    """
    if sweep.model:
        raise UserError(
            tr(
                "{name} solves a theory model and holds no runs: choose a map of its numbers.",
                name=sweep.name,
            )
        )
    known = plots_of_sweeps()
    if name not in known:
        raise UserError(
            tr(
                "There is no plot {name!r} of a sweep: choose one of {known}.",
                name=name,
                known=", ".join(known),
            )
        )
    return known[name]


def multiples_of(
    sweep: Sweep,
    folder: Path,
    plot: Plot,
    cells: tuple[SweepCell, ...] = (),
    split: str = "train",
    check: Callable[[], None] = lambda: None,
) -> Iterator[Multiple]:
    """Yield the plot of each cell, of its seeds the median with mean and range.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
    plot : Plot
    cells : tuple of SweepCell
        Those that are wanted; all if empty. No more than `MOST` are drawn.
    split : str
    check : callable
        Called between two; may raise to break off.
    """
    for cell in (cells or sweep.cells)[:MOST]:
        check()
        yield _of(sweep, folder, plot, cell, split)


def _of(sweep: Sweep, folder: Path, plot: Plot, cell: SweepCell, split: str) -> Multiple:
    title = SweepWords(sweep).cell(cell)
    home = place_of(folder, sweep.task(cell.number * sweep.seeds)).cell
    try:
        run = open_run(home)
        if not run.epochs:
            return Multiple(cell, title, note=tr("nothing yet"))
        if not plot.applies(run):
            return Multiple(cell, title, note=tr("it has nothing of that kind"))
        view = View(split=split).at(run.epochs[-1])
        moment = Moment(run, run.epochs[-1], view)
        chart = plot.chart(numbers_in(run, view), moment)
    except UserError:
        return Multiple(cell, title, note=tr("nothing yet"))
    return (
        Multiple(cell, title, chart, moment) if isinstance(chart, Chart) else Multiple(cell, title)
    )
