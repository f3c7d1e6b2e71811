"""The 3-D canvas: draws a Picture and looks at it with a camera that moves."""

import sys
import time
from typing import Any

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtOpenGLWidgets import QOpenGLWidget
from PyQt6.QtWidgets import QApplication
from vispy import app as vispy_app
from vispy import gloo

from ncviz.desktop.certain import certain
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.scene.canvas_mouse import CanvasMouse
from ncviz.desktop.scene.canvas_panels import above, drawing_camera
from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.opengl import opengl
from ncviz.desktop.scene.painted_canvas import PaintedCanvas, PaintedWidget
from ncviz.desktop.scene.pictured_canvas import PicturedCanvas
from ncviz.desktop.style.theme import current_look
from ncviz.language import tr
from ncviz.rendering.aside import Aside
from ncviz.rendering.placing import Box
from ncviz.rendering.stage import Stage
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture

NAME = tr("3-D scene")  # to a screen reader

WORD_SECONDS = PORTION_SECONDS = 0.02  # of a frame: for new letters, for some of many panels
MANY_PANELS = 12  # from which on a picture is drawn in portions before it is shown
SHORT_FRAME = 0.015  # seconds, that a frame may take in one turn with the plots that changed
AT_ONCE = 0.002  # seconds, in which nothing else came between
FRAME = 16  # milliseconds, of a camera that moves
REST_BEFORE_NAMES = 200  # milliseconds, after which names forget where they were
# What has not been drawn yet is rehearsed when the picture has rested, in small portions.
REST_BEFORE_REHEARSAL, REST_BETWEEN_REHEARSALS = 600, 80  # milliseconds


class SceneCanvas(PicturedCanvas):
    """One vispy canvas with an orbiting camera, the same in all panels or apart in two.

    Left drag orbits, right or Shift drag pans, Ctrl drag encloses samples, the wheel zooms, a
    double click beside the samples goes back to the first view.

    Attributes
    ----------
    rehearsed : bool
        Whether each kind of thing has been drawn, be it out of sight.
    words : tuple of boxes
        Left, top, right, bottom of what lies over the scene, in pixels: no name goes there.
    """

    def __init__(self, *, in_software: bool | None = None) -> None:
        super().__init__()
        self.rehearsed = False
        self._room: object = None  # what is free, as it was last told
        self.words: tuple[Box, ...] = ()
        self._stage: Stage | None = None
        self._aside: Aside | None = None
        self._frame_milliseconds = 0
        self._last_frame = self._last_step = 0.0
        self._took = self._drawn = 0.0  # seconds that a frame takes, and when it was there
        qt, depth = vispy_app.use_app("pyqt6"), {"depth_size": 24}
        software = opengl().in_software if in_software is None else in_software
        is_window = canvas_is_a_window() and not software
        made = PaintedCanvas if software else vispy_app.Canvas
        self._canvas = made(app=qt, keys=None, size=(640, 480), config=depth, autoswap=False)
        self.vispy_canvas = self._canvas
        self.native: QOpenGLWidget | PaintedWidget = self._canvas.native
        self.native.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.native.setMinimumSize(240, 160)
        if isinstance(self.native, QOpenGLWidget):
            if is_window:
                self.native.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
                self.native.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
            # What was drawn last stays, where nothing is drawn anew.
            self.native.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.PartialUpdate)
        # Its frames need no other part of the window to be painted.
        self._stands_alone = software or is_window
        self._pacer = one_shot(self.native, self._ask_in_time)
        self._asked = False  # for a frame, since the last one was begun
        self._portions = QTimer(self.native)
        self._portions.timeout.connect(self._draw_portion)
        self._closed = False
        self._rehearsal = one_shot(self.native, self._rehearse)
        self._named: object = None  # what names were last placed for
        self._settling = one_shot(self.native, self._place_names_anew)
        self._clock = QTimer(self.native)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._step)
        self._resized = False
        self._canvas.events.resize.connect(self._note_size)
        self._canvas.events.draw.connect(self._draw)
        for moved in (self._canvas.events.mouse_move, self._canvas.events.mouse_press):
            moved.connect(self._put_off_rehearsal)
        self._mouse = CanvasMouse(self)

    @property
    def physical_size(self) -> tuple[int, int]:
        """Return width and height in device pixels."""
        width, height = self._canvas.physical_size
        return int(width), int(height)

    def set_picture(self, picture: Picture) -> None:
        """Draw another picture with the next frame."""
        if len(picture.panels) > 1 and self.foot:
            picture = above(picture, 1 - self.foot / max(1, self.native.height()))
        self.picture = picture
        self._request_frame()
        self._mouse.picture_changed()
        self.signals.picture_changed.emit()

    def tell(self, panel: int, row: int | None, ball: int = -1) -> None:
        """Point at a sample, or at a ball of a panel's scene, as the mouse would."""
        self._mouse.point_at(panel, row, ball)

    def forget_pointer(self) -> None:
        """Point at nothing until another picture is there and the mouse moves again."""
        self._mouse.forget_picture()

    # The camera

    def drawing_camera_of(self, panel: int) -> Camera:
        """Return what a panel is drawn with."""
        size = self.native.width(), self.native.height()
        return drawing_camera(self.picture, self.cameras.of(panel).camera, *size)

    @property
    def motion(self) -> bool:
        """Whether the camera moves to another view instead of jumping there."""
        return self.control.motion

    @motion.setter
    def motion(self, on: bool) -> None:
        self.cameras.set_motion(on)

    def set_turning(self, degrees_per_second: float) -> None:
        """Turn about the upright axis from now on; 0 rests."""
        self.cameras.set_turning(degrees_per_second)
        if degrees_per_second:
            self._start_clock()
        elif not self.cameras.are_moving:
            self._clock.stop()

    def _start_clock(self) -> None:
        if not (self._closed or self._clock.isActive()):
            self._last_step = time.perf_counter()
            self._clock.start(FRAME)

    def _step(self) -> None:
        now = time.perf_counter()
        # After a long wait the camera goes on where it was instead of leaping.
        passed, self._last_step = min(now - self._last_step, 0.1), now
        if not self._mouse.dragging:
            self.cameras.advance(passed)
            self.camera_moved()
        if not self.cameras.are_moving:
            self._clock.stop()

    def camera_moved(self) -> None:
        """Draw from where the cameras are now, and on while they are on their way."""
        if self.cameras.are_moving:
            self._start_clock()
        self._request_frame()
        self.camera_changed.emit()

    def cover(self, covered: tuple[int, int], words: tuple[Box, ...]) -> bool:
        """Take where words lie over a single scene; return whether less or more is free."""
        state = covered, self.native.width(), self.native.height()
        changed, self._room = state != self._room, state
        if covered != self.covered or words != self.words:
            self.covered, self.words = covered, words
            self._request_frame()
        return changed

    # Frames

    def limit_frames(self, milliseconds: int) -> None:
        """Leave at least so much time between two frames."""
        self._frame_milliseconds = milliseconds

    def _request_frame(self) -> None:
        """Draw as soon as the limit allows; what comes until then shares the frame."""
        if isinstance(self.native, PaintedWidget):
            self.native.outdated = True  # who paints it for another reason draws it, too
        if self._closed or self._pacer.isActive():
            return
        passed = round(1000 * (time.perf_counter() - self._last_frame))
        if passed < self._frame_milliseconds:
            self._pacer.start(self._frame_milliseconds - passed)
        elif self._stands_alone and self._took > SHORT_FRAME:
            self._pacer.start(0)  # in a turn of its own: plots and frame together took too long
        else:
            self._ask_for_frame()  # with the plots that changed: the window is composed once

    def draw_at_once(self) -> bool:
        """Draw the frame that is awaited before this returns; return whether that was done.

        Only where the processor draws. Elsewhere a frame may wait for the screen, and one that is
        limited, or drawn in portions, comes in its own time.
        """
        awaited = self._asked or self._pacer.isActive()
        by_itself = isinstance(self.native, PaintedWidget) and not self._frame_milliseconds
        if not (awaited and by_itself) or self._closed or self._portions.isActive():
            return False
        self._pacer.stop()
        self.native.repaint()
        return not self._asked

    def is_drawing(self, long: float) -> bool:
        """Return whether a frame is awaited that may take longer, or was drawn a moment ago."""
        if self._took < long:
            return False
        return self._asked or self._pacer.isActive() or time.perf_counter() - self._drawn < AT_ONCE

    def _ask_for_frame(self) -> None:
        self._asked = True
        if self._stage is not None and len(self.picture.panels) >= MANY_PANELS:
            self._portions.start(0)
        else:
            self._end_portions()
            self._canvas.update()

    def _ask_in_time(self) -> None:
        self._resized = False
        self._ask_for_frame()

    def _end_portions(self) -> None:
        self._portions.stop()
        if self._aside is not None:
            self._aside.stop()

    def close(self) -> None:
        """Let go of the GL context; the canvas is of no use any more."""
        self._closed = True
        self._pacer.stop()
        self._portions.stop()
        self._rehearsal.stop()
        self._settling.stop()
        self.rehearsed = True
        self._clock.stop()
        self._mouse.close()
        self._canvas.close()
        # Left to the garbage collector, vispy's widget may be destroyed after its context, and
        # what vispy asks OpenGL with after the application.
        self.native.deleteLater()
        for name in ("_secondary_context", "_surface"):
            vars(self.native).pop(name, None)

    def _note_size(self, _event: object) -> None:
        self._resized = True
        self._end_portions()

    def _draw(self, _event: object) -> None:
        if self._resized:
            self._pacer.start(0)  # what else has another size is painted first, in this turn
            return
        if self._portions.isActive():
            return  # the frame before stays until this one is whole
        self._pacer.stop()  # whoever asked for this frame, all that waits is in it
        self._last_frame = time.perf_counter()
        if self._stage is None:
            self._stage = Stage(WORD_SECONDS)
        if self._aside is None or not self._aside.show(self.physical_size):
            self._asked = False
            self._stage.draw(self._cameras()[0], *self.physical_size, **self._set_stage())
        gloo.flush()
        self._drawn = time.perf_counter()
        self._took = self._drawn - self._last_frame
        self.frames += 1
        if self._stage.unfinished or self._asked:
            self._request_frame()
        self._let_names_settle(self._cameras())
        self._put_off_rehearsal()

    def _cameras(self) -> list[Camera]:
        return [self.drawing_camera_of(number) for number in range(len(self.picture.panels))]

    def _set_stage(self) -> dict[str, Any]:
        """Give the stage all that it is to draw; return how."""
        stage, ratio = certain(self._stage), self.native.devicePixelRatioF()
        stage.text_scale = current_look().text_scale
        stage.set_picture(self.picture)
        boxes = self.words
        stage.words = [(ratio * x, ratio * y, ratio * u, ratio * v) for x, y, u, v in boxes]
        return {"cameras": self._cameras(), "pixel_ratio": ratio}

    def _draw_portion(self) -> None:
        """Draw some of very many panels out of sight: all at once would stop the window."""
        self._canvas.set_current()
        if self._aside is None:
            self._aside = Aside(PORTION_SECONDS)
        if not self._aside.is_drawing:
            self._asked = False
            steps = certain(self._stage).draw_in_steps(*self.physical_size, **self._set_stage())
            self._aside.begin(self.physical_size, steps)
        if self._aside.go_on():
            self._portions.stop()
            self._canvas.update()

    def _let_names_settle(self, cameras: list[Camera]) -> None:
        """Place names anew once nothing moves: one moment has one picture, whatever came before."""
        labels = [panel.scene.labels for panel in self.picture.panels]
        if not any(labels):
            return
        places = [[(label.text, label.position) for label in each] for each in labels]
        named = cameras, places, self.physical_size, current_look().text_scale, self.words
        if named != self._named:
            self._named = named
            self._settling.start(REST_BEFORE_NAMES)

    @property
    def names_rest(self) -> bool:
        """Return whether names stand as if nothing had been drawn before."""
        waiting = any(t.isActive() for t in (self._settling, self._pacer, self._portions))
        return not waiting and (self._stage is None or not self._stage.unfinished)

    def _place_names_anew(self) -> None:
        if self._stage is not None:
            self._stage.forget_labels()
            self._request_frame()

    def _put_off_rehearsal(self, _event: object = None) -> None:
        """Rehearse only when picture and pointer have rested."""
        if not self.rehearsed:
            self._rehearsal.start(REST_BEFORE_REHEARSAL)

    def _rehearse(self) -> None:
        """Draw one more kind of thing out of sight, so that its first frame comes in time."""
        if self._stage is None or QApplication.mouseButtons() or self._portions.isActive():
            self._put_off_rehearsal()
            return
        self._canvas.set_current()
        self.rehearsed = not self._stage.rehearse()
        gloo.flush()
        if not self.rehearsed:
            self._rehearsal.start(REST_BETWEEN_REHEARSALS)


def canvas_is_a_window() -> bool:
    """Return whether the canvas is a native window of its own.

    Else every frame would compose the whole main window anew. Where the processor draws, Qt paints
    the canvas; elsewhere than on Linux windows within a window are strangers: on macOS to the
    system, under Wine they stay black.
    """
    return sys.platform == "linux" and not opengl().in_software


def make_canvas() -> SceneCanvas | NoCanvas:
    """Return a canvas, or what stands in for one where there is no OpenGL."""
    found = opengl()
    return NoCanvas(found.problem) if found.problem else SceneCanvas(in_software=found.in_software)
