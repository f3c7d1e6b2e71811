"""The page that sums a run up."""

from ncviz.export.page_grid import summary_columns, summary_heights, summary_plots
from ncviz.export.plot_pages import draw_page
from ncviz.export.scene_pages import fill_with_scenes, heads_of_moments, note_of
from ncviz.export.sheet import Sheet
from ncviz.scenes.scene import Scene


def draw_summary(sheet: Sheet, scenes: list[Scene], top: float) -> None:
    """Draw scenes of several moments above, plots below, each with its letter."""
    plan, unit, run = sheet.plan, sheet.unit, sheet.the_run
    if not plan.title:
        top = sheet.title(run.manifest.title)
    legend = sheet.note(note_of(scenes), sheet.legend(scenes))
    slide = plan.theme == "slide"
    plots = summary_plots(run, slide)
    columns = 2 if slide else summary_columns(plan.width, unit)
    rows = -(-len(plots) // columns)
    above, below = summary_heights(len(scenes), len(plots), plan.width, unit)
    if slide:
        above = below
    high = above / (above + below) * (top - legend)
    box = (0, top - high, plan.width, high)
    fill_with_scenes(sheet, scenes, heads_of_moments(sheet), box, lettered=True)
    each, rest = plan.width / columns, (top - high - legend) / rows
    for number, name in enumerate(plots):
        left = number % columns * each
        low = legend + (rows - 1 - number // columns) * rest
        draw_page(sheet, name, (left, low, each, rest - 0.4 * unit))
        sheet.letter(left, low + rest - 0.4 * unit)
