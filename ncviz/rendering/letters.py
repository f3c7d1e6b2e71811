"""Lines of our own font, put together of letters that are drawn once.

Most words that are new in a frame are numbers, of few letters: to draw the lines anew, and their
outlines, would take longer than all the rest of the frame.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ncviz.assets import asset
from ncviz.rendering.typefaces import OWN

Box = tuple[int, int, int, int]  # left, top, right, bottom, from where the base line begins

_LARGEST_KEPT = 64  # pixels of type; pictures of larger letters are not worth their memory
_ROOM = 1  # pixels around a letter: its box may be a little narrow

# How much is covered where one letter lies over another: by both shares, as Pillow reckons it.
_SHARES = np.arange(256, dtype=np.uint32)
_ADDED = _SHARES[:, None] * (255 - _SHARES) + 128
_OVER = (_SHARES + ((_ADDED + (_ADDED >> 8)) >> 8)).astype(np.uint8)


class _Letter(NamedTuple):
    """A letter, drawn: how much of each pixel is covered, and where its corner lies."""

    covered: NDArray[np.uint8]
    left: int
    top: int


def line_box(text: str, pixels: int) -> Box:
    """Return what a line covers, be it with the room that its last letter takes.

    Parameters
    ----------
    text : str
        Of letters that our own font has.
    pixels : int
        Size of the type.
    """
    left = top = right = bottom = at = 0
    for number, letter in enumerate(text):
        box, advance = _measured(letter, pixels)
        left, right = min(left, at + box[0]), max(right, at + box[2])
        top = min(top, box[1]) if number else box[1]
        bottom = max(bottom, box[3]) if number else box[3]
        at += advance
    return left, top, right, bottom


def draw_line(
    text: str, pixels: int, size: tuple[int, int], origin: tuple[int, int], stroke: int = 0
) -> Image.Image:
    """Return a line, drawn, mode 'L'.

    Parameters
    ----------
    text, pixels
        As of `line_box`.
    size : tuple of 2 int
        Width and height of the picture.
    origin : tuple of 2 int
        Where its base line begins in it.
    stroke : int
        Pixels by which the letters are made wider on all sides.
    """
    if pixels > _LARGEST_KEPT:
        return _drawn(text, pixels, size, origin, stroke)
    width, height = size
    canvas = np.zeros((height, width), dtype=np.uint8)
    at, base = origin
    for letter in text:
        covered, x, y = _letter(letter, pixels, stroke)
        x, y = at + x, base + y
        left, top = max(x, 0), max(y, 0)
        part = covered[top - y : height - y, left - x : width - x]
        there = canvas[top : top + part.shape[0], left : left + part.shape[1]]
        there[:] = _OVER[part, there]
        at += _measured(letter, pixels)[1]
    return Image.fromarray(canvas)


@lru_cache(maxsize=2048)
def _measured(letter: str, pixels: int) -> tuple[Box, int]:
    """Return the box of a letter, and where the next one begins: the font kerns none."""
    font = _own(pixels)
    left, top, right, bottom = font.getbbox(letter, anchor="ls")
    return (int(left), int(top), int(right), int(bottom)), int(font.getlength(letter))


@lru_cache(maxsize=2048)
def _letter(letter: str, pixels: int, stroke: int) -> _Letter:
    (left, top, right, bottom), _ = _measured(letter, pixels)
    room = stroke + _ROOM
    size = right - left + 2 * room, bottom - top + 2 * room
    drawn = np.asarray(_drawn(letter, pixels, size, (room - left, room - top), stroke))
    rows, columns = (np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return _Letter(drawn[:0, :0], 0, 0)
    seen = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _Letter(seen, left - room + int(columns[0]), top - room + int(rows[0]))


def _drawn(
    text: str, pixels: int, size: tuple[int, int], origin: tuple[int, int], stroke: int
) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).text(
        origin,
        text,
        fill=255,
        font=_own(pixels),
        anchor="ls",
        stroke_width=stroke,
        stroke_fill=255,
    )
    return mask


@lru_cache(maxsize=8)
def _own(pixels: int) -> ImageFont.FreeTypeFont:
    path = asset("fonts", OWN)
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)
