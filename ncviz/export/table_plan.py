"""A table that is asked for: a plain value, and the choices it is made of."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ncviz.export.export_plan import ExportPlan, folder_of_run, recorded_moments, to_file
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

    out: Path = to_file(".csv, .json, .tex or .npz")
    run: Path | None = folder_of_run(asked="the folder of a run")
    file_format: str = parameter(
        "",
        label="Format",
        choices={"csv": "CSV", "json": "JSON", "latex": "LaTeX", "npz": "npz"},
        others=True,
        choice_tips={
            "csv": "Every metric, one line a moment, layer and split; a second file says how it "
            "was made.",
            "json": "Every metric, the law, loss and error, with what made them.",
            "latex": "Every metric as a table to \\input into a paper.",
            "npz": "Class means, classifiers and the samples' coordinates as arrays.",
        },
        help="default: by name",
        option="--format",
    )
    epochs: tuple[int, ...] = parameter((), option="-", in_form=False)

    verb, plural = "export table", "tables"
    endings = MappingProxyType({".csv": "csv", ".json": "json", ".tex": "latex", ".npz": "npz"})

    moments = recorded_moments("default: all recorded", empty="such as 0, 5, 20")
