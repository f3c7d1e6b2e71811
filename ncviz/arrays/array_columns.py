"""What a file of arrays knows of each sample beside its label, and a table that goes with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.column_table import SAMPLE, numbered, read_column_table
from ncviz.arrays.stored import StoredArray

MOST_COLUMNS = 50  # that a run holds
_PARTS = ("", "labels")  # such as 'writer', and 'fine_labels' beside 'labels'
_MOST_BYTES = 2**28
Others = list[tuple[str, str, StoredArray]]


def take_columns(others: Others, samples: int, split: str = "train") -> dict[str, StoredArray]:
    """Take off a list the arrays with a value a sample, and return them by their titles.

    Parameters
    ----------
    others : list of (part, split, StoredArray)
        As of `Contents`.
    samples : int
        Of the split, in the file.
    split : str, optional
    """
    found: dict[str, StoredArray] = {}
    for item in list(others):
        part, its, array = item
        alone = array.shape in ((samples,), (samples, 1)) and array.nbytes <= _MOST_BYTES
        if part in _PARTS and its == split and alone and len(found) < MOST_COLUMNS:
            title = meaning_of(array.name).layer or array.name
            found[array.name if title in found else title] = array
            others.remove(item)
    return found


def columns_given(
    arrays: Mapping[str, StoredArray], table: Path | None, samples: int
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what is known of each sample of a file, and how a table was matched.

    Parameters
    ----------
    arrays : mapping of str to StoredArray, shape (N,)
    table : Path or None
        See `read_column_table`; its rows are in the order of the samples, or told by a column
        'sample' with their numbers from 0, or by one that is called as an array.
    samples : int
        N.

    Raises
    ------
    UserError
        If the table does not fit.
    """
    read = {title: array.read().reshape(samples) for title, array in arrays.items()}
    if table is None:
        return read, ()
    ids = {SAMPLE: numbered(samples), **names_of_samples(read)}
    found, notes = read_column_table(table).matched(ids, samples, "samples")
    return {**found, **{title: v for title, v in read.items() if title not in found}}, notes


def names_of_samples(columns: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return those columns, as words, that call each sample differently."""
    found = {}
    for title, values in columns.items():
        array = np.asarray(values)
        if array.dtype.kind in "USiu" and len(np.unique(array)) == len(array):
            bytes_of = array.dtype.kind == "S"
            texts = np.char.decode(array, "utf-8", "replace") if bytes_of else array
            found[title] = [str(text).strip() for text in texts.tolist()]
    return found
