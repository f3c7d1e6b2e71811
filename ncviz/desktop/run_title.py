"""The title on a run's card."""

from PyQt6.QtCore import QEvent, QRect, Qt
from PyQt6.QtGui import QEnterEvent, QResizeEvent
from PyQt6.QtWidgets import QLabel, QToolButton

from ncviz.desktop.plain_text import plain_tip


class RunTitle(QLabel):
    """The title of a run in at most two lines; the whole of it answers to pointing.

    Where it is too long, what a training changes least is left out: it stands last.
    A pencil, to give the run another title, lies over its end while one points at it.
    """

    LINES = 2

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self.setProperty("role", "title")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.rename = QToolButton(self)
        self.rename.setProperty("role", "over")
        self.rename.setToolTip("Give this run another title.")
        self.rename.setAccessibleName("Rename this run")
        self.rename.setCursor(Qt.CursorShape.PointingHandCursor)
        self.rename.hide()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title = title
        self.setToolTip(plain_tip(title))
        self.setAccessibleName(title)
        self._fit()

    def _fit(self) -> None:
        parts = self._title.split(" · ")
        text, kept = self._title, len(parts)
        while kept > 1 and not self._fits(text):
            kept -= 1
            text = " · ".join((*parts[:kept], "…"))
        if text != self.text():
            self.setText(text)

    def _fits(self, text: str) -> bool:
        self.ensurePolished()
        metrics, wrap = self.fontMetrics(), Qt.TextFlag.TextWordWrap
        needed = metrics.boundingRect(QRect(0, 0, self.width(), 10_000), wrap, text).height()
        return needed <= self.LINES * metrics.lineSpacing() + metrics.leading()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place()

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._place()
        self.rename.show()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.rename.hide()
        super().leaveEvent(event)

    def _place(self) -> None:
        self.rename.adjustSize()
        self.rename.move(self.width() - self.rename.width() - 8, 0)
