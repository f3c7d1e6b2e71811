"""What every room of the window can be asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.timeline.timeline_slider import TimelineMark
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.direction_facts import DirectionFacts
from ncviz.explorer.player import Player
from ncviz.explorer.pointing import SampleFacts
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.view import View

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SceneWords:
    """What is written over and under the scene.

    Parameters
    ----------
    moment : str
        Large and faint, e.g. 'Epoch 46'.
    note : str
        Below it, small.
    caption : str
        One sentence under the scene.
    """

    moment: str = ""
    note: str = ""
    caption: str = ""


WATCH_MILLISECONDS = 1000  # how often to look for epochs that another program records


class Room:
    """A room of the window; the scene, the timeline and the notes are shared by all.

    Parameters
    ----------
    window : RoomsWindow
    left, right : QWidget
        The columns beside the scene.
    left_width : int
        In pixels at normal text.
    """

    name = ""
    # While what is seen cannot be drawn at once:
    preparing = tr("A run as large as this takes a moment: the picture follows.")
    scrolls = True  # its left column, where large text leaves it too little height
    page: QWidget | None = None  # covers columns and scene
    clock = "clock"  # the group of parts, for undo, in which its clock is
    alone: frozenset[str] = frozenset()  # the parts that are seen, and taken back, only here

    def __init__(self, window: RoomsWindow, left: QWidget, right: QWidget, left_width: int) -> None:
        self.window = window
        self.left = left
        self.right = right
        self.left_width = left_width

    @property
    def player(self) -> Player:
        """Return the clock of the timeline."""
        return self.window.explorer.player

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        return self.player.moving

    @property
    def shows_run(self) -> bool:
        """Return whether the open run is seen here."""
        return self.shown_run is not None

    @property
    def shown_run(self) -> Run | None:
        """Return the run whose scene is on the canvas."""
        return None

    def shows_alone(self, part: str) -> bool:
        """Return whether a part of what undo covers is seen in this room only."""
        return part in self.alone

    @property
    def pinned_in(self) -> Sequence[int]:
        """Return the layers in which a sample may be pinned, and its trail be seen."""
        return ()

    @property
    def beside(self) -> tuple[Run, View] | None:
        """Return the second run on the canvas and how it is seen, for the metadata, too."""
        return None

    @property
    def file_name(self) -> str:
        """Return a good name for a picture of what is seen."""
        return self.name.lower()

    @property
    def model(self) -> str:
        """Return the name of the model that is seen; '' for none."""
        return ""

    @property
    def saved(self) -> Callable[[View], Scene | Picture] | None:
        """Return what describes a saved picture; None where that is the run's own scene."""
        return None

    def said(self) -> dict[str, Any]:
        """Return what a saved picture says of what is seen beside the open run."""
        return {}

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` with each change of what is seen here beside the open run."""

    def take_models(self, models: Mapping[str, Any]) -> None:
        """Take up the parameters of models from a session, where models are shown."""

    def take_experiment(self, name: str) -> None:
        """Take up the experiment that a session shows, where experiments are shown."""

    def entered(self) -> None:
        """Get ready to be seen."""

    def left_behind(self) -> None:
        """Another room is entered."""
        self.player.pause()

    def advance(self, seconds: float) -> None:
        """Let time pass."""

    def prepare(self) -> bool:
        """Return whether the numbers of the moment take no time; else begin with them."""
        return True

    def compute(self, seconds: float) -> bool:
        """Compute what is missing for about so long; return whether more is missing."""
        return False

    def moved(self) -> None:
        """Take the room to where the player was put."""

    def scene(self, view: View) -> Scene:
        """Describe the one scene that is saved as a picture."""
        return Scene()

    def picture(self, view: View) -> Picture:
        """Describe all that is on the canvas."""
        return one_panel(self.scene(view))

    def show(self, stale: set[str], sparing: bool) -> set[str]:
        """Bring plots and numbers up to date; return what is stale still."""
        return set()

    def show_stops(self) -> None:
        """Bring ticks and marks of the timeline up to date."""

    def marks(self) -> tuple[TimelineMark, ...]:
        """Return what stands on the timeline."""
        return ()

    def facts(self, panel: int, row: int) -> SampleFacts | None:
        """Return what is known of a sample under the pointer; None where it is no run's."""
        return None

    def looks_at(self, panel: int) -> tuple[Run, View] | None:
        """Return the run of a panel and how it is seen there; None where it is not known."""
        return None

    def seen(self) -> list[tuple[Run, View]]:
        """Return the runs that are seen, panel by panel, and how."""
        found: list[tuple[Run, View]] = []
        while (one := self.looks_at(len(found))) is not None:
            found.append(one)
        return found

    def direction_facts(self, panel: int, ball: int) -> DirectionFacts | None:
        """Return what is known of a class mean or classifier row, a ball of a panel's scene."""
        return None

    def hover(self, panel: int, row: int | None) -> None:
        """Point at a sample, or at none."""

    def pin(self, panel: int, row: int) -> None:
        """Pin the sample that was clicked, or let it go."""

    def point_at_classes(self, classes: tuple[int, ...]) -> None:
        """Let classes stand out that are pointed at in a plot or the legend; none ends it."""

    def answer_of_moment(self) -> Answer | None:
        """Return what is said of the moment of the timeline when one points at it."""
        return None

    def answer_of_note(self) -> Answer | None:
        """Return what is said of the note over the scene."""
        return None

    def answer_of_panel(self, panel: int) -> Answer | None:
        """Return what is said of the head of one of several scenes."""
        return None

    def light(self, light: Light) -> None:
        """Let a part of the scene and of the plots stand out; `NO_LIGHT` ends it."""

    def drag_handle(self, handle: int, place: Floats, *, begins: bool) -> str:
        """Put a handle of the scene somewhere; return what is to be said of it."""
        return ""

    def choose_handle(self, handle: int | None) -> str:
        """Note which handle of the scene keys have chosen, or none; return what it is."""
        return ""

    def choose_panel(self, panel: int) -> None:
        """One of several scenes is gone to with keys."""

    def panel_opened(self, panel: int) -> None:
        """One of several scenes was clicked."""

    def may_close(self) -> bool:
        """Ask before what runs here in the background is ended with the window."""
        return True

    def close(self) -> None:
        """End what runs in the background: the window closes."""
