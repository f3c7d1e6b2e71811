"""The published experiments as a list: a picture, what was claimed, and what came out."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ncviz.desktop.certain import certain
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.rooms.gallery.verdict_sign import draw_verdict, verdict_color
from ncviz.desktop.style.theme import BODY, CAPTION, TITLE, current_look, letters, style_colors
from ncviz.desktop.widgets.key_names import PRESS
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.spoken_list import begins_a_name
from ncviz.experiments.shelf import Shelved
from ncviz.experiments.verdict import DIVERGED, NOT_REPRODUCED, NOT_RUN, PARTLY, REPRODUCED
from ncviz.language import tr
from ncviz.wording import upper_first

MARGIN, GAP = 12, 16
SHARES = 0.48, 0.22, 0.3  # of words, the published number and ours, whose spread is long
LEAST = 64  # letters of that width; with fewer there is no picture
HEADS = (tr("Published"), tr("Ours"), tr("Verdict"))
OWN = tr("Files of your own")
RUNNING, FAILED = tr("running"), tr("the last run failed")
VERDICTS = (REPRODUCED, PARTLY, NOT_REPRODUCED, DIVERGED, NOT_RUN, RUNNING)
_ELIDE = Qt.TextElideMode.ElideRight
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ExperimentItems(QAbstractListModel):
    """Groups by their names, and below each its experiments."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str | Shelved] = []

    def show(self, rows: Sequence[Shelved]) -> None:
        """Show other rows; those of a group stand together, and somebody's own before them."""
        self.beginResetModel()
        self.items, group = [], None
        for row in rows:
            of = row.experiment.group if row.file is None else OWN
            if of != group:
                group = of
                self.items.append(group)
            self.items.append(row)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        item = self.items[index.row()]
        return Qt.ItemFlag.NoItemFlags if isinstance(item, str) else super().flags(index)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item if isinstance(item, str) else f"{item.experiment.title}: {spoken(item)}"
        if isinstance(item, str):
            return None
        e = item.experiment
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return e.claim
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{e.title}\n{e.claim}\n{e.source.words}")
        return None


def spoken(row: Shelved) -> str:
    """Say in words what the columns of a row show."""
    number = row.experiment.expected[0].words
    return tr(
        "{number}, published {published}, ours {ours}, {verdict}",
        number=number,
        published=row.published,
        ours=row.ours,
        verdict=row.outcome.verdict,
    )


class ExperimentRows(QStyledItemDelegate):
    """Draws a group's name, or beside a picture all that there is to say, whatever it takes.

    Attributes
    ----------
    running : str
        The name of the experiment that is being run; empty for none.
    failed : set of str
        The names of those whose last run failed.
    """

    def __init__(self, of: QListView) -> None:
        super().__init__(of)
        self._of = of
        self.running = ""
        self.failed: set[str] = set()
        self._pictures: dict[tuple[Path, int], QPixmap] = {}

    def forget_pictures(self) -> None:
        """Read pictures anew: some were drawn."""
        self._pictures.clear()

    def row_height(self) -> int:
        """Return the least height of an experiment's row, in pixels: that of its picture."""
        lines = _metrics(BODY).height() + 2 * _metrics(CAPTION).height()
        return lines + 16

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        item = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(item, str):
            return QSize(200, _metrics(TITLE).height() + 14)
        row = QRect(0, 0, certain(self._of.viewport()).width(), self.row_height())
        written = [
            sum(height for *_, height in self._lines(area, texts, strong=number == 0))
            for number, (area, texts) in enumerate(self._columns(row, item))
        ]
        return QSize(200, max(row.height(), max(written) + 16))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        item = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, str):
            painter.setFont(letters(TITLE, QFont.Weight.DemiBold))
            painter.setPen(QColor(current_look().theme.text))
            place = option.rect.adjusted(MARGIN, 6, -MARGIN, 0)
            words = _metrics(TITLE, QFont.Weight.DemiBold).elidedText(item, _ELIDE, place.width())
            painter.drawText(place, _MIDDLE, words)
        else:
            self._paint_row(painter, option, item)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: Shelved) -> None:
        theme, area, colors = current_look().theme, option.rect, style_colors(current_look().theme)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colors["selected"]))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(theme.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colors["hover"]))
        least = QRect(area.topLeft(), QSize(area.width(), self.row_height()))
        picture, *_, last = places(least)
        self._paint_picture(painter, picture, row)
        verdict = self._verdict(row)
        sign = _sign_side()
        draw_verdict(painter, QRect(last.left(), last.top() + 3, sign, sign), verdict)
        columns = self._columns(least, row)
        for number, (place, texts) in enumerate(columns):
            top, strong = place.top(), number == 0
            color = verdict_color(verdict) if number == len(columns) - 1 else theme.text
            for text, font, height in self._lines(place, texts, strong=strong):
                painter.setFont(font)
                painter.setPen(QColor(color))
                box = QRect(place.left(), top, place.width(), height)
                painter.drawText(box, _WRAPPED, text)
                top, color = top + height, theme.quiet

    def _verdict(self, row: Shelved) -> str:
        return RUNNING if row.name == self.running else row.outcome.verdict

    def _columns(self, least: QRect, row: Shelved) -> tuple[tuple[QRect, tuple[str, ...]], ...]:
        """Return what is written of a row, and where: the first text in the usual size."""
        _, words, published, ours, last = places(least)
        e, running = row.experiment, row.name == self.running
        more = len(e.expected) - 1
        also = tr("and {more} more", more=more) if more else ""
        failed = FAILED if row.name in self.failed and not running else ""
        return (
            (words, (e.title, e.claim, e.source.words)),
            (published, (row.published, e.words_of(e.expected[0]), also)),
            (ours, (row.ours, row.basis, failed)),
            (
                last.adjusted(_sign_side() + 6, 0, 0, 0),
                (upper_first(self._verdict(row)), row.held, ""),
            ),
        )

    def _lines(
        self, area: QRect, texts: Sequence[str], *, strong: bool
    ) -> Iterator[tuple[str, QFont, int]]:
        """Yield each text with its letters and its height, in as many lines as it needs."""
        for number, text in enumerate(texts):
            weight = QFont.Weight.DemiBold if strong and not number else QFont.Weight.Normal
            size = CAPTION if number else BODY
            room = QRect(0, 0, area.width(), 10_000)
            height = _metrics(size, weight).boundingRect(room, _WRAPPED, text).height()
            yield text, letters(size, weight), height if text else 0

    def _paint_picture(self, painter: QPainter, place: QRect, row: Shelved) -> None:
        if place.isEmpty():
            return
        theme = current_look().theme
        pixmap = self._picture(row.picture(theme.name), place.height())
        if row.opens and not pixmap.isNull():
            painter.drawPixmap(place, pixmap)
            return
        painter.setPen(QPen(QColor(theme.line), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), 4, 4)
        painter.setFont(letters(CAPTION))
        painter.setPen(QColor(theme.quiet))
        words = tr("drawing …") if row.opens else tr("no run here")
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _picture(self, path: Path, height: int) -> QPixmap:
        known = self._pictures.get((path, height))
        if known is None:
            whole = QPixmap(str(path))
            ratio = 2  # for screens of high density
            known = whole
            if not whole.isNull():
                smooth = Qt.TransformationMode.SmoothTransformation
                known = whole.scaledToHeight(ratio * height, smooth)
            self._pictures[path, height] = known
        return known


def places(area: QRect) -> tuple[QRect, QRect, QRect, QRect, QRect]:
    """Return where a row's picture, words, published number, ours and verdict stand.

    A verdict is never cut; where there is little room for the rest, the picture goes.
    """
    inner = area.adjusted(MARGIN, 8, -MARGIN, -8)
    verdict = _verdict_width()
    picture = QRect(inner.topLeft(), QSize(round(1.6 * inner.height()), inner.height()))
    left, right = picture.right() + 1 + GAP, inner.right() + 1 - verdict
    if right - left < LEAST * _metrics(BODY).averageCharWidth():
        picture, left = QRect(), inner.left()
    lefts = [left]
    for share in SHARES:
        lefts.append(lefts[-1] + round(share * (right - left)))
    columns = [
        QRect(start, inner.top(), max(0, stop - GAP - start), inner.height())
        for start, stop in itertools.pairwise(lefts)
    ]
    last = QRect(lefts[-1], inner.top(), verdict, inner.height())
    return picture, columns[0], columns[1], columns[2], last


def _sign_side() -> int:
    return _metrics(BODY).height() - 4


def _verdict_width() -> int:
    widths = [_metrics(BODY).horizontalAdvance(upper_first(word)) for word in VERDICTS]
    return _sign_side() + 8 + max(widths)


class ExperimentList(QListView):
    """The list itself.

    Signals
    -------
    chosen(object)
        The row that was gone to.
    pressed_enter()
        Enter on it, or a double click.
    typed(str)
        Letters, which are for the search.
    resized()
        The rows have another width.
    """

    resized = pyqtSignal()

    chosen = pyqtSignal(object)
    pressed_enter = pyqtSignal()
    typed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Published experiments"))
        self.items = ExperimentItems()
        self.setModel(self.items)
        self.rows = ExperimentRows(self)
        self.setItemDelegate(self.rows)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.doubleClicked.connect(lambda _index: self.pressed_enter.emit())
        self._stay = one_shot(self, self._show_chosen)

    @property
    def row(self) -> Shelved | None:
        """Return the row that is chosen."""
        item = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return item if isinstance(item, Shelved) else None

    def show_rows(self, rows: Sequence[Shelved], name: str) -> None:
        """Show rows, and choose the one of a name, or else the first."""
        bar = certain(self.verticalScrollBar())
        here = bar.value()
        before = [each.name for each in self.items.items if isinstance(each, Shelved)]
        self.items.show(rows)
        self.choose(name)
        if before == [each.name for each in rows]:
            bar.setValue(here)

    def choose(self, name: str) -> None:
        """Go to the row of a name, or else to the first."""
        known = [n for n, each in enumerate(self.items.items) if isinstance(each, Shelved)]
        found = (n for n in known if self.items.items[n].name == name)  # type: ignore[union-attr]
        number = next(found, known[0] if known else -1)
        self.setCurrentIndex(self.items.index(number))
        if number == 1:
            self.scrollToTop()  # the name of its group, too

    def go(self, steps: int) -> None:
        """Go some rows on; names of groups are passed over."""
        known = [n for n, each in enumerate(self.items.items) if isinstance(each, Shelved)]
        here = self.currentIndex().row()
        if known:
            place = known.index(here) + steps if here in known else 0
            self.setCurrentIndex(self.items.index(known[min(max(place, 0), len(known) - 1)]))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.row)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._keep_in_sight()
        super().resizeEvent(event)
        self.resized.emit()

    def lay_out_anew(self) -> None:
        """Give rows their heights in other letters."""
        self._keep_in_sight()
        self.scheduleDelayedItemsLayout()

    def _keep_in_sight(self) -> None:
        """See the chosen row, if it is seen, also when rows are higher or lower."""
        seen = self.visualRect(self.currentIndex())
        if seen.intersects(certain(self.viewport()).rect()):
            self._stay.start(0)

    def _show_chosen(self) -> None:
        self.executeDelayedItemsLayout()
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if event.key() in PRESS:
            self.pressed_enter.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):  # above the first row is no other
            self.go(len(self.items.items) * (1 if event.key() == Qt.Key.Key_End else -1))
            if event.key() == Qt.Key.Key_Home:
                self.scrollToTop()
        elif plain and begins_a_name(event):
            self.typed.emit(event.text())
        elif event.key() == Qt.Key.Key_Space:
            event.accept()  # nothing plays here
        else:
            super().keyPressEvent(event)


def _metrics(pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFontMetrics:
    return QFontMetrics(letters(pixels, weight))
