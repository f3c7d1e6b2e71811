"""Keeps a few samples of each class out of what a training loop is fed with."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import (
    DataLoader,
)

from ncviz.anatomy.inputs import Inputs, each, tensors_in
from ncviz.arrays.label_sets import filled_up
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.indexed_data import ROWS_AT_ONCE, IndexedData, is_batch, only_collates
from ncviz.recording.kept_samples import KeptSamples, SampleKeeper
from ncviz.recording.loop_batches import BatchReader, as_batch, floats, is_single
from ncviz.recording.loop_labels import ClassNumbers, labels_of
from ncviz.runs.own_columns import make_columns, some_of
from ncviz.runs.probe import Column
from ncviz.wording import memory_in_words

Ints = NDArray[np.int64]

# Of data whose labels are known only by reading: so many samples for each one that is wanted.
MOST_READ = 20


class Gatherer:
    """Reads data of a training loop without taking anything from the loop.

    Parameters
    ----------
    data : loader, data set, batch, or anything that yields samples or batches
    reader : BatchReader
    seed : int
        Of the choice among samples that can be read in any order.

    Raises
    ------
    UserError
        If they can be read only once, are empty or are no data.
    """

    def __init__(self, data: Any, reader: BatchReader, seed: int) -> None:
        if is_batch(data) and isinstance(data, tuple | list) and len(data) == 2:
            data = data[0], filled_up(data[1])
        self._data = data
        self._reader = reader
        self._seed = seed
        self._set = IndexedData.of(data)
        if self._set is None and not is_batch(data):
            if isinstance(data, str | bytes) or not _can_be_iterated(data):
                raise self._unfit()
            if iter(data) is data:
                raise UserError(
                    tr(
                        "{where} can be read only once ({name}), and the "
                        "training would miss what the recorder reads: give the loader or data set "
                        "itself, or (images, labels).",
                        where=reader.where,
                        name=type(data).__name__,
                    )
                )
        self.notes: list[str] = []
        self.counts: tuple[int, ...] = ()
        """How many samples of each class the data have in all; empty if unknown."""
        self.samples = 0 if self._set is None else len(self._set.dataset)
        """How many the data have, where these are numbered; else 0."""

    @cached_property
    def first(self) -> Inputs:
        """What the network is called with, for two samples at most."""
        if is_batch(self._data):
            batch = _rows(self._data, slice(2))
        elif self._set is not None:
            batch = next(self._set.batches(self._set.indices[:2]), None)
        else:
            batch = next(self._stream(), None)
        if batch is None:
            raise UserError(
                tr("{where} must not be empty: they gave no samples.", where=self._reader.where)
            )
        inputs, _labels = self._reader.split(batch)
        return each(lambda tensor: floats(tensor[:2]), inputs)

    def gather(self, numbers: ClassNumbers, per_class: int, memory: int) -> KeptSamples:
        """Keep samples of each class.

        Parameters
        ----------
        numbers : ClassNumbers
        per_class : int
        memory : int
            Bytes that the samples may take; where they take more, fewer are kept.

        Raises
        ------
        UserError
            If there are none, or a label is none of 0…K−1.
        """
        size = sum(t.element_size() * t[0].numel() for t in tensors_in(self.first))
        most = memory // max(1, size * numbers.classes)
        if most < per_class:
            if most < 2:
                raise UserError(
                    tr(
                        "{where} has samples of {size}, of which "
                        "{memory} do not hold two of each of the "
                        "{classes} classes: raise sample_memory=, or record fewer pixels.",
                        where=self._reader.where,
                        size=memory_in_words(size),
                        memory=memory_in_words(memory),
                        classes=numbers.classes,
                    )
                )
            self.notes.append(
                tr(
                    "{most} samples a class are kept instead of {per_class}: they take "
                    "{memory} (sample_memory=)",
                    most=most,
                    per_class=per_class,
                    memory=memory_in_words(memory),
                )
            )
            per_class = most
        left = memory // max(1, size) - per_class * numbers.classes
        keeping = SampleKeeper(self._reader, numbers, per_class, left)
        if is_batch(self._data):
            self._from_batch(keeping)
        elif not self._by_labels(keeping):
            self._by_reading(keeping)
        kept = keeping.kept()
        self.notes += keeping.notes
        return kept

    def known_of(
        self, columns: Mapping[str, Any], rows: Ints
    ) -> tuple[tuple[Column, ...], tuple[str, ...]]:
        """Return columns of samples that were kept, and what is to be said of them.

        Parameters
        ----------
        columns : mapping of str to sequence
            With a value for each sample of the data.
        rows : array of int, shape (P,)

        Raises
        ------
        UserError
            If they do not fit.
        """
        if not columns:
            return (), ()
        where = tr("{where}: columns=", where=self._reader.where)
        self._require_order(rows, "columns=")
        return make_columns(some_of(columns, rows, self.samples, where), len(rows), where)

    def texts_of(self, texts: Sequence[str] | None, rows: Ints) -> tuple[str, ...] | None:
        """Return the texts of samples that were kept; None where none were given.

        Raises
        ------
        UserError
            If they do not fit.
        """
        if texts is None:
            return None
        self._require_order(rows, "texts=")
        if len(texts) != self.samples:
            raise UserError(
                tr(
                    "texts= has {count:,} and there are {samples:,} samples: give each one.",
                    count=len(texts),
                    samples=self.samples,
                )
            )
        return tuple(str(texts[row]) for row in rows.tolist())

    def _require_order(self, rows: Ints, given: str) -> None:
        if not self.samples or (rows < 0).any():
            raise UserError(
                tr(
                    "{where} come in an order of their own, a "
                    "{name}'s, in which no {given} can be matched: give a data "
                    "set, a loader of one, or (images, labels).",
                    where=self._reader.where,
                    name=type(self._data).__name__,
                    given=given,
                )
            )

    def _from_batch(self, keeping: SampleKeeper) -> None:
        """Choose among samples that lie in memory."""
        _inputs, labels = self._reader.unpacked(self._data)
        known = keeping.numbers(labels)
        self.counts = keeping.count(known)
        chosen = self._choose(known, keeping)
        self.samples = len(known)
        keeping.expect(chosen.tolist())
        for start in range(0, len(chosen), ROWS_AT_ONCE):
            keeping.add(_rows(self._data, chosen[start : start + ROWS_AT_ONCE]))

    def _by_labels(self, keeping: SampleKeeper) -> bool:
        """Choose by what a data set tells of its labels; False where that is not so."""
        if self._set is None or not self._set.order_is_known:
            return False
        found = labels_of(self._set.dataset)
        if found is None:
            return False
        try:
            known = keeping.numbers(found)
        except UserError:  # of another kind than those that come with the samples
            return False
        known = known[self._set.indices]
        chosen = self._choose(known, keeping)
        keeping.expect(self._set.indices[chosen].tolist())
        seen = keeping.add_all(self._set.batches(self._set.indices[chosen]))
        if not np.array_equal(seen, known[chosen]):
            # Such as a transform of the labels: what the samples come with is right.
            keeping.clear()
            return False
        self.counts = keeping.count(known)
        return True

    def _choose(self, known: Ints, keeping: SampleKeeper) -> Ints:
        chosen = [
            np.random.default_rng((self._seed, k)).permutation(np.flatnonzero(known == k))
            for k in (*range(keeping.numbers.classes), *_sets_in(known, keeping.numbers.classes))
        ]
        return np.concatenate([np.sort(part[: keeping.per_class]) for part in chosen])

    def _by_reading(self, keeping: SampleKeeper) -> None:
        """Read until every class has enough, or so many samples that more is hopeless."""
        most = MOST_READ * keeping.numbers.classes * keeping.per_class
        if self._set is None:
            batches, in_all = self._stream(), None
        else:
            order, numbers = itertools.tee(self._set.shuffled(self._seed))
            keeping.expect(map(int, numbers))
            batches, in_all = self._set.batches(order), self._set.known_length
        seen: list[Ints] = []
        count = 0
        with self._sampler_kept():
            for batch in batches:
                seen.append(keeping.add(batch))
                count += len(seen[-1])
                if keeping.is_full or count >= most:
                    break
            else:
                in_all = count if in_all is None else in_all
        if count and count == in_all:
            self.counts = keeping.count(np.concatenate(seen))
        elif not keeping.is_full:
            self.notes.append(
                tr(
                    "the first {count:,} samples were read, and class {rarest} was not there "
                    "{per_class} times",
                    count=count,
                    rarest=keeping.rarest,
                    per_class=keeping.per_class,
                )
            )

    @contextmanager
    def _sampler_kept(self) -> Iterator[None]:
        """Give a sampler's own random numbers their state back."""
        generator = None if self._set is None else getattr(self._set.sampler, "generator", None)
        state = None if generator is None else generator.get_state()
        try:
            yield
        finally:
            if generator is not None:
                generator.set_state(state)

    def _stream(self) -> Iterator[Any]:
        """Yield batches of data that can only be read from their beginning."""
        data = self._data
        if isinstance(data, DataLoader) and only_collates(data):
            # A loader like the user's: its own may count its epochs, or keep workers.
            data = DataLoader(data.dataset, data.batch_size, collate_fn=data.collate_fn)
        for item in data:
            yield as_batch(item) if is_single(item) else item

    def _unfit(self) -> UserError:
        return UserError(
            tr(
                "{where} must be (images, labels), a data set or a loader of such "
                "pairs, and it is a {name}.",
                where=self._reader.where,
                name=type(self._data).__name__,
            )
        )


def _sets_in(known: Ints, classes: int) -> list[int]:
    """Return the numbers of the sets of labels that occur."""
    return [int(number) for number in np.unique(known[known >= classes])]


def _can_be_iterated(data: Any) -> bool:
    try:
        iter(data)
    except TypeError:
        return False
    return True


def _rows(value: Any, which: Any) -> Any:
    """Return some samples of a whole batch, without a copy of the rest."""
    if not getattr(value, "shape", True):  # one number, and no row
        return value
    if isinstance(value, Tensor):
        if value.layout is not torch.strided:
            raise UserError(tr("The recorder's data are sparse tensors: give dense ones."))
        return value[which if isinstance(which, slice) else torch.from_numpy(which)]
    if hasattr(value, "shape"):
        return value[which]
    if isinstance(value, Mapping):
        return {name: _rows(part, which) for name, part in value.items()}
    if any(hasattr(part, "shape") or isinstance(part, list | tuple) for part in value):
        return tuple(_rows(part, which) for part in value)
    return np.asarray(value)[which].tolist()  # labels in a list
