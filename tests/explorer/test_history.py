"""Undo takes back what was done last in a room, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.explorer.history import MERGE_SECONDS, MOST_STEPS, History

HERE, THERE, BOTH = ("here",), ("there",), ("here", "there")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def history(clock):
    return History({"a": 0, "b": 0}, clock)


def later(clock, seconds=2 * MERGE_SECONDS):
    clock.now += seconds


def test_undo_and_redo(history):
    assert not history.can_undo("here")
    assert history.undo("here") is None
    for value in (1, 2, 3):
        history.record(HERE, {"a": value, "b": 0})
    assert [history.undo("here") for _ in range(4)] == [{"a": 2}, {"a": 1}, {"a": 0}, None]
    assert not history.can_undo("here")
    assert [history.redo("here") for _ in range(4)] == [{"a": 1}, {"a": 2}, {"a": 3}, None]
    assert not history.can_redo("here")


def test_each_room_takes_back_its_own(history):
    history.record(HERE, {"a": 1})
    history.record(THERE, {"b": 1})
    assert history.undo("here") == {"a": 0}
    assert history.undo("here") is None
    assert history.undo("there") == {"b": 0}
    assert history.redo("here") == {"a": 1}
    assert not history.can_redo("here")
    assert history.can_redo("there")


def test_what_two_rooms_show_is_taken_back_in_both(history):
    history.record(BOTH, {"a": 1})
    history.record(HERE, {"b": 1})
    assert history.undo("there") == {"a": 0}
    assert history.undo("here") == {"b": 0}
    assert history.redo("here") == {"b": 1}
    assert history.redo("there") == {"a": 1}


def test_changes_elsewhere_are_left_alone(history):
    history.record(HERE, {"a": 1})
    history.note({"b": 7})  # by time
    history.record(HERE, {"a": 2, "b": 7})
    assert history.undo("here") == {"a": 1}


def test_quick_changes_of_a_slider_are_one_step(history, clock):
    for value in range(1, 20):
        history.record(HERE, {"a": value}, continuous=True)
        later(clock, 0.4)
    assert history.undo("here") == {"a": 0}
    assert history.redo("here") == {"a": 19}


def test_a_pause_or_another_part_begins_a_step(history, clock):
    history.record(HERE, {"a": 1}, continuous=True)
    later(clock, MERGE_SECONDS + 0.01)
    history.record(HERE, {"a": 2}, continuous=True)
    history.record(HERE, {"b": 1}, continuous=True)
    history.record(HERE, {"a": 3})
    history.record(HERE, {"a": 4})
    found = [history.undo("here") for _ in range(5)]
    assert found == [{"a": 3}, {"a": 2}, {"b": 0}, {"a": 1}, {"a": 0}]


def test_a_key_that_is_held_down_is_one_step(history, clock):
    history.record(HERE, {"a": 1}, continuous=True)
    for value in (2, 3):
        later(clock)  # a keyboard waits before it repeats
        history.go_on()
        history.record(HERE, {"a": value}, continuous=True)
    later(clock)
    history.record(HERE, {"a": 4}, continuous=True)  # pressed anew
    assert [history.undo("here") for _ in range(3)] == [{"a": 3}, {"a": 0}, None]


def test_a_drag_is_one_step_however_long_it_rests(history, clock):
    for end in (9, 19):
        history.hold()
        for value in range(end - 8, end + 1):
            history.record(HERE, {"a": value, "b": value // 2}, continuous=True)
            later(clock)
        history.release()
    assert history.undo("here") == {"a": 9, "b": 4}
    assert history.undo("here") == {"a": 0, "b": 0}
    assert history.undo("here") is None


def test_a_drag_back_to_where_it_began_is_no_step(history):
    history.hold()
    history.record(HERE, {"a": 1})
    history.record(HERE, {"a": 0})
    assert not history.can_undo("here")
    history.record(HERE, {"a": 2})
    history.release()
    assert history.undo("here") == {"a": 0}


def test_a_change_after_undo_forgets_what_was_undone_there(history):
    history.record(THERE, {"b": 1})
    for value in (1, 2, 3):
        history.record(HERE, {"a": value})
    history.undo("there")
    history.undo("here")
    history.record(HERE, {"a": 4})
    assert not history.can_redo("here")
    assert history.can_redo("there")
    assert [history.undo("here"), history.undo("here")] == [{"a": 2}, {"a": 1}]


def test_what_is_the_same_or_was_not_known_is_no_change(history):
    history.record(HERE, {"a": 0})
    history.record(HERE, {"new": 5})
    assert not history.can_undo("here")
    assert not history.changed({"new": 5})
    history.record(HERE, {"new": 6})
    assert history.undo("here") == {"new": 5}
    history.record(HERE, {"new": 5})  # told by whoever brought it back
    assert history.can_redo("here")


def test_steps_are_forgotten_by_room_and_by_part(history):
    history.record(HERE, {"a": 1})
    history.record(THERE, {"b": 1})
    history.forget(HERE)
    assert not history.can_undo("here")
    history.record(HERE, {"a": 2})
    history.forget(parts=("b",))
    assert not history.can_undo("there")
    assert history.undo("here") == {"a": 1}


def test_it_is_bounded(history):
    for value in range(1, 3 * MOST_STEPS):
        history.record(HERE, {"a": value})
    steps = 0
    while history.undo("here") is not None:
        steps += 1
    assert steps == MOST_STEPS


ROOMS = {"here": ("here", "beside"), "beside": ("here", "beside"), "there": ("there",)}
DOING = st.tuples(
    st.sampled_from(list(ROOMS)),
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([0.1, 1.0]),
)
ACTION = st.one_of(
    DOING, st.tuples(st.sampled_from(["undo", "redo"]), st.sampled_from(list(ROOMS)))
)


@given(st.lists(ACTION, max_size=40))
def test_redo_takes_back_undo(actions):
    """In whatever room, after whatever was done elsewhere."""
    clock = Clock()
    state = dict.fromkeys("abcd", 0)
    history = History(state, clock)
    for action in actions:
        if len(action) == 2:
            state |= getattr(history, action[0])(action[1]) or {}
        else:
            room, part, value, continuous, passed = action
            clock.now += passed
            state["d" if room == "there" else part] = value
            history.record(ROOMS[room], dict(state), continuous=continuous)
        for room in ROOMS:
            here = dict(state)
            back = history.undo(room)
            if back is None:
                continue
            assert {**here, **back} != here
            assert {**here, **back, **history.redo(room)} == here


@given(st.lists(DOING, min_size=1, max_size=20))
def test_undo_takes_back_what_was_done_just_now(doings):
    state = dict.fromkeys("abc", 0)
    history = History(state, Clock())
    for room, part, value, _, _ in doings:
        before = dict(state)
        state[part] = value
        history.record(ROOMS[room], state)
        if state != before:
            assert {**state, **history.undo(room)} == before
            history.redo(room)


def test_what_follows_by_itself_belongs_to_the_step(history, clock):
    history.record(HERE, {"a": 1})
    history.extend({"b": 1})
    assert history.undo("here") == {"a": 0, "b": 0}
    history.extend({"b": 2})  # after undo nothing was done just now
    assert history.redo("here") == {"a": 1, "b": 1}
    history.record(HERE, {"a": 2})
    history.settle()
    history.extend({"b": 3})
    history.record(HERE, {"a": 3})
    later(clock)  # a computer may be slow
    history.extend({"b": 4})
    history.rest()
    history.extend({"b": 5})
    assert [history.undo("here"), history.undo("here")] == [{"a": 2, "b": 3}, {"a": 1}]
    assert history.redo("here") == {"a": 2}
