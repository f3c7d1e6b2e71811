"""Switches of the classes that are drawn, each in its hue."""

from collections.abc import Sequence
from typing import overload

from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.class_glyph import paint_glyph
from ncviz.desktop.widgets.class_list import ClassEntry, ClassList
from ncviz.scenes.palette import DEFAULT_PALETTE
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.view import View

GAP = 2
RADIUS = 5.5  # of the disc, pixels
SIDE = 6  # pixels between frame and words
FEW = 20  # classes, that stand in two columns
SAMPLED = 50  # names that tell whether four have room in a row
MOST_ROWS = 12  # of more classes one scrolls within the list: what stands below stays in reach


class _Entries(Sequence[ClassEntry]):
    """Entries of all classes, each made when it is asked for: few of 50,000 ever are."""

    def __init__(
        self,
        names: tuple[str, ...],
        texts: tuple[str, ...],
        palette: str,
        checked: frozenset[int],
        *,
        shapes: bool,
    ) -> None:
        self._names, self._texts, self._palette = names, texts, palette
        self._checked, self._shapes = checked, shapes

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, row: int) -> ClassEntry: ...
    @overload
    def __getitem__(self, row: slice) -> list[ClassEntry]: ...
    def __getitem__(self, row: int | slice) -> ClassEntry | list[ClassEntry]:
        if isinstance(row, slice):
            return [self[number] for number in range(len(self))[row]]
        number = range(len(self))[row]
        return ClassEntry(
            number,
            self._names[number],
            self._texts[number],
            self._palette,
            number % len(SHAPES) if self._shapes else 0,
            number in self._checked,
        )


class ClassChips(ClassList):
    """One switch a class, in its hue, two or four beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._state: object = None
        self.setUniformItemSizes(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_classes(self, names: tuple[str, ...], counts: tuple[int, ...] = ()) -> None:
        """Offer other classes, with their training samples where these are to be seen."""
        self._names = names
        counted = [f" · {count:,}" for count in counts] or [""] * len(names)
        self._texts = tuple(name + count for name, count in zip(names, counted, strict=True))
        self._list((), DEFAULT_PALETTE, shapes=False)
        self._take_room()

    def show_view(self, view: View) -> None:
        """Check the classes that are shown."""
        self._list(view.shown_classes(len(self._names)), view.palette, shapes=view.shapes)

    def _list(self, shown: tuple[int, ...], palette: str, *, shapes: bool) -> None:
        state = self._texts, shown, palette, shapes
        if state == self._state:
            return
        self._state = state
        entries = _Entries(self._names, self._texts, palette, frozenset(shown), shapes=shapes)
        self.set_entries(entries, self._texts)

    @property
    def _columns(self) -> int:
        """Return how many stand in a row: of many classes four, where most names have room."""
        if len(self._names) <= FEW:
            return 2
        room = certain(self.viewport()).width() / 4 - 2 * (SIDE + RADIUS) - 8
        words = QFontMetrics(self.font()).horizontalAdvance
        fitting = sum(words(name) <= room for name in self._names[:SAMPLED])
        return 4 if 2 * fitting >= min(len(self._names), SAMPLED) else 2

    def _row_height(self) -> int:
        self.ensurePolished()
        return QFontMetrics(self.font()).height() + 7

    def _take_room(self) -> None:
        rows = -(-len(self._names) // self._columns)
        policy = Qt.ScrollBarPolicy
        scrolls = rows > MOST_ROWS
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(rows, MOST_ROWS) * self._row_height())
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._take_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # entries are as wide as there is room

    def entry_size(self, _row: int) -> QSize:
        return QSize((certain(self.viewport()).width() - 1) // self._columns, self._row_height())

    def paint_entry(self, painter: QPainter, place: QRect, row: int) -> None:
        entry, theme = self.entries[row], current_look().theme
        beside = GAP if (row + 1) % self._columns else 0
        box = QRectF(place).adjusted(0.5, 0.5, -beside - 0.5, -GAP - 0.5)
        current = self.is_current(row)
        high = theme.contrast == "high"  # there grounds tell too little apart
        edge = theme.accent if current else theme.quiet if high and entry.checked else theme.line
        painter.setPen(QPen(QColor(edge), 2 if current else 1))
        if self.is_under_mouse(row):
            painter.setBrush(QColor(theme.line))
        elif entry.checked:
            painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5) if current else box, 6, 6)
        middle = QPointF(box.left() + SIDE + RADIUS + 2, box.center().y())
        filled = entry.checked or not high
        paint_glyph(
            painter, middle, RADIUS, entry.color, entry.shape, ground=theme.raised, filled=filled
        )
        painter.setPen(QColor(theme.text if entry.checked else theme.quiet))
        painter.setFont(self.font())
        room = QRectF(middle.x() + RADIUS + 3, place.top(), 0, box.height())
        room.setRight(box.right() - SIDE)
        words = QFontMetrics(self.font()).elidedText(
            entry.text, Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
