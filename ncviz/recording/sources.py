"""Where labelled samples come from: a known data set, a folder, arrays, the user's code."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.numpy_files import is_array_folder
from ncviz.data.catalogue import CATALOGUE, load
from ncviz.data.dataset import Images
from ncviz.errors import UserError, reason
from ncviz.recording.array_files import open_array_file
from ncviz.recording.image_folder import find_images, read_images
from ncviz.recording.plan import is_code
from ncviz.recording.user_code import call, load_function

Ints = NDArray[np.int64]

MOST_SAMPLES = 2_000_000  # that are taken out of a user's iterable


@dataclass(frozen=True, eq=False)
class Labelled:
    """Labelled samples, read when they are asked for.

    Parameters
    ----------
    labels : array of int, shape (N,)
        0…K−1.
    take : callable
        Given indices and a side in pixels (0 for as they are), returns those
        samples: uint8 pixels (n, C, H, W), or what was prepared (n, …).
    """

    labels: Ints
    take: Callable[[NDArray[Any], int], Tensor]

    @staticmethod
    def of_tensor(samples: Tensor, labels: Ints) -> "Labelled":
        """Return samples that are in memory already."""
        return Labelled(labels, lambda indices, _size: samples[torch.from_numpy(indices)])

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
    """

    title: str
    class_names: tuple[str, ...]
    train: Labelled
    test: Labelled | None = None
    only_test: bool = False
    notes: tuple[str, ...] = ()

    @property
    def train_counts(self) -> tuple[int, ...]:
        """Return the sizes of the classes in the whole training split; empty if unknown."""
        return () if self.only_test else sizes_of(self.train.labels, len(self.class_names))


def load_source(spec: str, folder: str = "", *, trusted: bool = False) -> Source:
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

    Raises
    ------
    UserError
        If there are no such data, or they cannot be read.
    """
    if spec in CATALOGUE:
        data = load(spec, Path(folder).expanduser() if folder else None)
        title = data.title.partition(",")[0]
        train, test = (Labelled.of_images(part) for part in (data.train, data.test))
        return Source(title, data.train.class_names, train, test)
    if is_code(spec):
        return _from_code(spec, trusted=trusted)
    path = Path(spec).expanduser()
    try:
        if path.is_dir() and not is_array_folder(path):
            return _from_folder(path)
        if path.exists():
            return _from_arrays(path)
    except (OSError, ValueError) as error:
        raise UserError(f"The data {spec!r} cannot be read: {reason(error)}.") from error
    raise UserError(
        f"There are no data {spec!r}: name a folder of images, a file of arrays, module:function "
        f"or one of {', '.join(CATALOGUE)}."
    )


def sizes_of(labels: Ints, classes: int) -> tuple[int, ...]:
    """Return how many samples each of the classes has."""
    return tuple(np.bincount(labels, minlength=classes).tolist())


def channels_first(pixels: NDArray[Any]) -> Tensor:
    """Return (N, C, H, W) of pixels of shape (N, H, W), (N, H, W, C) or (N, C, H, W)."""
    if pixels.ndim == 3:
        pixels = pixels[:, None]
    elif pixels.ndim == 4 and pixels.shape[3] in (1, 3) and pixels.shape[1] not in (1, 3):
        pixels = pixels.transpose(0, 3, 1, 2)
    # A copy of its own: torch warns of arrays that must not be written.
    return torch.from_numpy(np.array(pixels, order="C"))


# A folder of images


def _from_folder(path: Path) -> Source:
    parts = {name: path / name for name in ("train", "test", "val", "validation", "valid")}
    train = parts["train"] if parts["train"].is_dir() else path
    found = find_images(train)
    names = tuple(found)
    test = None
    held_out = next((p for n, p in parts.items() if n != "train" and p.is_dir()), None)
    if train is not path and held_out is not None:
        test = _of_files(find_images(held_out), names, held_out)
    only_test = train is path and path.name.lower() in parts and path.name.lower() != "train"
    return Source(path.name, names, _of_files(found, names, train), test, only_test)


def _of_files(found: Mapping[str, list[Path]], names: tuple[str, ...], folder: Path) -> Labelled:
    strange = sorted(set(found) - set(names))
    if strange:
        raise UserError(f"{folder} has a class {strange[0]!r} that the training images have not.")
    files = [(path, names.index(name)) for name, paths in found.items() for path in paths]
    labels = np.array([label for _, label in files], dtype=np.int64)
    paths = [path for path, _ in files]

    def take(indices: NDArray[Any], size: int) -> Tensor:
        return channels_first(read_images([paths[i] for i in indices], size))

    return Labelled(labels, take)


# A file of arrays


def _from_arrays(path: Path) -> Source:
    arrays = read_labelled(open_array_file(path))
    train = _of_arrays(arrays.samples, arrays.labels, str(path))
    test = None
    if arrays.test_samples is not None and arrays.test_labels is not None:
        test = _of_arrays(arrays.test_samples, arrays.test_labels, str(path))
    return Source(path.stem, arrays.class_names, train, test, arrays.only_test, arrays.notes)


def _of_arrays(samples: NDArray[Any], labels: Ints, where: str) -> Labelled:
    if samples.dtype.kind not in "fiub" or samples.ndim < 2:
        raise UserError(
            f"{where} has samples of {samples.dtype} in shape {samples.shape}: give numbers, "
            "one row or one image a sample."
        )
    if samples.dtype != np.uint8:
        samples = samples.astype(np.float32)
    tensor = channels_first(samples) if samples.ndim >= 3 else torch.from_numpy(samples.copy())
    return Labelled.of_tensor(tensor, labels)


# The user's code


def _from_code(spec: str, *, trusted: bool) -> Source:
    given = call(spec, load_function(spec, trusted=trusted))
    names = getattr(given, "classes", None) or getattr(
        getattr(given, "dataset", None), "classes", None
    )
    parts = given
    if isinstance(given, Mapping):
        parts = (given.get("images", given.get("x")), given.get("labels", given.get("y")))
        names = given.get("class_names", names)
    samples, labels = collect(parts, spec)
    numbers = labels.astype(np.int64)
    classes = int(numbers.max()) + 1
    if numbers.min() < 0 or classes < 2:
        raise UserError(f"{spec} gave labels {numbers.min()} to {numbers.max()}: count from 0.")
    title = spec.rpartition(":")[2]
    if names is not None and len(names) >= classes:
        return Source(title, tuple(map(str, names)), _of_samples(samples, numbers, spec))
    return Source(title, tuple(map(str, range(classes))), _of_samples(samples, numbers, spec))


def _of_samples(samples: Tensor, labels: Ints, where: str) -> Labelled:
    if samples.is_floating_point() and not bool(torch.isfinite(samples).all()):
        raise UserError(f"{where} gave NaN or infinite values.")
    return Labelled.of_tensor(samples, labels)


def collect(given: Any, where: str, most: int = MOST_SAMPLES) -> tuple[Tensor, Ints]:
    """Return samples and labels of a pair of arrays, a data set or a loader.

    Parameters
    ----------
    given : object
        (images, labels), or anything that yields such pairs, batched or not.
    where : str
        Names it in error messages.
    most : int, optional
        Samples to take at most.

    Raises
    ------
    UserError
        If it is none of these.
    """
    if isinstance(given, list | tuple) and len(given) == 2 and hasattr(given[0], "shape"):
        return _pair(given[0], given[1], where)
    images: list[Tensor] = []
    labels: list[Ints] = []
    count = 0
    try:
        for pair in itertools.islice(iter(given), most):
            batch, label = _pair(*_as_batch(pair[0], pair[1]), where)
            images.append(batch)
            labels.append(label)
            count += len(label)
            if count >= most:
                break
    except (TypeError, IndexError, KeyError) as error:
        raise UserError(
            f"{where} gave a {type(given).__name__}: give (images, labels), a data set or a "
            "loader of such pairs."
        ) from error
    if not images:
        raise UserError(f"{where} gave no samples.")
    return torch.cat(images), np.concatenate(labels)


def _as_batch(image: Any, label: Any) -> tuple[Any, Any]:
    """Return a pair with an axis for the samples, whether it had one or not."""
    single = not hasattr(label, "shape") or len(label.shape) == 0
    if single:
        image = image if hasattr(image, "shape") else np.asarray(image)
        return image[None], np.asarray([int(label)])
    return image, label


def _pair(images: Any, labels: Any, where: str) -> tuple[Tensor, Ints]:
    samples = images.detach().cpu() if isinstance(images, Tensor) else torch.as_tensor(images)
    marks = labels.detach().cpu().numpy() if isinstance(labels, Tensor) else np.asarray(labels)
    if samples.ndim < 2 or marks.ndim != 1 or len(samples) != len(marks):
        raise UserError(
            f"{where} gave samples of shape {tuple(samples.shape)} and labels of shape "
            f"{marks.shape}: give one label a sample."
        )
    if marks.dtype.kind not in "iub":
        raise UserError(f"{where} gave labels of {marks.dtype}: give whole numbers from 0.")
    if samples.dtype != torch.uint8:
        samples = samples.float()
    elif samples.ndim >= 3:
        samples = channels_first(samples.numpy())
    return samples, marks.astype(np.int64)
