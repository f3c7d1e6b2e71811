"""The LE-SDE desk: what is seen, said, and what the theorem says."""

import numpy as np
import pytest

from ncviz.explorer.desks import desk_of
from ncviz.models.le_sde import LE_SDE
from ncviz.scenes.view import View


@pytest.fixture
def desk():
    made = desk_of(LE_SDE)
    yield made
    made.close()


def numbers(desk):
    return {number.name: number.value for number in desk.numbers()}


def at_the_end(desk):
    desk.player.end()
    desk.follow_player()
    return numbers(desk)


def test_classes_separate_into_a_simplex_etf(desk):
    found = at_the_end(desk)
    assert (found["separates"], found["separated"]) == (1.0, 1.0)
    assert found["cosine"] == pytest.approx(-1 / 3, abs=1e-6)
    assert found["B"] == pytest.approx(-0.3 * found["A"])
    assert "are a simplex ETF" in desk.caption()
    assert desk.moment_text() == "t = 10,000"


def test_where_the_pull_falls_too_fast_they_do_not(desk):
    desk.set(exponent=1.6)
    found = at_the_end(desk)
    assert found["separates"] == 0.0
    assert found["separated"] < 0.6
    assert found["γ t"] < 1
    assert "do not separate" in desk.caption()


def test_at_the_edge_the_theorem_says_nothing(desk):
    desk.set(exponent=1.0)
    assert numbers(desk)["separates"] is None
    assert "leaves open" in desk.caption()


def test_the_i_model_promises_no_simplex_etf(desk):
    desk.set(kind="I")
    at_the_end(desk)
    assert "simplex" not in desk.caption()


def test_between_two_stops_the_picture_is_on_its_way(desk):
    desk.set(time=37.0)
    balls = desk.scene(View()).balls.positions
    assert np.isfinite(balls).all()
    desk.set(time=37.4)
    moved = np.abs(desk.scene(View()).balls.positions - balls).max()
    assert 0 < moved < 0.2


def test_the_share_that_is_drawn_is_the_share_that_is_read(desk):
    for share in (0.3, 0.6, 1.0):
        desk.player.seek(share * desk.player.last)
        desk.follow_player()
        chart = desk.chart(LE_SDE.plots[0])
        values = np.interp(np.log(desk.at), np.log(chart.across.at), chart.curves[0].values)
        assert chart.spots[0].height == pytest.approx(values, abs=0.06)


@pytest.mark.parametrize("kind", ["I", "L"])
def test_classes_that_pull_each_other_along_separate_all_the_same(desk, kind):
    """The average of the I-model is e to the 535 times as large as what tells classes apart."""
    desk.set(kind=kind, classes=10, alpha=3.0, ratio=0.9)
    found = at_the_end(desk)
    assert found["γ t"] == pytest.approx(30)
    assert found["separated"] == 1.0
