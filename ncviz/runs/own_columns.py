"""Columns of the user's own: what she knows of each sample, beside what ncviz knows itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_columns import MOST_COLUMNS
from ncviz.arrays.column_table import SAMPLE, SPLIT
from ncviz.arrays.columns import number_of
from ncviz.arrays.numpy_files import natural
from ncviz.counting import UNITS
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.probe import LONGEST_WORD, MOST_WORDS, Column
from ncviz.runs.sample_columns import BUILT_IN
from ncviz.wording import one_line

MOST_NUMBERED = 20  # different whole numbers that are categories; of more they are numbers
LARGEST = 1e100  # of a number: what lies beyond counts as infinite
MOST_TOLD = 20  # columns that are told one by one
UNKNOWN = "unknown"
NOTHING_KNOWN = tr("none of its values is known")
_NO_WORD = frozenset(("", "na", "n/a", "nan", "nat", "null", "<na>"))
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})", re.ASCII)
_OWN = frozenset((*BUILT_IN, SAMPLE, SPLIT, *UNITS))


def make_columns(
    given: Mapping[str, Any], samples: int, where: str
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return columns of values that were given, and what is to be said of them.

    Numbers with a fraction, and arrays of floats, are numbers; words, truth values and up to
    `MOST_NUMBERED` different whole numbers are categories. What is missing is unknown.

    Parameters
    ----------
    given : mapping of str to array or sequence, shape (P,)
        Of the samples that are drawn, by their titles.
    samples : int
        P.
    where : str
        Names them in error messages.

    Raises
    ------
    UserError
        If one has not a value for each sample, or is neither words nor numbers.
    """
    columns: list[Column] = []
    notes = []
    for title, values in given.items():
        name = one_line(str(title), LONGEST_WORD).strip() or tr(
            "column {count}", count=len(columns) + 1
        )
        if name.casefold() in _OWN:
            notes.append(
                tr("column {name!r} is left: what is called so ncviz knows by itself", name=name)
            )
            continue
        plain = _plain(values, samples, tr("{where}: the column {name!r}", where=where, name=name))
        column, note = _words(name, plain) if isinstance(plain, list) else _numbers(name, plain)
        if column is None:
            notes.append(tr("column {name!r} is left: {note}", name=name, note=note))
        elif len(columns) == MOST_COLUMNS:
            notes.append(
                tr(
                    "column {name!r} is left: a run holds {most_columns} columns",
                    name=name,
                    most_columns=MOST_COLUMNS,
                )
            )
        else:
            columns.append(column)
            notes.append(tr("column {name!r}: {note}", name=name, note=note))
    more = len(notes) - MOST_TOLD
    return tuple(columns), (
        *notes[:MOST_TOLD],
        *[tr("{more} more columns", more=more)] * (more > 0),
    )


def columns_of_splits(
    given: Mapping[str, Mapping[str, Any]], samples: Mapping[str, int], where: str
) -> tuple[dict[str, tuple[Column, ...]], tuple[str, ...]]:
    """Return columns of the drawn samples of several splits, with the same words and colours.

    Parameters
    ----------
    given : mapping of split to mapping of str to array or sequence, shape (P,)
    samples : mapping of split to int
        P of each.
    where : str
        Names them in error messages.

    Returns
    -------
    dict
        The columns of each split: those that were given of it.
    tuple of str
        What is to be said of them.
    """
    titles = dict.fromkeys(title for of_split in given.values() for title in of_split)
    joined = {
        title: [
            value
            for split, count in samples.items()
            for value in _values(given[split].get(title), count)
        ]
        for title in titles
    }
    together = len(samples) > 1
    columns, notes = make_columns(
        joined if together else next(iter(given.values())), sum(samples.values()), where
    )
    ends = np.cumsum(list(samples.values()))
    found = {}
    for split, end in zip(samples, ends.tolist(), strict=True):
        rows = slice(end - samples[split], end)
        named = {one_line(str(title), LONGEST_WORD).strip() for title in given[split]}
        found[split] = tuple(
            replace(column, values=column.values[rows])
            for column in columns
            if column.title in named or not together
        )
    return found, notes


def _values(given: Any, count: int) -> Sequence[Any]:
    """Return the values of a split, of none of them as many that are missing."""
    if given is None:
        return [None] * count
    if isinstance(given, list | tuple):
        return given
    array = as_array(given)
    if array.dtype.kind == "M":
        array = np.datetime_as_string(array)
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    return array.tolist() if array.ndim == 1 else list(array)


def some_of(
    given: Mapping[str, Any], rows: NDArray[np.int64], samples: int, where: str
) -> dict[str, Any]:
    """Return the values of some samples.

    Parameters
    ----------
    given : mapping of str to array or sequence, shape (N,)
    rows : array of int, shape (P,)
    samples : int
        N.
    where : str
        Names them in error messages.

    Raises
    ------
    UserError
        If there are not so many.
    """
    found = {}
    for title, values in given.items():
        is_list = isinstance(values, list | tuple)
        each = values if is_list else as_array(values)
        count = len(each) if is_list or each.ndim else 0
        if count != samples:
            raise UserError(
                tr(
                    "{where}: the column {title!r} has {count:value|values} for "
                    "{samples:sample|samples}: give each one value.",
                    where=where,
                    title=str(title)[:LONGEST_WORD],
                    count=count,
                    samples=samples,
                )
            )
        found[title] = [each[row] for row in rows.tolist()] if is_list else each[rows]
    return found


def as_array(values: Any) -> NDArray[Any]:
    """Return an array of a tensor of whatever device, of a series, or of a list."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def _plain(values: Any, samples: int, where: str) -> list[str] | NDArray[np.float64]:
    """Return one value a sample: words, whole numbers among them, or numbers."""
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        array = None
        count, shape = len(values), (len(values),)
    else:
        try:
            array = as_array(values)
        except (ValueError, TypeError) as error:
            raise UserError(tr("{where} is no list of words or numbers.", where=where)) from error
        array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
        count, shape = (len(array) if array.ndim else 0), array.shape
    if len(shape) != 1:
        raise UserError(
            tr("{where} has the shape {shape}: give one value a sample.", where=where, shape=shape)
        )
    if count != samples:
        raise UserError(
            tr(
                "{where} has {count:value|values} for {samples:sample|samples}: give each one "
                "value.",
                where=where,
                count=count,
                samples=samples,
            )
        )
    if array is None:
        return _parsed([text.strip() for text in values])
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    if array.dtype.kind in "cVm":
        raise UserError(
            tr("{where} holds {dtype}: give words or numbers.", where=where, dtype=array.dtype)
        )
    items = (np.datetime_as_string(array) if array.dtype.kind == "M" else array).tolist()
    plain = [_text(item).strip() for item in items]
    return plain if array.dtype.kind == "b" else _parsed(plain)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _parsed(texts: list[str]) -> list[str] | NDArray[np.float64]:
    """Return texts as numbers where all that are known are, and some have a fraction."""
    known = [text for text in texts if text.casefold() not in _NO_WORD]
    is_whole = all(_WHOLE.fullmatch(text) for text in known)
    if is_whole and len(set(known)) <= MOST_NUMBERED:
        return texts
    # 007 is a name, and 0.07 a number.
    if any(re.fullmatch(r"-?0\d+", text) for text in known):
        return texts
    for comma in (False, True):
        numbers = [number_of(text, comma=comma) for text in texts]
        if all(number is not None for number in numbers):
            return np.array(numbers, dtype=np.float64)
    return texts


def _numbers(title: str, values: NDArray[np.float64]) -> tuple[Column | None, str]:
    with np.errstate(invalid="ignore"):
        known = np.abs(values) <= LARGEST
    if not known.any():
        return None, NOTHING_KNOWN
    infinite = int((~known & ~np.isnan(values)).sum())
    least, most = float(values[known].min()), float(values[known].max())
    said = [tr("numbers from {least:.6g} to {most:.6g}", least=least, most=most)]
    if (values[known] == np.round(values[known])).all():
        count = len(np.unique(values[known]))
        if count > MOST_NUMBERED:
            said.append(
                tr("{count:,} different ones, too many for colours of their own", count=count)
            )
    if infinite:
        said.append(tr("{infinite:,} infinite ones are unknown", infinite=infinite))
    if missing := int(np.isnan(values).sum()):
        said.append(tr("{missing:,} missing", missing=missing))
    return Column(title, np.where(known, values, np.nan)), ", ".join(said)


def _words(title: str, texts: Sequence[str]) -> tuple[Column | None, str]:
    missing = sum(text.casefold() in _NO_WORD for text in texts)
    if missing == len(texts):
        return None, NOTHING_KNOWN
    cut = [
        UNKNOWN if text.casefold() in _NO_WORD else one_line(text, LONGEST_WORD) for text in texts
    ]
    words = sorted(set(cut), key=lambda word: (word == UNKNOWN, _in_order(word)))
    if len(words) > MOST_WORDS:
        return None, tr(
            "it has {count:,} different words, more than {most_words:,}",
            count=len(words),
            most_words=MOST_WORDS,
        )
    places = {word: number for number, word in enumerate(words)}
    said = tr("{count:,} categories", count=len(words) - (UNKNOWN in places))
    said += tr(", {missing:,} missing", missing=missing) if missing else ""
    return Column(title, np.array([places[word] for word in cut]), tuple(words)), said


def _in_order(word: str) -> tuple[Any, ...]:
    whole = _WHOLE.fullmatch(word) is not None
    return (not whole, int(word) if whole else 0, natural(word), word)
