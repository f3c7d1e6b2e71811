"""Finds unit vectors whose smallest margin is as large as possible.

The smallest of many margins m_i has kinks. A smooth stand-in, −τ log Σ p_i exp(−m_i/τ),
is maximised at ever lower temperature τ. Then the temperature stays and the multipliers
p_i move, p_i ← p_i exp(−m_i/τ) / Σ …: the exponential method of multipliers (Bertsekas,
"Constrained Optimization and Lagrange Multiplier Methods", 1982, chapter 5), which
reaches the kink itself. What it finds is a local maximum.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.theory.lbfgs import lbfgs

Floats = NDArray[np.float64]

Pull = Callable[[Floats], Floats]
Margins = Callable[[Floats], tuple[Floats, Pull]]
"""Takes unit rows, shape (R, d); returns margins, shape (P,), and what turns
weights of the margins, shape (P,), into the gradient of their weighted sum, (R, d)."""

# A warmer start was seen to end at symmetric saddles.
_TEMPERATURES = (0.03, 0.01)
_LAST_TEMPERATURE = 3e-3
_FIRST_STEPS, _LAST_STEPS = 2, 20
_MOST_ITERATIONS = 500
_LEAST_LOG_MULTIPLIER = -100.0
_TOLERANCE = 1e-9
_LOST = 1e-4  # by which the least margin falls in an ascent that runs away


def largest_minimum(
    margins: Margins,
    rows: int,
    dimension: int,
    starts: int,
    seed: int,
    first: Sequence[Floats] = (),
) -> Floats:
    """Return unit rows with a locally largest minimum of the margins.

    Parameters
    ----------
    margins : callable
        See `Margins`.
    rows, dimension : int
        R and d.
    starts : int
        How many.
    seed : int
        Of the random starts.
    first : sequence of array, shape (R, d)
        Unit rows that are the first starts; the others are random.

    Returns
    -------
    array, shape (R, d)
    """
    rng = np.random.default_rng(seed)
    best, best_margin = np.empty((rows, dimension)), -np.inf
    for number in range(starts):
        given = number < len(first)
        found = first[number] if given else _unit(rng.standard_normal((rows, dimension)))
        flat = np.zeros(len(margins(found)[0]))
        for temperature in _TEMPERATURES:
            found = _ascend(margins, found, flat, temperature)
        found = _polish(margins, found, _FIRST_STEPS)
        margin = margins(found)[0].min()
        if margin > best_margin:
            best, best_margin = found, margin
    return _polish(margins, best, _LAST_STEPS)


def _polish(margins: Margins, rows: Floats, steps: int) -> Floats:
    """Move the multipliers too; return the best rows on the way.

    Where the function has no maximum near by, an ascent runs away: it is taken back, and tried at
    half the temperature, which curves the function more.
    """
    log_multipliers = np.zeros(len(margins(rows)[0]))
    best, best_margin = rows, margins(rows)[0].min()
    temperature = _LAST_TEMPERATURE
    for _ in range(steps):
        found = _ascend(margins, rows, log_multipliers, temperature)
        values = margins(found)[0]
        if values.min() < best_margin - _LOST:
            temperature = temperature / 2
            continue
        rows = found
        if values.min() > best_margin:
            best, best_margin = rows, values.min()
        log_multipliers = log_multipliers - values / temperature
        log_multipliers -= _logsumexp(log_multipliers)
        if np.exp(log_multipliers) @ values - values.min() < _TOLERANCE:
            break
        # A margin that was out of reach may come back.
        log_multipliers = np.maximum(log_multipliers, _LEAST_LOG_MULTIPLIER)
    return best


def _ascend(margins: Margins, rows: Floats, log_multipliers: Floats, temperature: float) -> Floats:
    """Maximise the smooth minimum by L-BFGS over rows of any length, scaled to one."""

    def descent(x: Floats) -> tuple[float, Floats]:
        free = x.reshape(rows.shape)
        lengths = np.linalg.norm(free, axis=1, keepdims=True)
        unit = free / lengths
        values, pull = margins(unit)
        exponents = log_multipliers - values / temperature
        total = _logsumexp(exponents)
        slope = -pull(np.exp(exponents - total))
        slope -= np.sum(slope * unit, axis=1, keepdims=True) * unit
        return temperature * total, (slope / lengths).ravel()

    found = lbfgs(descent, rows.ravel(), maxiter=_MOST_ITERATIONS, gtol=1e-13, ftol=1e-16)
    return _unit(found.reshape(rows.shape))


def _logsumexp(exponents: Floats) -> float:
    """Return log Σ exp; SciPy's own, which knows arrays of all kinds, takes half of a search."""
    top = exponents.max()
    largest = exponents == top
    terms = np.exp(exponents - top)
    terms[largest] = 0.0
    count = np.count_nonzero(largest)
    return float(np.log1p(terms.sum() / count) + np.log(count) + top)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
