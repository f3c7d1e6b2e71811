"""What lies beside the curve of a model over its timeline."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.checks import number_between, text
from ncviz.wording import one_line

LONGEST_LABEL = 200
MOST_POINTS = 1000  # of a curve, and runs over it
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


def curves_from(value: object, most: int) -> tuple[PinnedCurve, ...]:
    """Return the curves that `PinnedCurve.plain` wrote.

    Parameters
    ----------
    value : object
        Of a file.
    most : int

    Raises
    ------
    ValueError
        If they are none.
    """
    return tuple(_curve(item) for item in _list(value)[:most])


def points_from(value: object) -> tuple[RunPoint, ...]:
    """Return the runs that were laid over the curve, from plain values.

    Raises
    ------
    ValueError
        If they are none.
    """
    found = [_values(item, "title", "ratio", "cosine") for item in _list(value)]
    return tuple(RunPoint(_name(title), _RATIO(r), _COSINE(c)) for title, r, c in found)


def _curve(value: object) -> PinnedCurve:
    label, across, up = _values(value, "label", "ratios", "cosines")
    ratios, cosines = _list(across), _list(up)
    if len(ratios) != len(cosines):
        raise ValueError("a curve has as many cosines as ratios")
    heights = [math.nan if cosine is None else _COSINE(cosine) for cosine in cosines]
    return PinnedCurve(_name(label), np.array([_RATIO(r) for r in ratios]), np.array(heights))


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > MOST_POINTS:
        raise ValueError(f"it must be a list of {MOST_POINTS} at most")
    return value


def _values(value: object, *names: str) -> list[object]:
    if not isinstance(value, dict) or not value.keys() >= set(names):
        raise ValueError(f"it must have {', '.join(names)}")
    return [value[name] for name in names]


def _name(value: object) -> str:
    return one_line(text(value), LONGEST_LABEL)
