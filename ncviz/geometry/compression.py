"""How compact classes are and how far apart, without an inverse; how uniformly means lie."""

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import cosines_of_pairs

Floats = NDArray[np.float64]


def trace_ratio(statistics: ClassStatistics) -> float:
    """Return Tr Σ_W / Tr Σ_B, within-class against between-class spread in all dimensions.

    Parameters
    ----------
    statistics : ClassStatistics
        Of one layer.

    Returns
    -------
    float
        0 at collapse; infinite where all class means coincide and samples differ.

    Notes
    -----
    The compression C_l of Wang et al., arXiv 2311.02960; Σ_B is about the mean of class means.
    """
    if statistics.present.sum() < 2:
        return float("nan")
    within = statistics.shares @ statistics.within_variance
    between = (statistics.centered_means**2).sum(axis=1).mean()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return float(np.float64(within) / between)


def discrimination(means: Floats) -> float:
    """Return 1 − max over k ≠ k′ of cos(μ_k, μ_k′).

    Parameters
    ----------
    means : array, shape (K, d)
        Class means as they are, not centred.

    Notes
    -----
    The discrimination D_l of Wang et al., arXiv 2311.02960.
    """
    largest = [found.max() for found in cosines_of_pairs(means) if found.size]
    return float(1 - max(largest)) if largest and not np.isnan(largest).any() else float("nan")


def uniformity(centered_means: Floats) -> float:
    """Return the coefficient of variation of −log‖m̂_k − m̂_k′‖ over pairs of directions.

    Parameters
    ----------
    centered_means : array, shape (K, d)

    Returns
    -------
    float
        0 in a simplex ETF; NaN where two means have one direction.

    Notes
    -----
    GNC2 of Wu & Papyan, NeurIPS 2024 (arXiv 2405.17767), with the logarithmic kernel.
    """
    sizes, means, variances = [], [], []
    for cosines in cosines_of_pairs(centered_means):
        if not cosines.size:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            values = -0.5 * np.log(2 - 2 * np.minimum(cosines, 1))
        if not np.isfinite(values).all():
            return float("nan")
        sizes.append(values.size)
        means.append(values.mean())
        variances.append(values.var())
    if sum(sizes) < 2:
        return float("nan")
    mean = np.average(means, weights=sizes)
    variance = np.average(variances + (means - mean) ** 2, weights=sizes)
    return float(np.sqrt(variance) / abs(mean)) if mean else float("nan")
