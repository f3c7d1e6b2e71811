"""Time the Theory room: from a slider of any model to a new Scene, and a frame of a descent.

    python benchmarks/theory_desk.py
    xvfb-run -a -s "-screen 0 1440x900x24" python benchmarks/theory_desk.py --window [MODEL ...]

In the window a move lasts until the scene that shows it has been drawn; beside it stands until when
plots, words and captions show it, too. The processor's time is that of all threads of the process,
for all of it, which other programs hardly lengthen.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.charts.plot import GRID
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.models.class_sizes import PRESETS, with_sizes
from ncviz.models.label_sets import LABEL_SETS_MODEL
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.model import Model, models
from ncviz.models.optimum import OptimumModel
from ncviz.models.peeled_optimum import optimum_of_groups, optimum_of_sizes
from ncviz.models.square_loss import SQUARE_LOSS
from ncviz.models.unconstrained_features import UNCONSTRAINED_FEATURES
from ncviz.parameters import Declared, declared
from ncviz.scenes.view import View

FRAME = 1 / 60
LIMIT, LATE = 16.0, 33.0  # milliseconds, of the median and of one move in a hundred


def report(name: str, moves: Iterable[Callable[[], object]], desk: OptimumDesk) -> None:
    seconds = []
    optimum_of_groups.cache_clear()
    optimum_of_sizes.cache_clear()
    for move in moves:
        start = time.perf_counter()
        move()
        desk.scene(View())
        seconds.append(time.perf_counter() - start)
    median, late = np.percentile(1e3 * np.array(seconds), [50, 99])
    verdict = "within" if late < LIMIT else "NOT within"
    print(f"  {name:<34} median {median:6.2f} ms   p99 {late:6.2f} ms   {verdict} {LIMIT:g} ms")


def report_peeled() -> None:
    print("Layer-Peeled Model: a slider moves, the Scene is there")
    for classes in (4, 10, 20):
        report_classes(classes)


def report_classes(classes: int) -> None:
    desk = OptimumDesk(LAYER_PEELED)
    desk.set(classes=classes, majority=classes // 2)
    ratios = np.geomspace(1.01, 1e4, 500)
    moves = [lambda r=r: desk.set(ratio=r) for r in ratios]
    report(f"two groups, R, K = {classes}", moves, desk)
    budgets = np.geomspace(0.1, 100, 300)
    desk.set(ratio=20.0)
    moves = [lambda b=b: desk.set(budget=b) for b in budgets]
    report(f"two groups, budget, K = {classes}", moves, desk)
    for preset in PRESETS:
        if preset.shape is None:
            continue
        desk.set(preset=preset.name)
        moves = [lambda r=r: desk.set(ratio=r) for r in ratios[::4]]
        report(f"{preset.name}, R, K = {classes}", moves, desk)
    rng = np.random.default_rng(0)
    bars = [tuple(10 ** rng.uniform(0, 4, classes)) for _ in range(100)]
    moves = [lambda s=s: desk.put(with_sizes(desk.parameters, s)) for s in bars]
    report(f"any sizes, K = {classes}", moves, desk)
    desk.close()


def report_descents() -> None:
    print("descents: a frame, with the steps it makes and its Scene")
    large = DescentDesk(UNCONSTRAINED_FEATURES)
    large.set(classes=20, dimension=32, samples=100)
    desks: dict[str, DescentDesk] = {
        "4 classes of 50, d = 8": DescentDesk(UNCONSTRAINED_FEATURES),
        "20 classes of 100, d = 32": large,
        "square loss, 4 classes of 20": DescentDesk(SQUARE_LOSS),
        "sets of labels, 4 classes of 20": DescentDesk(LABEL_SETS_MODEL),
    }
    for name, desk in desks.items():
        desk.player.play()
        seconds = []
        while desk.moving and len(seconds) < 1000:
            start = time.perf_counter()
            desk.advance(FRAME)
            desk.scene(View())
            seconds.append(time.perf_counter() - start)
        median, late = np.percentile(1e3 * np.array(seconds), [50, 99])
        print(f"  {name:<34} median {median:6.2f} ms   p99 {late:6.2f} ms   {desk.moment_text()}")


def report_sliders() -> None:
    """Turn every slider of every model: the processor's time to Scene and charts."""
    print("a slider moves, Scene and charts are there (processor's time)")
    for model in models().values():
        if isinstance(model, OptimumModel) and model.search(model.parameters()) is not None:
            continue
        for item in declared(model.parameters).values():
            if item.kind is float or item.kind is int:
                report_slider(model, item)


def values_of_slider(desk: ModelDesk[Any], item: Declared, count: int) -> list[float]:
    """Return so many values from one end of a slider to the other, spaced as it is."""
    low, high = item.limits(desk.parameters)
    spaced = np.geomspace if item.parameter.logarithmic else np.linspace
    values = spaced(item.parameter.smallest or low, high, count)
    return list(np.unique(values.round()) if item.kind is int else values)


def report_slider(model: Model, item: Declared) -> None:
    desk, seconds = desk_of(model), []
    for value in values_of_slider(desk, item, 40):
        start = time.thread_time()
        desk.set(**{item.name: item.kind(value)})
        desk.scene(View())
        for plot in model.plots:
            desk.grid(plot) if plot.over == GRID else desk.chart(plot)
        seconds.append(time.thread_time() - start)
    desk.close()
    median, late = np.percentile(1e3 * np.array(seconds), [50, 99])
    verdict = "within" if median < LIMIT and late < LATE else "NOT within"
    name = f"{model.name}, {item.name}"
    limits = f"{LIMIT:g}, {LATE:g} ms"
    print(f"  {name:<34} median {median:6.2f} ms   p99 {late:6.2f} ms   {verdict} {limits}")


def report_window(names: Iterable[str], moves: int) -> None:
    """Turn every slider of models at their default size in the real window."""
    from exploring import Driver

    from ncviz.desktop.settings.settings import Settings
    from ncviz.desktop.shell.application import end, make_application
    from ncviz.desktop.shell.window import MainWindow

    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(motion=False)
        window = MainWindow(settings, Path(folder) / "settings.json", Path(folder) / "runs")
        window.resize(1440, 900)
        window.show()
        window.open_demonstration()
        driver = Driver(window, application)
        driver.settle()
        window.enter("Theory")
        driver.settle()
        room = window.rooms.theory
        print(f"{'a slider in the window, ms':<40} {'its picture':>15}", end="")
        print(f" {'all that shows it':>18} {'processor':>15}")
        print(f"{'':<40} median    p99     median    p99  median    p99")
        for name in names or room.desks:
            room.open_model(name)
            driver.settle()
            for item in declared(room.desks[name].model.parameters).values():
                if item.kind is float or item.kind is int:
                    report_moves(
                        f"{name}, {item.name}", moves_in(driver, room.desks[name], item, moves)
                    )
        end(application, window)


def moves_in(
    driver: Any, desk: ModelDesk[Any], item: Declared, count: int
) -> Iterator[tuple[float, float, float]]:
    """Yield for each move of a slider the seconds to picture and to all, and the processor's."""
    before = desk.parameters
    for value in values_of_slider(desk, item, count):
        if getattr(desk.parameters, item.name) == item.kind(value):
            continue
        driver.idle(0.06)  # as a hand does; plots follow twenty times a second
        start = time.process_time()
        change = {item.name: item.kind(value)}
        seen, whole = driver.shown_after(lambda c=change: desk.set(**c))
        yield seen, whole, time.process_time() - start
    desk.put(before)
    driver.settle()


def report_moves(name: str, moves: Iterator[tuple[float, float, float]]) -> None:
    rows = 1e3 * np.array(list(moves))
    if not len(rows):
        return
    (median, all_median, busy), (late, all_late, busiest) = np.percentile(rows, [50, 99], axis=0)
    verdict = "within" if median < LIMIT and late < LATE else "NOT within"
    numbers = f"{median:7.1f} {late:6.1f}    {all_median:7.1f} {all_late:6.1f} "
    numbers += f"{busy:7.1f} {busiest:6.1f}"
    print(f"  {name:<38} {numbers}   {verdict} {LIMIT:g}, {LATE:g} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--window", nargs="*", metavar="MODEL", help="in the window; by default all"
    )
    parser.add_argument("--moves", type=int, default=40, help="of each slider in the window")
    options = parser.parse_args()
    if options.window is not None:
        report_window(options.window, options.moves)
        return
    report_sliders()
    report_peeled()
    report_descents()


if __name__ == "__main__":
    main()
