"""Small pictures of experiments: of the run that was trained, or of the model that is solved."""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ncviz.assets import asset
from ncviz.errors import UserError
from ncviz.experiments.experiment import SMALL, Experiment, ModelProblem, mark_of, subject_of
from ncviz.experiments.finding import SHIPPED
from ncviz.export.exporter import SECONDS_TO_CANCEL, get_ready
from ncviz.jobs.control import Control
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.language import tr
from ncviz.runs.writer import write_atomically

PICTURES = "pictures"
DRAWN = 3  # the way in which pictures are drawn: one more where it changes


@dataclass(frozen=True)
class ThumbnailDrawn:
    """A picture was drawn, or could not be.

    Parameters
    ----------
    name : str
        Of the experiment.
    trouble : str
        Why there is none, a sentence; empty if all is well.
    """

    name: str
    trouble: str = ""


def thumbnail_stem(folder: Path, experiment: Experiment, form: str = SMALL) -> Path:
    """Return where the pictures of an experiment as it is now lie, without theme and ending.

    Its name changes with all that a picture depends on, so that none shows what was before.
    """
    shown, model = experiment.shown, isinstance(experiment.variants[0].small, ModelProblem)
    drawn = [shown.variant, *([shown.beside] if shown.beside else [])]
    drawn += [each.name for each in experiment.variants] if model else []
    seen = [mark_of(subject_of(experiment.variant(name), form, 0)) for name in drawn]
    seen += [shown.view]
    seen += [str(DRAWN), *shown.plots]
    mark = hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]
    return folder / PICTURES / f"{experiment.name}-{mark}"


def shipped_picture(name: str) -> Path | None:
    """Return the picture of this name that ships with ncviz; None if there is none."""
    try:
        return asset(SHIPPED, PICTURES, name)
    except UserError:
        return None


def thumbnail_drawer(
    find_opengl: Callable[[], object] | None = None,
) -> Runner[ThumbnailDrawn, None]:
    """Return what draws beside a window, in a process of its own.

    Parameters
    ----------
    find_opengl : callable, optional
        As of `spawned_exporter`.
    """
    begin = partial(get_ready, find_opengl)
    return Runner(WorkProcess(tr("drawing of experiments"), begin, SECONDS_TO_CANCEL))


def draw_thumbnails(
    control: Control,
    _tell: Callable[[ThumbnailDrawn], None],
    wanted: tuple[tuple[Experiment, str, int, Path], ...],
    folder: Path,
    theme: str,
) -> Generator[ThumbnailDrawn, None, None]:
    """Draw pictures one after the other: a job of a `Worker`.

    Parameters
    ----------
    control
        Obeyed between two pictures.
    wanted : tuple of (Experiment, str, int, Path)
        With form and seed of the run that is shown, and the file.
    folder : Path
        Where the runs of experiments lie.
    theme : str

    Yields
    ------
    ThumbnailDrawn
    """
    from ncviz.experiments.thumbnail_pixels import thumbnail  # OpenGL is loaded when it is needed

    for experiment, form, seed, path in wanted:
        control.check()
        try:
            picture = thumbnail(experiment, folder, form, seed, theme)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, picture)
        except (UserError, OSError) as error:
            yield ThumbnailDrawn(experiment.name, str(error))
        else:
            yield ThumbnailDrawn(experiment.name)
