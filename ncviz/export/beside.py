"""A second run, on the right of a film's or page's own."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.runs.splits import TRAIN
from ncviz.scenes.view import View


@dataclass(frozen=True)
class Beside:
    """A second run, on the right of a film's or page's own.

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

    @property
    def is_plain(self) -> bool:
        """Return whether its folder says all of it, as an option does."""
        of_training = self.view.split in ("", TRAIN.name)
        return self.linked and self.camera_linked and of_training and not self.view.pinned


def run_beside() -> Any:
    """Declare another run on the right."""
    return parameter(
        None,
        help=tr("folder of another run, on the right: both under one clock and one camera"),
        read=lambda folder: Beside(Path(folder)) if folder else None,
        write=lambda beside: "" if beside is None else str(beside.run),
        metavar="OTHER",
        in_form=False,
    )
