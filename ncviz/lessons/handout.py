"""A lesson on paper: its pictures, its questions, and room to write."""

import io
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from ncviz.charts.rich_text import in_pieces, unbroken
from ncviz.export.pages import drawing
from ncviz.language import tr
from ncviz.lessons.kinds import CHOICE, CLASS, NUMBER, PLACE, PREDICTION
from ncviz.lessons.lesson import Lesson, LessonStep
from ncviz.lessons.stage_pictures import picture_of_stage
from ncviz.lessons.staging import names_of_classes, values_before
from ncviz.runs.writer import write_atomically
from ncviz.wording import three_digits

WIDE, HIGH = 8.27, 11.69  # inches of an A4 page
RIGHT, LEFT = 0.46, 0.08  # of the page, where pictures and words begin
TOP_OF_FIRST, TOP, FOOT, GAP = 0.88, 0.92, 0.04, 0.025  # of the page
MOST_HIGH = 0.26  # of a picture
SHARES = 1.0, 0.92, 0.85  # of that, tried in turn: no page for a last line alone
BESIDE = 1.6  # times as wide as high at most is a picture that stands beside words
DOTS = 150  # of a picture, an inch
LETTERS, WIDE_LETTERS = 46, 100  # in a line of words, beside a picture and without
LINE, RULE = 0.0165, 0.025  # of the page: a line that is read, and one to write on
WRITTEN = {PREDICTION: 3, NUMBER: 1, PLACE: 1, CLASS: 1}  # lines to write an answer on
RULED = {"ruled": True}  # in the place of a style
TYPE = 9.5  # points
INDEX, LOWERED = 0.68, 0.37  # of a letter: how large, and from how far down, in lines

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
        parts = [_part(lesson, n, truths, answers=answers) for n in range(len(lesson.steps))]
        ways = [_pages_of(parts, share) for share in SHARES]
        number = min(range(len(ways)), key=lambda way: len(ways[way]))
        for first, standing in enumerate(ways[number]):
            page, top = _new_page(lesson, further=bool(first)), TOP if first else TOP_OF_FIRST
            for part in standing:
                _write(page, part.lines, top)
                if part.picture is not None:
                    _place(page, part, top, SHARES[number])
                top -= part.high(SHARES[number]) + GAP
            pages.savefig(page)
    write_atomically(out, buffer.getvalue())
    return out


@dataclass(frozen=True, eq=False)
class HandoutPart:
    """A step on paper: its words, and its picture beside or below them."""

    lines: list["HandoutLine"]
    picture: Pixels | None

    @property
    def below(self) -> bool:
        """Whether the picture stands below the words."""
        return self.picture is not None and _is_wide(self.picture)

    @property
    def words(self) -> float:
        """How high its words are, as a share of the page."""
        return sum(line.high for line in self.lines)

    def high(self, share: float) -> float:
        """Return how much of a page it takes with pictures of a share of their usual height."""
        drawn = 0.0 if self.picture is None else _size(self.picture, share)[1]
        return self.words + drawn if self.below else max(self.words, drawn)


def _part(lesson: Lesson, number: int, truths: dict[int, float], *, answers: bool) -> HandoutPart:
    step = lesson.steps[number]
    picture = _picture(lesson, step, step.hides if answers else step.hidden_at_first)
    is_alone = picture is None or _is_wide(picture)
    before, names = values_before(lesson, number), names_of_classes(lesson, number)
    said = _lines_of(step.off_screen, number, truths, before, names, answers=answers)
    return HandoutPart(_wrapped(said, WIDE_LETTERS if is_alone else LETTERS), picture)


def _pages_of(parts: Sequence[HandoutPart], share: float) -> list[list[HandoutPart]]:
    """Divide parts among pages; none is broken."""
    pages: list[list[HandoutPart]] = [[]]
    top = TOP_OF_FIRST
    for part in parts:
        high = part.high(share)
        if top - high < FOOT and pages[-1]:
            pages.append([])
            top = TOP
        pages[-1].append(part)
        top -= high + GAP
    return pages


def _words(lesson: Lesson) -> list[str]:
    said = [lesson.title, lesson.able]
    for step in lesson.steps:
        said += [step.say, step.then]
        said += [step.ask.text, *step.ask.options] if step.ask is not None else []
        said += [step.do.say] if step.do is not None else []
    return said


def _new_page(lesson: Lesson, *, further: bool = False) -> Figure:
    page = Figure((WIDE, HIGH))
    if further:
        page.text(LEFT, 0.95, lesson.title, fontsize=9, va="top", color="0.35")
    else:
        page.text(LEFT, 0.95, lesson.title, fontsize=16, weight="bold", va="top")
        page.text(LEFT, 0.922, lesson.able, fontsize=9, va="top", color="0.35")
    return page


@dataclass(frozen=True)
class HandoutLine:
    """A line of words, or one to write on, and how much of the page it takes."""

    text: str
    style: dict[str, Any]
    high: float
    ruled: bool = False


def _wrapped(texts: list[tuple[str, dict[str, Any]]], letters: int) -> list[HandoutLine]:
    found = []
    for text, style in texts:
        if style is RULED:
            found.append(HandoutLine("", {}, RULE, ruled=True))
            continue
        lines = textwrap.wrap(unbroken(text), letters) or [""]
        found += [HandoutLine(line, style, LINE) for line in lines[:-1]]
        found.append(HandoutLine(lines[-1], style, 1.3 * LINE))
    return found


def _write(page: Figure, lines: list[HandoutLine], top: float) -> None:
    place = top
    for line in lines:
        if not line.ruled:
            _write_line(page, line, place)
        place -= line.high
        if line.ruled:
            page.add_artist(_rule(place + 0.35 * RULE))


def _write_line(page: Figure, line: HandoutLine, top: float) -> None:
    """Write a line from its upper left corner on, the indices of letters smaller and lowered."""
    left = LEFT
    for piece, is_index in in_pieces(line.text):
        size, down = (INDEX * TYPE, LOWERED * LINE) if is_index else (TYPE, 0.0)
        page.text(left, top - down, piece, fontsize=size, va="top", **line.style)
        left += _width(piece, size, line.style.get("weight", "normal"))


def _width(text: str, size: float, weight: str) -> float:
    """Return how wide a part of a line is, with spaces at its ends, as a share of the page."""
    font = FontProperties(family=rcParams["font.family"], weight=weight)
    both = (TextPath((0, 0), f"|{part}|", size=size, prop=font) for part in (text, ""))
    wide, bare = (float(np.ptp(path.vertices[:, 0])) for path in both)
    return (wide - bare) / (72 * WIDE)


def _rule(height: float) -> Any:
    return Line2D((LEFT, RIGHT - 0.04), (height, height), color="0.6", linewidth=0.6)


def _lines_of(
    step: LessonStep,
    number: int,
    truths: dict[int, float],
    before: Sequence[float] = (),
    names: Sequence[str] = (),
    *,
    answers: bool,
) -> list[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    # Beside its number: what it says, or what it asks, or what there is to do.
    first = (
        step.say,
        step.ask.text if step.ask is not None else "",
        step.do.say if step.do else "",
    )
    said = next(filter(None, first), "")
    bold = {"weight": "bold"}
    lines.append((f"{number + 1}. {said}" if said else f"{number + 1}.", {}))
    ask = step.ask
    if ask is not None:
        if step.say:
            lines.append((ask.text, bold))
        if before:  # which the window shows as a plot
            values = ", ".join(map(three_digits, before))
            lines.append((tr("In the layers before: {values}.", values=values), {}))
        for place, option in enumerate(ask.options, 1):
            right = answers and ask.kind == CHOICE and ask.answer == place
            lines.append((f"{'●' if right else '○'} {option}", bold if right else {}))
        truth = truths.get(number, ask.answer)
        if answers and ask.kind == CLASS and ask.answer is not None:
            lines.append((f"● {names[int(ask.answer)]}", bold))
        if answers and ask.is_number and truth is not None:
            lines.append((tr("It is {truth}.", truth=three_digits(truth)), bold))
        if answers:
            replies = ask.replies[int(ask.answer or 1) - 1] if ask.replies else ask.right
            lines += [(replies, {})] if replies else []
        else:  # before what there is to do, which shows the answer
            lines += [("", RULED)] * WRITTEN.get(ask.kind, 0)
    if step.do is not None and (step.say or ask is not None):
        lines.append((step.do.say, {"style": "normal", "color": "0.25"}))
    if answers and step.then:
        lines.append((step.then, bold))
    if answers and step.notes:
        lines.append((step.notes, {"color": "0.35"}))
    return lines


def _picture(lesson: Lesson, step: LessonStep, hidden: Collection[str]) -> Pixels | None:
    """Return what a step begins with; None where it goes on, or nothing is trained yet."""
    stage = step.stage
    content = b"" if stage is None else picture_of_stage(lesson, stage, DOTS, hidden)
    return np.asarray(imread(io.BytesIO(content))) if content else None


def _is_wide(picture: Pixels) -> bool:
    """Tell whether a picture stands below its words: two scenes, whose letters would be small."""
    high, wide = picture.shape[:2]
    return bool(wide > BESIDE * high)


def _size(picture: Pixels, share: float = 1.0) -> tuple[float, float]:
    """Return width and height of a picture as shares of the page."""
    high, wide = picture.shape[:2]
    shape = WIDE / HIGH * high / wide
    room = 1 - 2 * LEFT if _is_wide(picture) else 1 - RIGHT - LEFT
    height = min(room * shape, share * MOST_HIGH)
    return height / shape, height


def _place(page: Figure, part: HandoutPart, top: float, share: float) -> None:
    picture = part.picture
    assert picture is not None
    width, height = _size(picture, share)
    top -= part.words if part.below else 0.0
    axes = page.add_axes((1 - LEFT - width, top - height, width, height))
    axes.imshow(picture, aspect="equal", interpolation="antialiased")
    axes.set_axis_off()
