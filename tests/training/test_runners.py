from dataclasses import replace

import pytest
from patience import Patience

from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.runs.run import Run
from ncviz.training.training_messages import TrainingProgress
from ncviz.training.training_runner import TrainingRunner


@pytest.fixture(scope="module")
def shared_runner():
    """One runner for all tests, whose process imports torch once."""
    runner = TrainingRunner()
    yield runner
    runner.close()


@pytest.fixture
def runner(shared_runner, poll_to_end):
    """The shared runner, which does nothing yet."""
    yield shared_runner
    if shared_runner.is_running:
        shared_runner.cancel()
        poll_to_end(shared_runner)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run"


def test_a_training_runs_to_its_end(runner, recipe, out, poll_to_end):
    assert not runner.is_running
    assert runner.poll() == []
    runner.prepare()
    runner.start(recipe, out)
    assert runner.is_running
    messages = poll_to_end(runner)
    assert messages[-1] == Finished("finished")
    assert not runner.is_running
    assert runner.poll(timeout=0.1) == []
    recorded = [m.epoch for m in messages if isinstance(m, RecordedEpoch)]
    assert recorded == list(range(7))
    assert Run(out).epochs == tuple(recorded)
    assert [m for m in messages if isinstance(m, TrainingProgress)][-1].epoch == 6


def test_a_runner_trains_one_at_a_time(runner, endless, out):
    runner.start(endless, out)
    with pytest.raises(RuntimeError, match="training is under way already"):
        runner.start(endless, out)


def test_a_failure_is_told_in_a_sentence(runner, recipe, out, poll_to_end):
    runner.start(replace(recipe, dataset="cats"), out)
    (message,) = poll_to_end(runner)
    assert isinstance(message, Failed)
    assert "dataset is 'cats': choose one of" in message.sentence
    assert not runner.is_running
    assert not out.exists()


def test_pause_holds_and_resume_goes_on(runner, endless, out, poll_until):
    runner.start(endless, out)
    poll_until(runner, lambda m: isinstance(m, TrainingProgress))
    runner.pause()
    rest = Patience(0.5)
    while not rest.is_over:  # what was on its way when the pause began
        runner.poll(timeout=0.1)
    epochs = Run(out).epochs
    assert runner.is_running
    assert runner.poll(timeout=0.5) == []
    assert Run(out).epochs == epochs
    runner.resume()
    poll_until(runner, lambda m: isinstance(m, RecordedEpoch) and m.epoch > epochs[-1])
    runner.pause()
    runner.stop()
    poll_until(runner, lambda m: m == Finished("stopped"))


def test_stop_keeps_the_run(runner, endless, out, poll_until, poll_to_end):
    runner.start(endless, out)
    poll_until(runner, lambda m: m == RecordedEpoch(3))
    runner.stop()
    assert poll_to_end(runner)[-1] == Finished("stopped")
    run = Run(out)
    assert run.manifest.state == "stopped"
    assert run.epochs[:4] == (0, 1, 2, 3)


def test_cancel_removes_the_run(runner, endless, out, poll_until, poll_to_end):
    runner.start(endless, out)
    poll_until(runner, lambda m: m == RecordedEpoch(3))
    runner.pause()
    runner.cancel()
    assert poll_to_end(runner)[-1] == Finished("cancelled")
    assert not out.exists()


def test_close_keeps_the_run(runner, endless, out, poll_until):
    runner.start(endless, out)
    poll_until(runner, lambda m: m == RecordedEpoch(3))
    runner.pause()
    runner.close()
    assert not runner.is_running
    assert runner.poll() == []
    assert Run(out).manifest.state == "stopped"
    assert len(Run(out).epochs) > 3
    runner.close()


def test_what_makes_no_sense_does_nothing():
    runner = TrainingRunner()
    for action in (runner.pause, runner.resume, runner.stop, runner.cancel, runner.close):
        action()
    assert not runner.is_running


def test_a_device_that_is_gone_is_told(runner, recipe, out, poll_to_end):
    runner.start(recipe, out, "cuda:0")
    (message,) = poll_to_end(runner)
    assert isinstance(message, Failed)
    assert message.sentence.startswith("The device cuda:0 failed (")
    assert not out.exists()
