"""The title on a run's card."""

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QEnterEvent, QResizeEvent
from PyQt6.QtWidgets import QToolButton

from ncviz.desktop.style.icons import icon
from ncviz.desktop.widgets.long_names import FittedTitle
from ncviz.language import tr


class RunTitle(FittedTitle):
    """The title of a run in at most two lines.

    Where it is too long, what a training changes least is left out: it stands last.
    A pencil, to give the run another title, lies over its end while one points at it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "title")
        self.rename = QToolButton(self)
        self.rename.setIcon(icon("rename"))
        self.rename.setProperty("role", "over")
        self.rename.setToolTip(tr("Give this run another title."))
        self.rename.setAccessibleName(tr("Rename this run"))
        self.rename.setCursor(Qt.CursorShape.PointingHandCursor)
        self.rename.hide()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place()

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._place()
        self.rename.show()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.rename.hide()
        super().leaveEvent(event)

    def _place(self) -> None:
        hint = self.rename.sizeHint()
        self.rename.resize(hint.width(), min(hint.height(), self.height()))  # of one line, too
        self.rename.move(self.width() - self.rename.width() - 8, 0)
