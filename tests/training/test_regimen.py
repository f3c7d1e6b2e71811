"""Phases, frozen layers, what decays, and optimisers with steps of their own."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from ncviz.errors import UserError
from ncviz.parameters import changed
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.recipe_samples import load_samples
from ncviz.training.regimen import layer_of_each, layers_of, read_phases
from ncviz.training.trained_phases import TrainedPhases
from ncviz.training.trainer import EpochDone, Recorded, Started, train


@pytest.fixture
def small(recipe):
    return changed(replace(recipe, epochs=4), depth=4, width=12)


def weights_after_each_epoch(recipe):
    """Return the network's tensors after each epoch, before training first."""
    found, state = [], None
    for event in train(recipe):
        if isinstance(event, Started):
            state = event.state
        if isinstance(event, Started | EpochDone):
            tensors = state().tensors.items()
            found.append({k: v.clone() for k, v in tensors if k.startswith("network.")})
    return found


def test_frozen_layers_do_not_move_by_one_bit_and_others_do(small):
    epochs = weights_after_each_epoch(changed(small, phases="2 all, layer 2 + classifier"))
    for name in epochs[0]:
        if "num_batches" in name:
            continue
        moved = not torch.equal(epochs[1][name], epochs[2][name])
        assert moved, name
        trains = ".blocks.1." in name or ".classifier." in name
        assert torch.equal(epochs[2][name], epochs[4][name]) != trains, name


def test_frozen_batch_norm_may_go_on_to_normalise_each_batch(small):
    phases = "2 all, layer 2 + classifier"
    epochs = weights_after_each_epoch(changed(small, phases=phases, frozen_norm="batch"))
    for name in epochs[0]:
        if "num_batches" in name:
            continue
        moves = ".blocks.1." in name or ".classifier." in name or "running" in name
        assert torch.equal(epochs[2][name], epochs[4][name]) != moves, name


def test_what_lies_between_measured_layers_belongs_to_the_next_one(small):
    network = small.whole_network.build((1, 10, 10), 10)
    layer_of = layer_of_each(network, small.whole_network.layers(), layers_of(small))
    assert layers_of(small) == ("layer 1", "layer 2", "layer 3", "classifier")
    assert layer_of["blocks.0.0.weight"] == "layer 1"
    assert layer_of["blocks.2.1.bias"] == "layer 3"
    assert layer_of["classifier.weight"] == "classifier"


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ("5 all", "are not 4 epochs in all"),
        ("2 all", "are not 4 epochs in all"),
        ("2 all, 3 classifier", "are not 4 epochs in all"),
        ("all, classifier", "phases have 'all'"),
        ("2 all, 0 classifier", "phases have '0 classifier'"),
        ("2 all, 2", "phases name '2'"),
        ("2 all, layer 9", "phases name 'layer 9': the layers are all, layer 1"),
        ("2 all, +", "phases have '.'"),
    ],
)
def test_phases_that_cannot_be_are_one_sentence(small, phases, said):
    with pytest.raises(UserError, match=said):
        recipe_from_dict(small.to_dict() | {"phases": phases})


def test_phases_in_epochs():
    found = read_phases("3 all, 4 classifier, layer 1 + layer 2", 10)
    assert [(p.first, p.last, p.layers) for p in found] == [
        (1, 3, ("all",)), (4, 7, ("classifier",)), (8, 10, ("layer 1", "layer 2")),
    ]  # fmt: skip


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_without_weight_decay_the_sum_of_the_classifier_rows_is_conserved(small, optimizer):
    recipe = changed(small, optimizer=optimizer, learning_rate=0.1, weight_decay=0.0, batch_size=32)
    epochs = weights_after_each_epoch(recipe)
    for name in ("network.classifier.weight", "network.classifier.bias"):
        before, after = (each[name].double().sum(dim=0) for each in (epochs[0], epochs[-1]))
        np.testing.assert_allclose(before, after, atol=2e-6)
        assert not torch.allclose(epochs[0][name], epochs[-1][name], atol=1e-2)


def test_the_decay_of_the_classifier_leaves_other_weights_alone(small):
    recipe = changed(
        small, decayed="classifier", weight_decay=0.1, optimizer="sgd", learning_rate=0.1
    )
    network = recipe.whole_network.build((1, 10, 10), 10)
    phases = TrainedPhases(recipe, network)
    groups = phases.begin(1).param_groups
    decays = {id(w): group["weight_decay"] for group in groups for w in group["params"]}
    for name, weight in network.named_parameters():
        assert decays[id(weight)] == (0.1 if name.startswith("classifier.") else 0.0)


def test_the_feature_decay_joins_the_loss(small):
    recipe = changed(small, feature_decay=0.3, optimizer="sgd", learning_rate=1.0, weight_decay=0.0)
    samples = load_samples(recipe)
    torch.manual_seed(0)
    network = recipe.whole_network.build((1, 10, 10), 10)
    x, y = samples.train.inputs[:40], samples.train.labels[:40]
    before = [w.detach().clone() for w in network.parameters()]
    features = x.flatten(1)
    for block in network.blocks:
        features = block(features)
    loss = functional.cross_entropy(network.classifier(features), y)
    loss = loss + 0.15 * (features**2).sum() / len(x)
    expected = torch.autograd.grad(loss, list(network.parameters()))
    phases = TrainedPhases(recipe, network)
    phases.step(phases.begin(1), x, y)
    for was, now, gradient in zip(before, network.parameters(), expected, strict=True):
        torch.testing.assert_close(was - now, gradient, rtol=1e-4, atol=1e-6)


def gradient_after(recipe):
    """The norm of the gradient on all training samples, weight decay included."""
    state = None
    for event in train(recipe):
        if isinstance(event, Started):
            state = event.state
    samples = load_samples(recipe)
    network = recipe.whole_network.build((1, 10, 10), 10)
    network.load_state_dict(
        {k.removeprefix("network."): v for k, v in state().tensors.items() if "network." in k}
    )
    loss = functional.cross_entropy(network(samples.train.inputs), samples.train.labels)
    decay = sum(w.square().sum() for w in network.parameters()) * recipe.weight_decay / 2
    gradients = torch.autograd.grad(loss + decay, list(network.parameters()))
    return float(torch.sqrt(sum(g.square().sum() for g in gradients)))


def test_lbfgs_reaches_a_gradient_that_sgd_does_not(small):
    whole = changed(
        small,
        batch_norm=False,
        activation="tanh",
        batch_size=1000,
        weight_decay=5e-3,
        schedule="constant",
        epochs=60,
    )
    lbfgs = changed(whole, optimizer="lbfgs", learning_rate=1.0)
    sgd = changed(whole, optimizer="sgd", learning_rate=0.1)
    assert gradient_after(lbfgs) < 0.1 * gradient_after(sgd)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "lbfgs", "learning_rate": 0.5, "batch_size": 100},
        {"optimizer": "adamw"},
        {"optimizer": "nesterov", "phases": "2 all, layer 1 + classifier"},
        {"phases": "2 layer 1, layer 2 + classifier", "frozen_norm": "batch"},
        {"feature_decay": 0.01, "decayed": "classifier"},
    ],
    ids=lambda changes: " ".join(map(str, changes.values())),
)
def test_what_is_resumed_is_what_was_never_stopped(small, changes, content):
    recipe = changed(small, **changes)
    whole = [content(e.snapshot) for e in train(recipe) if isinstance(e, Recorded)]
    for stop in (1, 3):
        state, epochs = None, 0
        for event in train(recipe):
            if isinstance(event, Started):
                state = event.state
            if isinstance(event, EpochDone):
                epochs += 1
                if epochs == stop:
                    break
        kept = state()
        rest = [content(e.snapshot) for e in train(recipe, state=kept) if isinstance(e, Recorded)]
        assert rest == whole[-len(rest) :]


def test_what_has_no_weights_cannot_train_alone(small):
    fixed = changed(small, classifier="etf", classifier_bias=False, phases="2 all, classifier")
    with pytest.raises(
        UserError,
        match=r"classifier alone from epoch 3.* has no weights",
    ):
        list(train(fixed))


def test_the_default_recipe_names_nothing_of_it():
    assert not {"phases", "frozen_norm", "feature_decay", "decayed", "drop_epochs"} & set(
        Recipe().to_dict()
    )
