"""What every dialog of ncviz is: Tab follows the eye, and Alt presses letters."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent, QShowEvent
from PyQt6.QtWidgets import QDialog

from ncviz.desktop.mnemonics import letter_dialog
from ncviz.desktop.tab_order import FollowsEye


class Dialog(FollowsEye, QDialog):
    """A dialog whose stops and letters come from what is seen of it.

    Parameters
    ----------
    parent : QWidget, optional
    """

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        letter_dialog(self)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event.key() == Qt.Key.Key_Alt:  # other pages and words may be seen by now
            letter_dialog(self)
        super().keyPressEvent(event)
