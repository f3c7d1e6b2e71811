"""Makes a run of a file of arrays: features, labels and whatever else the run format can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.arrays.files import open_arrays
from ncviz.arrays.sorting import sort_arrays
from ncviz.arrays.stored import ArrayFile
from ncviz.runs.features import Features
from ncviz.runs.features_run import write_features
from ncviz.runs.import_reading import FeatureReading, Ints
from ncviz.runs.own_columns import columns_of_splits, some_of


@dataclass(frozen=True)
class Imported:
    """What became of a file's arrays.

    Parameters
    ----------
    features : Features
    only_test : bool
        Whether the samples are those of a test split, the only one there.
    notes : tuple of str
        A line an array, taken as what or left why, and what was chosen.
    columns : mapping of split to mapping of str to array or list, shape (N,)
        What else is known of each sample of the file.
    rows : mapping of split to array of int
        Which samples of the file, of the same split, its samples are.
    """

    features: Features
    only_test: bool
    notes: tuple[str, ...]
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rows: Mapping[str, Ints] = field(default_factory=dict)

    def of_drawn(self, drawn: Mapping[str, Ints], where: str) -> dict[str, Mapping[str, Any]]:
        """Return what is known of the samples that are drawn, those of sets behind their split."""
        chosen: dict[str, list[Ints]] = {}
        for split, samples in drawn.items():
            its = "train" if split == self.features.drawn_sets else split
            chosen.setdefault(its, []).append(self.rows[split][samples])
        return {
            split: {
                title: some_of({title: values}, np.concatenate(rows), len(values), where)[title]
                for title, values in self.columns.get(split, {}).items()
            }
            for split, rows in chosen.items()
        }


def import_features(
    source: Path | ArrayFile,
    out: Path,
    probe_per_class: int = 200,
    seed: int = 0,
    features: Sequence[str] = (),
    labels: str = "",
    columns: Path | None = None,
) -> tuple[str, ...]:
    """Make a run of a file of arrays.

    Parameters
    ----------
    source : Path or ArrayFile
        Holds features, N×d or E×N×d, one such array a layer, or one a layer
        and epoch; labels; and perhaps held-out samples, names of the classes,
        a classifier with its bias, logits, losses, epochs and pictures. See
        docs/your-model.md for the names.
    out : Path
        Folder of the new run.
    probe_per_class : int, optional
        Samples of each class that are drawn.
    seed : int, optional
        Of their choice.
    features : sequence of str, optional
        Names of the arrays of features, where their names do not tell.
    labels : str, optional
        Name of the array of labels, likewise.
    columns : Path, optional
        A table of what else is known of each sample; see `columns_given`.

    Returns
    -------
    tuple of str
        A line an array: what it was taken as, or why it was left.

    Raises
    ------
    UserError
        If features or labels are missing, do not fit each other, or cannot be
        read.
    """
    file = source
    if isinstance(file, Path):
        file = open_arrays(file, features, labels)
    imported = read_features(file, *((), "") if file.chosen else (features, labels), columns)
    where = str(columns or file.path)
    drawn_rows = imported.features.choose_drawn(probe_per_class, seed)
    counts_of = {split: len(rows) for split, rows in drawn_rows.items()}
    counts_of["train"] += counts_of.pop(imported.features.drawn_sets, 0)
    known = imported.of_drawn(drawn_rows, where)
    own, said = columns_of_splits(known, counts_of, where)
    notes = (*imported.notes, *said)
    recipe = {"kind": "import", "file": file.path.name, "transforms": list(notes)}
    made = probe_per_class, seed, recipe, () if imported.only_test else None, own
    write_features(imported.features, out, file.title or file.path.stem, *made)
    return notes


def read_features(
    file: ArrayFile, features: Sequence[str] = (), labels: str = "", columns: Path | None = None
) -> Imported:
    """Find the features of a file and what belongs to them; see `import_features`."""
    reading = FeatureReading(sort_arrays(file, features, labels), columns)
    found, only_test = reading.features(), reading.contents.only_test
    return Imported(found, only_test, tuple(reading.notes), reading.columns, reading.rows)
