"""One piece of work in another process or thread, its answer given on the main thread."""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ncviz.errors import UserError

POLL_MILLISECONDS = 50


def _work(connection: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer: tuple[str, Any] = ("done", function(*arguments))
    except UserError as error:
        answer = ("failed", str(error))
    except MemoryError:
        answer = ("failed", "The memory is too small for this: choose a smaller size.")
    connection.send(answer)
    connection.close()


class ProcessJob(QObject):
    """Runs a function in a process of its own, which can be killed.

    Signals
    -------
    done(object), failed(str)
        The answer, or one sentence.
    """

    done = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)

    @property
    def is_running(self) -> bool:
        """Return whether an answer is awaited."""
        return self._process is not None

    def start(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Begin; function and arguments must be picklable."""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_work, args=(theirs, function, arguments), daemon=True
        )
        self._process.start()
        theirs.close()
        self._timer.start()

    def cancel(self) -> None:
        """Kill the process; nothing more is heard of it."""
        self._timer.stop()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _poll(self) -> None:
        assert self._process is not None
        assert self._connection is not None
        if not self._connection.poll():
            if self._process.is_alive():
                return
            answer: tuple[str, Any] = ("failed", "The work was broken off: try again.")
        else:
            try:
                answer = self._connection.recv()
            except EOFError:
                answer = ("failed", "The work was broken off: try again.")
            self._process.join()
        self.cancel()
        kind, value = answer
        if kind == "done":
            self.done.emit(value)
        else:
            self.failed.emit(value)


class DownloadCancelledError(Exception):
    """Raised in a download's thread when the user has cancelled it."""


class Download(QObject):
    """Fetches a data set in a thread.

    Signals
    -------
    progressed(object, object)
        Bytes done and in all.
    done(), failed(str)
    """

    progressed = pyqtSignal(object, object)
    done = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Return whether the thread still works."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, key: str, folder: Any) -> None:
        """Begin to fetch a data set of the catalogue."""
        self._cancelled.clear()
        self._thread = threading.Thread(target=self._fetch, args=(key, folder), daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End it at the next piece; nothing half-fetched is kept."""
        self._cancelled.set()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _fetch(self, key: str, folder: Any) -> None:
        from ncviz.data.catalogue import load  # brings torch in, so not before it is needed

        sentence: str | None = "The download broke off: the terminal may say why."
        try:
            load(key, folder, download=True, progress=self._progress)
            sentence = ""
        except DownloadCancelledError:
            sentence = None
        except UserError as error:
            sentence = str(error)
        finally:  # whatever happens, the dialog must not wait for ever
            if sentence:
                self.failed.emit(sentence)
            elif sentence is not None:
                self.done.emit()

    def _progress(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise DownloadCancelledError
        self.progressed.emit(done, total)
