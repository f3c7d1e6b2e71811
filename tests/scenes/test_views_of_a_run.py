"""What each field of a View does to the Scene."""

from dataclasses import replace

import numpy as np
import pytest
from etf_in_picture import etf_in_picture

from ncviz.assets import asset
from ncviz.geometry.etf import simplex_vertices
from ncviz.geometry.shadows import grand_tour_shadow
from ncviz.runs.run import Run
from ncviz.scenes import placements, trails
from ncviz.scenes.cache import Cache, cache_of
from ncviz.scenes.compose import (
    compose,
    compose_comparison,
    compose_layers,
    compose_model,
    vertices_of,
)
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.shadows import KINDS, drawn_shadow, kind_that_applies, vertices_in
from ncviz.scenes.trails import TRAIL_EPOCHS, remember_past
from ncviz.scenes.view import ShadowChoice, View

ALL = (0, 1, 2, 3, 4)
LIGHT = THEMES["light"]


@pytest.fixture(scope="module")
def run(small_run):
    return Run(small_run.path)


def of_color(balls, color):
    return balls.positions[np.abs(balls.colors[:, :3] - rgb(color)).max(axis=1) < 1e-6]


# Shadows


@pytest.mark.parametrize("classes", [2, 3, 4, 5, 10])
def test_the_fixed_shadow_is_that_of_the_geometry(classes):
    matrix = drawn_shadow(classes)
    np.testing.assert_allclose(vertices_in(matrix), etf_in_picture(classes), atol=1e-12)


@pytest.mark.parametrize(
    ("shadow", "words"),
    [
        (ShadowChoice(), "3-D shadow of 4 dimensions"),
        (ShadowChoice("best"), "3-D shadow of 4 dimensions: the widest spread of the class means"),
        (
            ShadowChoice("axes", (0, 2, 4)),
            "3-D shadow of 4 dimensions: the space of class 0, class 2 and class 4",
        ),
        (ShadowChoice("tour", time=0.4), "3-D shadow of 4 dimensions: grand tour"),
        (ShadowChoice("axes", (0, 2, 9)), "3-D shadow of 4 dimensions"),
        (ShadowChoice("axes", (0, 2, 2)), "3-D shadow of 4 dimensions"),
    ],
)
def test_the_note_says_which_shadow(run, shadow, words):
    assert compose(run, View(classes=ALL, shadow=shadow)).note == words
    assert compose(run, View(classes=ALL[:4], shadow=shadow)).note == ""


@pytest.mark.parametrize("kind", KINDS)
def test_four_classes_have_no_shadow_to_choose(run, kind):
    exact = compose(run, View(epoch=7))
    other = compose(run, View(epoch=7, shadow=ShadowChoice(kind, time=0.3)))
    np.testing.assert_array_equal(exact.samples.positions, other.samples.positions)
    assert kind_that_applies(ShadowChoice(kind), 3) == "simplex"


def test_the_tour_starts_at_the_fixed_shadow_and_moves_on_without_a_leap(run):
    view = View(epoch=7, classes=ALL)
    fixed = compose(run, view)
    scenes = [
        compose(run, replace(view, shadow=ShadowChoice("tour", time=t)))
        for t in (0, 0.001, 0.002, 0.2)
    ]
    ways = [np.abs(s.samples.positions - fixed.samples.positions).max() for s in scenes]
    assert ways[0] < 1e-5
    assert ways[1] < 0.05
    assert ways[3] > 0.2
    vertices = of_color(scenes[3].balls, LIGHT.etf)
    expected = simplex_vertices(5) @ grand_tour_shadow(5, 0.2) * np.sqrt(4 / 3)
    np.testing.assert_allclose(vertices, expected, atol=1e-6)


def test_chosen_axes_show_three_vertices_in_full_length(run):
    view = View(epoch=20, classes=ALL, shadow=ShadowChoice("axes", (1, 3, 4)))
    scene = compose(run, view)
    lengths = np.linalg.norm(of_color(scene.balls, LIGHT.etf), axis=1)
    np.testing.assert_allclose(lengths[[1, 3, 4]], 1, atol=1e-6)
    assert [label.text for label in scene.labels] == ["class 1", "class 3", "class 4", "2 others"]
    hidden = compose(run, replace(view, hidden=(0, 3)))
    assert [label.text for label in hidden.labels] == ["class 1", "class 4", "class 2"]


def test_the_widest_spread_is_one_shadow_for_all_moments(run):
    view = View(classes=ALL, shadow=ShadowChoice("best"))
    vertices = [of_color(compose(run, view.at(e)).balls, LIGHT.etf) for e in (0, 7.5, 20)]
    np.testing.assert_array_equal(vertices[0], vertices[1])
    np.testing.assert_array_equal(vertices[0], vertices[2])
    fixed = [compose(run, View(epoch=e, classes=ALL)) for e in (0, 20)]
    best = [compose(run, view.at(e)) for e in (0, 20)]

    def spread(scenes):
        return sum(float((of_color(s.balls, LIGHT.means) ** 2).sum()) for s in scenes)

    assert spread(best) > spread(fixed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [6, 9])
def test_a_collapsed_model_lies_at_the_vertices_of_every_shadow(kind, classes):
    etf = simplex_vertices(classes)
    names = tuple(map(str, range(classes)))
    scene = compose_model(3 * etf, etf, names, View(shadow=ShadowChoice(kind, time=0.7)))
    vertices = of_color(scene.balls, LIGHT.etf)
    np.testing.assert_allclose(of_color(scene.balls, LIGHT.means), vertices, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_vertices_of_a_view_are_where_they_are_drawn(run, kind):
    for classes in (ALL, (3, 1)):
        view = View(classes=classes, shadow=ShadowChoice(kind, time=0.3))
        drawn = of_color(compose(run, view).balls, LIGHT.etf)
        np.testing.assert_allclose(vertices_of(run, view), drawn, atol=1e-6)


# Hidden classes, palettes, shapes, axes


def test_hidden_classes_are_not_drawn_and_nothing_else_moves(run, small_run):
    view = View(epoch=7, classes=ALL)
    whole, part = compose(run, view), compose(run, replace(view, hidden=(1, 4)))
    labels = small_run.probe.labels
    assert set(labels[part.sample_ids]) == {0, 2, 3}
    stay = np.isin(labels[whole.sample_ids], (0, 2, 3))
    np.testing.assert_array_equal(part.samples.positions, whole.samples.positions[stay])
    np.testing.assert_array_equal(part.samples.radii, whole.samples.radii[stay])
    for color in (LIGHT.means, LIGHT.classifier):
        kept = of_color(whole.balls, color)
        if len(kept):
            np.testing.assert_array_equal(of_color(part.balls, color), kept[[0, 2, 3]])
    assert len(of_color(part.balls, LIGHT.etf)) == 5
    assert [label.text for label in part.labels] == ["class 0", "class 2", "class 3"]


def test_all_hidden_leaves_the_etf(run):
    scene = compose(run, View(epoch=7, hidden=(0, 1, 2, 3), pinned=(0,), hovered=1))
    assert len(scene.samples) == len(scene.rings) == len(scene.trails) == 0
    assert len(scene.balls) == 4


@pytest.mark.parametrize("palette", ["hues", "grey"])
def test_samples_wear_the_palette(run, small_run, palette):
    scene = compose(run, View(palette=palette))
    for row, color in zip(scene.sample_ids, scene.samples.colors, strict=True):
        hue = class_color(int(small_run.probe.labels[row]), THEMES["light"], palette)
        np.testing.assert_allclose(color[:3], rgb(hue), atol=1e-6)


def test_shapes_tell_classes_apart(run, small_run):
    assert compose(run, View()).samples.shapes is None
    scene = compose(run, View(shapes=True, classes=ALL))
    assert scene.samples.shapes.dtype == np.float32
    labels = small_run.probe.labels[scene.sample_ids]
    np.testing.assert_array_equal(scene.samples.shapes, labels % len(SHAPES))


def test_axes_are_off_by_default_and_neutral(run):
    plain, with_axes = compose(run, View()), compose(run, View(show_axes=True, show_etf=False))
    assert len(plain.edges) == 6
    assert len(with_axes.edges) == 3
    assert not with_axes.edges.lit
    np.testing.assert_allclose(with_axes.edges.colors[:, :3], [rgb(LIGHT.quiet)] * 3, atol=1e-6)
    assert len(compose(run, View(show_axes=True)).edges) == 9


def test_recorded_epochs_only(run):
    view = View(recorded_only=True)
    for epoch, shown in ((6, 5), (7.4, 5), (7.6, 10), (19, 20)):
        snapped, recorded = compose(run, view.at(epoch)), compose(run, View(epoch=shown))
        np.testing.assert_array_equal(snapped.samples.positions, recorded.samples.positions)


# Rings and trails


def test_pinned_and_hovered_samples_are_ringed(run):
    scene = compose(run, View(epoch=7, pinned=(2, 9), hovered=5))
    assert len(scene.rings) == 3
    where = {int(row): k for k, row in enumerate(scene.sample_ids)}
    for ring, row in zip(scene.rings.positions, (2, 9, 5), strict=True):
        np.testing.assert_array_equal(ring, scene.samples.positions[where[row]])
    assert (scene.rings.radii > scene.samples.radii[0]).all()
    assert len(compose(run, View(epoch=7, pinned=(2,), hovered=2)).rings) == 1


def test_rows_that_are_not_drawn_or_do_not_exist_get_no_ring(run, small_run):
    elsewhere = int(np.flatnonzero(small_run.probe.labels == 4)[0])
    view = View(epoch=7, pinned=(elsewhere, 10_000, -1), hovered=999)
    scene = compose(run, view)
    assert len(scene.rings) == len(scene.trails) == 0
    shown = compose(run, replace(view, classes=ALL))
    assert len(shown.rings) == 1
    off = compose(run, replace(view, classes=ALL, show_samples=False))
    assert len(off.rings) == len(off.trails) == 0


def test_a_trail_goes_through_the_recorded_epochs_to_the_sample(run, small_run):
    view = View(epoch=7, pinned=(6,))
    scene = compose(run, view)
    trail = scene.trails
    assert len(trail) == 4  # through 0, 1, 2, 5 to now
    for k, epoch in enumerate((0, 1, 2, 5)):
        then = compose(run, View(epoch=epoch))
        place = then.samples.positions[list(then.sample_ids).index(6)]
        np.testing.assert_allclose(trail.starts[k], place, atol=1e-6)
    np.testing.assert_array_equal(trail.starts[1:], trail.ends[:-1])
    np.testing.assert_allclose(trail.ends[-1], scene.rings.positions[0], atol=1e-6)
    hue = rgb(class_color(int(small_run.probe.labels[6]), THEMES["light"]))
    np.testing.assert_allclose(trail.colors[:, :3], [hue] * 4, atol=1e-6)
    assert (np.diff(trail.colors[:, 3]) > 0).all()
    assert not trail.lit
    assert len(compose(run, view.at(0)).trails) == 0


def test_trails_follow_the_tour(run):
    view = View(epoch=10, pinned=(6, 7), classes=ALL, shadow=ShadowChoice("tour", time=0.6))
    scene = compose(run, view)
    assert len(scene.trails) == 2 * 4
    then = compose(run, view.at(5))
    place = then.samples.positions[list(then.sample_ids).index(6)]
    np.testing.assert_allclose(scene.trails.starts[3], place, atol=1e-5)


def test_another_pin_looks_nothing_up_anew(run, monkeypatch):
    view = View(epoch=10, pinned=(6,), classes=ALL)
    compose_layers(run, view, 1.5)
    looked_up = []
    monkeypatch.setattr(trails, "aligned", lambda *where: looked_up.append(where))
    picture = compose_layers(run, replace(view, pinned=(6, 9)), 1.5)
    assert not looked_up
    assert {len(panel.scene.trails) for panel in picture.panels} == {2 * 4}


def test_the_past_is_remembered_in_portions(small_run, monkeypatch):
    run = Run(small_run.path)
    view, layers = View(epoch=10, classes=ALL), range(len(run.manifest.layers))
    assert remember_past(run, view, layers, seconds=-1), "no time, nothing done"
    before = cache_of(run).used
    assert not remember_past(run, view, layers, seconds=60)
    assert cache_of(run).used > before
    assert not remember_past(run, view, layers, seconds=60)
    monkeypatch.setattr(trails, "aligned", None)
    compose_layers(run, replace(view, pinned=(3,)), 1.5)


def test_where_memory_is_short_only_the_pinned_are_remembered(run, small_run, monkeypatch):
    view = View(epoch=10, pinned=(6, 9), classes=ALL)
    expected = compose(run, view).trails
    monkeypatch.setattr(trails, "SHARE", 0.0)
    other = Run(small_run.path)
    assert not remember_past(other, view, (0, 1, 2), seconds=60), "there is no room for it"
    found = compose(other, view).trails
    before = cache_of(other).used
    compose(other, replace(view, pinned=(6, 9)))
    np.testing.assert_array_equal(found.starts, expected.starts)
    np.testing.assert_array_equal(found.ends, expected.ends)
    assert cache_of(other).used == before


# Several scenes


def test_all_layers_stand_side_by_side(run):
    view = View(epoch=7, layer=1, hovered=3)
    picture = compose_layers(run, view, 2.0)
    assert [panel.title for panel in picture.panels] == [
        layer.name for layer in run.manifest.layers
    ]
    assert [panel.chosen for panel in picture.panels] == [False, True, False]
    for number, panel in enumerate(picture.panels):
        alone = compose(run, replace(view, layer=number))
        np.testing.assert_array_equal(panel.scene.samples.positions, alone.samples.positions)
        assert panel.scene.labels == ()
        assert len(panel.scene.rings) == 1  # what is hovered in one is ringed in all
    assert compose_layers(run, replace(view, layer=-1), 2.0).panels[-1].chosen


def test_two_runs_stand_side_by_side(run, imbalanced_run):
    other = Run(imbalanced_run.path)
    picture = compose_comparison(run, View(epoch=7), other, View(epoch=4))
    left, right = picture.panels
    assert left.width == right.width == 0.5
    assert not left.chosen
    assert not right.chosen
    np.testing.assert_array_equal(
        right.scene.samples.positions, compose(other, View(epoch=4)).samples.positions
    )
    same = run.manifest.title == other.manifest.title
    assert [left.title, right.title] == (
        [f"{r.path.name} · {r.manifest.title}" for r in (run, other)]
        if same
        else [run.manifest.title, other.manifest.title]
    )


# Memory and speed


def test_memory_is_bounded_and_forgets_what_is_oldest():
    memory = Cache(limit=3000)
    made = []

    def make(key):
        made.append(key)
        return np.zeros(100)  # 800 bytes and its overhead

    for key in "abca":
        memory.recall(key, lambda key=key: make(key))
    assert made == ["a", "b", "c"]
    memory.recall("d", lambda: make("d"))  # b was used longest ago
    memory.recall("a", lambda: make("a"))
    memory.recall("b", lambda: make("b"))
    assert made == ["a", "b", "c", "d", "b"]
    assert memory.used <= 3000
    assert len(memory.recall("large", lambda: np.zeros(10_000))) == 10_000
    assert memory.used <= 3000


def test_what_many_pictures_share_is_the_same_object(run):
    first, second = compose(run, View(epoch=7)), compose(run, View(epoch=7.3))
    assert first.samples.colors is second.samples.colors
    assert first.samples.radii is second.samples.radii
    assert cache_of(run) is cache_of(run)


def test_scrubbing_all_layers_aligns_each_recorded_epoch_once(monkeypatch):
    """Aligning is what costs: a second way through the same epochs does none of it."""
    run = Run(asset("demonstration"))
    view = View(pinned=(3, 40, 111), hovered=9, classes=tuple(range(10)))
    aligned, done = placements.aligned, []

    def counted(run, epoch, layer, classes):
        done.append((epoch, layer, classes))
        return aligned(run, epoch, layer, classes)

    monkeypatch.setattr(placements, "aligned", counted)
    for epoch in np.linspace(100, 300, 40):
        compose_layers(run, view.at(float(epoch)), 1.5)
    assert done
    assert len(done) == len(set(done))
    done.clear()
    for epoch in np.linspace(300, 100, 40):
        compose_layers(run, view.at(float(epoch)), 1.5)
    assert done == []
    assert cache_of(run).used < 96 * 2**20


def test_a_trail_is_no_longer_than_what_can_be_seen(make_run, tmp_path):
    path = tmp_path / "long"
    epochs = tuple(range(TRAIL_EPOCHS + 12))
    make_run(path, counts=(4, 4, 4), epochs=epochs, widths=(3,))
    scene = compose(Run(path), View(epoch=epochs[-1], pinned=(0,)))
    assert len(scene.trails) == TRAIL_EPOCHS
