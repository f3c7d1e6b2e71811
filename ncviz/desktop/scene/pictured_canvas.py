"""What is drawn and where it is seen from, be there something that can draw it or not."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QPoint, pyqtSignal
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.scene.camera_control import CameraPair
from ncviz.desktop.scene.canvas_panels import main_scene
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene, one_panel


class CanvasSignals(QObject):
    """What the canvas tells; vispy's canvas itself cannot.

    Signals
    -------
    hovered : int, object
        The panel under the pointer, −1 outside, and the row of the probe
        sample there or None.
    hovered_ball : int, int
        Panel and number of the class mean or classifier row under the pointer, in
        the scene's balls; −1 where there is none.
    clicked_sample : int, int
        Panel and row.
    enclosed : int, object
        Panel, and rows of the probe samples around which a line was drawn.
    handle_dragged : int, object, bool
        Which handle of the scene, where it goes (an array of shape (3,)), and whether the drag
        begins with that.
    clicked_panel : int
        A click beside all samples.
    opened_panel : int
        A double click, where there are several.
    camera_changed
    dragging : bool
        The mouse begins to turn or move the camera, or lets go.
    picture_changed
        Another picture is drawn with the next frame.
    """

    hovered = pyqtSignal(int, object)
    hovered_ball = pyqtSignal(int, int)
    clicked_sample = pyqtSignal(int, int)
    enclosed = pyqtSignal(int, object)
    handle_dragged = pyqtSignal(int, object, bool)
    clicked_panel = pyqtSignal(int)
    opened_panel = pyqtSignal(int)
    camera_changed = pyqtSignal()
    dragging = pyqtSignal(bool)
    picture_changed = pyqtSignal()


class PicturedCanvas:
    """A picture, the cameras that look at it, and what the canvas tells.

    Attributes
    ----------
    native : QWidget
        To put into a layout.
    vispy_canvas
        Whose GL context a picture may be drawn with; None where there is none.
    picture : Picture
        What is drawn.
    signals : CanvasSignals
        `hovered`, `clicked_sample`, … are also at hand on the canvas itself.
    cameras : CameraPair
    control : CameraControl
        The first camera.
    home : Camera
        The first view, to which a double click goes back.
    pointer : QPoint
        Where the pointer was last seen, in pixels of `native`.
    frames : int
        How many have been drawn.
    foot : int
        Pixels that several panels leave free below them, for words and buttons.
    covered : tuple of 2 int
        Pixels above and below in which words lie over a single scene.
    """

    native: QWidget
    vispy_canvas: Any

    def __init__(self) -> None:
        self.cameras = CameraPair()
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

    @property
    def scene(self) -> Scene:
        """Return the framed scene, or the first."""
        return main_scene(self.picture)

    def set_scene(self, scene: Scene) -> None:
        """Draw one scene with the next frame."""
        self.set_picture(one_panel(scene))

    def set_picture(self, picture: Picture) -> None:
        """Draw another picture with the next frame."""
        self.picture = picture

    @property
    def camera(self) -> Camera:
        """Return where the panels are seen from; the right one may have a camera of its own."""
        return self.control.camera

    @property
    def drawing_camera(self) -> Camera:
        """Return what the panels are drawn with: farther away where they are narrow."""
        return self.drawing_camera_of(0)

    def drawing_camera_of(self, panel: int) -> Camera:
        """Return what a panel is drawn with."""
        return self.cameras.of(panel).camera

    @property
    def aspect(self) -> float:
        """Return width over height of what several panels may fill."""
        return self.native.width() / max(1, self.native.height() - self.foot)

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere with the next frame."""
        self.control.jump(camera)
        self.camera_moved()

    def move_to(self, camera: Camera) -> None:
        """Look from elsewhere, after a short way if there is motion."""
        self.control.go(camera)
        self.camera_moved()

    def move_each(self, change: Callable[[Camera], Camera]) -> None:
        """Look from elsewhere in all panels: see `CameraPair.go_each`."""
        self.cameras.go_each(change)
        self.camera_moved()

    def part_cameras(self, apart: bool) -> None:
        """Let the right one of two panels have a camera of its own, or the same."""
        self.cameras.part(apart)
        self.camera_moved()

    def camera_moved(self) -> None:
        """Draw from where the cameras are now: the export asks for it, too."""
        self.camera_changed.emit()
