"""Switches of the classes that are drawn, each in its hue."""

from collections.abc import Callable

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from ncviz.desktop.long_names import LongToolButton
from ncviz.desktop.plain_text import plain_button
from ncviz.desktop.teaching import teach
from ncviz.desktop.theme import current_look
from ncviz.explorer.answers import Answer
from ncviz.scenes.palette import class_color, readable
from ncviz.scenes.view import View


class ClassChips(QWidget):
    """One switch a class, in its hue.

    Signals
    -------
    toggled(int)
        The class that was clicked.
    """

    toggled = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        # What is said of a class that is pointed at.
        self.tell: Callable[[int], Answer | None] = lambda _number: None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.chips: list[QToolButton] = []

    def set_classes(self, names: tuple[str, ...], counts: tuple[int, ...] = ()) -> None:
        """Offer other classes, with their training samples where these are to be seen."""
        # Hidden: what is added to a page that is seen is laid out anew one by one.
        was_hidden = self.isHidden()
        self.hide()
        for chip in self.chips:
            self._grid.removeWidget(chip)
            chip.deleteLater()
        self.chips = [self._chip(number, name) for number, name in enumerate(names)]
        for chip, count in zip(self.chips, counts, strict=False):
            chip.setText(f"{chip.text()} · {count:,}")
        columns = 2 if len(names) <= 20 else 4
        for number, chip in enumerate(self.chips):
            self._grid.addWidget(chip, number // columns, number % columns)
        self.setHidden(was_hidden)

    def _chip(self, number: int, name: str) -> QToolButton:
        chip = LongToolButton()
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setText(plain_button(name))
        chip.setIcon(dot(class_color(number)))
        chip.setIconSize(QSize(12, 12))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        teach(chip, lambda _point, k=number: self.tell(k))
        chip.clicked.connect(lambda _checked, k=number: self.toggled.emit(k))
        return chip

    def show_view(self, view: View) -> None:
        """Check the classes that are shown."""
        shown = view.shown_classes(len(self.chips))
        for number, chip in enumerate(self.chips):
            chip.setChecked(number in shown)
            color = class_color(number, view.palette)
            look = [color, current_look()[0].raised]
            if look != chip.property("look"):
                chip.setProperty("look", look)
                chip.setIcon(dot(*look))


def dot(color: str, ground: str = "") -> QIcon:
    """Return a disc of a colour, as the icon of a switch.

    Parameters
    ----------
    color : str
    ground : str
        What it lies on, if it needs an outline where it is nearly as light or dark.
    """
    edge = readable(color, ground) if ground else color
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if edge == color else QPen(QColor(edge), 2))
    painter.setBrush(QColor(color))
    painter.drawEllipse(QRectF(2, 2, 20, 20))
    painter.end()
    return QIcon(pixmap)
