"""The plots of the window, each made of its declaration by what it is over."""

from ncviz.charts.plot import EPOCHS, LAYERS, MATRIX, plots
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.epochs_plot import EpochsPlot
from ncviz.desktop.plots.layers_plot import LayersPlot
from ncviz.desktop.plots.plot_frame import PlotFrame

_MAKERS = {EPOCHS: EpochsPlot, LAYERS: LayersPlot, MATRIX: CosineMatrix}


def made_plot(name: str) -> PlotFrame:
    """Return a plot that shows nothing yet, by its name."""
    declared = plots()[name]
    return _MAKERS[declared.over](declared)
