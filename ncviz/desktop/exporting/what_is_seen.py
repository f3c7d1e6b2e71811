"""What the window shows at this moment, as the exports take it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.desktop.header import COMPARE, LAYERS, THEORY
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow


@dataclass(frozen=True)
class Seen:
    """What is on the screen.

    Parameters
    ----------
    view : View
        With the camera as it stands.
    run : Run or None
        The open run; None where there is none.
    preset : str
        The figure that shows what is seen.
    scene : Scene, Picture or None
        What is seen, where it is not the run's own scene.
    problem : object or None
        The Layer-Peeled Model of the Theory room: K, K_A, R and the budget.
    said : mapping
        Of the model on the canvas.
    name : str
        A good name for a file.
    """

    view: View
    run: Run | None = None
    preset: str = "scene"
    scene: Scene | Picture | None = None
    problem: Any = None
    said: Mapping[str, Any] = field(default_factory=dict)
    name: str = "ncviz"

    @property
    def run_path(self) -> Path | None:
        """Return the folder of the run."""
        return None if self.run is None else self.run.path


def what_is_seen(window: "MainWindow") -> Seen:
    """Return what the window shows.

    Parameters
    ----------
    window : MainWindow
    """
    room, explorer = window.current, window.explorer
    view = replace(explorer.view, camera=window.canvas.camera, hovered=None)
    seen = Seen(
        view, explorer.run, problem=window.desk.problem, name=room.file_name.replace(" ", "-")
    )
    if room.name == LAYERS:
        return replace(seen, preset="layers")
    if room.name == THEORY:
        model = room.model
        plain = asdict(model) if is_dataclass(model) and not isinstance(model, type) else {}
        said = {"model": {"name": room.file_name, **plain}}
        return replace(seen, scene=room.scene(view), said=said)
    if room.name == COMPARE and explorer.run is not None:
        return replace(seen, scene=room.picture(view))
    if explorer.run is None and not room.shows_run:
        return replace(seen, scene=None)
    return seen
