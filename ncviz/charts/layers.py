"""Separation fuzziness over the epochs, one curve a layer."""

import html
import math

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.colors import Shade
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats, Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.language import tr
from ncviz.runs.layer_names import tick_names, with_symbol

MOST_NAMED = 20  # layers in a legend; of more every n-th


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    names, ticks = moment.layer_names, tick_names(moment.layer_names)

    def curve(number: int, values: Floats) -> Curve:
        strong = number == moment.layer
        label = rich(with_symbol(names, number))
        return Curve(
            str(number),
            label,
            values,
            "accent" if strong else Shade(0.3 + 0.7 * number / max(1, len(names) - 1)),
            short=label if strong else html.escape(ticks[number]),
            end=names[number],
            strong=strong,
            swatch=not strong,
            silent=not strong,
            unnamed=not strong and number % math.ceil(len(names) / MOST_NAMED) > 0,
            concept="D",
            layer=number,
        )

    rows = numbers.fuzziness_of_layers().T
    curves = [curve(number, values) for number, values in enumerate(rows)]
    return over_epochs(numbers, curves, moment=moment)


LAYERS_OVER_EPOCHS = Plot(
    "layers",
    menu=tr("D over training"),
    heading=tr("Separation fuzziness <i>D</i> of each layer"),
    tip=tr(
        "D = Tr(SSW SSB⁺) of each layer over the training; the layer in the scene is strong "
        "(He & Su, PNAS 2023)."
    ),
    over=EPOCHS,
    gist=tr("lower: farther apart"),
    draw=_draw,
    up="D",
    formulas=("fuzziness", "law"),
    order=50,
    pages=(
        PlotFigure(
            "epochs",
            tr("D over training, one curve a layer"),
            tr("Separation fuzziness of each layer"),
            caption=tr("D over training"),
            order=20,
            summary="several",
        ),
    ),
)
