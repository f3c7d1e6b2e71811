"""Tables, figures and films say what a run counts, and are asked for by it."""

import csv
import io
import json

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.export.beside import Beside
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes
from ncviz.export.film_moments import shot_at
from ncviz.export.film_plan import FilmPlan
from ncviz.export.latex import metrics_latex
from ncviz.export.provenance import said_by
from ncviz.export.tables import metric_rows, metrics_csv, metrics_json, run_arrays
from ncviz.runs.run import Run
from ncviz.scenes.view import View


@pytest.fixture
def counted(make_run, tmp_path):
    """Return what makes a run whose snapshots count something."""

    def make(name, epochs, **counting):
        path = make_run(tmp_path / name, counts=(6, 6, 6), epochs=epochs, widths=(5, 4)).path
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        text = json.dumps(manifest | {"counting": counting, "title": "mine"})
        (path / "manifest.json").write_text(text, encoding="utf-8")
        return Run(path)

    return make


@pytest.mark.parametrize(
    ("epochs", "counting", "unit", "values", "moment"),
    [
        ((500, 4_000_000), {"unit": "step"}, "step", ["500", "4000000"], "step 4,000,000"),
        ((0, 5), {"parts": 2}, "epoch", ["0", "2.5"], "epoch 2.5"),
        ((0, 4), {"unit": "checkpoint"}, "checkpoint", ["0", "4"], "checkpoint 4"),
    ],
)
def test_tables_are_of_what_the_run_counts(counted, epochs, counting, unit, values, moment):
    run = counted("run", epochs, **counting)
    rows = list(csv.DictReader(io.StringIO(metrics_csv(run))))
    assert next(iter(rows[0])) == unit
    assert list(dict.fromkeys(row[unit] for row in rows)) == values
    whole = json.loads(metrics_json(run))
    for part in ("layers", "law", "scalars"):
        assert {f"{row[unit]}" for row in whole[part]} == set(values)
    assert f"mine, {moment}, train samples" in metrics_latex(
        metric_rows(run), "mine", "", run.counting
    )
    arrays = run_arrays(run)
    np.testing.assert_array_equal(arrays[f"{unit}s"], np.array(values, float))
    assert f"means/{values[1]}/0" in arrays


def test_a_film_counts_as_the_run_does(counted):
    steps, halves = counted("steps", (0, 1000), unit="step"), counted("halves", (0, 5), parts=2)
    plan = FilmPlan(out=steps.path / "x.mp4", run=steps.path)
    assert shot_at(plan, steps, 0.0).counter == "Step 0"
    assert shot_at(plan, steps, 1.0).counter == "Step 1,000"
    assert shot_at(plan, halves, 1.0).counter == "Epoch 2.5"
    both = FilmPlan(out=plan.out, run=steps.path, beside=Beside(halves.path, View()))
    assert shot_at(both, steps, 1.0, second=halves).counter == "Step 1,000 · epoch 2.5"


def test_the_command_line_is_asked_in_what_the_run_counts(counted, tmp_path, capsys):
    run = counted("halves", (0, 3, 5), parts=2)
    out = tmp_path / "x.csv"
    assert main(["export", "table", str(run.path), "--out", str(out), "--epochs", "0,2.5"]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert {row["epoch"] for row in rows} == {"0", "2.5"}
    assert main(["measure", str(run.path), "--epoch", "1.5", "--json"]) == 0
    assert {
        row["epoch"] for row in json.loads(capsys.readouterr().out.split("\n", 1)[1])["law"]
    } == {1.5}
    assert main(["measure", str(run.path), "--epoch", "1"]) == 1
    assert "Epoch 1 was not recorded: the nearest one is 1.5." in capsys.readouterr().err


def test_a_figure_says_what_it_carries(counted):
    run = counted("steps", (500, 4_000_000), unit="step")
    plan = FigurePlan(run.path / "x.svg", run.path, View(epoch=500.0), preset="nc")
    plan.out.write_bytes(figure_bytes(plan))
    assert said_by(plan.out)["counting"] == {"unit": "step", "parts": 1}
