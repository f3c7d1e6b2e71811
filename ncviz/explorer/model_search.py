"""Searches a model's optimum in the background, and shows the best so far."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic

from ncviz.geometry.slabs import one_blas_thread
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Died, Failed
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, Worker
from ncviz.language import tr
from ncviz.models.model import P, models

REMEMBERED = 64  # questions that are not searched for anew
PATIENCE = 10.0  # seconds until a descent has ended that is called off


@dataclass(frozen=True)
class Found:
    """What a descent has come to.

    Parameters
    ----------
    number : int
        Of the descent, from 1.
    answer : optimum, optional
        If it is to be shown.
    """

    number: int
    answer: Any = None


@dataclass(frozen=True)
class AskedByName:
    """What a model answers, for another process: models themselves cannot be sent there.

    Parameters
    ----------
    model, method : str
        Names.
    """

    model: str
    method: str

    def __call__(self, *asked: Any) -> Any:
        """Ask the model of that name."""
        return getattr(models()[self.model], self.method)(*asked)


class ModelSearch(Generic[P]):
    """Answers the newest question on a thread; older ones are dropped between two descents.

    `go_elsewhere` lets a process do it: a thread of Python holds up whoever draws meanwhile.

    Parameters
    ----------
    search : callable
        From a question to what yields its answers, ever better ones; None where it has none.
    descents, shown_from : int
        How many answers there are, and from which on they are shown.

    Attributes
    ----------
    answer : optimum, optional
        The last that came, perhaps of a search that still goes on.
    answered : parameters, optional
        What it answers.
    failure : str
        A sentence if the last question has no answer; else empty.
    tried : int
        How many of the descents for the newest question have ended.
    """

    def __init__(
        self,
        search: Callable[[P], Iterator[Any] | None],
        descents: int = 1,
        shown_from: int = 1,
    ) -> None:
        self.answer: Any = None
        self.answered: P | None = None
        self.failure = ""
        self.tried = 0
        self._look_for, self._descents, self._shown_from = search, descents, shown_from
        self._complete = False
        self._answers: dict[P, Any] = {}  # to the last questions, of searches that ended
        self._newest: P | None = None
        self._worker: Worker = WorkThread(tr("search for an optimum"))
        self._job: Job[Found, None] | None = None

    def go_elsewhere(self, search: AskedByName) -> None:
        """Search in a process from now on, which is spawned with the first question."""
        self._worker, self._look_for = WorkProcess(self._worker.name), search

    @property
    def busy(self) -> bool:
        """Return whether a better answer may be on its way, or has come and was not polled."""
        return self._job is not None

    @property
    def found(self) -> tuple[P | None, Any]:
        """Return the last question that was answered, and its answer; set to what is known."""
        return self.answered, self.answer

    @found.setter
    def found(self, found: tuple[P | None, Any]) -> None:
        self.answered, self.answer = found
        self._complete = True

    @property
    def share(self) -> float:
        """Return how much of the search is done, in 0…1."""
        return self.tried / self._descents

    def answer_to(self, question: P) -> Any:
        """Return the answer to a question, the best so far; None if there is none."""
        return self.answer if self.answered == question and not self.failure else None

    def in_vain(self, question: P) -> str:
        """Return why a question has no answer; empty if it has one, or may still have."""
        return self.failure if self.answered == question else ""

    def ask(self, question: P | None) -> None:
        """Ask another question; None calls the present one off."""
        if question is not None and question == self.answered and self._complete:
            question = None
        elif question is not None and question in self._answers:
            self.found, self.failure = (question, self._answers[question]), ""
            question = None
        elif question is not None and question == self._newest:
            return
        if self._job is not None:
            self._job.drop()
        self._newest = question
        self._job = None
        if question is not None:
            self._complete, self.tried = False, 0
            steps = self._descents, self._shown_from
            self._job = self._worker.begin(_seek, self._look_for, *steps, question)

    def poll(self) -> bool:
        """Take up what has come; return whether that was an answer, or the end of the search.

        The end may come after the last answer, and whoever shows that it is sought is to know.
        """
        is_new = False
        for message in [] if self._job is None else self._job.poll():
            match message:
                case Found(number=number, answer=answer):
                    self.tried = number
                    if answer is not None:
                        self.answer, self.answered, self.failure = answer, self._newest, ""
                        is_new = True
                    continue
                case Died() as died:
                    why = tr("The search {why}: move a slider to search again.", why=died.why)
                    self.answered, self.failure = self._newest, why
                case Failed(sentence=sentence):
                    self.answered, self.failure = self._newest, sentence
            is_new = True
            self._complete = self.answered == self._newest
            if self.answered is not None and self._complete and not self.failure:
                self._answers[self.answered] = self.answer
                for oldest in list(self._answers)[:-REMEMBERED]:
                    del self._answers[oldest]
            self._newest = self._job = None
        return is_new

    def close(self) -> None:
        """Call off what is asked and wait for the thread."""
        self.ask(None)
        self._worker.close(PATIENCE)


def _seek(
    control: Control,
    tell: Callable[[Found], None],
    look_for: Callable[[Any], Iterator[Any] | None],
    descents: int,
    shown_from: int,
    question: Any,
) -> None:
    """Tell the best so far when it is better than the one before, and the last.

    None on the way is no answer: it lets a search be called off that takes long.
    """
    told, number = math.inf, 0
    with one_blas_thread():
        for found in look_for(question) or ():
            control.check()
            if found is None:
                continue
            number += 1
            last = number == descents
            better = last or (number >= shown_from and found.objective < told)
            told = found.objective if better and not last else told
            tell(Found(number, found if better else None))
