"""Ghosts of other problems: what they are, where they lie, and how far a model is from them."""

from dataclasses import replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.explorer.desks import desk_of
from ncviz.geometry.statistics import class_statistics
from ncviz.models.ghosts import FRAME, SELI, ghost_numbers, ghost_of
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.penalised_layer_peeled import PENALISED_LAYER_PEELED
from ncviz.models.two_layer_peeled import TWO_LAYER_PEELED
from ncviz.models.unconstrained_features import UNCONSTRAINED_FEATURES
from ncviz.scenes.compose import compose_model
from ncviz.scenes.ghosts import umbrella
from ncviz.scenes.view import View
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures

SIZES = (30.0, 10.0, 10.0, 1.0)


def test_what_is_a_ghost_lies_on_it():
    ghost = ghost_of(SELI, SIZES)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    means, rows = 2 * ghost.means @ turn + 5, 0.1 * ghost.rows @ turn
    scene = compose_model(means, rows, tuple("abcd"), View(), ghost=ghost)
    # Vertices, small ones of the rows, means, rows.
    places = scene.balls.positions.reshape(4, 4, 3)
    np.testing.assert_allclose(places[0], places[2], atol=1e-6)
    np.testing.assert_allclose(places[1], places[3], atol=1e-6)
    assert scene.target == "SELI"
    assert max(n.value for n in ghost_numbers(SELI, SIZES, rows, means)) < 1e-7


def test_seli_of_equal_classes_is_a_simplex_etf():
    ghost = ghost_of(SELI, (7.0,) * 5)
    for part in (ghost.means, ghost.rows):
        gram = part @ part.T
        np.testing.assert_allclose(gram / gram[0, 0], (5 * np.eye(5) - 1) / 4, atol=1e-12)


@pytest.mark.parametrize("classes", [2, 3, 4, 7])
def test_an_orthogonal_frame_is_seen_from_zero(classes):
    frame = umbrella(classes)
    if classes == 3:
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.ptp(frame[:, 2]) < 1e-12 < frame[0, 2]
    means = 3 * np.linalg.qr(np.random.default_rng(0).standard_normal((classes, classes)))[0]
    names, ghost = tuple(map(str, range(classes))), ghost_of(FRAME, (1.0,) * classes)
    scene = compose_model(means, None, names, View(), ghost=ghost)
    vertices, placed = scene.balls.positions.reshape(2, classes, 3)
    np.testing.assert_allclose(vertices, frame, atol=1e-6)
    np.testing.assert_allclose(placed, vertices, atol=1e-6)
    # Of a simplex ETF about 0 nothing stands up.
    flat = compose_model(np.eye(classes) - 1 / classes, None, names, View(), ghost=ghost)
    assert np.abs(flat.balls.positions[classes:, 2]).max() < 1e-6


def value(desk, name):
    return {number.word: number.value for number in desk.numbers()}[name]


def test_weight_decay_that_vanishes_comes_to_seli_and_a_budget_does_not():
    desk = desk_of(PENALISED_LAYER_PEELED)
    desk.set(ghost=SELI, ratio=10.0)
    low, high = desk.model.span(desk.parameters).low, 0.005
    away = []
    for penalty in np.geomspace(high, low, 4):
        desk.set(penalty=float(penalty))
        away.append((value(desk, "SELI, classifier"), value(desk, "SELI, features")))
    assert (np.diff(away, axis=0) < 0).all()
    assert "weight decay vanishes" in desk.model.remark(desk.parameters).text
    desk.close()
    peeled = desk_of(LAYER_PEELED)
    peeled.set(ghost=SELI, ratio=10.0, budget=100.0)
    assert value(peeled, "SELI, features") > 4 * away[-1][1]
    assert "counts classes" in peeled.model.remark(peeled.parameters).text
    peeled.close()


def test_features_behind_a_relu_are_an_orthogonal_frame():
    desk = desk_of(TWO_LAYER_PEELED)
    desk.set(classes=3, majority=1, ghost=FRAME)
    desk.finish()
    assert value(desk, "orthogonal, features") < 1e-6
    assert "behind the ReLU" in desk.model.remark(desk.parameters).text
    assert desk.scene(View()).note == "seen from 0"
    tried = desk.optimum
    desk.set(ghost=SELI)  # is no other question
    assert not desk.solving
    assert desk.optimum is tried
    assert "simplex ETF" not in desk.model.roles(desk.parameters)[0].text
    desk.close()


def test_unconstrained_features_behind_a_relu_come_to_the_frame_and_back():
    desk = desk_of(UNCONSTRAINED_FEATURES)
    desk.set(rectified=True, ghost=FRAME, samples=30, classes=3, dimension=4)
    desk.seek(1500)
    desk.finish()
    assert value(desk, "orthogonal, features") < 1e-3
    assert "right angles" in desk.caption()
    scene = desk.scene(View())
    assert scene.note == "seen from 0"
    vertices, means, _ = scene.balls.positions.reshape(3, 3, 3)
    np.testing.assert_allclose(vertices, means, atol=2e-3)
    assert all((desk.run.snapshot(1).statistics(0, "train").means >= 0).ravel())
    assert "samples" not in [words.role for words in desk.roles()]
    desk.set(ghost=SELI)  # descends no further for it
    assert len(desk.run.epochs) > 1
    assert desk.scene(View()).target == "SELI"
    desk.set(kind="sphere")
    assert not desk.descent.rectified
    desk.close()


def test_right_angles_and_other_lengths_where_classes_differ_in_size():
    model = UnconstrainedFeatures(samples=(40, 20, 10), classes=3, dimension=3, rectified=True)
    *_, last = simulate(model, [0, 3000])
    means = class_statistics(last.H, model.labels(), 3).means
    gram = means @ means.T
    assert np.abs(gram - np.diag(np.diag(gram))).max() < 1e-3 * gram.max()
    assert gram[0, 0] > 1.05 * gram[2, 2] or gram[2, 2] > 1.05 * gram[0, 0]
    with pytest.raises(UserError, match="rectified"):
        UnconstrainedFeatures(rectified=True, spherical=True)


def test_ghosts_stand_at_both_ends_of_every_slider():
    for ghost in (SELI, FRAME):
        desk = desk_of(LAYER_PEELED)
        desk.set(ghost=ghost)
        for changes in ({"ratio": 1e4}, {"classes": 20}, {"classes": 2, "ratio": 1.0}):
            desk.set(**changes)
            scene = desk.scene(View())
            assert np.isfinite(scene.balls.positions).all()
            assert all(np.isfinite(number.value) for number in desk.numbers()[:-1])
        desk.close()


def test_a_ghost_that_there_is_not_is_refused():
    parameters = replace(LAYER_PEELED.parameters(), ghost="x")
    with pytest.raises(UserError, match="ghost is 'x': choose one of etf, seli"):
        LAYER_PEELED.check(parameters)
