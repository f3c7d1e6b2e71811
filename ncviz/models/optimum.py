"""A model whose optimum is solved anew at each moment of its timeline."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.models.model import Model, P
from ncviz.models.model_parameters import ModelParameter
from ncviz.parameters import Declared, declared

Floats = NDArray[np.float64]


class GrowingCurve(Protocol):
    """A number over the timeline, perhaps computed bit by bit."""

    @property
    def complete(self) -> bool:
        """Whether everything has been computed."""

    @property
    def critical(self) -> float:
        """The moment from which on it is otherwise; NaN while it is sought, ∞ for none."""

    def points(self) -> tuple[Floats, Floats]:
        """Return moments and values, NaN where not yet computed."""

    def advance(self, seconds: float) -> None:
        """Compute for about so long."""


@dataclass(frozen=True, eq=False)
class OptimumSoFar:
    """What is seen of a model whose optimum may still be sought.

    Parameters
    ----------
    optimum
        With `weights`, classifier rows, and `features`, one a class, each of shape (K, p).
    asked : P
        The parameters that are asked.
    answered : P or None
        Those that a search has answered; None where it is `solve` that did.
    busy : bool
        Whether better answers may come.
    failure : str
        A sentence if there is none; else empty.
    curve : GrowingCurve or None
    reach : tuple of 2 floats
        Where the timeline begins and ends.
    """

    optimum: Any
    asked: Any
    answered: Any
    busy: bool = False
    failure: str = ""
    curve: GrowingCurve | None = None
    reach: tuple[float, float] = (1.0, math.inf)

    @property
    def critical(self) -> float:
        """Return from where on it is otherwise, such as R₀; NaN while it is sought."""
        return float("nan") if self.curve is None else self.curve.critical

    @property
    def points(self) -> tuple[Floats, Floats]:
        """Return moments and values of the curve, NaN where not yet computed."""
        nothing = np.zeros(0)
        return (nothing, nothing) if self.curve is None else self.curve.points()


class OptimumModel(Model[P]):
    """A model whose timeline runs over one of its parameters.

    Attributes
    ----------
    along : str
        The parameter of the timeline; its range is where it runs, at equal ratios.
    symbol : str
        Of that parameter, in plain letters.
    ticks : sequence of float
        Its values that have a label on the timeline.
    sought : str
        The parameter beside whose value it says that a search goes on; empty for none.
    stop_tip : str
        What it leaves to call a search off.
    descents : int
        How many searches there are where `search` finds the optimum.
    shown_from : int
        How many of them must have ended before the best of them is shown.
    """

    along: ClassVar[str]
    symbol: ClassVar[str]
    ticks: ClassVar[Sequence[float]]
    sought: ClassVar[str] = ""
    stop_tip: ClassVar[str] = "Keep the best answer so far."
    descents: ClassVar[int] = 0
    shown_from: ClassVar[int] = 1

    @property
    def concept(self) -> str:
        """Return the key of `ncviz.concepts.CONCEPTS` of what the timeline runs over."""
        known = _declared(self).parameter
        return known.concept if isinstance(known, ModelParameter) else ""

    def range(self) -> tuple[float, float]:
        """Return where the timeline begins and ends."""
        low, high = _declared(self).limits(self.parameters())
        assert low is not None
        assert high is not None
        return low, high

    def solve(self, parameters: P) -> Any:
        """Return the optimum, or what stands in for it while it is sought; within a frame."""
        raise NotImplementedError

    def search(self, _parameters: P) -> Iterator[Any] | None:
        """Return ever better optima, one for each search; None where `solve` has found it."""
        return None

    def without_search(self, parameters: P) -> P:
        """Return parameters to go back to when a search is called off before its first answer."""
        return parameters

    def fits(self, _parameters: P, _optimum: Any) -> bool:
        """Return whether an earlier answer can stand for these parameters while they are sought."""
        return True

    def curve(self, parameters: P, _reach: tuple[float, float]) -> GrowingCurve | None:
        """Return the number over the timeline, within its ends; `parameters` stand at the first."""
        return None

    def no_curve(self, _parameters: P) -> str:
        """Return why there is no curve to keep for comparison, a sentence; empty if there is."""
        return ""

    def cosine(self, parameters: P, optimum: Any) -> float:
        """Return the number of an optimum that the curve is of; NaN where there is none."""
        raise NotImplementedError

    def label(self, parameters: P) -> str:
        """Return in short what the curve is of."""
        raise NotImplementedError

    def class_names(self, parameters: P) -> tuple[str, ...]:
        """Return names for the picture."""
        raise NotImplementedError

    def note(self, _optimum: Any, note: str) -> str:
        """Return the note in the corner of the picture."""
        return note

    def said(self, parameters: P, answer: OptimumSoFar) -> Mapping[str, Any]:
        """Return what a file says of what is seen."""
        raise NotImplementedError


def _declared(model: OptimumModel[Any]) -> Declared:
    return declared(model.parameters)[model.along]
