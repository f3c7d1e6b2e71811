"""Distinct hues for many classes, spread in a perceptual space."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# How much the distance counts that people see who lack one kind of cones.
COLOUR_BLIND = 0.7
LIGHTEST, DARKEST = 0.86, 0.42  # in Oklab: seen on white and on black
PALEST = 0.055

# Björn Ottosson, A perceptual color space for image processing (2020).
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Machado, Oliveira, Fernandes, A physiologically-based model for simulation of
# color vision deficiency (2009), severity 1, on linear light.
_DEUTAN = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
_PROTAN = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)


def oklab(colors: Floats, deficiency: Floats | None = None) -> Floats:
    """Return lightness, green–red and blue–yellow of colours.

    Parameters
    ----------
    colors : array, shape (n, 3)
        Red, green, blue in 0…1, as on the screen.
    deficiency : array, shape (3, 3), optional
        Of somebody's colour vision, applied to linear light.
    """
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    if deficiency is not None:
        linear = np.clip(linear @ deficiency.T, 0, 1)
    return np.asarray(np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T)


def seen(colors: Floats) -> Floats:
    """Return colours as points whose distance says how well all eyes tell them apart.

    Parameters
    ----------
    colors : array, shape (n, 3)

    Returns
    -------
    array, shape (n, 9)
        As seen with three kinds of cones, without the medium and without the
        long ones.
    """
    others = [COLOUR_BLIND * oklab(colors, lack) for lack in (_DEUTAN, _PROTAN)]
    return np.concatenate([oklab(colors), *others], axis=1)


def _rgb(hues: tuple[str, ...]) -> Floats:
    values = [[int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)] for hue in hues]
    return np.array(values, dtype=np.float64).reshape(-1, 3)


@lru_cache(maxsize=1)
def _candidates() -> tuple[Floats, Floats]:
    """Return colours that show on white and on black, and as they are seen."""
    steps = np.linspace(0, 255, 11).round() / 255
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    lab = oklab(grid)
    usable = (lab[:, 0] > DARKEST) & (lab[:, 0] < LIGHTEST) & (np.hypot(*lab[:, 1:].T) > PALEST)
    return grid[usable], seen(grid[usable])


def spread_hues(first: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return hues that begin with given ones, each further one far from all before it.

    Parameters
    ----------
    first : tuple of str
        Such as '#E69F00'; kept as they are.
    count : int
        How many hues in all.

    Notes
    -----
    The farthest point of a grid of colours, again and again, in Oklab as seen
    with normal, deutan and protan vision together.
    """
    grid, places = _candidates()
    hues = list(first) or ["#0072B2"]
    gap = np.full(len(grid), np.inf)
    for place in seen(_rgb(tuple(hues))):
        gap = np.minimum(gap, ((places - place) ** 2).sum(axis=1))
    while len(hues) < count:
        farthest = int(gap.argmax())
        red, green, blue = (round(255 * value) for value in grid[farthest])
        hues.append(f"#{red:02X}{green:02X}{blue:02X}")
        gap = np.minimum(gap, ((places - places[farthest]) ** 2).sum(axis=1))
    return tuple(hues[:count])
