"""Deep unconstrained features and the landscape as desks: words, pictures, runs, both ends."""

import numpy as np
import pytest

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import NOTHING
from ncviz.models.deep_features import DEEP_FEATURES
from ncviz.models.deep_features import Parameters as Deep
from ncviz.models.landscape import LANDSCAPE
from ncviz.models.landscape import Parameters as Starts
from ncviz.parameters import declared
from ncviz.runs.run import Run
from ncviz.scenes.layout import VANISHED
from ncviz.scenes.view import View

HELD = {"lambda_w": 1e-2, "lambda_h": 3e-3}  # it comes to rest soon


def descended(model, step, **changes):
    desk = DescentDesk(model)
    desk.set(**changes)
    desk.seek(step)
    desk.finish()
    return desk


def numbers(desk):
    return {number.name: number.value for number in desk.numbers()}


@pytest.mark.parametrize("model", [DEEP_FEATURES, LANDSCAPE], ids=lambda model: model.name)
def test_every_parameter_goes_to_both_ends(model):
    for name, item in declared(model.parameters).items():
        if item.kind not in (int, float):
            continue
        desk = DescentDesk(model)
        for end in item.limits(desk.parameters):
            desk.set(**{name: end})
            desk.seek(3)
            desk.finish()
            assert not desk.trouble
            assert np.isfinite(desk.scene(View()).balls.positions).all()
            assert desk.caption()
            for plot in model.plots:
                assert desk.chart(plot).curves


def test_the_layer_that_is_seen_is_below_the_last():
    desk = descended(
        DEEP_FEATURES, 0, classes=4, depth=6, start="low_rank", disturbance=0.0, width=8
    )
    assert desk.view.layer == 5
    ranks = []
    for below in range(6):
        desk.set(below=below)
        ranks.append(numbers(desk)["rank"])
    assert ranks == [4, 3, 3, 3, 3, 3]
    assert desk.view.layer == 0
    assert desk.run.manifest.layers[0].name == "features"
    roles = [words.role for words in desk.roles()]
    assert "classifier" not in roles, "the classifier reads the last layer alone"
    desk.set(depth=2)
    assert desk.parameters.below == 1


def test_a_move_to_another_layer_does_not_begin_anew():
    desk = descended(DEEP_FEATURES, 5, samples=2)
    run, scene = desk.run, desk.scene(View())
    desk.set(below=2)
    assert desk.run is run
    assert len(desk.scene(View()).balls) == len(scene.balls) - 4, "without the classifier"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "collapse is cheaper by"),
        ({"depth": 6}, "the lower rank is cheaper by"),
        ({"depth": 2}, "the same"),
        ({"activation": "linear"}, "Without a ReLU no lower rank is cheaper"),
        ({"width": 3}, "a width of K or more"),
        ({"width": 3, "activation": "linear"}, "room for rank 3"),
        ({"depth": 1}, "With one matrix"),
        ({"classes": 2}, "Of so few classes"),
        ({"weight_decay": 0.1, "feature_decay": 0.1}, "nothing known is better than zero"),
    ],
)
def test_the_panel_says_which_is_cheaper(changes, words):
    desk = DescentDesk(DEEP_FEATURES)
    desk.set(**changes)
    assert words in DEEP_FEATURES.remark(desk.parameters).text


@pytest.mark.parametrize(
    ("changes", "step", "words"),
    [
        ({}, 0, "Random features and weights"),
        ({"start": "collapse", "disturbance": 0.0}, 0, "of rank 4: play"),
        ({"start": "collapse", "disturbance": 0.0}, 20, "At deep neural collapse"),
        ({"start": "low_rank", "classes": 3}, 0, "It starts at random"),
        ({"start": "low_rank", "depth": 6}, 200, "below deep neural collapse"),
        ({"depth": 1, "start": "collapse"}, 400, "At the least value"),
        ({"weight_decay": 0.1, "feature_decay": 0.1}, 400, "shrunk to zero"),
        ({"weight_decay": 0.1}, 400, "collapse, at 0."),
        ({"width": 3}, 20, "d < K"),
        ({"width": 3, "activation": "linear"}, 20, "above the least value"),
        ({}, 20, "above deep neural collapse"),
    ],
)
def test_captions_of_deep_features_are_of_what_is_seen(changes, step, words):
    desk = descended(DEEP_FEATURES, step, **{"samples": 2, "width": 8, **changes})
    assert words in desk.caption()


@pytest.mark.parametrize(
    ("changes", "step", "words"),
    [
        ({}, 0, "A step beside a saddle"),
        ({"kick": 0.0}, 0, "give it a step down"),
        ({"kick": 0.0}, 50, "give it a step down"),
        ({"origin": "random"}, 0, "all of them fall"),
        (
            {"origin": "zero", "lambda_w": 0.1, "lambda_h": 0.1, "samples": 20, "classes": 10},
            0,
            "no saddle",
        ),
        ({**HELD}, 400, "come to one value, the least there is"),
        ({**HELD, "dimension": 2, "origin": "random"}, 600, "come to one value."),
        ({**HELD, "starts": 1}, 20, "at its lowest"),
        ({**HELD, "starts": 1}, 400, "come to the least value"),
        ({"starts": 1, "origin": "random"}, 0, "A random start: play"),
        ({"lambda_h": 0.0}, 0, "this is no saddle, but slides"),
        ({"lambda_h": 0.0}, 30, "there is no minimum"),
        ({"lambda_w": 0.0, "origin": "random"}, 5, "apart"),
    ],
)
def test_captions_of_the_landscape_are_of_what_is_seen(changes, step, words):
    desk = descended(LANDSCAPE, step, **{"samples": 3, "starts": 3, **changes})
    assert words in desk.caption()


@pytest.mark.parametrize("kick", [0.0, 0.1])
def test_the_way_down_parts_the_merged_classes(kick):
    desk = descended(LANDSCAPE, 0, samples=3, starts=1, kick=kick, **HELD)
    trails = desk.scene(View()).trails
    along = trails.ends - trails.starts
    lengths = np.linalg.norm(along, axis=1)
    assert lengths.max() == pytest.approx(0.5, abs=1e-6)
    np.testing.assert_allclose(along[0], -along[1], atol=1e-3)
    assert lengths[2:].max() < 1e-3
    desk.seek(300)
    desk.finish()
    at_rest = len(desk.scene(View()).trails) > 0
    assert at_rest == (kick == 0), "at the minimum there is no way down"


@pytest.mark.parametrize("model", [DEEP_FEATURES, LANDSCAPE], ids=lambda model: model.name)
def test_a_kept_descent_is_a_run(model, tmp_path):
    desk = descended(model, 30, samples=2)
    model.record(desk.parameters, tmp_path / "run", desk.run.epochs)
    run = Run(tmp_path / "run")
    assert run.epochs == desk.run.epochs
    assert [layer.name for layer in run.manifest.layers] == [
        layer.name for layer in desk.run.manifest.layers
    ]
    last = run.snapshot(run.epochs[-1])
    assert last.scalars["train_loss"] == pytest.approx(desk.value("loss"))
    assert not last.positions(0).others


def test_settings_come_back():
    desk = DescentDesk(DEEP_FEATURES)
    desk.set(depth=7, below=6, start="low_rank")
    other = DescentDesk(DEEP_FEATURES)
    assert other.restore(desk.plain()) == ()
    assert other.parameters == desk.parameters == Deep(depth=7, below=6, start="low_rank")
    assert DescentDesk(LANDSCAPE).parameters == Starts()


def test_what_shrinks_below_what_is_drawn_is_said_to_be_drawn_as_nothing():
    desk = DescentDesk(DEEP_FEATURES)
    desk.set(depth=8, weight_decay=0.1)
    assert NOTHING not in desk.caption()
    desk.player.seek(desk.player.last)
    desk.finish()
    assert 0 < desk.longest < VANISHED
    assert desk.caption().endswith(NOTHING)
    desk.close()
