"""Opens the window on a small screen, in a process of its own, and writes where all of it lies.

python small_screen.py FOLDER, with FOLDER/screen.json as the screen of Qt's offscreen platform.
"""

import json
import sys
from pathlib import Path

from PyQt6.QtCore import QRect

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.screen_state import restore_geometry
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.widgets.columns import WholePage
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, LEARN, THEORY, TRAIN

ROOMS = (LEARN, EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN)


def settle(application, window) -> None:
    """Let the window draw until nothing moves."""
    for _ in range(20):
        application.processEvents()
    while not window.presenter.at_rest:
        application.processEvents()


def numbers(rectangle: QRect) -> list[int]:
    """Return left, top, width and height."""
    return list(rectangle.getRect())


def main(folder: Path) -> None:
    """Visit every room with two sizes of text; then an old place, and the preferences."""
    application = make_application()
    found = []
    window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
    window.show()
    window.open_demonstration()
    for scale in (1.0, 1.75):
        window.appearance.set("text_scale", scale)
        for room in ROOMS:
            window.enter(room)
            settle(application, window)
            page: WholePage = window.centralWidget()
            seen, needed = page.viewport().size(), page.widget().size()
            bars = page.horizontalScrollBar().maximum(), page.verticalScrollBar().maximum()
            found.append(
                {
                    "room": room,
                    "scale": scale,
                    "window": numbers(window.geometry()),
                    "reach": [seen.width() + bars[0], seen.height() + bars[1]],
                    "needed": [needed.width(), needed.height()],
                }
            )
    window.resize(2000, 1200)  # as on a larger screen
    restore_geometry(window, bytes(window.saveGeometry().toBase64()).decode())
    settle(application, window)
    restored = numbers(window.geometry())
    window.preferences()
    settle(application, window)
    (dialog,) = (w for w in application.topLevelWidgets() if w.windowTitle() == "Preferences")
    screen = window.screen()
    result = {
        "ratio": window.devicePixelRatio(),
        "screen": numbers(screen.availableGeometry()),
        "rooms": found,
        "restored": restored,
        "preferences": numbers(dialog.geometry()),
    }
    dialog.close()
    window.close()
    settle(application, window)
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
