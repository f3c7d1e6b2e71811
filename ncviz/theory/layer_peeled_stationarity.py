"""Stationary points of the two-group Layer-Peeled Model, for many ratios at once.

The programme and its four scalars a, b, u_A, u_B are in `layer_peeled`. Let λ be
the multiplier of the budget, u = ‖u‖ (cos θ, -sin θ), and ε = λ N / n for a group
of n samples a class. Setting the derivatives of the Lagrangian to zero gives the
softmax in closed form. In a majority sample each minority class has probability

    q = ε_A cos θ / sqrt(K K_B),        (minority: q = ε_B sin θ / sqrt(K K_A))

and the own class exceeds each sibling by 1 - ε, or by 0 once ε >= 1: a soft
threshold, which is Minority Collapse when it strikes the minority. Log ratios of
the probabilities are the margins, hence the group's spread and shift (its share
of u): its *response* to ε and θ. Two equations remain, both monotone:

1. the shifts u_A, u_B point along θ;
2. the nuclear norm (K_A-1) a + (K_B-1) b + ‖u‖ equals τ.

Both are solved by Newton steps for both unknowns at once, which nearly always end
within ten; where they do not, by bracketed ones, the first equation inside the
second. Everything is in logarithms, so that no budget underflows.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MAX_STEPS = 200
_MOST_AT_ONCE = 16  # Newton steps for both unknowns, before they are given up
_SETTLED = 1e-11  # the last of them, of which the next would be the square
_TOLERANCE = 1e-12


class Groups(NamedTuple):
    """Sizes K_A and K_B of the two groups, and the bound τ on the nuclear norm, one or many.

    The norm of u is that of (weights[0] u_A, weights[1] u_B).
    """

    m: int
    n: int
    bound: float | FloatArray
    weights: tuple[float, float] = (1.0, 1.0)


class Response(NamedTuple):
    """Spread and shift of one group, with slopes by log ε and by log cos θ."""

    spread: FloatArray
    shift: FloatArray
    spread_by_log: FloatArray
    spread_by_cos: FloatArray
    shift_by_log: FloatArray
    shift_by_cos: FloatArray


class _Side(NamedTuple):
    """A group among the other one, and what its ε alone says: the same at all θ."""

    own: int
    other: int
    weight: float
    log_epsilon: FloatArray
    spreads: NDArray[np.bool_]
    log_top: FloatArray
    lead: FloatArray  # own minus sibling probability


_Sides = tuple[_Side, _Side]


class Stationary(NamedTuple):
    """A stationary point: x as in `spend_budget`, and the responses of the groups."""

    x: FloatArray
    majority: Response
    minority: Response


def spend_budget(
    groups: Groups, offset_A: FloatArray, offset_B: FloatArray, *, fixed_minority: bool = False
) -> Stationary:
    """Find the stationary points whose nuclear norm is τ.

    Parameters
    ----------
    groups : Groups
        Group sizes and τ.
    offset_A, offset_B : ndarray, shape (r,)
        log ε_A = x + offset_A and log ε_B = x + offset_B, so that with
        log(N / n) as offsets x is log λ.
    fixed_minority : bool
        Hold log ε_B at offset_B instead.

    Returns
    -------
    Stationary
        Arrays of shape (r,).
    """
    m, n = groups.m, groups.n
    bound = np.broadcast_to(groups.bound, offset_A.shape)
    follow = 0.0 if fixed_minority else 1.0
    budget = _Budget(groups._replace(bound=bound), offset_A, offset_B, follow)
    upper = -offset_A
    if m == 1 and not fixed_minority:
        # Without a majority spread, u vanishes before ε_A reaches 1.
        upper = upper + 0.5 * np.log((n + m * np.exp(2 * (offset_A - offset_B))) / (m + n))
    lower = -offset_A - 1.5 * bound - 1  # no margin exceeds sqrt(2) τ
    balanced = -np.logaddexp(bound / (m + n - 1), np.log(m + n - 1))
    threshold = balanced if fixed_minority else -offset_B
    start = np.clip(np.minimum(threshold, balanced), lower, upper)
    x, log_tan, found = _at_once(budget, start, lower, upper)
    if not found.all():
        rest = ~found
        x[rest], log_tan[rest] = _in_turn(budget.some(rest), start[rest], lower[rest], upper[rest])
    return Stationary(x, *_responses(budget.sides(x), *_log_cos_sin(log_tan)))


class _Budget(NamedTuple):
    """What is to be spent: log ε_A = x + offset_A, log ε_B = follow x + offset_B."""

    groups: Groups  # its bound one for each entry
    offset_majority: FloatArray
    offset_minority: FloatArray
    follow: float

    def sides(self, x: FloatArray) -> _Sides:
        return _sides(self.groups, x + self.offset_majority, self.follow * x + self.offset_minority)

    def some(self, which: NDArray[np.bool_]) -> "_Budget":
        bound = np.asarray(self.groups.bound)[which]
        groups = self.groups._replace(bound=bound)
        return _Budget(
            groups, self.offset_majority[which], self.offset_minority[which], self.follow
        )

    def towards(self) -> FloatArray:
        """Return log tan θ where a search begins."""
        return np.full_like(self.offset_majority, 0.5 * np.log(self.groups.m / self.groups.n))


def _at_once(
    budget: _Budget, x: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Solve both equations by Newton steps for x and log tan θ; say where they have ended."""
    (m, n, bound, _), follow = budget.groups, budget.follow
    log_tan, last = budget.towards(), np.zeros_like(x)
    found = np.full(x.shape, False)
    with np.errstate(all="ignore"):  # what leaves its range is not finite, and is given up
        for step in range(1, _MOST_AT_ONCE + 1):
            log_cos, log_sin = _log_cos_sin(log_tan)
            A, B = _responses(budget.sides(x), log_cos, log_sin)
            cos, sin = np.exp(log_cos), np.exp(log_sin)
            across = np.hypot(A.shift, B.shift)
            astray, astray_by_tan = _misalignment(A, B, cos, sin)
            astray_by_x = A.shift_by_log * sin - follow * B.shift_by_log * cos
            over = (m - 1) * A.spread + (n - 1) * B.spread + across - bound
            over_by_x = (m - 1) * A.spread_by_log + A.shift * A.shift_by_log / across
            over_by_x += follow * ((n - 1) * B.spread_by_log + B.shift * B.shift_by_log / across)
            by_A = (m - 1) * A.spread_by_cos + A.shift * A.shift_by_cos / across
            by_B = (n - 1) * B.spread_by_cos + B.shift * B.shift_by_cos / across
            over_by_tan = cos**2 * by_B - sin**2 * by_A
            determinant = astray_by_x * over_by_tan - astray_by_tan * over_by_x
            by_x = (over * astray_by_tan - astray * over_by_tan) / determinant
            by_tan = (astray * over_by_x - over * astray_by_x) / determinant
            length = np.maximum(np.abs(by_x), np.abs(by_tan))
            there = (A.shift > 0) & (B.shift > 0)  # else λ is too large for any u
            settled = there & (length < _SETTLED)
            # At first not far; and half of it where it swings about the threshold.
            share = np.minimum(1.0, step / np.maximum(length, 1e-300))
            swings = (by_x * last < 0) & (np.abs(by_x) > np.abs(last) / 2)
            share = np.where(swings, share / 2, share)
            moves = ~found & np.isfinite(length)
            last = share * by_x
            x = np.where(moves, np.clip(x + last, lower, upper), x)
            log_tan = np.where(moves, log_tan + share * by_tan, log_tan)
            found |= settled
            if found.all():
                break
    return x, log_tan, found


def _in_turn(
    budget: _Budget, start: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Solve both equations by bracketed steps for x, and for log tan θ at each of them."""
    log_tan = budget.towards()

    def unspent(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        nonlocal log_tan
        sides = budget.sides(x)
        log_tan = _direction(budget.groups, sides, log_tan)
        norm, slope = _nuclear_norm(sides, log_tan, budget.follow)
        return budget.groups.bound - norm, -slope

    x = bracketed_newton(unspent, start, lower, upper)
    return x, log_tan


def turned_pair(groups: Groups, log_A: FloatArray, log_B: FloatArray) -> Stationary:
    """Find the stationary points where log ε_A and log ε_B are known: there is no budget.

    Parameters
    ----------
    groups : Groups
        Its bound does not count.
    log_A, log_B : ndarray, shape (r,)

    Returns
    -------
    Stationary
        Its x is log_A; shifts are weighed. Where one is not positive, u is zero there.
    """
    start = np.full_like(log_A, 0.5 * np.log(groups.m / groups.n))
    sides = _sides(groups, log_A, log_B)
    log_tan = _direction(groups, sides, start)
    return Stationary(log_A, *_responses(sides, *_log_cos_sin(log_tan)))


def lone_spread(log_epsilon: FloatArray, own: int, other: int) -> FloatArray:
    """Return the spread of a group at ε where u is zero."""
    spreads = _spreads(log_epsilon, own)
    if not spreads.any():
        return np.zeros_like(log_epsilon)
    missing = np.where(spreads, log_epsilon, -1.0)

    def lead(spread: FloatArray) -> tuple[FloatArray, FloatArray]:
        sibling, foreign = np.exp(-spread), np.exp(-spread * (1 - 1 / own))
        total = 1 + (own - 1) * sibling + other * foreign
        falls = (own - 1) * sibling + other * (1 - 1 / own) * foreign
        slope = (sibling * total + (1 - sibling) * falls) / total**2
        # 1 less the lead keeps the digits of a tiny ε.
        rest = (own * sibling + other * foreign) / total
        return missing - np.log(rest), slope / rest

    upper = 2 * (np.log(own + other) - missing) + 2
    found = bracketed_newton(lead, upper / 4, np.zeros_like(missing), upper)
    return np.where(spreads, found, 0.0)


def _nuclear_norm(
    sides: _Sides, log_tan: FloatArray, follow: float
) -> tuple[FloatArray, FloatArray]:
    """Nuclear norm, and its slope by x while u keeps pointing along θ."""
    m, n = sides[0].own, sides[1].own
    log_cos, log_sin = _log_cos_sin(log_tan)
    A, B = _responses(sides, log_cos, log_sin)
    cos, sin = np.exp(log_cos), np.exp(log_sin)
    norm = (m - 1) * A.spread + (n - 1) * B.spread + np.hypot(A.shift, B.shift)
    by_tan = cos**2 * ((n - 1) * B.spread_by_cos + sin * B.shift_by_cos)
    by_tan -= sin**2 * ((m - 1) * A.spread_by_cos + cos * A.shift_by_cos)
    by_x = (m - 1) * A.spread_by_log + cos * A.shift_by_log
    by_x += follow * ((n - 1) * B.spread_by_log + sin * B.shift_by_log)
    turn = _misalignment(A, B, cos, sin)[1]
    slope = by_x - by_tan * (sin * A.shift_by_log - follow * cos * B.shift_by_log) / turn
    # Where a shift is negative, λ is too large for any u: call nothing spent.
    lost = np.minimum(A.shift, B.shift) <= 0
    return np.where(lost, 0.0, norm), np.where(lost, 0.0, slope)


def _direction(groups: Groups, sides: _Sides, start: FloatArray) -> FloatArray:
    """Find log tan θ such that the shifts point along θ."""
    m, n = groups.m, groups.n
    log_A, log_B = sides[0].log_epsilon, sides[1].log_epsilon

    def misalignment(log_tan: FloatArray) -> tuple[FloatArray, FloatArray]:
        log_cos, log_sin = _log_cos_sin(log_tan)
        A, B = _responses(sides, log_cos, log_sin, by_log=False)
        return _misalignment(A, B, np.exp(log_cos), np.exp(log_sin))

    # Without spread, a group's shift vanishes at a known angle.
    far = np.full_like(start, 2 * groups.bound + 1000.0)
    lower, upper = -far, far
    if m == 1:
        lower = _log_tan(0.5 * np.log(n / (m + n)) - log_A)
    ends = -_log_tan(0.5 * np.log(m / (m + n)) - log_B)
    upper = np.where(sides[1].spreads, upper, ends)
    # If the other shift is lost even there, there is nothing to search.
    last_A = _response(sides[0], _log_cos_sin(upper)[0], by_log=False)
    lower = np.where(last_A.shift <= 0, upper, lower)
    inset = np.minimum(0.5, (upper - lower) / 2)
    near = (start > lower) & (start < upper)
    inner = np.where(near, start, np.clip(start, lower + inset, upper - inset))
    return bracketed_newton(misalignment, inner, lower, upper)


def _log_tan(log_cos: FloatArray) -> FloatArray:
    log_cos = np.minimum(log_cos, -1e-300)
    log_tan: FloatArray = 0.5 * np.log(-np.expm1(2 * log_cos)) - log_cos
    return log_tan


def _log_cos_sin(log_tan: FloatArray) -> tuple[FloatArray, FloatArray]:
    log_cos = -0.5 * np.logaddexp(0.0, 2 * log_tan)
    return log_cos, log_cos + log_tan


def _misalignment(
    A: Response, B: Response, cos: FloatArray, sin: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Cross product of (cos θ, sin θ) and the shifts, and its slope by log tan θ."""
    value = A.shift * sin - B.shift * cos
    slope = sin * cos * (A.shift * cos + B.shift * sin)
    slope -= sin**3 * A.shift_by_cos + cos**3 * B.shift_by_cos
    return value, slope


def _sides(groups: Groups, log_A: FloatArray, log_B: FloatArray) -> _Sides:
    m, n, (weight_A, weight_B) = groups.m, groups.n, groups.weights
    return _side(log_A, m, n, weight_A), _side(log_B, n, m, weight_B)


def _side(log_epsilon: FloatArray, own: int, other: int, weight: float) -> _Side:
    spreads = _spreads(log_epsilon, own)
    log_top = np.where(spreads, log_epsilon, 0.0)
    return _Side(own, other, weight, log_epsilon, spreads, log_top, -np.expm1(log_top))


def _spreads(log_epsilon: FloatArray, own: int) -> NDArray[np.bool_]:
    return (log_epsilon < 0) & (own > 1)


def _responses(
    sides: _Sides, log_cos: FloatArray, log_sin: FloatArray, *, by_log: bool = True
) -> tuple[Response, Response]:
    A, B = sides
    return _response(A, log_cos, by_log=by_log), _response(B, log_sin, by_log=by_log)


def _response(side: _Side, log_cos: FloatArray, *, by_log: bool = True) -> Response:
    """Turn a group's softmax at stationarity into its spread and shift.

    Without `by_log` the slopes by log ε, which cost a third of it, are NaN.
    """
    own, other, weight, log_epsilon, spreads, log_top, lead = side
    kappa = float(np.sqrt(other / (own + other)))
    foreign = kappa * np.exp(log_cos + log_epsilon - log_top)
    room = 1 - foreign  # own * sibling probability / exp(log_top)
    rest = own / room - 1
    bulk = 1 + lead * rest
    spread = np.log(bulk) - log_top
    shift = spread / own + log_top - log_epsilon - log_cos
    shift += np.log(room * (kappa * (own + other) / own))
    spread_by_cos = lead * own * foreign / (room**2 * bulk)
    scale = own * kappa
    shift *= scale
    shift_by_cos = scale * (spread_by_cos / own - 1 / room)
    if by_log:
        spread_by_log = np.where(spreads, -(1 - lead) * rest / bulk - 1, 0.0)
        shift_by_log = scale * (spread_by_log / own - np.where(spreads, 0.0, 1 / room))
    else:
        spread_by_log = shift_by_log = np.full_like(room, np.nan)
    if weight != 1:
        shift, shift_by_log, shift_by_cos = (
            weight * each for each in (shift, shift_by_log, shift_by_cos)
        )
    return Response(spread, shift, spread_by_log, spread_by_cos, shift_by_log, shift_by_cos)


def bracketed_newton(
    function: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    x: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> FloatArray:
    """Find the roots of increasing functions, one per entry.

    `function` returns values and slopes. A step that leaves the bracket, swings
    back without halving, or has no slope, is replaced by a bisection.
    """
    last = np.zeros_like(x)
    unfinished = np.full(x.shape, True)
    for _ in range(_MAX_STEPS):
        value, slope = function(x)
        below, rises = value < 0, slope > 0
        lower, upper = np.where(below, x, lower), np.where(below, upper, x)
        step = np.divide(-value, slope, out=np.zeros_like(x), where=rises)
        there, length = x + step, np.abs(step)
        small = rises & (length <= _TOLERANCE)
        swings = (step * last < 0) & (length > np.abs(last) / 2)
        inside = (there > lower) & (there < upper) & rises & ~swings
        step = np.where(inside | small, step, (lower + upper) / 2 - x)
        x = np.where(unfinished, x + step, x)
        unfinished &= ~small & (upper - lower > _TOLERANCE)
        if not unfinished.any():
            break
        last = step
    return x
