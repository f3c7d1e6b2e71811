"""Guesses whose weights a checkpoint holds, from their names and shapes."""

import inspect
import warnings
from typing import Any

import torch
from torch import nn

from ncviz.recording.state_dicts import State, fit_names
from ncviz.torchvision import load_torchvision

# A name that the networks of a family have, and how the family's builders begin. RegNets
# cannot be built without numbers, and are too large to be built for a guess.
_FAMILIES = (
    ("layer1.0.conv1.weight", ("resnet", "resnext", "wide_resnet")),
    ("features.denseblock1.denselayer1.conv1.weight", ("densenet",)),
    ("encoder.layers.encoder_layer_0.ln_1.weight", ("vit_",)),
    ("features.1.0.block.0.weight", ("convnext",)),
    ("features.1.0.norm1.weight", ("swin_",)),
    ("stage2.0.branch1.0.weight", ("shufflenet",)),
    ("features.3.squeeze.weight", ("squeezenet",)),
    ("features.0.0.weight", ("mobilenet", "efficientnet")),
    ("layers.8.0.layers.0.weight", ("mnasnet",)),
    ("features.0.weight", ("vgg", "alexnet")),
)


def guess_model(tensors: State) -> str:
    """Return the torchvision model whose names and shapes these are, such as 'resnet18'.

    The first convolution and the classifier may have other shapes: they follow
    the images and the classes.

    Parameters
    ----------
    tensors : dict of str to tensor

    Returns
    -------
    str
        '' if it is none that is known here.
    """
    ends = tuple(tensors)
    starts = next(
        (starts for sign, starts in _FAMILIES if any(_ends(name, sign) for name in ends)), ()
    )
    models = load_torchvision().models
    for name in models.list_models(module=models):
        if name.startswith(starts) and starts and _fits(_on_meta(models, name), tensors):
            return str(name)
    return ""


def _ends(name: str, sign: str) -> bool:
    return name == sign or name.endswith(f".{sign}")


def _on_meta(models: Any, name: str) -> nn.Module:
    """Build a model without numbers, which takes no memory."""
    build = models.get_model_builder(name)
    options = {"num_classes": 2} if "num_classes" in inspect.signature(build).parameters else {}
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")  # about weights that are not wanted
        network = build(weights=None, **options)
    assert isinstance(network, nn.Module)  # it came from torchvision's list of classifiers
    return network


def _fits(network: nn.Module, tensors: State) -> bool:
    wanted = {
        name: tensor.shape
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    inside, _ = fit_names(tensors, wanted)
    found = {name for name in inside if not name.endswith("num_batches_tracked")}
    if found != set(wanted):
        return False
    names = list(wanted)
    other = [name for name in names if inside[name].shape != wanted[name]]
    # Of the classifier weight and bias; of the first convolution the weight.
    return set(other) <= {*names[:1], *names[-2:], "conv_proj.weight"}
