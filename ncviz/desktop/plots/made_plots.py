"""The plots of the window, each made of its declaration by what it is over."""

from ncviz.charts.plot import EPOCHS, LAYERS, MATRIX, plots
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.over_epochs import OverEpochs
from ncviz.desktop.plots.over_layers import OverLayers
from ncviz.desktop.plots.plot_frame import PlotFrame

_MAKERS = {EPOCHS: OverEpochs, LAYERS: OverLayers, MATRIX: CosineMatrix}


def made_plot(name: str) -> PlotFrame:
    """Return a plot that shows nothing yet, by its name."""
    declared = plots()[name]
    return _MAKERS[declared.over](declared)
