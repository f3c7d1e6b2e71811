"""What the metrics need to know of the classes of one layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_means import shares_of

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
