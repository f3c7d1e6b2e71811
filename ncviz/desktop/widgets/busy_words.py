"""What runs in the background, in the header."""

from PyQt6.QtCore import pyqtSignal

from ncviz.desktop.widgets.long_names import LongLabel

TRAINING, EXPERIMENT, RECORDING = "training", "experiment", "recording"
EXPORT, LESSON = "export", "lesson"
ORDER = TRAINING, EXPERIMENT, RECORDING, EXPORT, LESSON  # how far the first of them is matters most


class BusyWords(LongLabel):
    """How far the most important thing in the background is, in a few words.

    Signals
    -------
    busy(bool)
        Whether there is any.
    """

    busy = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "caption")
        self._said: dict[str, str] = {}

    def say(self, what: str, words: str) -> None:
        """Say how far one of these things is; '' at its end."""
        self._said[what] = words
        said = [self._said[name] for name in ORDER if self._said.get(name)]
        self.setText(said[0] if said else "")
        self.busy.emit(bool(said))
