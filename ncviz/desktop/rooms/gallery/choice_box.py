"""The choice among the variants and seeds of an experiment."""

from PyQt6.QtWidgets import QComboBox

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.experiments.finding import RunChoice
from ncviz.experiments.shelf import Shelved
from ncviz.language import tr


class ChoiceBox(Choice):
    """The variants and seeds of an experiment that are there.

    Parameters
    ----------
    name : str
        What is chosen.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._words = name
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self._follow(0)
        self.currentIndexChanged.connect(self._follow)

    @property
    def chosen(self) -> RunChoice | None:
        """Return what is chosen; None where there is nothing."""
        choice = self.currentData()
        return choice if isinstance(choice, RunChoice) else None

    def show_choices(self, row: Shelved | None, first: RunChoice | None, *, anew: bool) -> None:
        """Show what there is of a row.

        Parameters
        ----------
        row : Shelved or None
        first : RunChoice or None
            What is chosen of another row.
        anew : bool
            Whether it is another row; else what was chosen stays.
        """
        before = self.chosen
        runs = () if row is None else row.runs
        if not anew and before in runs:
            first = before
        self.blockSignals(True)
        self.clear()
        for choice in runs:
            self.addItem(certain(row).words_of(choice), choice)
        self.setCurrentIndex(runs.index(first) if first in runs else -1)
        self.blockSignals(False)
        self._follow(self.currentIndex())

    def choose(self, choice: RunChoice | None) -> None:
        """Choose another one, if there is any."""
        for number in range(self.count()):
            if self.itemData(number) == choice:
                self.setCurrentIndex(number)

    def _follow(self, _number: int) -> None:
        self.setToolTip(plain_tip(f"{self._words}: {self.currentText() or tr('nothing yet')}."))
