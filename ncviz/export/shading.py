"""The light of the screen's shaders as colours of gradients."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# As in `ncviz.rendering.shaders`: x to the right, y up, z toward the viewer.
LIGHT = np.array([-0.490, 0.637, 0.595])
HALFWAY = np.array([-0.274, 0.357, 0.893])
BALL_GLOSS, SAMPLE_GLOSS = 1.0, 0.5

# Where a ball is brightest; equal shades lie about it in circles, nearly.
BRIGHTEST = (-0.34, 0.44)
REACH = 1.0 + float(np.hypot(*BRIGHTEST))


def shade(color: ArrayLike, normals: ArrayLike, gloss: float) -> Floats:
    """Return the colours that a surface shows.

    Parameters
    ----------
    color : array, shape (3,)
        Red, green, blue in 0…1.
    normals : array, shape (n, 3)
        Unit vectors in eye coordinates.
    gloss : float
        0…1.

    Returns
    -------
    array, shape (n, 3)
    """
    color, normals = np.asarray(color, dtype=np.float64), np.asarray(normals, dtype=np.float64)
    wrapped = np.clip(0.5 + 0.5 * normals @ LIGHT, 0.0, 1.0)[:, None]
    lit_share = wrapped**2 * (3 - 2 * wrapped)
    sheen = np.maximum(normals @ HALFWAY, 0.0)[:, None] ** 8
    shadow = 0.56 * color * (0.75 + 0.25 * color)
    lit = shadow + (1.06 * color - shadow) * lit_share
    lit = lit + gloss * (0.12 * sheen + 0.30 * sheen**8) * (1.0 - 0.6 * lit)
    return np.asarray(np.clip(lit, 0.0, 1.0))


def ball_colors(color: ArrayLike, gloss: float, stops: int) -> Floats:
    """Return the colours of a ball from its brightest point to the darkest of its rim.

    Parameters
    ----------
    color : array, shape (3,)
    gloss : float
    stops : int
        Evenly spaced, over the distance `REACH` radii.

    Returns
    -------
    array, shape (stops, 3)
    """
    bright = np.array(BRIGHTEST)
    away = -bright / np.hypot(*bright)
    points = bright + np.linspace(0.0, REACH, stops)[:, None] * away
    height = np.sqrt(np.maximum(1.0 - (points**2).sum(axis=1), 0.0))
    return shade(color, np.column_stack([points, height]), gloss)


def stick_colors(color: ArrayLike, across: tuple[float, float], strips: int) -> Floats:
    """Return the colours of a stick from one side to the other.

    Parameters
    ----------
    color : array, shape (3,)
    across : tuple of 2 floats
        Unit vector in the picture from the first side to the last, y up.
    strips : int

    Returns
    -------
    array, shape (strips, 3)
    """
    offsets = (np.arange(strips) + 0.5) / strips * 2 - 1
    height = np.sqrt(1.0 - offsets**2)
    normals = np.column_stack([offsets * across[0], offsets * across[1], height])
    return shade(color, normals, BALL_GLOSS)


def fade(color: ArrayLike, background: ArrayLike, share: float) -> Floats:
    """Return a colour faded into the background."""
    color, background = np.asarray(color), np.asarray(background)
    return np.asarray(color * (1 - share) + background * share)
