"""Pause, stop and cancel for what runs in the background."""

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import tr

CANCEL = tr("End here and throw the run away.")


class ProgressButtons(QWidget):
    """The buttons of one job, which also say what it does.

    Parameters
    ----------
    work : Background
    doing : str
        What it does, such as 'Training'.
    say : callable
        Shows what it does now.

    Signals
    -------
    cancel_asked()
    paused()
        Or it goes on.
    """

    cancel_asked = pyqtSignal()
    paused = pyqtSignal()

    def __init__(self, work: Background, doing: str, say: Callable[[str], object]) -> None:
        super().__init__()
        self._work, self.doing, self._say = work, doing, say
        self.pause, self.stop = QPushButton(tr("Pause")), QPushButton(tr("Stop"))
        self.cancel = QPushButton(tr("Cancel"))
        self.stop.setToolTip(tr("End here and keep what was recorded."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.pause, self.stop, self.cancel):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.pause.clicked.connect(lambda: self.set_paused(not self._work.is_paused))
        self.stop.clicked.connect(lambda: self.end("Stopping …", self._work.stop))
        self.cancel.clicked.connect(lambda: self.cancel_asked.emit())

    def begin(self, cancel: str = CANCEL, *, may_cancel: bool = True) -> None:
        """Offer what there is to a job that has just begun, with a tip on Cancel."""
        self.pause.setText(tr("Pause"))
        self.cancel.setToolTip(plain_tip(cancel))
        self.cancel.setEnabled(may_cancel)
        self.setEnabled(True)

    def set_paused(self, paused: bool) -> None:
        """Pause, or go on."""
        self._work.pause(paused)
        self.pause.setText(tr("Resume") if paused else tr("Pause"))
        self.say_doing()
        self.paused.emit()

    def say_doing(self) -> None:
        """Say what is being done, unless it is about to end."""
        if self.isEnabled():
            self._say(tr("Paused") if self._work.is_paused else self.doing)

    def end(self, words: str, ask: Callable[[], object]) -> None:
        """Ask for its end, and offer nothing until it comes."""
        ask()
        self._say(words)
        self.setEnabled(False)

    def call_off(self) -> None:
        """Cancel it."""
        self.end("Cancelling …", self._work.cancel)
