"""What the window shows at this moment, as the exports take it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.desktop.header import COMPARE, LAYERS, THEORY
from ncviz.explorer.theory_desk import TheoryDesk
from ncviz.export.films import Beside
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import TwoGroupProblem

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
    picture_in : callable or None
        Given a view, returns what is seen; None where it is the run's own scene.
    beside : Beside or None
        The run on the right of a comparison.
    shows_model : str
        Which model of the Theory room is seen; '' for none.
    problem : TwoGroupProblem or None
        The Layer-Peeled Model of the Theory room: K, K_A, R and the budget.
    said : mapping
        Of the model on the canvas.
    name : str
        A good name for a file.
    """

    view: View
    run: Run | None = None
    picture_in: Callable[[View], Scene | Picture] | None = None
    beside: Beside | None = None
    shows_model: str = ""
    problem: TwoGroupProblem | None = None
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
    seen = Seen(view, explorer.run, problem=_problem(window), name=room.file_name.replace(" ", "-"))
    if room.name == LAYERS and explorer.run is not None:
        return replace(seen, picture_in=room.picture)
    if room.name == THEORY:
        model = room.model
        plain = asdict(model) if is_dataclass(model) and not isinstance(model, type) else {}
        said = {"model": {"name": room.file_name, **plain}}
        return replace(seen, picture_in=room.scene, shows_model=room.file_name, said=said)
    if room.name == COMPARE and explorer.run is not None:
        second = window.comparison.second
        if second.run is None:
            return seen
        own = replace(second.view, hovered=None)
        title = second.run.manifest.title
        return replace(
            seen,
            picture_in=room.picture,
            beside=Beside(second.run.path, own, window.comparison.linked),
            said={"beside": {"run": title, "path": str(second.run.path)}},
        )
    return seen


def _problem(window: "MainWindow") -> TwoGroupProblem:
    """Return the Layer-Peeled Model as the Theory room has it, or would have it when entered."""
    return (window.desk if window.rooms.is_made(THEORY) else TheoryDesk()).problem
