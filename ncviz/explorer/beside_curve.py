"""What lies beside the curve of a model over its timeline."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.checks import each, number_between, or_none, table, text
from ncviz.language import tr
from ncviz.wording import one_line

LONGEST_LABEL = 200
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RunPoint:
    """A trained run laid over the curve.

    Parameters
    ----------
    title : str
    ratio : float
        Its place on the timeline, such as R of its class sizes.
    cosine : float
        What the curve is of, such as the mean cosine between its minority classifier rows.
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
        raise ValueError(tr("a curve has as many cosines as ratios"))
    heights = [math.nan if cosine is None else cosine for cosine in cosines]
    return PinnedCurve(label, np.array(ratios), np.array(heights))


Ends = tuple[float, float]


def read_curves(items: object, places: Ends, heights: Ends) -> tuple[PinnedCurve, ...]:
    """Return what a list in a file becomes, as `PinnedCurve.plain` writes each.

    Parameters
    ----------
    items
    places, heights : tuple of 2 float
        Between which a curve can lie, along and up.

    Raises
    ------
    ValueError
    """
    ratios, cosines = each(number_between(*places)), each(or_none(number_between(*heights)))
    return tuple(each(table(_curve, label=_name, ratios=ratios, cosines=cosines))(items))


def read_points(items: object, places: Ends, heights: Ends) -> tuple[RunPoint, ...]:
    """Return what a list of runs over a curve in a file becomes; see `read_curves`."""
    ratio, cosine = number_between(*places), number_between(*heights)
    return tuple(each(table(RunPoint, title=_name, ratio=ratio, cosine=cosine))(items))
