"""Small pictures of experiments: of the run that was trained, or of the model that is solved."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ncviz.errors import UserError
from ncviz.experiments.experiment import SMALL, Experiment, ModelProblem, mark_of, subject_of
from ncviz.experiments.running import find_run
from ncviz.export.exporter import SECONDS_TO_CANCEL, get_ready
from ncviz.jobs.control import Control
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.parameters import values_of
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Panel, Picture, Scene
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view

WIDTH, HEIGHT = 640, 400  # pixels, for screens of high density
MARGIN = 0.9  # that the scene takes of them


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


def thumbnail_stem(folder: Path, experiment: Experiment) -> Path:
    """Return where the pictures of an experiment as it is now lie, without theme and ending."""
    shown = experiment.variant(experiment.shown.variant)
    mark = mark_of(subject_of(shown, SMALL, 0))
    return folder / "pictures" / f"{experiment.name}-{mark}"


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
    return Runner(WorkProcess("drawing of experiments", begin, SECONDS_TO_CANCEL))


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
    from ncviz.export.picture import save_picture  # OpenGL is not loaded before it is needed
    from ncviz.scenes.camera_fit import fitted_camera, without_outliers

    for experiment, form, seed, path in wanted:
        control.check()
        try:
            scenes, camera = _scenes(experiment, folder, form, seed, theme)
            whole = [without_outliers(scene) for scene in scenes]
            share = 1 / len(scenes)
            camera = fitted_camera(camera, whole, share * WIDTH / HEIGHT).zoom(MARGIN)
            panels = [Panel(s, left=share * n, width=share) for n, s in enumerate(scenes)]
            path.parent.mkdir(parents=True, exist_ok=True)
            save_picture(Picture(tuple(panels)), camera, path, WIDTH, HEIGHT)
        except (UserError, OSError) as error:
            yield ThumbnailDrawn(experiment.name, str(error))
        else:
            yield ThumbnailDrawn(experiment.name)


def _scenes(
    experiment: Experiment, folder: Path, form: str, seed: int, theme: str
) -> tuple[list[Scene], Camera]:
    """Return what is seen, side by side where two runs are compared, and from where."""
    from ncviz.export.model_path import model_path
    from ncviz.export.model_plan import ModelPlan
    from ncviz.scenes.compose import compose

    shown = experiment.shown
    view = replace(text_to_view(shown.view), theme=theme, show_labels=False)
    subject = subject_of(experiment.variant(shown.variant), form, seed)
    if isinstance(subject, ModelProblem):
        plan = ModelPlan(subject.model, values_of(subject.parameters), last=subject.step)
        return [model_path(plan).still().scene(view)], view.camera
    names = [shown.variant, *([shown.beside] if shown.beside else [])]
    paths = [find_run(folder, experiment, name, form, seed) for name in names]
    runs = [Run(path) for path in paths if path is not None]
    if paths[0] is None:
        raise UserError(f"The run of {experiment.title} is not there any more: run it again.")
    return [compose(run, moment_shown(view, run)) for run in runs], view.camera


def moment_shown(view: View, run: Run) -> View:
    """Return a view of an experiment at its moment: the last, unless it names another."""
    return view if view.epoch else view.at(run.epochs[-1])
