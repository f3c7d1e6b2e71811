"""What takes time of a moment: measures of its layer, and how the classes shown spread and mix."""

import math
from collections.abc import Hashable
from typing import Any

from ncviz.explorer.class_spreads import WIDE, class_spreads, class_widths, largest_width
from ncviz.explorer.mixing import Mixing, measure_mixing
from ncviz.metrics.measures import LayerMeasures, measure_layer
from ncviz.metrics.metric import metrics
from ncviz.runs.own_space import is_own_space
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.placements import layout_at_recorded, samples_of
from ncviz.scenes.view import ShadowChoice

SPOKEN_OF = ("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4")
OF_LAYER = "measures of a layer"  # whatever is shown of it

Looked = tuple[LayerMeasures | None, tuple[float, ...], tuple[float, ...], float, Mixing, float]


def measure_moment(
    run: Run,
    epoch: int,
    layer: int,
    classes: tuple[int, ...],
    hidden: tuple[int, ...] = (),
    shadow: ShadowChoice | None = None,
) -> tuple[tuple[int, ...], Looked, Mixing]:
    """Measure what takes time of a moment, once: the run remembers it.

    Parameters
    ----------
    run, epoch, layer, classes, hidden, shadow
        As of `facts_at`.

    Returns
    -------
    seen : tuple of int
        The classes that are spoken of.
    looked : tuple
        Measures of the layer, spreads and widths of its classes, the largest width of all,
        how the classes mix, and how many samples are behind it.
    drawn : Mixing
        How they mix in the picture.
    """
    layer %= len(run.manifest.layers)
    seen = tuple(k for k in classes if k not in hidden)
    seen = seen if len(seen) > 1 else classes
    which = epoch, layer, classes, seen
    memory = cache_of(run)
    looked = _looked_at(run, *which)
    drawn = memory.recall(
        ("mixing", which, shadow, run.epochs), lambda: _drawn_mixing(run, *which, shadow)
    )
    return seen, looked, drawn


def _looked_at(
    run: Run, epoch: int, layer: int, classes: tuple[int, ...], seen: tuple[int, ...]
) -> Looked:
    which = epoch, layer, classes, seen
    return cache_of(run).recall(("facts", which), lambda: _look_at(run, *which))


def _look_at(
    run: Run, epoch: int, layer: int, classes: tuple[int, ...], seen: tuple[int, ...]
) -> Looked:
    """Measure what takes time: the layer, and the spread of the classes drawn and in whole."""
    snapshot = run.snapshot(epoch)
    positions, labels = snapshot.positions(layer), run.probe.labels
    statistics = snapshot.statistics(layer, "train")
    measured, widest = cache_of(run).recall(
        (OF_LAYER, epoch, layer), lambda: _layer_measures(run, epoch, layer)
    )
    return (
        measured,
        class_spreads(positions, labels, classes, seen),
        () if statistics is None else class_widths(statistics, seen),
        widest,
        measure_mixing(positions.probe, positions.means[list(seen)], labels, seen),
        0.0 if statistics is None else statistics.effective_samples,
    )


def _layer_measures(run: Run, epoch: int, layer: int) -> tuple[LayerMeasures | None, float]:
    """Return what a caption asks of a layer, and the largest width of its classes."""
    statistics = run.snapshot(epoch).statistics(layer, "train")
    return (
        measure_layer(run, epoch, layer, "train", [metrics()[name] for name in SPOKEN_OF]),
        math.nan if statistics is None else largest_width(statistics, WIDE),
    )


def layer_measures_of(run: Run) -> dict[Hashable, Any]:
    """Return what is remembered of the layers of a run, which another choice of classes needs."""
    return cache_of(run).under(OF_LAYER)


def _drawn_mixing(
    run: Run,
    epoch: int,
    layer: int,
    classes: tuple[int, ...],
    seen: tuple[int, ...],
    shadow: ShadowChoice | None,
) -> Mixing:
    """Return how the classes mix in the picture.

    Four classes or fewer are a shadow, too, where some of their means coincide and the picture
    follows its samples instead, see `ncviz.scenes.continuation`.
    """
    if is_own_space(run, layer):  # what is drawn is all there is
        return _looked_at(run, epoch, layer, classes, seen)[4]
    layout = layout_at_recorded(run, epoch, layer, classes, shadow)
    labels = run.probe.labels[samples_of(run, classes)]
    means = layout.means[[classes.index(k) for k in seen]]
    return measure_mixing(layout.samples, means, labels, seen)
