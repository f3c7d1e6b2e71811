"""How layers share the work of separation, and which share suffers least from errors.

He and Su (PNAS 2023): the layers t = 1 … m of a network shrink the separation fuzziness
from D_1 to D_m. The overall separation is the product of the ratios of neighbours,

    R = D_m / D_1 = prod_t D_{t+1} / D_t.

An error ε of every ratio moves it, to first order, by R (sum_t D_t / D_{t+1}) ε. Of all
ways to reach the same R the equal ratios R^{1/(m-1)} make that least, by the inequality of
the arithmetic and the geometric mean: the law of equi-separation. So it is with money that
is to double in ten years: 7.2 % in every year is what an error of every year's rate
moves least.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.geometry.separation import overall_separation
from ncviz.language import tr

Floats = NDArray[np.float64]


def shared_fuzziness(layers: int, first: float, overall: float, bend: float = 0.0) -> Floats:
    """Return D_1 … D_m of a network whose layers share the work evenly, or early, or late.

    Parameters
    ----------
    layers : int
        m, at least 2.
    first, overall : float
        D_1 and R, positive.
    bend : float
        log D_t has fallen by the share x^(2^bend) of the way at x = (t − 1)/(m − 1): 0 for equal
        ratios, below 0 the first layers do more, above the last ones.

    Raises
    ------
    UserError
        If a value is outside its range.
    """
    if layers < 2:
        raise UserError(
            tr("There are {layers} layers: a separation needs 2 or more.", layers=layers)
        )
    if not (first > 0 and overall > 0 and np.isfinite([first, overall, bend]).all()):
        raise UserError(
            tr(
                "D cannot go from {first:g} by {overall:g}: give positive numbers.",
                first=first,
                overall=overall,
            )
        )
    shares = np.linspace(0.0, 1.0, layers) ** 2.0**bend
    found: Floats = first * overall**shares
    return found


def exact_change(fuzziness: ArrayLike, error: float) -> float:
    """Return prod_t (D_{t+1} / D_t + ε) − R, by which such an error moves R exactly."""
    values = np.asarray(fuzziness, dtype=np.float64)
    return float(np.prod(values[1:] / values[:-1] + error)) - overall_separation(values)


def least_sensitivity(layers: int, overall: float, error: float) -> float:
    """Return the sensitivity of equal ratios, (m − 1) R^{1 − 1/(m−1)} ε: none is lower."""
    steps = layers - 1
    return float(steps * overall ** (1 - 1 / steps) * error)
