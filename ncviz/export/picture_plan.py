"""A picture that is asked for: the scene of a run in pixels."""

from dataclasses import dataclass
from pathlib import Path

from ncviz.export.export_plan import (
    ScenePlan,
    folder_of_run,
    size_in_pixels,
    theme_of_view,
    to_file,
)
from ncviz.language import tr
from ncviz.parameters import parameter


@dataclass(frozen=True)
class PicturePlan(ScenePlan):
    """A picture that is asked for, as PNG.

    Parameters
    ----------
    width, height : int
        In pixels.
    """

    out: Path = to_file(".png")
    run: Path | None = folder_of_run(asked=tr("the folder of a run"))
    width: int = parameter(1920, option="-")
    height: int = parameter(1080, option="-")
    transparent: bool = parameter(False, help=tr("leave out the background"))

    verb = "picture"

    theme = theme_of_view()
    size = size_in_pixels()
