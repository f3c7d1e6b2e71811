import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncviz.parameters import changed
from ncviz.training.losses.cross_entropy import cross_entropy
from ncviz.training.losses.focal import focal
from ncviz.training.losses.loss import losses
from ncviz.training.recipe import Recipe


def textbook(name, logits, labels):
    """The mean loss, written out in double precision."""
    probability = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability /= probability.sum(axis=1, keepdims=True)
    classes = logits.shape[1]
    one_hot = np.eye(classes)[labels]
    p = (probability * one_hot).sum(axis=1)
    losses = {
        "cross_entropy": -np.log(p),
        "label_smoothing": -((0.9 * one_hot + 0.1 / classes) * np.log(probability)).sum(axis=1),
        "focal": -((1 - p) ** 2) * np.log(p),
        "squared_error": ((one_hot - logits) ** 2).sum(axis=1) / (2 * classes),
        "pick_all": -np.log(p),  # of one label
    }
    return losses[name].mean()


@pytest.mark.parametrize("name", losses())
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 12))
def test_equals_the_textbook(name, seed, classes):
    rng = np.random.default_rng(seed)
    logits, labels = 3 * rng.normal(size=(9, classes)), rng.integers(classes, size=9)
    value = losses()[name].function(torch.from_numpy(logits), torch.from_numpy(labels))
    assert float(value) == pytest.approx(textbook(name, logits, labels), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("focal", {"focusing": 0.0}), ("focal", {"focusing": 0.5}), ("focal", {"focusing": 3.0}),
        ("label_smoothing", {"smoothing": 0.05}),
        ("squared_error", {"target": 15.0}),
        ("squared_error", {"label_weight": 5.0, "target": 2.0}),
    ],
    ids=str,
)  # fmt: skip
def test_options_of_losses(name, options):
    rng = np.random.default_rng(3)
    logits, labels = rng.normal(size=(7, 4)), rng.integers(4, size=7)
    probability = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    one_hot = np.eye(4)[labels]
    p = (probability * one_hot).sum(1)
    if name == "focal":
        expected = -((1 - p) ** options["focusing"]) * np.log(p)
    elif name == "label_smoothing":
        targets = (1 - options["smoothing"]) * one_hot + options["smoothing"] / 4
        expected = -(targets * np.log(probability)).sum(1)
    else:
        gaps = (logits - options["target"] * one_hot) ** 2
        expected = (np.where(one_hot > 0, options.get("label_weight", 1), 1) * gaps).sum(1) / 8
    recipe = changed(Recipe(), loss=name, **options)
    recipe.check()
    z = torch.tensor(logits, requires_grad=True)
    value = recipe.loss_function(z, torch.from_numpy(labels))
    assert float(value.detach()) == pytest.approx(expected.mean(), rel=1e-12)
    value.backward()
    assert z.grad.isfinite().all()


@pytest.mark.parametrize("name", losses())
@pytest.mark.parametrize("size", [0.0, 1e3])
def test_the_gradient_is_finite_for_certain_and_for_wrong_answers(name, size):
    logits = torch.tensor([[size, -size], [-size, size]], requires_grad=True)
    losses()[name].function(logits, torch.tensor([0, 0])).backward()
    assert logits.grad.isfinite().all()


def test_the_focal_loss_keeps_its_digits_for_a_sure_answer():
    logits, labels = torch.tensor([[20.0, 0.0]]), torch.tensor([0])
    surprise = float(cross_entropy(logits.double(), labels))
    assert float(focal(logits.double(), labels)) == pytest.approx(surprise**3, rel=1e-6)
