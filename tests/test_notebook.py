"""The notebook of the documents: each of its cells runs, and shows what it should."""

import ast
import json
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[1] / "docs" / "notebook.ipynb"


def run_cells(cells):
    """Run code cells as a notebook does; return what the last expression of each gives."""
    names, found = {"__name__": "__main__"}, {}
    for cell in cells:
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), cell["id"], "exec"), names)
        if last is not None:
            found[cell["id"]] = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
    return found


@pytest.fixture
def cells():
    return json.loads(FILE.read_text(encoding="utf-8"))["cells"]


def test_every_cell_runs_and_shows_what_it_says(cells, monkeypatch, capsys):
    monkeypatch.chdir(FILE.parent)  # as Jupyter does
    found = run_cells([cell for cell in cells if cell["cell_type"] == "code"])
    assert "Fashion-MNIST" in found["open"]._repr_html_()
    page = found["show"]
    assert page._repr_html_().count("<iframe srcdoc=") == 1
    assert len(page.text) <= 2_000_000
    assert 0 < found["nc1"][600] < found["nc1"][22] < found["nc1"][0]
    assert "r = -0.99" in capsys.readouterr().out


def test_it_is_a_notebook_without_outputs(cells):
    """Version 4.5, as nbformat has it: a frame of megabytes is not kept in the source."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    assert (told["nbformat"], told["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
