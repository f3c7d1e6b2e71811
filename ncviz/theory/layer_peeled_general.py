"""The Layer-Peeled Model for any class sizes.

The optimal logits Z (column k holds the logits of a class-k sample) minimise

    f(Z) = sum_k (n_k / N) CE(z_k, k)   subject to   ‖Z‖_* <= τ = K sqrt(E_H E_W).

With Z = W Hᵀ the constraint reads (‖W‖² + ‖H‖²) / 2 <= τ, and it is active: a
smooth problem on a sphere. It is not convex, but with K columns in the factors a
local minimum is global (Burer and Monteiro 2005). Truncated Newton steps with
conjugate gradients (Nash 1984) descend from a simplex ETF (`layer_peeled_newton`),
and the certificate, which holds in the convex programme, has the last word.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.theory.layer_peeled_budget import factorise, nuclear_norm_bound
from ncviz.theory.layer_peeled_descent import checked_sizes
from ncviz.theory.layer_peeled_newton import GroupedProgramme

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassSizesSolution:
    """The optimum of a Layer-Peeled Model with given class sizes.

    Attributes
    ----------
    class_sizes : ndarray, shape (K,)
        Samples n_k of each class.
    budget : float
        E_H · E_W.
    Z : ndarray, shape (K, K)
        Optimal logits: column k is for a class-k sample.
    objective : float
        Mean cross-entropy in nats.
    multiplier : float
        λ, the spectral norm of the gradient at Z.
    gap : float
        Certificate of optimality: objective - optimum <= gap, the Frank-Wolfe
        gap λ τ + <∇f(Z), Z>.
    """

    class_sizes: FloatArray
    budget: float
    Z: FloatArray
    objective: float
    multiplier: float
    gap: float

    @property
    def rank(self) -> int:
        """Dimensions spanned by the classifiers: K - 1, less the collapsed ones."""
        values = np.linalg.svd(self.Z, compute_uv=False)
        return int(np.sum(values > 1e-9 * values[0]))

    def weights_and_features(
        self, feature_energy: float | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return classifiers W and features H, each (K, K): see `factorise`."""
        return factorise(self.Z, self.budget, feature_energy)

    def classifier_cosines(self) -> FloatArray:
        """Return the cosines between classifiers, (K, K); NaN where one is zero."""
        return _cosines(self.weights_and_features()[0])

    def mean_cosines(self) -> FloatArray:
        """Return the cosines between class means, (K, K); NaN where one is zero.

        The means are centred at their own mean.
        """
        H = self.weights_and_features()[1]
        return _cosines(H - H.mean(axis=0))


def solve_class_sizes(class_sizes: ArrayLike, budget: float) -> ClassSizesSolution:
    """Solve the Layer-Peeled Model for any class sizes.

    Parameters
    ----------
    class_sizes : array_like, shape (K,)
        Samples n_k of each class, positive; only their proportions matter.
    budget : float
        E_H · E_W, positive.

    Returns
    -------
    ClassSizesSolution
        Optimal logits and a certificate, as a rule below 1e-9 of the objective.

    Raises
    ------
    UserError
        If there are fewer than two classes, or a value is not positive.

    References
    ----------
    Fang, He, Long, Su, "Exploring deep neural networks via layer-peeled model:
    Minority collapse in imbalanced training", PNAS 2021, section "Layer-Peeled
    Model". Burer, Monteiro, "Local minima and convergence in low-rank
    semidefinite programming", Math. Programming 2005. Nash, "Newton-type
    minimization via the Lanczos method", SIAM J. Numer. Anal. 1984. Gap: Jaggi,
    "Revisiting Frank-Wolfe", ICML 2013, equation (2).
    """
    sizes = checked_sizes(class_sizes)
    bound = nuclear_norm_bound(len(sizes), budget)
    Z = GroupedProgramme(sizes, bound).minimise()
    objective, gradient = _loss(Z, sizes / sizes.sum())
    multiplier = float(np.linalg.norm(gradient, 2))
    gap = max(0.0, bound * multiplier + float(np.sum(gradient * Z)))
    return ClassSizesSolution(sizes, budget, Z, objective, multiplier, gap)


def _cosines(rows: FloatArray) -> FloatArray:
    norms = np.linalg.norm(rows, axis=1)
    norms[norms < 1e-5 * norms.max()] = np.nan  # zero, but for the solver's tolerance
    cosines: FloatArray = (rows @ rows.T) / np.outer(norms, norms)
    return cosines


def _loss(Z: FloatArray, shares: FloatArray) -> tuple[float, FloatArray]:
    """Return the objective and its gradient by the logits."""
    margins = Z - np.diag(Z)
    top = margins.max(axis=0)
    weights = np.exp(margins - top)
    own = np.exp(-top)
    np.fill_diagonal(weights, 0.0)
    wrong = weights.sum(axis=0)
    # log1p keeps the digits of a tiny loss.
    losses = top + np.where(top > 0, np.log(own + wrong), np.log1p(wrong))
    gradient = weights / (own + wrong) * shares
    np.fill_diagonal(gradient, -gradient.sum(axis=0))
    return float(shares @ losses), gradient
