"""Softmax codes where somebody waits: few searches, each once; and which of its points is whose."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.theory.softmax_codes import SphericalCode, gnc2, softmax_code, tammes

Floats = NDArray[np.float64]

FEW_STARTS = 4
LARGE = 150  # coordinates of a code, of more of which one search takes a second
TURNS = 64  # rotations from which classes are matched to the points of a code
REACHED = 1e-3  # relative distance of a margin from that of the code


def code_words(code: SphericalCode) -> str:
    """Return what a softmax code is called: one without a closed form is the best found."""
    return (
        "softmax code"
        if code.proven
        else tr("softmax code ({starts})", starts=searches(code.starts))
    )


def searches(starts: int) -> str:
    """Say of how many searches a code is the best."""
    return tr("best of {starts} searches", starts=starts) if starts > 1 else tr("one search")


def has_closed_form(classes: int, dimension: int) -> bool:
    """Return whether the softmax code of K classes in d dimensions need not be sought."""
    return dimension == 2 or classes <= 2 * dimension


def searches_for(classes: int, dimension: int) -> int:
    """Return of how many searches `quick_code` takes the best, where there is no closed form."""
    return FEW_STARTS if classes * dimension <= LARGE else 2


@lru_cache(maxsize=1024)
def quick_code(classes: int, dimension: int) -> SphericalCode:
    """Return the softmax code, or the best of a few searches for it, searched once.

    Parameters
    ----------
    classes, dimension : int
        As of `softmax_code`.

    Notes
    -----
    A large code is sought from one random start and from the Tammes code, which is often the
    same (Jiang et al., ICML 2024).
    """
    if classes * dimension <= LARGE:
        return softmax_code(classes, dimension, starts=FEW_STARTS)
    near = quick_tammes(classes, dimension).vectors
    return softmax_code(classes, dimension, starts=1, near=near)


@lru_cache(maxsize=1024)
def quick_tammes(classes: int, dimension: int) -> SphericalCode:
    """Return the Tammes code, or the best of a few searches for it, searched once."""
    starts = FEW_STARTS if classes * dimension <= LARGE else 1
    return tammes(classes, dimension, starts=starts)


def code_near(rows: Floats) -> SphericalCode:
    """Return the `quick_code` of as many directions, numbered as lies nearest to these.

    Parameters
    ----------
    rows : array, shape (K, d)
        Unit vectors. For d + 1 < K ≤ 2d there are many codes: rows that have reached the margin
        are one of them.
    """
    classes, dimension = rows.shape
    code = quick_code(classes, dimension)
    reached = classes <= 2 * dimension and gnc2(rows) > code.margin * (1 - REACHED)
    points = rows if reached else matched(code.vectors, rows)
    return SphericalCode(points, code.margin, code.proven, code.starts)


def matched(points: Floats, rows: Floats) -> Floats:
    """Return points in the order in which they lie nearest to rows, after the best turn.

    Parameters
    ----------
    points, rows : array, shape (K, d)
        Unit vectors.
    """
    from scipy.optimize import linear_sum_assignment  # slow to import: not at the window's start

    rng = np.random.default_rng(0)
    best, nearest = points, -np.inf
    for _ in range(TURNS):
        turn = np.linalg.qr(rng.standard_normal((points.shape[1],) * 2))[0]
        order = np.zeros(0, dtype=np.int64)
        while True:  # each round brings them nearer, so that it ends
            _, found = linear_sum_assignment(-rows @ (points @ turn).T)
            if np.array_equal(found, order):
                break
            order = found
            left, _, right = np.linalg.svd(points[order].T @ rows)
            turn = left @ right
        closeness = float(np.vdot(points[order] @ turn, rows))
        if closeness > nearest + 1e-9:
            best, nearest = points[order], closeness
    return best
