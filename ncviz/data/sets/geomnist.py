"""GeoMNIST: triangles, rectangles and ellipses, drawn by ncviz."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.data.dataset import DatasetEntry, Images
from ncviz.language import tr

Floats = NDArray[np.float64]

_SIDE, _MIDDLE = 32, 16
_TRAIN, _TEST = 2400, 600  # of a class
_SEED = 0
_TURN = 176.0  # degrees, from the first image of a class to the last
_CLASSES = ("triangle", "rectangle", "ellipse")


def _triangle(rows: Floats, columns: Floats, share: float) -> NDArray[np.bool_]:
    """Return the pixels within three corners, one on the left and two on the right."""
    shift = 2 * share - 1
    down = np.array([_MIDDLE, _MIDDLE + 10, _MIDDLE - 10]) + shift
    right = np.array([_MIDDLE - 8 * 3**0.5, _MIDDLE + 8, _MIDDLE + 8]) + shift
    along, across = np.roll(down, 1) - down, np.roll(right, 1) - right
    sides = [across[k] * (rows - down[k]) - along[k] * (columns - right[k]) >= 0 for k in range(3)]
    return np.asarray(np.all(sides, axis=0) | ~np.any(sides, axis=0))


def _rectangle(rows: Floats, columns: Floats, share: float) -> NDArray[np.bool_]:
    shift = 2 * share - 1
    down, right = np.abs(rows - _MIDDLE - shift), np.abs(columns - _MIDDLE - shift)
    return np.asarray((down <= 4) & (right <= 8))


def _ellipse(rows: Floats, columns: Floats, share: float) -> NDArray[np.bool_]:
    radius = 5 + 2 * share
    down, right = (rows - _MIDDLE) / radius, (columns - _MIDDLE) / (2 * radius)
    return np.asarray(down**2 + right**2 < 1)


def draw(label: int, number: int, count: int, blur: float) -> Floats:
    """Draw one image, 32 × 32, white (1) on black (0).

    Parameters
    ----------
    label : int
        0, a triangle; 1, a rectangle; 2, an ellipse.
    number, count : int
        Which one of how many images of a class: where it lies or how large it is, and how far it
        is turned, go from one end to the other.
    blur : float
        Standard deviation of a Gaussian, in pixels.

    Notes
    -----
    As in the code of Zhang, Wang, Su, NeurIPS 2021 (LE-SDE).
    """
    from scipy import ndimage  # slow to import: not where data sets are listed

    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(float)
    shape = _SHAPES[label](rows, columns, number / max(count - 1, 1))
    turned = ndimage.rotate(shape.astype(float), _TURN * number / count, reshape=False)
    return np.asarray(ndimage.gaussian_filter(turned, blur))


_SHAPES = (_triangle, _rectangle, _ellipse)


@lru_cache(maxsize=1)
def _drawn() -> tuple[Images, Images]:
    """Draw all of them, and choose at random which are held out."""
    chance = np.random.default_rng(_SEED)
    parts: list[list[NDArray[np.uint8]]] = [[], []]
    for label in range(len(_CLASSES)):
        count = _TRAIN + _TEST
        blurs = chance.uniform(0.9, 1.1, count)
        images = np.array([draw(label, k, count, blur) for k, blur in enumerate(blurs)])
        pixels = np.rint(255 * images.clip(0, 1)).astype(np.uint8)[chance.permutation(count)]
        for part, some in zip(parts, (pixels[:_TRAIN], pixels[_TRAIN:]), strict=True):
            part.append(some)
    labels = np.arange(len(_CLASSES), dtype=np.int64)
    train, test = (
        Images(np.concatenate(part), np.repeat(labels, len(part[0])), _CLASSES) for part in parts
    )
    return train, test


def _load(_entry: DatasetEntry, *_: object) -> tuple[Images, Images]:
    """Return 2,400 training and 600 test images of each shape."""
    return _drawn()


GEOMNIST = DatasetEntry(
    name="geomnist",
    title=tr("GeoMNIST"),
    class_names=_CLASSES,
    image_shape=(_SIDE, _SIDE),
    loader=_load,
    images=f"{_TRAIN:,}, {_TEST}",
    source="drawn by ncviz, as for LE-SDE (Zhang, Wang, Su, NeurIPS 2021)",
    order=5,
)
