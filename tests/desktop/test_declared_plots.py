"""A plot is declared in one file: window, figure, film, table and session have it from there."""

import importlib
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from window_parts import dispose

import ncviz.charts
from ncviz import catalogue
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import plots
from ncviz.cli import main
from ncviz.desktop.plots.made_plots import made_plot
from ncviz.desktop.plots.plot_column import PlotColumn
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.window_state import PlotLayout
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import presets_for, sized_figure
from ncviz.export.film_moments import Shot
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_plot import make_film_plot
from ncviz.export.pages import Page, drawing
from ncviz.export.plots import pages
from ncviz.runs.run import Run
from ncviz.scenes.view import View

TOY = '''"""A plot that only tests know."""

from ncviz.charts.chart import Curve
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot


def _draw(numbers, _moment):
    values = numbers.scalar("train_loss") ** 2
    return over_epochs(numbers, [Curve("square", "squared&nbsp;loss", values, concept="loss")])


TOY = Plot(
    "toy",
    menu="A toy",
    heading="Squared <i>loss</i>",
    tip="The square of the loss.",
    over=EPOCHS,
    draw=_draw,
    up="square",
    formulas=("loss",),
)
'''


@pytest.fixture
def toy(tmp_path):
    """One more file in the catalogue."""
    (tmp_path / "toy.py").write_text(TOY, encoding="utf-8")
    ncviz.charts.__path__.append(str(tmp_path))
    importlib.invalidate_caches()
    catalogue._found.cache_clear()
    yield "toy"
    ncviz.charts.__path__.remove(str(tmp_path))
    sys.modules.pop("ncviz.charts.toy", None)
    vars(ncviz.charts).pop("toy", None)
    catalogue._found.cache_clear()


@pytest.fixture
def column(qapp):
    column = PlotColumn(("law", "collapse"))
    column.resize(368, 600)
    column.show()
    yield column
    dispose(column)


def opened(path):
    explorer = Explorer()
    explorer.open(path)
    explorer.series.want([measure for plot in plots().values() for measure in plot.needs])
    while not explorer.series.complete:
        explorer.series.advance(1.0)
    return explorer


def squares(run):
    return [run.snapshot(epoch).scalars["train_loss"] ** 2 for epoch in run.epochs]


def test_a_file_is_a_plot_of_the_window(toy, column, small_run):
    explorer = opened(small_run.path)
    column.show_run(explorer)
    column.slots[1].menu.aboutToShow.emit()
    (action,) = [a for a in column.slots[1].menu.actions() if a.text().replace("&", "") == "A toy"]
    action.trigger()
    assert column.layout_names() == ["law", toy]
    plot = column.plot(toy)
    column.show_moment(explorer)
    assert 10 ** plot.curves["square"].getData()[1] == pytest.approx(squares(explorer.run))
    assert "squared loss" in plot.numbers.text().replace("&nbsp;", " ")
    assert plot.answer_of("square").title == "squared loss"
    assert "squared loss: from" in plot.in_words()
    lines = plot.table().splitlines()
    assert lines[0] == "epoch\tsquared loss"
    assert [float(line.split("\t")[1]) for line in lines[1:]] == squares(explorer.run)


def test_sessions_and_undo_know_it(toy, column, small_run):
    column.show_run(opened(small_run.path))
    column.choose(0, toy)
    column.plot(toy).toggle("square")
    kept = column.arrangement()
    column.arrange(PlotLayout(("law", "collapse")))
    assert column.plot(toy) is None
    column.arrange(kept)
    assert column.layout_names() == [toy, "collapse"]
    assert column.plot(toy).choices == {"square"}


def test_a_file_is_a_figure(toy, small_run, tmp_path, capsys):
    assert toy in presets_for(Run(small_run.path))
    main(
        ["export", "figure", str(small_run.path), "--preset", toy, "--out", str(tmp_path / "f.svg")]
    )
    text = (tmp_path / "f.svg").read_text(encoding="utf-8")
    assert "Squared loss" in text
    with pytest.raises(SystemExit):
        main(["export", "figure", "--help"])
    assert re.search(r"\btoy\b", capsys.readouterr().out)
    (line, *_), run = lines_of(small_run.path, toy), Run(small_run.path)
    assert line.get_ydata() == pytest.approx(squares(run))


def test_a_file_stands_beside_a_film(toy, small_run):
    run = Run(small_run.path)
    film = FilmPlan(Path("x.mp4"), run.path, view=View(epoch=20), plot=True, plot_name=toy)
    plot = make_film_plot(film, run, None, (240, 200), 9)
    early, late = (plot.draw(Shot(None, None, "", epoch)).astype(int) for epoch in (1.0, 15.0))
    assert np.abs(early - late).max() > 60


def lines_of(path, preset):
    """Return the lines of a figure's plot, as matplotlib draws them."""
    run = Run(path)
    plan = FigurePlan(Path("x.svg"), path, View(epoch=run.epochs[-1]), preset)
    with drawing():
        return Page(run, sized_figure(plan)).figure.axes[0].lines


FURTHER = (  # of splits, or of what only trainings record, which these runs do not have
    *("nc5-by-layer", "unknown-classes", "all-splits", "all-splits-nc1"),
    "linear-probe-of-splits",
    *("sums-of-labels", "answers-to-label-sets", "square-loss-parts"),
    *("weights", "weights-by-layer"),
)
CURVES = [k for k, (plot, _) in pages().items() if plot.over != "matrix" and k not in FURTHER]


@pytest.fixture(scope="module")
def some_runs(imbalanced_run, small_run, make_run, tmp_path_factory):
    """Runs of which each plot has one that it fits, beside those of further splits."""
    path = tmp_path_factory.mktemp("runs") / "crowded"
    return imbalanced_run, small_run, make_run(path, counts=(6,) * 7, epochs=(0, 4), widths=(9, 3))


@pytest.mark.parametrize("preset", CURVES)
def test_window_and_figure_draw_the_same_curves(preset, some_runs, qapp):
    made = next(each for each in some_runs if preset in presets_for(Run(each.path)))
    explorer, last = opened(made.path), made.epochs[-1]
    declared, page = pages()[preset]
    plot = made_plot(declared.name)
    explorer.view = replace(explorer.view, epoch=float(last))
    plot.follow_run(explorer)
    explorer.player.seek(explorer.player.position_of(last))
    explorer.advance(0.0)
    plot.follow_moment(explorer)
    QApplication.processEvents()
    chart = declared.draw(Numbers(explorer.run), Moment(explorer.run, last, explorer.view))
    drawn = [line.get_ydata() for line in lines_of(made.path, preset)]
    seen = [trace for trace in plot.traces if trace.label or len(trace.values) == 1]
    for curve in page.kept(chart):
        known = np.isfinite(curve.values)
        if declared.logarithmic:
            known &= curve.values > 0  # zeros stand where each plot has room for them
        assert any(same(line, curve.values, known) for line in drawn), curve.key
        if not curve.page_only:
            found = [trace.item.getData()[1] for trace in seen if trace.key == curve.key]
            heights = [10**up if declared.logarithmic else up for up in found]
            assert any(same(up, curve.values, known) for up in heights), curve.key
    dispose(plot)


def same(heights, values, known):
    """Tell whether a line has the values that are known, and points where there are any."""
    heights = np.asarray(heights, dtype=float)
    if len(heights) == len(values):
        return bool(np.allclose(heights[known], values[known], rtol=1e-9, atol=0))
    return len(heights) == known.sum() and bool(np.allclose(heights, values[known], rtol=1e-9))
