"""Slabs: large features read a cache at a time, class by class, on all cores."""

import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, to_device
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from ncviz.errors import UserError

CACHE_BYTES = 2**19  # of a slab in float64: it stays in a core's own cache
FEWEST_ROWS = 64  # of a slab, if they fit: each slab also adds to the K×d sums
MOST_NUMBERS = 2**20  # of those rows
DEVICE_BYTES = 256 * 2**20  # the same on a GPU, where each call costs
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


def one_blas_thread() -> AbstractContextManager[Any]:
    """Let NumPy's matrix products work on one core.

    Slabs are small: handing parts of them to other threads costs more than it
    gains, and on a busy machine many times more. SciPy's products, too, which has a BLAS of
    its own, if it is loaded by then.
    """
    blas = _blas("scipy.linalg._fblas" in sys.modules)
    limit: AbstractContextManager[Any] = blas.limit(limits=1, user_api="blas")
    return limit


@lru_cache(maxsize=2)
def _blas(_with_scipy: bool) -> ThreadpoolController:
    return ThreadpoolController()


@dataclass(frozen=True, eq=False)
class Slab:
    """Some rows as a float64 copy, sorted by labels, which lie on the host and beside them."""

    rows: Any
    labels: NDArray[np.int64]
    labels_beside: Any

    def add_sums(self, values: Any, total: Any, xp: Any) -> None:
        """Add the values of each class's rows to its row of the total, in place."""
        if not isinstance(values, np.ndarray):
            low, high = int(self.labels[0]), int(self.labels[-1]) + 1
            numbers = xp.arange(low, high, device=device(values))
            one_hot = xp.astype(numbers[:, None] == self.labels_beside[None, :], xp.float64)
            total[low:high] += one_hot @ values
            return
        starts = np.flatnonzero(self.labels[1:] != self.labels[:-1]) + 1
        for start, end in pairwise([0, *starts.tolist(), len(values)]):
            total[self.labels[start]] += np.ones(end - start) @ values[start:end]

    def subtract_means(self, means: Any, xp: Any) -> Any:
        """Return the rows less their class means; the slab's own memory is used up."""
        rows = self.rows
        if self.labels[0] == self.labels[-1]:
            rows -= means[self.labels[0]]
        else:
            rows -= _take(means, self.labels_beside, "means", xp)
        return rows


def slabs(features: Any, labels: NDArray[np.integer[Any]]) -> Iterator[Slab]:
    """Yield the rows class by class: the fewer classes in a slab, the less to multiply.

    On the CPU a slab fits the cache, so that the memory is read once a pass.
    """
    xp = array_namespace(features)
    where = device(features)
    room = CACHE_BYTES if str(where) == "cpu" else DEVICE_BYTES
    width = max(1, features.shape[1])
    height = max(1, min(FEWEST_ROWS, MOST_NUMBERS // width), room // (8 * width))
    order = np.argsort(labels, kind="stable")
    own = labels[order].astype(np.int64, copy=False)
    edges = [*range(0, features.shape[0], height), features.shape[0]]
    for start, end in pairwise(edges):
        some, part = order[start:end], own[start:end]
        beside = part
        if not isinstance(features, np.ndarray):
            some, beside = (to_device(xp.asarray(each), where) for each in (some, part))
        yield Slab(_float64_copy(_take(features, some, "read", xp), xp), part, beside)


def class_sums(
    features: Any,
    labels: NDArray[Any],
    shape: tuple[int, int],
    values: Callable[[Slab, Any], Any],
) -> Any:
    """Return the sums over the samples of each class of what a slab's rows become.

    Parameters
    ----------
    features : array, shape (N, d)
    labels : array of int, shape (N,)
    shape : tuple of int
        Of the sums: K, and numbers a sample.
    values : callable
        Given a slab and the features' library, returns the numbers of each row.
    """
    xp = array_namespace(features)
    total = xp.zeros(shape, dtype=xp.float64, device=device(features))
    with one_blas_thread():
        for slab in slabs(features, labels):
            slab.add_sums(values(slab, xp), total, xp)
    return total


def _take(array: Any, rows: Any, name: str, xp: Any) -> Any:
    """Return rows of an array, where NumPy can in memory that is used again."""
    if not (isinstance(array, np.ndarray) and array.flags.c_contiguous):
        return array[rows] if isinstance(array, np.ndarray) else xp.take(array, rows, axis=0)
    out = _scratch.array(name, (len(rows), array.shape[1]), array.dtype)
    # Labels are checked; any mode but 'raise' writes without another copy.
    return np.take(array, rows, axis=0, out=out, mode="clip")


def _float64_copy(rows: Any, xp: Any) -> Any:
    if not isinstance(rows, np.ndarray):
        return xp.astype(rows, xp.float64)
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
        if dtype.itemsize * size > 2 * CACHE_BYTES:  # too large to keep
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
            f"Features of shape {tuple(features.shape)} do not fit labels of shape "
            f"{tuple(labels.shape)}: give an (N, d) array and N labels."
        )
    if features.shape[0] == 0:
        raise UserError("There are no samples to measure: give at least one.")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise UserError(f"Labels run from {low} to {high}: they must lie in 0…{classes - 1}.")
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
