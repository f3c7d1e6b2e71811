import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.counting import Counting
from ncviz.explorer.player import (
    EASE_SECONDS,
    ENDS,
    LONGEST_STRIDE_SECONDS,
    PACES,
    SPEEDS,
    WHOLE_LENGTH_SECONDS,
    Player,
)
from ncviz.scenes.epoch_scale import SPACINGS, EpochScale

STOPS = (0.0, 1.0, 2.0, 10.0, 100.0)
ASCENDING = st.lists(st.integers(0, 1000), min_size=1, max_size=9, unique=True).map(
    lambda epochs: tuple(float(e) for e in sorted(epochs))
)


def player(**changes):
    return Player(**{"stops": STOPS, "ease": False, **changes})


def settle(p, frame=0.05):
    """Let time pass until nothing moves any more."""
    for _ in range(10_000):
        if not p.moving:
            return
        p.advance(frame)
    raise AssertionError("it never comes to rest")


def let_pass(p, seconds, frames=10):
    """Let time pass in frames, as on a screen."""
    for _ in range(frames):
        p.advance(seconds / frames)


def test_stops_stand_at_equal_distances():
    p = player()
    for position, value in ((0, 0), (0.5, 0.5), (2, 2), (2.5, 6), (3.5, 55), (4, 100)):
        p.position = position
        assert p.value == value
        assert p.position_of(value) == position


@given(ASCENDING, st.floats(0, 1))
def test_positions_and_values_are_each_others_inverse(stops, share):
    p = Player(stops=stops, position=share * (len(stops) - 1))
    assert stops[0] <= p.value <= stops[-1]
    assert p.position_of(p.value) == pytest.approx(p.position, abs=1e-9)


@given(ASCENDING, st.floats(-100, 1100))
def test_values_outside_are_clipped(stops, value):
    p = Player(stops=stops)
    p.position = p.position_of(value)
    assert p.value == pytest.approx(min(max(value, stops[0]), stops[-1]), abs=1e-9)


@pytest.mark.parametrize("speed", SPEEDS)
def test_speed_one_takes_the_whole_length_in_eight_seconds(speed):
    p = player(speed=speed)
    p.play()
    let_pass(p, 0.9 * WHOLE_LENGTH_SECONDS / speed)
    assert p.playing
    assert p.position == pytest.approx(0.9 * p.last)
    p.advance(0.11 * WHOLE_LENGTH_SECONDS / speed)
    assert not p.playing
    assert not p.moving
    assert p.value == STOPS[-1]


@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=30))
def test_the_rate_of_frames_does_not_change_the_pace(frames):
    p, whole = player(speed=0.25), player(speed=0.25)
    p.play()
    whole.play()
    for frame in frames:
        p.advance(frame)
    let_pass(whole, sum(frames))
    assert p.position == pytest.approx(whole.position, abs=1e-9)


def test_playing_again_at_the_end_starts_over():
    p = player(position=4.0)
    p.play()
    assert p.playing
    assert p.position == 0
    p.advance(WHOLE_LENGTH_SECONDS / 2)
    p.pause()
    assert p.position == pytest.approx(2)
    p.play()
    assert p.position == pytest.approx(2)


def test_a_loop_never_ends():
    p = player(at_end="loop")
    p.play()
    let_pass(p, 2.25 * WHOLE_LENGTH_SECONDS)
    assert p.playing
    assert p.position == pytest.approx(1.0)
    let_pass(p, 0.7 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(0.95 * p.last)
    let_pass(p, 0.1 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(0.05 * p.last)


def test_pause_stays_here():
    p = player()
    p.play()
    p.advance(1)
    here = p.position
    p.pause()
    assert not p.moving
    assert not p.advance(5)
    assert p.position == here


def test_advance_says_whether_it_moved():
    p = player()
    assert not p.advance(1)
    p.play()
    assert p.advance(0.01)
    assert not p.advance(0.0)


@pytest.mark.parametrize(
    ("origin", "stops", "target"),
    [
        (0, 1, 1),
        (1, -1, 0),
        (2, 2, 4),
        (4, 1, 4),
        (0, -1, 0),
        (2.3, 1, 3),
        (2.3, -1, 2),
        (2.9, 1, 3),
        (2.9, -1, 2),
        (3.9, 1, 4),
        (0.2, -1, 0),
        (2.5, 10, 4),
        (2.5, -10, 0),
        (2 + 1e-12, 1, 3),
        (3 - 1e-12, -1, 2),
    ],
)
@pytest.mark.parametrize("ease", [False, True])
def test_a_step_goes_to_the_neighbouring_stop(origin, stops, target, ease):
    p = player(position=origin, ease=ease, playing=True, following=True)
    p.step(stops)
    assert not p.playing
    assert not p.following
    settle(p)
    assert p.position == target


def test_steps_add_up_while_it_still_moves():
    p = player(ease=True)
    for _ in range(3):
        p.step(1)
        p.advance(EASE_SECONDS / 10)
    p.step(-1)
    settle(p)
    assert p.position == 2


def test_easing_takes_its_time_and_arrives_exactly():
    p = player(ease=True)
    p.step(1)
    assert p.position == 0
    assert p.moving
    p.advance(EASE_SECONDS / 3)
    assert p.position == pytest.approx(1 / 3)
    assert p.advance(EASE_SECONDS)
    assert p.position == 1
    assert not p.moving


def test_easing_back():
    p = player(ease=True, position=3.0)
    p.home()
    p.advance(EASE_SECONDS / 2)
    assert p.position == pytest.approx(1.5)
    settle(p)
    assert p.position == 0


def test_home_and_end():
    p = player(position=2.5, following=True)
    p.end()
    assert p.position == 4
    assert p.following  # the end is where following stays
    p.home()
    assert p.position == 0
    assert not p.following


def test_playing_goes_on_from_home():
    p = player(ease=True, position=3.0)
    p.play()
    p.home()
    assert p.playing
    p.advance(2 * EASE_SECONDS)
    assert p.position == 0
    p.advance(WHOLE_LENGTH_SECONDS / 4)
    assert p.position == pytest.approx(1)


def test_seeking_is_a_jump_that_ends_following():
    p = player(ease=True, following=True)
    p.step(2)
    p.following = True
    p.seek(1.25)
    assert p.position == 1.25
    assert not p.following
    assert not p.moving
    p.seek(-4)
    assert p.position == 0
    p.seek(99)
    assert p.position == 4


def test_seeking_does_not_stop_playing():
    p = player()
    p.play()
    p.seek(3)
    p.advance(WHOLE_LENGTH_SECONDS / 8)
    assert p.playing
    assert p.position == pytest.approx(3.5)


def test_following_stays_with_the_newest_stop():
    p = player(stops=(0.0,))
    p.follow(True)
    for count in range(1, 6):
        p.set_stops(tuple(float(e) for e in range(count)))
        assert p.value == count - 1
    p.follow(False)
    p.set_stops((0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    assert p.value == 4


def test_following_glides_to_each_new_stop():
    p = player(stops=(0.0, 1.0), ease=True)
    p.follow(True)
    settle(p)
    p.set_stops((0.0, 1.0, 2.0))
    assert p.value == 1
    p.advance(EASE_SECONDS / 2)
    assert p.value == pytest.approx(1.5)
    p.set_stops((0.0, 1.0, 2.0, 3.0))  # the next one comes before it has arrived
    assert p.value == pytest.approx(1.5)
    settle(p)
    assert p.value == 3


def test_following_ends_playing_and_playing_ends_following():
    p = player()
    p.play()
    p.follow(True)
    assert not p.playing
    assert p.value == STOPS[-1]
    p.play()
    assert not p.following


@given(ASCENDING, ASCENDING, st.floats(0, 1))
def test_the_value_stays_when_stops_are_replaced(before, after, share):
    p = Player(stops=before, position=share * (len(before) - 1))
    value = p.value
    p.set_stops(after)
    assert 0 <= p.position <= p.last
    assert p.value == pytest.approx(min(max(value, after[0]), after[-1]), abs=1e-9)


def test_playing_goes_on_while_stops_are_added():
    p = player(stops=(0.0, 1.0))
    p.play()
    p.advance(WHOLE_LENGTH_SECONDS / 2)
    p.set_stops((0.0, 1.0, 2.0))
    assert p.playing
    assert p.value == pytest.approx(0.5)
    p.advance(WHOLE_LENGTH_SECONDS / 4)
    assert p.value == pytest.approx(1.0)


def test_stops_that_vanish_take_the_target_along():
    p = player(ease=True)
    p.end()
    p.set_stops((0.0, 1.0))
    settle(p)
    assert p.position == 1.0


def test_one_stop_stands_still():
    p = player(stops=(7.0,), ease=True)
    for act in (p.play, p.home, p.end, lambda: p.step(1), lambda: p.step(-1), lambda: p.seek(3)):
        act()
        assert not p.moving
        assert not p.advance(1.0)
        assert (p.position, p.value, p.last) == (0.0, 7.0, 0.0)
    assert p.position_of(99.0) == 0.0


def test_playing_one_stop_alone_ends_at_once():
    p = player(stops=(0.0, 1.0))
    p.play()
    p.set_stops((0.0,))
    p.advance(0.1)
    assert not p.playing


def test_no_stops_at_all_are_one():
    p = player()
    p.set_stops(())
    assert p.stops == (0.0,)
    assert p.value == 0.0


# There and back


def test_ping_pong_turns_round_at_both_ends():
    p = player(at_end="ping-pong")
    p.play()
    let_pass(p, 0.75 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(3)
    let_pass(p, 0.5 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(3)
    let_pass(p, 0.5 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(1)
    let_pass(p, 0.5 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(1)
    let_pass(p, 0.25 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(2)
    assert p.playing


def test_ping_pong_goes_back_from_the_end_and_keeps_its_direction_over_a_pause():
    p = player(at_end="ping-pong", position=4.0)
    p.play()
    let_pass(p, 0.25 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(3)
    p.pause()
    p.play()
    let_pass(p, 0.25 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(2)
    p.at_end = "stop"
    let_pass(p, 0.25 * WHOLE_LENGTH_SECONDS)
    assert p.position == pytest.approx(3)


def test_looping_is_one_of_the_ends():
    p = player()
    assert (p.at_end, p.looping) == ("stop", False)
    p.looping = True
    assert p.at_end == "loop"
    p.at_end = "ping-pong"
    assert not p.looping
    p.looping = False
    assert p.at_end == "stop"


# Pace


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("frame", [0.01, 0.31, 0.9, 50.0])
def test_every_epoch_is_shown_however_late_the_frames_come(frame, spacing):
    p = player(pace="every epoch")
    p.set_spacing(spacing)
    p.play()
    shown = [p.value]
    while p.playing:
        p.advance(frame)
        shown.append(p.value)
    assert [v for v in dict.fromkeys(shown) if v in STOPS] == list(STOPS)
    assert shown == sorted(shown)


def test_each_epoch_gets_the_same_time():
    p = player(pace="every epoch")
    p.set_spacing("linear")
    p.play()
    quarter = WHOLE_LENGTH_SECONDS / 4
    for expected in ((0.5, 1.0), (1.5, 2.0), (6.0, 10.0), (55.0, 100.0)):
        for value in expected:
            p.advance(quarter / 2)
            assert p.value == pytest.approx(value)


def test_every_epoch_there_and_back():
    p = player(pace="every epoch", at_end="ping-pong")
    p.play()
    shown = []
    for _ in range(8):
        p.advance(3.0)
        shown.append(p.value)
    assert shown == [1.0, 2.0, 10.0, 100.0, 10.0, 2.0, 1.0, 0.0]


def test_every_epoch_in_a_loop_shows_first_and_last():
    p = player(pace="every epoch", at_end="loop")
    p.play()
    shown = []
    for _ in range(10):
        p.advance(0.5 * WHOLE_LENGTH_SECONDS / 4)
        shown.append(p.position)
    assert shown == pytest.approx([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 0.5, 1])


def test_a_hitch_is_no_time():
    p = player()
    p.play()
    p.advance(3600.0)
    assert p.playing
    assert p.position == pytest.approx(p.last * LONGEST_STRIDE_SECONDS / WHOLE_LENGTH_SECONDS)


@given(
    ASCENDING,
    st.sampled_from(ENDS),
    st.sampled_from(PACES),
    st.sampled_from(SPACINGS),
    st.sampled_from(SPEEDS),
    st.lists(st.floats(0, 20), max_size=20),
)
def test_playing_never_leaves_the_stops(stops, at_end, pace, spacing, speed, frames):
    p = Player(stops=stops, at_end=at_end, pace=pace, speed=speed)
    p.set_spacing(spacing)
    p.play()
    for frame in frames:
        p.advance(frame)
        assert 0 <= p.position <= p.last
        assert stops[0] <= p.value <= stops[-1]


# Spacing


def test_linear_and_logarithmic_places():
    p = player()
    p.set_spacing("linear")
    assert p.places == STOPS
    assert p.position_of(6) == 6
    p.set_spacing("logarithmic")
    assert p.places[:2] == (0.0, pytest.approx(1.0))
    assert p.last == pytest.approx(6.658, abs=1e-3)
    assert p.position_of(3) == pytest.approx(2.0)
    p.seek(2.0)
    assert p.value == pytest.approx(3.0)


@given(ASCENDING, st.sampled_from(SPACINGS), st.floats(0, 1))
def test_in_each_spacing_positions_and_values_are_inverse(stops, spacing, share):
    p = Player(stops=stops)
    p.set_spacing(spacing)
    p.seek(share * p.last)
    assert stops[0] <= p.value <= stops[-1]
    assert p.position_of(p.value) == pytest.approx(p.position, abs=1e-6)
    for stop, place in zip(stops, p.places, strict=True):
        p.seek(place)
        assert p.value == stop
        assert p.position_of(stop) == place
        assert not p.is_between


@given(ASCENDING, st.sampled_from(SPACINGS), st.sampled_from(SPACINGS), st.floats(0, 1))
def test_another_spacing_keeps_the_moment(stops, before, after, share):
    p = Player(stops=stops)
    p.set_spacing(before)
    p.seek(share * p.last)
    value = p.value
    p.set_spacing(after)
    assert p.value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("spacing", SPACINGS)
def test_steps_go_from_stop_to_stop_in_each_spacing(spacing):
    p = player()
    p.set_spacing(spacing)
    seen = []
    for _ in range(5):
        p.step(1)
        seen.append(p.value)
    assert seen == [1, 2, 10, 100, 100]
    p.seek(p.position_of(40))
    assert p.is_between
    p.step(-1)
    assert p.value == 10


@pytest.mark.parametrize("spacing", SPACINGS)
def test_following_in_each_spacing(spacing):
    p = player(stops=(0.0, 1.0))
    p.set_spacing(spacing)
    p.follow(True)
    p.set_stops((0.0, 1.0, 7.0))
    assert p.value == 7


def test_ticks_fit_the_spacing():
    p = player(stops=(0.0, 1.0, 3.0, 150.0, 600.0))
    assert [text for _, text in p.ticks()] == ["0", "1", "3", "150", "600"]
    assert [position for position, _ in p.ticks()] == [0, 1, 2, 3, 4]
    p.set_spacing("linear")
    assert [text for _, text in p.ticks()] == ["0", "100", "200", "300", "400", "500", "600"]
    p.set_spacing("logarithmic")
    labels = [text for _, text in p.ticks()]
    assert labels == ["0", "1", "2", "5", "10", "20", "50", "100", "200", "500", "600"]
    for position, text in p.ticks():
        assert position == p.position_of(float(text))


def test_gliding_to_a_moment():
    p = player(ease=True, following=True)
    p.glide(6.0)
    assert not p.following
    settle(p)
    assert p.value == pytest.approx(6.0)


def test_steps_of_millions_are_written_in_full():
    scale = EpochScale((800_000.0, 1_000_000.0, 1_200_001.0), "recorded")
    assert [words for _, words in scale.ticks()] == ["800,000", "1,000,000", "1,200,001"]


@pytest.mark.parametrize("spacing", SPACINGS)
def test_many_places_are_those_of_each_value(spacing):
    scale = EpochScale((3.0, 4.0, 9.0, 200.0), spacing)
    values = np.array([-1.0, 3.0, 3.5, 9.0, 77.25, 200.0, 1e9])
    wanted = [scale.position_of(float(value)) for value in values]
    assert scale.positions_of(values) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("parts", [2, 1000])
def test_logarithmic_places_are_those_of_epochs_whatever_parts_are_counted(parts):
    epochs = EpochScale((0.0, 1.0, 3.0, 7.0), "logarithmic")
    assert epochs.places == pytest.approx((0.0, 1.0, 2.0, 3.0))
    of_parts = EpochScale(
        tuple(stop * parts for stop in epochs.stops), "logarithmic", Counting("epoch", parts)
    )
    assert of_parts.places == pytest.approx(epochs.places)
    between = np.array([0.5, 2.0, 5.0])
    found = of_parts.positions_of(between * parts)
    assert found == pytest.approx([epochs.position_of(epoch) for epoch in between])
    for epoch in between:
        assert of_parts.position_of(epoch * parts) == pytest.approx(epochs.position_of(epoch))
    labels = {label: place for place, label in of_parts.ticks()}
    assert labels["2"] == pytest.approx(np.log2(3))
