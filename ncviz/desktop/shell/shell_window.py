"""The window as its own parts see it."""

from typing import Protocol

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.shell.header import Header
from ncviz.desktop.widgets.teaching import Teacher
from ncviz.explorer.preparing import Preparing


class Kept(Protocol):
    """What is kept until the next start."""

    def soon(self) -> None: ...


class ShellWindow(CommandedWindow):
    """What the parts of the window ask of it and of each other."""

    header: Header
    teacher: Teacher
    preparing: Preparing
    keeping: Kept

    def share_width(self) -> None:
        """Widen the columns for large text; the plots leave the scene half the window."""
        raise NotImplementedError

    def refresh_preferences(self) -> None:
        """Show in the preferences what was changed elsewhere."""
        raise NotImplementedError
