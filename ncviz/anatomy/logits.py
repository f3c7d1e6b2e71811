"""Which of a network's outputs are its logits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
from torch import Tensor

from ncviz.anatomy.doubles import doubles
from ncviz.anatomy.trace import Traced
from ncviz.errors import UserError, reason
from ncviz.language import tr

Path = tuple[str | int, ...]
SOFTMAX, LOG_SOFTMAX, SIGMOID = "softmax", "log-softmax", "sigmoid"
_SAID = {
    SOFTMAX: tr("the network ends in a softmax: the logarithm of its output is taken as logits"),
    LOG_SOFTMAX: tr("the network ends in a log-softmax: its output is taken as logits"),
    SIGMOID: tr("the network ends in a sigmoid: the logits are what went into it"),
}


@dataclass(frozen=True)
class Logits:
    """Where logits stand in what a network gives, and what must be undone.

    Parameters
    ----------
    path : tuple of str and int
        Keys and numbers; empty where the output is one tensor.
    end : str
        'softmax', 'log-softmax' or 'sigmoid', within the network; '' for none.
    notes : tuple of str
        What was chosen, for people.
    """

    path: Path = ()
    end: str = ""
    notes: tuple[str, ...] = ()

    def __call__(self, output: Any) -> Tensor:
        """Return the logits, shape (N, K), of an output."""
        return self._undone(_flat(self.place_in(output)))

    def place_in(self, output: Any) -> Tensor:
        """Return the tensor of an output that is or ends in the logits, as the network gave it."""
        for path, tensor in outputs_in(output):
            if path == self.path:
                return tensor
        raise UserError(no_logits(output))

    def _undone(self, values: Tensor) -> Tensor:
        tiny = torch.finfo(values.dtype).tiny if values.is_floating_point() else 0.0
        if self.end == SOFTMAX:
            return values.clamp_min(tiny).log()
        if self.end == SIGMOID:
            return torch.logit(values, eps=torch.finfo(values.dtype).eps)
        return values


def outputs_in(output: Any, path: Path = ()) -> Iterator[tuple[Path, Tensor]]:
    """Yield every tensor in what a network gives, with its keys and numbers."""
    if isinstance(output, Tensor):
        yield path, output
    elif isinstance(output, Mapping):
        for name, value in output.items():
            yield from outputs_in(value, (*path, str(name)))
    elif isinstance(output, list | tuple):
        for number, value in enumerate(output):
            yield from outputs_in(value, (*path, number))
    elif is_dataclass(output) and not isinstance(output, type):
        for field in fields(output):
            yield from outputs_in(getattr(output, field.name), (*path, field.name))
    elif isinstance(getattr(output, "logits", None), Tensor):
        yield (*path, "logits"), output.logits


def _flat(tensor: Tensor) -> Tensor:
    """Return (N, K) of maps of one place, (N, K, 1, 1)."""
    return tensor.flatten(1) if tensor.ndim > 2 else tensor


def may_be_logits(tensor: Tensor) -> bool:
    """Tell whether a tensor has one row of two or more numbers a sample."""
    if tensor.ndim < 2 or not tensor.is_floating_point() or tensor.shape[1] < 2:
        return False
    return tensor.shape[2:].numel() == 1


def choose_logits(one: Traced, other: Traced, classes: int = 0) -> Logits:
    """Choose the logits in what a network gives.

    Of several outputs those that have as many numbers as there are classes; of
    these the one called 'logits', or the one with most operations behind it:
    logits come after features, and the last exit after the earlier ones.

    Parameters
    ----------
    one, other : Traced
        Two passes.
    classes : int, optional
        K, if it is known.

    Raises
    ------
    UserError
        If there are none.
    """
    require_logits(one.output)
    found = [(path, tensor) for path, tensor in outputs_in(one.output) if may_be_logits(tensor)]
    found = [pair for pair in found if pair[1].shape[1] == classes] or found
    found = [pair for pair in found if "logits" in pair[0][-1:]] or found
    found = [pair for pair in found if not one.trace.end_of(pair[1])] or found
    path, tensor = max(found, key=lambda pair: one.trace.depth.get(id(pair[1]), 0))
    second = next((_flat(t) for p, t in outputs_in(other.output) if p == path), tensor)
    end = _end(one.trace.end_of(tensor), (_flat(tensor), second))
    return Logits(path, end, notes_of(one.output, path, end))


def _end(made: str, tensors: Sequence[Tensor]) -> str:
    """Return what a network ends in, by the operation that made the output, or by its numbers."""
    if made or any(tensor.is_meta for tensor in tensors):
        return made
    values = torch.cat([doubles(tensor) for tensor in tensors])
    sums = values.sum(1)
    if bool((values >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all()):
        return SOFTMAX
    if bool((values <= 0).all()) and bool((values.logsumexp(1).abs() < 1e-3).all()):
        return LOG_SOFTMAX
    return ""


def notes_of(output: Any, path: Path, end: str) -> tuple[str, ...]:
    """Say which output was taken as logits, and what was undone."""
    notes = []
    others = list(outputs_in(output))
    if len(others) > 1:
        listed = ", ".join(f"{_words(p)} ({_shape(t)})" for p, t in others[:6])
        more = tr(" and {count} more", count=len(others) - 6) if len(others) > 6 else ""
        notes.append(
            tr(
                "of the network's outputs {listed}{more} the logits are {path}",
                listed=listed,
                more=more,
                path=_words(path),
            )
        )
    if end:
        notes.append(_SAID[end])
    return tuple(notes)


def _words(path: Path) -> str:
    return ".".join(map(str, path)) or "all"


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape[1:])) or tr("one number a sample")


def require_logits(output: Any) -> None:
    """Refuse what a network gives if no part of it can be logits.

    Raises
    ------
    UserError
        Saying what it gives.
    """
    if not any(may_be_logits(tensor) for _path, tensor in outputs_in(output)):
        raise UserError(no_logits(output))


def takes_more(error: TypeError) -> str:
    """Say that a network cannot be called with samples alone."""
    return tr(
        "The network takes more than samples ({error}): give the rest a default, "
        "such as labels=None, with which it returns the logits.",
        error=reason(error),
    )


def no_logits(output: Any) -> str:
    """Say that an output holds no logits, and what it holds."""
    found = list(outputs_in(output))
    if len(found) == 1 and found[0][1].shape[1:].numel() == 1 and found[0][1].ndim:
        return tr(
            "The network gives one number a sample, and no logits of two classes or more: wrap "
            "it in a function that returns both, such as torch.cat([-z, z], 1) of this number z."
        )
    listed = ", ".join(
        tr("{p} of shape {shape}", p=_words(p), shape=tuple(t.shape)) for p, t in found[:6]
    )
    return tr(
        "The network does not give logits, one row a sample, but "
        "{listed}: wrap it in a function that returns a classifier.",
        listed=listed or type(output).__name__,
    )
