"""What memory the window holds: with the demonstration, after playing, with longer runs.

    xvfb-run -a -s "-screen 0 1440x900x24" python benchmarks/memory.py

Resident memory (MiB) of processes of their own. The floor is Qt with one canvas of OpenGL that is
cleared and three empty plots: where the processor draws, most of it is the code of Mesa's compiler.
"""

import os

os.environ.setdefault("LP_NUM_THREADS", "1")

import json
import subprocess
import sys
import tempfile

import bare_window
from speed_row import Row

AT_REST = Row(
    "memory",
    "memory with the demonstration",
    floor=bare_window.WORDS,
    at_most=200,
    bounded="value",
    unit="MiB",
    order=45,
)
PLAYED = Row(
    "memory-played",
    "memory after playing and scrubbing all epochs and layers",
    floor=bare_window.WORDS,
    at_most=260,
    bounded="value",
    unit="MiB",
    order=46,
)
RESIDENT = """
def resident():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
"""
FLOOR = f"""
import json, os
{bare_window.SCRIPT}
while len(drawn) < 20:
    canvas.update()
    application.processEvents()
print(json.dumps([resident()]), flush=True)
os._exit(0)
"""
WINDOW = """
import json, os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from ncviz.garbage import nothing_is_garbage
with nothing_is_garbage():  # as the command line does
    from ncviz.desktop.shell.application import make_application
    from ncviz.desktop.settings.settings import Settings
    from ncviz.desktop.shell.window import MainWindow
application = make_application()
folder, epochs = Path(sys.argv[2]), int(sys.argv[3])
window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
window.resize(1440, 900)
window.show()
def live(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or not window.presenter.at_rest:
        application.processEvents()
        time.sleep(0.001)
if epochs:
    from freezes import write_run
    window.open(write_run(folder / "long", 10, 50, 20, 8, epochs), remember=False)
else:
    window.open_demonstration()
live(4.0)  # what a thread loads meanwhile is loaded
told = [resident()]
window.playback.set_looping(True)
window.playback.set_speed(8.0)
window.playback.toggle_playing()
last = window.player.last
for turn in range(60):
    end = time.perf_counter() + 0.15
    while time.perf_counter() < end:
        application.processEvents()
    window.playback.seek(turn * 7 % 60 / 60 * last)
    window.player.play()
    window.picture.show_layer(turn % 8)
window.player.pause()
live(1.0)
print(json.dumps([*told, resident()]), flush=True)
os._exit(0)
"""


def told_by(script: str, *arguments: str) -> list[float]:
    """Return the numbers that a process of its own tells."""
    with tempfile.TemporaryDirectory() as folder:
        here = os.path.dirname(os.path.abspath(__file__))
        answer = subprocess.run(
            [sys.executable, "-c", RESIDENT + script, here, folder, *arguments],
            capture_output=True,
            text=True,
            timeout=300,
        )
    if answer.returncode or not answer.stdout:
        sys.exit(answer.stderr)
    return [float(value) for value in json.loads(answer.stdout.splitlines()[-1])]


def main() -> None:
    floor = told_by(FLOOR)[0]
    for words, epochs in (("demonstration", 0), ("1,000 epochs of 8 layers", 1000)):
        at_rest, played = told_by(WINDOW, str(epochs))
        AT_REST.point(words, at_rest, floor)
        PLAYED.point(words, played, floor)
        if not epochs:
            AT_REST.ends(
                f"Of the goal's {AT_REST.at_most:.0f} MiB the bare tools (Qt, Mesa where the "
                f"processor draws, NumPy, vispy and pyqtgraph) take {floor:.0f}: ncviz adds "
                f"{at_rest - floor:.0f} MiB."
            )


if __name__ == "__main__":
    main()
