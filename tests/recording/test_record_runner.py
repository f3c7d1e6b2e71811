"""Inspecting and recording in a process of its own."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from patience import HUNG_SECONDS

from ncviz.jobs.control import CancelledError, Control
from ncviz.jobs.messages import Answered, Failed, Finished, Unanswered
from ncviz.jobs.runner import RecordedEpoch
from ncviz.recording import inspecting
from ncviz.recording.inspecting import Telling, answer, inspect_plan, look
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import FileProgress, Inspected, Looked, Skipped
from ncviz.recording.recording_runner import RecordRunner
from ncviz.runs.run import Run


@pytest.fixture
def plan(workshop):
    for epoch in (1, 2, 10):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(epoch))
    (workshop.folder / "epoch_3.pt").write_bytes(b"")
    return RecordPlan(
        model="user_net:network",
        checkpoints=(str(workshop.folder / "epoch_*.pt"),),
        data=str(workshop.data),
        layers=("blocks",),
        trusted=True,
        device="cpu",
    )


@pytest.fixture(scope="module")
def runner():
    """One for all tests, whose process imports torch once."""
    made = RecordRunner()
    yield made
    made.close()


@pytest.fixture
def doomed_runner():
    made = RecordRunner()
    yield made
    made.close()


def until(runner, *kinds):
    messages = []
    # A process that has just died is not known to be dead at once.
    for _ in range(10_000):
        messages += runner.poll(60)
        if any(isinstance(message, kinds) for message in messages):
            return messages
    raise AssertionError("the process says nothing")


def test_a_plan_is_inspected(plan):
    seen = inspect_plan(plan)
    assert seen.title == "Net"
    assert seen.classifier == "head"
    assert seen.epochs == (1, 2, 10)
    assert [skip.path.rpartition("/")[2] for skip in seen.skipped] == ["epoch_3.pt"]
    assert seen.layers[0] == ("input", 64)
    assert [node.name for node in seen.tree] == ["stem", "stage1", "stage2", "head"]
    stage = seen.tree[1]
    assert (stage.kind, stage.shape, stage.width) == ("Sequential", (4, 8, 8), 4)
    assert not stage.chosen
    assert [node.chosen for node in stage.children] == [True, True]
    assert stage.children[0].children[0].name == "stage1.0.conv1"
    assert (seen.tree[3].note, seen.tree[3].chosen) == ("classifier", False)


def test_inspecting_and_recording_in_a_process(plan, runner, tmp_path):
    runner.prepare()
    runner.ask("inspect", plan)
    assert runner.is_asked
    assert not runner.is_running
    (seen,) = until(runner, Answered, Unanswered)
    assert isinstance(seen.value, Inspected), seen
    assert not runner.is_asked
    runner.start(plan, tmp_path / "run")
    assert runner.is_running
    messages = until(runner, Finished, Failed)
    assert messages[-1] == Finished("finished")
    assert not runner.is_running
    assert [m.epoch for m in messages if isinstance(m, RecordedEpoch)] == [1, 2, 10]
    (skipped,) = (m.sentence for m in messages if isinstance(m, Skipped))
    assert skipped.endswith("to its end.")
    steps = [m for m in messages if isinstance(m, FileProgress) and m.step == "Measuring"]
    assert [(m.done, m.files) for m in steps if not m.share] == [(0, 3), (1, 3), (2, 3)]
    run = Run(tmp_path / "run")
    assert run.epochs == (1, 2, 10)
    assert run.manifest.message == "Skipped: epoch_3.pt."


def test_progress_within_a_file(plan, tmp_path, monkeypatch):
    from dataclasses import replace

    from ncviz.recording import record_checkpoints

    monkeypatch.setattr(record_checkpoints, "TOLD_SECONDS", -1.0)  # after each batch
    told = []
    small = replace(plan, batch=4)
    record_checkpoints.record_checkpoints(small, tmp_path / "run", notify=told.append)
    within = [m for m in told if isinstance(m, FileProgress) and m.share]
    for done in range(3):
        shares = [m.share for m in within if m.done == done]
        assert len(shares) > 3
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert np.allclose(np.diff(shares), shares[0])


def test_a_failure_is_a_sentence(plan, runner, tmp_path):
    from dataclasses import replace

    runner.ask("inspect", replace(plan, data="nowhere"))
    (failed,) = until(runner, Answered, Unanswered)
    assert failed.sentence.startswith("There are no data 'nowhere'")
    runner.start(replace(plan, data="nowhere"), tmp_path / "run")
    assert isinstance(until(runner, Finished, Failed)[-1], Failed)
    assert not (tmp_path / "run").exists()


def test_cancelling_leaves_nothing(plan, runner, tmp_path):
    runner.start(plan, tmp_path / "run")
    runner.cancel()
    assert until(runner, Finished, Failed)[-1] == Finished("cancelled")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (signal.SIGKILL, "was killed (signal 9), perhaps because the memory was full"),
        # A file of safetensors, which their library maps, became shorter.
        (signal.SIGBUS, f"crashed (signal {signal.SIGBUS:d}): a file that it reads was shortened"),
    ],
    ids=["killed", "shortened"],
)
def test_a_dead_process_is_told(plan, doomed_runner, tmp_path, number, why):
    doomed_runner.start(plan, tmp_path / "run")
    os.kill(doomed_runner.pid, number)
    messages = until(doomed_runner, Failed)
    assert why in messages[-1].sentence
    assert messages[-1].sentence.endswith(": record again.")
    assert not doomed_runner.is_running


def test_files_are_looked_at_before_a_model_is_known(plan, runner, workshop):
    runner.ask("look", plan)
    (seen,) = until(runner, Answered, Unanswered)
    seen = seen.value
    assert seen.epochs == (1, 2, 10)
    assert [path.rpartition("/")[2] for path in seen.files] == [
        "epoch_1.pt",
        "epoch_2.pt",
        "epoch_10.pt",
    ]
    assert [skip.path.rpartition("/")[2] for skip in seen.skipped] == ["epoch_3.pt"]
    assert (seen.model, seen.like, seen.classes, seen.places) == ("", "", 0, ("",))


def test_files_without_epochs_are_looked_at_all_the_same(workshop):
    for name in ("best.pt", "last.pt"):
        workshop.save(name, workshop.state())
    seen = look(RecordPlan(checkpoints=("best.pt", "last.pt")))
    assert (seen.files, seen.epochs) == ((), ())
    assert [(skip.path, skip.sentence) for skip in seen.skipped] == [
        ("best.pt", "says no epoch"),
        ("last.pt", "says no epoch"),
    ]
    seen = look(RecordPlan(checkpoints=("best.pt", "last.pt"), epochs={"last.pt": 7}))
    assert (seen.files, seen.epochs) == (("last.pt",), (7,))


def test_how_far_the_files_are_read_is_told_while_somebody_waits(plan, monkeypatch):
    monkeypatch.setattr(inspecting, "TOLD_SECONDS", -1.0)  # before each file
    told = []
    control = Control()
    seen = answer("look", plan, Telling(control, told.append))
    assert isinstance(seen, Looked)
    assert [(m.done, m.files, m.step) for m in told] == [(k, 4, "Reading") for k in range(4)]

    def give_up_after_two_more(message):
        told.append(message)
        if len(told) == 6:
            control.cancel()

    with pytest.raises(CancelledError):
        answer("look", plan, Telling(control, give_up_after_two_more))
    assert len(told) == 6


def test_a_question_can_be_forgotten(plan, runner):
    runner.ask("look", plan)
    runner.forget()
    assert not runner.is_asked
    assert runner.poll() == []
    runner.ask("look", plan)
    (seen,) = until(runner, Answered, Unanswered)
    assert isinstance(seen.value, Looked), seen


def test_only_the_newest_question_is_answered(plan, runner):
    from dataclasses import replace

    runner.ask("look", plan)
    runner.ask("inspect", replace(plan, data="nowhere"))
    runner.ask("inspect", plan)
    (seen,) = until(runner, Answered)
    assert isinstance(seen.value, Inspected)
    assert not runner.is_asked


def test_what_the_window_needs_imports_no_torch():
    names = "plan", "epochs", "recording_messages", "recording_runner"
    code = "".join(f"import ncviz.recording.{name}\n" for name in names)
    code += "import sys\nassert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=HUNG_SECONDS)
