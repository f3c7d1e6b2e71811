"""A Scene as flat marks, sorted so that the nearer ones are painted later."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.export.shading import BALL_GLOSS, SAMPLE_GLOSS, fade, stick_colors
from ncviz.rendering.frame import reach
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import CORE_EDGE, Balls, Scene, Sticks

Floats = NDArray[np.float64]
Rgb = tuple[float, float, float]
Point = tuple[float, float]

FINE = 64  # camera pixels a point: they are whole numbers
HAZE_STEPS = 8  # so many gradients of a class, from clear to faded
STRIPS = 6  # of a stick, side by side
STICK_STEP = 1 / 14  # scene units
MOST_STICK_PIECES = 40
FLAT_PIECES = 24
MOST_PIECES = 3000
THINNEST = 0.3  # points: thinner lines vanish in print
SMALL_BALL = 5.0  # points
RING_WIDTH, RING_HALO, SMALLEST_RING = 1.1, 0.6, 3.0  # points
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
    outline : tuple of 3 floats or None
        Colour of a line just within its edge, fog included: of hues that the
        ground nearly has, too.
    """

    x: float
    y: float
    radius: float
    color: Rgb
    gloss: float
    haze: float
    alpha: float
    shape: int
    outline: Rgb | None = None


@dataclass(frozen=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    color: Rgb


@dataclass(frozen=True)
class Line:
    """A piece of a line of some width, in points."""

    points: tuple[Point, Point]
    width: float
    color: Rgb
    alpha: float


@dataclass(frozen=True)
class Ring:
    """A circle around a sample, on a wider one in the colour of the background."""

    x: float
    y: float
    radius: float
    width: float
    halo: float
    color: Rgb
    background: Rgb


Mark = Ball | Area | Line | Ring


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
        From the farthest to the nearest, then the rings. Lines and sticks come in pieces, so
        that a ball can lie in front of one part and behind another.
    """
    lens = _Lens(scene, camera, width, height)
    solid = scene.balls.colors[:, 3] >= 0.999
    found: list[tuple[float, Mark]] = []
    found += lens.balls(scene.samples, SAMPLE_GLOSS, scene.balls, solid)
    found += lens.balls(scene.balls, BALL_GLOSS, scene.balls, solid)
    found += lens.sticks(scene.sticks, scene.balls)
    found += lens.lines(scene.edges)
    found += lens.lines(scene.links)
    found += lens.lines(scene.ground)
    found += lens.lines(scene.trails)
    found.sort(key=lambda pair: -pair[0])
    return [*(mark for _, mark in found), *lens.rings(scene.rings)]


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
        # A small ball at the border is there whole or not at all.
        margin = np.where(radii > SMALL_BALL, radii, 0.0)
        seen &= self.inside(places, margin) & ~_swallowed(balls, hiders, solid)
        shapes = np.zeros(len(balls), dtype=int) if balls.shapes is None else balls.shapes
        # What is seen through a ball must be painted before it.
        glass = balls.colors[:, 3] < 0.999
        keys = depths - np.where(glass, GLASS * balls.radii, 0.0)
        found: list[tuple[float, Mark]] = []
        for k in np.flatnonzero(seen):
            place, radius = (float(places[k, 0]), float(places[k, 1])), float(radii[k])
            fog, alpha = float(haze[k]), float(balls.colors[k, 3])
            color, shape = _rgb(balls.colors[k]), int(shapes[k])
            line = None
            if balls.outlines is not None and balls.outlines[k, 3] > 0:
                line = _rgb(fade(balls.outlines[k, :3], self.background, fog))
            ball = Ball(*place, radius, color, gloss, fog, alpha, shape, line)
            found.append((float(keys[k]), ball))
            if balls.cores is not None and balls.cores[k, 3] > 0:
                # Of the same depth and later: the sorting keeps it right in front of its ball.
                wider = radius * (float(balls.cores[k, 3]) + CORE_EDGE)
                edge = Ball(*place, wider, self.background, 0.0, fog, alpha, 0)
                found.append((float(keys[k]), edge))
                core = Ball(
                    *place,
                    radius * float(balls.cores[k, 3]),
                    _rgb(balls.cores[k]),
                    gloss,
                    fog,
                    alpha,
                    0,
                )
                found.append((float(keys[k]), core))
        return found

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
        far = float(np.linalg.norm(end - start))
        if not math.isfinite(far):
            return []
        shares = _cuts(far)[:, None]
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
        colors = stick_colors(color, self._crests((start + end) / 2, end - start, side), STRIPS)
        half = np.maximum(radius * scale, THINNEST / 2)[:, None]
        lap = 0.08 * along / length  # points: no gap between two pieces
        haze = self.haze(depths)
        found: list[tuple[float, Mark]] = []
        last_piece = len(shares) - 2
        for k in range(last_piece + 1):
            first, last = places[k] - lap * (k > 0), places[k + 1] + lap * (k < last_piece)
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

    def _crests(self, middle: Floats, along: Floats, side: Floats) -> Floats:
        """Return a stick's normals at its bright side and in front, in eye coordinates."""
        basis = self.camera.basis()
        eye = basis @ (middle - self.camera.eye())
        sight = np.array([0.0, 0.0, -1.0]) if self.camera.is_orthographic else eye
        axis = basis @ along
        flank = np.cross(sight, axis)
        flank = flank / max(float(np.linalg.norm(flank)), 1e-12)
        flank = flank if flank[:2] @ side >= 0 else -flank
        front = np.cross(axis, flank)
        front = front / max(float(np.linalg.norm(front)), 1e-12)
        return np.array([flank, front if front @ sight <= 0 else -front])

    def rings(self, rings: Balls) -> list[Mark]:
        """Return the rings around samples, which lie on top of everything."""
        if not len(rings):
            return []
        places, depths, scale = self.project(rings.positions)
        radii = np.maximum(rings.radii * scale, SMALLEST_RING)
        seen = np.isfinite(places).all(axis=1) & (depths > 0) & self.inside(places, radii)
        return [
            Ring(
                float(places[k, 0]),
                float(places[k, 1]),
                float(radii[k]),
                RING_WIDTH,
                RING_WIDTH + 2 * RING_HALO,
                _rgb(rings.colors[k]),
                self.background,
            )
            for k in np.flatnonzero(seen)
        ]

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
            alpha, color = float(sticks.colors[k, 3]), sticks.colors[k, :3]
            haze = self.haze(depths)
            width = max(2 * float(sticks.radii[k]) * float(scale.mean()), THINNEST)
            for j in range(pieces):
                faded = _rgb(fade(color, self.background, float(haze[j])))
                ends = _point(places[j]), _point(places[j + 1])
                # Behind what lies on it, such as the ball at its end.
                found.append(
                    (float(depths[j] + depths[j + 1]) / 2 + 0.01, Line(ends, width, faded, alpha))
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


def _cuts(length: float) -> Floats:
    """Return where a stick is cut, in shares of it.

    All sticks start at the centre and are cut at the same distances from it: of two that
    lie close together, all pieces of the nearer one come later.
    """
    step = max(STICK_STEP, length / MOST_STICK_PIECES, 1e-9)
    inner = np.arange(step, length - 0.3 * step, step)
    return np.array([0.0, *(inner / max(length, 1e-9)), 1.0])


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
