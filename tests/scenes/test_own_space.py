"""Layers of at most three dimensions, too few for a simplex ETF: drawn as they are."""

from dataclasses import replace

import numpy as np
import pytest
from runs_in_own_space import LENGTH, write

from ncviz import values_in_words
from ncviz.explorer.answers import facts_of
from ncviz.explorer.direction_facts import direction_facts
from ncviz.explorer.emphasis import emphasized, owners_of_balls
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.preparing import is_heavy
from ncviz.export.legend_entries import legend_entries
from ncviz.export.scene_pages import note_of
from ncviz.metrics.metric import metrics
from ncviz.runs.directions import default_classes
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose, compose_layers, vertices_of
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.placements import dimensions_of
from ncviz.scenes.view import ShadowChoice, View
from ncviz.theory.softmax_codes import gnc2, softmax_code

LIGHT = THEMES["light"]


@pytest.fixture(scope="module")
def sphere(tmp_path_factory):
    """Ten classes on a sphere, as a softmax code in another order and turned."""
    code = softmax_code(10, 3, starts=4).vectors
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]
    path = tmp_path_factory.mktemp("own") / "sphere"
    return write(path, code[::-1] @ turn)


def of_color(balls, color):
    return balls.positions[np.abs(balls.colors[:, :3] - rgb(color)).max(axis=1) < 1e-6]


def test_all_classes_are_shown_where_their_features_lie(sphere):
    run, features, labels = sphere
    for epoch in (0, 4):
        scene = compose(run, View(epoch=epoch))
        points = features[epoch] / LENGTH
        # Probe samples are kept in half precision.
        np.testing.assert_allclose(scene.samples.positions, points, atol=2e-3)
        means = np.array([points[labels == k].mean(axis=0) for k in range(10)])
        np.testing.assert_allclose(of_color(scene.balls, LIGHT.means), means, atol=1e-3)
        rows = run.snapshot(epoch).classifier().weight
        np.testing.assert_allclose(of_color(scene.balls, LIGHT.classifier), rows, atol=1e-6)
    assert scene.note == "all 10 classes, exact: features have 3 dimensions"
    assert default_classes(run) == tuple(range(10))


def test_the_ground_is_the_sphere_and_is_quiet(sphere):
    scene = compose(sphere[0], View(epoch=4))
    for ends in (scene.ground.starts, scene.ground.ends):
        np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 1, atol=1e-6)
    assert scene.ground.colors[:, 3].max() < 0.5
    layers = compose_layers(sphere[0], View(epoch=4), 2.0)
    assert [len(panel.scene.ground) > 0 for panel in layers.panels] == [False, True]


def test_choosing_classes_moves_none_and_no_shadow_applies(sphere):
    run = sphere[0]
    every = compose(run, View(epoch=4))
    some = compose(run, View(epoch=4, classes=(2, 7, 8, 9)))
    kept = np.isin(sphere[2][every.sample_ids], (2, 7, 8, 9))
    np.testing.assert_array_equal(some.samples.positions, every.samples.positions[kept])
    assert some.note == "4 of 10 classes, exact: features have 3 dimensions"
    for kind in ("best", "axes", "tour"):
        other = compose(run, View(epoch=4, shadow=ShadowChoice(kind, time=0.3)))
        np.testing.assert_array_equal(other.samples.positions, every.samples.positions)
        assert [label.text for label in other.labels] == [label.text for label in every.labels]
    explorer = Explorer()
    explorer.open(run.path)
    explorer.tour(True)
    assert not explorer.moving


def test_the_code_that_was_reached_lies_at_the_class_means(sphere):
    run = sphere[0]
    scene = compose(run, View(epoch=4))
    vertices, rows = of_color(scene.balls, LIGHT.etf), run.snapshot(4).classifier().weight
    np.testing.assert_allclose(vertices, rows, atol=0.05)
    assert gnc2(vertices.astype(float)) == pytest.approx(gnc2(rows), rel=1e-4)
    assert scene.target == "softmax code (best of 4 searches)"
    np.testing.assert_array_equal(of_color(compose(run, View(epoch=0)).balls, LIGHT.etf), vertices)
    hidden = compose(run, View(epoch=4, show_etf=False))
    assert len(of_color(hidden.balls, LIGHT.etf)) == len(hidden.edges) == 0


def test_the_search_for_the_code_does_not_hold_up_the_window(sphere):
    run = Run(sphere[0].path)
    assert is_heavy(run, View())
    assert not is_heavy(run, View(show_etf=False))
    assert not is_heavy(run, View(layer=0))
    compose(run, View())
    assert not is_heavy(run, View())


def test_what_is_pointed_at_stands_out_beside_a_code(sphere):
    run, view = sphere[0], View(epoch=4, classes=tuple(range(10)))
    scene = compose(run, view)
    owners = owners_of_balls(scene, view, run)
    assert owners[:10] == [None] * 10
    assert owners[10] == ("means", 0)
    pointed = emphasized(scene, run, view, (3,))
    np.testing.assert_array_equal(pointed.ground.colors, scene.ground.colors)
    places = vertices_of(run, view)
    np.testing.assert_allclose(places, of_color(scene.balls, LIGHT.means), atol=1e-6)


@pytest.mark.parametrize(("classes", "width"), [(6, 2), (4, 1), (5, 3), (40, 3)])
def test_circles_lines_and_many_classes(tmp_path, classes, width):
    rng = np.random.default_rng(1)
    directions = rng.normal(size=(classes, width))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    run, features, _ = write(tmp_path / "r", directions)
    scene = compose(run, View(epoch=4))
    axes = {1: [0], 2: [0, 2], 3: [0, 1, 2]}[width]
    seen = scene.samples.positions[:, axes]
    np.testing.assert_allclose(seen, features[4] / LENGTH, atol=2e-3)
    np.testing.assert_array_equal(np.delete(scene.samples.positions, axes, axis=1), 0)
    assert dimensions_of(run, 1, tuple(range(classes))) == width
    assert len(scene.ground)
    # On a line there is no code of more than two; of very many classes none is sought.
    assert (len(of_color(scene.balls, LIGHT.etf)) > 0) == (width > 1 and classes < 40)
    plural = "s" if width > 1 else ""
    assert scene.note.endswith(f"exact: features have {width} dimension{plural}")


def test_features_of_many_lengths_lie_about_their_middle(tmp_path):
    rng = np.random.default_rng(3)
    run, features, labels = write(tmp_path / "r", rng.normal(size=(7, 3)) + 4, None)
    scene = compose(run, View(epoch=4))
    means = np.array([features[4][labels == k].mean(axis=0) for k in range(7)])
    points = features[4] - means.mean(axis=0)
    size = np.sqrt(np.square(points).sum() / len(points))
    np.testing.assert_allclose(scene.samples.positions, points / size, atol=4e-3)
    assert len(scene.ground) == len(of_color(scene.balls, LIGHT.etf)) == 0
    rows = of_color(scene.balls, LIGHT.classifier)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-6)


def test_no_code_is_drawn_while_it_would_turn_with_each_epoch(tmp_path):
    run, *_ = write(tmp_path / "r", softmax_code(5, 2).vectors, state="running")
    assert not len(of_color(compose(run, View(epoch=4)).balls, LIGHT.etf))


def test_no_simplex_is_drawn_where_the_classes_cannot_become_one(tmp_path):
    rng = np.random.default_rng(3)
    run, *_ = write(tmp_path / "r", rng.normal(size=(8, 5)), None)
    chosen = View(epoch=4, classes=(0, 1, 2, 3))
    assert not len(of_color(compose(run, chosen).balls, LIGHT.etf)), "eight in five dimensions"
    input_layer = compose(run, replace(chosen, layer=0))
    assert len(of_color(input_layer.balls, LIGHT.etf)) == 4
    assert default_classes(run) == ()


def test_the_window_says_what_is_so_of_them(sphere):
    explorer = Explorer()
    explorer.open(sphere[0].path)
    explorer.player.seek(explorer.player.last)
    explorer.advance(0)
    caption = explorer.caption()
    assert "a simplex ETF of 10 classes needs 9 dimensions, this layer has 3" in caption
    assert caption.count("0.596") == 2, "the code and the classifiers, which have reached it"
    facts = facts_of(explorer)
    assert "ETF" not in values_in_words.cosine(0.3, facts)
    notion = metrics()["nc2_equiangular_means"].notion
    said = notion.sentence(0.4, facts)
    assert said.endswith("No simplex ETF of 10 classes fits into 3 dimensions.")
    found = direction_facts(sphere[0], 4, 1, "classifier", 3, (3, 4))
    assert np.isnan(found.ideal_angle)
    assert found.in_picture == 1


def test_scenes_of_which_not_the_same_is_to_be_said_are_told_by_their_letters(sphere):
    layers = [compose(sphere[0], View(epoch=4, layer=layer)) for layer in (0, 1)]
    assert note_of([layers[0], layers[0]]) == layers[0].note == "3-D shadow of 9 dimensions"
    assert note_of([layers[0], layers[1], layers[0]]) == (
        "a, c: 3-D shadow of 9 dimensions · b: all 10 classes, exact: features have 3 dimensions"
    )
    said = [e.text for e in legend_entries(layers, None, View(), LIGHT) if e.color == LIGHT.etf]
    assert said == ["simplex ETF", "softmax code (best of 4 searches)"]


def test_edges_of_a_code_join_neighbours_among_all_classes(sphere):
    run = sphere[0]
    every = compose(run, View(epoch=4))
    lengths = np.linalg.norm(every.edges.ends - every.edges.starts, axis=1)
    assert lengths.max() <= 1.06 * lengths.min()
    some = compose(run, View(epoch=4, classes=(0, 1, 2, 3)))
    among = np.linalg.norm(some.edges.ends - some.edges.starts, axis=1)
    assert len(among) < 6
    assert not len(among) or among.max() <= lengths.max() + 1e-6
