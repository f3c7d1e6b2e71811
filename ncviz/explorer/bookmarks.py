"""Moments of a run that are worth coming back to."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.language import tr

MOST_BOOKMARKS = 100
LONGEST_NAME = 80
_SAME = 1e-9  # epochs nearer than this are one moment


@dataclass(frozen=True, order=True)
class Bookmark:
    """A named moment.

    Parameters
    ----------
    epoch : float
    name : str
        One line.
    """

    epoch: float
    name: str


@dataclass(frozen=True)
class Bookmarks:
    """The bookmarks of one run, ascending; each change returns another value.

    Parameters
    ----------
    marks : tuple of Bookmark
        At most one a moment.
    counting : Counting
        What the run counts.
    """

    marks: tuple[Bookmark, ...] = ()
    counting: Counting = EPOCHS

    def __len__(self) -> int:
        return len(self.marks)

    @classmethod
    def of(cls, marks: Iterable[Bookmark]) -> "Bookmarks":
        """Return bookmarks in order; of two at one moment the later one stays."""
        moments = {mark.epoch: mark for mark in marks}
        return cls(tuple(sorted(moments.values())))

    def moment_text(self, epoch: float) -> str:
        """Return what a moment is called: 'epoch 3', and about 'epoch 2.35' between two."""
        return self.counting.named(epoch if epoch == round(epoch) else float(f"{epoch:.3g}"))

    def at(self, epoch: float) -> int | None:
        """Return the number of the bookmark at a moment."""
        for number, mark in enumerate(self.marks):
            if abs(mark.epoch - epoch) <= _SAME:
                return number
        return None

    def add(self, epoch: float, name: str = "") -> "Bookmarks":
        """Return them with another; one that stands at the same moment is renamed.

        Parameters
        ----------
        epoch : float
        name : str
            Empty for what the moment is called.

        Raises
        ------
        UserError
            If there are too many.
        """
        there = self.at(epoch)
        if there is not None:
            return self.rename(there, name) if name.strip() else self
        if len(self.marks) >= MOST_BOOKMARKS:
            raise UserError(
                tr(
                    "A run holds at most {most_bookmarks} bookmarks: remove one before adding "
                    "another.",
                    most_bookmarks=MOST_BOOKMARKS,
                )
            )
        marks = list(self.marks)
        insort(marks, Bookmark(float(epoch), _one_line(name) or self.moment_text(epoch)))
        return replace(self, marks=tuple(marks))

    def rename(self, number: int, name: str) -> "Bookmarks":
        """Return them with another name for one; an empty name is its epoch's."""
        mark = self.marks[number]
        named = replace(mark, name=_one_line(name) or self.moment_text(mark.epoch))
        return replace(self, marks=(*self.marks[:number], named, *self.marks[number + 1 :]))

    def remove(self, number: int) -> "Bookmarks":
        """Return them without one."""
        return replace(self, marks=(*self.marks[:number], *self.marks[number + 1 :]))

    def after(self, epoch: float) -> Bookmark | None:
        """Return the next one after a moment."""
        return next((mark for mark in self.marks if mark.epoch > epoch + _SAME), None)

    def before(self, epoch: float) -> Bookmark | None:
        """Return the nearest one before a moment."""
        return next((mark for mark in reversed(self.marks) if mark.epoch < epoch - _SAME), None)


def _one_line(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME].strip()
