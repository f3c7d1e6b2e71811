"""Which numbers of a run go into a table."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton

from ncviz.counting import UNITS
from ncviz.desktop.certain import certain
from ncviz.desktop.exporting.page import ExportPage
from ncviz.desktop.widgets.form_parts import Field, FieldError, caption
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.export.table_plan import TablePlan
from ncviz.language import tr
from ncviz.runs.repeats import repeats_of
from ncviz.runs.run import Run
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
    kind = tr("Table")
    verb = tr("Save table")
    usual_name = "metrics"

    def __init__(self) -> None:
        super().__init__(TablePlan(Path("metrics.csv"), file_format="csv"))
        self.said = caption()
        self.which = SegmentedButtons({ALL: tr("All"), NOW: tr("This one"), SOME: tr("Some")})
        self.which.set_value(ALL)
        self.seeds = SegmentedButtons({ALL: tr("All seeds"), NOW: tr("This one")})
        self.seeds.set_value(ALL)
        self.copy = QPushButton(tr("Copy to the clipboard"))
        self.copy.setAutoDefault(False)
        self.copy.setToolTip(tr("Put the table on the clipboard as text."))
        rows = ("file_format", "said", "seeds", "which", "moments", "copy")
        own = {
            "said": self.said,
            "seeds": Field(tr("Of"), self.seeds),
            "which": Field(tr("Epochs"), self.which),
            "copy": self.copy,
        }
        self.lay_out([(name,) for name in rows], own)
        self.blamed = dict.fromkeys(UNITS, self.fields["moments"])
        self.listen(self.heard)
        for choice in (self.which, self.seeds):
            choice.chosen.connect(lambda _: self.heard())
        self.copy.clicked.connect(lambda: self.copy_asked.emit())

    def show_possible(self) -> None:
        """Show the fields that mean anything."""
        super().show_possible()
        self.said.setText(
            self._known["file_format"].parameter.choice_tips[self["file_format"].value]
        )
        self.fields["which"].set_caption(self._known["moments"].caption(self.begun(Path())))
        self.fields["moments"].set_caption(tr("Which"))
        self.copy.setVisible(self.suffix != ".npz")
        self.fields["seeds"].setVisible(self._may_be_of_all)

    def in_use(self, name: str, plan: TablePlan) -> bool:
        """Tell whether a declared field is shown: epochs where some are asked for."""
        return super().in_use(name, plan) and (name != "moments" or self.which.value == SOME)

    def begun(self, out: Path) -> TablePlan:
        """Return a plan of the run that is open, or of all of its repeats."""
        return TablePlan(out, self._source)

    @property
    def _may_be_of_all(self) -> bool:
        """Tell whether a table of repeats can be asked for: arrays are those of one run."""
        return repeats_of(self.seen.run) is not None and self.suffix != ".npz"

    @property
    def _source(self) -> Path | None:
        repeats = repeats_of(self.seen.run)
        of_all = self._may_be_of_all and self.seeds.value == ALL
        return repeats.path if of_all and repeats is not None else self.seen.run_path

    def plan(self, out: Path) -> TablePlan:
        """Return the table that is asked for."""
        seen = self.seen
        if seen.run is None:
            raise FieldError(self.needs_run, self.fields["file_format"])
        plan: TablePlan = super().plan(out)
        if self.which.value == SOME and not plan.epochs:
            units = seen.run.counting.units
            raise FieldError(
                tr("Name the {units}, such as 0, 5, 20.", units=units), self.fields["moments"]
            )
        if self.which.value == NOW:
            now = seen.view.epoch
            plan = replace(plan, epochs=(min(seen.run.epochs, key=lambda epoch: abs(epoch - now)),))
        return plan

    def _chosen(self) -> tuple[Run, tuple[int, ...]]:
        """Return the run and the epochs that the table has."""
        epochs = self.plan(Path(self.usual_name)).epochs
        run = certain(self.seen.run)
        return run, epochs or run.epochs

    def beginning(self) -> str:
        """Return the part of the table that belongs to one epoch, for the preview."""
        _, epochs = self._chosen()
        return table_text(certain(self._source), str(self["file_format"].value), epochs[:1])

    def size_in_words(self, _out: Path) -> str:
        """Say how much of the table the preview shows."""
        run, epochs = self._chosen()
        if len(epochs) == 1:
            return upper_first(run.counting.named(epochs[0]))
        return tr("The first of {count} snapshots", count=len(epochs))

    def contents(self) -> tuple[str, ...]:
        """Return the names in an npz file, for the preview."""
        from ncviz.export.tables import run_arrays

        run, epochs = self._chosen()
        arrays = run_arrays(run, epochs[:1])
        lines = [f"{name}  {array.dtype}  {array.shape}" for name, array in arrays.items()]
        return (*lines, *([tr("… and so on, for each snapshot")] if len(epochs) > 1 else []))


def table_text(path: Path, file_format: str, epochs: tuple[int, ...]) -> str:
    """Return a table as text.

    Parameters
    ----------
    path : Path
        Folder of the run, or of repeats.
    file_format : str
        'csv', 'json' or 'latex'.
    epochs : tuple of int
        None for all.
    """
    from ncviz.export.latex import metrics_latex
    from ncviz.export.tables import (
        metric_rows,
        metrics_csv,
        metrics_json,
        run_or_repeats,
        title_of,
    )

    run = run_or_repeats(path)
    if file_format == "json":
        return metrics_json(run, epochs)
    if file_format == "latex":
        return metrics_latex(metric_rows(run, epochs), title_of(run), "")
    return metrics_csv(run, epochs)
