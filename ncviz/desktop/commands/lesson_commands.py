"""The commands of a lesson that is played."""

from collections.abc import Iterator
from functools import partial

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.explorer.room_names import LEARN
from ncviz.language import named, tr
from ncviz.lessons.places import FILM, HANDOUT, PAGE

NEEDS = tr("Begin a lesson first, in the Learn room.")


def lesson_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what one does in a lesson."""
    strip = window.lesson_strip

    def is_played() -> bool:
        return not strip.isHidden()

    yield Command(
        "learn.lessons",
        tr("Lessons"),
        tr("What there is to learn, step by step."),
        lambda: window.enter(LEARN),
        "Ctrl+0",
        group=named("Rooms"),
        words=tr("learn teach tutorial course student"),
    )
    yield Command(
        "learn.open",
        tr("Open lesson…"),
        tr("Play a lesson of your own, a TOML file."),
        lambda: window.rooms.learn.ask_file(),
        words=tr("toml own teacher"),
    )
    yield Command(
        "learn.formulas",
        tr("Words with formulas"),
        tr("What is pointed at is told with its formula, too."),
        lambda on: window.appearance.set("formulas", on),
        checked=False,
        words=tr("level plain symbols mathematics"),
    )
    yield SEPARATOR
    for suffix, text, tip in (
        (
            HANDOUT,
            tr("Save lesson as handout…"),
            tr("Its pictures and questions as pages to print."),
        ),
        (FILM, tr("Save lesson as film…"), tr("Its pictures, words and deeds as a film.")),
        (
            PAGE,
            tr("Save lesson as page…"),
            tr("Its scenes and questions as one file for any browser."),
        ),
    ):
        save = partial(lambda suffix: window.rooms.learn.ask_to_save(suffix), suffix)
        yield Command(f"learn.save{suffix}", text, tip, save, enabled=is_played, needs=NEEDS)
    yield Command(
        "learn.give_up",
        tr("Give up saving the lesson"),
        tr("Ends the saving that is under way; nothing of it is left."),
        lambda: window.rooms.learn.saving.cancel(),
        enabled=lambda: window.rooms.is_made(LEARN) and window.rooms.learn.saving.is_running,
        needs=tr("No lesson is being saved."),
    )
    yield SEPARATOR
    for name, text, tip, run, keys in (
        ("next", tr("Next step"), tr("Go on in the lesson."), strip.go_on, "PgDown"),
        (
            "back",
            tr("Step before"),
            tr("Go back in the lesson."),
            lambda: strip.stepped.emit(-1),
            "PgUp",
        ),
        (
            "again",
            tr("Show this step again"),
            tr("Show what the step of the lesson began with."),
            strip.again.emit,
            "Ctrl+L",
        ),
        (
            "leave",
            tr("Leave the lesson"),
            tr("It goes on here the next time."),
            strip.left.emit,
            "",
        ),
    ):
        yield Command(f"learn.{name}", text, tip, run, keys, enabled=is_played, needs=NEEDS)
