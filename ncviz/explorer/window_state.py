"""All that is on the screen, as one value: for undo, for sessions, and for what a file shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ncviz.explorer.bookmarks import Bookmark
from ncviz.explorer.player import Player
from ncviz.runs.repeats import seed_of_folder
from ncviz.scenes.view import View

# The rest of a view is time's, the pointer's, the camera's or a setting.
VIEW_SETTINGS = ("theme", "palette", "shapes", "recorded_only")
VIEW = tuple(
    part.name
    for part in fields(View)
    if part.name not in ("epoch", "hovered", "camera", *VIEW_SETTINGS)
)


@dataclass(frozen=True)
class PlayerState:
    """How the timeline stands.

    Parameters
    ----------
    position : float
        In the unit of the spacing.
    speed : float
        One of `SPEEDS`.
    at_end, pace, spacing : str
        One of `ENDS`, `PACES`, `SPACINGS`.
    """

    position: float = 0.0
    speed: float = 1.0
    at_end: str = "stop"
    pace: str = "keep the speed"
    spacing: str = "recorded"

    @classmethod
    def of(cls, player: Player) -> "PlayerState":
        """Return how a player stands."""
        return cls(player.position, player.speed, player.at_end, player.pace, player.spacing)

    def apply_to(self, player: Player) -> None:
        """Let a player stand so; it pauses."""
        player.pause()
        player.speed, player.at_end, player.pace = self.speed, self.at_end, self.pace
        player.set_spacing(self.spacing)
        player.seek(self.position)


@dataclass(frozen=True)
class PlotLayout:
    """Which plots are seen, and what is chosen in them.

    Parameters
    ----------
    kinds : tuple of str
        From top to bottom.
    chosen : mapping of str to frozenset of str
        In the plots where something is: the lines that are hidden, and 'scale' where the
        heights are turned.
    """

    kinds: tuple[str, ...] = ()
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class SecondRun:
    """The run on the right of the comparison.

    Parameters
    ----------
    run : Path, optional
    view : View
        With its epoch, its pinned samples and its camera.
    linked : bool
        Whether it follows the clock of the first.
    camera_linked : bool
        Whether it is seen from where the first is.
    """

    run: Path | None = None
    view: View = field(default_factory=View)
    linked: bool = True
    camera_linked: bool = True


@dataclass(frozen=True)
class WindowState:
    """What is open, and how it stands.

    Parameters
    ----------
    room : str
        Its name.
    run : Path, optional
        The open run.
    view : View
        Of it, with the camera where it goes; the sample under the pointer is no part of it.
    player : PlayerState
    bookmarks : tuple of Bookmark
        Of the open run.
    plots : PlotLayout
    in_a_row : bool
        Whether the layers stand in one row.
    second : SecondRun
    theory : mapping
        Parameters of the Theory room: names and values that JSON can hold.
    experiment : str
        The one that is chosen on the second page of the Gallery; empty on the first page.
    recipe : mapping
        What is filled in, and is not as at first, of the form of the Train room.
    recording : mapping
        What is filled in of the dialog that records checkpoints, while it is open.
    geometry : str
        Of the window, as Qt's base64 text.
    columns : mapping of str to bool
        Which columns are unfolded.
    """

    room: str = "Explore"
    run: Path | None = None
    view: View = field(default_factory=View)
    player: PlayerState = field(default_factory=PlayerState)
    bookmarks: tuple[Bookmark, ...] = ()
    plots: PlotLayout = field(default_factory=PlotLayout)
    in_a_row: bool = False
    second: SecondRun = field(default_factory=SecondRun)
    theory: Mapping[str, Any] = field(default_factory=dict)
    experiment: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    recording: Mapping[str, Any] = field(default_factory=dict)
    geometry: str = ""
    columns: Mapping[str, bool] = field(default_factory=dict)

    def timeless(self) -> "WindowState":
        """Return the state without what time changes by itself."""
        shadow = self.view.shadow
        if shadow.kind == "tour":
            shadow = replace(shadow, time=0.0)
        return replace(
            self,
            view=replace(self.view, epoch=0.0, shadow=shadow),
            player=replace(self.player, position=0.0),
            second=replace(self.second, view=self.second.view.at(0.0)),
        )

    def parts(self) -> dict[str, object]:
        """Return what can be taken back of the run's rooms, by the names of the parts."""
        still, second = self.timeless(), self.second
        parts = {
            "room": self.room,
            "camera": self.view.camera,
            "plots": self.plots,
            "clock": still.player,
            "bookmarks": self.bookmarks,
            "in_a_row": self.in_a_row,
            "left_run": self.run,
            "seed": None if self.run is None else seed_of_folder(self.run),
            "linked": second.linked,
            "camera_linked": second.camera_linked,
            "second_samples": (second.view.split, second.view.pinned),
            **{name: getattr(still.view, name) for name in VIEW},
        }
        return parts if second.camera_linked else {**parts, "second_camera": second.view.camera}
