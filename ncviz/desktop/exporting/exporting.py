"""Connects the window with the export dialog."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QGuiApplication, QImage

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.desktop.scene.offscreen_canvas import opengl_of_drawers
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.busy_words import EXPORT
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.desktop.exporting.export_dialog import ExportDialog

FOLLOWED = ("view", "run", "epochs")
LONGEST_SECONDS = 2.0  # until it is taken up even if there is no rest
REST_MILLISECONDS = 300  # after the last change in the window
FAREWELL = tr("An export is under way: break it off, keep nothing, and close?")


class Exporting:
    """Figures, films, tables and pages of what the window shows.

    Parameters
    ----------
    window : FurnishedWindow
    """

    def __init__(self, window: FurnishedWindow) -> None:
        self._window = window
        self.work = Background(window, lambda: self._choose(), FAREWELL, stays=True)
        self.dialog: ExportDialog | None = None
        self._waits_since = 0.0
        self._rest = QTimer(window)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._rest.timeout.connect(self._follow)
        window.explorer.listen(self._explorer_changed)
        window.canvas.camera_changed.connect(self.look_again)

    def _explorer_changed(self, what: str) -> None:
        if what in FOLLOWED:
            self.look_again()

    def open(self, kind: str) -> None:
        """Show the dialog at 'figure', 'film', 'table' or 'page'."""
        dialog = self._made()
        if not self.work.is_running:
            dialog.show_kind(kind)
            dialog.kind.button(kind).setFocus()
        if not dialog.isVisible():
            dialog.suit_text()  # before it is seen, so that all of it lies on the screen
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def copy_picture(self) -> None:
        """Put what is on the canvas on the clipboard, all scenes of it."""
        from ncviz.rendering.offscreen import render

        canvas, scale = self._window.canvas, self._window.appearance.text_scale
        pixels = render(
            canvas.picture,
            canvas.drawing_camera,
            *canvas.physical_size,
            cameras=[canvas.drawing_camera_of(n) for n in range(len(canvas.picture.panels))],
            canvas=canvas.vispy_canvas,
            text_scale=scale,
        )
        # The room for words below several panels is left out.
        foot = max(panel.top + panel.height for panel in canvas.picture.panels)
        pixels = np.ascontiguousarray(pixels[: max(round(foot * len(pixels)), 1)])
        height, width = pixels.shape[:2]
        image = QImage(
            pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).convertToFormat(QImage.Format.Format_RGB32)  # without this copy the bytes would be gone
        certain(QGuiApplication.clipboard()).setImage(image)
        self._window.note.say(
            tr(
                "The picture is on the clipboard: {width} × {height} pixels.",
                width=width,
                height=height,
            )
        )

    def restore(self, path: Path) -> bool:
        """Bring back the run and the view that an exported file shows."""
        from ncviz.desktop.exporting.restoring import restore

        return restore(self._window, path)

    def close(self) -> None:
        """End what runs in the background; nothing half-written is left."""
        self._rest.stop()
        if self.dialog is not None:
            self.dialog.close_all()

    def _made(self) -> "ExportDialog":
        if self.dialog is None:
            # Only now: pages of figures and films know matplotlib's styles and more.
            from ncviz.desktop.exporting.export_dialog import ExportDialog
            from ncviz.desktop.exporting.what_is_seen import what_is_seen

            window = self._window
            self.dialog = ExportDialog(window, lambda: what_is_seen(window), self.work)
            self.dialog.told.connect(window.note.say)
            self.dialog.busy.connect(lambda words: window.busy.say(EXPORT, words))
        return self.dialog

    def _choose(self) -> Any:
        from ncviz.export import exporter

        return exporter.spawned_exporter(opengl_of_drawers())

    def look_again(self) -> None:
        """Take up in the dialog what the window shows: once it rests, or after a while."""
        if self.dialog is None or not self.dialog.isVisible():
            return
        now = time.monotonic()
        if not self._rest.isActive():
            self._waits_since = now
        if now - self._waits_since < LONGEST_SECONDS:  # what plays or descends never rests
            self._rest.start()

    def _follow(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.refresh()
