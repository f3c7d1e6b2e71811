"""What is known about a class mean or a row of the classifier."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.class_matrix import directions_at
from ncviz.geometry.collapse import cosines
from ncviz.geometry.etf import has_simplex_etf
from ncviz.geometry.projection import class_mean_subspace
from ncviz.language import tr
from ncviz.runs.directions import Directions
from ncviz.runs.own_space import is_own_space
from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.layout import nearest_recorded

KINDS = ("means", "classifier")


@dataclass(frozen=True)
class DirectionFacts:
    """What is known about a class mean or a classifier row at a recorded epoch.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    label : int
        The class, or the set of labels.
    labels : tuple of int
        The classes of that: several of a set.
    class_names : tuple of str
        Of the run, and of its sets of labels; the numbers count them.
    moment : str
        The recorded one that the facts are of, such as 'epoch 3'.
    layer : str
        The layer's name.
    norm, relative_norm : float
        Its length, and that as a multiple of the mean length over the classes.
    nearest : int or None
        The class whose vector of the same kind makes the smallest angle with it.
    angle, ideal_angle : float
        That angle, and the one of a simplex ETF if one fits into the layer, in degrees; else,
        and of a set of labels, NaN.
    alignment : float
        Cosine between the class mean and the classifier row of the class; NaN
        where the layer has no classifier. Of the mean of a set of labels, that
        with the sum of its class means.
    in_picture : float
        Share of the length of a classifier row, less the mean row, that lies
        in what the scene shows, the span of its class means or all of the layer; NaN for a
        class mean.
    """

    kind: str
    label: int
    labels: tuple[int, ...]
    class_names: tuple[str, ...]
    moment: str
    layer: str
    norm: float
    relative_norm: float
    nearest: int | None
    angle: float
    ideal_angle: float
    alignment: float
    in_picture: float = math.nan


def direction_facts(
    run: Run, epoch: float, layer: int, kind: str, label: int, shown: tuple[int, ...] = ()
) -> DirectionFacts | None:
    """Gather what is known about the class mean or the classifier row of a class.

    Parameters
    ----------
    run : Run
    epoch : float
        The nearest recorded one is taken: nothing is interpolated here.
    layer : int
        −1 is the last.
    kind : str
        One of `KINDS`.
    label : int
        The class.
    shown : tuple of int, optional
        The classes of the scene; all of them by default.

    Returns
    -------
    DirectionFacts or None
        None if it was not recorded.

    Raises
    ------
    UserError
        If the snapshot cannot be read.

    Notes
    -----
    Means are centred, as in NC2 of Papyan, Han, Donoho, PNAS 2020; all classes
    of the run are compared, not only those in the scene.
    """
    number, recorded = layer % len(run.manifest.layers), nearest_recorded(run.epochs, epoch)
    means, rows = directions_at(run, recorded, number)
    found = means if kind == "means" else rows
    if found is not None and label >= run.manifest.classes:
        return _of_set(run, recorded, number, label, found)
    if found is None or label >= len(found.norms):
        return None
    others = np.where(np.arange(len(found.norms)) == label, np.nan, found.cosines_to(label))
    known = np.isfinite(others).any()
    nearest = int(np.nanargmax(others)) if known else None
    classes = run.manifest.classes
    fits = has_simplex_etf(classes, run.manifest.layers[number].width)
    return DirectionFacts(
        kind=kind,
        label=label,
        labels=(label,),
        class_names=run.manifest.drawn_names,
        moment=run.counting.named(recorded),
        layer=run.manifest.layers[number].name,
        norm=float(found.norms[label]),
        relative_norm=float(found.relative_norms[label]),
        nearest=nearest,
        angle=math.nan if nearest is None else _degrees(float(others[nearest])),
        ideal_angle=_degrees(-1 / (classes - 1)) if fits else math.nan,
        alignment=_alignment(run, recorded, number, label),
        in_picture=_in_picture(run, recorded, number, label, shown)
        if kind != "means"
        else math.nan,
    )


def _of_set(
    run: Run, epoch: int, layer: int, label: int, classes: Directions
) -> DirectionFacts | None:
    """Return the facts of the mean of a set of labels, about the mean of the class means."""
    manifest, snapshot = run.manifest, run.snapshot(epoch)
    name = next(split.name for split in manifest.splits if split.drawn)
    own, sets = snapshot.statistics(layer, "train"), snapshot.statistics(layer, name)
    if own is None or sets is None or own.means.shape != (manifest.classes, sets.means.shape[1]):
        return None
    labels, place = manifest.labels_of(label), label - manifest.classes
    of_sets = sets.means - own.mean_of_class_means
    total = classes.vectors[list(labels)].sum(axis=0)
    others = np.array([*classes.vectors, *of_sets])
    along = cosines(np.array([of_sets[place], total, *others]))[0]
    to_others = np.where(np.arange(len(others)) == label, np.nan, along[2:])
    nearest = int(np.nanargmax(to_others)) if np.isfinite(to_others).any() else None
    norm = float(np.linalg.norm(of_sets[place]))
    average = float(np.nanmean(classes.norms))
    return DirectionFacts(
        kind="means",
        label=label,
        labels=labels,
        class_names=manifest.drawn_names,
        moment=run.counting.named(epoch),
        layer=manifest.layers[layer].name,
        norm=norm,
        relative_norm=norm / average if average > 0 else math.nan,
        nearest=nearest,
        angle=math.nan if nearest is None else _degrees(float(to_others[nearest])),
        ideal_angle=math.nan,
        alignment=float(along[1]),
    )


def _alignment(run: Run, epoch: int, layer: int, label: int) -> float:
    snapshot = run.snapshot(epoch)
    statistics, classifier = snapshot.statistics(layer, "train"), snapshot.classifier()
    last = layer == len(run.manifest.layers) - 1
    if not last or statistics is None or classifier is None or not statistics.present[label]:
        return math.nan
    place = int(np.count_nonzero(statistics.present[:label]))
    both = np.stack([statistics.centered_means[place], classifier.weight[label]])
    return float(cosines(both)[0, 1])


def _in_picture(run: Run, epoch: int, layer: int, label: int, shown: tuple[int, ...]) -> float:
    if is_own_space(run, layer):
        return 1.0 if label in (shown or (label,)) else math.nan
    chosen = shown or tuple(range(run.manifest.classes))
    if label not in chosen:
        return math.nan
    # Of all rows at once: of a thousand classes the span of the means takes a while.
    shares = cache_of(run).recall(
        (tr("in the picture"), epoch, layer, chosen),
        lambda: _shares_in_picture(run, epoch, layer, list(chosen)),
    )
    return float(shares[chosen.index(label)])


def _shares_in_picture(run: Run, epoch: int, layer: int, chosen: list[int]) -> NDArray[np.float64]:
    snapshot = run.snapshot(epoch)
    statistics, classifier = snapshot.statistics(layer, "train"), snapshot.classifier()
    if statistics is None or classifier is None:
        return np.full(len(chosen), math.nan)
    rows = classifier.weight[chosen] - classifier.weight[chosen].mean(axis=0)
    span = class_mean_subspace(statistics.means[chosen])
    lengths = np.linalg.norm(rows, axis=1)
    seen = np.linalg.norm(span.directions(rows), axis=1)
    shares = np.full(len(chosen), math.nan)
    np.divide(seen, lengths, out=shares, where=lengths > 0)
    return shares


def _degrees(cosine: float) -> float:
    return math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))
