"""What was done in each room, and how it is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ncviz.desktop.rooms.names import COMPARE, EXPLORE, LAYERS, THEORY, TRAIN
from ncviz.desktop.shell.shell_window import ShellWindow
from ncviz.explorer.history import History, Parts
from ncviz.scenes.view import Shadow, View

if TYPE_CHECKING:
    from ncviz.desktop.rooms.room import Room

RUN_ROOMS = frozenset((EXPLORE, LAYERS, COMPARE, TRAIN))  # where the open run is seen
SETTINGS = ("theme", "text_scale", "palette", "shapes", "recorded_only")
# The rest of a view is time's, the pointer's, the canvas's or a setting.
VIEW = tuple(
    field.name
    for field in fields(View)
    if field.name not in ("epoch", "hovered", "camera", *SETTINGS)
)
CLOCK = ("speed", "at_end", "pace", "spacing")
# What is seen in one of the rooms alone.
ONLY_THERE = {
    COMPARE: {"linked", "camera_linked", "second_camera", "second_pinned"},
    LAYERS: {"in_a_row"},
    TRAIN: {"form"},
}
CONTINUOUS = {"camera", "second_camera", "text_scale", "form"}
MODEL = "theory.model"


class Doings:
    """Remembers what is done in each room, and takes it back there.

    Time, the pointer and going to a room are no doings.

    Parameters
    ----------
    window : ShellWindow
    """

    def __init__(self, window: ShellWindow) -> None:
        self._window = window
        self._quiet = False
        self._history = History()
        self._history.note(self._run_parts())
        window.explorer.listen(self._explorer_changed)
        window.canvas.camera_changed.connect(self._camera_changed)
        window.canvas.signals.dragging.connect(self.hold)
        window.plots.layout_changed.connect(lambda: self.record("plots"))
        window.trainer.panel.form.changed.connect(lambda: self.record("form"))

    # What there is

    def _parts(self, group: str) -> dict[str, object]:
        """Return some of what can be taken back, by the names of the parts."""
        window = self._window
        explorer, canvas = window.explorer, window.canvas
        match group:
            case "room":
                return {"room": window.room}
            case "view":
                parts = {name: getattr(explorer.view, name) for name in VIEW}
                if explorer.view.shadow.kind == "tour":
                    parts["shadow"] = replace(explorer.view.shadow, time=0.0)
                return parts
            case "settings":
                return {name: getattr(window.settings, name) for name in SETTINGS}
            case "camera":
                parts = {"camera": canvas.cameras.first.goal}
                if canvas.cameras.apart:
                    parts["second_camera"] = canvas.cameras.second.goal
                return parts
            case "plots":
                return {"plots": window.plots.arrangement()}
            case "clock":
                return {"clock": tuple(getattr(explorer.player, name) for name in CLOCK)}
            case "bookmarks":
                return {"bookmarks": explorer.bookmarks}
            case "form":
                return {"form": window.trainer.panel.form.state()}
            case "row":
                return {"in_a_row": window.rooms.layers.in_a_row}
            case "compare":
                return self._compare_parts()
        return window.rooms.theory.parts()

    def _compare_parts(self) -> dict[str, object]:
        comparison = self._window.comparison
        first = comparison.first.run
        return {
            "left_run": None if first is None else first.path,
            "linked": comparison.linked,
            "camera_linked": comparison.camera_linked,
            "second_pinned": comparison.second.view.pinned,
        }

    def _run_parts(self) -> dict[str, object]:
        groups = ["view", "settings", "camera", "plots", "clock", "bookmarks", "form"]
        rooms = self._window.rooms
        groups += [g for g, n in (("row", LAYERS), ("compare", COMPARE)) if rooms.is_made(n)]
        return {name: value for group in groups for name, value in self._parts(group).items()}

    # What is done

    def record(self, *groups: str) -> None:
        """Remember that something was done, e.g. to the 'view', the 'plots' or the 'clock'."""
        if not self._quiet:
            self._record({n: v for group in groups for n, v in self._parts(group).items()})

    def _record(self, parts: Parts) -> None:
        changed = {name for name in parts if self._history.differs({name: parts[name]})}
        model = MODEL not in changed and all(name.startswith("theory.") for name in changed)
        smooth = model or changed <= CONTINUOUS
        self._history.record(self._rooms(changed), parts, continuous=smooth)
        self.show_possible()

    def _rooms(self, changed: set[str]) -> frozenset[str]:
        """Return where a change can be taken back: where it is seen."""
        if any(name.startswith("theory.") for name in changed):
            return frozenset((THEORY,))
        for room, parts in ONLY_THERE.items():
            if changed <= parts:
                return frozenset((room,))
        room = self._window.room
        return RUN_ROOMS if room in RUN_ROOMS else frozenset((room,))

    def clock_changed(self) -> None:
        """Remember that time passes otherwise, in whatever room."""
        self.record("theory" if self._window.room == THEORY else "clock")

    def hold(self, on: bool) -> None:
        """Let all that is done until the button of the mouse is let go be one step."""
        self._history.hold() if on else self._history.release()

    def go_on(self) -> None:
        """Let what is done next belong to what was done last: the key is still held down."""
        self._history.go_on()

    @contextmanager
    def one_step(self, *groups: str) -> Iterator[None]:
        """Let all that is done within to some groups of parts be one step."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before
            self.record(*groups)

    @contextmanager
    def consequence(self) -> Iterator[None]:
        """Let where the camera goes within be part of the step that was done just now."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before
            if not before:
                self._history.extend(self._parts("camera"))

    @contextmanager
    def no_step(self) -> Iterator[None]:
        """Let what is done within be nothing to take back."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before
            if not before:
                self.look_anew()

    def rest(self) -> None:
        """Let nothing more follow from what was done: all of it is seen."""
        self._history.rest()

    def look_anew(self) -> None:
        """Take up everything as it is now, without a step."""
        self._history.note(self._run_parts())
        self._history.note(self._parts("room"))
        if self._window.rooms.is_made(THEORY):
            self._history.note(self._parts("theory"))
        self.show_possible()

    def forget(self) -> None:
        """Forget all steps: everything on the screen is another."""
        self._history.forget((*RUN_ROOMS, *self._window.rooms))
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

    def follow_room(self, room: "Room") -> None:
        """Remember what is done in a room that was made just now."""
        self.look_anew()
        if room.name == COMPARE:
            self._window.comparison.listen(self._comparison_changed)

    def _comparison_changed(self, what: str) -> None:
        if self._quiet:
            return
        if what == "second":
            self._history.forget(parts=("second_pinned", "second_camera", "left_run"))
            self._history.note(self._compare_parts())
        elif what == "camera":
            self._history.note({"second_camera": self._window.canvas.cameras.second.goal})
            self.record("compare")
        else:
            self.record("compare")

    def model_changed(self, left_at: Parts, now: Parts) -> None:
        """Remember that a model was changed, and where its timeline stood.

        Parameters
        ----------
        left_at, now : mapping of str to object
            The moment before and after: a part of the step, and no step by itself.
        """
        parts = self._parts("theory")
        if not self._quiet and self._history.differs(parts):
            self._history.note(left_at)
            self._record({**parts, **now})

    def model_moved(self) -> None:
        """Time has moved a model: no step."""
        self._history.note(self._parts("theory"))

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
            self._put_back(dict(parts))

    def _put_back(self, parts: dict[str, Any]) -> None:
        window, explorer = self._window, self._window.explorer
        camera = parts.get("camera", window.canvas.control.goal)
        if "room" in parts:
            window.enter(parts["room"])
        if "left_run" in parts:
            window.rooms.compare.put_left(parts["left_run"])
        for name in SETTINGS:
            if name in parts:
                window.looks.set(name, parts[name])
        if "plots" in parts:
            window.plots.arrange(parts["plots"])
        if "clock" in parts:
            clock = dict(zip(CLOCK, parts["clock"], strict=True))
            window.transport.set_clock(explorer.player, clock)
        if "bookmarks" in parts:
            explorer.set_bookmarks(parts["bookmarks"])
        if "form" in parts:
            window.trainer.panel.form.put_back(parts["form"])
        if "in_a_row" in parts:
            window.rooms.layers.set_in_a_row(parts["in_a_row"])
        self._put_view_back({name: parts[name] for name in VIEW if name in parts})
        self._put_comparison_back(parts)
        # A turntable goes on from where it is; else nobody steps back by himself meanwhile.
        if not self._turning and window.canvas.control.goal != camera:
            window.canvas.move_to(camera)
        if "camera" in parts or not parts.keys().isdisjoint(VIEW):
            window.framing.stay()
        theory = {name: value for name, value in parts.items() if name.startswith("theory.")}
        if theory:
            window.rooms.theory.put_back(theory)

    def _put_view_back(self, changes: dict[str, Any]) -> None:
        view = self._window.explorer.view
        if "shadow" in changes:
            changes["shadow"] = _going_on(changes["shadow"], view.shadow)
        if changes:
            self._window.explorer.set_view(replace(view, **changes))

    def _put_comparison_back(self, parts: dict[str, Any]) -> None:
        if not self._window.rooms.is_made(COMPARE):
            return
        comparison, canvas = self._window.comparison, self._window.canvas
        if "linked" in parts:
            comparison.link(parts["linked"])
        if "camera_linked" in parts:
            comparison.link_camera(parts["camera_linked"])
        if "second_camera" in parts:
            canvas.cameras.second.go(parts["second_camera"])
            canvas.camera_moved()
        if "second_pinned" in parts:
            comparison.set_pinned(parts["second_pinned"])


def _going_on(shadow: Shadow, now: Shadow) -> Shadow:
    """Return a shadow to bring back; a grand tour goes on from where it is."""
    return now if shadow.kind == now.kind == "tour" else shadow
