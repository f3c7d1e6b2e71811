"""The window on a screen of its own, with a pointer that can be put anywhere."""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PyQt6.QtCore import QBuffer, QEvent, QPoint, QRect
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QApplication, QDialog, QWidget

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.timeline.timeline_popup import Popup
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.bundled_samples import sample
from ncviz.explorer.pointing import sample_at
from ncviz.explorer.room_names import EXPLORE, GALLERY, LEARN
from ncviz.scenes.palette import DEFAULT_PALETTE
from ncviz.scenes.view import View

SETTLE_SECONDS = 0.4
RUNS = "/home/ada/ncviz/runs"  # what the preferences show; nothing is written there
LONGEST_SECONDS = 60.0


class Stage:
    """One window for all pictures.

    Attributes
    ----------
    window : MainWindow
    application : QApplication
    folder : Path
        For files that a picture needs; removed at the end.
    """

    def __init__(self) -> None:
        self.application: QApplication = make_application()
        self._held = tempfile.TemporaryDirectory()
        self.folder = Path(self._held.name)
        settings = Settings(motion=False, runs_folder=RUNS)
        self.window = MainWindow(settings, self.folder / "settings.json", self.folder / "runs")
        self.window.move(0, 0)
        self.window.show()
        self.window.open_demonstration()

    def close(self) -> None:
        """Close the window."""
        self.window.close()
        self.settle(0.1)
        self._held.cleanup()

    # What each picture begins with

    def prepare(self, theme: str, size: tuple[int, int]) -> None:
        """Bring everything back to how the window starts."""
        window = self.window
        self._close_others()
        if window.presentation.active:
            window.presentation.leave()
        window.note.hide()
        if window.rooms.is_made(LEARN):
            window.rooms.learn.work.leave()
        self.point_at_nothing()
        window.move(0, 0)
        window.resize(*size)
        window.appearance.set_theme(theme)
        window.picture.set_orthographic(False)
        for name, value in (
            ("motion", False),
            ("text_scale", 1.0),
            ("palette", DEFAULT_PALETTE),
            ("shapes", False),
            ("recorded_only", False),
        ):
            window.appearance.set(name, value)
        window.plots.set_layout(())
        self.open_sample("demonstration")
        window.enter(EXPLORE)
        self.settle()

    def open_sample(self, key: str) -> None:
        """Open a sample as if for the first time."""
        window, explorer = self.window, self.window.explorer
        window.comparison.close_second()
        window.rooms[GALLERY].open_sample(key)
        window.playback.set_spacing("recorded")
        window.playback.set_end("stop")
        explorer.set_bookmarks(Bookmarks())
        explorer.tour(False)
        layers = len(explorer.run.manifest.layers)
        explorer.set_view(View(theme=window.settings.theme, layer=layers - 1))
        if sample(key).classes:
            explorer.choose_classes(sample(key).classes)
        window.picture.reset_camera()
        self.seek(0)

    def _close_others(self) -> None:
        for widget in self.application.topLevelWidgets():
            if isinstance(widget, QDialog | Popup | FormulaCard) and widget.isVisible():
                widget.close()
        popup = self.application.activePopupWidget()
        if popup is not None:
            popup.close()
        self.window.note.hide()

    # What pictures do

    def seek(self, epoch: float) -> None:
        """Go to an epoch."""
        self.window.playback.seek(self.window.player.position_of(float(epoch)))

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Let the window draw until nothing moves and all numbers are there."""
        started = time.perf_counter()
        while True:
            self.application.processEvents()
            # Without a running event loop nobody else deletes what asked to be deleted.
            self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            passed = time.perf_counter() - started
            if passed > LONGEST_SECONDS:
                raise TimeoutError("The window does not come to rest.")
            if passed > seconds and self.window.presenter.at_rest:
                return

    def wait(self, comes: Callable[[], bool]) -> None:
        """Let the window work until something is there that another process makes."""
        deadline = time.perf_counter() + LONGEST_SECONDS
        while not comes():
            self.application.processEvents()
            if time.perf_counter() > deadline:
                raise TimeoutError("What the picture shows does not come.")

    def let(self, seconds: float) -> None:
        """Let time pass while something plays."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.application.processEvents()

    def point_at_nothing(self) -> None:
        """Put the pointer where nothing answers."""
        QCursor.setPos(0, 0)
        self.let(0.1)

    def point(self, widget: QWidget, x: float, y: float) -> None:
        """Put the pointer over a widget; x and y from 0 to 1."""
        self.settle()
        place = QPoint(round(x * widget.width()), round(y * widget.height()))
        at = widget.mapToGlobal(place)
        QCursor.setPos(at - QPoint(12, 0))
        self.let(0.1)
        QCursor.setPos(at)
        self.let(0.3)

    def point_at_sample(self, row: int) -> None:
        """Put the pointer over a sample of the scene."""
        self.settle()
        canvas = self.window.canvas
        width, height = canvas.native.width(), canvas.native.height()
        scene, camera = canvas.scene, canvas.drawing_camera
        number = list(scene.sample_ids).index(row)
        middle = camera.project(scene.samples.positions[number : number + 1], width, height)[0]
        # Another sample may lie before its middle: look at its rim as well.
        for dx, dy in ((0, 0), (3, 0), (-3, 0), (0, 3), (0, -3)):
            x, y = middle[0] + dx, middle[1] + dy
            seen = sample_at(canvas.picture, camera, width, height, x, y, 0.0)
            if seen is not None and seen.sample_id == row:
                self.point(canvas.native, x / width, y / height)
                return
        raise LookupError(f"Sample {row} is not in sight.")

    # What is saved

    def part(self, *widgets: QWidget, margin: int = 0) -> QRect:
        """Return the part of the screen that holds widgets."""
        self.settle()
        found = QRect()
        for widget in widgets:
            corner = widget.mapToGlobal(QPoint(0, 0))
            found = found.united(QRect(corner, widget.size()))
        screen = self.window.screen().geometry()
        return found.adjusted(-margin, -margin, margin, margin).intersected(screen)

    def save(self, path: Path, region: QRect | None = None) -> None:
        """Save a part of the screen, or the window; the OpenGL picture included."""
        self.settle()
        part = region if region is not None else self.window.geometry()
        pixmap = self.window.screen().grabWindow(0, part.x(), part.y(), part.width(), part.height())
        held = QBuffer()
        held.open(QBuffer.OpenModeFlag.WriteOnly)
        pixmap.save(held, "PNG")
        image = Image.open(io.BytesIO(bytes(held.data()))).convert("RGB")
        smallest(image).save(path, optimize=True)
        print(path, image.size, f"{path.stat().st_size / 1024:.0f} KiB", flush=True)


def smallest(image: Image.Image) -> Image.Image:
    """Return an image with a table of colours where nobody could see the difference."""
    colors = image.getcolors(256)
    return image if colors is None else image.quantize(len(colors), dither=Image.Dither.NONE)
