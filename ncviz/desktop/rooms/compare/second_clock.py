"""The timeline of the run on the right in the Compare room, while it follows no other."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.icons import icon
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.slider import Slider
from ncviz.explorer.explorer import Explorer
from ncviz.language import tr

_BETWEEN = 100  # places of the slider from one recorded epoch to the next


class SecondClock(QWidget):
    """Plays the run on the right and takes it to another epoch.

    Signals
    -------
    sought(float)
        The position that was dragged to.
    play_toggled()
    """

    sought = pyqtSignal(float)
    play_toggled = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._playing: bool | None = None
        self.play = QToolButton()
        self.play.setProperty("role", "quiet")
        self.play.setToolTip(tr("Play the run on the right from here, or hold it."))
        self.play.setAccessibleName(tr("Play the right run"))
        self.slider = Slider()
        self.slider.setSingleStep(_BETWEEN)
        self.slider.setPageStep(5 * _BETWEEN)
        self.slider.setMinimumHeight(24)
        self.slider.setToolTip(tr("The moment of the run on the right."))
        self.slider.setAccessibleName(tr("Moment of the right run"))
        self.epoch = PlainLabel()
        self.epoch.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.play.clicked.connect(lambda: self.play_toggled.emit())
        self.slider.valueChanged.connect(lambda place: self.sought.emit(place / _BETWEEN))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, stretch in ((self.play, 0), (self.slider, 1), (self.epoch, 0)):
            row.addWidget(widget, stretch)

    def show_moment(self, explorer: Explorer) -> None:
        """Show where the run stands, without telling anyone."""
        player, moment = explorer.player, certain(explorer.run).counting.named
        if player.playing != self._playing:
            self._playing = player.playing
            self.play.setIcon(icon("pause" if player.playing else "play"))
        self.slider.means(
            lambda epoch: moment(round(epoch)),
            lambda place: player.value_at(place / _BETWEEN),
            lambda epoch: round(_BETWEEN * player.position_of(epoch)),
        )
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, round(_BETWEEN * player.last))
        self.slider.blockSignals(blocked)
        self.slider.show_value(round(_BETWEEN * player.position))
        widest = self.epoch.fontMetrics().horizontalAdvance(
            moment(certain(explorer.run).epochs[-1])
        )
        self.epoch.setFixedWidth(widest + 2)
        self.epoch.setText(moment(explorer.nearest_epoch))
