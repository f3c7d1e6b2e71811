"""The window as commands see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PyQt6.QtWidgets import QStackedWidget

from ncviz.desktop.commands.commands import Commands
from ncviz.desktop.commands.copying import Copying
from ncviz.desktop.commands.transport import Transport
from ncviz.desktop.exporting.exporting import Exporting
from ncviz.desktop.recording.recording import Recording
from ncviz.desktop.rooms.furnished_window import FurnishedWindow


class Sessions(Protocol):
    """The view as text, the window as a file."""

    def open_session(self, path: Path) -> bool: ...

    def copy_view(self) -> None: ...

    def paste_view(self) -> None: ...

    def ask_session(self) -> None: ...

    def save_session(self) -> None: ...


class Stage(Protocol):
    """Presentations before a class."""

    motion: bool

    @property
    def active(self) -> bool: ...

    def toggle(self) -> None: ...

    def leave(self) -> None: ...


class CommandedWindow(FurnishedWindow):
    """What of the window commands can ask for."""

    commands: Commands
    copying: Copying
    transport: Transport
    exporting: Exporting
    recording: Recording
    memory: Sessions
    presentation: Stage
    left: QStackedWidget
    right: QStackedWidget
    shortcuts: Callable[[], None]
    find_command: Callable[[], None]
    guide: Callable[..., None]
    preferences: Callable[[], None]
    about: Callable[[], None]
