"""docs/run-format.md suffices to read a run and to write one: its examples and its bytes."""

import contextlib
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from ncviz.assets import asset
from ncviz.metrics.measures import measure_run
from ncviz.runs.run import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "run-format.md"
READ, WRITE = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}


def run_in(folder, source, monkeypatch):
    monkeypatch.chdir(folder)
    names: dict[str, object] = {"__name__": "example"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, str(DOCUMENT), "exec"), names)
    return names


@pytest.mark.parametrize("name", ["demonstration", "samples/imbalanced", "samples/linear"])
def test_what_the_reader_computes_is_what_measure_prints(name, tmp_path, monkeypatch):
    (tmp_path / "first").symlink_to(asset(name))
    names = run_in(tmp_path, READ, monkeypatch)
    measured = measure_run(Run(asset(name)), epoch=Run(asset(name)).epochs[-1])
    rows = {row["layer"]: row for row in measured["layers"] if row["split"] == "train"}
    for layer, found in names["found"].items():
        row = rows[layer]
        stated = [found["D"], found["NC1"], found["CDNV"], *found["NC2"].values()]
        fields = ("separation_fuzziness", "nc1", "cdnv")
        fields += ("nc2_equinorm_means", "nc2_equiangular_means")
        printed = np.array([row[field] for field in fields], dtype=float)  # None as NaN
        np.testing.assert_allclose(np.where(np.isfinite(stated), stated, np.nan), printed, 1e-10)
    last = rows[Run(asset(name)).manifest.layers[-1].name]
    W, m = names["W"], names["m"]
    nc3 = np.square(W / np.linalg.norm(W) - m / np.linalg.norm(m)).sum()
    np.testing.assert_allclose(nc3, last["nc3"], rtol=1e-10)
    rows_of_it = names["lengths_and_angles"](W)
    np.testing.assert_allclose(rows_of_it["norms"], last["nc2_equinorm_classifier"], rtol=1e-10)
    np.testing.assert_allclose(rows_of_it["angles"], last["nc2_equiangular_classifier"], rtol=1e-10)
    law = next(row for row in measured["law"] if row["split"] == "train")
    slope = np.polyfit(names["t"], np.log(names["D"]), 1)[0]
    np.testing.assert_allclose(np.exp(slope), law["rho"], rtol=1e-10)


def test_what_the_writer_writes_is_a_run(tmp_path, monkeypatch):
    run_in(tmp_path, WRITE, monkeypatch)
    run = Run(tmp_path / "written")
    assert run.epochs == (0, 1, 2, 3)
    measured = measure_run(run)["layers"]
    assert all(b["nc1"] < a["nc1"] for a, b in pairwise(measured))


def test_the_bytes_lie_as_the_document_says():
    path = asset("demonstration") / "snapshots" / "000600.safetensors"
    data = path.read_bytes()
    count = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + count].decode("utf-8"))
    assert header.pop("__metadata__")["epoch"] == "600"
    tensors = load_file(path)
    assert set(header) == set(tensors)
    for name, entry in header.items():
        first, after = entry["data_offsets"]
        piece = data[8 + count + first : 8 + count + after]
        found = np.frombuffer(piece, TYPES[entry["dtype"]]).reshape(entry["shape"])
        np.testing.assert_array_equal(found, tensors[name])
    ends = sorted(entry["data_offsets"] for entry in header.values())
    assert [first for first, _ in ends] == [0, *(after for _, after in ends[:-1])]
