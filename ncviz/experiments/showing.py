"""What the window shows of an experiment: a state of it that is opened like a session."""

from pathlib import Path

from ncviz.experiments.experiment import SMALL, Experiment, ModelProblem
from ncviz.experiments.running import find_run
from ncviz.explorer.window_state import PlotLayout, SecondRun, WindowState
from ncviz.parameters import to_plain
from ncviz.scenes.view_text import text_to_view


def state_to_show(
    experiment: Experiment, folder: Path, form: str = SMALL, seed: int = 0
) -> WindowState | None:
    """Return what the window shows; None where the run is not there yet.

    Parameters
    ----------
    experiment : Experiment
    folder : Path
        Where the runs of experiments lie.
    form, seed
        Of the run that is shown.
    """
    shown, first = experiment.shown, experiment.variant(experiment.shown.variant)
    subject = first.small if form == SMALL else first.published
    if isinstance(subject, ModelProblem):
        settings = {subject.model: to_plain(subject.parameters)}
        return WindowState(room=shown.room, theory={"model": subject.model, **settings})
    run = find_run(folder, experiment, first.name, form, seed)
    if run is None:
        return None
    view, second = text_to_view(shown.view), SecondRun()
    if shown.beside:
        beside = find_run(folder, experiment, shown.beside, form, seed)
        second = SecondRun(beside, view)
    return WindowState(shown.room, run, view, plots=PlotLayout(shown.plots), second=second)
