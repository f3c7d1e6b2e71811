"""A figure that is asked for: a plain value, and the choices it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plots import pages
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View

FORMATS = ("pdf", "svg", "png")
SMALLEST, LARGEST = 20.0, 2000.0  # millimetres
# Words for a choice of widths, in millimetres.
WIDTHS = {
    "Column, 85 mm": 85.0,
    "Column and a half, 120 mm": 120.0,
    "Page, 180 mm": 180.0,
    "Slide, 300 mm": 300.0,
}
SLIDE = 9 / 16  # height over width
RESOLUTIONS = 30, 2400  # dots per inch
PLOT_NAMES = {preset: page.words for preset, (_, page) in pages().items()}
PRESETS = {
    "scene": "the 3-D scene as the view shows it",
    "collapse": "the scene at several moments side by side",
    "layers": "the scene at several layers side by side",
    "law": "D over layers at several moments side by side",
    "summary": "one page: scenes and plots",
    "minority": "the minority cosine over R, from the theory",
    **PLOT_NAMES,
}


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
    preset : str
        One of `PRESETS`.
    file_format : str
        'pdf', 'svg' or 'png'; empty to go by the name of the file.
    width, height : float
        In millimetres; 0 for what suits the preset.
    theme : str
        One of `STYLES`.
    transparent : bool
        No background.
    epochs, layers : tuple of int
        For presets with several; empty for a good choice.
    title : str
        Above the figure; empty for none.
    legend : bool
        Say below scenes what colours mean.
    resolution : int
        Of PNG, in dots per inch.
    spacing : str
        Of epochs on an axis, one of `epoch_scale.SPACINGS`.
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
    with_path : bool
        Say in the file where its runs lie.
    """

    out: Path
    run: Path | None = None
    view: View = field(default_factory=View)
    preset: str = "scene"
    file_format: str = ""
    width: float = 0.0
    height: float = 0.0
    theme: str = "paper"
    transparent: bool = False
    epochs: tuple[int, ...] = ()
    layers: tuple[int, ...] = ()
    title: str = ""
    legend: bool = True
    resolution: int = 300
    spacing: str = "recorded"
    scene: Scene | Picture | None = None
    cameras: tuple[Camera, ...] = ()
    model: ModelPlan | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    with_path: bool = False

    @property
    def suffix(self) -> str:
        """Return the format, 'pdf', 'svg' or 'png'.

        Raises
        ------
        UserError
            If neither the plan nor the name of the file says.
        """
        chosen = (self.file_format or self.out.suffix.removeprefix(".")).lower()
        if chosen not in FORMATS:
            raise UserError(
                f"{self.out.name or self.out} is of no format for figures: let its name end in "
                ".pdf, .svg or .png, or say --format."
            )
        return chosen
