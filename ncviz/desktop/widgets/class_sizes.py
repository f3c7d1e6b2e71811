"""A histogram of class sizes whose bars are dragged."""

import math

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.style.theme import BODY, CAPTION
from ncviz.desktop.widgets.spoken_number import SpokenSlider
from ncviz.language import tr
from ncviz.models.class_sizes import MAXIMUM_RATIO
from ncviz.wording import raised, three_digits

FOOT = 0.08  # of the height: even the smallest class is a bar
KEY_FACTOR = 10**0.1
GAP = 0.22  # of a bar's place
QUIET = 0.68  # opacity of bars and of their scale

_DECADES = range(round(math.log10(MAXIMUM_RATIO)) + 1)


class _Bar(SpokenSlider):
    """The size of one class, as screen readers hear and set it; the editor paints it.

    Parameters
    ----------
    editor : ClassSizesEditor
    number : int
        Of the class.
    """

    def __init__(self, editor: "ClassSizesEditor", number: int) -> None:
        super().__init__()
        self.setParent(editor)
        self._editor = editor
        self._number = number
        self.setAccessibleName(tr("Class {number}", number=number + 1))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setUpdatesEnabled(False)  # it shows nothing

    def told(self, value: float) -> None:
        self._editor.set_size(self._number, value)


class ClassSizesEditor(SpokenSlider):
    """Bars on a logarithmic scale; drag one, or choose with ← → and move with ↑ ↓.

    Signals
    -------
    changed(object)
        The sizes, a tuple of float, as multiples of 1, the smallest there can be.
    held(bool)
        A bar is dragged from now on, or was let go.
    """

    changed = pyqtSignal(object)
    held = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.sizes: tuple[float, ...] = (1.0, 1.0)
        self.chosen: int | None = None
        self._dragging = False
        self._hovered: int | None = None
        self._bars: list[_Bar] = []
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Class sizes"))
        self.setToolTip(
            tr("Samples of each class against the smallest: drag a bar, or use arrows.")
        )

    def sizeHint(self) -> QSize:
        return QSize(200, round(5.2 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def show_sizes(self, sizes: tuple[float, ...]) -> None:
        """Show sizes, the smallest 1; while a bar is held the bars obey the hand alone."""
        if self._dragging and len(sizes) == len(self.sizes):
            return
        if sizes == self.sizes and len(self._bars) == len(sizes):
            return
        self.sizes = sizes
        if self.chosen is not None and self.chosen >= len(sizes):
            self.chosen = len(sizes) - 1
        self.update()
        self.describe()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.describe()  # bars lie elsewhere

    # What screen readers hear and set

    def describe(self) -> None:
        """Bring up to date what they say of each class."""
        for bar in self._bars[len(self.sizes) :]:
            bar.deleteLater()
        del self._bars[len(self.sizes) :]
        while len(self._bars) < len(self.sizes):
            self._bars.append(_Bar(self, len(self._bars)))
            self._bars[-1].show()
        for number, bar in enumerate(self._bars):
            bar.setGeometry(self.bar(number).toAlignedRect())
            bar.say(self.sizes[number], 1.0, MAXIMUM_RATIO, f"{three_digits(self.sizes[number])} ×")
        number = self.chosen or 0
        self.say(self.sizes[number], 1.0, MAXIMUM_RATIO, self._words(number))

    def _words(self, number: int) -> str:
        return tr(
            "class {number}: {sizes} ×", number=number + 1, sizes=three_digits(self.sizes[number])
        )

    def told(self, value: float) -> None:
        self.set_size(self.chosen or 0, value)

    def set_size(self, number: int, size: float) -> None:
        """Give a class another size, as a multiple of 1, the smallest there can be."""
        self.chosen = number
        self._set(math.log(min(max(size, 1.0), MAXIMUM_RATIO)) / math.log(MAXIMUM_RATIO))
        self.describe()

    # Dragging

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self.held.emit(True)
            self.chosen = self._bar_at(event.position())
            self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._dragging:
            self._drag(event.position())
        else:
            self._hover(self._bar_at(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        if self._dragging:
            self._dragging = False
            self.changed.emit(self.sizes)  # again, so that the smallest comes to stand at 1
            self.held.emit(False)

    def leaveEvent(self, _event: QEvent | None) -> None:
        self._hover(None)

    def hideEvent(self, _event: QEvent | None) -> None:
        self._hover(None)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        last, chosen = len(self.sizes) - 1, self.chosen
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                away = -1 if event.key() == Qt.Key.Key_Left else 1
                self.chosen = 0 if chosen is None else min(max(chosen + away, 0), last)
                self.update()
                self.describe()
            case Qt.Key.Key_Up:
                self._multiply(KEY_FACTOR)
            case Qt.Key.Key_Down:
                self._multiply(1 / KEY_FACTOR)
            case Qt.Key.Key_Home:
                self._multiply(0.0)
            case Qt.Key.Key_End:
                self._multiply(math.inf)
            case _:
                event.ignore()

    def _drag(self, point: QPointF) -> None:
        area = self._area()
        share = (area.bottom() - point.y()) / area.height()
        self._set((share - FOOT) / (1 - FOOT))

    def _multiply(self, factor: float) -> None:
        self.chosen = 0 if self.chosen is None else self.chosen
        size = self.sizes[self.chosen] * factor
        least = min(size for k, size in enumerate(self.sizes) if k != self.chosen)
        if 0 < size < 1 and least > size:  # below the smallest all others grow instead
            scaled = tuple(min(s / size, MAXIMUM_RATIO) for s in self.sizes)
            self._emit((*scaled[: self.chosen], 1.0, *scaled[self.chosen + 1 :]))
            return
        self._set(math.log(min(max(size, 1.0), MAXIMUM_RATIO)) / math.log(MAXIMUM_RATIO))

    def _set(self, share: float) -> None:
        assert self.chosen is not None
        size = MAXIMUM_RATIO ** min(max(share, 0.0), 1.0)
        self._emit((*self.sizes[: self.chosen], size, *self.sizes[self.chosen + 1 :]))

    def _emit(self, sizes: tuple[float, ...]) -> None:
        if sizes != self.sizes:
            self.sizes = sizes
            self.update()
            self.changed.emit(sizes)
            self.describe()

    def _hover(self, bar: int | None) -> None:
        if bar != self._hovered:
            self._hovered = bar
            self.update()

    # Drawing

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(1.4 * line, 0.9 * line, self.width() - 1.4 * line, self.height() - 1.0 * line)

    def _bar_at(self, point: QPointF) -> int:
        area = self._area()
        place = int((point.x() - area.left()) / area.width() * len(self.sizes))
        return min(max(place, 0), len(self.sizes) - 1)

    def bar(self, number: int) -> QRectF:
        """Return where a bar is drawn."""
        area, size = self._area(), self.sizes[number]
        place = area.width() / len(self.sizes)
        share = FOOT + (1 - FOOT) * math.log(max(size, 1.0)) / math.log(MAXIMUM_RATIO)
        height = area.height() * min(share, 1.0)
        left = area.left() + (number + GAP / 2) * place
        return QRectF(left, area.bottom() - height, (1 - GAP) * place, height)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, area = self.palette(), self._area()
        quiet = colors.color(QPalette.ColorRole.WindowText)
        quiet.setAlphaF(QUIET)
        accent = colors.color(QPalette.ColorRole.Highlight)
        self._paint_scale(painter, area, quiet)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(len(self.sizes)):
            shown = number == self.chosen and (self.hasFocus() or self._dragging)
            painter.setBrush(accent if shown or number == self._hovered else quiet)
            painter.drawRoundedRect(self.bar(number), 2, 2)
        said = self.chosen if self._dragging or self._hovered is None else self._hovered
        if said is not None and (self.hasFocus() or self._hovered is not None):
            painter.setPen(colors.color(QPalette.ColorRole.WindowText))
            words = self._words(said)
            top = QRectF(0, 0, self.width(), area.top())
            painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, words)
        painter.end()

    def _paint_scale(self, painter: QPainter, area: QRectF, quiet: QColor) -> None:
        small = QFont(self.font())
        small.setPixelSize(max(1, round(self.font().pixelSize() * CAPTION / BODY)))
        painter.setFont(small)
        faint = QColor(quiet)
        faint.setAlphaF(0.15)
        for decade in _DECADES[::2]:
            share = FOOT + (1 - FOOT) * decade / _DECADES[-1]
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(quiet)
            words = f"10{raised(decade)}" if decade > 2 else f"{10**decade}"
            line = self.fontMetrics().height()
            box = QRectF(0, y - line / 2, area.left() - 5, line)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words
            )
        painter.setFont(self.font())
