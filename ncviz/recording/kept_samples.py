"""The samples of a training loop that are kept, to be measured again and again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.inputs import Inputs, each, main_tensor, tensors_in
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.loop_batches import BatchReader, floats
from ncviz.recording.loop_labels import LEFT_OUT, ClassNumbers

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KeptSamples:
    """The samples that are measured, sorted by class.

    Parameters
    ----------
    samples : list of Inputs
        One each, on the CPU, as they came.
    labels : array of int, shape (N,)
    rows : array of int, shape (N,)
        Their numbers in the data; −1 where these are not numbered.
    """

    samples: list[Inputs]
    labels: Ints
    rows: Ints

    def batches(self, most: int) -> Iterator[tuple[slice, Inputs]]:
        """Yield where they stand, and what the network is called with."""
        for start in range(0, len(self.samples), most):
            where = slice(start, min(start + most, len(self.samples)))
            yield where, _stacked(self.samples[where])

    def parted(self, place: Ints, classes: int) -> tuple["KeptSamples", "KeptSamples"]:
        """Return the samples with one label, and those with several, counted from 0.

        Parameters
        ----------
        place : array of int
            The new number of each class and set.
        classes : int
            K, from which on sets are counted.
        """
        numbers = place[self.labels]
        order = np.argsort(numbers, kind="stable")
        own, sets = order[numbers[order] < classes], order[numbers[order] >= classes]
        found = [
            KeptSamples([self.samples[row] for row in rows], numbers[rows] - first, self.rows[rows])
            for rows, first in ((own, 0), (sets, classes))
        ]
        return found[0], found[1]

    @property
    def mark(self) -> str:
        """Return a few letters by which to know the same samples again."""
        digest = sha256(self.labels.tobytes())
        for sample in self.samples:
            some = main_tensor(sample).flatten()[:1024].double().numpy()
            digest.update(np.ascontiguousarray(some).tobytes())
        return digest.hexdigest()[:16]


class SampleKeeper:
    """What is kept so far of samples that come in batches.

    Parameters
    ----------
    reader : BatchReader
    numbers : ClassNumbers
    per_class : int
        For how many of each there is room.
    most : int
        For how many samples with several labels there is room in all.
    """

    def __init__(
        self, reader: BatchReader, numbers: ClassNumbers, per_class: int, most: int
    ) -> None:
        self.numbers, self.per_class, self._most = numbers, per_class, most
        self._reader = reader
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._samples: list[Inputs] = []
        self._labels: list[int] = []
        self._rows: list[int] = []
        self._coming: Iterator[int] = iter(())
        self._room = dict.fromkeys(range(self.numbers.classes), self.per_class)
        self._room_of_sets = self._most
        self._are_left = False
        self._not_finite = 0
        self._were_filled_up = False

    def expect(self, rows: Iterable[int]) -> None:
        """Say which samples of the data come from now on, one after the other."""
        self._coming = iter(rows)

    def add(self, batch: Any) -> Ints:
        """Keep of a batch what there is room for; return its class numbers."""
        inputs, labels = self._reader.split(batch)
        known = self.numbers(labels)
        rows = {len(tensor) for tensor in tensors_in(inputs)}
        if rows != {len(known)}:
            raise UserError(
                tr(
                    "{where} gave {value} samples with "
                    "{count} labels in a batch: give one label a sample, the samples first.",
                    where=self._reader.where,
                    value=" and ".join(map(str, sorted(rows))),
                    count=len(known),
                )
            )
        for row, label in enumerate(known.tolist()):
            number = next(self._coming, -1)
            if label == LEFT_OUT or self._room.setdefault(label, self.per_class) <= 0:
                continue
            has_several = label >= self.numbers.classes
            if has_several and self._room_of_sets <= 0:
                self._are_left = True
                continue
            sample = each(lambda tensor, row=row: tensor[row].clone(), inputs)  # type: ignore[misc]
            if not all(_is_finite(tensor) for tensor in tensors_in(sample)):
                self._not_finite += 1
                continue
            self._room[label] -= 1
            self._room_of_sets -= has_several
            self._samples.append(sample)
            self._labels.append(label)
            self._rows.append(number)
        return known

    def add_all(self, batches: Iterator[Any]) -> Ints:
        """Keep of all batches what there is room for; return their class numbers."""
        found = [self.add(batch) for batch in batches]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def count(self, known: Ints) -> tuple[int, ...]:
        """Return how many samples each class has."""
        alone = known[(known >= 0) & (known < self.numbers.classes)]
        return tuple(np.bincount(alone, minlength=self.numbers.classes).tolist())

    @property
    def is_full(self) -> bool:
        """Tell whether every class has enough; further sets of labels may always come."""
        return len(self._room) == self.numbers.classes and not any(self._room.values())

    @property
    def rarest(self) -> int:
        """Return the class that lacks most."""
        return max(range(self.numbers.classes), key=self._room.__getitem__)

    @property
    def notes(self) -> list[str]:
        """Return what was left out or filled up, once all is kept."""
        said = []
        if self._not_finite:
            many = (
                tr("a sample")
                if self._not_finite == 1
                else tr("{not_finite} samples", not_finite=self._not_finite)
            )
            said.append(tr("{many} with NaN or infinite values left out", many=many))
        if self._are_left:
            said.append(
                tr("of samples with several labels so many are kept as sample_memory= holds")
            )
        if self._were_filled_up:
            said.append(tr("samples of several lengths are filled up with zeros"))
        return said

    def kept(self) -> KeptSamples:
        """Return all that was kept.

        Raises
        ------
        UserError
            If that is nothing.
        """
        if not self._samples:
            what = (
                tr("only NaN or infinite samples")
                if self._not_finite
                else tr("no samples with labels")
            )
            raise UserError(tr("{where} held {what}.", where=self._reader.where, what=what))
        self._check_shapes()
        labels = np.array(self._labels, dtype=np.int64)
        order = np.argsort(labels, kind="stable")
        rows = np.array(self._rows, dtype=np.int64)
        return KeptSamples([self._samples[row] for row in order], labels[order], rows[order])

    def _check_shapes(self) -> None:
        """Refuse samples of several sizes, unless they are texts, which a mask can end."""
        shapes = sorted({tuple(main_tensor(sample).shape) for sample in self._samples})
        if len(shapes) == 1:
            return
        first = self._samples[0]
        is_masked = isinstance(first, Mapping) and any("mask" in str(name) for name in first)
        if not is_masked and main_tensor(first).is_floating_point():
            words = tr(" and ").join("×".join(map(str, shape)) for shape in shapes[:2])
            raise UserError(
                tr(
                    "{where} has samples of several sizes, such as {words}: bring them to one.",
                    where=self._reader.where,
                    words=words,
                )
            )
        self._were_filled_up = True


def _is_finite(tensor: Tensor) -> bool:
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())


def _stacked(samples: Sequence[Inputs]) -> Inputs:
    """Return samples as one batch; rows of several lengths are filled up with zeros."""
    first = samples[0]
    if isinstance(first, Tensor):
        longest = [max(sizes) for sizes in zip(*(s.shape for s in samples), strict=True)]
        if any(list(s.shape) != longest for s in samples):
            samples = [_filled_up(sample, longest) for sample in samples]
        return floats(torch.stack(list(samples)))
    if isinstance(first, Mapping):
        return {name: _stacked([sample[name] for sample in samples]) for name in first}
    if isinstance(first, list | tuple):
        return type(first)([_stacked(parts) for parts in zip(*samples, strict=True)])
    return first


def _filled_up(sample: Tensor, shape: Sequence[int]) -> Tensor:
    filled = sample.new_zeros(tuple(shape))
    filled[tuple(slice(length) for length in sample.shape)] = sample
    return filled
