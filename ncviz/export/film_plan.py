"""A film that is asked for: a plain value, and the choices it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncviz.charts.plot import MATRIX
from ncviz.errors import UserError
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plots import pages
from ncviz.parameters import declared, parameter
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

SIDES = 16, 4096  # pixels
FASTEST_GIF = 50.0  # frames a second
LONGEST = 600.0  # seconds
MOST_FRAMES = 36_000


@dataclass(frozen=True)
class Beside:
    """A second run, on the right of a film's own.

    Parameters
    ----------
    run : Path
        Its folder.
    view : View
        Its pinned samples and, where it has its own, its epoch and its camera.
    linked : bool
        Whether its time is that of the run on the left.
    camera_linked : bool
        Whether it is seen from the same place.
    """

    run: Path
    view: View = field(default_factory=View)
    linked: bool = True
    camera_linked: bool = True


def no_size(_side: int, plan: "FilmPlan") -> str:
    """Say that no film can be so large or small."""
    least, most = SIDES
    return (
        f"A film of {plan.width}×{plan.height} pixels cannot be made: choose sides from {least} to "
        f"{most}, and no more than 4096×2304 in all."
    )


def no_length(_seconds: float, plan: "FilmPlan") -> str:
    """Say that no film can be so long."""
    return (
        f"A film of {plan.seconds:g} seconds cannot be made: choose more than 0 and at most "
        f"{LONGEST:g} seconds, and at most {MOST_FRAMES} frames."
    )


def _plots_beside() -> dict[str, str]:
    """Return the plots that go in step with a film, and what they show."""
    return {name: page.words for name, (plot, page) in pages().items() if plot.over != MATRIX}


@dataclass(frozen=True)
class FilmPlan:
    """A film that is asked for; a plain value that another process can take.

    Parameters
    ----------
    out : Path
        A file .mp4 or .gif, or a new folder for a sequence of PNG files.
    run : Path or None
        Folder of the run; None over R.
    over : str
        What passes.
    view : View
        What else is seen. Its theme is the film's.
    file_format : str
        Empty to go by the name of `out`.
    plot : bool
        Show a plot in step with the scene; over R, the cosine.
    plot_name : str
        Which one: the preset of its figure.
    first_epoch, last_epoch : int or None
        Recorded epochs between which the film runs; None for all.
    keyframes : tuple of View
        Over 'camera': the views to pass through; without any, one turn.
    model : ModelPlan, optional
        Over 'ratio': whose optima pass.
    moments : tuple of (Scene, str)
        What passes instead, such as a theory model along its timeline, with a counter for each.
    said : mapping
        What else the film is to say of its making.
    beside : Beside, optional
        Another run on the right, but over 'ratio'.
    supersample : int
        Draw so many times larger and average; 1 is smooth but where surfaces meet.
    """

    out: Path
    run: Path | None = None
    over: str = parameter(
        "epochs",
        label="Over",
        choices={"epochs": "Training", "layers": "Layers", "ratio": "R", "camera": "Camera"},
        choice_tips={
            "epochs": "The training, from the first moment to the last.",
            "layers": "From the raw input to the last layer, at this moment.",
            "ratio": "The Layer-Peeled Model as the classes become imbalanced.",
            "camera": "A way of the camera, from view to view.",
        },
        sentence="There are no films over {value}: choose {choices}.",
        help=None,
    )
    view: View = field(default_factory=View)
    file_format: str = parameter(
        "",
        label="Format",
        choices={"mp4": "MP4", "gif": "GIF", "png": "PNG files"},
        others=True,
        choice_tips={
            "mp4": "H.264, plays everywhere.",
            "png": "A new folder with a file a frame.",
        },
        help="default: by name",
        option="--format",
    )
    width: int = parameter(
        1280, label="Width in pixels", low=SIDES[0], high=SIDES[1], sentence=no_size, option="-"
    )
    height: int = parameter(
        720, label="Height in pixels", low=SIDES[0], high=SIDES[1], sentence=no_size, option="-"
    )
    rate: float = parameter(
        30.0,
        label="Frames a second",
        low=1.0,
        high=lambda plan: FASTEST_GIF if plan.suffix == "gif" else 120.0,
        step=1.0,
        sentence="{value} frames a second cannot be had: choose {low} to {high}.",
        help="frames a second; default 30",
        option="--fps",
    )
    seconds: float = parameter(
        8.0,
        low=0.0,
        above=True,
        high=LONGEST,
        step=1.0,
        sentence=no_length,
        help="default 8",
    )
    title: str = parameter(
        "", "In the upper left corner.", empty="none", help="in the upper left corner"
    )
    counter: bool = parameter(True, label="Counter", help="epoch, layer or R")
    legend: bool = parameter(
        True,
        "Say at the foot what the colours mean.",
        help="leave out what colours mean",
        option="--no-legend",
    )
    plot: bool = parameter(
        False,
        label="Plot of D beside the scene",
        help="D over layers (over R: the cosine) beside",
    )
    plot_name: str = parameter(
        "fuzziness",
        label="Plot",
        choices=_plots_beside,
        sentence="No plot {value} stands beside a film: choose {choices}.",
        help="another plot beside: the preset of its figure",
        metavar="NAME",
        in_form=False,
    )
    turn: float = parameter(
        0.0,
        "During the film, about the upright.",
        label="Camera turns",
        unit="°",
        step=15.0,
        help="of the camera",
        metavar="DEGREES",
    )
    first_epoch: int | None = None
    last_epoch: int | None = None
    keyframes: tuple[View, ...] = ()
    model: ModelPlan | None = None
    moments: tuple[tuple[Scene, str], ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)
    beside: Beside | None = None
    supersample: int = parameter(
        1,
        low=1,
        high=4,
        sentence="Frames can be drawn {low} to {high} times larger, not {value} times.",
        option="-",
    )
    with_path: bool = parameter(
        False, help="say in the file where the run lies; default: only which run it is"
    )

    @property
    def frames(self) -> int:
        """Return how many frames the film has."""
        return max(round(self.rate * self.seconds), 1)

    @property
    def suffix(self) -> str:
        """Return the format, 'mp4', 'gif' or 'png'.

        Raises
        ------
        UserError
            If neither the plan nor the name says.
        """
        found = self.out.suffix.removeprefix(".").lower()
        chosen = self.file_format.lower() or (found if found in ("mp4", "gif") else "")
        if not chosen and (not found or self.out.is_dir()):
            chosen = "png"
        if chosen not in declared(FilmPlan)["file_format"].choices:
            raise UserError(
                f"{self.out.name} is of no format for films: let its name end in .mp4 or .gif, or "
                "name a new folder for PNG files."
            )
        return chosen
