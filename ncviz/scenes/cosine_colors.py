"""The colours of cosines between classes, the same in window and figure."""

import numpy as np
from numpy.typing import NDArray

from ncviz.scenes.palette import Theme, contrast, mix, rgb

# Two ends that mean nothing else here: neither a role nor the ideal's green.
BELOW = {"light": "#5E3C99", "dark": "#A48BD8"}
ABOVE = {"light": "#B35806", "dark": "#F0A04B"}
STEPS = 256  # of the colour scale


def cosine_colors(theme: Theme, ideal: float) -> NDArray[np.uint8]:
    """Return the colour scale from −1 to 1, neutral at the ideal.

    Parameters
    ----------
    theme : Theme
    ideal : float
        −1/(K−1).

    Returns
    -------
    array of uint8, shape (256, 3)
    """
    kind = "dark" if theme.name == "dark" else "light"
    values = np.linspace(-1, 1, STEPS)
    middle = np.array(rgb(mix(theme.surface, theme.line, 0.6)))
    low, high = np.array(rgb(BELOW[kind])), np.array(rgb(ABOVE[kind]))
    below = np.clip((ideal - values) / max(1 + ideal, 1e-9), 0, 1)[:, None]
    above = np.clip((values - ideal) / (1 - ideal), 0, 1)[:, None]
    colors = middle + below * (low - middle) + above * (high - middle)
    return np.asarray(np.round(255 * colors), dtype=np.uint8)


def color_of(value: float, scale: NDArray[np.uint8]) -> str:
    """Return the hex colour of a cosine on a scale of `cosine_colors`."""
    step = round((value + 1) * 0.5 * (STEPS - 1))
    red, green, blue = scale[min(max(step, 0), STEPS - 1)].tolist()
    return f"#{red:02X}{green:02X}{blue:02X}"


def ink_on(color: str) -> str:
    """Return black or white, whichever reads better on a hex colour."""
    black, white = "#000000", "#FFFFFF"
    return black if contrast(black, color) >= contrast(white, color) else white
