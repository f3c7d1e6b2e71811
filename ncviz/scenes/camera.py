"""An orbiting camera as one immutable value."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MINIMUM_DISTANCE, MAXIMUM_DISTANCE = 0.5, 60.0
# How far a pixel of a drag and a key turn, how much a notch of the wheel and a key magnify.
DEGREES_PER_PIXEL, DEGREES_PER_KEY = 0.4, 6.0
ZOOM_PER_NOTCH = 1.12
PERSPECTIVE = 30.0  # degrees; what orthographic views have the magnification of


@dataclass(frozen=True)
class Camera:
    """Looks at `target` from a point on a sphere around it; z is up.

    Parameters
    ----------
    azimuth, elevation : float
        Degrees. Azimuth 0 looks from −y along y, elevation 90 straight down.
    distance : float
        From the target, in scene units.
    target : tuple of 3 floats
        The point in the middle of the picture.
    field_of_view : float
        Vertical, degrees; 0 means orthographic, with the same magnification
        at the target as a field of view of 30 degrees.
    """

    azimuth: float = 30.0
    elevation: float = 18.0
    distance: float = 5.6
    target: tuple[float, float, float] = (0.0, 0.0, 0.2)
    field_of_view: float = 30.0

    def orbit(self, azimuth: float, elevation: float) -> "Camera":
        """Return the camera turned by so many degrees, never past the poles."""
        return replace(
            self,
            azimuth=(self.azimuth + azimuth) % 360.0,
            elevation=float(np.clip(self.elevation + elevation, -89.0, 89.0)),
        )

    def zoom(self, factor: float) -> "Camera":
        """Return the camera brought closer by `factor` (> 1 magnifies)."""
        distance = np.clip(self.distance / factor, MINIMUM_DISTANCE, MAXIMUM_DISTANCE)
        return replace(self, distance=float(distance))

    def pan(self, right: float, up: float) -> "Camera":
        """Return the camera shifted in the picture plane, in shares of the picture's height."""
        height = 2 * self.distance * self._half_height_at_unit_distance()
        basis = self.basis()
        target = np.asarray(self.target) - height * (right * basis[0] + up * basis[1])
        return replace(self, target=(float(target[0]), float(target[1]), float(target[2])))

    @property
    def is_orthographic(self) -> bool:
        """Whether parallel lines stay parallel."""
        return self.field_of_view <= 0

    def with_perspective(self, perspective: bool) -> "Camera":
        """Return the camera with or without perspective, as large at the target."""
        if perspective != self.is_orthographic:
            return self
        height = self.distance * self._half_height_at_unit_distance()
        field = PERSPECTIVE if perspective else 0.0
        distance = height / math.tan(math.radians(PERSPECTIVE) / 2)
        distance = min(max(distance, MINIMUM_DISTANCE), MAXIMUM_DISTANCE)
        return replace(self, field_of_view=field, distance=distance)

    def basis(self) -> Floats:
        """Return the rows right, up and backward (from the target to the eye), shape (3, 3)."""
        return _basis(self.azimuth, self.elevation)

    def eye(self) -> Floats:
        """Return the position of the viewer, shape (3,)."""
        return np.asarray(self.target + self.distance * self.basis()[2])

    def view_matrix(self) -> Floats:
        """Return the 4×4 matrix from scene to eye coordinates (columns multiply points)."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.basis()
        matrix[:3, 3] = self._offset()
        return matrix

    def projection_matrix(self, aspect: float) -> Floats:
        """Return the 4×4 matrix from eye to clip coordinates.

        Parameters
        ----------
        aspect : float
            Width over height of the picture.
        """
        near, far = self.clipping_planes()
        half = self._half_height_at_unit_distance()
        matrix = np.zeros((4, 4))
        if self.field_of_view > 0:
            matrix[0, 0], matrix[1, 1] = 1 / (half * aspect), 1 / half
            matrix[2, 2], matrix[2, 3] = (
                -(far + near) / (far - near),
                -2 * far * near / (far - near),
            )
            matrix[3, 2] = -1.0
        else:
            half *= self.distance
            matrix[0, 0], matrix[1, 1] = 1 / (half * aspect), 1 / half
            matrix[2, 2], matrix[2, 3] = -2 / (far - near), -(far + near) / (far - near)
            matrix[3, 3] = 1.0
        return matrix

    def clipping_planes(self) -> tuple[float, float]:
        """Return the distances of the nearest and the farthest things drawn."""
        return max(0.02 * self.distance, 0.02), self.distance + 100.0

    def project(self, points: ArrayLike, width: int, height: int) -> Floats:
        """Return where points fall in a picture.

        Parameters
        ----------
        points : array, shape (n, 3)
            In scene units.
        width, height : int
            Of the picture, in pixels.

        Returns
        -------
        array, shape (n, 3)
            x to the right and y down from the upper left corner in pixels,
            and the distance from the eye along the line of sight (negative
            for what lies behind it).
        """
        points = np.atleast_2d(np.asarray(points, dtype=np.float64))
        eye = points @ self.basis().T + self._offset()
        depth = -eye[:, 2]
        scale = self.pixels_per_unit(height, depth)
        x = width / 2 + eye[:, 0] * scale
        y = height / 2 - eye[:, 1] * scale
        return np.stack([x, y, depth], axis=1)

    def pixels_per_unit(self, height: int, depth: ArrayLike) -> Floats:
        """Return how many pixels a scene unit measures at a distance from the eye."""
        depth = np.asarray(depth, dtype=np.float64)
        if self.field_of_view <= 0:
            depth = np.full_like(depth, self.distance)
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return np.asarray(height / (2 * safe * self._half_height_at_unit_distance()))

    def _half_height_at_unit_distance(self) -> float:
        return _half_height(self.field_of_view or PERSPECTIVE)

    def _offset(self) -> Floats:
        """Return where the origin of the scene stands in eye coordinates, shape (3,)."""
        return np.asarray(-self.basis() @ self.eye())


# A frame asks for these once for each word and each thing that is drawn.
@lru_cache(maxsize=64)
def _basis(azimuth: float, elevation: float) -> Floats:
    """Return the rows of `Camera.basis`, of degrees; nobody may write into them."""
    azimuth, elevation = math.radians(azimuth), math.radians(elevation)
    across, along = math.cos(azimuth), math.sin(azimuth)
    level, rise = math.cos(elevation), math.sin(elevation)
    rows = np.array(
        [
            [across, along, 0.0],
            [-along * rise, across * rise, level],
            [along * level, -across * level, rise],
        ]
    )
    rows.setflags(write=False)
    return rows


@lru_cache(maxsize=8)
def _half_height(field_of_view: float) -> float:
    return float(np.tan(np.radians(field_of_view) / 2))
