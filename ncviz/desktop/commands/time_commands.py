"""The commands that play, step and mark moments."""

from collections.abc import Iterator
from functools import partial

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.language import named, tr


def time_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what plays, steps and marks moments."""
    playback = window.playback
    step, jump = playback.step, playback.jump
    for name, text, tip, run, keys in (
        ("toggle", tr("Play or pause"), tr("Let time run."), playback.toggle_playing, "Space"),
        (
            "back",
            tr("Step back"),
            tr("To the recorded moment before."),
            partial(step, -1),
            "Left",
        ),
        (
            "forward",
            tr("Step forward"),
            tr("To the next recorded moment."),
            partial(step, 1),
            "Right",
        ),
        ("home", tr("To the start"), tr("Before training."), partial(jump, False), "Home"),
        ("end", tr("To the end"), tr("The last recorded moment."), partial(jump, True), "End"),
    ):
        yield Command(f"play.{name}", text, tip, run, keys)
    yield SEPARATOR
    speed = playback.change_speed
    yield Command("play.slower", tr("Slower"), tr("Half the speed."), partial(speed, -1), "-")
    yield Command("play.faster", tr("Faster"), tr("Twice the speed."), partial(speed, 1), "+; =")
    loop, both_ways = playback.set_looping, playback.set_ping_pong
    newest = tr("Follow the newest moment")
    for name, text, tip, turn, keys in (
        ("loop", tr("Loop"), tr("Begin again at the end."), loop, "L"),
        ("ping-pong", tr("Back and forth"), tr("Turn round at both ends."), both_ways, "Shift+L"),
        ("follow", newest, tr("While the network trains."), playback.set_following, "F"),
    ):
        key = f"play.{name.replace('-', '')}"
        yield Command(key, text, tip, turn, keys, checked=False, icon=name)
    yield Command(
        "view.recorded",
        tr("Recorded moments only"),
        tr("Show nothing that lies between two recorded moments."),
        lambda on: window.appearance.set("recorded_only", on),
        "E",
        checked=False,
        group=named("Time"),
    )
    yield SEPARATOR
    yield Command(
        "play.bookmark",
        tr("Bookmark this moment"),
        tr("Mark it on the timeline."),
        playback.add_bookmark,
        "B",
        icon="bookmark",
        enabled=lambda: window.current.shows_run and window.explorer.run is not None,
        needs=tr("Open a run first: the rooms of models have no bookmarks."),
    )
    for name, text, tip, steps, keys in (
        ("previous", tr("Previous bookmark"), tr("Go to the bookmark before."), -1, "Shift+Left"),
        ("next", tr("Next bookmark"), tr("Go to the next bookmark."), 1, "Shift+Right"),
    ):
        yield Command(
            f"play.bookmark.{name}",
            text,
            tip,
            partial(playback.go_to_bookmark, steps),
            keys,
            enabled=lambda: bool(window.explorer.bookmarks),
            needs=tr("B marks a moment."),
        )
