"""The classifiers of torchvision are as large as the table says, and take small images."""

import pytest
import torch

from ncviz.errors import UserError
from ncviz.networks._torchvision_sizes import SIZES
from ncviz.networks.torchvision_classifier import TorchvisionClassifier
from ncviz.parameters import changed
from ncviz.recording.library_models import WithoutNumbers
from ncviz.torchvision import load_torchvision
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.training_measurer import TrainingMeasurer

ONE_OF_A_FAMILY = (
    "alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "mnasnet0_5",
    "mobilenet_v3_small", "regnet_y_400mf", "resnet18", "resnext50_32x4d", "shufflenet_v2_x0_5",
    "swin_t", "vgg11", "wide_resnet50_2",
)  # fmt: skip


@pytest.mark.parametrize("small", [True, False], ids=["3x3", "usual"])
@pytest.mark.parametrize("name", ONE_OF_A_FAMILY)
def test_its_size_is_that_of_the_table(name, small):
    chosen = TorchvisionClassifier(model=name, small_stem=small)
    least = SIZES[name].least_small if small else SIZES[name].least
    shape = 1, least, least
    chosen.check(shape)
    with WithoutNumbers():
        network = chosen.build(shape, 7)
    assert chosen.weights(shape, 7) == sum(p.numel() for p in network.parameters())
    (classifier,) = chosen.layers()
    weight = network.get_submodule(classifier).weight
    assert tuple(weight.shape) == (7, chosen.features(shape))
    assert network.train()(torch.zeros(2, *shape, device="meta")).shape == (2, 7)


def test_the_table_has_all_classifiers_but_those_that_are_left_out():
    models = load_torchvision().models
    left_out = ("vit_", "maxvit", "squeezenet")
    known = {name for name in models.list_models(module=models) if not name.startswith(left_out)}
    assert SIZES.keys() == known, "run script/torchvision_sizes.py"


def test_as_usual_and_coloured_it_is_that_of_torchvision_number_by_number():
    torch.manual_seed(5)
    built = TorchvisionClassifier(small_stem=False).build((3, 64, 64), 10)
    torch.manual_seed(5)
    other = load_torchvision().models.resnet18(num_classes=10)
    for one, same in zip(built.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, same)


def test_the_small_stem_keeps_small_images_whole():
    network = TorchvisionClassifier().build((1, 16, 16), 10)
    assert (network.conv1.kernel_size, network.conv1.stride) == ((3, 3), (1, 1))
    assert isinstance(network.maxpool, torch.nn.Identity)
    with torch.no_grad():
        assert network.layer1(network.maxpool(network.conv1(torch.zeros(1, 1, 16, 16)))).shape == (
            1, 64, 16, 16
        )  # fmt: skip


@pytest.mark.parametrize(
    ("measured", "names"),
    [
        ("stages", ["layer1", "layer2", "layer3"]),
        ("blocks", [f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1)][:-1]),
    ],
)
def test_it_is_measured_as_a_checkpoint_of_it_is_recorded(measured, names):
    changes = {"network": "torchvision", "measured_at": measured, "dataset": "digits"}
    recipe = changed(Recipe(), images_per_class=2, image_size=8, **changes)
    samples = load_samples(recipe)
    network = recipe.whole_network.build(recipe.shape, 10)
    layers = TrainingMeasurer(network, samples, recipe).layers
    assert [layer.name for layer in layers] == ["input", *names, "features"]
    assert layers[-1].width == 512


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": "densenet121", "image_size": 7}, "image_size is 7: the network densenet121 of"),
        ({"model": "densenet121", "image_size": 8, "small_stem": False}, "needs 29 pixels"),
        ({"model": "resnet19"}, "model is 'resnet19': choose a classifier of torchvision such as"),
        ({"model": "vit_b_16"}, "model is 'vit_b_16': choose a classifier"),
    ],
)
def test_what_cannot_be_is_said_before_a_training(changes, sentence):
    with pytest.raises(UserError, match=sentence):
        changed(Recipe(), network="torchvision", **changes).check()


def test_vectors_are_refused():
    with pytest.raises(UserError, match="it takes images, and a sample of this data set has"):
        TorchvisionClassifier().check((64,))
