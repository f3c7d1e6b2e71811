"""Widgets that belong together: to a screen reader a group with a name, to the eye nothing."""

from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QGroupBox


class Group(QGroupBox):
    """Holds widgets without a frame; call it by `setAccessibleName`."""

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint no frame: what lies in it stands for itself."""
