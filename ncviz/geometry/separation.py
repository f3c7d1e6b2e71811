"""Separation fuzziness and the law of equi-separation (He & Su, PNAS 2023)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.geometry.class_statistics import ClassStatistics

Floats = NDArray[np.float64]


def separation_fuzziness(statistics: ClassStatistics) -> float:
    """Return D = Tr(SSW SSB⁺), both about the sample mean, with no division by K.

    Parameters
    ----------
    statistics : ClassStatistics
        Of the data before it passes through a layer.

    Returns
    -------
    float
        0 when every class is one point. Infinite when all class means
        coincide while samples differ, NaN when all samples are equal or only
        one class is present. On balanced data D = K · NC1.

    Notes
    -----
    He & Su, PNAS 2023, eq. (1).
    """
    if statistics.present.sum() < 2:
        return float("nan")
    return float(statistics.shares @ statistics.class_fuzziness)


def class_separation_fuzziness(statistics: ClassStatistics) -> Floats:
    """Return each class's own D: SSW restricted to that class.

    Returns
    -------
    array, shape (K,)
        (1/n_k) Σ_{i∈k} (h_i − μ_k)ᵀ SSB⁺ (h_i − μ_k); their mean weighted by
        n_k/N is D. NaN for a class without samples, and for one class alone.

    Notes
    -----
    He & Su, PNAS 2023, the per-class law.
    """
    alone = statistics.present.sum() < 2
    return np.where(statistics.present & ~alone, statistics.class_fuzziness, np.nan)


def overall_separation(fuzziness: ArrayLike) -> float:
    """Return the overall separation ability D_m / D_1 of a network.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m.
    """
    values = np.asarray(fuzziness, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(values[-1] / values[0])


def separation_sensitivity(fuzziness: ArrayLike) -> float:
    """Return how far the overall separation moves under a small error of every ratio.

    With R = D_m/D_1 and an error ε of each ratio D_{t+1}/D_t, R moves by
    R (Σ_t D_t/D_{t+1}) ε; the return value is the factor of ε. At a given R it
    is smallest when all ratios are equal: the law of equi-separation.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m.

    Notes
    -----
    He & Su, PNAS 2023, on robustness.
    """
    values = np.asarray(fuzziness, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(overall_separation(values) * (values[:-1] / values[1:]).sum())


@dataclass(frozen=True)
class EquiSeparationLaw:
    """The fit D_t ≈ c ρ^t.

    Parameters
    ----------
    decay_ratio : float
        ρ, the factor by which a layer shrinks D.
    intercept : float
        log c.
    pearson_r : float
        Correlation of log D_t with t; −1 for a perfect law.
    """

    decay_ratio: float
    intercept: float
    pearson_r: float

    @property
    def half_life(self) -> float:
        """Layers that halve D: log 2 / log(1/ρ); infinite where ρ ≥ 1, NaN where ρ is."""
        if math.isnan(self.decay_ratio):
            return float("nan")
        if self.decay_ratio >= 1:
            return float("inf")
        return math.log(2) / -math.log(self.decay_ratio) if self.decay_ratio > 0 else 0.0

    def predict(self, layer_numbers: ArrayLike) -> np.ndarray:
        """Return c ρ^t at the layer numbers t, counted from 1."""
        t = np.asarray(layer_numbers, dtype=np.float64)
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(np.exp(self.intercept + t * np.log(self.decay_ratio)))


def fit_law(fuzziness: ArrayLike) -> EquiSeparationLaw:
    """Fit log D_t on t by least squares.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m, from the raw input to the last hidden layer.

    Returns
    -------
    EquiSeparationLaw
        All NaN when there are fewer than two positive finite values. r is NaN
        where it is not defined (a constant D).

    Notes
    -----
    He & Su, PNAS 2023: ρ = exp(slope), r the Pearson correlation.
    """
    values = np.asarray(fuzziness, dtype=np.float64)
    layers = np.arange(1, len(values) + 1, dtype=np.float64)
    usable = np.isfinite(values) & (values > 0)
    if usable.sum() < 2:
        return EquiSeparationLaw(float("nan"), float("nan"), float("nan"))
    t, log_d = layers[usable], np.log(values[usable])
    t_centered, log_centered = t - t.mean(), log_d - log_d.mean()
    slope = float(t_centered @ log_centered / (t_centered @ t_centered))
    spread = math.sqrt(float((t_centered @ t_centered) * (log_centered @ log_centered)))
    r = float(t_centered @ log_centered) / spread if np.ptp(log_d) > 0 else float("nan")
    with np.errstate(over="ignore", under="ignore"):
        return EquiSeparationLaw(float(np.exp(slope)), float(log_d.mean() - slope * t.mean()), r)


def law_correlations(fuzziness: ArrayLike) -> np.ndarray:
    """Return r of `fit_law` for many courses at once: one by one, 50,000 take half a minute.

    Parameters
    ----------
    fuzziness : array, shape (m, K)
        A course in each column.
    """
    values = np.asarray(fuzziness, dtype=np.float64)
    usable = np.isfinite(values) & (values > 0)
    counts = np.maximum(usable.sum(axis=0), 1)
    layers = np.where(usable, np.arange(1.0, len(values) + 1)[:, None], 0)
    logs = np.log(np.where(usable, values, 1))
    t = np.where(usable, layers - layers.sum(axis=0) / counts, 0)
    own = np.where(usable, logs - logs.sum(axis=0) / counts, 0)
    highest = np.max(np.where(usable, logs, -np.inf), axis=0, initial=-np.inf)
    differs = highest > np.min(np.where(usable, logs, np.inf), axis=0, initial=np.inf)
    size = np.sqrt((t * t).sum(axis=0) * (own * own).sum(axis=0))
    return np.asarray(np.where(differs, (t * own).sum(axis=0) / np.where(differs, size, 1), np.nan))


STRAIGHT = -0.99  # Pearson correlation of log D with the layer
GEOMETRIC = -0.97  # the same: straight to the eye
UNEVEN = 0.5  # standard deviation of the steps of log D over their mean


def layer_factors(fuzziness: ArrayLike) -> np.ndarray:
    """Return the factor by which D changes a layer, at each step between two known values.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m; what is not positive or not finite is no known value. Over several layers
        between two known ones the factor is the geometric mean.
    """
    values = np.asarray(fuzziness, dtype=np.float64)
    usable = np.flatnonzero(np.isfinite(values) & (values > 0))
    return np.asarray(np.exp(np.diff(np.log(values[usable])) / np.diff(usable)))


def is_equi_separation(fuzziness: ArrayLike) -> bool:
    """Tell whether every layer shrinks D by about the same factor.

    A high correlation alone does not say so: where D falls by twelve powers of ten, one layer
    may do nearly all and the line is still straight to the eye. Two values always lie on a line.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m.
    """
    steps = -np.log(layer_factors(fuzziness))
    if len(steps) < 2 or not (steps > 0).all():
        return False
    straight = fit_law(fuzziness).pearson_r <= STRAIGHT
    return bool(straight and steps.std() <= UNEVEN * steps.mean())
