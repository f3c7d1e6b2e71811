"""A library of networks, as far as building them by name needs to know it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from ncviz.recording.state_dicts import State


@dataclass(frozen=True)
class Library:
    """What builds networks by their names.

    Parameters
    ----------
    name : str
        For people.
    named : callable
        Returns the names of all its classifiers.
    make : callable
        Given a name and keyword arguments, 'num_classes' among them, returns the network, with
        weights drawn at random.
    refused : tuple of str
        Arguments that would bring in weights from elsewhere.
    found_in : callable
        Given a network, a checkpoint's tensors by its names, and the arguments given, returns
        those arguments of `make` that the tensors tell.
    """

    name: str
    named: Callable[[], list[str]]
    make: Callable[..., Any]
    refused: tuple[str, ...]
    found_in: Callable[[nn.Module, State, Mapping[str, Any]], dict[str, Any]]
