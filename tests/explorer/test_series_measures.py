"""What only some plots show: computed when it is wanted, a little at a time."""

import numpy as np
import pytest

from ncviz.charts.classes import CLASSES
from ncviz.charts.measured import BOTH, DIRECTIONS, GROUPS
from ncviz.charts.numbers import Measure
from ncviz.charts.plot import plots
from ncviz.errors import UserError
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.metrics.measures import measure_layer
from ncviz.runs.directions import measure_groups
from ncviz.runs.measures import class_fuzziness_by_layer, fuzziness_by_layer
from ncviz.runs.run import Run


@pytest.fixture
def run(small_run):
    return Run(small_run.path)


def test_nothing_more_is_computed_unless_it_is_wanted(run):
    series = EpochSeries(run)
    series.advance(60.0)
    assert series.complete
    assert {series.known(CLASSES, epoch) for epoch in run.epochs} == {None}


def test_what_is_wanted_is_computed_a_little_at_a_time(run):
    series = EpochSeries(run)
    series.advance(60.0)
    assert series.want((CLASSES, BOTH))
    assert not series.complete
    steps = 0
    while not series.complete:
        assert series.advance(0.0)
        steps += 1
    assert steps == 12
    assert not series.advance(1.0)
    assert all(series.known(BOTH, epoch) is not None for epoch in run.epochs)
    assert not series.want(())
    assert series.complete


def test_what_all_plots_show_comes_first(run):
    series = EpochSeries(run)
    series.want((CLASSES,))
    for _ in range(6):
        series.advance(0.0)
    assert series.epochs == list(run.epochs)
    assert {series.known(CLASSES, epoch) for epoch in run.epochs} == {None}
    assert series.terminal_phase() is not None


def test_the_values_are_those_of_the_run(run):
    series = EpochSeries(run)
    series.want([measure for plot in plots().values() for measure in plot.needs])
    while not series.complete:
        series.advance(1.0)
    for epoch in run.epochs:
        trained, held_out = series.measured(BOTH, epoch)
        last = measure_layer(run, epoch, 2, "test")
        assert trained.fuzziness == fuzziness_by_layer(run, epoch)
        assert held_out.fuzziness == fuzziness_by_layer(run, epoch, "test")
        assert (held_out.nc1, held_out.cdnv) == (last["nc1"], last["cdnv"])
        table = class_fuzziness_by_layer(run, epoch)
        assert np.array_equal(series.measured(CLASSES, epoch), table)
        both = series.measured(DIRECTIONS, epoch)
        assert both.means_norms.mean() == pytest.approx(1)
        assert both.classifier_norms.mean() == pytest.approx(1)
        least, mean, most = both.means_cosines
        assert -1 <= least <= mean <= most <= 1
        groups = series.measured(GROUPS, epoch)
        assert groups.majority_cosine == measure_groups(run, epoch).majority_cosine


def test_a_measure_is_computed_once(run):
    asked = []

    def counting(_run, epoch, _split):
        asked.append(epoch)
        return measure_groups(_run, epoch)

    counted = Measure("groups", counting)
    series = EpochSeries(run)
    first = series.measured(counted, 5)
    series.want((counted,))
    while not series.complete:
        series.advance(1.0)
    assert series.measured(counted, 5) is first
    assert sorted(asked) == list(run.epochs)


def test_a_snapshot_that_a_measure_cannot_read_is_told_once(growing_run):
    def refuse(_run, epoch, _split):
        if epoch == 1:
            raise UserError("epoch 1 is damaged")
        return measure_groups(_run, epoch)

    series = EpochSeries(Run(growing_run.path))
    series.want((Measure("groups", refuse),))
    told = 0
    for _ in range(20):
        try:
            series.advance(0.0)
        except UserError:
            told += 1
    assert told == 1
    assert series.complete
