"""The groove of the timeline: ticks, marks, bookmarks, and where the player is."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PyQt6.QtWidgets import QSizePolicy

from ncviz.concepts import CONCEPTS
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.lesson_places import PlaceWithin
from ncviz.desktop.widgets.spoken_number import SpokenSlider
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.player import Player
from ncviz.language import tr
from ncviz.lessons.places import MARKS
from ncviz.scenes.palette import mix

MARGIN = 12  # room for half a handle and half a tick label
HANDLE = 9  # its radius
FLAG = 11  # height of a bookmark's flag
NEAR = 12  # pixels from a mark to the pointer that means it
SNAP = 7  # pixels from a recorded epoch to the click that means it
_SAME = 1e-6


@dataclass(frozen=True)
class TimelineMark:
    """A moment to mark on the timeline.

    Parameters
    ----------
    position : float
        Along the player's stops.
    text : str
        A few letters.
    tip : str
        One sentence.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`; may be empty.
    """

    position: float
    text: str
    tip: str = ""
    concept: str = ""


class TimelineSlider(SpokenSlider):
    """A groove with ticks and marks; drag anywhere on it.

    What stays while time passes is painted once, into a pixmap; a frame
    paints no more than the way from the old handle to the new one.

    Signals
    -------
    sought(float)
        The position that was dragged to, or of the flag that was clicked.
    stepped(int)
        A key asked for so many stops on, or back.
    """

    sought = pyqtSignal(float)
    stepped = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._last = 0.0
        self._position = 0.0
        self._ticks: list[tuple[float, str]] = []
        self._dots: tuple[float, ...] = ()
        self._interpolates = False
        self._shows_between = True
        self._marks: tuple[TimelineMark, ...] = ()
        self._marks_place = PlaceWithin(self, MARKS, self._repaint_all)
        self._flags: tuple[tuple[float, str], ...] = ()
        self._player = Player()
        self._still: QPixmap | None = None
        self._still_of: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(200)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Timeline"))
        teach(self, lambda point: self._answer_at(QPointF(point)))

    def sizeHint(self) -> QSize:
        return QSize(600, round(3.1 * self.fontMetrics().height()) + 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    # What is shown

    def set_ticks(
        self,
        last: float,
        ticks: Sequence[tuple[float, str]],
        dots: Sequence[float] | None = None,
    ) -> None:
        """Give the position at the right end, and positions with their labels.

        Parameters
        ----------
        last : float
        ticks : sequence of (float, str)
        dots : sequence of float, optional
            Positions of recorded epochs, ascending: between them the picture
            is interpolated. None where nothing is: dots stand at the ticks.
        """
        places = tuple(position for position, _ in ticks) if dots is None else tuple(dots)
        now = last, list(ticks), dots is not None, places
        if now != (self._last, self._ticks, self._interpolates, self._dots):
            self._last, self._ticks, self._interpolates, self._dots = now
            self._repaint_all()

    def set_marks(self, marks: tuple[TimelineMark, ...]) -> None:
        """Mark moments."""
        if marks != self._marks:
            self._marks = marks
            self._repaint_all()

    @property
    def _seen_marks(self) -> tuple[TimelineMark, ...]:
        return () if self._marks_place.isHidden() else self._marks

    def set_flags(self, flags: tuple[tuple[float, str], ...]) -> None:
        """Show bookmarks: positions and names."""
        if flags != self._flags:
            self._flags = flags
            self._repaint_all()

    def hide_between(self, hide: bool) -> None:
        """Show no handle between recorded epochs as hollow: no picture is interpolated."""
        if hide == self._shows_between:
            self._shows_between = not hide
            self._update_handle(self._position, self._position)

    def set_position(self, position: float) -> None:
        """Show where the player is."""
        if position != self._position:
            before, self._position = self._position, position
            self._update_handle(before, position)

    def say_moment(self, player: Player, words: str) -> None:
        """Let screen readers read where a player rests."""
        self._player = player
        self.say(player.value, player.stops[0], player.stops[-1], words)

    def told(self, value: float) -> None:
        self.sought.emit(self._player.position_of(value))

    def step(self, steps: int) -> None:
        self.stepped.emit(steps)

    def to_end(self, last: bool) -> None:
        self.sought.emit(self._last if last else 0.0)

    @property
    def is_between(self) -> bool:
        """Return whether the handle is shown between two recorded epochs."""
        if not (self._interpolates and self._shows_between and self._dots):
            return False
        near = _SAME * max(1.0, self._last)
        index = bisect_left(self._dots, self._position - near)
        return 0 < index < len(self._dots) and self._dots[index] > self._position + near

    def x_of(self, position: float) -> float:
        """Return where a position lies, in pixels from the left."""
        return self._x_of_each([position])[0]

    def _x_of_each(self, positions: Iterable[float]) -> list[float]:
        width, last = max(1.0, self.width() - 2 * MARGIN), self._last
        return [MARGIN + width * (position / last if last else 0.0) for position in positions]

    def _repaint_all(self) -> None:
        self._still = None
        self.update()

    def _update_handle(self, before: float, after: float) -> None:
        left, right = sorted((self.x_of(before), self.x_of(after)))
        reach = HANDLE + 3
        top = self.height() // 2 - reach
        start = math.floor(left) - reach
        self.update(QRect(start, top, math.ceil(right) + reach - start, 2 * reach))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() != Qt.MouseButton.LeftButton:
            return
        flag = self._flag_at(event.position())
        if flag is not None:
            self.sought.emit(flag[0])
        else:
            meant = self._meant_by(event.position())
            self._seek(event) if meant is None else self.sought.emit(meant)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event)
            return

    def _answer_at(self, point: QPointF) -> Answer | None:
        """Return what is said of the bookmark or the mark at a point."""
        flag = self._flag_at(point)
        if flag is not None:
            return Answer(tr("Bookmark: {flag}", flag=flag[1]), action=tr("Click goes there."))
        mark = self._mark_at(point)
        if mark is None:
            return None
        concept = CONCEPTS.get(mark.concept)
        if concept is None:
            return Answer(mark.text, mark.tip)
        light = Light(concept.lights, concept=mark.concept)
        return Answer(concept.name, mark.tip, concept.meaning, light=light)

    def _mark_at(self, point: QPointF) -> TimelineMark | None:
        """Return the mark whose word is at a point, or whose line is near."""
        for mark, box in self._mark_boxes():
            if box.contains(point):
                return mark
        far = {abs(self.x_of(mark.position) - point.x()): mark for mark in self._seen_marks}
        nearest = min(far, default=math.inf)
        return far[nearest] if nearest < NEAR else None

    def _flag_at(self, point: QPointF) -> tuple[float, str] | None:
        above = self.height() / 2 - point.y()
        if not 3 <= above <= FLAG + 7:
            return None
        near = [f for f in self._flags if -3 <= point.x() - self.x_of(f[0]) <= FLAG]
        return near[-1] if near else None

    def _meant_by(self, point: QPointF) -> float | None:
        """Return the tick or the recorded epoch that a click means; a drag goes between them."""
        if point.y() > self.height() / 2 + HANDLE:
            for tick, box in self._tick_boxes():
                if box.left() <= point.x() <= box.right():
                    return tick
        far = [abs(x - point.x()) for x in self._x_of_each(self._dots)]
        nearest = min(far, default=math.inf)
        return self._dots[far.index(nearest)] if nearest <= SNAP else None

    def _seek(self, event: QMouseEvent) -> None:
        width = max(1.0, self.width() - 2 * MARGIN)
        share = (event.position().x() - MARGIN) / width
        self.sought.emit(min(max(share, 0.0), 1.0) * self._last)

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        assert event is not None
        theme = current_look().theme
        looks = theme, self.size(), self.font().key(), self.devicePixelRatioF()
        if self._still is None or looks != self._still_of:
            self._still, self._still_of = self._paint_still(), looks
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._still)
        y, left, here = self.height() / 2, self.x_of(0), self.x_of(self._position)
        accent, surface = QColor(theme.accent), QColor(theme.surface)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(left, y - 2, here - left, 4), 2, 2)
        edge = QColor(theme.text) if self.hasFocus() else surface
        painter.setPen(QPen(edge, 2))
        painter.drawEllipse(QPointF(here, y), HANDLE, HANDLE)
        if self.is_between:  # hollow, with a core: on its way from one epoch to the next
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(surface)
            painter.drawEllipse(QPointF(here, y), HANDLE - 3, HANDLE - 3)
            painter.setBrush(accent)
            painter.drawEllipse(QPointF(here, y), 3, 3)
        painter.end()

    def _paint_still(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        y, left, right = self.height() / 2, self.x_of(0), self.x_of(self._last)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_look().theme.line))
        painter.drawRoundedRect(QRectF(left, y - 2, right - left, 4), 2, 2)
        self._paint_dots(painter, y)
        self._paint_ticks(painter)
        self._paint_marks(painter, y)
        self._paint_flags(painter, y)
        painter.end()
        return pixmap

    def _paint_dots(self, painter: QPainter, y: float) -> None:
        theme = current_look().theme
        painter.setBrush(QColor(mix(theme.line, theme.quiet, 0.6)))
        before = -math.inf
        for x in self._x_of_each(self._dots):
            if x - before >= 2.0:  # nearer ones would be a bar
                painter.drawEllipse(QPointF(x, y), 1.5, 1.5)
                before = x

    def _paint_ticks(self, painter: QPainter) -> None:
        painter.setPen(QColor(current_look().theme.quiet))
        words = dict(self._ticks)
        for position, box in self._tick_boxes():
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words[position])

    def _tick_boxes(self) -> list[tuple[float, QRectF]]:
        """Return the positions whose labels find room, and where they stand."""
        metrics = self.fontMetrics()
        y, line_height = self.height() / 2, metrics.height()
        boxes = []
        free_from = -1e9
        last = metrics.horizontalAdvance(self._ticks[-1][1]) if self._ticks else 0
        end = self.x_of(self._last) - last - 14
        places = self._x_of_each(position for position, _text in self._ticks)
        for index, (x, (position, text)) in enumerate(zip(places, self._ticks, strict=True)):
            if x <= free_from:  # its words are not even measured
                continue
            half = metrics.horizontalAdvance(text) / 2
            is_last = index == len(self._ticks) - 1
            keeps_clear = x + half < end
            if x - half > free_from and (is_last or keeps_clear):
                at = min(max(x - half, 0.0), self.width() - 2 * half)
                boxes.append((position, QRectF(at - 1, y + 9, 2 * half + 2, line_height)))
                free_from = x + half + 14
        return boxes

    def _paint_marks(self, painter: QPainter, y: float) -> None:
        # A moment is no part of the scene: none of its colours.
        painter.setPen(QPen(QColor(current_look().theme.text), 1.5))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for mark, box in self._mark_boxes():
            x = self.x_of(mark.position)
            painter.drawLine(QPointF(x, y - FLAG - 3), QPointF(x, y + 6))
            painter.drawText(box, side, mark.text)
        painter.setPen(Qt.PenStyle.NoPen)

    def _mark_boxes(self) -> list[tuple[TimelineMark, QRectF]]:
        """Return the marks that are seen, and where their words stand."""
        metrics, boxes, free_from = self.fontMetrics(), [], -1e9
        line_height = metrics.height()
        top = self.height() / 2 - FLAG - 3 - line_height * 0.85
        marks = sorted(self._seen_marks, key=lambda m: m.position)
        places = [self.x_of(mark.position) for mark in marks]
        for mark, x, next_x in zip(marks, places, [*places[1:], math.inf], strict=False):
            width = metrics.horizontalAdvance(mark.text)
            # Right of its line, or left of it where the next mark is near.
            wanted = x + 4 if x + width + 8 < next_x else x - width - 4
            at = min(max(wanted, free_from), self.width() - width - 1.0)
            boxes.append((mark, QRectF(at, top, width + 2, line_height)))
            free_from = at + width + 8
        return boxes

    def _paint_flags(self, painter: QPainter, y: float) -> None:
        color = QColor(current_look().theme.accent)
        for position, _name in self._flags:
            x = self.x_of(position)
            painter.setPen(QPen(color, 1.5))
            painter.drawLine(QPointF(x, y), QPointF(x, y - FLAG - 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            top = y - FLAG - 2.5
            painter.drawPolygon(
                QPolygonF([QPointF(x, top), QPointF(x + 9, top + 3.5), QPointF(x, top + 7)])
            )
