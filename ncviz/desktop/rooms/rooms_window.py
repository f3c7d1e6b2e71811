"""The window as rooms see it."""

from pathlib import Path
from typing import Any, Protocol

from PyQt6.QtWidgets import QWidget

from ncviz.desktop.plots.plot_column import PlotColumn
from ncviz.desktop.rooms.explore.run_panel import RunPanel
from ncviz.desktop.rooms.learn.lesson_strip import LessonStrip
from ncviz.desktop.scene.framing import Framing
from ncviz.desktop.scene.scene_keys import SceneKeys
from ncviz.desktop.scene.scene_window import SceneWindow
from ncviz.desktop.surroundings import Actions, Clock, Opener, Presents, Standing
from ncviz.desktop.timeline.timeline import Timeline
from ncviz.desktop.widgets.busy_words import BusyWords
from ncviz.desktop.widgets.devices import Devices
from ncviz.runs.run import Run


class Trains(Protocol):
    """What rooms ask of the training."""

    @property
    def folder(self) -> Path: ...

    def make_panel(self) -> QWidget: ...

    @property
    def devices(self) -> Devices: ...

    def entered(self) -> None: ...

    def show_recipe(self, recipe: Any, field: str) -> None: ...

    def pauses(self, run: Run | None) -> bool: ...


class RoomsWindow(SceneWindow):
    """What of the window is known in its rooms."""

    timeline: Timeline
    plots: PlotColumn
    run_panel: RunPanel
    lesson_strip: LessonStrip
    framing: Framing
    scene_keys: SceneKeys
    commands: Actions
    playback: Clock
    opening: Opener
    training: Trains
    state: Standing
    presentation: Presents
    busy: BusyWords  # what runs in the background, in the header

    @property
    def room(self) -> str:
        """Return the name of the room one is in."""
        raise NotImplementedError

    def enter(self, name: str) -> None:
        """Go to a room."""
        raise NotImplementedError

    def share_width(self) -> None:
        """Give the columns the width that their words need."""
        raise NotImplementedError

    def open(
        self, path: Path, *, follow: bool = False, remember: bool = True, stay: bool = False
    ) -> bool:
        """Open a run: see `Opener.open`."""
        raise NotImplementedError

    def open_demonstration(self, *, stay: bool = False) -> None:
        """Open the run that ships with ncviz."""
        raise NotImplementedError

    def panel_made(self, panel: QWidget) -> None:
        """Treat what a room has made later as what it was made with."""
        raise NotImplementedError
