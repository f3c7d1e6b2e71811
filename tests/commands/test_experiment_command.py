"""`ncviz experiment`, as its users type it."""

import json
import signal
import subprocess
import sys

import pytest

from ncviz.cli import main
from ncviz.experiments.catalogue import experiments

TINY = """
title = "Tiny"
group = "Tests"
claim = "A tiny network learns something."
scaled = "Everything."
source = { authors = "Nobody", where = "nowhere", year = 2000, figure = "Fig. 1" }
expected = [{ number = "loss", published = "small", relation = "at most", value = 100.0 }]
knob = { field = "depth", to = 9, then = "It is deeper." }

[recipe]
classes = [0, 1, 8]
image_size = 4
images_per_class = 6
depth = 3
width = 5
epochs = 3
record = "0, 1"

[published]
dataset = "cifar10"
image_size = 4
"""
KEYS = {"name", "group", "title", "claim", "source", "expected", "ours", "verdict", "seconds"}

pytestmark = pytest.mark.usefixtures("own_signals")


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    return path


def test_the_list_has_every_one_with_its_verdict(capsys):
    assert main(["experiment", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert named.keys() == experiments().keys()
    assert main(["experiment", "list", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in said] == list(experiments())
    for each in said:
        assert each.keys() >= KEYS
        assert named[each["name"]].endswith(f": {each['verdict']}")


def test_it_runs_to_a_verdict_and_shows_it(tiny, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["experiment", "show", str(tiny), "--results", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "Turn depth from 3 to 9: It is deeper." in shown
    assert shown.endswith("Not run.\n")
    words = ["experiment", "run", str(tiny), "--out", str(out), "--device", "cpu"]
    assert main([*words, "--seeds", "2"]) == 0
    ended = capsys.readouterr()
    assert "Reproduced, 2 seeds" in ended.out
    assert "2/2: seed 1" in ended.err
    assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["seeds"]) == ("reproduced", 2)
    assert said["ours"][0]["low"] <= said["ours"][0]["median"] <= said["ours"][0]["high"]
    assert main(["experiment", "show", str(tiny), "--results", str(out), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["variants"][0]["small"]["depth"] == 3
    assert shown["variants"][0]["published"]["dataset"] == "cifar10"


def test_what_cannot_be_is_told(tiny, tmp_path, fails):
    out = ["--out", tmp_path / "out"]
    assert "There is no experiment 'x'" in fails("experiment", "run", "x")
    assert "--seeds is 0" in fails("experiment", "run", tiny, "--seeds", "0", *out)
    assert "add --published" in fails("experiment", "run", tiny, "--data", tmp_path, *out)
    assert "cannot be read" in fails("experiment", "show", tmp_path / "no.toml")


def test_a_data_set_that_is_not_there_is_told(tiny, tmp_path, capsys):
    words = ["--published", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(["experiment", "run", str(tiny), "--device", "cpu", *words]) == 1
    assert f"CIFAR-10 was not found in {tmp_path}" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.json"))


def test_an_interrupt_keeps_what_is_done(tiny, tmp_path, capsys, monkeypatch):
    import ncviz.commands.experiment as command

    def interrupt(message):
        if not isinstance(message, command.ExperimentProgress):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command, "_notify", interrupt)
    words = ["experiment", "run", str(tiny), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(words) == 128 + signal.SIGINT
    assert "the same command goes on: ncviz experiment run" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(words) == 0
    assert "Reproduced" in capsys.readouterr().out


def test_the_page_is_printed(tmp_path, capsys):
    assert main(["experiment", "report", "--results", str(tmp_path)]) == 0
    page = capsys.readouterr().out
    for each in experiments().values():
        assert f"### {each.title}" in page
    assert main(["experiment", "report", "--json", "--results", str(tmp_path)]) == 0
    assert {each["name"] for each in json.loads(capsys.readouterr().out)} == experiments().keys()


def test_without_an_action_it_says_what_there_is():
    ended = subprocess.run(
        [sys.executable, "-m", "ncviz", "experiment"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    assert "list" in ended.stdout
