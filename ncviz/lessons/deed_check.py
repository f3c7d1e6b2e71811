"""Looks whether what a step waits for can be done there, and is not done when it begins."""

from collections.abc import Mapping
from dataclasses import replace

from ncviz.explorer.desks import desk_of
from ncviz.explorer.room_names import THEORY, TRAIN
from ncviz.explorer.window_state import WindowState
from ncviz.lessons.condition import ConditionPart, Fact
from ncviz.lessons.facts import FACTS, facts_of, numbers_as_facts, reach_of
from ncviz.lessons.kinds import CLASS
from ncviz.lessons.lesson import Lesson, LessonStage
from ncviz.lessons.places import FIELD
from ncviz.lessons.reach import Reach, StepBeginning, check_reach, check_until
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.parameters import from_plain, values_of
from ncviz.runs.run import Run
from ncviz.scenes.compose import with_classes


def check_deed(lesson: Lesson, number: int, run: Run | None, state: WindowState) -> None:
    """Refuse what a step, from 0, waits for in vain, or not at all.

    Parameters
    ----------
    lesson : Lesson
    number : int
    run : Run, optional
        The open one, where it is certain which one that is.
    state : WindowState
        What the step's stage shows.

    Raises
    ------
    ValueError
        Saying which comparison it is, and what to write.
    """
    deed = lesson.steps[number].do
    if deed is None or deed.until is None:
        return
    stage, reaches = lesson.stage_of(number), dict[str, Reach]()
    for part in deed.until.parts:
        found = reach_of(part.name, stage, run)
        if part.name == "trained" and stage.room == TRAIN and _may_change_epochs(lesson, number):
            found = Reach(0.0, whole=True)
        check_reach(part, found)
        if found is not None:
            reaches[part.name] = found
    check_until(deed.until, reaches, _beginning(lesson, number, run, state, frozenset(reaches)))


def _first_of_stage(lesson: Lesson, number: int) -> int:
    """Return the step whose stage is still there at another one."""
    own = [n for n in range(number + 1) if lesson.steps[n].stage is not None]
    return own[-1] if own else 0


def _may_change_epochs(lesson: Lesson, number: int) -> bool:
    steps = lesson.steps[_first_of_stage(lesson, number) : number + 1]
    for deed in (step.do for step in steps if step.do is not None):
        parts = deed.until.parts if deed.until is not None else ()
        if {*deed.point} & {"recipe", f"{FIELD}epochs"} or any(p.name == "epochs" for p in parts):
            return True
    return False


def _beginning(
    lesson: Lesson, number: int, run: Run | None, state: WindowState, names: frozenset[str]
) -> StepBeginning:
    first = _first_of_stage(lesson, number)
    deeds = [step.do for step in lesson.steps[first:number] if step.do is not None]
    if any(deed.until is None for deed in deeds):  # as one likes
        return StepBeginning({"turned": 0.0})
    facts = dict(_facts(lesson, number, run, state, names))
    done = dict[str, list[ConditionPart]]()
    for deed in deeds:  # of two that speak of one thing, the later one
        parts = deed.until.parts if deed.until is not None else ()
        done |= {each.name: [part for part in parts if part.name == each.name] for each in parts}
    if deeds:  # what a model or a recipe has become by them is not known
        facts = {name: facts[name] for name in facts.keys() & FACTS.keys() - {"step"}}
    if first < number and lesson.stage_of(number).plays:
        facts = {name: facts[name] for name in facts.keys() - {"epoch", "step"}}
    kinds = {step.ask.kind for step in lesson.steps[first : number + 1] if step.ask is not None}
    if CLASS in kinds:  # which is answered by a click on a sample
        facts.pop("pinned", None)
    return StepBeginning(
        {**facts, "turned": 0.0},
        tuple(part for name, parts in done.items() if name != "turned" for part in parts),
    )


def _facts(
    lesson: Lesson, number: int, run: Run | None, state: WindowState, names: frozenset[str]
) -> Mapping[str, Fact]:
    """Return what is known of the screen where a stage has just been set."""
    stage = lesson.stage_of(number)
    if run is not None:
        state = replace(state, view=with_classes(state.view, run))
    if stage.room == THEORY:
        values = values_of(_parameters(stage))
        state = replace(state, theory={"model": stage.model, stage.model: values})
    facts = facts_of(state, run, state.view.camera)
    trains = [step.stage.room == TRAIN for step in lesson.steps[: number + 1] if step.stage]
    if any(trains):  # of the run that was open before, none is trained
        facts.pop("trained", None)
    if stage.room == TRAIN:
        facts["trained"] = 0.0
    if stage.room == THEORY and isinstance(models()[stage.model], DescentModel):
        facts["step"] = 0.0
    if stage.room == THEORY and names - facts.keys() - FACTS.keys():
        desk = desk_of(models()[stage.model])
        try:
            desk.put(_parameters(stage))
            facts = {**numbers_as_facts(desk), **facts}
        finally:
            desk.close()
    return facts


def _parameters(stage: LessonStage) -> object:
    return from_plain(models()[stage.model].parameters(), stage.settings, "model")
