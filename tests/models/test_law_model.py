"""The law by hand: what an error costs, and what is dragged."""

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.explorer.desks import desk_of
from ncviz.geometry.separation import separation_fuzziness, separation_sensitivity
from ncviz.geometry.statistics import class_statistics
from ncviz.models.law import LAW
from ncviz.models.law_parameters import Parameters
from ncviz.models.tetrahedron import samples_of
from ncviz.scenes.view import View
from ncviz.theory.shared_separation import exact_change, least_sensitivity, shared_fuzziness
from ncviz.wording import three_digits


@pytest.fixture
def desk():
    made = desk_of(LAW)
    yield made
    made.close()


def numbers(desk):
    return {number.name: number.value for number in desk.numbers()}


@pytest.mark.parametrize("fuzziness", [1e-3, 1.0, 40.0])
def test_the_samples_have_exactly_the_fuzziness_that_is_said(fuzziness):
    samples, labels = samples_of(fuzziness)
    assert separation_fuzziness(class_statistics(samples, labels, 4)) == pytest.approx(fuzziness)


def test_sensitivity_is_the_slope_of_the_exact_change():
    values = np.array([9.0, 4.0, 5.0, 0.3])
    step = 1e-7
    slope = exact_change(values, step) / step
    assert slope == pytest.approx(separation_sensitivity(values), rel=1e-5)


def test_no_share_of_the_work_suffers_less_than_equal_ratios():
    rng = np.random.default_rng(0)
    for _ in range(200):
        values = np.exp(rng.normal(size=6))
        least = least_sensitivity(6, values[-1] / values[0], 1.0)
        assert separation_sensitivity(values) >= least * (1 - 1e-12)
    even = shared_fuzziness(6, 10.0, 0.01)
    assert separation_sensitivity(even) == pytest.approx(least_sensitivity(6, 0.01, 1.0))


def test_to_double_in_ten_years():
    # Ten equal factors to 2: 7.18 % a year, and every other way suffers more.
    yearly = shared_fuzziness(11, 1.0, 2.0)
    np.testing.assert_allclose(yearly[1:] / yearly[:-1], 1.0717734625)
    assert "7.2 %" in LAW.remark(Parameters()).text


def test_a_dragged_layer_is_another_share(desk):
    assert "Equi-separation" in desk.caption()
    desk.drag(3, 8.0)
    assert desk.parameters.values[3] == 8.0
    assert desk.caption().startswith("Unequal shares")
    found = numbers(desk)
    assert found["overall"] == pytest.approx(0.01)
    assert found["sensitivity"] > found["least sensitivity"]
    desk.drag(7, 1e9)
    assert desk.parameters.values[7] == 1e4, "no farther than D goes"
    desk.set(fuzziness=())
    assert numbers(desk)["sensitivity"] == pytest.approx(found["least sensitivity"])


def test_what_was_dragged_keeps_its_shape_under_the_sliders(desk):
    desk.drag(1, 9.0)
    desk.set(overall=1e-3)
    assert numbers(desk)["overall"] == pytest.approx(1e-3)
    assert desk.parameters.by_hand
    desk.set(layers=15)
    assert len(desk.parameters.values) == 15
    assert numbers(desk)["overall"] == pytest.approx(1e-3)
    desk.set(bend=1.0)
    assert not desk.parameters.by_hand


def test_equal_ratios_are_drawn_as_equal(desk):
    for layers in (3, 8, 30):
        desk.set(layers=layers)
        ratios = desk.chart(LAW.plots[1]).curves[0].values
        assert np.ptp(ratios) == 0


def test_the_timeline_ends_at_the_last_layer(desk):
    desk.set(layers=20, layer=20.0)
    assert desk.moment_text() == "layer 19 · D₂₀"
    desk.set(layers=3)
    assert desk.moment_text() == "layer 2 · D₃"
    assert desk.player.stops == (1.0, 2.0, 3.0)
    desk.player.seek(desk.player.last / 4)
    desk.follow_player()
    assert desk.moment_text() == "input to layer 1"
    assert desk.optimum.fuzziness == pytest.approx(10 * 0.1**0.5)


def test_samples_draw_near_their_means_from_layer_to_layer(desk):
    def spread():
        balls = desk.scene(View()).balls.positions[-160:]
        return float(np.linalg.norm(balls - balls.mean(axis=0), axis=1).std())

    first = spread()
    desk.player.end()
    desk.follow_player()
    assert spread() < first / 2


def test_d_by_hand_of_other_layers_is_a_sentence():
    with pytest.raises(UserError, match="2 values for 8 points"):
        LAW.check(Parameters(fuzziness=(3.0, 1.0)))
    LAW.check(Parameters(layers=2, fuzziness=(3.0, 1.0)))


def test_a_session_brings_back_what_was_dragged(desk):
    desk.drag(2, 5.0)
    desk.pin()
    other = desk_of(LAW)
    assert other.restore(desk.plain()) == ()
    assert other.parameters == desk.parameters
    assert np.array_equal(other.pins[0].cosines, desk.pins[0].cosines)
    other.close()


def test_an_error_too_large_for_the_first_order_is_told_exactly(desk):
    desk.set(layers=30, overall=1e-4, bend=1.0, error=0.1)
    exact = exact_change(desk.parameters.values, 0.1) / 1e-4
    moved = f"moves the overall separation by {three_digits(100 * exact)} % of it"
    assert f"{moved} (no longer the 405 % of" in desk.caption()
    desk.set(error=1e-4)
    assert "moves the overall separation by about" in desk.caption()


def test_where_nothing_separates_there_is_no_equi_separation(desk):
    desk.set(overall=1.0)
    assert desk.caption() == "No layer separates anything: D stays at 10."
    desk.set(fuzziness=(1.0, 2.0, 4.0))
    assert desk.caption().startswith("Nothing is separated, every layer leaves 200 % of D")


def test_the_first_layer_has_no_ratio_to_mark(desk):
    assert desk.chart(LAW.plots[1]).spots == ()
    desk.set(layer=2.0)
    assert desk.chart(LAW.plots[1]).spots[0].height == pytest.approx(0.01 ** (1 / 7))


def test_a_session_brings_back_a_layer_whose_range_comes_after_it(desk):
    desk.set(layers=30, layer=27.25)
    other = desk_of(LAW)
    assert other.restore(desk.plain()) == ()
    assert other.parameters == desk.parameters
    (wrong,) = other.restore({"layer": 27.18253189401374})
    assert "layer is 27.1825: choose a number from 1 to 8" in wrong
    other.close()


@pytest.mark.parametrize("model", ["law", "layer-peeled"])
def test_an_option_of_numbers_refuses_a_word(model, capsys):
    option = {"law": "fuzziness", "layer-peeled": "shape"}[model]
    assert main(["model", model, f"--{option}", "5,4,x"]) != 0
    assert f"The model's {option} is '5,4,x': write numbers" in capsys.readouterr().err
