"""Words as pictures, in every script that this computer has letters for."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, features

from ncviz.rendering.letters import draw_line, line_box
from ncviz.rendering.typefaces import (
    COLOUR_PIXELS,
    EMOJI,
    colour_font,
    is_plain,
    layout_font,
    missing_glyphs_allowed,
)
from ncviz.scenes.palette import rgb

Color = tuple[float, float, float, float]

_HALO_STRENGTH = 0.85
EM_SPACE = "\u2003"  # as wide as the type is large, in every font
_EMOJI_HEIGHT = 1.05  # in sizes of the type
BELOW = 0.18  # how far emoji reach below the base line, in sizes of the type


class Setting(NamedTuple):
    """A line of text, set.

    Attributes
    ----------
    letters : PIL.Image.Image
        How much of each pixel is covered, mode 'L'.
    base : int
        Row of the base line.
    emoji : list of (PIL.Image.Image, int, int)
        Pictures in RGBA with their left and upper edges.
    """

    letters: Image.Image
    base: int
    emoji: list[tuple[Image.Image, int, int]]


@lru_cache(maxsize=4096)  # more than several panels of many classes show at once
def rasterize(
    text: str, pixels: int, color: Color, background: tuple[float, float, float] | None
) -> NDArray[np.uint8]:
    """Return a word as a picture with a soft halo in the colour of the background.

    Parameters
    ----------
    text : str
        One line.
    pixels : int
        Size of the type.
    color : tuple of 4 floats
        Red, green, blue, alpha in 0…1.
    background : tuple of 3 floats or None
        Red, green, blue in 0…1; None for no halo.

    Returns
    -------
    array, shape (height, width, 4)
        Premultiplied with its alpha. Every word of the same size has the same
        height unless its letters reach further.
    """
    inked, glow, emoji = _drawn(text, pixels)
    letters = np.asarray(inked, dtype=np.float32)[..., None] / 255
    strength = 0.0 if background is None else _HALO_STRENGTH
    around = np.asarray(glow, dtype=np.float32)[..., None] / 255 * strength
    ground = background or (0.0, 0.0, 0.0)
    picture = letters * (*color[:3], 1.0) + (1 - letters) * around * (*ground, 1.0)
    for small, left, top in emoji:
        part = np.asarray(small, dtype=np.float32) / 255
        part[..., :3] *= part[..., 3:]
        place = picture[top : top + small.height, left : left + small.width]
        place *= 1 - part[..., 3:]
        place += part
    rounded: NDArray[np.uint8] = np.rint(255 * color[3] * picture).astype(np.uint8)
    return rounded


def extent(text: str, pixels: int) -> tuple[int, int]:
    """Return width and height of the picture of a word, without drawing it.

    Parameters
    ----------
    text : str
    pixels : int
        As of `rasterize`.
    """
    margins = 4 * max(1, round(0.11 * pixels))
    if not is_plain(text):
        letters = _set(text, pixels).letters
        return letters.width + margins, letters.height + margins
    left, top, right, bottom = _box(text, pixels)
    return right - left + margins, bottom - top + margins


def base_line(text: str, pixels: int) -> int:
    """Return the row of the base line in the picture of a word."""
    margin = 2 * max(1, round(0.11 * pixels))
    if not is_plain(text):
        return _set(text, pixels).base + margin
    return margin - _box(text, pixels)[1]


def write_on(
    picture: NDArray[np.uint8],
    text: str,
    pixels: int,
    colors: tuple[str, str],
    place: tuple[float, float],
    anchor: str,
) -> None:
    """Write a line on a picture, in place; what lies outside is left out.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
    text : str
    pixels : int
        Size of the type.
    colors : tuple of 2 str
        Of the letters and of the halo around them, in hex.
    place : tuple of 2 floats
        In pixels from the upper left corner.
    anchor : str
        What of the line stands there: 'l', 'm' or 'r' across, then 't', 'm' or 's', the base line.
    """
    ink, paper = (rgb(color) for color in colors)
    word = rasterize(text, pixels, (*ink, 1.0), paper)
    high, wide = word.shape[:2]
    margin = 2 * max(1, round(0.11 * pixels))
    left = place[0] - {"l": margin, "m": wide / 2, "r": wide - margin}[anchor[0]]
    top = place[1] - {"t": margin, "m": high / 2, "s": base_line(text, pixels)}[anchor[1]]
    x, y = round(left), round(top)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + wide, picture.shape[1]), min(y + high, picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = word[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)
    there = picture[y0:y1, x0:x1]
    there[:] = np.rint(part[..., :3] + there * (1 - part[..., 3:] / 255)).astype(np.uint8)


@lru_cache(maxsize=4096)  # in one theme and the other
def _drawn(
    text: str, pixels: int
) -> tuple[Image.Image, Image.Image, list[tuple[Image.Image, int, int]]]:
    """Return letters without their colour, the halo around them, and the emoji among them."""
    halo = max(1, round(0.11 * pixels))
    emoji: list[tuple[Image.Image, int, int]] = []
    if is_plain(text):
        inked, behind = _plain(text, pixels, halo)
    else:
        inked, behind, emoji = _any(text, pixels, halo)
    return inked, behind.filter(ImageFilter.GaussianBlur(0.6 * halo)), emoji


def _plain(text: str, pixels: int, halo: int) -> tuple[Image.Image, Image.Image]:
    """Return letters of our own font, and the same with an outline."""
    left, top, right, bottom = _box(text, pixels)
    margin = 2 * halo
    size = right - left + 2 * margin, bottom - top + 2 * margin
    origin = margin - left, margin - top
    return draw_line(text, pixels, size, origin), draw_line(text, pixels, size, origin, halo)


@lru_cache(maxsize=4096)
def _box(text: str, pixels: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a line of our own font, from its base line."""
    left, top, right, bottom = line_box(text, pixels)
    _, highest, _, lowest = _usual(pixels)
    return left, min(top, highest), right, max(bottom, lowest)


def _usual(pixels: int) -> tuple[int, int, int, int]:
    """Return the box of letters that reach up and down, from the base line."""
    return line_box("dp", pixels)


def _any(
    text: str, pixels: int, halo: int
) -> tuple[Image.Image, Image.Image, list[tuple[Image.Image, int, int]]]:
    """Return letters of any script, the same made wider, and the emoji among them."""
    done, margin = _set(text, pixels), 2 * halo
    size = done.letters.width + 2 * margin, done.letters.height + 2 * margin
    letters = Image.new("L", size)
    letters.paste(done.letters, (margin, margin))
    emoji = [(small, left + margin, top + margin) for small, left, top in done.emoji]
    covered = letters.copy()
    for small, left, top in emoji:
        covered.paste(255, (left, top), small.getchannel("A"))
    return letters, covered.filter(ImageFilter.MaxFilter(2 * halo + 1)), emoji


@lru_cache(maxsize=64)
def _set(text: str, pixels: int) -> Setting:
    """Set a line with all fonts that it needs: letters joined, in the order they are read."""
    from matplotlib.ft2font import LoadFlags

    text = text.replace(EM_SPACE, " ")
    pictures = EMOJI.findall(text) if colour_font() is not None else []
    words = EMOJI.sub(EM_SPACE, text) if pictures else text
    font = layout_font(words)
    with missing_glyphs_allowed():
        font.set_size(pixels, 72)
        font.set_text(words, 0.0, flags=LoadFlags.DEFAULT)
        font.draw_glyphs_to_bitmap(antialiased=True)
        inked = np.asarray(font.get_image())
        below = round(font.get_descent() / 64)
        items = font._layout(words, LoadFlags.DEFAULT)
        spots = [item.x for item in items if item.char == EM_SPACE]
    # Words of one size are as high as each other, as those of our own font are.
    _, highest, _, lowest = _usual(pixels)
    above = max(inked.shape[0] - below, -highest)
    beneath = max(below, lowest)
    wide = inked.shape[1]
    emoji: list[tuple[Image.Image, int, int]] = []
    if pictures:
        above = max(above, round((_EMOJI_HEIGHT - BELOW) * pixels))
        beneath = max(beneath, round(BELOW * pixels))
        for picture, left in zip(in_order_of_sight(words, pictures), spots, strict=True):
            small = emoji_picture(picture, pixels)
            top = above + round(BELOW * pixels) - small.height
            x = round(left + (pixels - small.width) / 2)
            emoji.append((small, max(x, 0), max(top, 0)))
            wide = max(wide, max(x, 0) + small.width)
    letters = Image.new("L", (max(wide, 1), above + beneath))
    letters.paste(Image.fromarray(inked), (0, above - (inked.shape[0] - below)))
    return Setting(letters, above, emoji)


def in_order_of_sight(text: str, pictures: Sequence[str]) -> Sequence[str]:
    """Return the emoji of a line from left to right, as they are seen.

    In a line that begins from right to left the last one stands first.
    """
    return pictures[::-1] if begins_from_right(text) else pictures


def begins_from_right(text: str) -> bool:
    """Return whether the first letter that has a direction is read from right to left."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((way for way in directions if way in ("L", "R", "AL")), "L") != "L"


@lru_cache(maxsize=128)
def emoji_picture(picture: str, pixels: int) -> Image.Image:
    """Return a coloured emoji about as large as the type, in RGBA."""
    path = colour_font()
    assert path is not None
    # raqm knows which of them are drawn as one; without it they stand side by side.
    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    font = ImageFont.truetype(path, COLOUR_PIXELS, layout_engine=engine)
    left, top, right, bottom = (round(side) for side in font.getbbox(picture))
    drawn = Image.new("RGBA", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(drawn).text((-left, -top), picture, font=font, embedded_color=True)
    whole = drawn.crop(drawn.getbbox())
    share = min(pixels / whole.width, _EMOJI_HEIGHT * pixels / whole.height)
    size = max(round(share * whole.width), 1), max(round(share * whole.height), 1)
    return whole.resize(size, Image.Resampling.LANCZOS)
