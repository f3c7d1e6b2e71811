"""One layer on one split: held whole where it is narrow, else summed up batch by batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.doubles import doubles
from ncviz.geometry.projection import ClassMeanSubspace, class_mean_subspace
from ncviz.geometry.statistics import (
    ClassMeans,
    ClassStatistics,
    WithinScatter,
    class_statistics,
)
from ncviz.runs.snapshot import OtherPositions, Positions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_MEANS = 200  # classes of another split, whose means are recorded to be drawn
Where = slice | Ints
"""Which of a split's samples a batch holds."""


class Tally:
    """Counts up a layer's features, in the type in which they come.

    Parameters
    ----------
    classes : int
        K.
    labels : array of int, shape (N,)
        Of all samples that will come.
    probe : array of int, shape (P,)
        Whose positions are wanted, ascending.
    held : bool
        Whether the features are kept until all have come: one pass suffices
        then. Else the same batches must come twice, and nothing as large as
        the features is ever formed.
    sizes : array of int, shape (K,), optional
        Of the classes in the whole split that the samples were drawn from.
    frame : Tally, optional
        That of the training samples, in the span of whose class means all is placed.
    """

    def __init__(
        self,
        classes: int,
        labels: Ints,
        probe: Ints,
        *,
        held: bool,
        sizes: Ints | None = None,
        frame: "Tally | None" = None,
    ) -> None:
        self.classes = classes
        self._frame = frame
        self._sizes = sizes
        self._labels = labels
        self._probe = probe
        self._batches: list[tuple[Ints, Tensor]] | None = [] if held else None
        self._means = ClassMeans(classes, sizes)
        self._scatter: WithinScatter | None = None
        self._placed: list[tuple[Ints, Floats]] = []
        self._statistics: ClassStatistics | None = None
        self.whole: Tensor | None = None
        self.probed: Tensor | None = None
        """Features of the probe samples that are still to be placed."""
        self.nearest_parts: list[tuple[Ints, Tensor]] = []
        """Some samples, and the class whose training mean is nearest to each, on the device."""
        self.nearest: Ints | None = None
        """That class for all of them, once it was brought over; None if it was not counted."""

    def add(self, where: Where, features: Tensor) -> None:
        """Take a batch, shape (n, d), of the samples that stand at `where`."""
        if self._batches is not None:
            self._batches.append((sample_numbers(where, len(self._labels)), features))
        else:
            self._means.update(*self._arrays(where, features))

    def settle(self) -> None:
        """Say that all batches have come once; to say it again does nothing.

        Raises
        ------
        UserError
            If a feature is NaN or infinite.
        """
        if self._statistics is not None or self._scatter is not None:
            return
        if self._batches is not None:
            self.whole = joined(self._batches)
            self._batches = None
            everything = slice(0, len(self._labels))
            arrays = self._arrays(everything, self.whole)
            self._statistics = class_statistics(*arrays, self.classes, self._sizes)
            if len(self._probe):
                self.probed = self.whole[torch.from_numpy(self._probe)]
        else:
            self._scatter = WithinScatter(self._means)

    @property
    def arrays(self) -> tuple[Any, Ints]:
        """Return all features, which are held, and their labels."""
        assert self.whole is not None
        return self._arrays(slice(0, len(self._labels)), self.whole)

    @property
    def comes_again(self) -> bool:
        """Return whether the same batches must come a second time."""
        return self._scatter is not None

    def add_again(self, where: Where, features: Tensor) -> None:
        """Take the same batches a second time; does nothing for a layer that is held."""
        if self._scatter is None:
            return
        self._scatter.update(*self._arrays(where, features))
        numbers = sample_numbers(where, len(self._labels))
        rows = np.flatnonzero(np.isin(numbers, self._probe))
        if len(rows):
            self._place(numbers[rows], features[torch.from_numpy(rows)])

    @cached_property
    def _subspace(self) -> ClassMeanSubspace:
        return class_mean_subspace(self.means) if self._frame is None else self._frame._subspace

    @property
    def means(self) -> Floats:
        """Return the class means, shape (K, d), once all batches have come."""
        settled = self._scatter or self._statistics
        assert settled is not None
        return settled.means

    @property
    def present(self) -> NDArray[np.bool_]:
        """Return which classes have samples, shape (K,)."""
        return np.bincount(self._labels, minlength=self.classes) > 0

    @property
    def statistics(self) -> ClassStatistics:
        """Return the statistics of all that has come."""
        if self._statistics is None:
            assert self._scatter is not None  # settled
            self._statistics = self._scatter.statistics()
        return self._statistics

    def positions(self, classifier: Floats | None) -> Positions:
        """Return where means, probe samples and classifier rows lie, as `layer_positions`."""
        probe = self._probe_places()
        rows = None if classifier is None else self._subspace.directions(classifier)
        return Positions(self._subspace.coordinates(self.statistics.means), probe, rows)

    def other_positions(self, *, own: bool) -> OtherPositions | None:
        """Return where the drawn samples lie in the frame of the training; None if none are.

        Parameters
        ----------
        own : bool
            Whether the classes are those of the network; of very many the means are left out.
        """
        if self._frame is None or not len(self._probe):
            return None
        drawn = own and self.classes <= MOST_MEANS
        means = self._subspace.coordinates(self.statistics.means) if drawn else None
        return OtherPositions(self._probe_places(), means)

    def _probe_places(self) -> Floats:
        if self.probed is not None:
            self._place(self._probe, self.probed)
            self.probed = None
        probe = np.zeros((len(self._probe), self._subspace.basis.shape[1]))
        for numbers, placed in self._placed:
            probe[np.searchsorted(self._probe, numbers)] = placed
        return probe

    def span(self, others: Sequence[Floats]) -> ClassMeanSubspace:
        """Let all be placed in the span of these class means and of others; return that."""
        self._subspace = class_mean_subspace(np.concatenate([self.means, *others]))
        return self._subspace

    def narrow(self, widest: int | None) -> None:
        """Give the means of a wide layer in an orthonormal frame of their own span.

        Lengths and angles between the centred means, and all metrics, are the
        same; a K×d matrix a layer and epoch would fill the disk.
        """
        statistics = self.statistics
        if widest is None or statistics.means.shape[1] <= widest:
            return
        present = statistics.present
        subspace = class_mean_subspace(statistics.means[present])
        means = np.zeros((self.classes, subspace.basis.shape[1]))
        means[present] = subspace.coordinates(statistics.means[present])
        self._statistics = replace(statistics, means=means)

    def _place(self, numbers: Ints, rows: Tensor) -> None:
        self._placed.append((numbers, self._subspace.coordinates(doubles(rows).numpy())))

    def _arrays(self, where: Where, features: Tensor) -> tuple[Any, Any]:
        labels = self._labels[where]
        # The same memory as arrays, with less overhead; NumPy has no bfloat16.
        if features.device.type == "cpu" and features.dtype != torch.bfloat16:
            return features.numpy(), labels
        return features, labels


def sample_numbers(where: Where, samples: int) -> Ints:
    """Return the numbers of the samples that a batch holds, of so many."""
    return np.arange(samples)[where]


def joined(batches: list[tuple[Ints, Tensor]]) -> Tensor:
    """Return rows of all batches, which have these numbers, in the order of the numbers."""
    numbers = np.concatenate([numbers for numbers, _ in batches])
    whole = [features for _, features in batches]
    features = whole[0] if len(whole) == 1 else torch.cat(whole)
    order = np.argsort(numbers)
    in_order = np.array_equal(order, np.arange(len(order)))
    return features if in_order else features[torch.from_numpy(order)]


def positions_of(
    tallies: Mapping[str, Tally], classifier: Floats | None, foreign: Collection[str]
) -> Positions:
    """Return where the drawn samples of all splits lie, in the span of the training means.

    Parameters
    ----------
    tallies : mapping of split to Tally
        Of one layer, the training samples among them.
    classifier : array, shape (K, d), or None
    foreign : collection of str
        Splits of other classes than the network's.
    """
    others = {s: tally.other_positions(own=s not in foreign) for s, tally in tallies.items()}
    return replace(
        tallies["train"].positions(classifier),
        others={split: found for split, found in others.items() if found is not None},
    )
