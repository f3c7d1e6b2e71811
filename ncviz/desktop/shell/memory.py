"""Views as text, and sessions."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QApplication, QFileDialog

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.names import COMPARE
from ncviz.desktop.shell.keeping import restore_geometry
from ncviz.desktop.shell.shell_window import ShellWindow
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import MOST_BOOKMARKS, Bookmarks
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.session import SUFFIX, PlayerState, Session, read_session, write_session
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.wording import saved_files

if TYPE_CHECKING:
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom


class Memory:
    """Keeps how the window looks as text or as a file, and brings it back.

    Parameters
    ----------
    window : ShellWindow
    """

    def __init__(self, window: ShellWindow) -> None:
        self._window = window
        self._theory: Mapping[str, Any] = {}  # what the Theory room gets when it is made

    @property
    def view(self) -> View:
        """Return the view with the camera, which may still be on its way, at its goal."""
        return replace(self._window.explorer.view, camera=self._window.canvas.control.goal)

    # Views as text

    def copy_view(self) -> None:
        """Put the view on the clipboard as a line of text."""
        run = self._window.explorer.run
        title = "" if run is None else run.manifest.title
        certain(QApplication.clipboard()).setText(view_to_text(self.view, title))
        self._window.note.say("The view is on the clipboard as a line of text.")

    def paste_view(self) -> None:
        """Look at the run as the text on the clipboard says."""
        try:
            view = text_to_view(certain(QApplication.clipboard()).text())
        except UserError as error:
            self._window.note.say_error(error)
            return
        self.show_view(view)

    def show_view(self, view: View) -> None:
        """Look at the run in a view from elsewhere, in the theme that is on the screen."""
        window = self._window
        window.picture.turn(False)
        with window.doings.one_step("settings", "view", "camera"):
            for name in ("palette", "shapes", "recorded_only"):
                window.looks.set(name, getattr(view, name))
            window.explorer.show(replace(view, theme=window.settings.theme))
            window.framing.look_from(view.camera)

    # Sessions

    def session(self) -> Session:
        """Return everything that is open and how it stands."""
        window = self._window
        explorer = window.explorer
        second, linked = Explorer(), True
        if window.rooms.is_made(COMPARE):
            second, linked = window.comparison.second, window.comparison.linked
        return Session(
            run=None if explorer.run is None else explorer.run.path,
            view=self.view,
            second_run=None if second.run is None else second.run.path,
            second_view=second.view,
            linked=linked,
            room=window.room,
            player=PlayerState.of(explorer.player),
            bookmarks=explorer.bookmarks.marks,
            plots=tuple(window.plots.layout_names()),
            theory=self._theory_parameters(),
            geometry=window.saveGeometry().toBase64().data().decode(),
            columns={"left": window.left.isVisible(), "right": window.right.isVisible()},
        )

    def _theory_parameters(self) -> dict[str, Any]:
        rooms = self._window.rooms
        return rooms.theory.parameters() if rooms.is_made("Theory") else dict(self._theory)

    def theory_made(self, room: "TheoryRoom") -> None:
        """Give the Theory room the models of the session that was opened before it was made."""
        if self._theory:
            room.set_parameters(self._theory)

    def restore(self, session: Session) -> None:
        """Bring back a session; what cannot be opened is told."""
        window = self._window
        restore_geometry(window, session.geometry)
        if session.run is not None and window.open(session.run, remember=False, stay=True):
            marks = *window.explorer.bookmarks.marks, *session.bookmarks  # none is lost
            window.explorer.set_bookmarks(Bookmarks.of(marks[:MOST_BOOKMARKS]))
            session.player.apply_to(window.explorer.player)
            self.show_view(replace(session.view, epoch=window.explorer.player.value))
        second = session.second_run
        if second is not None and window.rooms.compare.open_second(second):
            window.comparison.stand_at(session.second_view.epoch, linked=session.linked)
        window.plots.set_layout(list(session.plots))
        self._theory = session.theory
        if window.rooms.is_made("Theory"):
            window.rooms.theory.set_parameters(session.theory)
        for name, on in session.columns.items():
            if name in ("left", "right"):
                window.commands[f"view.{name}"].setChecked(on)
                getattr(window, name).setVisible(on)
        if session.room in window.rooms:
            window.enter(session.room)
        window.doings.forget()

    def forget(self) -> None:
        """Bring back no models of a session any more."""
        self._theory = {}

    def open_session(self, path: Path) -> bool:
        """Open a session file; say in a note why not.

        Returns
        -------
        bool
            Whether it was read.
        """
        try:
            session, notes = read_session(path)
        except UserError as error:
            self._window.note.say_error(error)
            return False
        self.restore(session)
        if notes:
            self._window.note.say(" ".join(notes))
        return True

    def ask_session(self) -> None:
        """Ask for a session file and open it."""
        text, _ = QFileDialog.getOpenFileName(
            self._window, "Open a session", "", f"ncviz sessions (*{SUFFIX})"
        )
        if text:
            self.open_session(Path(text))

    def save_session(self) -> None:
        """Ask for a file and write the session to it."""
        text, _ = QFileDialog.getSaveFileName(
            self._window, "Save the session", f"lecture{SUFFIX}", f"ncviz sessions (*{SUFFIX})"
        )
        if not text:
            return
        path = Path(text)
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        try:
            write_session(path, self.session())
        except UserError as error:
            self._window.note.say_error(error)
        else:
            self._window.note.say(saved_files(path))
