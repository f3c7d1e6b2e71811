"""Labels: names of classes that face the viewer and never cover one another."""

import numpy as np

from ncviz.rendering.frame import Tile
from ncviz.rendering.placing import Box, Spot, Wish, place
from ncviz.rendering.words import Word, size_of
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Label, Scene

PlacedWord = tuple[Word, tuple[int, int]]

_GAP = 0.15
_SMALLEST = 8.5  # size of the type in logical pixels, in a panel that is not the whole picture
_LARGER_IN_SMALL_PANELS = 1.6  # at most so many times its share of the panel's height


class Labels:
    """Places the labels of one panel, and remembers where they were.

    Attributes
    ----------
    leaders : list of pairs of points
        Lines from the things to those labels that stand far away, in pixels.
    """

    def __init__(self) -> None:
        self.leaders: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self._choices: dict[tuple[str, int], int] = {}

    def place(
        self,
        scene: Scene,
        camera: Camera,
        panel: Tile,
        picture_side: int,
        text_scale: float,
        pixel_ratio: float,
        taken: list[Box],
    ) -> list[PlacedWord]:
        """Return the words of a scene and where they go.

        Parameters
        ----------
        scene : Scene
            Its labels, and the balls they stand above.
        camera : Camera
            Where it is seen from.
        panel : Tile
            Where the panel stands in the picture, in pixels.
        picture_side : int
            The shorter side of the picture.
        text_scale, pixel_ratio : float
            How much larger than usual words are; physical pixels in a pixel.
        taken : list of tuples of 4 floats
            Boxes that no label may cover.
        """
        self.leaders = []
        side = min(panel.width, panel.height)
        share = min(_LARGER_IN_SMALL_PANELS, picture_side / side) * text_scale
        smallest = _SMALLEST * pixel_ratio if side < picture_side else 0.0
        positions = np.array([label.position for label in scene.labels]).reshape(-1, 3)
        points = camera.project(positions, panel.width, panel.height)
        scales = camera.pixels_per_unit(panel.height, points[:, 2])
        words: list[Word] = []
        wishes: list[Wish] = []
        keys: list[tuple[str, int]] = []
        for number, (label, point) in enumerate(zip(scene.labels, points.tolist(), strict=True)):
            size = label.size * side * share
            if not label.text or size < smallest or not _is_seen(point, panel):
                continue
            word = Word(label.text, max(1, round(size)), label.color, scene.background)
            lift = _radius(label, scene.balls) * float(scales[number]) + _GAP * size
            key = label.text, number
            x, y = panel.x + point[0], panel.y + point[1]
            wishes.append(Wish(x, y, lift, *size_of(word), self._choices.get(key)))
            words.append(word)
            keys.append(key)
        area = panel.x, panel.y, panel.x + panel.width, panel.y + panel.height
        spots = place(wishes, area, taken)
        self._choices = {
            key: spot.choice for key, spot in zip(keys, spots, strict=True) if spot is not None
        }
        placed: list[PlacedWord] = []
        for word, wish, spot in zip(words, wishes, spots, strict=True):
            if spot is not None:
                placed.append((word, (spot.left, spot.top)))
                if spot.far:
                    self.leaders.append(_leader(wish, spot))
        return placed


def _is_seen(point: list[float], panel: Tile) -> bool:
    """Return whether a point is in the panel and before the eye."""
    x, y, depth = point
    return depth > 0 and (
        -0.1 * panel.width <= x <= 1.1 * panel.width
        and -0.1 * panel.height <= y <= 1.1 * panel.height
    )


def _radius(label: Label, balls: Balls) -> float:
    """Return the radius of the largest ball that stands where the label is; 0 without one."""
    here = np.square(balls.positions - np.asarray(label.position)).sum(axis=1) < 1e-6
    return float(balls.radii[here].max(initial=0.0))


def _leader(wish: Wish, spot: Spot) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return a line from near the point to the nearest place on the word's box."""
    margin = 0.2 * wish.height
    x = min(max(wish.x, spot.left + margin), spot.left + wish.width - margin)
    y = min(max(wish.y, spot.top + margin), spot.top + wish.height - margin)
    gap = max(float(np.hypot(x - wish.x, y - wish.y)), 1e-6)
    share = min(wish.lift / gap, 1.0)
    return (wish.x + share * (x - wish.x), wish.y + share * (y - wish.y)), (x, y)
