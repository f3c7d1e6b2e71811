"""Tells the inputs from the labels in the batches of a training loop."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ncviz.anatomy.inputs import Inputs, each, like_weights, main_tensor, run, tensors_in
from ncviz.anatomy.logits import require_logits, takes_more
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.pixels import channels_first

LABEL_NAMES = ("labels", "label", "targets", "target", "y", "fine_label", "class", "cls")

Unpack = Callable[[Any], tuple[Any, Any]]


class BatchReader:
    """Splits batches into what the network is called with, and labels.

    Parameters
    ----------
    network : nn.Module
    where : str
        Names the data in error messages.
    unpack : callable, optional
        The user's own way: given a batch, returns inputs and labels.

    Attributes
    ----------
    notes : list of str
        What was chosen where a batch leaves a choice.
    """

    def __init__(self, network: nn.Module, where: str, unpack: Unpack | None = None) -> None:
        self._network = network
        self.where = where
        self._unpack = unpack
        self._form: Callable[[Any], Inputs] | None = None
        self.notes: list[str] = []

    def split(self, batch: Any) -> tuple[Inputs, Any]:
        """Return inputs and labels of a batch, as the first batch was understood.

        Raises
        ------
        UserError
            If they cannot be told apart, or the network does not take the inputs.
        """
        given, labels = self.unpacked(batch)
        tensors = _as_tensors(given)
        if next(tensors_in(tensors), None) is None:
            raise UserError(
                tr(
                    "{where} gave batches without numbers: {advice}",
                    where=self.where,
                    advice=self._advice,
                )
            )
        if self._form is None:
            self._form = self._find_form(tensors)
            if main_tensor(tensors).dtype == torch.uint8:
                self._note(tr("pixels of 0 to 255 are divided by 255"))
        return self._form(tensors), labels

    @property
    def _advice(self) -> str:
        return tr("give (inputs, labels), or say with unpack= how a batch is taken apart.")

    def unpacked(self, batch: Any) -> tuple[Any, Any]:
        """Return what stands for the inputs and for the labels of a batch, as it came."""
        if self._unpack is not None:
            pair = self._unpack(batch)
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise UserError(tr("unpack= must return two things: inputs and labels."))
            return pair[0], pair[1]
        if isinstance(batch, tuple) and hasattr(batch, "_fields"):
            batch = dict(zip(batch._fields, batch, strict=True))
            if _label_name(batch) is None:  # its fields say nothing: by their places
                batch = tuple(batch.values())
        if isinstance(batch, Mapping):
            return self._of_names(batch)
        if not isinstance(batch, list | tuple) or len(batch) < 2:
            raise UserError(
                tr(
                    "{where} must be (images, labels), a data set or a loader of such pairs, "
                    "and it gave a {name}: {advice}",
                    where=self.where,
                    name=type(batch).__name__,
                    advice=self._advice,
                )
            )
        if len(batch) == 2:
            return batch[0], batch[1]
        at = next((n for n, part in enumerate(batch) if n and _may_be_labels(part)), None)
        if at is None:
            raise UserError(
                tr(
                    "{where} gave {count} things a batch: {advice}",
                    where=self.where,
                    count=len(batch),
                    advice=self._advice,
                )
            )
        left = len(batch) - at - 1
        more = tr(", and the {left} after it left out", left=left) if left else ""
        self._note(
            tr(
                "of the {count} things in a batch, number {at} is the labels{more}",
                count=len(batch),
                at=at + 1,
                more=more,
            )
        )
        return (tuple(batch[:at]) if at > 1 else batch[0]), batch[at]

    def _of_names(self, batch: Mapping[str, Any]) -> tuple[Any, Any]:
        name = _label_name(batch)
        if name is None:
            names = ", ".join(map(str, batch))
            raise UserError(
                tr(
                    "{where} gave batches of {names:.200}, none of which is called labels: "
                    "{advice}",
                    where=self.where,
                    names=names,
                    advice=self._advice,
                )
            )
        rest = {key: value for key, value in batch.items() if key != name}
        kept = {key: value for key, value in rest.items() if _holds_numbers(value)}
        if name not in ("label", "labels"):
            self._note(tr("the entry {name!r} of a batch is the labels", name=name))
        return kept, batch[name]

    def _find_form(self, tensors: Any) -> Callable[[Any], Inputs]:
        """Return how the network is called: the first way that gives logits."""
        first_error: Exception | None = None
        for words, form in self._forms(tensors):
            try:
                inputs = each(lambda t: floats(t[:2]), form(tensors))
                require_logits(run(self._network, like_weights(inputs, self._network)))
            except Exception as error:  # noqa: BLE001 - somebody else's network
                first_error = first_error or error
                continue
            if words:
                self._note(words)
            return form
        if isinstance(first_error, UserError):
            raise first_error
        if isinstance(first_error, TypeError) and "missing" in str(first_error):
            raise UserError(takes_more(first_error))
        shape = "×".join(map(str, main_tensor(tensors).shape[1:]))
        raise UserError(
            tr(
                "The network does not take samples of shape {shape} ({error}): give "
                "the data that it is trained on, or say with unpack= how a batch is taken apart.",
                shape=shape,
                error=reason(first_error),  # type: ignore[arg-type]
            )
        )

    def _forms(self, tensors: Any) -> Iterator[tuple[str, Callable[[Any], Inputs]]]:
        """Yield ways to call the network, the likeliest first, and what to say of each."""
        if isinstance(tensors, Tensor):
            yield "", lambda given: given
            return
        names, places = _takes(self._network)
        if isinstance(tensors, Mapping):
            accepted = [name for name in tensors if names is None or name in names]
            left = [name for name in tensors if name not in accepted]
            said = tr("{left} of a batch is left out", left=", ".join(left)) if left else ""
            if accepted:
                yield said, lambda given: {name: given[name] for name in accepted}
            yield "", lambda given: (dict(given),)
        else:
            if len(tensors) <= places:
                yield "", tuple
            yield "", lambda given: (list(given),)
        if len(list(tensors_in(tensors))) > 1:
            yield tr("of several inputs the first is measured"), main_tensor
        else:
            yield "", main_tensor

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def floats(samples: Tensor) -> Tensor:
    """Return pixels from 0 to 1, and other samples as they are."""
    return samples.float() / 255 if samples.dtype == torch.uint8 else samples


def as_batch(sample: Any) -> Any:
    """Return a batch of one sample, whatever that is made of."""
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(as_batch, sample))
    if isinstance(sample, Mapping):
        return {name: as_batch(value) for name, value in sample.items()}
    if isinstance(sample, str | bytes):
        return [sample]
    if isinstance(sample, list | tuple) and not _are_numbers(sample):
        return type(sample)([as_batch(part) for part in sample])
    if isinstance(sample, Tensor):
        return sample[None]
    return np.asarray(sample)[None]


def is_single(sample: Any) -> bool:
    """Tell whether this is one sample with its label, and no batch of them."""
    if isinstance(sample, Mapping):
        name = _label_name(sample)
        return name is not None and _is_scalar(sample[name])
    if not isinstance(sample, list | tuple) or len(sample) < 2:
        return False
    if _is_scalar(sample[1]):
        return True
    # One label is a row with a share for each class; of a list of labels there are as many
    # as samples.
    shape: Any = getattr(sample[0], "shape", ())
    return _are_shares(sample[1]) and len(shape) > 0 and shape[0] != len(sample[1])


def _is_scalar(value: Any) -> bool:
    shape = getattr(value, "shape", None)
    if shape is not None:
        return len(shape) == 0
    return not isinstance(value, list | tuple)


def _are_shares(label: Any) -> bool:
    if len(getattr(label, "shape", ())) != 1:
        return False
    is_of_labels = bool(((label == 0) | (label == 1)).all() and label.any())
    return len(label) > 1 and (is_of_labels or abs(float(label.sum()) - 1) < 1e-3)


def _label_name(batch: Mapping[str, Any]) -> str | None:
    """Return under which name a batch has its labels."""
    found = {str(name).lower(): name for name in reversed(list(batch))}
    return next((found[name] for name in LABEL_NAMES if name in found), None)


def _may_be_labels(part: Any) -> bool:
    if isinstance(part, list | tuple):
        return bool(part) and isinstance(part[0], str | int)
    kind = np.asarray(part).dtype.kind if not isinstance(part, Tensor) else ""
    whole = kind in "iubUS" if kind else not (part.is_floating_point() or part.is_complex())
    return whole and len(getattr(part, "shape", ())) == 1


def _holds_numbers(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_numbers, value.values()))
    if isinstance(value, list | tuple):
        return bool(value) and _holds_numbers(value[0])
    return isinstance(value, Tensor) or np.asarray(value).dtype.kind in "fiub"


def _are_numbers(values: Sequence[Any]) -> bool:
    return bool(values) and isinstance(values[0], int | float | np.number)


def _as_tensors(value: Any) -> Any:
    """Return the same with tensors instead of arrays and pictures; without what is neither."""
    if isinstance(value, Tensor):
        value = value.detach().cpu()
        return channels_first(value.numpy()) if _are_pixels(value) else value
    if isinstance(value, Mapping):
        parts = {name: _as_tensors(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not None}
    if isinstance(value, list | tuple) and not (value and _are_rows(value)):
        return type(value)([part for part in map(_as_tensors, value) if part is not None])
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return None
    # A copy of its own: torch warns of arrays that must not be written.
    return _as_tensors(torch.from_numpy(np.array(array, order="C")))


def _are_rows(value: Sequence[Any]) -> bool:
    """Tell whether nested lists are one array of numbers."""
    first = value[0]
    if isinstance(first, list | tuple) and first:
        return _are_numbers(first)
    return _are_numbers(value)


def _are_pixels(samples: Tensor) -> bool:
    return samples.dtype == torch.uint8 and samples.ndim >= 3


def _takes(network: nn.Module) -> tuple[set[str] | None, int]:
    """Return the names that a network takes, None for any, and how many by their place."""
    try:
        parameters = inspect.signature(network.forward).parameters.values()
    except (TypeError, ValueError):
        return None, 1
    kinds = [parameter.kind for parameter in parameters]
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    places = sum(kind in by_place for kind in kinds)
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        places = 10**6
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return None, places
    return {parameter.name for parameter in parameters}, places
