"""What a model's name may begin with, such as 'torchvision:'; importing this imports no torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ncviz.catalogue import entries

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State

Build = Callable[[str, Mapping[str, Any], "State", int], "RecordedNetwork"]


@dataclass(frozen=True, kw_only=True)
class ModelSource:
    """One way to name a network without code of the user's.

    Parameters
    ----------
    name : str
        Before the colon, such as 'torchvision'.
    words : str
        How it is written, for help and messages: 'torchvision:NAME'.
    build : callable
        Given what stands after the colon, the model's arguments, the tensors of a
        checkpoint and the number of classes of the data, returns the network.
    takes_arguments : bool
        Whether arguments may be given.
    order : int
        Place in lists.
    """

    name: str
    words: str
    build: Build
    takes_arguments: bool = True
    order: int = 0


def model_sources() -> Mapping[str, ModelSource]:
    """Return all of them by the word before the colon."""
    return entries("ncviz.recording.model_sources", ModelSource)


def source_of(model: str) -> tuple[ModelSource, str] | None:
    """Return where a model comes from, and its name there; None for code of the user's.

    Parameters
    ----------
    model : str
        As a plan names it.
    """
    scheme, _, name = model.partition(":")
    found = model_sources().get(scheme)
    return None if found is None or not name else (found, name)


def ways_to_name() -> str:
    """Return all ways to write a model, with commas between."""
    return ", ".join(source.words for source in model_sources().values())
