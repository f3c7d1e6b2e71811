"""Undo and redo: a stack of immutable states."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from ncviz.scenes.view import View

State = TypeVar("State")

MOST_STEPS = 200
MERGE_SECONDS = 0.5


@dataclass(frozen=True)
class Arrangement:
    """What undo brings back: the view and the settings, without what time and pointer do.

    Make one with `arrangement`, and put it back with `view_at`.

    Parameters
    ----------
    view : View
        Its epoch and pointer are those of no moment.
    settings : tuple of (str, object)
        Theme, text scale, layout …: names in order, with immutable values.
    """

    view: View = field(default_factory=View)
    settings: tuple[tuple[str, object], ...] = ()

    def setting(self, name: str) -> object:
        """Return one of the settings.

        Raises
        ------
        KeyError
            If it was not recorded.
        """
        return dict(self.settings)[name]

    def view_at(self, now: View) -> View:
        """Return the view to go back to: at the present moment, under the present pointer."""
        shadow = self.view.shadow
        if shadow.kind == now.shadow.kind == "tour":  # the tour goes on from where it is
            shadow = now.shadow
        return replace(self.view, epoch=now.epoch, hovered=now.hovered, shadow=shadow)


def arrangement(view: View, **settings: object) -> Arrangement:
    """Return what undo remembers of a view and of settings.

    Parameters
    ----------
    view : View
        Its epoch, its pointer and the time of its grand tour are left out.
    **settings : object
        Immutable values.
    """
    shadow = replace(view.shadow, time=0.0) if view.shadow.kind == "tour" else view.shadow
    still = replace(view, epoch=0.0, hovered=None, shadow=shadow)
    return Arrangement(still, tuple(sorted(settings.items())))


class History(Generic[State]):
    """States that one can go back to; a drag of a slider is one of them.

    Parameters
    ----------
    state : State
        The first one; immutable, compared by value.
    clock : callable
        Returns seconds.
    """

    def __init__(self, state: State, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset(state)

    def reset(self, state: State) -> None:
        """Forget everything and begin with a state, e.g. of another run."""
        self._states: list[State] = [state]
        self._here = 0
        self._kind = ""
        self._changed = float("-inf")

    @property
    def state(self) -> State:
        """Return the present state."""
        return self._states[self._here]

    @property
    def can_undo(self) -> bool:
        """Return whether there is a state before this one."""
        return self._here > 0

    @property
    def can_redo(self) -> bool:
        """Return whether there is a state that was undone."""
        return self._here < len(self._states) - 1

    def record(self, kind: str, state: State) -> None:
        """Remember a change.

        Parameters
        ----------
        kind : str
            What changed, e.g. 'camera'. Changes of one kind within half a
            second of each other are one step; with an empty kind never.
        state : State
            After the change; one that equals the present state is no change.
        """
        if state == self.state:
            return
        now = self._clock()
        goes_on = bool(kind) and kind == self._kind and now - self._changed <= MERGE_SECONDS
        del self._states[self._here + 1 :]
        if goes_on and self._here > 0:
            self._states.pop()
        self._kind, self._changed = kind, now
        if not (goes_on and self._states[-1] == state):  # dragged back to where it was
            self._states.append(state)
        else:
            self._kind = ""
        del self._states[: max(0, len(self._states) - MOST_STEPS - 1)]
        self._here = len(self._states) - 1

    def undo(self) -> State | None:
        """Go back; return the state to bring back, None if there is none."""
        return self._go(-1) if self.can_undo else None

    def redo(self) -> State | None:
        """Go forward again; return the state to bring back, None if there is none."""
        return self._go(1) if self.can_redo else None

    def _go(self, steps: int) -> State:
        self._here += steps
        self._kind = ""  # what comes next is a step of its own
        return self.state
