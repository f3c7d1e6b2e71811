"""What every program must know about one picture: the camera, the fog, the pixels."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.rendering.programs import Program
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Scene


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture.

    Parameters
    ----------
    x, y : int
        Its upper left corner, in pixels of the whole picture.
    width, height : int
        In pixels.
    """

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, or one tile of it, about to be drawn.

    Parameters
    ----------
    camera : Camera
        Where it is seen from.
    width, height : int
        Of the whole picture, in pixels.
    tile : Tile
        The part that is drawn.
    background : tuple of 3 floats
        Red, green, blue in 0…1.
    reach : float
        Distance from the camera's target of the farthest point of the scene.
        Fog begins so far before the target and is thickest so far behind it:
        it does not waver when the camera turns.
    fog : float
        How far the farthest objects fade into the background, 0…1.
    corner : tuple of 2 int
        Where the lower left corner of the tile stands in the framebuffer.
    """

    camera: Camera
    width: int
    height: int
    tile: Tile
    background: tuple[float, float, float]
    reach: float
    fog: float
    corner: tuple[int, int] = (0, 0)

    def widened(self, margin: int) -> "Frame":
        """Return the same picture drawn so many pixels beyond each side of the tile."""
        tile = self.tile
        wider = Tile(
            tile.x - margin,
            tile.y - margin,
            tile.width + 2 * margin,
            tile.height + 2 * margin,
        )
        corner = self.corner[0] - margin, self.corner[1] - margin
        return replace(self, tile=wider, corner=corner)

    def projection_matrix(self) -> NDArray[np.float64]:
        """Return the 4×4 matrix from eye coordinates to clip coordinates of the tile."""
        tile = self.tile
        matrix = self.camera.projection_matrix(self.width / self.height)
        right = (self.width - 2 * tile.x - tile.width) / tile.width
        down = (self.height - 2 * tile.y - tile.height) / tile.height
        matrix[0] = matrix[0] * self.width / tile.width + matrix[3] * right
        matrix[1] = matrix[1] * self.height / tile.height - matrix[3] * down
        return matrix

    @cached_property
    def uniforms(self) -> dict[str, Any]:
        """Return what all programs are told."""
        camera = self.camera
        perspective = camera.field_of_view > 0
        pixel = 1.0 / camera.pixels_per_unit(self.height, 1.0 if perspective else camera.distance)
        reach = max(self.reach, 1e-3)
        return {
            # GL reads matrices column by column.
            "u_view": camera.view_matrix().T,
            "u_projection": self.projection_matrix().T,
            "u_viewport": (*self.corner, self.tile.width, self.tile.height),
            "u_perspective": float(perspective),
            "u_pixel": float(pixel),
            "u_background": self.background,
            "u_haze": (self.camera.distance - reach, 0.5 / reach, self.fog),
        }

    def set_on(self, program: Program) -> None:
        """Set those of the common uniforms that a program declares."""
        for name, value in self.uniforms.items():
            program.set_uniform(name, value)


def reach(scene: Scene, target: tuple[float, float, float]) -> float:
    """Return the distance from `target` of the farthest point of a scene.

    Parameters
    ----------
    scene : Scene
        What is drawn.
    target : tuple of 3 floats
        A point, in scene units.
    """
    edges, sticks, trails = scene.edges, scene.sticks, scene.trails
    points = [
        scene.samples.positions,
        scene.balls.positions,
        sticks.starts,
        sticks.ends,
        edges.starts,
        edges.ends,
        trails.starts,
        trails.ends,
    ]
    center = np.asarray(target, dtype=np.float32)
    squares = [np.square(p - center).sum(axis=1) for p in points]
    # Fog has no use for what a diverged training leaves at infinity.
    farthest = max(square.max(initial=0.0, where=np.isfinite(square)) for square in squares)
    return float(np.sqrt(farthest))
