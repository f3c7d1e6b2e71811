"""One numbering of layers: input, layer 1, …, and D_t before the data pass through layer t."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.runs.layer_names import (
    anatomy,
    counted_layers,
    fuzziness_symbol,
    numbers_of_layers,
    shortened_layer,
    tick_names,
    ticks_that_fit,
    unknown_layer,
    with_symbol,
)
from ncviz.runs.run import Run

OURS = ("input", *(f"layer {t}" for t in range(1, 8)))
LONG = (
    *("input", "encoder.layers.encoder_layer_0", "encoder.layers.encoder_layer_11"),
    *("features.denseblock4.denselayer16", "features"),
)


def test_the_points_of_eight_layers():
    assert [with_symbol(OURS, t) for t in (0, 3, 7)] == [
        "input · D₁",
        "layer 3 · D₄",
        "layer 7 · D₈",
    ]
    assert tick_names(OURS) == ("input", "1", "2", "3", "4", "5", "6", "7")
    assert counted_layers(OURS) == "input, 7 hidden layers, classifier"
    assert counted_layers(OURS[:2], classifier=False) == "input, 1 hidden layer"
    assert fuzziness_symbol(19) == "D₂₀"


def test_names_of_other_networks():
    assert tick_names(LONG) == ("D₁", "D₂", "D₃", "D₄", "D₅")
    assert tick_names(("stem", "block", "head")) == ("stem", "block", "head")
    assert tick_names(("a", "a")) == ("D₁", "D₂")
    assert counted_layers(LONG) == "5 layers measured, classifier"
    assert counted_layers(("features",), classifier=False) == "1 layer measured"
    assert shortened_layer("encoder.layers.encoder_layer_11") == "…encoder_layer_11"
    assert shortened_layer("layer 3") == "layer 3"


@given(st.text("ab.", min_size=1, max_size=60), st.integers(4, 30))
def test_a_shortened_name_is_short_and_ends_as_before(name, longest):
    short = shortened_layer(name, longest)
    assert len(short) <= longest
    assert name.endswith(short.removeprefix("…"))


@given(st.integers(1, 80), st.floats(2, 200), st.sampled_from(["ours", "numbers", "long"]))
def test_labels_never_touch(count, spacing, kind):
    labels = {
        "ours": tick_names(("input", *(f"layer {t}" for t in range(1, count))))[:count],
        "numbers": tuple(str(10**t % 9973) for t in range(count)),
        "long": tuple("x" * (t % 17 + 1) for t in range(count)),
    }[kind]
    kept = ticks_that_fit(labels, spacing, lambda text: 6.0 * len(text))
    assert kept[0] == 0
    ends = [(k * spacing - 3.0 * len(labels[k]), k * spacing + 3.0 * len(labels[k])) for k in kept]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))


def test_the_factor_to_the_next():
    assert numbers_of_layers([40.0, 10.0, 0.0, 3.0]) == (
        "D₁ = 40, next × 0.25",
        "D₂ = 10, next × 0",
        "D₃ = 0",
        "D₄ = 3",
    )
    assert numbers_of_layers([float("nan"), float("inf")]) == ("D₁ = –", "D₂ = ∞")


def test_a_run_says_what_it_consists_of(small_run, growing_run):
    assert anatomy(Run(small_run.path)) == "input, 2 hidden layers, classifier"
    assert anatomy(Run(growing_run.path)) == "input, 1 hidden layer, classifier"


@pytest.mark.parametrize("number", [3, 9])
def test_an_unknown_layer_is_answered_by_those_there_are(small_run, number):
    said = unknown_layer(Run(small_run.path), number)
    assert said == f"The run has no layer {number}: choose 0 to 2; 0 is input, 2 is layer 2."


def test_no_layers_have_no_ticks():
    """As before the first run is open."""
    assert ticks_that_fit((), 10.0, len) == []
