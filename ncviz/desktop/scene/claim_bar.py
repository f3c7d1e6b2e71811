"""Above the scene: what was claimed of that which is seen, and what ncviz found."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ncviz.desktop.widgets.plain_text import IndexedLabel
from ncviz.language import tr

BACK = tr("Show experiment")


class ClaimBar(QWidget):
    """A claim and our number, in a place of their own: they cover nothing.

    They stay until they are closed, or what they speak of is no longer seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self._still: Callable[[], bool] = lambda: False
        self._go_back: Callable[[], object] = lambda: None
        self.claim = IndexedLabel(wraps=True)
        self.found = IndexedLabel(role="caption", wraps=True)
        self.back, self.dismiss = QPushButton(BACK), QPushButton(tr("Close"))
        self.back.setToolTip(tr("Go back to this experiment in the Gallery."))
        self.dismiss.setToolTip(tr("Close what is said of the experiment."))
        self.dismiss.setAccessibleName(tr("Close the claim"))
        self.shown = QFrame()  # which goes and comes; all of it may be folded away meanwhile
        self.shown.setObjectName("claim")
        words = QVBoxLayout(self.shown)
        words.setContentsMargins(16, 4, 8, 4)
        words.setSpacing(0)
        words.addWidget(self.claim)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.found, 1)
        for button in (self.back, self.dismiss):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        words.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.shown)
        self.back.clicked.connect(lambda: self._go_back())
        self.dismiss.clicked.connect(self.close_this)
        self.shown.hide()

    def say(
        self,
        claim: str,
        found: str,
        still: Callable[[], bool],
        go_back: Callable[[], object],
    ) -> None:
        """Say what was claimed, and what was found.

        Parameters
        ----------
        claim, found : str
        still : callable
            Tells whether that of which it was claimed is seen; asked whenever something changes.
        go_back : callable
            Leads to the experiment.
        """
        self._still, self._go_back = still, go_back
        self.claim.setText(claim)
        self.found.setText(found)
        self.look_again()

    def look_again(self) -> None:
        """Be seen while what it speaks of is."""
        seen = self._still()
        if self.shown.isHidden() == seen:
            self.shown.setVisible(seen)

    def close_this(self) -> None:
        """Say it no more."""
        self._still = lambda: False
        self.look_again()
