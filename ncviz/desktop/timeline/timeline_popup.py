"""What opens above a button of the timeline, and the menu of its clock."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_chosen, when_turned
from ncviz.desktop.widgets.tab_order import FollowsEye
from ncviz.explorer.player import Player
from ncviz.scenes.palette import Theme, mix

# Name in the player, word on the button, one sentence.
_ENDS = (
    ("stop", "Stop", "Stay at the last moment."),
    ("loop", "Loop", "Begin again at the end (L)."),
    ("ping-pong", "There and back", "Turn round at each end: collapse, and undo it."),
)
_PACES = (
    (
        "keep the speed",
        "Keep the speed",
        "Follow the clock; a slow computer leaves some out.",
    ),
    ("every epoch", "Every moment", "Give each recorded moment the same time and show every one."),
)
_SPACINGS = (
    (
        "recorded",
        "As recorded",
        "Recorded moments at equal distances: the early ones, where most happens, get their time.",
    ),
    ("linear", "Linear", "Moments to scale: the long terminal phase shows its length."),
    ("logarithmic", "Logarithmic", "Moments on a logarithmic scale, counted from the first one."),
)


class Popup(FollowsEye, QFrame):
    """A small panel that opens above a button; Escape or a click elsewhere closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        chosen = mix(theme.raised, theme.accent, 0.18)
        self.setStyleSheet(
            f"#popup {{ background: {theme.raised}; border: 1px solid {theme.line}; }}"
            f'QToolButton[role="segment"] {{ border: 1px solid {theme.line}; border-radius: 6px;'
            f" padding: 4px 12px; color: {theme.quiet}; }}"
            f'QToolButton[role="segment"]:hover {{ color: {theme.text}; }}'
            f'QToolButton[role="segment"]:focus {{ border-color: {theme.text}; }}'
            f'QToolButton[role="segment"]:checked {{ background: {chosen};'
            f" border-color: {theme.accent}; color: {theme.text}; }}"
        )

    def open_above(self, button: QWidget) -> None:
        """Show it with its lower right corner above a button, all of it on the screen."""
        self.adjustSize()
        size = self.sizeHint()
        corner = button.mapToGlobal(QPoint(button.width(), -8))
        wanted = QPoint(corner.x() - size.width(), corner.y() - size.height())
        screen = certain(button.screen()).availableGeometry()
        self.move(max(wanted.x(), screen.left() + 8), max(wanted.y(), screen.top() + 8))
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)


class Choice(QWidget):
    """A few words of which one is chosen.

    Parameters
    ----------
    choices : sequence of (str, str, str)
        Value, word and one sentence.

    Signals
    -------
    chosen(str)
        The value that was clicked.
    """

    chosen = pyqtSignal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for value, word, tip in choices:
            button = QToolButton()
            button.setProperty("role", "segment")
            button.setText(word)
            button.setToolTip(plain_tip(tip))
            button.setCheckable(True)
            when_chosen(button, partial(self.chosen.emit, value))
            self._group.addButton(button)
            self.buttons[value] = button
            row.addWidget(button)
        row.addStretch(1)

    def show_value(self, value: str) -> None:
        """Show which one is chosen."""
        button = self.buttons.get(value)
        if button is not None and not button.isChecked():
            show_turned(button, True)


class ClockMenu(Popup):
    """How time passes: what comes at the end, the pace, the distances.

    Signals
    -------
    end_chosen(str), pace_chosen(str), spacing_chosen(str)
        One of `player.ENDS`, `PACES`, `SPACINGS`.
    recorded_only_chosen(bool)
        Show no picture between recorded epochs.
    """

    end_chosen = pyqtSignal(str)
    pace_chosen = pyqtSignal(str)
    spacing_chosen = pyqtSignal(str)
    recorded_only_chosen = pyqtSignal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.end = Choice(_ENDS)
        self.pace = Choice(_PACES)
        self.spacing = Choice(_SPACINGS)
        self.recorded_only = QCheckBox("Recorded moments only")
        self.recorded_only.setToolTip(
            "Jump from one recorded moment to the next: nothing between them is interpolated."
        )
        self.end.chosen.connect(self.end_chosen)
        self.pace.chosen.connect(self.pace_chosen)
        self.spacing.chosen.connect(self.spacing_chosen)
        when_turned(self.recorded_only, self.recorded_only_chosen.emit)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self._rows: dict[QWidget, QLabel] = {}
        for number, (word, widget) in enumerate(
            (("At the end", self.end), ("Pace", self.pace), ("Distances", self.spacing))
        ):
            self._rows[widget] = PlainLabel(word)
            grid.addWidget(self._rows[widget], number, 0)
            grid.addWidget(widget, number, 1)
        grid.addWidget(self.recorded_only, 3, 1)

    def offer_epochs(self, on: bool) -> None:
        """Offer what only makes sense for recorded moments."""
        for widget in (self.pace, self.spacing):
            widget.setVisible(on)
            self._rows[widget].setVisible(on)
        self.recorded_only.setVisible(on)

    def show_player(self, player: Player, recorded_only: bool) -> None:
        """Show how time passes now."""
        self.end.show_value(player.at_end)
        self.pace.show_value(player.pace)
        self.spacing.show_value(player.spacing)
        if self.recorded_only.isChecked() != recorded_only:
            show_turned(self.recorded_only, recorded_only)
