import json
import os
import re
import subprocess
import sys

import pytest
from patience import HUNG_SECONDS

from ncviz.cli import main
from ncviz.metrics.measures import measure_run
from ncviz.runs.run import Run


def test_json_is_what_measure_run_gives(small_run, capsys):
    assert main(["measure", str(small_run.path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out) == measure_run(Run(small_run.path))


def test_one_epoch_and_layer_in_json(small_run, capsys):
    arguments = ["measure", str(small_run.path), "--epoch", "5", "--layer", "layer 1", "--json"]
    assert main(arguments) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured == measure_run(Run(small_run.path), 5, "layer 1")
    assert [record["split"] for record in measured["layers"]] == ["train", "test"]


def test_the_table_has_a_line_a_record(small_run, capsys):
    assert main(["measure", str(small_run.path)]) == 0
    first, second, rest = capsys.readouterr().out.split("\n\n")
    assert rest == "half_life: By the fit, D never halves: it does not fall.\n"
    layers, laws = first.splitlines(), second.splitlines()
    assert len(layers) == 1 + 6 * 3 * 2
    assert len(laws) == 1 + 6 * 2
    assert layers[0].split()[:5] == ["epoch", "layer", "split", "separation_fuzziness", "nc1"]
    assert laws[0].split() == ["epoch", "split", "rho", "half_life", "pearson_r"]
    assert len({line.find("train") for line in layers if "train" in line}) == 1  # columns align
    found = measure_run(Run(small_run.path), 0)["layers"][0]
    cells = re.split(r"\s{2,}", layers[1])
    assert cells[:3] == ["0", "input", "train"]
    assert float(cells[3]) == pytest.approx(found["separation_fuzziness"], rel=1e-3)
    assert cells[6] == "-"  # a classifier's number does not apply to the input


def test_a_run_is_found_by_its_manifest(small_run, capsys):
    assert main(["measure", str(small_run.path / "manifest.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["law"]


def test_what_cannot_be_measured_is_told_in_a_sentence(small_run, growing_run, tmp_path, fails):
    assert "does not exist" in fails("measure", tmp_path / "nowhere")
    assert "is not an ncviz run" in fails("measure", tmp_path)
    assert "nearest one is 5" in fails("measure", small_run.path, "--epoch", 4)
    assert "no layer 'output'" in fails("measure", small_run.path, "--layer", "output")
    (growing_run.path / "snapshots" / "000001.safetensors").write_bytes(b"damaged")
    assert "000001.safetensors" in fails("measure", growing_run.path, "--json")


def test_a_process_of_its_own(small_run, spawn):
    done = spawn("measure", small_run.path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == measure_run(Run(small_run.path))


def test_a_wrong_path_is_one_line_on_standard_error(tmp_path, spawn):
    done = spawn("measure", tmp_path / "nowhere")
    assert done.returncode == 1
    assert done.stdout == ""
    gone = tmp_path / "nowhere"
    assert done.stderr == f"ncviz: {gone} does not exist: choose the folder of a recorded run.\n"


@pytest.fixture(params=["recipe", "measure"])
def command(request, small_run, monkeypatch):
    """Return a command that prints little, which waits for the end, or much, which does not."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    path = [str(small_run.path)] if request.param == "measure" else []
    return [sys.executable, "-m", "ncviz", request.param, *path]


def test_a_reader_that_goes_away_is_no_fault(command):
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            command,
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            timeout=HUNG_SECONDS,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_told_in_a_sentence(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=HUNG_SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr
