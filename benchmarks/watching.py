"""What a training costs the window, and what the window costs the training.

In one run, taken in turn so that a drift of the machine meets both alike:

* bare: the training loop alone in a worker process, nothing recorded but the
  last epoch, nothing drawn;
* watched: the same training started from the window, recorded at the default
  epochs, while the 3-D scene is redrawn without a pause (orbiting, so that
  every frame is another picture) and the plots follow.

Prints the ratio of their speeds, and the gaps between frames while training.
Run it under a display: xvfb-run -a -s "-screen 0 1600x1000x24" python benchmarks/watching.py
"""

import os

os.environ.setdefault("LP_NUM_THREADS", "1")

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from speed_row import Row

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import end, make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.explorer.room_names import TRAIN
from ncviz.jobs.messages import Failed, Finished
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import TrainingProgress
from ncviz.training.training_runner import TrainingRunner

FRAME_MILLISECONDS = 33  # asked for; gaps are measured
GAPS = Row(
    "gaps",
    "gaps between frames beside a training at full speed, 99 of 100 within",
    floor="the distance that is asked for",
    at_most=40,
    bounded="value",
    order=47,
)
TRAINING = Row(
    "watched",
    "an epoch of a training that is watched",
    floor="an epoch of the same training that nobody watches and nothing records",
    at_most=1.053,  # so that the training keeps 95 % of its speed
    order=48,
)
SHOWN = (4, 10)  # classes; the demonstration's network has ten


def bare(recipe: Recipe, folder: Path) -> float:
    """Return epochs a second of a training that nobody watches."""
    runner = TrainingRunner()
    runner.prepare()
    speed = 0.0
    runner.start(replace(recipe, record=str(recipe.epochs)), folder / f"bare-{time.time_ns()}")
    while runner.is_running:
        for message in runner.poll(0.2):
            if isinstance(message, TrainingProgress):
                speed = message.epochs_per_second
            if isinstance(message, Failed):
                raise SystemExit(message.sentence)
            if isinstance(message, Finished):
                break
    runner.close()
    return speed


def heard(told: object, speeds: list[float]) -> None:
    """Note the speed of a training that tells how far it is."""
    if isinstance(told, TrainingProgress):
        speeds.append(told.epochs_per_second)


def watched(application: QApplication, window: MainWindow, recipe: Recipe) -> tuple[float, list]:
    """Return epochs a second of a watched training, and the gaps between frames in seconds."""
    session, form = window.training.work, window.training.panel.form
    form.set_recipe(recipe)
    window.enter(TRAIN)
    speeds: list[float] = []
    session.told.connect(lambda told: heard(told, speeds))
    drawn: list[float] = []
    window.canvas.vispy_canvas.events.draw.connect(lambda _e: drawn.append(time.perf_counter()))
    orbit = QTimer()
    orbit.setInterval(FRAME_MILLISECONDS)
    orbit.timeout.connect(lambda: window.canvas.set_camera(window.canvas.camera.orbit(0.5, 0)))
    window.training.start()
    orbit.start()
    while session.is_running:
        if speeds and not getattr(orbit, "counting", False):
            orbit.counting = True  # training has begun: count frames from here
            drawn.clear()
        application.processEvents()
        time.sleep(0.0005)
    orbit.stop()
    return speeds[-1], list(np.diff(drawn))


def gaps_without_training(application: QApplication, window: MainWindow) -> float:
    """Return within how many ms 99 of 100 frames follow each other where nothing trains."""
    drawn: list[float] = []
    window.canvas.vispy_canvas.events.draw.connect(lambda _e: drawn.append(time.perf_counter()))
    orbit = QTimer()
    orbit.setInterval(FRAME_MILLISECONDS)
    orbit.timeout.connect(lambda: window.canvas.set_camera(window.canvas.camera.orbit(0.5, 0)))
    orbit.start()
    while len(drawn) < 300:
        application.processEvents()
        time.sleep(0.0005)
    orbit.stop()
    return float(np.percentile(np.diff(drawn) * 1000, 99))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    recipe = Recipe(epochs=options.epochs)
    application = make_application()
    ratios: dict[int, list[float]] = {count: [] for count in SHOWN}
    gaps: dict[int, list[float]] = {count: [] for count in SHOWN}
    epochs: dict[int, list[tuple[float, float]]] = {count: [] for count in SHOWN}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        window = MainWindow(Settings(), folder / "settings.json", folder)
        window.resize(1440, 900)
        window.show()
        window.open_demonstration()
        for turn in range(options.rounds + 1):
            shown = SHOWN[turn == options.rounds]  # more of them once, at last
            window.hide()
            application.processEvents()
            alone = bare(recipe, folder)
            window.show()
            window.explorer.choose_classes(range(shown))
            seen, more = watched(application, window, recipe)
            ratios[shown].append(seen / alone)
            epochs[shown].append((1000 / seen, 1000 / alone))
            gaps[shown] += more
            print(f"bare {alone:6.1f} epochs/s   watched {seen:6.1f}   ratio {seen / alone:.3f}")
        window.explorer.choose_classes(range(SHOWN[0]))
        quiet = gaps_without_training(application, window)
        end(application, window)
    GAPS.ends(
        f"A frame is asked for every {FRAME_MILLISECONDS} ms. Where nothing trains, 99 of 100 of "
        f"the same window's gaps are within {quiet:.1f} ms: what is more is the training's and the "
        f"measuring's, which share the cores with it."
    )
    for shown, each in gaps.items():
        p50, p99 = np.percentile(np.array(each) * 1000, [50, 99])
        print(f"median ratio watched/bare {np.median(ratios[shown]):.3f}, {shown} classes")
        print(f"{len(each)} gaps between frames: median {p50:.1f} ms, 99 of 100 in {p99:.1f} ms")
        GAPS.point(f"{shown} classes shown", float(p99), FRAME_MILLISECONDS)
        TRAINING.point(f"{shown} classes shown", *np.median(epochs[shown], axis=0).tolist())


if __name__ == "__main__":
    main()
