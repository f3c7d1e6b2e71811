import pytest
import torch

from ncviz.errors import UserError
from ncviz.networks.activations import activations
from ncviz.networks.perceptron import Perceptron
from ncviz.parameters import changed
from ncviz.training.recipe import Recipe


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


def test_hidden_layers_may_each_have_a_width_of_their_own(x):
    network = build(depth=4, widths=(4, 9, 2))
    assert [block[0].out_features for block in network.blocks] == [4, 9, 2]
    assert network(x).shape == (6, 3)
    chosen = Perceptron(widths=(4, 9, 2))
    assert list(chosen.layers().values()) == ["layer 1", "layer 2", "layer 3"]
    assert (chosen.short, chosen.long) == ("4 layers", "4 layers of widths 4, 9, 2")
    assert chosen.rate("adam") == Perceptron(depth=4).rate("adam")


def test_linear_layers_at_the_end_leave_the_features_linear(x):
    network = build(depth=4, linear_layers=3).eval()
    bent, *linear = network.blocks
    assert len(bent) == 3
    weights = [block[0].weight for block in linear] + [network.classifier.weight]
    product = weights[2] @ weights[1] @ weights[0]
    with torch.no_grad():
        there = network(x[:3]) - network(x[3:])
        features = bent(x)
        torch.testing.assert_close(there, (features[:3] - features[3:]) @ product.T)


def test_all_layers_may_be_linear_without_bias(x):
    network = build(depth=3, linear_layers=3, bias=False)
    assert [name for name, _ in network.named_parameters()] == [
        "blocks.0.0.weight", "blocks.1.0.weight", "classifier.weight", "classifier.bias"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{}, {"widths": (3, 8)}, {"bias": False}, {"linear_layers": 2}, {"batch_norm": False}],
    ids=str,
)
def test_the_weights_are_counted(changes):
    built = build((3, 4, 4), 5, **{"depth": 3, **changes})
    counted = Perceptron(width=7, **{"depth": 3, **changes}).weights((3, 4, 4), 5)
    assert counted == sum(parameter.numel() for parameter in built.parameters())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"widths": (100, 0)}, "widths name 0: each is a whole number from 1 to 8192"),
        ({"widths": (1,) * 100}, "widths are 100 numbers: give at most 99"),
        ({"depth": 3, "linear_layers": 4}, "linear_layers is 4: the network has 3 layers"),
        ({"widths": (5,), "linear_layers": 3}, "linear_layers is 3: the network has 2 layers"),
    ],
)
def test_what_cannot_be_is_said(changes, sentence):
    with pytest.raises(UserError, match=sentence):
        changed(Recipe(), **changes).check()
