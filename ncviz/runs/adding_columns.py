"""Columns of one's own, added to a run that is there, or taken out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ncviz.arrays.array_columns import MOST_COLUMNS
from ncviz.arrays.column_table import SAMPLE, Ids, numbered, read_column_table
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.lock import WritingLock
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import classes_of_splits, read_manifest, titles_of_splits
from ncviz.runs.own_columns import columns_of_splits
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import Column, Probe, read_probe
from ncviz.runs.sample_columns import TEXT
from ncviz.runs.splits import TRAIN
from ncviz.runs.writer import write_atomically
from ncviz.wording import listed


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
        names = listed([repr(each) for each in has], 8) or tr("none")
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
