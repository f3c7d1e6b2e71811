"""Processes that measure one network together: what each has seen, brought to the first of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ncviz.errors import UserError
from ncviz.language import tr

Ints = NDArray[np.int64]
Numbers = TypeVar("Numbers", Ints, NDArray[np.float64])
Part = tuple[Ints, Tensor]
"""The numbers of some samples, and what was found of each, shape (n, …)."""


class Exchange(NamedTuple):
    """What processes do together: the same to all of them, whatever language each of them speaks.

    Attributes
    ----------
    text : str
        A template in English, marked for translation.
    of : str or Exchange
        What stands in its braces `{what}`.
    name : str
        What stands in its braces `{name}`, in no language.
    """

    text: str
    of: "str | Exchange" = ""
    name: str = ""

    def __str__(self) -> str:
        """Return it in words, in the language of this process."""
        return tr(self.text, what=str(self.of), name=self.name)


class LostError(UserError):
    """Another process has ended, or does not answer."""


def is_known(error: BaseException | None) -> bool:
    """Tell whether all processes know of an error, or of that which it was made of."""
    while error is not None:
        if isinstance(error, LostError) or getattr(error, "is_known_to_all", False):
            return True
        error = error.__cause__
    return False


class Peers:
    """One process by itself: nobody to wait for. `GroupedPeers` are several.

    Each of several calls the same methods in the same order. What is brought together is
    complete in the first process alone.

    Attributes
    ----------
    rank : int
        Which of them this process is, from 0.
    size : int
        How many they are.
    """

    rank = 0
    size = 1

    @property
    def are_several(self) -> bool:
        """Tell whether there are others."""
        return self.size > 1

    @property
    def is_first(self) -> bool:
        """Tell whether this process takes what the others found, writes and speaks."""
        return self.rank == 0

    @property
    def share(self) -> slice:
        """Return which of any number of samples are this process's: none is anybody else's."""
        return slice(self.rank, None, self.size)

    def is_own(self, numbers: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Tell which of the samples with these numbers are in this process's share."""
        return np.asarray(numbers % self.size == self.rank)

    @contextmanager
    def agreed(self) -> Iterator[None]:
        """Let what fails within in one process fail in all of them, with the same words."""
        yield

    def summed(self, numbers: Numbers, _what: Exchange) -> Numbers:
        """Return the sums over all processes, in double precision or whole numbers.

        Parameters
        ----------
        numbers : array
            Of the same shape everywhere.
        _what : Exchange
            Told to people, as in 'the class means of the train samples'.
        """
        return numbers

    def gathered(self, value: Any, _what: Exchange) -> list[Any]:
        """Return the values of all processes, in their order; in others than the first none."""
        return [value]

    def known_to_all(self, value: Any, _what: Exchange) -> list[Any]:
        """Return the values of all processes, in their order, everywhere."""
        return [value]

    def told(self, value: Any, _what: Exchange) -> Any:
        """Return the first process's value everywhere."""
        return value

    def parts(self, own: list[Part], _what: Exchange) -> list[Part]:
        """Return all that was found, batch by batch; in others than the first nothing."""
        return own


ALONE = Peers()
