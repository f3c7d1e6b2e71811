"""Points in a network at which features are read, and how they become vectors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError

INPUT, OUTPUT, STATE = "input", "output", "state"


@dataclass(frozen=True)
class Point:
    """Where features are read.

    Parameters
    ----------
    module : str
        As in ``network.named_modules()``.
    side : str
        'output' of the module, its 'input', or 'state': what a densely
        connected layer was given together with what it adds.
    title : str
        For people; the module's name by default.
    """

    module: str
    side: str = OUTPUT
    title: str = ""

    @property
    def name(self) -> str:
        """Return what the layer is called in a run."""
        return self.title or self.module


@dataclass(frozen=True)
class Pooling:
    """How maps and tokens become one vector a sample.

    Parameters
    ----------
    maps : str
        'average', 'max' or 'flatten', over the places of (N, C, H, W).
    tokens : str
        'class' (the first token), 'mean' or 'flatten', of (N, T, C).
    channels_last : bool
        Maps are (N, H, W, C), as in Swin transformers.
    channels_first_sequences : bool
        Sequences are (N, C, T), as 1-D convolutions give them.
    """

    maps: str = "average"
    tokens: str = "mean"
    channels_last: bool = False
    channels_first_sequences: bool = False

    def __call__(self, features: Tensor) -> Tensor:
        """Return features, shape (N, d), of what a layer gives."""
        if features.ndim == 3 and not self.channels_first_sequences:
            if self.tokens == "class":
                return features[:, 0]
            return features.mean(dim=1) if self.tokens == "mean" else features.flatten(1)
        if features.ndim < 3 or self.maps == "flatten":
            return features.flatten(start_dim=1)
        last = self.channels_last and features.ndim == 4
        places = (1, 2) if last else tuple(range(2, features.ndim))
        return features.mean(dim=places) if self.maps == "average" else features.amax(dim=places)


@contextmanager
def reading(
    network: nn.Module, points: Sequence[Point], take: Callable[[int, Tensor], None]
) -> Iterator[None]:
    """Give what passes the points to `take`, by their numbers, as long as this lasts.

    Parameters
    ----------
    network : nn.Module
    points : sequence of Point
    take : callable
        Given the number of a point and a tensor, at every pass through it; to
        be copied if kept, since the next layer may work in place.

    Raises
    ------
    UserError
        While the network runs, if a point gives something other than a tensor.
    """
    modules = dict(network.named_modules())
    handles = []
    for number, point in enumerate(points):
        module = modules[point.module]
        if point.side == INPUT:
            handles.append(module.register_forward_pre_hook(_input_hook(number, point, take)))
        else:
            handles.append(module.register_forward_hook(_output_hook(number, point, take)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _input_hook(number: int, point: Point, take: Callable[[int, Tensor], None]) -> Any:
    def hook(_module: nn.Module, inputs: tuple[Any, ...]) -> None:
        take(number, _tensor(inputs[0] if inputs else None, point))

    return hook


def _output_hook(number: int, point: Point, take: Callable[[int, Tensor], None]) -> Any:
    def hook(_module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if point.side == STATE:
            given = inputs[0] if isinstance(inputs[0], list | tuple) else [inputs[0]]
            output = torch.cat([*given, _tensor(output, point)], dim=1)
        take(number, _tensor(output, point))

    return hook


def _tensor(value: Any, point: Point) -> Tensor:
    if isinstance(value, list | tuple) and value and isinstance(value[0], Tensor):
        value = value[0]
    if not isinstance(value, Tensor) or value.ndim < 2:
        raise UserError(
            f"The layer {point.name!r} does not give one tensor of samples by features: "
            "choose a layer inside it or after it."
        )
    return value


def logits_of(output: Any) -> Tensor:
    """Return the logits in what a network gives.

    Raises
    ------
    UserError
        If there are none.
    """
    if isinstance(output, Mapping):
        output = output.get("logits", output.get("out"))
    elif isinstance(output, list | tuple) and output:
        output = output[0]
    elif not isinstance(output, Tensor):
        output = getattr(output, "logits", None)
    if not isinstance(output, Tensor) or output.ndim != 2:
        shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise UserError(
            f"The network does not give logits, one row a sample, but {shape}: "
            "wrap it in a function that returns a classifier."
        )
    return output
