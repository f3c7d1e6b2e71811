"""Samples with labels, as data for a network, from any file of arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_columns import columns_given, take_columns
from ncviz.arrays.contents import Contents, left_over
from ncviz.arrays.finite import rows_that_are_finite
from ncviz.arrays.pictures import PictureArray
from ncviz.arrays.sorting import sort_arrays
from ncviz.arrays.stored import ArrayFile, StoredArray, chosen_rows
from ncviz.errors import UserError
from ncviz.language import tr

Ints = NDArray[np.int64]
_BLOCK = 2**24  # bytes that are looked at together


@dataclass(frozen=True, eq=False)
class FurtherArrays:
    """Samples of a further split, all of them with a label.

    Parameters
    ----------
    samples : StoredArray, shape (N, …)
    labels : array of int, shape (N,)
    class_names : tuple of str
        Empty where its classes are those of the training.
    """

    samples: StoredArray
    labels: Ints
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LabelledArrays:
    """Samples of one or two splits, all of them with a label.

    Parameters
    ----------
    samples : StoredArray, shape (N, …)
        In the type and shape of the file.
    labels : array of int, shape (N,)
        0…K−1; of samples with several labels K and more.
    class_names : tuple of str
        K of them.
    test_samples : StoredArray or None
        Held-out ones.
    test_labels : array or None
    only_test : bool
        Whether `samples` are in truth a test split, the only one at hand.
    notes : tuple of str
        What was taken as what, and what was left and why.
    columns : mapping of str to array, shape (M,)
        What else is known of each sample of the file, before any was left out.
    rows : array of int, shape (N,)
        Which of those the samples are.
    whole : int
        M.
    sets : tuple of tuples of int
        Which classes the samples have whose label is K and more.
    further : mapping of str to FurtherArrays
        Further splits by their names.
    """

    samples: StoredArray
    labels: Ints
    class_names: tuple[str, ...]
    test_samples: StoredArray | None
    test_labels: Ints | None
    only_test: bool
    notes: tuple[str, ...]
    columns: Mapping[str, NDArray[Any]]
    rows: Ints
    whole: int
    sets: tuple[tuple[int, ...], ...]
    further: Mapping[str, FurtherArrays]


def read_labelled(
    file: ArrayFile, features: Sequence[str] = (), labels: str = ""
) -> LabelledArrays:
    """Read the labels of a file, and find its samples; see `sort_arrays` for the names.

    Samples of more than 1 GiB are read when they are asked for.

    Parameters
    ----------
    file : ArrayFile
        As `open_arrays` returns it.
    features : sequence of str, optional
        Names of the arrays of samples, where their names do not tell.
    labels : str, optional
        Name of the array of labels, likewise.

    Raises
    ------
    UserError
        If samples or labels are missing, or do not fit each other.
    """
    named = ((), "") if file.chosen else (features, labels)
    contents = sort_arrays(file, *named, prefer="images")
    notes = [*file.notes, *contents.notes, *contents.labels.notes]
    splits = {split: _split(contents, split, notes) for split in contents.samples}
    others, whole = list(contents.others), len(contents.labels_of("train"))
    arrays = take_columns(others, whole)
    notes += contents.tell_left([f"{each.name}: {left_over(each, whole)}" for _, _, each in others])
    samples, own_labels, rows = splits["train"]
    test_samples, test_labels, _ = splits.get("test", (None, None, None))
    return LabelledArrays(
        samples,
        own_labels,
        contents.labels.class_names,
        test_samples,
        test_labels,
        contents.only_test,
        tuple(notes),
        columns_given(arrays, None, whole)[0],
        rows,
        whole,
        contents.labels.sets,
        {
            split: FurtherArrays(*splits[split][:2], own.class_names)
            for split, own in contents.further.items()
        },
    )


def _split(contents: Contents, split: str, notes: list[str]) -> tuple[StoredArray, Ints, Ints]:
    layers, labels = contents.samples[split], contents.labels_of(split)
    array, *others = (each for arrays in layers.values() for each in arrays)
    notes += [f"{each.name}: {left_over(each, len(labels))}" for each in others]
    if array.ndim < 2 or array.shape[0] != len(labels):
        raise UserError(
            tr(
                "{path} has {count:label|labels}, and {name!r} is {words}: give one label a "
                "sample.",
                path=contents.file.path,
                count=len(labels),
                name=array.name,
                words=array.words,
            )
        )
    known = labels >= 0
    finite = _finite(array)
    bad = np.flatnonzero(known & ~finite)
    if len(bad):
        name = contents.names_of(split)[labels[bad[0]]]
        said = {"name": array.name, "bad": bad[0], "name_2": name}
        notes.append(
            tr(
                "{name}: 1 sample with NaN or infinite values is left out, sample {bad} of class "
                "{name_2}",
                **said,
            )
            if len(bad) == 1
            else tr(
                "{name}: {count:,} samples with NaN or infinite values are left out, the "
                "first is sample {bad} of class {name_2}",
                count=len(bad),
                **said,
            )
        )
    kept = known & finite
    if not kept.any():
        raise UserError(
            tr(
                "{path}: all samples of {name!r} hold NaN or infinite values.",
                path=contents.file.path,
                name=array.name,
            )
        )
    notes.insert(
        0,
        tr(
            "{name}: {words}, taken as the {split} samples",
            name=array.name,
            words=array.words,
            split=split,
        ),
    )
    rows = np.flatnonzero(kept)
    if isinstance(array, PictureArray):
        return array.chosen(rows), labels[rows], rows
    return chosen_rows(array, rows), labels[rows], rows


def _finite(array: StoredArray) -> NDArray[np.bool_]:
    """Tell which rows of an array hold neither NaN nor infinite numbers."""
    if array.dtype.kind != "f":
        return np.ones(array.shape[0], bool)
    step = max(1, _BLOCK // max(1, array.nbytes // max(1, array.shape[0])))
    return np.concatenate([rows_that_are_finite(block) for block in array.blocks(step)])
