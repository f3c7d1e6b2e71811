"""Room for words that change with every frame."""

from PyQt6.QtCore import QEvent, QSize, pyqtSignal
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QLabel, QWidget


class StillWords(QWidget):
    """Holds a label in a layout that is asked anew only where its words need another height.

    A label of Qt's has all that it lies in laid out for every change of its words, and painted
    a second time.

    Parameters
    ----------
    label : QLabel
        Its least and greatest heights count here, too.

    Signals
    -------
    placed()
        The label has another width, or is seen from now on.
    """

    placed = pyqtSignal()

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self._label = label
        self._height = -1  # that the layout was told of
        label.setParent(self)
        policy = label.sizePolicy()
        policy.setHeightForWidth(label.wordWrap())
        self.setSizePolicy(policy)

    def event(self, event: QEvent | None) -> bool:
        """Look whether the words, which ask for it by this event, need other room."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._ask_for_room()
        return super().event(event)

    def _ask_for_room(self) -> None:
        needed = self.heightForWidth(self.width())
        if not needed == self._height == self.height() or not self.isVisible():
            self._height = needed
            self.updateGeometry()
        else:  # a label that may be lower again does not become it by itself
            self._label.setGeometry(self.rect())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())
        self.placed.emit()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        # A label asks for nothing while nobody sees it, and the layout keeps what it knew before.
        self._ask_for_room()
        self.placed.emit()

    def heightForWidth(self, width: int) -> int:
        label = self._label
        least, most = label.minimumHeight(), label.maximumHeight()
        return least if least == most else min(max(label.heightForWidth(width), least), most)

    def sizeHint(self) -> QSize:
        return self._bounded(self._label.sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._bounded(self._label.minimumSizeHint())

    def _bounded(self, size: QSize) -> QSize:
        return size.expandedTo(self._label.minimumSize()).boundedTo(self._label.maximumSize())
