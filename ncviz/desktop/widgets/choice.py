"""A list of choices that keeps its name for screen readers."""

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QComboBox, QLabel

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel


class Choice(QComboBox):
    """A list of choices; all of the window's are made of it.

    Except on Windows, Qt gives what is chosen as the name of a list, and screen readers read
    the label that belongs to it. Where there is none to be seen, an unseen one bears the name.
    """

    def __init__(self) -> None:
        super().__init__()
        self._label: QLabel | None = None

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
