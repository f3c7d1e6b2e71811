"""Vectors by hand: what is dragged is a step, and what was before it stays."""

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.explorer.desks import desk_of
from ncviz.models.model import models
from ncviz.models.vectors import VECTORS
from ncviz.models.vectors_charts import BOUND
from ncviz.scenes.view import View


@pytest.fixture
def desk():
    made = desk_of(models()["vectors"])
    yield made
    made.close()


def finish(desk):
    desk.player.end()
    desk.finish()


def numbers(desk):
    return {number.word: number.value for number in desk.numbers()}


def test_four_on_the_sphere_repel_to_a_simplex(desk):
    assert "the least that it can be is −0.333" in desk.caption()
    finish(desk)
    assert desk.caption().startswith("A simplex ETF")
    assert numbers(desk)["largest cosine"] == pytest.approx(-1 / 3, abs=1e-4)
    assert desk.chart(desk.model.plots[0]).levels[0].label == BOUND


def test_a_drag_is_one_step_and_the_past_stays(desk):
    desk.seek(5)
    desk.finish()
    before, run = desk.history["largest"][:6], desk.run
    for place in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
        desk.drag(2, np.array(place), begins=place[0] == 1.0)
    assert desk.shown_step == 6
    assert desk.history["largest"][:6] == before
    assert len(desk.history["largest"]) == 7
    assert desk.run is not run  # what remembers it by the run must forget
    assert len(desk.parameters.moves) == 5
    desk.drag(0, np.array([0.0, 0.0, 1.0]), begins=True)
    assert desk.shown_step == 7
    scene = desk.scene(View())
    np.testing.assert_allclose(
        scene.balls.positions[list(scene.handles.balls)][[2, 0]], [[0, 1, 0], [0, 0, 1]]
    )
    desk.seek(3)  # back, and another way
    desk.drag(1, np.array([0.0, 0.0, -1.0]), begins=True)
    assert desk.parameters.moves == (4.0, 2.0, 0.0, 0.0, -1.0)
    assert desk.run.epochs[-1] == 4


def test_on_the_circle_by_hand(desk):
    desk.set(classes=3, dimension=2)
    for k in range(3):
        turn = 2 * np.pi * k / 3
        desk.drag(k, np.array([np.cos(turn), 0.3, np.sin(turn)]), begins=True)
    assert numbers(desk)["largest cosine"] == pytest.approx(-0.5)
    assert desk.caption().startswith("A simplex ETF")
    assert len(desk.scene(View()).trails) > 0


def test_to_start_anew_is_another_start(desk):
    desk.drag(0, np.array([0.0, 0.0, 1.0]), begins=True)
    desk.set(moves=())
    assert (desk.parameters.moves, desk.parameters.seed, desk.shown_step) == ((), 1, 0)
    desk.drag(0, np.array([0.0, 0.0, 1.0]), begins=True)
    desk.set(classes=5)
    assert desk.parameters.moves == ()


def test_more_than_fit_are_laid_beside_the_best_that_was_found(desk):
    desk.set(classes=7)
    assert numbers(desk)["best known"] is None
    assert "is sought" in desk.caption()
    finish(desk)
    assert numbers(desk)["best known"] == pytest.approx(0.2101, abs=1e-3)
    assert "searches" in desk.caption()
    assert len(desk.chart(desk.model.plots[0]).levels) == 2


def test_the_matrix_has_the_cosines_themselves(desk):
    matrix = desk.chart(desk.model.plots[1])
    shown = matrix.shown()
    off = shown[~np.eye(4, dtype=bool)]
    assert off.max() == pytest.approx(numbers(desk)["largest cosine"])
    assert matrix.names == ("1", "2", "3", "4")


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ((1.0, 2.0), "has 2 numbers: write 5"),
        ((1.0, 5.0, 1.0, 0.0, 0.0), "vectors 1 to 4"),
        ((0.0, 1.0, 1.0, 0.0, 0.0), "steps 1 to 100"),
        ((1.5, 1.0, 1.0, 0.0, 0.0), "no whole number"),
        ((1.0, 1.0, float("nan"), 0.0, 0.0), "no whole number"),
        ((1.0, 1.0, 2.0, 0.0, 0.0), "no vector of length 1"),
        ((2.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0), "do not ascend"),
    ],
)
def test_moves_that_are_none_are_refused(moves, said):
    with pytest.raises(UserError, match=said):
        VECTORS.check(VECTORS.parameters(moves=moves))


def test_it_can_be_kept_as_a_run(desk, tmp_path):
    desk.seek(3)
    desk.finish()
    assert desk.keep(tmp_path / "run")
    desk.finish()
    assert desk.keep_trouble == ""
    assert desk.kept is not None
