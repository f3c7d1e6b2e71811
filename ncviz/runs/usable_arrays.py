"""What can be used of the arrays of a file, read epoch by epoch when a run is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.series import FeatureSeries
from ncviz.arrays.stored import StoredArray
from ncviz.arrays.streamed import StreamedRows
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

    def __iter__(self) -> Iterator[NDArray[Any] | StreamedRows]:
        kept = ~self.skipped
        # As the series: neither holds what it has handed out.
        return map(self._kept, compress(self.series, kept), self.epochs[kept])

    def _kept(
        self, rows: NDArray[Any] | StreamedRows, usable: np.bool_
    ) -> NDArray[Any] | StreamedRows:
        kept = self.samples if usable else np.zeros_like(self.samples)
        if isinstance(rows, StreamedRows):
            return rows if kept.all() else replace(rows, kept=kept)
        return kept_rows(rows, kept)


def usable_logits(
    series: FeatureSeries, columns: Ints, samples: NDArray[np.bool_], skipped: NDArray[np.bool_]
) -> Iterator[NDArray[Any] | StreamedRows]:
    """Yield what the network answered at each epoch, one column a class."""

    def chosen(rows: NDArray[Any] | StreamedRows) -> NDArray[Any] | StreamedRows:
        if isinstance(rows, StreamedRows):
            return replace(rows, kept=samples, columns=columns)
        return rows[samples][:, columns]

    return map(chosen, compress(series, ~skipped))  # holds none, as the series


def usable_pictures(
    array: StoredArray, samples: NDArray[np.bool_], probe: Ints
) -> NDArray[np.uint8] | None:
    """Return the pictures of some samples, counted among the usable ones."""
    return to_pictures(array.take(np.flatnonzero(samples)[probe]))
