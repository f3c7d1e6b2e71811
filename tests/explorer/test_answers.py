"""What is answered when one points at a number, and what lights up: without a window."""

import math

import numpy as np
import pytest

from ncviz.concept import CLASSIFIER, ETF, MEANS, SAMPLES
from ncviz.explorer.answers import (
    NO_LIGHT,
    Light,
    facts_of,
    minority_of,
    of_class,
    of_epoch,
    of_layer,
    of_run,
    of_tile,
)
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.emphasis import dimmed, emphasized, lit_model
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.geometry.rounding import certain_rank
from ncviz.models.label_sets import LABEL_SETS_MODEL
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.runs.layer_names import with_symbol
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View


@pytest.fixture
def explorer(small_run):
    explorer = Explorer()
    explorer.open(small_run.path)
    return explorer


def test_a_layer_answers_with_its_own_d(explorer):
    found = [of_layer(explorer, layer) for layer in range(3)]
    assert [a.light.layer for a in found] == [0, 1, 2]
    names = [layer.name for layer in explorer.run.manifest.layers]
    assert [a.title for a in found] == [with_symbol(names, t) for t in range(len(names))]
    fuzziness = explorer.series.fuzziness(explorer.nearest_epoch)
    for answer, value in zip(found, fuzziness, strict=True):
        ratio = math.sqrt(value / 4)  # five classes differ in four directions
        assert ("as wide as they lie apart" in answer.sentence) == (ratio >= 1)


def test_the_epoch_says_which_it_is(explorer):
    last = explorer.run.epochs[-1]
    explorer.set_view(View(epoch=float(last)))
    assert f"Epoch {last}" in of_epoch(explorer).sentence


def test_a_class_says_how_many_samples_it_has(explorer, imbalanced_run):
    counts = explorer.run.manifest.train_counts
    answer = of_class(explorer, 1)
    assert answer.light.classes == (1,)
    assert answer.sentence.startswith(f"{counts[1]} of {sum(counts)} training samples")
    assert "minority" not in answer.sentence
    explorer.open(imbalanced_run.path)
    counts = explorer.run.manifest.train_counts
    few = int(np.argmin(counts))
    assert "a minority class" in of_class(explorer, few).sentence
    assert few in minority_of(explorer)
    assert of_class(explorer, 99) is None


def test_the_facts_of_the_card_answer_by_their_last_word(explorer):
    answers = of_run(explorer)
    assert {"classes", "images", "epochs", "missing"} <= set(answers)
    first, last = explorer.run.epochs[0], explorer.run.epochs[-1]
    assert f"Epochs {first} to {last}" in answers["epochs"].sentence


def test_nothing_is_answered_without_a_run():
    explorer = Explorer()
    assert of_run(explorer) == {}
    assert [of_epoch(explorer), of_layer(explorer, 0)] == [None] * 2
    assert not NO_LIGHT
    assert Light(layer=0)


# What lights up


def _changed(before, after):
    """Tell of samples, vertices, means and rows, whether any faded."""
    colors = np.any(before.balls.colors != after.balls.colors, axis=1)
    rest = len(before.sticks)
    vertices, others = colors[: len(colors) - rest], colors[len(colors) - rest :]
    means, rows = np.split(others, 2)
    samples = np.any(before.samples.colors != after.samples.colors)
    return {SAMPLES: bool(samples), ETF: vertices.any(), MEANS: means.any(), CLASSIFIER: rows.any()}


@pytest.mark.parametrize("roles", [(SAMPLES,), (MEANS, ETF), (MEANS, CLASSIFIER), (CLASSIFIER,)])
def test_what_is_not_meant_fades(explorer, roles):
    run, view = explorer.run, View(layer=2, epoch=float(explorer.run.epochs[-1]))
    scene = compose(run, view)
    faded = _changed(scene, emphasized(scene, run, view, (), roles))
    assert faded == {role: role not in roles for role in (SAMPLES, ETF, MEANS, CLASSIFIER)}


def test_roles_and_classes_are_both_asked(explorer):
    run, view = explorer.run, View(layer=2, epoch=float(explorer.run.epochs[-1]))
    scene = compose(run, view)
    lit = emphasized(scene, run, view, (1,), (CLASSIFIER,))
    bright = np.all(scene.balls.colors == lit.balls.colors, axis=1)
    assert bright.sum() == 1
    shown = view.shown_classes(run.manifest.classes)
    assert np.flatnonzero(bright)[0] == 2 * len(shown) + shown.index(1)


def test_a_class_stands_out_where_no_simplex_fits(make_run, tmp_path):
    """Five classes in two dimensions: means and classifier rows alone are drawn."""
    run = Run(make_run(tmp_path / "flat", (4,) * 5, epochs=(0,), widths=(2,)).path)
    view = View(classes=tuple(range(5)))
    scene = compose(run, view)
    lit = emphasized(scene, run, view, (3,))
    for before, after in ((scene.balls, lit.balls), (scene.sticks, lit.sticks)):
        bright = np.all(before.colors == after.colors, axis=1)
        assert np.flatnonzero(bright).tolist() == [3, 8], "its mean and its classifier row"


def test_what_is_not_drawn_lights_nothing(explorer):
    run = explorer.run
    view = View(layer=0, show_etf=False)  # an earlier layer has no classifier
    scene = compose(run, view)
    assert emphasized(scene, run, view, (), (CLASSIFIER,)) is scene
    assert emphasized(scene, run, view, (), (ETF,)) is scene
    assert emphasized(scene, run, view, (), ()) is scene


def test_another_layer_fades_as_a_whole(explorer):
    scene = compose(explorer.run, View(layer=2))
    assert all(_changed(scene, dimmed(scene)).values())


def test_a_model_lights_up_like_a_run():
    view = View()
    scene = OptimumDesk(LAYER_PEELED).scene(view)
    lit = lit_model(scene, view, (MEANS,))
    faded = _changed(scene, lit)
    assert (faded[MEANS], faded[CLASSIFIER], faded[ETF]) == (False, True, True)
    assert lit_model(scene, view, (SAMPLES,)) is scene


def test_what_has_no_rows_lights_up_as_what_it_is():
    view, desk = View(show_axes=True), DescentDesk(LABEL_SETS_MODEL)
    desk.set(classes=3, samples=4)
    scene = desk.scene(view)
    lit = lit_model(scene, view, (CLASSIFIER,))
    faded = (lit.sticks.colors != scene.sticks.colors).any(axis=1)
    assert faded.tolist() == [True] * (3 + 3) + [False] * 3  # means of classes and sets, rows
    faint = lit.edges.colors
    assert (faint[:-3, 3] < scene.edges.colors[:-3, 3]).all()
    np.testing.assert_array_equal(faint[-3:], scene.edges.colors[-3:])
    desk.close()


def test_no_layer_answers_that_the_run_lacks(explorer):
    layers = len(explorer.run.manifest.layers)
    assert of_tile(explorer, layers) is None
    assert of_tile(explorer, -layers - 1) is None
    assert of_tile(explorer, -1) == of_tile(explorer, layers - 1)
    assert of_tile(explorer, -layers) == of_layer(explorer, 0)


def test_under_imbalance_pointing_at_d_says_how_it_counts(explorer, imbalanced_run):
    explorer.open(imbalanced_run.path)
    last = len(imbalanced_run.manifest.layers) - 1
    said = of_layer(explorer, last).sentence
    assert "counts by its number of samples" in said
    assert "lie apart" not in said


def test_directions_are_stored_and_derived_alike_where_they_are_certain(explorer):
    for layer in range(3):
        statistics = explorer.run.snapshot(explorer.nearest_epoch).statistics(layer, "train")
        assert facts_of(explorer, layer).directions == statistics.directions
        assert certain_rank(statistics.means, statistics.rounding) == statistics.directions
