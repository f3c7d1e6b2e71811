"""Records checkpoints in a process of its own, as a training's runner trains.

Nothing here imports torch, except in that process.
"""

import importlib
from collections.abc import Callable
from pathlib import Path

from ncviz.jobs.control import Control
from ncviz.jobs.runner import RunMaker
from ncviz.language import tr
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import FileProgress, Inspected, Looked, RecordMessage
from ncviz.training.device import CPU, get_ready


class RecordRunner(RunMaker[RecordMessage]):
    """Inspects plans and records one, in a spawned process.

    The process imports the user's code and reads her files; a crash there ends
    it alone.
    """

    def __init__(self) -> None:
        super().__init__("recording", _prepare)

    def ask(self, question: str, plan: RecordPlan) -> None:
        """Ask a question about a plan.

        Parameters
        ----------
        question : str
            'look' for `Looked`, what its checkpoints hold; 'inspect' for `Inspected`, what it
            would record.
        plan : RecordPlan
        """
        self._ask(_answer, question, plan)

    def start(self, plan: RecordPlan, out: Path) -> None:
        """Record the plan's checkpoints into the folder `out`.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        self._begin(_record, plan, out)
        self._out, self._has_run = out, False

    def _advice(self) -> str:
        return tr("record again")


def _prepare() -> None:
    get_ready(CPU)
    importlib.import_module("ncviz.recording.inspecting")


def _answer(
    control: Control, tell: Callable[[FileProgress], None], question: str, plan: RecordPlan
) -> Looked | Inspected:
    from ncviz.recording.inspecting import Telling, answer

    return answer(question, plan, Telling(control, tell))


def _record(
    control: Control, tell: Callable[[RecordMessage], None], plan: RecordPlan, out: Path
) -> str:
    from ncviz.recording.record_checkpoints import record_checkpoints

    return record_checkpoints(plan, out, control=control, notify=tell)
