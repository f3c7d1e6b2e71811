"""A thing of each kind is one file: it is put into the program and found everywhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ncviz

ROOT = Path(ncviz.__file__).resolve().parent.parent

NETWORK = '''
"""A network of one kernel."""

import math
from dataclasses import dataclass

from ncviz.networks.network import Architecture, Network
from ncviz.parameters import parameter


@dataclass(frozen=True)
class Toy(Architecture):
    """A linear map and a classifier."""

    title = "Toy network"
    kernel: int = parameter(7, "Neurons of the toy.", label="Kernel", low=2, high=64)

    def build(self, shape, classes):
        from torch import nn

        inside = nn.Linear(math.prod(shape), self.kernel)
        return nn.Sequential(nn.Flatten(), inside, nn.ReLU(), nn.Linear(self.kernel, classes))

    def layers(self):
        return {"2": "toy layer", "3": "toy features"}

    def features(self, shape):
        return self.kernel

    def weights(self, shape, classes):
        return (math.prod(shape) + 1) * self.kernel + (self.kernel + 1) * classes


TOY = Network("toy", Toy, "A toy of one kernel.")
'''

LOSS = '''
"""A loss that is half the cross-entropy."""

from ncviz.training.losses.loss import Loss


def half(logits, labels):
    from torch.nn import functional

    return functional.cross_entropy(logits, labels) / 2


TOY = Loss(name="toy", words="Toy loss", function=half, formula=r"-\\\\tfrac12 \\\\log p_y")
'''

PLOT = '''
"""The norm of the loss, as a toy."""

from ncviz.charts.chart import Curve
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot


def draw(numbers, _moment):
    return over_epochs(numbers, [Curve("toy", "toy loss", numbers.scalar("train_loss"), "text")])


TOY = Plot(
    "toy", menu="Toy plot", heading="Toy plot over training", tip="A toy.", over=EPOCHS, draw=draw
)
'''

RECIPE = """
dataset = "digits"
network = "toy"
kernel = 3
loss = "toy"
epochs = 2
images_per_class = 12
record = "all"
"""

FILES = {
    "ncviz/networks/toy.py": NETWORK,
    "ncviz/training/losses/toy.py": LOSS,
    "ncviz/charts/toy.py": PLOT,
    "docs/recipes/toy.toml": RECIPE,
}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The program as it is, with one file more of each kind; nothing else is changed."""
    house = tmp_path_factory.mktemp("house")
    for part in ("ncviz", "docs", "assets"):
        for folder, _, names in os.walk(ROOT / part):
            there = house / Path(folder).relative_to(ROOT)
            there.mkdir(parents=True)
            for name in names:
                if name.endswith(".py"):  # which asks where it lies
                    shutil.copy(Path(folder) / name, there)
                elif not name.endswith(".pyc"):
                    (there / name).symlink_to(Path(folder) / name)
    for name, text in FILES.items():
        path = house / name
        assert not path.exists(), f"{name} is a file of the program"
        path.write_text(text, encoding="utf-8")
    return house


def run(program, *words):
    """Run the program with arguments, or Python with a script."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(program),
        "QT_QPA_PLATFORM": "offscreen",
        "NCVIZ_NO_OPENGL": "1",
        "XDG_CONFIG_HOME": str(program / "config"),
        "XDG_DATA_HOME": str(program / "data"),
    }
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=program,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def toy_run(program):
    """A run of the toy's recipe."""
    out = program / "toy-run"
    ended = run(
        program, "-m", "ncviz", "train", "--recipe", program / "docs/recipes/toy.toml", "--out", out
    )
    assert ended.returncode == 0, ended.stderr
    return out


def test_a_network_and_a_loss_train_from_a_recipe(toy_run):
    manifest = json.loads((toy_run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["recipe"]["network"] == "toy"
    assert manifest["recipe"]["kernel"] == 3
    assert [layer["name"] for layer in manifest["layers"]][-1] == "toy features"
    assert manifest["layers"][-1]["width"] == 3


def test_their_parameters_are_options(program, tmp_path):
    out = tmp_path / "run"
    words = (
        "network=toy",
        "kernel=5",
        "loss=toy",
        "epochs=1",
        "images_per_class=12",
        "dataset=digits",
    )
    ended = run(program, "-m", "ncviz", "train", "--out", out, *(f"--set={word}" for word in words))
    assert ended.returncode == 0, ended.stderr
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["layers"][-1]["width"] == 5
    refused = run(
        program, "-m", "ncviz", "train", "--out=no", *("--set=network=toy", "--set=kernel=1")
    )
    assert "kernel is 1: choose a whole number from 2 to 64." in refused.stderr


def test_a_plot_is_a_figure(program, toy_run, tmp_path):
    out = tmp_path / "toy.svg"
    ended = run(
        program, "-m", "ncviz", "export", "figure", toy_run, "--preset", "toy", "--out", out
    )
    assert ended.returncode == 0, ended.stderr
    assert "Toy plot over training" in out.read_text(encoding="utf-8")
    assert "toy" in run(program, "-m", "ncviz", "export", "figure", "--help").stdout


WINDOW = """
import sys
from pathlib import Path

from ncviz.desktop.commands.findings import findings
from ncviz.desktop.rooms.room_names import EXPLORE, TRAIN
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.explorer.session import write_session

application = make_application()
window = MainWindow(Settings(), Path("config/settings.json"), Path("data"))
window.open(Path(sys.argv[1]))
found = {(each.kind, each.name) for each in findings(window)}
assert ("Plot", "Toy plot") in found, found
assert ("Recipe", "toy") in {(kind, name.lower()) for kind, name in found}, found
window.plots.choose(0, "toy")
assert "toy" in window.plots.layout_names()
write_session(Path("toy.ncviz-session"), window.state.read())
window.plots.choose(0, "loss")
assert window.sessions.open_session(Path("toy.ncviz-session"))
assert "toy" in window.plots.layout_names()
window.enter(TRAIN)
form = window.training.panel.form
form.set_recipe(form.recipe().__class__(network="toy", loss="toy"))
assert form["kernel"].value() == 7
assert form.recipe().architecture.kernel == 7
window.close()
print("seen")
"""


def test_the_window_finds_each(program, toy_run):
    script = program / "look.py"
    script.write_text(WINDOW, encoding="utf-8")
    ended = run(program, script, toy_run)
    assert ended.stdout.strip().endswith("seen"), ended.stderr


def test_the_documents_tables_hold_them(program):
    script = program / "tables.py"
    script.write_text(
        f"import sys\nsys.path.insert(1, {str(ROOT / 'script')!r})\n"
        "import parameter_tables as tables\n"
        "assert 'A toy of one kernel.' in tables.table_of_networks()\n"
        "assert 'Neurons of the toy.' in tables.table_of_networks()\n"
        "assert '`toy`' in tables.table_of_losses()\n",
        encoding="utf-8",
    )
    ended = run(program, script)
    assert ended.returncode == 0, ended.stderr
