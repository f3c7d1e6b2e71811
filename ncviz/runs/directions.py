"""Norms and angles of a run's class means and classifier rows.

An `epoch` is one of `run.epochs`, a `layer` counts from 0, the raw input, and a `split` is
'train' or 'test'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import EVERY_PAIR, cosines, cosines_of_pairs
from ncviz.geometry.separation import class_separation_fuzziness
from ncviz.runs.own_space import is_own_space
from ncviz.runs.run import Run

Floats = NDArray[np.float64]

IMBALANCED = 1.5  # R from which on classes are told apart by their sizes
_MATRIX = 2000  # classes whose cosines are all held
SHOWN = 4  # classes at first, in a picture that is exact


@dataclass(frozen=True, eq=False)
class Directions:
    """Vectors of the K classes seen by their lengths and the angles between them.

    Parameters
    ----------
    vectors : array, shape (K, d)
        NaN for a class without one.
    """

    vectors: Floats

    @cached_property
    def norms(self) -> Floats:
        """Return the lengths, shape (K,); NaN for a class without a vector."""
        return np.asarray(np.linalg.norm(self.vectors, axis=1))

    @cached_property
    def cosines(self) -> Floats:
        """Return all cosines, shape (K, K); NaN where a class has no vector or one of length 0."""
        return cosines(self.vectors)

    def among(self, classes: Sequence[int]) -> Floats:
        """Return the cosines of some classes, shape (k, k); of very many few are computed."""
        return cosines(self.vectors[list(classes)])

    def cosines_to(self, label: int) -> Floats:
        """Return the cosines of all classes to one of them, shape (K,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            along = self.vectors @ self.vectors[label] / self.norms / self.norms[label]
        return np.where(np.isfinite(along), along, np.nan)

    @property
    def relative_norms(self) -> Floats:
        """Return the norms over their mean, shape (K,); all 1 in a simplex ETF."""
        known = np.isfinite(self.norms)
        mean = self.norms[known].mean() if known.any() else np.nan
        return self.norms / mean if mean > 0 else np.full_like(self.norms, np.nan)

    @property
    def cosine_range(self) -> tuple[float, float, float]:
        """Return the least, the mean and the largest cosine of two different classes.

        Of more than `EVERY_PAIR` classes the mean alone, else NaN.
        """
        if len(self.vectors) > EVERY_PAIR:
            return float("nan"), _mean_cosine(self.vectors), float("nan")
        found = []  # of some pairs at a time
        for some in cosines_of_pairs(self.vectors):
            known = some[np.isfinite(some)]
            if len(known):
                found.append((known.min(), known.sum(), known.max(), len(known)))
        if not found:
            return float("nan"), float("nan"), float("nan")
        least, sums, largest, sizes = np.array(found).T
        return float(least.min()), float(sums.sum() / sizes.sum()), float(largest.max())


def mean_directions(run: Run, epoch: int, layer: int, split: str = "train") -> Directions | None:
    """Return the centred class means m_k of a layer; None if the split was not recorded.

    Notes
    -----
    About the mean of class means, as NC2 of Papyan, Han, Donoho, PNAS 2020.
    """
    statistics = run.snapshot(epoch).statistics(layer, split)
    if statistics is None:
        return None
    vectors = np.full((len(statistics.present), statistics.means.shape[1]), np.nan)
    vectors[statistics.present] = statistics.centered_means
    return Directions(vectors)


def classifier_directions(run: Run, epoch: int) -> Directions | None:
    """Return the classifier rows w_k, as they are; None if no classifier was recorded."""
    classifier = run.snapshot(epoch).classifier()
    return None if classifier is None else Directions(classifier.weight)


def pairs_with_classes(rows: Directions | None, classes: int) -> bool:
    """Return whether there is one classifier row a class: a classifier may have more."""
    return rows is not None and len(rows.norms) == classes


@dataclass(frozen=True)
class GroupMeasures:
    """Minority and majority classes apart; NaN where one does not apply.

    Parameters
    ----------
    minority_cosine, majority_cosine : float
        Mean cosine between the classifier rows of two classes of the group.
    minority_means_cosine, majority_means_cosine : float
        The same of the centred class means of the last layer.
    minority_fuzziness, majority_fuzziness : float
        Mean over the group of the classes' own D in the last layer.
    """

    minority_cosine: float
    majority_cosine: float
    minority_means_cosine: float
    majority_means_cosine: float
    minority_fuzziness: float
    majority_fuzziness: float


def class_groups(run: Run) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the majority and the minority classes of a run.

    Returns
    -------
    majority, minority : tuple of int
        A class belongs to the minority where the largest one has at least `IMBALANCED` times
        its training samples: sizes that differ by a few samples make no minority, and neither
        does a class without samples, which is in none of both.
    """
    counts = run.manifest.train_counts
    return _groups(counts) if counts else (tuple(range(run.manifest.classes)), ())


@lru_cache(maxsize=16)  # asked for again and again, of up to 100,000 classes
def _groups(counts: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    most = max(counts)
    few = tuple(k for k, n in enumerate(counts) if n > 0 and most >= IMBALANCED * n)
    return tuple(k for k, n in enumerate(counts) if n and most < IMBALANCED * n), few


def default_classes(run: Run) -> tuple[int, ...]:
    """Return the classes to show first: all, or of an imbalanced run the largest and the smallest.

    Returns
    -------
    tuple of int
        All where the features have so few dimensions that they are drawn as they are. Else
        `SHOWN` of them, half of these minority classes as far as there are so many,
        ascending; empty where all classes are alike or all are shown, so that the
        first ones will do.
    """
    if is_own_space(run, -1):
        return tuple(range(run.manifest.classes))
    minority = class_groups(run)[1]
    if not minority or run.manifest.classes <= SHOWN:
        return ()
    sizes = run.manifest.train_counts
    few = nsmallest(SHOWN // 2, minority, key=lambda k: (sizes[k], k))
    rest = (k for k in range(len(sizes)) if k not in few)
    many = nsmallest(SHOWN - len(few), rest, key=lambda k: (-sizes[k], k))
    return tuple(sorted((*few, *many)))


def measure_groups(run: Run, epoch: int, split: str = "train") -> GroupMeasures:
    """Measure minority and majority classes apart, on a split.

    Which classes are few is a matter of the training samples. Of a split of other classes than
    the network's there are the classifier's cosines alone.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, Figure 4: a minority cosine of 1 means
    Minority Collapse.
    """
    majority, minority = class_groups(run)
    last = len(run.manifest.layers) - 1
    rows, known = classifier_directions(run, epoch), not run.split_named(split).is_foreign
    means = mean_directions(run, epoch, last, split) if known else None
    statistics = run.snapshot(epoch).statistics(last, split) if known else None
    own = None if statistics is None else class_separation_fuzziness(statistics)
    return GroupMeasures(
        cosine_within(rows, minority),
        cosine_within(rows, majority),
        cosine_within(means, minority),
        cosine_within(means, majority),
        _mean_of(own, minority),
        _mean_of(own, majority),
    )


def cosine_within(directions: Directions | None, group: tuple[int, ...]) -> float:
    """Return the mean cosine of two different classes of a group; NaN for fewer than two."""
    if directions is None or len(group) < 2:
        return float("nan")
    if len(group) > _MATRIX:
        return _mean_cosine(directions.vectors[list(group)])
    return _range(directions.among(group)[~np.eye(len(group), dtype=bool)])[1]


def _mean_cosine(vectors: Floats) -> float:
    """Return the mean over all pairs by that of the directions, with no matrix of all."""
    lengths = np.linalg.norm(vectors, axis=1)
    known = lengths > 0  # NaN is not
    unit = vectors[known] / lengths[known, None]
    total, count = unit.sum(axis=0), len(unit)
    return float((total @ total - count) / (count * (count - 1))) if count > 1 else float("nan")


def _mean_of(values: Floats | None, group: tuple[int, ...]) -> float:
    if values is None or not group:
        return float("nan")
    known = values[list(group)]
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")


def _range(values: Floats) -> tuple[float, float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan"), float("nan")
    return float(known.min()), float(known.mean()), float(known.max())
