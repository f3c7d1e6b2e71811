"""Builds the network that a plan names, so that the weights of its checkpoints fit."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ncviz.errors import UserError
from ncviz.recording.bare_network import bare
from ncviz.recording.guessing import guess_model
from ncviz.recording.library_models import build_from_library
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code
from ncviz.recording.recorded_network import RecordedNetwork
from ncviz.recording.state_dicts import State
from ncviz.recording.user_code import call_users_code, load_function


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
    if built.misfit is None:
        return built
    guess = guess_model(tensors)
    hint = f" They fit torchvision:{guess.name}." if guess.name else f" {guess.tried}"
    return replace(built, hint=hint)


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
    *_, last = recipe.whole_network.layers()
    head = next((t for n, t in tensors.items() if n.endswith(f"{last}.weight")), None)
    classes = int(head.shape[0]) if head is not None and head.ndim == 2 else classes
    network = recipe.whole_network.build(recipe.shape, classes)
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
