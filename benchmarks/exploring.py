"""Scrub, slide and play in the real window: how late the picture is, and what memory it keeps.

    xvfb-run -a -s "-screen 0 1600x1000x24" python benchmarks/exploring.py [--minutes 2]

Prints the time from a jump to any of 600 recorded epochs until the scene and
every plot show it, from a slider of the Layer-Peeled Model to its picture, and
the memory of the process while it plays and scrubs at high speed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtWidgets import QApplication
from speed_row import Row

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import end, make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features

EPOCHS, CLASSES, SAMPLES, LAYERS = 600, 10, 500, 8
AGAIN = "the same scene painted once more, with nothing changed"
SHORT = ("--jumps", "120", "--minutes", "0")


def _row(name: str, what: str, at_most: float, order: int) -> Row:
    return Row(
        name,
        what,
        floor=AGAIN,
        at_most=at_most,
        bounded="value",
        arguments=SHORT,
        order=order,
    )


JUMP = "a jump to any of 600 epochs until all views show it"
IN_EXPLORE = _row("jump-explore", f"{JUMP}, Explore (99 of 100)", 16, 1)
IN_LAYERS = _row("jump-layers", f"{JUMP}, Layers of 8 (99 of 100)", 33, 2)
SLIDER = "the slider R of the Layer-Peeled Model until its picture is there"
MEDIAN = _row("slider", f"{SLIDER} (median)", 10, 3)
LATE = _row("slider-late", f"{SLIDER} (99 of 100)", 16, 4)


def long_run(out: Path) -> None:
    """Write a run of 600 epochs whose classes part layer by layer and epoch by epoch."""
    rng = np.random.default_rng(0)
    labels = np.arange(SAMPLES) % CLASSES
    means = rng.normal(size=(CLASSES, 20)).astype(np.float32)
    noise = rng.normal(size=(SAMPLES, 20)).astype(np.float32)
    shrink = np.geomspace(3, 0.1, EPOCHS).astype(np.float32)
    layers = {
        f"layer {t}": np.stack([means[labels] + s * 0.8**t * noise for s in shrink])
        for t in range(LAYERS)
    }
    classifier = np.stack([means + s * rng.normal(size=means.shape) for s in shrink])
    names = tuple(f"class {k}" for k in range(CLASSES))
    features = Features(FeatureSplit(layers, labels), names, tuple(range(EPOCHS)), classifier)
    write_features(features, out, "six hundred epochs", 50, 0)


def resident() -> float:
    """Return the memory of this process, MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Driver:
    """Does what a user does, and waits until the screen shows it."""

    def __init__(self, window: MainWindow, application: QApplication) -> None:
        self.window, self.application = window, application

    def settle(self, limit: float = 60.0) -> None:
        end = time.perf_counter() + limit
        while not self.window.presenter.at_rest and time.perf_counter() < end:
            self.application.processEvents()

    def shown_after(self, act: Callable[[], object]) -> tuple[float, float]:
        """Return the seconds from an action to its frame of the scene, and until all show it."""
        frames, pictured = self.window.canvas.frames, 0.0
        start = time.perf_counter()
        act()
        while not self.window.presenter.up_to_date or not pictured:
            self.application.processEvents()
            seen = self.window.presenter.pictured and self.window.canvas.frames > frames
            pictured = pictured or seen * (time.perf_counter() - start)
        self.application.processEvents()  # what was told is painted
        return pictured, time.perf_counter() - start

    def idle(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.application.processEvents()

    def again(self, count: int = 40) -> list[float]:
        """Return how long the picture takes in which nothing is new."""
        times = []
        for _ in range(count):
            start = time.perf_counter()
            self.window.canvas.native.repaint()
            times.append(time.perf_counter() - start)
        return times


def median_and_late(seconds: list[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    return float(1e3 * np.median(seconds)), float(1e3 * np.percentile(seconds, 99))


def report(name: str, seconds: list[float]) -> None:
    median, late = median_and_late(seconds)
    print(f"{name}: median {median:.1f} ms, p99 {late:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jumps", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=1.0, help="of playing and scrubbing")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(motion=False)
        window = MainWindow(settings, Path(folder) / "settings.json", Path(folder) / "runs")
        window.show()
        window.open_demonstration()
        driver = Driver(window, application)
        driver.settle()
        print(f"the window with the demonstration: {resident():.0f} MiB")
        long_run(Path(folder) / "long")
        window.open(Path(folder) / "long", remember=False)
        driver.settle()
        for room, row in (("Explore", IN_EXPLORE), ("Layers", IN_LAYERS)):
            window.enter(room)
            driver.settle()
            times = []
            for epoch in rng.integers(0, EPOCHS, options.jumps):
                driver.idle(0.06)  # as a hand does; plots follow twenty times a second
                jump = float(epoch) if epoch != round(window.player.position) else 0.0
                times.append(driver.shown_after(lambda p=jump: window.playback.seek(p))[1])
            report(f"a jump to one of {EPOCHS} epochs, all views, {room}", times[5:])
            late, floor = median_and_late(times[5:])[1], median_and_late(driver.again())[1]
            row.point(f"{EPOCHS} epochs", late, floor)
        window.enter("Theory")
        driver.settle()
        desk, times, later = window.rooms.theory.desks["layer-peeled"], [], []
        for ratio in np.geomspace(1.01, 1e4, options.jumps):
            driver.idle(0.06)
            seen, whole = driver.shown_after(lambda r=float(ratio): desk.set(ratio=r))
            times.append(seen)
            later.append(whole)
        report("a slider to its Layer-Peeled picture", times[5:])
        report("a slider to plots and words, too", later[5:])
        for row, value, floor in zip(
            (MEDIAN, LATE),
            median_and_late(times[5:]),
            median_and_late(driver.again()),
            strict=True,
        ):
            row.point("10 classes", value, floor)
        if options.minutes:
            play(driver, options.minutes, rng)
        end(application, window)


def play(driver: Driver, minutes: float, rng: np.random.Generator) -> None:
    """Play and scrub for some minutes, and print the memory."""
    window = driver.window
    window.enter("Explore")
    window.open_demonstration()
    window.playback.set_looping(True)
    window.playback.set_speed(8.0)
    first = resident()
    end = time.perf_counter() + 60 * minutes
    window.playback.toggle_playing()
    print("playing and scrubbing: MiB", end="")
    next_look = 0.0
    while time.perf_counter() < end:
        driver.idle(0.2)
        window.playback.seek(float(rng.uniform(0, window.player.last)))
        window.player.play()
        window.picture.show_layer(int(rng.integers(0, 8)))
        if time.perf_counter() > next_look:
            next_look = time.perf_counter() + 60 * minutes / 8
            print(f" {resident():.0f}", end="", flush=True)
    print(f"; growth {resident() - first:+.0f}; {window.canvas.frames} frames")


if __name__ == "__main__":
    main()
