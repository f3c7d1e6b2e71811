"""A deep linear network: its closed form against weights, and against gradient descent."""

from itertools import pairwise

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.theory.deep_linear import DeepLinearNetwork, compression_of, discrimination_of


def descended(network, rate=0.01, steps=6000):
    """Return the features of all layers after plain gradient descent on the squared error."""
    rng = np.random.default_rng(1)
    X, Y = network.inputs.T, np.eye(network.classes)[network.labels].T
    d, depth = len(X), network.depth

    def orthogonal(rows):
        return network.scale * np.linalg.qr(rng.normal(size=(d, d)))[0][:rows]

    W = [orthogonal(d) for _ in range(depth - 1)] + [orthogonal(network.classes)]
    for _ in range(steps):
        A = [X]
        for weight in W:
            A.append(weight @ A[-1])
        G = A[-1] - Y
        if (G**2).sum() < 1e-16:
            break
        slopes = []
        for layer in reversed(range(depth)):
            slopes.append(G @ A[layer].T)
            G = W[layer].T @ G
        W = [w - rate * slope for w, slope in zip(W, reversed(slopes), strict=True)]
    return [a.T for a in A[:-1]], float(((A[-1] - Y) ** 2).sum())


@pytest.mark.parametrize(("scale", "depth"), [(0.3, 4), (0.1, 3)])
def test_gradient_descent_comes_near_the_closed_form(scale, depth):
    network = DeepLinearNetwork(classes=3, samples=6, depth=depth, scale=scale)
    features, loss = descended(network)
    assert loss < 1e-12
    C = [compression_of(f, network.labels) for f in features]
    D = [discrimination_of(f, network.labels) for f in features]
    np.testing.assert_allclose(D, network.discrimination, atol=0.01)
    # The part of the spread that the output can reach decays: a share K/d of a layer's.
    np.testing.assert_allclose(np.log(C), np.log(network.compression), atol=0.2)
    factors = np.diff(np.log(C)), np.diff(np.log(network.compression))
    np.testing.assert_allclose(*factors, atol=0.1)


def test_the_closed_form_is_that_of_balanced_weights():
    network = DeepLinearNetwork(classes=3, samples=4, depth=5, scale=0.2)
    X, Y = network.inputs.T, np.eye(3)[network.labels].T
    U, values, Vt = np.linalg.svd(Y @ np.linalg.pinv(X), full_matrices=False)
    share = np.diag(values ** (1 / 5))
    # Each layer turns by Q: the first reads V, the last writes U.
    rng = np.random.default_rng(0)
    d = len(X)
    bases = [Vt.T, *(np.linalg.qr(rng.normal(size=(d, 3)))[0] for _ in range(4)), U]
    product, features = X, [X]
    for before, after in pairwise(bases):
        product = after @ share @ before.T @ product
        features.append(product)
    np.testing.assert_allclose(product, Y, atol=1e-9)
    # Without ε the closed form has the same inner products.
    still = DeepLinearNetwork(classes=3, samples=4, depth=5, scale=1e-9)
    for layer in range(1, 5):
        mine = still.features(layer)
        np.testing.assert_allclose(mine @ mine.T, features[layer].T @ features[layer], atol=1e-9)


def test_compression_is_geometric_and_discrimination_about_linear():
    network = DeepLinearNetwork(depth=8, scale=0.1)
    factors = network.compression[1:] / network.compression[:-1]
    assert np.ptp(np.log(factors[1:])) < 0.1
    np.testing.assert_allclose(factors[1:], 0.01, rtol=0.3)
    layers = np.arange(8)
    assert np.corrcoef(layers, network.discrimination)[0, 1] > 0.98
    assert (np.diff(network.discrimination[1:]) > 0).all()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"depth": 1}, "1 depth"), ({"scale": 0.0}, "scale is 0"), ({"overlap": 1.0}, "shares 1")],
)
def test_what_cannot_be_is_a_sentence(wrong, word):
    with pytest.raises(UserError, match=word):
        DeepLinearNetwork(**wrong)


def test_compression_keeps_its_digits_far_below_rounding():
    network = DeepLinearNetwork(classes=10, depth=16, scale=0.05, overlap=0.0, class_share=0.02)
    factors = network.compression[1:] / network.compression[:-1]
    assert network.compression[-1] < 1e-36
    assert np.ptp(np.log(factors[1:])) < 1e-2
    # Where rounding is far off, it is that of the features themselves.
    for layer in (0.0, 1.5, 2.0):
        plain = compression_of(network.features(layer), network.labels)
        assert network.compression_at(layer) == pytest.approx(plain, rel=1e-9)
