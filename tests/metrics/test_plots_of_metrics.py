"""Plots that follow from declared numbers: their curves, their words, and what they cost."""

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.of_metrics import measure_of
from ncviz.charts.plot import EPOCHS, LAYERS, first_plots, plots
from ncviz.explorer import epoch_series
from ncviz.explorer.epoch_series import EpochSeries, seconds_of_numbers
from ncviz.metrics.measures import measure_layer
from ncviz.metrics.metric import NETWORK, metrics
from ncviz.runs.run import Run
from ncviz.scenes.view import View

DECLARED = {name: plot for name, plot in plots().items() if plot.group}


def charted(name, run, epoch, layer=-1):
    return DECLARED[name].draw(Numbers(run), Moment(run, epoch, View(layer=layer)))


OF_METRICS = [
    name
    for name, plot in DECLARED.items()
    if isinstance(plot.draw, partial) and name not in ("nc5 by layer", "unknown classes")
]


@pytest.mark.parametrize("name", OF_METRICS)
def test_curves_are_the_numbers_of_the_tables(name, imbalanced_run):
    run = Run(imbalanced_run.path)
    chart, last = charted(name, run, run.epochs[-1]), len(run.manifest.layers) - 1
    over_layers = DECLARED[name].over == LAYERS
    curves = [curve for curve in chart.curves if curve.key]
    assert curves
    for curve in curves:
        split = "test" if curve.key.startswith("test_") else "train"
        metric = metrics()[curve.key.removeprefix("test_")]
        places = [(run.epochs[-1], t) for t in range(last + 1)]
        for value, (epoch, layer) in zip(
            curve.values,
            places if over_layers else [(e, last) for e in run.epochs],
            strict=True,
        ):
            expected = measure_layer(run, epoch, layer, split, [metric])[metric.name]
            assert value == pytest.approx(math.nan if expected is None else expected, nan_ok=True)
            assert metric.scope != NETWORK or not over_layers


def test_the_error_of_each_class_is_a_curve_in_its_hue(imbalanced_run):
    run = Run(imbalanced_run.path)
    plot, moment = DECLARED["errors of classes"], Moment(run, 0, View(classes=(0, 3)))
    numbers = Numbers(run)
    chart = plot.draw(numbers, moment)
    assert [(curve.key, curve.classes) for curve in chart.curves] == [
        ("train 0", (0,)),
        ("train 3", (3,)),
    ]
    labels = run.probe.labels
    for curve in chart.curves:
        (k,) = curve.classes
        predicted = [imbalanced_run.snapshots[e].predicted[labels == k] for e in run.epochs]
        assert curve.values.tolist() == [float(np.mean(answers != k)) for answers in predicted]


def test_a_curve_without_values_says_why(small_run):
    run = Run(small_run.path)
    chart = charted("margins", run, 5)
    absent = chart.curve("margin_least").facts["absent"]
    assert "span of the class means" in absent
    assert chart.nothing == ""
    assert chart.curve("test_margin_means") is not None
    assert chart.curve("test_margin_least") is None, "of held-out samples nothing was recorded"
    whole = charted("generalized", run, 5)
    assert "no simplex ETF fits" in whole.nothing
    assert whole.note == whole.nothing


def test_a_run_without_such_samples_says_so(small_run):
    run = Run(small_run.path)
    assert not DECLARED["nc5 by layer"].applies(run)
    assert charted("nc5 by layer", run, 0).nothing == (
        "It is told of splits whose classes the network does not know."
    )


def test_a_figure_without_values_is_refused_with_the_reason(small_run, tmp_path, capsys):
    from ncviz.cli import main

    command = ["export", "figure", small_run.path, "--preset", "generalized"]
    assert main([*map(str, command), "--out", str(tmp_path / "x.svg")]) == 1
    assert "a simplex ETF of its classes fits" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["ranks by layer", "errors of classes", "generalized", "nc5 by layer"]
)
def test_it_stands_beside_a_film(name, small_run):
    """Over layers the ring is about the first number; where there is none, nothing is drawn."""
    from ncviz.export.film_moments import Shot
    from ncviz.export.film_plan import FilmPlan
    from ncviz.export.film_plot import make_film_plot

    run = Run(small_run.path)
    view, preset = View(epoch=20), DECLARED[name].pages[0].preset
    film = FilmPlan(Path("x.mp4"), run.path, view=view, plot=True, plot_name=preset)
    plot = make_film_plot(film, run, None, (240, 200), 9)
    early, late = (plot.draw(Shot(None, None, "", epoch)).astype(int) for epoch in (1.0, 15.0))
    assert early.shape == late.shape
    moves = np.abs(early - late).max() > 60
    assert moves == (name in ("ranks by layer", "errors of classes"))


def test_readings_over_layers_are_those_of_the_layer_in_the_scene(small_run):
    run = Run(small_run.path)
    chart = charted("ranks by layer", run, 5, layer=1)
    where, *readings = chart.readings
    assert where.text == "layer&nbsp;1&nbsp;·&nbsp;D₂"
    for reading in readings:
        assert reading.value == pytest.approx(chart.curve(reading.key).values[1], nan_ok=True)
    (ring,) = [curve for curve in chart.curves if curve.points == "ring"]
    assert np.flatnonzero(np.isfinite(ring.values)).tolist() == [1]


def test_plots_apply_where_their_numbers_can_be_had(small_run, imbalanced_run, make_run, tmp_path):
    crowded = Run(make_run(tmp_path / "c", counts=(6,) * 6, epochs=(0,), widths=(7, 3)).path)
    balanced, imbalanced = Run(small_run.path), Run(imbalanced_run.path)
    applies = {name: plot.applies for name, plot in DECLARED.items()}
    assert [applies["generalized"](run) for run in (balanced, crowded)] == [False, True]
    assert [applies["class errors"](run) for run in (balanced, imbalanced)] == [False, True]
    assert [applies["worst class"](run) for run in (balanced, imbalanced)] == [True, False]


def test_first_plots_are_none_of_them(small_run):
    assert first_plots(Run(small_run.path)) == ("law", "collapse", "matrix")
    assert not any(plot.first(Run(small_run.path)) for plot in DECLARED.values())
    assert all(plot.over in (EPOCHS, LAYERS) for plot in DECLARED.values())


def test_what_takes_long_is_read_in_a_thread(make_run, tmp_path):
    """Of a hundred crowded classes GNC2 takes a projection each: no frame waits for it."""
    run = Run(make_run(tmp_path / "c", counts=(3,) * 60, epochs=(0, 1), widths=(4, 6)).path)
    series = EpochSeries(run)
    assert seconds_of_numbers(run) < epoch_series.SLOW
    assert not series.is_slow
    gnc = DECLARED["generalized"].needs[0]
    series.want((gnc,))
    assert series.is_slow
    while not series.complete:
        series.advance(0.0)
        series._job.wait()
    assert series.known(gnc, 1)[1, "train"]["gnc2"] is not None
    series.want(())
    assert not series.is_slow


def test_what_computes_numbers_is_one_for_equal_plots():
    names = ("nc1", "cdnv")
    assert measure_of(names, True) is measure_of(names, True)
    assert measure_of(names, True) != measure_of(names, False)
