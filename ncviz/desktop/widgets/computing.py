"""Shows that a model is being computed, how far it is, and how to stop it."""

from collections.abc import Callable

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import tr

LOOK_MILLISECONDS = 100
PATIENCE = 3  # looks before it appears: what is done at once needs no bar
STEPS = 1000


class Computing(QWidget):
    """A bar and a button that stops, seen only while something takes longer.

    Parameters
    ----------
    share : callable
        Returns how much is done, in 0…1; None while nothing is computed.
    stop : callable
        Called without arguments.
    tip : str
        What the button leaves.
    """

    def __init__(
        self, share: Callable[[], float | None], stop: Callable[[], object], tip: str
    ) -> None:
        super().__init__()
        self._share = share
        self._looks = 0
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far the computation is"))
        self.stop = QPushButton(tr("Stop"))
        self.stop.setToolTip(plain_tip(tip))
        self.stop.clicked.connect(stop)
        self.stop.clicked.connect(self.look)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing below moves
        self.setSizePolicy(kept)
        self.hide()
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MILLISECONDS)
        self._clock.timeout.connect(self.look)

    def watch(self) -> None:
        """Look from now on, until nothing is computed any more."""
        if self._share() is not None and not self._clock.isActive():
            self._looks = 0
            self._clock.start()

    def look(self) -> None:
        """Show how far it is."""
        share = self._share()
        if share is None:
            self._clock.stop()
            self.hide()
            return
        self._looks += 1
        self.bar.setValue(round(STEPS * share))
        self.setVisible(self._looks > PATIENCE)
