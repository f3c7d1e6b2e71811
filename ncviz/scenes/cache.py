"""What is expensive about the pictures of a run, remembered within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from ncviz.runs.run import Run

# Bytes for each run: hundreds of layers of a thousand samples, some moments of a thousand classes.
MEMORY = 96 * 2**20

Kept = TypeVar("Kept")


class Cache:
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

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def under(self, name: str) -> dict[Hashable, Any]:
        """Return what is kept under keys that begin with a name."""
        return {
            key: kept
            for key, (kept, _) in self._kept.items()
            if isinstance(key, tuple) and key[:1] == (name,)
        }

    def adopt(self, other: "Cache") -> None:
        """Take over what is kept in another memory of the same run."""
        for key in tuple(other._kept):
            self.recall(key, partial(other.recall, key, lambda: None))

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
_memories: WeakKeyDictionary[Run, Cache] = WeakKeyDictionary()


def cache_of(run: Run) -> Cache:
    """Return what is remembered of a run."""
    memory = _memories.get(run)
    if memory is None:
        memory = _memories[run] = Cache()
    return memory
