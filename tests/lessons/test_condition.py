"""Conditions of what is on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.lessons.condition import read_condition


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("epoch >= 150", {"epoch": 150.0}, True),
        ("epoch >= 150", {"epoch": 149.9}, False),
        ("epoch >= 150 and layer is 7", {"epoch": 600.0, "layer": 7.0}, True),
        ("epoch >= 150 and layer is 7", {"epoch": 600.0, "layer": 6.0}, False),
        ("room is Layers", {"room": "Layers"}, True),
        ("room is not Layers", {"room": "Layers"}, False),
        ("room is layers", {"room": "Layers"}, True),
        ("ratio > 3", {"ratio": "many"}, False),
        ("ratio > 3", {}, False),
        ("ratio is not 3", {}, False),
        ("turned >= 1e1", {"turned": 12.0}, True),
        ("color is 'my column'", {"color": "my column"}, True),
    ],
)
def test_a_condition_holds_or_not(text, facts, holds):
    assert read_condition(text).holds(facts) == holds


@pytest.mark.parametrize(
    "text", ["", "epoch", "epoch >=", "epoch >= soon", ">= 3", "epoch == 3", "epoch > nan"]
)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ValueError, match="until"):
        read_condition(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_way(text):
    said = ""
    try:
        read_condition(text).holds({"epoch": 1.0})
    except ValueError as error:
        said = str(error)
    assert said == "" or said.startswith("until")


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, width=32))
def test_comparisons_are_those_of_numbers(bound, value):
    facts = {"epoch": float(value)}
    assert read_condition(f"epoch >= {bound!r}").holds(facts) == (value >= bound)
    assert read_condition(f"epoch < {bound!r}").holds(facts) == (value < bound)
