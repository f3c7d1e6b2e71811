"""The commands of a lesson that is played."""

from collections.abc import Iterator
from functools import partial

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.explorer.room_names import LEARN
from ncviz.lessons.places import FILM, HANDOUT

NEEDS = "Begin a lesson first, in the Learn room."


def lesson_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what one does in a lesson."""
    strip = window.lesson_strip

    def is_played() -> bool:
        return not strip.isHidden()

    yield Command(
        "learn.lessons",
        "Lessons",
        "What there is to learn, step by step.",
        lambda: window.enter(LEARN),
        "Ctrl+0",
        group="Rooms",
        words="learn teach tutorial course student",
    )
    yield Command(
        "learn.open",
        "Open lesson…",
        "Play a lesson of your own, a TOML file.",
        lambda: window.rooms.learn.ask_file(),
        words="toml own teacher",
    )
    yield Command(
        "learn.formulas",
        "Words with formulas",
        "What is pointed at is told with its formula, too.",
        lambda on: window.appearance.set("formulas", on),
        checked=False,
        words="level plain symbols mathematics",
    )
    yield SEPARATOR
    for suffix, text, tip in (
        (HANDOUT, "Save lesson as handout…", "Its pictures and questions as pages to print."),
        (FILM, "Save lesson as film…", "Its pictures, words and deeds as a film."),
    ):
        save = partial(lambda suffix: window.rooms.learn.ask_to_save(suffix), suffix)
        yield Command(f"learn.save{suffix}", text, tip, save, enabled=is_played, needs=NEEDS)
    yield SEPARATOR
    for name, text, tip, run, keys in (
        ("next", "Next step", "Go on in the lesson.", strip.go_on, "PgDown"),
        ("back", "Step before", "Go back in the lesson.", lambda: strip.stepped.emit(-1), "PgUp"),
        (
            "again",
            "Show this step again",
            "Show what the step of the lesson began with.",
            strip.again.emit,
            "Ctrl+L",
        ),
        ("leave", "Leave the lesson", "It goes on here the next time.", strip.left.emit, ""),
    ):
        yield Command(f"learn.{name}", text, tip, run, keys, enabled=is_played, needs=NEEDS)
