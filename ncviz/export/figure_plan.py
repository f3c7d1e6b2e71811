"""A figure that is asked for: a plain value, and the choices it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plan_texts import millimetres, whole_numbers
from ncviz.export.presets.preset import presets
from ncviz.parameters import declared, parameter
from ncviz.scenes.camera import Camera
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View

SMALLEST, LARGEST = 20.0, 2000.0  # millimetres
SLIDE = 9 / 16  # height over width


def _preset_titles() -> dict[str, str]:
    return {preset.name: preset.title for preset in presets().values()}


def no_length(name: str, value: float) -> str:
    """Say that no figure can be so wide, or so high."""
    return f"A {name} of {value:g} mm is out of range: choose {SMALLEST:g} to {LARGEST:g} mm."


@dataclass(frozen=True)
class FigurePlan:
    """A figure that is asked for; a plain value that another process can take.

    Parameters
    ----------
    out : Path
        The file; replaced if it exists.
    run : Path or None
        Folder of the run; None for a model's scene or the minority cosine.
    view : View
        Epoch, layer, classes, camera and what is shown. Its theme gives way
        to the figure's.
    file_format : str
        Empty to go by the name of the file.
    width, height : float
        In millimetres; 0 for what suits the preset.
    epochs, layers : tuple of int
        For presets with several; empty for a good choice.
    scene : Scene or Picture, optional
        Draw this instead of the run's, e.g. a model's optimum, or two runs
        side by side.
    cameras : tuple of Camera
        One for each panel of such a picture, where they differ; empty for the
        view's.
    model : ModelPlan, optional
        For the preset 'minority'.
    said : mapping
        What else the file is to say of its making.
    """

    out: Path
    run: Path | None = None
    view: View = field(default_factory=View)
    preset: str = parameter(
        "scene",
        "What the figure shows.",
        label="Show",
        choices=_preset_titles,
        sentence="There is no preset {value}: choose {choices}.",
        help=lambda: ", ".join(presets()),
        metavar="NAME",
    )
    file_format: str = parameter(
        "",
        label="Format",
        choices={"pdf": "PDF", "svg": "SVG", "png": "PNG"},
        others=True,
        choice_tips={
            "pdf": "For LaTeX: vectors, with the type inside.",
            "svg": "For editing: vectors.",
        },
        help="default: by name",
        option="--format",
    )
    width: float = parameter(
        0.0,
        read=millimetres,
        sentence=lambda value, _plan: no_length("width", value),
        help="mm, cm or in",
        metavar="85mm",
    )
    height: float = parameter(
        0.0,
        read=millimetres,
        sentence=lambda value, _plan: no_length("height", value),
        help="default: what suits the preset",
        metavar="70mm",
    )
    theme: str = parameter(
        "paper",
        label="Look",
        choices={"paper": "Paper", "slide": "Slide", "light": "Light", "dark": "Dark"},
        choice_tips={
            "paper": "White, small type, thin lines.",
            "slide": "Large type and thick lines.",
            "light": "As the light theme of the window.",
            "dark": "As the dark theme of the window.",
        },
        sentence="There is no theme {value} for figures: choose {choices}.",
        help="default: paper",
    )
    transparent: bool = parameter(
        False, label="Transparent background", help="leave out the background"
    )
    epochs: tuple[int, ...] = parameter(
        (), "Recorded ones, such as 0, 5, 20.", empty="a good choice", option="-"
    )
    layers: tuple[int, ...] = parameter(
        (),
        "Numbers such as 0, 3, 7; 0 is the input.",
        empty="a good choice",
        read=lambda text: whole_numbers(text, "layers"),
        help="panels of layers",
        metavar="0,3,7",
    )
    title: str = parameter("", "Above the figure.", empty="none", help="above the figure")
    legend: bool = parameter(
        True,
        "Say below scenes what the colours mean.",
        help="leave out what colours mean",
        option="--no-legend",
    )
    resolution: int = parameter(
        300,
        "Of the pixels of a PNG.",
        low=30,
        high=2400,
        sentence="A resolution of {value} dots per inch is out of range: choose {low} to {high}.",
        help="of PNG; default 300",
        option="--dpi",
    )
    spacing: str = parameter(
        "recorded",
        choices=SPACINGS,
        sentence="Moments cannot be spaced {value} on an axis: choose {choices}.",
        help="of epochs on an axis: recorded ones equally far apart, linear, logarithmic",
    )
    scene: Scene | Picture | None = None
    cameras: tuple[Camera, ...] = ()
    model: ModelPlan | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    with_path: bool = parameter(
        False, help="say in the file where the run lies; default: only which run it is"
    )

    @property
    def suffix(self) -> str:
        """Return the format, 'pdf', 'svg' or 'png'.

        Raises
        ------
        UserError
            If neither the plan nor the name of the file says.
        """
        chosen = (self.file_format or self.out.suffix.removeprefix(".")).lower()
        if chosen not in declared(FigurePlan)["file_format"].choices:
            raise UserError(
                f"{self.out.name or self.out} is of no format for figures: let its name end in "
                ".pdf, .svg or .png, or say --format."
            )
        return chosen
