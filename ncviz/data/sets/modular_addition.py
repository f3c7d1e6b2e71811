"""Modular addition: two numbers as a cross, and their sum as the class."""

import numpy as np

from ncviz.data.dataset import DatasetEntry, Images
from ncviz.language import tr

P = 23
_TEST, _SEED = 5, 0  # pairs of each sum
_HALF = 127  # of the range of a pixel; where row and column cross both are added


def cross(row: int, column: int) -> np.ndarray:
    """Return a pair of numbers as an image, P × P: a bright row and a bright column.

    Each pixel is the sum of what its row and its column say, so that a linear map of the pixels is
    one of the two numbers, each as one of P.
    """
    pixels = np.zeros((P, P), dtype=np.uint8)
    pixels[row] += _HALF
    pixels[:, column] += _HALF
    return pixels


def _load(entry: DatasetEntry, *_: object) -> tuple[Images, Images]:
    """Return all pairs of numbers below P, by their sum modulo P; some are held out at random."""
    chance = np.random.default_rng(_SEED)
    parts: list[list[np.ndarray]] = [[], []]
    for total in range(P):
        rows = chance.permutation(P)
        pairs = np.array([cross(row, (total - row) % P) for row in rows])
        parts[0].append(pairs[_TEST:])
        parts[1].append(pairs[:_TEST])
    labels = np.arange(P, dtype=np.int64)
    train, test = (
        Images(np.concatenate(part), np.repeat(labels, len(part[0])), entry.class_names)
        for part in parts
    )
    return train, test


MODULAR_ADDITION = DatasetEntry(
    name="modular-addition",
    title=tr("Addition modulo {p}", p=P),
    class_names=tuple(map(str, range(P))),
    image_shape=(P, P),
    loader=_load,
    images=f"{P - _TEST}, {_TEST}",
    source="drawn by ncviz: all pairs of numbers below 23, a row and a column each",
    order=6,
)
