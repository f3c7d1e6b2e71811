"""The walls between the rooms: as written in the code, and as they hold at run time."""

import subprocess
import sys
from pathlib import Path

import grimp
from patience import HUNG_SECONDS

ROOT = Path(__file__).resolve().parent.parent
LEARNING = ("torch", "torchvision", "sklearn")
WINDOWS = ("PyQt6", "pyqtgraph", "vispy", "OpenGL")


def lint(root):
    code = "from importlinter.cli import lint_imports_command as command; command()"
    arguments = ["--config", str(root / "pyproject.toml"), "--no-cache"]
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
        check=False,
    )


def imported(code, *arguments, **environment):
    """Run code in a fresh interpreter and return the top packages that it imported."""
    script = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", **environment},
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_every_room_keeps_to_its_contract():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_no_module_imports_another_in_a_circle():
    """Not even to name its types."""
    graph = grimp.build_graph("ncviz", cache_dir=None)
    imports = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    while leaves := {each for each, imported in imports.items() if not imported & imports.keys()}:
        for leaf in leaves:
            del imports[leaf]
    assert not imports, "a circle is among these, or they import from one"


def test_geometry_needs_neither_torch_nor_a_window():
    names = imported(
        "import ncviz.geometry.statistics, ncviz.geometry.collapse\n"
        "import ncviz.geometry.separation, ncviz.geometry.projection"
    )
    assert "numpy" in names
    assert not names.intersection((*LEARNING, *WINDOWS, "scipy", "safetensors", "PIL"))


def test_a_run_is_opened_measured_and_drawn_without_torch(small_run):
    names = imported(
        "import sys\n"
        "from pathlib import Path\n"
        "from ncviz.metrics.measures import measure_run\n"
        "from ncviz.runs.run import Run\n"
        "from ncviz.scenes.compose import compose\n"
        "from ncviz.scenes.view import View\n"
        "run = Run(Path(sys.argv[1]))\n"
        "assert len(measure_run(run)['layers']) == 36\n"
        "assert len(compose(run, View(epoch=20)).samples) == 16",
        small_run.path,
    )
    assert "safetensors" in names
    assert not names.intersection((*LEARNING, *WINDOWS))


def test_exploring_needs_neither_torch_nor_a_window(small_run):
    names = imported(
        "import sys\n"
        "from pathlib import Path\n"
        "from ncviz.explorer.explorer import Explorer\n"
        "from ncviz.explorer.desks import make_desks\n"
        "explorer = Explorer()\n"
        "explorer.open(Path(sys.argv[1]))\n"
        "explorer.compute(60)\n"
        "assert explorer.caption() and all(d.caption() for d in make_desks().values())",
        small_run.path,
    )
    assert "numpy" in names
    assert not names.intersection((*LEARNING, *WINDOWS))


def test_the_recipe_and_the_command_line_need_no_torch():
    names = imported("import ncviz.cli\nimport ncviz.training.recipe\nncviz.cli._parser()")
    assert not names.intersection((*LEARNING, *WINDOWS, "numpy"))


def test_the_window_opens_without_torch():
    names = imported("import ncviz.desktop.shell.application", QT_QPA_PLATFORM="offscreen")
    assert {"PyQt6", "pyqtgraph", "vispy"} <= names
    assert not names.intersection(LEARNING)


def test_figures_need_no_window():
    names = imported("import ncviz.export.picture, ncviz.export.tables")
    assert "vispy" in names
    assert not names.intersection((*LEARNING, "PyQt6", "pyqtgraph"))


def test_every_module_can_be_read_in_one_go():
    modules = (ROOT / "ncviz").rglob("*.py")
    lines = {path: len(path.read_text().splitlines()) for path in modules}
    assert lines
    assert {path: count for path, count in lines.items() if count > 400} == {}
