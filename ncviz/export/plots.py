"""Every plot of a run that a figure can show, by its name."""

from collections.abc import Callable, Mapping

from matplotlib.axes import Axes

from ncviz.export.epoch_plots import (
    draw_collapse,
    draw_cosines,
    draw_epochs,
    draw_error,
    draw_group_fuzziness,
    draw_groups,
    draw_held_out_collapse,
    draw_loss,
    draw_norms,
)
from ncviz.export.layer_plots import draw_classes, draw_fuzziness, draw_held_out
from ncviz.export.matrix_plot import draw_heat_map
from ncviz.export.moment import Moment
from ncviz.export.styles import FigureStyle

PLOTS: Mapping[str, Callable[[Axes, Moment, FigureStyle], None]] = {
    "fuzziness": draw_fuzziness,
    "epochs": draw_epochs,
    "classes": draw_classes,
    "held-out": draw_held_out,
    "nc": draw_collapse,
    "held-out-nc": draw_held_out_collapse,
    "loss": draw_loss,
    "error": draw_error,
    "norms": draw_norms,
    "cosines": draw_cosines,
    "groups": draw_groups,
    "group-fuzziness": draw_group_fuzziness,
    "heat-map": draw_heat_map,
}
