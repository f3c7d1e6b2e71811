"""`ncviz lesson`: what lessons there are, and what is wrong with one's own."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ncviz.charts.plot import first_plots, plots
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.lessons.catalogue import lesson_named, lessons
from ncviz.lessons.facts import FACTS
from ncviz.lessons.lesson import Lesson, LessonStep
from ncviz.lessons.lesson_file import read_lesson
from ncviz.lessons.places import PLACES
from ncviz.lessons.staging import check_stages
from ncviz.metrics.metric import metrics
from ncviz.models.model import models
from ncviz.runs.run import Run
from ncviz.wording import saved_files


def add_kinds(verb: argparse.ArgumentParser) -> None:
    """Add what can be done with lessons to the verb."""
    kinds = verb.add_subparsers(metavar="ACTION")
    each = kinds.add_parser("list", help="what there is")
    each.add_argument("--json", action="store_true", help="JSON instead of text")
    each.set_defaults(command=_list)
    show = kinds.add_parser("show", help="the steps of one, with its questions and answers")
    show.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    show.set_defaults(command=_show)
    handout = kinds.add_parser("handout", help="its pictures and questions as pages to print")
    handout.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    handout.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    handout.add_argument("--answers", action="store_true", help="for the teacher")
    handout.set_defaults(command=_handout)
    film = kinds.add_parser("film", help="its pictures, words and deeds as a film")
    film.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    film.add_argument("--out", type=Path, required=True, metavar="FILE", help=".mp4 or .gif")
    film.add_argument("--theme", choices=("light", "dark"), default="light")
    film.set_defaults(command=_film, draws=True)
    page = kinds.add_parser("page", help="its scenes and questions as one file for any browser")
    page.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    page.add_argument("--out", type=Path, required=True, metavar="FILE.html")
    page.add_argument(
        "--size", default="", metavar="10MB", help="of the file at most; default 12MB"
    )
    page.set_defaults(command=_page, draws=True)
    names = kinds.add_parser("names", help="what a lesson's file can name: runs, plots, numbers")
    names.set_defaults(command=_names)
    check = kinds.add_parser("check", help="say what is wrong with a file, by its line")
    check.add_argument("file", type=Path, metavar="FILE.toml", help="the lesson")
    check.set_defaults(command=_check)


def _list(parsed: argparse.Namespace) -> int:
    if parsed.json:
        print(json.dumps([_plain(lesson) for lesson in lessons().values()], indent=1))
        return 0
    for name, lesson in lessons().items():
        print(f"{name}: {lesson.title}, {lesson.minutes} minutes. {lesson.able}")
    return 0


def _names(_parsed: argparse.Namespace) -> int:
    """Print the names that a lesson's file can use."""
    for each in SAMPLES:
        run = Run(each.path)
        layers, classes = len(run.manifest.layers) - 1, run.manifest.classes - 1
        print(
            f"run {each.key}: layers 0 to {layers}, epochs 0 to {run.epochs[-1]}, classes 0 to "
            f"{classes}; plots at first {', '.join(first_plots(run))}"
        )
        print(f"    recorded epochs: {', '.join(map(str, run.epochs))}")
    lists: dict[str, Iterable[str]] = {
        "plots of a run": plots(),
        **{f"curves of {name}": plot.curves for name, plot in plots().items() if plot.curves},
        "reads of a run": metrics(),
        "model": models(),
        "point, hides": PLACES,
    }
    for what, names in lists.items():
        print(f"{what}: {', '.join(names)}")
    for name, words in FACTS.items():
        print(f"until {name}: {words}")
    return 0


def _counted_steps(lesson: Lesson) -> str:
    count = len(lesson.steps)
    return f"{count} step{'s' * (count != 1)}"


def _plain(lesson: Lesson) -> dict[str, Any]:
    return {
        "name": lesson.name,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "able": lesson.able,
        "steps": len(lesson.steps),
    }


def _show(parsed: argparse.Namespace) -> int:
    lesson = lesson_named(parsed.name)
    truths = check_stages(lesson)
    print(f"{lesson.title}, {lesson.minutes} minutes\n{lesson.able}")
    for number, step in enumerate(lesson.steps):
        _print_step(step, number + 1, lesson.stage_of(number).room, truths.get(number))
    return 0


def _print_step(step: LessonStep, number: int, room: str, truth: float | None) -> None:
    print(f"\n{number}. {room}" + (f": {step.say}" if step.say else ""))
    if step.ask is not None:
        ask = step.ask
        print(f"   ? {ask.text}")
        for place, option in enumerate(ask.options, 1):
            print(f"     {'*' if ask.answer == place else ' '} {option}")
        answer = ask.answer if truth is None else truth
        if not ask.options and answer is not None:
            print(f"     {answer:.4g}")
    if step.do is not None:
        until = "" if step.do.until is None else f" (until {step.do.until.text})"
        print(f"   > {step.do.say}{until}")
    if step.then:
        print(f"   {step.then}")
    if step.notes:
        print(f"   Notes: {step.notes}")


def _handout(parsed: argparse.Namespace) -> int:
    from ncviz.lessons.handout import write_handout

    lesson = lesson_named(parsed.name)
    if parsed.out.suffix.lower() != ".pdf":
        raise UserError(f"--out is {parsed.out}: a handout is a PDF, so write a name.pdf.")
    print(
        saved_files(write_handout(lesson, parsed.out, check_stages(lesson), answers=parsed.answers))
    )
    return 0


def _film(parsed: argparse.Namespace) -> int:
    from ncviz.lessons.lesson_film import write_film

    lesson = lesson_named(parsed.name)
    if parsed.out.suffix.lower() not in (".mp4", ".gif"):
        raise UserError(f"--out is {parsed.out}: write a name.mp4 or a name.gif.")
    print(saved_files(write_film(lesson, parsed.out, check_stages(lesson), theme=parsed.theme)))
    return 0


def _page(parsed: argparse.Namespace) -> int:
    from ncviz.export.page_plan import read_bytes, saved_page
    from ncviz.lessons.lesson_page import USUAL, write_page

    lesson = lesson_named(parsed.name)
    if parsed.out.suffix.lower() not in (".html", ".htm"):
        raise UserError(f"--out is {parsed.out}: write a name.html.")
    most = read_bytes(parsed.size) if parsed.size else USUAL
    path = write_page(lesson, parsed.out, check_stages(lesson), most_bytes=most)
    print(saved_page(path))
    return 0


def _check(parsed: argparse.Namespace) -> int:
    lesson = read_lesson(parsed.file)
    check_stages(lesson)
    print(f"{parsed.file} is a lesson of {_counted_steps(lesson)}: {lesson.title}.")
    return 0
