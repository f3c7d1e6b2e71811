"""Draws the rows of the command palette."""

from dataclasses import dataclass

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import BODY, CAPTION, current_look, letters, style_colors
from ncviz.language import tr

MARGIN = 16


@dataclass(frozen=True)
class CommandRow:
    """A command as the palette shows it.

    Parameters
    ----------
    key, text, tip, keys : str
        Its name in code, its verb, its sentence and its shortcut.
    places : tuple of int
        Which letters of `text` were typed.
    enabled : bool
    checked : bool, optional
        The state of a switch; None for what is none.
    recent : bool
    needs : str
        What it takes to be enabled, one sentence.
    """

    key: str
    text: str
    tip: str
    keys: str
    places: tuple[int, ...] = ()
    enabled: bool = True
    checked: bool | None = None
    recent: bool = False
    needs: str = ""


class CommandRows(QStyledItemDelegate):
    """Two lines a row: the verb with its keys, and the sentence below."""

    def row_height(self) -> int:
        """Return the height of each row, in pixels."""
        lines = QFontMetrics(letters(BODY)).height() + QFontMetrics(letters(CAPTION)).height()
        return lines + 10

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(120, self.row_height())

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        row: CommandRow = index.data(Qt.ItemDataRole.UserRole)
        theme, area = current_look().theme, option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(style_colors(theme)["selected"]))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(theme.accent))
        body, caption = QFontMetrics(letters(BODY)), QFontMetrics(letters(CAPTION))
        mark = body.height()
        if row.checked or row.recent:
            place = QRect(area.left() + MARGIN, area.top() + 5, mark, mark).adjusted(2, 2, -2, -2)
            drawn = icon("check", "accent") if row.checked else icon("recent", "quiet")
            drawn.paint(painter, place)
        left = area.left() + MARGIN + mark + 8
        right = area.right() - MARGIN
        line = QRect(left, area.top() + 5, right - left, body.height())
        line.setRight(self._paint_keys(painter, row, line) - MARGIN)
        self._paint_text(painter, row, line)
        below = QRect(left, line.bottom() + 1, right - left, caption.height())
        painter.setFont(letters(CAPTION))
        painter.setPen(QColor(theme.quiet))
        tip = row.tip if row.enabled else tr("Not now. {needs}", needs=row.needs or row.tip)
        painter.drawText(
            below,
            Qt.AlignmentFlag.AlignVCenter,
            caption.elidedText(tip, Qt.TextElideMode.ElideRight, below.width()),
        )
        painter.restore()

    def _paint_keys(self, painter: QPainter, row: CommandRow, line: QRect) -> int:
        """Write the shortcut at the right; return where it begins."""
        if not row.keys:
            return line.right()
        painter.setFont(letters(CAPTION))
        painter.setPen(QColor(current_look().theme.quiet))
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, alignment, row.keys)
        return line.right() - QFontMetrics(letters(CAPTION)).horizontalAdvance(row.keys)

    def _paint_text(self, painter: QPainter, row: CommandRow, line: QRect) -> None:
        """Write the verb; what was typed of it stands out."""
        theme = current_look().theme
        color = QColor(theme.text if row.enabled else theme.quiet)
        plain, strong = letters(BODY), letters(BODY, QFont.Weight.DemiBold)
        x, base = line.left(), line.top() + QFontMetrics(plain).ascent()
        for number, letter in enumerate(row.text):
            typed = number in row.places
            font = strong if typed else plain
            width = QFontMetrics(font).horizontalAdvance(letter)
            if x + width > line.right():
                break
            painter.setFont(font)
            painter.setPen(QColor(theme.accent) if typed and row.enabled else color)
            painter.drawText(x, base, letter)
            x += width
