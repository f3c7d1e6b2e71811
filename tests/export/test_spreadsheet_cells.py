"""No text of a run is a formula in a table that ncviz writes, and numbers stay numbers."""

import ast
import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

import ncviz
from ncviz.arrays.column_table import read_column_table
from ncviz.explorer.lasso import table_of_samples
from ncviz.export.tables import metrics_csv
from ncviz.runs.manifest import RecordedLayer
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter
from ncviz.wording import cell, text_of_cell

HOSTILE = ("=1+1", "+2", "-x", "@SUM(A1)", "\t=2", "＝3", '=HYPERLINK("x")', "-1", "plain, text")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-x", "'-x"),
        ("\t=2", "'=2"),
        ("-inf", "'-inf"),
        ("-1+2", "'-1+2"),
        ("-0.25", "-0.25"),
        ("+1", "'+1"),
        ("-1e-5", "-1e-5"),
        ("-.5", "-.5"),
        ("'quoted", "'quoted"),
        ("", ""),
    ],
)
def test_texts_are_kept_from_being_formulas_and_numbers_stay(text, written):
    assert cell(text) == written
    assert text_of_cell(written) == text.strip()


@pytest.fixture(scope="module")
def hostile_run(make_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    made = make_run(path / "kind", counts=(4,) * len(HOSTILE), epochs=(0, 1), widths=(10, 10))
    layers = tuple(RecordedLayer(name, 10) for name in ("=input()", "@layer"))
    manifest = replace(made.manifest, class_names=HOSTILE, layers=layers, title="=1")
    writer = RunWriter(path / "hostile", manifest, made.probe)
    for snapshot in made.snapshots.values():
        writer.write(snapshot)
    writer.close()
    return Run(path / "hostile")


WRITERS = {
    "metrics": metrics_csv,
    "samples": lambda run: table_of_samples(run, 1, range(12)),
}


@pytest.mark.parametrize("which", WRITERS)
def test_no_cell_of_a_table_is_a_formula(which, hostile_run, tmp_path):
    text = WRITERS[which](hostile_run)
    rows = list(csv.reader(io.StringIO(text)))
    numbers = 0
    for value in (value for row in rows for value in row):
        try:
            float(value)
            numbers += 1
        except ValueError:
            assert not value.startswith(("=", "+", "-", "@", "\t", "＝"))
    assert numbers > 20
    assert any(value.startswith("'=") for row in rows for value in row)
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    table = read_column_table(tmp_path / "table.csv")
    words = {word for column in table.columns.values() for word in column}
    assert words & {"=1+1", "=input()"}


def test_whatever_writes_a_table_takes_its_texts_through_one_function():
    package, writers = Path(ncviz.__file__).parent, []
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        writes = any(
            isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter")
            and isinstance(node.value, ast.Name) and node.value.id == "csv"
            for node in ast.walk(tree)
        ) or '"\\t".join' in text  # fmt: skip
        if writes:
            writers.append(path.name)
            names = {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "ncviz.wording"
                for alias in node.names
            }
            assert "cell" in names, path
    assert len(writers) >= 6
