"""Mean and range of several seeds, in every plot of numbers."""

import math

import numpy as np
import pytest

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import EPOCHS, LAYERS, plots
from ncviz.charts.repeated import MEAN, RANGE
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.runs.repeats import open_run, seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.runs.run import Run
from ncviz.scenes.view import View

OF_RUNS = {name: plot for name, plot in plots().items() if plot.over in (EPOCHS, LAYERS)}
SPREADS = (1.0, 3.0, 2.0)


@pytest.fixture(scope="module")
def folder(make_run, tmp_path_factory):
    return make_repeats(make_run, tmp_path_factory.mktemp("repeats"))


def make_repeats(make_run, folder, counts=(8, 8, 6), epochs=((0, 1, 2),) * 3):
    write_repeated_recipe(folder, {"dataset": "synthetic", "seed": 0, "seeds": 3})
    for seed, (spread, recorded) in enumerate(zip(SPREADS, epochs, strict=True)):
        make_run(
            folder / seed_folder(seed), seed=seed, counts=counts, epochs=recorded, widths=(8, 6),
            noise=lambda time, depth, s=spread: s * 0.8 * 0.2 ** (time * depth),
            state="finished" if recorded == epochs[0] else "failed",
        )  # fmt: skip
    return folder


def chart_of(plot, run, epoch=2):
    return plot.chart(Numbers(run), Moment(run, epoch, View(layer=len(run.manifest.layers) - 1)))


def added_to(chart, key):
    return {curve.of: curve for curve in chart.curves if curve.key == key}


@pytest.mark.parametrize("name", OF_RUNS)
def test_mean_and_range_are_those_of_the_runs(folder, name):
    plot, run = OF_RUNS[name], open_run(folder)
    if not plot.applies(run):
        return
    chart = chart_of(plot, run)
    alone = [chart_of(plot, Run(folder / seed_folder(seed))) for seed in range(3)]
    assert not any(curve.of for one in alone for curve in one.curves)
    own = [curve for curve in chart.curves if not curve.of]
    assert [curve.key for curve in own] == [
        curve.key for curve in alone[run.repeats.median_seed].curves
    ]
    means, ranges = added_to(chart, MEAN), added_to(chart, RANGE)
    assert means.keys() == ranges.keys()
    for key, mean in means.items():
        rows = np.array([one.curve(key).values for one in alone])
        rows[~np.isfinite(rows)] = np.nan
        several = np.isfinite(rows).sum(axis=0) > 1
        assert several.any()
        np.testing.assert_allclose(
            mean.values[several], np.nanmean(rows[:, several], axis=0), rtol=1e-12
        )
        np.testing.assert_array_equal(
            ranges[key].values[several], np.nanmin(rows[:, several], axis=0)
        )
        np.testing.assert_array_equal(
            ranges[key].upto[several], np.nanmax(rows[:, several], axis=0)
        )
        assert np.isnan(mean.values[~several]).all()
    if ranges:
        named = [curve for curve in chart.curves if curve.of and not curve.unnamed]
        assert [curve.key for curve in named] == [RANGE, MEAN]
        assert "3&nbsp;seeds" in named[0].short
        assert run.place_in_words in named[0].note


@pytest.mark.parametrize("name", ["collapse", "law", "loss", "layers", "collapse by layer"])
def test_what_has_a_range(folder, name):
    keys = {
        "collapse": {"nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4"},
        "law": {"now"},
        "loss": {"train_loss", "test_loss", "train_error", "test_error"},
        "layers": {"1"},
        "collapse by layer": {"nc1", "nc2_equinorm_means", "nc2_equiangular_means", "cdnv"},
    }
    assert added_to(chart_of(OF_RUNS[name], open_run(folder)), RANGE).keys() == keys[name]


def test_one_that_broke_off_leaves_a_range_where_all_have_numbers(make_run, tmp_path):
    folder = make_repeats(make_run, tmp_path, epochs=((0, 1, 2), (0, 1, 2), (0, 1)))
    run = open_run(folder)
    chart = chart_of(OF_RUNS["collapse"], run)
    known = np.isfinite(added_to(chart, RANGE)["nc1"].values)
    assert known.tolist() == [True, True, False]
    assert not added_to(chart_of(OF_RUNS["law"], run), RANGE)
    assert added_to(chart_of(OF_RUNS["law"], run, 1), RANGE)


def test_two_classes(make_run, tmp_path):
    run = open_run(make_repeats(make_run, tmp_path, counts=(5, 5)))
    assert added_to(chart_of(OF_RUNS["collapse"], run), RANGE)


def test_a_window_computes_the_run_first_and_the_others_after(folder):
    run = open_run(folder)
    series = EpochSeries(run)
    plot, moment = OF_RUNS["collapse"], Moment(run, 2, View())
    while not series.covers_all:
        assert series.advance(0.0)
    assert not series.complete
    assert not any(curve.of for curve in plot.chart(series, moment).curves)
    while not series.complete:
        assert series.advance(0.0)
    chart, whole = plot.chart(series, moment), chart_of(plot, run)
    assert isinstance(chart, Chart)
    for one, other in zip(chart.curves, whole.curves, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
    assert not math.isnan(added_to(chart, MEAN)["nc1"].values[-1])
