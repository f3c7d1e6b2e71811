"""Features of labelled samples, epoch by epoch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ncviz.counting import EPOCHS, Counting
from ncviz.geometry.row_blocks import Rows
from ncviz.runs.probe import Column, Probe, drawn_beside
from ncviz.runs.splits import TEST, TRAIN, Split

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Pictures = Callable[[Ints], NDArray[np.uint8] | None]
"""Returns the pictures of those samples of a split whose indices it is given, if they are any."""

_BLOCK = 2**22  # numbers that are turned to float64 at once


class ByEpoch(Protocol):
    """One array an epoch: an array with an axis for the epochs, or what reads them one by one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return E and the shape of each."""

    def __iter__(self) -> Iterator[Rows]:
        """Yield them in order: held, or as what reads them block by block."""


@dataclass(frozen=True, eq=False)
class FeatureSplit:
    """Labelled samples of a split.

    Parameters
    ----------
    layers : mapping of name to ByEpoch, shape (E, N, d)
        In the order of the network; None in place of an epoch that was not
        measured on held-out samples.
    labels : array of int, shape (N,)
        0…K−1.
    logits : iterable of array or RowBlocks, shape (N, K), or None
        What the network answered at each epoch; else the classifier is asked.
    is_whole : bool
        Whether held-out samples are there in all layers at all epochs: some are drawn then.
    images : callable or None
        See `Pictures`.
    texts : sequence of N str, or None
        What the network read.
    sizes : array of int, shape (K,), or None
        Of the classes in the whole split, where the samples were drawn from it class by class.
    """

    layers: Mapping[str, ByEpoch]
    labels: Ints
    logits: Iterable[Rows] | None = None
    is_whole: bool = False
    images: Pictures | None = None
    texts: Sequence[str] | None = None
    sizes: Ints | None = None

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Return what each sample counts for in the whole split; None if all count alike."""
        if self.sizes is None:
            return None
        counts = np.bincount(self.labels, minlength=len(self.sizes))
        each: NDArray[np.float64] = (self.sizes / np.maximum(counts, 1))[self.labels]
        return each


@dataclass(frozen=True, eq=False)
class Features:
    """Features of labelled samples at some epochs.

    Parameters
    ----------
    train : FeatureSplit
    class_names : tuple of str
        K of them.
    epochs : tuple of int
        E of them, ascending.
    classifier : array, shape (E, K, d), or None
        Of the last layer; an epoch of NaN has none.
    bias : array, shape (E, K), or None
    test : FeatureSplit or None
        With some of the layers.
    scalars : mapping of name to array, shape (E,)
        Recorded beside what is measured, such as losses.
    counting : Counting
        What the numbers of the epochs count.
    further : mapping of Split to FeatureSplit
        Samples with several labels, and whatever else was measured.
    """

    train: FeatureSplit
    class_names: tuple[str, ...]
    epochs: tuple[int, ...]
    classifier: Floats | None = None
    bias: Floats | None = None
    test: FeatureSplit | None = None
    scalars: Mapping[str, Floats] = field(default_factory=dict)
    counting: Counting = EPOCHS
    further: Mapping[Split, FeatureSplit] = field(default_factory=dict)

    @property
    def splits(self) -> dict[str, FeatureSplit]:
        """Return the splits that are there, by name."""
        held_out = {} if self.test is None else {"test": self.test}
        return {"train": self.train, **held_out, **{s.name: f for s, f in self.further.items()}}

    @cached_property
    def kinds(self) -> dict[str, Split]:
        """Return what the splits are, by name."""
        return {split.name: split for split in (TRAIN, TEST, *self.further)}

    @property
    def drawn_sets(self) -> str:
        """Return the split whose samples are drawn behind the training samples; '' if none is."""
        return next((split.name for split in self.further if split.drawn), "")

    def choose_drawn(self, per_class: int, seed: int) -> dict[str, Ints]:
        """Return which samples of each split are drawn, as `choose_probe` and `drawn_beside`."""
        behind = ("train", *filter(None, [self.drawn_sets]))
        own = {s: choose_probe(self.splits[s].labels, per_class, seed) for s in behind}
        others = {s: f.labels for s, f in self.splits.items() if s not in own and f.is_whole}
        return {**own, **drawn_beside(others, len(own["train"]))}


def probe_of(
    features: Features,
    drawn: Mapping[str, Ints],
    columns: Mapping[str, tuple[Column, ...]] = MappingProxyType({}),
) -> Probe:
    """Return the samples that are drawn; see `features_run.write_features`."""
    others = {split: _drawn(features.splits[split], rows) for split, rows in drawn.items()}
    known = others.pop("train")
    if sets := others.pop(features.drawn_sets, None):
        known = known.followed_by(sets, len(features.class_names))
    others = {split: replace(e, columns=columns.get(split, ())) for split, e in others.items()}
    return replace(known, columns=columns.get("train", ()), others=others)


def _drawn(split: FeatureSplit, rows: Ints) -> Probe:
    images = None if split.images is None else split.images(rows)
    texts = None if split.texts is None else tuple(split.texts[row] for row in rows.tolist())
    return Probe(split.labels[rows], images, texts=texts)


def choose_probe(labels: Ints, per_class: int, seed: int) -> Ints:
    """Return which samples are drawn: so many of each class, ascending.

    Parameters
    ----------
    labels : array of int, shape (N,)
    per_class : int
    seed : int
        Of their choice.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    drawn = order[np.argsort(labels[order], kind="stable")]  # class by class
    counts = np.bincount(labels)
    within = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(drawn[within < per_class]).astype(np.int64)


def kept_rows(rows: NDArray[Any], kept: NDArray[np.bool_]) -> NDArray[Any]:
    """Return some rows, in the memory of all of them.

    Parameters
    ----------
    rows : array, shape (N, …)
        Used up.
    kept : array of bool, shape (N,)
    """
    if kept.all():
        return rows
    if not rows.flags.writeable:
        return rows[kept]
    done, step = 0, max(1, _BLOCK // max(1, rows[0].size))
    for start in range(0, len(rows), step):
        part = rows[start : start + step][kept[start : start + step]]
        rows[done : done + len(part)] = part
        done += len(part)
    return rows[:done]
