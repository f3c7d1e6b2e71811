"""A model whose optimum is solved anew at each moment of its timeline."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.models.model import Model, P
from ncviz.models.model_parameters import ModelParameter
from ncviz.models.span import Span
from ncviz.parameters import Declared, declared
from ncviz.scenes.ghosts import Ghost
from ncviz.wording import three_digits

if TYPE_CHECKING:
    from ncviz.runs.run import Run

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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


@dataclass(frozen=True, eq=False)
class KnownCurve:
    """A curve that is known at once."""

    moments: Floats
    values: Floats
    critical: float = math.inf
    complete: bool = True

    def points(self) -> tuple[Floats, Floats]:
        """Return moments and values."""
        return self.moments, self.values

    def advance(self, _seconds: float) -> None:
        """There is nothing left to compute."""


class OptimumModel(Model[P]):
    """A model whose timeline runs over one of its parameters.

    Attributes
    ----------
    along : str
        The parameter of the timeline; its range is where it runs.
    symbol : str
        Of that parameter, in plain letters.
    ticks : sequence of float
        Its values that have a label on the timeline.
    logarithmic : bool
        The timeline runs at equal ratios; else at equal steps.
    whole : bool
        One stops at its whole numbers.
    height : str
        What the curve is of, in a word or two.
    heights : tuple of 2 float
        Between which the curve can lie, rounding included.
    overlay_tip : str
        What it is to lay a run over the curve, a sentence; empty where no run has a place there.
    no_place : str
        Why a run has none, a sentence that says what to do.
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
    logarithmic: ClassVar[bool] = True
    whole: ClassVar[bool] = False
    height: ClassVar[str] = "cosine"
    heights: ClassVar[tuple[float, float]] = (-1.001, 1.001)
    overlay_tip: ClassVar[str] = ""
    no_place: ClassVar[str] = ""
    sought: ClassVar[str] = ""
    stop_tip: ClassVar[str] = tr("Keep the best answer so far.")
    descents: ClassVar[int] = 0
    shown_from: ClassVar[int] = 1

    @property
    def along_declared(self) -> Declared:
        """Return the parameter that the timeline runs over, as it is declared."""
        return declared(self.parameters)[self.along]

    @property
    def concept(self) -> str:
        """Return the key of `ncviz.concepts.CONCEPTS` of what the timeline runs over, if any."""
        known = self.along_declared.parameter
        return known.concept if isinstance(known, ModelParameter) else ""

    def span(self, parameters: P | None = None) -> Span:
        """Return where the timeline of some parameters, by default the usual ones, runs."""
        low, high = self.along_declared.limits(parameters or self.parameters())
        assert low is not None
        assert high is not None
        return Span(low, high, self.logarithmic, self.whole)

    def ticks_of(self, _parameters: P) -> Sequence[float]:
        """Return the values that have a label on the timeline of some parameters."""
        return self.ticks

    def moment_text(self, value: float) -> str:
        """Say where the timeline stands."""
        return f"{self.symbol} = {three_digits(value)}"

    def solve(self, parameters: P) -> Any:
        """Return the optimum, or what stands in for it while it is sought; within a frame."""
        raise NotImplementedError

    def search(self, _parameters: P) -> Iterator[Any] | None:
        """Return ever better optima, one for each search; None where `solve` has found it."""
        return None

    def question(self, parameters: P) -> P:
        """Return parameters without what changes the picture alone: what a search is asked."""
        return parameters

    def ghost(self, _parameters: P) -> Ghost | None:
        """Return what is drawn in green where it is no simplex ETF."""
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

    def place_of(self, _run: "Run") -> tuple[float, float] | None:
        """Return where a run lies over the curve, and how high; None if it has no place there."""
        return None

    def settings_of(self, _run: "Run") -> Mapping[str, Any]:
        """Return the parameters that a run has, as far as they are of this model."""
        return {}

    def samples(self, _parameters: P, _optimum: Any) -> tuple[Floats, Ints] | None:
        """Return samples to draw, (n, p), and their classes, (n,); None where there are none."""
        return None

    def dragged(self, _parameters: P, _number: int, _height: float) -> Mapping[str, Any]:
        """Return what changes as a point of a chart's `handles` is dragged to a height."""
        return {}

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
