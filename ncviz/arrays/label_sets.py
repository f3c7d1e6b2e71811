"""Samples with several labels: which classes each has, and the sets that occur."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Ints = NDArray[np.int64]
Rows = NDArray[np.bool_]

MOST_SETS = 1000  # that can be drawn and named
_FILLED_UP = (-1, -100)  # behind the labels of a sample that has fewer than another
_MOST_NUMBER = 30_000
MOST_NUMBERS = 2**27  # of lists that are filled up


class LabelSets:
    """Numbers the sets of labels that occur, behind the classes.

    Parameters
    ----------
    classes : int
        K.
    where : str
        Names the labels in error messages.

    Attributes
    ----------
    sets : list of tuple of int
        Those that occurred so far; the s-th has the number K + s.
    """

    def __init__(self, classes: int, where: str) -> None:
        self.classes, self.sets = classes, list[tuple[int, ...]]()
        self._where = where
        self._numbers: dict[tuple[int, ...], int] = {}

    def numbers(self, rows: Rows, *, known: bool = False) -> Ints:
        """Return what each sample is: 0…K−1 of one label, K and more of a set, −1 of none.

        Parameters
        ----------
        rows : array of bool, shape (N, K)
        known : bool, optional
            Whether sets that did not occur before count as none, too.

        Raises
        ------
        UserError
            If there are more sets than can be shown.
        """
        found, which = np.unique(rows, axis=0, return_inverse=True)
        own = np.array([self._number(row, known=known) for row in found], dtype=np.int64)
        return own[which.reshape(-1)]

    def _number(self, row: Rows, *, known: bool) -> int:
        labels = tuple(np.flatnonzero(row).tolist())
        if len(labels) < 2:
            return labels[0] if labels else -1
        if labels not in self._numbers:
            if known:
                return -1
            if len(self.sets) == MOST_SETS:
                raise UserError(
                    tr(
                        "{where} have more than {most_sets:,} different sets of labels, which "
                        "cannot be shown: keep fewer classes, or the samples of the commonest "
                        "sets.",
                        where=self._where,
                        most_sets=MOST_SETS,
                    )
                )
            self._numbers[labels] = self.classes + len(self.sets)
            self.sets.append(labels)
        return self._numbers[labels]

    def in_order(self) -> tuple[tuple[tuple[int, ...], ...], Ints]:
        """Return the sets by size and labels, and the new number of each class and set."""
        order = sorted(range(len(self.sets)), key=lambda s: (len(self.sets[s]), self.sets[s]))
        place = np.arange(self.classes + len(order))
        place[self.classes + np.array(order, dtype=np.int64)] = place[self.classes :].copy()
        return tuple(self.sets[s] for s in order), place


def has_several(given: NDArray[Any], least: int = 2) -> bool:
    """Tell whether labels are rows of which some have several.

    Parameters
    ----------
    given : array
    least : int, optional
        Rows that there are: a single one may be a list of labels that lies down.
    """
    if given.ndim != 2 or given.dtype.kind not in "biuf":
        return False
    if given.shape[0] < least or given.shape[1] < 2:
        return False
    values = _with_gaps(given)
    if (values < 0).any():
        if are_signs(values) and (values[:, 1:] > values[:, :-1]).any():
            return False  # −1 before a 1 says no
        return bool(np.isin(values[values < 0], _FILLED_UP).all() and (values == values // 1).all())
    return bool((values.sum(axis=1) >= 2).any() and ((values == 0) | (values == 1)).all())


def are_signs(values: NDArray[Any]) -> bool:
    """Tell whether rows are of −1 and 1 alone, some of each."""
    return bool((np.abs(values) == 1).all() and (values < 0).any() and (values > 0).any())


def label_rows(parts: Sequence[NDArray[Any]], where: str) -> list[Rows]:
    """Return the labels of some splits as rows, True for each label of a sample.

    Parameters
    ----------
    parts : sequence of array, shape (N, K) or (N, m)
        1 for each label and 0 for the others; or the numbers of the labels from 0, filled up
        with −1.
    where : str
        Names them in error messages.

    Raises
    ------
    UserError
        If they are no such rows, or have different classes.
    """
    if not all(part.ndim == 2 and part.dtype.kind in "biuf" for part in parts):
        raise UserError(
            tr(
                "{where} are of several labels a sample in one split and not in the other: give "
                "both as rows of 0 and 1.",
                where=where,
            )
        )
    values = [_with_gaps(part) for part in parts]
    if any((part < 0).any() for part in values):
        return _of_numbers(values, where)
    if len({part.shape[1] for part in values}) > 1:
        raise UserError(
            tr(
                "{where} have {values} columns: give each split one a class.",
                where=where,
                values=" and ".join(str(part.shape[1]) for part in values),
            )
        )
    for part in values:
        if strange := part[(part != 0) & (part != 1)].tolist():
            raise UserError(
                tr(
                    "{where} hold {strange:g}: in the row of a sample write 1 for each of its "
                    "labels and 0 for the others.",
                    where=where,
                    strange=strange[0],
                )
            )
    return [part == 1 for part in values]


def filled_up(labels: Any) -> Any:
    """Return lists of labels of several lengths as one array, filled up with −1; else the same.

    The last column is −1 throughout, so that some of the rows are known as such lists, too.

    Parameters
    ----------
    labels : object
        What stands for the labels of N samples.
    """
    if not isinstance(labels, list | tuple) or not labels:
        return labels
    if not all(isinstance(one, list | tuple) or getattr(one, "ndim", 0) == 1 for one in labels):
        return labels
    lists = [[*map(float, one)] for one in labels if all(map(_is_number, one))]
    lengths = {len(one) for one in lists}
    if len(lists) < len(labels) or len(lengths) == 1 or len(lists) * max(lengths) > MOST_NUMBERS:
        return labels
    rows = np.full((len(lists), max(lengths) + 1), _FILLED_UP[0], dtype=np.float64)
    for row, own in zip(rows, lists, strict=True):
        row[: len(own)] = own
    return rows


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) or getattr(value, "ndim", 1) == 0


def rows_of_numbers(values: NDArray[Any], classes: int) -> Rows:
    """Return lists of labels that are filled up with −1 as rows, True for each label.

    Parameters
    ----------
    values : array, shape (N, m)
        None of them above K−1.
    classes : int
        K.
    """
    rows = np.zeros((len(values), classes), dtype=bool)
    samples, columns = np.nonzero(values >= 0)
    rows[samples, values[samples, columns].astype(np.int64)] = True
    return rows


def _with_gaps(given: NDArray[Any]) -> NDArray[np.float64]:
    """Return rows in which NaN ends a list of numbers, or makes a row of 0 and 1 one of none."""
    values = given.astype(np.float64)
    absent = np.isnan(values)
    if not absent.any():
        return values
    if np.nanmax(np.where(absent, 0, values)) > 1:
        return np.where(absent, _FILLED_UP[0], values)
    return np.where(absent.any(axis=1, keepdims=True), 0, values)


def _of_numbers(parts: Sequence[NDArray[np.float64]], where: str) -> list[Rows]:
    classes = int(max(part.max() for part in parts)) + 1
    if not 2 <= classes <= _MOST_NUMBER:
        raise UserError(
            tr(
                "{where} are numbers up to {classes:,}: count the classes from 0, to "
                "{most_number:,} at most, and fill rows up with −1.",
                where=where,
                classes=classes - 1,
                most_number=_MOST_NUMBER - 1,
            )
        )
    return [rows_of_numbers(part, classes) for part in parts]
