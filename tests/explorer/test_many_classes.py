"""Plots of very many classes: how they spread, in a bounded number of curves."""

import numpy as np
import pytest

from ncviz.charts.many_classes import MOST_CURVES, spread_of_classes
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import LAYERS, MATRIX, plots
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features
from ncviz.runs.run import Run
from ncviz.scenes.view import View

OF_CLASSES = ("classes", "norms", "errors of classes")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Write a run of 121 classes: twenty steps of 5 % and one."""
    rng, classes = np.random.default_rng(3), 121
    labels = np.repeat(np.arange(classes), 2)
    split = FeatureSplit(
        {f"layer {t}": rng.normal(size=(2, len(labels), 4)) for t in range(2)}, labels
    )
    path = tmp_path_factory.mktemp("many") / "run"
    names = tuple(f"class {k}" for k in range(classes))
    write_features(Features(split, names, (0, 1), None), path, "many", 2, 0)
    return Run(path)


def drawn(run, name, shown):
    moment = Moment(run, run.epochs[-1], View(classes=tuple(range(shown))))
    return plots()[name].draw(Numbers(run), moment)


@pytest.mark.parametrize("name", [n for n, plot in plots().items() if plot.over != MATRIX])
def test_no_plot_has_more_curves_with_more_classes(many, name):
    assert len(drawn(many, name, 121).curves) <= 2 * MOST_CURVES + 1
    if name in OF_CLASSES:
        assert len(drawn(many, name, MOST_CURVES).curves) >= MOST_CURVES
        assert len(drawn(many, name, MOST_CURVES + 1).curves) <= 11


@pytest.mark.parametrize("name", OF_CLASSES)
def test_it_is_said_what_is_drawn(many, name):
    chart = drawn(many, name, 121)
    assert "of 121 classes: median, 5 and 95 %, least and largest" in chart.note
    assert all(
        "121 class" in c.label for c in chart.curves if c.key != "ideal" and "w" not in c.key
    )
    legend = " ".join(entry.words for entry in chart.legend)
    assert ("median of 121 classes" in legend) == (plots()[name].over == LAYERS)
    assert "of 1" not in drawn(many, name, 20).note


def test_the_curves_are_quantiles_of_the_classes(many):
    single = {c.key: c.values for c in drawn(many, "norms", MOST_CURVES).curves}
    some = np.stack([single[f"m{k}"] for k in range(MOST_CURVES)], axis=1)
    spread = {c.end: c.values for c in spread_of_classes(some[:, :81])}  # steps of 1/80
    for word, share in (("least", 0), ("5\xa0%", 0.05), ("median", 0.5), ("largest", 1)):
        assert np.array_equal(spread[word], np.quantile(some[:, :81], share, axis=1)), word


def test_classes_without_a_value_and_infinite_ones_are_no_others():
    values = np.array([[np.nan, 1.0, np.inf, 2.0], [np.nan] * 4])
    spread = {c.end: c.values.tolist() for c in spread_of_classes(values)}
    assert (spread["least"][0], spread["median"][0], spread["largest"][0]) == (1, 2, np.inf)
    assert all(np.isnan(row[1]) for row in spread.values())
