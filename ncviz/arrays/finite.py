"""Numbers that are NaN or infinite: where they stand, and which samples and epochs are used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.row_blocks import Rows, blocks_of
from ncviz.language import tr

_BLOCK = 2**20  # numbers looked at together
_MOST_NAMED = 3
# Pictures hold float32: whatever is larger is infinite there, and what is smaller is nothing.
_LARGEST = float(np.finfo(np.float32).max)
_SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class Usable:
    """What can be measured.

    Parameters
    ----------
    samples : array of bool, shape (N,)
    epochs : array of bool, shape (E,)
    notes : tuple of str
        What is left out, by array, epoch, sample and class.
    """

    samples: NDArray[np.bool_]
    epochs: NDArray[np.bool_]
    notes: tuple[str, ...]


def rows_that_are_finite(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which rows hold neither NaN nor infinite numbers, a block at a time.

    Numbers beyond the range of float32 count as infinite.
    """
    if rows.dtype.kind != "f":
        return np.ones(len(rows), bool)
    flat = rows.reshape(len(rows), -1)
    step = max(1, _BLOCK // max(1, flat.shape[1]))
    blocks = (flat[start : start + step] for start in range(0, len(flat), step))
    if rows.dtype.itemsize < 8:
        found = [np.isfinite(block).all(axis=1) for block in blocks]
    else:
        found = [(np.abs(block) <= _LARGEST).all(axis=1) for block in blocks]
    return np.concatenate(found) if found else np.ones(0, bool)


def find_usable(
    layers: Mapping[str, Iterable[Rows]],
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    moments: Sequence[str],
    where: str,
) -> Usable:
    """Find the samples and epochs whose features are finite in all layers.

    An epoch at which more than half of the samples are not is left out; else
    the samples are, at all epochs, so that each epoch has the same ones.

    Parameters
    ----------
    layers : mapping of str to iterable of array or RowBlocks, shape (N, d)
        One an epoch.
    labels : array of int, shape (N,)
        −1 for samples that are left out anyway.
    class_names : sequence of str
    moments : sequence of str
        What each epoch is called.
    where : str
        Names the file.

    Raises
    ------
    UserError
        If nothing is left.
    """
    labelled = labels >= 0
    if not labelled.any():  # of no class of the training: there is nothing to look at
        return Usable(labelled, np.ones(len(moments), bool), ())
    finite = np.ones((len(moments), len(labels)), bool)
    places: list[tuple[str, int]] = []
    largest_of: dict[str, float] = {}
    what = tr("NaN or infinite values")
    for name, arrays in layers.items():
        read = iter(arrays)
        for number in range(len(moments)):
            rows = next(read)
            parts = [(rows_that_are_finite(block), _largest(block)) for block in blocks_of(rows)]
            fine = [part for part, _ in parts]
            bad = ~np.concatenate(fine or [np.ones(0, bool)]) & labelled
            finite[number] &= ~bad
            largest = max((each for _, each in parts), default=0.0)
            largest_of[name] = max(largest_of.get(name, 0.0), largest)
            del rows  # before the next ones are read
            if 0 < largest < _SMALLEST:
                raise _beyond(name, largest, where)
            if bad.any():
                if _LARGEST < largest < np.inf:
                    what = tr("NaN, infinite or larger values than {largest:.1e}", largest=_LARGEST)
                places.append((name, number))
    lost = (~finite[:, labelled]).mean(axis=1) > 0.5
    samples = labelled & finite[~lost].all(axis=0)
    if lost.all() or not samples.any():
        for name, largest in largest_of.items():
            if _LARGEST < largest < np.inf:
                raise _beyond(name, largest, where)
        raise UserError(
            tr(
                "{where}: all samples of {places!r} hold NaN or infinite values: "
                "the network has diverged, or the file was written wrongly.",
                where=where,
                places=places[0][0],
            )
        )
    notes = list(_notes(finite, lost, places, labels, class_names, moments, what))
    left = int((labelled & ~samples).sum())
    if left:
        notes.append(
            tr(
                "left out at all moments: {left:,} of {sum:sample|samples}",
                left=left,
                sum=int(labelled.sum()),
            )
        )
    return Usable(samples, ~lost, tuple(notes))


def _largest(rows: NDArray[Any]) -> float:
    """Return the largest absolute value but for NaN; 0 of whole numbers."""
    if rows.dtype.kind != "f" or not rows.size:
        return 0.0
    high, low = np.fmax.reduce(rows, axis=None), np.fmin.reduce(rows, axis=None)
    return max(abs(float(high)), abs(float(low)))


def _beyond(name: str, largest: float, where: str) -> UserError:
    return UserError(
        tr(
            "{where}: the largest number of {name!r} is {largest:.1e}, beyond the range of "
            "float32, {smallest:.1e} to {largest_2:.1e}: multiply the features by one number that "
            "brings them near 1.",
            where=where,
            name=name,
            largest=largest,
            smallest=_SMALLEST,
            largest_2=_LARGEST,
        )
    )


def _notes(
    finite: NDArray[np.bool_],
    lost: NDArray[np.bool_],
    places: list[tuple[str, int]],
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    moments: Sequence[str],
    what: str,
) -> Iterator[str]:
    for number in np.flatnonzero(lost).tolist():
        names = dict.fromkeys(name for name, at in places if at == number)
        yield (
            tr(
                "{names}: {moments} is left out, {sum:,} of its samples hold {what}",
                names=", ".join(names),
                moments=moments[number],
                sum=int((~finite[number]).sum()),
                what=what,
            )
        )
    kept = [(name, number) for name, number in places if not lost[number]]
    for name, number in kept[:_MOST_NAMED]:
        bad = np.flatnonzero(~finite[number])
        at = f", {moments[number]}" if len(moments) > 1 else ""
        more = tr(" and {count:,} more", count=len(bad) - 1) if len(bad) > 1 else ""
        yield (
            tr(
                "{name}{at}: {what} in sample {bad} (class {class_names}){more}",
                name=name,
                at=at,
                what=what,
                bad=bad[0],
                class_names=class_names[labels[bad[0]]],
                more=more,
            )
        )
    if len(kept) > _MOST_NAMED:
        yield tr("and so in {count:,} more arrays", count=len(kept) - _MOST_NAMED)
