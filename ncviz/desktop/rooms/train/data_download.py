"""Fetches a data set in the background, beside a dialog that counts and cancels."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QProgressDialog

from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.widgets.background import Background
from ncviz.jobs.control import Control
from ncviz.jobs.runner import Runner
from ncviz.jobs.thread import WorkThread
from ncviz.language import tr


def _fetch(
    control: Control, tell: Callable[[tuple[int, int]], None], key: str, folder: Path | None
) -> None:
    """Fetch a data set of the catalogue, and tell how many bytes are there, and in all."""
    from ncviz.data import catalogue

    def progress(done: int, total: int) -> None:
        control.check()
        tell((done, total))

    catalogue.load(key, folder, download=True, progress=progress)


class DataDownload:
    """One download at a time; the window is told how it ended."""

    def __init__(self, window: RoomsWindow) -> None:
        self._window = window
        self._dialog: QProgressDialog | None = None
        self._work = Background(window, lambda: Runner(WorkThread("download")))
        self._work.told.connect(self._progressed)
        self._work.done.connect(lambda _nothing: self._ended(tr("The data set is ready.")))
        self._work.failed.connect(self._ended)

    @property
    def is_running(self) -> bool:
        """Tell whether one still reads, or ends."""
        return self._work.is_running

    def start(self, key: str, folder: Path | None) -> None:
        """Fetch a data set of the catalogue into a folder, or where ncviz keeps such."""
        if self._work.is_running:
            if self._dialog is None:
                self._window.note.say(tr("The last download still ends: try again in a moment."))
            return
        from ncviz.data.catalogue import data_sets

        title = data_sets()[key].title
        dialog = QProgressDialog(
            tr("Downloading {title} …", title=title), "Cancel", 0, 1000, self._window
        )
        dialog.setWindowTitle(tr("Download"))
        dialog.setMinimumDuration(0)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.canceled.connect(self.cancel)
        dialog.setValue(0)
        self._dialog = dialog
        self._work.start(_fetch, key, folder)

    def _progressed(self, progress: tuple[int, int]) -> None:
        done, total = progress
        if self._dialog is not None:
            self._dialog.setValue(round(1000 * done / max(total, 1)))

    def cancel(self) -> None:
        """End it; nothing is kept."""
        self._work.cancel()
        self._ended(tr("The download was cancelled; nothing was kept."))

    def _ended(self, sentence: str) -> None:
        if self._dismiss():
            self._window.note.say(sentence)

    def _dismiss(self) -> bool:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return False
        dialog.canceled.disconnect()
        dialog.close()
        dialog.deleteLater()
        return True

    def close(self, seconds: float = 1.0) -> None:
        """End it with the window."""
        self._dismiss()
        self._work.close(seconds)
