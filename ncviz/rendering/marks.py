"""Rings and lines of a given number of pixels, on top of the picture."""

from typing import Any

import numpy as np
from vispy import gloo

from ncviz.rendering.frame import Tile
from ncviz.rendering.overlay_shaders import MARK_FRAGMENT, MARK_VERTEX
from ncviz.rendering.placing import Box

Color = tuple[float, float, float, float]

_VERTEX = np.dtype(
    [
        ("a_position", np.float32, 2),
        ("a_pixel", np.float32, 2),
        ("a_start", np.float32, 2),
        ("a_end", np.float32, 2),
        ("a_shape", np.float32, 2),
        ("a_color", np.float32, 4),
    ]
)
_CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)
_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)


class Marks:
    """Collects marks, in pixels of the whole picture, and draws them in one call."""

    def __init__(self) -> None:
        self._program: Any = gloo.Program(MARK_VERTEX, MARK_FRAGMENT)
        self._vertices: Any = gloo.VertexBuffer()
        self._indices: Any = gloo.IndexBuffer()
        self._marks: list[tuple[float, ...]] = []
        self._count = 0

    def line(
        self, start: tuple[float, float], end: tuple[float, float], width: float, color: Color
    ) -> None:
        """Add a straight line with round ends."""
        reach = width / 2 + 1
        (x0, y0), (x1, y1) = start, end
        box = min(x0, x1) - reach, min(y0, y1) - reach, max(x0, x1) + reach, max(y0, y1) + reach
        self._marks.append((*box, x0, y0, x1, y1, 0.0, width / 2, *color))

    def ring(
        self, center: tuple[float, float], radius: float, width: float, color: Color, area: Box
    ) -> None:
        """Add a ring; what of it lies outside the area is not drawn."""
        (x, y), reach = center, radius + width / 2 + 1
        left, top = max(x - reach, area[0]), max(y - reach, area[1])
        right, bottom = min(x + reach, area[2]), min(y + reach, area[3])
        if left < right and top < bottom:
            box = left, top, right, bottom
            self._marks.append((*box, x, y, x, y, radius, width / 2, *color))

    def prepare(self, tile: Tile) -> None:
        """Upload what was added, the first below the last, and forget it.

        Parameters
        ----------
        tile : Tile
            The part of the picture that is drawn.
        """
        marks, self._marks = np.array(self._marks, dtype=np.float64), []
        self._count = len(marks)
        if not len(marks):
            return
        # Relative to the tile: far out in a large picture, float32 would miss pixels.
        marks[:, :8] -= np.tile((tile.x, tile.y), 4)
        low, high = marks[:, None, 0:2], marks[:, None, 2:4]
        pixel = low + _CORNERS * (high - low)
        vertices = np.zeros((len(marks), 4), dtype=_VERTEX)
        vertices["a_position"] = (2 * pixel / (tile.width, tile.height) - 1) * (1, -1)
        vertices["a_pixel"] = pixel
        vertices["a_start"] = marks[:, None, 4:6]
        vertices["a_end"] = marks[:, None, 6:8]
        vertices["a_shape"] = marks[:, None, 8:10]
        vertices["a_color"] = marks[:, None, 10:14]
        self._vertices.set_data(vertices.ravel())
        quads = 4 * np.arange(len(marks), dtype=np.uint32)[:, None] + _TRIANGLES
        self._indices.set_data(quads.ravel())

    def draw(self) -> None:
        """Draw what was uploaded."""
        if self._count:
            self._program.bind(self._vertices)
            self._program.draw("triangles", self._indices)
