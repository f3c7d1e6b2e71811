"""What labelled images, a data set and an entry of the catalogue are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all; what it raises cancels."""


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images of equal size.

    Attributes
    ----------
    pixels : uint8 array, shape (N, H, W) or (N, H, W, 3)
        Grey or red-green-blue values, 0 to 255.
    labels : int64 array, shape (N,)
        The class of each image, 0 to K − 1.
    class_names : tuple of str, length K
        What the classes are called.

    Raises
    ------
    ValueError
        If the arrays do not fit these descriptions or each other.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        grey = self.pixels.ndim == 3
        colour = self.pixels.ndim == 4 and self.pixels.shape[3] == 3
        if self.pixels.dtype != np.uint8 or not (grey or colour):
            raise ValueError(tr("pixels must be uint8 of shape (N, H, W) or (N, H, W, 3)"))
        if self.labels.dtype != np.int64 or self.labels.shape != self.pixels.shape[:1]:
            raise ValueError(tr("labels must be int64 of shape (N,)"))
        if np.any((self.labels < 0) | (self.labels >= len(self.class_names))):
            raise ValueError(tr("labels must lie between 0 and K - 1"))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of images in each of the K classes."""
        return tuple(np.bincount(self.labels, minlength=len(self.class_names)).tolist())


@dataclass(frozen=True, eq=False)
class DataSet:
    """Training and test images of the same classes.

    Attributes
    ----------
    name : str
        In the catalogue.
    title : str
        What the user reads.
    train, test : Images
        The two parts, without an image in common.
    """

    name: str
    title: str
    train: Images
    test: Images


Loader = Callable[["DatasetEntry", Path | None, bool, Progress | None], tuple[Images, Images]]
"""Takes the entry and the arguments of `load`; returns training and test images."""


@dataclass(frozen=True)
class DatasetEntry:
    """One data set of the catalogue, described without reading it.

    Attributes
    ----------
    name : str
        In recipes and on the command line.
    title : str
        What the user reads.
    class_names : tuple of str, length K
        What the classes are called.
    image_shape : tuple of int
        (H, W) or (H, W, 3).
    loader : Loader
        Reads its images.
    images : str
        How many training and test images a class has.
    source : str
        Where it comes from, where that is told by nothing else.
    needs_folder : bool
        Whether it lies outside ncviz: in a folder that the user names, in the
        system's data sets or among earlier downloads.
    download_bytes : int
        The size of its download; 0 where there is none.
    debian_package : str
        The Debian package that installs it; empty where there is none.
    order : int
        Place in lists.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...]
    loader: Loader
    images: str
    source: str = ""
    needs_folder: bool = False
    download_bytes: int = 0
    debian_package: str = ""
    order: int = 0

    @property
    def downloadable(self) -> bool:
        """Whether ncviz can download it."""
        return self.download_bytes > 0
