import pytest
import torch

from ncviz.networks.activations import activations
from ncviz.networks.perceptron import Perceptron


@pytest.fixture
def x():
    return torch.randn(6, 5, generator=torch.Generator().manual_seed(0))


def build(shape=(5,), classes=3, **parameters):
    return Perceptron(width=7, **parameters).build(shape, classes)


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_m_layers_have_m_points_of_measurement_with_the_input(depth):
    layers = Perceptron(depth=depth).layers()
    assert list(layers.values()) == [f"layer {number}" for number in range(1, depth)]
    assert list(layers)[-1] == "classifier"
    assert set(layers) <= dict(build(depth=depth).named_modules()).keys()


def test_a_block_is_linear_batch_norm_activation(x):
    network = build(depth=2)
    linear, norm, activation = network.blocks[0]
    with torch.no_grad():
        expected = network.classifier(activation(norm(linear(x))))
        torch.testing.assert_close(network(x), expected)
    assert isinstance(norm, torch.nn.BatchNorm1d)
    assert isinstance(activation, torch.nn.ReLU)


def test_images_are_laid_out_channel_by_channel_and_row_by_row(x):
    network = build((3, 2, 2), depth=3).eval()
    images = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(network(images), network(images.reshape(4, 12)))


@pytest.mark.parametrize("activation", activations())
def test_every_activation_of_a_recipe_exists(x, activation):
    assert build(depth=3, activation=activation)(x).shape == (6, 3)


def test_without_activation_and_batch_norm_the_network_is_affine(x):
    network = build(depth=4, batch_norm=False, activation="identity")
    assert not any(isinstance(m, torch.nn.BatchNorm1d) for m in network.modules())
    middle = network((x[:3] + x[3:]) / 2)
    torch.testing.assert_close(middle, (network(x[:3]) + network(x[3:])) / 2)
