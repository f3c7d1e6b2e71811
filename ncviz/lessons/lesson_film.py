"""A lesson as a film: each step's picture, its words below, and what is to be done, done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.room_names import TRAIN
from ncviz.export.beside import Beside
from ncviz.export.film_files import open_film_file
from ncviz.export.film_frames import Painter
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_words import fitting_lines
from ncviz.export.first_camera import film_from_first_camera
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.language import tr
from ncviz.lessons.kinds import CHOICE
from ncviz.lessons.lesson import Lesson, LessonStage, LessonStep, Question
from ncviz.lessons.staging import run_of
from ncviz.models.descent import DescentModel
from ncviz.models.optimum import OptimumModel
from ncviz.rendering.text import write_on
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES
from ncviz.scenes.view_text import text_to_view
from ncviz.wording import three_digits

WIDTH, HEIGHT, RATE = 1280, 720, 25.0
WORDS = 0.27  # of the height, below the picture
LETTERS = 0.042  # size of the type, of the height
LINE = 1.35  # height of a line, in sizes of its type
MOST_LINES = 4
A_WORD, LEAST, DOING = 0.35, 2.5, 5.0  # seconds: to read, of a page of words, of a deed

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Passage:
    """A part of the film: words, and from where to where the picture goes meanwhile.

    Parameters
    ----------
    lines : tuple of str
        What is said, and the answers to choose among.
    seconds : float
    from_share, to_share : float
        Of the way that the step's deed asks for.
    """

    lines: tuple[str, ...]
    seconds: float
    from_share: float = 0.0
    to_share: float = 0.0


def passages(lesson: Lesson, number: int, truths: dict[int, float]) -> Iterator[Passage]:
    """Yield what is read at a step, one page of words after the other."""
    step = lesson.steps[number]
    ask, deed = step.ask, step.do
    first = " ".join(filter(None, (step.say, ask.text if ask is not None else "")))
    if first:
        options = ask.options if ask is not None and ask.kind == CHOICE else ()
        yield _read(first, " · ".join(f"{n}. {option}" for n, option in enumerate(options, 1)))
    if ask is not None and ask.judges:
        yield _read(*_answer(ask, truths.get(number, ask.answer)))
    if deed is not None:
        yield replace(_read(deed.say), seconds=DOING, to_share=1.0)
    if step.then:
        done = float(deed is not None)
        yield replace(_read(step.then), from_share=done, to_share=done)


def _answer(ask: Question, truth: float | None) -> tuple[str, ...]:
    """Return what is told of a question that nobody who sees a film has answered."""
    if truth is None:
        return (ask.right,)
    if ask.is_number:
        return (f"{tr('It is {truth}.', truth=three_digits(truth))} {ask.right}",)
    if ask.kind != CHOICE:
        return (ask.right,)
    option = int(truth)
    said = ask.replies[option - 1] if ask.replies else ask.right
    return said, f"{option}. {ask.options[option - 1]}"


def _read(*lines: str) -> Passage:
    words = sum(len(line.split()) for line in lines)
    return Passage(tuple(filter(None, lines)), max(LEAST, A_WORD * words))


def write_film(
    lesson: Lesson,
    out: Path,
    truths: dict[int, float],
    *,
    theme: str = "light",
    tell: Callable[[float], object] = lambda _share: None,
) -> Path:
    """Draw a lesson as a film.

    Parameters
    ----------
    lesson : Lesson
    out : Path
        A file .mp4 or .gif.
    truths : mapping of int to float
        As `check_stages` returns them.
    theme : str
        'light' or 'dark'.
    tell : callable
        Told how much is done, 0…1.

    Raises
    ------
    UserError
        If a step cannot be drawn, or the file cannot be written.
    """
    whole = FilmPlan(out, width=WIDTH, height=HEIGHT, rate=RATE, over="camera")
    film = open_film_file(whole, {"lesson": lesson.title})
    try:
        frames = _frames(lesson, truths, theme)
        if whole.suffix == "gif":
            film.begin([frame for frame, _ in _frames(lesson, truths, theme, every=200)])
        for frame, share in frames:
            film.write(frame)
            tell(share)
        film.finish()
    except BaseException:  # Ctrl+C
        film.discard()
        raise
    return out


def _frames(
    lesson: Lesson, truths: dict[int, float], theme: str, every: int = 1
) -> Iterator[tuple[Pixels, float]]:
    count = len(lesson.steps)
    painter: Painter | None = None
    at: float | None = None  # where the last deed has led
    stands = 0.0  # on the way of the picture that is still seen
    for number, step in enumerate(lesson.steps):
        stage = lesson.stage_of(number)
        made_anew = step.stage is not None or step.do is not None
        stands = 0.0 if made_anew else stands
        if made_anew:
            at = None if step.stage is not None else at
            painter, at = _painter(lesson, step, stage, theme, at)
        pages = list(passages(lesson, number, truths))
        for page, passage in enumerate(pages):
            frames = max(round(passage.seconds * RATE), 1)
            picture: Pixels | None = None
            for k in range(0, frames, every):
                way = passage.to_share - passage.from_share
                share = max(passage.from_share + way * (k + 1) / frames, stands)
                if picture is None or way:
                    picture = _picture(painter, share, theme)
                shown = picture.copy()
                _write(shown, passage.lines, lesson.title, theme)
                done = (page + (k + 1) / frames) / len(pages)
                yield shown, (number + done) / count
        stands = max(stands, float(step.do is not None))


def _picture(painter: Painter | None, share: float, theme: str) -> Pixels:
    frame = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    background = THEMES[theme].background
    frame[:] = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
    if painter is not None:
        drawn = painter.frame(share)
        frame[: len(drawn)] = drawn
    return frame


def _write(frame: Pixels, lines: tuple[str, ...], title: str, theme: str) -> None:
    colors, size = THEMES[theme], round(LETTERS * HEIGHT)
    margin, top = round(1.2 * size), HEIGHT - round(WORDS * HEIGHT)
    write_on(
        frame,
        title,
        round(0.6 * size),
        (colors.quiet, colors.background),
        (WIDTH - margin, HEIGHT - round(0.4 * size)),
        "rs",
    )
    place = top + 0.4 * size
    for number, line in enumerate(lines):
        for broken in fitting_lines(line, size, WIDTH - 2 * margin, MOST_LINES):
            ink = colors.quiet if number else colors.text
            write_on(frame, broken, size, (ink, colors.background), (margin, place), "lt")
            place += LINE * size


def _painter(
    lesson: Lesson, step: LessonStep, stage: LessonStage, theme: str, at: float | None
) -> tuple[Painter | None, float | None]:
    """Return what draws the way that a step's deed asks for, and where it ends.

    Parameters
    ----------
    at : float or None
        Where the step before has led on this stage; None for where the stage begins.
    """
    if stage.room == TRAIN:
        return None, None
    view = replace(text_to_view(stage.view), theme=theme)
    usual: dict[str, Any] = {
        "out": Path("lesson.mp4"),
        "view": view,
        "width": WIDTH,
        "height": (HEIGHT - round(WORDS * HEIGHT)) // 2 * 2,
        "rate": RATE,
    }
    if stage.model:
        model, at = _of_model(step, stage, at)
        plan = FilmPlan(over="model", model=model, **usual)
        for _ in model_path(model).computed(view):
            pass
        return Painter(film_from_first_camera(plan), None), at
    path = run_of(lesson, stage.run)
    if path is None:
        return None, None
    run = Run(path)
    first = run.recorded(round(view.epoch if at is None else at))
    last = _wanted(step, "epoch", first)
    last = next((epoch for epoch in run.epochs if epoch >= last), run.epochs[-1])
    second = run_of(lesson, stage.beside)
    beside = None if second is None else Beside(second, view)
    plan = FilmPlan(run=path, first_epoch=first, last_epoch=int(last), beside=beside, **usual)
    return Painter(film_from_first_camera(plan), run), float(last)


def _of_model(step: LessonStep, stage: LessonStage, at: float | None) -> tuple[ModelPlan, float]:
    plan = ModelPlan(stage.model, stage.settings)
    model = plan.model
    if isinstance(model, DescentModel):
        first = at if at is not None else float(model.steps - 1 if stage.plays else 0)
        # What is asked of anything else comes by playing to the end.
        last = _wanted(step, "step", first + 1.0 if step.do is None else float(model.steps))
        return replace(plan, first=first, last=last), last
    assert isinstance(model, OptimumModel)
    start = float(getattr(plan.parameters, model.along)) if at is None else at
    end = _wanted(step, model.along, start)
    step_aside = 1.0001 if model.logarithmic else 1.0 + 1e-6
    return replace(plan, first=start, last=end if end != start else start * step_aside), end


def _wanted(step: LessonStep, name: str, otherwise: float) -> float:
    """Return the number to which a deed takes a fact; another one where it is of other things."""
    until = step.do.until if step.do is not None else None
    for part in until.parts if until is not None else ():
        if part.name == name and isinstance(part.value, float):
            return part.value
    return otherwise
