"""What colours, spheres and sticks of a model's picture are: a legend in the scene's corner."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QAbstractButton, QBoxLayout, QVBoxLayout, QWidget

from ncviz.concept import CLASSIFIER, ETF, MEANS, SAMPLES
from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import BODY, CAPTION, current_look
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import about
from ncviz.language import tr
from ncviz.wording import upper_first

if TYPE_CHECKING:
    from ncviz.models.model import RoleWords

MARGIN = 16  # from the corner of the scene
MOST = 0.3  # of the scene's height that lines with words may take
PLATE = 0.82  # how much of the scene a row covers
SIGN = 26  # pixels across a row's sign at normal text
# Of the sticks in a sign, in pixels, as thick beside each other as in the scene.
STICKS = {MEANS: 3.2, CLASSIFIER: 2.0}


class RoleRow(QAbstractButton):
    """One line: a sign and its words; a click opens the card of what it is."""

    def __init__(self, words: "RoleWords", parent: QWidget) -> None:
        super().__init__(parent)
        self.words = words
        self.named = True
        self._seen: object = None  # of what `_drawn` is the picture
        self._drawn = QPixmap()
        self.setText(words.with_deed)
        self.setAccessibleName(words.with_deed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        action = tr("Click opens its card.")
        teach(self, lambda _point: about(words.concept, action=action, roles=words.lights))

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(1, round(self.font().pixelSize() * CAPTION / BODY)))
        return font

    def _sign(self) -> int:
        return round(SIGN * QFontMetrics(self._font()).height() / 16)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self._font())
        width = metrics.horizontalAdvance(self.words.with_deed) + 12 if self.named else 0
        return QSize(self._sign() + width, metrics.height() + 3)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        ratio, font = self.devicePixelRatioF(), self.font().key()
        seen = self.size(), ratio, current_look(), self.hasFocus(), self.named, self.text(), font
        if seen != self._seen:  # else it is the scene below that has changed, in every frame
            self._seen = seen
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._drawn)
            self._paint(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme = current_look().theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plate = QColor(theme.background)
        plate.setAlphaF(PLATE)
        painter.setBrush(plate)
        edge = theme.accent if self.hasFocus() else None
        painter.setPen(QPen(QColor(edge), 1.5) if edge else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 0, -1, 0), 4, 4)
        self._paint_sign(painter)
        if not self.named:
            return
        painter.setFont(self._font())
        painter.setPen(QColor(theme.text))
        room = self.rect().adjusted(self._sign() + 4, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.words.with_deed)

    def _paint_sign(self, painter: QPainter) -> None:
        """Draw a ball, with its stick where it has one, as the scene does."""
        role, middle, right = self.words.role, self.height() / 2, float(self._sign() - 4)
        if not role:
            return
        scale, theme = self._sign() / SIGN, current_look().theme
        hue = theme.quiet if role == SAMPLES else getattr(theme, role)
        radius = scale * (2.6 if role == SAMPLES else 4.2)
        color = QColor(hue)
        if role in STICKS:
            painter.setPen(QPen(color, scale * STICKS[role]))
            painter.drawLine(QPointF(5, middle), QPointF(right - radius, middle))
        elif role == ETF:
            painter.setPen(QPen(color, 1))
            painter.drawLine(QPointF(5, middle), QPointF(right - radius, middle))
            color.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(right - radius, middle), radius, radius)


class RoleLegend(QWidget):
    """The lines of a model's legend, in the lower left corner of the scene.

    Parameters
    ----------
    over : QWidget
        The scene.

    Signals
    -------
    explained(str)
        A line was clicked: a key of `ncviz.concepts.CONCEPTS`.
    """

    explained = pyqtSignal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.rows: list[RoleRow] = []
        self._placed: object = None  # for which letters, in which room
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        over.installEventFilter(self)
        self.hide()

    def show_roles(self, roles: tuple["RoleWords", ...]) -> None:
        """Show these lines; none hides the legend."""
        if tuple(row.words for row in self.rows) != roles:
            for row in self.rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows, self._placed = [RoleRow(words, self) for words in roles], None
            for row in self.rows:
                show: Callable[[], None] = partial(self.explained.emit, row.words.concept)
                row.clicked.connect(lambda _on=False, show=show: show())
                self._column.addWidget(row, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(roles))
        self.place()

    def said(self) -> str:
        """Return its lines as one sentence."""
        lines = "; ".join(row.words.with_deed for row in self.rows)
        return f"{upper_first(lines)}." if lines else ""

    def follow_look(self) -> None:
        """Take the room that the lines need in other letters."""
        self.place()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Stand in the lower left corner; signs alone where words would cover the scene."""
        over = certain(self.parentWidget())
        placed = over.size(), [row.font().key() for row in self.rows], self.isVisible()
        if placed == self._placed:
            return
        self._placed = placed
        for named in (True, False):
            for row in self.rows:
                row.named = named
                row.setVisible(named or bool(row.words.role))  # else there is nothing to see
                row.updateGeometry()
            way = QBoxLayout.Direction.TopToBottom if named else QBoxLayout.Direction.LeftToRight
            self._column.setDirection(way)
            self._column.activate()
            needed = self.sizeHint()
            fits = needed.width() <= over.width() - 2 * MARGIN
            if fits and needed.height() <= MOST * over.height():
                break
        self.resize(needed)
        self.move(MARGIN, over.height() - MARGIN // 2 - self.height())
