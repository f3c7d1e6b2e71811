"""Searches a model's optimum on a thread, and shows the best so far."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic

import numpy as np

from ncviz.errors import UserError
from ncviz.models.model import P


class ModelSearch(Generic[P]):
    """Answers the newest question on a thread; older ones are dropped between two descents.

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
        self._lock = threading.Lock()
        self._newest: P | None = None
        self._thread: threading.Thread | None = None
        self._news: tuple[P, Any, bool] | None = None

    @property
    def busy(self) -> bool:
        """Return whether a better answer may be on its way, or has come and was not polled."""
        return self._newest is not None or self._news is not None

    @property
    def share(self) -> float:
        """Return how much of the search is done, in 0…1."""
        return self.tried / self._descents

    def ask(self, question: P | None) -> None:
        """Ask another question; None calls the present one off."""
        with self._lock:
            if question is not None and question == self.answered and self._complete:
                question = None
            elif question is not None and question == self._newest:
                return
            self._newest = question
            self._news = None
            if question is not None and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="optimum", daemon=True)
                self._thread.start()

    def poll(self) -> bool:
        """Take up an answer that has come; return whether there was one.

        Raises
        ------
        Exception
            What nobody foresaw while it was sought.
        """
        with self._lock:
            if self._news is None:
                return False
            question, found, self._complete = self._news
            self._news = None
        self.answered = question
        self.failure = str(found) if isinstance(found, UserError) else ""
        if isinstance(found, Exception) and not self.failure:
            raise found
        if not self.failure:
            self.answer = found
        return True

    def close(self) -> None:
        """Call off what is asked and wait for the thread."""
        self.ask(None)
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                question = self._newest
                if question is None:
                    self._thread = None
                    return
            try:
                self._search(question)
            except Exception as error:  # noqa: BLE001 - raised again where the answer is taken up
                self._tell(question, error, True)

    def _search(self, question: P) -> None:
        """Tell the best so far when it is better than the one before, and the last."""
        told, self.tried = np.inf, 0
        for number, found in enumerate(self._look_for(question) or (), start=1):
            if question != self._newest:
                return
            self.tried, last = number, number == self._descents
            if last or (number >= self._shown_from and found.objective < told):
                told = told if last else found.objective
                self._tell(question, found, last)

    def _tell(self, question: P, found: Any, complete: bool) -> None:
        with self._lock:
            if question != self._newest:
                return
            if complete:
                self._newest = None
            self._news = question, found, complete
