"""Which class mean is nearest to each sample, and what follows."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.doubles import has_doubles, on_processor
from ncviz.geometry.collapse import nearest_class_means
from ncviz.measuring.measured import Measured
from ncviz.measuring.tally import Tally, Where, joined, sample_numbers
from ncviz.runs.snapshot import NearestMeans

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class NearestTrainingMeans:
    """Finds for samples of every split the nearest class mean of the training samples."""

    def __init__(self, measured: Measured) -> None:
        self._on = measured
        self._train: dict[int, tuple[Any, Any]] = {}

    def find(self, tally: Tally, layer: int, split: str, where: Where, places: Tensor) -> None:
        """Note in a tally what is nearest to some of its samples.

        Parameters
        ----------
        tally : Tally
            Settled; that of the training split comes first at a layer.
        layer : int
        split : str
        where : slice or array of int
        places : Tensor, shape (n, r)
            Of the samples that stand there, in the span of the training means: what is beside it
            is as far from all of these.
        """
        if split == "train" and not tally.nearest_parts:
            self.learn(tally, layer, place_of(places.device))
        if split in self._on.foreign:
            return
        nearest = nearest_of(places, *self._train[layer])
        samples = len(self._on.labels[split])
        tally.nearest_parts.append((sample_numbers(where, samples), nearest))

    def learn(self, tally: Tally, layer: int, where: torch.device) -> None:
        """Take the class means of the training samples, wherever these are, to this device."""
        means: Any = tally.frame.coordinates(tally.means)
        present: Any = tally.present
        if where.type != "cpu":
            means, present = (torch.from_numpy(each).to(where) for each in (means, present))
        self._train[layer] = means, present

    @staticmethod
    def bring_over(tallies: Iterable[Tally]) -> None:
        """Take what was found from the device, all in one copy."""
        waiting = [tally for tally in tallies if tally.nearest_parts]
        found = on_processor([joined(tally.nearest_parts) for tally in waiting])
        for tally, nearest in zip(waiting, found, strict=True):
            tally.nearest = np.asarray(nearest.numpy(), dtype=np.int64)
            tally.nearest_parts = []

    def count(
        self, tallies: Mapping[str, Tally], predicted: Mapping[str, Ints]
    ) -> dict[str, NearestMeans]:
        """Return what the nearest means of a layer say, of the splits where they were found."""
        return {
            split: _count(tally.nearest, self._on.labels[split], predicted[split], tally.classes)
            for split, tally in tallies.items()
            if split not in self._on.foreign and tally.nearest is not None
        }


def place_of(device: torch.device) -> torch.device:
    """Return where features of a device can be in double precision."""
    return device if has_doubles(device.type) else torch.device("cpu")


def nearest_of(features: Tensor, means: Any, present: Any) -> Tensor:
    """Return the class whose mean is nearest to each sample, shape (N,).

    Parameters
    ----------
    features : Tensor, shape (N, d)
    means : array or Tensor, shape (K, d)
        In double precision; arrays for features on the processor.
    present : array or Tensor of bool, shape (K,)
        Which classes have a mean.
    """
    where = place_of(features.device)
    rows: Any = features.to(where).double()
    rows = rows.numpy() if where.type == "cpu" else rows
    return torch.as_tensor(nearest_class_means(rows, means, present))


def _count(nearest: Ints, labels: Ints, predicted: Ints, classes: int) -> NearestMeans:
    wrong, differs = (
        np.bincount(labels[nearest != other], minlength=classes) for other in (labels, predicted)
    )
    return NearestMeans(wrong, differs)
