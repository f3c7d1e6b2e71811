"""Labels: names of classes that face the viewer and never cover one another."""

import math
from collections.abc import Sequence

import numpy as np

from ncviz.rendering.frame import Tile
from ncviz.rendering.placing import Box, Wish, WordPlace, covered, place_words
from ncviz.rendering.words import Word, shortened_word, word_size
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Scene

PlacedWord = tuple[Word, tuple[int, int]]

_GAP = 0.15
_WIDEST = 0.4  # share of a panel's width that one name may take
_SMALLEST = 8.5  # size of the type in logical pixels, in a panel that is not the whole picture
_LARGER_IN_SMALL_PANELS = 1.6  # at most so many times its share of the panel's height
# Names in a panel, the first ones: more nobody could tell apart, the less the more there are.
_MOST, _OF_MORE = 200, 100


class LabelPlacer:
    """Places the labels of one panel, and remembers where they were.

    Attributes
    ----------
    leaders : list of pairs of points
        Lines from the things to those labels that could be taken for another's, in pixels.
    hues : list of colours or None
        One for each of `leaders`.
    """

    def __init__(self) -> None:
        self.leaders: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self.hues: list[tuple[float, float, float] | None] = []
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
        *,
        whole_samples: bool = False,
    ) -> list[PlacedWord]:
        """Return the words of a scene and where they go.

        Parameters
        ----------
        scene : Scene
            Its labels.
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
        whole_samples : bool
            Words that lie over samples have no halo, which would erase them.
        """
        self.leaders, self.hues = [], []
        side = min(panel.width, panel.height)
        share = min(_LARGER_IN_SMALL_PANELS, picture_side / side) * text_scale
        smallest = _SMALLEST * pixel_ratio if side < picture_side else 0.0
        if not any(label.text and label.size * side * share >= smallest for label in scene.labels):
            self._choices = {}
            return []
        positions = np.array([label.position for label in scene.labels]).reshape(-1, 3)
        # What is named, what could be named by mistake, and the middle, at once.
        balls = scene.balls.positions
        everything = np.concatenate([positions, balls, np.zeros((1, 3))])
        projected = camera.project(everything, panel.width, panel.height)
        points, middle = projected[: len(positions)], projected[-1].tolist()
        scales = camera.pixels_per_unit(panel.height, points[:, 2]).tolist()
        words: list[Word] = []
        wishes: list[Wish] = []
        keys: list[tuple[str, int]] = []
        hues: list[tuple[float, float, float] | None] = []
        most = _MOST if len(scene.labels) <= _MOST else _OF_MORE
        for number, (label, point) in enumerate(zip(scene.labels, points.tolist(), strict=True)):
            if len(words) == most:
                break
            size = label.size * side * share
            if not label.text or size < smallest or not _is_seen(point, panel):
                continue
            word = Word(label.text, max(1, round(size)), label.color, scene.background)
            word = shortened_word(word, _WIDEST * panel.width)
            lift = label.radius * scales[number] + _GAP * size
            key = label.text, number
            own = (*label.own, len(scene.balls) + number)
            x, y = panel.x + point[0], panel.y + point[1]
            away = outward((point[0], point[1]), middle, 2 * size)
            wishes.append(Wish(x, y, lift, *word_size(word), self._choices.get(key), away, own))
            words.append(word)
            hues.append(label.hue)
            keys.append(key)
        area = panel.x, panel.y, panel.x + panel.width, panel.y + panel.height
        others = np.concatenate([projected[len(positions) : -1, :2], points[:, :2]])
        others += np.array((panel.x, panel.y))
        spots = place_words(wishes, area, taken, others=others)
        self._choices = {
            key: spot.choice for key, spot in zip(keys, spots, strict=True) if spot is not None
        }
        samples = np.empty((0, 2))
        if whole_samples and words:
            seen = camera.project(scene.samples.positions, panel.width, panel.height)
            samples = seen[:, :2] + np.array((panel.x, panel.y))
        placed: list[PlacedWord] = []
        for word, wish, hue, spot in zip(words, wishes, hues, spots, strict=True):
            if spot is not None:
                box = spot.left, spot.top, spot.left + wish.width, spot.top + wish.height
                bare = len(samples) > 0 and covered(box, samples) > 0
                placed.append((word._replace(halo=None) if bare else word, box[:2]))
                if spot.far:
                    self.leaders.append(leader(wish, spot))
                    self.hues.append(hue)
        return placed


def _is_seen(point: list[float], panel: Tile) -> bool:
    """Return whether a point is in the panel and before the eye."""
    x, y, depth = point
    return depth > 0 and (
        -0.1 * panel.width <= x <= 1.1 * panel.width
        and -0.1 * panel.height <= y <= 1.1 * panel.height
    )


def outward(point: Sequence[float], middle: Sequence[float], least: float) -> tuple[float, float]:
    """Return the direction from the middle of a scene to a point, both as they are seen.

    Parameters
    ----------
    point, middle : sequence of floats
        x to the right and y down, in pixels.
    least : float
        Distance from which on there is a direction to speak of; else it is zero.
    """
    across, down = point[0] - middle[0], point[1] - middle[1]
    length = math.hypot(across, down)
    return (across / length, down / length) if length > least else (0.0, 0.0)


def leader(wish: Wish, spot: WordPlace) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return a line from near the point to the nearest place on the word's box."""
    margin = 0.2 * wish.height
    x = min(max(wish.x, spot.left + margin), spot.left + wish.width - margin)
    y = min(max(wish.y, spot.top + margin), spot.top + wish.height - margin)
    gap = max(float(np.hypot(x - wish.x, y - wish.y)), 1e-6)
    share = min(wish.lift / gap, 1.0)
    return (wish.x + share * (x - wish.x), wish.y + share * (y - wish.y)), (x, y)
