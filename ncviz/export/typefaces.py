"""Text of figures in every script: families that follow ours, and emoji as pictures."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from ncviz.assets import asset
from ncviz.export.styles import FAMILY
from ncviz.rendering.text import (
    BELOW,
    EM_SPACE,
    begins_from_right,
    emoji_picture,
    in_order_of_sight,
)
from ncviz.rendering.typefaces import EMOJI, colour_font, fonts_for

FINENESS = 6.0  # pixels of a point that emoji have in vector files
ISOLATE, END_OF_ISOLATE = "\u2067", "\u2069"  # from right to left, whatever stands around
SPACE = 0.2  # width of a space, in sizes of the type


def families_for(words: Iterable[str]) -> list[str]:
    """Return families of fonts, ours first, that have the letters of some words.

    Parameters
    ----------
    words : iterable of str
        What may be written, such as names of classes.
    """
    for name in ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"):
        _register(str(asset("fonts", name)))
    families = list(FAMILY)
    for word in words:
        for path in fonts_for(word)[1:]:
            _register(path)
            family = font_manager.get_font(path).family_name
            if family not in families:
                families.append(family)
    return families


def _register(path: str) -> None:
    if path not in {entry.fname for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(path)


def isolate_right_to_left(figure: Figure) -> None:
    """Let lines that begin from right to left keep their order in an SVG file.

    Else the programs that show it take each line for one from left to right.
    """
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if begins_from_right(text.get_text()):
            text.set_text(f"{ISOLATE}{text.get_text()}{END_OF_ISOLATE}")


def paint_emoji(figure: Figure) -> None:
    """Let pictures stand for the emoji of a figure: few programs draw coloured letters.

    Parameters
    ----------
    figure : matplotlib Figure
        Just before it is saved. What stands beside emoji stays text.
    """
    if colour_font() is None:
        return
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        seen = text.get_visible() and text.get_rotation() == 0
        if seen and EMOJI.search(text.get_text()):
            figure.add_artist(_WithEmoji(text))


class _WithEmoji(Artist):
    """One line of text with pictures in it, in the place of a text of the figure."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text
        written = text.get_text()
        rest = EMOJI.split(written)
        between = zip_longest(rest, EMOJI.findall(written))
        parts = [part for pair in between for part in pair if part]
        self._parts = in_order_of_sight(written, parts)
        text.set_text(EMOJI.sub(EM_SPACE, written))  # for how long it is
        text.set_visible(False)
        self.set_zorder(text.get_zorder())

    def draw(self, renderer: Any) -> None:
        """Draw the parts side by side."""
        text = self._text
        size = renderer.points_to_pixels(text.get_fontsize())
        x, y = text.get_transform().transform(text.get_position())
        left, base = text._get_layout(renderer)[1][0][-1]  # type: ignore[attr-defined]
        x, y = x + left, y + base
        context = renderer.new_gc()
        context.set_foreground(text.get_color())
        for part in self._parts:
            if EMOJI.fullmatch(part):
                _draw_emoji(renderer, context, part, (x, y), size)
                x += size
                continue
            font, letters = text.get_fontproperties(), part.strip(" ")
            before = len(part) - len(part.lstrip(" ")) if letters else 0
            x += before * SPACE * size
            wide = 0.0
            if letters:
                high = renderer.height - y if renderer.flipy() else y
                renderer.draw_text(context, x, high, letters, font, 0)
                wide = renderer.get_text_width_height_descent(letters, font, False)[0]
            x += wide + (len(part) - len(letters) - before) * SPACE * size
        context.restore()


def _draw_emoji(
    renderer: Any, context: Any, picture: str, place: tuple[float, float], size: float
) -> None:
    """Draw an emoji as wide as the type is large, from a place on the base line."""
    inner = getattr(renderer, "_renderer", renderer)
    fineness = FINENESS if hasattr(inner, "image_dpi") else 1.0
    small = emoji_picture(picture, max(round(size * fineness), 1))
    wide, high = small.width / fineness, small.height / fineness
    left, low = place[0] + (size - wide) / 2, place[1] - BELOW * size
    pixels = np.asarray(small)
    if fineness == 1.0:
        renderer.draw_image(context, round(left), round(low), np.ascontiguousarray(pixels[::-1]))
    else:
        upright = np.ascontiguousarray(pixels[::-1])
        inner.draw_image(context, left, low, upright, Affine2D().scale(wide, high).frozen())
