"""Labelled samples that can be measured, and their splits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.arrays.column_table import Ids
from ncviz.data.dataset import Images
from ncviz.measuring.peers import Peers
from ncviz.recording.pixels import channels_first
from ncviz.recording.taken_samples import Take, TakenSamples, TakePart, part_of
from ncviz.runs.splits import Split

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Labelled samples, read when they are asked for.

    Parameters
    ----------
    labels : array of int, shape (N,)
        0…K−1.
    take : callable
        Given indices and a side in pixels (0 for as they are), returns those
        samples as `TakenSamples`.
    columns : mapping of str to array or sequence, shape (M,)
        What else is known of each sample, and of those that were left out.
    ids : mapping of str to sequence of str
        By the name of a column: what a table may call each of them.
    rows : array of int, shape (N,), or None
        Which of the M the samples are; None for all.
    whole : int
        M, where some were left out.
    part : callable, optional
        Given what `take` is given and a slice, takes the same samples and reads those of the slice
        alone; where there is none, all are read.
    """

    labels: Ints
    take: Take
    columns: Mapping[str, Any] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)
    rows: Ints | None = None
    whole: int = 0
    part: TakePart | None = None

    def take_share(self, indices: NDArray[Any], size: int, peers: Peers) -> TakenSamples:
        """Take samples, of which one process among several holds its share.

        Of the others it does not know whether they can be read.
        """
        if not peers.are_several:
            return self.take(indices, size)
        if self.part is not None:
            taken = self.part(indices, size, peers.share)
            own = peers.is_own(taken.kept)
            return replace(taken, kept=taken.kept[own])
        taken = self.take(indices, size)
        own = peers.is_own(taken.kept)
        return replace(taken, images=taken.images[torch.from_numpy(own)], kept=taken.kept[own])

    def some(self, which: Ints, labels: Ints) -> "Labelled":
        """Return some of the samples, under other labels.

        Parameters
        ----------
        which : array of int, shape (n,)
        labels : array of int, shape (n,)
        """
        rows = which if self.rows is None else self.rows[which]
        whole = self.whole or len(self.labels)
        take, part = self.take, self.part
        return replace(
            self,
            labels=labels,
            take=lambda indices, size: take(which[indices], size),
            rows=rows,
            whole=whole,
            part=part and (lambda indices, size, share: part(which[indices], size, share)),
        )

    @staticmethod
    def of_tensor(samples: Tensor, labels: Ints) -> "Labelled":
        """Return samples that are in memory already."""

        def take(indices: NDArray[Any], _size: int) -> TakenSamples:
            return TakenSamples.of(samples[torch.from_numpy(indices)])

        return Labelled(labels, take, part=part_of(take))

    @staticmethod
    def of_images(images: Images) -> "Labelled":
        """Return the images of a data set."""
        return Labelled.of_tensor(channels_first(images.pixels), images.labels)


@dataclass(frozen=True, eq=False)
class Source:
    """Data that can be measured.

    Parameters
    ----------
    title : str
        For people.
    class_names : tuple of str
        K of them.
    train, test : Labelled
    only_test : bool
        Whether `train` is in truth a test split, the only one at hand.
    notes : tuple of str
        What was chosen and left while the data were read.
    empty : tuple of str
        Classes without any sample, which a network may tell apart all the same.
    label_sets : tuple of tuples of int
        Which classes samples with several labels have.
    several : mapping of str to Labelled
        Those of 'train' and 'test', which `train` and `test` are without; their labels count the
        sets from 0.
    further : mapping of Split to Labelled
        What else is measured.
    """

    title: str
    class_names: tuple[str, ...]
    train: Labelled
    test: Labelled | None = None
    only_test: bool = False
    notes: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    label_sets: tuple[tuple[int, ...], ...] = ()
    several: Mapping[str, Labelled] = field(default_factory=dict)
    further: Mapping[Split, Labelled] = field(default_factory=dict)

    def with_empty_classes(self) -> "Source":
        """Return the same data, with the classes that have no samples among the others."""
        names = tuple(sorted((*self.class_names, *self.empty)))
        places = np.array([names.index(name) for name in self.class_names])

        def moved(part: Labelled) -> Labelled:
            return replace(part, labels=places[part.labels])

        test = None if self.test is None else moved(self.test)
        further = {
            kind: part if kind.is_foreign else moved(part) for kind, part in self.further.items()
        }
        return replace(
            self,
            class_names=names,
            train=moved(self.train),
            test=test,
            empty=(),
            further=further,
        )

    @property
    def train_counts(self) -> tuple[int, ...]:
        """Return the sizes of the classes in the whole training split; empty if unknown."""
        return () if self.only_test else sizes_of(self.train.labels, len(self.class_names))


def sizes_of(labels: Ints, classes: int) -> tuple[int, ...]:
    """Return how many samples each of the classes has."""
    return tuple(np.bincount(labels, minlength=classes).tolist())
