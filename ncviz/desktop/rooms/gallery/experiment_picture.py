"""The picture of an experiment, as broad as its card."""

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import (
    QSizePolicy,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look
from ncviz.experiments.shelf import Shelved
from ncviz.experiments.showing import HEIGHT, WIDTH
from ncviz.language import tr

SHALLOW, FLAT = 0.45, 0.16  # height over width: of a picture, of the place of one to come


class ExperimentPicture(QWidget):
    """The picture of an experiment, or in its place what there will be to see."""

    def __init__(self) -> None:
        super().__init__()
        self._row: Shelved | None = None
        self._most = 1000
        self._pixmap = QPixmap()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_row(self, row: Shelved | None) -> None:
        """Show the picture of another experiment, or in another theme."""
        self._row = row
        theme = current_look().theme.name
        known = row is not None and row.opens
        self._pixmap = QPixmap(str(certain(row).picture(theme))) if known else QPixmap()
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def set_most(self, height: int) -> None:
        """Be no higher than so many pixels: words need their room."""
        if height != self._most:
            self._most = height
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        share = SHALLOW if self._row is not None and self._row.opens else FLAT
        return min(round(share * width), self._most)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme, painter = current_look().theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._pixmap.isNull():
            painter.fillRect(self.rect(), QColor(theme.background))
            height = min(self.height(), round(self.width() * HEIGHT / WIDTH))
            width = round(height * WIDTH / HEIGHT)
            left = (self.width() - width) // 2
            painter.drawPixmap(QRect(left, 0, width, height), self._pixmap)
        elif self._row is not None:
            painter.setPen(QPen(QColor(theme.line), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
            painter.setPen(QColor(theme.quiet))
            words = (
                tr("Its picture is being drawn.")
                if self._row.opens
                else tr("Run it to see its picture.")
            )
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
