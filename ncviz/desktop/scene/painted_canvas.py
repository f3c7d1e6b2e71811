"""A canvas whose picture Qt paints, as it paints labels: for OpenGL that the processor computes.

A widget of OpenGL is composed by OpenGL: the picture and what lies over it are textures of the
whole canvas, drawn over each other anew for every frame. Where the processor draws, that takes
several times as long as the scene itself. Here the picture is drawn out of sight, read back once,
and copied to where the window is painted, with what changed of the rest.
"""

from typing import Any

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import (
    QImage,
    QOffscreenSurface,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QSurfaceFormat,
)
from PyQt6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat
from PyQt6.QtWidgets import QWidget
from vispy import app as vispy_app
from vispy import gloo
from vispy.app.backends import _pyqt6  # noqa: F401 - before the next, which asks for it

from ncviz.desktop.certain import certain

# isort: split
from vispy.app.backends._qt import QtBaseCanvasBackend

_RGB8 = 0x8051  # read back, it is what windows are made of


class PaintedWidget(QtBaseCanvasBackend, QWidget):  # type: ignore[misc]
    """What a vispy canvas is to Qt: it draws into a framebuffer, and paints what that holds.

    Attributes
    ----------
    outdated : bool
        The framebuffer is to be drawn anew before it is painted the next time.
    """

    def _init_specific(self, wanted: Any, _options: dict[str, Any]) -> None:
        """Make context and surface; vispy calls it."""
        QWidget.__init__(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        form = QSurfaceFormat()
        form.setDepthBufferSize(wanted.context.config["depth_size"])
        self._surface, self._native_context = QOffscreenSurface(), QOpenGLContext()
        self._surface.setFormat(form)
        self._surface.create()
        self._native_context.setFormat(form)
        self._native_context.create()
        wanted.context.shared.add_ref("qt", self)
        self.outdated = True
        self._buffer: QOpenGLFramebufferObject | None = None
        self._image = QImage()
        self._initialized = True

    # What vispy asks of it

    def _vispy_set_current(self) -> None:
        self._native_context.makeCurrent(self._surface)
        if self._buffer is not None:
            self._buffer.bind()

    def _vispy_swap_buffers(self) -> None:
        """Do nothing: what is drawn is read once all of it is there."""

    def _vispy_get_fb_bind_location(self) -> int:
        return 0 if self._buffer is None else int(self._buffer.handle())

    def _vispy_update(self) -> None:
        self.outdated = True
        self.update()

    def _vispy_close(self) -> None:
        self.close()
        self._native_context.makeCurrent(self._surface)
        self._buffer = None
        self._native_context.doneCurrent()

    # What Qt asks of it

    def resizeEvent(self, _event: QResizeEvent | None) -> None:
        """Let what is drawn next be of another size."""
        ratio = self.devicePixelRatioF()
        size = int(ratio * self.width()), int(ratio * self.height())
        self._vispy_set_physical_size(*size)
        self.outdated = True
        if self._vispy_canvas is not None:
            here = self.width(), self.height()
            self._vispy_canvas.events.resize(size=here, physical_size=size)

    def event(self, event: QEvent | None) -> bool:
        """Be of another size on a screen of other pixels, too."""
        if certain(event).type() == QEvent.Type.DevicePixelRatioChange:
            self.resizeEvent(None)
            self.update()
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the picture, drawn anew only if it is another one."""
        if self._vispy_canvas is None:
            return
        if self.outdated:
            self._draw()
            if not QRegion(self.rect()).subtracted(certain(event).region()).isEmpty():
                self.update()  # words over it changed: elsewhere the picture before would stay
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()

    def grabFramebuffer(self) -> QImage:
        """Draw the picture and return it; as Qt's own canvas has it."""
        self._draw()
        return self._image

    def _draw(self) -> None:
        self.outdated = False
        self._vispy_canvas.set_current()
        buffer = self._buffer
        size = QSize(*map(int, self._physical_size))
        if buffer is None or buffer.size() != size:
            form = QOpenGLFramebufferObjectFormat()
            form.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            form.setInternalTextureFormat(_RGB8)
            buffer = self._buffer = QOpenGLFramebufferObject(size, form)
            buffer.bind()
            gloo.clear()
        self._vispy_canvas.events.draw(region=None)
        gloo.flush()
        self._image = buffer.toImage()
        self._image.setDevicePixelRatio(self.devicePixelRatioF())


class PaintedCanvas(vispy_app.Canvas):  # type: ignore[misc]
    """A vispy canvas that is such a widget."""

    def create_native(self) -> None:
        """Make the widget; vispy calls it."""
        if self._backend is None:
            PaintedWidget(self, **self._backend_kwargs)
            self.events.draw.connect(self.context.flush_commands, position="last")
