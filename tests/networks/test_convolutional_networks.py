"""The convolutional networks are those that were published."""

import pytest
import torch
from torch import nn

from ncviz.errors import UserError
from ncviz.networks.alexnet import AlexNet
from ncviz.networks.convolutional import Convolutional
from ncviz.networks.layers import MaxPool
from ncviz.networks.vgg import VGG
from ncviz.parameters import changed
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import batches

GREY = 1, 32, 32


def without_numbers(chosen, shape=GREY, classes=10):
    """Return a network that takes no memory."""
    with torch.device("meta"):
        return chosen.build(shape, classes)


def test_the_network_of_le_sde_to_the_letter():
    torch.manual_seed(3)
    built = Convolutional(size="published").build(GREY, 3)
    torch.manual_seed(3)
    expected = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 3),
    )  # fmt: skip
    images = torch.randn(2, *GREY)
    torch.testing.assert_close(built(images), expected(images), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("chosen", "widths", "products"),
    [
        (
            AlexNet(size="published"),
            [65_536, 49_152, 24_576, 16_384, 16_384, 4_096, 4_096],
            544_776_192,
        ),
        (
            VGG(size="published"),
            [65_536] * 2 + [32_768] * 2 + [16_384] * 2 + [8_192] * 2 + [2_048] * 2 + [4_096] * 2,
            674_275_328,
        ),
        (
            VGG(size="published", plan=11, kernel=3),
            [65_536, 32_768] + [16_384] * 2 + [8_192] * 2 + [2_048] * 2 + [4_096] * 2,
            None,
        ),
    ],
    ids=["AlexNetX", "VGG13X", "VGG11"],
)
def test_the_published_points_have_the_published_widths(chosen, widths, products):
    network = without_numbers(chosen)
    found = {}
    for name, module in network.named_modules():
        module.register_forward_hook(
            lambda _m, given, out, name=name: found.update({name: (given[0], out)})
        )
    network(torch.zeros(2, *GREY, device="meta"))
    *hidden, last = chosen.layers()
    numbers = [found[name][1][0].numel() for name in hidden] + [found[last][0][0].numel()]
    assert numbers == widths
    assert chosen.features(GREY) == widths[-1]
    if products:
        assert chosen.operations(GREY, 10) == products


def test_vgg_of_minority_collapse_is_that_of_torchvision_but_for_its_classifier():
    from ncviz.torchvision import load_torchvision

    for plan in (11, 13):
        built = without_numbers(VGG(size="published", plan=plan, kernel=3), (3, 32, 32))
        with torch.device("meta"):
            other = getattr(load_torchvision().models, f"vgg{plan}_bn")(num_classes=10)
        convolutions = [
            [tuple(m.weight.shape) for m in network.modules() if isinstance(m, nn.Conv2d)]
            for network in (built, other)
        ]
        assert convolutions[0] == convolutions[1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"network": "convolutional", "size": "published"},
            "image_size is 10: the network Convolutional network needs 16 pixels a side or more",
        ),
        ({"network": "vgg"}, "image_size is 10: the network VGG form needs 16 pixels a side"),
        (
            {"network": "vgg", "size": "published", "image_size": 31},
            "image_size is 31: the network VGG form needs 32 pixels",
        ),
    ],
)
def test_images_that_are_too_small_are_told_before_a_training(changes, sentence):
    with pytest.raises(UserError, match=sentence):
        changed(Recipe(), **changes).check()


@pytest.mark.parametrize("shape", [(7,), (3, 9)])
def test_samples_that_are_no_images_are_refused(shape):
    with pytest.raises(
        UserError, match="takes images, and a sample of this data set has the shape"
    ):
        Convolutional().check(shape)


def test_one_image_a_step_is_for_networks_without_batch_norm():
    without = Recipe(network="convolutional", image_size=16, batch_size=1)
    without.check()
    for other in (Recipe(batch_size=1), changed(without, {"batch_norm": True})):
        with pytest.raises(UserError, match="a single image has no spread for batch norm"):
            other.check()
    assert [len(batch) for batch in batches(torch.arange(3), 1)] == [1, 1, 1]


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (3, 1, 1)])
@pytest.mark.parametrize("size", [(8, 8), (7, 10)])
def test_pooling_gives_the_same_with_a_gradient_and_without(kernel, stride, padding, size):
    pool = MaxPool(kernel, stride, padding).build((3, *size))
    maps = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    maps[0, 0, 1, 1] = torch.nan
    learnt = pool(maps.clone().requires_grad_())
    with torch.no_grad():
        measured = pool(maps)
    assert torch.equal(measured.nan_to_num(9.0), learnt.detach().nan_to_num(9.0))
    assert torch.equal(
        learnt.detach().nan_to_num(9.0), nn.MaxPool2d(kernel, stride, padding)(maps).nan_to_num(9.0)
    )
