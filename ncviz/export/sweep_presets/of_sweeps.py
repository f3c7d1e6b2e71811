"""A map of a number, and a small plot of each cell."""

from typing import Any

from ncviz.export.presets.preset import Preset
from ncviz.export.sweep_figure import MAP, MULTIPLES, SMALL_HIGH, SMALL_WIDE
from ncviz.language import tr

ROW, EDGE = 1.7, 9.0  # of a map: a row of cells, and all around them


def _draw_map(sheet: Any, top: float) -> None:
    from ncviz.export.sweep_pages import draw_sweep_map  # which loads matplotlib

    draw_sweep_map(sheet, top)


def _draw_multiples(sheet: Any, top: float) -> None:
    from ncviz.export.sweep_pages import draw_multiples

    draw_multiples(sheet, top)


def _map_height(_run: Any, plan: Any, _wide: float, unit: float) -> float:
    from ncviz.sweeps.sweep_map import values_of_parameter

    sweep = plan.sweep.read()
    rows = len(values_of_parameter(sweep, plan.sweep.axes_of(sweep)[1])) or 1
    return min((EDGE + 1.4 * ROW * rows) * unit, 240.0)


def _multiples_height(_run: Any, plan: Any, wide: float, unit: float) -> float:
    from ncviz.sweeps.multiples import MOST

    count = min(len(plan.sweep.read().cells), MOST)
    columns = max(1, int(wide / (SMALL_WIDE * unit)))
    return min((3.0 + SMALL_HIGH * -(-count // columns)) * unit, 1000.0)


OF_MAP = Preset(MAP, tr("Map"), tr("a number over two parameters"), _draw_map, height=_map_height)

OF_MULTIPLES = Preset(
    MULTIPLES,
    tr("A plot of each cell"),
    tr("the same plot of each cell"),
    _draw_multiples,
    whole_page=True,
    height=_multiples_height,
)
