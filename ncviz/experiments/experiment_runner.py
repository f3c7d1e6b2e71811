"""An experiment in the background: a process of its own, and what it tells.

Nothing here imports torch, except in that process.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ncviz.errors import BusyError
from ncviz.experiments.experiment import Experiment
from ncviz.experiments.running import carry_out
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Died
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.language import tr

SECONDS_TO_END = 10.0
ELSEWHERE = "elsewhere"  # another process carries it out


class ExperimentRunner(Runner[Any, str]):
    """Carries out one experiment; tells each `ExperimentProgress` and what trainings tell.

    The last message is `Finished` with 'finished', 'stopped' or `ELSEWHERE`, or `Failed`. What
    was finished is kept in any case; `cancel` throws the training under way away, `stop` lets it go
    on next time.
    """

    def __init__(self) -> None:
        super().__init__(WorkProcess("experiment"))

    def start(
        self,
        experiment: Experiment,
        folder: Path,
        seeds: int,
        device: str,
        *,
        again: bool = False,
    ) -> None:
        """Begin.

        Parameters
        ----------
        experiment : Experiment
        folder : Path
            Where runs and results of experiments lie.
        seeds : int
            How many, from 0 on.
        device : str
            One that works, such as 'cpu'.
        again : bool, optional
            Forget what was measured of these seeds: their runs are measured anew, and trained
            where they are gone.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        self._begin(_carry_out, experiment, folder, seeds, device, again)

    def _of_its_end(self, died: Died) -> str:
        kept = tr("what was finished is kept, and running it again goes on from there")
        return tr("The experiment's process {why}: {kept}.", why=died.why, kept=kept)

    def close(self, timeout: float = SECONDS_TO_END) -> None:
        """Stop, keep what there is, and free everything: as `Runner.close`."""
        super().close(timeout)


def _carry_out(
    control: Control,
    tell: Callable[[Any], None],
    experiment: Experiment,
    folder: Path,
    seeds: int,
    device: str,
    again: bool,
) -> str:
    try:
        return carry_out(
            experiment,
            folder,
            seeds=seeds,
            device=device,
            control=control,
            notify=tell,
            again=again,
        )
    except BusyError:
        return ELSEWHERE
