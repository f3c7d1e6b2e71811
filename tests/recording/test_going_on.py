"""A recording of checkpoints that broke off goes on where it stopped, and with nothing else."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from group_of_processes import differences, plan_of, record_all, run_together, save_data
from group_of_processes import save_checkpoints as save_small_ones

from ncviz.cli import main
from ncviz.errors import BusyError, UserError
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.recording.going_on import broken_off
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.recording.recording_messages import GoesOn
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter

pytestmark = pytest.mark.usefixtures("own_signals")


@pytest.fixture
def plan(workshop):
    for epoch in range(5):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(epoch))
    return RecordPlan(
        model="user_net:network",
        checkpoints=(str(workshop.folder / "epoch_*.pt"),),
        data=str(workshop.data),
        trusted=True,
        device="cpu",
    )


def end_after(epoch, control, order="stop"):
    def tell(message):
        if message == RecordedEpoch(epoch):
            getattr(control, order)()

    return tell


@pytest.fixture
def begun(plan, workshop):
    """A recording that was stopped after two of five checkpoints."""
    out, control = workshop.folder / "run", Control()
    assert record_checkpoints(plan, out, control=control, notify=end_after(1, control)) == "stopped"
    return out


def files_of(run):
    return {path.name: path.read_bytes() for path in run.glob("**/*.safetensors")}


def test_what_is_measured_is_kept_and_the_rest_is_as_in_one_go(plan, begun, workshop):
    record_checkpoints(plan, workshop.folder / "whole")
    before = Run(begun).manifest
    kept = {path: path.stat().st_mtime_ns for path in begun.glob("snapshots/*")}
    assert len(kept) == 2
    told = []
    assert record_checkpoints(plan, begun, notify=told.append) == "finished"
    assert [m.epoch for m in told if isinstance(m, RecordedEpoch)] == [2, 3, 4]
    assert [m for m in told if isinstance(m, GoesOn)] == [GoesOn(str(begun), 2)]
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
    assert files_of(begun) == files_of(workshop.folder / "whole")
    now, whole = Run(begun).manifest, Run(workshop.folder / "whole").manifest
    assert now == replace(whole, created=before.created)


def test_a_full_disk_is_gone_on_from_by_the_same_command(workshop, plan, capsys, monkeypatch):
    whole, written = os.replace, []

    def fill(source, target):
        if "snapshots" in str(target):
            if len(written) == 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written.append(target)
        whole(source, target)

    arguments = workshop.arguments("epoch_*.pt")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fill)
        assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert "give the same command again; it goes on where it stopped." in said
    assert main(arguments) == 0
    assert "run goes on with 2 checkpoints measured already." in capsys.readouterr().err
    assert Run(workshop.folder / "run").epochs == (0, 1, 2, 3, 4)
    assert main(arguments) == 1  # finished, it is nothing to go on with
    assert "run exists already: choose another name" in capsys.readouterr().err


KILLED = """
import os, sys
from ncviz.cli import main
from ncviz.runs.writer import RunWriter
write, seen = RunWriter.write_content, []

def dying(self, epoch, content, **how):
    if len(seen) == 2:
        half = f".{epoch:06d}.safetensors.{os.getpid()}.partial"
        (self.path / "snapshots" / half).write_bytes(content[:99])
        os.kill(os.getpid(), 9)
    write(self, epoch, content, **how)
    seen.append(epoch)

RunWriter.write_content = dying
main(sys.argv[1:])
"""


def test_a_killed_recording_goes_on(workshop, plan, capsys):
    arguments = workshop.arguments("epoch_*.pt")
    died = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=600)
    assert died.returncode in (-9, 9)
    out = workshop.folder / "run"
    assert Run(out).manifest.state == "running"
    assert main(arguments) == 0
    assert "goes on with 2 checkpoints measured already" in capsys.readouterr().err
    assert main(workshop.arguments("epoch_*.pt", out="whole")) == 0
    assert files_of(out) == files_of(workshop.folder / "whole")
    assert not list(out.rglob("*.partial"))


def test_a_damaged_snapshot_is_measured_anew(plan, begun, workshop):
    path = begun / "snapshots" / "000001.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    told = []
    record_checkpoints(plan, begun, notify=told.append)
    assert [m.epoch for m in told if isinstance(m, RecordedEpoch)] == [1, 2, 3, 4]
    assert path.read_bytes() == content


def test_nothing_was_measured_when_it_broke_off(plan, begun):
    shutil.rmtree(begun / "snapshots")
    (begun / "snapshots").mkdir()
    assert record_checkpoints(plan, begun) == "finished"
    assert Run(begun).epochs == (0, 1, 2, 3, 4)
    (begun / "manifest.json").unlink()  # a writer that died before its first line
    shutil.rmtree(begun / "snapshots")
    assert broken_off(begun) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"per_class": 7, "normalise": "0.5/0.5"},
            r"begun with something else \(--per-class and --normalise\): give",
        ),
        (
            {"data": "others.npz"},
            r"something else \(--data\): give the same again",
        ),
        ({"layers": ("blocks",)}, r"something else \(--layers\): give"),
        ({"checkpoints": ("epoch_1.pt", "epoch_2.pt")}, "holds epoch 0, and no such checkpoint"),
    ],
)
def test_with_something_else_it_does_not_go_on(plan, begun, workshop, change, words):
    shutil.copy(workshop.data, workshop.folder / "others.npz")
    with pytest.raises(UserError, match=words):
        record_checkpoints(replace(plan, **change), begun)
    assert Run(begun).epochs == (0, 1)
    assert record_checkpoints(plan, begun) == "finished"


def test_other_samples_in_the_same_file_are_seen(plan, begun, workshop):
    with np.load(workshop.data) as stored:
        images, labels = stored["images"].copy(), stored["labels"]
    images[-1, 3, 3] ^= 1
    np.savez(workshop.data, images=images, labels=labels)
    with pytest.raises(UserError, match=r"begun with something else \(samples\): give the same"):
        record_checkpoints(plan, begun)


def test_other_weights_of_a_measured_epoch_are_seen(plan, begun, workshop):
    workshop.save("epoch_1.pt", workshop.state(77))
    with pytest.raises(
        UserError, match=r"epoch_1\.pt holds other weights than those that .*run has of epoch 1: "
    ):
        record_checkpoints(plan, begun)


def test_what_decides_nothing_may_change(plan, begun, workshop):
    for epoch in range(5):  # the same weights, saved in another way
        workshop.save(f"net_{epoch}.pt", {"state_dict": workshop.state(epoch), "epoch": epoch})
    others = replace(plan, checkpoints=("net_*.pt",), batch=5, memory=99)
    assert record_checkpoints(others, begun) == "finished"
    assert Run(begun).epochs == (0, 1, 2, 3, 4)


def test_who_cancels_loses_nothing_that_was_there(plan, begun):
    control = Control()
    state = record_checkpoints(
        plan, begun, control=control, notify=end_after(3, control, order="cancel")
    )
    assert state == "stopped"
    assert Run(begun).epochs == Run(begun).manifest.recorded == (0, 1, 2, 3)


def test_two_do_not_write_one_run(plan, begun):
    writer = RunWriter.reopen(begun)
    with pytest.raises(BusyError, match="is being recorded already"):
        record_checkpoints(plan, begun)
    writer.close("stopped")


def test_two_processes_go_on_from_what_one_measured(tmp_path):
    save_small_ones(tmp_path)
    save_data(tmp_path / "uneven.npz", (40, 1, 20), test=(1, 1, 0))
    plan = plan_of(tmp_path, "small", "uneven.npz")
    record_checkpoints(plan, tmp_path / "whole")
    first = Run(tmp_path / "whole").epochs[0]
    control = Control()
    out = tmp_path / "run"
    state = record_checkpoints(plan, out, control=control, notify=end_after(first, control))
    assert state == "stopped"
    run_together(2, tmp_path, record_all, [(str(out), plan)])
    assert differences(tmp_path / "whole", out) == []
    assert Run(out).manifest.state == "finished"
