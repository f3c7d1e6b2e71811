"""Text of figures in every script: families that follow ours, and emoji as pictures."""

from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter
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
    for text in _texts(figure):
        text.set_text(_isolated(text.get_text()))
    for axis, labels in _ticks(figure):
        if any(begins_from_right(label.get_text()) for label in labels):
            _rewrite(axis, _isolated)


def paint_emoji(figure: Figure) -> None:
    """Let pictures stand for the emoji of a figure: few programs draw coloured letters.

    Parameters
    ----------
    figure : matplotlib Figure
        Just before it is saved. What stands beside emoji stays text.
    """
    if colour_font() is None:
        return
    for text in _texts(figure):
        if text.get_visible() and EMOJI.search(text.get_text()):
            figure.add_artist(_WithEmoji(text))
    for axis, labels in _ticks(figure):
        found = [label for label in labels if EMOJI.search(label.get_text())]
        for label in found:
            figure.add_artist(_WithEmoji(_copied(label)))
        if found:
            _rewrite(axis, lambda text: "" if EMOJI.search(text) else text)


def _isolated(text: str) -> str:
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if begins_from_right(text) else text


def _texts(figure: Figure) -> list[Text]:
    """Return the texts of a figure but the labels of ticks, which are written anew at each turn."""
    ticks = {label for _, labels in _ticks(figure) for label in labels}
    found = figure.findobj(Text)
    return [text for text in found if isinstance(text, Text) and text not in ticks]


def _ticks(figure: Figure) -> list[tuple[Axis, list[Text]]]:
    axes = [axis for one in figure.axes for axis in (one.xaxis, one.yaxis)]
    return [(axis, list(axis.get_ticklabels())) for axis in axes]


def _rewrite(axis: Axis, change: Callable[[str], str]) -> None:
    before = axis.get_major_formatter()
    axis.set_major_formatter(FuncFormatter(lambda value, number: change(before(value, number))))


def _copied(label: Text) -> Text:
    """Return a text that looks like the label of a tick and stands where it stands."""
    x, y = label.get_position()
    copy = Text(
        x,
        y,
        label.get_text(),
        color=label.get_color(),
        verticalalignment=label.get_verticalalignment(),
        horizontalalignment=label.get_horizontalalignment(),
        fontproperties=label.get_fontproperties().copy(),
        rotation=label.get_rotation(),
        rotation_mode="anchor" if label.get_rotation_mode() == "anchor" else "default",
        transform=label.get_transform(),
        parse_math=False,
    )
    figure = label.get_figure(root=True)
    assert figure is not None
    copy.set_figure(figure)
    return copy


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
        """Draw the parts one after the other."""
        text = self._text
        size = renderer.points_to_pixels(text.get_fontsize())
        start = text.get_transform().transform(text.get_position())
        start = start + text._get_layout(renderer)[1][0][-1]  # type: ignore[attr-defined]
        turned = Affine2D().rotate_deg(text.get_rotation()).translate(*start)
        context = renderer.new_gc()
        context.set_foreground(text.get_color())
        along = 0.0
        for part in self._parts:
            if EMOJI.fullmatch(part):
                _draw_emoji(renderer, context, part, (turned, along), size, text.get_rotation())
                along += size
                continue
            font, letters = text.get_fontproperties(), part.strip(" ")
            before = len(part) - len(part.lstrip(" ")) if letters else 0
            along += before * SPACE * size
            wide = 0.0
            if letters:
                x, y = (float(value) for value in turned.transform((along, 0.0)))
                y = renderer.height - y if renderer.flipy() else y
                renderer.draw_text(context, x, y, letters, font, text.get_rotation())
                wide = renderer.get_text_width_height_descent(letters, font, False)[0]
            along += wide + (len(part) - len(letters) - before) * SPACE * size
        context.restore()


def _draw_emoji(
    renderer: Any,
    context: Any,
    picture: str,
    place: tuple[Affine2D, float],
    size: float,
    rotation: float,
) -> None:
    """Draw an emoji as wide as the type is large, at a place along the base line."""
    inner = getattr(renderer, "_renderer", renderer)
    fineness = FINENESS if hasattr(inner, "image_dpi") else 1.0
    upright = emoji_picture(picture, max(round(size * fineness), 1))
    base, along = place
    middle = along + size / 2, upright.height / fineness / 2 - BELOW * size
    x, y = (float(value) for value in base.transform(middle))
    small = upright.rotate(rotation, expand=True)
    wide, high = small.width / fineness, small.height / fineness
    left, low = x - wide / 2, y - high / 2
    pixels = np.ascontiguousarray(np.asarray(small)[::-1])
    if fineness == 1.0:
        renderer.draw_image(context, round(left), round(low), pixels)
    else:
        inner.draw_image(context, left, low, pixels, Affine2D().scale(wide, high).frozen())
