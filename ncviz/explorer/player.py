"""The timeline's clock: a position along stops, playing, stepping, following."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from ncviz.counting import EPOCHS, Counting
from ncviz.scenes.epoch_scale import EpochScale

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
ENDS = ("stop", "loop", "ping-pong")
PACES = ("keep the speed", "every epoch")
WHOLE_LENGTH_SECONDS = 8.0  # from the first stop to the last at speed 1
EASE_SECONDS = 0.18  # to a stop that was stepped or followed to
# A frame that came later than this was none: a dialog stood open, the computer slept.
LONGEST_STRIDE_SECONDS = WHOLE_LENGTH_SECONDS / 2
_SAME = 1e-9  # positions nearer than this are one


@dataclass
class Player:
    """Where we are among the recorded epochs (or any ascending values).

    Parameters
    ----------
    stops : tuple of float
        Ascending, at least one.
    position : float
        Along the timeline, from 0 at the first stop to `last`; its unit
        depends on the spacing.
    speed : float
        1 plays the whole length in 8 s.
    at_end : str
        One of `ENDS`: stay there, begin again, or turn round.
    pace : str
        One of `PACES`. 'keep the speed' follows the clock, whatever the
        frames do; 'every epoch' gives each recorded epoch the same time and
        passes none over, however late a frame comes.
    spacing : str
        One of `epoch_scale.SPACINGS`; change it with `set_spacing`. 'recorded' puts
        recorded epochs at equal distances, so that the early ones, where most
        happens and most is recorded, get their time; 'linear' is to scale;
        'logarithmic' counts in log₂(1 + numbers since the first).
    playing, following : bool
        Following means: stay with the newest stop as stops are added.
    ease : bool
        Move to a stop instead of jumping to it.
    counting : Counting
        What the stops count.
    """

    stops: tuple[float, ...] = (0.0,)
    position: float = 0.0
    speed: float = 1.0
    at_end: str = "stop"
    pace: str = "keep the speed"
    spacing: str = "recorded"
    playing: bool = False
    following: bool = False
    ease: bool = True
    counting: Counting = EPOCHS
    _target: float | None = field(default=None, repr=False)
    _ease_rate: float = field(default=0.0, repr=False)
    _forward: bool = field(default=True, repr=False)
    _scale: EpochScale | None = field(default=None, repr=False, compare=False)

    @property
    def looping(self) -> bool:
        """Return whether it begins again at the end."""
        return self.at_end == "loop"

    @looping.setter
    def looping(self, on: bool) -> None:
        self.at_end = "loop" if on else "stop"

    @property
    def scale(self) -> EpochScale:
        """Return where the stops stand along the timeline."""
        scale, asked = self._scale, (self.spacing, self.counting)
        if (
            scale is None
            or scale.stops is not self.stops
            or (scale.spacing, scale.counting) != asked
        ):
            scale = self._scale = EpochScale(self.stops, *asked)
        return scale

    @property
    def places(self) -> tuple[float, ...]:
        """Return the positions of the stops."""
        return self.scale.places

    @property
    def last(self) -> float:
        """Return the position of the last stop."""
        return self.places[-1]

    @property
    def value(self) -> float:
        """Return the epoch at the position, interpolated between stops."""
        stops, places = self.stops, self.places
        index = bisect_right(places, self.position) - 1
        if index < 0:
            return stops[0]
        if index >= len(stops) - 1 or places[index] == self.position:
            return stops[index]
        low, high = stops[index], stops[index + 1]
        if self.spacing == "logarithmic":
            return min(max(stops[0] + math.expm1(self.position * math.log(2.0)), low), high)
        share = (self.position - places[index]) / (places[index + 1] - places[index])
        return low + share * (high - low)

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        return self.playing or self._target is not None

    @property
    def is_between(self) -> bool:
        """Return whether the position lies between two stops."""
        index = bisect_left(self.places, self.position - _SAME)
        return index < len(self.places) and self.places[index] > self.position + _SAME

    def position_of(self, value: float) -> float:
        """Return the position at which `value` stands, clipped to the stops."""
        return self.scale.position_of(value)

    def set_stops(self, stops: tuple[float, ...]) -> None:
        """Replace the stops, e.g. when an epoch was recorded; stay at the same value."""
        value = self.value
        target = None if self._target is None else self.value_at(self._target)
        self.stops = stops or (0.0,)
        self.position = self.position_of(value)
        if target is not None:
            self._target = self.position_of(target)
        if self.following:
            self._go(self.last)

    def set_spacing(self, spacing: str) -> None:
        """Lay the stops out by one of `SPACINGS`; stay at the same value."""
        value = self.value if self._target is None else self.value_at(self._target)
        self.spacing = spacing
        self.position, self._target = self.position_of(value), None

    def seek(self, position: float) -> None:
        """Jump to a position: a drag. Playing goes on from there, following ends."""
        self.following = False
        self._target = None
        self.position = min(max(position, 0.0), self.last)

    def step(self, stops: int) -> None:
        """Go to a neighbouring stop; playing and following end."""
        self.playing = self.following = False
        places = self.places
        origin = self.position if self._target is None else self._target
        if stops < 0:  # between stops the next one counts
            index = bisect_left(places, origin - _SAME)
        else:
            index = bisect_right(places, origin + _SAME) - 1
        self._go(places[min(max(index + stops, 0), len(places) - 1)])

    def glide(self, value: float) -> None:
        """Go to a value, such as a bookmark; playing and following end."""
        self.playing = self.following = False
        self._go(self.position_of(value))

    def home(self) -> None:
        """Go to the first stop."""
        self.following = False
        self._go(0.0)

    def end(self) -> None:
        """Go to the last stop."""
        self._go(self.last)

    def play(self) -> None:
        """Play; at the end from the start, or back again where it turns round."""
        self._target = None
        self.following = False
        if self.at_end != "ping-pong":
            self._forward = True
            if self.position >= self.last:
                self.position = 0.0
        self.playing = self.last > 0

    def pause(self) -> None:
        """Stay here."""
        self.playing = False

    def settle(self) -> None:
        """Pause at the stop that is nearest, so that what is seen was recorded."""
        self.playing = False
        self._go(min(self.places, key=lambda place: abs(place - self.position)))

    def follow(self, following: bool) -> None:
        """Stay with the newest stop, or no longer."""
        self.following = following
        if following:
            self.playing = False
            self._go(self.last)

    def advance(self, seconds: float) -> bool:
        """Let time pass; return whether the position changed."""
        before = self.position
        if self._target is not None:
            self._ease(seconds)
        elif self.playing:
            self._play(seconds)
        return self.position != before

    def ticks(self) -> list[tuple[float, str]]:
        """Return positions to label, and their labels: stops, or round numbers between them."""
        return self.scale.ticks()

    def value_at(self, position: float) -> float:
        """Return the value at another position."""
        here, self.position = self.position, position
        value, self.position = self.value, here
        return value

    def _go(self, target: float) -> None:
        target = min(max(float(target), 0.0), self.last)
        if not self.ease or target == self.position:
            self.position, self._target = target, None
            return
        self._target = target
        self._ease_rate = abs(target - self.position) / EASE_SECONDS

    def _ease(self, seconds: float) -> None:
        assert self._target is not None
        left = self._target - self.position
        stride = self._ease_rate * seconds
        if abs(left) <= stride:
            self.position, self._target = self._target, None
        else:
            self.position += stride if left > 0 else -stride

    def _play(self, seconds: float) -> None:
        if self.last <= 0:
            self.playing = False
            return
        share = min(seconds * self.speed, LONGEST_STRIDE_SECONDS) / WHOLE_LENGTH_SECONDS
        if share <= 0:
            return
        self._turn()
        if not self.playing:
            return
        if self.pace == "every epoch":
            self._play_to_next_stop(share * (len(self.stops) - 1))
        else:
            self._play_on(share * self.last)

    def _turn(self) -> None:
        """Decide at an end which way it goes on."""
        if self.at_end == "ping-pong":
            if self.position >= self.last:
                self._forward = False
            elif self.position <= 0:
                self._forward = True
            return
        self._forward = True
        if self.position >= self.last:
            if self.at_end == "loop":
                self.position = 0.0
            else:
                self.playing = False

    def _play_on(self, stride: float) -> None:
        if self.at_end == "ping-pong":
            # There and back is a circle of twice the length.
            along = self.position if self._forward else 2 * self.last - self.position
            along = (along + stride) % (2 * self.last)
            self._forward = along < self.last
            self.position = along if self._forward else 2 * self.last - along
            return
        self.position += stride
        if self.position < self.last:
            return
        if self.at_end == "loop":
            self.position %= self.last
        else:
            self.position, self.playing = self.last, False

    def _play_to_next_stop(self, stops: float) -> None:
        """Go on by a share of the way to the next stop, at most to that stop."""
        places = self.places
        if self._forward:
            low = min(bisect_right(places, self.position + _SAME) - 1, len(places) - 2)
        else:
            low = max(bisect_left(places, self.position - _SAME) - 1, 0)
        gap = places[low + 1] - places[low]
        if self._forward:
            ahead = self.position + stops * gap
            self.position = places[low + 1] if ahead >= places[low + 1] - _SAME else ahead
            if self.at_end == "stop" and self.position >= self.last:
                self.playing = False
        else:
            behind = self.position - stops * gap
            self.position = places[low] if behind <= places[low] + _SAME else behind
