"""A film that is asked for: a plain value, and the choices it is made of."""

from dataclasses import dataclass, field
from pathlib import Path

from ncviz.errors import UserError
from ncviz.export.model_plan import ModelPlan
from ncviz.scenes.view import View

OVER = ("epochs", "layers", "ratio", "camera")
FORMATS = ("mp4", "gif", "png")
# Words for a choice, with the sizes and rates they stand for.
FILM_SIZES = {
    "HD, 1280×720": (1280, 720),
    "Full HD, 1920×1080": (1920, 1080),
    "4K, 3840×2160": (3840, 2160),
    "Square, 1080×1080": (1080, 1080),
    "Upright, 1080×1920": (1080, 1920),
    "Small, 640×360": (640, 360),
}
FILM_RATES = (12, 24, 25, 30, 50, 60)


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
        What passes: one of `OVER`.
    view : View
        What else is seen. Its theme is the film's.
    file_format : str
        'mp4', 'gif' or 'png'; empty to go by the name of `out`.
    width, height : int
        Pixels.
    rate : float
        Frames a second.
    seconds : float
    title : str
        Empty for none.
    counter : bool
        Show the epoch, the layer or R.
    legend : bool
        Say at the foot what colours mean.
    plot : bool
        Show D_t over the layers in step with the scene; over R, the cosine.
    turn : float
        Degrees that the camera turns during the film.
    first_epoch, last_epoch : int or None
        Recorded epochs between which the film runs; None for all.
    keyframes : tuple of View
        Over 'camera': the views to pass through; without any, one turn.
    model : ModelPlan, optional
        Over 'ratio': whose optima pass.
    beside : Beside, optional
        Another run on the right, but over 'ratio'.
    supersample : int
        Draw so many times larger and average; 1 is smooth but where surfaces meet.
    with_path : bool
        Say in the film where its runs lie.
    """

    out: Path
    run: Path | None = None
    over: str = "epochs"
    view: View = field(default_factory=View)
    file_format: str = ""
    width: int = 1280
    height: int = 720
    rate: float = 30.0
    seconds: float = 8.0
    title: str = ""
    counter: bool = True
    legend: bool = True
    plot: bool = False
    turn: float = 0.0
    first_epoch: int | None = None
    last_epoch: int | None = None
    keyframes: tuple[View, ...] = ()
    model: ModelPlan | None = None
    beside: Beside | None = None
    supersample: int = 1
    with_path: bool = False

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
        if chosen not in FORMATS:
            raise UserError(
                f"{self.out.name} is of no format for films: let its name end in .mp4 or .gif, or "
                "name a new folder for PNG files."
            )
        return chosen
