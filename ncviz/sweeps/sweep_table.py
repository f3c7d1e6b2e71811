"""A sweep as a table: one line a task, with its parameters, its state and every number."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.writer import write_atomically
from ncviz.sweeps.numbers import ReadAt, numbers_of_place
from ncviz.sweeps.places import FINISHED, place_of, state_of_task
from ncviz.sweeps.sweep import Sweep, SweepTask, written
from ncviz.wording import cell, one_line

FORMATS = {".csv": "csv", ".json": "json"}
CELL, SEED, STATE, MESSAGE = "cell", "seed", "state", "message"


def table_rows(
    sweep: Sweep,
    folder: Path,
    reading: ReadAt,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[dict[str, Any]]:
    """Yield a line for each task: parameters, cell, seed, state, and its numbers where it is done.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
    reading : ReadAt
    advance : callable, optional
        Called after each line with how many there are, and in all.
    """
    for done, task in enumerate(sweep.tasks(), 1):
        yield _row(sweep, folder, task, reading)
        advance(done, sweep.count)


def _row(sweep: Sweep, folder: Path, task: SweepTask, reading: ReadAt) -> dict[str, Any]:
    place = place_of(folder, task)
    stands = state_of_task(sweep, place)
    row = {name: sweep.value(task.cell, name) for name in sweep.varied}
    row |= {CELL: task.cell.folder, SEED: task.seed, STATE: stands.state, MESSAGE: stands.message}
    if stands.state != FINISHED:
        return row
    try:
        return row | numbers_of_place(sweep, place, reading)
    except UserError as error:
        return row | {MESSAGE: str(error)}


def write_sweep_table(
    sweep: Sweep,
    folder: Path,
    out: Path,
    reading: ReadAt,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the table of a sweep, as CSV or JSON by the file's name.

    Raises
    ------
    UserError
        If the name ends otherwise, or the file cannot be written.
    """
    form = FORMATS.get(out.suffix.lower())
    if form is None:
        raise UserError(
            tr("{out} is no table that a sweep has: let its name end in .csv or .json.", out=out)
        )
    rows = list(table_rows(sweep, folder, reading, advance))
    content = rows_as_csv(rows) if form == "csv" else _as_json(sweep, rows, reading)
    write_atomically(out, content.encode())


def rows_as_csv(rows: list[dict[str, Any]]) -> str:
    """Return lines as CSV; what has no value is empty."""
    names = dict.fromkeys(name for row in rows for name in row)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([cell(name) for name in names])
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return cell(one_line(written(value)))


def _as_json(sweep: Sweep, rows: list[dict[str, Any]], reading: ReadAt) -> str:
    finite = [
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    head: dict[str, Any] = {"sweep": sweep.name, "base": dict(sweep.base)}
    if sweep.model:
        head |= {"model": sweep.model}
    else:
        epoch = "last" if reading.epoch is None else reading.epoch
        head |= {"epoch": epoch, "layer": reading.layer, "split": reading.split}
    return (
        json.dumps({**head, "rows": finite}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    )
