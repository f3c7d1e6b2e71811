"""The timeline: one slider with marks, and the controls that play it."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import current_look, play_side
from ncviz.desktop.timeline.bookmark_menu import BookmarkMenu
from ncviz.desktop.timeline.timeline_popup import ClockMenu
from ncviz.desktop.timeline.timeline_slider import TimelineSlider
from ncviz.desktop.widgets.announcing import say_now
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.lesson_places import be_place, go_with
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.switches import show_turned
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.player import SPEEDS, Player
from ncviz.language import tr

PLAY_ICON, ICON = 30, 20  # pixels, at normal text


class Readout(QWidget):
    """The moment in words. Unlike a label it never asks for another layout."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def text(self) -> str:
        """Return what it says."""
        return self._text

    def setText(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(current_look().theme.text))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), side, self._text)
        painter.end()


class Timeline(QWidget):
    """The strip at the bottom of the window.

    Signals
    -------
    sought(float)
        The position that was dragged to.
    play_toggled(), stepped(int), looping(bool), following(bool), speed_changed(float)
        What the controls ask for.
    end_changed(str), pace_changed(str), spacing_changed(str), recorded_only_changed(bool)
        What the menu of the clock asks for.
    bookmark_asked(str)
        Mark this moment under a name, which may be empty.
    bookmark_sought(float), bookmark_stepped(int)
        Go to an epoch, or to the next (1) or the previous (−1) bookmark.
    bookmark_renamed(int, str), bookmark_removed(int)
        The bookmark with that number.
    """

    play_toggled = pyqtSignal()
    speed_changed = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self._playing: bool | None = None
        self._at_end = ""
        self._marked: bool | None = None
        self._bookmarks = Bookmarks()
        self.slider = TimelineSlider()
        self.previous = self._button(
            "previous", tr("Step back to the recorded moment before this one (←).")
        )
        self.play = self._button("play", tr("Play the training from here, or pause it (Space)."))
        self.play.setObjectName("play")
        self.next = self._button("next", tr("Step to the next recorded moment (→)."))
        self.loop = self._button("loop", tr("Begin again at the end (L)."), checkable=True)
        self.clock = self._button("clock", tr("How time passes: the end, the pace, the distances."))
        self.bookmark = self._button(
            "bookmark", tr("Mark this moment, or go to one that is marked.")
        )
        self.follow = self._button(
            "follow",
            tr("Stay with the newest moment while the network trains (F)."),
            checkable=True,
        )
        be_place(self.slider, "timeline")
        be_place(self.play, "play")
        for button in (self.previous, self.next, self.bookmark, self.follow):
            go_with(button, "timeline")
        self.speed = Choice()
        for speed in SPEEDS:
            self.speed.addItem({0.25: "¼×", 0.5: "½×"}.get(speed, f"{speed:g}×"), speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setToolTip(
            tr("How fast to play; 1× takes eight seconds for the whole training.")
        )
        self.speed.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.speed.setAccessibleName(tr("Speed"))
        self.readout = Readout()
        self.clock_menu = ClockMenu(self)
        self.bookmark_menu = BookmarkMenu(self)
        clock, marks = self.clock_menu, self.bookmark_menu
        self.sought, self.stepped = self.slider.sought, self.slider.stepped
        self.looping, self.following = self.loop.toggled, self.follow.toggled
        self.end_changed, self.pace_changed = clock.end.chosen, clock.pace.chosen
        self.spacing_changed = clock.spacing.chosen
        self.recorded_only_changed = clock.recorded_only.toggled
        self.bookmark_asked, self.bookmark_sought = marks.asked, marks.sought
        self.bookmark_stepped, self.bookmark_renamed = marks.stepped, marks.renamed
        self.bookmark_removed = marks.removed
        self._connect()
        self._lay_out()
        self.follow_look()

    def _button(self, picture: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "text", "quiet"))
        button.setProperty("role", "quiet")
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip.split(" (")[0])
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _connect(self) -> None:
        self.play.clicked.connect(lambda: self.play_toggled.emit())
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.speed.currentIndexChanged.connect(
            lambda _: self.speed_changed.emit(float(self.speed.currentData()))
        )
        self.clock.clicked.connect(lambda: self.clock_menu.open_above(self.clock))
        self.bookmark.clicked.connect(lambda: self.bookmark_menu.open_above(self.bookmark))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(4)
        for widget in (self.previous, self.play, self.next):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.slider, 1)
        row.addSpacing(8)
        parts: tuple[QWidget, ...] = (
            self.speed,
            self.loop,
            self.clock,
            self.bookmark,
            self.follow,
        )
        for part in parts:
            row.addWidget(part)
        row.addSpacing(8)
        row.addWidget(self.readout)

    def follow_look(self) -> None:
        """Let icons grow with the text."""
        scale = current_look().icon_scale
        for button in (
            self.previous,
            self.next,
            self.loop,
            self.clock,
            self.bookmark,
            self.follow,
        ):
            button.setIconSize(QSize(round(ICON * scale), round(ICON * scale)))
        self.play.setIconSize(QSize(round(PLAY_ICON * scale), round(PLAY_ICON * scale)))
        self.play.setFixedSize(play_side(), play_side())

    def reserve(self, widest: str) -> None:
        """Keep room for a readout, so that the slider never changes its length."""
        width = self.readout.fontMetrics().horizontalAdvance(widest) + 4
        if self.readout.minimumWidth() != width:
            self.readout.setFixedWidth(width)

    def show_stops(
        self, player: Player, labelled: Sequence[tuple[float, str]] | None = None
    ) -> None:
        """Bring ticks and flags up to date with the stops of a player.

        Parameters
        ----------
        player : Player
        labelled : sequence of (float, str), optional
            Positions with their labels, where they are others than the stops and
            nothing is interpolated between those, as in the Theory room; by default
            all stops.
        """
        dots: Sequence[float] | None = player.places if labelled is None else None
        ticks = player.ticks() if labelled is None else labelled
        self.slider.set_ticks(player.last, ticks, dots)
        self.clock_menu.offer_epochs(dots is not None)
        self.bookmark.setVisible(dots is not None)
        self.slider.set_position(player.position)
        self._show_flags(player)

    def show_bookmarks(self, bookmarks: Bookmarks, player: Player) -> None:
        """Show the bookmarks of a run as flags and in their menu."""
        if bookmarks != self._bookmarks:
            self._bookmarks = bookmarks
            self.bookmark_menu.show_bookmarks(bookmarks)
        self._show_flags(player)
        self._show_marked(player)

    def show_player(self, player: Player, readout: str, *, recorded_only: bool = False) -> None:
        """Bring slider and buttons up to date; what has not changed is not touched.

        Parameters
        ----------
        player : Player
        readout : str
            The moment in words.
        recorded_only : bool
            No picture is interpolated.
        """
        self.slider.set_position(player.position)
        self.slider.hide_between(recorded_only)
        if player.playing != self._playing:
            self._playing = player.playing
            self.play.setIcon(icon("pause" if player.playing else "play", "on_accent"))
            self.play.setAccessibleName(tr("Pause") if player.playing else tr("Play from here"))
        if player.at_end != self._at_end:
            self._at_end = player.at_end
            picture = "ping-pong" if player.at_end == "ping-pong" else "loop"
            self.loop.setIcon(icon(picture, "text", "quiet"))
        show_turned(self.loop, player.at_end != "stop")
        show_turned(self.follow, player.following)
        if player.speed in SPEEDS and self.speed.currentData() != player.speed:
            self.speed.blockSignals(True)
            self.speed.setCurrentIndex(SPEEDS.index(player.speed))
            self.speed.blockSignals(False)
        self.clock_menu.show_player(player, recorded_only)
        self.readout.setText(readout)
        if not player.moving:  # what passes by is no news to who listens
            self.slider.say_moment(player, readout)
            say_now(self.readout, readout)
        self._show_marked(player)

    def _show_flags(self, player: Player) -> None:
        first, last = player.stops[0], player.stops[-1]
        self.slider.set_flags(
            tuple(
                (player.position_of(mark.epoch), mark.name)
                for mark in self._bookmarks.marks
                if first <= mark.epoch <= last and not self.bookmark.isHidden()
            )
        )

    def _show_marked(self, player: Player) -> None:
        marked = bool(self._bookmarks) and self._bookmarks.at(player.value) is not None
        if marked != self._marked:
            self._marked = marked
            filled, empty = ("bookmark-filled", "accent"), ("bookmark", "text", "quiet")
            self.bookmark.setIcon(icon(*(filled if marked else empty)))
