"""What several plots show of an epoch, and what it costs time to compute."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.numbers import Measure
from ncviz.language import tr
from ncviz.metrics.measures import measure_layer
from ncviz.runs.directions import (
    classifier_directions,
    mean_directions,
    measure_groups,
)
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run

Floats = NDArray[np.float64]
NOTHING = float("nan"), float("nan"), float("nan")


@dataclass(frozen=True)
class OfSplit:
    """A split at an epoch.

    Parameters
    ----------
    fuzziness : list of float
        D_1 … D_m; NaN where not recorded.
    nc1, cdnv : float
        Of the last layer; NaN where not recorded.
    """

    fuzziness: list[float]
    nc1: float
    cdnv: float


@dataclass(frozen=True, eq=False)
class NormsAndAngles:
    """Class means and classifier rows of the last layer at an epoch.

    Parameters
    ----------
    means_norms, classifier_norms : array, shape (K,)
        Over their mean.
    means_cosines, classifier_cosines : tuple of 3 floats
        Least, mean and largest between two classes.
    """

    means_norms: Floats
    classifier_norms: Floats
    means_cosines: tuple[float, float, float]
    classifier_cosines: tuple[float, float, float]


def _of_split(run: Run, epoch: int, split: str) -> OfSplit:
    fuzziness = fuzziness_by_layer(run, epoch, split)
    last = measure_layer(run, epoch, len(run.manifest.layers) - 1, split)
    both = (None, None) if last is None else (last["nc1"], last["cdnv"])
    return OfSplit(fuzziness, *(float("nan") if v is None else v for v in both))


def _both(run: Run, epoch: int, _split: str) -> tuple[OfSplit, OfSplit]:
    return _of_split(run, epoch, "train"), _of_split(run, epoch, "test")


def _norms_and_angles(run: Run, epoch: int, split: str) -> NormsAndAngles:
    means = mean_directions(run, epoch, len(run.manifest.layers) - 1, split)
    # The rows stand for the network's classes, not for others.
    foreign = run.measured_on(split).is_foreign
    rows = None if foreign else classifier_directions(run, epoch)
    unknown = np.full(run.manifest.classes, np.nan)
    return NormsAndAngles(
        unknown if means is None else means.relative_norms,
        unknown if rows is None else rows.relative_norms,
        NOTHING if means is None else means.cosine_range,
        NOTHING if rows is None else rows.cosine_range,
    )


BOTH = Measure(tr("training and held-out samples"), _both)
DIRECTIONS = Measure("directions", _norms_and_angles)
GROUPS = Measure("groups", measure_groups)
