"""Where a training starts: orthogonal weights, and a training on other data before."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ncviz.errors import UserError
from ncviz.parameters import changed
from ncviz.training.beginning import pretraining_recipe
from ncviz.training.trainer import EpochDone, Recorded, Started, Step, train


@pytest.fixture
def small(recipe):
    return changed(replace(recipe, epochs=2), depth=4, width=12, classes=(5, 7, 9))


def weights_at_the_end(recipe):
    events = train(recipe)
    started = next(events)
    for _ in events:
        pass
    return started.state().weights


def at_the_start(recipe):
    """Return the weights at epoch 0, its snapshot, and how many steps came before."""
    events, steps = train(recipe), 0
    started = next(events)
    assert isinstance(started, Started)
    for event in events:
        if isinstance(event, Recorded):
            state = started.state()
            return {n: w.clone() for n, w in state.weights.items()}, event.snapshot, steps
        steps += isinstance(event, Step)
    raise AssertionError


def test_weights_start_orthogonal(small):
    weights, *_ = at_the_start(changed(small, initial="orthogonal", initial_scale=0.3))
    for name, weight in weights.items():
        if weight.ndim == 2:
            rows = weight if weight.shape[0] <= weight.shape[1] else weight.T
            torch.testing.assert_close(rows @ rows.T, 0.09 * torch.eye(len(rows)), msg=name)


def test_the_body_is_that_of_the_training_before(small):
    recipe = changed(small, pretrained_on="classes 0 1 2 3", pretraining_epochs=3)
    recipe = changed(recipe, pretraining_images=20)
    weights, snapshot, steps = at_the_start(recipe)
    before = weights_at_the_end(pretraining_recipe(recipe))
    assert steps == 3 * -(-80 // recipe.batch_size)
    assert snapshot.epoch == 0
    kept = [name for name in weights if not name.startswith("classifier")]
    assert len(kept) > 6
    for name in kept:
        assert torch.equal(weights[name], before[name]), name
    assert weights["classifier.weight"].shape == (3, 12)
    untrained, *_ = at_the_start(small)
    assert torch.equal(weights["classifier.weight"], untrained["classifier.weight"])


def test_one_layer_alone_is_trained_after_it(small):
    recipe = changed(small, pretrained_on="digits", pretraining_epochs=1)
    recipe = changed(recipe, phases="layer 2 + classifier")
    first, *_ = at_the_start(recipe)
    last = weights_at_the_end(recipe)
    moved = {name for name in first if not torch.equal(first[name], last[name])}
    assert {name.split(".")[1] for name in moved if name.startswith("blocks")} == {"1"}
    assert "classifier.weight" in moved


def test_the_weight_that_leads_to_a_frozen_layer_stays_as_long_as_it_is(small):
    events = list(train(changed(small, phases="layer 2 + classifier")))
    sizes = [
        [layer.weight for layer in event.snapshot.layers]
        for event in events
        if isinstance(event, Recorded)
    ]
    assert len(sizes) == 3
    moved = [len(set(of_layer)) > 1 for of_layer in zip(*sizes, strict=True)]
    assert moved == [False, False, True, False]
    assert sizes[0][0] is None
    weights, *_ = at_the_start(small)
    expected = [w for name, w in weights.items() if name.startswith("blocks") and w.ndim == 2]
    for size, weight in zip(sizes[0][1:], expected, strict=True):
        values = np.linalg.svd(weight.double().numpy(), compute_uv=False)
        assert size.norm == pytest.approx(np.sqrt((values**2).sum()))
        assert size.stable_rank == pytest.approx((values**2).sum() / values[0] ** 2)


def test_it_goes_on_from_a_state_without_the_training_before(small):
    recipe = changed(small, pretrained_on="classes 0 1", pretraining_epochs=1)
    events = train(recipe)
    started = next(events)
    state = next(started.state() for event in events if isinstance(event, EpochDone))
    rest = [type(event) for event in train(recipe, state=state)]
    assert rest.count(EpochDone) == 1
    assert np.allclose(
        weights_at_the_end(recipe)["classifier.weight"],
        list(_ends(train(recipe, state=state)))[-1],
    )


def _ends(events):
    started = next(events)
    for _ in events:
        pass
    yield started.state().weights["classifier.weight"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pretrained_on": "rotated 15"}, "write classes with two numbers at least"),
        ({"pretrained_on": "digits, mnist"}, "write classes with two numbers at least"),
        ({"pretrained_on": "classes 0 99"}, "99"),
        ({"pretrained_on": "cifar10"}, "3 channels"),
        ({"initial_scale": 0.0}, "initial_scale"),
        ({"pretrained_on": "digits", "pretraining_epochs": 0}, "pretraining_epochs"),
    ],
)
def test_what_cannot_come_before_is_told(small, changes, said):
    with pytest.raises(UserError, match=said):
        changed(small, **changes).check()
