"""A table that is asked for: a plain value, and the choices it is made of."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ncviz.export.export_plan import ExportPlan, folder_of_run, recorded_moments, to_file
from ncviz.language import tr
from ncviz.parameters import parameter


@dataclass(frozen=True)
class TablePlan(ExportPlan):
    """A table that is asked for.

    Parameters
    ----------
    file_format : str
        Empty to go by the name of the file.
    epochs : tuple of int
        Recorded ones; all if empty.
    """

    out: Path = to_file(tr(".csv, .json, .tex or .npz"))
    run: Path | None = folder_of_run(asked=tr("the folder of a run"))
    file_format: str = parameter(
        "",
        label=tr("Format"),
        choices={"csv": "CSV", "json": "JSON", "latex": "LaTeX", "npz": "npz"},
        others=True,
        choice_tips={
            "csv": tr(
                "Every metric, one line a moment, layer and split; a second file says how it "
                "was made."
            ),
            "json": tr("Every metric, the law, loss and error, with what made them."),
            "latex": tr("Every metric as a table to \\input into a paper."),
            "npz": tr("Class means, classifiers and the samples' coordinates as arrays."),
        },
        help=tr("default: by name"),
        option="--format",
    )
    epochs: tuple[int, ...] = parameter((), option="-", in_form=False)

    verb, plural = "export table", "tables"
    endings = MappingProxyType({".csv": "csv", ".json": "json", ".tex": "latex", ".npz": "npz"})

    moments = recorded_moments(tr("default: all recorded"), empty=tr("such as 0, 5, 20"))
