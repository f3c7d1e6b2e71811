"""Charts over the layers: what all of them have."""

import math
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve
from ncviz.charts.moment import Moment, samples_of
from ncviz.charts.numbers import Floats
from ncviz.geometry.separation import EquiSeparationLaw
from ncviz.language import tr

NO_LAW = tr("One layer alone has no law: it takes two.")


def over_layers(moment: Moment, curves: list[Curve], **more: Any) -> Chart:
    """Return a chart of curves over the layers 1 … m.

    A law takes two layers: where there is one, the numbers give way to that.

    Parameters
    ----------
    moment : Moment
    curves : list of Curve
    **more
        Further fields of `Chart`; `samples` is '' where curves say themselves whose they are.
    """
    names = moment.layer_names
    if len(names) < 2:
        more |= {
            "lead": NO_LAW,
            "readings": (),
            "note": tr("{name}: one layer has no law", name=moment.name),
        }
    more = {"samples": samples_of(moment)} | more
    across = Across("layers", np.arange(1.0, len(names) + 1), "layer", names=names)
    return Chart(across, tuple(curves), **more)


def fitted_heights(law: EquiSeparationLaw, count: int) -> Floats:
    """Return the heights of a law over so many layers; NaN where there is no fit."""
    if not (math.isfinite(law.decay_ratio) and law.decay_ratio > 0):
        return np.full(count, np.nan)
    return np.asarray(law.predict(np.arange(1.0, count + 1)), dtype=np.float64)
