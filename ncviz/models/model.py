"""What a theory model says of itself, whatever it is a model of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ncviz.catalogue import entries
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain
from ncviz.errors import UserError
from ncviz.parameters import Declared, check, check_fixed, declared
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

P = TypeVar("P", bound="DataclassInstance")


@dataclass(frozen=True)
class Mark:
    """A moment to mark on a model's timeline.

    Parameters
    ----------
    moment : float
        A step, or the value of what the timeline runs over.
    text : str
        A few letters.
    tip : str
        One sentence.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    """

    moment: float
    text: str
    tip: str
    concept: str


@dataclass(frozen=True)
class Number:
    """A number that is read beside the picture.

    Parameters
    ----------
    name : str
        Rich text.
    value : float or None
        None where it does not apply.
    tip : str
        One sentence.
    key : str
        What machine-readable output calls it; by default its name without its looks.
    """

    name: str
    value: float | None
    tip: str
    key: str = ""

    @property
    def word(self) -> str:
        """Return what machine-readable output calls it."""
        return self.key or plain(self.name)


@dataclass(frozen=True)
class RoleWords:
    """A line of the legend of a model's picture.

    Parameters
    ----------
    role : str
        'samples', 'means', 'classifier' or 'etf', for the sign; empty for a line of words.
    text : str
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    lights : tuple of str, optional
        What stands out while the line is pointed at; by default what the concept lights.
    deed : str
        What is done with it by hand, after a comma, where that can be done.
    """

    role: str
    text: str
    concept: str
    lights: tuple[str, ...] | None = None
    deed: str = ""

    @property
    def with_deed(self) -> str:
        """Return the words of a picture that one can take hold of."""
        return ", ".join(filter(None, (self.text, self.deed)))

    @property
    def in_short(self) -> str:
        """Return what a legend that draws the colour names; the rest is told elsewhere."""
        return plain(self.text).split(": ", 1)[-1].split(", ", 1)[0]


@dataclass(frozen=True)
class Remark:
    """What a panel says below its sliders, and the answer to pointing at it.

    Parameters
    ----------
    text : str
        Rich text.
    title, sentence : str
        Of the answer.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    """

    text: str
    title: str
    sentence: str
    concept: str


class Model(Generic[P]):
    """A theory model; declare one instance of a subclass at the top of a module here.

    Attributes
    ----------
    name : str
        Word that commands, sessions and files use.
    former : str
        The word that sessions of earlier versions use, if another.
    order : int
        Place among the models.
    title : str
        What it is called.
    tip : str
        What it is, a sentence.
    lead : str
        What it is of, a sentence at the head of its panel, and of a page for a browser.
    deed : str
        What is done in its plots or its picture by hand, after that in the panel alone.
    invitation : str
        What one does with it, a sentence of the gallery.
    more : str
        Which of its parameters are unfolded by 'Show more', a sentence; empty for none.
    parameters : type
        Frozen dataclass of fields made by `ncviz.models.model_parameters.control`.
    plots : tuple of Plot
        Its charts; a desk draws them (`ModelDesk.chart`).
    """

    name: ClassVar[str]
    former: ClassVar[str] = ""
    order: ClassVar[int] = 1000
    title: ClassVar[str]
    tip: ClassVar[str]
    lead: ClassVar[str]
    deed: ClassVar[str] = ""
    invitation: ClassVar[str]
    more: ClassVar[str] = ""
    parameters: type[P]
    plots: ClassVar[tuple[Plot, ...]]

    def settled(self, _before: P, after: P, _chosen: Collection[str]) -> P:
        """Return changed parameters in which what has no room any more has given way.

        Parameters
        ----------
        _before, after
        _chosen : collection of str
            What was given a value, perhaps the one that it had.
        """
        return after

    def check(self, parameters: P) -> None:
        """Refuse parameters of which there is no model, in one sentence.

        Raises
        ------
        UserError
        """
        check(parameters, "model")

    def effective(self, parameters: P) -> P:
        """Return parameters as they take effect, where one leaves no choice to another."""
        return parameters

    def words(self, _parameters: P, _name: str) -> str | None:
        """Return what a slider's value reads as; None for its three digits."""
        return None

    def remark(self, _parameters: P) -> Remark | None:
        """Return what the panel says below its sliders."""
        return None

    def tells(self, _plot: str, _parameters: P) -> bool:
        """Return whether a plot, by its name, has anything to tell of some parameters."""
        return True

    # What is seen is an `Answer` of a model that is solved, a `Descended` of one that descends.

    def caption(self, parameters: P, seen: Any) -> str:
        """Say in one sentence what is to be seen."""
        raise NotImplementedError

    def numbers(self, parameters: P, seen: Any) -> tuple[Number, ...]:
        """Return what is read at a moment."""
        raise NotImplementedError

    def roles(self, parameters: P) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""
        raise NotImplementedError

    def marks(self, _parameters: P, _seen: Any) -> tuple[Mark, ...]:
        """Return the moments to mark on the timeline."""
        return ()


def models() -> Mapping[str, Model[Any]]:
    """Return every theory model that there is, by name and in order."""
    return entries("ncviz.models", Model)


def clipped(parameters: P) -> P:
    """Return parameters in which every number lies within its range."""
    once = _clipped_once(parameters)
    return _clipped_once(once)  # a range may hang on what comes after it


def yielding(parameters: P, given: Collection[str]) -> P:
    """Return parameters in which what nobody gave has the room that what was given leaves it.

    Of what cannot be whatever the rest is, such as no classes, nothing is made.
    """
    try:
        check_fixed(parameters, "model")
    except UserError:
        return parameters
    free = {n for n, item in declared(parameters).items() if item.hangs and n not in given}
    return _clipped_once(_clipped_once(parameters, free), free)


def _clipped_once(parameters: P, names: Collection[str] | None = None) -> P:
    for name, item in declared(parameters).items():
        if item.kind in (int, float) and (names is None or name in names):
            value = getattr(parameters, name)
            within = _within(item, value, parameters)
            if type(within) is not type(value) or within != value:
                parameters = replace(parameters, **{name: within})
    return parameters


def _within(item: Declared, value: float, parameters: object) -> float:
    low, high = item.limits(parameters)
    value = value if low is None else max(value, low)
    value = value if high is None else min(value, high)
    return int(value) if item.kind is int else float(value)


def drawn_roles(view: View, roles: tuple[RoleWords, ...]) -> tuple[RoleWords, ...]:
    """Return the lines of a legend whose things a view draws."""
    return tuple(words for words in roles if not words.role or getattr(view, f"show_{words.role}"))
