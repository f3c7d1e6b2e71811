"""Opens the window in the language of the environment, and writes which words are clipped in it.

python clipped_words.py FOLDER, on a display of 1280 × 720 pixels.
"""

import json
import sys
from pathlib import Path

from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, LEARN, THEORY, TRAIN

ROOMS = (LEARN, EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN)


def settle(application: QApplication, window: MainWindow) -> None:
    """Let the window draw until nothing moves."""
    for _ in range(20):
        application.processEvents()
    while not window.presenter.at_rest:
        application.processEvents()


def clipped(window: QWidget) -> list[str]:
    """Return the texts of what is narrower than its words, and has no second line for them."""
    found = []
    for part in window.findChildren(QWidget):
        if not part.isVisible() or not isinstance(part, QLabel | QAbstractButton):
            continue
        if isinstance(part, QLabel) and (part.wordWrap() or not part.text()):
            continue
        if isinstance(part, QAbstractButton) and not part.text():
            continue
        seen = part.visibleRegion().boundingRect().width()
        across = 0 < seen < part.width() - 1  # what a column cuts off; what is scrolled away is 0
        if across or part.width() + 1 < part.minimumSizeHint().width():
            found.append(f"{type(part).__name__}: {part.text()[:80]}")
    return found


def main(folder: Path) -> None:
    """Visit every room and model with two sizes of text, then the preferences."""
    application = make_application()
    window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
    window.resize(1280, 720)
    window.show()
    window.open_demonstration()
    found = {}
    for scale in (1.0, 1.5):
        window.appearance.set("text_scale", scale)
        for room in ROOMS:
            window.enter(room)
            settle(application, window)
            found[f"{room} {scale}"] = clipped(window)
        window.enter(THEORY)
        for model in window.rooms.theory.desks:
            window.rooms.theory.open_model(model)
            settle(application, window)
            found[f"{model} {scale}"] = clipped(window)
    window.preferences()
    settle(application, window)
    for dialog in application.topLevelWidgets():
        if dialog.isVisible() and dialog is not window:
            found[type(dialog).__name__] = clipped(dialog)
    (folder / "clipped.json").write_text(json.dumps(found), encoding="utf-8")
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
