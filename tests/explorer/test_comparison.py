import re
from dataclasses import replace

import numpy as np
import pytest
from told_runs import Told

from ncviz.errors import UserError
from ncviz.explorer.answers import of_layer
from ncviz.explorer.bundled_samples import sample
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.comparison_numbers import directions_between
from ncviz.explorer.comparison_words import NUMBERS
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.side_names import side_names
from ncviz.geometry.collapse import cosines
from ncviz.metrics.measures import measure_layer
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import fuzziness_by_layer, law_at, minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View


@pytest.fixture
def first(small_run):
    explorer = Explorer()
    explorer.open(small_run.path)
    return explorer


@pytest.fixture
def comparison(first, imbalanced_run):
    comparison = Comparison(first)
    comparison.open_second(imbalanced_run.path)
    return comparison


def go(comparison, epoch):
    first = comparison.first
    first.player.seek(first.player.position_of(epoch))
    first.advance(0)


def test_alone_it_teaches(first):
    comparison = Comparison(Explorer())
    assert "Open a run" in comparison.caption()
    assert comparison.note() == ""
    assert comparison.numbers() == ({}, {})
    assert len(comparison.picture(View()).panels) == 1
    comparison.swap()
    comparison = Comparison(first)
    assert "Choose a second run" in comparison.caption()
    assert not comparison.complete
    assert comparison.numbers()[1] == {}
    assert comparison.second_view(first.view) == first.view
    assert len(comparison.picture(first.view).panels) == 1


def test_both_are_seen_under_one_camera(comparison, small_run, imbalanced_run):
    go(comparison, 4)
    view = replace(comparison.first.view, camera=Camera(azimuth=7), show_etf=False)
    left, right = comparison.picture(view).panels
    second = comparison.second_view(view)
    assert second.camera == view.camera
    assert second.epoch == 4
    for panel, run, seen in ((left, small_run, view), (right, imbalanced_run, second)):
        expected = compose(Run(run.path), seen)
        assert (panel.scene.balls.positions == expected.balls.positions).all()


def test_time_is_linked_and_clipped(comparison):
    go(comparison, 2.5)
    assert comparison.second.view.epoch == 2.5
    assert comparison.note() == ""
    go(comparison, 10)
    assert comparison.second.view.epoch == 4
    assert comparison.note() == "The right run ends at epoch 4 and stays there"


def test_unlinked_the_second_is_held(comparison):
    go(comparison, 1)
    told = []
    comparison.listen(told.append)
    comparison.link(False)
    comparison.link(False)
    go(comparison, 20)
    assert comparison.second.view.epoch == 1
    assert "held at epoch 1" in comparison.note()
    comparison.link(True)
    assert comparison.second.view.epoch == 4
    assert told == ["linked", "view", "linked"]


def test_layers_are_matched_by_share(first, make_run, tmp_path):
    deep = make_run(tmp_path / "deep", widths=(8, 8, 8, 8, 8), epochs=(0, 3))
    comparison = Comparison(first)
    comparison.open_second(deep.path)
    assert [comparison.matching_layer(layer) for layer in (0, 1, 2, -1)] == [0, 2, 4, 4]
    first.set_view(replace(first.view, layer=1))
    assert comparison.second.view.layer == 2
    assert comparison.note() == "Layers are matched by depth"
    other = Comparison(comparison.second)
    other.open_second(first.run.path)
    assert [other.matching_layer(layer) for layer in range(5)] == [0, 0, 1, 2, 2]


def test_other_classes_are_told(first, growing_run):
    first.choose_classes([1, 2, 4])
    comparison = Comparison(first)
    comparison.open_second(growing_run.path)
    assert "different classes" in comparison.note()
    assert comparison.second.view.shown_classes(3) == (1, 2)
    assert len(comparison.picture(first.view).panels) == 2


def test_the_numbers_are_those_of_each_run(comparison, small_run, imbalanced_run):
    go(comparison, 4)
    both = comparison.numbers()
    for values, run, epoch in zip(both, (small_run, imbalanced_run), (5, 4), strict=True):
        run = Run(run.path)
        assert list(values) == list(NUMBERS)
        measured = measure_layer(run, epoch, 2, "train")
        assert values["D"] == pytest.approx(measured["separation_fuzziness"])
        assert (values["NC1"], values["NC3"]) == (measured["nc1"], measured["nc3"])
        assert (values["ρ"], values["r"]) == (
            law_at(run, epoch).decay_ratio,
            law_at(run, epoch).pearson_r,
        )
    assert both[1]["Minority cosine"] == minority_cosine(Run(imbalanced_run.path), 4)
    assert minority_cosine(Run(small_run.path), 5) is None
    rows = Run(small_run.path).snapshot(5).classifier().weight[2:]  # few in the other run
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    mean = ((unit @ unit.T).sum() - 3) / 6
    assert both[0]["Minority cosine"] == pytest.approx(mean)
    assert "of the same classes: " in comparison.tip("Minority cosine")
    assert comparison.tip("D") == NUMBERS["D"]


def test_the_caption_compares(comparison, first, make_run, tmp_path):
    go(comparison, 4)
    assert "for the same classes on the left" in comparison.caption()
    comparison.swap()
    assert "for the same classes on the right" in comparison.caption()
    comparison.close_second()
    assert not comparison.complete
    other = make_run(tmp_path / "other", counts=(30, 9, 9), widths=(6, 4), epochs=(0, 2), seed=3)
    comparison.open_second(other.path)
    assert "both far from Minority Collapse" in comparison.caption()


def test_a_hidden_layer_speaks_of_no_classifiers(comparison, first):
    """They are drawn at the last layer only."""
    go(comparison, 4)
    first.set_view(replace(first.view, layer=0))
    assert "classifier" not in comparison.caption()
    first.set_view(replace(first.view, layer=2))
    assert "classifier" in comparison.caption()


def test_a_run_of_other_classes_has_no_minority_cosine(comparison, growing_run):
    go(comparison, 4)
    comparison.swap()
    comparison.open_second(growing_run.path)
    assert "on the left stand at a mean cosine of" in comparison.caption()
    assert "right has no minority classes" in comparison.caption()
    assert "same classes" not in comparison.tip("Minority cosine")


def test_the_camera_is_unlinked_by_itself(comparison):
    told = []
    comparison.listen(told.append)
    comparison.link_camera(False)
    comparison.link_camera(False)
    assert told == ["camera"]
    assert (comparison.linked, comparison.camera_linked) == (True, False)


def test_balanced_runs_are_compared_by_their_fuzziness(first, make_run, tmp_path):
    noisy = make_run(tmp_path / "noisy", noise=lambda time, depth: 1.0)
    comparison = Comparison(first)
    comparison.open_second(noisy.path)
    go(comparison, 20)
    assert comparison.caption().startswith("Left: small; right: noisy. D is ")
    assert comparison.caption().endswith("better in the left run.")
    comparison.open_second(first.run.path)
    go(comparison, 20)
    assert "equally well" in comparison.caption()
    assert len(set(side_names(first, comparison.second))) == 1
    comparison.set_samples("test")
    assert side_names(first, comparison.second) == ("training samples", "held-out samples")
    assert comparison.note() == "On the right none of the held-out samples are kept to draw"
    comparison.open_second(noisy.path)
    comparison.link(False)
    comparison.set_samples("test")
    comparison.second.player.seek(0)
    comparison.advance(0.0)
    assert side_names(first, comparison.second) == (
        "small, training samples, epoch 20",
        "noisy, held-out samples, epoch 0",
    )


def test_a_trained_run_is_not_judged_by_an_untrained_one(make_run, tmp_path):
    """The nearest recorded moment of the second run may be far from the first one's."""
    first = Explorer()
    first.open(
        make_run(tmp_path / "often, with a long name of many words", epochs=(0, 100, 200)).path
    )
    comparison = Comparison(first)
    comparison.open_second(make_run(tmp_path / "seldom", epochs=(0, 600)).path)
    go(comparison, 200)
    assert comparison.moments_in_words == "left epoch 200 and right epoch 0"
    assert comparison.caption().startswith("Left, epoch 200: ")
    assert "; right, epoch 0: " in comparison.caption()
    assert comparison.caption().endswith("; the right run is not trained yet.")
    assert all(
        name.endswith((", epoch 200", ", epoch 0")) for name in side_names(first, comparison.second)
    )
    comparison.swap()
    assert "; the left run is not trained yet." in comparison.caption()
    go(comparison, 0)
    assert comparison.moments_in_words == ""


def test_no_run_is_better_where_class_means_coincide(first, tmp_path):
    """D over the other directions may be tiny: it does not tell two classes with one mean apart."""
    told = Told(counts=(30,) * 4, width=16, spread=0.001)
    apart, shared = told.write(tmp_path / "apart"), told.but(twins=(1, 2)).write(tmp_path / "same")
    first.open(shared)
    comparison = Comparison(first)
    comparison.open_second(apart)
    words = comparison.caption()
    assert "on the left the means of class 1 and class 2 each coincide" in words
    assert "better" not in words
    said = of_layer(first, -1).sentence
    assert "class 1 and class 2" in said
    assert "as far apart as" not in said


def test_the_two_change_places(comparison, small_run, imbalanced_run):
    comparison.first.choose_classes([0, 1, 4])
    comparison.first.add_bookmark("mine")
    go(comparison, 2)
    told = []
    comparison.listen(told.append)
    comparison.swap()
    assert comparison.first.run.path == imbalanced_run.path
    assert comparison.second.run.path == small_run.path
    assert comparison.second.view.epoch == 2
    assert comparison.first.view.epoch == comparison.first.player.value == pytest.approx(2)
    assert comparison.second.view.classes == (0, 1, 4)
    assert told[-1] == "second"
    comparison.swap()
    assert comparison.first.bookmarks.marks[0].name == "mine"


def test_a_run_that_cannot_be_opened_changes_nothing(comparison, tmp_path, imbalanced_run):
    with pytest.raises(UserError, match="does not exist"):
        comparison.open_second(tmp_path / "nowhere")
    assert comparison.second.run.path == imbalanced_run.path


def test_opening_another_first_run_keeps_the_second(comparison, growing_run, imbalanced_run):
    comparison.first.open(growing_run.path)
    assert comparison.second.run.path == imbalanced_run.path
    assert comparison.second.view.layer == 2
    assert comparison.first.view.layer == 1


def test_a_second_run_that_grows(first, growing_run):
    path = growing_run.path / "snapshots" / "000002.safetensors"
    content = path.read_bytes()
    path.unlink()
    comparison = Comparison(first)
    comparison.open_second(growing_run.path)
    go(comparison, 20)
    assert comparison.second.view.epoch == 1
    path.write_bytes(content)
    comparison.refresh()
    assert comparison.second.view.epoch == 2


def test_a_balanced_run_shows_the_classes_of_an_imbalanced_one(make_run, tmp_path):
    counts = (30, 30, 30, 30, 5, 5)
    equal = make_run(tmp_path / "equal", counts=(20,) * 6, epochs=(0, 1))
    tailed = make_run(tmp_path / "tailed", counts=counts, epochs=(0, 1))
    first = Explorer()
    first.open(equal.path)
    comparison = Comparison(first)
    comparison.open_second(tailed.path)
    assert first.view.classes == (0, 1, 4, 5)
    assert comparison.second_view(first.view).classes == (0, 1, 4, 5)
    first.choose_classes((1, 2))
    comparison.open_second(tailed.path)
    assert first.view.classes == (1, 2)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((20, 20, 20, 20, 20), ()),
        ((30, 9, 9, 9), ()),
        ((30, 30, 30, 30, 6), (0, 1, 2, 4)),
        ((50, 40, 30, 20, 10, 5), (0, 1, 4, 5)),
        ((5, 30, 30, 5, 5, 5), (0, 1, 2, 3)),
        ((30, 30, 7, 6, 5, 30), (0, 1, 3, 4)),
    ],
)
def test_an_imbalanced_run_shows_its_largest_and_its_smallest(make_run, tmp_path, counts, expected):
    run = make_run(tmp_path / "run", counts=counts, epochs=(0, 1))
    first = Explorer()
    first.open(run.path)
    assert first.view.classes == expected
    opened, view = Run(run.path), View(epoch=1, theme="dark")
    drawn, asked = compose(opened, view), compose(opened, replace(view, classes=expected))
    np.testing.assert_array_equal(drawn.samples.positions, asked.samples.positions)
    np.testing.assert_array_equal(drawn.balls.colors, asked.balls.colors)


def test_runs_that_differ_in_classes_are_compared_by_what_is_drawn(make_run, tmp_path):
    first, other = Explorer(), make_run(tmp_path / "six", counts=(9,) * 6, epochs=(0, 20))
    first.open(make_run(tmp_path / "three", counts=(9,) * 3, noise=lambda t, d: 1.5).path)
    comparison = Comparison(first)
    comparison.open_second(other.path)
    go(comparison, 20)
    assert ". Widest spread of a class over the gap" in comparison.caption()
    assert comparison.caption().endswith("lie farther apart in the right run.")


@pytest.mark.parametrize(("left", "right"), [("imbalanced", "balanced"), ("linear", "balanced")])
def test_each_sentence_about_two_bundled_runs_holds(left, right):
    first = Explorer()
    first.open(sample(left).path)
    comparison = Comparison(first)
    comparison.open_second(sample(right).path)
    runs = first.run, comparison.second.run
    few = class_groups(runs[0])[1]
    for epoch in first.run.epochs:
        go(comparison, epoch)
        said = comparison.caption()
        at = first.nearest_epoch, comparison.second.nearest_epoch
        if few:
            weights = [run.snapshot(e).classifier().weight for run, e in zip(runs, at, strict=True)]
            off = ~np.eye(len(few), dtype=bool)
            numbers = [float(cosines(weight[list(few)])[off].mean()) for weight in weights]
            nearer = "left" if numbers[0] > numbers[1] else "right"
            assert (
                f"the {nearer} run is nearer to Minority Collapse." in said
                or said.endswith("alike.")
                or ("both far from Minority Collapse" in said and max(numbers) < 0.5)
            )
            for number, side in zip(weights, ("left", "right"), strict=True):
                together = re.search(rf"On the {side} (\d+) of the", said)
                close = cosines(number[list(few)])[off] >= 0.9
                assert bool(together) <= bool(close.any())
        else:
            assert ". D is " in said
            layers = first.view.layer, comparison.second.view.layer
            found = zip(runs, at, layers, strict=True)
            values = [fuzziness_by_layer(run, e)[layer] for run, e, layer in found]
            better = "left" if values[0] < values[1] else "right"
            if abs(at[0] - at[1]) > 0.1 * max(run.epochs[-1] for run in runs):
                assert said.endswith("the epochs lie too far apart to judge one run by the other.")
            else:
                assert said.endswith((f"better in the {better} run.", "equally well in both runs."))
            assert (at[0] == at[1]) == (f"Left, epoch {at[0]}: " not in said)


def test_runs_whose_means_span_other_numbers_of_directions_are_not_judged_by_d(make_run, tmp_path):
    narrow = make_run(tmp_path / "narrow", counts=(9, 9, 9, 9), widths=(6, 2))
    wide = make_run(tmp_path / "wide", counts=(9, 9, 9, 9), widths=(6, 5))
    explorer = Explorer()
    explorer.open(narrow.path)
    comparison = Comparison(explorer)
    comparison.open_second(wide.path)
    explorer.set_view(replace(explorer.view, layer=len(explorer.run.manifest.layers) - 1))
    assert [directions_between(Run(run.path), -1) for run in (narrow, wide)] == [(4, 2), (4, 3)]
    assert "Widest spread of a class" in comparison.caption()
    explorer.set_view(replace(explorer.view, layer=0))
    assert " D is " in f" {comparison.caption()}"
