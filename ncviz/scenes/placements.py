"""What is expensive about the pictures of a run, remembered within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from ncviz.runs.run import Run
from ncviz.scenes.layout import Aligned, Floats, Ints, Layout, align, between, recorded_around
from ncviz.scenes.shadows import BEST, TOUR, drawn_shadow, kind_of
from ncviz.scenes.view import Shadow

MEMORY = 32 * 2**20  # bytes for each run: some hundred layers of a thousand samples
BEST_FIT_EPOCHS = 9  # of which the widest spread is found

Kept = TypeVar("Kept")
Classes = tuple[int, ...]


class Memory:
    """Keeps what was used last, up to so many bytes.

    Parameters
    ----------
    limit : int
        Bytes; what is larger by itself is not kept.
    """

    def __init__(self, limit: int = MEMORY) -> None:
        self._limit = limit
        self._used = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    @property
    def used(self) -> int:
        """Return the bytes of all that is kept."""
        return self._used

    def recall(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what is kept under a key, made now if need be; it must not be changed."""
        if key in self._kept:
            self._kept.move_to_end(key)
            found: Kept = self._kept[key][0]
            return found
        made = make()
        size = _bytes_of(made)
        if size <= self._limit:
            self._kept[key] = made, size
            self._used += size
            while self._used > self._limit:
                self._used -= self._kept.popitem(last=False)[1][1]
        return made


def _bytes_of(thing: Any) -> int:
    """Return about how much memory arrays take, alone or in a dataclass."""
    if isinstance(thing, np.ndarray):
        return 200 + thing.nbytes
    if is_dataclass(thing):
        return 200 + sum(_bytes_of(getattr(thing, field.name)) for field in fields(thing))
    return 100


# A run that nobody holds any more takes what was remembered of it along.
_memories: WeakKeyDictionary[Run, Memory] = WeakKeyDictionary()


def memory_of(run: Run) -> Memory:
    """Return what is remembered of a run."""
    memory = _memories.get(run)
    if memory is None:
        memory = _memories[run] = Memory()
    return memory


def samples_of(run: Run, classes: Classes) -> Ints:
    """Return the rows of the probe samples of some classes."""
    return memory_of(run).recall(
        ("samples", classes), lambda: np.flatnonzero(np.isin(run.probe.labels, classes))
    )


def shadow_of(run: Run, layer: int, classes: Classes, shadow: Shadow) -> Floats:
    """Return the matrix, shape (K′−1, 3), that draws aligned points of a layer.

    The widest spread is that of the means at epochs from the whole run: it is
    one shadow for all moments, so that motion stays motion of the network.
    """
    if kind_of(shadow, len(classes)) != BEST:
        return drawn_shadow(len(classes), shadow)
    picked = np.linspace(0, len(run.epochs) - 1, min(len(run.epochs), BEST_FIT_EPOCHS))
    epochs = tuple(run.epochs[int(k)] for k in picked.round())

    def widest() -> Floats:
        means = [aligned(run, epoch, layer, classes).means for epoch in epochs]
        return drawn_shadow(len(classes), shadow, np.concatenate(means))

    return memory_of(run).recall(("widest", epochs, layer, classes), widest)


def aligned(run: Run, epoch: int, layer: int, classes: Classes) -> Aligned:
    """Return a recorded layer aligned to the simplex ETF, in all dimensions; not remembered."""
    return align(run.snapshot(epoch).positions(layer), classes, samples_of(run, classes))


def layout_at_recorded(
    run: Run, epoch: int, layer: int, classes: Classes, shadow: Shadow | None = None
) -> Layout:
    """Return where a layer lies in the picture at a recorded epoch."""
    memory, shadow = memory_of(run), shadow or Shadow()
    where = epoch, layer, classes
    if kind_of(shadow, len(classes)) == TOUR:  # each moment another shadow of the same points
        points = memory.recall(("aligned", where), lambda: aligned(run, *where))
        return points.cast(drawn_shadow(len(classes), shadow))

    def cast() -> Layout:
        return aligned(run, *where).cast(shadow_of(run, layer, classes, shadow))

    kind = kind_of(shadow, len(classes))
    which = kind, (shadow.toward if kind == "axes" else ()), (run.epochs if kind == BEST else ())
    return memory.recall(("layout", where, which), cast)


def layout_at(
    run: Run, epoch: float, layer: int, classes: Classes, shadow: Shadow | None = None
) -> Layout:
    """Return where the chosen classes of a layer lie at a moment, interpolated if need be.

    Its arrays may be shared with later calls and must not be changed.
    """
    low, high, share = recorded_around(run.epochs, epoch)
    first = layout_at_recorded(run, low, layer, classes, shadow)
    if share == 0.0:
        return first
    return between(first, layout_at_recorded(run, high, layer, classes, shadow), share)
