from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.explorer.history import MERGE_SECONDS, MOST_STEPS, History, arrangement
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import Shadow, View


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def history(clock):
    return History("start", clock)


def later(clock, seconds=2 * MERGE_SECONDS):
    clock.now += seconds


def test_undo_and_redo(history, clock):
    assert not history.can_undo
    assert history.undo() is None
    for state in "abc":
        later(clock)
        history.record("kind", state)
    assert [history.undo(), history.undo(), history.undo(), history.undo()] == [
        "b",
        "a",
        "start",
        None,
    ]
    assert not history.can_undo
    assert [history.redo(), history.redo(), history.redo(), history.redo()] == ["a", "b", "c", None]
    assert not history.can_redo


def test_a_drag_is_one_step(history, clock):
    for state in range(20):
        history.record("camera", state)
        later(clock, 0.4)
    assert history.state == 19
    assert history.undo() == "start"
    assert history.redo() == 19


def test_a_pause_or_another_kind_begins_a_step(history, clock):
    history.record("camera", 1)
    later(clock, MERGE_SECONDS + 0.01)
    history.record("camera", 2)
    history.record("theme", 3)
    history.record("", 4)
    history.record("", 5)
    assert [history.undo() for _ in range(5)] == [4, 3, 2, 1, "start"]


def test_a_drag_back_to_where_it_began_is_no_step(history, clock):
    history.record("camera", "there")
    history.record("camera", "start")
    assert not history.can_undo
    history.record("camera", "there")
    assert history.undo() == "start"


def test_a_change_after_undo_forgets_what_was_undone(history, clock):
    for state in "abc":
        later(clock)
        history.record("kind", state)
    history.undo()
    history.record("kind", "d")  # soon after, but a step of its own
    assert not history.can_redo
    assert [history.undo(), history.undo()] == ["b", "a"]


def test_what_is_the_same_is_no_change(history):
    history.record("kind", "start")
    assert not history.can_undo
    history.record("kind", "a")
    history.undo()
    history.record("kind", "start")  # told by whoever brought it back
    assert history.can_redo


def test_it_is_bounded(history, clock):
    for state in range(3 * MOST_STEPS):
        later(clock)
        history.record("kind", state)
    steps = 0
    while history.undo() is not None:
        steps += 1
    assert steps == MOST_STEPS
    history.reset("new")
    assert (history.state, history.can_undo, history.can_redo) == ("new", False, False)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["undo", "redo"]),
            st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 3), st.sampled_from([0.1, 1.0])),
        ),
        max_size=40,
    )
)
def test_redo_takes_back_undo(actions):
    clock = Clock()
    history = History(0, clock)
    for action in actions:
        if isinstance(action, tuple):
            kind, state, clock_step = action
            clock.now += clock_step
            history.record(kind, state)
            assert history.state == state
        else:
            getattr(history, action)()
        if history.can_undo:
            here = history.state
            assert history.undo() != here
            assert history.redo() == here


def test_time_and_pointer_are_left_out():
    view = View(epoch=3, hovered=4, shadow=Shadow("tour", time=0.7), camera=Camera(azimuth=1))
    first = arrangement(view, theme="dark", scale=1.5)
    moved = replace(view, epoch=90.0, hovered=None, shadow=Shadow("tour", time=0.9))
    assert arrangement(moved, scale=1.5, theme="dark") == first
    assert arrangement(replace(view, layer=2), theme="dark", scale=1.5) != first
    assert first.setting("scale") == 1.5
    with pytest.raises(KeyError):
        first.setting("nothing")
    now = View(epoch=11, hovered=7, shadow=Shadow("tour", time=5.0), layer=4)
    back = first.view_at(now)
    assert (back.epoch, back.hovered, back.shadow.time) == (11, 7, 5.0)
    assert (back.layer, back.camera.azimuth) == (-1, 1)
    assert first.view_at(View()).shadow.kind == "tour"
