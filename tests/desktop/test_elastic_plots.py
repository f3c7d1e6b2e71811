"""What LE-SDE's plots say above their curves."""

import numpy as np
import pytest
from elastic_run import euler, write_run
from window_parts import dispose

from ncviz.charts.plot import plots
from ncviz.desktop.plots.made_plots import made_plot
from ncviz.explorer.explorer import Explorer
from ncviz.theory.le_sde import ElasticModel

STEPS = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100)


@pytest.fixture
def shown(tmp_path, qapp):
    made = []

    def show(name):
        logits = dict(enumerate(euler(ElasticModel(3, 0.03, -0.3, 0.0), STEPS[-1])))
        explorer = Explorer()
        explorer.open(write_run(tmp_path / name, logits, STEPS))
        explorer.series.want(plots()[name].needs)
        while not explorer.series.complete:
            explorer.series.advance(1.0)
        plot = made_plot(name)
        made.append(plot)
        plot.follow_run(explorer)
        plot.follow_moment(explorer)
        return plot

    yield show
    for plot in made:
        dispose(plot)


def test_the_tail_index_stands_beside_the_numbers_and_says_what_it_is(shown):
    plot = shown("elastic growth")
    assert "tail_l" in plot.numbers.text()
    answer = plot.answer_of("tail_l")
    assert answer.title == "Tail index of the L-model"
    assert "biased" in answer.meaning
    assert np.isfinite(plot.chart.readings[0].value)


def test_rd_is_told_in_numbers_and_words(shown):
    plot = shown("imitation")
    assert "RD" in plot.numbers.text()
    assert "class 0 closely, class 1 closely, class 2 closely" in plot.answer_of("rd").meaning
    plot.toggle("rd")  # a click hides nothing
    assert all(trace.shown for trace in plot.traces)
