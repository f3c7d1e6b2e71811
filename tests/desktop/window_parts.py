"""What several tests of the window do to it, and read from it."""

import time

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPointF, Qt
from PyQt6.QtGui import QImage, QMouseEvent, QRegion, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from ncviz.desktop.style.theme import dress, finish_dressing


def dispose(window):
    """Close a window and free it and its canvas now, not when the collector comes."""
    # What a test left running would ask first, with nobody to answer.
    for name in ("training", "recording", "exporting"):
        if hasattr(window, name):
            getattr(window, name).work.close()
    if hasattr(window, "rooms") and window.rooms.is_made("Gallery"):
        window.rooms.gallery.close()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def dress_now(theme, text_scale=1.0):
    """Let all widgets wear a theme, and letters of a size, at once."""
    dress(theme, text_scale)
    finish_dressing()


def settle(qtbot, window):
    """Wait until all that is out of date has been shown, and what comes of that."""

    def rests():
        QApplication.processEvents()
        return window.presenter.at_rest

    qtbot.waitUntil(rests)


def pixels_of(image):
    """Return a QImage as an array of shape (height, width, 4)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(int)


def focusable(window):
    """Return every widget of a window or dialog that can have the focus now."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.window() is window
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
    ]


def named(widget):
    """Return what tells a widget in the message of a test."""
    return type(widget).__name__, widget.accessibleName() or widget.toolTip()


def drawn(window):
    """Return the 3-D picture as the canvas draws it now."""
    return pixels_of(window.canvas.native.grabFramebuffer())


def place_of(window, point):
    """Return column and row of a point of the scene, in pixels of the canvas."""
    x, y, _ = window.canvas.camera.project(point, *window.canvas.physical_size)[0]
    return int(x), int(y)


def drag(widget, way, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier):
    """Press at the first point of a way, move along it, release at its end."""
    kind = QEvent.Type
    _mouse(widget, kind.MouseButtonPress, way[0], button, button, keys)
    for point in way[1:]:
        # vispy passes over what comes within a hundredth of a second.
        later = time.perf_counter() + 0.012
        while time.perf_counter() < later:
            QApplication.processEvents()
        _mouse(widget, kind.MouseMove, point, Qt.MouseButton.NoButton, button, keys)
    _mouse(widget, kind.MouseButtonRelease, way[-1], button, Qt.MouseButton.NoButton, keys)


def hover(widget, point):
    nothing, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    _mouse(widget, QEvent.Type.MouseMove, point, nothing, nothing, keys)


def _mouse(widget, kind, point, button, buttons, keys):
    here = QPointF(*point)
    there = QPointF(widget.mapToGlobal(here.toPoint()))
    QApplication.sendEvent(widget, QMouseEvent(kind, here, there, button, buttons, keys))


def press_class(qtbot, classes, number, keys=Qt.KeyboardModifier.NoModifier):
    """Click a class of a list of classes."""
    place = classes.place_of(number).center()
    qtbot.mouseClick(classes.viewport(), Qt.MouseButton.LeftButton, keys, place)


def turn_wheel(widget, notches):
    """Turn the wheel over the middle of a widget; away from the user is positive."""
    here = QPointF(widget.rect().center())
    there = QPointF(widget.mapToGlobal(widget.rect().center()))
    event = QWheelEvent(
        here,
        there,
        QPointF(0, 0).toPoint(),
        QPointF(0, 120 * notches).toPoint(),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


class PaintedRegions(QObject):
    """Keeps which region of a widget each painting paints, until it is stopped."""

    def __init__(self, widget):
        super().__init__()
        self.regions, self._widget = [], widget
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.regions.append(QRegion(event.region()))
        return False

    def stop(self):
        self._widget.removeEventFilter(self)


class ScriptedRunner:
    """A `Runner` that trains nothing: tests put its messages, and read what it was asked."""

    def __init__(self):
        self.asked = []
        self.messages = []
        self.recipe = self.out = self.device = None

    def prepare(self):
        self.asked.append("prepare")

    def start(self, recipe, out, device="cpu"):
        self.asked.append("start")
        self.recipe, self.out, self.device = recipe, out, device

    def ask(self, *_question):
        self.asked.append("ask")

    def forget(self):
        self.asked.append("forget")

    def pause(self):
        self.asked.append("pause")

    def resume(self):
        self.asked.append("resume")

    def stop(self):
        self.asked.append("stop")

    def cancel(self):
        self.asked.append("cancel")

    def poll(self, timeout=0.0):
        messages, self.messages = self.messages, []
        return messages

    def close(self, timeout=10.0):
        self.asked.append("close")


def peeled(window):
    """Return the desk of the Layer-Peeled Model."""
    return window.rooms.theory.desks["layer-peeled"]


def pick(box, value):
    """Choose an entry of a list as a user does."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
