"""Where an answer is written."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit


class AnswerField(QLineEdit):
    """A line whose letters are no commands of the window."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        super().keyPressEvent(event)
        if event is None:
            return
        passed = Qt.Key.Key_Escape, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp
        is_function = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35  # F11 presents from here, too
        if event.key() not in passed and not is_function:
            event.accept()
