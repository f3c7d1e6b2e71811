"""What lies beside the curve of a model over its timeline."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.checks import each, number_between, or_none, table, text
from ncviz.wording import one_line

LONGEST_LABEL = 200
_RATIO, _COSINE = number_between(1e-9, 1e12), number_between(-1.001, 1.001)  # rounding included
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RunPoint:
    """A trained run laid over the curve.

    Parameters
    ----------
    title : str
    ratio : float
        R of its class sizes.
    cosine : float
        Mean cosine between its minority classifier rows.
    """

    title: str
    ratio: float
    cosine: float


@dataclass(frozen=True, eq=False)
class PinnedCurve:
    """A curve that stays for comparison.

    Parameters
    ----------
    label : str
        Its K, K_A or class sizes, and budget.
    ratios, cosines : array, shape (n,)
    """

    label: str
    ratios: Floats
    cosines: Floats

    def plain(self) -> dict[str, object]:
        """Return the curve as JSON can hold it; None where it has no value."""
        cosines = [value if math.isfinite(value) else None for value in self.cosines.tolist()]
        return {"label": self.label, "ratios": self.ratios.tolist(), "cosines": cosines}


def _name(value: object) -> str:
    return one_line(text(value), LONGEST_LABEL)


def _curve(label: str, ratios: tuple[float, ...], cosines: tuple[float | None, ...]) -> PinnedCurve:
    if len(ratios) != len(cosines):
        raise ValueError("a curve has as many cosines as ratios")
    heights = [math.nan if cosine is None else cosine for cosine in cosines]
    return PinnedCurve(label, np.array(ratios), np.array(heights))


# What the lists of a file become: curves, as `PinnedCurve.plain` writes them, and runs over them.
read_curves = each(table(_curve, label=_name, ratios=each(_RATIO), cosines=each(or_none(_COSINE))))
read_points = each(table(RunPoint, title=_name, ratio=_RATIO, cosine=_COSINE))
