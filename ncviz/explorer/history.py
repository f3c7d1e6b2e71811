"""Undo and redo: steps that know what they changed, and in which rooms they can be taken back."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

MOST_STEPS = 200
MERGE_SECONDS = 0.5

Parts = Mapping[str, object]


@dataclass(frozen=True)
class UndoStep:
    """One thing that was done.

    Parameters
    ----------
    rooms : frozenset of str
        Where it can be taken back.
    before, after : mapping of str to object
        The parts that it changed, with their values.
    """

    rooms: frozenset[str]
    before: Parts
    after: Parts


class History:
    """What was done in each room, one step after another; a drag is one step.

    The state is a set of named parts with immutable values, compared by `==`.
    A step holds only the parts that it changed, so that taking it back leaves
    alone what was done in other rooms, and what time has moved.

    Parameters
    ----------
    state : mapping of str to object, optional
        The parts as they are at first.
    clock : callable
        Returns seconds.
    """

    def __init__(
        self, state: Parts | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._state: dict[str, object] = dict(state or {})
        self._done: list[UndoStep] = []
        self._undone: list[UndoStep] = []
        self._held = 0
        self._open: UndoStep | None = None  # what further changes may still belong to
        self._changed = float("-inf")
        self._followed = False  # by what comes of the last change by itself

    def note(self, parts: Parts) -> None:
        """Take up changes that are no step: time's, or of what has come into being."""
        self._state |= parts

    def forget(self, rooms: Collection[str] = (), parts: Collection[str] = ()) -> None:
        """Forget steps that can mean nothing any more, e.g. for another run is open.

        Parameters
        ----------
        rooms : collection of str
            Those that can be taken back there.
        parts : collection of str
            Those that changed one of them.
        """

        def stays(step: UndoStep) -> bool:
            return step.rooms.isdisjoint(rooms) and not step.before.keys() & set(parts)

        self._done = list(filter(stays, self._done))
        self._undone = list(filter(stays, self._undone))
        self._open = None

    # What is done

    def hold(self) -> None:
        """Let all that is recorded until `release` be one step: a drag, or a command."""
        if not self._held:
            self._open = None
        self._held += 1

    def release(self) -> None:
        """End what `hold` began; what comes next is a step of its own."""
        self._held = max(0, self._held - 1)
        if not self._held:
            self._open = None

    def go_on(self) -> None:
        """Let further changes belong to the last one, however long ago it was."""
        self._changed = self._clock()

    def record(self, rooms: Collection[str], parts: Parts, *, continuous: bool = False) -> None:
        """Remember a change.

        Parameters
        ----------
        rooms : collection of str
            Where it can be taken back.
        parts : mapping of str to object
            As they are now; those that are as before, or were not known, are no change.
        continuous : bool
            Of a slider or the wheel: changes of the same parts within half a
            second of each other are one step.
        """
        changed = self.changed(parts)
        before = {name: self._state[name] for name in changed}
        self._state |= parts
        if not changed:
            return
        rooms = frozenset(rooms)
        self._undone = [step for step in self._undone if step.rooms.isdisjoint(rooms)]
        now = self._clock()
        last = self._open
        if last is not None and not self._held:
            same = continuous and last.rooms == rooms and changed <= set(last.before)
            last = last if same and now - self._changed <= MERGE_SECONDS else None
        if last is not None:
            self._done.pop()
            rooms, before = last.rooms | rooms, {**before, **last.before}
        self._changed, self._followed = now, True
        self._open = None
        step = UndoStep(rooms, before, {name: self._state[name] for name in before})
        if step.before != step.after:  # else it was dragged back to where it was
            self._done.append(step)
            del self._done[:-MOST_STEPS]
            self._open = step if self._held or continuous else None

    def extend(self, parts: Parts) -> None:
        """Take up what followed by itself: into the last step, until all that follows has come.

        However long that takes: a computer may be busy, or a picture large.
        """
        changed = {name: self._state[name] for name in self.changed(parts)}
        self._state |= parts
        if changed and self._done and self._followed:
            last = self._done.pop()
            before = {**changed, **last.before}
            self._done.append(UndoStep(last.rooms, before, {n: self._state[n] for n in before}))
            self._open = self._done[-1] if self._open is last else None

    def rest(self) -> None:
        """Let nothing more follow by itself from what was done until now."""
        self._followed = False

    def settle(self) -> None:
        """Let nothing more belong to what was done until now."""
        self.rest()
        self._open, self._changed = None, float("-inf")

    def changed(self, parts: Parts) -> set[str]:
        """Return the names of those parts that are no longer as they were."""
        state = self._state
        return {name for name in parts if name in state and state[name] != parts[name]}

    # What is taken back

    def can_undo(self, room: str) -> bool:
        """Return whether there is a step to take back in a room."""
        return any(room in step.rooms for step in self._done)

    def can_redo(self, room: str) -> bool:
        """Return whether there is a step to make again in a room."""
        return any(room in step.rooms for step in self._undone)

    def undo(self, room: str) -> Parts | None:
        """Take back what was done last in a room.

        Returns
        -------
        mapping of str to object, or None
            The parts to put back; None if there is nothing to take back.
        """
        step = self._take(room, self._done, self._undone)
        return None if step is None else self._back(step.before)

    def redo(self, room: str) -> Parts | None:
        """Make again what was taken back last in a room; return the parts to put back."""
        step = self._take(room, self._undone, self._done)
        return None if step is None else self._back(step.after)

    def _take(self, room: str, source: list[UndoStep], target: list[UndoStep]) -> UndoStep | None:
        self.settle()
        for place in reversed(range(len(source))):
            if room in source[place].rooms:
                target.append(source.pop(place))
                return target[-1]
        return None

    def _back(self, parts: Parts) -> Parts:
        self._state |= parts
        return parts
