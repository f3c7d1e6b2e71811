"""Where labelled samples come from: a known data set, a folder, arrays, the user's code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.array_columns import names_of_samples
from ncviz.arrays.column_table import Ids
from ncviz.arrays.files import is_array_folder, open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.data.catalogue import data_sets, load
from ncviz.data.dataset import Images
from ncviz.errors import UserError, reason
from ncviz.recording.collecting import collect
from ncviz.recording.image_files import ImageFiles
from ncviz.recording.image_folder import Classes, clean_name, find_images
from ncviz.recording.pixels import (
    AS_THEY_ARE,
    Extremes,
    PixelRange,
    channel_axis,
    channels_first,
    recognise_range,
    slabs_of,
    words_of_range,
)
from ncviz.recording.plan_texts import is_code
from ncviz.recording.taken_samples import TakenSamples
from ncviz.recording.user_code import call_users_code, load_function
from ncviz.runs.splits import Split, split_name

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Labelled samples, read when they are asked for.

    Parameters
    ----------
    labels : array of int, shape (N,)
        0…K−1.
    take : callable
        Given indices and a side in pixels (0 for as they are), returns those
        samples as `TakenSamples`.
    columns : mapping of str to array or sequence, shape (M,)
        What else is known of each sample, and of those that were left out.
    ids : mapping of str to sequence of str
        By the name of a column: what a table may call each of them.
    rows : array of int, shape (N,), or None
        Which of the M the samples are; None for all.
    whole : int
        M, where some were left out.
    """

    labels: Ints
    take: Callable[[NDArray[Any], int], TakenSamples]
    columns: Mapping[str, Any] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)
    rows: Ints | None = None
    whole: int = 0

    def some(self, which: Ints, labels: Ints) -> "Labelled":
        """Return some of the samples, under other labels.

        Parameters
        ----------
        which : array of int, shape (n,)
        labels : array of int, shape (n,)
        """
        rows = which if self.rows is None else self.rows[which]
        whole = self.whole or len(self.labels)
        take = self.take
        return replace(
            self,
            labels=labels,
            take=lambda indices, size: take(which[indices], size),
            rows=rows,
            whole=whole,
        )

    @staticmethod
    def of_tensor(samples: Tensor, labels: Ints) -> "Labelled":
        """Return samples that are in memory already."""
        return Labelled(
            labels, lambda indices, _size: TakenSamples.of(samples[torch.from_numpy(indices)])
        )

    @staticmethod
    def of_images(images: Images) -> "Labelled":
        """Return the images of a data set."""
        return Labelled.of_tensor(channels_first(images.pixels), images.labels)


@dataclass(frozen=True, eq=False)
class Source:
    """Data that can be measured.

    Parameters
    ----------
    title : str
        For people.
    class_names : tuple of str
        K of them.
    train, test : Labelled
    only_test : bool
        Whether `train` is in truth a test split, the only one at hand.
    notes : tuple of str
        What was chosen and left while the data were read.
    empty : tuple of str
        Classes without any sample, which a network may tell apart all the same.
    label_sets : tuple of tuples of int
        Which classes samples with several labels have.
    several : mapping of str to Labelled
        Those of 'train' and 'test', which `train` and `test` are without; their labels count the
        sets from 0.
    further : mapping of Split to Labelled
        What else is measured.
    """

    title: str
    class_names: tuple[str, ...]
    train: Labelled
    test: Labelled | None = None
    only_test: bool = False
    notes: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    label_sets: tuple[tuple[int, ...], ...] = ()
    several: Mapping[str, Labelled] = field(default_factory=dict)
    further: Mapping[Split, Labelled] = field(default_factory=dict)

    def with_empty_classes(self) -> "Source":
        """Return the same data, with the classes that have no samples among the others."""
        names = tuple(sorted((*self.class_names, *self.empty)))
        places = np.array([names.index(name) for name in self.class_names])

        def moved(part: Labelled) -> Labelled:
            return replace(part, labels=places[part.labels])

        test = None if self.test is None else moved(self.test)
        further = {
            kind: part if kind.is_foreign else moved(part) for kind, part in self.further.items()
        }
        return replace(
            self,
            class_names=names,
            train=moved(self.train),
            test=test,
            empty=(),
            further=further,
        )

    @property
    def train_counts(self) -> tuple[int, ...]:
        """Return the sizes of the classes in the whole training split; empty if unknown."""
        return () if self.only_test else sizes_of(self.train.labels, len(self.class_names))


def load_source(
    spec: str, folder: str = "", *, trusted: bool = False, pixels: PixelRange | None = None
) -> Source:
    """Return the data that a text stands for.

    Parameters
    ----------
    spec : str
        A key of the catalogue, a folder of images, a file of arrays, or
        'module:function'.
    folder : str, optional
        Where a full data set lies.
    trusted : bool, optional
        Whether the user's code may be imported.
    pixels : PixelRange, optional
        Of arrays, and of images of more than 8 bits; recognised by default.

    Raises
    ------
    UserError
        If there are no such data, or they cannot be read.
    """
    if spec in data_sets():
        data = load(spec, Path(folder).expanduser() if folder else None)
        title = data.title.partition(",")[0]
        train, test = (Labelled.of_images(part) for part in (data.train, data.test))
        return Source(title, data.train.class_names, train, test)
    if is_code(spec):
        return _from_code(spec, trusted=trusted)
    path = Path(spec).expanduser()
    try:
        if path.is_dir() and not is_array_folder(path):
            return _from_folder(path, pixels)
        if path.exists():
            return _from_arrays(path, pixels)
    except (OSError, ValueError) as error:
        raise UserError(f"The data {spec!r} cannot be read: {reason(error)}.") from error
    raise UserError(
        f"There are no data {spec!r}: name a folder of images, a file of arrays, module:function "
        f"or one of {', '.join(data_sets())}."
    )


def sizes_of(labels: Ints, classes: int) -> tuple[int, ...]:
    """Return how many samples each of the classes has."""
    return tuple(np.bincount(labels, minlength=classes).tolist())


# A folder of images


def _from_folder(path: Path, pixels: PixelRange | None) -> Source:
    found, files = find_images(path), ImageFiles(pixels)
    names = tuple(found.train)
    train = _of_files(found.train, names, files, path)
    test = None if found.test is None else _of_files(found.test, names, files, path)
    title = clean_name(path.resolve().name)
    return Source(title, names, train, test, found.only_test, found.notes, found.empty)


def _of_files(found: Classes, names: tuple[str, ...], files: ImageFiles, folder: Path) -> Labelled:
    pairs = [(path, names.index(name)) for name, paths in found.items() for path in paths]
    labels = np.array([label for _, label in pairs], dtype=np.int64)

    def take(indices: NDArray[Any], size: int) -> TakenSamples:
        read = files.read([pairs[i][0] for i in indices], size)
        left = labels[indices][read.kept]
        if read.bad and len(np.unique(left)) < 2:
            raise UserError(read.bad[0])
        lost = sorted(set(labels[indices]) - set(left))
        notes = [f"no image of {names[k]} that was drawn can be read" for k in lost]
        return replace(read, notes=(*read.notes, *notes))

    called = [path.relative_to(folder).as_posix() for path, _ in pairs]
    return Labelled(labels, take, ids={"file": called})


# A file of arrays


def _from_arrays(path: Path, pixels: PixelRange | None) -> Source:
    arrays = read_labelled(open_arrays(path))
    samples, held_out = arrays.samples, arrays.test_samples
    notes = [*arrays.notes]
    if samples.ndim < 2 or samples.dtype.kind not in "fiub":
        raise UserError(
            f"{path} has samples of {samples.dtype} in shape {samples.shape}: give numbers, "
            "one row or one image a sample."
        )
    found, given = Extremes.of(slabs_of(samples)), pixels is not None
    pixels = pixels or recognise_range(found, samples.dtype, samples.shape)
    is_plain = pixels == (PixelRange(0, 255) if samples.dtype == np.uint8 else AS_THEY_ARE)
    if not is_plain or (samples.ndim > 2 and samples.dtype != np.uint8):
        notes.append(words_of_range(pixels, found))
    if samples.ndim == 4:
        axis = channel_axis(samples.shape)
        channels = (
            "1 channel, which comes"
            if (n := samples.shape[axis]) == 1
            else (f"{n} channels, which come")
        )
        notes.append(f"images of {channels} {_ORDER[axis]}")
    train = replace(
        _of_arrays(samples, arrays.labels, pixels),
        columns=arrays.columns,
        ids=names_of_samples(arrays.columns),
        rows=arrays.rows,
        whole=arrays.whole,
    )
    parts = {"train": train}
    if held_out is not None and arrays.test_labels is not None:
        parts["test"] = _of_arrays(held_out, arrays.test_labels, pixels)
    several: dict[str, Labelled] = {}
    if arrays.sets:
        parts, several = _parted(parts, len(arrays.class_names))
    further = {}
    for title, part in arrays.further.items():
        # Such as bytes beside numbers from 0 to 1.
        own = pixels if given or part.samples.dtype == samples.dtype else _range_of(part.samples)
        kind = Split(split_name(title), title, part.class_names)
        further[kind] = _of_arrays(part.samples, part.labels, own)
    return Source(
        path.stem,
        arrays.class_names,
        parts["train"],
        parts.get("test"),
        arrays.only_test,
        tuple(notes),
        label_sets=arrays.sets,
        several=several,
        further=further,
    )


def _range_of(samples: NDArray[Any]) -> PixelRange:
    return recognise_range(Extremes.of(slabs_of(samples)), samples.dtype, samples.shape)


def _parted(
    parts: Mapping[str, Labelled], classes: int
) -> tuple[dict[str, Labelled], dict[str, Labelled]]:
    """Return the samples with one label of each split that has some, and those with several."""
    single: dict[str, Labelled] = {}
    several: dict[str, Labelled] = {}
    for split, part in parts.items():
        alone = part.labels < classes
        for found, first, which in ((single, 0, alone), (several, classes, ~alone)):
            if which.any():
                found[split] = part.some(np.flatnonzero(which), part.labels[which] - first)
    return single, several


_ORDER = {1: "first", 3: "last"}


def _of_arrays(samples: NDArray[Any], labels: Ints, pixels: PixelRange) -> Labelled:
    def take(indices: NDArray[Any], _size: int) -> TakenSamples:
        chosen = samples[indices]
        if chosen.dtype != np.uint8 or pixels != PixelRange(0, 255):
            chosen = pixels.units(chosen)
        images = channels_first(chosen) if chosen.ndim >= 3 else torch.from_numpy(chosen)
        return TakenSamples(images, np.arange(len(indices)), pixels.is_known)

    return Labelled(labels, take)


# The user's code


def _from_code(spec: str, *, trusted: bool) -> Source:
    given = call_users_code(spec, load_function(spec, trusted=trusted))
    names = getattr(given, "classes", None) or getattr(
        getattr(given, "dataset", None), "classes", None
    )
    parts = given
    if isinstance(given, Mapping):
        parts = (given.get("images", given.get("x")), given.get("labels", given.get("y")))
        names = given.get("class_names", names)
    columns = given.get("columns", {}) if isinstance(given, Mapping) else {}
    if not isinstance(columns, Mapping):
        raise UserError(f"{spec} gave columns that are no mapping: give each by its title.")
    samples, labels = collect(parts, spec)
    numbers = labels.astype(np.int64)
    classes = int(numbers.max()) + 1
    if numbers.min() < 0 or classes < 2:
        raise UserError(f"{spec} gave labels {numbers.min()} to {numbers.max()}: count from 0.")
    title = spec.rpartition(":")[2]
    train = replace(_of_samples(samples, numbers, spec), columns=columns)
    if names is not None and len(names) >= classes:
        return Source(title, tuple(map(str, names)), train)
    return Source(title, tuple(map(str, range(classes))), train)


def _of_samples(samples: Tensor, labels: Ints, where: str) -> Labelled:
    if samples.is_floating_point() and not bool(torch.isfinite(samples).all()):
        raise UserError(f"{where} gave NaN or infinite values.")
    return Labelled.of_tensor(samples, labels)
