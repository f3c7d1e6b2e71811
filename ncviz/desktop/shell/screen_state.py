"""Reads all that is on the screen as one value, and puts it back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from PyQt6.QtCore import QByteArray

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.rooms.room import Room
from ncviz.explorer.bookmarks import MOST_BOOKMARKS, Bookmarks
from ncviz.explorer.chosen_seed import choose_seed
from ncviz.explorer.fitting import fitting_view
from ncviz.explorer.room_names import COMPARE, GALLERY, LAYERS, THEORY
from ncviz.explorer.window_state import (
    VIEW,
    VIEW_SETTINGS,
    PlayerState,
    SecondRun,
    WindowState,
)
from ncviz.scenes.view import ShadowChoice, View

SETTINGS = (*VIEW_SETTINGS, "text_scale")
GROUPS = {  # of what undo covers beside models; what is done to one of them is one thing
    "room": ("room",),
    "view": VIEW,
    "settings": SETTINGS,
    "camera": ("camera", "second_camera"),
    "plots": ("plots",),
    "clock": ("clock",),
    "bookmarks": ("bookmarks",),
    "recipe": ("recipe",),
    "row": ("in_a_row",),
    "seed": ("seed",),
    "compare": ("left_run", "linked", "camera_linked", "second_samples"),
}


class ScreenState:
    """What the window shows, to be read and brought back: by undo, by sessions, by files."""

    def __init__(self, window: CommandedWindow) -> None:
        self._window = window
        self._theory: Mapping[str, Any] = {}  # what the Theory room gets when it is made
        self._experiment = ""  # and the Gallery

    # What there is

    @property
    def view(self) -> View:
        """Return the view with the camera, which may still be on its way, at its goal."""
        return replace(self._window.explorer.view, camera=self._window.canvas.control.goal)

    def read(self) -> WindowState:
        """Return everything that is open and how it stands.

        A camera that stepped back for a model does so again, and comes back for the run.
        """
        window, rooms = self._window, self._window.rooms
        now = self._now()
        return replace(
            now,
            view=replace(now.view, camera=window.framing.without_model(now.view.camera)),
            theory=rooms.theory.parameters() if rooms.is_made(THEORY) else dict(self._theory),
            experiment=rooms.gallery.experiment if rooms.is_made(GALLERY) else self._experiment,
            recipe=window.training.written(),
            recording=window.recording.written(),
            geometry=window.saveGeometry().toBase64().data().decode(),
            # Of a room that is a page of its own neither is seen, and both may be unfolded.
            columns={"left": not window.left.isHidden(), "right": not window.right.isHidden()},
        )

    def _now(self) -> WindowState:
        """Return what a moment can change, which costs nothing."""
        window, explorer = self._window, self._window.explorer
        return WindowState(
            room=window.room,
            run=None if explorer.run is None else explorer.run.path,
            view=self.view,
            player=PlayerState.of(explorer.player),
            bookmarks=explorer.bookmarks.marks,
            plots=window.plots.arrangement(),
            in_a_row=window.rooms.is_made(LAYERS) and window.rooms.layers.in_a_row,
            second=self._second(),
        )

    def _second(self) -> SecondRun:
        if not self._window.rooms.is_made(COMPARE):
            return SecondRun()
        comparison = self._window.comparison
        run, view = comparison.second.run, comparison.second.view
        return SecondRun(
            None if run is None else run.path,
            replace(view, camera=self._window.canvas.cameras.second.goal, hovered=None),
            comparison.linked,
            comparison.camera_linked,
        )

    def parts(self, *groups: str) -> dict[str, object]:
        """Return some of what can be taken back, by the names of the parts.

        Parameters
        ----------
        *groups : str
            Such as 'view', 'camera' or 'settings'; 'theory', or one of its models alone.
        """
        window = self._window
        parts: dict[str, object] = {}
        names = [name for group in groups for name in GROUPS.get(group, ())]
        if names:
            there = self._now().parts()
            there |= {name: getattr(window.settings, name) for name in SETTINGS}
            if "recipe" in groups:
                there["recipe"] = window.training.written()
            parts |= {name: there[name] for name in names if name in there}
        for group in groups:
            if group.startswith("theory"):
                parts |= window.rooms.theory.parts(group)
        return parts

    # What is brought back

    def put(self, parts: Mapping[str, Any], *, turning: bool = False) -> None:
        """Bring some parts back; the rest stays.

        Parameters
        ----------
        parts : mapping of str to object
            As `parts` returns them.
        turning : bool
            Whether the camera turns by itself, and so goes on from where it is.
        """
        window, explorer = self._window, self._window.explorer
        camera = parts.get("camera", window.canvas.control.goal)
        if "room" in parts:
            window.enter(parts["room"])
        if "left_run" in parts:
            window.rooms.compare.put_left(parts["left_run"])
        if "seed" in parts:
            choose_seed(explorer, parts["seed"])
        for name in SETTINGS:
            if name in parts:
                window.appearance.set(name, parts[name])
        if "plots" in parts:
            window.plots.arrange(parts["plots"])
        if "clock" in parts:
            clock = asdict(parts["clock"])
            del clock["position"]
            window.playback.set_clock(explorer.player, clock)
        if "bookmarks" in parts:
            explorer.set_bookmarks(replace(explorer.bookmarks, marks=parts["bookmarks"]))
        if "recipe" in parts:
            window.training.write(parts["recipe"])
        if "in_a_row" in parts:
            window.rooms.layers.set_in_a_row(parts["in_a_row"])
        self._put_view({name: parts[name] for name in VIEW if name in parts})
        self._put_second(parts)
        # A turntable goes on from where it is; else nobody steps back by himself meanwhile.
        if not turning and window.canvas.control.goal != camera:
            window.canvas.move_to(camera)
        if "camera" in parts or not parts.keys().isdisjoint(VIEW):
            window.framing.stay()
        theory = {name: value for name, value in parts.items() if name.startswith("theory.")}
        if theory:
            window.rooms.theory.put_back(theory)

    def _put_view(self, changes: dict[str, Any]) -> None:
        view = self._window.explorer.view
        if "shadow" in changes:
            changes["shadow"] = _going_on(changes["shadow"], view.shadow)
        if changes:
            self._window.explorer.set_view(replace(view, **changes))

    def _put_second(self, parts: Mapping[str, Any]) -> None:
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
        if "second_samples" in parts:
            comparison.set_samples(*parts["second_samples"])

    def look(self, view: View) -> None:
        """Look at the run in a view from elsewhere, in the theme that is on the screen."""
        window = self._window
        window.picture.turn(False)
        with window.doings.one_step("settings", "view", "camera"):
            for name in ("palette", "shapes", "recorded_only"):
                window.appearance.set(name, getattr(view, name))
            window.explorer.show(replace(view, theme=window.settings.theme))
            window.framing.look_from(view.camera)

    def show(self, state: WindowState) -> None:
        """Show what a picture does: the view of the open run, the run beside it, the room."""
        self.look(state.view)
        self._restore_second(state.second)
        self._window.enter(state.room)

    def restore(self, state: WindowState) -> None:
        """Bring everything back; what cannot be opened is told."""
        window, explorer = self._window, self._window.explorer
        restore_geometry(window, state.geometry)
        if state.run is not None and window.open(state.run, remember=False, stay=True):
            marks = *explorer.bookmarks.marks, *state.bookmarks  # none is lost
            explorer.set_bookmarks(Bookmarks.of(marks[:MOST_BOOKMARKS]))
            state.player.apply_to(explorer.player)
            self.look(replace(state.view, epoch=explorer.player.value))
        if state.second.run is None and window.rooms.is_made(COMPARE):
            window.comparison.close_second()
        self._restore_second(state.second)
        window.plots.arrange(state.plots)
        if state.in_a_row or window.rooms.is_made(LAYERS):
            window.rooms.layers.set_in_a_row(state.in_a_row)
        self._theory = state.theory
        if window.rooms.is_made(THEORY):
            window.rooms.theory.set_parameters(state.theory)
        window.training.show_written(state.recipe)
        self._experiment = state.experiment
        if window.rooms.is_made(GALLERY):
            window.rooms.gallery.take_experiment(state.experiment)
        for name, on in state.columns.items():
            if name in ("left", "right"):
                window.commands[f"view.{name}"].setChecked(on)
                getattr(window, name).setVisible(on)
        if state.room in window.rooms:
            window.enter(state.room)
        window.doings.forget()
        window.recording.show_written(state.recording)

    def _restore_second(self, second: SecondRun) -> None:
        rooms, canvas = self._window.rooms, self._window.canvas
        if second.run is None or not rooms.compare.open_second(second.run):
            return
        comparison = self._window.comparison
        comparison.link_camera(second.camera_linked)
        if not second.camera_linked:
            canvas.cameras.second.jump(second.view.camera)
        comparison.stand_at(second.view.epoch, linked=second.linked)
        if comparison.second.run is not None:
            view = fitting_view(second.view, comparison.second.run)
            comparison.set_samples(view.split, view.pinned)

    def follow_room(self, room: Room) -> None:
        """Give a room that was made just now what the session holds that was opened before."""
        if self._theory:
            room.take_models(self._theory)
        if self._experiment:
            room.take_experiment(self._experiment)

    def forget(self) -> None:
        """Bring back no models of a session any more."""
        self._theory, self._experiment = {}, ""


def restore_geometry(window: CommandedWindow, geometry: str) -> None:
    """Give a window the place and size that it had; what is none changes nothing."""
    if geometry.isascii():
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))


def _going_on(shadow: ShadowChoice, now: ShadowChoice) -> ShadowChoice:
    """Return a shadow to bring back; a grand tour goes on from where it is."""
    return now if shadow.kind == now.kind == "tour" else shadow
