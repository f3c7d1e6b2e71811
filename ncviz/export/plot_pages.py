"""Pages with plots: one of a run or of a model, the law at several moments."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.grid import Grid
from ncviz.charts.law import LAW, law_in_words
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import numbers_in
from ncviz.charts.plot import MATRIX
from ncviz.export.chart_plot import draw_alone, draw_plot
from ncviz.export.grid_plot import draw_grid
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_grid import LAW_WIDTH, columns_of
from ncviz.export.plot_axes import layers_axis, logarithmic_heights, name_axes, prepare
from ncviz.export.plots import pages
from ncviz.export.sheet import Box, Margins, Sheet
from ncviz.export.styles import FigureStyle
from ncviz.runs.measures import law_at
from ncviz.scenes.layout import nearest_recorded
from ncviz.wording import upper_first

# Around a plot, in sizes of the type.
LEFT, RIGHT, BOTTOM, TOP = 5.2, 5.0, 3.6, 2.0
MATRIX_RIGHT, NO_WORDS_RIGHT = 1.0, 2.0


def moment_of(sheet: Sheet, epoch: int | None = None) -> Moment:
    """Return what a plot on a sheet is of: the view's moment, or another epoch."""
    run, view = sheet.the_run, sheet.view
    shown = nearest_recorded(run.epochs, view.epoch) if epoch is None else epoch
    return Moment(run, shown, view, sheet.plan.spacing)


def draw_page(sheet: Sheet, name: str, box: Box) -> None:
    """Draw the plot of a preset into a box."""
    plot, page = pages()[name]
    moment = moment_of(sheet)
    chart = plot.chart(numbers_in(sheet.the_run, sheet.view), moment)
    right = MATRIX_RIGHT if plot.over == MATRIX else RIGHT
    one_plot(
        sheet, box, right, lambda axes, style: draw_plot(axes, plot, page, chart, moment, style)
    )


def one_plot(
    sheet: Sheet, box: Box, right: float, draw: Callable[[Axes, FigureStyle], None]
) -> None:
    """Draw a plot into a box, with so much room at its right, in sizes of the type."""
    unit = sheet.unit
    margins = Margins(LEFT * unit, right * unit, BOTTOM * unit, TOP * unit)
    sheet.plots([box], margins, lambda made, style: draw(made[0], style))


def draw_model_plot(sheet: Sheet, model: ModelPlan, name: str, top: float) -> None:
    """Draw a plot of a theory model on a page of its own."""
    path = model_path(model)
    (plot, page), (chart, moment) = path.plot(name), path.chart(name)
    if isinstance(chart, Grid):
        box = (0.0, 0.0, sheet.plan.width, top)
        grid, title = chart, page.title
        one_plot(sheet, box, MATRIX_RIGHT, lambda axes, style: draw_grid(axes, grid, title, style))
        return
    if isinstance(chart, ClassMatrix):
        right = MATRIX_RIGHT
    elif any(c.end_word for c in page.kept(chart)) or chart.levels:
        right = RIGHT
    else:
        right = NO_WORDS_RIGHT
    box = (0.0, 0.0, sheet.plan.width, top)
    one_plot(
        sheet, box, right, lambda axes, style: draw_plot(axes, plot, page, chart, moment, style)
    )


def draw_laws(sheet: Sheet, top: float) -> None:
    """Draw the law at several epochs, all on the same heights."""
    run, epochs, unit = sheet.the_run, sheet.plan.epochs, sheet.unit
    split = run.measured_on(sheet.view.split).name
    columns = columns_of(len(epochs), sheet.plan.width, LAW_WIDTH * unit)
    rows = -(-len(epochs) // columns)
    each, high, head = sheet.plan.width / columns, top / rows, 3.0 * unit
    boxes = [
        (n % columns * each, top - (n // columns + 1) * high, each, high - head)
        for n in range(len(epochs))
    ]
    for (left, low, _, _), epoch in zip(boxes, epochs, strict=True):
        if len(epochs) > 1:
            sheet.letter(left, low + high)
        middle = left + each / 2
        numbers = law_in_words(law_at(run, epoch, split))
        name = upper_first(run.counting.named(epoch))
        sheet.words(middle, low + high - 0.9 * unit, name, strong=True)
        sheet.words(middle, low + high - 2.1 * unit, numbers, room=each, small=True)

    def draw(made: list[Axes], style: FigureStyle) -> None:
        drawn = []
        for axes, epoch in zip(made, epochs, strict=True):
            prepare(axes, style)
            drawn.append(draw_alone(axes, LAW, moment_of(sheet, epoch), style, ("earlier",)))
        for number, axes in enumerate(made):
            logarithmic_heights(axes, np.concatenate(drawn))
            layers_axis(axes, style, moment_of(sheet).layer_names)
            if number % columns == 0:
                name_axes(axes, style, up="D")

    sheet.plots(boxes, Margins(4.0 * unit, 0.4 * unit, BOTTOM * unit, 0.0), draw)
