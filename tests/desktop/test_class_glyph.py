"""The sign of a class is told from its ground, whatever its hue."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QImage, QPainter
from window_parts import pixels_of

from ncviz.desktop.widgets.class_glyph import paint_glyph
from ncviz.scenes.palette import LINE_CONTRAST, PALETTES, THEMES, contrast

SIDE = 40


def strongest(pixels, ground):
    """Return the greatest contrast that a row of pixels through the middle has with a ground."""
    row = pixels[SIDE // 2, :, :3]
    return max(contrast("#{:02x}{:02x}{:02x}".format(*pixel), ground) for pixel in row)


def glyph(color, ground, *, filled):
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)  # without antialiasing: an edge is a pixel of its colour
    paint_glyph(painter, QPointF(20, 20), 14, color, 0, ground=ground, filled=filled)
    painter.end()
    return pixels_of(image)


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("palette", PALETTES)
def test_every_hue_has_an_outline_where_it_needs_one(qapp, palette, theme, filled):
    for color in PALETTES[palette][theme.name]:
        pixels = glyph(color, theme.background, filled=filled)
        assert strongest(pixels, theme.background) >= LINE_CONTRAST - 0.05, color
        middle = pixels[20, 20, :3]
        wanted = color if filled else theme.background
        assert np.array_equal(middle, QColor(wanted).getRgb()[:3]), "the hue itself stays"
