"""The commands that play, step and mark moments."""

from collections.abc import Iterator

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command


def time_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what plays, steps and marks moments."""
    transport = window.transport
    yield Command(
        "play.toggle", "Play or pause", "Let time run.", transport.toggle_playing, "Space"
    )
    yield Command(
        "play.back",
        "Step back",
        "To the recorded moment before.",
        lambda: transport.step(-1),
        "Left",
    )
    yield Command(
        "play.forward",
        "Step forward",
        "To the next recorded moment.",
        lambda: transport.step(1),
        "Right",
    )
    yield Command(
        "play.home", "To the start", "Before training.", lambda: transport.jump(False), "Home"
    )
    yield Command(
        "play.end", "To the end", "The last recorded moment.", lambda: transport.jump(True), "End"
    )
    yield SEPARATOR
    yield Command(
        "play.slower", "Slower", "Half the speed.", lambda: transport.change_speed(-1), "-"
    )
    yield Command(
        "play.faster", "Faster", "Twice the speed.", lambda: transport.change_speed(1), "+; ="
    )
    yield Command(
        "play.loop",
        "Loop",
        "Begin again at the end.",
        transport.set_looping,
        "L",
        checked=False,
        icon="loop",
    )
    yield Command(
        "play.pingpong",
        "Back and forth",
        "Turn round at both ends.",
        transport.set_ping_pong,
        "Shift+L",
        checked=False,
        icon="ping-pong",
    )
    yield Command(
        "play.follow",
        "Follow the newest moment",
        "While the network trains.",
        transport.set_following,
        "F",
        checked=False,
        icon="follow",
    )
    yield Command(
        "view.recorded",
        "Recorded moments only",
        "Show nothing that lies between two recorded moments.",
        lambda on: window.looks.set("recorded_only", on),
        "E",
        checked=False,
        group="Time",
    )
    yield SEPARATOR
    yield Command(
        "play.bookmark",
        "Bookmark this moment",
        "Mark it on the timeline.",
        transport.add_bookmark,
        "B",
        icon="bookmark",
        enabled=lambda: window.current.shows_run and window.explorer.run is not None,
        needs="Open a run first: the rooms of models have no bookmarks.",
    )
    yield Command(
        "play.bookmark.previous",
        "Previous bookmark",
        "Go to the bookmark before.",
        lambda: transport.go_to_bookmark(-1),
        "Shift+Left",
        enabled=lambda: bool(window.explorer.bookmarks),
        needs="B marks a moment.",
    )
    yield Command(
        "play.bookmark.next",
        "Next bookmark",
        "Go to the next bookmark.",
        lambda: transport.go_to_bookmark(1),
        "Shift+Right",
        enabled=lambda: bool(window.explorer.bookmarks),
        needs="B marks a moment.",
    )
