"""Class statistics: everything the metrics need, from the features of one layer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, to_device
from numpy.typing import NDArray

from ncviz.errors import DivergedError, UserError
from ncviz.geometry.rounding import (
    Rounding,
    are_points,
    is_rounding,
    relative_rounding,
    rounding_of,
    singular,
)
from ncviz.geometry.slabs import (
    Slab,
    added,
    as_numpy,
    checked_labels,
    class_sums,
    one_blas_thread,
    parts,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ClassStatistics:
    """What the metrics need to know of one layer's features on one split.

    Parameters
    ----------
    counts : array of int, shape (K,)
        n_k, samples of each class; 0 for a class that is absent.
    means : array, shape (K, d)
        μ_k; rows of absent classes are 0.
    within_variance : array, shape (K,)
        v_k = (1/n_k) Σ ‖h_i − μ_k‖², in squared feature units.
    class_fuzziness : array, shape (K,)
        (1/n_k) Σ (h_i − μ_k)ᵀ SSB⁺ (h_i − μ_k), SSB about the sample mean:
        the share of class k in the separation fuzziness. No unit. Where all
        class means coincide it is infinite for a class whose samples differ,
        and 0 for one whose samples are equal; NaN where all samples are equal.
    class_variability : array, shape (K,)
        The same with Σ_B, about the mean of class means: the share of class k
        in NC1. Equal to `class_fuzziness` on balanced data. No unit.
    rounding : float
        Means that lie no farther apart differ by the rounding of the features
        alone, in feature units; see `ncviz.geometry.rounding`. 0 if unknown.
    directions : int
        Over which `class_fuzziness` is a sum: those in which the class means
        differ by more than rounding, at most K−1. 0 if unknown or none.
    sizes : array of int, shape (K,), or None
        Of the classes in the whole split, where the samples were drawn from it
        class by class: they weigh the classes then, instead of `counts`.
    """

    counts: Ints
    means: Floats
    within_variance: Floats
    class_fuzziness: Floats
    class_variability: Floats
    rounding: float = 0.0
    directions: int = 0
    sizes: Ints | None = None

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which classes have samples, shape (K,)."""
        return np.asarray(self.counts > 0)

    @property
    def shares(self) -> Floats:
        """Return n_k / N of the whole split, shape (K,)."""
        return shares_of(self.counts, self.sizes)

    @property
    def effective_samples(self) -> float:
        """Return how many samples drawn from the whole split would tell a share as exactly."""
        return float(1 / (self.shares**2 / np.maximum(self.counts, 1)).sum())

    @property
    def sample_mean(self) -> Floats:
        """The global mean as (1/N) Σ h_i, shape (d,)."""
        return self.shares @ self.means

    @property
    def mean_of_class_means(self) -> Floats:
        """The global mean as (1/K) Σ μ_k over the present classes, shape (d,)."""
        return np.asarray(self.means[self.present].mean(axis=0))

    @property
    def centered_means(self) -> Floats:
        """m_k = μ_k − (mean of class means) of the present classes, shape (K′, d).

        One that is no longer than its rounding is 0: it has no direction.
        """
        centered = self.means[self.present] - self.mean_of_class_means
        lengths = np.linalg.norm(centered, axis=1, keepdims=True)
        return np.where(lengths > self.rounding, centered, 0.0)


def shares_of(counts: Ints, sizes: Ints | None) -> Floats:
    """Return the weights of the classes that have samples, which sum to 1.

    Parameters
    ----------
    counts : array of int, shape (K,)
        Samples at hand.
    sizes : array of int, shape (K,), or None
        Of the classes in the whole split, if they are others than `counts`.
    """
    weights = counts if sizes is None else np.where(counts > 0, sizes, 0)
    if not weights.any():  # a class of size 0 in the split weighs nothing, unless all are
        weights = counts
    return np.asarray(weights / weights.sum())


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
    pieces = parts(features, labels)
    if len(pieces) == 1:
        means = ClassMeans(classes, sizes).update(features, labels)
        return WithinScatter(means).update(features, labels).statistics()
    with one_blas_thread(), ThreadPoolExecutor(len(pieces)) as pool:
        means, *other_means = pool.map(
            lambda part: ClassMeans(classes, sizes).update(*part), pieces
        )
        for other_mean in other_means:
            means.merge(other_mean)
        scatter, *others = pool.map(lambda part: WithinScatter(means).update(*part), pieces)
    for other in others:
        scatter.merge(other)
    return scatter.statistics()


class ClassMeans:
    """First pass over batches: counts and sums of each class.

    Parameters
    ----------
    classes : int
        K.
    sizes : array of int, shape (K,), optional
        As of `class_statistics`.

    Examples
    --------
    >>> means = ClassMeans(2).update(np.eye(2), np.array([0, 1]))
    >>> WithinScatter(means).update(np.eye(2), np.array([0, 1])).statistics().counts
    array([1, 1])
    """

    def __init__(self, classes: int, sizes: Ints | None = None) -> None:
        self.classes = classes
        self.sizes = sizes
        self.counts: Ints = np.zeros(classes, dtype=np.int64)
        self._total: Any = 0.0
        self._relative_rounding = 0.0

    def update(self, features: Any, labels: Any) -> "ClassMeans":
        """Add a batch: features, shape (n, d), and labels, shape (n,).

        Raises
        ------
        UserError
            If shapes disagree or a label is out of range.
        """
        labels = checked_labels(features, labels, self.classes)
        # What is not finite is told in `means`, in a sentence.
        with np.errstate(invalid="ignore", over="ignore"):
            shape = self.classes, features.shape[1]
            total = class_sums(features, labels, shape, lambda slab, _xp: slab.rows)
        counts = np.bincount(labels, minlength=self.classes)
        self._add(total, counts, relative_rounding(features))
        return self

    def merge(self, other: "ClassMeans") -> "ClassMeans":
        """Add what another worker has seen: of the same classes and layer, or it is refused."""
        if other.classes != self.classes:
            raise UserError(
                f"Means of {self.classes} and of {other.classes} classes do not fit together: "
                "give the same number of classes."
            )
        if other.counts.sum():
            self._add(other._total, other.counts, other._relative_rounding)
        return self

    @property
    def means(self) -> Floats:
        """Return μ_k, shape (K, d); rows of absent classes are 0.

        Raises
        ------
        UserError
            If nothing was added, or a feature was NaN or infinite.
        """
        if not self.counts.sum():
            raise UserError("There are no samples to measure: give at least one.")
        self._total = as_numpy(self._total)  # copied from a GPU once, and not batch by batch
        means = np.asarray(self._total / np.maximum(self.counts, 1)[:, None])
        if not np.isfinite(means).all():
            raise DivergedError(
                "The features hold NaN or infinite values: the network has diverged, "
                "lower its learning rate or check the file."
            )
        return means

    @property
    def rounding(self) -> Rounding:
        """Return how far apart means may lie by rounding alone, of the coarsest batch."""
        present = self.counts > 0
        smallest = int(self.counts[present].min())
        return rounding_of(self.means[present], self._relative_rounding, smallest)

    def _add(self, total: Any, counts: Ints, relative: float) -> None:
        known = self.counts.sum() > 0
        if known and self._total.shape != total.shape:
            raise UserError(
                f"Batches of {total.shape[1]} and {self._total.shape[1]} features do not fit "
                "together: give all of one layer."
            )
        self._total = added(self._total, total) if known else total
        self.counts = self.counts + counts
        self._relative_rounding = max(self._relative_rounding, relative)


class WithinScatter:
    """Second pass over the same batches: the spread within each class.

    Parameters
    ----------
    means : ClassMeans
        Of all batches.

    Raises
    ------
    UserError
        If `means` has seen nothing or something that is not finite.
    """

    def __init__(self, means: ClassMeans) -> None:
        self.counts = means.counts
        self.sizes = means.sizes
        self.means = means.means
        present = self.counts > 0
        self._present = present
        shares = self._shares = shares_of(self.counts, self.sizes)
        self._rounding = means.rounding
        centered = self.means[present] - self.means[present].mean(axis=0)
        values, self._basis = singular(centered, self._rounding.averaged)
        # Both kinds of SSB have this column space: the rest is in r ≤ K−1 dimensions,
        # of which none is rounding any more.
        about_samples = (self.means[present] - shares @ self.means) @ self._basis
        fuzzy, turn = singular(np.sqrt(shares[present])[:, None] * about_samples, 0.0)
        self._fuzzy, self._values = fuzzy, values / np.sqrt(present.sum())
        self._axes = np.hstack([turn / fuzzy, np.diag(1 / self._values)])
        self._seen: Ints = np.zeros_like(self.counts)
        self._squares: Any = np.zeros((len(self.counts), 1 + self._axes.shape[1]))
        self._there: tuple[Any, tuple[Any, ...]] = (None, ())

    def update(self, features: Any, labels: Any) -> "WithinScatter":
        """Add a batch, as `ClassMeans.update`."""
        labels = checked_labels(features, labels, len(self.counts))
        if features.shape[1] != self.means.shape[1]:
            raise UserError(
                f"A batch of {features.shape[1]} features does not fit means of "
                f"{self.means.shape[1]}: give the same layer twice."
            )
        means, basis, axes = self._arrays_beside(features)

        def squares_of(slab: Slab, xp: Any) -> Any:
            """Return squared distances, and squares along the axes."""
            rows = slab.subtract_means(means, xp)
            along = rows @ basis @ axes
            return xp.concat([xp.vecdot(rows, rows)[:, None], along**2], axis=1)

        squares = class_sums(features, labels, self._squares.shape, squares_of)
        self._squares = added(self._squares, squares) if self._seen.any() else squares
        self._seen = self._seen + np.bincount(labels, minlength=len(self.counts))
        return self

    def _arrays_beside(self, features: Any) -> tuple[Any, ...]:
        """Return means, basis and axes where the features are; they are sent there once."""
        xp = array_namespace(features)
        where = type(features), device(features)
        if self._there[0] != where:
            arrays = (self.means, self._basis, self._axes)
            self._there = where, tuple(to_device(xp.asarray(a), where[1]) for a in arrays)
        return self._there[1]

    def merge(self, other: "WithinScatter") -> "WithinScatter":
        """Add what another worker has seen; one that started from other means is refused."""
        if not np.array_equal(self.means, other.means):
            raise UserError("These scatters are about different means: merge the means first.")
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
                f"The second pass saw {self._seen.sum()} samples, the first {self.counts.sum()}: "
                "pass the same batches twice."
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
