"""The window as its commands, and its own parts, see it."""

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
from ncviz.desktop.surroundings import Kept
from ncviz.desktop.widgets.teaching import Teacher
from ncviz.explorer.preparing import Preparing


class CommandedWindow(FurnishedWindow):
    """What commands and the parts of the window ask of it and of each other."""

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
    teacher: Teacher
    preparing: Preparing
    keeping: Kept
    refresh_preferences: Callable[[], None]
