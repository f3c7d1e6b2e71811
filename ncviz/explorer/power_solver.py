"""Searches the Layer-Peeled Model with q ≠ 2 on a thread, and shows the best so far."""

import threading
from dataclasses import dataclass

import numpy as np

from ncviz.errors import UserError
from ncviz.explorer.peeled_optimum import Optimum, optimum_of_power
from ncviz.theory.layer_peeled_variants import search_q_norm

DESCENTS = 96
SHOWN_FROM = 12  # descents: before that the best so far is seldom the best


@dataclass(frozen=True)
class PowerQuestion:
    """A model with q ≠ 2: class sizes, E_H·E_W and q."""

    sizes: tuple[float, ...]
    budget: float
    q: float


@dataclass(frozen=True)
class PowerSaid:
    """What a saved picture says of a model with q ≠ 2: what was asked, and how sure it is."""

    sizes: tuple[float, ...]
    budget: float
    q: float
    objective: float
    residual: float
    converged: bool
    descents: int
    agreeing: int


class PowerSolver:
    """Answers the newest question on a thread; older ones are dropped between two descents.

    Attributes
    ----------
    answer : Optimum, optional
        The last that came, perhaps of a search that still goes on.
    answered : PowerQuestion, optional
        What it answers.
    failure : str
        A sentence if the last question has no answer; else empty.
    tried : int
        How many of the `DESCENTS` for the newest question have ended.
    """

    def __init__(self) -> None:
        self.answer: Optimum | None = None
        self.answered: PowerQuestion | None = None
        self.failure = ""
        self.tried = 0
        self._complete = False
        self._lock = threading.Lock()
        self._newest: PowerQuestion | None = None
        self._thread: threading.Thread | None = None
        self._news: tuple[PowerQuestion, Optimum | str, bool] | None = None

    @property
    def busy(self) -> bool:
        """Return whether a better answer may be on its way, or has come and was not polled."""
        return self._newest is not None or self._news is not None

    @property
    def share(self) -> float:
        """Return how much of the search is done, in 0…1."""
        return self.tried / DESCENTS

    def ask(self, question: PowerQuestion | None) -> None:
        """Ask another question; None calls the present one off."""
        with self._lock:
            if question is not None and question == self.answered and self._complete:
                question = None
            elif question is not None and question == self._newest:
                return
            self._newest = question
            self._news = None
            if question is not None and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="q-norm", daemon=True)
                self._thread.start()

    def poll(self) -> bool:
        """Take up an answer that has come; return whether there was one."""
        with self._lock:
            if self._news is None:
                return False
            question, found, self._complete = self._news
            self._news = None
        self.answered = question
        self.failure = found if isinstance(found, str) else ""
        if isinstance(found, Optimum):
            self.answer = found
        return True

    def close(self) -> None:
        """Call off what is asked and wait for the thread."""
        self.ask(None)
        thread = self._thread
        if thread is not None:
            thread.join()

    def said(self) -> PowerSaid | None:
        """Return what is to be said of the answer."""
        answer, question = self.answer, self.answered
        if answer is None or question is None or answer.residual is None:
            return None
        return PowerSaid(
            question.sizes,
            question.budget,
            question.q,
            answer.objective,
            answer.residual,
            answer.converged,
            answer.descents,
            answer.agreeing,
        )

    def _work(self) -> None:
        while True:
            with self._lock:
                question = self._newest
                if question is None:
                    self._thread = None
                    return
            try:
                self._search(question)
            except (UserError, ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
                self._tell(question, f"No optimum was found for q = {question.q:g}: {error}.", True)

    def _search(self, question: PowerQuestion) -> None:
        """Tell the best so far when it is better than the one before, and the last."""
        energy = float(np.sqrt(question.budget))
        told, self.tried = np.inf, 0
        with np.errstate(all="ignore"):
            for found in search_q_norm(
                question.sizes,
                len(question.sizes),
                question.q,
                classifier_energy=energy,
                feature_energy=energy,
                starts=DESCENTS,
            ):
                if question != self._newest:
                    return
                number, last = len(found.objectives), len(found.objectives) == DESCENTS
                self.tried = number
                if not np.isfinite(found.objective):
                    sentence = f"The descent for q = {question.q:g} ran away: choose a q nearer 2."
                    self._tell(question, sentence, True)
                    return
                if last or (number >= SHOWN_FROM and found.objective < told):
                    told = found.objective
                    self._tell(question, optimum_of_power(found, question.sizes), last)

    def _tell(self, question: PowerQuestion, found: Optimum | str, complete: bool) -> None:
        with self._lock:
            if question != self._newest:
                return
            if complete:
                self._newest = None
            self._news = question, found, complete
