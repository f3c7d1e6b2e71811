"""Exported files name the run that they show, and nobody's folders unless that is asked for."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film
from ncviz.export.provenance import said_by
from ncviz.export.table_plan import TablePlan
from ncviz.export.tables import make_table
from ncviz.runs.fingerprint import find_run, fingerprint
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically

NOBODY = "ada-lovelace"


@pytest.fixture
def run(small_run, tmp_path):
    """A run in somebody's folder, whose recipe holds paths of it."""
    folder = tmp_path / NOBODY / "runs" / "small"
    shutil.copytree(small_run.path, folder)
    manifest = folder / "manifest.json"
    values = json.loads(manifest.read_text())
    values["recipe"] |= {
        "model": f"/home/{NOBODY}/net.py:make",
        "checkpoints": [f"/home/{NOBODY}/my nets/a 1.pt", f"C:\\Users\\{NOBODY}\\b.pt"],
    }
    values["command"] = f"ncviz record /home/{NOBODY}/x --out ~/{NOBODY}/y"
    write_atomically(manifest, json.dumps(values).encode())
    return Run(folder)


def make(run, path, with_path):
    """Make a file of the kind of its ending; return what is in it as text."""
    if path.suffix in (".png", ".svg", ".pdf"):
        make_figure(FigurePlan(path, run.path, width=40, height=30, with_path=with_path))
        return json.dumps(said_by(path)) + path.read_bytes().decode("latin-1")
    if path.suffix in (".gif", ".mp4"):
        plan = FilmPlan(path, run.path, width=64, height=48, rate=1, seconds=2)
        make_film(replace(plan, with_path=with_path), lambda *_: None, lambda: False)
        return json.dumps(said_by(path)) + path.read_bytes().decode("latin-1")
    files = make_table(TablePlan(path, run.path, with_path=with_path))
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return str(arrays["provenance"])
    return "".join(file.read_text() for file in files)


@pytest.mark.parametrize(
    "suffix", [".png", ".svg", ".pdf", ".gif", ".mp4", ".csv", ".json", ".npz"]
)
def test_no_file_names_a_folder_unless_asked(run, tmp_path, suffix):
    kept = make(run, tmp_path / f"a{suffix}", False)
    assert NOBODY not in kept
    assert "tmp" not in kept.replace("\\", "/").split("/")
    assert fingerprint(run.manifest) in kept
    assert "net.py:make" in kept, "what made the run is said all the same"
    assert NOBODY in make(run, tmp_path / f"b{suffix}", True)


def test_a_run_is_found_by_its_fingerprint(run, small_run, tmp_path):
    mark = fingerprint(run.manifest)
    assert find_run(mark, (small_run.path, run.path)) == run.path
    assert find_run(mark, (), (run.path.parent,)) == run.path
    assert find_run(mark, (small_run.path,), (tmp_path, tmp_path / "nowhere")) is None
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "manifest.json").write_text("{")
    assert find_run(mark, (tmp_path / "odd", run.path)) == run.path, (
        "what is damaged is passed over"
    )
