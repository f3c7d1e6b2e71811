"""Which samples a line drawn around them encloses, and what is known of them as a table."""

import csv
import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.column_table import SAMPLE, SPLIT
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import TEXT, SampleColumn, sample_column, sample_columns
from ncviz.runs.splits import TRAIN
from ncviz.scenes.camera import Camera
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.scene import Picture
from ncviz.wording import cell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def is_inside(points: Floats, outline: Floats) -> NDArray[np.bool_]:
    """Tell which points lie within a closed line, by the even-odd rule.

    Parameters
    ----------
    points : array, shape (n, 2)
    outline : array, shape (m, 2)
        Its corners; the last one is joined to the first.
    """
    inside = np.zeros(len(points), dtype=bool)
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def enclosed_samples(
    picture: Picture,
    panel: int,
    camera: Camera,
    width: int,
    height: int,
    outline: Sequence[tuple[float, float]],
) -> tuple[int, ...]:
    """Return the samples of a panel that a line encloses, as rows of the probe, ascending.

    Parameters
    ----------
    picture : Picture
    panel : int
    camera : Camera
        That the panel is drawn with.
    width, height : int
        Of the picture, in pixels.
    outline : sequence of (x, y)
        In pixels from the upper left corner of the picture.
    """
    place = picture.panels[panel]
    left, top, across, down = place.pixels(width, height)
    scene = place.scene
    if not len(scene.sample_ids) or len(outline) < 3:
        return ()
    seen = camera.project(scene.samples.positions, across, down)
    corners = np.array(outline, dtype=np.float64) - (left, top)
    found = is_inside(seen[:, :2], corners) & (seen[:, 2] > 0)
    return tuple(sorted(scene.sample_ids[found].tolist()))


def columns_at(run: Run, epoch: float) -> dict[str, SampleColumn]:
    """Return all that is known of the samples at the nearest recorded moment, by name."""
    recorded = nearest_recorded(run.epochs, epoch)
    found = ((name, sample_column(run, recorded, name)) for name in sample_columns(run))
    return {name: column for name, column in found if column is not None}


def in_order(
    columns: dict[str, SampleColumn], rows: Sequence[int], name: str, *, least_first: bool
) -> tuple[int, ...]:
    """Return samples by a column; those without a number come last."""
    values = columns[name].values

    def place(row: int) -> tuple[bool, float]:
        value = float(values[row])
        return math.isnan(value), value if least_first else -value

    return tuple(sorted(rows, key=place))


def those_of(
    columns: dict[str, SampleColumn], rows: Sequence[int], name: str, word: str
) -> tuple[int, ...]:
    """Return the samples for which a column of words says a word."""
    column = columns[name]
    return tuple(row for row in rows if column.words[int(column.values[row])] == word)


def table_of_samples(run: Run, epoch: float, rows: Sequence[int]) -> str:
    """Return what is known of samples as CSV: a line each, in the order given.

    Parameters
    ----------
    run : Run
    epoch : float
        The nearest recorded moment is taken.
    rows : sequence of int
        Of the probe.
    """
    columns, text = columns_at(run, epoch), io.StringIO()
    texts = run.probe.texts
    of_split = [] if run.drawn is TRAIN else [(SPLIT, run.drawn.title)]
    table = csv.writer(text, lineterminator="\n")
    unit = run.counting.unit
    first = [SAMPLE, *(name for name, _ in of_split), cell(unit)]
    read = [TEXT] if texts is not None else []
    table.writerow([*first, *(cell(column.title) for column in columns.values()), *read])
    moment = run.counting.value(nearest_recorded(run.epochs, epoch))
    for row in rows:
        own = (_written(column, row) for column in columns.values())
        read = [cell(texts[row])] if texts is not None else []
        table.writerow([row, *(cell(title) for _, title in of_split), moment, *own, *read])
    return text.getvalue()


def _written(column: SampleColumn, row: int) -> object:
    value = column.values[row]
    if column.words:
        return cell(column.words[int(value)])
    return float(value) if math.isfinite(value) else ""
