"""Class statistics: everything the metrics need, from the features of one layer."""

import copy
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.class_means import ClassMeans, shares_of
from ncviz.geometry.class_statistics import ClassStatistics, Floats, Ints
from ncviz.geometry.projection import ClassMeanSubspace, class_mean_subspace, spanned
from ncviz.geometry.rounding import are_points, is_rounding, numerical_rank, singular
from ncviz.geometry.slabs import (
    ClassOrder,
    ClassRows,
    Slab,
    added,
    as_numpy,
    beside,
    checked_labels,
    one_blas_thread,
    parts,
)
from ncviz.language import tr


def class_statistics(
    features: Any, labels: Any, classes: int, sizes: Ints | None = None
) -> ClassStatistics:
    """Measure the features of one layer.

    The features are read twice, a slab at a time; sums are in float64. No
    array of size d×d, and none as large as the features, is ever formed.
    Where the class means span fewer dimensions than they could, what is left
    beside them is the rounding of the features: it counts for no direction.

    Parameters
    ----------
    features : array, shape (N, d)
        NumPy array or torch tensor of any real type, on any device. Give them
        in the type in which they were computed: their rounding follows from it.
    labels : array of int, shape (N,)
        0…K−1, an array of NumPy or of the features' library.
    classes : int
        K.
    sizes : array of int, shape (K,), optional
        Of the classes in the whole split, if the features are those of a
        sample that was drawn from it class by class.

    Raises
    ------
    UserError
        If shapes disagree, a label is out of range, or a feature is NaN or
        infinite.

    Notes
    -----
    The low-rank form of He & Su, PNAS 2023, eq. for D: with the singular
    vectors v_j and values s_j of the K×d matrix with rows √(n_k/N)(μ_k − μ),
    the quadratic form of SSB⁺ is Σ_j (v_jᵀ x)² / s_j².

    See Also
    --------
    ClassMeans, WithinScatter : the same for features that come in batches.
    """
    # The whole: parts could fit where it does not.
    labels = checked_labels(features, labels, classes)
    return read_whole(features, labels, classes, sizes).statistics


@dataclass(frozen=True, eq=False)
class ReadLayer:
    """All features of a layer, and what two readings of them tell.

    Parameters
    ----------
    rows : tuple of ClassRows
        One a core.
    statistics : ClassStatistics
    frame : ClassMeanSubspace or None
        In which the samples were placed.
    places : array, shape (N, r), or None
        Of the samples in the frame, where the features are.
    """

    rows: tuple[ClassRows, ...]
    statistics: ClassStatistics
    frame: ClassMeanSubspace | None
    places: Any


def read_whole(
    features: Any,
    labels: Ints,
    classes: int,
    sizes: Ints | None = None,
    *,
    by_class: ClassOrder | None = None,
    placing: bool = False,
    frame: ClassMeanSubspace | None = None,
) -> ReadLayer:
    """Measure the features of one layer, and place its samples beside.

    Parameters
    ----------
    features, labels, classes, sizes
        As of `class_statistics`; the labels are NumPy's, and checked.
    by_class : ClassOrder, optional
        That of the labels, where it is known already.
    placing : bool, optional
        Whether the samples are wanted in the frame.
    frame : ClassMeanSubspace, optional
        Of other samples' class means; the span of their own by default.
    """
    with one_blas_thread():
        pieces = parts(features, labels)
        if len(pieces) == 1:
            rows: tuple[ClassRows, ...] = (ClassRows(features, by_class or labels),)
            means = ClassMeans(classes, sizes).read(rows[0])
            scatter = WithinScatter(means, placing=placing, frame=frame)
            places = scatter.read(rows[0])
            return ReadLayer(rows, scatter.statistics(), scatter.frame, places)
        rows = tuple(ClassRows(*piece) for piece in pieces)
        with ThreadPoolExecutor(len(rows)) as pool:
            means, *other_means = pool.map(lambda own: ClassMeans(classes, sizes).read(own), rows)
            for other_mean in other_means:
                means.merge(other_mean)
            scatter = WithinScatter(means, placing=placing, frame=frame)
            scatters = [scatter, *(scatter.beside() for _ in rows[1:])]
            places = list(pool.map(WithinScatter.read, scatters, rows))
    for other in scatters[1:]:
        scatter.merge(other)
    whole = np.concatenate(places) if placing else None  # there are parts on the processor alone
    return ReadLayer(rows, scatter.statistics(), scatter.frame, whole)


def statistics_of_blocks(rows: Iterable[ClassRows], classes: int) -> ClassStatistics:
    """Measure the features of one layer that come in the same blocks each time.

    Parameters
    ----------
    rows : iterable of ClassRows
        Is gone through twice.
    classes : int
        K.
    """
    with one_blas_thread():
        means = ClassMeans(classes)
        for each in rows:
            means.read(each)
        scatter = WithinScatter(means)
        for each in rows:
            scatter.read(each)
    return scatter.statistics()


class WithinScatter:
    """Second pass over the same batches: the spread within each class.

    Parameters
    ----------
    means : ClassMeans
        Of all batches.
    placing : bool, optional
        Whether `place` will be asked for.
    frame : ClassMeanSubspace, optional
        In which samples are placed; that of these means by default.

    Raises
    ------
    UserError
        If `means` has seen nothing or something that is not finite.
    """

    def __init__(
        self,
        means: ClassMeans,
        *,
        placing: bool = False,
        frame: ClassMeanSubspace | None = None,
    ) -> None:
        self.counts = means.counts
        self.sizes = means.sizes
        self.means = means.means
        present = self.counts > 0
        self._present = present
        shares = self._shares = shares_of(self.counts, self.sizes)
        self._rounding = means.rounding(self.means)
        own, values = spanned(self.means[present])
        if placing and frame is None:
            frame = own if present.all() else class_mean_subspace(self.means)
        self.frame = frame
        rank = numerical_rank(values, self.means[present].shape, self._rounding.averaged)
        basis, values = own.basis[:, :rank], values[:rank]
        # Both kinds of SSB have this column space: the rest is in r ≤ K−1 dimensions,
        # of which none is rounding any more.
        weights = shares[present]
        self._values = values / np.sqrt(present.sum())
        self._alike = bool(np.ptp(weights) == 0)
        self._fuzzy, turn = self._values, np.eye(rank)
        if not self._alike:
            about_samples = (self.means[present] - shares @ self.means) @ basis
            self._fuzzy, turn = singular(np.sqrt(weights)[:, None] * about_samples, 0.0)
        axes = [turn / self._fuzzy, *([] if self._alike else [np.diag(1 / self._values)])]
        self._axes = np.hstack(axes)
        self._rank = rank
        # What is beside the samples: directions, the frame's first where it is the means' own.
        self._places = 0 if frame is None else frame.basis.shape[1]
        self._is_own = frame is own
        self._directions = basis
        if frame is not None:
            self._directions = own.basis if frame is own else np.hstack([basis, frame.basis])
        self._offset = self.means[:, :0] if frame is None else frame.coordinates(self.means)
        self._seen: Ints = np.zeros_like(self.counts)
        self._squares: Any = np.zeros((len(self.counts), 1 + self._axes.shape[1]))
        self._there: tuple[Any, tuple[Any, ...]] = (None, ())

    def update(self, features: Any, labels: Any) -> "WithinScatter":
        """Add a batch, as `ClassMeans.update`."""
        self.place(features, labels)
        return self

    def place(self, features: Any, labels: Any) -> Any:
        """Add a batch, and return its places in the frame, shape (n, r); None without one."""
        labels = checked_labels(features, labels, len(self.counts))
        if features.shape[1] != self.means.shape[1]:
            raise UserError(
                tr(
                    "A batch of {shape} features does not fit means of "
                    "{shape_2}: give the same layer twice.",
                    shape=features.shape[1],
                    shape_2=self.means.shape[1],
                )
            )
        with one_blas_thread():
            return self.read(ClassRows(features, labels))

    def read(self, rows: ClassRows) -> Any:
        """Add a batch that is held class by class, its labels checked; return as `place`."""
        directions, axes, offset = self._arrays_beside(rows)
        rank, places = self._rank, []

        def squares_of(slab: Slab, xp: Any) -> Any:
            """Return squared distances, and squares along the axes."""
            along = slab.rows @ directions
            if self._places:
                start = 0 if self._is_own else rank
                here = along[:, start : start + self._places]
                places.append(here + offset[slab.labels_beside])
            own = along[:, :rank] @ axes
            return xp.concat([xp.vecdot(slab.rows, slab.rows)[:, None], own * own], axis=1)

        squares = rows.sums(rows.less(self.means), self._squares.shape, squares_of)
        self._squares = added(self._squares, squares) if self._seen.any() else squares
        self._seen = self._seen.copy()
        self._seen[: len(rows.by_class.counts)] += rows.by_class.counts
        if self.frame is None:
            return None
        if not places:
            return rows.xp.zeros((len(rows.labels), 0), dtype=rows.xp.float64, device=rows.device)
        return rows.in_their_order(places)

    def _arrays_beside(self, rows: ClassRows) -> tuple[Any, ...]:
        """Return directions, axes and offsets where the features are; they are sent there once."""
        where = type(rows.features), rows.device
        if self._there[0] != where:
            arrays = self._directions, self._axes, self._offset
            self._there = where, tuple(beside(a, rows.xp, rows.device) for a in arrays)
        return self._there[1]

    def beside(self) -> "WithinScatter":
        """Return another worker's, which starts from the same means."""
        other = copy.copy(self)
        other._seen = np.zeros_like(self._seen)
        return other

    @property
    def sums(self) -> tuple[Floats, Ints]:
        """Return squares of each class along all directions, and samples: for `put`."""
        return as_numpy(self._squares), self._seen

    def put(self, squares: Floats, seen: Ints) -> None:
        """Take the sums of all workers that started from the same means."""
        self._squares, self._seen = squares, seen

    def merge(self, other: "WithinScatter") -> "WithinScatter":
        """Add what another worker has seen; one that started from other means is refused."""
        if not np.array_equal(self.means, other.means):
            raise UserError(tr("These scatters are about different means: merge the means first."))
        self._squares = added(self._squares, other._squares)
        self._seen = self._seen + other._seen
        return self

    def statistics(self) -> ClassStatistics:
        """Return the statistics of everything that was added.

        Raises
        ------
        UserError
            If the second pass has seen other samples than the first.
        """
        if not np.array_equal(self._seen, self.counts):
            raise UserError(
                tr(
                    "The second pass saw {sum} samples, the first {sum_2}: "
                    "pass the same batches twice.",
                    sum=self._seen.sum(),
                    sum_2=self.counts.sum(),
                )
            )
        safe = np.maximum(self.counts, 1)
        self._squares = as_numpy(self._squares)
        variance, along = self._squares[:, 0] / safe, self._squares[:, 1:] / safe[:, None]
        # A class of equal samples is one point: what is left is the rounding of the sums.
        differ = ~are_points(self.means, variance)
        variance, along = variance * differ, along * differ[:, None]
        rank, counts = len(self._fuzzy), self.counts[self._present]
        by_size = np.sqrt(self._shares[self._present] / counts)
        alike = np.sqrt(1 / (len(counts) * counts))
        fuzziness, directions = self._without_rounding(
            along[:, :rank], self._fuzzy, by_size, differ
        )
        variability = fuzziness
        if not self._alike:
            variability, _ = self._without_rounding(along[:, rank:], self._values, alike, differ)
        return ClassStatistics(
            self.counts,
            self.means,
            variance,
            fuzziness,
            variability,
            self._rounding.between(float(np.sqrt(self._shares @ variance))),
            directions,
            self.sizes,
        )

    def _without_rounding(
        self,
        along: Floats,
        values: Floats,
        standard_errors: Floats,
        differ: NDArray[np.bool_],
    ) -> tuple[Floats, int]:
        """Return each class's quadratic form, along how many directions that are no rounding."""
        rounding = self._rounding.over(float(np.sqrt(self._present.sum())))
        spreads = np.sqrt(self._shares @ along) * values
        errors = float(np.linalg.norm(standard_errors)), float(standard_errors.max())
        kept = ~is_rounding(values, spreads, errors, rounding)
        if kept.any():
            return np.asarray(along[:, kept].sum(axis=1)), int(kept.sum())
        # All class means coincide: nothing separates them.
        equal = 0.0 if differ.any() else np.nan
        return np.where(self._present, np.where(differ, np.inf, equal), 0.0), 0
