"""Connects the window with the export dialog."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from ncviz.desktop.exporting.export_dialog import ExportDialog
    from ncviz.desktop.window import MainWindow

REST_MILLISECONDS = 300  # after the last change in the window


class Exporting:
    """Figures, films and tables of what the window shows.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self.dialog: ExportDialog | None = None
        self._rest = QTimer(window)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._rest.timeout.connect(self._follow)
        window.explorer.listen(self._changed)
        window.canvas.camera_changed.connect(lambda *_: self._changed("view"))

    @property
    def is_exporting(self) -> bool:
        """Return whether something is being saved."""
        return self.dialog is not None and self.dialog.session.is_exporting

    def open(self, kind: str) -> None:
        """Show the dialog at 'figure', 'film' or 'table'."""
        dialog = self._made()
        if not dialog.session.is_exporting:
            dialog.show_kind(kind)
            dialog.kind.button(kind).setFocus()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def restore(self, path: Path) -> bool:
        """Bring back the run and the view that an exported file shows."""
        from ncviz.desktop.exporting.restoring import restore

        return restore(self._window, path)

    def may_close(self) -> bool:
        """Ask before an export is ended by closing the window."""
        if not self.is_exporting:
            return True
        answer = QMessageBox.question(
            self._window, "ncviz", "An export is under way: break it off, keep nothing, and close?"
        )
        return answer == QMessageBox.StandardButton.Yes

    def close(self) -> None:
        """End what runs in the background; nothing half-written is left."""
        self._rest.stop()
        if self.dialog is not None:
            self.dialog.close_all()

    def _made(self) -> "ExportDialog":
        if self.dialog is None:
            # Only now: pages of figures and films know matplotlib's styles and more.
            from ncviz.desktop.exporting.export_dialog import ExportDialog
            from ncviz.desktop.exporting.export_session import ExportSession
            from ncviz.desktop.exporting.what_is_seen import what_is_seen

            window = self._window
            session = ExportSession(window, lambda: self._choose())
            self.dialog = ExportDialog(window, lambda: what_is_seen(window), session)
            self.dialog.told.connect(window.note.say)
            self.dialog.busy.connect(self._show_busy)
        return self.dialog

    def _choose(self) -> Any:
        from ncviz.export import exporter

        return exporter.choose_exporter(self._window.canvas.vispy_canvas)

    def _show_busy(self, words: str) -> None:
        window = self._window
        # How far a training or a recording is matters more.
        if not (window.trainer.session.is_running or window.recording.is_running):
            window.header.busy.setText(words)
            window.presenter.spare_the_processor(bool(words))

    def _changed(self, what: str) -> None:
        seen = self.dialog is not None and self.dialog.isVisible()
        if seen and what in ("view", "run", "epochs"):
            self._rest.start()

    def _follow(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.refresh()
