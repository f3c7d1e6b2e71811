"""Columns of the user's own: what she knows of each sample, beside what ncviz knows itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_columns import MOST_COLUMNS
from ncviz.arrays.column_table import SAMPLE, SPLIT, Ids, numbered, read_column_table
from ncviz.arrays.columns import number_of
from ncviz.arrays.numpy_files import natural
from ncviz.counting import UNITS
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.lock import WritingLock
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import classes_of_splits, read_manifest, titles_of_splits
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import LONGEST_WORD, MOST_WORDS, Column, Probe, read_probe
from ncviz.runs.sample_columns import BUILT_IN, TEXT
from ncviz.runs.splits import TRAIN
from ncviz.runs.writer import write_atomically
from ncviz.wording import listed, one_line

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
                    "{where}: the column {title!r} has {count:,} values and there "
                    "are {samples:,} samples: give each one value.",
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
                "{where} has {count:,} values and there are {samples:,} samples: give each one "
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


def _require_room(count: int) -> None:
    if count > MOST_COLUMNS:
        raise UserError(
            tr(
                "These would be {count:,} columns and a run holds {most_columns}: leave some out.",
                count=count,
                most_columns=MOST_COLUMNS,
            )
        )


def ids_of(probe: Probe) -> Ids:
    """Return by which columns of a table the samples of a run can be told."""
    own = {
        column.title: [column.words[k] for k in column.values.tolist()]
        for column in probe.columns
        if len(column.words) == len(probe.labels)
    }
    return {SAMPLE: numbered(len(probe.labels)), **own}


def add_columns(folder: Path, table: Path, split: str = TRAIN.name) -> tuple[str, ...]:
    """Add the columns of a table to a run that is there; one of the same title is replaced.

    Parameters
    ----------
    folder : Path
        The run's folder.
    table : Path
        Its rows are in the order of the drawn samples, or have a column 'sample' with their
        numbers, or one of the run's that calls each sample differently. A column 'split' says
        of which split each row is.
    split : str, optional
        Of which split all of them are, where there is no such column.

    Returns
    -------
    tuple of str
        What became of it, a line each.

    Raises
    ------
    UserError
        If the table does not fit, or the run is being recorded or cannot be written.
    """
    manifest = read_manifest(folder / MANIFEST)
    probe, found = _probe_of(folder), read_column_table(table)
    parts, titles = {TRAIN.name: probe, **probe.others}, titles_of_splits(manifest)
    given: dict[str, dict[str, list[str]]] = {}
    notes: list[str] = []
    for name, part in parts.items():
        rows = found.of_split((name, titles[name])) if found.tells_splits else found
        if len(rows) and (found.tells_splits or name == split):
            whose = (
                tr("drawn samples")
                if name == TRAIN.name
                else tr("drawn {titles}", titles=titles[name])
            )
            given[name], said = rows.matched(ids_of(part), len(part.labels), whose)
            if part.texts is not None:  # as a saved table has them
                given[name] = {t: own for t, own in given[name].items() if t.casefold() != TEXT}
            notes += said
    if not given:
        known = listed([repr(titles[name]) for name in parts], 8)
        raise UserError(
            tr(
                "{table} has no row of a split that this run has samples of: {known}.",
                table=table,
                known=known,
            )
        )
    counts = {name: len(parts[name].labels) for name in given}
    made, more = columns_of_splits(given, counts, str(table))
    if not any(made.values()):
        why = more[0] if more else tr("it has none but the one that tells the samples")
        raise UserError(tr("{table} has no column to add: {why}.", table=table, why=why))
    again = {c.title: 0 for name in made for c in parts[name].columns if _is_among(c, made[name])}
    for name, columns in made.items():
        kept = [column for column in parts[name].columns if not _is_among(column, columns)]
        _require_room(len(kept) + len(columns))
        parts[name] = replace(parts[name], columns=(*kept, *columns))
    _write(folder, _joined(parts))
    return (*notes, *more, *([tr("replaced: {again}", again=listed(list(again)))] if again else []))


def remove_column(folder: Path, title: str) -> None:
    """Remove a column from a run, of all its splits.

    Raises
    ------
    UserError
        If it has none of this title, or is being recorded or cannot be written.
    """
    probe = _probe_of(folder)
    parts = {TRAIN.name: probe, **probe.others}
    has = dict.fromkeys(column.title for part in parts.values() for column in part.columns)
    if title.casefold() not in map(str.casefold, has):
        names = listed([repr(each) for each in has], 8) or "none"
        raise UserError(
            tr(
                "{folder} has no column {title!r} that was added: it has {names}.",
                folder=folder,
                title=title,
                names=names,
            )
        )
    for name, part in parts.items():
        kept = tuple(c for c in part.columns if c.title.casefold() != title.casefold())
        parts[name] = replace(part, columns=kept)
    _write(folder, _joined(parts))


def _is_among(column: Column, columns: Sequence[Column]) -> bool:
    return column.title.casefold() in {each.title.casefold() for each in columns}


def _joined(parts: Mapping[str, Probe]) -> Probe:
    others = {name: part for name, part in parts.items() if name != TRAIN.name}
    return replace(parts[TRAIN.name], others=others)


def _probe_of(folder: Path) -> Probe:
    manifest = read_manifest(folder / MANIFEST)
    return read_probe(folder / PROBE, len(manifest.drawn_names), classes_of_splits(manifest))


def _write(folder: Path, probe: Probe) -> None:
    lock = WritingLock(folder)
    try:
        if not lock.held:
            raise UserError(
                tr(
                    "{folder} is being recorded: change its columns when the recording has ended.",
                    folder=folder,
                )
            )
        write_atomically(folder / PROBE, probe.to_bytes())
    finally:
        lock.release()
