"""Points in a network at which features are read, and how they become vectors."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.anatomy.inputs import tensors_in
from ncviz.anatomy.pairing import Key, Pairing
from ncviz.anatomy.trace import pairings
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.nearest import nearest

INPUT, OUTPUT, STATE, OPERAND = "input", "output", "state", "operand"
BEFORE, LAST = "before", "last"
_Take = Callable[[int, Tensor], None]


@dataclass(frozen=True)
class Point:
    """Where features are read.

    Parameters
    ----------
    module : str
        As in ``network.named_modules()``.
    side : str
        'output' of the module, its 'input', 'state': what a densely
        connected layer was given together with what it adds; or 'operand':
        what an operation outside of modules multiplies with a matrix.
    title : str
        For people; the module's name by default.
    operand : tuple of (Key, int, str), optional
        Which operation: its kind, how many of the same follow, and what of its
        samples: 'before' they are scaled to one length, the 'last' of several
        tokens, or '' for the mean of all.
    sequence_first : bool
        It gives (T, N, C), as torch's transformers do, and not (N, T, C).
    """

    module: str
    side: str = OUTPUT
    title: str = ""
    operand: tuple[Key, int, str] | None = None
    sequence_first: bool = False

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
        Maps are (N, H, W, C), as in Swin transformers, where their sides do not tell.
    square : bool
        Images are, so that of each map the two sides tell where its channels are.
    channels_first_sequences : bool
        Sequences are (N, C, T), as 1-D convolutions give them.
    """

    maps: str = "average"
    tokens: str = "mean"
    channels_last: bool = False
    channels_first_sequences: bool = False
    square: bool = False

    def __call__(self, features: Tensor) -> Tensor:
        """Return features, shape (N, d), of what a layer gives."""
        if features.ndim == 3 and not self.channels_first_sequences:
            if self.tokens == "class":
                return features[:, 0]
            return features.mean(dim=1) if self.tokens == "mean" else features.flatten(1)
        if features.ndim < 3 or self.maps == "flatten":
            return features.flatten(start_dim=1)
        last = features.ndim == 4 and self._has_channels_last(features.shape[1:])
        places = (1, 2) if last else tuple(range(2, features.ndim))
        return features.mean(dim=places) if self.maps == "average" else features.amax(dim=places)

    def _has_channels_last(self, shape: Sequence[int]) -> bool:
        told = channels_last(shape) if self.square else None
        return self.channels_last if told is None else told


def channels_last(shape: Sequence[int]) -> bool | None:
    """Tell whether a square map has its channels last; None where all three numbers are alike."""
    if shape[0] == shape[1]:
        return None if shape[1] == shape[2] else True
    return False


@contextmanager
def reading(network: nn.Module, points: Sequence[Point], take: _Take) -> Iterator[None]:
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
        If a point's module is there no more; while the network runs, if a point gives
        something other than a tensor.
    """
    modules = dict(network.named_modules())
    with ExitStack() as ends:
        for number, point in enumerate(points):
            if point.operand is not None:
                kind, following, what = point.operand
                read = partial(_read_operand, take, number, following, what)
                ends.enter_context(pairings(network, [kind], read))
                continue
            if point.module not in modules:
                raise UserError(
                    tr(
                        "The network has no layer {module!r} any more, where {name!r} was "
                        "read: keep it, or begin another run",
                        module=point.module,
                        name=point.name,
                    )
                )
            module = modules[point.module]
            if point.side == INPUT:
                before = partial(_read_input, take, number, point)
                handle = module.register_forward_pre_hook(before, with_kwargs=True)
            else:
                handle = module.register_forward_hook(partial(_read_output, take, number, point))
            ends.callback(handle.remove)
        yield


def _read_operand(
    take: _Take, number: int, following: int, what: str, found: list[Pairing]
) -> None:
    if len(found) <= following:
        return
    pairing = found[-1 - following]
    if what == BEFORE and pairing.before is not None:
        take(number, pairing.before)
    else:
        take(number, pairing.samples[:, -1] if what == LAST else pairing.samples.mean(1))


def _read_input(
    take: _Take, number: int, point: Point, _module: nn.Module, inputs: Any, named: Any
) -> None:
    take(number, _tensor(next(tensors_in([inputs, named]), None), point))


def _read_output(
    take: _Take, number: int, point: Point, _module: nn.Module, inputs: Any, output: Any
) -> None:
    if point.side == STATE:
        given = inputs[0] if isinstance(inputs[0], list | tuple) else [inputs[0]]
        output = torch.cat([*given, _tensor(output, point)], dim=1)
    take(number, _tensor(output, point))


def _tensor(value: Any, point: Point) -> Tensor:
    if isinstance(value, list | tuple) and value and isinstance(value[0], Tensor):
        value = value[0]
    if not isinstance(value, Tensor) or value.ndim < 2:
        raise UserError(
            tr(
                "The layer {name!r} does not give one tensor of samples by features: "
                "choose a layer inside it or after it.",
                name=point.name,
            )
        )
    return value.transpose(0, 1) if point.sequence_first else value


def unknown_point(name: str, known: list[str]) -> str:
    """Return a sentence about a layer that is not there, with the names nearest to it."""
    named = [k for k in known if k]
    close = nearest(name, named) or named[:3]
    return tr(
        "The network has no layer {name!r}: choose one such as {close}.",
        name=name,
        close=", ".join(close),
    )
