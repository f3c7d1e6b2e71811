"""The main window: rooms around one scene and one timeline."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import Commands
from ncviz.desktop.commands.copying import Copying
from ncviz.desktop.commands.playback import Playback
from ncviz.desktop.commands.presentation import Presentation
from ncviz.desktop.commands.window_commands import fill_menus
from ncviz.desktop.commands.window_sessions import WindowSessions
from ncviz.desktop.exporting.exporting import Exporting
from ncviz.desktop.guide.help import show_about, show_shortcuts
from ncviz.desktop.plots.plot_column import PlotColumn
from ncviz.desktop.recording.recording import Recording
from ncviz.desktop.rooms.explore.run_panel import RunPanel
from ncviz.desktop.rooms.learn.lesson_strip import LessonStrip
from ncviz.desktop.rooms.made_rooms import Rooms
from ncviz.desktop.rooms.picture_control import PictureControl
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.train.training import Training
from ncviz.desktop.scene.canvas import make_canvas
from ncviz.desktop.scene.framing import Framing
from ncviz.desktop.scene.notes import Note
from ncviz.desktop.scene.scene_frame import SceneFrame
from ncviz.desktop.scene.scene_keys import SceneKeys
from ncviz.desktop.settings.settings import Settings, runs_path, settings_path
from ncviz.desktop.shell.appearance import Appearance
from ncviz.desktop.shell.doings import Doings
from ncviz.desktop.shell.focus_keys import FOCUS_KEYS
from ncviz.desktop.shell.header import Header
from ncviz.desktop.shell.keeping import Keeping
from ncviz.desktop.shell.keyboard import Keyboard
from ncviz.desktop.shell.opening import Opening
from ncviz.desktop.shell.presenter import Presenter
from ncviz.desktop.shell.screen_state import ScreenState, restore_geometry
from ncviz.desktop.style.icons import application_icon
from ncviz.desktop.style.theme import finish_dressing
from ncviz.desktop.timeline.timeline import Timeline
from ncviz.desktop.widgets.columns import PageLayout, WholePage, least_width, scrolled
from ncviz.desktop.widgets.drops import dropped_files
from ncviz.desktop.widgets.tab_order import FollowsEye
from ncviz.desktop.widgets.teaching import Teacher, teach
from ncviz.errors import UserError
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.preparing import Preparing
from ncviz.explorer.room_names import EXPLORE, TRAIN
from ncviz.scenes.palette import Theme

if TYPE_CHECKING:
    from ncviz.desktop.commands.command_palette import CommandPalette
    from ncviz.desktop.shell.preferences import Preferences

RIGHT_WIDTH = 368
RIGHT_SHARE = 0.27  # of a large window, that the plots take
FIRST_SIZE = QSize(1440, 900)
FRAME = QSize(8, 40)  # what a window manager puts around it: borders and a title bar


class MainWindow(FollowsEye, CommandedWindow):
    """The window: it owns the parts and the rooms, and says which room one is in.

    Parameters
    ----------
    settings : Settings
    keep_settings : Path, optional
        Where to keep them; by default in the user's configuration folder.
    runs_folder : Path, optional
        Where to keep trained runs; by default in the user's data folder.
    """

    appearance: Appearance
    opening: Opening
    doings: Doings
    state: ScreenState
    keeping: Keeping
    presenter: Presenter

    def __init__(
        self,
        settings: Settings,
        keep_settings: Path | None = None,
        runs_folder: Path | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.setWindowTitle("ncviz")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.explorer = Explorer()
        self.teacher = Teacher(self)
        self._closed = False
        self._palette: CommandPalette | None = None
        self._preferences: Preferences | None = None
        self.appearance = Appearance(self)
        self._build()
        folder = runs_folder or runs_path()
        self.training = Training(self, self.explorer, folder, lambda: self.rooms[TRAIN])
        self._columns: dict[QWidget, QWidget] = {}
        self._followers: tuple[Callable[[Room], object], ...] = ()
        self.rooms = Rooms(self, self.room_made)
        self.current = self.rooms[EXPLORE]
        _leave_focus(self)
        self.opening = Opening(self)
        self.exporting = Exporting(self)
        self.recording = Recording(self)
        self.playback = Playback(self)
        self.state = ScreenState(self)
        self.doings = Doings(self)  # before what follows by itself
        self.preparing = Preparing()
        self.framing = Framing(self)
        self.frame.freed.connect(self.framing.room_changed)
        self.picture = PictureControl(self)
        self.copying = Copying(self, self.exporting.copy_picture)
        self.scene_keys = SceneKeys(self)  # after the picture, whose card it brings back
        self.sessions = WindowSessions(self)
        self.presentation = Presentation(
            self,
            (certain(self.menuBar()), self.header, self.left, self.right, self.frame.claim),
            self.canvas.native,
            lambda: settings.text_scale,
            self._present_in,
            self.appearance.write_at_least,
        )
        self.presentation.folded.connect(self.share_width)
        self.keeping = Keeping(self, keep_settings or settings_path())
        self.commands = Commands(self)
        fill_menus(self)
        self.presenter = Presenter(self)
        self._followers = (
            self.state.follow_room,
            lambda room: room.listen(self.exporting.look_again),
            self.doings.follow_room,
        )
        self.keyboard = Keyboard(self)
        self._connect()
        self.appearance.apply()
        self.enter(EXPLORE)
        self.resize(first_size(certain(self.screen()).availableSize()))
        restore_geometry(self, settings.geometry)

    def _build(self) -> None:
        self.canvas = make_canvas()
        self.frame = SceneFrame(self.canvas)
        self.note = Note(self.canvas.native)
        self.header = Header()
        self.busy = self.header.busy
        self.lesson_strip = LessonStrip()
        self.timeline = Timeline()
        self.run_panel = RunPanel(self.explorer)
        self.plots = PlotColumn()
        self.left = QStackedWidget()
        self.right = QStackedWidget()
        self.body = QWidget()
        body = QHBoxLayout(self.body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.left)
        body.addWidget(self.frame, 1)
        body.addWidget(self.right)
        page = QWidget()
        page.setObjectName("page")
        column = PageLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.lesson_strip)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.body)
        column.addWidget(self.stage, 1)
        column.addWidget(self.timeline)
        self.setCentralWidget(WholePage(page))

    def room_made(self, room: Room) -> None:
        """Put a new room's columns into the stacks, once where rooms share one."""
        for stack, widget in ((self.left, room.left), (self.right, room.right)):
            if room.page is None and widget not in self._columns:
                alone = widget is room.left and not room.scrolls
                self._columns[widget] = widget if alone else scrolled(widget)
                stack.addWidget(self._columns[widget])
                _leave_focus(self._columns[widget])
        if room.page is not None:
            self.stage.addWidget(room.page)
            _leave_focus(room.page)
        for follow in self._followers:
            follow(room)

    def panel_made(self, panel: QWidget) -> None:
        """Treat what a room has made later as what it was made with."""
        _leave_focus(panel)

    def _connect(self) -> None:
        header, timeline = self.header, self.timeline
        self.busy.busy.connect(self.presenter.spare_the_processor)
        header.entered.connect(self.rooms.go_to)
        self.training.listen(self.keeping.soon)
        self.run_panel.rename_asked.connect(self.commands["file.rename"].trigger)
        self.run_panel.seeds.asked.connect(lambda seed: self.opening.choose_seed(seed))
        header.open.clicked.connect(self.commands["file.open"].trigger)
        header.export.clicked.connect(self.commands["file.figure"].trigger)
        header.theme.clicked.connect(self.commands["view.dark"].trigger)
        header.search.clicked.connect(self.commands["help.palette"].trigger)
        playback = self.playback
        for signal, slot in (
            (timeline.sought, playback.seek),
            (timeline.play_toggled, playback.toggle_playing),
            (timeline.stepped, playback.step),
            (timeline.looping, playback.set_looping),
            (timeline.following, playback.set_following),
            (timeline.speed_changed, playback.set_speed),
            (timeline.end_changed, playback.set_end),
            (timeline.pace_changed, playback.set_pace),
            (timeline.spacing_changed, playback.set_spacing),
            (timeline.bookmark_asked, playback.add_bookmark),
            (timeline.bookmark_sought, playback.go_to),
            (timeline.bookmark_stepped, playback.go_to_bookmark),
            (timeline.bookmark_renamed, playback.rename_bookmark),
            (timeline.bookmark_removed, playback.remove_bookmark),
            (self.plots.wanting, self.presenter.wake_series),
        ):
            signal.connect(slot)
        self.teacher.lit.connect(lambda light: self.current.light(light))
        for widget in (timeline.readout, self.frame.moment):
            teach(widget, lambda _point: self.current.answer_of_moment())
        teach(self.frame.note, lambda _point: self.current.answer_of_note())
        timeline.recorded_only_changed.connect(lambda on: self.appearance.set("recorded_only", on))

    # Rooms

    @property
    def theme(self) -> Theme:
        """Return the colours in use."""
        return self.appearance.theme

    def enter(self, name: str) -> None:
        """Go to a room."""
        finish_dressing()
        self.current.left_behind()
        self.picture.forget_pointer()
        self.current = room = self.rooms[name]
        self.header.set_room(name)
        if room.page is None:
            self.left.setCurrentWidget(self._columns[room.left])
            self.right.setCurrentWidget(self._columns[room.right])
            self.share_width()
        self.stage.setCurrentWidget(self.body if room.page is None else room.page)
        self.timeline.setVisible(room.page is None)
        room.entered()
        if self.focusWidget() in self.header.rooms.values():
            self.header.rooms[name].setFocus()  # arrows go on from room to room
        else:
            self.keyboard.to_scene()
        self.doings.room_entered()
        self.exporting.look_again()
        self.presenter.show_all()

    def share_width(self) -> None:
        """Widen the columns for large text; the plots leave the scene half the window."""
        scale = max(1.0, self.appearance.text_scale)
        left = round(self.current.left_width * scale)
        if self.current.page is None:  # words of some languages are longer
            left = min(max(left, least_width(self.current.left)), max(left, self.width() // 3))
        spare = self.width() // 2 - left * (not self.left.isHidden())
        self.left.setFixedWidth(left)
        wide = scale * max(RIGHT_WIDTH, RIGHT_SHARE * self.width())
        self.right.setFixedWidth(round(min(wide, max(spare, 0.82 * RIGHT_WIDTH))))
        # Else the scene is painted in two sizes, one after the other.
        certain(self.body.layout()).activate()
        self.stage.updateGeometry()  # columns that are hidden tell nobody that they are narrower

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.share_width()

    def _present_in(self, text_scale: float) -> None:
        """Enlarge all text while one presents: no step to take back."""
        with self.doings.no_step():
            self.appearance.set("text_scale", text_scale)

    # Opening

    def begin(self) -> None:
        """Bring the last session back, or open the demonstration."""
        self.keeping.begin()

    def open(
        self, path: Path, *, follow: bool = False, remember: bool = True, stay: bool = False
    ) -> bool:
        """Open a run: see `Opening.open`."""
        return self.opening.open(path, follow=follow, remember=remember, stay=stay)

    def open_demonstration(self, *, stay: bool = False) -> None:
        """Open the run that ships with ncviz."""
        self.opening.open_demonstration(stay=stay)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and certain(event.mimeData()).hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event is not None:
            self.opening.open_dropped(dropped_files(event))

    # Help

    def shortcuts(self) -> None:
        """Show all keys at a glance."""
        show_shortcuts(self, {**self.commands.shortcut_groups(), **FOCUS_KEYS})

    def find_command(self) -> None:
        """Open the command palette."""
        if self._palette is None:
            from ncviz.desktop.commands.command_palette import CommandPalette
            from ncviz.desktop.commands.findings import findings

            recent = self.settings.recent_commands
            self._palette = CommandPalette(self, self.commands, recent, lambda: findings(self))
            self._palette.going.connect(self.keyboard.to_scene)
        self._palette.open()

    def guide(self, page: str = "guide", place: str = "") -> None:
        """Open the guide, which needs no network."""
        # Imported here: only who reads it waits for it.
        from ncviz.desktop.guide.guide_window import show_guide

        try:
            show_guide(self, page, place)
        except UserError as error:
            self.note.say_error(error)

    def preferences(self) -> None:
        """Open the preferences."""
        if self._preferences is None:
            from ncviz.desktop.shell.preferences import Preferences

            self._preferences = Preferences(self, self.settings, self.training.devices)
            self._preferences.changed.connect(lambda name, _value: self.appearance.put(name))
        self._preferences.show()
        self._preferences.raise_()

    def refresh_preferences(self) -> None:
        """Show in the preferences what was changed elsewhere."""
        if self._preferences is not None and self._preferences.isVisible():
            self._preferences.show_settings()

    def about(self) -> None:
        """Say what ncviz is."""
        show_about(self)

    # The end

    def closeEvent(self, event: QCloseEvent | None) -> None:
        assert event is not None
        if self._closed:
            event.accept()
            return
        background = self.training, self.recording, self.exporting
        works, rooms = (part.work for part in background), self.rooms.made()
        if not all(work.may_close() for work in works) or not all(r.may_close() for r in rooms):
            event.ignore()
            return
        self._closed = True
        finish_dressing()
        self.keyboard.close()
        self.presentation.leave()
        self.settings.geometry = self.saveGeometry().toBase64().data().decode()
        self.keeping.close()
        self.opening.close()
        self.teacher.lit.disconnect()
        self.presenter.stop()
        for part in reversed(background):
            part.close()
        self.rooms.close()
        self.canvas.close()
        self.setUpdatesEnabled(False)  # a late paint would find no window to paint on
        event.accept()


def first_size(screen: QSize) -> QSize:
    """Return the size of a window that has never been moved: all of it on the screen.

    Parameters
    ----------
    screen : QSize
        What panels of the desktop leave of it.
    """
    return FIRST_SIZE.boundedTo(screen - FRAME)


def _leave_focus(part: QWidget) -> None:
    """Let clicks on buttons leave the focus where it was."""
    for button in part.findChildren(QAbstractButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
