"""A training in the background: a process of its own, and what it tells.

Nothing here imports torch, except in that process. A window's timer, or a loop on the
command line, calls `TrainingRunner.poll`.
"""

import importlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ncviz.jobs.control import Control
from ncviz.jobs.messages import End
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import RunMaker
from ncviz.language import tr
from ncviz.processes import give_way
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.repeats import is_repeats
from ncviz.runs.writer import STATE
from ncviz.training.device import CPU, cores, get_ready
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import SeedBegun, TrainingMessage


class TrainingRunner(RunMaker[TrainingMessage]):
    """Runs one training in the background and records it, whichever device trains."""

    def __init__(self) -> None:
        super().__init__("training", _prepare)

    def start(self, recipe: Recipe | None, out: Path, device: str = CPU) -> None:
        """Train as the recipe says and record into the folder `out`; None resumes what is there.

        Parameters
        ----------
        recipe : Recipe or None
            With several seeds it makes repeats.
        out : Path
            Folder of a run, or of repeats.
        device : str, optional
            One that works, such as 'cuda:0'.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        self._begin(_train, recipe, out, device)
        self._out, self._has_run = out, recipe is None

    def _said(self, message: TrainingMessage | End[str]) -> TrainingMessage | End[str]:
        if isinstance(message, SeedBegun):  # if the process dies, this is the run that it leaves
            self._out, self._has_run = message.path, (message.path / MANIFEST).exists()
        return super()._said(message)

    def _advice(self) -> str:
        if not self._has_run:
            return tr("train again")
        ways = (
            tr("resume it, or train again") if (self._out / STATE).is_file() else tr("train again")
        )
        return tr("what was recorded is kept; {ways}", ways=ways)


def measuring_process() -> WorkProcess | None:
    """Return a process to measure in what another one trains; see `MeasurerBeside`.

    None where there is no core for it, or the environment says `NCVIZ_BESIDE=0`. It is spawned
    when it is prepared or used, and ends with this process.
    """
    if cores() < 2 or os.environ.get("NCVIZ_BESIDE") == "0":
        return None
    return WorkProcess("measuring", _prepare_measuring)


def _prepare_measuring() -> None:
    give_way()
    importlib.import_module("ncviz.training.measuring_beside")


@lru_cache(maxsize=1)
def _beside() -> WorkProcess | None:
    """Return that of this process."""
    return measuring_process()


def _prepare() -> None:
    if (beside := _beside()) is not None:
        beside.prepare()  # before torch is imported here: both do so at the same time
    get_ready(CPU)
    importlib.import_module("ncviz.training.recorded_repeats")


def _train(
    control: Control,
    tell: Callable[[TrainingMessage], None],
    recipe: Recipe | None,
    out: Path,
    device: str,
) -> str:
    from ncviz.training.recorded_repeats import record_repeats, resume_repeats
    from ncviz.training.recorded_training import record, resume

    ways: dict[str, Any] = {
        "device": device,
        "control": control,
        "notify": tell,
        "beside": _beside(),
    }
    if recipe is None:
        return resume_repeats(out, **ways) if is_repeats(out) else resume(out, **ways)
    return (record if recipe.regimen.seeds == 1 else record_repeats)(recipe, out, **ways)
