"""Plots of a model that changes: each is painted once, and shows what one made anew would show."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication
from window_parts import dispose

from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.rooms.theory.theory_plots import ModelPlots
from ncviz.explorer.desks import desk_of
from ncviz.models.model import models

MOVES = {
    "law": ("bend", (0.2, 0.3, 0.35)),
    "le-sde": ("alpha", (1.0, 1.6, 1.7)),
    "unconstrained-features": ("lambda_w", (2e-3, 6e-3, 7e-3)),
    "deep-features": ("depth", (4, 2, 3)),
    "layer-peeled": ("ratio", (3.0, 40.0, 45.0)),
}
TURNS = 12  # of the event loop, in which all that was asked for is painted


class Paintings(QObject):
    """Counts how often each plot is painted."""

    def __init__(self, plots):
        super().__init__()
        self.counts = {plot.plot.viewport(): 0 for plot in plots}
        for viewport in self.counts:
            viewport.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.counts[watched] += 1
        return False

    def forget(self):
        self.counts = dict.fromkeys(self.counts, 0)


def turn():
    for _ in range(TURNS):
        QApplication.processEvents()


@pytest.fixture
def make_page(qtbot):
    pages = []

    def page_of(desk):
        page = ModelPlots(desk)
        pages.append(page)
        page.resize(360, 640)
        page.show()
        qtbot.waitExposed(page)
        page.show_curve()
        page.show_moment()
        turn()
        return page

    yield page_of
    while pages:
        dispose(pages.pop())


def move(page, desk, name, value):
    desk.set(**{name: value})
    page.show_curve()
    page.show_moment()
    turn()


def seen(page):
    return [plot for plot in page.plots if plot.isVisible() and isinstance(plot, QuietPlot)]


def facts(plot):
    axes = {
        side: axis.tickValues(*axis.range, axis.width() if side == "bottom" else axis.height())
        for side, axis in plot.plot.axes.items()
    }
    titles = {side: axis.labelText for side, axis in plot.plot.axes.items()}
    curves = {
        (trace.key, number): [np.asarray(part).tolist() for part in trace.item.getData()]
        for number, trace in enumerate(plot.traces)
        if trace.item.isVisible()
    }
    lines = [(line.value(), line.label.format) for line in plot.uprights if line.isVisible()]
    levels = [line.value() for line in plot.levels if line.isVisible()]
    words = plot.numbers.text(), plot.in_words(), plot.table()
    return plot.box.viewRange(), axes, titles, str(curves), lines, levels, words


@pytest.mark.parametrize("name", MOVES)
def test_a_plot_is_painted_once_for_a_move(name, make_page):
    desk = desk_of(models()[name])
    page = make_page(desk)
    parameter, (first, second, last) = MOVES[name]
    move(page, desk, parameter, first)
    move(page, desk, parameter, second)
    paintings = Paintings(seen(page))
    before = [facts(plot) for plot in seen(page)]
    move(page, desk, parameter, last)
    after = [facts(plot) for plot in seen(page)]
    counts = list(paintings.counts.values())
    assert before != after
    assert max(counts) == 1
    for count, was, now in zip(counts, before, after, strict=True):
        assert count or was[:-1] == now[:-1], "what is drawn otherwise is painted"
    desk.close()


@pytest.mark.parametrize("name", MOVES)
def test_after_moves_a_plot_is_what_it_would_be_made_anew(name, make_page):
    desk = desk_of(models()[name])
    page = make_page(desk)
    parameter, values = MOVES[name]
    for value in values:
        move(page, desk, parameter, value)
    anew = make_page(desk)
    for old, new in zip(page.plots, anew.plots, strict=True):
        assert isinstance(old, PlotFrame)
        assert old.isVisible() == new.isVisible()
    for old, new in zip(seen(page), seen(anew), strict=True):
        assert facts(old) == facts(new)
        assert old.plot.size() == new.plot.size()
        assert old.plot.grab().toImage() == new.plot.grab().toImage()
    desk.close()
