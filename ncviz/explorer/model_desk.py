"""What every model of the Theory room can be asked, by a room that knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ncviz.explorer.player import Player
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View


@dataclass(frozen=True)
class DeskMark:
    """A moment to mark on a model's timeline.

    Parameters
    ----------
    position : float
        Along the player's stops.
    text : str
        A few letters.
    tip : str
        One sentence.
    """

    position: float
    text: str
    tip: str


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
    """

    name: str
    value: float | None
    tip: str


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
    """

    role: str
    text: str
    concept: str
    lights: tuple[str, ...] | None = None


def drawn_roles(view: View, roles: tuple[RoleWords, ...]) -> tuple[RoleWords, ...]:
    """Return the lines of a legend whose things a view draws."""
    return tuple(words for words in roles if not words.role or getattr(view, f"show_{words.role}"))


class ModelDesk(Protocol):
    """A model under its sliders; needs no window.

    Listeners are called with 'problem' (another model: everything is out of
    date), 'ratio' (another moment of the same) or 'points' (what lies beside
    its curves).
    """

    player: Player

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each change from now on."""

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""

    def advance(self, seconds: float) -> None:
        """Let time pass: play, and go on with what is being computed."""

    def follow_player(self) -> None:
        """Take the model to where the player was put."""

    def scene(self, view: View) -> Scene:
        """Describe the picture at this moment."""

    def provenance(self) -> object:
        """Return the parameters of what is seen, a dataclass, for a saved picture."""

    def moment(self) -> str:
        """Say where the timeline stands, e.g. 'R = 12.2'."""

    def longest_moment(self) -> str:
        """Return the longest text of `moment`, to keep room for."""

    def caption(self) -> str:
        """Say in one sentence what is to be seen."""

    def numbers(self) -> tuple[Number, ...]:
        """Return what is read at this moment."""

    def roles(self) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return positions of the timeline with their labels."""

    def marks(self) -> tuple[DeskMark, ...]:
        """Return the moments to mark on the timeline."""

    def close(self) -> None:
        """End what runs in the background."""
