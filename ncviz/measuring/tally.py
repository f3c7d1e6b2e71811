"""One layer on one split: held whole where it is narrow, else summed up batch by batch."""

from dataclasses import replace
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
from ncviz.runs.snapshot import Positions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    """

    def __init__(
        self,
        classes: int,
        labels: Ints,
        probe: Ints,
        *,
        held: bool,
        sizes: Ints | None = None,
    ) -> None:
        self._classes = classes
        self._sizes = sizes
        self._labels = labels
        self._probe = probe
        self._batches: list[Tensor] | None = [] if held else None
        self._means = ClassMeans(classes, sizes)
        self._scatter: WithinScatter | None = None
        self._subspace: ClassMeanSubspace | None = None
        self._probe_rows: list[Floats] = []
        self._statistics: ClassStatistics | None = None
        self.whole: Tensor | None = None

    def add(self, where: slice, features: Tensor) -> None:
        """Take a batch, shape (n, d), of the samples that stand at `where`."""
        if self._batches is not None:
            self._batches.append(features)
        else:
            self._means.update(*self._arrays(where, features))

    def settle(self) -> None:
        """Say that all batches have come once.

        Raises
        ------
        UserError
            If a feature is NaN or infinite.
        """
        if self._batches is not None:
            self.whole = torch.cat(self._batches)
            self._batches = None
            everything = slice(0, len(self._labels))
            arrays = self._arrays(everything, self.whole)
            self._statistics = class_statistics(*arrays, self._classes, self._sizes)
            self._subspace = class_mean_subspace(self._statistics.means)
            rows = self.whole[torch.from_numpy(self._probe)]
            self._probe_rows.append(self._placed(rows))
        else:
            self._scatter = WithinScatter(self._means)
            self._subspace = class_mean_subspace(self._scatter.means)

    def add_again(self, where: slice, features: Tensor) -> None:
        """Take the same batches a second time; does nothing for a layer that is held."""
        if self._scatter is None:
            return
        self._scatter.update(*self._arrays(where, features))
        first, last = np.searchsorted(self._probe, (where.start, where.stop))
        if last > first:
            rows = torch.from_numpy(self._probe[first:last] - where.start)
            self._probe_rows.append(self._placed(features[rows]))

    @property
    def statistics(self) -> ClassStatistics:
        """Return the statistics of all that has come."""
        if self._statistics is None:
            assert self._scatter is not None  # settled
            self._statistics = self._scatter.statistics()
        return self._statistics

    def positions(self, classifier: Floats | None) -> Positions:
        """Return where means, probe samples and classifier rows lie, as `layer_positions`."""
        assert self._subspace is not None  # settled
        rank = self._subspace.basis.shape[1]
        probe = np.concatenate(self._probe_rows) if self._probe_rows else np.zeros((0, rank))
        rows = None if classifier is None else self._subspace.directions(classifier)
        return Positions(self._subspace.coordinates(self.statistics.means), probe, rows)

    def narrow(self, widest: int) -> None:
        """Give the means of a wide layer in an orthonormal frame of their own span.

        Lengths and angles between the centred means, and all metrics, are the
        same; a K×d matrix a layer and epoch would fill the disk.
        """
        statistics = self.statistics
        if statistics.means.shape[1] <= widest:
            return
        present = statistics.present
        subspace = class_mean_subspace(statistics.means[present])
        means = np.zeros((self._classes, subspace.basis.shape[1]))
        means[present] = subspace.coordinates(statistics.means[present])
        self._statistics = replace(statistics, means=means)

    def _placed(self, rows: Tensor) -> Floats:
        assert self._subspace is not None  # settled
        return self._subspace.coordinates(doubles(rows).numpy())

    def _arrays(self, where: slice, features: Tensor) -> tuple[Any, Any]:
        labels = self._labels[where]
        # The same memory as arrays, with less overhead; NumPy has no bfloat16.
        if features.device.type == "cpu" and features.dtype != torch.bfloat16:
            return features.numpy(), labels
        return features, labels
