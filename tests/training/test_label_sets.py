"""Samples with two labels: how they are made, learnt, measured and kept."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import plots
from ncviz.data.dataset import Images
from ncviz.data.label_sets import two_label_images
from ncviz.errors import UserError
from ncviz.geometry.label_sets import nc_m
from ncviz.measuring.label_sets import are_right, label_rows, label_share
from ncviz.metrics.measures import measure_layer, measure_run
from ncviz.metrics.metric import metrics
from ncviz.parameters import changed
from ncviz.runs.manifest import read_manifest
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.training.forecast import forecast
from ncviz.training.losses.pick_all import pick_all
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.recipe_samples import load_samples
from ncviz.training.recorded_training import record

PAIRS = tuple(combinations(range(4), 2))
CLASSES = (1, 5, 7, 8)
TWO = {"classes": CLASSES, "two_label_images": 6, "loss": "pick_all"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("sets") / "run"
    small = Recipe(images_per_class=20, epochs=2, record="all", probe_per_class=5)
    record(changed(small, depth=3, width=12, **TWO), out)
    return Run(out)


def test_each_pixel_is_the_brighter_of_two():
    images = load_samples(changed(Recipe(images_per_class=9, image_size=28), **TWO))
    rows = {k: images.train.inputs[images.train.labels == k].numpy() for k in range(4)}
    pairs = images.measured["two_labels"]
    assert torch.bincount(pairs.labels).tolist() == [6] * 6
    assert torch.bincount(images.measured["two_labels_test"].labels).tolist() == [3] * 6
    for seen, label in zip(pairs.inputs.numpy(), pairs.labels.tolist(), strict=True):
        first, second = (rows[k] for k in PAIRS[label])
        made = np.maximum(first[:, None], second[None]).reshape(-1, *seen.shape)
        assert np.abs(made - seen).max(axis=(1, 2, 3)).min() < 1e-5
    assert images.further[0].class_names[1] == "Trouser + Sneaker"
    assert images.further[0].label_sets == PAIRS


def test_the_seed_decides_the_pairs():
    images = load_samples(changed(Recipe(images_per_class=9), **TWO)).measured["two_labels"]
    same = load_samples(changed(Recipe(images_per_class=9), **TWO)).measured["two_labels"]
    other = load_samples(changed(Recipe(images_per_class=9, seed=1), **TWO)).measured["two_labels"]
    assert torch.equal(images.inputs, same.inputs)
    assert not torch.equal(images.inputs, other.inputs)


def test_pairs_of_three_classes():
    pixels = np.arange(3, dtype=np.uint8).repeat(4).reshape(3, 2, 2) * 100
    made = two_label_images(Images(pixels, np.arange(3), ("a", "b", "c")), 2, 0)
    assert made.class_names == ("a + b", "a + c", "b + c")
    assert made.pixels[:, 0, 0].tolist() == [100, 100, 200, 200, 200, 200]


@pytest.mark.parametrize("seed", range(3))
def test_pick_all_is_the_sum_of_cross_entropies(seed):
    rng = np.random.default_rng(seed)
    logits, rows = rng.normal(size=(7, 5)), rng.random((7, 5)) < 0.4
    rows[:, seed] = True
    slow = 0.0
    for z, row in zip(logits, rows, strict=True):
        total = sum(np.exp(each) for each in z)
        slow += sum(-np.log(np.exp(z[k]) / total) for k in range(5) if row[k]) / 7
    found = pick_all(torch.from_numpy(logits), torch.from_numpy(rows).double())
    assert float(found) == pytest.approx(slow, rel=1e-12)


def test_right_is_who_has_its_labels_first():
    logits = torch.tensor([[3.0, 2, 1, 0], [3, 1, 2, 0], [0, 0, 1, 1]])
    rows = label_rows([(0, 1), (0, 1), (2, 3)], 4)
    assert are_right(logits, rows).tolist() == [True, False, True]
    assert are_right(logits, label_rows([(0,), (1,), (2,)], 4)).tolist() == [True, False, False]
    assert are_right(logits, torch.tensor([0, 1, 2])).tolist() == [True, False, True]
    even = torch.zeros(1, 4)
    assert label_share(even, label_rows([(0, 1)], 4)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"two_label_images": 5}, "loss cross_entropy takes one label an image: choose the loss"),
        ({"loss": "pick_all"}, "give two_label_images, or choose cross_entropy"),
        ({**TWO, "label_noise": 0.1}, "two_label_images and label_noise"),
        ({**TWO, "merged": "1+5"}, "two_label_images and merged"),
        ({**TWO, "labels": "random"}, "two_label_images and labels"),
        ({**TWO, "imbalance_ratio": 2, "majority_classes": 1, "oversampling": 2}, "oversampling"),
        ({**TWO, "classifier": "class_means"}, "classifier class_means follows single labels"),
        ({**TWO, "classes": [1, 5]}, "two_label_images of 2 classes: choose 3 to 40"),
        ({**TWO, "two_label_images": -1}, "two_label_images is -1"),
    ],
)
def test_what_cannot_be_is_one_sentence(values, said):
    with pytest.raises(UserError, match=said) as told:
        recipe_from_dict(values)
    assert str(told.value).count(". ") == 0


def test_the_forecast_counts_them():
    recipe = changed(Recipe(images_per_class=300), **{**TWO, "two_label_images": 60})
    found = forecast(recipe)
    assert found.images() == (
        "1,200 images: 300 in each of 4 classes; with two labels 60 of each of 6 pairs of classes."
    )
    assert found.steps == 600 * -(-1560 // 128)


def test_a_run_keeps_the_sets(run):
    manifest = run.manifest
    assert [split.name for split in manifest.splits] == ["two_labels", "two_labels_test"]
    assert manifest.splits[0].label_sets == PAIRS
    assert manifest.class_names == ("Trouser", "Sandal", "Sneaker", "Bag")
    assert read_manifest(run.path / "manifest.json") == manifest
    statistics = run.snapshot(2).statistics(1, "two_labels")
    assert statistics.counts.tolist() == [6] * 6
    assert run.snapshot(2).classifier().weight.shape == (4, 12)


def test_nc_m_is_that_of_the_stored_means(run):
    snapshot, layers = run.snapshot(2), len(run.manifest.layers)
    for split, pairs in (("train", "two_labels"), ("test", "two_labels_test")):
        for layer in range(layers):
            single = snapshot.statistics(layer, split).means
            both = snapshot.statistics(layer, pairs).means
            wanted = [metrics()[name] for name in ("nc_m", "nc_m_centered")]
            found = measure_layer(run, 2, layer, split, wanted)
            assert found["nc_m"] == pytest.approx(nc_m(single, PAIRS, both))
            middle = single.mean(axis=0)
            assert found["nc_m_centered"] == pytest.approx(
                nc_m(single - middle, PAIRS, both - middle)
            )


def test_numbers_of_a_simplex_are_not_told_of_sets(run):
    measured = measure_run(run, 2)
    told = {
        name
        for row in measured["layers"]
        if row["split"] == "two_labels" and row["layer"] == run.manifest.layers[-1].name
        for name, value in row.items()
        if isinstance(value, float)
    }
    of_weights = {"weight_norm", "stable_rank_weights"}  # whatever the samples
    assert told - of_weights == {
        "separation_fuzziness",
        "nc1",
        "cdnv",
        "set_error",
        "label_share",
    }
    nc2 = measured["absent"]["nc2_equiangular_means"]
    assert nc2 == ["It is not defined of samples with several labels."]
    (law,) = (row for row in measured["law"] if row["split"] == "two_labels")
    assert {value for key, value in law.items() if key not in ("epoch", "split")} == {None}


def test_errors_are_those_of_the_largest_logits(run):
    snapshot = run.snapshot(2)
    errors = snapshot.class_errors("two_labels")
    assert errors.shape == (6,)
    assert snapshot.scalars["two_labels_error"] == pytest.approx(errors.mean())
    assert 0 < snapshot.scalars["label_share_two_labels"] < 1
    assert "neco_two_labels" not in snapshot.scalars


def test_runs_without_sets_say_why(run, tmp_path):
    record(changed(Recipe(images_per_class=5, epochs=1, record="all"), depth=2, width=5), tmp_path)
    plain = Run(tmp_path)
    (why,) = measure_layer(plain, 1, 1, "train", [metrics()["nc_m"]]).absent.values()
    assert why == "It is told of runs in which samples have two labels."
    names = "sums of labels", "answers to label sets"
    assert [plots()[name].applies(plain) for name in names] == [False, False]
    assert [plots()[name].applies(run) for name in names] == [True, True]
    assert not plots()["unknown classes"].applies(run)


def test_older_manifests_stay_byte_for_byte(run):
    plain = replace(run.manifest.splits[0], label_sets=(), drawn=False)
    values = json.loads(replace(run.manifest, splits=(plain,)).to_json())
    assert values["version"] == 2
    assert set(values["splits"][0]) == {"name", "title", "class_names"}


@pytest.mark.parametrize("sets", [[[0, 9]] * 6, [[0, 0]] * 6, [[]] * 6, [[0, 1]], [0] * 6, "x"])
def test_sets_that_cannot_be_damage_a_manifest(run, tmp_path, sets):
    values = json.loads((run.path / "manifest.json").read_text())
    values["splits"][0]["label_sets"] = sets
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(values))
    with pytest.raises(UserError, match="is damaged"):
        read_manifest(path)


def test_the_plots_draw_them(run):
    view = View(layer=-1)
    for name in ("sums of labels", "answers to label sets", "nc1 of splits"):
        plot = plots()[name]
        chart = plot.draw(Numbers(run), Moment(run, 2, view))
        finite = [curve for curve in chart.curves if np.isfinite(curve.values).any()]
        assert len(finite) >= 2, name
