"""Blocks, stages and classifiers are found by themselves."""

from itertools import accumulate

import pytest
import torch
from torch import nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.points import Pooling, reading
from ncviz.errors import UserError
from ncviz.networks.perceptron import Perceptron
from ncviz.torchvision import load_torchvision


def anatomy(name, side=32, **arguments):
    models = load_torchvision().models
    network = models.get_model(name, weights=None, num_classes=5, **arguments).eval()
    return Anatomy(network, torch.rand(1, 3, side, side))


def names(found, *wanted):
    return [point.name for point in found.choose(wanted, found.head())]


def test_a_resnet_has_stages_of_blocks():
    found = anatomy("resnet18")
    assert found.head().name == "fc"
    assert names(found, "stages") == ["layer1", "layer2", "layer3", "layer4", "features"]
    blocks = [f"layer{i}.{j}" for i in range(1, 5) for j in range(2)]
    assert names(found, "blocks") == [*blocks, "features"]
    assert names(found, "layer[12]", "maxpool") == ["maxpool", "layer1", "layer2", "features"]
    with pytest.raises(UserError, match="no layer 'layer7'"):
        found.choose(["layer7"], found.head())
    with pytest.raises(UserError, match=r"no classifier of 5 classes: .* which fc gives"):
        found.head("conv1")


def test_a_densenets_layers_are_read_with_what_they_were_given():
    models = load_torchvision().models
    network = models.DenseNet(8, (2, 2), 16, bn_size=2, num_classes=5).eval()
    images = torch.rand(2, 3, 32, 32)
    found = Anatomy(network, images)
    points = found.choose(["blocks"], found.head())
    assert [point.module for point in points[:2]] == [
        "features.denseblock1.denselayer1",
        "features.denseblock1.denselayer2",
    ]
    taken = {}
    with torch.no_grad(), reading(network, points, lambda n, f: taken.setdefault(n, f.shape[1])):
        network(images)
    assert [taken[n] for n in range(4)] == [24, 32, 24, 32]
    inside = {}

    def keep(number, features):
        inside[number] = features.clone()

    block = found.choose(["features.denseblock1"], None)
    with torch.no_grad(), reading(network, [points[1], *block], keep):
        network(images)
    torch.testing.assert_close(inside[0], inside[1])  # the state after the last layer


def test_a_plain_network_is_read_before_each_linear_map():
    head = [nn.Linear(4 * 36, 7), nn.Tanh(), nn.Linear(7, 5)]
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), *head).eval()
    found = Anatomy(network, torch.rand(2, 1, 8, 8))
    assert names(found, "stages") == ["before 3", "features"]
    network = Perceptron(depth=4, width=7).build((64,), 5).eval()
    found = Anatomy(network, torch.rand(2, 64))
    points = found.choose(["stages"], found.head())
    taken = {}

    def take(number, features):
        taken[number] = features.clone()

    x = torch.rand(3, 64)
    with torch.no_grad(), reading(network, points, take):
        network(x)
    expected = list(accumulate(network.blocks, lambda state, block: block(state), initial=x))[1:]
    assert len(expected) == len(points)
    for number, features in enumerate(expected):
        torch.testing.assert_close(taken[number], features.detach())


def test_a_convolution_can_be_the_classifier():
    found = anatomy("squeezenet1_1")
    head = found.head()
    assert (head.name, head.weight) == ("classifier.1", "classifier.1.weight")
    assert found.head("none").weight == ""  # its input are the features none the less


def test_a_transformer_is_read_at_its_class_token():
    models = load_torchvision().models
    network = models.VisionTransformer(16, 8, 2, 2, 8, 16, num_classes=5).eval()
    found = Anatomy(network, torch.rand(1, 3, 16, 16))
    layers = ["encoder.layers.encoder_layer_0", "encoder.layers.encoder_layer_1"]
    assert names(found, "stages") == [*layers, "features"]
    assert found.pooling("average", "auto").tokens == "class"
    with pytest.raises(UserError, match="does not take samples of shape 3×20×20"):
        Anatomy(network, torch.rand(1, 3, 20, 20))


def test_pooling():
    maps, tokens = torch.rand(2, 3, 4, 5), torch.rand(2, 6, 3)
    torch.testing.assert_close(Pooling()(maps), maps.mean(dim=(2, 3)))
    torch.testing.assert_close(Pooling("max")(maps), maps.amax(dim=(2, 3)))
    assert Pooling("flatten")(maps).shape == (2, 60)
    torch.testing.assert_close(Pooling(channels_last=True)(maps), maps.mean(dim=(1, 2)))
    torch.testing.assert_close(Pooling(tokens="class")(tokens), tokens[:, 0])
    torch.testing.assert_close(Pooling(tokens="mean")(tokens), tokens.mean(dim=1))
    assert Pooling(tokens="flatten")(tokens).shape == (2, 18)
