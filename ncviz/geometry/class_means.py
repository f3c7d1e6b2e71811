"""First pass over the features of a layer: the mean of each class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import DivergedError, UserError
from ncviz.geometry.rounding import Rounding, relative_rounding, rounding_of
from ncviz.geometry.slabs import ClassRows, added, as_numpy, checked_labels, one_blas_thread
from ncviz.language import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
        rows = ClassRows(features, checked_labels(features, labels, self.classes))
        with one_blas_thread():
            return self.read(rows)

    def read(self, rows: ClassRows) -> "ClassMeans":
        """Add a batch that is held class by class, its labels checked."""
        # What is not finite is told in `means`, in a sentence.
        with np.errstate(invalid="ignore", over="ignore"):
            shape = self.classes, rows.features.shape[1]
            total = rows.sums(rows.slabs(), shape, lambda slab, _xp: slab.rows)
        known = rows.by_class.counts
        counts = np.zeros(self.classes, dtype=np.int64)
        counts[: len(known)] = known
        self._add(total, counts, relative_rounding(rows.features))
        return self

    def merge(self, other: "ClassMeans") -> "ClassMeans":
        """Add what another worker has seen: of the same classes and layer, or it is refused."""
        if other.classes != self.classes:
            raise UserError(
                tr(
                    "Means of {classes} and of {classes_2} classes do not fit together: "
                    "give the same number of classes.",
                    classes=self.classes,
                    classes_2=other.classes,
                )
            )
        if other.counts.sum():
            self._add(other._total, other.counts, other._relative_rounding)
        return self

    def sums(self, width: int) -> tuple[Floats, Ints, float]:
        """Return the sums (K, d) and sizes of the classes, and the rounding: for `put` elsewhere.

        Parameters
        ----------
        width : int
            d, in case that nothing was added here.
        """
        total = as_numpy(self._total) if self.counts.any() else np.zeros((self.classes, width))
        return total, self.counts, self._relative_rounding

    def put(self, total: Floats, counts: Ints, relative_rounding: float) -> None:
        """Take sums and sizes of all workers, and the coarsest of their roundings."""
        self._total, self.counts = total, counts
        self._relative_rounding = relative_rounding

    @property
    def means(self) -> Floats:
        """Return μ_k, shape (K, d); rows of absent classes are 0.

        Raises
        ------
        UserError
            If nothing was added, or a feature was NaN or infinite.
        """
        if not self.counts.sum():
            raise UserError(tr("There are no samples to measure: give at least one."))
        self._total = as_numpy(self._total)  # copied from a GPU once, and not batch by batch
        means = np.asarray(self._total / np.maximum(self.counts, 1)[:, None])
        if not np.isfinite(means).all():
            raise DivergedError(
                tr(
                    "The features hold NaN or infinite values: the network has diverged, "
                    "lower its learning rate or check the file."
                )
            )
        return means

    def rounding(self, means: Floats) -> Rounding:
        """Return how far apart these `means` may lie by rounding alone, of the coarsest batch."""
        present = self.counts > 0
        smallest = int(self.counts[present].min())
        return rounding_of(means[present], self._relative_rounding, smallest)

    def _add(self, total: Any, counts: Ints, relative: float) -> None:
        known = self.counts.sum() > 0
        if known and self._total.shape != total.shape:
            raise UserError(
                tr(
                    "Batches of {shape} and {shape_2} features do not fit "
                    "together: give all of one layer.",
                    shape=total.shape[1],
                    shape_2=self._total.shape[1],
                )
            )
        self._total = added(self._total, total) if known else total
        self.counts = self.counts + counts
        self._relative_rounding = max(self._relative_rounding, relative)
