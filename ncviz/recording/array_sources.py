"""Labelled samples of a file of arrays, whatever its format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ncviz.arrays.array_columns import names_of_samples
from ncviz.arrays.files import open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.pictures import PictureArray
from ncviz.arrays.roomy import roomy_array
from ncviz.arrays.stored import StoredArray
from ncviz.errors import UserError
from ncviz.image_file import HeldPicture
from ncviz.language import tr
from ncviz.recording.image_files import MOST_HELD, ImageFiles
from ncviz.recording.labelled_data import Ints, Labelled, Source
from ncviz.recording.pixels import (
    AS_THEY_ARE,
    Extremes,
    PixelRange,
    channel_axis,
    channels_first,
    recognise_range,
    words_of_range,
)
from ncviz.recording.taken_samples import TakenSamples, part_of
from ncviz.runs.splits import Split, split_name

_BLOCK = 2**24  # bytes that are looked at together


def from_arrays(
    path: Path, pixels: PixelRange | None = None, features: Sequence[str] = (), labels: str = ""
) -> Source:
    """Return the samples of a file of arrays.

    Parameters
    ----------
    path : Path
    pixels : PixelRange, optional
        Recognised by default.
    features : sequence of str, optional
        Names of the arrays of samples, where their names do not tell.
    labels : str, optional
        Name of the array of labels, likewise.

    Raises
    ------
    UserError
        If it cannot be read, or holds no samples with labels.
    """
    arrays = read_labelled(open_arrays(path, features, labels), features, labels)
    samples, held_out = arrays.samples, arrays.test_samples
    notes = [*arrays.notes]
    if samples.ndim < 2 or samples.dtype.kind not in "fiub":
        raise UserError(
            tr(
                "{path} has samples of {dtype} in shape {shape}: give numbers, "
                "one row or one image a sample.",
                path=path,
                dtype=samples.dtype,
                shape=samples.shape,
            )
        )
    given = pixels is not None
    files = ImageFiles(pixels)  # reads pictures of all splits by one range
    found = Extremes(0, 255, whole=True)
    if isinstance(samples, PictureArray):
        pixels = PixelRange(0, 255)
    else:
        found = Extremes.of(_blocks(samples))
        pixels = pixels or recognise_range(found, samples.dtype, samples.shape)
    is_plain = pixels == (PixelRange(0, 255) if samples.dtype == np.uint8 else AS_THEY_ARE)
    if not is_plain or (samples.ndim > 2 and samples.dtype != np.uint8):
        notes.append(words_of_range(pixels, found))
    if samples.ndim == 4 and not isinstance(samples, PictureArray):
        axis = channel_axis(samples.shape)
        channels = (
            tr("1 channel, which comes")
            if (n := samples.shape[axis]) == 1
            else (tr("{n} channels, which come", n=n))
        )
        notes.append(tr("images of {channels} {order}", channels=channels, order=_ORDER[axis]))
    train = replace(
        _of_arrays(samples, arrays.labels, pixels, files),
        columns=arrays.columns,
        ids=names_of_samples(arrays.columns),
        rows=arrays.rows,
        whole=arrays.whole,
    )
    parts = {"train": train}
    if held_out is not None and arrays.test_labels is not None:
        parts["test"] = _of_arrays(held_out, arrays.test_labels, pixels, files)
    several: dict[str, Labelled] = {}
    if arrays.sets:
        parts, several = _parted(parts, len(arrays.class_names))
    further = {}
    for title, part in arrays.further.items():
        # Such as bytes beside numbers from 0 to 1.
        own = pixels if given or part.samples.dtype == samples.dtype else _range_of(part.samples)
        kind = Split(split_name(title), title, part.class_names)
        further[kind] = _of_arrays(part.samples, part.labels, own, files)
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


def _range_of(samples: StoredArray) -> PixelRange:
    if isinstance(samples, PictureArray):
        return PixelRange(0, 255)
    return recognise_range(Extremes.of(_blocks(samples)), samples.dtype, samples.shape)


def _blocks(samples: StoredArray) -> Iterator[NDArray[Any]]:
    return samples.blocks(max(1, _BLOCK // max(1, samples.nbytes // max(1, samples.shape[0]))))


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


_ORDER = {1: tr("first"), 3: tr("last")}


def _of_arrays(
    samples: StoredArray, labels: Ints, pixels: PixelRange, files: ImageFiles
) -> Labelled:
    if isinstance(samples, PictureArray):
        return Labelled(labels, partial(_pictures, samples, files))

    def take(indices: NDArray[Any], _size: int) -> TakenSamples:
        order = np.argsort(indices, kind="stable")
        as_bytes = samples.dtype == np.uint8 and pixels == PixelRange(0, 255)

        def laid(part: NDArray[Any]) -> NDArray[Any]:
            part = part if as_bytes else pixels.units(part)
            return channels_first(part).numpy() if part.ndim >= 3 else part

        none = laid(np.zeros((0, *samples.shape[1:]), samples.dtype))
        images, done = roomy_array((len(indices), *none.shape[1:]), none.dtype), 0
        for part in samples.taken(indices[order]):
            images[order[done : done + len(part)]] = laid(part)
            done += len(part)
        return TakenSamples(torch.from_numpy(images), np.arange(len(indices)), pixels.is_known)

    return Labelled(labels, take, part=part_of(take))


def _pictures(
    samples: PictureArray, files: ImageFiles, indices: NDArray[Any], size: int
) -> TakenSamples:
    """Return some pictures, which are decoded now."""
    order = np.argsort(indices, kind="stable")
    held: list[HeldPicture] = []
    room = MOST_HELD
    for picture in samples.held(indices[order]):
        held.append(picture)
        room -= len(picture.content)
        if room < 0:
            raise UserError(
                tr(
                    "{count:,} pictures take more than 4 GiB as they are: lower --per-class.",
                    count=len(indices),
                )
            )
    place = np.argsort(order)
    return files.read([held[k] for k in place.tolist()], size)
