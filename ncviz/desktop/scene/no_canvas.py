"""What stands where the 3-D picture would be, on a machine that cannot draw it."""

import os
from collections.abc import Callable

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QOffscreenSurface, QOpenGLContext
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ncviz.desktop.scene.camera_control import CameraPair
from ncviz.desktop.scene.canvas_mouse import CanvasSignals
from ncviz.desktop.scene.canvas_panels import main_scene
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.rendering.placing import Box
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene, one_panel


def opengl_problem() -> str:
    """Return why the 3-D picture cannot be drawn, in one sentence; empty if it can."""
    if os.environ.get("NCVIZ_NO_OPENGL"):
        return "OpenGL is switched off by NCVIZ_NO_OPENGL: plots and tables still work."
    context = QOpenGLContext()
    surface = QOffscreenSurface()
    surface.create()
    if not (context.create() and surface.isValid() and context.makeCurrent(surface)):
        return (
            "This machine offers no usable OpenGL, so the 3-D picture is left out: "
            "plots, training and the command line still work."
        )
    version = context.format().version()
    context.doneCurrent()
    if version < (2, 1):
        return (
            f"This machine offers only OpenGL {version[0]}.{version[1]} and the 3-D picture "
            "needs 2.1: plots, training and the command line still work."
        )
    return ""


class NoCanvas:
    """Stands where the canvas would be on a machine without OpenGL.

    Parameters
    ----------
    problem : str
        One sentence to show.
    """

    def __init__(self, problem: str) -> None:
        self.cameras = CameraPair()
        self.cameras.set_motion(False)
        self.control = self.cameras.first
        self.home = Camera()
        self.frames = self.foot = 0
        self.covered = (0, 0)
        self.picture = Picture()
        self.pointer = QPoint()
        self.signals = CanvasSignals()
        self.hovered = self.signals.hovered
        self.clicked_sample = self.signals.clicked_sample
        self.clicked_panel = self.signals.clicked_panel
        self.opened_panel = self.signals.opened_panel
        self.camera_changed = self.signals.camera_changed
        self.physical_size = (0, 0)
        self.native = QWidget()
        label = PlainLabel(problem)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("role", "sentence")
        QVBoxLayout(self.native).addWidget(label)
        self.vispy_canvas = None
        self.motion = False

    def forget_pointer(self) -> None:
        """Do nothing: nothing is pointed at."""

    @property
    def camera(self) -> Camera:
        """Return where the picture would be seen from."""
        return self.control.camera

    @property
    def drawing_camera(self) -> Camera:
        """Return the same."""
        return self.control.camera

    def drawing_camera_of(self, panel: int) -> Camera:
        """Return where a panel would be seen from."""
        return self.cameras.of(panel).camera

    def camera_moved(self) -> None:
        """Say so: the export asks where the picture is seen from."""
        self.camera_changed.emit()

    def tell(self, _panel: int, _row: int | None, _ball: int = -1) -> None:
        """Point at nothing: nothing is drawn."""

    @property
    def aspect(self) -> float:
        """Return width over height of the widget."""
        return self.native.width() / max(1, self.native.height())

    @property
    def scene(self) -> Scene:
        """Return the framed scene, or the first."""
        return main_scene(self.picture)

    def set_scene(self, scene: Scene) -> None:
        """Keep the scene, for the export."""
        self.picture = one_panel(scene)

    def set_picture(self, picture: Picture) -> None:
        """Keep the picture, for the export."""
        self.picture = picture

    def set_text_scale(self, _scale: float) -> None:
        """Nothing is written."""

    def cover(self, _covered: tuple[int, int], _words: tuple[Box, ...]) -> bool:
        """Nothing lies over a scene."""
        return False

    def set_camera(self, camera: Camera) -> None:
        """Keep the camera, for the export."""
        self.control.jump(camera)
        self.camera_changed.emit()

    def move_to(self, camera: Camera) -> None:
        """Keep the camera, for the export."""
        self.set_camera(camera)

    def move_each(self, change: Callable[[Camera], Camera]) -> None:
        """Keep the cameras, for the export."""
        self.cameras.go_each(change)
        self.camera_changed.emit()

    def part_cameras(self, apart: bool) -> None:
        """Keep which panel has which camera, for the export."""
        self.cameras.part(apart)

    def set_turning(self, _degrees_per_second: float) -> None:
        """Nothing turns."""

    def limit_frames(self, _milliseconds: int) -> None:
        """There are no frames."""

    def close(self) -> None:
        """Nothing to let go of."""
