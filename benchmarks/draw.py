"""How long one frame of the whole scene takes, at 1000×800, while the camera turns.

    xvfb-run -a -s "-screen 0 1600x1000x24" python benchmarks/draw.py

Measures `ncviz.rendering.Stage` in a framebuffer: lit spheres, sticks, edges and
labels, and lit spheres alone. Beside it, on the same points, pyqtgraph's and matplotlib's scatter
plots, which draw flat discs and nothing else, where they can be had (pyqtgraph
needs PyOpenGL and a display). Each has a process of its own; they take turns,
and the best of several rounds counts, so that whatever else the machine does
spoils none of them. Milliseconds, with ratios to ours; at last, what it costs
to part one picture into panels.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

WIDTH, HEIGHT = 1000, 800
RADII = {1_000: 0.022, 10_000: 0.014, 60_000: 0.010}
TARGETS = {1_000: 1000 / 60, 10_000: 1000 / 60, 60_000: 1000 / 25}
PANELS, SAMPLES_OF_A_PANEL = (1, 8, 24), 300
ROUNDS, FRAMES, WARM_UP = 4, 15, 4

Frame = Callable[[int], None]


def median_ms(frame: Frame, frames: int, warm_up: int) -> float:
    """Return the median of the times that frames take."""
    times = []
    for index in range(warm_up + frames):
        start = time.perf_counter()
        frame(index)
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times[warm_up:]))


def samples(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and colours of four clouds."""
    rng = np.random.default_rng(0)
    vertices = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)
    hues = np.array(
        [[0.9, 0.62, 0, 1], [0.34, 0.7, 0.91, 1], [0.8, 0.47, 0.65, 1], [0, 0.62, 0.45, 1]]
    )
    classes = np.arange(count) % 4
    positions = vertices[classes] + 0.16 * rng.normal(size=(count, 3))
    return positions.astype(np.float32), hues[classes].astype(np.float32)


def whole_scene(count: int, radius: float) -> Any:
    """Return a scene of everything there is to draw."""
    from ncviz.scenes.scene import Balls, Label, Scene, Sticks

    positions, colors = samples(count)
    vertices, hues = positions[:4], colors[:4]
    radii = np.full(4, 0.015, dtype=np.float32)
    i, j = np.triu_indices(4, 1)
    names = tuple(Label(f"Class {k}", tuple(vertices[k].tolist()), (0, 0, 0, 1)) for k in range(4))
    return Scene(
        samples=Balls(positions, np.full(count, radius, dtype=np.float32), colors),
        balls=Balls(
            np.tile(vertices, (3, 1)),
            np.repeat(np.float32([0.07, 0.055, 0.05]), 4),
            np.tile(hues, (3, 1)),
        ),
        sticks=Sticks(np.zeros((4, 3), dtype=np.float32), vertices, radii, hues),
        edges=Sticks(vertices[i], vertices[j], np.full(6, 0.004, np.float32), hues[i], lit=False),
        labels=names,
    )


def ncviz_frames() -> Callable[[str], Frame]:
    """Return frames of our own, of so many samples, 'so many in panels' or 'so many alone'."""
    from vispy import gloo

    from ncviz.rendering.stage import Stage
    from ncviz.rendering.windowless import windowless_context
    from ncviz.scenes.camera import Camera
    from ncviz.scenes.scene import Scene, grid_of_panels, one_panel

    windowless = windowless_context()
    windowless.__enter__()
    stage = Stage()
    size = HEIGHT, WIDTH
    framebuffer = gloo.FrameBuffer(gloo.RenderBuffer(size, 0x8058), gloo.RenderBuffer(size, 0x81A6))
    framebuffer.activate()

    def prepare(what: str) -> Frame:
        count, _, panels = what.removesuffix(" alone").partition(" in ")
        if what.endswith(" alone"):
            scene = whole_scene(int(count), RADII[int(count)])
            stage.set_picture(one_panel(Scene(samples=scene.samples)))
        elif panels:
            scenes = [whole_scene(int(count) // int(panels), 0.022) for _ in range(int(panels))]
            titles = [f"Layer {number}" for number in range(len(scenes))]
            stage.set_picture(grid_of_panels(scenes, titles, WIDTH / HEIGHT, 0))
        else:
            stage.set_picture(one_panel(whole_scene(int(count), RADII.get(int(count), 0.022))))

        def frame(index: int) -> None:
            stage.draw(Camera(azimuth=3 * index, distance=6), WIDTH, HEIGHT)
            gloo.finish()

        return frame

    prepare.kept = windowless, framebuffer  # type: ignore[attr-defined]
    return prepare


def pyqtgraph_frames() -> Callable[[str], Frame]:
    """Return frames of pyqtgraph's scatter plot of flat discs."""
    import pyqtgraph.opengl as gl
    from OpenGL.GL import glFinish
    from PyQt6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    view = gl.GLViewWidget()
    view.resize(WIDTH, HEIGHT)
    # Its field of view is the horizontal one: as large on the screen as ours.
    fov = 2 * np.degrees(np.arctan(np.tan(np.radians(15)) * WIDTH / HEIGHT))
    view.opts.update(distance=6, fov=float(fov))
    view.show()
    application.processEvents()

    def prepare(what: str) -> Frame:
        count = int(what)
        positions, colors = samples(count)
        points = gl.GLScatterPlotItem(
            pos=positions, color=colors, size=2 * RADII[count], pxMode=False
        )
        points.setGLOptions("translucent")
        for item in list(view.items):
            view.removeItem(item)
        view.addItem(points)
        application.processEvents()

        def frame(index: int) -> None:
            view.opts["azimuth"] = 3 * index
            view.makeCurrent()
            view.paintGL()
            glFinish()

        return frame

    prepare.kept = application  # type: ignore[attr-defined]
    return prepare


def matplotlib_frames() -> Callable[[str], Frame]:
    """Return frames of matplotlib's 3-D scatter plot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    def prepare(what: str) -> Frame:
        positions, colors = samples(int(what))
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot(projection="3d")
        axes.scatter(*positions.T, c=colors, s=20)

        def frame(index: int) -> None:
            axes.view_init(azim=3 * index)
            canvas.draw()

        return frame

    return prepare


FRAMES_OF = {
    "ncviz": ncviz_frames,
    "pyqtgraph": pyqtgraph_frames,
    "matplotlib": matplotlib_frames,
}


def missing(name: str) -> str:
    """Return why something cannot be measured here; empty if it can."""
    if name == "pyqtgraph" and importlib.util.find_spec("OpenGL") is None:
        return "pyqtgraph's 3-D view needs PyOpenGL, which is not installed"
    if name == "pyqtgraph" and not os.environ.get("DISPLAY"):
        return "pyqtgraph's 3-D view needs a display: run under xvfb-run"
    if name == "matplotlib" and importlib.util.find_spec("matplotlib") is None:
        return "matplotlib is not installed"
    return ""


class Contestant:
    """A process that measures what it is told to, and rests meanwhile."""

    def __init__(self, name: str, threads: str = "") -> None:
        # llvmpipe reads its number of threads once.
        variables = os.environ | ({"LP_NUM_THREADS": threads} if threads else {})
        self._process = subprocess.Popen(
            [sys.executable, __file__, name],
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._frames = (2, 1) if name == "matplotlib" else (FRAMES, WARM_UP)

    def measure(self, what: str) -> float:
        """Return the median time of a frame."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps([what, *self._frames]), file=stdin, flush=True)
        return float(json.loads(stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def serve(name: str) -> None:
    """Measure what is asked for, line by line."""
    # What a library prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    prepare = FRAMES_OF[name]()
    for line in sys.stdin:
        what, frames, warm_up = json.loads(line)
        print(json.dumps(median_ms(prepare(what), frames, warm_up)), file=answers, flush=True)


class Alone:
    """Has a contestant draw the samples and nothing else."""

    def __init__(self, contestant: Contestant) -> None:
        self._contestant = contestant

    def measure(self, what: str) -> float:
        """Return the median time of a frame."""
        return self._contestant.measure(f"{what} alone")

    def close(self) -> None:
        """Leave the process to the contestant that owns it."""


def best_of_rounds(contestants: dict[str, Any], whats: list[str]) -> dict[str, list[float]]:
    """Return the best times of all, who take turns."""
    best = {label: [float("inf")] * len(whats) for label in contestants}
    for _ in range(ROUNDS):
        for column, what in enumerate(whats):
            for label, contestant in contestants.items():
                best[label][column] = min(best[label][column], contestant.measure(what))
    return best


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 1:
        serve(sys.argv[1])
        return
    ours = "ncviz, whole scene"
    contestants: dict[str, Any] = {ours: Contestant("ncviz")}
    contestants["ncviz, lit spheres only"] = Alone(contestants[ours])
    contestants["ncviz, one thread"] = Contestant("ncviz", "1")
    for name in ("pyqtgraph", "matplotlib"):
        reason = missing(name)
        if reason:
            print(f"Not measured: {reason}.")
        else:
            contestants[f"{name}, flat discs only"] = Contestant(name)
    best = best_of_rounds(contestants, [str(count) for count in RADII])
    print(f"{'samples':32}" + "".join(f"{count:>17,}" for count in RADII))
    for label, times in best.items():
        pairs = zip(times, best[ours], strict=True)
        print(f"{label:32}" + "".join(f"{one:8.1f} ({one / our:5.2f}×)" for one, our in pairs))
    print(f"{'to be reached':32}" + "".join(f"{TARGETS[count]:8.1f}         " for count in RADII))

    print(f"\n{'panels of 300 samples':32}" + "".join(f"{count:>17}" for count in PANELS))
    totals = [SAMPLES_OF_A_PANEL * count for count in PANELS]
    parted = [f"{total} in {count}" for total, count in zip(totals, PANELS, strict=True)]
    mine = {ours: contestants[ours]}
    for label, whats in [
        ("in panels", parted),
        ("the same spheres in one panel", [str(total) for total in totals]),
    ]:
        times = best_of_rounds(mine, whats)[ours]
        print(f"{label:32}" + "".join(f"{one:8.1f}         " for one in times))
    for contestant in contestants.values():
        contestant.close()


if __name__ == "__main__":
    main()
