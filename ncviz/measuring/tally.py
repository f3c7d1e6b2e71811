"""One layer on one split: held whole where it is narrow, else summed up batch by batch."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.doubles import doubles
from ncviz.geometry.class_means import ClassMeans
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.projection import ClassMeanSubspace, class_mean_subspace
from ncviz.geometry.slabs import ClassOrder, ClassRows, checked_labels
from ncviz.geometry.statistics import WithinScatter, read_whole
from ncviz.language import named
from ncviz.measuring.peers import Exchange, Peers
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
    widened : bool, optional
        Whether that span will be widened by other means, once all samples have come.
    by_class : ClassOrder, optional
        That of the labels, where it is known already.
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
        widened: bool = False,
        by_class: ClassOrder | None = None,
    ) -> None:
        self.classes = classes
        self._widened = widened
        self._by_class = by_class
        self._frame = frame
        self._sizes = sizes
        self._labels = labels
        self._probe = probe
        self._batches: list[tuple[Ints, Tensor]] | None = [] if held else None
        self._means = ClassMeans(classes, sizes)
        self._scatter: WithinScatter | None = None
        self._placed: list[tuple[Ints, Tensor]] = []
        self._statistics: ClassStatistics | None = None
        self._own_frame: ClassMeanSubspace | None = None
        self.rows: tuple[ClassRows, ...] = ()
        """All features class by class, until they are no longer wanted."""
        self.places: Tensor | None = None
        """All samples in the frame, where the features are, until they are no longer wanted."""
        self.whole: Tensor | None = None
        self.probed: Tensor | None = None
        """The probe samples in the frame; where that will be widened their features."""
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
            features, labels = self._arrays(slice(0, len(self._labels)), self.whole)
            frame = None if self._frame is None else self._frame.frame
            labels = checked_labels(features, labels, self.classes)
            read = read_whole(
                *(features, labels, self.classes, self._sizes),
                by_class=self._by_class,
                placing=True,
                frame=frame,
            )
            self._statistics, self._own_frame, self.rows = read.statistics, read.frame, read.rows
            self.places = torch.as_tensor(read.places)
            if len(self._probe):
                rows = torch.from_numpy(self._probe)
                self.probed = (self.whole if self._widened else self.places)[rows]
        else:
            frame = None if self._frame is None else self._frame.frame
            self._scatter = WithinScatter(self._means, placing=True, frame=frame)
            self._own_frame = self._scatter.frame

    def bring_together(self, peers: Peers, width: int, what: Exchange) -> None:
        """Take what other processes have seen once, where this one is the first of them.

        Parameters
        ----------
        peers : Peers
        width : int
            d.
        what : Exchange
            Names the samples for people.
        """
        if not peers.are_several:
            return
        if self._batches is not None:
            self._batches = peers.parts(
                self._batches, Exchange(named("the features of {what}"), what)
            )
            return
        total, counts, rounding = self._means.sums(width)
        total = peers.summed(total, Exchange(named("the class means of {what}"), what))
        counts = peers.summed(counts, Exchange(named("the class sizes of {what}"), what))
        roundings = peers.gathered(rounding, Exchange(named("the precision of {what}"), what))
        if peers.is_first:
            self._means.put(total, counts, max(roundings))

    def begin_again(self, peers: Peers, what: Exchange) -> None:
        """Take from the first process about which means the samples are measured."""
        if not peers.are_several:
            return
        if not peers.is_first:
            self._batches = None
        told = peers.told(self._scatter, Exchange(named("the class means of {what}"), what))
        if told is not None and not peers.is_first:
            self._scatter, self._own_frame = told.beside(), told.frame

    def bring_together_again(self, peers: Peers, what: Exchange) -> None:
        """Take what other processes have seen a second time, as `bring_together`."""
        if not peers.are_several or self._scatter is None:
            return
        squares, seen = self._scatter.sums
        squares = peers.summed(squares, Exchange(named("the class scatters of {what}"), what))
        seen = peers.summed(seen, Exchange(named("the samples seen of {what}"), what))
        if peers.is_first:
            self._scatter.put(squares, seen)
        self._placed = peers.parts(
            self._placed, Exchange(named("the drawn samples of {what}"), what)
        )
        self.nearest_parts = peers.parts(
            self.nearest_parts, Exchange(named("the nearest class means of {what}"), what)
        )

    @property
    def comes_again(self) -> bool:
        """Return whether the same batches must come a second time."""
        return self._scatter is not None

    def add_again(self, where: Where, features: Tensor) -> Tensor | None:
        """Take the same batches a second time, and return their places in the frame.

        Does nothing for a layer that is held.
        """
        if self._scatter is None:
            return None
        places = torch.as_tensor(self._scatter.place(*self._arrays(where, features)))
        numbers = sample_numbers(where, len(self._labels))
        rows = np.flatnonzero(np.isin(numbers, self._probe))
        if len(rows):
            self._placed.append((numbers[rows], places[torch.from_numpy(rows)]))
        return places

    @property
    def frame(self) -> ClassMeanSubspace:
        """Return that in which the samples are placed, once all batches have come."""
        assert self._own_frame is not None  # settled
        return self._own_frame

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
        rows = None if classifier is None else self.frame.directions(classifier)
        return Positions(self.frame.coordinates(self.statistics.means), probe, rows)

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
        means = self.frame.coordinates(self.statistics.means) if drawn else None
        return OtherPositions(self._probe_places(), means)

    def _probe_places(self) -> Floats:
        if self.probed is not None:
            places = doubles(self.probed).numpy()
            return self.frame.coordinates(places) if self._widened else places
        probe = np.zeros((len(self._probe), self.frame.basis.shape[1]))
        for numbers, placed in self._placed:
            probe[np.searchsorted(self._probe, numbers)] = doubles(placed).numpy()
        return probe

    def widen(self, frame: ClassMeanSubspace) -> None:
        """Let the probe samples, whose features are held, be placed in another frame."""
        self._own_frame = frame

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
    if len(batches) == 1 and _is_ascending(batches[0][0]):
        return batches[0][1]
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


def _is_ascending(numbers: Ints) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())
