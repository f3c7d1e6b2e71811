"""A thing of each kind is one file: the examples of CONTRIBUTING.md are found everywhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ncviz

ROOT = Path(ncviz.__file__).resolve().parent.parent
EXAMPLE = re.compile(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = dict(EXAMPLE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))


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


def environment(program):
    return {
        **os.environ,
        "PYTHONPATH": str(program),
        "QT_QPA_PLATFORM": "offscreen",
        "NCVIZ_NO_OPENGL": "1",
        "XDG_CONFIG_HOME": str(program / "config"),
        "XDG_DATA_HOME": str(program / "data"),
    }


def run(program, *words):
    """Run Python with a script or a module."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=program,
        env=environment(program),
        capture_output=True,
        text=True,
        check=False,
    )


ANSWER = """
import contextlib, io, json, sys

from ncviz.cli import main

answers = sys.stdout
for line in sys.stdin:
    said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said[0]), contextlib.redirect_stderr(said[1]):
        try:
            status = main(json.loads(line))
        except SystemExit as end:  # after --help
            status = end.code
    print(json.dumps([status or 0, *(each.getvalue() for each in said)]), file=answers, flush=True)
"""


@pytest.fixture(scope="module")
def told(program):
    """Return what runs a command of the program: all of them in one process."""
    with subprocess.Popen(
        [sys.executable, "-c", ANSWER],
        cwd=program,
        env=environment(program),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def tell(*words):
            print(json.dumps([*map(str, words)]), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield tell
        process.stdin.close()


@pytest.fixture(scope="module")
def command(told):
    """Return what runs a command that succeeds, and gives what it prints."""

    def succeed(*words):
        status, out, err = told(*words)
        assert status == 0, err
        return out

    return succeed


@pytest.fixture(scope="module")
def example_run(program, command):
    """A run of the example's recipe."""
    out = program / "example-run"
    command("train", "--recipe", program / "docs/recipes/example.toml", "--out", out)
    return out


@pytest.fixture(scope="module")
def drawings(program, command, example_run):
    """Figures of the plot, of the preset and of the model, by name."""
    figures = {name: program / f"{name}.svg" for name in ("example", "example-ends", "model")}
    for name in ("example", "example-ends"):
        command("export", "figure", example_run, "--preset", name, "--out", figures[name])
    command("model", "example", "--classes", "5", "--figure", figures["model"])
    return figures


def test_there_is_an_example_of_each_kind():
    folders = {str(Path(name).parent) for name in FILES}
    assert folders == {
        "docs/recipes",
        "ncviz/arrays/formats",
        "ncviz/charts",
        "ncviz/data/sets",
        "ncviz/experiments/entries",
        "ncviz/lessons/entries",
        "ncviz/export/presets",
        "ncviz/metrics",
        "ncviz/models",
        "ncviz/networks",
        "ncviz/training/losses",
        "ncviz/training/optimizers",
        "ncviz/training/schedules",
    }


def test_they_are_written_as_the_program_is(program):
    examples = [name for name in FILES if name.endswith(".py")]
    shutil.copy(ROOT / "pyproject.toml", program)
    for words in (["check"], ["format", "--check"]):
        ended = run(program, "-m", "ruff", *words, "--no-cache", *examples)
        assert ended.returncode == 0, ended.stdout


def test_a_recipe_names_each(example_run):
    manifest = json.loads((example_run / "manifest.json").read_text(encoding="utf-8"))
    chosen = ("dataset", "network", "loss", "optimizer", "schedule")
    assert [manifest["recipe"][name] for name in chosen] == ["example"] * 5
    assert manifest["recipe"]["neurons"] == 3
    assert manifest["layers"][-1]["width"] == 3
    assert manifest["class_names"] == ["standing", "lying", "none"]


def test_parameters_are_options(command, told, tmp_path):
    out = tmp_path / "run"
    words = ("dataset=example", "network=example", "neurons=5", "loss=example", "epochs=1")
    command("train", "--out", out, *(f"--set={word}" for word in words))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["layers"][-1]["width"] == 5
    status, _, refused = told("train", "--out=no", "--set=network=example", "--set=neurons=1")
    assert status == 1
    assert "neurons is 1: choose a whole number from 2 to 64." in refused


def test_figures_are_drawn_and_offered(command, drawings):
    assert "Example plot over training" in drawings["example"].read_text(encoding="utf-8")
    assert "Last layer" in drawings["example-ends"].read_text(encoding="utf-8")
    offered = command("export", "figure", "--help")
    assert {"example", "example-ends"} <= set(re.findall(r"[\w-]+", offered))


def test_the_number_is_measured(command, example_run):
    measured = json.loads(command("measure", example_run, "--json"))
    assert all(layer["example"] > 0 for layer in measured["layers"])


def test_a_file_of_the_format_is_imported(command, tmp_path):
    rows = "\n".join(f"{k % 3} {k} {k % 2}" for k in range(8))
    (tmp_path / "f.example").write_text(f"example\n{rows}\n", encoding="utf-8")
    command("import", tmp_path / "f.example", "--out", tmp_path / "run")
    assert "Example format" in command("import", "--help")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["layers"][-1]["width"] == 2


def test_the_experiment_runs_to_a_verdict(program, command):
    assert "Example experiment: not run" in command("experiment", "list")
    out = command("experiment", "run", "example", "--out", program / "experiments")
    assert "Reproduced, 1 seed" in out
    page = command("experiment", "report", "--results", program / "experiments")
    assert "### Example experiment\n" in page


def test_the_lesson_is_listed_and_checked(command):
    assert "Example lesson" in command("lesson", "list")
    checked = command("lesson", "check", "ncviz/lessons/entries/example.toml")
    assert "a lesson of 1 step" in checked


def test_the_model_is_a_command(command):
    assert "example: Features that are free" in command("model")
    assert "--classes" in command("model", "example", "--help")
    assert "9 classes at step 30." in command("model", "example", "--classes", "9")


WINDOW = """
import sys
from pathlib import Path

from ncviz.desktop.commands.findings import findings
from ncviz.desktop.exporting.restoring import restore
from ncviz.explorer.room_names import EXPLORE, GALLERY, THEORY, TRAIN
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.explorer.session import write_session
from ncviz.explorer.solvers import load_solvers
from ncviz.models.model import models
from ncviz.parameters import changed

run, ends, model = map(Path, sys.argv[1:])
application = make_application()
window = MainWindow(Settings(), Path("config/settings.json"), Path("data"))
window.open(run)

found = {(each.kind, each.name) for each in findings(window)}
wanted = {("Plot", "Example plot"), ("Recipe", "Example"), ("Notion", "Example number")}
wanted |= {("Experiment", "Example experiment"), ("Lesson", "Example lesson")}
assert wanted <= found, wanted - found

window.plots.choose(0, "example")
menu = window.plots.slots[0].menu
menu.aboutToShow.emit()
assert "Example plot" in {action.text().replace("&", "") for action in menu.actions()}

window.enter(TRAIN)
form = window.training.panel.form
for name in ("dataset", "network", "loss", "optimizer", "schedule"):
    box = form[name]
    shown = [box.itemText(place) for place in range(box.count())]
    assert any(text.startswith("Example") for text in shown), (name, shown)
form.set_recipe(changed(form.recipe(), network="example", loss="example", dataset="example"))
assert form["neurons"].value() == form.recipe().architecture.neurons == 7

window.enter(GALLERY)
assert "example" in window.rooms.gallery.gallery.models
window.enter(THEORY)
theory = window.rooms.theory
load_solvers()
theory.open_model("example")
assert theory.panel.switch.currentText() == "Example model"
theory.desks["example"].put(models()["example"].parameters(classes=4))

write_session(Path("example.ncviz-session"), window.state.read())
theory.desks["example"].put(models()["example"].parameters())
theory.open_model("layer-peeled")
window.enter(EXPLORE)
window.plots.choose(0, "loss")
assert window.sessions.open_session(Path("example.ncviz-session"))
assert window.room == THEORY
assert theory.panel.model == "example"
assert theory.desks["example"].parameters.classes == 4
assert "example" in window.plots.layout_names()

assert restore(window, model), window.note.text()
assert theory.desks["example"].parameters.classes == 5
assert restore(window, ends), window.note.text()
assert window.room == EXPLORE

window.exporting.open("figure")
page = window.exporting.dialog.figure
offered = {page.preset.itemText(place) for place in range(page.preset.count())}
assert {"Example figure", "Example plot over training"} <= offered, offered
window.exporting.dialog.close()
window.close()
print("seen")
"""


def test_the_window_finds_each(program, example_run, drawings):
    script = program / "look.py"
    script.write_text(WINDOW, encoding="utf-8")
    ended = run(program, script, example_run, drawings["example-ends"], drawings["model"])
    assert ended.stdout.strip().endswith("seen"), ended.stderr


TABLES = """
import sys

sys.path.insert(1, sys.argv[1])
import parameter_tables
import preset_table
import format_table

assert "| Example format | `.example` | " in format_table.table()
assert "One hidden layer, for an example." in parameter_tables.table_of_networks()
assert "Neurons of the example." in parameter_tables.table_of_networks()
assert "`example`" in parameter_tables.table_of_losses()
assert "| `example` | 120, 40 | 8 × 8 | drawn by ncviz |" in parameter_tables.table_of_data_sets()
assert "`example`" in parameter_tables.table_of_metrics("each layer")
text = (parameter_tables.DOCUMENTS / "recipes.md").read_text("utf-8")
recipes = parameter_tables.written_document(text, parameter_tables.PLANS["recipes.md"])
for name in ("optimizer", "schedule", "network"):
    (line,) = [line for line in recipes.splitlines() if line.startswith(f"| `{name}` | `\\"")]
    assert '`"example"`' in line, line
assert "| `example` | " in preset_table.table()
assert "| `example-ends` | the scene at both ends of the network |" in preset_table.table()
"""


def test_the_documents_tables_hold_them(program):
    script = program / "tables.py"
    script.write_text(TABLES, encoding="utf-8")
    ended = run(program, script, ROOT / "script")
    assert ended.returncode == 0, ended.stderr
