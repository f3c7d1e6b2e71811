"""How soon a large run is seen once it is opened, and how long the window stands still after.

    xvfb-run -a -s "-screen 0 1440x900x24" python benchmarks/opening.py

From the order to open until the scene with its plots is on the screen, in a window that shows
the demonstration; then, until everything is computed, the longest time between two turns of Qt's
event loop, by the processor time of the window's thread, which other programs do not lengthen.
The floor is the demonstration, opened once more in the same window.
"""

import os

os.environ.setdefault("LP_NUM_THREADS", "1")

import argparse
import tempfile
import time
from pathlib import Path

from freezes import write_run
from PyQt6.QtWidgets import QApplication
from speed_row import Row

from ncviz.assets import asset
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import end, make_application
from ncviz.desktop.shell.window import MainWindow

OPENED = Row(
    "opening",
    "a run is opened until its first picture",
    floor="the demonstration, opened in the same window",
    at_most=1000,
    bounded="value",
    order=49,
)
STALLS = Row(
    "opening-stall",
    "the longest stop of the window after that picture",
    floor="the demonstration",
    at_most=100,
    bounded="value",
    order=50,
)
RUNS = {  # classes, samples of each, width, layers, epochs
    "2,000 epochs": (10, 50, 20, 8, 2000),
    "1,000 classes": (1000, 5, 128, 1, 2),
    "60,000 samples": (10, 6000, 10, 1, 2),
    "10,000 epochs": (4, 10, 4, 1, 10_000),
    "200,000 samples": (10, 20_000, 10, 1, 2),
}
PATIENCE = 120  # seconds of the processor


def opened(window: MainWindow, path: Path) -> tuple[float, float]:
    """Open a run; return milliseconds to its first picture, and of the longest stop after."""
    application = QApplication.instance()
    frames, start = window.canvas.frames, time.perf_counter()
    window.open(path, remember=False)
    shown, longest, busy, composed = 0.0, 0.0, time.process_time(), False
    last = time.thread_time()
    while not (shown and window.presenter.at_rest) and time.process_time() - busy < PATIENCE:
        application.processEvents()
        now = time.thread_time()
        if shown:
            longest = max(longest, now - last)
        elif composed:
            shown = time.perf_counter() - start if window.canvas.frames > frames else 0.0
        elif not window.presenter._stale & {"scene", "moment"}:
            composed, frames = True, window.canvas.frames  # the next frame shows it
            window.canvas.vispy_canvas.update()
        last = time.thread_time()
        time.sleep(0.0005)  # threads have the interpreter meanwhile
    return 1e3 * shown, 1e3 * longest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="runs with this word in their name")
    asked = parser.parse_args()
    application = make_application()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
        window.resize(1440, 900)
        window.show()
        opened(window, asset("demonstration"))
        for words, size in RUNS.items():
            if asked.only not in words:
                continue
            path = write_run(folder / words, *size)
            floor, still = opened(window, asset("demonstration"))
            value, stop = opened(window, path)
            OPENED.point(words, value, floor)
            STALLS.point(words, stop, still)
        end(application, window)


if __name__ == "__main__":
    main()
