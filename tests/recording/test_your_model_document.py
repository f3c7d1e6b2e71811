"""What docs/your-model.md tells can be followed."""

import re
import shlex
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz.cli import _parser, main
from ncviz.parameters import from_options
from ncviz.recording.plan import RecordPlan
from ncviz.runs.run import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "your-model.md"
pytestmark = pytest.mark.usefixtures("own_signals")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


def commands():
    lines = "".join(blocks("sh")).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("ncviz ")]


def test_the_script_of_twenty_lines_trains_and_is_recorded(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    script = blocks("python")[0]
    lines = [
        line for line in script.splitlines() if line and not line.startswith(("import", "from"))
    ]
    assert len(lines) <= 20
    for long, short in (("range(1, 11)", "range(1, 3)"), ("[:2000]", "[:20]"), ("(100)", "(10)")):
        assert long in script
        script = script.replace(long, short)
    with torch.random.fork_rng(devices=[]):
        exec(compile(script, "train.py", "exec"), {})
    record, measure, *_ = commands()
    assert main([*record, "--per-class", "4"]) == 0
    assert "2 recorded, 9 layers" in capsys.readouterr().out
    run = Run(tmp_path / "resnet-run")
    assert run.epochs == (1, 2)
    blocks_of_it = [f"layer{i}.{j}" for i in range(1, 5) for j in range(2)][:-1]
    names = [layer.name for layer in run.manifest.layers]
    assert names == ["input", *blocks_of_it, "features"]
    assert main([*measure[:-1], "2"]) == 0
    assert "layer3.1" in capsys.readouterr().out


def test_every_command_is_understood():
    verbs = []
    for words in commands():
        parsed = _parser().parse_args(words)
        verbs.append(words[0])
        if words[0] == "record":
            from_options(RecordPlan(), parsed).check()
    assert verbs == [
        "record",
        "measure",
        "picture",
        "open",
        *4 * ["record"],
        "measure",
        *2 * ["record"],
        "open",
    ]


def test_three_lines_record_a_loop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = TensorDataset(torch.rand(12, 5), torch.arange(12) % 3)
    names = {
        "model": nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)),
        "loader": DataLoader(data, 4),
        "epochs": 2,
        "train_one_epoch": lambda model, loader: None,
    }
    exec(
        compile(
            next(block for block in blocks("python") if "before the loop" in block),
            "loop.py",
            "exec",
        ),
        names,
    )
    assert Run(tmp_path / "my-run").epochs == (1, 2)
