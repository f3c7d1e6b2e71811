"""What was done in each room, and how it is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.rooms.made_rooms import RUN_ROOMS
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.shell.screen_state import GROUPS
from ncviz.explorer.history import History, Parts
from ncviz.explorer.room_names import THEORY

CONTINUOUS = {"camera", "second_camera", "text_scale", "recipe"}
MODEL = "theory.model"


class Doings:
    """Remembers what is done in each room, and takes it back there.

    Time, the pointer and going to a room are no doings.
    """

    def __init__(self, window: CommandedWindow) -> None:
        self._window = window
        self._quiet = False
        self._history = History()
        self._history.note(self._parts(*GROUPS))
        window.explorer.listen(self._explorer_changed)
        window.canvas.camera_changed.connect(self._camera_changed)
        window.canvas.signals.dragging.connect(self.hold)
        window.plots.layout_changed.connect(lambda: self.record("plots"))
        window.training.listen(lambda: self.record("recipe"))

    def _parts(self, *groups: str) -> dict[str, object]:
        return self._window.state.parts(*groups)

    # What is done

    def record(self, *groups: str) -> None:
        """Remember that something was done, e.g. to the 'view', the 'plots' or the 'clock'."""
        if not self._quiet:
            self._record(self._parts(*groups))

    def _record(self, parts: Parts) -> None:
        changed = self._history.changed(parts)
        model = MODEL not in changed and all(name.startswith("theory.") for name in changed)
        smooth = model or changed <= CONTINUOUS
        self._history.record(self._rooms(changed), parts, continuous=smooth)
        self.show_possible()

    def _rooms(self, changed: set[str]) -> frozenset[str]:
        """Return where a change can be taken back: where it is seen."""
        for room in self._window.rooms.made():
            if all(map(room.shows_alone, changed)):
                return frozenset((room.name,))
        here = self._window.room
        return RUN_ROOMS if here in RUN_ROOMS else frozenset((here,))

    def clock_changed(self) -> None:
        """Remember that time passes otherwise, in whatever room."""
        self.record(self._window.current.clock)

    def hold(self, on: bool) -> None:
        """Let all that is done until the button of the mouse is let go be one step."""
        self._history.hold() if on else self._history.release()

    def go_on(self) -> None:
        """Let what is done next belong to what was done last: the key is still held down."""
        self._history.go_on()

    @contextmanager
    def _hush(self) -> Iterator[None]:
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    @contextmanager
    def one_step(self, *groups: str) -> Iterator[None]:
        """Let all that is done within to some groups of parts be one step."""
        try:
            with self._hush():
                yield
        finally:
            self.record(*groups)

    @contextmanager
    def consequence(self) -> Iterator[None]:
        """Let where the camera goes within be part of the step that was done just now."""
        try:
            with self._hush():
                yield
        finally:
            if not self._quiet:
                self._history.extend(self._parts("camera"))

    @contextmanager
    def no_step(self) -> Iterator[None]:
        """Let what is done within be nothing to take back."""
        try:
            with self._hush():
                yield
        finally:
            if not self._quiet:
                self.look_anew()

    def rest(self) -> None:
        """Let nothing more follow from what was done: all of it is seen."""
        self._history.rest()

    def look_anew(self) -> None:
        """Take up everything as it is now, without a step."""
        self._history.note(self._parts(*GROUPS))
        if self._window.rooms.is_made(THEORY):
            self._history.note(self._parts("theory"))
        self.show_possible()

    def forget(self) -> None:
        """Forget all steps: everything on the screen is another."""
        self._history.forget(tuple(self._window.rooms))
        self.look_anew()

    def _explorer_changed(self, what: str) -> None:
        if self._quiet:
            return
        if what == "run":
            self._history.forget(RUN_ROOMS)
            self.look_anew()
        elif what in ("view", "bookmarks"):
            self.record(what)

    @property
    def _turning(self) -> bool:
        return self._window.frame.tools.turn.isChecked()

    def _camera_changed(self) -> None:
        if self._turning:
            self._history.note(self._parts("camera"))
        else:
            self.record("camera")

    # Rooms with a state of their own

    def room_entered(self) -> None:
        """Another room was entered, which is no step unless it belongs to a larger one."""
        if not self._quiet:
            self._history.note(self._parts("room"))
            self._history.settle()
        self.show_possible()

    def follow_room(self, _room: Room) -> None:
        """Remember what is done in a room that was made just now."""
        self.look_anew()

    def compared(self, what: str) -> None:
        """Remember what was done to a comparison."""
        if self._quiet:
            return
        if what == "second":
            self._history.forget(parts=("second_samples", "second_camera", "left_run"))
            self._history.note(self._parts("compare"))
        elif what == "camera":
            self._history.note({"second_camera": self._window.canvas.cameras.second.goal})
            self.record("compare")
        else:
            self.record("compare")

    def model_changed(self, model: str, left_at: Parts, now: Parts) -> None:
        """Remember that a model was changed, and where its timeline stood.

        Parameters
        ----------
        model : str
            Its group of parts, as in 'theory.layer-peeled'.
        left_at, now : mapping of str to object
            The moment before and after: a part of the step, and no step by itself.
        """
        parts = self._parts(model)
        if not self._quiet and self._history.changed(parts):
            self._history.note(left_at)
            self._record({**parts, **now})

    def model_moved(self, model: str) -> None:
        """Time has moved a model, by its group of parts: no step."""
        self._history.note(self._parts(model))

    # What is taken back

    def undo(self) -> None:
        """Take back what was done last in this room."""
        self._restore(self._history.undo(self._window.room))

    def redo(self) -> None:
        """Make again what was taken back last in this room."""
        self._restore(self._history.redo(self._window.room))

    def show_possible(self) -> None:
        """Offer what is possible in this room."""
        commands, room = self._window.commands, self._window.room
        commands["edit.undo"].setEnabled(self._history.can_undo(room))
        commands["edit.redo"].setEnabled(self._history.can_redo(room))

    def _restore(self, parts: Parts | None) -> None:
        if parts is None:
            return
        with self.no_step():
            self._window.state.put(parts, turning=self._turning)
