"""What the window shows of an experiment: a state of it that is opened like a session."""

from pathlib import Path

from ncviz.experiments.experiment import SMALL, Experiment, ModelProblem
from ncviz.experiments.finding import RunChoice
from ncviz.explorer.room_names import COMPARE
from ncviz.explorer.window_state import PlotLayout, SecondRun, WindowState
from ncviz.parameters import to_plain
from ncviz.runs.repeats import Repeats, is_repeats
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view

WIDTH, HEIGHT = 640, 400  # pixels of its picture, for screens of high density


def state_to_show(
    experiment: Experiment,
    left: RunChoice,
    right: RunChoice | None = None,
    *,
    form: str = SMALL,
    room: str = "",
) -> WindowState:
    """Return what the window shows.

    Parameters
    ----------
    experiment : Experiment
    left : RunChoice
        The run, or the model.
    right : RunChoice, optional
        The run beside it, which the Compare room shows.
    form : str
        'small' or 'published'.
    room : str, optional
        By default the one in which the claim is seen.

    Raises
    ------
    UserError
        If there are no runs any more of which one is the median.
    """
    shown, variant = experiment.shown, experiment.variant(left.variant)
    room = room or shown.room
    subject = variant.small if form == SMALL else variant.published
    if isinstance(subject, ModelProblem):
        settings = {subject.model: to_plain(subject.parameters)}
        return WindowState(room=room, theory={"model": subject.model, **settings})
    view, second = text_to_view(shown.view), SecondRun()
    if room != COMPARE:
        return WindowState(room, left.path, view, plots=PlotLayout(shown.plots))
    if right is not None:
        second = SecondRun(_one_run(right), view)
    return WindowState(room, _one_run(left), view, plots=PlotLayout(shown.plots), second=second)


def _one_run(choice: RunChoice) -> Path | None:
    """Return the folder of the run; of all seeds, of the median one."""
    path = choice.path
    return Repeats(path).median_run.path if path is not None and is_repeats(path) else path


def moment_shown(view: View, run: Run) -> View:
    """Return a view of an experiment at its moment: the last, unless it names another."""
    return view if view.epoch else view.at(run.epochs[-1])
