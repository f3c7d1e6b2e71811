"""What is said of a run that belongs to a published experiment: claim, source, verdict."""

from pathlib import Path

from ncviz.assets import asset
from ncviz.experiments.catalogue import experiments
from ncviz.experiments.experiment import PUBLISHED, SMALL, Experiment
from ncviz.experiments.finding import SHIPPED, find_repeats, shipped_run
from ncviz.experiments.results import current_results, experiments_folder
from ncviz.experiments.verdict import outcome_of
from ncviz.wording import upper_first


def gallery_folder() -> Path:
    """Return the folder of the runs of experiments that ship with ncviz.

    Raises
    ------
    UserError
        If this installation lacks them.
    """
    return asset(SHIPPED)


class ExperimentsOfRuns:
    """Tells of folders of runs to which experiments they belong.

    Runs are known by where they lie: those that ship with ncviz, and one's own.

    Parameters
    ----------
    folder : Path, optional
        Where one's own lie; by default among the user's data.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or experiments_folder()
        self._of: dict[Path, tuple[Experiment, str]] = {}
        for experiment in experiments().values():
            for variant in experiment.variants:
                paths = {
                    form: find_repeats(self._folder, experiment, variant.name, form)
                    for form in (PUBLISHED, SMALL)
                }
                shipped = shipped_run(experiment, variant.name)
                for path, form in ((shipped, SMALL), *((p, f) for f, p in paths.items())):
                    if path is not None:
                        self._of[path.resolve()] = experiment, form

    def about(self, run: Path) -> tuple[str, ...]:
        """Return what was claimed, by whom, and whether it holds; nothing of other runs.

        Parameters
        ----------
        run : Path
            The folder of a run, or of the runs of several seeds.
        """
        found = self._of.get(run.resolve())
        return () if found is None else self._told(*found)

    def _told(self, experiment: Experiment, form: str) -> tuple[str, ...]:
        outcome = outcome_of(experiment, current_results(experiment, self._folder), form)
        claim = f"{experiment.title}: {experiment.claim}"
        verdict = f"{upper_first(outcome.verdict)}."
        return claim, experiment.source.words, " ".join(filter(None, (verdict, outcome.reason)))
