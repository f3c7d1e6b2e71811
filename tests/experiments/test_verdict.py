"""What follows of our numbers beside the published ones."""

import json
import math
from dataclasses import replace

import pytest

from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import Expected, mark_of, subject_of
from ncviz.experiments.report import report
from ncviz.experiments.results import Result
from ncviz.experiments.verdict import outcome_of

NUMBERS = {"narrow": (2.0, 3.0, 7.0), "wide": (1.0, 1.0, 4.0)}  # a seed each


def results(experiment, numbers=None, **known):
    found = []
    for variant, values in (numbers or NUMBERS).items():
        for seed, value in enumerate(values):
            mark = mark_of(subject_of(experiment.variant(variant), "small", seed))
            readings = {each.reading: value for each in experiment.expected}
            found.append(Result("small", variant, seed, mark, readings, 2.0, **known))
    return found


def experiment_of(tiny, *expected):
    return replace(read_experiment(tiny), expected=expected)


def of(relation, **known):
    return Expected(number="nc1", published="said", relation=relation, **known)


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        (of("about", value=3.1, tolerance=0.2), True),
        (of("about", value=3.1, tolerance=0.05), False),
        (of("about", value=1.0, tolerance=0.0, variant="wide"), True),
        (of("at least", value=3.0), True),
        (of("at least", value=3.01), False),
        (of("at most", value=3.0), True),
        (of("at most", value=2.99), False),
        (of("at most", value=3.0, count=2), True),
        (of("at most", value=2.0, count=2), False),
        (of("at most", value=2.0, count=1), True),
        (of("larger", than="wide"), True),
        (of("larger", than="wide", factor=3.0), False),
        (of("smaller", than="wide"), False),
        (of("smaller", variant="wide", than="narrow"), True),
        (of("falls", over="variants"), True),
        (of("rises", over="variants"), False),
        (of("stays", over="variants", tolerance=0.7), True),
        (of("stays", over="variants", tolerance=0.6), False),
    ],
)
def test_a_relation_is_of_the_medians(tiny, expected, holds):
    experiment = experiment_of(tiny, expected)
    (ours,) = outcome_of(experiment, results(experiment)).ours
    assert ours.holds is holds


@pytest.mark.parametrize(
    ("path", "tolerance", "falls"),
    [
        ((4.0, 2.0, 1.0), 0.0, True),
        ((4.0, 2.0, 2.1, 1.0), 0.0, False),
        ((4.0, 2.0, 2.1, 1.0), 0.1, True),
        ((4.0, 5.0, 4.5), 1.0, False),
        ((4.0, math.nan, 1.0), 1.0, False),
        ((4.0,), 1.0, False),
    ],
)
def test_what_falls_over_layers_may_take_small_steps_back(tiny, path, tolerance, falls):
    expected = of("falls", over="layers", tolerance=tolerance)
    experiment = experiment_of(tiny, expected)
    numbers = {"narrow": (path,), "wide": ((1.0,),)}
    (ours,) = outcome_of(experiment, results(experiment, numbers)).ours
    assert ours.holds is falls
    assert len(ours.path) == len(path)
    back = f", steps back of up to {100 * tolerance:g} % allowed" if tolerance else ""
    assert expected.wanted == f"falls over the layers{back}"


@pytest.mark.parametrize(
    ("relation", "path", "known", "holds"),
    [
        ("falls, then rises", (4.0, 2.0, 3.0), {}, True),
        ("falls, then rises", (4.0, 2.0, 2.1), {"tolerance": 0.1}, False),
        ("falls, then rises", (4.0, 2.0, 1.0), {}, False),
        ("linear", (1.0, 2.0, 3.0), {"value": 0.999}, True),
        ("linear", (1.0, 10.0, 100.0), {"value": 0.95}, False),
        ("geometric", (100.0, 10.0, 1.0), {"value": 0.999}, True),
        ("geometric", (100.0, 0.0, 1.0), {"value": 0.1}, False),
        ("linear", (2.0, 2.0, 2.0), {"value": 0.1}, False),
        ("linear", (2.0, 1.0), {"value": 0.1}, False),
    ],
)
def test_what_turns_or_lies_on_a_line(tiny, relation, path, known, holds):
    experiment = experiment_of(tiny, of(relation, over="layers", **known))
    numbers = {"narrow": (path,), "wide": ((1.0,),)}
    (ours,) = outcome_of(experiment, results(experiment, numbers)).ours
    assert ours.holds is holds
    if holds:
        assert ("r = " in ours.words) is (relation != "falls, then rises")


def test_the_verdict_is_of_all_that_is_expected(tiny):
    right, wrong = of("at least", value=0.0), of("at most", value=0.0)
    for expected, verdict in (
        ((right, right), "reproduced"),
        ((right, wrong), "reproduced in part"),
        ((wrong,), "not reproduced"),
    ):
        experiment = experiment_of(tiny, *expected)
        assert outcome_of(experiment, results(experiment)).verdict == verdict


def test_of_several_variants_is_said_how_many(tiny):
    expected = of("at most", value=2.0, count=2)
    experiment = experiment_of(tiny, expected)
    (ours,) = outcome_of(experiment, results(experiment)).ours
    assert ours.words == "1 of 2"
    assert expected.wanted == "≤ 2 in at least 2 of the variants"


def test_the_reason_stands_beside_a_verdict_that_needs_one(tiny):
    why = "It is too small."
    for value, told in ((0.0, True), (9.0, False)):
        found = replace(experiment_of(tiny, of("at most", value=value)), differs=why)
        outcome = outcome_of(found, results(found))
        assert outcome.reason == (why if told else "")
        assert (f"*Why:* {why}" in report([outcome])) is told


def test_seeds_count_once_every_variant_is_done(tiny):
    experiment = experiment_of(tiny, of("at least", value=0.0))
    some = {"narrow": (1.0, 2.0, 9.0), "wide": (1.0, 2.0)}
    outcome = outcome_of(experiment, results(experiment, some))
    assert outcome.seeds == (0, 1)
    assert outcome.ours[0].values == (1.0, 2.0)
    assert outcome.ours[0].words == "1.5 (1 … 2)"
    assert outcome.seconds == 4.0
    for lacking in ({"narrow": (1.0,)}, {}):
        empty = outcome_of(experiment, results(experiment, lacking) if lacking else [])
        assert (empty.verdict, empty.seeds) == ("not run", ())
    unfinished = results(experiment, finished=False)
    assert outcome_of(experiment, unfinished).verdict == "not run"
    assert outcome_of(experiment, results(experiment), "published").verdict == "not run"


def test_a_failure_is_told_and_no_number_is(tiny):
    experiment = experiment_of(tiny, of("at least", value=0.0))
    failed = results(experiment, failure="The training diverged at epoch 2: lower it.")
    outcome = outcome_of(experiment, [*results(experiment)[:2], *failed[2:]])
    assert outcome.verdict == "diverged"
    assert "diverged at epoch 2" in report([outcome])


def test_numbers_that_are_none_hold_nothing_and_are_json(tiny):
    experiment = experiment_of(
        tiny, *(of(r, value=0.0, tolerance=9.0) for r in ("about", "at least", "at most"))
    )
    nothing = {"narrow": (math.nan,), "wide": (math.nan,)}
    outcome = outcome_of(experiment, results(experiment, nothing))
    assert outcome.verdict == "not reproduced"
    plain = json.loads(json.dumps(outcome.plain(), allow_nan=False))
    assert plain["ours"][0]["median"] is None
    assert plain["ours"][0]["words"] == "–"


def test_the_page_says_what_is_not_run(tiny):
    experiment = experiment_of(tiny, of("at most", value=2.0))
    page = report([outcome_of(experiment, []), outcome_of(experiment, results(experiment))])
    assert page.count("## Tests\n") == 1
    assert "| not reproduced | 1 |\n| not run | 1 |\n" in page
    assert "**Not run.** There are no numbers of ours yet." in page
    assert (
        "| NC1, variability within classes | said | ≤ 2 | 3 (2 … 7) | no |\n\n"
        "**Not reproduced.** 3 seeds, 4.0 s of processor time a seed." in page
    )
