"""MNIST and the data sets that share its four files."""

import os
from pathlib import Path

import numpy as np

from ncviz.data.dataset import DatasetEntry, Images, Progress
from ncviz.data.download import RemoteFile, download, staged
from ncviz.data.full import DataFiles
from ncviz.data.idx import read_idx
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.torchvision import load_torchvision

_TRAIN, _TEST = "train", "t10k"
_FILES = tuple(
    f"{part}-{kind}-ubyte" for part in (_TRAIN, _TEST) for kind in ("images-idx3", "labels-idx1")
)


class MnistFiles(DataFiles):
    """A full data set in MNIST's four files, each plain or compressed (``.gz``).

    Parameters
    ----------
    torchvision_name : str
        The class in ``torchvision.datasets`` whose folders, mirrors and
        checksums apply, e.g. ``"FashionMNIST"``.
    """

    def __init__(self, torchvision_name: str) -> None:
        self._name = torchvision_name
        self.subfolders = (f"{torchvision_name}/raw", torchvision_name, "raw", "")

    def holds(self, folder: Path) -> bool:
        return all(_present(folder, name) is not None for name in _FILES)

    def read(self, folder: Path, entry: DatasetEntry) -> tuple[Images, Images]:
        return _read_part(folder, _TRAIN, entry), _read_part(folder, _TEST, entry)

    def fetch(self, root: Path, entry: DatasetEntry, progress: Progress | None) -> Path:
        source = getattr(load_torchvision().datasets, self._name)
        files = [
            RemoteFile(name, md5, tuple(mirror + name for mirror in source.mirrors))
            for name, md5 in source.resources
        ]
        target = root / self._name / "raw"
        with staged(root, target) as folder:
            download(files, folder, entry.download_bytes, progress)
        return target


def _read_part(folder: Path, part: str, entry: DatasetEntry) -> Images:
    images_file = _find(folder, f"{part}-images-idx3-ubyte")
    labels_file = _find(folder, f"{part}-labels-idx1-ubyte")
    pixels, labels = read_idx(images_file), read_idx(labels_file)
    if pixels.shape[1:] != entry.image_shape:
        raise UserError(
            tr(
                "{images_file} holds an array of shape {shape}, not images of "
                "{title}: replace it by that data set's file.",
                images_file=images_file,
                shape=pixels.shape,
                title=entry.title,
            )
        )
    if labels.shape != pixels.shape[:1] or labels.max() >= len(entry.class_names):
        raise UserError(
            tr(
                "{labels_file} does not hold one label below {count} for each of "
                "the {count_2} images in {name}: replace both by a matching pair.",
                labels_file=labels_file,
                count=len(entry.class_names),
                count_2=len(pixels),
                name=images_file.name,
            )
        )
    return Images(pixels, labels.astype(np.int64), entry.class_names)


def _present(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if os.path.isfile(path)), None)


def _find(folder: Path, name: str) -> Path:
    path = _present(folder, name)
    if path is None:
        raise UserError(
            tr("{folder} is missing: restore it, plain or compressed (.gz).", folder=folder / name)
        )
    return path
