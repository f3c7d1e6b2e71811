"""What the moments of a run are called, whatever its snapshots count."""

from fractions import Fraction

import pytest

from ncviz.counting import EPOCHS, UNITS, Counting, whole_counts

STEPS, HALVES, THIRDS = Counting("step"), Counting("epoch", 2), Counting("epoch", 3)


@pytest.mark.parametrize(
    ("counting", "number", "said"),
    [
        (EPOCHS, 3, "epoch 3"),
        (STEPS, 4_000_000, "step 4,000,000"),
        (HALVES, 5, "epoch 2.5"),
        (HALVES, 4, "epoch 2"),
        (THIRDS, 1, "epoch 0.333"),
        (Counting("epoch", 1000), 1001, "epoch 1.001"),
        (Counting("checkpoint"), 4, "checkpoint 4"),
        (Counting("snapshot"), 0, "snapshot 0"),
    ],
)
def test_a_moment_is_called_by_what_is_counted(counting, number, said):
    assert counting.named(number) == said


def test_several_moments_and_spans_are_listed():
    assert HALVES.named_all((0, 1, 5)) == "epochs 0, 0.5 and 2.5"
    assert STEPS.named_all((500,)) == "step 500"
    assert STEPS.span(500, 4_000_000) == "steps 500 to 4,000,000"
    assert HALVES.span(5, 5) == "epoch 2.5"


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 10, 50, 1000])
def test_what_is_read_on_the_screen_leads_back_to_the_number(parts):
    counting = Counting("epoch", parts)
    for number in (0, 1, parts - 1, parts, 7 * parts + 1, 299 * parts):
        assert counting.number(float(counting.digits(number).replace(",", ""))) == number


@pytest.mark.parametrize(
    ("counting", "low", "high"),
    [
        (EPOCHS, 0, 1),
        (EPOCHS, 3, 10),
        (HALVES, 4, 5),
        (THIRDS, 1, 2),
        (Counting("epoch", 1000), 1, 2),
        (STEPS, 500, 4_000_000),
    ],
)
@pytest.mark.parametrize("share", [0.001, 0.5, 0.999])
def test_between_two_recorded_moments_neither_is_read(counting, low, high, share):
    text = counting.between(low + share * (high - low), low, high)
    assert low < float(text.replace(",", "")) * counting.parts < high


@pytest.mark.parametrize(
    ("values", "numbers", "counting"),
    [
        (["0", "1/2", "3/2"], [0, 1, 3], HALVES),
        (["1", "2"], [1, 2], EPOCHS),
        (["1/3", "1/2"], [2, 3], Counting("epoch", 6)),
        (["1/1001", "1"], [0, 1], Counting("checkpoint")),
        (["1/2", "900"], [0, 1], Counting("checkpoint")),  # 1,800 is beyond the largest number
    ],
)
def test_fractions_become_whole_numbers(values, numbers, counting):
    assert whole_counts([Fraction(v) for v in values], "epoch", 1000) == (numbers, counting)


@pytest.mark.parametrize("unit", UNITS)
def test_parts_are_put_into_words(unit):
    assert Counting(unit).words == f"{unit}s"
    assert Counting(unit, 10).words.startswith("tenths of a")
    assert Counting(unit, 7).words.startswith("1/7 of a")


@pytest.mark.parametrize(
    ("counting", "number", "recorded", "said"),
    [
        (Counting(), 6, [0, 5, 6, 7], "since epoch 6"),
        (Counting(), 350, [0, 20, 350], "by epoch 350 at the latest"),
        (Counting(), 0, [0, 200], "since epoch 0"),
        (Counting(), 50, [50, 51], "by epoch 50 at the latest"),
        (Counting(parts=2), 4, [0, 2, 4], "since epoch 2"),
        (Counting("step"), 2000, [0, 1000, 2000], "by step 2,000 at the latest"),
        (Counting("checkpoint"), 2, [0, 1, 2], "since checkpoint 2"),
    ],
)
def test_what_is_first_seen_after_a_gap_may_have_begun_in_it(counting, number, recorded, said):
    assert counting.since(number, recorded) == said
