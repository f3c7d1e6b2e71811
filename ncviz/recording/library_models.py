"""Networks of a library, as people change them, built so that their weights fit."""

import math
import re
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.adapting import StemChoice, adapt, classes_in, first_convolution, head_of
from ncviz.recording.library import Library
from ncviz.recording.recorded_network import Names, RecordedNetwork
from ncviz.recording.state_dicts import State, fit_names, misfit
from ncviz.torchvision import load_torchvision

# Helping classifiers of torchvision's are used in training alone.
_HELPERS = {"googlenet": ("aux1.", "aux2."), "inception_v3": (tr("AuxLogits."),)}
# What others call the parts of torchvision's networks: an older torchvision, and the
# ResNets for CIFAR that most code on neural collapse has copied.
_OTHER_NAMES = (
    (r"(denselayer\d+\.(?:norm|conv))\.([12])\.", r"\1\2."),
    (r"(layer\d\.\d+)\.shortcut\.", tr(r"\1.downsample.")),
)
_OWN_ARGUMENTS = ("stem_stride", "stem_pool")


def build_from_library(
    name: str,
    arguments: Mapping[str, Any],
    tensors: State,
    classes: int,
    *,
    library: Library | None = None,
    with_numbers: bool = True,
) -> RecordedNetwork:
    """Build a classifier of a library so that weights of this kind fit.

    Parameters
    ----------
    name : str
        Such as 'resnet18'.
    arguments : mapping
        For its builder; and `stem_stride` and `stem_pool`, of the first convolution.
    tensors : dict of str to tensor
        Of a checkpoint.
    classes : int
        If the weights do not tell.
    library : Library, optional
        torchvision by default.
    with_numbers : bool, optional
        Otherwise of shapes alone, which takes no memory.

    Raises
    ------
    UserError
        If it cannot be built.
    """
    library = library or TORCHVISION_MODELS
    given, choice = _stem_choice(arguments)
    helpers = _HELPERS.get(name, ()) if library is TORCHVISION_MODELS else ()
    if helpers:
        given = {"aux_logits": False, "init_weights": False, **given}
    network = _build(library, name, given, with_numbers=False)
    names = _names_in(network, tensors, () if given.get("aux_logits") else helpers)
    inside = names(fit_names(tensors, network.state_dict())[0])
    usual = getattr(network, "image_size", 0)
    found = library.found_in(network, inside, given)
    if "num_classes" not in given:
        found["num_classes"] = classes_in(network, inside) or classes
    if with_numbers or set(found) != {"num_classes"}:
        network = _build(library, name, {**given, **found}, with_numbers=with_numbers)
    kernel = _kernel(network)
    notes = [*_said_of_names(names), *adapt(network, inside, choice)]
    if "image_size" in found:
        # The first convolution may have changed the patches; there are as many positions.
        side = math.isqrt(int(network.seq_length) - 1) * int(network.patch_size)
        network.image_size = found["image_size"] = side
        if side != usual:
            notes.append(tr("its positions are for images of {side}×{side}", side=side))
    if "in_chans" in found:
        channels = found["in_chans"]
        notes.append(
            tr("it takes {channels} channels, as in the checkpoint", channels=channels)
            if channels > 1
            else tr("it takes {channels} channel, as in the checkpoint", channels=channels)
        )
    if "img_size" in found:
        notes.append(tr("its positions are for images of {0}×{0}").format(found["img_size"]))
    arguments = {**given, **found}
    return RecordedNetwork(
        network,
        name,
        arguments,
        tuple(notes),
        names=names,
        misfit=misfit(inside, network.state_dict()),
        has_own_stem=kernel == _kernel(network),
    )


def _kernel(network: nn.Module) -> tuple[int, ...]:
    first = first_convolution(network)
    return () if first is None else tuple(first[1].kernel_size)


def _stem_choice(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], StemChoice]:
    stride, pool = arguments.get("stem_stride", 0), arguments.get("stem_pool")
    if type(stride) is not int or not 0 <= stride <= 16:
        raise UserError(
            tr("stem_stride is {stride!r}: give a whole number from 1 to 16.", stride=stride)
        )
    if pool is not None and type(pool) is not bool:
        raise UserError(tr("stem_pool is {pool!r}: give true or false.", pool=pool))
    rest = {name: value for name, value in arguments.items() if name not in _OWN_ARGUMENTS}
    return rest, StemChoice(stride, pool)


def _build(library: Library, name: str, arguments: Mapping[str, Any], *, with_numbers: bool) -> Any:
    known = library.named()
    if name not in known:
        close = [other for other in known if name[:4].lower() in other][:5]
        raise UserError(
            tr(
                "{name} has no classifier {name_2!r}: choose one such as {close}.",
                name=library.name,
                name_2=name,
                close=", ".join(close or known[:5]),
            )
        )
    for argument in library.refused:
        if arguments.get(argument) is not None:
            raise UserError(
                tr(
                    "{argument} cannot be given: the weights are the checkpoints'.",
                    argument=argument,
                )
            )
    given = {n: value for n, value in arguments.items() if n not in library.refused}
    try:
        with warnings.catch_warnings(), nullcontext() if with_numbers else WithoutNumbers():
            warnings.simplefilter("ignore")  # about weights that are replaced at once
            network = library.make(name, **given)
    except (
        *(TypeError, ValueError, RuntimeError, NotImplementedError, AttributeError),
        *(AssertionError, LookupError, ArithmeticError),
    ) as error:
        raise UserError(
            tr(
                "{name} cannot build {name_2} with {arguments}: {error}.",
                name=library.name,
                name_2=name,
                arguments=dict(arguments),
                error=reason(error),
            )
        ) from error
    assert isinstance(network, nn.Module)  # it came from the library's list of classifiers
    return network


_WEIGHTS = torch.empty, torch.zeros, torch.ones, torch.rand, torch.randn  # what makes them


class WithoutNumbers(TorchFunctionMode):
    """Makes weights without numbers, and leaves what a builder computes with as it is."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        if func in _WEIGHTS and given.get("device") is None:
            given["device"] = "meta"
        return func(*args, **given)


def _names_in(network: nn.Module, tensors: State, left_out: tuple[str, ...]) -> Names:
    """Return how the file's names become the network's."""
    wanted = network.state_dict()
    others = tuple(
        (pattern, other)
        for pattern, other in _OTHER_NAMES
        if any(re.search(pattern, n) for n in tensors)
        and not any(re.search(pattern, n) for n in wanted)
    )
    found = Names(others, left_out)
    inside = found(fit_names(tensors, wanted)[0])
    # A classifier by another name, such as 'linear' or 'last_linear' instead of 'fc'.
    heads = {n.partition(".")[0] for n in wanted}
    strange = {n.partition(".")[0] for n in inside} - heads
    lacking = heads - {n.partition(".")[0] for n in inside}
    if len(strange) == 1 and lacking == {head_of(network).partition(".")[0]}:
        renamed = (rf"^{re.escape(strange.pop())}\.", f"{lacking.pop()}.")
        return Names((*others, renamed), left_out)
    return found


def _said_of_names(names: Names) -> list[str]:
    words = []
    for pattern, other in names.others:
        if pattern.startswith("^"):
            before = pattern.removeprefix("^").removesuffix(r"\.")
            words.append(
                tr(
                    "the file's {before} is the model's {other}",
                    before=before,
                    other=other.removesuffix("."),
                )
            )
        elif "shortcut" in pattern:
            words.append(tr("the file's shortcut is the model's downsample"))
        else:
            words.append(tr("the names are those of an older torchvision"))
    return words


def _positions(network: Any, inside: State, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the size of image that a transformer's positions are for, if it is unusual."""
    positions = inside.get("encoder.pos_embedding")
    if positions is None or "image_size" in arguments or not hasattr(network, "patch_size"):
        return {}
    side = math.isqrt(max(0, positions.shape[1] - 1)) if positions.ndim == 3 else 0
    return {"image_size": side * network.patch_size} if side else {}


def _width(network: nn.Module, inside: State, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the multiplier of the width that weights have, where a builder takes one."""
    wanted = network.state_dict()
    if type(network).__name__ not in ("MobileNetV2", "MobileNetV3") or "width_mult" in arguments:
        return {}
    widest = max(wanted, key=lambda name: wanted[name].shape[1] if wanted[name].ndim == 4 else 0)
    if widest not in inside or inside[widest].ndim != 4:
        return {}
    # Numbers of channels are rounded to multiples of 8.
    ratio = round(inside[widest].shape[1] / wanted[widest].shape[1] * 20) / 20
    return {} if ratio in (0.0, 1.0) else {"width_mult": ratio}


def named_by_torchvision() -> list[str]:
    """Return the names of all classifiers of torchvision."""
    models = load_torchvision().models
    return [str(name) for name in models.list_models(module=models)]


def _make(name: str, **arguments: Any) -> Any:
    return load_torchvision().models.get_model_builder(name)(weights=None, **arguments)


def _found_in(network: nn.Module, inside: State, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {**_width(network, inside, arguments), **_positions(network, inside, arguments)}


TORCHVISION_MODELS = Library(
    "torchvision", named_by_torchvision, _make, ("weights", "weights_backbone"), _found_in
)
