import shlex
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ncviz.errors import UserError
from ncviz.networks.activations import activations
from ncviz.networks.perceptron import Perceptron
from ncviz.parameters import changed
from ncviz.training.losses.loss import losses
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import batches
from ncviz.training.schedules.schedule import schedules
from ncviz.training.trainer import EpochDone, Recorded, Started, Step, train


def snapshots(recipe):
    return [event.snapshot for event in train(recipe) if isinstance(event, Recorded)]


def started(recipe):
    return next(train(recipe))


def test_the_events_come_in_order(recipe):
    recipe = replace(recipe, epochs=2, record="0, 2", batch_size=64)
    kinds = [type(event) for event in train(recipe)]
    an_epoch = [Step] * 4 + [EpochDone]
    assert kinds == [Started, Recorded, *an_epoch, *an_epoch, Recorded]


def test_exactly_the_epochs_of_the_recipe_are_recorded(recipe):
    recipe = replace(recipe, record="every 4")
    assert [snapshot.epoch for snapshot in snapshots(recipe)] == [0, 4, 6]


@pytest.mark.parametrize("optimizer", optimizers())
def test_the_same_recipe_gives_the_same_run_bit_for_bit(recipe, optimizer, content):
    recipe = replace(recipe, optimizer=optimizer)
    first, second = (list(map(content, snapshots(recipe))) for _ in range(2))
    assert first == second
    assert first != list(map(content, snapshots(replace(recipe, seed=1))))


def test_recording_does_not_change_the_training(recipe, content):
    for measured in ("evaluation", "training"):
        recipe = replace(recipe, measured=measured)
        often, seldom = snapshots(recipe), snapshots(replace(recipe, record="6"))
        assert content(often[-1]) == content(seldom[-1])


def test_the_global_random_numbers_stay_as_they_were(recipe):
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    snapshots(recipe)
    assert torch.equal(torch.get_rng_state(), torch_state)
    np.testing.assert_array_equal(np.random.get_state()[1], numpy_state)


def losses_of(recipe):
    return [event.loss for event in train(recipe) if isinstance(event, EpochDone)]


def learning(recipe, loss):
    """Return the recipe with a loss, and images with two labels for one that takes them."""
    return changed(recipe, loss=loss, two_label_images=2 * losses()[loss].takes_sets)


@pytest.mark.parametrize("loss", losses())
@pytest.mark.parametrize("optimizer", optimizers())
def test_every_loss_and_optimizer_learns(recipe, loss, optimizer):
    rate = 1e-3 if optimizer == "adam" else 0.05
    recipe = changed(learning(recipe, loss), optimizer=optimizer, learning_rate=rate, depth=4)
    first, *_, last = losses_of(replace(recipe, epochs=12, record="0", schedule="constant"))
    assert last < first


@pytest.mark.parametrize("activation", activations())
@pytest.mark.parametrize("batch_norm", [True, False])
def test_every_activation_learns(recipe, activation, batch_norm):
    recipe = changed(recipe, activation=activation, batch_norm=batch_norm, depth=4)
    first, *_, last = losses_of(replace(recipe, epochs=12, record="0", schedule="constant"))
    assert last < first


@pytest.mark.parametrize("schedule", schedules())
def test_the_schedule_reaches_the_optimizer(recipe, schedule):
    # After the last drop of a very steep schedule the network hardly moves.
    recipe = replace(recipe, schedule=schedule, optimizer="sgd", learning_rate=0.05)
    rates = [snapshot.scalars["learning_rate"] for snapshot in snapshots(recipe)]
    moved = [np.abs(b - a).max() for a, b in pairwise(weights(recipe))]
    assert rates[0] == rates[1] == 0.05
    ratio = moved[-1] / moved[0]
    assert ratio < 0.2 if schedule != "constant" else ratio > 0.2


def weights(recipe):
    return [snapshot.classifier.weight for snapshot in snapshots(recipe)]


def test_an_epoch_tells_the_mean_loss_and_accuracy_of_its_batches(recipe):
    # Without steps the weights stay, and without batch norm each batch sees the same network.
    recipe = changed(recipe, optimizer="sgd", learning_rate=1e-30, batch_norm=False, epochs=1)
    *_, done, recorded = train(recipe)
    assert done.loss == pytest.approx(recorded.snapshot.scalars["train_loss"], rel=1e-5)
    assert done.accuracy == pytest.approx(1 - recorded.snapshot.scalars["train_error"])


@given(samples=st.integers(2, 300), size=st.integers(2, 200))
def test_every_sample_is_in_one_batch_and_none_is_alone(samples, size):
    order = torch.randperm(samples)
    cut = batches(order, size)
    assert torch.equal(torch.cat(cut), order)
    assert min(map(len, cut)) > 1
    assert max(map(len, cut)) <= size + 1
    assert len(cut) >= samples // size


def test_a_single_sample_left_over_does_not_stop_batch_norm(recipe):
    recipe = replace(recipe, images_per_class=3, classes=(0, 1, 2), batch_size=8, epochs=1)
    assert len(snapshots(recipe)) == 2


@pytest.mark.parametrize("loss", losses())
def test_a_divergence_is_told_in_a_sentence(recipe, loss):
    recipe = changed(learning(recipe, loss), optimizer="sgd", learning_rate=100.0, batch_norm=False)
    recipe = changed(recipe, activation="identity", schedule="constant", epochs=50)
    with pytest.raises(UserError, match=r"^The training diverged at epoch \d+: lower the learning"):
        snapshots(recipe)


def test_an_impossible_recipe_is_refused(recipe):
    with pytest.raises(UserError, match="depth is 1"):
        started(changed(recipe, depth=1))


def test_the_manifest_says_what_the_run_is():
    event = started(Recipe(imbalance_ratio=10.0, seed=3))
    manifest = event.manifest
    assert manifest.title == "Fashion-MNIST · 8 layers · Adam · imbalance 10 · seed 3"
    assert manifest.layers[0].name == "input"
    assert manifest.layers[-1].name == "layer 7"
    assert [layer.width for layer in manifest.layers] == [100] * 8
    assert manifest.train_counts == (100,) * 5 + (10,) * 5
    assert manifest.learning_rate_drops == (200, 400)
    assert manifest.recorded == Recipe().recorded_epochs()
    assert manifest.recipe == Recipe(imbalance_ratio=10.0, seed=3).to_dict()
    assert manifest.software["torch"] == torch.__version__
    assert "CPU" in manifest.software["device"]
    assert len(event.probe.labels) == 5 * 60 + 5 * 10


def test_the_manifests_command_repeats_what_is_not_a_default():
    recipe = Recipe(classes=(0, 3), record="every 5", data_folder="a b", seed=7)
    recipe = changed(recipe, batch_norm=False)
    words = shlex.split(started(recipe).manifest.command)
    assert words[:4] == ["ncviz", "train", "--out", "run"]
    assert words[5::2] == [
        "data_folder=a b",
        "classes=0,3",
        "batch_norm=false",
        "record=every 5",
        "seed=7",
    ]


@pytest.fixture
def forgetful(monkeypatch):
    """Let the network draw at each step what it forgets, and keep what each step draws."""
    drawn = []

    class Forgetting(nn.Dropout):
        def forward(self, x):
            kept = super().forward(torch.ones_like(x))
            if self.training:
                drawn.append(kept.numpy().tobytes())
            return x * kept

    build = Perceptron.build

    def built(self, shape, classes):
        network = build(self, shape, classes)
        network.blocks[0] = nn.Sequential(*network.blocks[0], Forgetting(0.5))
        return network

    monkeypatch.setattr(Perceptron, "build", built)
    return drawn


def test_a_network_that_draws_is_trained_the_same_again(recipe, content, forgetful):
    recipe = replace(recipe, epochs=3, batch_size=64)
    torch.manual_seed(1)
    first = list(map(content, snapshots(recipe)))
    assert len(forgetful) == len(set(forgetful)) == 12  # no step draws what another one drew
    torch.manual_seed(2)
    before = torch.get_rng_state()
    second, states = [], []
    for event in train(recipe):
        assert torch.equal(torch.get_rng_state(), before)
        if isinstance(event, Started):
            state = event.state
        elif isinstance(event, Recorded):
            second.append(content(event.snapshot))
        elif isinstance(event, Step):
            states.append(deepcopy(state()))  # the next step changes its tensors
    assert first == second
    assert first != list(map(content, snapshots(replace(recipe, seed=1))))
    resumed = (event for event in train(recipe, state=states[5]) if isinstance(event, Recorded))
    assert [content(event.snapshot) for event in resumed] == second[2:]
