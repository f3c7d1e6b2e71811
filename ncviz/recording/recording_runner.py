"""Records checkpoints in a process of its own, as a training's runner trains.

Nothing here imports torch, except in that process.
"""

import importlib
from collections.abc import Callable
from pathlib import Path

from ncviz.jobs.control import Control
from ncviz.jobs.messages import Cancelled, Died, End, Failed, Finished
from ncviz.jobs.runner import Runner
from ncviz.jobs.worker import Job
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import FileProgress, Inspected, Looked, RecordMessage
from ncviz.training.device import CPU, get_ready


class RecordRunner(Runner[RecordMessage]):
    """Inspects plans and records one, in a spawned process.

    The process imports the user's code and reads her files; a crash there ends
    it alone.
    """

    def __init__(self) -> None:
        super().__init__("recording", _prepare)
        self._question: Job[FileProgress, Looked | Inspected] | None = None

    @property
    def pid(self) -> int | None:
        """Return the number of the process; None if there is none."""
        return self._worker.pid

    @property
    def is_inspecting(self) -> bool:
        """Whether something was asked and the newest answer has not been polled yet."""
        return self._question is not None and self._question.is_running

    def inspect(self, plan: RecordPlan) -> None:
        """Ask for `Inspected`, or `Failed`, about a plan; not beside a recording.

        Of several questions, `look` included, only the newest is answered.
        """
        self._ask("inspect", plan)

    def look(self, plan: RecordPlan) -> None:
        """Ask for `Looked`, or `Failed`, about a plan's checkpoints; not beside a recording."""
        self._ask("look", plan)

    def _ask(self, question: str, plan: RecordPlan) -> None:
        if not self.is_running:
            self.forget()
            self._question = self._worker.begin(_answer, question, plan)

    def forget(self) -> None:
        """Want no answer any more to what was asked."""
        if self._question is not None:
            self._question.drop()

    def start(self, plan: RecordPlan, out: Path) -> None:
        """Record the plan's checkpoints into the folder `out`.

        Raises
        ------
        RuntimeError
            If it was started before: a runner records once.
        """
        self._begin(out, _record, plan, out)
        self.forget()

    def poll(self, timeout: float = 0.0) -> list[RecordMessage]:
        """Return the messages since the last poll, waiting for one if there is none."""
        if self._question is None or not self.is_inspecting:
            return super().poll(timeout)
        return [self._answered(message) for message in self._question.poll(timeout)]

    def _answered(self, message: FileProgress | End[Looked | Inspected]) -> RecordMessage:
        assert not isinstance(message, Cancelled)  # nothing is heard of a dropped question
        if isinstance(message, Died):
            return Failed(self._of_its_end(message))
        return message.value if isinstance(message, Finished) else message

    def _advice(self) -> str:
        return "record again"


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
