"""From what a step shows to a state of the window, and the truth of its questions."""

import math
from pathlib import Path

from ncviz.errors import UserError
from ncviz.experiments.experiment import Expected
from ncviz.experiments.found_numbers import numbers_of_run
from ncviz.explorer.bundled_samples import SAMPLES, sample
from ncviz.explorer.room_names import COMPARE, THEORY, TRAIN
from ncviz.explorer.window_state import PlotLayout, SecondRun, WindowState
from ncviz.language import tr
from ncviz.lessons.deed_check import check_deed
from ncviz.lessons.kinds import CLASS, PLACE
from ncviz.lessons.lesson import Lesson, LessonStage, Question
from ncviz.lessons.lesson_lines import text_of, with_line
from ncviz.lessons.reading import truth_of
from ncviz.nearest import one_among
from ncviz.parameters.toml_file import within
from ncviz.runs.run import Run
from ncviz.scenes.compose import with_classes
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view


def run_of(lesson: Lesson, name: str) -> Path | None:
    """Return the folder of a run that a step names: a sample's word, or a path beside the file.

    Raises
    ------
    UserError
        If this installation lacks the sample.
    """
    if not name:
        return None
    if name in {each.key for each in SAMPLES}:
        return sample(name).path
    return lesson.path.parent / Path(name).expanduser()


def state_of(lesson: Lesson, stage: LessonStage) -> WindowState:
    """Return what the window shows on a stage; a camera where the view names none is as it was.

    Raises
    ------
    UserError
        If this installation lacks a sample.
    """
    view = text_to_view(stage.view)
    run, beside = run_of(lesson, stage.run), run_of(lesson, stage.beside)
    theory = {"model": stage.model, stage.model: dict(stage.settings)} if stage.model else {}
    second = SecondRun(beside, view) if stage.room == COMPARE and beside else SecondRun()
    return WindowState(
        stage.room,
        run,
        view,
        plots=PlotLayout(() if stage.model else stage.plots),
        second=second,
        theory=theory,
        recipe=stage.recipe,
    )


def check_stages(lesson: Lesson) -> dict[int, float]:
    """Look whether every step can be shown; return what its questions read, by the step.

    Raises
    ------
    UserError
        Naming the line, the step and what is not there.
    """
    try:
        return _truths(lesson)
    except UserError as error:
        where = tr("The lesson {path}", path=lesson.path)
        raise with_line(error, where, text_of(lesson.path)) from error


def _truths(lesson: Lesson) -> dict[int, float]:
    found: dict[int, float] = {}
    of = tr("The lesson {path}", path=lesson.path)
    for number, step in enumerate(lesson.steps):
        where = tr("The lesson {path}: step {number}", path=lesson.path, number=number + 1)
        stage = lesson.stage_of(number)
        run = _run_named(lesson, stage.run, f"{where} window: run")
        _run_named(lesson, stage.beside, f"{where} window: beside")
        seen = run or _run_before(lesson, number)
        if seen is not None and stage.room not in (THEORY, TRAIN):
            view = text_to_view(stage.view)
            _check_view(view, seen, tr("{where} window", where=where))
            if step.ask is not None and step.ask.kind == CLASS:
                _check_class(step.ask, view, seen, tr("{where} ask", where=where))
        elif step.ask is not None and step.ask.kind == CLASS:
            raise UserError(
                tr("{where} ask: a class is chosen in a run: write [step.window].", where=where)
            )
        if step.ask is not None and step.ask.reads:
            with within(of, f"step {number + 1} ask"):
                found[number] = truth_of(step.ask, stage, run)
            values_before(lesson, number)
        with within(of, f"step {number + 1} do"):
            check_deed(lesson, number, seen, state_of(lesson, stage))
    return found


def _run_named(lesson: Lesson, name: str, where: str) -> Run | None:
    """Return a run that a step names; None for no name."""
    path = run_of(lesson, name)
    if path is None:
        return None
    if not path.exists():
        raise UserError(
            tr(
                "{where} is {name!r}, and no such folder lies beside the lesson: "
                "choose {samples}, or the path of a run.",
                where=where,
                name=name,
                samples=one_among(name, [each.key for each in SAMPLES]),
            )
        )
    try:
        return Run(path)
    except UserError as error:
        raise UserError(
            tr("{where} names a run that cannot be shown. {error}", where=where, error=error)
        ) from error


def _run_before(lesson: Lesson, number: int) -> Run | None:
    """Return the run that is still open at a step; None where it is not certain which one is."""
    for step in reversed(lesson.steps[: number + 1]):
        if step.stage is not None and step.stage.room == TRAIN:
            return None
        if step.stage is not None and step.stage.run:
            path = run_of(lesson, step.stage.run)
            return None if path is None else Run(path)
    return None


def values_before(lesson: Lesson, number: int) -> tuple[float, ...]:
    """Return what is read in the layers before the one that a step asks for; none of other kinds.

    Raises
    ------
    UserError
        If they are not there, or not positive.
    """
    ask, stage = lesson.steps[number].ask, lesson.stage_of(number)
    path = run_of(lesson, stage.run)
    if ask is None or ask.kind != PLACE or path is None:
        return ()
    asked = [Expected(number=ask.reads, layer=k, epoch=ask.epoch) for k in range(ask.layer)]
    found = numbers_of_run(Run(path), asked)
    values = tuple(float(found[each.reading]) for each in asked)  # type: ignore[arg-type]
    if not all(0 < value < math.inf for value in values):
        raise UserError(
            tr(
                "The lesson {path}: step {number} ask: reads is {reads!r}, which is "
                "not a positive number in each layer before: choose another, or the kind 'number'.",
                path=lesson.path,
                number=number + 1,
                reads=ask.reads,
            )
        )
    return values


def names_of_classes(lesson: Lesson, number: int) -> tuple[str, ...]:
    """Return the names of all classes where a step asks for one; none at other questions."""
    ask, path = lesson.steps[number].ask, run_of(lesson, lesson.stage_of(number).run)
    if ask is None or ask.kind != CLASS or path is None:
        return ()
    return Run(path).manifest.class_names


def _check_view(view: View, run: Run, where: str) -> None:
    layers, last = len(run.manifest.layers), run.epochs[-1]
    if not -1 <= view.layer < layers:
        raise UserError(
            tr(
                "{where}: view has layer {layer}: choose 0 to {layers}.",
                where=where,
                layer=view.layer,
                layers=layers - 1,
            )
        )
    if view.epoch > last:
        raise UserError(
            tr(
                "{where}: view has epoch {epoch:g}: choose 0 to {last}.",
                where=where,
                epoch=view.epoch,
                last=last,
            )
        )
    over = [c for c in view.classes if c >= run.manifest.classes]
    if over:
        raise UserError(
            tr(
                "{where}: view has class {over}: choose 0 to {classes}.",
                where=where,
                over=over[0],
                classes=run.manifest.classes - 1,
            )
        )


def _check_class(ask: Question, view: View, run: Run, where: str) -> None:
    shown = with_classes(view, run).shown_classes(run.manifest.classes)
    if ask.answer not in shown:
        known = ", ".join(map(str, shown))
        raise UserError(
            tr(
                "{where}: answer is {answer:g}, a class that is not shown: {known} are.",
                where=where,
                answer=ask.answer,
                known=known,
            )
        )
