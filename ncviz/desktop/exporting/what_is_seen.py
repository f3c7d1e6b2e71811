"""What the window shows at this moment, as the exports take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.explorer.room_names import THEORY
from ncviz.export.beside import Beside
from ncviz.export.model_plan import ModelPlan, plan_of
from ncviz.export.picture import said_beside
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View


@dataclass(frozen=True)
class Seen:
    """What is on the screen.

    Parameters
    ----------
    view : View
        With the camera as it stands.
    run : Run or None
        The open run; None where there is none.
    picture_in : callable or None
        Given a view, returns what is seen; None where it is the run's own scene.
    cameras : tuple of Camera
        One for each panel, where they differ.
    beside : Beside or None
        The run on the right of a comparison.
    shows_model : str
        Which model of the Theory room is seen; '' for none.
    model : ModelPlan
        That of the Theory room, seen or not; what descends as far as it has.
    model_at : float or None
        The step that is seen of what descends.
    said : mapping
        Of the model on the canvas.
    name : str
        A good name for a file.
    spacing : str
        Of the epochs on the timeline and in the plots.
    """

    view: View
    run: Run | None = None
    picture_in: Callable[[View], Scene | Picture] | None = None
    cameras: tuple[Camera, ...] = ()
    beside: Beside | None = None
    shows_model: str = ""
    model: ModelPlan = field(default_factory=ModelPlan)
    model_at: float | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    name: str = "ncviz"
    spacing: str = "recorded"

    @property
    def run_path(self) -> Path | None:
        """Return the folder of the run."""
        return None if self.run is None else self.run.path


def what_is_seen(window: FurnishedWindow) -> Seen:
    """Return what the window shows.

    Parameters
    ----------
    window : FurnishedWindow
    """
    room, explorer = window.current, window.explorer
    view = replace(explorer.view, camera=window.canvas.camera, hovered=None)
    seen = Seen(
        view,
        explorer.run,
        room.saved,
        shows_model=room.model,
        **_of_model(window),
        said=room.said(),
        name=room.file_name.replace(" ", "-"),
        spacing=explorer.player.spacing,
    )
    if room.beside is None or explorer.run is None:
        return seen
    (second, there), comparison = room.beside, window.comparison
    own, apart = replace(there, hovered=None), not comparison.camera_linked
    said = said_beside(
        second, own, linked=comparison.linked, camera_linked=not apart, with_path=True
    )
    return replace(
        seen,
        cameras=(view.camera, own.camera) if apart else (),
        beside=Beside(second.path, own, comparison.linked, not apart),
        said={"beside": said},
    )


def _of_model(window: FurnishedWindow) -> dict[str, Any]:
    """Return the model as the Theory room has it, or would have it when entered."""
    if not window.rooms.is_made(THEORY):
        return {}
    desk = window.rooms.theory.desk
    at = None if isinstance(desk, OptimumDesk) else desk.seen.step
    return {"model": plan_of(desk), "model_at": at}
