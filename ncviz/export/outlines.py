"""Outlines of the shapes that tell classes apart without colour, as the screen draws them."""

import math
from functools import lru_cache

from ncviz.scenes.scene import SHAPES

Point = tuple[float, float]


@lru_cache(maxsize=len(SHAPES))
def shape_corners(shape: int) -> tuple[Point, ...]:
    """Return the corners of a shape of radius 1, y up; none for the circle."""
    name = SHAPES[shape % len(SHAPES)]
    if name == "sphere":
        return ()
    if name == "cube":
        return _polygon(4, 45.0, 0.88)
    if name == "pyramid":
        return tuple((x, y - 0.10) for x, y in _polygon(3, 90.0, 0.70))
    if name == "diamond":
        length = math.hypot(1.30, 0.86)
        across, up = 0.80 * length / 1.30, 0.80 * length / 0.86
        return (across, 0.0), (0.0, up), (-across, 0.0), (0.0, -up)
    if name == "cross":
        return _cross(1.22, 0.42)
    if name == "hexagon":
        return _polygon(6, 30.0, 0.95)
    return _star(1.40, 0.62)


def _polygon(sides: int, first: float, inner: float) -> tuple[Point, ...]:
    """Return a regular polygon by the radius of its inscribed circle."""
    radius = inner / math.cos(math.pi / sides)
    angles = [math.radians(first) + 2 * math.pi * k / sides for k in range(sides)]
    return tuple((radius * math.cos(a), radius * math.sin(a)) for a in angles)


def _cross(arm: float, half: float) -> tuple[Point, ...]:
    corner = [(arm, -half), (arm, half), (half, half)]
    points = []
    for _ in range(4):
        points += corner
        corner = [(-y, x) for x, y in corner]
    return tuple(points)


def _star(tip: float, notch: float) -> tuple[Point, ...]:
    points = []
    for k in range(10):
        radius, angle = (notch if k % 2 else tip), math.pi / 2 + k * math.pi / 5
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return tuple(points)
