"""What the timeline and its keys do."""

from collections.abc import Mapping
from typing import Any

from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.errors import UserError
from ncviz.explorer.player import SPEEDS, Player
from ncviz.explorer.room_names import EXPLORE
from ncviz.language import tr


class Playback:
    """Plays, steps and seeks in whatever room one is in."""

    def __init__(self, window: FurnishedWindow) -> None:
        self._window = window
        self.waits_for = ""  # why time stands: said in place of what is asked for

    def _waits(self) -> bool:
        """Say why time stands, where it does."""
        if self.waits_for:
            self._window.note.say(self.waits_for)
        return bool(self.waits_for)

    def seek(self, position: float) -> None:
        """Go to a position of the timeline."""
        if self._waits():
            return
        self._window.player.seek(position)
        self._moved()

    def toggle_playing(self) -> None:
        """Play, or pause; where a page covers the timeline, play the open run in Explore."""
        if self._waits():
            return
        if self._window.current.page is not None:
            self._window.enter(EXPLORE)
        player = self._window.player
        if not player.playing:
            player.play()
        elif player is self._window.explorer.player:
            player.settle()
        else:  # a model's timeline: every place on it is computed
            player.pause()
        self._window.presenter.wake("moment")

    def step(self, stops: int) -> None:
        """Go to a neighbouring stop."""
        if self._waits():
            return
        self._window.player.step(stops)
        self._moved()

    def jump(self, to_end: bool) -> None:
        """Go to the first or the last stop."""
        if self._waits():
            return
        player = self._window.player
        player.end() if to_end else player.home()
        self._moved()

    def _moved(self) -> None:
        self._window.current.moved()
        self._window.presenter.wake("moment")

    def set_looping(self, on: bool) -> None:
        """Begin again at the end, or stay there."""
        self.set_end("loop" if on else "stop")

    def go_to(self, epoch: float) -> None:
        """Go to an epoch of the open run."""
        if not self._waits():
            self._window.explorer.go_to(epoch)

    def set_following(self, on: bool) -> None:
        """Stay with the newest epoch, or here."""
        on = on and not self._waits()
        self._window.explorer.player.follow(on)
        self._window.commands["play.follow"].setChecked(on)
        self._window.presenter.wake("moment")

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._window.player.speed = speed
        self._window.doings.clock_changed()

    def change_speed(self, steps: int) -> None:
        """Play at the next slower or faster speed."""
        player = self._window.player
        nearest = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - player.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])
        self._window.presenter.wake("moment")

    def set_ping_pong(self, on: bool) -> None:
        """Turn round at both ends, or stay there."""
        self.set_end("ping-pong" if on else "stop")

    def set_end(self, at_end: str) -> None:
        """Decide what happens at the end: one of `player.ENDS`."""
        self._window.player.at_end = at_end
        self._window.doings.clock_changed()
        self._window.presenter.wake("moment")

    def set_pace(self, pace: str) -> None:
        """Decide how time passes: one of `player.PACES`."""
        self._window.player.pace = pace
        self._window.doings.clock_changed()
        self._window.presenter.wake("moment")

    def set_spacing(self, spacing: str) -> None:
        """Space the epochs on the timeline: one of `player.SPACINGS`."""
        self._window.player.set_spacing(spacing)
        self._window.doings.clock_changed()
        self._window.presenter.show_all()

    def set_clock(self, player: Player, values: Mapping[str, Any]) -> None:
        """Let the time of a player pass as it did; it stays at its moment.

        Parameters
        ----------
        player : Player
        values : mapping of str to object
            Of `speed`, `at_end`, `pace` and `spacing`.
        """
        for name, value in values.items():
            player.set_spacing(value) if name == "spacing" else setattr(player, name, value)
        self._window.presenter.show_all()

    # Bookmarks

    def add_bookmark(self, name: str = "") -> None:
        """Mark this moment."""
        if not self._window.current.shows_run or self._window.explorer.run is None:
            self._window.note.say(tr("Bookmarks mark moments of a run: open one first."))
            return
        try:
            self._window.explorer.add_bookmark(name)
        except UserError as error:
            self._window.note.say_error(error)

    def go_to_bookmark(self, steps: int) -> None:
        """Go to the next bookmark or the one before."""
        if self._waits():
            return
        if not self._window.explorer.go_to_bookmark(steps):
            self._window.note.say(tr("There is no further bookmark: B marks a moment."))

    def rename_bookmark(self, number: int, name: str) -> None:
        """Give a bookmark another name."""
        explorer = self._window.explorer
        explorer.set_bookmarks(explorer.bookmarks.rename(number, name))

    def remove_bookmark(self, number: int) -> None:
        """Take a bookmark away."""
        explorer = self._window.explorer
        explorer.set_bookmarks(explorer.bookmarks.remove(number))
