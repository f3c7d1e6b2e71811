"""What stands on a page: in how many columns, how high, and which plots of a summary."""

from ncviz.charts.plot import first_plots, plots
from ncviz.export.plots import pages
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run

SCENE_WIDTH, LAW_WIDTH, SUMMARY_WIDTH = 9.0, 11.0, 19.0  # at least, in sizes of the type
HEAD = 2.9  # above a scene: its name and numbers, in sizes of the type
LARGEST_SCENES, FLATTER = 0.55, 0.85  # of a summary's width; of a plot that stands alone
USUAL_LAW = 16.0  # width of a panel of the law, in sizes of the type


def columns_of(count: int, width: float, least: float) -> int:
    """Return in how many columns panels stand, each at least so wide, in full rows if possible."""
    most = max(int(width / least), 1)
    rows = -(-count // most)
    return -(-count // rows)


def scenes_height(count: int, width: float, unit: float) -> float:
    """Return how high rows of scenes are, in millimetres.

    Parameters
    ----------
    count : int
    width : float
        Of the page, in millimetres.
    unit : float
        One size of the type, in millimetres.
    """
    columns = columns_of(count, width, SCENE_WIDTH * unit)
    return -(-count // columns) * (width / columns + HEAD * unit)


def law_height(count: int, width: float, unit: float) -> float:
    """Return how high rows of the law are, in millimetres: wide panels are flatter."""
    columns = columns_of(count, width, LAW_WIDTH * unit)
    each, usual = width / columns, USUAL_LAW * unit
    return -(-count // columns) * (1.15 * min(each, usual) + 0.45 * max(each - usual, 0.0))


def plot_height(width: float, unit: float) -> float:
    """Return how high a plot with its words is, in millimetres."""
    return max(0.68 * width, 0.45 * width + 7.1 * unit)


def summary_columns(width: float, unit: float) -> int:
    """Return in how many columns the plots of a summary stand on a page so wide."""
    return 2 if width >= 2 * SUMMARY_WIDTH * unit else 1


def summary_heights(scenes: int, plots: int, width: float, unit: float) -> tuple[float, float]:
    """Return how high scenes and plots of a summary are, in millimetres."""
    columns = summary_columns(width, unit)
    each = plot_height(width / columns, unit)
    above = min(0.9 * scenes_height(scenes, width, unit), LARGEST_SCENES * width)
    return above, -(-plots // columns) * (each if columns == 1 else FLATTER * each)


def summary_plots(run: Run, slide: bool) -> tuple[str, ...]:
    """Return the plots of a summary: of an imbalanced run those that the window shows first.

    Parameters
    ----------
    run : Run
    slide : bool
        Two plots alone, side by side.
    """
    several = len(run.epochs) > 1
    wanted = "any", "several" if several else "one"
    usual = tuple(name for name, (_, page) in pages().items() if page.summary in wanted)
    if not class_groups(run)[1]:
        return usual[::2] if slide else usual
    first = tuple(plots()[name].pages[0].preset for name in first_plots(run))
    if not several:
        first = tuple(dict.fromkeys((*(p for p in first if p == "heat-map"), *usual)))
    return first[:2] if slide else tuple(dict.fromkeys((*first, *usual)))[:4]
