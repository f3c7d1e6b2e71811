"""A layer of a run at one moment on one split, read as it is asked for."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.statistics import ClassStatistics
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Classifier, StoredSnapshot

Floats = NDArray[np.float64]


class AbsentError(Exception):
    """A number cannot be had; its text is one sentence that says why."""


class LayerAt:
    """What numbers are computed from; what is not there is told by an `AbsentError`.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0, the raw input.
    split : str
        'train' or 'test'.
    """

    def __init__(self, run: Run, epoch: int, layer: int, split: str) -> None:
        self.run, self.epoch, self.layer, self.split = run, epoch, layer, split
        self.is_last = layer == len(run.manifest.layers) - 1

    @cached_property
    def snapshot(self) -> StoredSnapshot:
        """Return the recorded epoch."""
        return self.run.snapshot(self.epoch)

    @cached_property
    def recorded(self) -> ClassStatistics | None:
        """Return the statistics of the layer; None if the split was not recorded."""
        return self.snapshot.statistics(self.layer, self.split)

    @property
    def statistics(self) -> ClassStatistics:
        """Return the statistics of the layer."""
        if self.recorded is None:
            raise AbsentError("The features of this layer were not recorded for these samples.")
        return self.recorded

    @cached_property
    def centered_means(self) -> Floats:
        """Return m_k of the classes that have samples, shape (K′, d)."""
        return self.statistics.centered_means

    @cached_property
    def classifier(self) -> Classifier:
        """Return the last linear layer."""
        found = self.snapshot.classifier() if self.is_last else None
        if found is None:
            where = "was not recorded" if self.is_last else "stands behind the last layer"
            raise AbsentError(f"There is no value here: the classifier {where}.")
        return found

    @property
    def rows(self) -> Floats:
        """Return w_k, shape (K, d)."""
        return self.classifier.weight

    @property
    def paired(self) -> tuple[Floats, Floats]:
        """Return w_k and m_k, row by row of the same classes."""
        rows, means = self.rows, self.centered_means
        if rows.shape != means.shape:
            raise AbsentError(
                f"There is no value here: the classifier has {rows.shape[0]} rows of "
                f"{rows.shape[1]} features, and there are {means.shape[0]} class means of "
                f"{means.shape[1]}."
            )
        return rows, means

    def scalar(self, name: str) -> float:
        """Return a recorded scalar of the split."""
        if name not in self.snapshot.scalars:
            raise AbsentError("There is no value here: it was not recorded.")
        return self.snapshot.scalars[name]

    @cached_property
    def fuzziness(self) -> list[float]:
        """Return D_1 … D_m of all layers."""
        return fuzziness_by_layer(self.run, self.epoch, self.split)
