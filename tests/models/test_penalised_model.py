"""The penalised Layer-Peeled Model as a desk: what is said, and where a run lies over its curve."""

from dataclasses import replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.explorer.desks import desk_of
from ncviz.models.descent_run import model_manifest, model_probe, model_snapshot, record_states
from ncviz.models.penalised_layer_peeled import PENALISED_LAYER_PEELED, penalty_of
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures


@pytest.fixture
def desk():
    made = desk_of(PENALISED_LAYER_PEELED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def descended(tmp_path_factory):
    """Unconstrained features of imbalanced classes at rest, as a run."""
    model = UnconstrainedFeatures(
        classes=4,
        dimension=6,
        samples=(12, 12, 3, 3),
        lambda_w=0.08,
        lambda_h=0.002,
        learning_rate=2.0,
    )
    steps = (0, 4000)
    path = tmp_path_factory.mktemp("runs") / "run"
    states = (model_snapshot(model, state) for state in simulate(model, steps))
    manifest = model_manifest(model, steps, "features", "unconstrained features")
    record_states(path, manifest, model_probe(model), states)
    return Run(path)


def test_a_run_lies_on_the_curve_where_its_own_weight_decay_puts_it(desk, descended):
    wanted = np.sqrt(0.08 * 0.002)
    assert penalty_of(descended) == pytest.approx(wanted, rel=1e-3)
    assert desk.overlay(descended)
    desk.match(descended)
    p = desk.parameters
    assert (p.classes, p.majority, p.ratio, p.samples) == (4, 2, 4.0, 12.0)
    assert p.penalty == pytest.approx(wanted, rel=1e-3)
    (point,) = desk.points
    assert point.cosine == pytest.approx(desk.cosine, abs=5e-3)
    run, here = desk.chart(PENALISED_LAYER_PEELED.plots[0]).spots
    assert run.at == pytest.approx(here.at, rel=1e-3)


def test_what_is_said_changes_at_the_thresholds(desk):
    merged, zero = (
        desk.parameters.problem.minority_threshold,
        desk.parameters.problem.zero_threshold,
    )
    said = []
    for penalty in (0.9 * merged, 1.01 * merged, 0.99 * zero, 1.01 * zero):
        desk.set(penalty=penalty)
        assert np.isfinite(desk.scene(View()).balls.positions).all()
        said.append(desk.caption())
    before, after, least, nothing = said
    assert before.startswith("The minority classifiers merge at")
    assert after.startswith("Minority Collapse")
    assert least.startswith("The minority classifiers are exactly zero")
    assert nothing.startswith("From")
    assert [mark.text for mark in desk.marks()] == ["one", "zero"]


def test_the_timeline_follows_the_thresholds(desk):
    assert desk.player.value == pytest.approx(desk.parameters.penalty, rel=1e-3)
    desk.set(samples=1e4)
    zero = desk.parameters.problem.zero_threshold
    assert desk.player.stops[0] < desk.parameters.penalty <= desk.player.stops[-1]
    assert desk.player.stops[0] < zero < desk.player.stops[-1]
    desk.set(ratio=1.0)
    assert desk.caption().startswith("Equal classes")
    desk.player.end()
    desk.follow_player()
    assert desk.caption().startswith("From")


def test_less_than_one_sample_is_said():
    desk = desk_of(PENALISED_LAYER_PEELED)
    assert "less than one" not in desk.caption()
    desk.set(ratio=1e4)
    assert "a minority class has 0.05 samples, less than one" in desk.caption()
    desk.close()


def test_the_slider_goes_as_far_as_the_timeline(desk):
    for changes in ({}, {"samples": 1e5}, {"ratio": 1.0, "classes": 20}, {"ratio": 1e4}):
        desk.set(**changes)
        low, high = desk.model.along_declared.limits(desk.parameters)
        assert (desk.player.stops[0], desk.player.stops[-1]) == pytest.approx((low, high))
        desk.set(penalty=10.0)
        assert desk.parameters.penalty == high
        assert "outweighs" in desk.caption()
        desk.set(penalty=1e-9)
        assert desk.parameters.penalty == low
    with pytest.raises(UserError, match="a little beyond where all is zero"):
        PENALISED_LAYER_PEELED.check(replace(desk.parameters, penalty=10.0))


def test_the_plot_says_which_curve_weighs_what(desk):
    chart = desk.chart(PENALISED_LAYER_PEELED.plots[0])
    assert {curve.sign.text for curve in chart.curves} == {"weighs samples", "weighs classes"}
    (strong,) = [curve for curve in chart.curves if curve.strong]
    assert strong.sign.text == "weighs samples"
