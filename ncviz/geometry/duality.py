"""What else is said of the classifier: its sum, its bias, each row beside its class mean."""

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import BLOCK

Floats = NDArray[np.float64]


def nc0(rows: Floats) -> float:
    """Return ‖Σ_k w_k‖, which weight decay brings to 0.

    Parameters
    ----------
    rows : array, shape (K, d)
        The classifier.

    Notes
    -----
    NC0 of Zhao et al., ICLR 2026 (arXiv 2602.16642).
    """
    return float(np.linalg.norm(rows.sum(axis=0)))


def nc0_share(rows: Floats) -> float:
    """Return ‖Σ_k w_k‖ / (√K ‖W‖_F), from 0 to 1; NaN where all rows are 0.

    Parameters
    ----------
    rows : array, shape (K, d)
    """
    length = np.linalg.norm(rows)
    return float(nc0(rows) / (np.sqrt(len(rows)) * length)) if length else float("nan")


def uneven_logits(rows: Floats, bias: Floats | None, global_mean: Floats) -> float:
    """Return ‖W μ_G + b − its mean over the classes‖: what logits favour before any feature.

    Parameters
    ----------
    rows : array, shape (K, d)
    bias : array, shape (K,), or None
    global_mean : array, shape (d,)
        μ_G, the mean of class means.

    Notes
    -----
    Zhu et al., NeurIPS 2021: collapse of the bias.
    """
    logits = rows @ global_mean + (0.0 if bias is None else bias)
    return float(np.linalg.norm(logits - logits.mean()))


def paired_cosines(rows: Floats, centered_means: Floats) -> Floats:
    """Return cos(w_k, m_k) of each class, shape (K,); NaN where a vector has length 0.

    Parameters
    ----------
    rows, centered_means : array, shape (K, d)
    """
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(centered_means, axis=1)
    products = (rows * centered_means).sum(axis=1)
    found = np.divide(products, lengths, out=np.full(len(rows), np.nan), where=lengths > 0)
    return np.asarray(found)


def unc3(rows: Floats, centered_means: Floats) -> float:
    """Return the variance over the classes of cos(w_k, m_k).

    Parameters
    ----------
    rows, centered_means : array, shape (K, d)

    Returns
    -------
    float
        0 where all classes are as dual; NaN where a vector has length 0.

    Notes
    -----
    Wu & Papyan, NeurIPS 2024 (arXiv 2405.17767): uniform duality.
    """
    return float(paired_cosines(rows, centered_means).var())


def margins(logits: Floats, labels: NDArray[np.integer]) -> Floats:
    """Return z_y − max over k ≠ y of z_k, for each sample; negative for a mistake.

    Parameters
    ----------
    logits : array, shape (N, K)
        Of K ≥ 2 classes.
    labels : array of int, shape (N,)
    """
    rows = np.arange(len(labels))
    others = logits.copy()
    others[rows, labels] = -np.inf
    return np.asarray(logits[rows, labels] - others.max(axis=1))


def margins_of(
    features: Floats, labels: NDArray[np.integer], weight: Floats, bias: Floats | None = None
) -> Floats:
    """Return the margins of features; of many classes a block of logits at a time.

    Parameters
    ----------
    features : array, shape (N, d)
    labels : array of int, shape (N,)
    weight : array, shape (K, d)
    bias : array, shape (K,), optional
    """
    found = []
    step = max(1, BLOCK // len(weight))
    for start in range(0, max(1, len(features)), step):
        rows = slice(start, start + step)
        logits = features[rows] @ weight.T
        if bias is not None:
            logits += bias
        found.append(margins(logits, labels[rows]))
    return np.concatenate(found)


def quantile(values: Floats, share: float, weights: Floats | None = None) -> float:
    """Return the least value up to which this share of the samples lies, at least the smallest.

    Parameters
    ----------
    values : array, shape (N,)
    share : float
        0 to 1.
    weights : array, shape (N,), optional
        Of the samples, where they do not count alike.
    """
    order = np.argsort(values, kind="stable")
    counted = np.ones(len(values)) if weights is None else weights[order]
    # A hair less, so that rounding of the sum passes over no sample.
    reached = np.cumsum(counted) / counted.sum() * (1 + 1e-12)
    place = min(int(np.searchsorted(reached, share)), len(values) - 1)
    return float(values[order[place]])
