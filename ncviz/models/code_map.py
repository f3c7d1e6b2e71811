"""The map of softmax codes: the largest known one-vs-rest distance of K classes in d dimensions."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ncviz.charts.grid import Grid, Sector
from ncviz.charts.plot import GRID, Plot
from ncviz.language import tr
from ncviz.theory.quick_codes import has_closed_form, quick_code, searches, searches_for

CLASSES, DIMENSIONS = range(2, 17), range(2, 9)  # of the map, and where one is
SIMPLEX = Sector(
    "simplex", tr("Up to K = d + 1 classes the code is a simplex ETF, distance K/(K−1).")
)
ORTHOPLEX = Sector(
    "orthoplex",
    tr("From d + 2 to 2d classes its distance is 1, as the ± axes of an orthoplex have."),
)
BEYOND = Sector(
    "beyond",
    tr(
        "Of more than 2d classes closed forms are known on the circle alone; else codes are sought."
    ),
)
SECTORS = (SIMPLEX, ORTHOPLEX, BEYOND)


def sector_number(classes: int, dimension: int) -> int:
    """Return the place among `SECTORS` of K classes in d dimensions."""
    return 0 if classes <= dimension + 1 else 1 if classes <= 2 * dimension else 2


def distances_of_map() -> Iterator[tuple[tuple[int, int], float]]:
    """Yield (K, d) and the distance of the code for each cell, those of closed forms first."""
    cells = [(K, d) for K in CLASSES for d in DIMENSIONS]
    for cell in sorted(cells, key=lambda cell: (not has_closed_form(*cell), cell)):
        yield cell, quick_code(*cell).margin


def _draw(parameters: Any, known: Mapping[tuple[int, int], float]) -> Grid:
    return _map((parameters.classes, parameters.dimension), tuple(sorted(known.items())))


@lru_cache(maxsize=4)
def _map(here: tuple[int, int], found: tuple[tuple[tuple[int, int], float], ...]) -> Grid:
    """Return the map, the same one as long as nothing of it is another: it is drawn but once."""
    known = dict(found)
    rows = np.array(sorted({*CLASSES, here[0]}), dtype=np.int64)
    columns = np.array(sorted({*DIMENSIONS, here[1]}), dtype=np.int64)
    cells = [[(int(K), int(d)) for d in columns] for K in rows]
    return Grid(
        across="dimension",
        up=tr("classes"),
        across_title="d, dimensions",
        up_title="K, classes",
        columns=columns,
        rows=rows,
        values=np.array([[_value(cell, known) for cell in row] for row in cells]),
        sources=np.array([[_source(*cell) for cell in row] for row in cells]),
        sectors=SECTORS,
        sector_of=np.array([[sector_number(*cell) for cell in row] for row in cells]),
        here=(rows.tolist().index(here[0]), columns.tolist().index(here[1])),
        measure=tr("one-vs-rest distance"),
        meaning=tr(
            "The least distance of a class from the hull of all others, in the best code "
            "that is known."
        ),
        most=1.5,
        unknown=tr("It is not computed yet; set K and d to it, and it is."),
    )


def _value(cell: tuple[int, int], known: Mapping[tuple[int, int], float]) -> float:
    """Return what is known of a cell; beyond the map itself closed forms are, too."""
    beyond = cell[0] not in CLASSES or cell[1] not in DIMENSIONS
    if cell not in known and beyond and has_closed_form(*cell):
        return quick_code(*cell).margin
    return known.get(cell, np.nan)


def _source(classes: int, dimension: int) -> str:
    if has_closed_form(classes, dimension):
        return tr("closed form")
    return searches(searches_for(classes, dimension))


CODE_MAP = Plot(
    "code-map",
    menu=tr("Map of softmax codes"),
    heading=tr("Distance of the softmax code by K and d"),
    tip=tr(
        "The one-vs-rest distance of the softmax code: simplex ETFs up to K = d + 1, distance 1 "
        "up to K = 2d (Jiang et al., ICML 2024; Alcala et al., arXiv 2603.20587, 2026), searches "
        "beyond."
    ),
    over=GRID,
    draw=_draw,
    up="K",
    formulas=("softmax code",),
    logarithmic=False,
)
