"""The longest stop of the window's own thread while one does what takes longest.

    xvfb-run -a -s "-screen 0 1600x1000x24" python benchmarks/freezes.py [--only WORD] [--where]

Each line of the table is the longest time between two turns of Qt's event loop, by the processor
time of the window's thread, which other programs do not lengthen: in milliseconds, and as a
multiple of what Qt takes to dress 400 bare labels in ncviz's style sheet, measured in the same
run. What takes longer goes on in a thread, while the caption says so, and is not counted.
"""

import argparse
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import end, make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.style.theme import dress, finish_dressing
from ncviz.explorer.room_names import ROOMS
from ncviz.jobs import thread
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features
from ncviz.scenes.palette import DARK, LIGHT

LABELS = 400
BOUND = 0.1  # seconds
REST = 1.0  # seconds in which what came from a thread is shown
PATIENCE = 120  # seconds of the processor, for a thread
PAUSE = 0.001  # seconds between two turns of the loop
LOOK = 0.005  # seconds between two looks at where the window's thread is
PLOTS = ("classes", "norms", "angles")


def write_run(
    out: Path, classes: int, per_class: int, width: int, layers: int = 1, epochs: int = 2
) -> Path:
    """Write a run whose classes part from epoch to epoch."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(classes), per_class)
    means = rng.normal(size=(classes, width)).astype(np.float32)
    noise = rng.normal(size=(len(labels), width)).astype(np.float32)
    shrink = np.geomspace(3, 0.5, epochs).astype(np.float32)
    values = np.stack([means[labels] + s * noise for s in shrink])
    split = FeatureSplit({f"layer {t}": values for t in range(layers)}, labels)
    names = tuple(f"class {k}" for k in range(classes))
    write_features(Features(split, names, tuple(range(epochs)), None), out, out.name, 30, 0)
    return out


def floor() -> float:
    """Return the seconds in which Qt dresses bare labels in the style sheet."""
    page = QWidget()
    for number in range(LABELS):
        QLabel(str(number), page)
    page.show()
    application = QApplication.instance()
    application.processEvents()
    taken = []
    for theme in (DARK, LIGHT, DARK, LIGHT):
        start = time.thread_time()
        dress(theme, 1.0)
        finish_dressing()
        taken.append(time.thread_time() - start)
    page.close()
    page.deleteLater()
    application.processEvents()
    return min(taken)


def workers_rest() -> bool:
    """Return whether no thread of ncviz works."""
    return not any(worker.is_working for worker in thread._workers)


class Watch:
    """Finds the longest stop of the event loop.

    Parameters
    ----------
    window : MainWindow
    where : bool
        Also look where the thread is, now and then.
    """

    def __init__(self, window: MainWindow, *, where: bool) -> None:
        self.window = window
        self.shown = True  # whether what was asked for last came at all
        self.where = ""
        self._last = self._longest = 0.0
        self._seen: list[tuple[str, ...]] = []
        if where:
            own = (threading.get_ident(),)
            threading.Thread(target=self._look_where, args=own, daemon=True).start()
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(0)

    def _look(self) -> None:
        now = time.thread_time()
        seen, self._seen = self._seen, []
        if now - self._last > self._longest:
            self._longest = now - self._last
            calls = Counter(call for stack in seen for call in dict.fromkeys(stack))
            deep = [call for call, count in calls.items() if 3 * count > len(seen)]
            order = max(seen, key=len, default=())
            self.where = " < ".join(
                sorted(deep, key=lambda c: -order.index(c) if c in order else 1)[:6]
            )
        self._last = now

    def _look_where(self, thread: int) -> None:
        while True:
            time.sleep(LOOK)
            stack = traceback.extract_stack(sys._current_frames().get(thread))
            self._seen.append(tuple(f"{Path(f.filename).stem}.{f.name}" for f in stack))

    def longest(self, act: Callable[[], object]) -> float:
        """Return the longest stop, in seconds, until what an action changes has been shown."""
        self._let(workers_rest, 0.1)  # such as what loads the Theory room
        self._last, self._longest, self.where = time.thread_time(), 0.0, ""
        self._seen = []
        act()
        self.shown = self._let(self.window.presenter.is_prepared)
        return self._longest

    def _let(self, is_done: Callable[[], bool], rest: float = REST) -> bool:
        """Let time pass until something has been done for a while; return whether it was."""
        application = QApplication.instance()
        start, since = time.process_time(), time.perf_counter()
        while time.perf_counter() - since < rest:
            application.processEvents()
            time.sleep(PAUSE)  # threads have the interpreter meanwhile
            if not is_done():
                since = time.perf_counter()
                if time.process_time() - start > PATIENCE:
                    return False
        return True


class Doings:
    """What is done, in its order, with runs that are written when they are first opened."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder

    def _open(self, name: str, *size: int) -> Path:
        path = self._folder / name
        return path if path.exists() else write_run(path, *size)

    def all(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield what is done under its name; every room is made first."""
        window = self._window
        for room in ROOMS:
            yield f"the first time in {room}", partial(window.enter, room)
        yield "back in Explore", partial(window.enter, "Explore")
        yield from self._looks("", "light", "dark")
        yield "large text", lambda: window.appearance.set("text_scale", 1.5)
        yield "usual text", lambda: window.appearance.set("text_scale", 1.0)
        files = [str(self._folder / f"picture-{number}.png") for number in range(60_000)]
        yield "60,000 files dropped", lambda: window.opening.open_dropped(files)
        # classes, samples of each, width, layers, epochs
        yield self._opened("5,000 epochs", 4, 10, 4, 1, 5000)
        yield "a jump in 5,000 epochs", lambda: window.playback.seek(2500.0)
        yield self._opened("1,000 layers", 4, 10, 4, 1000, 2)
        yield "1,000 layers side by side", partial(window.enter, "Layers")
        yield "a jump with 1,000 layers", lambda: window.playback.seek(1.0)
        yield "Explore again", partial(window.enter, "Explore")
        yield from self._of_classes("1,000 classes", 1000, 30, 512, 1, 2)
        yield from self._of_classes("1,000 wide classes", 1000, 30, 1024, 1, 2)
        yield from self._of_classes("3,000 classes", 3000, 2, 64, 1, 2)

    def _opened(self, name: str, *size: int) -> tuple[str, Callable[[], object]]:
        path = self._open(name, *size)
        return f"{name} opened", lambda: self._window.open(path, remember=False)

    def _looks(self, what: str, *themes: str) -> Iterator[tuple[str, Callable[[], object]]]:
        for theme in themes:
            yield f"{what}the {theme} theme", partial(self._window.appearance.set_theme, theme)

    def _of_classes(self, name: str, *size: int) -> Iterator[tuple[str, Callable[[], object]]]:
        window, count = self._window, size[0]
        yield self._opened(name, *size)
        yield f"all of {name} shown", lambda: window.explorer.choose_classes(range(count))
        yield f"{name}, another size", lambda: window.resize(1300, 850)
        yield f"{name}, the first size", lambda: window.resize(1440, 900)
        yield f"{name}, a jump", lambda: window.playback.seek(1.0)
        yield from self._looks(f"{name}, ", "dark", "light")
        for plot in PLOTS:
            yield f"{name}, the plot {plot}", partial(window.plots.set_layout, (plot,))
        yield f"{name}, the usual plots", partial(window.plots.set_layout, ())
        yield f"{name} in Layers", partial(window.enter, "Layers")
        yield f"{name} compared", partial(window.enter, "Compare")
        yield f"{name} in Explore", partial(window.enter, "Explore")
        yield f"four of {name}", lambda: window.explorer.choose_classes(range(4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORD", help="print actions with this word")
    parser.add_argument("--where", action="store_true", help="say where stops over the bound were")
    asked = parser.parse_args()
    application = make_application()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dressing = floor()
        print(f"{LABELS} bare labels dressed: {1e3 * dressing:.0f} ms")
        settings = Settings(motion=False)
        window = MainWindow(settings, folder / "settings.json", folder / "runs")
        window.show()
        window.open_demonstration()
        watch = Watch(window, where=asked.where)
        watch.longest(lambda: None)
        over = []
        print(f"| {'action':42} | longest stop | labels |\n|{'-' * 44}|{'-' * 13}:|{'-' * 7}:|")
        for what, act in Doings(window, folder).all():
            taken = watch.longest(act)
            line = f"| {what:42} | {1e3 * taken:9.0f} ms | {taken / dressing:4.1f} × |"
            line += "" if watch.shown else f" not shown in {PATIENCE} s"
            if taken > BOUND or not watch.shown:
                over.append(line)
                line += f" {watch.where}"
            if asked.only in what:
                print(line, flush=True)
        print(f"\nOver {1e3 * BOUND:.0f} ms: {len(over)}", *over, sep="\n")
        end(application, window)


if __name__ == "__main__":
    main()
