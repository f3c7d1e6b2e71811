"""Builds the network that a plan names, so that the weights of its checkpoints fit."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.bare_network import bare
from ncviz.recording.model_source import source_of, ways_to_name
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
    arguments = dict(plan.model_args)
    found = source_of(plan.model)
    with torch.random.fork_rng(devices=[]):
        if found is None:
            model = _users_model(plan, arguments)
        else:
            source, name = found
            model = source.build(name, arguments, tensors, classes)
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    model.network.eval()
    return model


def _users_model(plan: RecordPlan, arguments: Mapping[str, Any]) -> RecordedNetwork:
    function_name = plan.model.rpartition(":")[2]
    if not is_code(plan.model):
        raise UserError(
            tr(
                "The model {model!r} is unknown: write {ways_to_name}, "
                "package.module:function or FILE.py:function.",
                model=plan.model,
                ways_to_name=ways_to_name(),
            )
        )
    function = load_function(plan.model, trusted=plan.trusted)
    network = call_users_code(plan.model, function, **arguments)
    if not isinstance(network, nn.Module):
        raise UserError(
            tr(
                "{model} returned a {name}: it must return a torch.nn.Module.",
                model=plan.model,
                name=type(network).__name__,
            )
        )
    network = bare(network)
    title = type(network).__name__ if not inspect.isclass(function) else function_name
    return RecordedNetwork(network, title, dict(arguments))
