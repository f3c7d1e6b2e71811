"""Optimisers take the steps that their formulas say."""

import pytest
import torch
from torch import nn

from ncviz.training.optimizers.optimizer import optimizers


def steps_of(name, number=3, rate=0.1, decay=0.2):
    """Return a weight after steps against the gradient 2w of w²."""
    weight = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = optimizers()[name].build(iter([weight]), rate, decay)
    for _ in range(number):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
    return float(weight.detach())


def test_nesterov_looks_ahead_along_its_momentum():
    weight, velocity = 1.0, 0.0
    for _ in range(3):
        slope = 2 * weight + 0.2 * weight
        velocity = 0.9 * velocity + slope
        weight -= 0.1 * (slope + 0.9 * velocity)
    assert steps_of("nesterov") == pytest.approx(weight, rel=1e-9)


def test_adamw_takes_the_decay_off_the_weight_and_adam_puts_it_into_the_slope():
    def adam(decoupled):
        weight, mean, square = 1.0, 0.0, 0.0
        for step in range(1, 4):
            slope = 2 * weight + (0.0 if decoupled else 0.2 * weight)
            weight *= 1 - 0.1 * 0.2 * decoupled
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            long = (square / (1 - 0.999**step)) ** 0.5
            weight -= 0.1 * mean / (1 - 0.9**step) / (long + 1e-8)
        return weight

    assert steps_of("adamw") == pytest.approx(adam(decoupled=True), rel=1e-6)
    assert steps_of("adam") == pytest.approx(adam(decoupled=False), rel=1e-6)
