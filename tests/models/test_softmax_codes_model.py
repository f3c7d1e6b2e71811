"""Softmax codes as a model: its map, its words, its rattlers, and what the temperature does."""

import numpy as np
import pytest

from ncviz.explorer.desks import desk_of
from ncviz.models.code_map import CODE_MAP, DIMENSIONS, SECTORS
from ncviz.models.softmax_codes import SOFTMAX_CODES
from ncviz.scenes.view import View
from ncviz.theory.softmax_codes import gnc2, one_vs_one_distance, one_vs_rest_distance
from ncviz.wording import three_digits


@pytest.fixture
def desk():
    made = desk_of(SOFTMAX_CODES)
    yield made
    made.close()


def ended(desk, **changes):
    desk.set(**changes)
    desk.player.end()
    desk.finish()
    return {number.word: number.value for number in desk.numbers()}


def test_numbers_are_those_of_the_classifier_that_is_drawn(desk):
    numbers = ended(desk, classes=6, dimension=3, temperature=0.5, samples=2)
    rows = desk.run.snapshot(desk.nearest_epoch).classifier().weight
    assert numbers["reached_one_vs_rest_margin"] == pytest.approx(gnc2(rows))
    assert numbers["reached_one_vs_one_margin"] == pytest.approx(one_vs_one_distance(rows))
    assert numbers["one_vs_rest_margin"] == pytest.approx(1.0)
    assert numbers["one_vs_one_margin"] == pytest.approx(np.sqrt(2))
    levels = [level.at for level in desk.chart(SOFTMAX_CODES.plots[0]).levels]
    assert sorted(levels) == pytest.approx([1.0, np.sqrt(2)])
    assert desk.caption().endswith(
        "at an orthoplex, the softmax code: two classes at the ends of each axis."
    )


def test_points_that_can_move_have_a_ring_and_are_counted(desk):
    numbers = ended(desk, classes=5, dimension=3, samples=2)
    scene = desk.scene(View())
    assert numbers["rattlers"] == len(scene.rings) == 3
    vertices = scene.balls.positions[:5]
    assert all(np.abs(vertices - ring).sum(axis=1).min() < 1e-6 for ring in scene.rings.positions)
    assert "3 of its points rattle" in desk.caption()
    assert desk.roles()[-1].concept == "rattler"
    assert len(desk.scene(View(show_etf=False)).rings) == 0
    assert ended(desk, classes=6)["rattlers"] == 0
    assert (len(desk.scene(View()).rings), "rattle" in desk.caption()) == (0, False)


def test_at_a_low_temperature_the_descent_ends_nearer_to_the_code(desk):
    shares = []
    for temperature in (0.5, 0.15):
        numbers = ended(desk, classes=7, dimension=3, samples=1, temperature=temperature)
        shares.append(numbers["reached_one_vs_rest_margin"] / numbers["one_vs_rest_margin"])
        assert f"it has {three_digits(100 * shares[-1])} % of it" in desk.caption()
    assert shares[0] < shares[1] - 0.02
    assert desk.caption().endswith("at τ = 0.15 the loss is lower here than at the code.")


def test_a_local_optimum_is_called_one(desk):
    ended(desk, classes=7, dimension=3, samples=1, temperature=0.3)
    points, last = desk.target.points, len(desk.history["loss"]) - 1
    logits = points @ points.T / 0.3
    slow = np.mean([np.log(np.exp(row - row[k]).sum()) for k, row in enumerate(logits)])
    assert desk.target.beside["loss"] == pytest.approx(slow)
    assert desk.value("loss") < slow
    assert desk.caption().endswith("the loss is lower here than at the code.")
    desk.history["loss"][last] = slow * (1 - 1e-8)  # as of many classes on a circle
    assert desk.caption().endswith("the loss is the same here as at the code.")
    desk.history["loss"][last] = 1.01 * slow
    assert desk.caption().endswith("a local optimum: at τ = 0.3 the code's loss is lower.")
    desk.history["gradient_norm"][last] = 1.0
    assert desk.caption().endswith("at this step, and still moves.")


@pytest.mark.parametrize("changes", [{"samples": 50}, {"classes": 7, "dimension": 3}])
def test_many_samples_at_a_high_temperature_come_to_rest(desk, changes):
    """Each sample pulls at its class's row: a step in proportion to their number swung up."""
    ended(desk, temperature=1.0, **changes)
    assert desk.value("gradient_norm") < 1e-5
    assert desk.value("gnc3") < 1e-5


@pytest.mark.parametrize(
    ("classes", "dimension", "exact"),
    [(2, 2, True), (2, 10, True), (4, 10, True), (4, 3, True), (9, 10, False), (9, 4, False)],
)
def test_every_corner_of_the_sliders_has_a_picture(desk, classes, dimension, exact):
    numbers = ended(desk, classes=classes, dimension=dimension, samples=1)
    assert numbers["reached_one_vs_rest_margin"] <= numbers["one_vs_rest_margin"] * (1 + 1e-6)
    scene = desk.scene(View())
    assert np.isfinite(scene.balls.positions).all()
    target = desk.target.points
    drawn = scene.balls.positions[:classes].astype(float)
    true = np.allclose(drawn @ drawn.T, target @ target.T, atol=1e-5)
    assert true == exact
    assert scene.note == (f"3-D shadow of {dimension} dimensions" if dimension > 3 else "")
    means = scene.balls.positions[classes : 2 * classes]
    if numbers["reached_one_vs_rest_margin"] > 0.99 * numbers["one_vs_rest_margin"]:
        np.testing.assert_allclose(means, drawn, atol=0.1)


def test_a_hundred_classes_begin_at_once(desk):
    desk.set(classes=100, dimension=3, samples=2)
    assert len(desk.scene(View()).balls) == 200
    assert desk.caption().startswith("100 classes on the sphere, random")
    grid = desk.grid(CODE_MAP)
    assert (grid.rows[-1], grid.here, grid.gaps()) == (100, (15, 1), ([15], []))
    assert grid.values[15, 0] == pytest.approx(1 - np.cos(2 * np.pi / 100))  # beyond the map
    assert np.isnan(grid.values[15, 1])
    assert np.isnan(grid.share(15, 1))


def test_the_map_has_its_sectors_and_computed_values(desk):
    desk.set(classes=6, dimension=3)
    cells = {}
    for cell, value in SOFTMAX_CODES.survey():
        if cell[0] > 2 * cell[1] and cell[1] > 3:
            break  # those of closed forms come first, then a few searches
        cells[cell] = value
    desk.survey.known.update(cells)
    grid = desk.grid(CODE_MAP)
    for row, classes in enumerate(grid.rows):
        for column, dimension in enumerate(grid.columns):
            sector, value = grid.sector(row, column), grid.values[row, column]
            if classes <= dimension + 1:
                assert sector is SECTORS[0]
                assert value == pytest.approx(classes / (classes - 1))
            elif classes <= 2 * dimension:
                assert sector is SECTORS[1]
                assert value == pytest.approx(1.0)
            else:
                assert sector is SECTORS[2]
            if dimension == 2 and classes > 3:
                assert value == pytest.approx(1 - np.cos(2 * np.pi / classes))
    assert grid.name_of(*grid.here) == "K = 6, d = 3"
    assert grid.sources[grid.here] == "closed form"
    assert len(grid.borders()) > len(DIMENSIONS)


def test_the_map_takes_up_what_the_model_found(desk):
    ended(desk, classes=17, dimension=2, samples=1)
    grid = desk.grid(CODE_MAP)
    assert grid.values[grid.here] == desk.target.value
    assert desk.target.value == pytest.approx(one_vs_rest_distance(desk.target.points))


def test_a_search_is_called_off_when_another_is_asked(desk):
    for classes in (60, 80, 5):
        desk.set(classes=classes, dimension=2)
        desk.advance(0.01)
        assert not desk._targets.busy, "while a slider moves, nothing is sought"
    desk.finish()
    assert len(desk.target.points) == 5
