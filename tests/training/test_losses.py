import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncviz.training.losses.cross_entropy import cross_entropy
from ncviz.training.losses.focal import focal
from ncviz.training.losses.loss import losses


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
    }
    return losses[name].mean()


@pytest.mark.parametrize("name", losses())
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 12))
def test_equals_the_textbook(name, seed, classes):
    rng = np.random.default_rng(seed)
    logits, labels = 3 * rng.normal(size=(9, classes)), rng.integers(classes, size=9)
    value = losses()[name].function(torch.from_numpy(logits), torch.from_numpy(labels))
    assert float(value) == pytest.approx(textbook(name, logits, labels), rel=1e-12)


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
