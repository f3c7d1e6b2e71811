"""A recording of texts that broke off goes on where it stopped."""

from dataclasses import replace

import pytest
import torch
from tiny_encoder import make_folder, tensors, write_table

from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints


def files_of(run):
    return {path.name: path.read_bytes() for path in run.glob("**/*.safetensors")}


def test_texts_go_on(tmp_path):
    folder = make_folder(tmp_path / "tiny")
    for epoch in (1, 2, 3):
        torch.save(
            {name: torch.tensor(each) * epoch for name, each in tensors().items()},
            tmp_path / f"epoch_{epoch}.pt",
        )
    plan = RecordPlan(
        model=f"hf:{folder}",
        checkpoints=(str(tmp_path / "epoch_*.pt"),),
        data=str(write_table(tmp_path / "news.csv")),
        tokens="mean",
    )
    control, told = Control(), []

    def stop_after_the_first(message):
        if message == RecordedEpoch(1):
            control.stop()

    out = tmp_path / "run"
    state = record_checkpoints(plan, out, control=control, notify=stop_after_the_first)
    assert state == "stopped"
    with pytest.raises(UserError, match=r"something else \(--tokens\)"):
        record_checkpoints(replace(plan, tokens="class"), out)
    other = write_table(tmp_path / "others.csv")
    with pytest.raises(UserError, match=r"something else \(--data\)"):
        record_checkpoints(replace(plan, data=str(other)), out)
    assert record_checkpoints(plan, out, notify=told.append) == "finished"
    assert [m.epoch for m in told if isinstance(m, RecordedEpoch)] == [2, 3]
    record_checkpoints(plan, tmp_path / "whole")
    assert files_of(out) == files_of(tmp_path / "whole")
