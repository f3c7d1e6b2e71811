"""What lies on top of the scenes: rings, labels, titles and the lines between panels."""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from vispy import gloo

from ncviz.rendering.frame import Tile
from ncviz.rendering.label_placer import LabelPlacer, PlacedWord
from ncviz.rendering.marks import Marks
from ncviz.rendering.placing import Box
from ncviz.rendering.programs import switch
from ncviz.rendering.words import ELLIPSIS, Word, Words, shortened_word, word_size
from ncviz.scenes.camera import Camera
from ncviz.scenes.palette import THEMES, Theme, rgb
from ncviz.scenes.scene import Panel, Picture, Scene

_TITLE = 14.0  # size of the type, in logical pixels
_SMALLEST_TITLE, _TITLE_SHARE = 10.0, 0.085  # of the height of a small panel
_TITLE_LEFT, _TITLE_TOP = 8.0, 8.0
_BELOW_TITLE = 3.0
_NUMBERS = 0.86  # size of the numbers below a title, against it
_RING_WIDTH, _SMALLEST_RING, _RING_HALO = 2.5, 7.0, 1.25
_LEADER = 1.25
_SEPARATOR, _FRAME = 1.0, 2.0


class Overlay:
    """Draws in pixels, and with one clear order: rings, lines, then words.

    Parameters
    ----------
    seconds : float
        As of `Words`.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._marks = Marks()
        self._words = Words(seconds)
        self._labels: dict[int, LabelPlacer] = {}

    @property
    def unfinished(self) -> bool:
        """Return whether words were left for the next frame."""
        return self._words.unfinished

    def forget(self) -> None:
        """Place the next labels as if nothing had been drawn before."""
        self._labels = {}

    def prepare(
        self,
        picture: Picture,
        cameras: Sequence[Camera],
        size: tuple[int, int],
        tile: Tile,
        text_scale: float,
        pixel_ratio: float,
        covered: Sequence[Box] = (),
        whole_samples: bool = False,
    ) -> None:
        """Lay out everything that belongs on top, before anything at all is drawn.

        Parameters
        ----------
        picture : Picture
            What is shown.
        cameras : sequence of Camera
            One for each panel.
        size : tuple of 2 int
            Of the picture, in pixels.
        tile : Tile
            The part of it that is drawn.
        text_scale : float
            How much larger than usual words are.
        pixel_ratio : float
            Physical pixels for what is one pixel wide.
        covered : sequence of tuples of 4 floats
            Boxes that no label may cover, whatever the panel.
        whole_samples : bool
            As of `LabelPlacer.place`.
        """
        words: list[PlacedWord] = []
        for number, (panel, camera) in enumerate(zip(picture.panels, cameras, strict=True)):
            place = Tile(*panel.pixels(*size))
            self._add_rings(panel.scene, camera, place, pixel_ratio)
            titles = _title(panel, place, text_scale, pixel_ratio)
            labels = self._labels.setdefault(number, LabelPlacer())
            boxes = [*covered, *(_box_of(word) for word in titles)]
            placed = labels.place(
                panel.scene,
                camera,
                place,
                min(size),
                text_scale,
                pixel_ratio,
                boxes,
                whole_samples=whole_samples,
            )
            quiet = rgb(theme_of(panel.scene).quiet)
            for (start, end), hue in zip(labels.leaders, labels.hues, strict=True):
                wide = _LEADER * pixel_ratio
                self._marks.line(start, end, wide, (*(quiet if hue is None else hue), 0.9))
            words += titles + placed
        self._add_borders(picture, size, pixel_ratio)
        self._marks.prepare(tile)
        self._words.prepare(words, tile)

    def rehearse(self, tile: Tile) -> None:
        """Draw one ring, and a word if there was none so far; what was laid out is gone.

        Parameters
        ----------
        tile : Tile
            Where to.
        """
        middle = tile.width / 2, tile.height / 2
        area: Box = (0, 0, tile.width, tile.height)
        self._marks.ring(middle, middle[0] / 2, 1.0, (1.0, 1.0, 1.0, 1.0), area)
        self._marks.prepare(tile)
        if not self._words.any_painted:
            word = Word(ELLIPSIS, tile.height // 2, (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
            self._words.prepare([(word, (0, 0))], tile)
        self.draw()

    def draw(self) -> None:
        """Draw what was laid out."""
        switch(depth_test=False, blend=True)
        gloo.set_blend_func("one", "one_minus_src_alpha")
        self._marks.draw()
        self._words.draw()

    def _add_rings(self, scene: Scene, camera: Camera, place: Tile, pixel_ratio: float) -> None:
        rings = scene.rings
        if not len(rings):
            return
        area: Box = (place.x, place.y, place.x + place.width, place.y + place.height)
        points = camera.project(rings.positions, place.width, place.height)
        radii = rings.radii * camera.pixels_per_unit(place.height, points[:, 2])
        for (x, y, depth), radius, color in zip(points, radii, rings.colors, strict=True):
            if not (np.isfinite((x, y, depth, radius)).all() and depth > 0):
                continue
            center = place.x + float(x), place.y + float(y)
            wide, size = _RING_WIDTH * pixel_ratio, max(float(radius), _SMALLEST_RING * pixel_ratio)
            red, green, blue, alpha = (float(value) for value in color)
            halo = wide + 2 * _RING_HALO * pixel_ratio
            self._marks.ring(center, size, halo, (*scene.background, 0.8 * alpha), area)
            self._marks.ring(center, size, wide, (red, green, blue, alpha), area)

    def _add_borders(self, picture: Picture, size: tuple[int, int], pixel_ratio: float) -> None:
        """Add a line at each side of a panel that is no side of the picture, and the frames."""
        lines: dict[tuple[float, ...], Theme] = {}
        wide = max(round(_SEPARATOR * pixel_ratio), 1)
        for panel in picture.panels:
            x, y, width, height = panel.pixels(*size)
            for left in {x, x + width} - {0, size[0]}:
                lines[left + wide / 2, y, left + wide / 2, y + height] = theme_of(panel.scene)
            for top in {y, y + height} - {0, size[1]}:
                lines[x, top + wide / 2, x + width, top + wide / 2] = theme_of(panel.scene)
        for (x0, y0, x1, y1), theme in lines.items():
            self._marks.line((x0, y0), (x1, y1), wide, (*rgb(theme.line), 1.0))
        for panel in picture.panels:
            if panel.chosen and len(picture.panels) > 1:
                self._add_frame(panel, size, pixel_ratio)

    def _add_frame(self, panel: Panel, size: tuple[int, int], pixel_ratio: float) -> None:
        x, y, width, height = panel.pixels(*size)
        wide = max(round(_FRAME * pixel_ratio), 1)
        left, top = x + wide / 2, y + wide / 2
        # The line between two panels lies in the right and the lower one: cover it.
        right = x + width - wide / 2 + (pixel_ratio if x + width < size[0] else 0)
        bottom = y + height - wide / 2 + (pixel_ratio if y + height < size[1] else 0)
        color = (*rgb(theme_of(panel.scene).accent), 1.0)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        for start, end in pairwise(corners):
            self._marks.line(start, end, wide, color)


def theme_of(scene: Scene) -> Theme:
    """Return the theme whose background a scene has, or comes nearest to."""
    return _theme_behind(scene.background)


@lru_cache(maxsize=16)
def _theme_behind(background: tuple[float, float, float]) -> Theme:
    def distance(theme: Theme) -> float:
        return float(np.abs(np.subtract(rgb(theme.background), background)).sum())

    return min(THEMES.values(), key=distance)


def _title(panel: Panel, place: Tile, text_scale: float, pixel_ratio: float) -> list[PlacedWord]:
    if not panel.title:
        return []
    theme = theme_of(panel.scene)
    largest = _TITLE * pixel_ratio
    size = min(largest, max(_SMALLEST_TITLE * pixel_ratio, _TITLE_SHARE * place.height))
    strong = theme.text if panel.chosen else theme.quiet
    left, top = round(_TITLE_LEFT * pixel_ratio), round(_TITLE_TOP * pixel_ratio)
    placed: list[PlacedWord] = []
    for text, share, color in ((panel.title, 1.0, strong), (panel.numbers, _NUMBERS, theme.quiet)):
        pixels = max(1, round(share * size * text_scale))
        word = Word(text, pixels, (*rgb(color), 1.0), panel.scene.background)
        word = shortened_word(word, place.width - 2 * left)
        high = word_size(word)[1] if word.text else 0
        if not word.text or top + high > place.height / 2:
            break
        halo = 2 * max(1, round(0.11 * word.pixels))
        placed.append((word, (place.x + left - halo, place.y + top - halo)))
        top += high - 2 * halo + round(_BELOW_TITLE * pixel_ratio)
    return placed


def _box_of(placed: PlacedWord) -> Box:
    word, (left, top) = placed
    wide, high = word_size(word)
    return left, top, left + wide, top + high
