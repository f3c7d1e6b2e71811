"""Reads a lesson from its TOML file, strictly: what does not fit gets one sentence and its line."""

import functools
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.explorer.room_names import COMPARE, THEORY, TRAIN
from ncviz.language import tr
from ncviz.lessons.condition import read_condition
from ncviz.lessons.facts import FACTS, known_names, names_of_numbers
from ncviz.lessons.lesson import (
    MOST_STEPS,
    Deed,
    Lesson,
    LessonStage,
    LessonStep,
    PageWords,
    Question,
    with_page,
)
from ncviz.lessons.lesson_lines import with_line
from ncviz.lessons.places import ALONE, FIELD, MARKS, SLIDER
from ncviz.lessons.plot_check import check_plots
from ncviz.lessons.question_check import check_question
from ncviz.models.model import models
from ncviz.nearest import one_among
from ncviz.parameters import declared, from_plain
from ncviz.parameters.declaring import Declared, Plan
from ncviz.parameters.toml_file import read_toml, within
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.wording import lower_first

_ROOM_OF = {"slider": THEORY, "sliders": THEORY} | dict.fromkeys(
    ("field", "recipe", "train"), TRAIN
)
OF_VIEW = "epoch", "layer", "classes", "hidden", "camera", "samples", "means", "classifier", "etf"
TABLES = "window", "model", "recipe", "ask", "do", "page"  # of a step
USUAL_RUN = "demonstration"  # where a lesson has not said which


def read_lesson(path: Path) -> Lesson:
    """Read a lesson.

    Parameters
    ----------
    path : Path
        A TOML file; its name is the lesson's.

    Raises
    ------
    UserError
        Naming the file, the line and the key that cannot be.
    """
    where = tr("The lesson {path}", path=path)
    text, values = read_toml(path, where)
    try:
        return _lesson(path, values, where)
    except UserError as error:
        raise with_line(error, where, text) from error


def _lesson(path: Path, values: dict[str, Any], where: str) -> Lesson:
    steps = values.pop("step", [])
    _check_tops(values, bool(steps), where)
    found = _read(Lesson(), values, where, "")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise UserError(
            tr(
                "{where}: step is no list: write [[step]], with two brackets, above each.",
                where=where,
            )
        )
    if not 1 <= len(steps) <= MOST_STEPS:
        raise UserError(
            tr(
                "{where} has {count} steps: write 1 to {most_steps}, as [[step]].",
                where=where,
                count=len(steps),
                most_steps=MOST_STEPS,
            )
        )
    made: list[LessonStep] = []
    lesson = replace(found, name=path.stem, path=path)
    for number, step in enumerate(steps, 1):
        made.append(_step(step, number, lesson, tuple(made), where))
        lesson = replace(lesson, steps=tuple(made))
    return lesson


def _check_tops(values: Mapping[str, Any], has_steps: bool, where: str) -> None:
    """Refuse tables beside the steps, and a file of another kind."""
    foreign = values.keys() - declared(Lesson()).keys()
    if foreign and not has_steps and foreign <= declared(Recipe()).keys():
        raise UserError(
            tr(
                "{where} is a recipe: open it in the room Train, or write it below [step.recipe].",
                where=where,
            )
        )
    for name in sorted(foreign):
        if isinstance(values[name], dict | list):
            whole = f"[step.{name}]" if name in TABLES else "[[step]]"
            raise UserError(
                tr(
                    "{where}: [{name}] is no table of a lesson: write {whole}.",
                    where=where,
                    name=name,
                    whole=whole,
                )
            )


def _step(
    values: dict[str, Any], number: int, so_far: Lesson, before: tuple[LessonStep, ...], where: str
) -> LessonStep:
    table = f"step {number}"
    own = dict(values)
    tables: dict[str, Any] = {
        name: _table(own.pop(name), where, f"{table} {name}") for name in TABLES if name in own
    }
    for name, value in own.items():
        if isinstance(value, dict):
            raise UserError(
                tr(
                    "{where}: {table} {name} is no table of a step: choose {tables}.",
                    where=where,
                    table=table,
                    name=name,
                    tables=one_among(name, [f"[step.{each}]" for each in TABLES]),
                )
            )
    step = _read(LessonStep(), own, where, table)
    stage = _stage(tables, where, table)
    if stage is None and not before:
        stage = LessonStage()
    if stage is not None and _needs_run(stage, before):
        stage = replace(stage, run=USUAL_RUN)
    hides = tuple(dict.fromkeys((*so_far.hides, *step.hides)))
    step = replace(step, stage=stage, hides=hides)
    lesson = replace(so_far, steps=(*before, step))
    now = lesson.stage_of(number - 1)
    if "ask" in tables:
        step = replace(step, ask=_question(tables["ask"], where, f"{table} ask"))
    if "do" in tables:
        step = replace(step, do=_deed(tables["do"], now, where, f"{table} do"))
    if "page" in tables:
        with within(where, own_table := f"{table} page"):
            step = with_page(step, _read(PageWords(), tables["page"], where, own_table))
    if not (step.say or step.ask or step.do):
        raise UserError(
            tr(
                "{where}: {table} says nothing: write say, or [step.ask], or [step.do].",
                where=where,
                table=table,
            )
        )
    return step


def _needs_run(stage: LessonStage, before: tuple[LessonStep, ...]) -> bool:
    """Tell whether nothing has said of which run the picture is."""
    if stage.run or stage.room in (THEORY, TRAIN):
        return False
    stages = (step.stage for step in before if step.stage is not None)
    return not any(each.run or each.room == TRAIN for each in stages)


def _table(value: Any, where: str, table: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UserError(
            tr(
                "{where}: {table} is no table: write it as [step.…] and its keys below.",
                where=where,
                table=table,
            )
        )
    return dict(value)


def _read(plan: Plan, values: Mapping[str, Any], where: str, table: str) -> Plan:
    of = f"{where}: {table}" if table else where
    _check_place(values, of, declared(plan).keys())
    with within(where, table):
        return from_plain(plan, values, lower_first(of.removeprefix("The ")), of)


def _check_place(values: Mapping[str, Any], of: str, own: Set[str] = frozenset()) -> None:
    """Refuse what belongs elsewhere: TOML gives a key to the last table above it."""
    for key, home in _homes().items():
        if key in values and key not in own:
            raise UserError(
                tr(
                    "{of} has {key}, which belongs to the step: write it below [[step]].",
                    of=of,
                    key=key,
                )
                if not home
                else tr(
                    "{of} has {key}, which belongs to [step.{home}]: write it below that.",
                    of=of,
                    key=key,
                    home=home,
                )
            )


@functools.cache
def _homes() -> Mapping[str, str]:
    """Return to which table of a step a key belongs, '' for the step itself."""
    tables = {"window": LessonStage(), "ask": Question(), "do": Deed()}
    found = {key: name for name, plan in tables.items() for key in declared(plan)}
    found = {key: found[key] for key in found.keys() - {"layer", "epoch"}}  # of a view, more likely
    return {"until": "do", **found, **dict.fromkeys(declared(LessonStep()), "")}


def _stage(tables: Mapping[str, Any], where: str, table: str) -> LessonStage | None:
    if not tables.keys() & {"window", "model", "recipe"}:
        return None
    usual = LessonStage(room=THEORY) if "model" in tables else LessonStage()
    usual = LessonStage(room=TRAIN) if "recipe" in tables else usual
    window = tables.get("window", {})
    for key in OF_VIEW:
        if key in window:
            raise UserError(
                tr(
                    "{where}: {table} window has {key}, which stands within a view: write "
                    "view = 'ncviz:v1 {key}=…'.",
                    where=where,
                    table=table,
                    key=key,
                )
            )
    stage = _read(usual, window, where, f"{table} window")
    if "model" in tables:
        stage = _with_model(stage, tables["model"], where, f"{table} model")
    with within(where, f"{table} window"):
        check_plots(stage)
    if "recipe" in tables:
        _check_place(tables["recipe"], f"{where}: {table} recipe", declared(Recipe()).keys())
        with within(where, f"{table} recipe"):
            recipe = recipe_from_dict(tables["recipe"], f"{where}: {table} recipe")
            recipe.check()
        stage = replace(stage, recipe=tables["recipe"])
    if {"model", "recipe"} <= tables.keys():
        raise UserError(
            tr(
                "{where}: {table} recipe stands beside [step.model]: a step shows one of them.",
                where=where,
                table=table,
            )
        )
    for name, room in (("model", THEORY), ("recipe", TRAIN)):
        if (name in tables) != (stage.room == room):
            needs = tr("needs") if stage.room == room else tr("has no use for")
            raise UserError(
                tr(
                    "{where}: {table} window has the room {room!r}, which {needs} "
                    "[step.{name}]: write the one without the other, or both.",
                    where=where,
                    table=table,
                    room=stage.room,
                    needs=needs,
                    name=name,
                )
            )
    if bool(stage.beside) != (stage.room == COMPARE):
        raise UserError(
            tr(
                "{where}: {table} window has beside, but not the room {compare!r}: write both, or "
                "neither.",
                where=where,
                table=table,
                compare=COMPARE,
            )
            if stage.beside
            else tr(
                "{where}: {table} window has the room {compare!r}, but no beside: name the run on "
                "the right.",
                where=where,
                table=table,
                compare=COMPARE,
            )
        )
    return stage


def _with_model(stage: LessonStage, values: dict[str, Any], where: str, table: str) -> LessonStage:
    settings = dict(values)
    name = settings.pop("name", "")
    if name not in models():
        raise UserError(
            tr(
                "{where}: {table} has name = {name!r}: choose {names}.",
                where=where,
                table=table,
                name=name,
                names=one_among(str(name), models()),
            )
        )
    with within(where, table):
        model = models()[name]
        _check_place(settings, f"{where}: {table}", declared(model.parameters()).keys())
        model.check(from_plain(model.parameters(), settings, "model", f"{where}: {table}"))
    return replace(stage, model=name, settings=settings)


def _question(values: dict[str, Any], where: str, table: str) -> Question:
    ask = _read(Question(), values, where, table)
    with within(where, table):
        check_question(ask)
    return ask


def _deed(values: dict[str, Any], stage: LessonStage, where: str, table: str) -> Deed:
    own = dict(values)
    until = own.pop("until", "")
    deed = _read(Deed(), own, where, table)
    with within(where, table):
        if not isinstance(until, str):
            raise ValueError(
                tr("until is {until!r}: write a text such as 'epoch >= 150'", until=until)
            )
        if "until" in values and not until.strip():
            raise ValueError(
                tr("until is empty: leave it out, or write a text such as 'epoch >= 150'")
            )
        condition = read_condition(until) if until else None
        known = known_names(stage.model, stage.room)
        for part in condition.parts if condition else ():
            if part.name not in known and stage.model:
                known = known | names_of_numbers(stage.model)  # which takes a solver
            if part.name not in known:
                names = [*FACTS, *sorted(known - FACTS.keys())]
                raise ValueError(
                    tr(
                        "until has {name!r}: choose {names}",
                        name=part.name,
                        names=one_among(part.name, names),
                    )
                )
        for name in deed.point:
            _check_pointed(name, stage)
    return replace(deed, until=condition)


def _check_pointed(name: str, stage: LessonStage) -> None:
    if name in ALONE:
        raise ValueError(
            tr("point has {name!r}, which can be hidden alone: write timeline", name=name)
            if name == MARKS
            else tr("point has {name!r}, which can be hidden alone: write layers", name=name)
        )
    room = _ROOM_OF.get(name.partition(":")[0])
    if room is not None and stage.room != room:
        raise ValueError(
            tr(
                "point has {name!r}, which is in the room {room!r}, and this step in {other!r}: "
                "choose what is there",
                name=name,
                room=room,
                other=stage.room,
            )
        )
    if not name.startswith((SLIDER, FIELD)):
        return
    start, _, word = name.partition(":")
    plan = models()[stage.model].parameters() if start == "slider" else Recipe()
    known = declared(plan)
    if word not in known:
        called = (
            (key, item.label, getattr(item.parameter, "symbol", "")) for key, item in known.items()
        )
        near = next((key for key, *names in called if word in names), "")
        raise ValueError(
            tr(
                "point has {name!r}, which is not on the screen at this step: write "
                "{start}: and {names}",
                name=name,
                start=start,
                names=near or one_among(word, known),
            )
        )


def _captions(item: Declared) -> tuple[str, str]:
    """Return how a parameter is called on the screen."""
    return item.label, getattr(item.parameter, "symbol", "")
