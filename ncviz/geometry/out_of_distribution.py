"""Samples of no class beside those of the classes: NC5 and NECO."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.row_blocks import Rows, blocks_of
from ncviz.language import tr

Floats = NDArray[np.float64]

MOST_PRODUCTS = 2 * 10**10  # of the training features with each other: of more it is not counted


def nc5(means: Floats, outside: Floats) -> float:
    """Return the mean over the classes of |cos(μ_k, μ_OOD)|; 0 at collapse.

    Parameters
    ----------
    means : array, shape (K, d)
        Class means as they are, not centred.
    outside : array, shape (N, d)
        Features of samples out of distribution.

    Returns
    -------
    float
        NaN where a mean has length 0.

    Notes
    -----
    Ben Ammar et al., NECO, ICLR 2024 (arXiv 2310.06823), property NC5.
    """
    if not len(outside) or means.shape[1:] != outside.shape[1:]:
        raise UserError(
            tr(
                "Class means of shape {shape} and samples out of distribution of shape "
                "{shape_2} do not fit together: give both in one layer, and at least one sample.",
                shape=means.shape,
                shape_2=outside.shape,
            )
        )
    other = outside.mean(axis=0)
    lengths = np.linalg.norm(means, axis=1) * np.linalg.norm(other)
    if not (lengths > 0).all():
        return float("nan")
    return float(np.abs(means @ other / lengths).mean())


def neco_scores(features: Floats, inside: Floats, dimensions: int) -> Floats:
    """Return ‖P h‖ / ‖h‖ of each sample, P onto the first principal directions of others.

    Parameters
    ----------
    features : array, shape (N, d)
    inside : array, shape (M, d)
        Training features, whose principal directions are taken.
    dimensions : int
        Of these; K − 1 at collapse.

    Returns
    -------
    array, shape (N,)
        From 0 to 1, the larger the more likely of a class; NaN for a sample of length 0.

    Notes
    -----
    Ben Ammar et al., NECO, ICLR 2024 (arXiv 2310.06823).
    """
    if not 1 <= dimensions <= min(inside.shape):
        raise UserError(
            tr(
                "{dimensions} principal directions of {shape} samples of {shape_2} "
                "features cannot be had: give 1 to {shape_3}.",
                dimensions=dimensions,
                shape=inside.shape[0],
                shape_2=inside.shape[1],
                shape_3=min(inside.shape),
            )
        )
    return _scores(features, _principal_axes(inside, dimensions))


def _principal_axes(inside: Rows, dimensions: int) -> Floats:
    """Return the first principal directions of samples, one a row."""
    if not isinstance(inside, np.ndarray):
        total = sum(block.sum(axis=0, dtype=np.float64) for block in blocks_of(inside))
        mean = total / len(inside)
        parts = (block - mean for block in blocks_of(inside))
        moment = sum(part.T @ part for part in parts)
        return np.asarray(np.linalg.eigh(moment)[1][:, ::-1].T[:dimensions])
    centered = inside - inside.mean(axis=0)
    if len(inside) >= inside.shape[1]:  # faster than the singular vectors of many samples
        return np.asarray(np.linalg.eigh(centered.T @ centered)[1][:, ::-1].T[:dimensions])
    return np.asarray(np.linalg.svd(centered, full_matrices=False)[2][:dimensions])


def _scores(features: Floats, axes: Floats) -> Floats:
    lengths = np.linalg.norm(features, axis=1)
    along = np.linalg.norm(features @ axes.T, axis=1)
    scores = np.divide(along, lengths, out=np.full(len(features), np.nan), where=lengths > 0)
    return np.asarray(scores)


def area_under_curve(inside: Floats, outside: Floats) -> float:
    """Return the chance that a sample of a class scores above one that is of none (AUROC).

    Parameters
    ----------
    inside, outside : array, shape (N,) and (M,)
        Scores, none of them NaN; ties count half.
    """
    if not len(inside) or not len(outside):
        raise UserError(
            tr("There is no area under a curve without scores of both kinds: give some.")
        )
    both = np.concatenate([inside, outside])
    _, place, sizes = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[place]
    above = ranks[: len(inside)].sum() - len(inside) * (len(inside) + 1) / 2
    return float(above / (len(inside) * len(outside)))


def neco_areas(
    features: Mapping[str, Rows], unknown: Collection[str], classes: int
) -> dict[str, float]:
    """Return how often a sample of the known classes scores above one of each unknown split.

    Parameters
    ----------
    features : mapping of split to array or RowBlocks, shape (N, d)
        Of the last layer, where they are at hand.
    unknown : collection of str
        Splits of unknown classes. Held-out samples stand for the known ones, or the training
        samples where there are none.
    classes : int
        K: as many principal directions of the training features but one are taken.

    Returns
    -------
    dict of str
        By unknown split; empty where features are not at hand or are too many.
    """
    if not unknown or not can_be_scored(features.get("train")):
        return {}
    train = features["train"]
    dimensions = min(classes - 1, *train.shape)
    held = train.astype(np.float64) if isinstance(train, np.ndarray) else train
    axes = _principal_axes(held, dimensions)

    def scores(name: str) -> Floats:
        # A sample of length 0 is least like those of a class.
        parts = [_scores(b.astype(np.float64), axes) for b in blocks_of(features[name])]
        return np.nan_to_num(np.concatenate(parts))

    known = scores("test" if "test" in features else "train")
    return {name: area_under_curve(known, scores(name)) for name in unknown if name in features}


def can_be_scored(train: Any) -> bool:
    """Tell whether these training features, array or tensor, are there, and not too many."""
    if train is None or min(train.shape) < 2:
        return False
    return bool(train.shape[0] * train.shape[1] * min(train.shape) <= MOST_PRODUCTS)
