"""Charts of deep unconstrained features: the objective, each layer's collapse, and its spectrum."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.chart import Across, Chart, Curve, Level, Reading
from ncviz.charts.moment import Moment
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.plot import LAYERS, Plot
from ncviz.language import tr
from ncviz.models.over_steps import StepNumbers, line, over_steps
from ncviz.wording import three_digits

DUST = 1e-6  # singular values, of features of length about 1
VISIBLE = 1e-2  # of the largest singular value: what is smaller is not counted as a rank
SUKENIK = "Súkeník, Mondelli, Lampert, NeurIPS 2024"

BY_LAYER = plot_of(
    "layers",
    ("separation_fuzziness", "nc1", "nc2_equinorm_means", "nc2_equiangular_means"),
    menu=tr("D, NC1 and NC2 by layer"),
    heading=tr("<i>D</i>, NC1 and NC2 layer by layer"),
    tip=tr(
        "D = K NC1 of equal classes, the spread of the means' norms, and the mean distance of "
        "their cosines from −1/(K−1), of each layer: all are 0 at deep neural collapse. Where "
        "means lie in fewer dimensions than K − 1, D and NC1 weigh what little is left in the "
        "others ({sukenik}).",
        sukenik=SUKENIK,
    ),
    up=tr("D, NC1, NC2"),
    over=LAYERS,
    group="",
    order=10,
    logarithmic=True,
)


def visible_rank(values: NDArray[np.floating[Any]]) -> int:
    """Return how many singular values there are to be seen, of all but dust."""
    return int((values > max(VISIBLE * values[0], DUST)).sum())


def _draw_spectrum(numbers: StepNumbers, moment: Moment) -> Chart:
    snapshot, names = numbers.run.snapshot(moment.epoch), moment.layer_names
    spectra = []
    for number in range(len(names)):
        statistics = snapshot.statistics(number, "train")
        assert statistics is not None
        spectra.append(np.linalg.svd(statistics.means, compute_uv=False))
    values = np.array(spectra)
    curves = [
        Curve(f"σ {place}", "", values[:, place], "means", points="full", end="", unnamed=True)
        for place in range(values.shape[1])
    ]
    here = values[moment.layer]
    rank = visible_rank(here)
    readings = (
        Reading(
            "rank",
            tr("rank <b>{rank}</b>", rank=rank),
            rank,
            title=tr("Rank"),
            meaning=RANK_MEANING,
        ),
        Reading(
            "largest",
            tr("largest <b>{here}</b>", here=three_digits(here[0])),
            float(here[0]),
            title=tr("Largest singular value"),
            meaning=tr("Of the class means of the layer that is seen, not centred."),
        ),
    )
    across = Across("layers", np.arange(1.0, len(names) + 1), "layer", names=names)
    return Chart(across, tuple(curves), readings=readings, note=moment.name)


RANK_MEANING = tr("Singular values of the layer that is seen above a hundredth of the largest.")

PLOTS = (
    over_steps(
        "objective",
        tr("objective"),
        tr("Objective over steps"),
        tr(
            "The square loss and all penalties. Green: deep neural collapse, in closed form, "
            "below which nothing lies without a ReLU; blue: the low-rank solution, which can "
            "be cheaper with one ({sukenik}).",
            sukenik=SUKENIK,
        ),
        (
            line(
                "objective",
                tr("objective"),
                meaning=tr("The mean square loss and all penalties."),
            ),
        ),
        formulas=("deep features",),
        targets=(
            Level(
                0.0,
                tr("collapse"),
                tr("The objective of deep neural collapse, in closed form."),
            ),
            Level(
                0.0,
                tr("low rank"),
                tr("The objective of the low-rank solution, in closed form."),
                "means",
            ),
        ),
    ),
    BY_LAYER,
    Plot(
        "spectrum",
        tr("Singular values by layer"),
        tr("Singular values layer by layer"),
        tr(
            "Of the class means of each layer, not centred: K equal ones at deep neural "
            "collapse, fewer above zero at a low rank ({sukenik}).",
            sukenik=SUKENIK,
        ),
        LAYERS,
        _draw_spectrum,
        up="σ",
        formulas=("deep features",),
        logarithmic=False,
        gist=tr("points at zero: a low rank"),
    ),
)
