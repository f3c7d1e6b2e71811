"""Turns mouse movements, standard views and time into cameras; needs no canvas."""

from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import between

DEGREES_PER_PIXEL = 0.4
ZOOM_PER_NOTCH = 1.12
EASE_SECONDS = 0.18


class CameraControl:
    """The one camera of all panels, and where it is going.

    Attributes
    ----------
    camera : Camera
        As of now.
    motion : bool
        Move to another view instead of jumping to it.
    turning : float
        Degrees a second about the upright axis; 0 rests.
    """

    def __init__(self) -> None:
        self.camera = Camera()
        self.motion = True
        self.turning = 0.0
        self._start: Camera | None = None
        self._goal: Camera | None = None
        self._passed = 0.0

    @property
    def is_moving(self) -> bool:
        """Return whether `advance` would change the camera."""
        return self._goal is not None or self.turning != 0.0

    @property
    def goal(self) -> Camera:
        """Return where the camera will be when it has arrived."""
        return self.camera if self._goal is None else self._goal

    def jump(self, camera: Camera) -> None:
        """Look from elsewhere at once."""
        self.camera = camera
        self._start = self._goal = None

    def go(self, camera: Camera) -> None:
        """Look from elsewhere, after a short way if there is motion."""
        if not self.motion or camera == self.camera:
            self.jump(camera)
            return
        self._start, self._goal, self._passed = self.camera, camera, 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if self._goal is not None and self._start is not None:
            self._passed += seconds
            share = min(1.0, self._passed / EASE_SECONDS)
            eased = 1 - (1 - share) ** 3  # fast at first, then coming to rest
            if share < 1:
                self.camera = between(self._start, self._goal, eased)
            else:
                self.jump(self._goal)
        elif self.turning:
            self.camera = self.camera.orbit(self.turning * seconds, 0.0)

    def orbit(self, right: float, down: float) -> None:
        """Follow a drag of so many pixels around the target."""
        self.jump(self.camera.orbit(-right * DEGREES_PER_PIXEL, down * DEGREES_PER_PIXEL))

    def pan(self, right: float, down: float, height: float) -> None:
        """Follow a drag of so many pixels in a panel of such a height."""
        self.jump(self.camera.pan(right / max(1.0, height), -down / max(1.0, height)))

    def zoom(self, notches: float) -> None:
        """Come closer to the target, or with negative numbers go away from it."""
        self.jump(self.camera.zoom(ZOOM_PER_NOTCH**notches))
