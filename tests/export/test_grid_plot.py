"""The map of a model in figures: names of sectors cover no number."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ncviz.export.grid_plot import draw_grid
from ncviz.export.styles import STYLES
from ncviz.models.code_map import CODE_MAP, SECTORS, distances_of_map
from ncviz.models.softmax_codes import Parameters
from ncviz.theory.quick_codes import has_closed_form


@pytest.mark.parametrize(("classes", "dimension"), [(5, 2), (100, 2), (20, 10), (3, 8)])
def test_no_name_of_a_sector_lies_over_a_cell(classes, dimension):
    known = {}
    for cell, distance in distances_of_map():
        if not has_closed_form(*cell):
            break
        known[cell] = distance
    grid = CODE_MAP.draw(Parameters(classes=classes, dimension=dimension), known)
    figure = Figure(figsize=(4, 3))
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.6))
    draw_grid(axes, grid, "", STYLES["paper"])
    rows, columns = grid.values.shape
    names = [text for text in axes.texts if text.get_text() in {each.name for each in SECTORS}]
    assert len(names) == len(SECTORS)
    canvas.draw()
    right, top = axes.transData.transform((columns, rows))
    for name in names:
        box = name.get_window_extent()
        assert box.x0 > right or box.y0 > top, name.get_text()
