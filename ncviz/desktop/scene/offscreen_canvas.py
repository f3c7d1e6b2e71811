"""Qt's OpenGL without a window, for what draws on systems without EGL."""

import os
import sys
from collections.abc import Callable

from PyQt6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from vispy.gloo.context import GLContext, set_current_canvas

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.rendering.windowless import draw_with


class OffscreenCanvas:
    """Stands for a vispy canvas where there is a context and nothing to be seen.

    Attributes
    ----------
    context : vispy.gloo.context.GLContext
        As vispy asks of every canvas.

    Raises
    ------
    UserError
        If this computer offers no OpenGL.
    """

    def __init__(self) -> None:
        # On macOS no program of ours appears in the Dock that only draws.
        os.environ.setdefault("QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM", "1")
        # It outlives the context: the module of rendering keeps both until the program ends.
        self._application = QGuiApplication.instance() or QGuiApplication(["ncviz"])
        wanted = QSurfaceFormat()
        wanted.setDepthBufferSize(24)
        self._surface, self._native = QOffscreenSurface(), QOpenGLContext()
        self._surface.setFormat(wanted)
        self._surface.create()
        self._native.setFormat(wanted)
        if not (self._native.create() and self._native.makeCurrent(self._surface)):
            raise UserError(
                tr(
                    "This computer offers no OpenGL, so that no picture can be drawn: install the "
                    "driver of its graphics card; figures of plots and tables are made without it."
                )
            )
        self.context = GLContext()
        self.context.shared.add_ref("offscreen", self)

    def set_current(self) -> None:
        """Let OpenGL draw here."""
        self._native.makeCurrent(self._surface)
        set_current_canvas(self)


def draw_through_qt() -> None:
    """Let all that this process draws without a window be drawn so."""
    draw_with(OffscreenCanvas)


def opengl_of_drawers() -> Callable[[], None] | None:
    """Return how a process that draws finds OpenGL; None on Linux, which has EGL."""
    return None if sys.platform == "linux" else draw_through_qt
