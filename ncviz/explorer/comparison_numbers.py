"""The numbers of two runs that are compared at a moment."""

from collections.abc import Mapping

import numpy as np

from ncviz.explorer.comparison_words import ERRORS, MINORITY, NUMBERS
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.geometry.collapse import cosines
from ncviz.language import tr
from ncviz.metrics.measures import measure_layer
from ncviz.metrics.metric import metrics
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import minority_cosine
from ncviz.runs.run import Run

Numbers = Mapping[str, float | None]  # as in `NUMBERS`; None where it does not apply

_OF_LAYER = {
    "NC1": "nc1",
    "NC2 norms": "nc2_equinorm_means",
    "NC2 angles": "nc2_equiangular_means",
    "NC3": "nc3",
}


def minority_of_twin(run: Run, twin: Run) -> tuple[int, ...]:
    """Return which classes of a balanced run are the minority of its imbalanced twin.

    Returns
    -------
    tuple of int
        Empty if the run has minority classes of its own, or the twin none, or
        their classes differ.
    """
    if class_groups(run)[1] or run.manifest.class_names != twin.manifest.class_names:
        return ()
    minority = class_groups(twin)[1]
    return minority if len(minority) > 1 else ()


def tip_of(name: str, first: Run | None, second: Run | None) -> str:
    """Say what a number means, and of which classes it is where that is not plain.

    Parameters
    ----------
    name : str
        One of `NUMBERS`.
    first, second : Run or None
        The two that are compared, as far as they are there.
    """
    if name == MINORITY and first is not None and second is not None:
        for run, twin in ((first, second), (second, first)):
            classes = minority_of_twin(run, twin)
            if classes:
                names = ", ".join(run.manifest.class_names[k] for k in classes)
                return tr(
                    "{numbers} In the balanced run, of the same classes: {names}.",
                    numbers=NUMBERS[name],
                    names=names,
                )
    return NUMBERS[name]


def directions_between(run: Run, layer: int) -> tuple[int, int]:
    """Return how many classes a run has, and in how many directions their means differ at most.

    Parameters
    ----------
    run : Run
    layer : int
        The means of K classes span K − 1 directions, in a narrow layer no more than its width.
    """
    manifest = run.manifest
    width = manifest.layers[layer % len(manifest.layers)].width
    return manifest.classes, min(width, manifest.classes - 1)


def tells_by_d(runs: tuple[Run, Run], layers: tuple[int, int]) -> bool:
    """Tell whether D or NC1 of two layers say which of them separates the classes better.

    Both grow with the directions between the means, and under imbalance as means draw together.
    """
    balanced = not any(class_groups(run)[1] for run in runs)
    return balanced and len(set(map(directions_between, runs, layers))) == 1


def _cosine_between(run: Run, epoch: int, classes: tuple[int, ...]) -> float | None:
    """Return the mean cosine between the classifier rows of some classes, None without any."""
    classifier = run.snapshot(epoch).classifier()
    if classifier is None:
        return None
    pairs = cosines(classifier.weight[list(classes)])[np.triu_indices(len(classes), k=1)]
    mean = float(pairs.mean())
    return mean if np.isfinite(mean) else None


def numbers_at(
    run: Run, series: EpochSeries, epoch: int, layer: int, minority: tuple[int, ...] = ()
) -> Numbers:
    """Return the numbers of a run that are compared.

    Parameters
    ----------
    run : Run
    series : EpochSeries
        Of that run, on the split whose numbers are compared.
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0, the raw input.
    minority : tuple of int
        The classes of the minority cosine in a run without minority classes.
    """
    law = series.law(epoch)
    if layer == len(run.manifest.layers) - 1:  # the series has it, of many classes from a thread
        found = series.last_layer(epoch)
    else:
        wanted = [metrics()[name] for name in _OF_LAYER.values()]
        found = measure_layer(run, epoch, layer, series.split, wanted)
    measured = {} if found is None else found.values
    scalars = run.snapshot(epoch).scalars
    return {
        **{name: scalars.get(f"{split.name}_error") for name, split in ERRORS.items()},
        "D": series.fuzziness(epoch)[layer],
        "ρ": law.decay_ratio,
        "r": law.pearson_r,
        **{name: measured.get(metric) for name, metric in _OF_LAYER.items()},
        MINORITY: _cosine_between(run, epoch, minority)
        if minority
        else minority_cosine(run, epoch),
    }
