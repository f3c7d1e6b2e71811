"""What every dialog of ncviz is: Tab follows the eye, and Alt presses letters."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PyQt6.QtWidgets import QDialog

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.mnemonics import letter_dialog
from ncviz.desktop.widgets.tab_order import FollowsEye


class Dialog(FollowsEye, QDialog):
    """A dialog whose stops and letters come from what is seen of it."""

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        letter_dialog(self)
        self.stay_on_screen()

    def fit(self, width: int, height: int) -> None:
        """Be of so many pixels at normal text, in proportion to the text, within the screen."""
        _theme, scale = current_look()
        screen = certain(self.screen() or QGuiApplication.primaryScreen())
        room = screen.availableGeometry().size()
        self.resize(
            min(round(width * scale), room.width() - 16),
            min(round(height * scale), room.height() - 48),
        )

    def stay_on_screen(self) -> None:
        """Come onto the screen, and shrink where it is smaller than the dialog."""
        room = certain(self.screen()).availableGeometry()
        frame = self.frameGeometry().size() - self.size()
        self.resize(self.size().boundedTo(room.size() - frame))
        outer = self.frameGeometry()
        x = max(room.left(), min(outer.left(), room.right() + 1 - outer.width()))
        y = max(room.top(), min(outer.top(), room.bottom() + 1 - outer.height()))
        if (x, y) != (outer.left(), outer.top()):
            self.move(x, y)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() == Qt.Key.Key_Alt:  # other pages and words may be seen by now
            letter_dialog(self)
        super().keyPressEvent(event)
