"""Finds the lessons: one TOML file in `entries/` is one more."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ncviz.errors import UserError
from ncviz.language import tr, translated
from ncviz.lessons.lesson import PROSE, Lesson
from ncviz.lessons.lesson_file import read_lesson

ENTRIES = Path(__file__).with_name("entries")
SUFFIX = ".toml"


@functools.cache
def lessons() -> Mapping[str, Lesson]:
    """Return every lesson that ships, by name and in order."""
    found = sorted(map(read_lesson, ENTRIES.glob(f"*{SUFFIX}")), key=lambda e: (e.order, e.name))
    return MappingProxyType({each.name: translated(each, PROSE) for each in found})


def lesson_named(name: str) -> Lesson:
    """Return a lesson by its name, or by the path of a TOML file of one's own.

    Raises
    ------
    UserError
        If there is none, or the file cannot be.
    """
    if name.endswith(SUFFIX):
        return read_lesson(Path(name))
    if name not in lessons():
        raise UserError(
            tr(
                "There is no lesson {name!r}: choose one of {lessons}.",
                name=name,
                lessons=", ".join(lessons()),
            )
        )
    return lessons()[name]


def catalogue_name(lesson: Lesson) -> str:
    """Return the name by which `lesson_named` finds a lesson again, in the language of people."""
    ships = lessons().get(lesson.name) is lesson
    return lesson.name if ships else str(lesson.path)
