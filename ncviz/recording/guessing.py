"""Guesses whose weights a checkpoint holds, from their names and shapes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.library_models import build_from_library, named_by_torchvision
from ncviz.recording.recorded_network import RecordedNetwork
from ncviz.recording.state_dicts import State

# A name that the networks of a family have, how people call the family, and how the names
# of its builders begin.
_FAMILIES = (
    ("layer1.0.conv1.weight", "ResNets", ("resnet", "resnext", "wide_resnet")),
    ("features.denseblock1.denselayer1.", "DenseNets", ("densenet",)),
    ("encoder.layers.encoder_layer_0.ln_1.weight", tr("vision transformers"), ("vit_",)),
    ("features.1.0.block.0.weight", "ConvNeXts", ("convnext",)),
    ("features.1.0.norm1.weight", tr("Swin transformers"), ("swin_",)),
    ("stage2.0.branch1.0.weight", "ShuffleNets", ("shufflenet",)),
    ("features.3.squeeze.weight", "SqueezeNets", ("squeezenet",)),
    ("features.0.0.weight", tr("MobileNets and EfficientNets"), ("mobilenet", "efficientnet")),
    ("layers.8.0.layers.0.weight", "MNASNets", ("mnasnet",)),
    ("trunk_output.block1.block1-0.f.a.0.weight", "RegNets", ("regnet",)),
    (tr("blocks.0.layers.0.layers.MBconv."), "MaxViTs", ("maxvit",)),
    ("inception3a.branch1.conv.weight", "GoogLeNets", ("googlenet",)),
    ("Mixed_5b.branch1x1.conv.weight", "Inceptions", ("inception",)),
    ("features.0.weight", tr("VGGs and AlexNets"), ("vgg", "alexnet")),
)


@dataclass(frozen=True)
class Guess:
    """Which model weights are of.

    Parameters
    ----------
    name : str
        Of torchvision, such as 'resnet18'; '' if none fits.
    classes : int
        That the weights tell apart; 0 if they do not say.
    tried : str
        What was tried if none fits, as a sentence.
    """

    name: str = ""
    classes: int = 0
    tried: str = ""


def guess_model(tensors: State) -> Guess:
    """Find the model of torchvision whose names and shapes these are.

    The first convolution and the classifier may have been changed, as far as
    `build_from_library` follows.
    """
    names = list(tensors)
    family = next(
        (row for row in _FAMILIES if any(_has_part(name, row[0]) for name in names)), None
    )
    if family is None:
        return Guess(
            tried=tr(
                "The names of the weights are those of none of torchvision's families: "
                "give your own code as package.module:function."
            )
        )
    _, called, starts = family
    fitting: dict[str, RecordedNetwork] = {}
    tried: dict[str, int] = {}
    for name, built in _candidates(starts, tensors):
        found = built.misfit
        if found is None:
            fitting[name] = built
            if built.has_own_stem:
                break
            continue
        tried[name] = len(found.missing) + len(found.unexpected) + len(found.shapes)
    if fitting:  # rather one whose first convolution is as it was, such as of 32×32 patches
        name = max(fitting, key=lambda name: fitting[name].has_own_stem)
        return Guess(name, int(fitting[name].arguments.get("num_classes", 0)))
    if not tried:
        return Guess()
    nearest = min(tried, key=lambda name: tried[name])
    return Guess(
        tried=tr(
            "By their names the weights are of one of torchvision's {called}, but none of the "
            "{count} fits; the nearest, {nearest}, differs in {tried:weight|weights}: give your "
            "own code as package.module:function.",
            called=called,
            count=len(tried),
            nearest=nearest,
            tried=tried[nearest],
        )
    )


def _candidates(starts: tuple[str, ...], tensors: State) -> Iterator[tuple[str, RecordedNetwork]]:
    known = named_by_torchvision()
    for name in (name for start in starts for name in known if name.startswith(start)):
        with contextlib.suppress(UserError):
            yield name, build_from_library(name, {}, tensors, 0, with_numbers=False)


def _has_part(name: str, sign: str) -> bool:
    """Tell whether a name begins or ends with a sign, after whole parts."""
    return f".{name}".endswith(f".{sign}") or f".{sign}" in f".{name}"
