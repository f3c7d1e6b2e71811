"""D over the layers on the training samples and on held-out ones."""

import numpy as np

from ncviz.charts.applies import has_test
from ncviz.charts.chart import Chart, Curve, Reading
from ncviz.charts.measured import BOTH
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_layers import fitted_heights, over_layers
from ncviz.charts.plot import LAYERS, Plot, PlotFigure
from ncviz.geometry.separation import fit_law
from ncviz.language import tr
from ncviz.wording import three_digits


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    found = numbers.measured(BOTH, moment.epoch)
    both = {split: one.fuzziness for split, one in zip(("train", "test"), found, strict=True)}
    fits, points, readings = [], [], []
    for split, values in both.items():
        law, train = fit_law(values), split == "train"
        color, line = "text" if train else "quiet", fitted_heights(law, len(values))
        fits.append(
            Curve(
                split,
                tr("fit {split}", split=split),
                line,
                color,
                dash=True,
                end="",
                makes_room=False,
            )
        )
        shape, heights = "edged" if train else "hollow", np.array(values, dtype=np.float64)
        points.append(Curve(split, split, heights, color, points=shape))
        word = tr("<i>ρ</i>&nbsp;<b>{decay_ratio}</b>", decay_ratio=three_digits(law.decay_ratio))
        title = tr("ρ on {value} samples", value=tr("training") if train else tr("held-out"))
        sign = "●" if train else "○"
        readings.append(Reading(split, word, law.decay_ratio, "rho", title, sign))
    ratios = ", ".join(f"{three_digits(r.value)} ({r.key})" for r in readings)
    return over_layers(
        moment,
        [*fits, *points],
        readings=tuple(readings),
        note=f"{moment.name}, ρ = {ratios}",
        samples="",
    )


LAW_OF_SPLITS = Plot(
    "splits",
    menu=tr("Law, train and test"),
    heading=tr("<i>D<sub>t</sub></i> on train and test data"),
    tip=tr("The same network on images that it was not trained on (He & Su, PNAS 2023)."),
    over=LAYERS,
    draw=_draw,
    up="D",
    formulas=("held out", "law"),
    needs=(BOTH,),
    applies=has_test,
    order=70,
    pages=(
        PlotFigure(
            "held-out",
            tr("D over layers, training against held-out samples"),
            tr("Training and held-out samples"),
            caption=tr("D, training against held-out"),
            order=40,
        ),
    ),
)
