"""A lesson as a film: each step's picture, its words below, and what is to be done, done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.room_names import TRAIN
from ncviz.export.film_files import open_film_file
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_words import fitting_lines, write_sentence
from ncviz.language import tr
from ncviz.lessons.deeds import after_deed, scenery_of
from ncviz.lessons.film_pictures import TRAINED_THERE, DrawsWay, painter_between
from ncviz.lessons.kinds import CHOICE, CLASS
from ncviz.lessons.lesson import Lesson, Question
from ncviz.lessons.staging import names_of_classes, values_before
from ncviz.rendering.text import write_on
from ncviz.scenes.palette import THEMES
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
    asks : bool
        Whether it is read before an answer is known.
    """

    lines: tuple[str, ...]
    seconds: float
    from_share: float = 0.0
    to_share: float = 0.0
    asks: bool = False


def passages(
    lesson: Lesson, number: int, truths: dict[int, float], *, done: bool = True
) -> Iterator[Passage]:
    """Yield what is read at a step, one page of words after the other.

    Parameters
    ----------
    lesson : Lesson
    number : int
        Of the step, from 0.
    truths : mapping of int to float
        As `check_stages` returns them.
    done : bool
        Whether the film does what is to be done; else what is said of it then is not said.
    """
    step = lesson.steps[number].on_film
    ask, deed = step.ask, step.do
    first = " ".join(filter(None, (step.say, ask.text if ask is not None else "")))
    if first:
        yield replace(_read(first, _choices(lesson, number)), asks=ask is not None)
    if ask is not None and ask.judges:
        names = names_of_classes(lesson, number)
        yield _read(*_answer(ask, truths.get(number, ask.answer), names))
    if deed is not None and done:
        yield replace(_read(deed.say), seconds=DOING, to_share=1.0)
    elif deed is not None:
        stage, there = lesson.stage_of(number), tr("This is for you to do in ncviz.")
        if stage.room == TRAIN:  # without a run the picture says it
            there = TRAINED_THERE if stage.run else ""
        yield _read(deed.say, there)
    if step.then and done:
        ends = float(deed is not None)
        yield replace(_read(step.then), from_share=ends, to_share=ends)


def _choices(lesson: Lesson, number: int) -> str:
    """Return what there is to choose among, or what a place is sought beside."""
    ask = lesson.steps[number].ask
    if ask is not None and ask.kind == CHOICE:
        return " · ".join(f"{n}. {option}" for n, option in enumerate(ask.options, 1))
    before = ", ".join(map(three_digits, values_before(lesson, number)))
    return tr("In the layers before: {values}.", values=before) if before else ""


def _answer(ask: Question, truth: float | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is told of a question that nobody who sees a film has answered."""
    if truth is None:
        return (ask.right,)
    if ask.is_number:
        return (f"{tr('It is {truth}.', truth=three_digits(truth))} {ask.right}",)
    if ask.kind == CLASS:
        return names[int(truth)], ask.right
    if ask.kind != CHOICE:
        return (ask.right,)
    option = int(truth)
    said = ask.replies[option - 1] if ask.replies else ask.right
    return f"{option}. {ask.options[option - 1]}", said


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
    after = scenery_of(lesson, lesson.stage_of(0))
    for number, step in enumerate(lesson.steps):
        before = after.at_rest if step.stage is None else scenery_of(lesson, step.stage)
        after, done = after_deed(step, before)
        pages = list(passages(lesson, number, truths, done=done))
        drawn: dict[frozenset[str], DrawsWay] = {}
        for page, passage in enumerate(pages):
            hidden = step.hidden_at_first if passage.asks else frozenset(step.hides)
            if hidden not in drawn:
                drawn[hidden] = painter_between(before, after, theme, _size(), hidden)
            frames = max(round(passage.seconds * RATE), 1)
            way = passage.to_share - passage.from_share
            shown: Pixels | None = None
            for k in range(0, frames, every):
                if shown is None or way:
                    share = passage.from_share + way * (k + 1) / frames
                    shown = _shown(drawn[hidden].frame(share), passage.lines, lesson.title, theme)
                yield shown, (number + (page + (k + 1) / frames) / len(pages)) / count


def _size() -> tuple[int, int]:
    """Return width and height of the picture above the words."""
    return WIDTH, (HEIGHT - round(WORDS * HEIGHT)) // 2 * 2


def _shown(picture: Pixels, lines: tuple[str, ...], title: str, theme: str) -> Pixels:
    """Return a frame: a picture, and words below it."""
    frame = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    background = THEMES[theme].background
    frame[:] = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
    frame[: len(picture)] = picture
    _write(frame, lines, title, theme)
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
            write_sentence(frame, broken, size, (ink, colors.background), (margin, place))
            place += LINE * size
