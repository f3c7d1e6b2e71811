"""The unconstrained feature model: its parameters, its gradient, its descent."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.geometry.etf import simplex_etf
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import (
    LOSSES,
    Objective,
    UnconstrainedFeatures,
    measure_collapse,
)

SMALL = UnconstrainedFeatures(classes=3, dimension=4, samples=(5, 3, 2), lambda_h=3e-3)
FLOW = replace(SMALL, method="gradient_flow", learning_rate=0.5)
MODELS = [
    replace(SMALL, loss=loss, bias=bias, lambda_b=0.02, target=2.0)
    for loss, bias in itertools.product(LOSSES, (False, True))
]
ON_SPHERES = [replace(SMALL, loss=loss, spherical=True, temperature=0.5) for loss in LOSSES]
FIXED = replace(SMALL, classifier="simplex_etf", dimension=3, bias=True)


def objective_by_definition(model, W, H, b):
    logits = H @ W.T / (model.temperature if model.spherical else 1)
    losses, _ = model.loss_function()(logits if b is None else logits + b, model.labels())
    if model.spherical:
        return losses.mean()
    trained = model.classifier == "trained"
    penalty = model.lambda_h * np.sum(H**2) + trained * model.lambda_w * np.sum(W**2)
    return losses.mean() + (penalty + (0 if b is None else model.lambda_b * np.sum(b**2))) / 2


@pytest.mark.parametrize("model", [*MODELS, *ON_SPHERES, FIXED], ids=str)
def test_gradient_is_finite_differences(model):
    objective = Objective(model)
    x = objective.start() + (0.1 if model.bias else 0.0)
    loss, value, gradient = objective.evaluate(x)
    assert value == pytest.approx(objective_by_definition(model, *objective.arrays(x)), rel=1e-12)
    assert loss <= value
    rng = np.random.default_rng(0)
    for _ in range(5):
        direction, h = objective.tangent(x, rng.standard_normal(len(x))), 1e-5
        ahead, behind = (
            objective.evaluate(objective.retract(x + s * direction))[1] for s in (h, -h)
        )
        assert gradient @ direction == pytest.approx((ahead - behind) / (2 * h), abs=1e-8)


def test_with_class_means_only_the_features_move_and_the_classifier_follows():
    model = replace(SMALL, classifier="class_means")
    objective = Objective(model)
    x = objective.start()
    W, H, _ = objective.arrays(x)
    assert len(x) == H.size
    for k in range(3):
        np.testing.assert_allclose(W[k], H[model.labels() == k].mean(axis=0), atol=1e-15)
    # Its gradient is that of the features before a classifier which stays.
    held = Objective(SMALL)
    expected = held.evaluate(held.point(W, H, None))[2][: H.size]
    np.testing.assert_allclose(objective.evaluate(x)[2], expected, atol=1e-15)


@pytest.mark.parametrize("method", ["gradient_descent", "gradient_flow"])
@pytest.mark.parametrize("classifier", ["trained", "class_means"])
def test_on_the_sphere_lengths_stay_one(method, classifier):
    model = replace(SMALL, spherical=True, method=method, classifier=classifier, learning_rate=3.0)
    for state in simulate(model, range(0, 40, 8)):
        np.testing.assert_allclose(np.linalg.norm(state.H, axis=1), 1, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(state.W, axis=1), 1, atol=1e-12)


def test_a_fixed_classifier_does_not_move():
    for state in simulate(FIXED, (0, 10, 50)):
        np.testing.assert_array_equal(state.W, simplex_etf(3))


def test_states_are_those_of_every_step():
    model = replace(SMALL, bias=True)
    every = list(itertools.islice(simulate(model), 12))
    assert [state.step for state in every] == list(range(12))
    for some in simulate(model, (0, 1, 5, 11)):
        np.testing.assert_array_equal(some.H, every[some.step].H)
        np.testing.assert_array_equal(some.b, every[some.step].b)
        assert some.objective == every[some.step].objective
        assert some.time == some.step * model.learning_rate


def test_states_have_arrays_of_their_own():
    first, second = simulate(SMALL, (0, 1))
    assert not np.shares_memory(first.H, second.H)
    assert not np.shares_memory(first.W, first.H)


def test_one_step_with_momentum_is_as_in_pytorch():
    model = replace(SMALL, learning_rate=0.5, momentum=0.9)
    objective = Objective(model)
    x = start = objective.start()
    velocity = np.zeros_like(x)
    for _ in range(3):
        velocity = 0.9 * velocity + objective.evaluate(x)[2]
        x = x - 0.5 * velocity
    (state,) = simulate(model, [3])
    np.testing.assert_allclose(objective.point(state.W, state.H, None), x, atol=1e-14)
    assert np.abs(x - start).max() > 0.01


def test_gradient_flow_is_the_limit_of_small_steps():
    (flow,) = simulate(FLOW, [20])
    slow = replace(FLOW, method="gradient_descent", momentum=0.0, learning_rate=0.5 / 400)
    (descent,) = simulate(slow, [20 * 400])
    assert flow.time == descent.time == 10.0
    np.testing.assert_allclose(flow.H, descent.H, atol=2e-4)
    np.testing.assert_allclose(flow.W, descent.W, atol=2e-4)


def test_gradient_flow_never_rises():
    values = [state.objective for state in simulate(FLOW, range(60))]
    assert all(later < earlier for earlier, later in itertools.pairwise(values))


def test_gradient_flow_keeps_the_balance_of_classifier_and_features():
    # With equal penalties d/dt (WᵀW − HᵀH) = −2 λ (WᵀW − HᵀH): Du, Hu, Lee, NeurIPS 2018.
    model = replace(FLOW, lambda_w=0.01, lambda_h=0.01)
    first, last = simulate(model, (0, 40))
    gap = [state.W.T @ state.W - state.H.T @ state.H for state in (first, last)]
    np.testing.assert_allclose(gap[1], gap[0] * np.exp(-2 * 0.01 * last.time), atol=1e-4)


def test_the_same_seed_gives_the_same_model_and_another_does_not():
    (one,), (two,) = simulate(SMALL, [30]), simulate(SMALL, [30])
    (other,) = simulate(replace(SMALL, seed=1), [30])
    np.testing.assert_array_equal(one.H, two.H)
    assert np.abs(one.H - other.H).max() > 0.1


@settings(max_examples=15)
@given(st.integers(0, 2**31 - 1), st.sampled_from(LOSSES))
def test_rotating_the_features_changes_no_number(seed, loss):
    model = replace(SMALL, loss=loss, seed=seed)
    (state,) = simulate(model, [2])
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))[0]
    objective = Objective(model)
    turned = objective.state(objective.point(state.W @ rotation, state.H @ rotation, None), 2)
    assert turned.objective == pytest.approx(state.objective, rel=1e-10)
    assert turned.gradient_norm == pytest.approx(state.gradient_norm, rel=1e-8)
    before, after = measure_collapse(model, state), measure_collapse(model, turned)
    assert vars(after) == pytest.approx(vars(before), rel=1e-7)


@pytest.mark.parametrize("method", ["gradient_descent", "gradient_flow"])
def test_a_model_without_penalty_separates_its_classes(method):
    model = replace(SMALL, lambda_w=0.0, lambda_h=0.0, method=method)
    (state,) = simulate(model, [300])
    predicted = (state.H @ state.W.T).argmax(axis=1)
    assert (predicted == model.labels()).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_huge_learning_rate_diverges_in_a_sentence(loss):
    model = replace(SMALL, loss=loss, learning_rate=1e9, lambda_h=1.0)
    with pytest.raises(UserError, match="diverged at step"):
        list(simulate(model, range(0, 1000, 100)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": 1}, "classes is 1: choose a whole number from 2"),
        ({"classes": 2.5}, "classes is 2.5"),
        ({"dimension": 0}, "dimension is 0"),
        ({"samples": 0}, "samples is 0"),
        ({"samples": (3, 4)}, "one number for each of 4 classes"),
        ({"samples": (3, 4, 5, 0)}, "samples is"),
        ({"samples": 10**8}, "fit into memory"),
        ({"loss": "hinge"}, "loss is 'hinge': choose one of cross_entropy"),
        ({"classifier": "etf"}, "classifier is 'etf'"),
        ({"method": "adam"}, "method is 'adam'"),
        ({"smoothing": 1.5}, "smoothing is 1.5"),
        ({"lambda_w": -1.0}, "lambda_w is -1.0"),
        ({"lambda_h": float("nan")}, "lambda_h is nan"),
        ({"momentum": 1.0}, "momentum is 1.0"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"classifier": "simplex_etf"}, "dimension is 8: choose 4"),
        ({"spherical": True, "bias": True}, "bias is True"),
    ],
)
def test_wrong_values_are_named(changes, message):
    with pytest.raises(UserError) as error:
        UnconstrainedFeatures(**changes)
    assert message in str(error.value)


@pytest.mark.parametrize("changes", [{}, {"momentum": 0.9}, {"spherical": True}])
def test_states_are_those_of_single_steps_written_out(changes):
    """What is evaluated once a step is at the state's own point, also where steps are left out."""
    model = UnconstrainedFeatures(classes=3, samples=4, dimension=3, **changes)
    objective = Objective(model)
    x = objective.start()
    velocity = np.zeros_like(x)
    each, last = simulate(model), list(simulate(model, [0, 7]))[-1]
    for state, step in zip(each, range(8), strict=False):
        loss, value, gradient = objective.evaluate(x)
        assert (state.step, state.loss, state.objective) == (step, loss, value)
        assert state.gradient_norm == np.linalg.norm(gradient)
        np.testing.assert_array_equal(state.H, objective.arrays(x)[1])
        moving = model.momentum * velocity + gradient
        x = objective.retract(x - model.learning_rate * moving)
        velocity = objective.tangent(x, moving)
    assert last.objective == state.objective
    np.testing.assert_array_equal(last.W, state.W)
