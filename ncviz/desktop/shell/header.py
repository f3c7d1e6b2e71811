"""The line at the top: rooms on the left, what one reaches for on the right."""

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.busy_words import BusyWords
from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_chosen
from ncviz.explorer.room_names import ROOMS
from ncviz.language import tr

BESIDE_ICON = 5  # pixels, in a button without words


class Header(QWidget):
    """Rooms and the most used commands.

    Signals
    -------
    entered(str)
        The room that was clicked.
    """

    entered = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        be_place(self, "rooms")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(0)
        self.rooms = {name: self._tab(name, tip) for name, tip in ROOMS.items()}
        self._group = QButtonGroup(self)
        for button in self.rooms.values():
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self.busy = BusyWords()
        row.addWidget(self.busy)
        row.addSpacing(16)
        self.search = self._button(
            "search",
            tr("Search"),
            with_native_keys(tr("Find any command by a few letters (Ctrl+K).")),
        )
        self.theme = self._button("moon")
        self.open = self._button(
            "open", tr("Open"), with_native_keys(tr("Open a recorded run (Ctrl+O)."))
        )
        self.export = self._button(
            "export",
            tr("Export"),
            with_native_keys(tr("Figures, films and tables of what you see (Ctrl+E).")),
        )
        for button in (self.search, self.theme, self.open, self.export):
            row.addWidget(button)
            row.addSpacing(4)
        self._worded = self.search, self.open, self.export
        self._words = 0  # pixels
        self.follow_look()

    def _tab(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(tr(name))
        button.setToolTip(plain_tip(tip))
        button.setCheckable(True)
        button.setProperty("role", "room")
        when_chosen(button, lambda: self.entered.emit(name))
        return button

    def _button(self, picture: str, text: str = "", tip: str = "") -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(text)
        button.setProperty("role", "quiet")
        button.setIconSize(QSize(18, 18))
        if text:
            button.setText(f" {text}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def minimumSizeHint(self) -> QSize:
        """Return the least room: there the buttons on the right show no words."""
        least = certain(self.layout()).totalMinimumSize()
        return QSize(least.width() - self._width_of_words(), least.height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        whole = self.minimumSizeHint().width() + self._words
        fits = style.ToolButtonTextBesideIcon if whole <= self.width() else style.ToolButtonIconOnly
        for button in self._worded:
            if button.toolButtonStyle() != fits:
                button.setToolButtonStyle(fits)

    def _width_of_words(self) -> int:
        """Return how much of the width the words of the buttons on the right take now."""
        if self._worded[0].toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
            return 0
        self._words = sum(
            button.minimumSizeHint().width() - button.iconSize().width() - 2 * BESIDE_ICON
            for button in self._worded
        )
        return self._words

    def set_room(self, room: str) -> None:
        """Check the room one is in."""
        show_turned(self.rooms[room], True)

    def follow_look(self) -> None:
        """Offer the other theme."""
        to_dark = current_look().theme.name == "light"
        self.theme.setIcon(icon("moon" if to_dark else "sun"))
        tip = with_native_keys(tr("Turn to the dark theme (Ctrl+D)."))
        if not to_dark:
            tip = with_native_keys(tr("Turn to the light theme (Ctrl+D)."))
        self.theme.setToolTip(plain_tip(tip))
        self.theme.setAccessibleName(tr("Dark theme") if to_dark else tr("Light theme"))
