"""Slabs: large features read a cache at a time, class by class, on all cores."""

import math
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, to_device
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from ncviz.errors import UserError
from ncviz.language import tr

CACHE_BYTES = 2**19  # of a slab in float64: it stays in a core's own cache
FEWEST_ROWS = 64  # of a slab, if they fit: each slab also adds to the K×d sums
MOST_NUMBERS = 2**19  # of those rows, which memory that is used again has room for
WHOLE = 2**20  # numbers of features that are one slab, converted once for all that reads them
DEVICE_BYTES = 256 * 2**20  # the same on a GPU, where each call costs
FEW_CLASSES = 32  # whose sums one product of matrices gives faster than one a class,
FEW_NUMBERS = 2**15  # of so many numbers
PARALLEL_FROM = 2**21  # numbers; fewer are not worth a second thread
MOST_THREADS = 8


def parts(features: Any, labels: Any) -> list[tuple[Any, Any]]:
    """Cut large arrays by rows, one part a core: NumPy works outside the interpreter's lock.

    Each part has class means of its own: it must have more rows than there are of them.
    """
    if not isinstance(features, np.ndarray) or features.size < PARALLEL_FROM:
        return [(features, labels)]
    worth = len(features) // max(FEWEST_ROWS, int(labels.max()) + 1)
    count = max(1, min(os.cpu_count() or 1, MOST_THREADS, worth))
    edges = np.linspace(0, len(features), count + 1).astype(int)
    return [(features[a:b], labels[a:b]) for a, b in pairwise(edges) if b > a]


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let NumPy's matrix products work on one core.

    Slabs are small: handing parts of them to other threads costs more than it
    gains, and on a busy machine many times more. SciPy's products, too, which has a BLAS of
    its own, if it is loaded by then.
    """
    with _limited.lock:  # of those that ask, the first sets the limit and the last restores it
        if not _limited.asking:
            blas = _blas("scipy.linalg._fblas" in sys.modules)
            _limited.limit = blas.limit(limits=1, user_api="blas")
        _limited.asking += 1
    try:
        yield
    finally:
        with _limited.lock:
            _limited.asking -= 1
            if not _limited.asking:
                _limited.limit.restore_original_limits()


class _Limited:
    """How many ask for one thread now."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asking = 0
        self.limit: Any = None


_limited = _Limited()


@lru_cache(maxsize=2)
def _blas(_with_scipy: bool) -> ThreadpoolController:
    return ThreadpoolController()


@dataclass(frozen=True, eq=False)
class Slab:
    """Some rows as a float64 copy, sorted by labels, which lie on the host and beside them."""

    rows: Any
    labels: NDArray[np.int64]
    labels_beside: Any
    one_hot: NDArray[np.float64] | None = None
    """A row a class from the first to the last, where one product sums up all of them."""

    def add_sums(self, values: Any, total: Any, xp: Any) -> None:
        """Add the values of each class's rows to its row of the total, in place."""
        if self.one_hot is not None and values.size <= FEW_NUMBERS:
            low = self.labels[0]
            total[low : low + len(self.one_hot)] += self.one_hot @ values
            return
        if not isinstance(values, np.ndarray):
            low, high = int(self.labels[0]), int(self.labels[-1]) + 1
            numbers = xp.arange(low, high, device=device(values))
            one_hot = xp.astype(numbers[:, None] == self.labels_beside[None, :], xp.float64)
            total[low:high] += one_hot @ values
            return
        starts = np.flatnonzero(self.labels[1:] != self.labels[:-1]) + 1
        for start, end in pairwise([0, *starts.tolist(), len(values)]):
            total[self.labels[start]] += np.ones(end - start) @ values[start:end]

    def subtract_means(self, means: Any, xp: Any) -> None:
        """Take from each row its class mean, in place."""
        rows, low, high = self.rows, int(self.labels[0]), int(self.labels[-1])
        if isinstance(rows, np.ndarray) and high - low < FEW_CLASSES:
            edges = np.searchsorted(self.labels, np.arange(low, high + 2)).tolist()
            for number, (start, end) in enumerate(pairwise(edges), start=low):
                rows[start:end] -= means[number]
        else:
            rows -= _take(means, self.labels_beside, "means", xp)


Values = Callable[[Slab, Any], Any]


class ClassOrder:
    """Samples class by class: found once for all layers and epochs.

    Parameters
    ----------
    labels : array of int, shape (N,)
        NumPy's, checked.
    """

    def __init__(self, labels: NDArray[np.integer[Any]]) -> None:
        self.order = np.argsort(labels, kind="stable")
        self.labels = labels[self.order].astype(np.int64, copy=False)

    @cached_property
    def back(self) -> NDArray[np.int64]:
        """Return where each sample stands now, shape (N,)."""
        back = np.empty_like(self.order)
        back[self.order] = np.arange(len(back))
        return back

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Return how many samples of each class there are, up to the last that has some."""
        return np.bincount(self.labels)

    @cached_property
    def one_hot(self) -> NDArray[np.float64] | None:
        """Return what a slab of all of them sums up with; None of many classes."""
        low, high = int(self.labels[0]), int(self.labels[-1]) + 1
        if high - low > FEW_CLASSES or len(self.labels) > WHOLE:
            return None
        return np.asarray(np.arange(low, high)[:, None] == self.labels, dtype=np.float64)


class ClassRows:
    """Features of a layer in double precision, class by class, to be read several times.

    The fewer classes in a slab, the less to multiply. Few features are one slab, which is
    converted once and kept; of more, each reading takes a slab after the other, which fits the
    processor's cache, so that the memory is read once.

    Parameters
    ----------
    features : array, shape (N, d)
        Of NumPy or another library of the array API, of any real type, on any device.
    labels : array of int, shape (N,), or ClassOrder
        NumPy's, checked.
    """

    def __init__(self, features: Any, labels: NDArray[np.integer[Any]] | ClassOrder) -> None:
        self.features = features
        self.xp, self.device = array_namespace(features), device(features)
        self.by_class = labels if isinstance(labels, ClassOrder) else ClassOrder(labels)
        self.order, self.labels = self.by_class.order, self.by_class.labels
        self._kept: Slab | None = None
        self._about: NDArray[np.float64] | None = None

    def slabs(self, height: int = 0) -> Iterator[Slab]:
        """Yield the rows as they are.

        Parameters
        ----------
        height : int, optional
            Rows of a slab at least, where they are not all in one.
        """
        count, width = self.features.shape
        few = count * width <= WHOLE
        if few and self._kept is not None and self._about is None:
            yield self._kept
            return
        room = CACHE_BYTES if str(self.device) == "cpu" else DEVICE_BYTES
        height = max(height, 1, min(FEWEST_ROWS, MOST_NUMBERS // max(1, width)))
        height = count if few else max(height, room // (8 * max(1, width)))
        for start in range(0, count, height):
            part = slice(start, start + height)
            some, beside = self.order[part], self.labels[part]
            own = beside
            if not isinstance(self.features, np.ndarray):
                some, beside = (
                    to_device(self.xp.asarray(each), self.device) for each in (some, own)
                )
            rows = _take(self.features, some, "read", self.xp)
            one_hot = self.by_class.one_hot if few and isinstance(rows, np.ndarray) else None
            slab = Slab(_float64_copy(rows, self.xp, kept=few), own, beside, one_hot)
            if few:
                self._kept, self._about = slab, None
            yield slab

    def less(self, means: NDArray[np.float64], height: int = 0) -> Iterator[Slab]:
        """Yield the rows less their class means, shape (K, d); `height` as of `slabs`."""
        if self._kept is not None and self._about is means:
            yield self._kept
            return
        there = beside(means, self.xp, self.device)
        for slab in self.slabs(height):
            slab.subtract_means(there, self.xp)
            if slab is self._kept:
                self._about = means
            yield slab

    def in_their_order(self, parts: list[Any]) -> Any:
        """Return what was found of the rows of one slab after the other, as they came."""
        found = parts[0] if len(parts) == 1 else self.xp.concat(parts)
        return self.xp.take(found, beside(self.by_class.back, self.xp, self.device), axis=0)

    def sums(self, slabs: Iterable[Slab], shape: tuple[int, int], values: Values) -> Any:
        """Return the sums over the samples of each class of what a slab's rows become.

        Parameters
        ----------
        slabs : iterable of Slab
        shape : tuple of int
            Of the sums: K, and numbers a sample.
        values : callable
            Given a slab and the features' library, returns the numbers of each row.
        """
        total = self.xp.zeros(shape, dtype=self.xp.float64, device=self.device)
        for slab in slabs:
            slab.add_sums(values(slab, self.xp), total, self.xp)
        return total


def beside(array: NDArray[Any], xp: Any, where: Any) -> Any:
    """Return an array of the host where features of this library and device are."""
    return array if xp.__name__.endswith("numpy") else to_device(xp.asarray(array), where)


def _take(array: Any, rows: Any, name: str, xp: Any) -> Any:
    """Return rows of an array, where NumPy can in memory that is used again."""
    if not (isinstance(array, np.ndarray) and array.flags.c_contiguous):
        return array[rows] if isinstance(array, np.ndarray) else xp.take(array, rows, axis=0)
    out = _scratch.array(name, (len(rows), array.shape[1]), array.dtype)
    # Labels are checked; any mode but 'raise' writes without another copy.
    return np.take(array, rows, axis=0, out=out, mode="clip")


def _float64_copy(rows: Any, xp: Any, *, kept: bool) -> Any:
    if not isinstance(rows, np.ndarray):
        return xp.astype(rows, xp.float64)
    if kept:
        return rows.astype(np.float64)
    if rows.dtype == np.float64:  # `_take` has copied
        return rows
    copy = _scratch.array("rows", rows.shape, np.dtype(np.float64))
    np.copyto(copy, rows)
    return copy


class _Scratch(threading.local):
    """Memory of a thread that is used again: fresh pages cost more than the arithmetic."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Any], NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """Return an array with any content; the next one of this name takes its place."""
        size = math.prod(shape)
        if size > MOST_NUMBERS:  # too large to keep
            return np.empty(shape, dtype)
        held = self._held.get((name, dtype))
        if held is None or held.size < size:
            held = self._held[name, dtype] = np.empty(size, dtype)
        return held[:size].reshape(shape)


_scratch = _Scratch()


def checked_labels(features: Any, labels: Any, classes: int) -> Any:
    """Return the labels of features as NumPy's: asked of a GPU, each thing would hold it up.

    Raises
    ------
    UserError
        If shapes disagree, there are no samples, or a label is out of range.
    """
    labels = labels if isinstance(labels, np.ndarray) else np.asarray(to_device(labels, "cpu"))
    if features.ndim != 2 or labels.ndim != 1 or features.shape[0] != labels.shape[0]:
        raise UserError(
            tr(
                "Features of shape {shape} do not fit labels of shape "
                "{shape_2}: give an (N, d) array and N labels.",
                shape=tuple(features.shape),
                shape_2=tuple(labels.shape),
            )
        )
    if features.shape[0] == 0:
        raise UserError(tr("There are no samples to measure: give at least one."))
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise UserError(
            tr(
                "Labels run from {low} to {high}: they must lie in 0…{classes}.",
                low=low,
                high=high,
                classes=classes - 1,
            )
        )
    return labels


def added(one: Any, other: Any) -> Any:
    """Add two sums where they lie, or on the host if they lie apart."""
    if type(one) is type(other) and device(one) == device(other):
        return one + other
    return as_numpy(one) + as_numpy(other)


def as_numpy(array: Any) -> NDArray[np.float64]:
    """Return numbers in double precision, on the host."""
    if isinstance(array, np.ndarray):
        return array.astype(np.float64, copy=False)
    return np.asarray(to_device(array, "cpu"), dtype=np.float64)
