"""What is said of a network's mistakes and of its small classes, against slow counts of its own."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_captions import LONGEST, captions, opened
from told_runs import TRAINED, Told

from ncviz.assets import asset
from ncviz.explorer import answers
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.class_errors import error_among, largest_even_error
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.explorer import Explorer
from ncviz.runs.directions import class_groups, default_classes
from ncviz.runs.run import Run


def errors(*train: float, test: tuple[float, ...] = ()) -> dict[str, tuple[float, ...]]:
    return {"train_error": train} | ({"test_error": test} if test else {})


def small_classes(counts: tuple[int, ...]) -> list[int]:
    return [k for k, n in enumerate(counts) if 0 < n <= max(counts) / 1.5]


def slow_cosines(rows: np.ndarray) -> dict[tuple[int, int], float]:
    return {
        (i, j): float(rows[i] @ rows[j] / math.sqrt(rows[i] @ rows[i] * (rows[j] @ rows[j])))
        for i in range(len(rows))
        for j in range(i)
    }


def even_error(counts: tuple[int, ...], error: float) -> float:
    """Return the mean error of the classes if one mistake after the other falls in a small one."""
    left = round(error * sum(counts))
    shares = []
    for count in sorted(counts):
        shares.append(min(left, count) / count)
        left -= min(left, count)
    return sum(shares) / len(shares)


def hold_mistakes(run: Run, epoch: int, said: str) -> None:
    """Check what is said of the shares of mistakes."""
    scalars, counts = run.snapshot(epoch).scalars, run.manifest.train_counts
    train, test = scalars.get("train_error", math.nan), scalars.get("test_error", math.nan)
    chance, largest = 1 - 1 / run.manifest.classes, 1 - max(counts) / sum(counts)
    deviation = 2.01 * math.sqrt(chance * (1 - chance) / sum(counts))
    if "No better than guessing" in said:
        assert largest - deviation <= train <= chance + deviation
    if "Worse than guessing" in said:
        assert train > chance
    if "always answering the largest" in said:
        assert train >= largest - deviation
        assert train < chance
    if "than guessing" not in said and "always answering" not in said:
        assert not train > largest
    if "Over-fitting" in said:
        assert train <= 0.1
        known = even_error(counts, train) if small_classes(counts) else train
        assert test >= 2 * known
        assert test >= known + 0.03
    recorded = [run.snapshot(e).scalars.get("train_error") for e in run.epochs]
    if "Terminal phase" in said:
        since = re.search(r"(?:since|by) epoch ([\d,]+)", said)
        start = int(since.group(1).replace(",", "")) if since else run.epochs[0]
        place = run.epochs.index(start)
        assert all(error == 0 for error in recorded[place:])
        assert len(run.epochs) > 1
        known = "dataset" in run.manifest.recipe and start == 0
        assert bool(since) == (known or (place > 0 and recorded[place - 1] > 0))
        if since:  # the moment itself only where the one before it was recorded
            before = start if place == 0 else run.epochs[place - 1]
            assert since[0].startswith("by") == (start - before > run.counting.parts)


def hold_minority(run: Run, epoch: int, said: str) -> None:
    """Check what is said of the classifiers of the small classes."""
    few = small_classes(run.manifest.train_counts)
    if not few:
        assert not re.search("[Mm]inorit|[Ii]mbalanced", said)
        return
    classifier = run.snapshot(epoch).classifier()
    if classifier is None or len(few) < 2:
        assert "mean cosine" not in said
        return
    pairs = slow_cosines(classifier.weight)
    centred = slow_cosines(classifier.weight - classifier.weight.mean(axis=0))
    own = [value for (i, j), value in pairs.items() if i in few and j in few]
    rest = [value for (i, j), value in pairs.items() if i not in few or j not in few]
    shared = np.mean(rest) >= 0.5
    seen = centred if shared else pairs
    inside = [value for (i, j), value in seen.items() if i in few and j in few]
    outside = [value for (i, j), value in seen.items() if i not in few or j not in few]
    if "Minority Collapse: the" in said:
        assert np.mean(inside) >= 0.9
        assert min(inside) >= 0.8
        assert np.mean(outside) <= np.mean(inside) - 0.2
        assert ("less the mean row" in said) == shared
    if "Minority Collapse of" in said:
        number = int(re.search(r"Collapse of (\d+) of", said).group(1))
        assert 1 < number < len(few)
        names = re.findall("“([^”]+)”", said.split("Minority Collapse of")[1])
        together = [run.manifest.class_names.index(name) for name in names]
        assert len(together) in (0, number)
        assert all(seen[max(i, j), min(i, j)] >= 0.9 for i in together for j in together if i != j)
    if "classifiers stand apart" in said:
        assert np.mean(own) < 0.5
        assert shared or max(own) < 0.9
    if "draw together" in said:
        assert np.mean(inside) >= 0.5
        assert np.mean(outside) <= np.mean(inside) - 0.2
    if "but so do all others" in said:
        assert np.mean(own) >= 0.5
        assert shared or np.mean(rest) > np.mean(own) - 0.2


THREE = (100,) * 3 + (40,) * 3 + (5,) * 3
NEARLY = (147, 140, 143, 146, 141, 142, 144, 145, 140, 146)
STORIES = {
    "K = 1000, learns": (
        Told(counts=(3,) * 1000, width=16, dual=None, errors=errors(0.9, 0.9, 0.9)),
        "Training error 90 %.",
    ),
    "K = 1000, guesses": (
        Told(counts=(3,) * 1000, width=16, dual=None, errors=errors(0.9987, 0.999, 0.9993)),
        "No better than guessing: training error 99.9 %.",
    ),
    "rows of other classes": (
        Told(turned=True, errors=errors(1.0, 1.0, 1.0)),
        "Worse than guessing: training error 100 %.",
    ),
    "two classes": (
        Told(counts=(100, 100), spread=0.6, errors=errors(0.52, 0.48, 0.47)),
        "No better than guessing: training error 47 %.",
    ),
    "two classes, a little": (
        Told(counts=(1000, 1000), spread=0.6, errors=errors(0.5, 0.48, 0.45)),
        "Training error 45 %.",
    ),
    "one sample each, all right": (
        Told(counts=(1, 1), epochs=(1, 2), errors=errors(0.5, 0.0), dual=None),
        "Terminal phase: training error 0 since epoch 2.",
    ),
    "the largest class": (
        Told(counts=(900, 50, 50), spread=0.6, errors=errors(0.1, 0.1, 0.1)),
        "No better than always answering the largest class: training error 10 %.",
    ),
    "worse than the largest class": (
        Told(counts=(900, 50, 50), spread=0.6, errors=errors(0.4, 0.4, 0.4)),
        "Worse than always answering the largest class: training error 40 %.",
    ),
    "imbalanced, guesses": (
        Told(counts=(900, 50, 50), spread=0.6, errors=errors(0.667, 0.667, 0.667)),
        "No better than guessing: training error 66.7 %.",
    ),
    "imbalanced, over-fitting": (
        Told(
            counts=(80, 80, 8, 8),
            cosine=0.1,
            errors=errors(0.2, 0.1, 0.0, test=(0.3, 0.5, 0.6)),
        ),
        "stand apart (mean cosine 0.1). Over-fitting: training error 0 %, but test error 60 %.",
    ),
    "the small classes are not learnt": (
        Told(
            counts=(300,) * 5 + (2,) * 5,
            cosine=0.97,
            errors=errors(0.0066, 0.0066, 0.0066, test=(0.55, 0.58, 0.6)),
        ),
        "(mean cosine 0.97). Training error 0.66 %, test error 60 %.",
    ),
    "imbalanced, terminal": (
        Told(counts=(80, 80, 8, 8), cosine=0.1, errors=errors(0.1, 0.0, 0.0)),
        "Terminal phase: training error 0 by epoch 6 at the latest.",
    ),
    "slightly imbalanced": (
        Told(counts=NEARLY, errors=errors(0.0, 0.0, 0.0, test=(0.1, 0.3, 0.6))),
        "Over-fitting: the test error has risen from 10 % (epoch 3) to 60 %",
    ),
    "slightly imbalanced, guesses": (
        Told(counts=NEARLY, spread=0.7, errors=errors(0.9, 0.898, 0.897)),
        "No better than guessing: training error 89.7 %.",
    ),
    "just below": (Told(counts=(149, 149, 100, 100), errors=errors(0.3, 0.3, 0.3)), "error 30 %."),
    "just imbalanced": (Told(counts=(150, 150, 100, 100)), "Imbalanced, R = 1.5, yet the 2"),
    "sizes that scatter": (
        Told(counts=(98, 103, 100, 5, 6, 4), cosine=0.95),
        "Minority Collapse: the 3 minority classifiers",
    ),
    "three groups, the least together": (
        Told(counts=THREE, same=(6, 7, 8)),
        "Minority Collapse of 3 of 6 minority classifiers (“class 6”, “class 7” and “class 8”);",
    ),
    "three groups, none together": (Told(counts=THREE), "the 6 minority classifiers stand apart"),
    "a tail, two together": (
        Told(counts=(200, 120, 70, 40, 25, 15, 9, 5), same=(6, 7)),
        "Minority Collapse of 2 of 7 minority classifiers (“class 6” and “class 7”)",
    ),
    "a group of large ones together": (
        Told(counts=THREE, same=(0, 1, 2)),
        "the 6 minority classifiers stand apart",
    ),
    "many together": (
        Told(counts=(100,) * 3 + (5,) * 6, same=(3, 4, 5, 6)),
        "Minority Collapse of 4 of 6 minority classifiers; ",
    ),
    "long names": (
        Told(
            counts=THREE,
            same=(6, 7, 8),
            names=[f"a class of the kind {k}" for k in range(9)],
            spread=(0.01,) * 3 + (0.7,) * 6,
            errors=errors(0.01, 0.0, 0.0, test=(0.3, 0.5, 0.7)),
        ),
        "Minority Collapse of 3 of 6 minority classifiers; ",
    ),
    "all share a direction": (
        Told(counts=(100,) * 3 + (5,) * 3, shared=5.0),
        "The 3 minority classifiers point alike (mean cosine 0.9",
    ),
    "all share a direction, the small ones are one": (
        Told(counts=(100,) * 3 + (5,) * 3, shared=5.0, same=(3, 4, 5)),
        "Minority Collapse: the 3 minority classifiers, less the mean row of all, point almost",
    ),
    "all are one": (
        Told(counts=(100,) * 3 + (5,) * 3, same=range(6), shared=2.0),
        "point alike (mean cosine 1), but so do all others (1).",
    ),
    "one majority class, all share": (
        Told(counts=(100, 5, 5, 5), shared=5.0),
        "but so do all others",
    ),
    "one majority class": (
        Told(counts=(100, 5, 5, 5), same=(1, 2, 3)),
        "Minority Collapse: the 3 minority classifiers point almost",
    ),
    "test better than training": (
        Told(spread=0.6, errors=errors(0.5, 0.5, 0.5, test=(0.2, 0.2, 0.24))),
        "Training error 50 %, test error 24 %.",
    ),
    "neither learnt": (
        Told(spread=0.6, errors=errors(0.45, 0.45, 0.45, test=(0.5, 0.6, 0.72))),
        "Training error 45 %, test error 72 %.",
    ),
    "a little rise": (
        Told(errors=errors(0.09, 0.09, 0.09, test=(0.1, 0.12, 0.14))),
        "Training error 9 %, test error 14 %.",
    ),
    "two checkpoints": (
        Told(epochs=(50, 100), errors=errors(0.0, 0.0)),
        "Terminal phase: training error 0 at the first recorded moment already.",
    ),
    "from the start": (
        Told(epochs=(0, 1), recipe=TRAINED, errors=errors(0.0, 0.0)),
        "Terminal phase: training error 0 since epoch 0.",
    ),
    "one moment": (
        Told(epochs=(7,), errors=errors(0.0)),
        "Training error 0 %. Only this moment is recorded.",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_each_kind_of_network_gets_its_sentence(story, tmp_path):
    told, expected = STORIES[story]
    explorer = opened(told.write(tmp_path / "run"))
    said = captions(explorer)
    assert expected in said[-1][2]
    for epoch, _, sentence in said:
        hold_mistakes(explorer.run, epoch, sentence)
        hold_minority(explorer.run, epoch, sentence)
        assert len(sentence) <= LONGEST
        assert sentence.endswith(".")


@pytest.mark.parametrize("key", [sample.key for sample in SAMPLES])
def test_what_is_said_of_the_networks_of_bundled_runs_holds(key):
    explorer = opened(next(item for item in SAMPLES if item.key == key).path)
    last = len(explorer.run.manifest.layers) - 1
    for epoch, layer, sentence in captions(explorer):
        hold_mistakes(explorer.run, epoch, sentence)
        if layer == last:
            hold_minority(explorer.run, epoch, sentence)


def test_sizes_that_hardly_differ_make_no_minority(tmp_path):
    explorer = opened(Told(counts=NEARLY, layers=("input", "layer 1")).write(tmp_path / "run"))
    assert class_groups(explorer.run) == (tuple(range(10)), ())
    assert default_classes(explorer.run) == ()
    assert "minority" not in explorer.caption_of_depth()
    assert not any("minority" in answers.of_class(explorer, k).sentence for k in range(10))


@pytest.mark.parametrize(
    ("counts", "few"),
    [
        ((100, 98, 66, 5), (2, 3)),
        ((3, 2, 2), (1, 2)),
        ((4, 3, 3), ()),
        ((50, 0, 50, 0), ()),
        ((50, 0, 5), (2,)),
    ],
)
def test_a_class_is_of_the_minority_from_one_ratio_on(counts, few, tmp_path):
    run = Run(Told(counts=counts, epochs=(1,), dual=None).write(tmp_path / "run"))
    majority, minority = class_groups(run)
    assert minority == few
    assert set(majority) == {k for k, n in enumerate(counts) if n and k not in few}


@pytest.mark.parametrize("counts", [(5, 5, 5), (300, 300, 2, 2), (40, 9, 3, 1), (7,)])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_mistakes_weigh_most_in_the_smallest_classes(counts, share):
    mistakes = round(share * sum(counts))
    exact = mistakes / sum(counts)
    assert largest_even_error(counts, exact) == pytest.approx(even_error(counts, exact))
    assert largest_even_error((), share) == share


def compared(left: Path, right: Path) -> str:
    first = Explorer()
    first.open(left)
    comparison = Comparison(first)
    comparison.open_second(right)
    first.set_view(replace(first.view.at(first.run.epochs[-1])))
    comparison.follow()
    return comparison.caption()


def test_compare_tells_of_what_the_mean_cosine_hides(tmp_path):
    apart = Told(counts=THREE).write(tmp_path / "apart")
    part = Told(counts=THREE, same=(6, 7, 8)).write(tmp_path / "part")
    alike = Told(counts=THREE, shared=5.0).write(tmp_path / "alike")
    assert compared(apart, apart).endswith("alike.")
    said = compared(part, apart)
    assert said.endswith("On the left 3 of the 6 have fallen together.")
    assert "far from Minority Collapse" not in said
    said = compared(apart, alike)
    assert "On the right all other pairs of classifiers are alike, too (mean cosine 0.9" in said
    assert "nearer to" not in said


@pytest.mark.parametrize(
    ("predicted", "classes", "share"),
    [
        ([0, 0, 1, 0, 0], (1,), 0.5),
        ([0, 0, 1, 1, 2], (1, 2), 0.0),
        ([0, 0, 0, 0, 0], (2,), 1.0),
        ([0, 0, 0, 0, 0], (), math.nan),
        (None, (1,), math.nan),
    ],
)
def test_mistakes_among_some_classes(predicted, classes, share):
    answers = None if predicted is None else np.array(predicted)
    found = error_among(answers, np.array([0, 0, 1, 1, 2]), classes)
    assert found == pytest.approx(share, nan_ok=True)


def test_a_small_training_error_does_not_hide_that_the_minority_is_wrong():
    """All ten images of the five small classes of the sample are mistaken, of 1,510."""
    explorer = Explorer()
    explorer.open(asset("samples", "imbalanced"))
    run = explorer.run
    explorer.player.seek(explorer.player.last)
    explorer.advance(0.0)
    small = class_groups(run)[1]
    answers, labels = run.snapshot(run.epochs[-1]).probe("predicted"), run.probe.labels
    share = np.mean([answers[i] != labels[i] for i in range(len(labels)) if labels[i] in small])
    said = f"(minority classes {100 * share:.3g} %)"
    assert said in explorer.caption().replace("\N{NO-BREAK SPACE}", " ")
