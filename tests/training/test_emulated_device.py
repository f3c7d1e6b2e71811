"""Training and measuring on a GPU that is emulated: the numbers are those of the processor."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from emulated_device import NAME

from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.networks.activations import activations
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.training.device_trial import problem_of
from ncviz.training.losses.loss import losses
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import MEASURED
from ncviz.training.recorded_training import record, resume
from ncviz.training.trainer import EpochDone, Recorded, train

VARIANTS = {
    "as published": {},
    "without batch norm": {"batch_norm": False},
    **{
        name: {"loss": name, "two_label_images": 2 * loss.takes_sets}
        for name, loss in losses().items()
    },
    **{activation: {"activation": activation} for activation in activations()},
    **{optimizer: {"optimizer": optimizer} for optimizer in optimizers()},
    **{f"measured in {mode}": {"measured": mode} for mode in MEASURED},
    "imbalanced": {"imbalance_ratio": 4.0, "majority_classes": 5},
    "of two layers": {"depth": 2},
}


@pytest.fixture
def short(recipe):
    return changed(recipe, epochs=1, depth=4)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_training_gives_what_the_processor_gives(emulated, short, variant, content):
    chosen = changed(short, **variant)
    found, expected = (
        [content(e.snapshot) for e in train(chosen, device=device) if isinstance(e, Recorded)]
        for device in (NAME, "cpu")
    )
    assert len(found) == len(expected) == 2
    for one, other in zip(found, expected, strict=True):
        for scalar, value in other[0].items():
            np.testing.assert_allclose(one[0][scalar], value, rtol=1e-6, err_msg=scalar)
        # Emulated weights are of a kind of their own, as parts of a weight are, and have no size.
        expected_arrays = {n: a for n, a in other[1].items() if ".weight_" not in n}
        assert one[1].keys() == expected_arrays.keys()
        for name, (dtype, shape, data) in expected_arrays.items():
            assert one[1][name][:2] == (dtype, shape)
            arrays = (np.frombuffer(content_, dtype) for content_ in (one[1][name][2], data))
            np.testing.assert_allclose(*arrays, rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_snapshot_seldom_waits(emulated, recipe):
    """Twice a layer and split, for means and spread, and a few times for the predictions."""
    events = train(recipe, device=NAME)
    for event in events:
        if isinstance(event, EpochDone):
            emulated.reset()
        if isinstance(event, Recorded) and event.snapshot.epoch:
            break
    hidden = recipe.architecture.depth - 1
    assert sum(emulated.waits.values()) <= 2 * 2 * hidden + 9


def test_an_epoch_waits_at_its_end_alone(emulated, recipe):
    waits = 0
    for event in train(replace(recipe, record="0"), device=NAME):
        if isinstance(event, EpochDone):
            waits += sum(emulated.waits.values())
        emulated.reset()
    assert waits == 2 * recipe.epochs


def test_a_run_says_what_trained_it_and_goes_on(emulated, recipe, tmp_path):
    control = Control()

    def notify(message):
        if message == RecordedEpoch(3):
            control.stop()

    out = tmp_path / "run"
    assert record(recipe, out, device=NAME, control=control, notify=notify) == "stopped"
    assert Run(out).manifest.software["device"] == "Emulated GPU (emulated)"
    assert resume(out, device=NAME) == "finished"
    assert record(recipe, tmp_path / "whole") == "finished"
    one, other = Run(out), Run(tmp_path / "whole")
    assert one.epochs == other.epochs
    for epoch in one.epochs:
        for name, value in other.snapshot(epoch).scalars.items():
            np.testing.assert_allclose(one.snapshot(epoch).scalars[name], value, rtol=1e-5)


@pytest.mark.parametrize(
    ("mebibytes", "width", "what"),
    [
        (0.1, 30, "20 images a class"),
        (6, 400, "a batch of 128 images through 8 layers of width 400, at epoch 1"),
    ],
    ids=["images", "batch"],
)
def test_want_of_memory_says_for_what_and_what_to_do(
    emulated, recipe, tmp_path, mebibytes, width, what, monkeypatch
):
    emulated.memory = emulated.used + int(mebibytes * 2**20)
    with pytest.raises(UserError, match=r"emulated has .* [KM]iB: lower images_per_class"):
        record(changed(recipe, record="1", width=width), tmp_path / "run", device=NAME)
    # What was not certain beforehand shows on the way.
    monkeypatch.setattr("ncviz.training.trainer.require_memory", lambda *_: None)
    with pytest.raises(UserError) as raised:
        record(changed(recipe, record="1", width=width), tmp_path / "run", device=NAME)
    start = re.escape(f"The memory of emulated does not suffice for {what} (")
    size = r"[\d.]+ [KM]iB"
    assert re.match(
        f"{start}{size} more were asked for, {size} of {size} are free", str(raised.value)
    )
    assert ": take " in str(raised.value)
    assert not (tmp_path / "run").exists()


def test_a_fault_of_the_driver_is_no_mistake_of_the_program(
    emulated, recipe, tmp_path, monkeypatch
):
    def fault(*_args, **_options):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr("ncviz.training.recipe.Recipe.learning_rate_at", fault)
    with pytest.raises(UserError) as raised:
        record(recipe, tmp_path / "run", device=NAME)
    assert str(raised.value) == (
        "The device emulated failed (CUDA error: an illegal memory access was encountered): "
        "try again, or choose the processor."
    )


def test_a_device_without_double_precision_passes_the_trial(emulated):
    assert problem_of(NAME) == ""


def test_a_full_device_does_not(emulated):
    emulated.memory = 512
    assert problem_of(NAME).startswith("its memory is full, ")


def test_the_emulation_refuses_what_a_gpu_refuses(emulated):
    here, there = torch.ones(3), torch.ones(3).to(NAME)
    with pytest.raises(RuntimeError, match="same device"):
        here + there
    if not emulated.has_doubles:
        with pytest.raises(TypeError, match="float64"):
            there.double()
    assert float((there + 2).sum()) == 9.0
    assert emulated.waits == {"aten._local_scalar_dense": 1}
