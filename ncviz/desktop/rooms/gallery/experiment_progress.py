"""How far an experiment has come, in words."""

from ncviz.experiments.experiment import Experiment
from ncviz.experiments.running import ExperimentProgress
from ncviz.language import tr
from ncviz.training.training_messages import TrainingProgress
from ncviz.wording import duration


def progress_in_words(
    experiment: Experiment, stage: ExperimentProgress, training: TrainingProgress | None
) -> list[str]:
    """Return what is being run, which variant and seed of it, and how far it has come.

    Parameters
    ----------
    experiment : Experiment
    stage : ExperimentProgress
        Which of its trainings or solutions is under way.
    training : TrainingProgress or None
        How far that one has come, as far as it is told.

    Returns
    -------
    list of str
        The title, then variant and seed, which may be empty, then what there is besides.
    """
    of = f"{stage.variant}, " if stage.variant else ""
    seed = tr("seed {seed}", seed=stage.seed) if experiment.is_drawn else ""
    parts = [experiment.title, f"{of}{seed}".removesuffix(", ")]
    if stage.count > 1:
        parts.append(tr("{number} of {count}", number=stage.number, count=stage.count))
    if training is not None:
        parts += [
            tr("epoch {epoch:,} of {epochs:,}", epoch=training.epoch, epochs=training.epochs),
            tr(
                "{seconds_left} left of this training",
                seconds_left=duration(training.seconds_left),
            ),
        ]
    return parts
