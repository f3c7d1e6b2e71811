"""Networks of torchvision as people change them: their weights say what was changed.

The changed network itself, with the same weights, is the reference.
"""

import re
from collections import OrderedDict

import pytest
import torch
from torch import nn

from ncviz.anatomy.sizes import not_taken
from ncviz.errors import UserError
from ncviz.recording.build_model import build_model
from ncviz.recording.guessing import guess_model
from ncviz.recording.library_models import WithoutNumbers, build_from_library
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recorded_network import load_weights
from ncviz.torchvision import load_torchvision

CLASSES = 7


def plain(name, **arguments):
    return load_torchvision().models.get_model(name, weights=None, num_classes=CLASSES, **arguments)


def with_head(name, place, *layers, **arguments):
    network = plain(name, **arguments)
    parent, _, last = place.rpartition(".")
    head = layers[0] if len(layers) == 1 else nn.Sequential(*layers)
    setattr(network.get_submodule(parent), last, head)
    return network


def small_images(name, **head):
    """A 3×3 first convolution of stride 1 and no max-pooling, as nearly all code for CIFAR."""
    network = plain(name)
    network.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    network.maxpool = nn.Identity()
    if head:
        network.fc = nn.Sequential(OrderedDict(head))
    return network


def with_stem(name, place, *arguments, **options):
    return with_head(name, place, nn.Conv2d(*arguments, **options))


def small_vgg(*classifier):
    """Of 32×32 images the features are 1×1; averaging to 7×7 would repeat them."""
    network = with_head("vgg11", "classifier", *classifier)
    network.avgpool = nn.Identity()
    return network


def small_densenet():
    network = with_head("densenet121", "classifier", nn.Linear(1024, CLASSES, bias=False))
    network.features.conv0 = nn.Conv2d(1, 64, 3, 1, 1, bias=False)
    network.features.pool0 = nn.Identity()
    return network


def dense(width, *more):
    return (nn.Linear(width, 20), nn.ReLU(), *more, nn.Linear(20, CLASSES))


# The model of torchvision, how it was changed, and what is said of it.
CHANGED = {
    "plain": ("resnet18", lambda: plain("resnet18"), ""),
    "small images": ("resnet18", lambda: small_images("resnet18"), "maxpool is left out"),
    "small images, deeper": ("resnet50", lambda: small_images("resnet50"), "3×3 with stride 1"),
    "one channel": (
        "resnet18",
        lambda: with_stem("resnet18", "conv1", 1, 64, 7, 2, 3, bias=False),
        "conv1 takes 1 channel,",
    ),
    "many channels": (
        "resnet18",
        lambda: with_stem("resnet18", "conv1", 13, 64, 7, 2, 3, bias=False),
        "conv1 takes 13 channels,",
    ),
    "a bias in the stem": (
        "resnet18",
        lambda: with_stem("resnet18", "conv1", 3, 64, 7, 2, 3),
        "conv1 has a bias",
    ),
    "no bias": (
        "resnet18",
        lambda: with_head("resnet18", "fc", nn.Linear(512, CLASSES, bias=False)),
        "fc has no bias",
    ),
    "dropout": (
        "resnet34",
        lambda: with_head("resnet34", "fc", nn.Dropout(), nn.Linear(512, CLASSES)),
        "fc is Linear 512→7",
    ),
    "a perceptron": (
        "resnet18",
        lambda: with_head("resnet18", "fc", *dense(512, nn.Dropout())),
        "ReLU was taken",
    ),
    "a perceptron with batch norm": (
        "resnet18",
        lambda: with_head(
            "resnet18", "fc", nn.Linear(512, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 7)
        ),
        "BatchNorm1d, ReLU",
    ),
    "fastai's head": (
        "resnet18",
        lambda: with_head(
            "resnet18", "fc", nn.BatchNorm1d(512), nn.Dropout(), *dense(512, nn.BatchNorm1d(20))
        ),
        "ReLU, BatchNorm1d",
    ),
    "two linear layers in a row": (
        "resnet18",
        lambda: with_head("resnet18", "fc", nn.Linear(512, 20), nn.Linear(20, CLASSES)),
        "fc is Linear 512→20, Linear 20→7, as",
    ),
    "named layers": (
        "resnet18",
        lambda: small_images(
            "resnet18", hidden=nn.Linear(512, 20), act=nn.ReLU(), out=nn.Linear(20, CLASSES)
        ),
        "ReLU was taken",
    ),
    "a densenet for small images": ("densenet121", small_densenet, "features.pool0 is left out"),
    "one linear layer after a vgg": (
        "vgg11",
        lambda: small_vgg(nn.Linear(512, CLASSES)),
        "avgpool gives 1×1",
    ),
    "a small perceptron after a vgg": (
        "vgg11",
        lambda: small_vgg(nn.Dropout(), *dense(512, nn.Dropout())),
        "avgpool gives 1×1",
    ),
    "a head within a head": (
        "vgg11",
        lambda: with_head("vgg11", "classifier.6", *dense(4096)),
        "classifier.6 is Linear 4096→20",
    ),
    "wider than torchvision's": (
        "mobilenet_v2",
        lambda: with_head("mobilenet_v2", "classifier", nn.Dropout(), *dense(1280)),
        "Linear 1280→20",
    ),
    "half the width": ("mobilenet_v2", lambda: plain("mobilenet_v2", width_mult=0.5), ""),
    "three quarters of the width": (
        "mobilenet_v3_small",
        lambda: plain("mobilenet_v3_small", width_mult=0.75),
        "",
    ),
    "without bias in a sequence": (
        "efficientnet_b0",
        lambda: with_head("efficientnet_b0", "classifier.1", nn.Linear(1280, 7, bias=False)),
        "classifier.1 has no bias",
    ),
    "versioned modules": ("mnasnet0_5", lambda: plain("mnasnet0_5"), ""),
    "versioned modules, one linear layer": (
        "mnasnet0_5",
        lambda: with_head("mnasnet0_5", "classifier", nn.Linear(1280, CLASSES)),
        "classifier is Linear 1280→7",
    ),
    "patches of another size": (
        "convnext_tiny",
        lambda: with_stem("convnext_tiny", "features.0.0", 3, 96, 2, 2),
        "2×2 with stride 2",
    ),
    "norm and flattening kept": (
        "convnext_tiny",
        lambda: with_head("convnext_tiny", "classifier.2", nn.Dropout(), nn.Linear(768, CLASSES)),
        "classifier.2 is Linear 768→7",
    ),
    "a swin transformer's head": (
        "swin_t",
        lambda: with_head("swin_t", "head", nn.Dropout(), nn.Linear(768, CLASSES)),
        "head is Linear 768→7",
    ),
    "few positions": (
        "vit_b_32",
        lambda: plain("vit_b_32", image_size=64),
        "positions are for images of 64×64",
    ),
    "helping classifiers": (
        "googlenet",
        lambda: plain("googlenet", aux_logits=True, init_weights=False),
        "",
    ),
    "a convolution without bias": (
        "squeezenet1_1",
        lambda: with_head("squeezenet1_1", "classifier.1", nn.Conv2d(512, 7, 1, bias=False)),
        "classifier.1 has no bias",
    ),
    "a classifier of 9 numbers a channel": (
        "alexnet",
        lambda: with_head("alexnet", "classifier", nn.Linear(256 * 36, CLASSES)),
        "classifier is Linear 9216→7",
    ),
    "a grey stem and no bias": (
        "shufflenet_v2_x0_5",
        lambda: with_stem("shufflenet_v2_x0_5", "conv1.0", 1, 24, 3, 2, 1, bias=False),
        "conv1.0 takes 1 channel,",
    ),
    "a regnet": (
        "regnet_x_400mf",
        lambda: with_head("regnet_x_400mf", "fc", nn.Linear(400, CLASSES, bias=False)),
        "fc has no bias",
    ),
}
# Their numbers take long to draw: it is enough that their shapes fit.
LARGE = (
    "small images, deeper",
    "one linear layer after a vgg",
    "a small perceptron after a vgg",
    "a head within a head",
    "few positions",
    "a classifier of 9 numbers a channel",
    "a regnet",
)
# One of each way in which a family is recognised.
RECOGNISED = (
    *LARGE,
    "no bias",
    "a densenet for small images",
    "half the width",
    "versioned modules, one linear layer",
    "norm and flattening kept",
    "a swin transformer's head",
    "helping classifiers",
    "a convolution without bias",
    "a grey stem and no bias",
)


def plan(name, **changes):
    return RecordPlan(model=f"torchvision:{name}", checkpoints=("a",), data="digits", **changes)


@pytest.mark.parametrize("change", [change for change in CHANGED if change not in LARGE])
def test_a_changed_network_gives_the_same_logits(change):
    name, changed, said = CHANGED[change]
    torch.manual_seed(0)
    network = changed().eval()
    for tensor in network.buffers():  # of batch norms, which would change nothing
        if tensor.is_floating_point() and tensor.ndim == 1:
            tensor.uniform_(0.5, 1.5)
    state = network.state_dict()
    model = build_model(plan(name), state, 3)
    assert model.arguments["num_classes"] == CLASSES
    assert said in "; ".join(model.notes)
    assert bool(said) == bool(model.notes)
    load_weights(model, state, "file")
    images = torch.rand(2, model.channels, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(model.network(images), network(images))


@pytest.mark.parametrize("change", RECOGNISED)
def test_a_changed_network_is_recognised_by_its_weights(change):
    name, changed, said = CHANGED[change]
    with WithoutNumbers():
        state = changed().state_dict()
    guess = guess_model({f"module.{key}": tensor for key, tensor in state.items()})
    assert (guess.name, guess.classes) == (name, CLASSES)
    built = build_from_library(name, {}, state, 3, with_numbers=False)
    assert built.misfit is None
    assert said in "; ".join(built.notes)


def test_other_names_of_the_same_layers_are_understood():
    """An old torchvision's DenseNet; the ResNet for CIFAR that most code has copied."""
    state = plain("densenet121").state_dict()
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", name): tensor
        for name, tensor in state.items()
    }
    model = build_model(plan("densenet121"), old, 3)
    assert model.notes == ("the names are those of an older torchvision",)
    assert load_weights(model, old, "file") == ()
    state = small_images("resnet18").state_dict()
    copied = {
        name.replace("downsample", "shortcut").replace("fc.", "linear."): tensor
        for name, tensor in state.items()
    }
    model = build_model(plan("resnet18"), copied, 3)
    assert model.notes[:2] == (
        "the file's shortcut is the model's downsample",
        "the file's linear is the model's fc",
    )
    assert load_weights(model, copied, "file") == ()
    torch.testing.assert_close(model.network.fc.weight, state["fc.weight"])
    assert guess_model(copied).name == "resnet18"


def test_what_weights_do_not_tell_of_a_stem_can_be_chosen():
    state = small_images("resnet18").state_dict()
    chosen = plan("resnet18", model_args={"stem_stride": 2, "stem_pool": True})
    network = build_model(chosen, state, 3).network
    assert network.conv1.stride == (2, 2)
    assert isinstance(network.maxpool, nn.MaxPool2d)
    state = plain("shufflenet_v2_x0_5").state_dict()
    chosen = plan("shufflenet_v2_x0_5", model_args={"stem_stride": 1, "stem_pool": False})
    model = build_model(chosen, state, 3)
    assert model.network.conv1[0].stride == (1, 1)
    assert isinstance(model.network.maxpool, nn.Identity)
    assert "maxpool is left out" in model.notes[0]
    for name, value in (("stem_stride", -1), ("stem_pool", "no")):
        with pytest.raises(UserError, match=f"{name} is {value!r}"):
            build_model(plan("resnet18", model_args={name: value}), state, 3)


def test_helping_classifiers_of_other_classes_are_left_out():
    with torch.device("meta"):
        network = plain("inception_v3", aux_logits=True, init_weights=False)
        network.AuxLogits.fc = nn.Linear(768, 1000)
    built = build_from_library("inception_v3", {}, network.state_dict(), 3, with_numbers=False)
    assert built.misfit is None
    assert built.arguments["num_classes"] == CLASSES


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["layer1.0.conv1.weight", "layer2.0.conv1.weight"], r"ResNets, but none of the \d+ fits"),
        (["features.0.weight"], "VGGs and AlexNets, but none"),
        (["encoder.0.weight", "decoder.0.weight"], "none of torchvision's families"),
    ],
)
def test_where_no_model_is_found_it_is_said_what_was_tried(names, said):
    guess = guess_model({name: torch.empty(4, 4, 3, 3, device="meta") for name in names})
    assert guess.name == ""
    assert re.search(said, guess.tried)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("alexnet", "64×64 or 75×75"), ("maxvit_t", "224×224"), ("vit_b_32", "224×224")],
)
def test_a_wrong_size_is_answered_with_one_that_works(name, sizes):
    with torch.device("meta"):
        network = plain(name).eval()
    images = torch.empty(2, 3, 32, 32)
    said = not_taken(network, images, RuntimeError("too small"))
    assert said.endswith(f"3×32×32 (too small): choose another size, it takes {sizes}.")
    five_channels = not_taken(network, images[:, :1].expand(-1, 5, -1, -1), RuntimeError("no"))
    assert five_channels.endswith("no usual size of these images helps.")
