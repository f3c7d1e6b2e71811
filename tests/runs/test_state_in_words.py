"""How a run stands is told alike by the command line and a notebook, and as it is."""

import json

import pytest

from ncviz.cli import main
from ncviz.explorer.run_in_words import run_in_words
from ncviz.runs.lock import WritingLock
from ncviz.runs.run import Run
from ncviz.runs.state_in_words import state_in_words


@pytest.mark.parametrize(
    ("state", "written", "said"),
    [
        ("running", True, "recording"),
        ("running", False, "broke off"),  # its process was killed
        ("stopped", False, "stopped early"),
        ("failed", False, "broke off"),
        ("finished", False, "finished"),
    ],
)
def test_a_run_stands_as_it_is_told(growing_run, capsys, state, written, said):
    path = growing_run.path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "state": state}))
    lock = WritingLock(growing_run.path) if written else None
    try:
        run = Run(growing_run.path)
        assert state_in_words(run) == said
        rows = dict(run_in_words(run))
        assert rows.get("State", "finished") == said
        assert main(["info", str(growing_run.path)]) == 0
        assert f"{said}, 3 recorded up to epoch 2" in capsys.readouterr().out
    finally:
        if lock is not None:
            lock.release()
