"""A lesson while it is played: where one stands, what was guessed, what may be said already."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ncviz.language import tr
from ncviz.lessons.condition import KnownFacts
from ncviz.lessons.kinds import ASKED, CHOICE, CLASS, PREDICTION, TO_DO, TOLD, Guess
from ncviz.lessons.lesson import Lesson, LessonStep, Question
from ncviz.wording import three_digits

DONE = tr("Done.")


@dataclass(frozen=True)
class LessonStanding:
    """How far one is in a lesson; what is kept of it.

    Parameters
    ----------
    step : int
        From 0.
    guesses : mapping of int to float or str
        By the number of the step; of a choice the number of the option, from 1.
    finished : bool
        Whether its end was seen once.
    """

    step: int = 0
    guesses: Mapping[int, Guess] | None = None
    finished: bool = False

    def guess(self, step: int) -> Guess | None:
        """Return what was guessed at a step."""
        return None if self.guesses is None else self.guesses.get(step)


class Playing:
    """One lesson, played.

    Parameters
    ----------
    lesson : Lesson
    standing : LessonStanding, optional
        Where one goes on.
    truths : mapping of int to float, optional
        What the runs and models say of questions with numbers, by the number of the step.
    classes : mapping of int to sequence of str, optional
        The names of all classes where a step asks for one, by the number of the step.
    """

    def __init__(
        self,
        lesson: Lesson,
        standing: LessonStanding | None = None,
        truths: Mapping[int, float] | None = None,
        classes: Mapping[int, Sequence[str]] | None = None,
    ) -> None:
        self.lesson = lesson
        kept = standing or LessonStanding()
        if kept.finished and kept.step == 0:  # all is asked again
            kept = LessonStanding(finished=True)
        at = min(max(kept.step, 0), len(lesson.steps) - 1)
        guesses = {
            step: guess
            for step, guess in (kept.guesses or {}).items()
            if step < len(lesson.steps) and _is_guess(lesson.steps[step].ask, guess)
        }
        self.standing = replace(kept, step=at, guesses=guesses)
        self.truths, self._classes = dict(truths or {}), dict(classes or {})
        self._passed: set[int] = set()  # questions that were left unanswered, to be told
        self._done: set[int] = set()

    # Where one stands

    @property
    def at(self) -> int:
        """Return the number of the step, from 0."""
        return self.standing.step

    @property
    def step(self) -> LessonStep:
        """Return the step."""
        return self.lesson.steps[self.at]

    @property
    def is_last(self) -> bool:
        """Return whether there is no further step."""
        return self.at == len(self.lesson.steps) - 1

    @property
    def phase(self) -> str:
        """Return 'asked', 'to do' or 'told'."""
        step = self.step
        if step.ask is not None and self.guess is None and self.at not in self._passed:
            return ASKED
        if step.do is not None and step.do.until is not None and self.at not in self._done:
            return TO_DO
        return TOLD

    @property
    def guess(self) -> Guess | None:
        """Return what was guessed at this step."""
        return self.standing.guess(self.at)

    # What is done

    def answer(self, guess: Guess) -> None:
        """Keep a guess; a new one of words takes the place of the old one."""
        guesses = {**(self.standing.guesses or {}), self.at: guess}
        self.standing = replace(self.standing, guesses=guesses)

    def pass_by(self) -> None:
        """Go on without a guess."""
        self._passed.add(self.at)

    def look(self, facts: KnownFacts) -> bool:
        """Look whether what is to be done is done; return whether that is new."""
        deed = self.step.do
        if self.phase != TO_DO or deed is None or deed.until is None:
            return False
        if not deed.until.holds(facts):
            return False
        self._done.add(self.at)
        return True

    def again(self) -> None:
        """Take the deed of this step back: its stage is set again."""
        self._done.discard(self.at)

    def go(self, by: int) -> bool:
        """Go on or back; return whether there is such a step."""
        there = self.at + by
        if not 0 <= there < len(self.lesson.steps):
            return False
        self._done.discard(there)  # it is done again on the stage that is set again
        self.standing = replace(self.standing, step=there)
        return True

    def finish(self) -> None:
        """Remember that the end was seen."""
        self.standing = replace(self.standing, step=0, finished=True)

    # What is said

    @property
    def truth(self) -> float | None:
        """Return the right answer of this step's question; None where there is none."""
        ask = self.step.ask
        if ask is None or not ask.judges:
            return None
        return self.truths.get(self.at, ask.answer)

    @property
    def is_right(self) -> bool | None:
        """Return whether the guess was good; None without one, or where nothing judges."""
        ask, truth = self.step.ask, self.truth
        if ask is None or truth is None or not isinstance(self.guess, int | float):
            return None
        return is_good(ask, float(self.guess), truth)

    @property
    def words(self) -> tuple[str, str]:
        """Return what is said now, and what is said below it, in bold."""
        step, phase, reply = self.step, self.phase, self.reply
        do, then = step.do, step.then
        if phase == ASKED:
            return _joined(step.say, step.ask.text if step.ask else ""), ""
        if do is not None and do.until is None:
            return _joined("" if reply else step.say, do.say), then or reply
        if do is not None and phase == TO_DO:
            return _joined("" if reply else step.say, do.say), reply
        if do is not None:  # done: what was said before is true no more
            return then or reply or step.say or DONE, ""
        asked = step.ask.text if step.ask else ""
        if reply and then:
            return reply, then
        return step.say or asked, reply or then

    @property
    def reply(self) -> str:
        """Return what is said of the guess, by what the picture shows."""
        ask, guess = self.step.ask, self.guess
        if ask is None or self.phase == ASKED:
            return ""
        if ask.kind == PREDICTION:
            return "" if guess is None else tr("Kept: you will read it again at the end.")
        truth = self.truth
        number = (
            ""
            if truth is None or not ask.is_number
            else tr("It is {truth}.", truth=three_digits(truth))
        )
        if number and isinstance(guess, int | float):
            number = tr(
                "Your guess: {guess}. The answer: {truth}.",
                guess=three_digits(guess),
                truth=three_digits(truth),
            )
        said = ask.right if self.is_right else ask.wrong
        if ask.kind == CHOICE and ask.replies:
            chosen = truth if guess is None else guess
            said = ask.replies[int(float(chosen or 1)) - 1]
        return _joined(number or self._answered, said)

    @property
    def _answered(self) -> str:
        """Say which option was chosen, and which is the answer; '' of other questions."""
        ask, guess, truth = self.step.ask, self.guess, self.truth
        if ask is None or truth is None or ask.kind not in (CHOICE, CLASS):
            return ""
        is_choice = ask.kind == CHOICE
        options = ask.options if is_choice else self._classes.get(self.at, ())
        names: dict[object, str] = dict(enumerate(options, int(is_choice)))
        answer = names.get(truth, "")
        said = "" if guess is None else names.get(guess, "")
        if not answer:
            return ""
        if not said:
            return tr("The answer is “{answer}”.", answer=answer)
        if said == answer:
            return tr("You said “{answer}”, and that is the answer.", answer=answer)
        return tr("You said “{said}”; the answer is “{answer}”.", said=said, answer=answer)

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return questions and what was predicted, to be read again at the last step."""
        found = []
        for number in self.lesson.is_asked_again if self.is_last else ():
            ask, guess = self.lesson.steps[number].ask, self.standing.guess(number)
            if ask is not None and isinstance(guess, str) and number != self.at:
                found.append((ask.text, guess))
        return tuple(found)


def _is_guess(ask: Question | None, guess: Guess) -> bool:
    """Tell whether what was kept answers a question, which may be another one since."""
    if ask is None or (ask.kind == PREDICTION) != isinstance(guess, str):
        return False
    return ask.kind != CHOICE or guess in range(1, len(ask.options) + 1)


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))


def is_good(ask: Question, guess: float, truth: float) -> bool:
    """Tell whether a guess is good: the very option or class, or a number near enough."""
    if not ask.is_number:
        return guess == truth
    if not math.isfinite(truth):
        return guess == truth
    return abs(guess - truth) <= ask.tolerance(truth) + 1e-12
