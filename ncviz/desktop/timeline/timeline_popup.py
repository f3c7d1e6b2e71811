"""What opens above a button of the timeline, and the menu of its clock."""

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.desktop.widgets.switches import show_turned
from ncviz.desktop.widgets.tab_order import FollowsEye
from ncviz.explorer.player import Player
from ncviz.language import tr

# Name in the player, word on the button, one sentence.
_ENDS = (
    ("stop", tr("Stop"), tr("Stay at the last moment.")),
    ("loop", tr("Loop"), tr("Begin again at the end (L).")),
    ("ping-pong", tr("There and back"), tr("Turn round at each end: collapse, and undo it.")),
)
_PACES = (
    (
        "keep the speed",
        tr("Keep the speed"),
        tr("Follow the clock; a slow computer leaves some out."),
    ),
    (
        "every epoch",
        tr("Every moment"),
        tr("Give each recorded moment the same time and show every one."),
    ),
)
_SPACINGS = (
    (
        "recorded",
        tr("As recorded"),
        tr(
            "Recorded moments at equal distances: the early ones, where most happens, get their "
            "time."
        ),
    ),
    ("linear", tr("Linear"), tr("Moments to scale: the long terminal phase shows its length.")),
    (
        "logarithmic",
        tr("Logarithmic"),
        tr("Moments on a logarithmic scale, counted from the first one."),
    ),
)


class Popup(FollowsEye, QFrame):
    """A small panel that opens above a button; Escape or a click elsewhere closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")

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


class ClockMenu(Popup):
    """How time passes: what comes at the end, the pace, the distances.

    Attributes
    ----------
    end, pace, spacing : SegmentedButtons
        Of `player.ENDS`, `PACES`, `SPACINGS`.
    recorded_only : QCheckBox
        Show no picture between recorded epochs.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.end, self.pace, self.spacing = map(_choice, (_ENDS, _PACES, _SPACINGS))
        self.recorded_only = QCheckBox(tr("Recorded moments only"))
        self.recorded_only.setToolTip(
            tr("Jump from one recorded moment to the next: nothing between them is interpolated.")
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self._rows: dict[QWidget, QLabel] = {}
        for number, (word, widget) in enumerate(
            ((tr("At the end"), self.end), (tr("Pace"), self.pace), (tr("Distances"), self.spacing))
        ):
            self._rows[widget] = PlainLabel(word)
            widget.setAccessibleName(word)
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
        self.end.set_value(player.at_end)
        self.pace.set_value(player.pace)
        self.spacing.set_value(player.spacing)
        show_turned(self.recorded_only, recorded_only)


def _choice(choices: Sequence[tuple[str, str, str]]) -> SegmentedButtons:
    words = {value: word for value, word, _ in choices}
    return SegmentedButtons(words, {value: tip for value, _, tip in choices}, apart=True)
