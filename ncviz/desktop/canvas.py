"""The 3-D canvas: draws a Picture and looks at it with a camera that moves."""

import os
import time
from dataclasses import replace

from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtGui import QOffscreenSurface, QOpenGLContext
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget
from vispy import app as vispy_app
from vispy import gloo

from ncviz.desktop.camera_control import CameraControl
from ncviz.desktop.canvas_mouse import CanvasMouse, CanvasSignals, one_shot
from ncviz.rendering.stage import Stage
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.scene import Picture, Scene, one_panel

FRAME = 16  # milliseconds, of a camera that moves


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


class SceneCanvas:
    """One vispy canvas with an orbiting camera, the same in all panels.

    Left drag orbits, right or Shift drag pans, the wheel zooms, a double click
    beside the samples goes back to the first view.

    Attributes
    ----------
    native : QWidget
        To put into a layout.
    signals : CanvasSignals
        `hovered`, `clicked_sample`, … are also at hand on the canvas itself.
    control : CameraControl
    pointer : QPoint
        Where the pointer was last seen, in pixels of `native`.
    frames : int
        How many have been drawn.
    foot : int
        Pixels that several panels leave free below them, for words and buttons.
    """

    def __init__(self) -> None:
        self.control = CameraControl()
        self.frames = 0
        self.foot = 0
        self.pointer = QPoint()
        self.signals = CanvasSignals()
        self.hovered = self.signals.hovered
        self.clicked_sample = self.signals.clicked_sample
        self.clicked_panel = self.signals.clicked_panel
        self.opened_panel = self.signals.opened_panel
        self.camera_changed = self.signals.camera_changed
        self._picture = Picture()
        self._stage: Stage | None = None
        self._text_scale = 1.0
        self._frame_milliseconds = 0
        self._last_frame = self._last_step = 0.0
        self._canvas = vispy_app.Canvas(
            app=vispy_app.use_app("pyqt6"),
            keys=None,
            size=(640, 480),
            config={"depth_size": 24},
            autoswap=False,
        )
        self.native: QWidget = self._canvas.native
        self.native.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # A window of its own: else every frame would compose the whole main window
        # anew, which costs a third of it with software GL.
        self.native.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
        self.native.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self.native.setMinimumSize(320, 240)
        self.native.setAccessibleName("3-D scene")
        self._pacer = one_shot(self._canvas.update)
        self._clock = QTimer()
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._step)
        self._canvas.events.draw.connect(self._draw)
        self._mouse = CanvasMouse(self)

    @property
    def physical_size(self) -> tuple[int, int]:
        """Return width and height in device pixels."""
        width, height = self._canvas.physical_size
        return int(width), int(height)

    @property
    def picture(self) -> Picture:
        """Return what is drawn."""
        return self._picture

    @property
    def scene(self) -> Scene:
        """Return the framed scene, or the first."""
        return _main_scene(self._picture)

    def set_scene(self, scene: Scene) -> None:
        """Draw one scene with the next frame."""
        self.set_picture(one_panel(scene))

    def set_picture(self, picture: Picture) -> None:
        """Draw another picture with the next frame."""
        if len(picture.panels) > 1 and self.foot:
            picture = above(picture, 1 - self.foot / max(1, self.native.height()))
        self._picture = picture
        self._request_frame()
        self._mouse.look_again()

    def set_text_scale(self, scale: float) -> None:
        """Write larger from the next frame on, e.g. in a lecture room."""
        self._text_scale = scale
        self._request_frame()

    # The camera

    @property
    def camera(self) -> Camera:
        """Return where all panels are seen from."""
        return self.control.camera

    @property
    def drawing_camera(self) -> Camera:
        """Return what the panels are drawn with: farther away where they are narrow."""
        size = self.native.width(), self.native.height()
        return drawing_camera(self._picture, self.camera, *size)

    @property
    def aspect(self) -> float:
        """Return width over height of what several panels may fill."""
        return self.native.width() / max(1, self.native.height() - self.foot)

    @property
    def motion(self) -> bool:
        """Whether the camera moves to another view instead of jumping there."""
        return self.control.motion

    @motion.setter
    def motion(self, on: bool) -> None:
        self.control.motion = on

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere with the next frame."""
        self.control.jump(camera)
        self._camera_changed()

    def move_to(self, camera: Camera) -> None:
        """Look from elsewhere, after a short way if there is motion."""
        self.control.go(camera)
        if self.control.is_moving:
            self._start_clock()
        self._camera_changed()

    def set_turning(self, degrees_per_second: float) -> None:
        """Turn about the upright axis from now on; 0 rests."""
        self.control.turning = degrees_per_second
        if degrees_per_second:
            self._start_clock()
        elif not self.control.is_moving:
            self._clock.stop()

    def _start_clock(self) -> None:
        if not self._clock.isActive():
            self._last_step = time.perf_counter()
            self._clock.start(FRAME)

    def _step(self) -> None:
        now = time.perf_counter()
        # After a long wait the camera goes on where it was instead of leaping.
        passed, self._last_step = min(now - self._last_step, 0.1), now
        if not self._mouse.dragging:
            self.control.advance(passed)
            self._camera_changed()
        if not self.control.is_moving:
            self._clock.stop()

    def _camera_changed(self) -> None:
        self._request_frame()
        self.camera_changed.emit()

    # Frames

    @property
    def vispy_canvas(self) -> vispy_app.Canvas:
        """Return the canvas whose GL context a picture may be drawn with."""
        return self._canvas

    def limit_frames(self, milliseconds: int) -> None:
        """Leave at least so much time between two frames."""
        self._frame_milliseconds = milliseconds

    def _request_frame(self) -> None:
        """Draw as soon as the limit allows; what comes until then shares the frame."""
        if not self._pacer.isActive():
            passed = round(1000 * (time.perf_counter() - self._last_frame))
            self._pacer.start(max(0, self._frame_milliseconds - passed))

    def close(self) -> None:
        """Let go of the GL context; the canvas is of no use any more."""
        self._pacer.stop()
        self._clock.stop()
        self._mouse.close()
        self._canvas.close()
        # Left to the garbage collector, vispy's widget may be destroyed after its context.
        self.native.deleteLater()

    def _draw(self, _event: object) -> None:
        self._last_frame = time.perf_counter()
        if self._stage is None:
            self._stage = Stage()
        self._stage.text_scale = self._text_scale
        self._stage.set_picture(self._picture)
        ratio = self.native.devicePixelRatioF()
        self._stage.draw(self.drawing_camera, *self.physical_size, pixel_ratio=ratio)
        gloo.flush()
        self.frames += 1


def drawing_camera(picture: Picture, camera: Camera, width: int, height: int) -> Camera:
    """Return what to draw a picture with: farther away where panels are narrow.

    Parameters
    ----------
    picture : Picture
    camera : Camera
        That shows all of a square panel.
    width, height : int
        Of the picture, on the screen or in a file.
    """
    panels = picture.panels
    if len(panels) == 1:
        return camera
    aspect = min(p.width * width / (p.height * max(1, height)) for p in panels)
    return fitted(camera, max(aspect, 0.1))


def above(picture: Picture, share: float) -> Picture:
    """Return a picture that fills no more than the upper share of the canvas."""
    share = min(max(share, 0.1), 1.0)
    panels = (replace(p, top=share * p.top, height=share * p.height) for p in picture.panels)
    return Picture(tuple(panels))


def _main_scene(picture: Picture) -> Scene:
    chosen = [panel.scene for panel in picture.panels if panel.chosen]
    return chosen[0] if chosen else picture.panels[0].scene


class NoCanvas:
    """Stands where the canvas would be on a machine without OpenGL.

    Parameters
    ----------
    problem : str
        One sentence to show.
    """

    def __init__(self, problem: str) -> None:
        self.control = CameraControl()
        self.frames = self.foot = 0
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
        label = QLabel(problem)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("role", "sentence")
        QVBoxLayout(self.native).addWidget(label)
        self.vispy_canvas = None
        self.motion = False

    @property
    def camera(self) -> Camera:
        """Return where the picture would be seen from."""
        return self.control.camera

    @property
    def drawing_camera(self) -> Camera:
        """Return the same."""
        return self.control.camera

    @property
    def aspect(self) -> float:
        """Return width over height of the widget."""
        return self.native.width() / max(1, self.native.height())

    @property
    def scene(self) -> Scene:
        """Return the framed scene, or the first."""
        return _main_scene(self.picture)

    def set_scene(self, scene: Scene) -> None:
        """Keep the scene, for the export."""
        self.picture = one_panel(scene)

    def set_picture(self, picture: Picture) -> None:
        """Keep the picture, for the export."""
        self.picture = picture

    def set_text_scale(self, _scale: float) -> None:
        """Nothing is written."""

    def set_camera(self, camera: Camera) -> None:
        """Keep the camera, for the export."""
        self.control.jump(camera)
        self.camera_changed.emit()

    def move_to(self, camera: Camera) -> None:
        """Keep the camera, for the export."""
        self.set_camera(camera)

    def set_turning(self, _degrees_per_second: float) -> None:
        """Nothing turns."""

    def limit_frames(self, _milliseconds: int) -> None:
        """There are no frames."""

    def close(self) -> None:
        """Nothing to let go of."""


def make_canvas() -> SceneCanvas | NoCanvas:
    """Return a canvas, or what stands in for one where there is no OpenGL."""
    problem = opengl_problem()
    return NoCanvas(problem) if problem else SceneCanvas()
