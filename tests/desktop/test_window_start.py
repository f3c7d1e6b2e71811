"""The program as it is started from a terminal: each test runs one of its own."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from patience import HUNG_SECONDS

from ncviz.desktop.rooms.made_rooms import RUN_ROOMS, room_class
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.run_room import RunRoom
from ncviz.explorer.room_names import ROOMS
from ncviz.runs.run import Run

# Runs the window as `ncviz` does, and says when its first frame is on the screen.
WATCHED = """
    import signal, sys
    # Whoever runs the tests may ignore them.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from pathlib import Path
    from PyQt6.QtCore import QTimer
    from ncviz.desktop.shell import application

    class Watched(application.MainWindow):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.watch = QTimer(self)
            self.watch.timeout.connect(self.look)
            self.watch.start(10)

        def look(self):
            if self.canvas.frames and self.presenter.at_rest:
                self.watch.stop()
                print("drawn", self.explorer.run.manifest.title, self.canvas.scene.note,
                      len(self.canvas.scene.samples), "torch" in sys.modules, flush=True)
                {then}

    application.MainWindow = Watched
    status = application.run_window({run})
    print("torch" in sys.modules, flush=True)
    sys.exit(status)
"""


@pytest.fixture
def start(user_home):
    """Start a program under this display, and end it at the latest with the test."""
    programs = []

    def start(*arguments, **environment):
        program = subprocess.Popen(
            [sys.executable, "-W", "error", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONFAULTHANDLER": "1"} | environment,
        )
        programs.append(program)
        return program

    yield start
    for program in programs:
        program.kill()
        program.communicate()


def watched(then="pass", run="None"):
    return "-c", textwrap.dedent(WATCHED).format(then=then, run=run)


def shown_samples(demonstration):
    """The samples of the first four classes."""
    return int((Run(demonstration).probe.labels < 4).sum())


def test_the_demonstration_is_drawn_without_torch(start, demonstration):
    program = start(*watched(then="self.close()"))
    out, err = program.communicate(timeout=HUNG_SECONDS)
    first, last = out.splitlines()
    assert first.startswith("drawn Fashion-MNIST · 8 layers · Adam")
    assert first.endswith(f" {shown_samples(demonstration)} False"), (
        "torch is too slow to import before the first picture"
    )
    assert last == "False"
    assert (program.returncode, err) == (0, "")


def test_the_window_is_imported_without_what_is_slow_to_import():
    slow = {"torch", "torchvision", "scipy", "sklearn", "pandas", "matplotlib"}
    code = f"import sys, ncviz.desktop.shell.window; print(sorted({slow} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("[]\n", "")


def test_rooms_that_nobody_has_entered_are_not_imported():
    unseen = (
        "ncviz.desktop.rooms.compare.compare_room",
        "ncviz.desktop.rooms.layers.layers_room",
        "ncviz.desktop.rooms.train.train_room",
        "ncviz.lessons.lesson",
        "ncviz.sweeps.sweep",
    )
    code = (
        f"import sys, ncviz.desktop.shell.window; print(sorted({{*{unseen}}} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", ROOMS)
def test_each_room_is_found_by_its_name(name):
    found = room_class(name)
    assert issubclass(found, Room)
    assert issubclass(found, RunRoom) == (name in RUN_ROOMS)


def test_what_is_loaded_while_the_first_picture_rests_is_small():
    """The Theory room, forms and experiments, which many never look at: no solver, no figures."""
    slow = {"torch", "torchvision", "scipy", "sklearn", "pandas", "matplotlib"}
    code = (
        "import sys; from ncviz.desktop.rooms import made_rooms; made_rooms._load_theory();"
        f"print(sorted({slow} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("[]\n", "")


OF_QT = """
import gc, threading
from PyQt6 import sip
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication
mine = [type(o).__name__ for o in gc.get_objects() if isinstance(o, QObject)
        and not sip.isdeleted(o) and sip.ispyowned(o)]
print(sorted(mine), QApplication.instance(), [t.name for t in threading.enumerate()])
print(type(sys.excepthook).__name__ == "_Faults", signal.getsignal(signal.SIGINT).__name__)
"""


def test_window_and_application_are_destroyed_before_python_ends(start):
    """PyQt would destroy them in the order of their addresses, which crashes now and then."""
    start_and_end, rest = watched(then="self.close()")[1].split("sys.exit")
    program = start("-c", f"{start_and_end}{OF_QT}sys.exit{rest}")
    out, err = program.communicate(timeout=HUNG_SECONDS)
    _drawn, _torch, left, before = out.splitlines()
    assert left == "[] None ['MainThread']"
    assert before == "False default_int_handler"
    assert (program.returncode, err) == (0, "")


IN_A_THREAD = (
    "import threading",
    "from ncviz.jobs import thread",
    "from ncviz.jobs.worker import call",
    "thread.LAST_SECONDS = 0.1",
    "self.held = thread.WorkThread('reading from a disk that is gone')",
    "self.held.begin(call, threading.Event().wait)",
    "self.close()",
)


def test_a_thread_that_does_not_end_is_not_waited_for(start):
    program = start(*watched(then="; ".join(IN_A_THREAD)))
    out, err = program.communicate(timeout=HUNG_SECONDS)
    assert out.startswith("drawn")
    # The loading of the Theory room may go on, too.
    assert err.startswith("ncviz ends without waiting for the ")
    assert err.endswith("reading from a disk that is gone.\n")
    assert err.count("\n") == 1
    assert program.returncode == 0


ENTER_TRAIN = (
    "from ncviz.training import device",
    "from ncviz.explorer.room_names import TRAIN",
    "device._DEVICE_FILES = ('/dev/null',)",
    "self.enter(TRAIN)",
    "tell = lambda: print('tried', *[d.name for d in self.training.devices.all], flush=True)",
    "self.training.devices.changed.connect(lambda: (tell(), self.close()))",
)


def test_beside_a_driver_the_devices_are_tried_without_torch(start):
    program = start(*watched(then="; ".join(ENTER_TRAIN)))
    out, err = program.communicate(timeout=HUNG_SECONDS)
    _first, tried, last = out.splitlines()
    assert tried.startswith("tried cpu ")
    assert last == "False"
    assert (program.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_window_as_its_user_would(start, user_home, number):
    program = start(*watched())
    assert program.stdout.readline().startswith("drawn")
    program.send_signal(number)
    out, err = program.communicate(timeout=HUNG_SECONDS)
    assert (program.returncode, out, err) == (0, "False\n", "")
    kept = json.loads((user_home / ".config" / "ncviz" / "settings.json").read_text())
    assert kept["geometry"]


def test_a_run_is_opened_from_the_terminal(start, small_run):
    program = start(*watched(then="self.close()", run=f"Path({str(small_run.path)!r})"))
    out, err = program.communicate(timeout=HUNG_SECONDS)
    assert out.startswith("drawn Synthetic · 3 layers"), err
    assert program.returncode == 0


def test_a_wrong_run_is_told_in_the_terminal(start, tmp_path):
    program = start("-m", "ncviz", "open", str(tmp_path / "nowhere"))
    out, err = program.communicate(timeout=HUNG_SECONDS)
    assert (program.returncode, out) == (1, "")
    gone = tmp_path / "nowhere"
    assert err == f"ncviz: {gone} does not exist: choose the folder of a recorded run.\n"


WITHOUT_OPENGL = """
    import sys
    from PyQt6.QtWidgets import QLabel
    from ncviz.desktop.shell import application

    app = application.make_application()
    window = application.MainWindow(application.read_settings(application.settings_path()))
    window.show()
    window.open_demonstration()
    while not window.presenter.at_rest:
        app.processEvents()
    print(window.canvas.native.findChildren(QLabel)[0].text())
    window.playback.seek(window.player.last)
    while not window.presenter.at_rest:
        app.processEvents()
    print(window.timeline.readout.text(), "|", window.plots.plot("law").numbers.text())
    curve = window.plots.plot("collapse").curves["nc1"]
    print(len(window.canvas.scene.samples), len(curve.getData()[0]))
    application.end(app, window)
"""


def test_on_a_platform_without_opengl_the_rest_works(start, demonstration):
    program = start("-c", textwrap.dedent(WITHOUT_OPENGL), QT_QPA_PLATFORM="offscreen", DISPLAY="")
    out, err = program.communicate(timeout=HUNG_SECONDS)
    assert program.returncode == 0, err
    problem, numbers, counts = out.splitlines()
    assert problem.startswith("This machine offers no usable OpenGL")
    assert "plots, training and the command line still work" in problem
    assert numbers.startswith("epoch 600 / 600 | ")
    assert "<i>ρ</i> = <b>0." in numbers
    assert counts == f"{shown_samples(demonstration)} {len(Run(demonstration).epochs)}"


TRAINS = (
    "from test_window_training import ENDLESS",
    "self.enter('Train')",
    "self.training.panel.form.set_recipe(ENDLESS)",
    "self.training.panel.start.click()",
    "self.watch.timeout.disconnect()",
    "run = lambda: self.explorer.run",
    "here = lambda: run() and run().path == self.training.run.path and len(run().epochs) > 1",
    "pid = lambda: self.training.work._runner.pid",
    "tell = lambda: print('trains', pid(), run().path, flush=True)",
    "session = self.keeping.session_path",
    "kept = lambda: session.exists() and run().path.name in session.read_text('utf-8')",
    "self.watch.timeout.connect(lambda: here() and kept() and (self.watch.stop(), tell()))",
    "self.watch.start(10)",
)
TELLS = (
    "resume = self.training.panel.resume",
    "said = self.explorer.run.path, self.run_panel.facts.text(), resume.toolTip()",
    "print(*map(ascii, map(str, said)), resume.isEnabled(), flush=True)",
    "self.close()",
)


@pytest.mark.parametrize("both", [False, True], ids=["the window", "both processes"])
def test_a_training_whose_window_is_killed_can_be_resumed_in_the_next(start, both):
    """Its process ends by itself where only the window is killed."""
    beside = {"PYTHONPATH": os.path.dirname(__file__)}
    program = start(*watched(then="; ".join(TRAINS)), **beside)
    assert program.stdout.readline().startswith("drawn")
    _, pid, path = program.stdout.readline().rstrip("\n").split(" ", 2)
    program.kill()
    if both:
        os.kill(int(pid), signal.SIGKILL)
    program.communicate(timeout=HUNG_SECONDS)  # its output ends when the last process does
    assert Run(path).manifest.state == ("running" if both else "stopped")
    following = start(*watched(then="; ".join(TELLS)))
    out, err = following.communicate(timeout=HUNG_SECONDS)
    said = out.splitlines()[1]
    assert said.startswith(ascii(path)), err
    assert ("broke off" if both else "stopped early") in said
    assert "Go on training" in said
    assert said.endswith(" True")
    assert (following.returncode, err) == (0, "")
