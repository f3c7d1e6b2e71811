"""What the pages of the export dialog have in common."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal

from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.declared_parts import DeclaredFields
from ncviz.language import tr
from ncviz.scenes.view import View

UNSEEN = Seen(View())  # before the dialog is shown for the first time


class ExportPage(DeclaredFields):
    """The fields of one kind of export.

    Signals
    -------
    changed()
        The plan is another one.
    """

    changed = pyqtSignal()
    kind = ""  # as on the button
    verb = ""
    usual_name = "ncviz"  # of its files
    needs_run = tr("Open a run first: there is nothing to export.")

    def __init__(self, plan: Any) -> None:
        super().__init__(plan)
        self.seen = UNSEEN

    @property
    def file_name(self) -> str:
        """Return a good name for the file."""
        return self.usual_name

    def use_suffix(self, suffix: str) -> None:
        """Turn to the format of an ending that was written, if there is one."""
        value = self._plan.endings.get(suffix)
        if value is not None and suffix != self.suffix:
            self["file_format"].button(value).click()

    @property
    def suffix(self) -> str:
        """Return the ending of the file; empty for a folder."""
        chosen = self["file_format"].value
        found = (ending for ending, name in self._plan.endings.items() if name == chosen)
        return next(found, "")

    @property
    def file_kinds(self) -> str:
        """Return the kinds of files for a file dialog."""
        return f"{self.suffix.removeprefix('.').upper()} (*{self.suffix})"

    def set_seen(self, seen: Seen) -> None:
        """Take up what is on the screen now, and offer what can be made of it."""
        self.seen = seen
        self.offer(self.wished())
        self.show_possible()

    def heard(self) -> None:
        """Follow what was filled in."""
        self.show_possible()
        self.changed.emit()

    def show_possible(self) -> None:
        """Show the fields that mean anything."""
        self.follow(self.wished())

    def wished(self) -> Any:
        """Return a plan of what is filled in and can be understood."""
        return self.understood(self.begun(Path(self.usual_name)))

    def begun(self, out: Path) -> Any:
        """Return a plan of what is seen, before anything is filled in."""
        raise NotImplementedError

    def plan(self, out: Path) -> Any:
        """Return what is asked for.

        Raises
        ------
        FieldError
            Naming the field that cannot be.
        """
        return self.filled_in(self.begun(out), self.kind.lower())

    def size_in_words(self, out: Path) -> str:
        """Say how large the file will be, or how much of it the preview shows.

        Raises
        ------
        UserError
            As `plan`.
        """
        raise NotImplementedError
