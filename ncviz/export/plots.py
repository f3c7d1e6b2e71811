"""Every plot of a run that a figure can show, by the name of its preset."""

from collections.abc import Mapping

from ncviz.charts.plot import Plot, PlotFigure, plots


def pages() -> Mapping[str, tuple[Plot, PlotFigure]]:
    """Return the plots that figures show, each with how a page has it, by preset."""
    found = [(page, plot) for plot in plots().values() for page in plot.pages]
    found.sort(key=lambda pair: pair[0].order)
    return {page.preset: (plot, page) for page, plot in found}
