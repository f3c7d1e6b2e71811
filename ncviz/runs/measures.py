"""Every metric of a run, computed from its snapshots.

An `epoch` is one of `run.epochs`, a `layer` counts from 0, the raw input, and a `split` is
'train' or 'test'.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.geometry.collapse import cdnv, nc1, nc2_equiangular, nc2_equinorm, nc3
from ncviz.geometry.separation import (
    EquiSeparationLaw,
    class_separation_fuzziness,
    fit_law,
    separation_fuzziness,
)
from ncviz.runs.directions import class_groups, classifier_directions, cosine_within
from ncviz.runs.run import Run

Floats = NDArray[np.float64]

SPLITS = ("train", "test")


@dataclass(frozen=True)
class LayerMeasures:
    """The metrics of one layer at one epoch on one split; None where one does not apply.

    CDNV is infinite where two class means coincide.

    Definitions and sources: `ncviz.geometry.collapse` and
    `ncviz.geometry.separation`. Classifier metrics apply to the last layer.
    """

    epoch: int
    layer: str
    split: str
    separation_fuzziness: float | None
    nc1: float | None
    nc2_equinorm_means: float | None
    nc2_equinorm_classifier: float | None
    nc2_equiangular_means: float | None
    nc2_equiangular_classifier: float | None
    nc3: float | None
    nc4: float | None
    cdnv: float | None


def measure_layer(run: Run, epoch: int, layer: int, split: str) -> LayerMeasures | None:
    """Measure one layer at one epoch.

    Returns
    -------
    LayerMeasures or None
        None if the split was not recorded.
    """
    snapshot = run.snapshot(epoch)
    statistics = snapshot.statistics(layer, split)
    if statistics is None:
        return None
    is_last = layer == len(run.manifest.layers) - 1
    classifier = snapshot.classifier() if is_last else None
    means = statistics.centered_means
    weight = None if classifier is None else classifier.weight
    # Self-duality compares row with row: it needs a mean for every classifier row.
    paired = weight is not None and weight.shape == means.shape
    spread = cdnv(statistics)
    return LayerMeasures(
        epoch=snapshot.epoch,
        layer=run.manifest.layers[layer].name,
        split=split,
        separation_fuzziness=_number(separation_fuzziness(statistics)),
        nc1=_number(nc1(statistics)),
        nc2_equinorm_means=_number(nc2_equinorm(means)),
        nc2_equinorm_classifier=None if weight is None else _number(nc2_equinorm(weight)),
        nc2_equiangular_means=_number(nc2_equiangular(means)),
        nc2_equiangular_classifier=None if weight is None else _number(nc2_equiangular(weight)),
        nc3=_number(nc3(weight, means)) if weight is not None and paired else None,
        nc4=_number(snapshot.scalars.get(f"nc4_{split}") if is_last else None),
        cdnv=None if math.isnan(spread) else spread,
    )


def _plain(record: LayerMeasures, counting: Counting) -> dict[str, Any]:
    values = asdict(record) | {"cdnv": _number(record.cdnv)}
    return {counting.unit: counting.value(values.pop("epoch")), **values}


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
        See `class_separation_fuzziness`; NaN for what was not recorded.
    """
    snapshot = run.snapshot(epoch)
    table = np.full((len(run.manifest.layers), run.manifest.classes), np.nan)
    for layer in range(len(table)):
        statistics = snapshot.statistics(layer, split)
        if statistics is not None:
            table[layer] = class_separation_fuzziness(statistics)
    return table


def law_at(run: Run, epoch: int, split: str = "train") -> EquiSeparationLaw:
    """Fit the law of equi-separation to all layers at an epoch."""
    return fit_law(fuzziness_by_layer(run, epoch, split))


def measure_run(run: Run, epoch: float | None = None, layer: str | None = None) -> dict[str, Any]:
    """Measure a run as `ncviz measure --json` prints it.

    Parameters
    ----------
    run : Run
    epoch : float, optional
        This recorded epoch alone.
    layer : str, optional
        This layer alone, by its name or its number from 0.

    Returns
    -------
    dict
        `layers`, a list of the fields of `LayerMeasures`, and `law`, a list of
        `epoch`, `split`, `rho`, `half_life`, `pearson_r`. Of a run that counts
        steps, `step` stands in the place of `epoch`, and so on.

    Raises
    ------
    UserError
        If the epoch or the layer is not in the run.
    """
    epochs = run.epochs if epoch is None else (run.recorded(epoch),)
    layers = range(len(run.manifest.layers)) if layer is None else (_layer_number(run, layer),)
    records = (
        measure_layer(run, e, number, split)
        for e in epochs
        for number in layers
        for split in SPLITS
    )
    return {
        "layers": [_plain(record, run.counting) for record in records if record is not None],
        "law": [record for e in epochs for record in _law_records(run, e)],
    }


def _law_records(run: Run, epoch: int) -> Iterable[dict[str, Any]]:
    for split in SPLITS:
        if run.snapshot(epoch).statistics(0, split) is None:
            continue
        law = law_at(run, epoch, split)
        yield {
            run.counting.unit: run.counting.value(epoch),
            "split": split,
            "rho": _number(law.decay_ratio),
            "half_life": _number(law.half_life),
            "pearson_r": _number(law.pearson_r),
        }


def _layer_number(run: Run, layer: str) -> int:
    names = [item.name for item in run.manifest.layers]
    if layer in names:
        return names.index(layer)
    if layer.isdecimal() and int(layer) < len(names):
        return int(layer)
    raise UserError(f"The run has no layer {layer!r}: its layers are {', '.join(names)}.")


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
