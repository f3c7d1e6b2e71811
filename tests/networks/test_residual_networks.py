"""Residual and densely connected networks, and where they are measured."""

import numpy as np
import pytest
import torch

from ncviz.networks.densenet import DenseNet
from ncviz.networks.residual import ResidualNetwork
from ncviz.parameters import changed
from ncviz.torchvision import load_torchvision
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.training_measurer import TrainingMeasurer

GREY = 1, 32, 32


@pytest.mark.parametrize(("block", "by_layer"), [("two", 9), ("three", 13), ("mixed", 11)], ids=str)
def test_the_published_numbers_of_points(block, by_layer):
    assert 1 + len(ResidualNetwork(block=block).layers()) == 5
    assert 1 + len(ResidualNetwork(block=block, measured_by="layer").layers()) == by_layer


def test_the_published_cost_and_width():
    assert ResidualNetwork(size="published").features(GREY) == 8192
    products = [
        ResidualNetwork(size="published", block=block).operations(GREY, 10)
        for block in ("two", "three")
    ]
    assert [round(each / 1e6) for each in products] == [5, 20]


def test_its_blocks_add_what_they_are_given_and_points_stand_behind_activations():
    network = ResidualNetwork(block="three").build((2, 6, 6), 4).eval()
    torch.manual_seed(0)
    images = torch.randn(3, 2, 6, 6)
    x = torch.cat([images] * 4, dim=1)
    points = {}
    for name in ResidualNetwork(block="three", measured_by="layer").layers():
        network.get_submodule(name).register_forward_hook(
            lambda _m, given, out, name=name: points.update(
                {name: given[0] if name == "classifier" else out}
            )
        )
    with torch.no_grad():
        network(images)
        for number in range(4):
            first, norm, _, second, norm2, _, third, norm3 = network.blocks[number].body
            one = norm(first(x)).relu()
            two = norm2(second(one)).relu()
            torch.testing.assert_close(points[f"blocks.{number}.body.2"], one)
            torch.testing.assert_close(points[f"blocks.{number}.body.5"], two)
            x = (norm3(third(two)) + x).relu()
            if number < 3:
                torch.testing.assert_close(points[f"blocks.{number}"], x)
        torch.testing.assert_close(points["classifier"], x.flatten(1))


def test_the_points_are_measured_under_their_names():
    changes = {"network": "residual", "block": "mixed", "measured_by": "layer", "image_size": 4}
    recipe = changed(Recipe(), images_per_class=2, dataset="digits", **changes)
    samples = load_samples(recipe)
    network = recipe.architecture.build(recipe.shape, 10)
    snapshot_of = TrainingMeasurer(network, samples, recipe)
    names = [layer.name for layer in snapshot_of.layers]
    assert names[:4] == ["input", "block 1, layer 1", "block 1, layer 2", "block 1"]
    assert names[-2:] == ["block 4, layer 1", "block 4"]
    assert [layer.width for layer in snapshot_of.layers] == [16] + [64] * 10
    with torch.no_grad():
        maps = network.eval().blocks[0].body[:3](network.before(samples.train.inputs)).flatten(1)
    found = snapshot_of.snapshot(0).layers[1].statistics["train"].means
    expected = [maps[samples.train.labels == label].mean(0) for label in range(10)]
    torch.testing.assert_close(torch.from_numpy(found).float(), torch.stack(expected))


def test_as_published_it_is_densenet_161_but_for_its_first_convolution():
    with torch.device("meta"):
        other = load_torchvision().models.densenet161(num_classes=10)
    weights = sum(parameter.numel() for parameter in other.parameters())
    shape = 3, 32, 32
    assert DenseNet(size="published").weights(shape, 10) == weights - 96 * 3 * (7**2 - 3**2)
    assert DenseNet(size="published").features(shape) == 2208
    assert list(DenseNet().layers().values()) == [f"block {number}" for number in (1, 2, 3, 4)]


def test_a_dense_layer_keeps_what_it_is_given():
    network = DenseNet().build((3, 8, 8), 2).eval()
    torch.manual_seed(1)
    images = torch.randn(2, 3, 8, 8)
    with torch.no_grad():
        x = network.before(images)
        given = x
        for layer in network.blocks[0]:
            x = layer(x)
        assert x.shape == (2, 16 + 3 * 8, 8, 8)
        torch.testing.assert_close(x[:, :16], given)


def test_portions_that_pass_one_by_one_give_the_numbers_of_the_whole(monkeypatch):
    recipe = changed(Recipe(), {"network": "residual", "image_size": 8, "images_per_class": 10})
    samples = load_samples(recipe)
    network = recipe.whole_network.build((1, 8, 8), len(samples.class_names))
    passing, passed = network.forward, []
    monkeypatch.setattr(network, "forward", lambda x: passed.append(len(x)) or passing(x))

    def scalars_and_means(portion):
        monkeypatch.setattr("ncviz.training.training_measurer.PORTION", portion)
        measurer = TrainingMeasurer(network, samples, recipe)
        passed.clear()
        snapshot = measurer.snapshot(0)
        layers = [layer.statistics["test"] for layer in snapshot.layers]
        return dict(snapshot.scalars), [each.means for each in layers], max(passed)

    scalars, means, most = scalars_and_means(100)
    others, parts, fewest = scalars_and_means(32)
    assert (most, fewest) == (100, 32)
    assert others == pytest.approx(scalars, rel=1e-5, abs=1e-6)
    for whole, part in zip(means, parts, strict=True):
        np.testing.assert_allclose(part, whole, rtol=1e-5, atol=1e-6)
    recipe = changed(recipe, {"measured": "training"})  # batch norm looks at all of a split
    assert scalars_and_means(32)[2] == 100
