"""Class means of another split than the training, as hollow balls beside those of the training."""

import numpy as np

from ncviz.scenes.cast import Cast
from ncviz.scenes.drawing import MEAN_RADIUS
from ncviz.scenes.layout import Layout
from ncviz.scenes.palette import THEMES, class_color, readable, rgb
from ncviz.scenes.scene import Sticks
from ncviz.scenes.view import View

MOST = 60  # classes: of more a picture is full already
CIRCLE = 16  # pieces of each of three circles
LINE_RADIUS = 0.004
STRENGTH = 0.9


def hollow_means(layout: Layout, cast: Cast, view: View) -> Sticks:
    """Return circles where the means of the split lie, and lines to them from the training's.

    Parameters
    ----------
    layout : Layout
    cast : Cast
    view : View
    """
    visible = np.flatnonzero(cast.visible[: len(cast.corners)])
    if layout.own is None or not view.show_means or len(visible) > MOST:
        return Sticks(lit=False)
    known = visible[np.isfinite(layout.own[visible]).all(axis=1)]
    theme = THEMES[view.theme]
    hues = [class_color(cast.classes[k], theme, view.palette) for k in known]
    lines = [(*rgb(readable(hue, theme.background)), STRENGTH) for hue in hues]
    colors = np.array(lines, dtype=np.float32).reshape(-1, 4)
    middles = layout.own[known]
    starts, ends = (middles[:, None] + MEAN_RADIUS * part for part in _circles())
    pieces = starts.shape[1]
    return Sticks(
        np.concatenate([starts.reshape(-1, 3), layout.means[known]]).astype(np.float32),
        np.concatenate([ends.reshape(-1, 3), middles]).astype(np.float32),
        np.full((pieces + 1) * len(known), LINE_RADIUS, dtype=np.float32),
        np.concatenate([np.repeat(colors, pieces, axis=0), colors]),
        lit=False,
    )


def _circles() -> tuple[np.ndarray, np.ndarray]:
    """Return where the pieces of three great circles begin and end, shape (pieces, 3) each."""
    turn = np.linspace(0, 2 * np.pi, CIRCLE, endpoint=False)
    flat = np.stack([np.cos(turn), np.sin(turn), np.zeros(CIRCLE)], axis=1)
    circles = [np.roll(flat, shift, axis=1) for shift in range(3)]
    return np.concatenate(circles), np.concatenate([np.roll(c, -1, axis=0) for c in circles])
