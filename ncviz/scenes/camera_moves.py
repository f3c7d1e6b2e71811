"""Where cameras go: standard views, a class brought to the front, the way between two views."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ncviz.language import named
from ncviz.scenes.camera import MAXIMUM_DISTANCE, PERSPECTIVE, Camera
from ncviz.scenes.scene import Scene

# Azimuth and elevation in degrees.
STANDARD_VIEWS = {
    named("isometric"): (Camera().azimuth, Camera().elevation),
    named("front"): (0.0, 0.0),
    named("side"): (90.0, 0.0),
    named("top"): (0.0, 89.0),
}
FOCUS_DISTANCE = 3.4
FOCUS_SHARE = 0.6  # of the way to the point: what lies around it stays in sight
ROOM = 0.9  # of the picture's height is left by the words above and the legend below
EDGE = 0.02  # of a picture's height: between what it must hold and its border
STEEPEST = 60.0  # degrees: from straight above, one cannot tell the layers of depth


def standard_view(name: str, camera: Camera | None = None) -> Camera:
    """Return one of `STANDARD_VIEWS`.

    Parameters
    ----------
    name : str
        'isometric' is the first view of every picture.
    camera : Camera, optional
        Where we look from now; whether it has perspective stays.
    """
    azimuth, elevation = STANDARD_VIEWS[name]
    home = Camera()
    target = home.target if name == "isometric" else (0.0, 0.0, 0.0)
    view = replace(home, azimuth=azimuth, elevation=elevation, target=target)
    return view if camera is None else view.with_perspective(not camera.is_orthographic)


def focus_on(camera: Camera, point: Sequence[float]) -> Camera:
    """Return a closer camera turned such that a point faces the viewer.

    Parameters
    ----------
    camera : Camera
        Where we look from now.
    point : sequence of 3 floats
        For example the vertex of a class, in scene units.
    """
    x, y, z = (float(value) for value in point)
    length = math.hypot(x, y, z)
    if length < 1e-9:
        return replace(camera, target=(0.0, 0.0, 0.0), distance=FOCUS_DISTANCE)
    level = math.hypot(x, y)
    azimuth = math.degrees(math.atan2(x, -y)) % 360.0 if level > 1e-6 * length else camera.azimuth
    elevation = math.degrees(math.asin(max(-1.0, min(1.0, z / length))))
    return replace(
        camera,
        azimuth=azimuth,
        elevation=max(-STEEPEST, min(STEEPEST, elevation)),
        distance=FOCUS_DISTANCE,
        target=(FOCUS_SHARE * x, FOCUS_SHARE * y, FOCUS_SHARE * z),
    )


def camera_between(first: Camera, second: Camera, share: float) -> Camera:
    """Return a camera on the way from one to another, the azimuth the shorter way round.

    Parameters
    ----------
    first, second : Camera
    share : float
        Of the way, 0…1. Distances go in equal ratios, so that zooming looks even.
    """
    if share <= 0:
        return first
    if share >= 1:
        return second
    turn = (second.azimuth - first.azimuth + 180.0) % 360.0 - 180.0
    # There is no way between perspective and none: the new one holds at once.
    fields = {first.is_orthographic, second.is_orthographic}
    start = first.with_perspective(not second.is_orthographic) if len(fields) == 2 else first
    target = tuple(_mix(a, b, share) for a, b in zip(start.target, second.target, strict=True))
    return Camera(
        (first.azimuth + share * turn) % 360.0,
        _mix(first.elevation, second.elevation, share),
        start.distance * (second.distance / start.distance) ** share,
        (target[0], target[1], target[2]),
        _mix(start.field_of_view, second.field_of_view, share),
    )


def far_enough(camera: Camera, reach: float) -> Camera:
    """Return a camera that shows a whole ball about the centre, with room for words around it.

    Parameters
    ----------
    camera : Camera
        Where we look from now; one that is far enough stays as it is.
    reach : float
        Radius of the ball, in scene units.
    """
    needed = reach / (ROOM * math.sin(math.radians(PERSPECTIVE) / 2))
    if camera.distance >= needed:
        return camera
    return replace(camera, distance=needed, target=(0.0, 0.0, 0.0))


def holding(camera: Camera, scenes: Sequence[Scene], aspect: float) -> Camera:
    """Return a camera moved back until its picture holds every ball of some scenes.

    Parameters
    ----------
    camera : Camera
        One that was brought nearer, or panned, shows what it was meant to show
        and stays as it is.
    scenes : sequence of Scene
    aspect : float
        Width over height of each picture.
    """
    usual = Camera()
    if camera.distance < usual.distance or camera.target[:2] != usual.target[:2]:
        return camera
    parts = [part for scene in scenes for part in (scene.samples, scene.balls) if len(part)]
    if not parts:
        return camera
    points = np.concatenate([part.positions for part in parts])
    radii = np.concatenate([part.radii for part in parts])
    height = 1000
    width = round(aspect * height)

    def holds(distance: float) -> bool:
        seen = replace(camera, distance=distance)
        x, y, depth = seen.project(points, width, height).T
        reach = radii * seen.pixels_per_unit(height, depth) + EDGE * height
        inside = (x >= reach) & (x <= width - reach) & (y >= reach) & (y <= height - reach)
        return bool(((depth > 0) & inside).all())

    near, far = camera.distance, MAXIMUM_DISTANCE
    if holds(near):
        return camera
    while far - near > 0.01 * near:
        middle = (near + far) / 2
        near, far = (near, middle) if holds(middle) else (middle, far)
    return replace(camera, distance=far)


def fitted(camera: Camera, aspect: float) -> Camera:
    """Return a camera that shows across a narrow panel what it would show down a square one.

    Parameters
    ----------
    camera : Camera
    aspect : float
        Width over height of the panel; from 1 on nothing changes.
    """
    return camera if aspect >= 1 else replace(camera, distance=camera.distance / aspect)


def _mix(first: float, second: float, share: float) -> float:
    return (1 - share) * first + share * second
