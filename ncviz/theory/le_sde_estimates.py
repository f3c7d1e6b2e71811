"""What recorded class-mean logits tell of LE-SDE: strengths, tail index, and an imitation.

Zhang, Wang and Su (NeurIPS 2021) estimate A = ∫α and B = ∫β from class-mean logits, their slopes α
and β by a Savitzky–Golay filter, and solve the LE-ODE with these. A recording has fewer moments
than a training has steps, and they need not be evenly spaced: so slopes are those of local
parabolas at the times themselves, which for even times is that filter.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.theory.le_sde import (
    Floats,
    elastic_directions,
    estimate_i,
    estimate_l,
    flow,
    relative_difference,
    tail_index,
)

WINDOW = 7  # moments of a local parabola
FEWEST = 4  # moments that an estimate takes
CERTAIN = 5.0  # standard errors
LAST_TENTH, LAST_DECADE = 0.9, 0.1  # shares of the whole time


@dataclass(frozen=True, eq=False)
class Strengths:
    """A, B and their slopes in one of the two models.

    Parameters
    ----------
    kind : str
        'I' or 'L'.
    times : array, shape (T,)
    A, B : array, shape (T,)
        Counted from the moment `first`.
    whole : array, shape (T,)
        A, counted from the first moment of all, as published.
    first : int
        What is before is within the noise.
    window : int
    """

    kind: str
    times: Floats
    A: Floats
    B: Floats
    whole: Floats
    first: int = 0
    window: int = WINDOW

    @cached_property
    def alpha(self) -> Floats:
        """Return α over time, the slope of A."""
        return self._slope(self.A)

    @cached_property
    def beta(self) -> Floats:
        """Return β over time, the slope of B."""
        return self._slope(self.B)

    @property
    def mean_alpha(self) -> float:
        """Return the mean of α from the moment `first` on."""
        return float((self.A[-1] - self.A[self.first]) / (self.times[-1] - self.times[self.first]))

    @property
    def mean_beta(self) -> float:
        """Return the mean of β from the moment `first` on."""
        return float((self.B[-1] - self.B[self.first]) / (self.times[-1] - self.times[self.first]))

    @property
    def tail_index(self) -> float:
        """Return r̂ as published, of A from the first moment on; NaN where A has no logarithm.

        The published mean is over the last 1,000 of 10,000 iterations: over the last tenth of time.
        """
        late = int((self.times >= LAST_TENTH * self.times[-1]).sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            return tail_index(self.times, self.whole, late)

    @property
    def tail_slope(self) -> float:
        """Return 1 − d log |A| / d log t over the last decade of time; NaN of under 3 moments."""
        late = (self.times > 0) & (self.times >= LAST_DECADE * self.times[-1])
        with np.errstate(divide="ignore"):
            height, at = np.log(np.abs(self.whole[late])), np.log(self.times[late])
        known = np.isfinite(height)
        if known.sum() < 3:
            return float("nan")
        return float(1 - np.polyfit(at[known], height[known], 1)[0])

    def _slope(self, values: Floats) -> Floats:
        certain = local_slope(self.times[self.first :], values[self.first :], self.window)
        return np.concatenate([local_slope(self.times, values, self.window)[: self.first], certain])


@dataclass(frozen=True, eq=False)
class Elasticity:
    """What class-mean logits over time tell.

    Parameters
    ----------
    times : array, shape (T,)
        Ascending, evenly spaced or not.
    logits : array, shape (T, K, p)
        X̄^k.
    errors : array, shape (T,)
        Standard errors of S; 0 where logits are exact.
    window : int
        Moments of a local parabola, at least 3.

    Raises
    ------
    UserError
        If there are too few moments, or times do not rise.
    """

    times: Floats
    logits: Floats
    errors: Floats
    window: int = WINDOW

    def __post_init__(self) -> None:
        if len(self.times) < FEWEST:
            raise UserError(
                tr(
                    "Logits at {count:moment|moments} are too few for α and β: record {fewest} or "
                    "more, better dozens.",
                    count=len(self.times),
                    fewest=FEWEST,
                )
            )
        if not (np.diff(self.times) > 0).all():
            raise UserError(
                tr("The times of the logits do not rise: give each moment a later one.")
            )
        if self.window < 3:
            raise UserError(
                tr(
                    "A window of {window} moments has no parabola: give 3 or more.",
                    window=self.window,
                )
            )

    @cached_property
    def separation(self) -> Floats:
        """Return S over time, the mean of d_k · X̄^k: how far classes have parted."""
        return separation_of_logits(self.logits)

    @cached_property
    def first(self) -> int | None:
        """Return the moment from which on S is larger than its noise; None if it is not at last.

        Before training a network hardly depends on its input, so S is about 0, and K log |S/S₀|
        would divide by noise.
        """
        certain = (np.abs(self.separation) > CERTAIN * self.errors) & (self.separation != 0)
        certain &= np.sign(self.separation) == np.sign(self.separation[-1])
        first = len(certain) - int(np.argmin(certain[::-1])) if not certain.all() else 0
        return first if len(self.times) - first >= FEWEST else None

    @cached_property
    def of_l(self) -> Strengths | None:
        """Return the strengths of the L-model; None where S stays within its noise."""
        if self.first is None:
            return None
        A, B = estimate_l(self.logits, self.first)
        whole, _ = estimate_l(self.logits)
        return Strengths("L", self.times, A, B, whole, self.first, self.window)

    @cached_property
    def of_i(self) -> Strengths:
        """Return the strengths of the I-model, counted from where those of the L-model are."""
        whole, B = estimate_i(self.logits)
        first = self.first or 0
        A, B = whole - whole[first], B - B[first]
        return Strengths("I", self.times, A, B, whole, first, self.window)

    @cached_property
    def imitated(self) -> Floats | None:
        """Return X̂^k of the LE-ODE with the estimated α and β of the L-model, shape (T, K, K).

        It begins at the true logits of the moment `first`, before which it is NaN, and is nowhere
        scaled to fit.
        """
        found = self.of_l
        return None if found is None else imitation(self.logits, found)

    @cached_property
    def difference(self) -> Floats | None:
        """Return RD over time of each class, shape (T, K); NaN before the moment `first`."""
        return None if self.imitated is None else relative_difference(self.imitated, self.logits)


def separation_of_logits(logits: Floats) -> Floats:
    """Return S = mean over k of d_k · X̄^k, with d_k = (e_k − 1/K)/‖e_k − 1/K‖.

    Parameters
    ----------
    logits : array, shape (..., K, K)
        X̄^k in the rows.
    """
    d = elastic_directions(logits.shape[-1])
    return np.asarray(np.einsum("...kj,kj->...k", logits, d).mean(axis=-1))


def local_slope(times: Floats, values: Floats, window: int) -> Floats:
    """Return the slope at each moment of the parabola fitted to the moments about it.

    Parameters
    ----------
    times, values : array, shape (T,)
        At least 3, and the times ascending.
    window : int
        Moments of a parabola, the nearest in order; at either end the last ones.

    Returns
    -------
    array, shape (T,)
        For even times as `scipy.signal.savgol_filter(values, window, 2, deriv=1)`; NaN where a
        window has a value that is not finite.
    """
    count = min(window, len(times))
    begins = np.clip(np.arange(len(times)) - count // 2, 0, len(times) - count)
    about = sliding_window_view(times, count)[begins] - times[:, None]
    unit = np.abs(about).max(axis=1, keepdims=True)
    design = (about / unit)[..., None] ** np.arange(3)
    heights = sliding_window_view(values, count)[begins]
    weights = np.linalg.pinv(design)[:, 1]
    with np.errstate(invalid="ignore"):
        slopes = (weights * heights).sum(axis=1) / unit[:, 0]
    return np.where(np.isfinite(slopes), slopes, np.nan)


def imitation(logits: Floats, found: Strengths) -> Floats:
    """Solve the LE-ODE with estimated strengths, from the true logits where they begin.

    Parameters
    ----------
    logits : array, shape (T, K, K)
    found : Strengths
        Between two moments α and β are those whose integrals are the steps of A and B, however far
        apart the moments are.

    Returns
    -------
    array, shape (T, K, K)
        NaN before the strengths begin.
    """
    made = np.full(logits.shape, np.nan)
    made[found.first] = logits[found.first]
    A, B = np.diff(found.A), np.diff(found.B)
    with np.errstate(over="ignore", invalid="ignore"):
        for moment in range(found.first, len(made) - 1):
            X, unit = flow(made[moment], float(A[moment]), float(B[moment]), found.kind)
            made[moment + 1] = X * np.exp(unit)
    return made
