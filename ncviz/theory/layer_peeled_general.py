"""The Layer-Peeled Model for any class sizes.

The optimal logits Z (column k holds the logits of a class-k sample) minimise

    f(Z) = sum_k (n_k / N) CE(z_k, k)   subject to   ‖Z‖_* <= τ = K sqrt(E_H E_W).

With Z = W Hᵀ the constraint reads (‖W‖² + ‖H‖²) / 2 <= τ, and it is active: a
smooth problem on a sphere. It is not convex, but with K columns in the factors a
local minimum is global (Burer and Monteiro 2005). Truncated Newton steps with
conjugate gradients (Nash 1984) descend from a simplex ETF, and the certificate,
which holds in the convex programme, has the last word.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.theory.layer_peeled_budget import factorise, nuclear_norm_bound
from ncviz.theory.layer_peeled_descent import checked_sizes

FloatArray = NDArray[np.float64]

_NEWTON_STEPS = 300
_TOLERANCE = 1e-11
_CG_STEPS = 100
_CG_REDUCTION = 0.1
_SHORTEST_STEP = 1e-8
_ONE_THREAD = 64**3  # multiplications below which BLAS starts no threads


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
    programme = _Programme(sizes, nuclear_norm_bound(len(sizes), budget))
    Z = programme.minimise()
    objective, _, gradient = programme.losses(Z)
    multiplier = float(np.linalg.norm(gradient, 2))
    gap = max(0.0, programme.bound * multiplier + float(np.sum(gradient * Z)))
    return ClassSizesSolution(sizes, budget, Z, objective, multiplier, gap)


def _cosines(rows: FloatArray) -> FloatArray:
    norms = np.linalg.norm(rows, axis=1)
    norms[norms < 1e-5 * norms.max()] = np.nan  # zero, but for the solver's tolerance
    cosines: FloatArray = (rows @ rows.T) / np.outer(norms, norms)
    return cosines


class _Programme:
    """The programme in the factors x = (W, H), shape (2, K, K), on the sphere ‖x‖² = 2τ."""

    def __init__(self, class_sizes: FloatArray, bound: float) -> None:
        self.shares = class_sizes / class_sizes.sum()
        self.bound = bound

    def minimise(self) -> FloatArray:
        """Return the optimal logits."""
        K = len(self.shares)
        x = self.onto_sphere(np.tile(np.eye(K) - 1 / K, (2, 1, 1)))
        for _ in range(_NEWTON_STEPS):
            objective, descent, hessian = self.expand(x)
            if _length(descent) * _length(x) <= _TOLERANCE:
                break
            x = self.descend(x, objective, _truncated_newton(hessian, descent))
        Z = _product(x[0], x[1].T)
        optimal: FloatArray = Z * (self.bound / np.linalg.norm(Z, "nuc"))
        return optimal

    def onto_sphere(self, x: FloatArray) -> FloatArray:
        scaled: FloatArray = x * (np.sqrt(2 * self.bound) / _length(x))
        return scaled

    def losses(self, Z: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return the objective, the softmax of each column, and the gradient by Z."""
        margins = Z - np.diag(Z)
        top = margins.max(axis=0)
        weights = np.exp(margins - top)
        own = np.exp(-top)
        np.fill_diagonal(weights, 0.0)
        wrong = weights.sum(axis=0)
        # log1p keeps the digits of a tiny loss.
        losses = top + np.where(top > 0, np.log(own + wrong), np.log1p(wrong))
        softmax = weights / (own + wrong)
        gradient = softmax * self.shares
        np.fill_diagonal(gradient, -gradient.sum(axis=0))
        np.fill_diagonal(softmax, own / (own + wrong))
        return float(self.shares @ losses), softmax, gradient

    def expand(self, x: FloatArray) -> tuple[float, FloatArray, Callable[[FloatArray], FloatArray]]:
        """Return the objective, and descent and Hessian of the Lagrangian along the sphere.

        Both are divided by the objective, which may be minute.
        """
        W, H = x
        objective, softmax, G = self.losses(_product(W, H.T))
        G = G / objective
        shares = self.shares / objective
        slope = np.array([_product(G, H), _product(G.T, W)])
        multiplier = -_inner(slope, x) / _inner(x, x)

        def hessian(d: FloatArray) -> FloatArray:
            dW, dH = d
            dZ = _product(dW, H.T) + _product(W, dH.T)
            dP = softmax * (dZ - np.diag(dZ))
            dG = (dP - softmax * dP.sum(axis=0)) * shares
            curved_W = _product(dG, H) + _product(G, dH)
            curved_H = _product(dG.T, W) + _product(G.T, dW)
            return _tangent(np.array([curved_W, curved_H]) + multiplier * d, x)

        return objective, -_tangent(slope, x), hessian

    def descend(self, x: FloatArray, objective: float, step: FloatArray) -> FloatArray:
        """Step along the sphere, halving until the objective does not rise."""
        share = min(1.0, 0.5 * _length(x) / _length(step))
        while True:
            moved = self.onto_sphere(x + share * step)
            risen = self.losses(_product(moved[0], moved[1].T))[0] > objective * (1 + 1e-12)
            if not risen or share < _SHORTEST_STEP:
                return moved
            share /= 2


def _truncated_newton(
    hessian: Callable[[FloatArray], FloatArray], descent: FloatArray
) -> FloatArray:
    """Solve hessian(step) = descent roughly, stopping where curvature turns negative."""
    step, residual, direction = np.zeros_like(descent), descent, descent
    square = first = _inner(residual, residual)
    for _ in range(_CG_STEPS):
        image = hessian(direction)
        curvature = _inner(direction, image)
        if curvature <= 0:
            return step if step.any() else descent
        step = step + direction * (square / curvature)
        residual = residual - image * (square / curvature)
        square, last = _inner(residual, residual), square
        if square <= _CG_REDUCTION**2 * first:
            break
        direction = residual + direction * (square / last)
    return step


def _inner(x: FloatArray, y: FloatArray) -> float:
    return float(np.sum(x * y))


def _length(x: FloatArray) -> float:
    return float(np.sqrt(_inner(x, x)))


def _tangent(d: FloatArray, x: FloatArray) -> FloatArray:
    return d - x * (_inner(d, x) / _inner(x, x))


def _product(A: FloatArray, B: FloatArray) -> FloatArray:
    """Return A @ B, a few rows at a time.

    For matrices this small, BLAS threads gain nothing on an idle machine and wait
    for each other on a busy one, which was measured to cost a factor of 100.
    """
    rows = max(1, _ONE_THREAD // B.size)
    out = np.empty((len(A), B.shape[1]))
    for start in range(0, len(A), rows):
        np.matmul(A[start : start + rows], B, out=out[start : start + rows])
    return out
