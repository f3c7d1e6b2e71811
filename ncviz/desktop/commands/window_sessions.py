"""Views as text, and sessions."""

from pathlib import Path

from PyQt6.QtWidgets import QApplication, QFileDialog

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.errors import UserError
from ncviz.explorer.session import SUFFIX, read_session, write_session
from ncviz.language import tr
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.wording import saved_files


class WindowSessions:
    """Keeps how the window looks as text or as a file, and brings it back."""

    def __init__(self, window: FurnishedWindow) -> None:
        self._window = window

    # Views as text

    def copy_view(self) -> None:
        """Put the view on the clipboard as a line of text."""
        run = self._window.explorer.run
        title = "" if run is None else run.manifest.title
        certain(QApplication.clipboard()).setText(view_to_text(self._window.state.view, title))
        self._window.note.say(tr("The view is on the clipboard as a line of text."))

    def paste_view(self) -> None:
        """Look at the run as the text on the clipboard says."""
        try:
            view = text_to_view(certain(QApplication.clipboard()).text())
        except UserError as error:
            self._window.note.say_error(error)
            return
        self._window.state.look(view)

    # Sessions

    def open_session(self, path: Path) -> bool:
        """Open a session file; say in a note why not; return whether it was read."""
        try:
            state, notes = read_session(path)
        except UserError as error:
            self._window.note.say_error(error)
            return False
        self._window.state.restore(state)
        if notes:
            self._window.note.say(" ".join(notes))
        return True

    def ask_session(self) -> None:
        """Ask for a session file and open it."""
        text, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open a session"), "", f"ncviz sessions (*{SUFFIX})"
        )
        if text:
            self.open_session(Path(text))

    def save_session(self) -> None:
        """Ask for a file and write the session to it."""
        text, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save the session"), f"lecture{SUFFIX}", f"ncviz sessions (*{SUFFIX})"
        )
        if not text:
            return
        path = Path(text)
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        try:
            write_session(path, self._window.state.read())
        except UserError as error:
            self._window.note.say_error(error)
        else:
            self._window.note.say(saved_files(path))
