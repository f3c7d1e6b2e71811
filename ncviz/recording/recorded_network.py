"""The network that checkpoints belong to, and their weights in it."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.adapting import first_convolution
from ncviz.recording.state_dicts import Misfit, State, describe_misfit, fit_names, misfit


@dataclass(frozen=True)
class Names:
    """How a file's names become those of a network.

    Parameters
    ----------
    others : tuple of (pattern, replacement)
        In their order.
    left_out : tuple of str
        Beginnings of names that evaluation does not need.
    """

    others: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()

    def __call__(self, tensors: State) -> State:
        """Return tensors by the network's names."""
        found = {}
        for name, tensor in tensors.items():
            for pattern, other in self.others:
                name = re.sub(pattern, other, name)
            if not name.startswith(self.left_out or ("\0",)):
                found[name] = tensor
        return found


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
    misfit : Misfit, optional
        What still keeps the weights that it was built for from fitting.
    has_own_stem : bool
        Whether its first convolution is as usual, and was not made for other weights.
    hint : str
        Which model to choose instead, where the weights do not fit this one.
    """

    network: nn.Module
    title: str
    arguments: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    recipe: Mapping[str, Any] | None = None
    names: Names = field(default_factory=Names)
    misfit: Misfit | None = None
    has_own_stem: bool = True
    hint: str = ""

    @property
    def channels(self) -> int:
        """Channels of the images that the network takes; 0 if it takes vectors or others."""
        conv = first_convolution(self.network)
        said = getattr(self.network, "channels", 0)  # by a network without layers of torch
        return (said if isinstance(said, int) else 0) if conv is None else int(conv[1].in_channels)

    @property
    def image_size(self) -> int:
        """Side of the only images that the network takes; 0 for any."""
        size = getattr(self.network, "image_size", 0)
        return size if isinstance(size, int) else 0


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
    learned = {n for n, each in model.network.named_parameters() if each.is_floating_point()}
    for name, tensor in inside.items():
        if tensor.is_complex() and not wanted[name].is_complex():  # torch drops a part of them
            raise UserError(
                tr(
                    "{where} holds complex numbers in {name} and the model real ones: "
                    "give the weights of this model.",
                    where=where,
                    name=name,
                )
            )
        if name in learned and not (tensor.is_floating_point() or tensor.is_complex()):
            raise UserError(
                tr(
                    "{where} holds whole numbers in {name}, as weights that are quantised: "
                    "save the weights as plain numbers, before they are quantised.",
                    where=where,
                    name=name,
                )
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor.float()).all()):
            raise UserError(
                tr(
                    "{where} holds NaN or infinite weights in {name}: its training had diverged.",
                    where=where,
                    name=name,
                )
            )
    try:
        model.network.load_state_dict(_versioned(inside, wanted), strict=False)
    except RuntimeError as error:
        raise UserError(
            tr(
                "{where} does not fit {title}: {error}.",
                where=where,
                title=model.title,
                error=reason(error),
            )
        ) from error
    return outside


def _versioned(tensors: State, wanted: Mapping[str, Any]) -> "OrderedDict[str, Tensor]":
    """Say of which version of their modules weights are: that of the network, which they fit."""
    versioned = OrderedDict(tensors)
    versioned._metadata = wanted._metadata  # type: ignore[attr-defined]
    return versioned
