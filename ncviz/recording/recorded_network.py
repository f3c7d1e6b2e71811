"""Builds the network that checkpoints belong to, and puts their weights into it."""

import inspect
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.recording.adapting import first_convolution
from ncviz.recording.bare_network import bare
from ncviz.recording.guessing import guess_model
from ncviz.recording.library_models import Names, build_from_library
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code
from ncviz.recording.state_dicts import State, describe_misfit, fit_names, misfit
from ncviz.recording.user_code import call_users_code, load_function


@dataclass(frozen=True, eq=False)
class RecordedNetwork:
    """A network and what was worked out about it.

    Parameters
    ----------
    network : nn.Module
    title : str
        For people.
    arguments : mapping
        It was built with.
    notes : tuple of str
        What was changed so that the weights fit.
    recipe : mapping
        Of the network's own run, for its standardised data; empty for others.
    names : Names
        How a file's names become the network's.
    hint : str
        Which model to choose instead, where the weights do not fit this one.
    """

    network: nn.Module
    title: str
    arguments: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    recipe: Mapping[str, Any] | None = None
    names: Names = field(default_factory=Names)
    hint: str = ""

    @property
    def channels(self) -> int:
        """Channels of the images that the network takes; 0 if it takes vectors or others."""
        conv = first_convolution(self.network)
        return 0 if conv is None else int(conv[1].in_channels)

    @property
    def image_size(self) -> int:
        """Side of the only images that the network takes; 0 for any."""
        size = getattr(self.network, "image_size", 0)
        return size if isinstance(size, int) else 0


def build_model(plan: RecordPlan, tensors: State, classes: int) -> RecordedNetwork:
    """Build the model of a plan so that weights of this kind fit.

    Parameters
    ----------
    plan : RecordPlan
    tensors : dict of str to tensor
        Of any one of the checkpoints, for the number of classes and channels.
    classes : int
        Of the data, if the weights do not tell.

    Raises
    ------
    UserError
        If there is no such model, or it cannot be built.
    """
    scheme, _, name = plan.model.partition(":")
    arguments = dict(plan.model_args)
    with torch.random.fork_rng(devices=[]):
        if scheme == "torchvision" and name:
            model = _library_model(name, arguments, tensors, classes)
        elif scheme in ("recipe", "run") and name:
            model = _own_network(scheme, Path(name).expanduser(), tensors, classes)
        else:
            model = _users_model(plan, arguments)
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    model.network.eval()
    return model


def _library_model(
    name: str, arguments: dict[str, Any], tensors: State, classes: int
) -> RecordedNetwork:
    built = build_from_library(name, arguments, tensors, classes)
    hint = ""
    if built.misfit is not None:
        guess = guess_model(tensors)
        hint = f" They fit torchvision:{guess.name}." if guess.name else f" {guess.tried}"
    return RecordedNetwork(
        built.network, name, built.arguments, built.notes, names=built.names, hint=hint
    )


def _own_network(scheme: str, path: Path, tensors: State, classes: int) -> RecordedNetwork:
    from ncviz.runs.manifest import FILE_NAME, read_manifest
    from ncviz.training.recipe import read_recipe, recipe_from_dict

    if scheme == "recipe":
        recipe = read_recipe(path)
    else:
        manifest = read_manifest(path if path.name == FILE_NAME else path / FILE_NAME)
        if "kind" in manifest.recipe:  # such as of checkpoints or of a file of arrays
            raise UserError(
                f"The run {path} holds no recipe of ncviz, for ncviz did not train its network: "
                "name the model itself, such as torchvision:resnet18 or FILE.py:function."
            )
        recipe = recipe_from_dict(manifest.recipe, f"The run {path}")
    last = list(recipe.architecture.layers())[-1]
    head = next((t for n, t in tensors.items() if n.endswith(f"{last}.weight")), None)
    classes = int(head.shape[0]) if head is not None and head.ndim == 2 else classes
    network = recipe.architecture.build(recipe.shape, classes)
    return RecordedNetwork(network, recipe.architecture.short, {}, recipe=recipe.to_dict())


def _users_model(plan: RecordPlan, arguments: Mapping[str, Any]) -> RecordedNetwork:
    function_name = plan.model.rpartition(":")[2]
    if not is_code(plan.model):
        raise UserError(
            f"The model {plan.model!r} is unknown: write torchvision:NAME, recipe:FILE.toml, "
            "run:FOLDER, package.module:function or FILE.py:function."
        )
    function = load_function(plan.model, trusted=plan.trusted)
    network = call_users_code(plan.model, function, **arguments)
    if not isinstance(network, nn.Module):
        raise UserError(
            f"{plan.model} returned a {type(network).__name__}: it must return a torch.nn.Module."
        )
    network = bare(network)
    title = type(network).__name__ if not inspect.isclass(function) else function_name
    return RecordedNetwork(network, title, dict(arguments))


def named_as(model: RecordedNetwork, tensors: State) -> tuple[State, tuple[str, ...]]:
    """Return weights by the names of a model's network, and the names of what lies beside it.

    Parameters
    ----------
    model : RecordedNetwork
    tensors : dict of str to tensor
        As the file names them.
    """
    inside, outside = fit_names(tensors, model.network.state_dict())
    return model.names(inside), outside


def load_weights(model: RecordedNetwork, tensors: State, where: str) -> tuple[str, ...]:
    """Put a checkpoint's weights into the network.

    Parameters
    ----------
    model : RecordedNetwork
    tensors : dict of str to tensor
        As the file names them.
    where : str
        Names the file in error messages.

    Returns
    -------
    tuple of str
        Names in the file that belong to something beside the network.

    Raises
    ------
    UserError
        If they do not fit, or hold NaN or infinite values.
    """
    wanted = model.network.state_dict()
    inside, outside = named_as(model, tensors)
    found = misfit(inside, wanted)
    if found is not None:
        raise UserError(
            describe_misfit(found, inside, wanted, where, model.title) + model.hint.rstrip()
        )
    for name, tensor in inside.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor.float()).all()):
            raise UserError(
                f"{where} holds NaN or infinite weights in {name}: its training had diverged."
            )
    try:
        model.network.load_state_dict(_versioned(inside, wanted), strict=False)
    except RuntimeError as error:
        raise UserError(f"{where} does not fit {model.title}: {reason(error)}.") from error
    return outside


def _versioned(tensors: State, wanted: Mapping[str, Any]) -> "OrderedDict[str, Tensor]":
    """Say of which version of their modules weights are: that of the network, which they fit."""
    versioned = OrderedDict(tensors)
    versioned._metadata = wanted._metadata  # type: ignore[attr-defined]
    return versioned
