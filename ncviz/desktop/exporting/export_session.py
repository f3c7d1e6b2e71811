"""One exporter behind the dialog: polls it and tells what happens."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ncviz.errors import UserError
from ncviz.export import export_messages as told
from ncviz.jobs.messages import Cancelled, Failed

POLL_MILLISECONDS = 40


class ExportSession(QObject):
    """Previews, and at most one export at a time, in the background.

    Parameters
    ----------
    parent : QObject
    choose : callable, optional
        Returns an exporter; by default one of `ncviz.export.exporter`.

    Signals
    -------
    previewed(object)
        Pixels, (height, width, 3).
    preview_failed(str)
        Why there is no preview.
    progressed(object)
        How far a film is.
    saved(object), failed(str), cancelled()
        How an export ended: with its files, with a sentence, with nothing.
    """

    previewed = pyqtSignal(object)
    preview_failed = pyqtSignal(str)
    progressed = pyqtSignal(object)
    saved = pyqtSignal(object)
    failed = pyqtSignal(str)
    cancelled = pyqtSignal()

    def __init__(self, parent: QObject, choose: Callable[[], Any]) -> None:
        super().__init__(parent)
        self._choose = choose
        self._exporter: Any = None
        self._asked = 0
        self._awaits_preview = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.poll)

    @property
    def is_exporting(self) -> bool:
        """Return whether something is being saved."""
        return self._exporter is not None and self._exporter.is_exporting

    def prepare(self) -> None:
        """Get ready, so that the first preview comes fast."""
        if self._exporter is None:
            self._exporter = self._choose()
            self._exporter.prepare()

    def preview(self, plan: Any, share: float, longest_side: int) -> None:
        """Ask for a picture of what a plan would give; the newest question counts."""
        if self.is_exporting:
            return
        self.prepare()
        self._asked += 1
        self._awaits_preview = True
        self._exporter.preview(plan, self._asked, share, longest_side)
        self._timer.start()

    def export(self, plan: Any) -> None:
        """Begin to save."""
        self.prepare()
        self._awaits_preview = False
        try:
            self._exporter.export(plan)
        except UserError as error:
            self.failed.emit(str(error))
            return
        self._timer.start()

    def cancel(self) -> None:
        """Break the export off; nothing is left of it."""
        if self._exporter is not None:
            self._exporter.cancel()

    def close(self) -> None:
        """End everything."""
        self._timer.stop()
        if self._exporter is not None:
            self._exporter.close()
        self._exporter = None
        self._awaits_preview = False

    def poll(self) -> None:
        """Take up what the exporter tells."""
        if self._exporter is None:
            return
        for message in self._exporter.poll():
            self._take(message)
        if not (self.is_exporting or self._awaits_preview):
            self._timer.stop()

    def _take(self, message: Any) -> None:
        match message:
            case told.Previewed(number=number, pixels=pixels):
                if number == self._asked:
                    self._awaits_preview = False
                    self.previewed.emit(pixels)
            case told.PreviewFailed(number=number, sentence=sentence):
                if number == self._asked:
                    self._awaits_preview = False
                    self.preview_failed.emit(sentence)
            case told.ExportProgress():
                self.progressed.emit(message)
            case told.Saved(paths=paths):
                self.saved.emit(paths)
            case Failed(sentence=sentence):
                self.failed.emit(sentence)
            case Cancelled():
                self.cancelled.emit()
