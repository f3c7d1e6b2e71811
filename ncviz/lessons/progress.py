"""How far one is in each lesson, as values that JSON can hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.lessons.kinds import Guess
from ncviz.lessons.lesson import Lesson
from ncviz.lessons.playing import LessonStanding
from ncviz.user_folders import data_folder

LONGEST_GUESS = 2000  # characters
MOST_STEPS_KEPT = 1000


def progress_path() -> Path:
    """Return the file in which it is kept, which need not be there."""
    return data_folder() / "lessons.json"


def key_of(lesson: Lesson, *, ships: bool) -> str:
    """Return the name under which the progress of a lesson is kept."""
    return lesson.name if ships else str(lesson.path.resolve())


def to_json(standing: LessonStanding) -> dict[str, Any]:
    """Return what is kept."""
    guesses = {str(step): guess for step, guess in (standing.guesses or {}).items()}
    return {"step": standing.step, "guesses": guesses, "finished": standing.finished}


def from_json(values: object) -> LessonStanding:
    """Return what was kept; what is damaged is as if there had been nothing."""
    if not isinstance(values, Mapping):
        return LessonStanding()
    step, kept = values.get("step"), values.get("guesses")
    guesses: dict[int, Guess] = {}
    for name, guess in kept.items() if isinstance(kept, Mapping) else ():
        if not (isinstance(name, str) and name.isascii() and name.isdigit() and len(name) < 4):
            continue
        if isinstance(guess, str):
            guesses[int(name)] = guess[:LONGEST_GUESS]
        elif isinstance(guess, int | float) and not isinstance(guess, bool):
            guesses[int(name)] = float(guess)
    whole = isinstance(step, int) and not isinstance(step, bool)
    return LessonStanding(
        min(max(step, 0), MOST_STEPS_KEPT) if whole and isinstance(step, int) else 0,
        guesses,
        values.get("finished") is True,
    )
