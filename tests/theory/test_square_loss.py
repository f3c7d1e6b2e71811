"""The square loss with weight decay: predictions against models that reach their minimum."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from ncviz.errors import UserError
from ncviz.theory.square_loss import (
    measure_quasi_interpolation,
    predicted_classifier,
    predicted_cosine,
    predicted_squared_norm,
    quasi_interpolation,
    unconstrained_epsilon,
)
from ncviz.theory.unconstrained_features import UnconstrainedFeatures
from ncviz.theory.unconstrained_optimum import known_optimum

CLASSES, SAMPLES, DIMENSION = 4, 3, 5
LAMBDA_W, LAMBDA_H = 0.02, 0.005
LABELS = np.repeat(np.arange(CLASSES), SAMPLES)


def minimum_of_the_paper(with_bias):
    """Minimise (1/2N) Σ ‖y − Wh − b‖² + λ_W/2 ‖W‖² + λ_H/2 ‖H‖² with no help from ncviz."""
    N, hot = len(LABELS), np.eye(CLASSES)[LABELS]
    cuts = np.cumsum([CLASSES * DIMENSION, N * DIMENSION])

    def unpack(x):
        W, H, b = np.split(x, cuts)
        return W.reshape(CLASSES, -1), H.reshape(N, -1), b

    def objective(x):
        W, H, b = unpack(x)
        residual = H @ W.T + b - hot
        value = np.sum(residual**2) / (2 * N)
        value += LAMBDA_W / 2 * np.sum(W**2) + LAMBDA_H / 2 * np.sum(H**2)
        by_W = residual.T @ H / N + LAMBDA_W * W
        by_H = residual @ W / N + LAMBDA_H * H
        by_b = residual.sum(axis=0) / N * with_bias
        return value, np.concatenate([by_W.ravel(), by_H.ravel(), by_b])

    start = np.random.default_rng(0).normal(size=cuts[-1] + CLASSES)
    start[cuts[-1] :] = 0.0
    options = {"maxiter": 20000, "maxfun": 50000, "ftol": 1e-16, "gtol": 1e-12}
    return unpack(minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x)


@pytest.mark.parametrize("with_bias", [True, False])
def test_the_minimum_of_the_unconstrained_model_is_as_predicted(with_bias):
    W, H, b = minimum_of_the_paper(with_bias)
    found = measure_quasi_interpolation(H @ W.T + b, LABELS)
    assert found.margin_deviation < 1e-6
    expected = unconstrained_epsilon(CLASSES, SAMPLES, LAMBDA_W, LAMBDA_H)
    assert found.epsilon == pytest.approx(expected, abs=1e-6)
    centred = W - W.mean(axis=0)
    means = np.array([H[k == LABELS].mean(axis=0) for k in range(CLASSES)])
    rows = predicted_classifier(means, found.epsilon, LAMBDA_W)
    np.testing.assert_allclose(centred, rows, atol=1e-5)
    gram = centred @ centred.T
    norm = predicted_squared_norm(found.epsilon, CLASSES, LAMBDA_W)
    np.testing.assert_allclose(np.diag(gram), norm, rtol=1e-5)
    off = gram[~np.eye(CLASSES, dtype=bool)] / norm
    np.testing.assert_allclose(off, predicted_cosine(CLASSES), atol=1e-5)
    # Only with a bias are the rows centred without help; else they are orthogonal.
    cosine = W[0] @ W[1] / np.sqrt((W[0] @ W[0]) * (W[1] @ W[1]))
    assert cosine == pytest.approx(predicted_cosine(CLASSES) if with_bias else 0.0, abs=1e-5)


def test_the_squared_error_of_ncviz_needs_classes_times_the_decay():
    model = UnconstrainedFeatures(
        classes=5, dimension=5, samples=8, loss="squared_error", bias=True,
        lambda_w=4e-3, lambda_h=1e-4,
    )  # fmt: skip
    optimum = known_optimum(model)
    found = measure_quasi_interpolation(optimum.H @ optimum.W.T + optimum.b, model.labels())
    assert found.epsilon == pytest.approx(unconstrained_epsilon(5, 8, 5 * 4e-3, 5 * 1e-4))
    rows = predicted_classifier(optimum.H[::8], found.epsilon, 5 * model.lambda_w)
    np.testing.assert_allclose(optimum.W, rows, atol=1e-12)
    norm = predicted_squared_norm(found.epsilon, 5, 5 * model.lambda_w)
    np.testing.assert_allclose(np.sum(optimum.W**2, axis=1), norm, rtol=1e-9)


@given(st.integers(2, 12), st.floats(0, 0.999), st.floats(1e-6, 10), st.integers(0, 9))
def test_rows_that_solve_the_last_layer_have_the_predicted_norms(C, share, decay, seed):
    """The algebra alone: features for which W h gives the outputs, up to a shift."""
    epsilon = share * (C - 1) / C
    outputs = quasi_interpolation(epsilon, C)
    np.testing.assert_allclose(outputs.sum(axis=0), 1, rtol=1e-12)
    norm = predicted_squared_norm(epsilon, C, decay)
    frame = np.linalg.qr(np.random.default_rng(seed).normal(size=(C, C)))[0]
    simplex = (np.eye(C) - 1 / C) @ frame
    W = simplex * math.sqrt(norm * C / (C - 1))
    assume(norm > 1e-12)
    margin = 1 - epsilon * C / (C - 1)
    means = W * margin / (norm * C / (C - 1)) + 3.0 * frame[0]
    np.testing.assert_allclose(
        predicted_classifier(means, epsilon, decay), W, atol=1e-9 * math.sqrt(norm)
    )


@given(st.integers(2, 8), st.floats(0, 0.99), st.floats(-5, 5))
def test_epsilon_is_found_whatever_is_added_to_all_outputs(C, share, shift):
    epsilon, labels = share * (C - 1) / C, np.arange(C)
    found = measure_quasi_interpolation(quasi_interpolation(epsilon, C) + shift, labels)
    assert found.epsilon == pytest.approx(epsilon, abs=1e-12)
    assert found.margin_deviation == pytest.approx(0, abs=1e-12)


def test_uneven_margins_are_told():
    outputs = np.array([[1.0, 0.2, 0.0], [0.0, 0.8, 0.1]])
    found = measure_quasi_interpolation(outputs, np.array([0, 1]))
    margins = [0.8, 1.0, 0.8, 0.7]
    assert found.epsilon == pytest.approx((1 - np.mean(margins)) * 2 / 3)
    assert found.margin_deviation == pytest.approx(np.std(margins))


def test_without_error_there_is_no_classifier_and_with_too_much_neither():
    assert predicted_squared_norm(0.0, 3, 0.1) == 0.0
    assert predicted_squared_norm(2 / 3 - 1e-12, 3, 0.1) == pytest.approx(0, abs=1e-10)
    assert unconstrained_epsilon(3, 10, 1.0, 1.0) == 2 / 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: predicted_squared_norm(0.7, 3, 0.1), "ε is 0.7, give a number from 0 to below"),
        (lambda: predicted_squared_norm(-0.1, 3, 0.1), "ε is -0.1"),
        (lambda: predicted_squared_norm(math.nan, 3, 0.1), "ε is nan"),
        (lambda: predicted_squared_norm(0.1, 3, 0.0), "without weight decay nothing"),
        (lambda: predicted_classifier(np.eye(3), 0.1, -1.0), "weight decay is -1"),
        (lambda: predicted_cosine(1), "classes is 1, give at least 2"),
        (lambda: quasi_interpolation(0.1, 1), "classes is 1"),
        (lambda: unconstrained_epsilon(3, 0, 0.1, 0.1), "0 samples and penalties of 0.1 and 0.1"),
        (lambda: unconstrained_epsilon(3, 5, 0.1, -0.1), "-0.1"),
        (lambda: measure_quasi_interpolation(np.eye(3), np.arange(2)), "do not fit labels"),
        (lambda: measure_quasi_interpolation(np.ones((2, 1)), np.zeros(2, int)), "classes is 1"),
    ],
)
def test_wrong_values_are_named(call, message):
    with pytest.raises(UserError) as error:
        call()
    assert message in str(error.value)
