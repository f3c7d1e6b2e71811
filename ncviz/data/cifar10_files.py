"""CIFAR-10, in its binary and its Python version."""

import io
import os
import shutil
import tarfile
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from ncviz import held_files
from ncviz.bounded_reading import open_regular
from ncviz.data.dataset import DatasetEntry, Images, Progress
from ncviz.data.download import RemoteFile, download, staged
from ncviz.data.full import DataFiles
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles import read_pickle

_BINARY_FOLDER = "cifar-10-batches-bin"
_PYTHON_FOLDER = "cifar-10-batches-py"
_TRAIN = tuple(f"data_batch_{i}" for i in range(1, 6))
_TEST = ("test_batch",)

_CHANNELS, _SIDE = 3, 32
_VALUES = _CHANNELS * _SIDE * _SIDE
_RECORD = 1 + _VALUES
_CLASSES = 10
# A genuine batch takes 30.7 (binary) or 31.0 (Python) million bytes.
_LARGEST = 32_000_000

# The checksum is the one on the authors' page, https://www.cs.toronto.edu/~kriz/cifar.html.
_ARCHIVE = RemoteFile(
    name="cifar-10-binary.tar.gz",
    md5="c32a1d4ab5d03f1284b67883e8d87530",
    urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
)

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]


class Cifar10Files(DataFiles):
    """The full CIFAR-10 in its six batch files (Krizhevsky 2009).

    The binary version is the one downloaded. The Python version, which
    torchvision keeps, is read too: its files are pickles, and none of the
    objects or functions they name is ever looked up.
    """

    subfolders = (_BINARY_FOLDER, _PYTHON_FOLDER, "")

    def holds(self, folder: Path) -> bool:
        return _complete(folder, ".bin") or _complete(folder, "")

    def read(self, folder: Path, entry: DatasetEntry) -> tuple[Images, Images]:
        binary = _complete(folder, ".bin")

        def part(names: tuple[str, ...]) -> Images:
            batches = [
                _read_binary(folder / f"{name}.bin") if binary else _read_pickled(folder / name)
                for name in names
            ]
            pixels = np.concatenate([values for values, _ in batches])
            labels = np.concatenate([labels for _, labels in batches])
            return Images(_as_images(pixels), labels, entry.class_names)

        return part(_TRAIN), part(_TEST)

    def fetch(self, root: Path, entry: DatasetEntry, progress: Progress | None) -> Path:
        target = root / _BINARY_FOLDER
        with staged(root, target) as folder:
            download([_ARCHIVE], folder, entry.download_bytes, progress)
            _unpack(folder / _ARCHIVE.name)
        return target


def _complete(folder: Path, suffix: str) -> bool:
    return all(os.path.isfile(folder / f"{name}{suffix}") for name in _TRAIN + _TEST)


def _unpack(archive: Path) -> None:
    """Put the six batches beside the archive, then delete it."""
    with tarfile.open(archive) as tar:
        for name in _TRAIN + _TEST:
            # Only contents are taken: names, links and modes in the archive have no effect.
            batch = cast(IO[bytes], tar.extractfile(f"{_BINARY_FOLDER}/{name}.bin"))
            with (archive.parent / f"{name}.bin").open("wb") as file:
                shutil.copyfileobj(batch, file)
    held_files.remove(archive)


def _read_binary(path: Path) -> Batch:
    """Read records of one label byte and 3,072 pixel bytes."""
    content = _read_bounded(path)
    if not content or len(content) % _RECORD:
        raise _refusal(path, tr("its length is no multiple of {record} bytes", record=_RECORD))
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, _RECORD)
    return _checked(path, records[:, 1:], records[:, 0].astype(np.int64))


def _read_pickled(path: Path) -> Batch:
    """Read a pickled dict of ``data``, an (N, 3072) array, and ``labels``, a list."""
    content = _read_bounded(path)
    try:
        batch = read_pickle(io.BytesIO(content), str(path))
        # Whether Python 2 or 3 wrote it; the state of a pickled array ends with its bytes.
        named = {key.decode() if isinstance(key, bytes) else key: batch[key] for key in batch}
        pixels = named["data"].state[-1]
        pixels = pixels.encode("latin-1") if isinstance(pixels, str) else pixels
        values = np.frombuffer(pixels, dtype=np.uint8).reshape(-1, _VALUES)
        labels = np.array(named["labels"], dtype=np.int64)
    except Exception as error:
        # A damaged pickle can raise nearly anything.
        raise _refusal(path, tr("it holds no array of pixels and list of labels")) from error
    return _checked(path, values, labels)


def _read_bounded(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise _refusal(path, str(error.strerror)) from error
    if len(content) > _LARGEST:
        raise _refusal(path, tr("it is too long"))
    return content


def _checked(path: Path, values: NDArray[np.uint8], labels: NDArray[np.int64]) -> Batch:
    if not len(values) or labels.shape != values.shape[:1]:
        raise _refusal(
            path,
            tr("it holds {size} labels for {count} images", size=labels.size, count=len(values)),
        )
    if labels.min() < 0 or labels.max() >= _CLASSES:
        raise _refusal(path, tr("a label is not one of 0 to {classes}", classes=_CLASSES - 1))
    return values, labels


def _as_images(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn rows of red, green and blue planes into images of shape (N, 32, 32, 3)."""
    planes = values.reshape(-1, _CHANNELS, _SIDE, _SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def _refusal(path: Path, reason: str) -> UserError:
    return UserError(
        tr(
            "{path} cannot be read as a CIFAR-10 batch ({reason}): replace it by an undamaged "
            "copy.",
            path=path,
            reason=reason,
        )
    )
