"""Whose samples are drawn: a choice among the splits of a run."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.explorer.split_words import said_of_absent
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN, Split
from ncviz.scenes.view import View
from ncviz.wording import upper_first


class SplitRow(QWidget):
    """A choice, which stands among others, and what to say where a run holds no such samples.

    Parameters
    ----------
    name : str
        For screen readers.
    short : bool
        Whether 'samples' is left out of the choices: it stands before them.

    Signals
    -------
    split_asked(str)
        The name of a split; '' for the training.
    """

    split_asked = pyqtSignal(str)

    def __init__(self, name: str = tr("Samples of"), *, short: bool = False) -> None:
        super().__init__()
        self._short = short
        self.choice = Choice()
        self.choice.setAccessibleName(name)
        self.choice.setToolTip(
            tr(
                "Whose samples are drawn and whose numbers are shown; the training means stay "
                "where they are, and so does the view."
            )
        )
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(3 if short else 13)
        self.choice.activated.connect(
            lambda _index: self.split_asked.emit(self.choice.currentData())
        )
        self.absent = PlainLabel(role="caption", wraps=True)
        self._run: Run | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 8, 0)
        whole.addWidget(self.absent)

    def show_run(self, run: Run | None) -> None:
        """Offer the splits of a run."""
        self._run = run
        self.choice.clear()
        for split in () if run is None else run.splits:
            self._offer(split)

    def _offer(self, split: Split) -> None:
        title = split.title.removesuffix(tr(" samples")) if self._short else split.title
        self.choice.addItem(upper_first(title), "" if split is TRAIN else split.name)
        tip = plain_tip(upper_first(split.title))
        self.choice.setItemData(self.choice.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def show_view(self, view: View) -> None:
        """Show what is chosen, and whether there are such samples."""
        run = self._run
        if run is None:
            return
        if view.split and self.choice.findData(view.split) < 0:
            self._offer(run.split_named(view.split))
        self.choice.setCurrentIndex(max(0, self.choice.findData(view.split)))
        self.choice.setVisible(self.choice.count() > 1)
        self.absent.setText(said_of_absent(run, view))
        self.setVisible(bool(self.absent.text()))
