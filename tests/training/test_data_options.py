"""What a recipe changes of its data, and on what else it measures."""

import math
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.charts.all_splits import FUZZINESS_OF_SPLITS, NC1_OF_SPLITS
from ncviz.charts.by_layer import PROBE_OF_SPLITS
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import plots
from ncviz.charts.rich_text import plain
from ncviz.data.catalogue import load
from ncviz.data.labels import merged_classes, noisy_labels, random_labels
from ncviz.data.shifts.shift import shifts
from ncviz.errors import UserError
from ncviz.geometry.statistics import class_statistics
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.measures import measure_layer, measure_run
from ncviz.metrics.metric import metrics
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.training.further_splits import read_further
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.training.recipe_samples import epoch_list, load_samples
from ncviz.training.recorded_training import record
from ncviz.training.trainer import Recorded, train


@pytest.fixture
def small(recipe):
    return changed(replace(recipe, epochs=1), depth=3, width=12)


def test_class_sizes_are_what_is_drawn(small):
    samples = load_samples(changed(small, classes=(3, 1, 7), class_sizes=(7, 20, 2)))
    assert samples.train_counts == (7, 20, 2)
    assert torch.bincount(samples.train.labels).tolist() == [7, 20, 2]
    assert samples.class_names == ("Dress", "Trouser", "Sneaker")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"class_sizes": (5, 5, 5)}, "class_sizes are 3 for 10 classes"),
        ({"class_sizes": (5,) * 10, "imbalance_ratio": 2.0}, "choose one of them"),
        ({"class_sizes": (5, 0)}, "give each class an image"),
        ({"merged": "0+0"}, "names class 0 twice"),
        ({"merged": "0+x"}, "merged is '0.x'"),
        ({"merged": "0+11"}, "names class 11, which takes no part"),
        ({"merged": "0+1+2+3+4+5+6+7+8+9"}, "leaves a single class"),
        ({"label_noise": 1.5}, "label_noise is 1.5"),
        ({"measured_on": "turned 3"}, "measured_on has 'turned 3'"),
        ({"measured_on": "rotated 900"}, "a number from -180 to 180"),
        ({"measured_on": "noisy nan"}, "a number from 0 to 10"),
        ({"measured_on": "classes 4"}, "classes with two numbers at least"),
        ({"classes": (0, 1), "measured_on": "classes 4 44"}, "measured_on names class 44"),
        ({"measured_on": "noisy, noisy 0.3"}, "name each once"),
        ({"measured_on": "mnist 3"}, "measured_on has 'mnist 3'"),
        ({"measured_on": "fine classes"}, "no classes are merged"),
    ],
)
def test_what_cannot_be_is_one_sentence_that_names_the_field(small, values, said):
    with pytest.raises(UserError, match=said):
        load_samples(recipe_from_dict(small.to_dict() | values))


def test_an_option_at_its_default_is_in_no_run():
    assert not {"merged", "measured_on", "label_noise"} & set(Recipe().to_dict())
    some = changed(Recipe(), merged="0+1", label_noise=0.25)
    assert recipe_from_dict(some.to_dict()) == some
    assert some.to_dict()["merged"] == "0+1"


@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_label_noise_moves_its_share_of_each_class_evenly(sizes, share, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    noisy = noisy_labels(labels, len(sizes), share, seed)
    for label, size in enumerate(sizes):
        gone = noisy[labels == label][noisy[labels == label] != label]
        assert len(gone) == int(share * size + 1e-9)
        to_each = np.delete(np.bincount(gone, minlength=len(sizes)), label)
        assert np.ptp(to_each) <= 1


@given(sizes=st.lists(st.integers(0, 30), min_size=1, max_size=6), seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_random_labels_keep_the_sizes_of_the_classes(sizes, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    assert np.bincount(random_labels(labels, seed), minlength=len(sizes)).tolist() == sizes


def test_merged_classes_are_numbered_as_they_come_first():
    merged, names = merged_classes("abcd", (5, 0, 7, 3), ((0, 3),))
    assert merged.tolist() == [0, 1, 2, 1]
    assert names == ("a", "b + d", "c")


def test_what_an_image_was_is_kept_beside_what_it_is_called(small):
    samples = load_samples(changed(small, merged="0+2+6", label_noise=0.5))
    fine, true = samples.probe.columns
    assert (fine.title, true.title) == ("fine class", "true class")
    assert samples.class_names[0] == "T-shirt/top + Pullover + Shirt"
    same = np.array([name in samples.class_names[0] for name in fine.words])
    np.testing.assert_array_equal(same[fine.values], true.values == 0)
    assert (true.values != samples.probe.labels).mean() > 0.3
    # The image beside it is of the class that the column says.
    plain = load_samples(small)
    pictures = {
        image.tobytes(): plain.class_names[label]
        for image, label in zip(plain.probe.images, plain.probe.labels, strict=True)
    }
    known = [
        (pictures[image.tobytes()], fine.words[value])
        for image, value in zip(samples.probe.images, fine.values, strict=True)
        if image.tobytes() in pictures
    ]
    assert len(known) > 3
    assert all(one == other for one, other in known)


def test_an_epoch_holds_small_classes_as_often_as_the_recipe_says(small):
    listed = epoch_list((4, 2, 4, 1), 3)
    assert torch.bincount(listed).tolist() == [1] * 4 + [3] * 2 + [1] * 4 + [3]
    assert epoch_list((2, 3), 1).tolist() == [0, 1, 2, 3, 4]
    drawn = []
    original = torch.randperm

    def note(count, **more):
        drawn.append(count)
        return original(count, **more)

    imbalanced = changed(small, imbalance_ratio=10.0, oversampling=10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randperm", note)
        for _ in train(imbalanced):
            pass
    assert drawn == [5 * 20 + 5 * 2 * 10]


def test_random_images_have_nothing_of_the_images(small):
    samples = load_samples(changed(small, images="random", image_size=28))
    pixels = samples.probe.images.astype(float)
    assert abs(np.corrcoef(pixels[0].ravel(), pixels[1].ravel())[0, 1]) < 0.2
    assert 120 < pixels.mean() < 135


@pytest.mark.parametrize("name", list(shifts()))
def test_a_shift_changes_images_alike_for_a_seed_and_by_its_amount(name):
    shift, images = shifts()[name], load("digits").test
    once, again = (shift.apply(images, shift.usual, 4) for _ in range(2))
    np.testing.assert_array_equal(once.pixels, again.pixels)
    assert (once.pixels != images.pixels).mean() > 0.05
    np.testing.assert_array_equal(shift.apply(images, 0.0, 4).pixels, images.pixels)
    colours = replace(images, pixels=np.repeat(images.pixels[..., None], 3, axis=3))
    assert shift.apply(colours, shift.usual, 4).pixels.shape == colours.pixels.shape


def test_turning_by_a_right_angle_is_turning_the_array():
    images = load("digits").test
    turned = shifts()["rotated"].apply(images, 90.0, 0)
    np.testing.assert_array_equal(turned.pixels, np.rot90(images.pixels, axes=(1, 2)))


def test_further_splits_have_names_that_files_can_hold():
    names = [each.name for each in read_further("rotated -15.5, noisy, classes 5 6, digits")]
    assert names == ["rotated__15_5", "noisy_0_3", "classes_5_6", "digits"]


@pytest.fixture
def measured(small, tmp_path):
    recipe = changed(
        small, classes=(0, 1, 2, 3, 4), measured_on="rotated 30, classes 5 6 9, digits", epochs=2
    )
    record(recipe, tmp_path / "run")
    return recipe, Run(tmp_path / "run")


def test_every_layer_is_measured_on_every_split(measured):
    recipe, run = measured
    assert [split.name for split in run.splits] == [
        "train", "test", "rotated_30", "classes_5_6_9", "digits",
    ]  # fmt: skip
    assert run.splits[3].class_names == ("Sandal", "Shirt", "Ankle boot")
    assert run.splits[2].title == "turned by 30°"
    samples, snapshot = load_samples(recipe), run.snapshot(2)
    for split in run.splits:
        own = samples.measured[split.name]
        classes = len(split.class_names) or 5
        expected = class_statistics(own.inputs.flatten(1), own.labels, classes)
        found = snapshot.statistics(0, split.name)
        np.testing.assert_array_equal(found.counts, expected.counts)
        np.testing.assert_allclose(found.means, expected.means)
        assert len(snapshot.statistics(2, split.name).means) == classes
    assert snapshot.statistics(0, "digits").counts.tolist() == [10] * 10
    assert "rotated_30_error" in snapshot.scalars
    rows = {row["split"]: row for row in measure_run(run, 2, "layer 2")["layers"]}
    assert list(rows) == [split.name for split in run.splits]
    for name in ("classes_5_6_9", "digits"):
        assert rows[name]["nc1"] > 0
        assert rows[name]["nc3"] is None
    assert rows["rotated_30"]["nc3"] > 0
    assert not {"digits_error", "nc4_digits"} & set(snapshot.scalars)


def test_a_run_with_further_splits_is_of_version_2_and_others_of_version_1(measured, small):
    _, run = measured
    assert '"version": 2' in (run.path / "manifest.json").read_text("utf-8")
    record(small, run.path.parent / "plain")
    text = (run.path.parent / "plain" / "manifest.json").read_text("utf-8")
    assert '"version": 1' in text
    assert "splits" not in text


def test_nearest_means_and_mistakes_are_counted_class_by_class(measured):
    recipe, run = measured
    snapshot = run.snapshot(2)
    samples, train = load_samples(recipe), snapshot.statistics(0, "train")
    for split in ("train", "test", "rotated_30"):
        inputs = samples.measured[split].inputs.flatten(1).double().numpy()
        labels = samples.measured[split].labels.numpy()
        distances = np.linalg.norm(inputs[:, None] - train.means, axis=2)
        wrong = np.bincount(labels[distances.argmin(axis=1) != labels], minlength=5)
        np.testing.assert_array_equal(snapshot.nearest_means(0, split).wrong, wrong)
        errors = snapshot.class_errors(split) @ np.bincount(labels, minlength=5)
        assert errors == pytest.approx(snapshot.scalars[f"{split}_error"] * len(labels))
        last = snapshot.nearest_means(2, split)
        assert last.differs.sum() == pytest.approx(snapshot.scalars[f"nc4_{split}"] * len(labels))
    assert snapshot.nearest_means(0, "digits") is None
    assert snapshot.class_errors("digits") is None


def test_margins_are_those_of_all_samples_of_a_split(measured):
    """Of the drawn ones they follow from confidence and loss where the answer is right."""
    _, run = measured
    scalars = run.snapshot(2).scalars
    for split in ("train", "test", "rotated_30"):
        least, low = (scalars[f"{name}_{split}"] for name in ("margin_least", "margin_5_percent"))
        assert least <= low
        assert (least < 0) == (scalars[f"{split}_error"] > 0)
        assert (low < 0) == (scalars[f"{split}_error"] >= 0.05)
    assert "margin_least_digits" not in scalars


def test_nc5_is_told_of_classes_that_the_network_does_not_know(measured):
    recipe, run = measured
    samples = load_samples(recipe)
    inside, outside = (samples.measured[name] for name in ("train", "digits"))
    x, y = inside.inputs.flatten(1).double().numpy(), inside.labels.numpy()
    other = outside.inputs.flatten(1).double().numpy().mean(axis=0)
    means = [x[y == k].mean(axis=0) for k in range(5)]
    cosines = [abs(m @ other) / (np.linalg.norm(m) * np.linalg.norm(other)) for m in means]
    found = measure_layer(run, 2, 0, "digits", [metrics()["nc5"]])
    assert found["nc5"] == pytest.approx(np.mean(cosines), rel=1e-6)
    assert "does not know" in measure_layer(run, 2, 0, "test", [metrics()["nc5"]]).absent["nc5"]
    plot = plots()["nc5 by layer"]
    assert plot.applies(run)
    chart = plot.draw(Numbers(run), Moment(run, 2, View()))
    assert chart.curve("test_nc5") is None
    assert chart.curve("digits_nc5").values[0] == pytest.approx(np.mean(cosines), rel=1e-6)


def test_neco_is_recorded_of_splits_of_unknown_classes(measured):
    _, run = measured
    scalars = run.snapshot(2).scalars
    found = {name for name in scalars if name.startswith("neco_")}
    assert found == {f"neco_{split.name}" for split in run.manifest.splits if split.is_foreign}
    assert all(0 <= scalars[name] <= 1 for name in found)
    last = len(run.manifest.layers) - 1
    measures = measure_layer(run, 2, last, "digits", [metrics()["neco"]])
    assert measures["neco"] == scalars["neco_digits"]


def test_confidence_and_loss_of_the_drawn_samples(measured):
    _, run = measured
    snapshot = run.snapshot(2)
    confidence, losses = (snapshot.probe_numbers(name) for name in ("confidence", "losses"))
    right = snapshot.probe("predicted") == run.probe.labels
    np.testing.assert_allclose(np.exp(-losses[right]), confidence[right], rtol=1e-5)
    assert (np.exp(-losses[~right]) < confidence[~right]).all()
    assert ((confidence > 1 / 5 - 1e-6) & (confidence <= 1)).all()


def test_what_is_read_is_what_was_written(measured, content):
    _, run = measured
    snapshot = run.snapshot(2).load()
    written = safetensors.numpy.load_file(run.path / "snapshots" / "000002.safetensors")
    scalars, arrays = content(snapshot)
    assert scalars == dict(run.snapshot(2).scalars)
    assert arrays.keys() == written.keys()
    # Positions are stored in half precision, in a unit that is computed anew.
    for name in (name for name in arrays if "positions" not in name):
        assert arrays[name][2] == written[name].tobytes(), name


def test_every_split_is_a_curve_over_the_layers(measured):
    _, run = measured
    for plot, column in ((FUZZINESS_OF_SPLITS, "separation_fuzziness"), (NC1_OF_SPLITS, "nc1")):
        assert plot.applies(run)
        chart = plot.draw(Numbers(run), Moment(run, 2, View()))
        rows = measure_run(run, 2)["layers"]
        for curve in chart.curves:
            expected = [row[column] for row in rows if row["split"] == curve.key]
            np.testing.assert_allclose(curve.values, expected)
        assert [plain(curve.label) for curve in chart.curves][2:] == [
            "turned by 30°", "classes 5 6 9", "Digits 8 × 8",
        ]  # fmt: skip


def test_merged_classes_are_measured_by_what_they_were(small, tmp_path):
    recipe = changed(
        small, classes=(0, 1, 2, 7), merged="0+2, 1+7", measured_on="fine classes", epochs=1
    )
    record(recipe, tmp_path / "run")
    run = Run(tmp_path / "run")
    (split,) = run.manifest.splits
    assert (split.name, split.parts, split.is_unknown) == ("fine_classes", True, False)
    assert split.class_names == ("T-shirt/top", "Trouser", "Pullover", "Sneaker")
    assert run.snapshot(1).statistics(1, "fine_classes").counts.tolist() == [10] * 4
    place = LayerAt(run, 1, 1, "fine_classes")
    probe = metrics()["linear_probe_full_error"].at(place)[0]
    assert probe == run.snapshot(1).linear_probe(1, "fine_classes").wrong_of_halves.sum() / 40
    for none in ("neco", "nc5", "nc4"):
        assert math.isnan(metrics()[none].at(LayerAt(run, 1, 2, "fine_classes"))[0])
    chart = PROBE_OF_SPLITS.draw(Numbers(run), Moment(run, 1, View()))
    assert sum(bool(curve.key) for curve in chart.curves) == 3


def test_label_noise_and_further_splits_give_the_same_run_again(small, content):
    recipe = changed(small, label_noise=0.3, measured_on="noisy 0.5, shuffled")
    first, again = (
        [content(e.snapshot) for e in train(recipe) if isinstance(e, Recorded)] for _ in range(2)
    )
    assert first == again
