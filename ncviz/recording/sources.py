"""Where labelled samples come from: a known data set, a folder, arrays, the user's code."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.files import is_array_folder
from ncviz.data.catalogue import data_sets, load
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.array_sources import from_arrays
from ncviz.recording.collecting import collect
from ncviz.recording.image_files import ImageFiles
from ncviz.recording.image_folder import Classes, clean_name, find_images
from ncviz.recording.labelled_data import Ints, Labelled, Source
from ncviz.recording.pixels import (
    PixelRange,
)
from ncviz.recording.plan_texts import is_code
from ncviz.recording.taken_samples import TakenSamples
from ncviz.recording.user_code import call_users_code, load_function


def load_source(
    spec: str,
    folder: str = "",
    *,
    trusted: bool = False,
    pixels: PixelRange | None = None,
    features: Sequence[str] = (),
    labels: str = "",
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
    features, labels
        Names in a file of arrays, as of `from_arrays`.

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
        if path.exists() or is_array_folder(path):
            return from_arrays(path, pixels, features, labels)
    except (OSError, ValueError) as error:
        raise UserError(
            tr("The data {spec!r} cannot be read: {error}.", spec=spec, error=reason(error))
        ) from error
    raise UserError(
        tr(
            "There are no data {spec!r}: name a folder of images, a file of arrays, "
            "module:function or one of {data_sets}.",
            spec=spec,
            data_sets=", ".join(data_sets()),
        )
    )


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

    def part(indices: NDArray[Any], size: int, share: slice) -> TakenSamples:
        read = files.read([pairs[i][0] for i in indices], size, share)
        left = labels[indices][read.kept]
        if read.bad and len(np.unique(left)) < 2:
            raise UserError(read.bad[0])
        lost = sorted(set(labels[indices]) - set(left))
        notes = [tr("no image of {names} that was drawn can be read", names=names[k]) for k in lost]
        return replace(read, notes=(*read.notes, *notes))

    called = [path.relative_to(folder).as_posix() for path, _ in pairs]

    def take(indices: NDArray[Any], size: int) -> TakenSamples:
        return part(indices, size, slice(None))

    return Labelled(labels, take, ids={"file": called}, part=part)


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
        raise UserError(
            tr("{spec} gave columns that are no mapping: give each by its title.", spec=spec)
        )
    samples, labels = collect(parts, spec)
    numbers = labels.astype(np.int64)
    classes = int(numbers.max()) + 1
    if numbers.min() < 0 or classes < 2:
        raise UserError(
            tr(
                "{spec} gave labels {min} to {max}: count from 0.",
                spec=spec,
                min=numbers.min(),
                max=numbers.max(),
            )
        )
    title = spec.rpartition(":")[2]
    train = replace(_of_samples(samples, numbers, spec), columns=columns)
    if names is not None and len(names) >= classes:
        return Source(title, tuple(map(str, names)), train)
    return Source(title, tuple(map(str, range(classes))), train)


def _of_samples(samples: Tensor, labels: Ints, where: str) -> Labelled:
    if samples.is_floating_point() and not bool(torch.isfinite(samples).all()):
        raise UserError(tr("{where} gave NaN or infinite values.", where=where))
    return Labelled.of_tensor(samples, labels)
