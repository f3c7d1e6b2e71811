"""What can be used of the arrays of a file, read epoch by epoch when a run is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.series import FeatureSeries
from ncviz.arrays.stored import StoredArray
from ncviz.runs.features import kept_rows
from ncviz.runs.probe import to_pictures

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class UsableFeatures:
    """Features of those samples and epochs that can be used; nothing at the other epochs."""

    series: FeatureSeries
    samples: NDArray[np.bool_]
    epochs: NDArray[np.bool_]
    skipped: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, ...]:
        """Return E, N and d."""
        return (int((~self.skipped).sum()), int(self.samples.sum()), self.series.shape[2])

    def __iter__(self) -> Iterator[NDArray[Any]]:
        kept = ~self.skipped
        # As the series: neither holds what it has handed out.
        return map(self._kept, compress(self.series, kept), self.epochs[kept])

    def _kept(self, rows: NDArray[Any], usable: np.bool_) -> NDArray[Any]:
        return kept_rows(rows, self.samples if usable else np.zeros_like(self.samples))


@dataclass(frozen=True, eq=False)
class UsableLogits:
    """What the network answered, one column a class."""

    series: FeatureSeries
    columns: Ints
    samples: NDArray[np.bool_]
    skipped: NDArray[np.bool_]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return map(self._chosen, compress(self.series, ~self.skipped))

    def _chosen(self, rows: NDArray[Any]) -> NDArray[Any]:
        return rows[self.samples][:, self.columns]


@dataclass(frozen=True, eq=False)
class UsablePictures:
    """Pictures of the samples, read when some are asked for."""

    array: StoredArray
    samples: NDArray[np.bool_]

    def __call__(self, probe: Ints) -> NDArray[np.uint8] | None:
        """Return those of some samples, counted among the usable ones."""
        return to_pictures(self.array.take(np.flatnonzero(self.samples)[probe]))
