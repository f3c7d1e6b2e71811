"""Whether the classifiers of the small classes of a run have fallen together."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run

Floats = NDArray[np.float64]
Verdict = Literal["collapse", "part", "shared", "drawing", "apart"]

ONE_DIRECTION, DRAWN_TOGETHER = 0.9, 0.5  # mean cosines
LEAST = 0.8  # cosine of any two that are said to point one way
CLEARLY = 0.2  # above the mean cosine of the other pairs
NOTHING_LEFT = 1e-6  # of the longest row: a row shorter than that has no direction
EACH_PAIR = 2000  # minority classes of which any two are looked at; of more every n-th


@dataclass(frozen=True)
class MinorityCollapse:
    """Whether the classifier rows of the minority are alike, and more so than the others.

    Parameters
    ----------
    cosine : float
        Mean over the pairs of minority rows, as they are.
    others : float
        Mean over all other pairs of rows.
    centred : float
        As `cosine`, after the mean of all rows was taken off: adding one vector to every row
        changes no prediction, so what all rows share makes no class like another. NaN where
        nothing is left.
    is_centred : bool
        Whether the verdict is of the centred rows, since all rows are alike as they are.
    together : tuple of int
        The largest set found of minority classes any two of which have a cosine of at least
        `ONE_DIRECTION`; empty if there is none, or there are more than `EACH_PAIR` classes.
    classes : int
        Minority classes.
    verdict : str
        'collapse' (all have fallen together), 'part' (those of `together` have), 'shared' (they
        are alike as far as all classifiers are), 'drawing' or 'apart'.
    """

    cosine: float
    others: float
    centred: float
    is_centred: bool
    together: tuple[int, ...]
    classes: int
    verdict: Verdict


def minority_collapse(
    run: Run, epoch: int, classes: tuple[int, ...] = ()
) -> MinorityCollapse | None:
    """Look for Minority Collapse at an epoch.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    classes : tuple of int
        Those to look at in place of the run's minority classes.

    Returns
    -------
    MinorityCollapse or None
        None with fewer than two such classes, without a classifier, or where a row has
        length zero.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021: the classifiers of all minority classes become parallel,
    while the others stay apart. At the optimum of their model the rows sum to zero.
    """
    minority = classes or class_groups(run)[1]
    classifier = run.snapshot(epoch).classifier()
    if len(minority) < 2 or classifier is None:
        return None
    rows = classifier.weight.astype(np.float64)
    raw, centred = _directions(rows), _centred_directions(rows)
    if not np.isfinite(raw).all():
        return None
    cosine, others = _means(raw, minority)
    is_centred = others >= DRAWN_TOGETHER
    seen = centred if is_centred else raw
    pairs = _pairs(seen, minority)
    together: tuple[int, ...] = ()
    if len(pairs) == len(minority):
        together = tuple(minority[k] for k in _together(pairs))
    least = float(pairs[np.triu_indices(len(pairs), 1)].min())
    part = 1 < len(together) < len(minority)
    return MinorityCollapse(
        cosine,
        others,
        _means(centred, minority)[0],
        is_centred,
        together,
        len(minority),
        _judge(cosine, *_means(seen, minority), least, part),
    )


def _judge(raw: float, cosine: float, others: float, least: float, part: bool) -> Verdict:
    clear = cosine >= others + CLEARLY
    if cosine >= ONE_DIRECTION and least >= LEAST and clear:
        return "collapse"
    if part and others + CLEARLY <= ONE_DIRECTION:
        return "part"
    if cosine >= DRAWN_TOGETHER and clear:
        return "drawing"
    return "shared" if raw >= DRAWN_TOGETHER else "apart"


def _means(directions: Floats, minority: tuple[int, ...]) -> tuple[float, float]:
    """Return the mean cosine within the minority, and that of all other pairs.

    By the sums of directions, so that no matrix of all pairs is made. Of two classes that are all
    there are, the others are as far apart as two can be.
    """
    own = _sum_over_pairs(directions[list(minority)])
    some, all_pairs = (math.comb(many, 2) for many in (len(minority), len(directions)))
    others = all_pairs - some
    return own / some, (_sum_over_pairs(directions) - own) / others if others else -1.0


def _sum_over_pairs(directions: Floats) -> float:
    """Return the sum of the cosines of any two."""
    total = directions.sum(axis=0)
    return float(total @ total - np.einsum("kd,kd->", directions, directions)) / 2


def _pairs(directions: Floats, minority: tuple[int, ...]) -> Floats:
    """Return the cosines within the minority; of very many classes those of every n-th."""
    own = directions[list(minority)[:: -(-len(minority) // EACH_PAIR)]]
    return np.asarray(own @ own.T)


def _directions(rows: Floats) -> Floats:
    """Return rows of length one; NaN where one has none."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, lengths, out=np.full_like(rows, np.nan), where=lengths > 0)
    return np.asarray(unit)


def _centred_directions(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1)
    centred[lengths <= NOTHING_LEFT * np.linalg.norm(rows, axis=1).max()] = np.nan
    return _directions(centred)


def _together(pairs: Floats) -> list[int]:
    """Return the largest set of indices found any two of which are close, grown from each one."""
    close = np.where(np.isnan(pairs), -1.0, pairs)
    np.fill_diagonal(close, -np.inf)
    found: list[int] = []
    seen: set[int] = set()
    for first in range(len(close)):
        if first in seen:
            continue
        group, least = [first], close[first].copy()
        while (nearest := int(least.argmax())) not in group and least[nearest] >= ONE_DIRECTION:
            group.append(nearest)
            least = np.minimum(least, close[nearest])
        seen.update(group)
        if len(group) > max(len(found), 1):
            found = group
    return found
