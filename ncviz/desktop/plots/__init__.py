"""The 2-D plots beside the scene."""

from ncviz.desktop.plots.axes import FLOOR, LogAxis, PlainAxis, StopAxis
from ncviz.desktop.plots.class_law_plot import ClassLawPlot, SplitLawPlot
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.epoch_plot import EpochPlot, Line
from ncviz.desktop.plots.kinds import DEFAULT, KINDS, Kind, collapse_plot
from ncviz.desktop.plots.law_plot import LawPlot
from ncviz.desktop.plots.loss_plot import LossPlot
from ncviz.desktop.plots.plot_column import PlotColumn
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.wording import three_digits

__all__ = [
    "DEFAULT",
    "FLOOR",
    "KINDS",
    "ClassLawPlot",
    "CosineMatrix",
    "EpochPlot",
    "Kind",
    "LawPlot",
    "Line",
    "LogAxis",
    "LossPlot",
    "PlainAxis",
    "PlotColumn",
    "PlotFrame",
    "QuietPlot",
    "SplitLawPlot",
    "StopAxis",
    "collapse_plot",
    "three_digits",
]
