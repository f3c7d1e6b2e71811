"""Reads folders of images, one sub-folder a class."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ncviz.errors import UserError, reason

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
DEFAULT_SIDE = 224  # pixels, where the images differ in size and none was asked for
MOST_PIXELS = 100_000_000  # of one image
MOST_BYTES = 4 * 2**30  # of all that are held


def find_images(folder: Path) -> dict[str, list[Path]]:
    """Return the images of each class, sorted by name.

    Parameters
    ----------
    folder : Path
        With one sub-folder a class.

    Raises
    ------
    UserError
        If there are not two classes with an image each.
    """
    try:
        folders = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
        found = {
            inner.name: sorted(p for p in inner.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
            for inner in folders
        }
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}.") from error
    found = {name: paths for name, paths in found.items() if paths}
    if len(found) < 2:
        raise UserError(
            f"{folder} is no folder of images: it needs a sub-folder of images for each of at "
            "least two classes."
        )
    return found


def read_images(paths: Sequence[Path], size: int) -> NDArray[np.uint8]:
    """Read images, cut to squares of one size where they differ.

    Parameters
    ----------
    paths : sequence of Path
    size : int
        Side in pixels; 0 for as they are if all are of one size, else
        `DEFAULT_SIDE`.

    Returns
    -------
    array of uint8, shape (N, H, W) or (N, H, W, 3)
        Grey if all of them are.

    Raises
    ------
    UserError
        If one cannot be read, or they take more than 4 GiB.
    """
    sizes, modes = set(), set()
    for path in paths:
        with _opened(path) as image:
            sizes.add(image.size)
            modes.add(image.mode)
    side = size or (0 if len(sizes) == 1 else DEFAULT_SIDE)
    mode = "L" if modes <= {"L", "1", "I", "I;16", "I;16B"} else "RGB"
    width, height = (side, side) if side else next(iter(sizes))
    if len(paths) * width * height * len(mode) > MOST_BYTES:
        raise UserError(
            f"{len(paths):,} images of {width}×{height} take more than 4 GiB: "
            "lower --size or --per-class."
        )
    return np.stack([_read(path, mode, side) for path in paths])


def _read(path: Path, mode: str, side: int) -> NDArray[np.uint8]:
    with _opened(path) as image:
        try:
            whole = _of_sixteen_bits(image).convert(mode)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UserError(f"The image {path} is damaged: {reason(error)}.") from error
        if side and whole.size != (side, side):
            # The largest square in its middle, as torchvision's CenterCrop after Resize.
            edge = min(whole.size)
            left, top = (whole.width - edge) // 2, (whole.height - edge) // 2
            box = (left, top, left + edge, top + edge)
            whole = whole.resize((side, side), Image.Resampling.BILINEAR, box=box)
        return np.asarray(whole, dtype=np.uint8)


def _of_sixteen_bits(image: Image.Image) -> Image.Image:
    """Give a grey image of 16 bits its upper 8: a conversion alone would cut it off at 255."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).clip(0, 65535) // 256).astype(np.uint8))


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise UserError(f"The image {path} cannot be read: {reason(error)}.") from error
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise UserError(f"The image {path} has more than 100 million pixels.")
    return image
