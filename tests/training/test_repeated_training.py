"""A recipe with several seeds: one run after the other, in one folder."""

from contextlib import contextmanager

import pytest
import safetensors.numpy

from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.jobs.messages import Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeats import Repeats, seed_folder
from ncviz.runs.run import Run
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import read_recipe
from ncviz.training.recorded_repeats import (
    record_repeats,
    repeated_recipe,
    resume_repeats,
    unfinished_seeds,
)
from ncviz.training.recorded_training import record
from ncviz.training.training_messages import SeedBegun, TrainingProgress
from ncviz.training.training_runner import TrainingRunner

ONE = changed(
    Recipe(), classes=(0, 1), image_size=4, images_per_class=6, depth=2, width=5, batch_size=8,
    epochs=2, record="0, 1", probe_per_class=2, seed=4,
)  # fmt: skip
THREE = changed(ONE, seeds=3)


def files_of(folder):
    """Return every array below a folder, bit for bit, and where it is."""
    return {
        (str(path.relative_to(folder)), name): (array.dtype, array.shape, array.tobytes())
        for path in sorted(folder.rglob("*.safetensors"))
        for name, array in safetensors.numpy.load_file(path).items()
    }


@contextmanager
def refuses(*words):
    with pytest.raises(UserError) as caught:
        yield
    assert str(caught.value).endswith(".")
    for word in words:
        assert str(word) in str(caught.value)


def test_each_seed_is_the_run_that_it_is_alone(tmp_path):
    told = []
    assert record_repeats(THREE, tmp_path / "repeats", notify=told.append) == "finished"
    repeats = Repeats(tmp_path / "repeats")
    assert repeats.seeds_there == (4, 5, 6)
    assert repeated_recipe(tmp_path / "repeats") == THREE
    begun = [message for message in told if isinstance(message, SeedBegun)]
    assert [(m.seed, m.number, m.count) for m in begun] == [(4, 1, 3), (5, 2, 3), (6, 3, 3)]
    record(changed(ONE, seed=5), tmp_path / "alone")
    assert files_of(tmp_path / "alone") == files_of(repeats.path / seed_folder(5))
    manifests = [read_manifest(p / "manifest.json") for p in (tmp_path / "alone", begun[1].path)]
    assert manifests[0].recipe == manifests[1].recipe
    assert "seeds" not in manifests[0].recipe
    assert manifests[0].command == manifests[1].command
    last = [message for message in told if isinstance(message, TrainingProgress)][-1]
    assert last.seconds_left == 0


def test_what_is_finished_is_not_trained_again(tmp_path):
    record_repeats(changed(ONE, seeds=2), tmp_path)
    before, told = files_of(tmp_path), []
    assert unfinished_seeds(THREE, tmp_path) == 1
    assert record_repeats(THREE, tmp_path, notify=told.append) == "finished"
    assert [m.seed for m in told if isinstance(m, SeedBegun)] == [6]
    after = files_of(tmp_path)
    assert {name: after[name] for name in before} == before
    # Fewer seeds are there already, and none is lost.
    assert record_repeats(changed(ONE, seeds=2), tmp_path) == "finished"
    assert Repeats(tmp_path).seeds_there == (4, 5, 6)


def stopping_at(seed, epoch, order):
    control, current = Control(), []

    def notify(message):
        if isinstance(message, SeedBegun):
            current.append(message.seed)
        elif isinstance(message, RecordedEpoch) and (current[-1], message.epoch) == (seed, epoch):
            getattr(control, order)()

    return {"control": control, "notify": notify}


def test_a_stop_keeps_what_is_finished_and_goes_on(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    record_repeats(THREE, whole)
    assert record_repeats(THREE, broken, **stopping_at(5, 1, "stop")) == "stopped"
    repeats = Repeats(broken)
    assert repeats.count_in_words == "2 of 3 seeds"
    assert [run.manifest.state for run in repeats.runs] == ["finished", "stopped"]
    assert repeats.median_seed == 4
    assert resume_repeats(broken) == "finished"
    assert files_of(broken) == files_of(whole)


@pytest.mark.parametrize(("seed", "state", "left"), [(4, "cancelled", ()), (5, "stopped", (4,))])
def test_to_cancel_throws_away_the_seed_under_way(tmp_path, seed, state, left):
    out = tmp_path / "out"
    assert record_repeats(THREE, out, **stopping_at(seed, 1, "cancel")) == state
    assert out.exists() == bool(left)
    if left:
        assert Repeats(out).seeds_there == left


def test_a_seed_that_diverges_is_said_and_the_others_are_trained(tmp_path, monkeypatch):
    import ncviz.training.trainer as trainer
    from ncviz.training.training_measurer import training_diverged

    real = trainer._epoch_done
    diverging = {5}

    def epoch_done(epoch, *rest):
        if diverging & {current[-1]}:
            raise training_diverged(epoch)
        return real(epoch, *rest)

    current = []
    monkeypatch.setattr(trainer, "_epoch_done", epoch_done)

    def notify(message):
        if isinstance(message, SeedBegun):
            current.append(message.seed)

    assert record_repeats(THREE, tmp_path, notify=notify) == "finished"
    repeats = Repeats(tmp_path)
    assert [run.manifest.state for run in repeats.runs] == ["finished", "failed", "finished"]
    assert "diverged at epoch 1" in repeats.run_of(5).manifest.message
    assert repeats.median_seed in (4, 6)
    assert repeats.common_epochs == (0,)
    diverging |= {7, 8}
    with refuses("diverged"):
        record_repeats(changed(ONE, seed=7, seeds=2), tmp_path / "all", notify=notify)


def test_another_recipe_or_what_is_no_repeats_is_refused(tmp_path):
    record_repeats(changed(ONE, seeds=2), tmp_path)
    with refuses(tmp_path, "another recipe", "whose width is 5", "another folder"):
        record_repeats(changed(THREE, width=6), tmp_path)
    with refuses(tmp_path, "another recipe", "whose seed is 4"):
        record_repeats(changed(THREE, seed=5), tmp_path)
    record(changed(ONE, seed=9), tmp_path / seed_folder(6))
    with refuses(seed_folder(6), "another recipe"):
        record_repeats(THREE, tmp_path)
    record(ONE, tmp_path / "run")
    with refuses("run", "exists already"):
        record_repeats(THREE, tmp_path / "run")
    (tmp_path / "link").mkdir()
    record_repeats(changed(ONE, seeds=2), tmp_path / "link")
    (tmp_path / "link" / seed_folder(6)).symlink_to(tmp_path / "run")
    with refuses(seed_folder(6), "link"):
        record_repeats(THREE, tmp_path / "link")


def test_seeds_beyond_the_last_are_refused(tmp_path):
    with refuses("seeds", "beyond the last"):
        changed(ONE, seed=2**31 - 2, seeds=3).check()
    with refuses("seeds"):
        changed(ONE, seeds=101).check()
    file = tmp_path / "recipe.toml"
    file.write_text(THREE.to_toml())
    assert read_recipe(file) == THREE


def test_in_a_process_of_its_own(tmp_path, poll_until):
    runner = TrainingRunner()
    try:
        runner.start(THREE, tmp_path / "out")
        messages = poll_until(runner, lambda message: isinstance(message, Finished))
    finally:
        runner.close()
    assert messages[-1] == Finished("finished")
    assert [m.seed for m in messages if isinstance(m, SeedBegun)] == [4, 5, 6]
    assert Run(tmp_path / "out" / seed_folder(6)).epochs == (0, 1, 2)


def test_the_forecast_counts_all_seeds():
    assert forecast(THREE).seconds == pytest.approx(3 * forecast(ONE).seconds)
    assert forecast(THREE).steps == 3 * forecast(ONE).steps
