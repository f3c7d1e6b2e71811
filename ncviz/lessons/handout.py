"""A lesson on paper: its pictures, its questions, and room to write."""

import io
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ncviz.explorer.room_names import LAYERS, TRAIN
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_plan import ModelPlan
from ncviz.export.pages import drawing
from ncviz.export.styles import scene_theme, style_named
from ncviz.language import tr
from ncviz.lessons.lesson import CHOICE, Lesson, LessonStage, LessonStep
from ncviz.lessons.staging import run_of
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.view_text import text_to_view
from ncviz.wording import three_digits

WIDE, HIGH = 8.27, 11.69  # inches of an A4 page
A_PAGE = 3  # steps
RIGHT, LEFT = 0.46, 0.08  # of the page, where pictures and words begin
LETTERS = 46  # in a line of words
LINE = 0.0165  # of the page
LINES_TO_WRITE = 3

Pixels = NDArray[Any]


def write_handout(
    lesson: Lesson, out: Path, truths: dict[int, float], *, answers: bool = False
) -> Path:
    """Write a lesson as pages to print.

    Parameters
    ----------
    lesson : Lesson
    out : Path
        A PDF.
    truths : mapping of int to float
        As `check_stages` returns them.
    answers : bool
        For the teacher: with what is right, and why.

    Raises
    ------
    UserError
        If a step cannot be drawn, or the file cannot be written.
    """
    buffer = io.BytesIO()
    with drawing(_words(lesson)), PdfPages(buffer, metadata={"CreationDate": None}) as pages:
        for first in range(0, len(lesson.steps), A_PAGE):
            page = Figure((WIDE, HIGH))
            _head(page, lesson, first)
            for place, number in enumerate(range(first, min(first + A_PAGE, len(lesson.steps)))):
                top = 0.87 - place * 0.285
                _write_step(page, lesson.steps[number], number, top, truths, answers=answers)
                picture = _picture(lesson, number)
                if picture is not None:
                    _place(page, picture, top)
            pages.savefig(page)
    write_atomically(out, buffer.getvalue())
    return out


def _words(lesson: Lesson) -> list[str]:
    said = [lesson.title, lesson.able]
    for step in lesson.steps:
        said += [step.say, step.then]
        said += [step.ask.text, *step.ask.options] if step.ask is not None else []
        said += [step.do.say] if step.do is not None else []
    return said


def _head(page: Figure, lesson: Lesson, first: int) -> None:
    if first == 0:
        page.text(LEFT, 0.95, lesson.title, fontsize=16, weight="bold", va="top")
        page.text(LEFT, 0.922, lesson.able, fontsize=9, va="top", color="0.35")
    else:
        page.text(LEFT, 0.95, lesson.title, fontsize=9, va="top", color="0.35")


def _write_step(
    page: Figure,
    step: LessonStep,
    number: int,
    top: float,
    truths: dict[int, float],
    *,
    answers: bool,
) -> None:
    place = top
    for text, style in _lines_of(step, number, truths, answers=answers):
        lines = textwrap.wrap(text, LETTERS) or [""]
        for line in lines:
            page.text(LEFT, place, line, fontsize=9.5, va="top", **style)
            place -= LINE
        place -= 0.3 * LINE
    writes = step.ask is not None and not step.ask.options and not answers
    for _ in range(LINES_TO_WRITE if writes else 0):
        place -= 1.5 * LINE
        page.add_artist(_rule(place))


def _rule(height: float) -> Any:
    return Line2D((LEFT, RIGHT - 0.04), (height, height), color="0.6", linewidth=0.6)


def _lines_of(
    step: LessonStep, number: int, truths: dict[int, float], *, answers: bool
) -> list[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    said = step.say or (step.ask.text if step.ask is not None else "")
    bold = {"weight": "bold"}
    lines.append((f"{number + 1}. {said}" if said else f"{number + 1}.", {}))
    ask = step.ask
    if ask is not None:
        if step.say:
            lines.append((ask.text, bold))
        for place, option in enumerate(ask.options, 1):
            right = answers and ask.kind == CHOICE and ask.answer == place
            lines.append((f"{'●' if right else '○'} {option}", bold if right else {}))
        truth = truths.get(number, ask.answer)
        if answers and ask.is_number and truth is not None:
            lines.append((tr("It is {truth}.", truth=three_digits(truth)), bold))
        if answers:
            replies = ask.replies[int(ask.answer or 1) - 1] if ask.replies else ask.right
            lines += [(replies, {})] if replies else []
    if step.do is not None:
        lines.append((step.do.say, {"style": "normal", "color": "0.25"}))
    if answers and step.then:
        lines.append((step.then, bold))
    if answers and step.notes:
        lines.append((step.notes, {"color": "0.35"}))
    return lines


def _picture(lesson: Lesson, number: int) -> Pixels | None:
    """Return what a step begins with; None where it goes on, or nothing is trained yet."""
    stage = lesson.steps[number].stage
    if stage is None or stage.room == TRAIN:
        return None
    plan = figure_of_stage(lesson, stage)
    run = None if plan.run is None else Run(plan.run)
    content = figure_bytes(figure_from_first_camera(run, plan))
    pixels: Pixels = np.asarray(imread(io.BytesIO(content)))
    return pixels


def figure_of_stage(lesson: Lesson, stage: LessonStage) -> FigurePlan:
    """Return the figure of what a stage begins with."""
    view = text_to_view(stage.view)
    theme = scene_theme(style_named("paper"))
    out, preset = Path("step.png"), "layers" if stage.room == LAYERS else "scene"
    usual: dict[str, Any] = {"theme": "paper", "resolution": 150}
    if not stage.model:
        path = run_of(lesson, stage.run)
        return FigurePlan(out, run=path, view=replace(view, theme=theme), preset=preset, **usual)
    last = 0.0 if isinstance(models()[stage.model], DescentModel) else None
    model = ModelPlan(stage.model, stage.settings, last=last)
    return FigurePlan(out, view=replace(view, theme=theme), preset="scene", model=model, **usual)


def _place(page: Figure, picture: Pixels, top: float) -> None:
    high, wide = picture.shape[:2]
    width = 1 - RIGHT - LEFT
    height = min(width * WIDE / HIGH * high / wide, 0.26)
    axes = page.add_axes((RIGHT, top - height, width, height))
    axes.imshow(picture, aspect="equal", interpolation="antialiased")
    axes.set_axis_off()
