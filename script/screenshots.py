"""Opens the window, goes through its rooms, and saves what is on the screen."""

import sys
import tempfile
import time
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from ncviz.desktop.application import make_application
from ncviz.desktop.header import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.desktop.settings import Settings
from ncviz.desktop.window import MainWindow
from ncviz.explorer.samples import sample

SETTLE_SECONDS = 0.4
SIZES = {"": (1440, 900), "-1280x720": (1280, 720)}


def settle(application: QApplication, window: MainWindow) -> None:
    """Let the window draw until nothing moves, and the canvas reach the screen."""
    deadline = time.perf_counter() + SETTLE_SECONDS
    while not window.presenter.at_rest or time.perf_counter() < deadline:
        application.processEvents()


def save(window: MainWindow, path: Path) -> None:
    """Save the window as the screen shows it, the OpenGL picture included."""
    screen = window.screen()
    picture = screen.grabWindow(int(window.winId()))
    if not picture.save(str(path)):
        raise OSError(f"{path} cannot be written")
    print(path)


def explore(window: MainWindow) -> None:
    """Show the middle of the training."""
    window.enter(EXPLORE)
    window.transport.seek(window.player.position_of(46.0))


def layers(window: MainWindow) -> None:
    """Show all layers at the same epoch."""
    explore(window)
    window.enter(LAYERS)


def compare(window: MainWindow) -> None:
    """Show the balanced sample beside the imbalanced one."""
    window.rooms[GALLERY].open_sample("imbalanced")
    window.rooms[COMPARE].open_second(sample("balanced").path)
    window.enter(COMPARE)
    window.transport.seek(window.player.last)


def gallery(window: MainWindow) -> None:
    """Show where to begin."""
    window.enter(GALLERY)


def theory(window: MainWindow) -> None:
    """Show the model between balance and collapse."""
    window.enter(THEORY)
    window.desk.seek_ratio(20.0)


def train(window: MainWindow) -> None:
    """Show the recipe beside the collapsed network."""
    window.enter(TRAIN)
    window.transport.seek(window.player.last)


VISITS = (explore, layers, theory, train, compare, gallery)


def main() -> None:
    """Save every room in both themes and sizes."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(motion=False), Path(folder) / "s.json", Path(folder))
        window.show()
        window.open_demonstration()
        for theme in ("light", "dark"):
            window.looks.set_theme(theme)
            for suffix, size in SIZES.items():
                window.resize(*size)
                window.open_demonstration()
                for visit in VISITS:
                    visit(window)
                    settle(application, window)
                    save(window, out / f"{visit.__name__}-{theme}{suffix}.png")
        window.close()


if __name__ == "__main__":
    main()
