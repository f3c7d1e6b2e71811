"""Turns mouse movements, standard views and time into cameras; needs no canvas."""

from collections.abc import Callable

from ncviz.scenes.camera import DEGREES_PER_PIXEL, ZOOM_PER_NOTCH, Camera
from ncviz.scenes.camera_moves import camera_between

SHARE_PER_KEY = 0.05  # of a panel's height, that a key moves the scene
EASE_SECONDS = 0.18


class CameraControl:
    """A camera, and where it is going.

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
                self.camera = camera_between(self._start, self._goal, eased)
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


class CameraPair:
    """The one camera of all panels, and a second one for the right of two that are apart.

    Attributes
    ----------
    first, second : CameraControl
    apart : bool
        Whether the panel on the right has the second camera.
    """

    def __init__(self) -> None:
        self.first = CameraControl()
        self.second = CameraControl()
        self.apart = False

    @property
    def used(self) -> tuple[CameraControl, ...]:
        """Return the one camera, or both."""
        return (self.first, self.second) if self.apart else (self.first,)

    @property
    def are_moving(self) -> bool:
        """Return whether `advance` would change a camera."""
        return any(control.is_moving for control in self.used)

    def of(self, panel: int) -> CameraControl:
        """Return the camera of a panel."""
        return self.second if self.apart and panel == 1 else self.first

    def part(self, apart: bool) -> None:
        """Give the right panel the second camera, where it was left, or take it away."""
        self.apart = apart
        self.second.motion, self.second.turning = self.first.motion, self.first.turning

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        for control in self.used:
            control.advance(seconds)

    def go_each(self, change: Callable[[Camera], Camera]) -> None:
        """Change each camera, after a short way if there is motion.

        Parameters
        ----------
        change : callable
            From where a camera would have arrived to where it goes instead.
        """
        for control in self.used:
            control.go(change(control.goal))

    def set_motion(self, on: bool) -> None:
        """Move to another view from now on, or jump."""
        for control in (self.first, self.second):
            control.motion = on

    def set_turning(self, degrees_per_second: float) -> None:
        """Turn about the upright axis from now on; 0 rests."""
        for control in (self.first, self.second):
            control.turning = degrees_per_second
