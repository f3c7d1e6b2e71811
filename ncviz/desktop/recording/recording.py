"""Connects the window with the dialog that records checkpoints."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QMessageBox

from ncviz import held_files
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.desktop.rooms.train.train_panel import duration
from ncviz.errors import UserError
from ncviz.recording.recording_messages import FileProgress
from ncviz.recording.recording_runner import RecordRunner
from ncviz.viewer import VIEWER, is_viewer

if TYPE_CHECKING:
    from ncviz.desktop.recording.record_dialog import RecordDialog
    from ncviz.desktop.recording.record_session import RecordSession


class Recording:
    """Checkpoints become a run, which the window shows as it grows.

    Parameters
    ----------
    window : FurnishedWindow
    """

    def __init__(self, window: FurnishedWindow) -> None:
        self._window = window
        self.dialog: RecordDialog | None = None
        self._before: Path | None = None
        self._opened = False

    @property
    def session(self) -> "RecordSession | None":
        """Return what runs in the background, if the dialog was ever open."""
        return None if self.dialog is None else self.dialog.session

    @property
    def is_running(self) -> bool:
        """Return whether checkpoints are being recorded."""
        return self.session is not None and self.session.is_running

    def open(self, names: tuple[str, ...] = ()) -> None:
        """Show the dialog, with these files and folders."""
        if is_viewer():
            self._window.note.say(VIEWER)
            return
        dialog = self._made()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if names:
            dialog.put(names)

    def _made(self) -> "RecordDialog":
        if self.dialog is None:
            from ncviz.desktop.recording.record_dialog import RecordDialog
            from ncviz.desktop.recording.record_session import RecordSession

            window = self._window
            session = RecordSession(window, make_runner)
            self.dialog = RecordDialog(
                window, session, lambda: window.trainer.folder, window.trainer.devices
            )
            self.dialog.started.connect(self._started)
            self.dialog.told.connect(window.note.say)
            session.recorded.connect(self._recorded)
            session.progressed.connect(self._progressed)
            session.ended.connect(self._ended)
        return self.dialog

    def _started(self) -> None:
        run = self._window.explorer.run
        self._before = None if run is None else run.path
        self._opened = False
        self._window.presenter.spare_the_processor(True)

    def _recorded(self, _epoch: int) -> None:
        window, session = self._window, self.session
        if session is None or session.path is None:
            return
        run = window.explorer.run
        if not self._opened:
            self._opened = window.open(session.path, follow=True)
        elif run is not None and run.path == session.path:
            self._refresh()

    def _refresh(self) -> None:
        # A run that is gone by now has its end told by the runner's last message.
        with contextlib.suppress(UserError):
            self._window.explorer.refresh()

    def _progressed(self, progress: FileProgress) -> None:
        left = duration(progress.seconds_left)
        words = f"recording · {progress.done} of {progress.files}"
        self._window.busy.setText(words + ("" if left == "–" else f" · {left} left"))

    def _ended(self, state: str, _sentence: str) -> None:
        window, session = self._window, self.session
        window.presenter.spare_the_processor(window.trainer.session.is_running)
        window.busy.setText("")
        run = window.explorer.run
        on_screen = session is not None and run is not None and run.path == session.path
        if state == "cancelled":
            window.settings.forget(str(certain(session).path))
        if state == "cancelled" and on_screen:
            if self._before is None or not window.open(self._before, remember=False):
                window.open_demonstration()
        elif on_screen:
            self._refresh()
            window.explorer.player.following = False
        if state == "cancelled":  # Windows keeps files that were shown meanwhile
            held_files.remove_if_possible(certain(certain(session).path))

    # The end

    def may_close(self) -> bool:
        """Ask before a recording is ended by closing the window."""
        if not self.is_running:
            return True
        answer = QMessageBox.question(
            self._window,
            "ncviz",
            "Checkpoints are being recorded: stop, keep what was recorded, and close?",
        )
        return answer == QMessageBox.StandardButton.Yes

    def close(self) -> None:
        """End what runs in the background, keeping what was recorded."""
        if self.dialog is not None:
            self.dialog.session.close()
            self.dialog.hide()


def make_runner() -> RecordRunner:
    """Return what records in the background."""
    return RecordRunner()
