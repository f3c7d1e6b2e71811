"""Theory models: what each declares is whole, and the new ones end where theory says."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest

from ncviz.charts.plot import GRID, MATRIX
from ncviz.concepts import CONCEPTS
from ncviz.errors import UserError
from ncviz.explorer.beside_curve import RunPoint
from ncviz.explorer.desks import desk_of
from ncviz.formulas import FORMULAS
from ncviz.geometry.collapse import cosines
from ncviz.models.class_sizes import FREE, with_sizes
from ncviz.models.descent import DescentModel
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.model import models
from ncviz.models.model_parameters import ModelParameter, control
from ncviz.models.softmax_codes import SOFTMAX_CODES
from ncviz.models.square_loss import SQUARE_LOSS
from ncviz.models.two_layer_peeled import TWO_LAYER_PEELED
from ncviz.parameters import check, declared, from_plain, to_plain
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled_variants import solve_two_layers
from ncviz.theory.quick_codes import matched
from ncviz.theory.unconstrained_features import FeatureModelState


def finish(desk):
    while desk.moving:
        desk.advance(0.1)


@pytest.mark.parametrize("name", models())
def test_what_a_model_declares_is_whole(name):
    model = models()[name]
    parameters = model.parameters()
    check(parameters, "model")
    for item in declared(parameters).values():
        assert isinstance(item.parameter, ModelParameter)
        assert item.parameter.tip.endswith(".")
        assert item.parameter.concept in ("", *CONCEPTS)
    said = (model.tip, model.lead, model.invitation, *filter(None, [model.deed]))
    assert all(words.endswith((".", "?")) for words in said)
    assert len({plot.name for plot in model.plots}) == len(model.plots) > 0
    assert {formula for plot in model.plots for formula in plot.formulas} <= set(FORMULAS)


@pytest.mark.parametrize("name", models())
def test_every_plot_of_a_model_is_a_chart(name):
    desk = desk_of(models()[name])
    for plot in desk.model.plots:
        if plot.over in (GRID, MATRIX):
            continue  # tests/models/test_code_map.py, test_vectors_model.py
        chart = desk.chart(plot)
        for curve in chart.curves:
            assert len(curve.values) == len(chart.across.at if curve.at is None else curve.at) > 0
    desk.close()


def test_a_chart_has_the_runs_and_curves_beside_it():
    desk = desk_of(LAYER_PEELED)
    desk.pin()
    desk.points = (RunPoint("mine", 30.0, 0.5),)
    desk.set(ratio=10.0, budget=2.0)
    chart = desk.chart(desk.model.plots[0])
    assert [curve.key for curve in chart.curves] == ["kept 0", "cosine"]
    run, here = chart.spots
    assert (run.at, run.height, run.label) == (30.0, 0.5, "mine")
    assert (here.at, here.height) == (10.0, desk.optimum.cosine)
    assert [line.at for line in chart.uprights] == [desk.critical]
    desk.close()


@pytest.mark.parametrize("name", models())
def test_parameters_go_through_plain_values(name):
    parameters = models()[name].parameters()
    assert from_plain(models()[name].parameters(), to_plain(parameters), "model") == parameters


@pytest.mark.parametrize(("classes", "dimension"), [(5, 2), (7, 2), (5, 3)])
def test_classes_on_the_sphere_come_to_a_softmax_code(classes, dimension):
    desk = desk_of(SOFTMAX_CODES)
    desk.set(classes=classes, dimension=dimension, samples=3)
    desk.player.end()
    finish(desk)
    best = 1 - np.cos(2 * np.pi / classes) if dimension == 2 else 1.0
    assert desk.target.value == pytest.approx(best)
    assert desk.value("margin") == pytest.approx(best, rel=1e-3)
    assert desk.caption().startswith("Generalised collapse")
    # In the picture the means lie at the green points: vertices, then means.
    points = desk.scene(View()).balls.positions
    np.testing.assert_allclose(points[:classes], points[classes : 2 * classes], atol=0.02)
    desk.close()


def test_a_target_is_numbered_as_the_classes_stand():
    angles = 2 * np.pi * np.arange(7) / 7
    polygon = np.column_stack([np.cos(angles), np.sin(angles)])
    order = np.random.default_rng(1).permutation(7)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    rows = polygon[order] @ turn
    np.testing.assert_allclose(cosines(matched(polygon, rows)), cosines(rows), atol=1e-9)


def test_two_layers_are_the_lowest_of_the_solver_s_descents():
    desk = desk_of(TWO_LAYER_PEELED)
    desk.set(classes=3, majority=1, ratio=4.0)
    assert desk.caption().startswith("Solving for two layers")
    finish(desk)
    energy = 5.0 ** (1 / 3)
    lowest = min(
        solve_two_layers(
            (4.0, 1.0, 1.0),
            3,
            classifier_energy=energy,
            hidden_energy=energy,
            feature_energy=energy,
            starts=1,
            seed=seed,
        ).objective
        for seed in range(TWO_LAYER_PEELED.descents)
    )
    assert desk.optimum.objective == pytest.approx(lowest, rel=1e-9)
    assert "searches, found by" in desk.caption()
    assert desk.said()["activation"] == "relu"
    desk.close()


def test_a_preset_brings_its_ratio_and_bars_a_free_shape():
    desk = desk_of(LAYER_PEELED)
    desk.set(preset="one giant")
    assert desk.parameters.ratio == 100.0
    desk.put(with_sizes(desk.parameters, (4.0, 2.0, 1.0, 1.0)))
    assert (desk.parameters.preset, desk.parameters.ratio) == (FREE, 4.0)
    assert desk.parameters.sizes == pytest.approx((4.0, 2.0, 1.0, 1.0))
    desk.close()


@dataclass(frozen=True)
class Pull:
    """Features that are drawn to their class's axis, a share of the way with each step."""

    classes: int = control(3, "How many.", symbol="K", label="classes", low=2, high=5)
    learning_rate: float = 0.5
    class_sizes = property(lambda self: (2,) * self.classes)
    dimension = property(lambda self: self.classes)

    def labels(self):
        return np.repeat(np.arange(self.classes), 2)


class Pulled(DescentModel[Pull]):
    """What descends is no unconstrained feature model: its states are its own."""

    name, title, kind, steps, parameters = "pulled", "Pulled", "pull", 20, Pull

    def descent(self, parameters):
        return parameters

    def run_title(self, parameters):
        return f"Pulled · {parameters.classes} classes"

    def states(self, parameters, steps):
        p = parameters
        start = np.random.default_rng(0).normal(size=(2 * p.classes, p.dimension))
        ends = np.eye(p.classes)[p.labels()]
        for step in steps:
            H = ends + (1 - p.learning_rate) ** step * (start - ends)
            loss = float(((H - ends) ** 2).mean())
            yield FeatureModelState(step, float(step), np.eye(p.classes), H, None, loss, loss, loss)

    def caption(self, _parameters, seen):
        return f"Step {seen.step:g}."

    def numbers(self, _parameters, _seen):
        return ()


def test_any_descent_is_a_model(tmp_path):
    desk = desk_of(Pulled())
    desk.set(classes=4)
    desk.player.end()
    finish(desk)
    assert desk.value("nc1") < 1e-9
    assert desk.value("cosine") == pytest.approx(-1 / 3)
    assert len(desk.scene(View()).balls) > 8
    assert desk.keep(tmp_path / "run")
    finish(desk)
    run = Run(desk.kept)
    assert run.manifest.title == "Pulled · 4 classes"
    assert run.manifest.recipe == {"model": "pull", "classes": 4, "learning_rate": 0.5}
    assert run.epochs == desk.run.epochs
    desk.close()


def test_a_descent_measures_its_first_step_when_it_is_looked_at(monkeypatch):
    measured, measure = [], type(SQUARE_LOSS).measure
    monkeypatch.setattr(
        type(SQUARE_LOSS), "measure", lambda *of: measured.append(0) or measure(*of)
    )
    desk = desk_of(SQUARE_LOSS)
    assert not desk.moving
    assert not measured
    assert desk.run.epochs == (0,)
    assert desk.history
    assert len(measured) == 1
    desk.close()


@pytest.mark.parametrize("name", ["layer-peeled", "two-layer-peeled"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shape": (float("nan"), 1.0, 0.0, 0.0)}, "has the value nan"),
        ({"shape": (float("inf"), 1.0)}, "has the value inf"),
        ({"shape": (4.0, 3.0, 1.0, 1.0), "preset": FREE}, "has the value 4"),
        ({"shape": (1.0, -0.5), "preset": FREE}, "has the value -0.5"),
        ({"shape": (0.0,) * 21, "preset": FREE}, "has 21 values: write one"),
        ({"shape": (1.0, 0.0), "preset": FREE}, "has 2 values for 4 classes"),
        ({"preset": FREE}, "preset is 'free' and its shape is not given"),
        ({"shape": (1.0, 1.0, 0.0, 0.0)}, "given and its preset is 'two groups'"),
        ({"preset": "custom"}, "preset is 'custom': choose one of"),
    ],
)
def test_a_shape_of_sizes_that_cannot_be_is_one_sentence(name, given, said):
    model = models()[name]
    with pytest.raises(UserError, match=re.escape(said)):
        model.check(replace(model.parameters(), **given))


def test_every_optimum_that_was_found_is_named_with_its_loss():
    desk = desk_of(LAYER_PEELED)
    plot = next(plot for plot in LAYER_PEELED.plots if plot.name == "optima")
    (reading,) = desk.chart(plot).readings
    assert reading.text.startswith("global")
    assert reading.value == desk.optimum.objective
    desk.set(q=4.0, ratio=1.0, classes=4, majority=1)
    desk.finish()
    optimum, chart = desk.optimum, desk.chart(plot)
    losses = [each.objective for each in optimum.optima]
    lowest, local = chart.curves
    assert not lowest.values.any()
    np.testing.assert_allclose((1 + local.values / 100) * losses[0], losses[1:])
    assert [reading.value for reading in chart.readings] == losses[:4]
    said = desk.said()["optima"]
    assert [each["objective"] for each in said] == losses
    assert [each["kind"] for each in said[1:]] == ["local"] * (len(losses) - 1)
    assert said[0]["kind"] in ("lowest found", "global")
    # What is kept beside the curve is of the cosine alone.
    desk.points = (RunPoint("mine", 30.0, 0.5),)
    assert [spot.here for spot in desk.chart(plot).spots] == [True]
    desk.close()
