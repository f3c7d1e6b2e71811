"""Each sentence below the picture holds for what is seen, checked by other means."""

import functools
import itertools
import math
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from told_runs import TRAINED, Told

from ncviz.concepts import CONCEPTS
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.caption import describe_moment
from ncviz.explorer.depth_words import describe_depth
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.mixing import measure_mixing
from ncviz.explorer.moment_facts import MomentFacts
from ncviz.formulas import FORMULAS
from ncviz.geometry.collapse import cosines
from ncviz.geometry.separation import fit_law
from ncviz.metrics.measures import measure_layer
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.placements import layout_at
from ncviz.terms import stretches_of

LONGEST = 330  # letters: three lines below the smallest scene


def opened(path: Path) -> Explorer:
    explorer = Explorer()
    explorer.open(path)
    while not explorer.series.complete:
        explorer.compute(1.0)
    return explorer


def captions(explorer: Explorer) -> list[tuple[int, int, str]]:
    """Return epoch, layer and caption of each moment."""
    found = []
    for layer in range(len(explorer.run.manifest.layers)):
        for epoch in explorer.run.epochs:
            explorer.set_view(replace(explorer.view.at(epoch), layer=layer))
            said = explorer.caption().replace("\N{NO-BREAK SPACE}", " ")
            found.append((epoch, layer, said))
    return found


def drawn_sizes(run: Run, view, epoch: int, layer: int) -> dict[int, float]:
    """Return, of what is drawn, the largest radius that half the samples of a class stay in.

    In gaps to the nearest other class mean; medians, where the caption's facts are variances.
    """
    classes = view.shown_classes(run.manifest.classes)
    layout = layout_at(run, epoch, layer, classes, view.shadow)
    labels = run.probe.labels[np.isin(run.probe.labels, classes)]
    sizes = {}
    for number, k in enumerate(classes):
        away = np.linalg.norm(layout.samples[labels == k] - layout.means[number], axis=1)
        gaps = np.linalg.norm(layout.means - layout.means[number], axis=1)
        gap = np.sort(gaps)[1]
        sizes[k] = float(np.median(away)) / gap if gap > 0 else math.inf
    return sizes


def nearer_to_others(run: Run, view, epoch: int, layer: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of class a's samples that are nearer to mean b, in full and as drawn."""
    classes = view.shown_classes(run.manifest.classes)
    layout = layout_at(run, epoch, layer, classes, view.shadow)
    positions = run.snapshot(epoch).positions(layer)
    labels = run.probe.labels[np.isin(run.probe.labels, classes)]
    full = positions.probe[np.isin(run.probe.labels, classes)], positions.means[list(classes)]
    shares = []
    for samples, means in (full, (layout.samples, layout.means)):
        found = np.zeros((len(classes),) * 2)
        for a, b in itertools.permutations(range(len(classes)), 2):
            own = samples[labels == classes[a]]
            nearer = [
                np.linalg.norm(h - means[b]) < np.linalg.norm(h - means[a]) - 1e-9 for h in own
            ]
            found[a, b] = np.mean(nearer)
        shares.append(found)
    return shares[0], shares[1]


def hold(explorer: Explorer, epoch: int, layer: int, said: str) -> None:
    """Check a sentence against the run, without the facts that it was made of."""
    run, view = explorer.run, explorer.view
    manifest, scalars = run.manifest, run.snapshot(epoch).scalars
    sizes = drawn_sizes(run, view, epoch, layer)
    counts = manifest.train_counts or (1,)
    last = layer == len(manifest.layers) - 1
    split = "train" if run.snapshot(epoch).statistics(layer, "train") else "test"
    measured = measure_layer(run, epoch, layer, split)
    known = [value for k, value in sizes.items() if counts[k] > 1]
    plain = said.replace("No collapse", "").replace("Minority Collapse", "")
    axes = math.sqrt(min(len(sizes) - 1, 3))
    if "collapsed" in plain and "majority" not in plain:
        assert max(known) < 0.08 * axes
        statistics = run.snapshot(epoch).statistics(layer, split)
        for k, j in itertools.permutations(sizes, 2):
            gap = np.linalg.norm(statistics.means[k] - statistics.means[j])
            assert statistics.within_variance[k] <= (0.3 * gap) ** 2
    if "tight cloud" in plain and "majority" not in plain:
        assert max(known) < 0.26 * axes
    in_full, in_picture = nearer_to_others(run, view, epoch, layer)
    if "well apart" in said:
        assert not in_full.any()
        assert not in_picture.any()
        assert not scalars.get("train_error", 0.0) > 0.01
    mixed = (in_full >= 0.05) | (in_full >= 0.05).T
    if "minority classes overlap" not in plain:
        overlapping = re.search(r"(\d+) of the \d+ classes [^.]*overlap with others", plain)
        if overlapping:
            assert int(overlapping.group(1)) == mixed.any(axis=0).sum()
        if re.search("the classes overlap,", plain.lower()):
            assert mixed.any(axis=0).all()
        if re.search("gather|tight cloud", plain) and "majority" not in plain:
            assert not mixed.any()
    shadowed = (in_picture >= 0.05) | (in_picture >= 0.05).T
    if "In the 3-D " in said:
        names = [manifest.class_names[k] for k in view.shown_classes(manifest.classes)]
        more = shadowed.any(axis=0) & ~mixed.any(axis=0)
        told = said.split("In the 3-D ", 1)[1].split(".")[0]
        quoted = re.findall("“(.*?)”", told)
        if quoted:
            assert quoted == [name for name, also in zip(names, more, strict=True) if also]
    elif "coincide" not in said and "at one point" not in said:
        assert set(np.flatnonzero(shadowed.any(axis=0))) <= set(np.flatnonzero(mixed.any(axis=0)))
    if "close to a simplex ETF" in said:
        assert max(measured["nc2_equinorm_means"], measured["nc2_equiangular_means"]) <= 0.1
    if "Neural collapse" in said:
        assert last
        assert measured["nc1"] <= 0.02
        assert measured["nc3"] <= 0.25
        assert scalars["nc4_train"] <= 0.01
    if re.search("[Mm]inority|[Ii]mbalance", said):
        assert max(counts) >= 1.5 * min(counts)
    if max(counts) >= 1.5 * min(counts):
        assert re.search("[Mm]inority|[Ii]mbalance|diverged", said)
    if "Minority Collapse:" in said:
        assert last
        few = [k for k in range(len(counts)) if counts[k] < max(counts)]
        rows = run.snapshot(epoch).classifier().weight[few]
        pairs = cosines(rows)[np.triu_indices(len(few), 1)]
        assert pairs.mean() >= 0.9
    if "Terminal phase" in said:
        later = [e for e in run.epochs if e >= epoch]
        assert all(run.snapshot(e).scalars["train_error"] == 0 for e in later)
    if "Over-fitting" in said:
        before = [run.snapshot(e).scalars["test_error"] for e in run.epochs if e < epoch]
        test, train = scalars["test_error"], scalars["train_error"]
        assert test - min(before, default=1.0) >= 0.03 or test - train >= 0.25
        assert train <= 0.1
        assert test >= 2 * train
    if "Before training" in said:
        assert epoch == 0
        assert manifest.recipe
    if "No collapse" in said:
        assert epoch == run.epochs[-1]
        assert max(known) > 0.2
    for name, value in re.findall(r"(training|test) error ([\d.]+) %", said.lower()):
        key = "train_error" if name == "training" else "test_error"
        assert 100 * scalars[key] == pytest.approx(float(value), rel=6e-3, abs=1e-9)
    assert "nan" not in said
    assert "inf " not in said
    assert said.endswith(".")
    assert said[0].isupper() or said[0] == "“"
    assert len(said) <= LONGEST


@pytest.mark.parametrize("key", [sample.key for sample in SAMPLES])
def test_each_sentence_about_a_bundled_run_holds(key):
    sample = next(item for item in SAMPLES if item.key == key)
    explorer = opened(sample.path)
    for epoch, layer, said in captions(explorer):
        explorer.set_view(replace(explorer.view.at(epoch), layer=layer))
        hold(explorer, epoch, layer, said)


STORIES = {
    "collapse": (Told(), ["Neural collapse: the features have collapsed"]),
    "no classifier": (
        Told(dual=None),
        ["The features have collapsed to their class means, close to a simplex ETF."],
    ),
    "no shape": (Told(shape="long"), ["which form no simplex ETF"]),
    "not dual": (Told(dual=False), ["The features have collapsed", "close to a simplex ETF."]),
    "coincide": (Told(shape="point", spread=0.0), ["coincide"]),
    "tight clouds": (Told(spread=0.07), ["Each class is a tight cloud"]),
    "clouds": (Told(spread=0.14), ["Each class is a cloud about its class mean, well apart"]),
    "clouds of two sizes": (
        Told(counts=(50, 50, 20, 20), spread=(0.07, 0.07, 0.14, 0.14), cosine=0.2),
        ["The majority classes are tight clouds, well apart; the minority classes are clouds, "],
    ),
    "touching": (
        Told(spread=0.22, counts=(200,) * 4, epochs=(1, 2)),
        ["gathers about its class mean"],
    ),
    "overlap": (Told(spread=0.8), ["overlap"]),
    "one wide": (
        Told(spread=(0.02, 0.02, 0.5, 0.02), names=("D", "R", "NC1", "ape")),
        ["“NC1” spreads over the neighbouring classes; the others stand apart"],
    ),
    "two classes": (
        Told(counts=(30, 30)),
        ["two ends of a line: for two classes any line is a simplex ETF"],
    ),
    "two, one wide": (
        Told(counts=(400, 400), spread=(0.6, 0.02), names=("a", "b"), epochs=(1,)),
        ["“a” spreads over “b”. "],
    ),
    "two, wide": (Told(counts=(30, 30), spread=0.5), ["overlap"]),
    "a thousand": (
        Told(counts=(4,) * 1000, width=1024, epochs=(1,), dual=None, spread=0.002),
        ["The features have collapsed to their class means, close to a simplex ETF."],
    ),
    "hundreds, wide": (
        Told(counts=(4,) * 400, width=512, epochs=(1,), dual=None, spread=0.7),
        ["Each class shown is a point in the picture, but spreads in dimensions outside it."],
    ),
    "bottleneck": (
        Told(counts=(30,) * 4, width=2, shape="etf", spread=0.01),
        ["a simplex ETF of 4 classes needs 3 dimensions, this layer has 2"],
    ),
    "single": (Told(epochs=(0,)), ["Only this moment is recorded."]),
    "untrained": (
        Told(
            spread=0.9,
            epochs=(0, 1),
            recipe=TRAINED,
            dual=False,
            errors={"train_error": (0.74, 0.5), "test_error": (0.75, 0.6)},
        ),
        [
            "Before training: the classes overlap, all four of them.",
            "No better than guessing: training error 74 %",
        ],
    ),
    "imported": (Told(spread=0.9, epochs=(0, 1)), ["The classes overlap"]),
    "model": (
        Told(spread=0.9, epochs=(0, 1), recipe={"model": "unconstrained_features"}),
        ["At the start: the classes overlap"],
    ),
    "diverged": (
        Told(spread=0.9, errors={"train_loss": (1.0, 2.0, math.nan)}),
        [],
        ["diverged: its loss is no finite number"],
    ),
    "failed": (
        Told(state="failed", message="The training diverged at epoch 10: lower the learning rate."),
        [],
        ["The run ended early: the training diverged at epoch 10"],
    ),
    "terminal": (
        Told(errors={"train_error": (0.1, 0.0, 0.0), "test_error": (0.2, 0.2, 0.2)}),
        ["Training error 10 %, test error 20 %."],
        ["Terminal phase: training error 0 by epoch 6 at the latest, test error 20 %."],
    ),
    "over-fitting": (
        Told(
            spread=0.1,
            errors={"train_error": (0.2, 0.1, 0.02), "test_error": (0.25, 0.2, 0.26)},
        ),
        ["Training error 20 %, test error 25 %."],
        ["Over-fitting: the test error has risen from 20 % (epoch 6) to 26 %"],
    ),
    "a gap": (
        Told(errors={"train_error": (0.0,) * 3, "test_error": (0.4,) * 3}),
        ["Over-fitting: training error 0 %, but test error 40 %."],
    ),
    "no collapse": (
        Told(spread=0.6, errors={"train_error": (0.3,) * 3}),
        ["The classes overlap"],
        ["No collapse: the classes overlap", "Training error 30 %."],
    ),
    "linear": (
        Told(
            spread=0.3,
            layers=("input", "layer 1", "layer 2"),
            recipe={**TRAINED, "activation": "identity"},
        ),
        ["In the input, before any layer: "],
        ["linear network: deeper layers", "lower the separation fuzziness D"],
    ),
    "hidden": (
        Told(layers=("input", "layer 1", "layer 2"), shrink=0.3, spread=0.6),
        ["In the input, before any layer: the classes overlap"],
        ["collapsed"],
    ),
    "minority collapse": (
        Told(counts=(200, 200, 5, 5, 5), cosine=0.97, spread=0.1),
        ["Minority Collapse: the 3 minority classifiers", "mean cosine 0.97"],
    ),
    "drawing together": (
        Told(counts=(200, 200, 5, 5, 5), cosine=0.7, spread=0.1),
        ["The 3 minority classifiers draw together (mean cosine 0.7"],
    ),
    "imbalanced, apart": (
        Told(counts=(20, 20, 5, 5, 5), cosine=0.1, spread=0.1),
        ["Imbalanced, R = 4, yet the 3 minority classifiers stand apart"],
    ),
    "one minority class": (
        Told(counts=(60, 60, 60, 5), spread=0.1, errors={"train_error": (0.1,) * 3}),
        ["Imbalanced, R = 12: training error 10 %."],
    ),
    "held out alone": (
        Told(split="test", dual=None, errors={"test_error": (0.2,) * 3}),
        ["have collapsed to their class means. Test error 20 %. The training samples were not"],
    ),
    "two, imbalanced": (
        Told(counts=(60, 6), spread=(0.02, 0.5), dual=None, errors={"train_error": (0.1,) * 3}),
        ["Imbalanced, R = 10. No better than always answering the largest class: training error"],
    ),
    "one sample each": (Told(counts=(1, 1, 1)), ["no two drawn samples each"]),
    "groups": (
        Told(counts=(50, 50, 5, 5), spread=(0.01, 0.01, 0.7, 0.7), cosine=0.2),
        ["The majority classes have collapsed to their class means; the minority classes overlap"],
    ),
    "few samples": (
        Told(counts=(50, 50, 3, 2), spread=(0.01, 0.01, 0.1, 0.1), cosine=0.2),
        [
            "the minority classes have too few samples to tell.",
            "Only 2 to 3 samples a minority class are drawn.",
        ],
    ),
    "one of two minorities": (
        Told(counts=(50, 50, 20, 20), spread=(0.01, 0.01, 0.9, 0.01), cosine=0.2),
        ["1 of the 2 minority classes overlaps with others"],
    ),
    "few of all": (Told(counts=(3,) * 4), ["Only 3 samples a class are drawn."]),
    "wrong although apart": (
        Told(spread=0.07, errors={"train_error": (0.2,) * 3}),
        ["Each class is a tight cloud about its class mean. Training error 20 %."],
    ),
    "two mix": (
        Told(spread=(0.02, 0.6, 0.6, 0.02), names=("a", "b", "c", "d"), counts=(400,) * 4),
        ["“b” and “c” spread over the neighbouring classes; the others stand apart from each "],
    ),
}


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Return the folder of a story's run, which is written once."""
    return functools.cache(
        lambda story: STORIES[story][0].write(tmp_path_factory.mktemp("told") / "run")
    )


@pytest.mark.parametrize("story", STORIES)
def test_each_kind_of_run_gets_its_sentence(story, run_of):
    _, *expected = STORIES[story]
    explorer = opened(run_of(story))
    said = captions(explorer)
    for words in expected[0]:
        assert words in said[0][2]
    for words in expected[-1]:
        assert words in said[-1][2] or len(expected) == 1
    for epoch, layer, sentence in said:
        explorer.set_view(replace(explorer.view.at(epoch), layer=layer))
        hold(explorer, epoch, layer, sentence)


def test_one_imported_moment_is_never_before_training(tmp_path):
    explorer = opened(Told(epochs=(0,)).write(tmp_path / "run"))
    assert "Before" not in explorer.caption()
    assert "collapsed" in explorer.caption()


def test_what_is_hidden_from_the_picture_is_not_what_the_caption_speaks_of(tmp_path):
    told = Told(counts=(30,) * 6, spread=(0.02, 0.02, 0.02, 0.02, 0.9, 0.9))
    explorer = opened(told.write(tmp_path / "run"))
    assert "The 4 classes shown have collapsed" in explorer.caption()
    explorer.choose_classes((0, 1, 4, 5))
    assert "spread over the neighbouring classes" in explorer.caption()


def test_a_hidden_class_is_not_spoken_of(tmp_path):
    told = Told(spread=(0.02, 0.02, 0.02, 0.9), names=("one", "two", "three", "wide"))
    explorer = opened(told.write(tmp_path / "run"))
    assert explorer.caption().startswith("“wide” spreads over")
    explorer.hide_class(3)
    assert explorer.caption().startswith("The 3 classes shown have collapsed")
    explorer.keep_alone(3)
    assert explorer.caption().startswith("“wide” spreads over"), "of one alone nothing can be said"


def test_missing_numbers_leave_no_gap():
    facts = MomentFacts(classes=4, shown=("a", "b", "c", "d"), spreads=(0.03,) * 4)
    said = describe_moment(facts)
    assert said == "The features have collapsed to their class means."
    unmeasured = describe_moment(replace(facts, measured=False))
    assert unmeasured.endswith("The training samples were not measured here.")
    wide = describe_moment(replace(facts, spreads=(math.nan, 0.5, math.inf, 0.5)))
    assert "nan" not in wide
    assert "inf" not in wide


def test_terms_are_found_once_each_and_never_in_names():
    parts = stretches_of(
        "“neural collapse” and Minority Collapse: class means, class means, a class mean."
    )
    assert "".join(part.text for part in parts).startswith("“neural collapse” and")
    assert [(part.text, part.key) for part in parts if part.key] == [
        ("Minority Collapse", "minority collapse"),
        ("class means", "class mean"),
        ("class mean", "class mean"),
    ]


@pytest.mark.parametrize("story", [key for key in STORIES if key != "a thousand"])
def test_every_term_of_a_caption_has_a_card(story, run_of):
    explorer = opened(run_of(story))
    for _, _, said in captions(explorer):
        parts = stretches_of(said)
        assert "".join(part.text for part in parts) == said
        assert any(part.key for part in parts) or "no two drawn samples" in said
        for part in parts:
            assert not part.key or CONCEPTS[part.key].formula in FORMULAS


@pytest.mark.parametrize("key", [sample.key for sample in SAMPLES])
def test_the_sentence_about_all_layers_holds(key):
    sample = next(item for item in SAMPLES if item.key == key)
    explorer = opened(sample.path)
    counts = explorer.run.manifest.train_counts
    for epoch in explorer.run.epochs:
        explorer.set_view(explorer.view.at(epoch))
        said = explorer.caption_of_depth()
        values = np.array(fuzziness_by_layer(explorer.run, epoch))
        assert ("minority" in said) == (max(counts) >= 1.5 * min(counts))
        if "D falls" in said:
            assert (np.diff(values) < 0).all()
        elif "minority" not in said:
            assert (np.diff(values) > -5e-3 * values[1:]).any()
        if "equi-separation" in said:
            logs, layers = np.log(values), np.arange(len(values))
            slope = np.polyfit(layers, logs, 1)[0]
            assert np.corrcoef(layers, logs)[0, 1] < -0.96
            factor = re.search(r"about ([\d.]+) a layer", said).group(1)
            assert float(factor) == pytest.approx(np.exp(slope), rel=6e-3)
        assert said.endswith(".")


DEPTHS = {
    (
        8.0,
        4.0,
        2.0,
        1.0,
    ): "falls: 8 at input, 1 at the last layer, by a factor of about 0.5 a layer",
    (
        44.8,
        22.1,
        25.3,
        30.6,
    ): "rises after layer 1: 44.8 at input, 22.1 at layer 1, 30.6 at the last",
    (2.22, 0.00627, 1.86e-4, 6.4e-6, 1.98e-7, 9.39e-8): "roughly geometric: a layer leaves 0.00282 "
    "to 0.474 of it (r = −0.9790).",
    (9.0, 3.0, math.nan): "no separation fuzziness D to compare",
    (9.0, math.nan, 3.0): "falls: 9 at input, 3 at the last layer.",
    (9.0, 3.0, 1.1): "by a factor of about 0.35 a layer: equi-separation (r = −0.99",
    (9.0, 3.0, 1.8): "roughly geometric: a layer leaves 0.333 to 0.6 of it (r = −0.9",
    (1.0, 2.0, 3.0, 4.0): "rises layer by layer: 1 at input, 4 at the last layer.",
    (8.0, 9.0, 4.0, 1.0): "rises at layer 1: 8 at input, 1 at the last layer.",
    (9.0, 4.0, 4.001, 1.0): "does not fall at layer 2: 9 at input, 1 at the last layer.",
    (5.0, 5.0, 5.0): "does not fall: 5 at input, 5 at the last layer.",
    (9, 8, 9, 8, 9, 8, 9, 8, 7): "rises at layer 2, layer 4 and layer 6: 9 at input",
    (9, 8, 9, 8, 9, 8, 9, 8, 9, 7): "rises at 4 of the 9 layers: 9 at input",
    (9.0, math.nan, 10.0, 8.0): "rises at layer 2: 9 at input",
    (50.0, 20.0, 19.4, 18.8): "hardly falls after layer 1: 50 at input, 20 at layer 1, 18.8 at the",
    (9.0, 3.0): "falls: 9 at input, 3 at the last layer.",
}


@pytest.mark.parametrize("values", DEPTHS)
def test_d_falls_over_the_layers_only_where_each_layer_lowers_it(values):
    names = ["input", *(f"layer {k}" for k in range(1, len(values)))]
    said = describe_depth(names, values, fit_law(values), imbalanced=False)
    assert DEPTHS[values] in said


def test_means_that_coincide_are_not_said_to_spread():
    labels = np.repeat(np.arange(5), 4)
    means = np.array([[0.0, 0], [5, 0], [0, 5], [0, 5], [0, 5]])
    mixing = measure_mixing(means[labels], means, labels, tuple(range(5)))
    assert mixing.together == ((2, 3, 4),)
    assert mixing.spreading == ()
    facts = MomentFacts(
        5, tuple("abcde"), (0.0, 0.0, *(math.inf,) * 3), mixing=mixing, drawn=mixing
    )
    said = describe_moment(facts)
    assert said.startswith("The class means of “c”, “d” and “e” coincide.")
    assert "spread" not in said


def test_all_features_collapse_only_where_no_class_of_the_run_is_wide():
    facts = MomentFacts(100, tuple("abcd"), (0.02,) * 4, (0.1,) * 4, widest=0.2, nc1=0.01)
    assert describe_moment(facts).startswith("The features have collapsed")
    wide = describe_moment(replace(facts, widest=0.9, width=16))
    assert wide.startswith("The 4 classes shown, of 100, have collapsed")


def test_a_group_that_is_a_point_only_in_the_picture_has_not_collapsed():
    facts = MomentFacts(
        4,
        tuple("abcd"),
        (0.02,) * 4,
        widths=(2.2, 2.2, 0.1, 0.1),
        few=(False, False, True, True),
        minority=2,
        samples=(50, 50, 20, 20),
        imbalance=2.5,
    )
    said = describe_moment(facts)
    assert said.startswith("The majority classes are points in the picture, but spread outside it;")
    assert "the minority classes have collapsed" in said
    # Of more classes it is said which are meant: the others may be otherwise.
    few = replace(
        facts, classes=6, samples=(50, 50, 2, 2), widths=(), spreads=(0.02,) * 2 + (0.1,) * 2
    )
    said = describe_moment(few)
    assert "the minority ones shown have too few samples to tell." in said
    one = replace(few, shown=tuple("abc"), spreads=(0.02, 0.02, 0.1), few=(False, False, True))
    said = describe_moment(replace(one, samples=(50, 50, 2)))
    assert "the minority one shown has too few samples to tell." in said


def test_leaving_out_a_class_never_makes_others_overlap():
    rng = np.random.default_rng(3)
    for _ in range(20):
        labels = np.repeat(np.arange(7), 25)
        means = rng.normal(size=(7, 5)) * 3
        samples = (
            means[labels] + rng.normal(size=(175, 5)) * rng.uniform(0.2, 2, size=7)[labels, None]
        )
        whole = measure_mixing(samples, means, labels, tuple(range(7)))
        kept = (0, 2, 3, 6)
        part = measure_mixing(samples, means[list(kept)], labels, kept)
        pairs = {(kept[a], kept[b]) for a, others in enumerate(part.over) for b in others}
        expected = {(a, b) for a, others in enumerate(whole.over) for b in others}
        assert pairs == {(a, b) for a, b in expected if a in kept and b in kept}
        assert {kept[place] for place in part.involved} <= set(whole.involved)


def test_a_shadow_that_hides_what_is_apart_is_spoken_of(tmp_path):
    told = Told(counts=(40,) * 30, width=40, spread=0.07, names=[f"c{k}" for k in range(30)])
    explorer = opened(told.write(tmp_path / "run"))
    explorer.choose_classes(range(30))
    said = explorer.caption()
    assert said.startswith("In all 29 dimensions each class is a tight cloud")
    assert "well apart" not in said
    assert "In the 3-D shadow that is drawn" in said


def test_one_layer_has_no_depth(tmp_path):
    explorer = opened(Told().write(tmp_path / "run"))
    assert "One layer is recorded" in explorer.caption_of_depth()


def test_all_of_a_thousand_classes_are_looked_at_in_little_memory(run_of):
    explorer = opened(run_of("a thousand"))
    explorer.choose_classes(range(1000))
    tracemalloc.start()
    assert "the features have collapsed" in explorer.caption()
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 400 * 2**20
