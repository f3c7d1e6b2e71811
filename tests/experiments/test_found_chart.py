"""What is drawn of the numbers that were found."""

import math
from dataclasses import replace

import pytest

from ncviz.experiments.catalogue import experiments
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import Expected, mark_of, subject_of
from ncviz.experiments.found_chart import FoundChart, FoundRow, found_charts
from ncviz.experiments.results import Result, shipped_results
from ncviz.experiments.verdict import outcome_of

NARROW, WIDE = (2.0, 3.0, 7.0), (1.0, 1.0, 4.0)  # a seed each


def charts_of(tiny, *expected, narrow=NARROW, wide=WIDE):
    experiment = replace(read_experiment(tiny), expected=expected)
    known = []
    for variant, values in (("narrow", narrow), ("wide", wide)):
        for seed, value in enumerate(values):
            mark = mark_of(subject_of(experiment.variant(variant), "small", seed))
            readings = {each.reading: value for each in expected}
            known.append(Result("small", variant, seed, mark, readings, 2.0))
    return found_charts(outcome_of(experiment, known))


def of(relation, **known):
    return Expected(number="nc1", published="said", relation=relation, **known)


def test_variants_stand_below_the_last_number_of_a_reading_with_all_that_is_wanted(tiny):
    charts = charts_of(
        tiny,
        of("at most", value=3.5),
        of("smaller", variant="wide", than="narrow", factor=2.0),
        of("at most", value=9.0, count=1),
        of("falls", over="variants"),
    )
    assert charts == {
        3: FoundChart(
            (
                FoundRow("narrow", 3.0, 2.0, 7.0, (3.5, 9.0)),
                FoundRow("wide", 1.0, 1.0, 4.0, (6.0, 9.0)),
            ),
            seeds=3,
        )
    }


def test_a_path_stands_below_its_own_number_and_once(tiny):
    rising = ((1.0, 2.0, 4.0), (1.0, 3.0, 9.0), (1.0, 5.0, 6.0))
    falls, rises = of("falls", over="layers"), of("rises", over="layers")
    charts = charts_of(tiny, falls, rises, narrow=rising, wide=rising)
    assert charts == {1: FoundChart(path=(1.0, 3.0, 6.0), seeds=3)}


def test_one_number_alone_and_what_is_not_finite_are_not_drawn(tiny):
    nan = (math.nan,) * 3
    assert charts_of(tiny, of("at most", value=1.0), wide=nan) == {}
    assert charts_of(tiny, of("falls", over="layers"), narrow=((1.0, math.nan),) * 3) == {}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ((1.0, 2.0, 3.0), (0.0, 0.5, 1.0)),
        ((1.0, 100.0, 10.0), (0.0, 1.0, 0.5)),  # logarithmic
        ((0.0, 100.0, 10.0), (0.0, 1.0, 0.1)),  # zero has no logarithm
        ((-5.0, 5.0), (0.0, 1.0)),
        ((2.0, 2.0), (0.5, 0.5)),
    ],
)
def test_places_on_the_axis(path, places):
    chart = FoundChart(path=path)
    assert [chart.place(value) for value in path] == pytest.approx(places)


def test_all_that_ships_can_be_drawn_in_its_place():
    count = 0
    for experiment in experiments().values():
        outcome = outcome_of(experiment, shipped_results(experiment))
        for place, chart in found_charts(outcome).items():
            count += 1
            assert all(0 <= chart.place(height) <= 1 for height in chart.heights)
            rows, ours = chart.rows, outcome.ours[place]
            assert bool(rows) != bool(chart.path)
            if rows and not (ours.among or ours.path):
                name = experiment.variant(experiment.expected[place].variant).name
                assert next(row for row in rows if row.name == name).value == ours.median
    assert count > 90
