"""Locally elastic stochastic differential equations: how the logits of classes part.

Zhang, Wang and Su (NeurIPS 2021): the logits X_i^k of sample i of class k follow

    dX_i^k = (1/K) ( α(t) H_kk X̄^k + β(t) sum over l≠k of H_kl X̄^l ) dt + σ dW_i,

where X̄^k is the mean of the class: its images pull the class itself by α and others by
β. In the I-model H is the identity; in the L-model, where a step on an image of class l
moves all logits along d_l = e_l − 1/K, H_kl = d_l d_lᵀ / ‖d_l‖². Here α(t) = α₀ t^−r and
β = ρ α from t = 1 on. With A = ∫α the means have constant coefficients in A, and a closed
form (`flow`). With γ = α − β classes separate where γ decays slower than 1/t, and do not
where it decays faster; in the L-model with β < 0 the means become a simplex ETF.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Floats = NDArray[np.float64]

KINDS = ("I", "L")
LAST = 1e4  # iterations
START = 0.05  # of the logits at the start


@dataclass(frozen=True)
class ElasticModel:
    """α(t) = α₀ t^−r and β = ρ α, from t = 1 on.

    Parameters
    ----------
    classes : int
        K, at least 2.
    alpha : float
        α₀, positive.
    ratio : float
        ρ = β/α.
    exponent : float
        r.
    kind : str
        'I' or 'L'.
    noise : float
        σ, at least 0.
    seed : int
        Of the logits at the start and of the noise.

    Raises
    ------
    UserError
        If a value is outside its range.
    """

    classes: int = 3
    alpha: float = 1.0
    ratio: float = -0.3
    exponent: float = 0.5
    kind: str = "L"
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.classes < 2:
            raise UserError(
                tr(
                    "This model of {classes:class|classes} cannot be: give 2 or more.",
                    classes=self.classes,
                )
            )
        if self.kind not in KINDS:
            raise UserError(
                tr(
                    "The model is {kind!r}: choose {kinds}.",
                    kind=self.kind,
                    kinds=" or ".join(KINDS),
                )
            )
        if not (
            self.alpha > 0 and self.noise >= 0 and np.isfinite([self.ratio, self.exponent]).all()
        ):
            raise UserError(
                tr(
                    "α₀ = {alpha:g} and σ = {noise:g} cannot be: give a positive number, "
                    "and one that is not negative.",
                    alpha=self.alpha,
                    noise=self.noise,
                )
            )

    def growth(self, t: ArrayLike) -> Floats:
        """Return A(t) = ∫ α from 1 to t; B = ρ A."""
        times = np.asarray(t, dtype=np.float64)
        rest = 1.0 - self.exponent
        x = rest * np.log(times)
        whole = np.log(times) * np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)
        return np.asarray(self.alpha * whole)

    def pull(self, t: ArrayLike) -> Floats:
        """Return γ(t) t, with γ = α − β: classes separate where it grows without bound."""
        times = np.asarray(t, dtype=np.float64)
        return np.asarray(self.alpha * (1 - self.ratio) * times ** (1 - self.exponent))

    @property
    def separates(self) -> bool | None:
        """Whether the theorem says that classes separate; None where it leaves it open."""
        if self.ratio >= 1 or self.exponent > 1:
            return False
        return None if self.exponent == 1 else True

    @cached_property
    def start(self) -> Floats:
        """X̄^k(1), shape (K, K): row k is of class k; on average right rather than wrong."""
        rng = np.random.default_rng(self.seed)
        found: Floats = START * rng.normal(size=(self.classes, self.classes))
        right = float(np.sum(found * elastic_directions(self.classes)))
        return found if right >= 0 else -found

    def flow(self, X: Floats, growth: ArrayLike) -> tuple[Floats, Floats]:
        """Return what mean logits become while A grows, and the logarithm of their unit: `flow`."""
        grown = np.asarray(growth, dtype=np.float64)
        return flow(X, grown, self.ratio * grown, self.kind)

    def means(self, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return the closed form of X̄^k(t), shape (..., K, K), and its unit; see `flow`."""
        return self.flow(self.start, self.growth(t))

    def means_apart(self, t: ArrayLike) -> tuple[Floats, Floats]:
        """Return the means less their average, and their own unit: what tells classes apart.

        Where β > 0 the average of the I-model outgrows the rest beyond what floats hold: in its
        unit the means are all the same.

        Parameters
        ----------
        t : array_like, shape (...)

        Returns
        -------
        array, shape (..., K, K)
        array, shape (...)
        """
        if self.kind == "I":
            own = (1 - self.ratio) * self.growth(t) / self.classes
            unit = np.maximum(own, 0.0)
            apart = self.start - self.start.mean(axis=0)
            return apart * _wide(np.exp(own - unit)), unit
        means, unit = self.means(t)
        return means - means.mean(axis=-2, keepdims=True), unit

    def noises(self, times: ArrayLike, samples: int) -> Floats:
        """Return X_i^k − X̄^k of samples of a large class, whose own noise averages out.

        Parameters
        ----------
        times : array_like, shape (T,)
            Ascending, the first 1.
        samples : int
            Of each class.

        Returns
        -------
        array, shape (T, K, samples, K)
        """
        at = np.asarray(times, dtype=np.float64)
        K, rng = self.classes, np.random.default_rng(self.seed + 1)
        steps = rng.normal(size=(len(at), K, samples, K))
        steps *= self.noise * np.sqrt(np.diff(at, prepend=at[0]))[:, None, None, None]
        return np.asarray(np.cumsum(steps, axis=0))


def flow(X: Floats, A: ArrayLike, B: ArrayLike, kind: str = "L") -> tuple[Floats, Floats]:
    """Return what mean logits become while A and B grow in proportion: a closed form.

    Parameters
    ----------
    X : array, shape (..., K, p)
        p = K in the L-model.
    A, B : array_like, shape (...)
        By how much they grow.
    kind : str
        'I' or 'L'.

    Returns
    -------
    array, shape (..., K, p)
        X, less a factor.
    array, shape (...)
        The logarithm of that factor, which may be larger than floats hold.
    """
    K = X.shape[-2]
    a, b = np.asarray(A, dtype=np.float64) / K, np.asarray(B, dtype=np.float64) / K
    own = a - b
    if kind == "I":
        whole = a + (K - 1) * b
        unit = np.maximum(np.maximum(own, whole), 0.0)
        mean = X.mean(axis=-2, keepdims=True)
        return mean * _wide(np.exp(whole - unit)) + (X - mean) * _wide(np.exp(own - unit)), unit
    apart = a + b / (K - 1)
    unit = np.maximum(np.maximum(own, apart), 0.0)
    d = elastic_directions(K)
    s = np.einsum("...kj,kj->...k", X, d)
    S = s.mean(axis=-1, keepdims=True)
    delta = s - S
    none = np.exp(-unit)
    # (e^V − 1)/V, less the factor: what δ is worth on the way, from the present on.
    still = np.abs(apart) < 1e-12
    area = np.where(still, none, (np.exp(apart - unit) - none) / np.where(still, 1.0, apart))
    each = S * (np.exp(own - unit) - none)[..., None] + (own * area)[..., None] * delta
    shared = (b * area)[..., None] * (delta @ d)
    return X * _wide(none) + each[..., None] * d + shared[..., None, :], unit


def _wide(factors: Floats) -> Floats:
    """Return one factor for each matrix."""
    return np.asarray(factors[..., None, None])


def elastic_directions(classes: int) -> Floats:
    """Return d_k = (e_k − 1/K) / ‖e_k − 1/K‖, shape (K, K): a simplex ETF."""
    found: Floats = (np.eye(classes) - 1 / classes) / np.sqrt(1 - 1 / classes)
    return found


def estimate_i(logits: Floats) -> tuple[Floats, Floats]:
    """Estimate A and B of the I-model from class-mean logits.

    Parameters
    ----------
    logits : array, shape (T, K, p)
        X̄^k over time.

    Returns
    -------
    A, B : array, shape (T,)
        From the first moment on: the mean over classes and coordinates of the logarithms, without
        those that are not finite (Zhang, Wang, Su 2021).
    """
    X, K = np.asarray(logits, dtype=np.float64), logits.shape[1]
    mean = X.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole, apart = np.log(np.abs(mean)), np.log(np.abs(X - mean))
        whole, apart = whole - whole[:1], apart - apart[:1]
        known = np.isfinite(whole) & np.isfinite(apart)
        count = known.sum(axis=(1, 2))
        of_whole = np.where(known, whole, 0.0).sum(axis=(1, 2)) / count
        of_apart = np.where(known, apart, 0.0).sum(axis=(1, 2)) / count
    return of_whole + (K - 1) * of_apart, of_whole - of_apart


def estimate_l(logits: Floats, first: int = 0) -> tuple[Floats, Floats]:
    """Estimate A and B of the L-model from class-mean logits, for any number of classes.

    Parameters
    ----------
    logits : array, shape (T, K, K)
        X̄^k over time.
    first : int
        The moment from which on they are counted, where S is larger than its noise.

    Returns
    -------
    A, B : array, shape (T,)

    Notes
    -----
    With s_k = d_k · X̄^k, S their mean and δ the rest: A − B = K log |S/S₀| and
    A + B/(K−1) = K log ‖δ‖/‖δ₀‖.
    """
    X = np.asarray(logits, dtype=np.float64)
    K = X.shape[1]
    s = np.einsum("tkj,kj->tk", X, elastic_directions(K))
    S = s.mean(axis=1)
    rest = np.linalg.norm(s - S[:, None], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        u, v = K * np.log(np.abs(S / S[first])), K * np.log(rest / rest[first])
    return (u + (K - 1) * v) / K, (v - u) * (K - 1) / K


def tail_index(times: ArrayLike, growth: ArrayLike, last: int = 1000) -> float:
    """Return r̂ = 1 − mean of log |A(t)| / log t over the last moments, as published.

    It comes from the integral A, and is biased: with r = 0.6 it is about 0.7 at t = 10⁴.
    """
    t, A = np.asarray(times, dtype=np.float64)[-last:], np.asarray(growth)[-last:]
    return float(1 - np.mean(np.log(np.abs(A)) / np.log(t)))


def relative_difference(simulated: Floats, true: Floats) -> Floats:
    """Return RD_k = ‖X̂_k − X_k‖ / ((‖X̂_k‖ + ‖X_k‖)/2) of arrays of shape (..., K, p)."""
    sizes = (np.linalg.norm(simulated, axis=-1) + np.linalg.norm(true, axis=-1)) / 2
    return np.asarray(np.linalg.norm(simulated - true, axis=-1) / sizes)
