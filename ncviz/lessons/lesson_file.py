"""Reads a lesson from its TOML file, strictly: what does not fit gets one sentence and its line."""

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz.charts.plot import plots
from ncviz.errors import UserError
from ncviz.explorer.room_names import COMPARE, THEORY, TRAIN
from ncviz.language import tr
from ncviz.lessons.condition import read_condition
from ncviz.lessons.facts import FACTS, known_names, names_of_numbers
from ncviz.lessons.kinds import CHOICE, CLASS, NUMBER, PLACE, PREDICTION
from ncviz.lessons.lesson import (
    LAST,
    MOST_OPTIONS,
    MOST_STEPS,
    Deed,
    Lesson,
    LessonStage,
    LessonStep,
    Question,
    check_tolerance,
)
from ncviz.lessons.lesson_lines import with_line
from ncviz.lessons.places import ALONE, FIELD, MARKS, SLIDER
from ncviz.models.model import models
from ncviz.parameters import declared, from_plain
from ncviz.parameters.declaring import Plan
from ncviz.parameters.toml_file import read_toml, within
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.wording import lower_first


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
    found = _read(Lesson(), values, where, "")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise UserError(
            tr("{where}: its step is no list: write [[step]] and its keys below.", where=where)
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


def _step(
    values: dict[str, Any], number: int, so_far: Lesson, before: tuple[LessonStep, ...], where: str
) -> LessonStep:
    table = f"step {number}"
    own = dict(values)
    tables: dict[str, Any] = {
        name: _table(own.pop(name), where, f"{table} {name}")
        for name in ("window", "model", "recipe", "ask", "do")
        if name in own
    }
    step = _read(LessonStep(), own, where, table)
    stage = _stage(tables, where, table)
    if stage is None and not before:
        stage = LessonStage(run="demonstration")
    hides = tuple(dict.fromkeys((*so_far.hides, *step.hides)))
    step = replace(step, stage=stage, hides=hides)
    lesson = replace(so_far, steps=(*before, step))
    now = lesson.stage_of(number - 1)
    if "ask" in tables:
        step = replace(step, ask=_question(tables["ask"], where, f"{table} ask"))
    if "do" in tables:
        step = replace(step, do=_deed(tables["do"], now, where, f"{table} do"))
    if not (step.say or step.ask or step.do):
        raise UserError(
            tr(
                "{where}: {table} says nothing: write say, or [step.ask], or [step.do].",
                where=where,
                table=table,
            )
        )
    return step


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
    if not isinstance(plan, Lesson | LessonStep | Deed):
        _check_place(values, of, declared(plan).keys())
    with within(where, table):
        return from_plain(plan, values, lower_first(of.removeprefix("The ")), of)


def _check_place(values: Mapping[str, Any], of: str, own: Set[str] = frozenset()) -> None:
    """Refuse what is said at the end of a step, below its tables: TOML gives it to the last."""
    for key in (values.keys() & declared(LessonStep()).keys()) - own:
        raise UserError(
            tr(
                "{of} has {key}, which belongs to the step: write it below [[step]].",
                of=of,
                key=key,
            )
        )


def _stage(tables: Mapping[str, Any], where: str, table: str) -> LessonStage | None:
    if not tables.keys() & {"window", "model", "recipe"}:
        return None
    usual = LessonStage(room=THEORY) if "model" in tables else LessonStage()
    usual = LessonStage(room=TRAIN) if "recipe" in tables else usual
    stage = _read(usual, tables.get("window", {}), where, f"{table} window")
    if "model" in tables:
        stage = _with_model(stage, tables["model"], where, f"{table} model")
    with within(where, f"{table} window"):
        _check_plots(stage)
    if "recipe" in tables:
        with within(where, f"{table} recipe"):
            recipe = recipe_from_dict(tables["recipe"], f"{where}: {table} recipe")
            recipe.check()
        stage = replace(stage, recipe=tables["recipe"])
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
    if stage.beside and stage.room != COMPARE:
        raise UserError(
            tr(
                "{where}: {table} window has beside, but not the room {compare!r}: write one of "
                "them.",
                where=where,
                table=table,
                compare=COMPARE,
            )
        )
    return stage


def _check_plots(stage: LessonStage) -> None:
    known = [plot.name for plot in models()[stage.model].plots] if stage.model else [*plots()]
    for name in stage.plots:
        if name not in known:
            raise ValueError(
                tr("plots has {name!r}: choose among {plots}", name=name, plots=", ".join(known))
            )


def _with_model(stage: LessonStage, values: dict[str, Any], where: str, table: str) -> LessonStage:
    _check_place(values, f"{where}: {table}")
    settings = dict(values)
    name = settings.pop("name", "")
    if name not in models():
        known = ", ".join(models())
        raise UserError(
            tr(
                "{where}: {table} has name = {name!r}: choose one of {known}.",
                where=where,
                table=table,
                name=name,
                known=known,
            )
        )
    with within(where, table):
        model = models()[name]
        model.check(from_plain(model.parameters(), settings, "model", f"{where}: {table}"))
    return replace(stage, model=name, settings=settings)


def _question(values: dict[str, Any], where: str, table: str) -> Question:
    ask = _read(Question(), values, where, table)
    with within(where, table):
        _check_question(ask)
    return ask


def _check_question(ask: Question) -> None:
    if bool(ask.options) != (ask.kind == CHOICE):
        raise ValueError(
            tr("options belong to the kind {choice!r}, and it needs them", choice=CHOICE)
        )
    if ask.options and not 2 <= len(ask.options) <= MOST_OPTIONS:
        raise ValueError(
            tr(
                "options has {count} answers: write 2 to {most_options}",
                count=len(ask.options),
                most_options=MOST_OPTIONS,
            )
        )
    if ask.replies and len(ask.replies) != len(ask.options):
        raise ValueError(
            tr(
                "replies has {count} texts for {count_2} options",
                count=len(ask.replies),
                count_2=len(ask.options),
            )
        )
    if ask.kind == PREDICTION:
        if ask.answer is not None or ask.reads:
            raise ValueError(
                tr("answer and reads have no use in a prediction, which nothing judges")
            )
    elif ask.is_number:
        if ask.kind == PLACE and not (ask.reads and ask.layer >= 2):
            raise ValueError(
                tr("layer is asked, 2 or more, and reads: a place is beside those before")
            )
        if (ask.answer is None) == (not ask.reads):
            raise ValueError(tr("answer or reads, one of them, says what the number is"))
    else:
        highest = len(ask.options) if ask.kind == CHOICE else 999
        lowest = 1 if ask.kind == CHOICE else 0
        if ask.reads or ask.answer is None or ask.answer not in range(lowest, highest + 1):
            raise ValueError(
                tr(
                    "answer is {answer}: write a whole number, {lowest}–{highest}",
                    answer=ask.answer,
                    lowest=lowest,
                    highest=highest,
                )
            )
    if (ask.is_number or ask.kind == CLASS) and not (ask.right and ask.wrong):
        raise ValueError(tr("right and wrong say what the picture shows: write both"))
    if ask.kind == CHOICE and not (ask.replies or (ask.right and ask.wrong)):
        raise ValueError(tr("replies, or right and wrong, say what the picture shows"))
    if not ask.is_number and (ask.within, ask.within_absolute) != (None, None):
        raise ValueError(tr("within and within_absolute belong to a number or a place"))
    if ask.kind == NUMBER and ask.answer is not None:
        check_tolerance(ask, ask.answer)
    if not ask.reads and (ask.layer != LAST or ask.epoch != LAST):
        raise ValueError(tr("layer and epoch say where a number is read: write reads, too"))


def _deed(values: dict[str, Any], stage: LessonStage, where: str, table: str) -> Deed:
    own = dict(values)
    until = own.pop("until", "")
    deed = _read(Deed(), own, where, table)
    with within(where, table):
        if not isinstance(until, str):
            raise ValueError(
                tr("until is {until!r}: write a text such as 'epoch >= 150'", until=until)
            )
        condition = read_condition(until) if until else None
        known = known_names(stage.model, stage.room)
        for part in condition.parts if condition else ():
            if part.name not in known and stage.model:
                known = known | names_of_numbers(stage.model)  # which takes a solver
            if part.name not in known:
                more = sorted(known - FACTS.keys())
                of_stage = tr(", or one of {more}", more=", ".join(more)) if more else ""
                raise ValueError(
                    tr(
                        "until has {name!r}: choose {facts}{of_stage}",
                        name=part.name,
                        facts=", ".join(FACTS),
                        of_stage=of_stage,
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
    fields = declared(models()[stage.model].parameters()) if stage.model in models() else {}
    for start, room, known in ((SLIDER, THEORY, fields), (FIELD, TRAIN, declared(Recipe()))):
        if name.startswith(start) and (stage.room != room or name[len(start) :] not in known):
            raise ValueError(
                tr("point has {name!r}, which is not on the screen at this step", name=name)
            )
