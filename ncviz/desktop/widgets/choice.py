"""A list of choices that keeps its name for screen readers."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent, QWheelEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QStyle, QStyleOptionComboBox

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel

MARGIN = 1  # pixels that Qt leaves at both sides of the words


class Choice(QComboBox):
    """A list of choices; all of the window's are made of it.

    Except on Windows, Qt gives what is chosen as the name of a list, and screen readers read
    the label that belongs to it. Where there is none to be seen, an unseen one bears the name.
    The wheel scrolls what the list lies in, and chooses nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self._label: QLabel | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not that of the wheel

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        # Who scrolls past a list does not mean to choose, even just after a choice.
        assert event is not None
        event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox | None) -> None:
        """Say with an ellipsis that what is chosen is longer than its field."""
        super().initStyleOption(option)
        assert option is not None
        room = certain(self.style()).subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width() - 2 * MARGIN
        )

    def setAccessibleName(self, name: str | None) -> None:
        """Say what is chosen here."""
        super().setAccessibleName(name)
        if self._label is not None:
            self._label.setText(name)

    def showPopup(self) -> None:
        certain(self.view()).setAccessibleName(self.accessibleName())
        super().showPopup()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        name, parent = self.accessibleName(), self.parentWidget()
        if self.isEditable():
            certain(self.lineEdit()).setAccessibleName(name)
        if self._label is None and name and parent is not None and not _has_label(self):
            self._label = PlainLabel(name, parent=parent)
            self._label.hide()
            self._label.setBuddy(self)


def _has_label(box: QComboBox) -> bool:
    parts = certain(box.parentWidget()).children()
    return any(isinstance(part, QLabel) and part.buddy() is box for part in parts)
