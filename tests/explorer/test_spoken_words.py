"""Sentences for who hears scene and plots: each is true of any data, or is not said."""

import math

import numpy as np
import pytest

from ncviz.explorer.spoken_words import say_cosines, say_curve, say_curves, say_shown

NAN, INF = math.nan, math.inf


def curve(values):
    across = np.arange(len(values), dtype=float)
    return say_curve("NC1", across, np.asarray(values, float), lambda x: f"step {x:g}")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "NC1: no value."),
        ([NAN, NAN], "NC1: no value."),
        ([NAN, 2.0], "NC1: 2 at step 1."),
        ([3.0, 3.0, 3.0], "NC1: 3 from step 0 to step 2."),
        ([3.0, 2.0, 1.0], "NC1: from 3 at step 0 to 1 at step 2."),
        ([3.0, 5.0, 1.0], "NC1: from 3 at step 0 to 1 at step 2, highest 5 at step 1."),
        ([3.0, 0.0, 5.0], "NC1: from 3 at step 0 to 5 at step 2, lowest 0 at step 1."),
        (
            [2.0, 9.0, 1.0, 2.0],
            "NC1: from 2 at step 0 to 2 at step 3, lowest 1 at step 2, highest 9 at step 1.",
        ),
        ([INF, 2.0], "NC1: from ∞ at step 0 to 2 at step 1."),
        ([3.0, 1.0, NAN], "NC1: from 3 at step 0 to 1 at step 1."),
        ([1.0, 1.00001, 0.99999], "NC1: 1 from step 0 to step 2."),
    ],
)
def test_a_curve(values, said):
    assert curve(values) == said


def test_extremes_are_those_of_the_curve():
    values = np.random.default_rng(0).normal(size=200)
    said = curve(values)
    low, high = values.argmin(), values.argmax()
    assert f"lowest {values[low]:.3g} at step {low}".replace("-", "−") in said
    assert f"highest {values[high]:.3g} at step {high}" in said


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (0, "No curve is shown."),
        (2, "c1."),
        (8, "c7."),
        (9, "1 more curve."),
        (12, "4 more curves."),
    ],
)
def test_of_many_curves_the_first_are_told(count, end):
    assert say_curves([f"c{k}." for k in range(count)]).endswith(end)


def test_cosines():
    assert say_cosines("rows", np.array([])) == ""
    assert say_cosines("rows", np.array([NAN, NAN])) == "Between rows no cosine is defined."
    assert say_cosines("rows", np.array([-1.0])) == "Between rows the cosine is −1."
    said = say_cosines("rows", np.array([-0.5, 0.25, NAN]))
    values = "Between rows cosines lie from −0.5 to 0.25, on average −0.125"
    assert said == f"{values}; of 1 pair it is not defined."


def test_who_is_shown():
    names = ["a", "b", "c"]
    assert say_shown(names, ()) == "None of 3 classes is shown."
    assert say_shown(names, (1,)) == "1 of 3 classes is shown: “b”."
    assert say_shown(names, (2, 0)) == "2 of 3 classes are shown: “c” and “a”."
    assert say_shown(names, (0, 1, 2)) == "All 3 classes are shown: “a”, “b” and “c”."
    assert say_shown(["a", "b"], (0, 1)) == "Both classes are shown: “a” and “b”."
    many = [f"n{k}" for k in range(1000)]
    said = say_shown(many, range(1000))
    assert said.startswith("All 1,000 classes are shown: “n0”, ")
    assert said.endswith("and 989 more.")
