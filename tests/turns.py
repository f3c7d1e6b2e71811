"""Jobs on the thread that asks for them: a test needs no other process."""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from ncviz.jobs.control import Control
from ncviz.jobs.messages import Cancelled, End, pieces
from ncviz.jobs.worker import Worker


class WorkInTurns(Worker):
    """Does a piece of a job, up to what it yields next, whenever somebody listens."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._begun: dict[int, tuple[Control, Generator[Any, None, End[Any]]]] = {}

    def _send_work(
        self, number: int, work: Callable[..., Any], arguments: tuple[Any, ...], named: Any
    ) -> None:
        control, tell = Control(), partial(self._pass_on, number)
        whole = partial(work, control, tell, *arguments, **named)
        self._begun[number] = control, pieces(self.name, control, whole)

    def ask(self, number: int, request: str) -> None:
        getattr(self._begun[number][0], request)()

    def listen(self, timeout: float) -> None:
        for number, (control, work) in tuple(self._begun.items()):
            if number not in self._jobs:  # nobody wants it any more
                self._end(number)
            elif not control.is_paused:
                try:
                    message = next(work)
                except StopIteration as last:
                    del self._begun[number]
                    message = last.value
                self._pass_on(number, message)
                return

    def close(self, timeout: float = 0.0) -> None:
        for number in tuple(self._begun):
            self._end(number)
            self._pass_on(number, Cancelled())

    def _end(self, number: int) -> None:
        self._begun.pop(number)[1].close()
