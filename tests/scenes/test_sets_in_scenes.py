"""Sets of labels in the scene: where they lie, whose they are, and what is told of them."""

import json
from itertools import combinations

import numpy as np
import pytest

from ncviz.concept import CLASSIFIER, MEANS
from ncviz.errors import UserError
from ncviz.explorer.direction_facts import direction_facts
from ncviz.explorer.emphasis import emphasized, owners_of_balls
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.pointing import sample_facts
from ncviz.explorer.split_words import describe_split
from ncviz.explorer.stepping import spots_of
from ncviz.export.legend_entries import legend_entries
from ncviz.geometry.etf import simplex_vertices
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import sample_column
from ncviz.scenes.compose import compose, compose_layers
from ncviz.scenes.label_sets import middles_of, sums_of
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.placements import layout_at_recorded
from ncviz.scenes.view import ShadowChoice, View
from ncviz.training.recipe import Recipe
from ncviz.training.recorded_training import record

PAIRS = tuple(combinations(range(4), 2))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    def make(classes):
        out = tmp_path_factory.mktemp("sets") / "run"
        small = Recipe(images_per_class=20, epochs=2, record="all", probe_per_class=5)
        sets = {"classes": classes, "two_label_images": 6, "loss": "pick_all"}
        record(changed(small, depth=3, width=12, linear_layers=2, **sets), out)
        return Run(out)

    return make


@pytest.fixture(scope="module")
def run(trained):
    return trained((1, 5, 7, 8))


def test_sets_lie_where_their_features_do(run):
    """The class means decide how the picture is turned; sets are seen in their span."""
    snapshot, layer = run.snapshot(2), len(run.manifest.layers) - 1
    single = snapshot.statistics(layer, "train").means
    both = snapshot.statistics(layer, "two_labels").means
    middle = single.mean(axis=0)
    span = np.linalg.svd(single - middle, full_matrices=False)[2][:3].T
    features = np.concatenate([single, both]) - middle
    drawn = layout_at_recorded(run, 2, layer, (0, 1, 2, 3)).means
    products, wanted = drawn @ drawn.T, (features @ span) @ (features @ span).T
    scale = products[0, 0] / wanted[0, 0]
    assert drawn.shape == (10, 3)
    np.testing.assert_allclose(products, scale * wanted, rtol=1e-4, atol=1e-5)


def test_samples_with_one_label_alone_decide_the_scale(run):
    layout = layout_at_recorded(run, 2, 2, (0, 1, 2, 3))
    own = run.probe.labels < 4
    assert np.square(layout.samples[own]).sum(axis=1).mean() == pytest.approx(1, abs=0.01)


def test_the_ideal_of_a_set_is_the_scaled_sum_of_its_vertices(run):
    scene = compose(run, View(epoch=2))
    vertices, sums, means = (scene.balls.positions[a:b] for a, b in ((0, 4), (4, 10), (10, 20)))
    middles = np.array([(vertices[i] + vertices[j]) / 2 for i, j in PAIRS])
    ratios = sums / np.where(np.abs(middles) > 1e-3, middles, np.nan)
    assert np.nanstd(ratios) < 1e-4
    slow = sum(m @ o for m, o in zip(middles, means[4:], strict=True)) / (middles**2).sum()
    assert np.nanmean(ratios) == pytest.approx(slow, rel=1e-4)
    # One stick from each middle of an edge to where the sum lies; the edges come first.
    assert len(scene.edges) == 6 + 6
    np.testing.assert_allclose(scene.edges.starts[6:], middles, atol=1e-6)
    assert len(scene.balls) == 4 + 6 + 10 + 4
    assert len(scene.sticks) == 10 + 4


def test_perfect_sums_are_met():
    vertices = simplex_vertices(4)
    middles, places = middles_of(vertices, PAIRS), PAIRS
    np.testing.assert_allclose(sums_of(middles, 1.7 * middles, places, {}), 1.7 * middles)
    assert not sums_of(middles, -middles, places, {}).any()
    np.testing.assert_allclose(sums_of(middles, -middles, places, {2: 1.5}), 1.5 * middles)
    assert middles_of(vertices, ()).shape == (0, 3)
    assert sums_of(np.zeros((0, 3)), np.zeros((0, 3)), (), {}).shape == (0, 3)


def test_sums_of_a_size_have_one_length_and_those_of_another_another():
    vertices, places = simplex_vertices(4), ((0, 1), (2, 3), (0, 1, 2))
    middles = middles_of(vertices, places)
    means = np.array([1.2, 1.2, 0.7])[:, None] * middles
    np.testing.assert_allclose(sums_of(middles, means, places, {}), means)


def test_whose_each_ball_is(run):
    view = View(epoch=2, hidden=(1, 5))
    scene = compose(run, view)
    owners = owners_of_balls(scene, view, run)
    seen = [k for k in range(10) if k not in (1, 5)]
    expected = [(MEANS, k) for k in seen] + [(CLASSIFIER, k) for k in (0, 2, 3)]
    assert owners == [*[None] * 10, *expected]
    assert len(owners) == len(scene.balls)
    assert {spot.label for spot in spots_of(scene, run, view)} == set(seen)
    names = [label.text for label in scene.labels]
    assert names[-1] == "Sneaker + Bag"
    assert len(names) == 8
    lit = emphasized(scene, run, view, (4,))
    mean = owners.index((MEANS, 4))
    np.testing.assert_array_equal(lit.balls.colors[mean], scene.balls.colors[mean])
    faded = owners.index((MEANS, 0))
    assert not np.array_equal(lit.balls.colors[faded], scene.balls.colors[faded])


def test_a_set_has_the_mixture_of_its_hues(run):
    scene = compose(run, View(epoch=2))
    theme = THEMES["light"]
    both = [np.array(rgb(class_color(k, theme))) for k in (0, 2)]
    row = int(np.flatnonzero(run.probe.labels == 5)[0])
    at = int(np.flatnonzero(scene.sample_ids == row)[0])
    np.testing.assert_allclose(scene.samples.colors[at, :3], sum(both) / 2, atol=0.01)
    entries = {entry.text: entry.color for entry in legend_entries([scene], run, View(), theme)}
    assert list(entries)[-10:] == list(run.manifest.drawn_names)
    assert rgb(entries["Trouser + Sneaker"]) == pytest.approx(sum(both) / 2, abs=0.01)


def test_sets_follow_the_classes_that_are_chosen(run):
    explorer = Explorer()
    explorer.open(run.path)
    assert explorer.view.drawn_classes(run.manifest) == tuple(range(10))
    assert explorer.scene_in(explorer.view).note == ""  # four classes are seen as they are
    explorer.choose_classes((0, 2, 3))
    assert explorer.view.drawn_classes(run.manifest) == (0, 2, 3, 5, 6, 9)
    explorer.hide_class(5)
    assert explorer.view.hidden == (5,)
    explorer.hide_class(4)  # is not drawn
    assert explorer.view.hidden == (5,)
    explorer.keep_alone(9)
    assert explorer.view.hidden == (0, 2, 3, 5, 6)
    scene = explorer.scene_in(explorer.view)
    assert set(run.probe.labels[scene.sample_ids]) == {9}
    explorer.keep_alone(9)
    assert explorer.view.hidden == ()
    explorer.choose_classes((0, 1))
    scene = explorer.scene_in(explorer.view)
    assert [label.text for label in scene.labels] == ["Trouser", "Sandal", "Trouser + Sandal"]


@pytest.mark.parametrize("classes", [(1, 7, 8), (0, 1, 5, 7, 8)], ids=["three", "five"])
def test_three_and_five_classes(trained, classes):
    run = trained(classes)
    K = len(classes)
    pairs = K * (K - 1) // 2
    shown = tuple(range(K))
    for kind in ("simplex", "best", "axes", "tour"):
        view = View(epoch=2, classes=shown, shadow=ShadowChoice(kind))
        scene = compose(run, view)
        assert np.isfinite(scene.balls.positions).all()
        assert ("shadow of 4 dimensions" in scene.note) == (K == 5)
        assert len(scene.balls) == K + pairs + K + pairs + K
    assert len(compose_layers(run, View(epoch=1), 2.0).panels) == 3


def test_sets_of_more_classes_than_fit_lie_in_the_layer_itself(tmp_path):
    small = Recipe(images_per_class=20, epochs=2, record="all", probe_per_class=5)
    sets = {"classes": (0, 1, 5, 7, 8), "two_label_images": 6, "loss": "pick_all"}
    narrow = {"depth": 3, "width": 12, "feature_dimension": 3}
    record(changed(small, **narrow, **sets), tmp_path / "run")
    run = Run(tmp_path / "run")
    snapshot, last = run.snapshot(2), len(run.manifest.layers) - 1
    means = [snapshot.statistics(last, split).means for split in ("train", "two_labels")]
    features = np.concatenate(means) - means[0].mean(axis=0)
    drawn = layout_at_recorded(run, 2, last, tuple(range(5))).means
    np.testing.assert_allclose(
        drawn / np.linalg.norm(drawn), features / np.linalg.norm(features), atol=1e-3
    )
    scene = compose(run, View(epoch=2))
    assert len(scene.balls) == 15 + 5
    assert scene.note == "all 5 classes, exact: features have 3 dimensions"
    chosen = compose(run, View(epoch=2, classes=(0, 1, 2)))
    assert len(chosen.balls) == 6 + 3


def test_what_is_told_of_a_sample_with_two_labels(run):
    row = int(np.flatnonzero(run.probe.labels == 7)[0])
    facts = sample_facts(run, 2, -1, row)
    assert facts.class_names[facts.label] == "Sandal + Sneaker"
    assert facts.labels == (1, 2)
    assert facts.predicted >= 4
    assert facts.nearest >= 4
    assert facts.image.shape == (10, 10)
    predicted = run.snapshot(2).probe("predicted")
    names = sample_column(run, 2, "predicted")
    assert names.said(row) == run.manifest.drawn_names[predicted[row]]


def test_what_is_told_of_the_mean_of_a_set(run):
    facts = direction_facts(run, 2, -1, MEANS, 4)
    snapshot, layer = run.snapshot(2), len(run.manifest.layers) - 1
    single = snapshot.statistics(layer, "train").means
    own = snapshot.statistics(layer, "two_labels").means[0] - single.mean(axis=0)
    total = single[0] + single[1] - 2 * single.mean(axis=0)
    cosine = own @ total / np.linalg.norm(own) / np.linalg.norm(total)
    assert facts.alignment == pytest.approx(cosine)
    assert facts.norm == pytest.approx(np.linalg.norm(own))
    assert facts.nearest is not None
    assert np.isnan(facts.ideal_angle)


def test_the_answers_to_samples_are_those_of_the_logits(run):
    """Of the drawn samples as of all: each set is answered by its largest logits."""
    snapshot = run.snapshot(2)
    labels, predicted = run.probe.labels, snapshot.probe("predicted")
    own = labels >= 4
    errors = snapshot.class_errors("two_labels")
    for number in range(6):
        drawn = predicted[labels == 4 + number]
        wrong = (drawn != 4 + number).mean()
        assert abs(wrong - errors[number]) <= 1 / 5 + 1e-9
    assert (predicted[own] >= 4).all()
    assert (predicted[~own] < 4).all()
    assert (snapshot.probe_numbers("confidence")[own] <= 1).all()


def test_the_format_is_the_third(run, tmp_path):
    values = json.loads((run.path / "manifest.json").read_text())
    assert values["version"] == 3
    assert [split.get("drawn") for split in values["splits"]] == [True, None]
    values["splits"][1]["drawn"] = True
    (tmp_path / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(UserError, match="two splits that are drawn"):
        Run(tmp_path)
    values["splits"][0]["label_sets"] = []
    (tmp_path / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(UserError, match="drawn and has no label_sets"):
        Run(tmp_path)


def test_held_out_pairs_are_seen_in_their_mixed_hues(run):
    """As another split: among the same means, in the same frame."""
    view = View(epoch=2, split="two_labels_test")
    scene, seen = compose(run, view), run.drawn_of("two_labels_test")
    usual = compose(run, View(epoch=2))
    np.testing.assert_allclose(scene.balls.positions, usual.balls.positions, atol=1e-6)
    at = int(np.flatnonzero(seen.probe.labels[scene.sample_ids] == 1)[0])
    hue = rgb(class_color((0, 2), THEMES["light"]))
    np.testing.assert_allclose(scene.samples.colors[at, :3], hue, atol=0.01)
    facts = sample_facts(seen, 2, -1, int(scene.sample_ids[at]))
    assert facts.class_names[facts.label] == "Trouser + Sneaker"
    labels = {seen.numbered_names[k] for k in seen.drawn_labels}
    assert labels == set(run.manifest.drawn_names[4:])
    assert "training samples with two labels: " in describe_split(run, seen.drawn, 2, -1)


def test_held_out_samples_stay_within_the_classes(run):
    scene = compose(run, View(epoch=2, split="test", classes=(0, 1)))
    labels = run.drawn_of("test").probe.labels[scene.sample_ids]
    assert set(labels) == {0, 1}
