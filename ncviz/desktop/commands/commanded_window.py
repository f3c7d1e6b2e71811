"""The window as commands see it."""

from collections.abc import Callable

from PyQt6.QtWidgets import QStackedWidget

from ncviz.desktop.commands.commands import Commands
from ncviz.desktop.commands.copying import Copying
from ncviz.desktop.commands.playback import Playback
from ncviz.desktop.commands.presentation import Presentation
from ncviz.desktop.commands.window_sessions import WindowSessions
from ncviz.desktop.exporting.exporting import Exporting
from ncviz.desktop.recording.recording import Recording
from ncviz.desktop.rooms.furnished_window import FurnishedWindow


class CommandedWindow(FurnishedWindow):
    """What of the window commands can ask for."""

    commands: Commands
    copying: Copying
    playback: Playback
    exporting: Exporting
    recording: Recording
    sessions: WindowSessions
    presentation: Presentation
    left: QStackedWidget
    right: QStackedWidget
    shortcuts: Callable[[], None]
    find_command: Callable[[], None]
    guide: Callable[..., None]
    preferences: Callable[[], None]
    about: Callable[[], None]
