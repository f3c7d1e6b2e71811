import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap

import pytest
from patience import HUNG_SECONDS

from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.runs.run import Run
from ncviz.training.recorded_training import record
from ncviz.training.training_runner import TrainingRunner


@pytest.fixture
def runner():
    runner = TrainingRunner()
    yield runner
    runner.close()


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run"


def child():
    (process,) = (p for p in multiprocessing.active_children() if p.name == "training")
    return process


def assert_whole(run):
    """Every snapshot that is there can be read, none is missing in between."""
    assert run.epochs == tuple(range(len(run.epochs)))
    assert [run.snapshot(epoch).load().epoch for epoch in run.epochs] == list(run.epochs)


def test_a_window_needs_no_torch_to_train_in_a_process():
    code = """
        import sys
        from ncviz.training import device_probe, training_runner
        device_probe.DeviceProbe()
        training_runner.TrainingRunner()
        assert "torch" not in sys.modules
    """
    subprocess.run([sys.executable, "-W", "error", "-c", textwrap.dedent(code)], check=True)


def test_the_child_trains_as_this_process_does(runner, recipe, tmp_path, poll_to_end, content):
    runner.start(recipe, tmp_path / "there")
    record(recipe, tmp_path / "here")
    assert poll_to_end(runner)[-1] == Finished("finished")
    there, here = Run(tmp_path / "there"), Run(tmp_path / "here")
    for epoch in here.epochs:
        assert content(there.snapshot(epoch).load()) == content(here.snapshot(epoch).load())
    assert there.manifest.software == here.manifest.software


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_child_leaves_every_finished_snapshot(
    runner, endless, out, poll_until, poll_to_end, seed
):
    at_random = random.Random(seed)
    runner.start(endless, out)
    last = at_random.randrange(1, 30)
    poll_until(runner, lambda m: isinstance(m, RecordedEpoch) and m.epoch >= last)
    runner.poll(timeout=at_random.uniform(0, 0.02))
    os.kill(child().pid, signal.SIGKILL)
    message = poll_to_end(runner)[-1]
    assert isinstance(message, Failed)
    assert "was killed (signal 9)" in message.sentence
    assert "what was recorded is kept" in message.sentence
    assert not runner.is_running
    run = Run(out)
    assert_whole(run)
    assert len(run.epochs) > last
    assert (run.manifest.state, run.manifest.message) == ("failed", message.sentence)


def test_a_child_killed_before_its_start_is_told(runner, recipe, out, poll_to_end):
    runner.prepare()
    process = child()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    runner.start(recipe, out)
    (message,) = poll_to_end(runner)
    assert message == Failed(
        "The training process was killed (signal 9), perhaps because the memory was full: "
        "train again."
    )
    assert not out.exists()


def test_ctrl_c_does_not_reach_the_child(runner, endless, out, poll_until):
    runner.start(endless, out)
    poll_until(runner, lambda m: m == RecordedEpoch(1))
    os.kill(child().pid, signal.SIGINT)
    poll_until(runner, lambda m: isinstance(m, RecordedEpoch) and m.epoch > 10)


def test_a_child_that_does_not_answer_is_ended_and_its_run_kept(runner, endless, out, poll_until):
    runner.start(endless, out)
    poll_until(runner, lambda m: m == RecordedEpoch(1))
    process = child()
    os.kill(process.pid, signal.SIGSTOP)
    runner.close(timeout=0.1)
    assert multiprocessing.active_children() == []
    assert_whole(Run(out))
    assert Run(out).manifest.state == "stopped"


def test_a_prepared_runner_that_is_not_needed_goes_quietly(runner):
    runner.prepare()
    process = child()
    runner.close()
    assert process not in multiprocessing.active_children()


@pytest.mark.parametrize("paused", [False, True])
def test_the_child_of_a_dead_parent_keeps_the_run_and_ends(endless, out, tmp_path, paused):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(endless.to_toml())
    code = f"""
        from pathlib import Path
        from ncviz.training.training_runner import TrainingRunner
        from ncviz.training.recipe_file import read_recipe
        from ncviz.jobs.runner import RecordedEpoch

        if __name__ == "__main__":
            runner = TrainingRunner()
            runner.start(read_recipe(Path({str(recipe)!r})), Path({str(out)!r}))
            while RecordedEpoch(5) not in runner.poll(timeout=60):
                pass
            if {paused}:
                runner.pause()
                while runner.poll(timeout=0.5):
                    pass
            print("recorded", flush=True)
            while True:
                runner.poll(timeout=60)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout.readline() == "recorded\n"
        parent.kill()
        # The child has the same standard output: it ends when the last of them does.
        rest, _ = parent.communicate(timeout=HUNG_SECONDS)
    assert rest == ""
    run = Run(out)
    assert_whole(run)
    assert run.manifest.state == "stopped"
    assert len(run.epochs) > 5
