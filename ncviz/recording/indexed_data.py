"""Data of a training loop that can be read by number: in its own order, or shuffled anew."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
)
from torch.utils.data.distributed import DistributedSampler

from ncviz.recording.loop_batches import as_batch, is_single

ROWS_AT_ONCE = 64  # samples


class IndexedData:
    """A data set whose samples can be read in any order, and how they become batches."""

    def __init__(self, data: Any) -> None:
        self._loader = cast(Any, data) if isinstance(data, DataLoader) else None
        self.dataset = data if self._loader is None else self._loader.dataset
        sampler = _sampler_of(data) if self._loader is not None else None
        whole = np.arange(len(self.dataset))
        self.sampler = None
        self.order_is_known = True
        if sampler is None or _visits_all_once(sampler):
            self.indices = whole
        elif hasattr(sampler, "indices") and not hasattr(sampler, "weights"):
            self.indices = np.asarray(list(sampler.indices), dtype=np.int64)
        else:  # weighted, or of the user's own: which samples it takes, and how often
            self.indices, self.order_is_known = whole, False
            self.sampler = sampler

    @staticmethod
    def of(data: Any) -> "IndexedData | None":
        """Return data as such a set; None where they are none."""
        if isinstance(data, DataLoader) and (data.batch_sampler is None or not only_collates(data)):
            return None
        dataset = data.dataset if isinstance(data, DataLoader) else data
        if is_batch(data) or isinstance(data, Mapping | str | bytes):
            return None
        if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__getitem__"):
            return None
        if not hasattr(dataset, "__len__"):
            return None
        is_set = isinstance(data, Dataset | DataLoader) or (len(data) and is_single(data[0]))
        return IndexedData(data) if is_set else None

    @property
    def known_length(self) -> int | None:
        """Return how many samples an epoch has; None where the sampler decides."""
        return len(self.indices) if self.order_is_known else -1

    def shuffled(self, seed: int) -> Iterator[int]:
        """Yield indices: of the sampler's choice where it has one, else by a seed."""
        if self.sampler is not None:
            for item in self.sampler:
                yield from item if isinstance(item, list | tuple) else [item]
            return
        yield from np.random.default_rng(seed).permutation(self.indices).tolist()

    def batches(self, indices: Any) -> Iterator[Any]:
        """Yield batches of the samples that have these indices."""
        collate = self._loader.collate_fn if self._loader is not None else None
        numbers = iter(map(int, indices))
        own = getattr(self._loader and self._loader.batch_sampler, "batch_size", None)
        # Samples of several sizes come one by one, or are filled up batch by batch.
        while some := list(itertools.islice(numbers, min(own or ROWS_AT_ONCE, ROWS_AT_ONCE))):
            items = [self.dataset[index] for index in some]
            if collate is not None:
                yield collate(items)
                continue
            is_set = isinstance(self.dataset, Dataset)
            for item in items:
                yield as_batch(item) if is_set or is_single(item) else item


def _sampler_of(loader: Any) -> Any:
    """Return what chooses the indices, inside whatever shares out the batches."""
    sampler = loader.batch_sampler
    for _ in range(4):
        inner = getattr(sampler, "batch_sampler", None) or getattr(sampler, "sampler", None)
        if inner is None:
            return sampler
        sampler = inner
    return sampler


def only_collates(loader: Any) -> bool:
    """Tell whether a loader gives what its data set and `collate_fn` make, and no more.

    One with an `__iter__` of its own may prepare batches on the way. Those of these
    packages move them to a device, and keep count.
    """
    kind = next(kind for kind in type(loader).__mro__ if "__iter__" in vars(kind))
    return kind.__module__.partition(".")[0] in ("torch", "accelerate", "torchdata")


def _visits_all_once(sampler: Any) -> bool:
    if isinstance(sampler, RandomSampler):
        return not sampler.replacement and sampler.num_samples == len(sampler.data_source)
    return isinstance(sampler, SequentialSampler | DistributedSampler)


def is_batch(data: Any) -> bool:
    """Tell whether these are samples with labels in memory, such as (images, labels)."""
    if isinstance(data, Mapping):
        return any(hasattr(value, "shape") for value in data.values())
    if not isinstance(data, list | tuple) or len(data) < 2:
        return False
    if isinstance(data[0], list | tuple | Mapping):  # several inputs, and labels for them
        return len(getattr(data[1], "shape", ())) > 0
    return len(getattr(data[0], "shape", ())) > 1
