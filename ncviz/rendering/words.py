"""Words on top of the picture: one texture and one draw call for all of them."""

import math
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from ncviz.rendering import text
from ncviz.rendering.frame import Tile
from ncviz.rendering.overlay_shaders import WORD_FRAGMENT, WORD_VERTEX
from ncviz.rendering.typefaces import clusters

_CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)
_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)
_WIDTH = 1024
ELLIPSIS = "…"


class Word(NamedTuple):
    """What a word looks like.

    Attributes
    ----------
    text : str
        One line.
    pixels : int
        Size of its type.
    color : tuple of 4 floats
        Red, green, blue, alpha in 0…1.
    halo : tuple of 3 floats or None
        The colour around it: that of the background; None leaves what is there.
    """

    text: str
    pixels: int
    color: text.Color
    halo: tuple[float, float, float] | None


class Words:
    """Draws words, pixel for pixel as they were rasterised.

    The texture is kept as long as the same words are drawn at the same size.

    Parameters
    ----------
    seconds : float
        Of the processor's time, that letters which are new may take of a frame.

    Attributes
    ----------
    unfinished : bool
        Whether words were left for the next frame.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self.unfinished = False
        self._seconds = seconds
        self._program: Any = gloo.Program(WORD_VERTEX, WORD_FRAGMENT)
        self._position: Any = gloo.VertexBuffer()
        self._texel: Any = gloo.VertexBuffer()
        self._indices: Any = gloo.IndexBuffer()
        self._texture: Any = None
        self._places: dict[Word, tuple[int, int]] = {}
        self._sizes: tuple[int, int] = (1, 1)
        self._count = 0

    @property
    def any_painted(self) -> bool:
        """Return whether any word has ever been drawn."""
        return self._texture is not None

    def prepare(self, placed: list[tuple[Word, tuple[int, int]]], tile: Tile) -> None:
        """Upload words and where they go.

        Parameters
        ----------
        placed : list of (Word, (int, int))
            With the upper left corner of each, in pixels of the whole picture.
        tile : Tile
            The part of the picture that is drawn.
        """
        if not all(word in self._places for word, _ in placed):
            self._paint(list(dict.fromkeys(word for word, _ in placed)))
        painted = [one for one in placed if one[0] in self._places]
        self.unfinished = len(painted) < len(placed)
        placed, self._count = painted, len(painted)
        if not placed:
            return
        sizes = np.array([_picture(word).shape[1::-1] for word, _ in placed], dtype=np.float32)
        corners = np.array([corner for _, corner in placed], dtype=np.float32) - (tile.x, tile.y)
        origins = np.array([self._places[word] for word, _ in placed], dtype=np.float32)
        spread = _CORNERS * sizes[:, None]
        clip = (2 * (corners[:, None] + spread) / (tile.width, tile.height) - 1) * (1, -1)
        texels = (origins[:, None] + spread) / self._sizes
        self._position.set_data(clip.reshape(-1, 2).astype(np.float32))
        self._texel.set_data(texels.reshape(-1, 2).astype(np.float32))
        quads = 4 * np.arange(len(placed), dtype=np.uint32)[:, None] + _TRIANGLES
        self._indices.set_data(quads.ravel())

    def draw(self) -> None:
        """Draw what was uploaded."""
        if self._count:
            self._program["a_position"] = self._position
            self._program["a_texture"] = self._texel
            self._program["u_texture"] = self._texture
            self._program.draw("triangles", self._indices)

    def _paint(self, words: list[Word]) -> None:
        """Lay words out in rows and upload the picture of them all."""
        pictures, end = [], time.thread_time() + self._seconds
        for word in words:
            pictures.append(_picture(word))
            if time.thread_time() > end:
                break
        area = sum(picture.shape[0] * picture.shape[1] for picture in pictures)
        width = max(_WIDTH, int(1.2 * area**0.5), *(picture.shape[1] for picture in pictures))
        self._places = {}
        x = y = row = 0
        for word, picture in zip(words, pictures, strict=False):
            high, wide = picture.shape[:2]
            if x + wide > width:
                x, y, row = 0, y + row, 0
            self._places[word] = x, y
            x, row = x + wide, max(row, high)
        sheet = np.zeros((y + row, width, 4), dtype=np.uint8)
        for (left, top), picture in zip(self._places.values(), pictures, strict=True):
            sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        self._sizes = width, y + row
        if self._texture is not None:
            self._texture.delete()
        self._texture = gloo.Texture2D(sheet, interpolation="nearest")


def word_size(word: Word) -> tuple[int, int]:
    """Return width and height of a word in pixels, its halo included."""
    return text.extent(word.text, word.pixels)


def shortened_word(word: Word, width: float) -> Word:
    """Return a word, cut so that it is no wider; empty if there is no room at all.

    Parameters
    ----------
    word : Word
    width : float
        In pixels.
    """
    if word_size(word)[0] <= width:
        return word
    parts = clusters(word.text)
    fits, too_long = 0, len(parts)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        wide = word_size(_cut(word, parts[:middle]))[0]
        fits, too_long = (middle, too_long) if wide <= width else (fits, middle)
    return _cut(word, parts[:fits]) if fits else word._replace(text="")


def _cut(word: Word, parts: Sequence[str]) -> Word:
    return word._replace(text="".join(parts).rstrip() + ELLIPSIS)


def _picture(word: Word) -> NDArray[np.uint8]:
    return text.rasterize(*word)
