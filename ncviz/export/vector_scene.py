"""A Scene as flat marks, sorted so that the nearer ones are painted later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.export.shading import BALL_GLOSS, SAMPLE_GLOSS, fade, stick_colors
from ncviz.rendering.frame import reach
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Scene, Sticks

Floats = NDArray[np.float64]
Rgb = tuple[float, float, float]
Point = tuple[float, float]

FINE = 64  # camera pixels a point: they are whole numbers
HAZE_STEPS = 8  # so many gradients of a class, from clear to faded
STRIPS = 6  # of a stick, side by side
STICK_PIECES = 16
FLAT_PIECES = 24
MOST_PIECES = 3000
THINNEST = 0.3  # points: thinner lines vanish in print
GLASS = 0.35  # radii that a ball of glass is counted nearer: what is within it shines through


@dataclass(frozen=True)
class Ball:
    """A lit ball or another shape, seen from its front.

    Parameters
    ----------
    x, y, radius : float
        In points, y up from the lower edge.
    color : tuple of 3 floats
        Without light and fog.
    gloss, haze, alpha : float
    shape : int
        Index into `SHAPES`.
    """

    x: float
    y: float
    radius: float
    color: Rgb
    gloss: float
    haze: float
    alpha: float
    shape: int


@dataclass(frozen=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    color: Rgb


@dataclass(frozen=True)
class Line:
    """A line of some width, in points."""

    points: tuple[Point, Point]
    width: float
    color: Rgb


Mark = Ball | Area | Line


def vector_marks(scene: Scene, camera: Camera, width: float, height: float) -> list[Mark]:
    """Return what is painted, in this order.

    Parameters
    ----------
    scene : Scene
    camera : Camera
    width, height : float
        Of the picture, in points.

    Returns
    -------
    list of Mark
        From the farthest to the nearest. Lines and sticks come in pieces, so
        that a ball can lie in front of one part and behind another.
    """
    lens = _Lens(scene, camera, width, height)
    solid = scene.balls.colors[:, 3] >= 0.999
    found: list[tuple[float, Mark]] = []
    found += lens.balls(scene.samples, SAMPLE_GLOSS, scene.balls, solid)
    found += lens.balls(scene.balls, BALL_GLOSS, scene.balls, solid)
    found += lens.sticks(scene.sticks, scene.balls)
    found += lens.lines(scene.edges)
    found += lens.lines(scene.trails)
    found.sort(key=lambda pair: -pair[0])
    return [mark for _, mark in found]


class _Lens:
    """Projects a scene into points of the page."""

    def __init__(self, scene: Scene, camera: Camera, width: float, height: float) -> None:
        self.camera = camera
        self.size = round(FINE * width), round(FINE * height)
        self.background = scene.background
        self._reach = max(reach(scene, camera.target), 1e-3)
        self._fog = scene.fog

    def project(self, points: NDArray[np.floating]) -> tuple[Floats, Floats, Floats]:
        """Return places in points, y up, distances from the eye, and points per scene unit."""
        with np.errstate(invalid="ignore", over="ignore"):
            seen = self.camera.project(points, *self.size)
            scale = self.camera.pixels_per_unit(self.size[1], seen[:, 2]) / FINE
        places = np.column_stack([seen[:, 0], self.size[1] - seen[:, 1]]) / FINE
        return places, seen[:, 2], scale

    def haze(self, depths: Floats) -> Floats:
        """Return how far things fade, in a few steps."""
        start = self.camera.distance - self._reach
        haze = self._fog * np.clip((depths - start) * 0.5 / self._reach, 0.0, 1.0)
        return np.asarray(
            np.round(haze * HAZE_STEPS / max(self._fog, 1e-9)) * self._fog / HAZE_STEPS
        )

    def inside(self, places: Floats, margin: Floats) -> NDArray[np.bool_]:
        """Return which places are on the page, or touch it."""
        right, top = self.size[0] / FINE, self.size[1] / FINE
        with np.errstate(invalid="ignore"):
            x, y = places[:, 0], places[:, 1]
            across = (x > -margin) & (x < right + margin)
            return np.asarray(across & (y > -margin) & (y < top + margin))

    def balls(
        self, balls: Balls, gloss: float, hiders: Balls, solid: NDArray[np.bool_]
    ) -> list[tuple[float, Mark]]:
        if not len(balls):
            return []
        places, depths, scale = self.project(balls.positions)
        radii, haze = balls.radii * scale, self.haze(depths)
        seen = np.isfinite(places).all(axis=1) & (depths > self.camera.clipping_planes()[0])
        seen &= self.inside(places, radii) & ~_swallowed(balls, hiders, solid)
        shapes = np.zeros(len(balls), dtype=int) if balls.shapes is None else balls.shapes
        # What is seen through a ball must be painted before it.
        glass = balls.colors[:, 3] < 0.999
        keys = depths - np.where(glass, GLASS * balls.radii, 0.0)
        return [
            (
                float(keys[k]),
                Ball(
                    float(places[k, 0]),
                    float(places[k, 1]),
                    float(radii[k]),
                    _rgb(balls.colors[k]),
                    gloss,
                    float(haze[k]),
                    float(balls.colors[k, 3]),
                    int(shapes[k]),
                ),
            )
            for k in np.flatnonzero(seen)
        ]

    def sticks(self, sticks: Sticks, balls: Balls) -> list[tuple[float, Mark]]:
        found: list[tuple[float, Mark]] = []
        for k in range(len(sticks)):
            start, end = sticks.starts[k].astype(float), sticks.ends[k].astype(float)
            end = _before_ball(start, end, float(sticks.radii[k]), balls)
            found += self._stick(start, end, float(sticks.radii[k]), _rgb(sticks.colors[k]))
        return found

    def _stick(
        self, start: Floats, end: Floats, radius: float, color: Rgb
    ) -> list[tuple[float, Mark]]:
        shares = np.linspace(0.0, 1.0, STICK_PIECES + 1)[:, None]
        places, depths, scale = self.project(start + shares * (end - start))
        if not np.isfinite(places).all() or depths.min() <= self.camera.clipping_planes()[0]:
            return []
        along = places[-1] - places[0]
        length = float(np.hypot(*along))
        if length < 1e-6:
            return []
        side = np.array([-along[1], along[0]]) / length
        if side @ (-0.490, 0.637) < 0:  # from the dark side to the bright one
            side = -side
        colors = stick_colors(color, (float(side[0]), float(side[1])), STRIPS)
        half = np.maximum(radius * scale, THINNEST / 2)[:, None]
        lap = 0.08 * along / length  # points: no gap between two pieces
        haze = self.haze(depths)
        found: list[tuple[float, Mark]] = []
        for k in range(STICK_PIECES):
            first, last = places[k] - lap * (k > 0), places[k + 1] + lap * (k < STICK_PIECES - 1)
            outer = (first + half[k] * side, last + half[k + 1] * side)
            depth = float(depths[k] + depths[k + 1]) / 2
            for strip in range(STRIPS):
                # Each covers all of the brighter side: the next ones leave no gap.
                share = 2 * strip / STRIPS - 1
                inner = (last + share * half[k + 1] * side, first + share * half[k] * side)
                faded = fade(colors[strip], self.background, float(haze[k]))
                points = tuple(_point(p) for p in (*outer, *inner))
                found.append((depth, Area(points, _rgb(faded))))
        return found

    def lines(self, sticks: Sticks) -> list[tuple[float, Mark]]:
        pieces = max(1, min(FLAT_PIECES, MOST_PIECES // max(len(sticks), 1)))
        shares = np.linspace(0.0, 1.0, pieces + 1)[:, None]
        near = self.camera.clipping_planes()[0]
        found: list[tuple[float, Mark]] = []
        for k in range(len(sticks)):
            start, end = sticks.starts[k].astype(float), sticks.ends[k].astype(float)
            places, depths, scale = self.project(start + shares * (end - start))
            if not np.isfinite(places).all() or depths.min() <= near:
                continue
            # Pieces overlap: they must not show through one another.
            alpha = float(sticks.colors[k, 3])
            color = fade(sticks.colors[k, :3], self.background, 1 - alpha)
            haze = self.haze(depths)
            width = max(2 * float(sticks.radii[k]) * float(scale.mean()), THINNEST)
            for j in range(pieces):
                faded = _rgb(fade(color, self.background, float(haze[j])))
                ends = _point(places[j]), _point(places[j + 1])
                # Behind what lies on it, such as the ball at its end.
                found.append(
                    (float(depths[j] + depths[j + 1]) / 2 + 0.01, Line(ends, width, faded))
                )
        return found


def _swallowed(balls: Balls, hiders: Balls, solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which balls lie wholly within an opaque one."""
    hidden = np.zeros(len(balls), dtype=bool)
    with np.errstate(invalid="ignore", over="ignore"):
        for k in np.flatnonzero(solid):
            gaps = np.linalg.norm(balls.positions - hiders.positions[k], axis=1)
            hidden |= gaps + balls.radii < hiders.radii[k] - 1e-6
    return hidden


def _before_ball(start: Floats, end: Floats, radius: float, balls: Balls) -> Floats:
    """Return where a stick meets the surface of the ball at its end."""
    here = np.square(balls.positions - end).sum(axis=1) < 1e-8
    opaque = here & (balls.colors[:, 3] >= 0.999)
    length = float(np.linalg.norm(end - start))
    if not opaque.any() or length == 0:
        return end
    ball = float(balls.radii[opaque].max())
    inside = float(np.sqrt(max(ball**2 - radius**2, 0.0)))
    return np.asarray(end - (end - start) * min(0.97 * inside / length, 1.0))


def _rgb(color: NDArray[np.floating]) -> Rgb:
    red, green, blue = (min(max(float(value), 0.0), 1.0) for value in color[:3])
    return red, green, blue


def _point(place: Floats) -> Point:
    return float(place[0]), float(place[1])
