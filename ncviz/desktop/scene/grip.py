"""A ball of the scene that the mouse drags along the unit sphere."""

import numpy as np
from PyQt6.QtCore import Qt

from ncviz.desktop.scene.pictured_canvas import PicturedCanvas
from ncviz.explorer.gripping import handle_at, is_behind, place_under


class Grip:
    """What the mouse holds of a scene that has handles.

    Parameters
    ----------
    canvas : PicturedCanvas

    Attributes
    ----------
    holds : bool
        Whether a handle is held.
    """

    def __init__(self, canvas: PicturedCanvas) -> None:
        self._canvas = canvas
        self._handle: int | None = None
        self._behind = self._moved = self._shown = False

    @property
    def holds(self) -> bool:
        return self._handle is not None

    def is_over(self, x: float, y: float) -> bool:
        """Return whether a handle lies at a point of the widget."""
        return self._at(x, y) is not None

    def show(self, x: float, y: float) -> None:
        """Let the pointer say that a handle can be taken."""
        over = self.is_over(x, y)
        if over != self._shown:
            self._shown = over
            native = self._canvas.native
            native.setCursor(Qt.CursorShape.OpenHandCursor) if over else native.unsetCursor()

    def take(self, x: float, y: float) -> None:
        """Take the handle at a point of the widget, if there is one."""
        self._handle, self._moved = self._at(x, y), False
        if self._handle is not None:
            self._behind = is_behind(self._place(self._handle), self._canvas.drawing_camera)

    def drag(self, x: float, y: float) -> None:
        """Let what is held go below a point of the widget."""
        handles = self._canvas.scene.handles
        if self._handle is None or handles is None or self._handle >= len(handles.balls):
            return  # another picture has come meanwhile
        place = place_under(
            self._place(self._handle),
            handles.dimension,
            self._canvas.drawing_camera,
            self._size,
            (x, y),
            behind=self._behind,
        )
        begins, self._moved = not self._moved, True
        self._canvas.signals.handle_dragged.emit(self._handle, place, begins)

    def release(self, x: float, y: float) -> bool:
        """Let go where the pointer is; return whether a handle was dragged."""
        moved = self.holds and self._moved
        if moved:  # vispy passes over moves that come quickly
            self.drag(x, y)
        self._handle, self._moved = None, False
        return moved

    def _at(self, x: float, y: float) -> int | None:
        canvas = self._canvas
        if len(canvas.picture.panels) != 1:
            return None
        return handle_at(canvas.scene, canvas.drawing_camera, *self._size, x, y)

    def _place(self, handle: int) -> np.ndarray:
        scene = self._canvas.scene
        assert scene.handles is not None
        return np.asarray(scene.balls.positions[scene.handles.balls[handle]], dtype=np.float64)

    @property
    def _size(self) -> tuple[int, int]:
        native = self._canvas.native
        return max(1, native.width()), max(1, native.height())
