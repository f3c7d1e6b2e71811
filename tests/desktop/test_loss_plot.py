"""Losses over the epochs: what was measured, and what a training loop handed over."""

from dataclasses import replace

import pytest
from window_parts import dispose

from ncviz.desktop.plots.made_plots import made_plot
from ncviz.explorer.explorer import Explorer
from ncviz.runs.run import Run
from ncviz.runs.snapshot import to_bytes


@pytest.fixture
def plot(qapp):
    plot = made_plot("loss")
    yield plot
    dispose(plot)


def _opened(path):
    explorer = Explorer()
    explorer.open(path)
    while not explorer.series.complete:
        explorer.series.advance(1.0)
    return explorer


def _hand_over(run, epoch, loss):
    snapshot = Run(run.path).snapshot(epoch).load()
    scalars = {**snapshot.scalars, "given_loss": loss}
    path = run.path / "snapshots" / f"{epoch:06d}.safetensors"
    path.write_bytes(to_bytes(replace(snapshot, scalars=scalars)))


def test_a_loss_of_ones_own_loop_has_a_line_where_there_is_one(plot, make_run, tmp_path):
    run = make_run(tmp_path / "run", epochs=(0, 1, 2))
    plot.follow_run(_opened(run.path))
    assert "given_loss" not in plot.curves
    for epoch in (1, 2):
        _hand_over(run, epoch, 0.25 * epoch)
    explorer = _opened(run.path)
    plot.follow_run(explorer)
    explorer.set_view(explorer.view.at(2))
    plot.follow_moment(explorer)
    assert plot.trace("given_loss").values[1:].tolist() == [0.25, 0.5]
    assert "handed over" in plot.answer_of("given_loss").words
    assert "own&nbsp;loss" in plot.numbers.text()
    assert "given_loss" not in str(plot.answer_of("train_loss"))
