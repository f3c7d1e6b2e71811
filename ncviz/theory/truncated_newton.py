"""Newton steps that are sought roughly, by conjugate gradients, and what makes them cheap."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # of single precision, or double
Linear = Callable[[Floats], Floats]

_MOST_STEPS = 100
_LEFT_OUT = 1e-6  # of its largest number, of a smooth kernel


def truncated_newton(
    hessian: Linear, precondition: Linear, descent: Floats, reduction: float
) -> Floats | None:
    """Solve hessian(step) = descent roughly, stopping where curvature turns negative.

    Parameters
    ----------
    hessian, precondition : callable
        The Hessian, and a rough inverse of it.
    descent : array, shape (n,)
        The slope, downwards.
    reduction : float
        Of the residual, in the norm of the rough inverse.

    Returns
    -------
    array, shape (n,), or None
        None where curvature is negative at once.
    """
    step: Floats = 0 * descent
    residual = descent
    direction = solved = precondition(residual)
    square = first = inner(residual, solved)
    for number in range(_MOST_STEPS):
        image = hessian(direction)
        curvature = inner(direction, image)
        if curvature <= 0:
            return step if number else None
        step = step + direction * (square / curvature)
        residual = residual - image * (square / curvature)
        solved = precondition(residual)
        square, last = inner(residual, solved), square
        if square <= reduction**2 * first:
            break
        direction = solved + direction * (square / last)
    return step


def products(kernel: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield columns and rows whose products sum up to a smooth matrix of low rank.

    Parameters
    ----------
    kernel : array, shape (m, n)

    Notes
    -----
    Gaussian elimination with complete pivoting, until nothing larger than 1e-6 of the largest
    number is left.
    """
    least = _LEFT_OUT * float(np.abs(kernel).max())
    rest = kernel.copy()
    for _ in kernel:
        i, j = np.unravel_index(np.abs(rest).argmax(), rest.shape)
        if abs(rest[i, j]) <= least:
            return
        column, row = rest[:, j].copy(), rest[i] / rest[i, j]
        rest -= np.outer(column, row)
        yield column, row


def inner(x: Floats, y: Floats) -> float:
    """Return the sum of the products of two arrays' numbers."""
    return float(np.vdot(x, y))


def length(x: Floats) -> float:
    """Return the Euclidean length of an array's numbers."""
    return float(np.sqrt(inner(x, x)))
