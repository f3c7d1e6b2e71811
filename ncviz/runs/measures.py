"""What a run is asked beside the numbers of `ncviz.metrics`: law, terminal phase, sizes.

An `epoch` is one of `run.epochs`, a `layer` counts from 0, the raw input, and a `split` is
'train' or 'test'.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.separation import (
    EquiSeparationLaw,
    class_separation_fuzziness,
    fit_law,
    separation_fuzziness,
)
from ncviz.runs.directions import class_groups, classifier_directions, cosine_within
from ncviz.runs.run import Run

Floats = NDArray[np.float64]


def _number(value: float | None) -> float | None:
    """Return None for what is undefined or unbounded, which JSON cannot hold."""
    return None if value is None or not math.isfinite(value) else value


def fuzziness_by_layer(run: Run, epoch: int, split: str = "train") -> list[float]:
    """Return D_1 … D_m at an epoch; NaN for a layer without that split."""
    snapshot = run.snapshot(epoch)
    found = (snapshot.statistics(layer, split) for layer in range(len(run.manifest.layers)))
    return [float("nan") if s is None else separation_fuzziness(s) for s in found]


def class_fuzziness_by_layer(run: Run, epoch: int, split: str = "train") -> Floats:
    """Return each class's own D over the layers, for the per-class law.

    Returns
    -------
    array, shape (m, K)
        K classes of the split. See `class_separation_fuzziness`; NaN for what was not recorded.
    """
    snapshot = run.snapshot(epoch)
    found = [snapshot.statistics(layer, split) for layer in range(len(run.manifest.layers))]
    rows = [None if s is None else class_separation_fuzziness(s) for s in found]
    # A split may have classes of its own, which are those of all layers.
    classes = next((len(row) for row in rows if row is not None), run.manifest.classes)
    nothing = np.full(classes, np.nan)
    return np.array([nothing if row is None else row for row in rows]).reshape(-1, classes)


def law_at(run: Run, epoch: int, split: str = "train") -> EquiSeparationLaw:
    """Fit the law of equi-separation to all layers at an epoch."""
    return fit_law(fuzziness_by_layer(run, epoch, split))


def terminal_phase(epochs: list[int], train_errors: list[float]) -> int | None:
    """Return the recorded epoch at which the terminal phase of training starts.

    Parameters
    ----------
    epochs : list of int
        Ascending.
    train_errors : list of float
        Share of mistakes at each.

    Returns
    -------
    int or None
        The first epoch from which on the training error stays zero; None if
        the last one is not zero.

    Notes
    -----
    Papyan, Han, Donoho, PNAS 2020.
    """
    start = None
    for epoch, error in zip(epochs, train_errors, strict=True):
        if error != 0:
            start = None
        elif start is None:
            start = epoch
    return start


def training_loss(scalars: Mapping[str, float]) -> float | None:
    """Return the training loss at an epoch, as far as it tells whether training diverged.

    Parameters
    ----------
    scalars : mapping
        Of a snapshot.

    Returns
    -------
    float or None
        The measured loss, or the one that a loop handed over where that is no finite number or
        nothing was measured; None if no loss was recorded.
    """
    measured, given = scalars.get("train_loss"), scalars.get("given_loss")
    if measured is None or (given is not None and not math.isfinite(given)):
        return given
    return measured


def minority_cosine(run: Run, epoch: int) -> float | None:
    """Return the mean cosine between the classifier rows of the minority classes.

    Returns
    -------
    float or None
        None if the run has fewer than two minority classes (see
        `ncviz.runs.directions.class_groups`), or recorded no classifier.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, Figure 4: 1 means Minority Collapse.
    """
    return _number(cosine_within(classifier_directions(run, epoch), class_groups(run)[1]))


def imbalance_ratio(run: Run) -> float:
    """Return R, the size of the largest class over that of the smallest; 1 if unknown.

    Classes without training samples do not count.
    """
    counts = [count for count in run.manifest.train_counts if count > 0]
    return max(counts) / min(counts) if counts else 1.0
