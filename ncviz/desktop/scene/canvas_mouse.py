"""What the mouse does to the 3-D canvas: it turns, it points, it clicks."""

import math
from typing import Any, Protocol

from PyQt6.QtCore import QEvent, QObject, QPoint

from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.scene.camera_control import CameraControl
from ncviz.desktop.scene.grip import Grip
from ncviz.desktop.scene.lasso_line import LassoLine
from ncviz.desktop.scene.pictured_canvas import PicturedCanvas
from ncviz.explorer.lasso import enclosed_samples
from ncviz.explorer.pointing import ball_at, sample_at

PAUSE_BETWEEN_PICKS = 30  # milliseconds
CLICK_PIXELS = 4  # what moves farther with the button down is a drag
NOWHERE = -1  # the panel of a pointer outside


class MouseEvent(Protocol):
    """What vispy says of the mouse."""

    button: int
    pos: tuple[float, float]
    delta: tuple[float, float]
    modifiers: tuple[Any, ...]
    is_dragging: bool
    last_event: "MouseEvent | None"


# Where the pointer is no longer over the scene, told or not: a dialog may lie over it.
_LEAVES = (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.WindowDeactivate)


class CanvasMouse(QObject):
    """What the mouse does to a canvas."""

    def __init__(self, canvas: PicturedCanvas) -> None:
        super().__init__(canvas.native)
        self._canvas = canvas
        self._pressed: tuple[float, float] | None = None
        self._turned = canvas.control  # the camera of the panel where the button went down
        self._inside = self._opened = self._outdated = False
        self.dragging = False
        self._told: tuple[int, int | None] = NOWHERE, None
        self._told_ball = NOWHERE, -1
        self._lasso = LassoLine(canvas.native)
        self._grip = Grip(canvas)
        self._picker = one_shot(self, self._pick)
        events = canvas.vispy_canvas.events
        events.mouse_press.connect(self._press)
        events.mouse_move.connect(self._move)
        events.mouse_release.connect(self._release)
        events.mouse_wheel.connect(self._wheel)
        events.mouse_double_click.connect(self._double_click)
        canvas.native.installEventFilter(self)

    def close(self) -> None:
        self._picker.stop()
        self._canvas.native.removeEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _LEAVES:
            self.forget()
        return super().eventFilter(watched, event)

    def forget_picture(self) -> None:
        """Point at nothing until the next picture is there: this one is of another run or room."""
        self._outdated = True
        self.forget()

    def picture_changed(self) -> None:
        """Find out what lies under the pointer in another picture."""
        self._outdated = False
        self.look_again()

    def forget(self) -> None:
        """Point at nothing until the mouse moves again: what is seen is no longer the same."""
        self._inside = False
        self._picker.stop()
        self._tell(NOWHERE, None)

    def look_again(self) -> None:
        """Find out what lies under the pointer now, soon but not at once."""
        if self._inside and not self.dragging and not self._picker.isActive():
            self._picker.start(PAUSE_BETWEEN_PICKS)

    def _pick(self) -> None:
        if self._inside and not self.dragging:
            here = self._canvas.pointer.x(), self._canvas.pointer.y()
            panel, row = self._under(*here)
            self._tell(panel, row)
            self._grip.show(*here)
            self._tell_ball(-1 if row is not None else self._ball_under(*here))

    def _ball_under(self, x: float, y: float) -> int:
        """Return the number of the mean or classifier row at a point of the widget, or −1."""
        canvas = self._canvas
        if self._outdated:
            return -1
        size = max(1, canvas.native.width()), max(1, canvas.native.height())
        found = ball_at(canvas.picture, canvas.drawing_camera, *size, x, y)
        return -1 if found is None else found

    def point_at(self, panel: int, row: int | None, ball: int) -> None:
        """Point at something without the pointer: keys do, until the mouse moves."""
        self._inside = False
        self._picker.stop()
        self._tell(panel, row)
        self._tell_ball(ball)

    def _tell_ball(self, number: int) -> None:
        told = (self._told[0], number) if number >= 0 else (NOWHERE, -1)
        if told != self._told_ball:
            self._told_ball = told
            self._canvas.signals.hovered_ball.emit(*told)

    def _under(self, x: float, y: float) -> tuple[int, int | None]:
        """Return the panel and the sample's row at a point of the widget."""
        canvas = self._canvas
        width, height = max(1, canvas.native.width()), max(1, canvas.native.height())
        panel = None if self._outdated else canvas.picture.panel_at(x / width, y / height)
        if panel is None:
            return NOWHERE, None
        camera = canvas.drawing_camera_of(panel)
        found = sample_at(canvas.picture, camera, width, height, x, y)
        return panel, None if found is None else found.sample_id

    def _camera_at(self, x: float, y: float) -> CameraControl:
        """Return the camera of the panel at a point of the widget, or the first."""
        canvas = self._canvas
        width, height = max(1, canvas.native.width()), max(1, canvas.native.height())
        return canvas.cameras.of(canvas.picture.panel_at(x / width, y / height) or 0)

    def _tell(self, panel: int, row: int | None) -> None:
        if (panel, row) != self._told:
            self._told = panel, row
            self._canvas.signals.hovered.emit(panel, row)
        if panel == NOWHERE:
            self._tell_ball(-1)

    def _press(self, event: MouseEvent) -> None:
        self._pressed = _xy(event) if event.button == 1 else None
        self._turned = self._camera_at(*_xy(event))
        self._opened = False
        if event.button == 1 and not event.modifiers and not self._outdated:
            self._grip.take(*_xy(event))

    def _move(self, event: MouseEvent) -> None:
        x, y = _xy(event)
        canvas = self._canvas
        canvas.pointer, self._inside = QPoint(round(x), round(y)), True
        if not event.is_dragging or event.last_event is None:
            self.look_again()
            return
        if self._pressed is not None and _near(self._pressed, (x, y)):
            return  # a hand that trembles during a click turns nothing
        first, self._pressed = self._pressed, None
        start = _xy(event.last_event) if first is None else first
        self._drag(True)
        self._tell(NOWHERE, None)
        dx, dy = x - start[0], y - start[1]
        if self._grip.holds:
            self._grip.drag(x, y)
            return
        modifiers = [getattr(key, "name", key) for key in event.modifiers or ()]
        if self._lasso.points or (event.button == 1 and "Control" in modifiers and first):
            self._draw_lasso(start, (x, y))
            return
        if event.button == 2 or (event.button == 1 and "Shift" in modifiers):
            down = min(panel.height for panel in canvas.picture.panels)
            self._turned.pan(dx, dy, down * canvas.native.height())
        elif event.button == 1:
            self._turned.orbit(dx, dy)
        canvas.camera_moved()

    def _draw_lasso(self, start: tuple[float, float], here: tuple[float, float]) -> None:
        if not self._lasso.points:
            self._lasso.begin(*start)
        self._lasso.go_on(*here)

    def _end_lasso(self) -> None:
        canvas, outline = self._canvas, self._lasso.end()
        width, height = max(1, canvas.native.width()), max(1, canvas.native.height())
        x, y = outline[0]
        panel = None if self._outdated else canvas.picture.panel_at(x / width, y / height)
        if panel is not None:
            camera = canvas.drawing_camera_of(panel)
            rows = enclosed_samples(canvas.picture, panel, camera, width, height, outline)
            canvas.signals.enclosed.emit(panel, rows)

    def _release(self, event: MouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self._drag(False)
        if self._grip.release(*_xy(event)):
            self.look_again()
            return
        if self._lasso.points:
            self._lasso.go_on(*_xy(event))  # vispy passes over moves that come quickly
            self._end_lasso()
            return
        if pressed is None or event.button != 1:
            self.look_again()
            return
        panel, row = self._under(*pressed)
        if row is not None:
            self._canvas.signals.clicked_sample.emit(panel, row)
        elif panel != NOWHERE:
            self._opened = len(self._canvas.picture.panels) > 1
            self._canvas.signals.clicked_panel.emit(panel)

    def _drag(self, on: bool) -> None:
        if on != self.dragging:
            self.dragging = on
            self._canvas.signals.dragging.emit(on)

    def _wheel(self, event: MouseEvent) -> None:
        self._camera_at(*_xy(event)).zoom(float(event.delta[1]))
        self._canvas.camera_moved()
        self.look_again()

    def _double_click(self, event: MouseEvent) -> None:
        self._pressed = None  # its second release is no further click
        opened, self._opened = self._opened, False
        panel, row = self._under(*_xy(event))
        if len(self._canvas.picture.panels) > 1:
            if panel != NOWHERE:
                self._canvas.signals.opened_panel.emit(panel)
        elif self._grip.is_over(*_xy(event)):
            return  # whoever drags turns nothing
        elif row is None and not opened:  # its first click may have made a panel large
            self._canvas.move_to(self._canvas.home)


def _xy(event: MouseEvent) -> tuple[float, float]:
    return float(event.pos[0]), float(event.pos[1])


def _near(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return math.dist(first, second) <= CLICK_PIXELS
