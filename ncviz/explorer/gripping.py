"""Balls of a scene that are dragged along the unit sphere: which one, and to where."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.pointing import distances_seen
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Scene

Floats = NDArray[np.float64]

NEAR = 6.0  # pixels beside its rim at which a ball is gripped
PIECES = 7200  # of the circle
STAYS = 1e-3  # pixels that a radian from where it is counts, where two places are seen as one


def handle_at(
    scene: Scene, camera: Camera, width: int, height: int, x: float, y: float
) -> int | None:
    """Return the front-most handle at the pointer, or the nearest one beside it; None for none.

    Parameters
    ----------
    scene : Scene
    camera : Camera
    width, height : int
        Of its panel, in pixels.
    x, y : float
        The pointer, in pixels from the upper left corner of the panel.
    """
    handles = scene.handles
    if handles is None:
        return None
    away, depth, radii = distances_seen(scene.balls, camera, width, height, x, y)
    own = np.array(handles.balls)
    away, depth, radii = away[own], depth[own], radii[own]
    near = np.flatnonzero((away <= radii + NEAR) & (depth > 0))
    if not len(near):
        return None
    over = near[away[near] <= radii[near]]
    return int(over[depth[over].argmin()]) if len(over) else int(near[away[near].argmin()])


def is_behind(point: Floats, camera: Camera) -> bool:
    """Return whether a point of the unit sphere lies on the side that faces away."""
    towards = camera.basis()[2] if camera.is_orthographic else camera.eye() - point
    return float(point @ towards) < 0


def place_under(
    point: Floats,
    dimension: int,
    camera: Camera,
    size: tuple[int, int],
    pointer: tuple[float, float],
    *,
    behind: bool,
) -> Floats:
    """Return where a handle goes that is dragged to the pointer, a unit vector of shape (3,).

    Parameters
    ----------
    point : array, shape (3,)
        Where it is.
    dimension : int
        As of `SphereHandles`.
    camera : Camera
    size : tuple of 2 int
        Width and height of the panel, in pixels.
    pointer : tuple of 2 float
        In pixels from the upper left corner of the panel.
    behind : bool
        Whether it was gripped on the side of the sphere that faces away. Beyond the sphere's
        outline it goes on along the other side.
    """
    if dimension == 2:
        return _on_circle(point, camera, size, pointer)
    width, height = size
    unit = float(camera.pixels_per_unit(height, 1.0))
    right, up, backward = camera.basis()
    aside = (pointer[0] - width / 2) / unit * right + (height / 2 - pointer[1]) / unit * up
    eye, ray = camera.eye(), aside - backward
    if camera.is_orthographic:
        eye, ray = eye + aside, -backward
    nearest = _nearest_to_middle(eye, ray)
    off = float(np.linalg.norm(nearest))
    if off > 1:
        behind = not behind
        nearest = nearest / off * max(2 - off, 0.0)
        if camera.is_orthographic:
            eye = nearest - ray * float(np.linalg.norm(eye))
        ray = nearest - eye
        nearest = _nearest_to_middle(eye, ray)
    along = math.sqrt(max(1 - float(nearest @ nearest), 0.0))
    found = nearest + (along if behind else -along) * ray / np.linalg.norm(ray)
    return np.asarray(found / np.linalg.norm(found))


def turned_by_keys(
    point: Floats, dimension: int, camera: Camera, right: int, down: int, degrees: float
) -> Floats:
    """Return where an arrow turns a handle, shape (3,): as the camera sees it, about 0."""
    across, up, _ = camera.basis()
    if dimension == 2:  # clockwise as it is seen
        front = 1.0 if is_behind(np.array([0.0, 1.0, 0.0]), _far(camera)) else -1.0
        axis, angle = np.array([0.0, front, 0.0]), (right + down) * degrees
    elif right:
        axis, angle = up, right * degrees
    else:
        axis, angle = across, down * degrees
    turn = math.radians(angle)
    turned = (
        point * math.cos(turn)
        + np.cross(axis, point) * math.sin(turn)
        + axis * float(axis @ point) * (1 - math.cos(turn))
    )
    return np.asarray(turned / np.linalg.norm(turned))


def _far(camera: Camera) -> Camera:
    return replace(camera, field_of_view=0.0)


def _nearest_to_middle(eye: Floats, ray: Floats) -> Floats:
    """Return the point of a line that is nearest to 0."""
    return np.asarray(eye - ray * float(eye @ ray) / float(ray @ ray))


def _on_circle(
    point: Floats, camera: Camera, size: tuple[int, int], pointer: tuple[float, float]
) -> Floats:
    """Return the place on the circle that is seen nearest to the pointer."""
    turns = 2 * np.pi * np.arange(PIECES) / PIECES
    places = np.column_stack([np.cos(turns), np.zeros(PIECES), np.sin(turns)])
    seen = camera.project(places, *size)
    away = np.hypot(seen[:, 0] - pointer[0], seen[:, 1] - pointer[1])
    away += STAYS * np.arccos(np.clip(places @ point, -1.0, 1.0))
    return np.asarray(places[int(away.argmin())])
