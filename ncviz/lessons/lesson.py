"""A lesson as one value: what is shown, asked, to be done, and said, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ncviz.explorer.room_names import COMPARE, EXPLORE, LAYERS, ROOMS, THEORY, TRAIN
from ncviz.language import tr
from ncviz.lessons.condition import Until
from ncviz.lessons.kinds import CHOICE, CLASS, NUMBER, PLACE, PREDICTION
from ncviz.lessons.places import TIME, VALUES, check_places, waiting_with
from ncviz.parameters import parameter
from ncviz.scenes.view_text import text_to_view

MOST_WORDS = 25  # of what is read at once
MOST_LETTERS = 300  # of the same: a word has no spaces at which a line could end
MOST_STEPS = 40
USUAL_SHARE = 0.15  # of a number, by which a guess may be off
MOST_OPTIONS = 6
KINDS = {
    CHOICE: tr("one of several answers"),
    NUMBER: tr("a number"),
    PLACE: tr("a place beside the values of the layers before"),
    CLASS: tr("a class of the scene"),
    PREDICTION: tr("words of one's own, kept until the end"),
}
LAST = -1
PROSE = frozenset(  # what people read of a lesson's file
    (
        *("title", "able", "say", "then", "notes"),
        *("text", "options", "right", "wrong", "replies", "deed"),
    )
)
STAGED = EXPLORE, LAYERS, THEORY, COMPARE, TRAIN  # rooms in which a step can stand


def check_letters(name: str, text: str) -> None:
    """Refuse a text that no strip, page or sheet has room for.

    Raises
    ------
    ValueError
        Saying what to write.
    """
    if len(text) > MOST_LETTERS:
        raise ValueError(
            tr(
                "{name} has more than {most_letters} letters: write fewer",
                name=name,
                most_letters=MOST_LETTERS,
            )
        )


def _letters(name: str, tip: str, **known: Any) -> Any:
    """Declare a text that is read at a glance."""
    return parameter("", tip, check=lambda text: check_letters(name, text), **known)


def _words(name: str, tip: str, **known: Any) -> Any:
    """Declare a text that is read at once."""

    def check(text: str) -> None:
        check_letters(name, text)
        count = len(text.split())
        if count > MOST_WORDS:
            raise ValueError(
                tr(
                    "{name} has {count} words: write {most_words} at most",
                    name=name,
                    count=count,
                    most_words=MOST_WORDS,
                )
            )

    return parameter("", tip, check=check, **known)


def _check_hidden(names: tuple[str, ...]) -> None:
    check_places(names, "hides")


@dataclass(frozen=True)
class LessonStage:
    """What the window shows when a step begins.

    Parameters
    ----------
    model : str
        Of the Theory room; empty for none.
    settings : mapping
        Its parameters that are not as at first, as JSON can hold them.
    recipe : mapping
        Of the Train room, likewise.
    """

    room: str = parameter(EXPLORE, tr("A room of the window."), choices=STAGED)
    run: str = parameter("", tr("A sample's word, or the path of a run from the lesson's folder."))
    view: str = parameter("ncviz:v1", tr("The text of a view."), check=text_to_view)
    plots: tuple[str, ...] = parameter(
        (), tr("From top to bottom; of a model, those that are seen.")
    )
    curves: tuple[str, ...] = parameter(
        (), tr("Which curves of these plots are seen; all, where none is named.")
    )
    beside: str = parameter("", tr("The run on the right of the comparison, as `run`."))
    plays: bool = parameter(False, tr("Whether time runs from the moment that is shown."))
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What one guesses before anything is revealed."""

    kind: str = parameter(CHOICE, tr("What one answers with."), choices=KINDS)
    text: str = _words("text", tr("The question."), asked=tr("the question"))
    options: tuple[str, ...] = parameter((), tr("Of a choice, in order."))
    answer: float | None = parameter(
        None,
        tr("The number of the right option from 1, of the class from 0, or the number itself."),
    )
    reads: str = parameter(
        "",
        tr("In place of a number: what is read off the run, or the model, where the step stands."),
    )
    layer: int = parameter(
        LAST, tr("In which layer it is read; −1 is the last."), low=-1, high=5000
    )
    epoch: int = parameter(LAST, tr("At which epoch; −1 is the last."), low=-1, high=10**9)
    within: float | None = parameter(
        None,
        tr("How far from the number, as a share of it, a guess is good; at first 0.15."),
        low=0.0,
        high=10.0,
    )
    within_absolute: float | None = parameter(
        None,
        tr("How far from the number in its own units; of both, what allows more."),
        low=0.0,
        high=1e12,
    )
    hides: tuple[str, ...] = parameter(
        (), tr("What is not seen before the guess, for it tells."), check=_check_hidden
    )
    right: str = _words("right", tr("What is said of a good guess."))
    wrong: str = _words("wrong", tr("What is said of another: what the picture shows."))
    replies: tuple[str, ...] = parameter((), tr("In their place, one for each option."))

    @property
    def is_number(self) -> bool:
        """Return whether the answer is a number, written or pointed at."""
        return self.kind in (NUMBER, PLACE)

    def tolerance(self, truth: float) -> float:
        """Return how far from a number a guess is good."""
        share = self.within
        if share is None:
            share = USUAL_SHARE if self.within_absolute is None else 0.0
        return max(share * abs(truth), self.within_absolute or 0.0)

    @property
    def judges(self) -> bool:
        """Return whether a guess can be right or wrong."""
        return self.kind != PREDICTION


def check_tolerance(ask: Question, truth: float) -> None:
    """Refuse a share of zero, which would leave no guess good but the very number.

    Raises
    ------
    ValueError
        Saying what to write.
    """
    if truth == 0 and ask.within != 0 and ask.within_absolute is None:
        raise ValueError(
            tr("within is a share, and the number is 0: write within_absolute, in its own units")
        )


@dataclass(frozen=True)
class Deed:
    """What is to be done, and until when.

    Parameters
    ----------
    until : Until, optional
        Of what is on the screen; None waits for nothing.
    """

    say: str = _words("say", tr("What to do."), asked=tr("what to do"))
    point: tuple[str, ...] = parameter((), tr("Which controls are pointed at."), check=check_places)
    until: Until | None = None


@dataclass(frozen=True)
class PageWords:
    """What a page for a browser says in the place of a step's own words; empty as there.

    A page has the scene, its timeline, its layers and its charts, and nothing else of the window.
    """

    say: str = _words("say", tr("In the place of say."))
    text: str = _words("text", tr("In the place of the question."))
    right: str = _words("right", tr("In the place of right."))
    wrong: str = _words("wrong", tr("In the place of wrong."))
    replies: tuple[str, ...] = parameter((), tr("In the place of replies, one for each option."))
    deed: str = _words("deed", tr("In the place of what there is to do in the window."))
    then: str = _words("then", tr("In the place of then."))


@dataclass(frozen=True)
class LessonStep:
    """One step: a stage, words, a question, a deed, and what is said then.

    Parameters
    ----------
    stage : LessonStage, optional
        None goes on with what is there.
    ask : Question, optional
    do : Deed, optional
    page : PageWords
    """

    say: str = _words("say", tr("What there is to see."))
    then: str = _words("then", tr("What is said at the end: one sentence why."))
    notes: str = parameter("", tr("For the speaker alone."))
    hides: tuple[str, ...] = parameter(
        (),
        tr("What is not seen during the whole step, for a later question is about it."),
        check=_check_hidden,
    )
    stage: LessonStage | None = None
    ask: Question | None = None
    do: Deed | None = None
    page: PageWords = PageWords()

    @property
    def on_page(self) -> "LessonStep":
        """Return the step as a page for a browser says it."""
        own, ask = self.page, self.ask
        said = {name: getattr(own, name) for name in ("text", "right", "wrong", "replies")}
        if ask is not None:
            ask = replace(ask, **{name: words for name, words in said.items() if words})
        return replace(self, say=own.say or self.say, then=own.then or self.then, ask=ask)

    @property
    def off_screen(self) -> "LessonStep":
        """Return the step as paper and films ask it, where no answer is clicked."""
        ask = self.ask
        if ask is None or ask.kind not in (PLACE, CLASS) or not self.page.text:
            return self
        return replace(self, ask=replace(ask, text=self.page.text))

    @property
    def on_film(self) -> "LessonStep":
        """Return the step as a film asks it: without what only the window has, as on a page."""
        own = self.page
        ask = self.ask and replace(self.ask, text=own.text or self.ask.text)
        return replace(self, say=own.say or self.say, ask=ask)

    @property
    def veiled(self) -> tuple[str, ...]:
        """Return what is not seen before the guess: what tells the answer, or leads to it."""
        if self.ask is None:
            return ()
        pointed = self.do.point if self.do is not None else ()
        waiting = (name for point in pointed for name in waiting_with(point))
        asked = (VALUES,) if self.ask.kind == PLACE else ()  # the very numbers
        hidden = {*self.hides, *self.ask.hides}
        time = TIME if hidden & {*TIME} else ()  # whoever plays sees what the timeline would show
        return tuple(dict.fromkeys((*self.ask.hides, *asked, *waiting, *time)))

    @property
    def asks_for_pins(self) -> bool:
        """Return whether samples are to be pinned in it, which are to stay so."""
        until = self.do.until if self.do is not None else None
        return until is not None and any(part.name == "pinned" for part in until.parts)

    @property
    def hidden_at_first(self) -> frozenset[str]:
        """Return what is not seen when it begins, before its question is answered."""
        return frozenset((*self.hides, *self.veiled))


def with_page(step: LessonStep, page: PageWords) -> LessonStep:
    """Return a step with the words of a page, each of which stands for some of its own.

    Raises
    ------
    ValueError
        Saying what to write.
    """
    replies = step.ask.replies if step.ask is not None else ()
    if step.ask is None and (page.text or page.right or page.wrong):
        raise ValueError(tr("text, right and wrong belong to a question: write [step.ask]"))
    if step.do is None and page.deed:
        raise ValueError(tr("deed stands for what is to be done: write [step.do]"))
    if page.replies and len(page.replies) != len(replies):
        raise ValueError(tr("replies stand for those of [step.ask]: write as many"))
    return replace(step, page=page)


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Parameters
    ----------
    name : str
        Of its file.
    path : Path
        The file.
    hides : tuple of str
        What no step shows: each of them hides it, too.
    steps : tuple of LessonStep
        At least one.
    """

    name: str = ""
    path: Path = Path()
    title: str = _letters("title", "", asked=tr("what it is called"))
    order: int = parameter(1000, tr("Place among the lessons."), low=0, high=10**6)
    minutes: int = parameter(5, tr("How long it takes."), low=1, high=120)
    able: str = _letters(
        "able",
        tr("What one can say afterwards, a sentence."),
        asked=tr("what one can say afterwards"),
    )
    hides: tuple[str, ...] = parameter(
        (),
        tr("What is not seen in any step: nothing has said what it is."),
        check=_check_hidden,
    )
    steps: tuple[LessonStep, ...] = ()

    def stage_of(self, number: int) -> LessonStage:
        """Return what the window shows at a step, from 0: its own stage, or the last before it."""
        stages = [step.stage for step in self.steps[: number + 1] if step.stage is not None]
        return stages[-1] if stages else LessonStage()

    def speaks_of(self, number: int) -> frozenset[str]:
        """Return the places that a step, from 0, needs beside the scene: of its deed, and plots."""
        step, stage = self.steps[number], self.stage_of(number)
        names = step.do.point if step.do is not None else ()
        pointed = frozenset(each for name in names for each in (name, *waiting_with(name)))
        plots = frozenset(("plots",) if stage.plots else ())
        return (pointed | plots) - frozenset(step.hides)

    @property
    def is_asked_again(self) -> tuple[int, ...]:
        """Return the steps whose guesses are shown again at the end."""
        asked = ((number, step.ask) for number, step in enumerate(self.steps))
        return tuple(n for n, ask in asked if ask is not None and ask.kind == PREDICTION)


def rooms_of(lesson: Lesson) -> tuple[str, ...]:
    """Return the rooms through which a lesson leads, in order."""
    found = [lesson.stage_of(number).room for number in range(len(lesson.steps))]
    return tuple(room for room in ROOMS if room in found)
