"""How a parameter of a model is turned in the Theory room, declared with the parameter itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import Parameter, parameter
from ncviz.parameters.checking import shown

SIZES, DRAGGED = tr("class sizes"), "dragged"


def _always(_plan: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class ModelParameter(Parameter):
    """A parameter with what its slider, list or box needs besides.

    Parameters
    ----------
    symbol : str
        Before the label, rich text.
    concept : str
        Key of `ncviz.concepts.CONCEPTS` that puts the value into words; may be empty.
    smallest : float
        Of a slider that begins at 0: the first position beside it.
    near : tuple of 2 float, optional
        A value, and how near to it a slider takes it for that value.
    live : callable
        Given the plan, whether it can be turned; else it is greyed.
    beside : bool
        It shares the row of the one before.
    rare : bool
        It is unfolded by 'Show more'.
    editor : str
        'class sizes' for bars that are dragged; 'dragged' for a button that forgets what was
        dragged in a plot; '' for what suits the kind of value.
    """

    symbol: str = ""
    concept: str = ""
    smallest: float = 0.0
    near: tuple[float, float] | None = None
    live: Callable[[Any], bool] = _always
    beside: bool = False
    rare: bool = False
    editor: str = ""


def control(default: Any, tip: str, **known: Any) -> Any:
    """Declare a parameter of a model; the keywords are those of `ModelParameter`."""
    return parameter(default, tip, declares=ModelParameter, **known)


def numbers_of(name: str) -> Callable[[str], tuple[float, ...]]:
    """Return what reads the text of an option of several numbers, or refuses it in a sentence."""

    def read(text: str) -> tuple[float, ...]:
        try:
            return tuple(float(word) for word in text.replace(",", " ").split())
        except ValueError:
            raise UserError(
                tr(
                    "The model's {name} is {words}: write numbers such as 5, 2.5, 1.",
                    name=name,
                    words=shown(repr(text)),
                )
            ) from None

    return read


def seed(**known: Any) -> Any:
    """Declare the seed of a random start, beside the parameter before."""
    words = {"label": "seed", "low": 0, "high": 99, "beside": True}
    return control(0, tr("Of the random start."), **words, **known)
