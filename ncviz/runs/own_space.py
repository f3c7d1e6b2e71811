"""Layers that are drawn in their own space, and where their points lie in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import has_own_space
from ncviz.geometry.projection import into_layer
from ncviz.runs.run import Run

Floats = NDArray[np.float64]

ALIKE = 0.02  # of the mean length, by which features on a sphere may differ: they are rounded


@dataclass(frozen=True, eq=False)
class OwnSpace:
    """The points of a layer in all its d dimensions, about 0.

    Parameters
    ----------
    means : array, shape (K + S, d)
        Of the classes, then of the sets of labels that are drawn.
    samples : array, shape (P, d)
        The probe samples.
    rows : array, shape (K, d), or None
        Of the classifier, in the last layer.
    """

    means: Floats
    samples: Floats
    rows: Floats | None


def is_own_space(run: Run, layer: int) -> bool:
    """Return whether a layer is drawn as it is, see `has_own_space`.

    Parameters
    ----------
    run : Run
    layer : int
        −1 is the last.
    """
    return has_own_space(run.manifest.classes, run.manifest.layers[layer].width)


def own_space(run: Run, epoch: int, layer: int) -> OwnSpace:
    """Return where everything lies in a layer that is drawn as it is.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0.

    Raises
    ------
    UserError
        If the snapshot cannot be read.
    """
    snapshot, width = run.snapshot(epoch), run.manifest.layers[layer].width
    positions, statistics = snapshot.positions(layer), snapshot.statistics(layer, "train")
    samples = brought_over(run, epoch, layer, positions.probe)
    if statistics is None or statistics.means.shape[1] != width:
        means = brought_over(run, epoch, layer, positions.means)
        rows = positions.classifier
        return OwnSpace(
            means, samples, None if rows is None else brought_over(run, epoch, layer, rows)
        )
    classifier = None if positions.classifier is None else snapshot.classifier()
    sets = brought_over(run, epoch, layer, positions.means[len(statistics.means) :])
    means = np.concatenate([statistics.means, sets])
    return OwnSpace(means, samples, None if classifier is None else classifier.weight)


def brought_over(run: Run, epoch: int, layer: int, points: Floats) -> Floats:
    """Return points of the frame of a layer's positions as they lie in its own space.

    Parameters
    ----------
    run, epoch, layer
        As of `own_space`.
    points : array, shape (n, r)
    """
    snapshot, width = run.snapshot(epoch), run.manifest.layers[layer].width
    positions, statistics = snapshot.positions(layer), snapshot.statistics(layer, "train")
    if statistics is None or statistics.means.shape[1] != width:
        # How the frame of the positions lies in the layer was not recorded.
        return np.asarray(points @ np.eye(positions.means.shape[1], width))
    present = np.flatnonzero(statistics.present)
    return into_layer(points, positions.means[present], statistics.means[present])


def lies_on_sphere(run: Run, layer: int) -> bool:
    """Return whether the features of a layer that is drawn as it is have one length, always.

    Parameters
    ----------
    run : Run
    layer : int
        From 0.
    """
    return all(_have_one_length(run, epoch, layer) for epoch in {run.epochs[0], run.epochs[-1]})


def _have_one_length(run: Run, epoch: int, layer: int) -> bool:
    lengths = np.linalg.norm(own_space(run, epoch, layer).samples, axis=1)
    if not len(lengths):
        return False
    return bool(np.ptp(lengths) <= ALIKE * lengths.mean() > 0)
