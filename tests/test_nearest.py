"""Names that are near one that somebody wrote."""

import pytest

from ncviz.nearest import nearest, one_among

LAYERS = ("layer1", "layer1.1", "layer11", "fc", "Head.Norm")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("layer1.1", ["layer1.1", "layer11"]),  # as written, and what has the same letters
        ("head_norm", ["Head.Norm"]),
        ("norm", ["Head.Norm"]),  # a part of it
        ("conv", []),
        ("", []),
    ],
)
def test_near_names_are_found_whatever_stands_between_their_letters(name, found):
    near = nearest(name, LAYERS)
    assert near[: len(found)] == found if found else near == []


def test_no_name_is_lost_and_none_is_told_twice():
    assert sorted(nearest("layer11", LAYERS)) == ["layer1", "layer1.1", "layer11"]
    assert len(nearest("layer11", LAYERS, most=2)) == 2


def test_what_may_be_chosen_is_told_with_the_nearest_first():
    assert one_among("b", ("a", "b2")) == "one of a, b2"
    many = (*(f"name{n}" for n in range(6)), "epoch")
    assert one_among("epohc", many).startswith("epoch, or another one: name0")
