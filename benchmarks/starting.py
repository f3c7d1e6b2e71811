"""How long the window takes from the start of its process to the first complete picture.

    xvfb-run -a -s "-screen 0 1440x900x24" python benchmarks/starting.py [--napari PYTHON]

Each start is a new process, the three kinds in turn: ncviz with the
demonstration, with the whole scene and every plot painted; the bare tools (Qt,
one vispy canvas and three empty plots); and, where the Python of an environment
with napari is given, napari without an image. The clock starts when the process
does. Python keeps what it compiles, as it does for whoever starts ncviz a second time,
also where the environment of the benchmark forbids that: compiling its 400 modules
anew takes 0.2 s.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

import bare_window
from speed_row import Row

START = Row(
    "start",
    "start until the first complete picture",
    floor=bare_window.WORDS,
    at_most=1.6,
    unit="s",
    order=51,
)
NCVIZ = """
import sys, time
os_started = float(sys.argv[1])
from pathlib import Path
from ncviz.garbage import nothing_is_garbage
with nothing_is_garbage():  # as the command line does
    import numpy, pyqtgraph, vispy, PyQt6.QtWidgets  # as the bare tools
    from vispy.app import Canvas
    tools = time.monotonic() - os_started
    from ncviz.desktop.shell.application import make_application
    from ncviz.desktop.settings.settings import Settings
    from ncviz.desktop.shell.window import MainWindow
imported = time.monotonic() - os_started
application = make_application()
folder = Path(sys.argv[2])
window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
window.show()
made = time.monotonic() - os_started
window.open_demonstration()
while not window.presenter.at_rest:
    application.processEvents()
window.canvas.vispy_canvas.update()
frames = window.canvas.frames
while window.canvas.frames == frames:
    application.processEvents()
print(tools, imported, made, time.monotonic() - os_started, "torch" in sys.modules)
sys.stdout.flush()
import os
os._exit(0)
"""
TOOLS = f"""
import os, sys, time
os_started = float(sys.argv[1])
{bare_window.SCRIPT}
print(time.monotonic() - os_started, False)
sys.stdout.flush()
os._exit(0)
"""
NAPARI = """
import os, sys, time
os_started = float(sys.argv[1])
import napari
viewer = napari.Viewer()
from qtpy.QtWidgets import QApplication
canvas = viewer.window._qt_viewer.canvas
drawn = []
canvas._scene_canvas.events.draw.connect(lambda event: drawn.append(1), position="last")
while not drawn:
    QApplication.processEvents()
print(time.monotonic() - os_started, False)
sys.stdout.flush()
os._exit(0)
"""


def started(python: str, script: str, compiled: str) -> tuple[list[float], bool]:
    """Return the seconds until each stage of a start, and whether it imported torch."""
    environment = os.environ | {"LP_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [python, "-c", script, str(time.monotonic()), folder],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
        )
    if answer.returncode:
        sys.exit(answer.stderr)
    *seconds, torch = answer.stdout.split()
    return [float(value) for value in seconds], torch == "True"


def in_stages(seconds: list[list[float]]) -> str:
    """Say what of a start belongs to which stage, by the medians of some starts."""
    tools, imported, made, shown = (statistics.median(each) for each in zip(*seconds, strict=True))
    return (
        f"Of {shown:.2f} s the tools that both import take {tools:.2f}, ncviz's own modules "
        f"{imported - tools:.2f}, the window's parts {made - imported:.2f}; to read the run, to "
        f"compute the numbers of its 40 epochs, and to compose and paint scene and plots takes "
        f"{shown - made:.2f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--napari", metavar="PYTHON", help="of an environment with napari")
    options = parser.parse_args()
    kinds = {"ncviz": (sys.executable, NCVIZ), "the bare tools": (sys.executable, TOOLS)}
    if options.napari:
        kinds["napari, empty"] = (options.napari, NAPARI)
    times: dict[str, list[float]] = {name: [] for name in kinds}
    stages: list[list[float]] = []
    with tempfile.TemporaryDirectory() as compiled:
        for turn in range(options.starts + 1):
            for name, kind in kinds.items():
                seconds, torch = started(*kind, compiled)
                if torch:
                    sys.exit(f"{name} imported torch.")
                if turn:  # the first start compiles, and fills the disk cache
                    times[name].append(seconds[-1])
                    stages += [seconds] if name == "ncviz" else []
    ours = statistics.median(times["ncviz"])
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(
            f"{name}: median {middle:.2f} s, {min(seconds):.2f} to {max(seconds):.2f} s; "
            f"ncviz takes {ours / middle:.2f} times as long"
        )
    START.point("demonstration", ours, statistics.median(times["the bare tools"]))
    START.ends(in_stages(stages))
    print(f"the first complete picture {'within' if ours < 1 else 'NOT within'} 1 s")


if __name__ == "__main__":
    main()
