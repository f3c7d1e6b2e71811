"""Processes that measure together through `torch.distributed`."""

import hashlib
import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed

from ncviz.errors import UserError, reason
from ncviz.language import named, tr
from ncviz.measuring.peers import Exchange, LostError, Numbers, Part, Peers, is_known

PATIENCE = timedelta(minutes=30)
"""How long a process waits for the others: they may have more to read."""

_END = Exchange(named("the end of a step"))


class SharedError(UserError):
    """What has failed in one process, in the words that all of them know."""


class GroupedPeers(Peers):
    """A process among those of a group that was made.

    Parameters
    ----------
    rank, size : int
    patience : timedelta, optional
        That the group was made with.

    Notes
    -----
    Before each exchange all processes tell each other whether they have failed: so none waits for
    what one that failed would have sent.
    """

    def __init__(self, rank: int, size: int, patience: timedelta = PATIENCE) -> None:
        self.rank = rank
        self.size = size
        self._patience = patience

    @contextmanager
    def agreed(self) -> Iterator[None]:
        """Let what fails within in one process fail in all of them, with the same words."""
        try:
            yield
        except Exception as error:
            if not is_known(error):
                self._meet(_END, error)
            raise
        self._meet(_END)

    def summed(self, numbers: Numbers, what: Exchange) -> Numbers:
        """Return the sums over all processes; complete in the first."""
        self._meet(what)
        sums = np.array(numbers)
        with self._waiting(what):
            distributed.reduce(torch.from_numpy(sums), dst=0)
        return sums

    def gathered(self, value: Any, what: Exchange) -> list[Any]:
        """Return the values of all processes; in others than the first none."""
        self._meet(what)
        found: list[Any] | None = [None] * self.size if self.is_first else None
        with self._waiting(what):
            distributed.gather_object(value, found, dst=0)
        return found or []

    def known_to_all(self, value: Any, what: Exchange) -> list[Any]:
        """Return the values of all processes everywhere."""
        self._meet(what)
        found: list[Any] = [None] * self.size
        with self._waiting(what):
            distributed.all_gather_object(found, value)
        return found

    def told(self, value: Any, what: Exchange) -> Any:
        """Return the first process's value everywhere."""
        self._meet(what)
        found = [value if self.is_first else None]
        with self._waiting(what):
            distributed.broadcast_object_list(found, src=0)
        return found[0]

    def parts(self, own: list[Part], what: Exchange) -> list[Part]:
        """Return all that was found, one process after the other; in others than the first none."""
        numbers = np.concatenate([each for each, _ in own]) if own else np.zeros(0, np.int64)
        mine = torch.cat([each for _, each in own]).contiguous() if own else None
        header = (numbers, None if mine is None else (tuple(mine.shape), mine.dtype))
        headers = self.gathered(header, what)
        with self._waiting(what):
            if not self.is_first:
                if mine is not None:
                    distributed.send(_bytes_of(mine), dst=0)
                return []
            found = [(numbers, mine)] if mine is not None else []
            for rank, (others, kind) in enumerate(headers[1:], start=1):
                if kind is not None:
                    shape, dtype = kind
                    theirs = torch.empty(shape, dtype=dtype)
                    distributed.recv(theirs.view(-1).view(torch.uint8), src=rank)
                    found.append((others, theirs))
        # Where the first process's own are: the sums follow the features.
        where = found[0][1].device if found else torch.device("cpu")
        return [(numbers, features.to(where)) for numbers, features in found]

    def _meet(self, what: Exchange, failed: Exception | None = None) -> None:
        """Wait for all, and raise what has failed in one of them.

        Raises
        ------
        SharedError
            Which process has failed, and why; what is a `UserError` or an error of ours there
            stays of its kind.
        """
        own = torch.tensor([failed is not None, _number_of(what)], dtype=torch.int64)
        all_of_them = [torch.zeros_like(own) for _ in range(self.size)]
        with self._waiting(what):
            distributed.all_gather(all_of_them, own)
        if any(bool(each[0]) for each in all_of_them):
            found: list[Any] = [None] * self.size
            with self._waiting(what):
                distributed.all_gather_object(found, self._named(failed))
            if failed is not None:
                failed.is_known_to_all = True  # type: ignore[attr-defined]
                first = next(error for error in found if error is not None)
                if str(first) != str(found[self.rank]):
                    raise first from failed
                return
            raise next(error for error in found if error is not None)
        if len({int(each[1]) for each in all_of_them}) > 1:
            raise LostError(
                tr(
                    "The processes do not measure the same (process {rank} is at {what}): give "
                    "all of them the same command, model and data.",
                    rank=self.rank,
                    what=what,
                )
            )

    def _named(self, error: Exception | None) -> Exception | None:
        """Return an error as the others are to raise it, with this process's name."""
        if error is None:
            return None
        where = tr(
            "Process {rank} of {size} on {gethostname}",
            rank=self.rank,
            size=self.size,
            gethostname=socket.gethostname(),
        )
        if isinstance(error, UserError):
            # Of its own kind: some are for one file only.
            told: Exception = type(error)(f"{where}: {error}" if self.rank else str(error))
        elif type(error).__module__.startswith("ncviz."):  # such as that the user stops
            told = type(error)(*error.args)
        else:
            told = SharedError(
                tr(
                    "{where} failed ({name}: {error}).",
                    where=where,
                    name=type(error).__name__,
                    error=reason(error),
                )
            )
        told.is_known_to_all = True  # type: ignore[attr-defined]
        return told

    @contextmanager
    def _waiting(self, what: Exchange) -> Iterator[None]:
        """Say what was waited for, where another process has ended or does not answer."""
        try:
            yield
        except RuntimeError as error:
            words = str(error).lower()
            me = tr("Process {rank} of {size}", rank=self.rank, size=self.size)
            if "timed out" in words or "timeout" in words:
                raise LostError(
                    tr(
                        "{me} waited {patience} for {what} of the others, and they did "
                        "not come: look whether all processes still run, and start again.",
                        me=me,
                        patience=span(self._patience),
                        what=what,
                    )
                ) from error
            raise LostError(
                tr(
                    "{me} waited for {what} of the others, and one of them has ended or cannot be "
                    "reached: its own words say why; where there are none, it was killed or "
                    "crashed, often for want of memory.",
                    me=me,
                    what=what,
                )
            ) from error


def _bytes_of(tensor: Tensor) -> Tensor:
    return tensor.cpu().contiguous().view(-1).view(torch.uint8)


def _number_of(what: Exchange) -> int:
    # Not of its words: another process may speak another language.
    return int.from_bytes(hashlib.sha256(repr(what).encode()).digest()[:7], "big")


def span(time: timedelta) -> str:
    """Return a time in words."""
    seconds = time.total_seconds()
    return (
        tr("{seconds:.0f} minutes", seconds=seconds / 60)
        if seconds >= 120
        else tr("{seconds} seconds", seconds=math.ceil(seconds))
    )
