"""The light of the screen's shaders as colours of gradients."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# As in `ncviz.rendering.shaders`: x to the right, y up, z toward the viewer.
LIGHT = np.array([-0.490, 0.637, 0.595])
HALFWAY = np.array([-0.274, 0.357, 0.893])
BALL_GLOSS, SAMPLE_GLOSS = 1.0, 0.5

# A ball's shades lie in rings, nearly: from a point toward the lamp to a circle
# around the ball, both fitted to the exact shades (0.02 of a channel on average).
BRIGHTEST = (-0.290, 0.377)
LAST_CENTER, LAST_RADIUS = (-0.168, 0.218), 1.29
_AROUND = 48  # places of a ring whose shades are averaged


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
    lit = lit * (0.74 + 0.26 * np.minimum(1.7 * normals[:, 2:], 1.0))
    lit = lit + gloss * (0.12 * sheen + 0.30 * sheen**8) * (1.0 - 0.6 * lit)
    return np.asarray(np.clip(lit, 0.0, 1.0))


def ball_colors(color: ArrayLike, gloss: float, stops: int) -> Floats:
    """Return the colours of a ball's rings, from its brightest point outward.

    Parameters
    ----------
    color : array, shape (3,)
    gloss : float
    stops : int
        Evenly spaced from `BRIGHTEST` to the circle about `LAST_CENTER`.

    Returns
    -------
    array, shape (stops, 3)
    """
    first, last = np.array(BRIGHTEST), np.array(LAST_CENTER)
    angles = np.linspace(0.0, 2 * np.pi, _AROUND, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    colors = np.zeros((stops, 3))
    for number, share in enumerate(np.linspace(0.0, 1.0, stops)):
        ring = first + share * (last - first + LAST_RADIUS * circle)
        away = np.hypot(*ring.T)
        # The last ring lies outside: the rim stands for it.
        seen = ring[away <= 1.0] if (away <= 1.0).any() else ring[[away.argmin()]] / away.min()
        height = np.sqrt(np.maximum(1.0 - (seen**2).sum(axis=1), 0.0))
        colors[number] = shade(color, np.column_stack([seen, height]), gloss).mean(axis=0)
    return colors


def stick_colors(color: ArrayLike, crests: ArrayLike, strips: int) -> Floats:
    """Return the colours of a stick from one side to the other.

    Parameters
    ----------
    color : array, shape (3,)
    crests : array, shape (2, 3)
        Its normals at the last side and in the middle, in eye coordinates.
    strips : int

    Returns
    -------
    array, shape (strips, 3)
    """
    offsets = ((np.arange(strips) + 0.5) / strips * 2 - 1)[:, None]
    flank, front = np.asarray(crests, dtype=np.float64)
    return shade(color, offsets * flank + np.sqrt(1.0 - offsets**2) * front, BALL_GLOSS)


def fade(color: ArrayLike, background: ArrayLike, share: float) -> Floats:
    """Return a colour faded into the background."""
    color, background = np.asarray(color), np.asarray(background)
    return np.asarray(color * (1 - share) + background * share)
