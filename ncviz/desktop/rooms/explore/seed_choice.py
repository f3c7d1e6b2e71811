"""Which of several seeds is in the scene."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox

from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.language import tr
from ncviz.runs.repeats import RepeatedRun
from ncviz.runs.run import Run
from ncviz.wording import upper_first


class SeedChoice(Choice):
    """A list of the seeds of repeats; there is none of a run alone.

    Signals
    -------
    asked(int)
        Show the run of another seed.
    """

    asked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Seed in the scene"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(lambda _index: self.asked.emit(self.currentData()))
        self.hide()

    def show_run(self, run: Run | None) -> None:
        """Show the seeds of a run's repeats, and which it is."""
        self.clear()
        if not isinstance(run, RepeatedRun):
            self.hide()
            return
        repeats = run.repeats
        for seed in sorted({*repeats.seeds_there, run.seed}):
            self.addItem(upper_first(repeats.place_in_words(seed)), seed)
        self.setCurrentIndex(self.findData(run.seed))
        absent = f" {upper_first(repeats.said_of_absent)}." if repeats.absent else ""
        self.setToolTip(
            plain_tip(
                tr(
                    "Which seed is in the scene; plots show the mean and the range of all as well. "
                    "The median is that by {median_by}.{absent}",
                    median_by=repeats.median_by,
                    absent=absent,
                )
            )
        )
        self.show()
