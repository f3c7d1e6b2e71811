"""When the snapshots of a file of arrays were: what it says of their epochs."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.contents import Contents
from ncviz.arrays.stored import StoredArray
from ncviz.counting import FINEST, Counting, whole_counts
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.manifest import LAST_EPOCH


def moments_of(
    contents: Contents, given: StoredArray | None, count: int, notes: list[str]
) -> tuple[Sequence[int], Counting]:
    """Return the numbers of the snapshots, and what they count.

    Parameters
    ----------
    contents : Contents
    given : StoredArray or None
        The array of epochs.
    count : int
        Of the snapshots.
    notes : list of str
        What was chosen is added.

    Raises
    ------
    UserError
        If they are no ascending numbers, or beyond what a run counts.
    """
    path = contents.file.path
    values: list[Fraction]
    if given is not None:
        unit = meaning_of(given.name).unit
        values = _given_epochs(contents, given, count)
        notes.append(
            tr(
                "{name}: {words}, taken as the {units}",
                name=given.name,
                words=given.words,
                units=Counting(unit).units,
            )
        )
    elif contents.epochs:
        unit, values = contents.unit, [Fraction(e) for e in contents.epochs]
    else:
        unit, values = "snapshot", [Fraction(number) for number in range(count)]
        if count > 1:
            notes.append(
                tr("no epochs are given: {count:,} snapshots stand in their order", count=count)
            )
    if values[-1] > LAST_EPOCH:
        raise UserError(
            tr(
                "{path}: {unit} {values:.12g} is beyond {last_epoch:,}, the last one of a run.",
                path=path,
                unit=unit,
                values=float(values[-1]),
                last_epoch=LAST_EPOCH,
            )
        )
    numbers, counting = whole_counts(values, unit, LAST_EPOCH)
    return tuple(numbers), counting


def _given_epochs(contents: Contents, given: StoredArray, count: int) -> list[Fraction]:
    values = given.read().ravel()
    fits = values.dtype.kind in "iuf" and len(values) == count and np.isfinite(values).all()
    given_values = values.tolist() if fits else []
    found = [Fraction(value).limit_denominator(FINEST) for value in given_values]
    if not found or found[0] < 0 or any(late <= early for early, late in pairwise(found)):
        raise UserError(
            tr(
                "{path}: {name!r} must hold {count} ascending numbers from 0.",
                path=contents.file.path,
                name=given.name,
                count=count,
            )
        )
    return found
