"""Words of a film: how large they are, and the legend at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ncviz.charts.rich_text import in_pieces
from ncviz.export.legend_entries import LegendEntry
from ncviz.export.outlines import shape_corners
from ncviz.export.shortening import broken_to, cut_to
from ncviz.export.styles import LEAST_SHARE
from ncviz.rendering.text import write_on
from ncviz.rendering.words import Word, word_size
from ncviz.scenes.palette import Theme, readable

Pixels = NDArray[np.uint8]

TITLE, COUNTER, SMALL = 0.044, 0.058, 0.030  # sizes of the type, of the shorter side
LINE = 1.5  # height of a line of the legend, in sizes of its type
LONGEST_ENTRY = 0.4  # of the width of the film: a name in the legend
MOST_LINES = 4  # of a legend; where it needs more, it names the roles alone
INDEX, LOWERED = 0.68, 0.45  # of a letter, in sizes of its type: how large, from how far down
FINE = 4  # the dots are drawn so many times larger, then averaged


def type_size(share: float, width: int, height: int) -> int:
    """Return a size of the type in pixels: a share of the shorter side, read from the last row.

    Parameters
    ----------
    share : float
    width, height : int
        Of the film.
    """
    return max(round(share * min(width, height)), int(np.ceil(LEAST_SHARE * height)), 1)


def width_of(text: str, pixels: int) -> float:
    """Return how wide a line is, in pixels."""
    return float(word_size(Word(text, pixels, (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0)))[0])


def write_sentence(
    picture: Pixels,
    text: str,
    pixels: int,
    colors: tuple[str, str],
    place: tuple[float, float],
) -> None:
    """Write a line from its upper left corner on, the indices of letters smaller and lowered."""
    left, top = place
    small = round(INDEX * pixels)
    for piece, is_index in in_pieces(text):
        size, down = (small, LOWERED * pixels) if is_index else (pixels, 0.0)
        write_on(picture, piece, size, colors, (left, top + down), "lt")
        left += width_of(piece, size) - width_of("", size)  # without the room around it


def fitting_line(text: str, pixels: int, room: float) -> str:
    """Return a line cut in its middle to the pixels it has."""
    return cut_to(text, room, lambda line: width_of(line, pixels))


def fitting_lines(text: str, pixels: int, room: float, most: int = 2) -> list[str]:
    """Return a text broken into lines of so many pixels."""
    return broken_to(text, room, lambda line: width_of(line, pixels), most)


@dataclass(frozen=True)
class FilmLegend:
    """What colours mean, on a strip across a film.

    Parameters
    ----------
    entries : sequence of LegendEntry
    theme : Theme
    width : int
        Of the strip, in pixels.
    pixels : int
        Size of the type.
    """

    entries: Sequence[LegendEntry]
    theme: Theme
    width: int
    pixels: int
    lines: list[list[tuple[str, LegendEntry, float]]] = field(init=False)

    def __post_init__(self) -> None:
        lines = self._broken(self.entries)
        if len(lines) > MOST_LINES:
            lines = self._broken([entry for entry in self.entries if not entry.is_class])
        object.__setattr__(self, "lines", lines)

    @property
    def height(self) -> int:
        """Return how high the strip is, in pixels."""
        return round((LINE * len(self.lines) + 0.4) * self.pixels) if self.lines else 0

    def paint(self, frame: Pixels, top: int) -> None:
        """Draw it across a frame."""
        for number, line in enumerate(self.lines):
            middle = top + (number + 0.5) * LINE * self.pixels
            x = (self.width - sum(wide for *_, wide in line) + self.pixels) / 2
            for text, entry, wide in line:
                if entry.color:
                    self._paint_dot(frame, x + 0.4 * self.pixels, middle, entry)
                place = x + 1.0 * self.pixels, middle
                inks = self.theme.quiet, self.theme.background
                write_on(frame, text, self.pixels, inks, place, "lm")
                x += wide

    def _paint_dot(self, frame: Pixels, x: float, y: float, entry: LegendEntry) -> None:
        edge, radius = readable(entry.color, self.theme.background), 0.36 * self.pixels
        if edge != entry.color:  # pale and dark hues are told from the ground
            _dot(frame, (x, y, 1.25 * radius), edge, entry.shape)
        _dot(frame, (x, y, radius), entry.color, entry.shape)

    def _broken(self, entries: Sequence[LegendEntry]) -> list[list[tuple[str, LegendEntry, float]]]:
        lines: list[list[tuple[str, LegendEntry, float]]] = []
        room = self.width - self.pixels
        used = room + 1.0
        for entry in entries:
            text = fitting_line(entry.text, self.pixels, LONGEST_ENTRY * self.width)
            wide = width_of(text, self.pixels) + 2.0 * self.pixels
            if used + wide > room:
                lines.append([])
                used = 0.0
            lines[-1].append((text, entry, wide))
            used += wide
        return lines


def _dot(frame: Pixels, place: tuple[float, float, float], color: str, shape: int) -> None:
    """Draw a dot at x and y with a radius, in the shape of a class's samples."""
    x, y, radius = place
    reach = int(np.ceil(1.6 * radius)) + 1
    left, top = int(x) - reach, int(y) - reach
    side = 2 * reach + 1
    if left < 0 or top < 0 or left + side > frame.shape[1] or top + side > frame.shape[0]:
        return
    mask = Image.new("L", (FINE * side, FINE * side))
    pen = ImageDraw.Draw(mask)
    across, down = FINE * (x - left), FINE * (y - top)
    corners = shape_corners(shape)
    if corners:
        reached = FINE * radius
        pen.polygon([(across + reached * px, down - reached * py) for px, py in corners], 255)
    else:
        reached = FINE * radius
        box = across - reached, down - reached, across + reached, down + reached
        pen.ellipse(box, 255)
    cover = np.asarray(mask.reduce(FINE), dtype=np.float32)[..., None] / 255
    ink = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
    part = frame[top : top + side, left : left + side]
    part[:] = np.rint(part + cover * (ink - part)).astype(np.uint8)
