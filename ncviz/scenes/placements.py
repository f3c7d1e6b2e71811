"""Where a run's layers lie in the picture, remembered within bounds."""

import numpy as np

from ncviz.runs.own_space import is_own_space
from ncviz.runs.run import Run
from ncviz.scenes.cache import MEMORY, cache_of
from ncviz.scenes.continuation import guide_for, keys_around
from ncviz.scenes.layout import (
    Aligned,
    Floats,
    Ints,
    Layout,
    align,
    layout_between,
    recorded_around,
)
from ncviz.scenes.own_space import in_own_space, upright
from ncviz.scenes.shadows import BEST, TOUR, drawn_shadow, kind_that_applies
from ncviz.scenes.view import ShadowChoice

MOST_TOURED = 200  # classes: each frame of a grand tour turns all samples in all dimensions
DOUBLE = 8  # bytes of a number
BEST_FIT_EPOCHS = 9  # of which the widest spread is found

Classes = tuple[int, ...]


def samples_of(run: Run, classes: Classes) -> Ints:
    """Return the rows of the drawn samples of some classes, and of sets of labels among them.

    All of them of a split whose classes are unknown to the network.
    """
    if run.drawn.is_unknown:
        return np.arange(len(run.probe.labels))
    return cache_of(run).recall(
        ("samples", classes),
        lambda: np.flatnonzero(np.isin(run.drawn_labels, run.manifest.with_sets(classes))),
    )


def dimensions_of(run: Run, layer: int, classes: Classes) -> int:
    """Return of how many dimensions a picture of some classes of a layer is.

    Those of the layer where it is drawn in its own space, else those of the classes' simplex ETF,
    K′ − 1; of more than three a shadow is drawn.
    """
    own = is_own_space(run, layer)
    return run.manifest.layers[layer].width if own else len(classes) - 1


def shadow_of(run: Run, layer: int, classes: Classes, shadow: ShadowChoice) -> Floats:
    """Return the matrix, shape (`dimensions_of`, 3), that draws aligned points of a layer.

    The widest spread is that of the means at epochs from the whole run: it is
    one shadow for all moments, so that motion stays motion of the network.
    """
    if is_own_space(run, layer):
        return upright(dimensions_of(run, layer, classes))
    if kind_that_applies(shadow, len(classes) - 1) != BEST:
        return drawn_shadow(len(classes), shadow)
    picked = np.linspace(0, len(run.epochs) - 1, min(len(run.epochs), BEST_FIT_EPOCHS))
    epochs = tuple(run.epochs[int(k)] for k in picked.round())

    def widest() -> Floats:
        means = [aligned(run.whole, epoch, layer, classes).means for epoch in epochs]
        return drawn_shadow(len(classes), shadow, np.concatenate(means))

    return cache_of(run).recall(("widest", epochs, layer, classes), widest)


def aligned(run: Run, epoch: int, layer: int, classes: Classes) -> Aligned:
    """Return a recorded layer in its own space, or aligned to the simplex ETF; not remembered."""
    whole, others = run.whole, None
    snapshot, samples = whole.snapshot(epoch), samples_of(whole, classes)
    if run is not whole:
        seen = run.snapshot(epoch)
        own, counts = seen.drawn_means(layer), seen.counts(layer, run.drawn.name)
        if own is not None and counts is not None:
            own = np.where(counts[:, None] > 0, own, np.nan)[list(classes)]
        others = seen.positions(layer).probe[samples_of(run, classes)], own
    if is_own_space(run, layer):
        return in_own_space(whole, epoch, layer, classes, samples, others)
    positions = snapshot.positions(layer)
    guide = guide_for(whole, epoch, layer, classes, positions, samples)
    classifier = None if positions.classifier is None else snapshot.classifier()
    weight = None if classifier is None else classifier.weight
    sets = whole.manifest.with_sets(classes)[len(classes) :]
    single = whole.probe.labels[samples] < whole.manifest.classes if sets else None
    return align(positions, classes, samples, guide, weight, others, sets, single)


def can_tour(run: Run, classes: Classes) -> bool:
    """Return whether some classes have a grand tour whose frames come in time.

    Not so of very many classes, or where the samples in all dimensions are not remembered.
    """
    numbers = len(samples_of(run, classes)) * (len(classes) - 1)
    return len(classes) <= MOST_TOURED and DOUBLE * numbers <= MEMORY / 2


def layout_at_recorded(
    run: Run, epoch: int, layer: int, classes: Classes, shadow: ShadowChoice | None = None
) -> Layout:
    """Return where a layer lies in the picture at a recorded epoch."""
    memory, shadow = cache_of(run), shadow or ShadowChoice()
    where = epoch, layer, classes
    keys = keys_around(run.epochs, epoch)
    kind = kind_that_applies(shadow, dimensions_of(run, layer, classes))
    if kind == TOUR:  # each moment another shadow of the same points
        points = memory.recall(("aligned", where, keys), lambda: aligned(run, *where))
        return points.cast(drawn_shadow(len(classes), shadow))

    def cast() -> Layout:
        return aligned(run, *where).cast(shadow_of(run, layer, classes, shadow))

    which = kind, (shadow.toward if kind == "axes" else ()), (run.epochs if kind == BEST else ())
    return memory.recall(("layout", where, keys, which), cast)


def layout_at(
    run: Run, epoch: float, layer: int, classes: Classes, shadow: ShadowChoice | None = None
) -> Layout:
    """Return where the chosen classes of a layer lie at a moment, interpolated if need be.

    Its arrays may be shared with later calls and must not be changed.
    """
    low, high, share = recorded_around(run.epochs, epoch)
    first = layout_at_recorded(run, low, layer, classes, shadow)
    if share == 0.0:
        return first
    return layout_between(first, layout_at_recorded(run, high, layer, classes, shadow), share)
