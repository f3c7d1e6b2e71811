"""A layer whose features are probed by least squares, split by split."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.least_squares import (
    WIDEST,
    LinearMap,
    LossParts,
    Rows,
    alike,
    in_their_order,
    is_affordable,
    judged,
    linear_map,
    linear_map_of_few,
    lossbeside,
    moment_about,
    moment_of_few,
    square_loss,
    within_moment,
)
from ncviz.geometry.row_blocks import StreamedClassRows
from ncviz.geometry.slabs import beside
from ncviz.geometry.stable_rank import stable_rank
from ncviz.geometry.statistics import read_whole, statistics_of_blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HALVES = "even", "odd"


def _judged_by_halves(rows: Rows, classes: int) -> dict[str, Any]:
    """Return each half of every class `judged` by the map of the other; none without both.

    Parameters
    ----------
    rows : sequence of ClassRows
    classes : int
    """
    features: Any = None
    if isinstance(rows, StreamedClassRows):
        labels = rows.labels
    else:
        features, labels = in_their_order(rows)
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels, minlength=classes)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    if counts[counts > 0].size < 2 or counts[counts > 0].min() < 2:
        return {}
    parts: list[tuple[Rows, ClassStatistics]] = []
    for odd in (0, 1):
        own = place % 2 == odd
        if isinstance(rows, StreamedClassRows):
            some = rows.some(own)
            parts.append((some, statistics_of_blocks(some, classes)))
            continue
        xp, where = rows[0].xp, rows[0].device
        half = xp.take(features, beside(np.flatnonzero(own), xp, where), axis=0)
        read = read_whole(half, labels[own], classes)
        parts.append((read.rows, read.statistics))
    found = {}
    for name, (fitted, statistics), (other, its) in zip(_HALVES, parts, parts[::-1], strict=True):
        center, weights = statistics.mean_of_class_means, alike(statistics.counts)
        if statistics.counts.sum() < len(center):
            of_half = linear_map_of_few(statistics, fitted)
        else:
            within = within_moment(fitted, statistics.means, weights)
            about = moment_about(within, statistics.means, statistics.counts, weights, center)
            of_half = linear_map(statistics, about)
        if of_half is None:
            return {}
        found[name] = judged(of_half, other, its.means)
    return found


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """What least squares say of a layer on a split, of all its features.

    Parameters
    ----------
    stable_rank : float
        ‖H‖_F² / ‖H‖₂² of the features as they are; NaN where all are 0.
    wrong : array of int, shape (K,), or None
        Samples of each class that the training features' linear map takes for another one; None
        where there is no map, or the classes are not those of the training.
    wrong_of_halves : array of int, shape (K,), or None
        Of a split with classes of its own: samples that the linear map of the other half of the
        split takes for another class.
    """

    stable_rank: float
    wrong: Ints | None = None
    wrong_of_halves: Ints | None = None


class ProbedLayer:
    """Takes the features of a layer, split by split, the training features first.

    What it computes stays where the features are, in `waiting`, until it is handed back to
    `settle` on the host.

    Parameters
    ----------
    is_last : bool
        Whether the parts of the square loss are wanted.
    widest : float
        Of more features nothing is said.
    """

    def __init__(self, *, is_last: bool = False, widest: float = WIDEST) -> None:
        self._is_last, self._widest = is_last, widest
        self._map: LinearMap | None = None
        self._train: tuple[Floats, Floats, LossParts] | None = None
        self._statistics: ClassStatistics | None = None
        self.waiting: dict[tuple[str, str], Any] = {}
        self.found: dict[str, LinearProbe] = {}

    def add(self, split: str, rows: Rows, statistics: ClassStatistics, *, own: bool) -> None:
        """Take all features of a split; those that are too many are passed over.

        Parameters
        ----------
        split : str
        rows : sequence of ClassRows
            Of features of shape (N, d).
        statistics : ClassStatistics
            Of these.
        own : bool
            Whether the classes are those of the training; those of others are told apart by maps
            of the split's own: each half of every class is judged by that of the other half.
        """
        counts, means = statistics.counts, statistics.means
        samples, width = int(counts.sum()), means.shape[1]
        if width > self._widest or not is_affordable(samples, width, len(counts)):
            return
        # A layer that runs twice comes twice: its last features count.
        self.waiting = {key: each for key, each in self.waiting.items() if key[0] != split}
        weights, origin = statistics.shares / np.maximum(counts, 1), np.zeros(width)
        moment, is_few = None, samples < width and not self._is_last
        if is_few and split == "train":
            self._map, self._statistics = linear_map_of_few(statistics, rows), statistics
        elif split == "train":
            center, each = statistics.mean_of_class_means, alike(counts)
            within = within_moment(rows, means, each)
            about = moment_about(within, means, counts, each, center)
            self._map, self._statistics = linear_map(statistics, about), statistics
            if self._is_last and self._map is not None:
                self.waiting[split, "about"] = about
                self.waiting[split, "matrix"] = self._map.matrix
            if float(np.abs(each - weights).max()) <= 1e-12 * float(weights.max()):
                moment = moment_about(within, means, counts, each, origin)
        if is_few:
            moment = moment_of_few(rows, weights)
        elif moment is None:
            within = within_moment(rows, means, weights)
            moment = moment_about(within, means, counts, weights, origin)
        self.waiting[split, "moment"] = moment
        if own and self._map is not None:
            self.waiting[split, "judged"] = judged(self._map, rows, means)
        if not own:
            for part, sums in _judged_by_halves(rows, len(counts)).items():
                self.waiting[split, part] = sums

    def settle(self, host: Mapping[tuple[str, str], Floats]) -> None:
        """Take on the host what was `waiting`, by the same keys."""
        for split in dict.fromkeys(split for split, _ in host):
            sums = host.get((split, "judged"))
            wrong = None if sums is None else np.rint(sums[:, -1]).astype(np.int64)
            parts = [host[split, name] for name in _HALVES if (split, name) in host]
            halves = np.rint(sum(part[:, -1] for part in parts)).astype(np.int64) if parts else None
            self.found[split] = LinearProbe(stable_rank(host[split, "moment"]), wrong, halves)
        if self._map is not None and self._statistics and ("train", "about") in host:
            matrix, sums = host["train", "matrix"], host["train", "judged"]
            loss = square_loss(self._map, matrix, sums, self._statistics)
            self._train = host["train", "about"], matrix, loss
        self.waiting = {}

    def losses(self, rows: Floats | None, bias: Floats | None) -> dict[str, float]:
        """Return the parts of the square loss that can be told, by the names of their scalars."""
        if self._train is None or self._map is None:
            return {}
        moment, matrix, loss = self._train
        found = {
            "square_loss_within_train": loss.within,
            "square_loss_between_train": loss.between,
        }
        if rows is not None and rows.shape == matrix.T.shape and self._map.present.all():
            beside = lossbeside(self._map, matrix, moment, rows, bias)
            found["square_loss_beside_train"] = beside
        return found
