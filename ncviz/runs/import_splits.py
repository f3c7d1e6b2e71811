"""Which samples of a file of arrays belong to which split of a run, and to which class."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.contents import Contents
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.splits import TEST, TRAIN, Split, split_name, splits_of_sets
from ncviz.wording import one_line

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ImportedSplit:
    """A split of the run.

    Parameters
    ----------
    kind : Split
    source : str
        The split of the file that its samples stand in.
    samples : array of bool, shape (N,)
        Which of these they are.
    labels : array of int, shape (M,)
        Of the M that they are.
    """

    kind: Split
    source: str
    samples: NDArray[np.bool_]
    labels: Ints

    @property
    def rows(self) -> Ints:
        """Return the numbers of the samples in the file."""
        return np.flatnonzero(self.samples)


@dataclass(frozen=True, eq=False)
class ImportedSplits:
    """All splits of a run.

    Parameters
    ----------
    class_names : tuple of str
        K of them.
    numbers : array of int or None
        What stands for each class in the file, where these are numbers.
    splits : mapping of str to ImportedSplit
        By name; training samples first.
    """

    class_names: tuple[str, ...]
    numbers: Ints | None
    splits: Mapping[str, ImportedSplit]


def split_up(
    contents: Contents, usable: Mapping[str, NDArray[np.bool_]], notes: list[str]
) -> ImportedSplits:
    """Share out the samples that can be used; classes and sets without any are left out.

    Parameters
    ----------
    contents : Contents
    usable : mapping of split to array of bool, shape (N,)
    notes : list of str
        What was left out is added.

    Raises
    ------
    UserError
        If fewer than two classes are left, or a split cannot be called as it is.
    """
    labels, path = contents.labels, contents.file.path
    classes = len(labels.class_names)
    there = np.unique(labels.train[usable["train"] & (labels.train >= 0)])
    alone = there[there < classes]
    sets = tuple(labels.sets[number - classes] for number in there[there >= classes])
    present = np.array(sorted({*alone.tolist(), *(k for each in sets for k in each)}), dtype=int)
    if len(alone) < 2:
        raise UserError(tr("{path} has samples of one class only.", path=path))
    if absent := sorted(set(range(classes)) - set(present.tolist())):
        gone = ", ".join(labels.class_names[k] for k in absent)
        notes.append(tr("left, without any sample that can be used: class {gone}", gone=gone))
    if lonely := sorted(set(present.tolist()) - set(alone.tolist())):
        own = ", ".join(labels.class_names[k] for k in lonely)
        notes.append(
            tr("no sample has this label alone, and its mean is drawn at 0: class {own}", own=own)
        )
    place = np.full(classes + len(labels.sets) + 1, -1)
    place[present] = np.arange(len(present))
    place[there[there >= classes]] = len(present) + np.arange(len(sets))
    names = tuple(labels.class_names[k] for k in present.tolist())
    own_sets = tuple(tuple(int(place[k]) for k in each) for each in sets)
    kinds = {"train": TRAIN, "test": TEST}
    of_sets = splits_of_sets(own_sets, names) if sets else {}
    found: dict[str, ImportedSplit] = {}
    for source in contents.samples:
        given = contents.labels_of(source)
        if source not in kinds:
            own_names = contents.further[source].class_names
            kind = Split(split_name(source), source, own_names)
            if kind.name in found or kind.name in {each.name for each in of_sets.values()}:
                raise UserError(
                    tr(
                        "{path} has two splits called {name!r}: rename one of them.",
                        path=path,
                        name=kind.name,
                    )
                )
            given = given if own_names else place[given]
            _put(found, kind, source, usable[source] & (given >= 0), given, notes)
            continue
        numbers, kept = place[given], len(names)
        single = usable[source] & (numbers >= 0) & (numbers < kept)
        _put(found, kinds[source], source, single, numbers, notes)
        if source in of_sets:
            several = usable[source] & (numbers >= kept)
            _put(found, of_sets[source], source, several, numbers - kept, notes)
    own_numbers = None if labels.numbers is None else labels.numbers[present]
    return ImportedSplits(names, own_numbers, found)


def _put(
    found: dict[str, ImportedSplit],
    kind: Split,
    source: str,
    samples: NDArray[np.bool_],
    labels: Ints,
    notes: list[str],
) -> None:
    if samples.any():
        found[kind.name] = ImportedSplit(kind, source, samples, labels[samples])
    elif not kind.label_sets:
        notes.append(tr("the {title} are left out: none of them can be used", title=kind.title))


def called(split: str) -> str:
    """Return what the samples of a split are called before their name."""
    return {"train": "", "test": "held-out "}.get(split, f"{one_line(split, 40)} ")
