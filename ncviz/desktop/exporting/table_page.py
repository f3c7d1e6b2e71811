"""Which numbers of a run go into a table."""

from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton

from ncviz.counting import UNITS
from ncviz.desktop.certain import certain
from ncviz.desktop.exporting.page import ExportPage, recorded_moments
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import Field, FieldError, caption
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.export.table_plan import TablePlan
from ncviz.wording import upper_first

ALL, NOW, SOME = "all", "now", "some"


class TablePage(ExportPage):
    """Format and epochs of a table.

    Signals
    -------
    copy_asked()
        Put the table on the clipboard.
    """

    copy_asked = pyqtSignal()
    kind = "Table"
    verb = "Save table"
    usual_name = "metrics"
    endings = TablePlan.endings

    def __init__(self) -> None:
        super().__init__(TablePlan(Path("metrics.csv"), Path()))
        self.file_format = self.part("file_format", segments=True)
        self.file_format.set_value("csv")
        self.said = caption()
        self.which = SegmentedButtons({ALL: "All", NOW: "This one", SOME: "Some"})
        self.which.set_value(ALL)
        self.epochs = self.part("moments", own=True)
        self.copy = QPushButton("Copy to the clipboard")
        self.copy.setAutoDefault(False)
        self.copy.setToolTip("Put the table on the clipboard as text.")
        self.format_field = self.field("file_format")
        self.which_field = Field("Epochs", self.which)
        self.epochs_field = Field("Which", self.epochs, "Recorded ones, such as 0, 5, 20.")
        for line in (
            self.format_field,
            self.said,
            self.which_field,
            self.epochs_field,
            self.copy,
        ):
            self.add(line)
        self.end()
        self.blamed = dict.fromkeys(UNITS, self.epochs_field)
        self.file_format.chosen.connect(self._changed)
        self.which.chosen.connect(self._changed)
        self.epochs.textChanged.connect(self._changed)
        self.copy.clicked.connect(lambda: self.copy_asked.emit())
        self._show_possible()

    def _changed(self) -> None:
        self._show_possible()
        self.changed.emit()

    def _show_possible(self) -> None:
        known = self._known["file_format"].parameter
        self.said.setText(known.choice_tips[self.file_format.value])
        self.epochs_field.setVisible(self.which.value == SOME)
        self.copy.setVisible(self.suffix != ".npz")

    def set_seen(self, seen: Seen) -> None:
        """Take up the run that is open."""
        super().set_seen(seen)
        self.which_field.set_caption(upper_first(self.counting.units))
        self._show_possible()

    @property
    def suffix(self) -> str:
        """Return the ending of the file."""
        chosen = self.file_format.value
        return next(ending for ending, name in self.endings.items() if name == chosen)

    def chosen_epochs(self) -> tuple[int, ...]:
        """Return the epochs; none means all of them.

        Raises
        ------
        FieldError
            If one of them was not recorded.
        """
        run = None if self.seen is None else self.seen.run
        if run is None:
            raise FieldError(self.needs_run, self.format_field)
        if self.which.value == NOW:
            now = certain(self.seen).view.epoch
            return (min(run.epochs, key=lambda epoch: abs(epoch - now)),)
        if self.which.value == ALL:
            return ()
        epochs = recorded_moments(self.epochs.text(), run, self.epochs_field)
        if not epochs:
            units = run.counting.units
            raise FieldError(f"Name the {units}, such as 0, 5, 20.", self.epochs_field)
        return epochs

    def plan(self, out: Path) -> TablePlan:
        """Return the table that is asked for."""
        epochs = self.chosen_epochs()
        assert self.seen is not None
        assert self.seen.run is not None  # else there were no epochs
        file_format = str(self.file_format.value)
        return TablePlan(out, self.seen.run.path, file_format=file_format, epochs=epochs)

    def beginning(self) -> str:
        """Return the part of the table that belongs to one epoch, for the preview."""
        epochs = self.chosen_epochs()
        assert self.seen is not None
        assert self.seen.run is not None
        run = self.seen.run
        return table_text(run.path, str(self.file_format.value), (epochs or run.epochs)[:1])

    def size_in_words(self) -> str:
        """Say how much of the table the preview shows."""
        epochs = self.chosen_epochs()
        assert self.seen is not None
        assert self.seen.run is not None
        chosen = epochs or self.seen.run.epochs
        if len(chosen) == 1:
            return upper_first(self.counting.moment(chosen[0]))
        return f"The first of {len(chosen)} snapshots"

    def contents(self) -> tuple[str, ...]:
        """Return the names in an npz file, for the preview."""
        from ncviz.export.tables import run_arrays

        epochs = self.chosen_epochs()
        assert self.seen is not None
        assert self.seen.run is not None
        shown = (epochs or self.seen.run.epochs)[:1]
        arrays = run_arrays(self.seen.run, shown)
        lines = [f"{name}  {array.dtype}  {array.shape}" for name, array in arrays.items()]
        count = len(epochs or self.seen.run.epochs)
        return (*lines, *(["… and so on, for each snapshot"] if count > 1 else []))


def table_text(path: Path, file_format: str, epochs: tuple[int, ...]) -> str:
    """Return a table as text.

    Parameters
    ----------
    path : Path
        Folder of the run.
    file_format : str
        'csv', 'json' or 'latex'.
    epochs : tuple of int
        None for all.
    """
    from ncviz.export.latex import metrics_latex
    from ncviz.export.tables import metric_rows, metrics_csv, metrics_json
    from ncviz.runs.run import Run

    run = Run(path)
    if file_format == "json":
        return metrics_json(run, epochs)
    if file_format == "latex":
        return metrics_latex(metric_rows(run, epochs), run.manifest.title, "")
    return metrics_csv(run, epochs)
