"""Which thing of a scene comes next, and where it is drawn."""

import pytest

from ncviz.explorer.stepping import Pointable, number_in_scene, spots_of, stepped
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View


@pytest.fixture
def run(small_run):
    return Run(small_run.path)


def spots(run, **view):
    view = View(**view)
    return spots_of(compose(run, view), run, view)


def test_a_class_comes_whole_before_the_next(run):
    found = spots(run, layer=2, classes=(3, 1))
    assert [spot.label for spot in found] == sorted((s.label for s in found), key=(3, 1).index)
    for label in (3, 1):
        mean, row, *samples = (spot for spot in found if spot.label == label)
        assert (mean, row) == (Pointable("means", label), Pointable("classifier", label))
        rows = [spot.row for spot in samples]
        assert rows == [n for n, k in enumerate(run.probe.labels) if k == label]


def test_keys_go_round_in_both_directions(run):
    found = spots(run, layer=2)
    at, seen = None, []
    for _ in found:
        at = stepped(found, at, 1)
        seen.append(at)
    assert tuple(seen) == found
    assert stepped(found, at, 1) == found[0]
    assert stepped(found, found[0], -1) == found[-1]
    assert stepped(found, None, -1) == found[-1]


def test_from_class_to_class(run):
    found = spots(run, layer=2, classes=(0, 1, 2, 4))
    at = stepped(found, None, 1, by_class=True)
    labels = [at.label]
    for _ in range(4):
        at = stepped(found, stepped(found, at, 1), 1, by_class=True)
        labels.append(at.label)
        assert at.kind == "means"
    assert labels == [0, 1, 2, 4, 0]
    assert stepped(found, None, -1, by_class=True).label == 4
    assert stepped(found, at, -1, by_class=True).label == 4


def test_what_is_not_drawn_is_passed_over(run):
    alone = spots(run, layer=0, classes=(0, 1), hidden=(0,), show_samples=False)
    assert alone == (Pointable("means", 1),)
    assert stepped(alone, alone[0], 1) == stepped(alone, alone[0], -1, by_class=True) == alone[0]
    hidden = spots(run, show_samples=False, show_means=False, show_classifier=False)
    assert hidden == ()
    assert stepped(hidden, alone[0], 1) is None
    # A sample whose samples are drawn no more leads to its class, one of no class to the first.
    bare = spots(run, layer=2, show_samples=False)
    assert stepped(bare, Pointable("samples", 2, 7), 1) == Pointable("means", 2)
    assert stepped(bare, Pointable("samples", 2, 7), 1, by_class=True) == Pointable("means", 3)
    assert stepped(alone, Pointable("samples", 2, 7), 1) == alone[0]


@pytest.mark.parametrize("etf", [True, False])
def test_each_spot_has_its_place(run, etf):
    view = View(layer=2, classes=(0, 1, 3), hidden=(1,), show_etf=etf)
    scene = compose(run, view)
    for spot in spots_of(scene, run, view):
        number = number_in_scene(spot, scene, run, view)
        if spot.kind == "samples":
            assert scene.sample_ids[number] == spot.row
        else:
            kinds = ("means", "classifier")
            assert number == 3 * etf + 2 * kinds.index(spot.kind) + (0, 3).index(spot.label)
    assert number_in_scene(Pointable("means", 1), scene, run, view) is None
    hidden = run.probe.labels.tolist().index(1)
    assert number_in_scene(Pointable("samples", 1, hidden), scene, run, view) is None
