"""What a question of a lesson needs, by its kind."""

from ncviz.language import tr
from ncviz.lessons.kinds import CHOICE, CLASS, NUMBER, PLACE, PREDICTION
from ncviz.lessons.lesson import (
    LAST,
    MOST_OPTIONS,
    Question,
    check_letters,
    check_tolerance,
)
from ncviz.wording import written_number


def check_question(ask: Question) -> None:
    """Refuse a question that lacks something, or has what its kind has no use for.

    Raises
    ------
    ValueError
        Naming the key.
    """
    if bool(ask.options) != (ask.kind == CHOICE):
        raise ValueError(
            tr("options belong to the kind {choice!r}, and it needs them", choice=CHOICE)
        )
    if ask.options and not 2 <= len(ask.options) <= MOST_OPTIONS:
        raise ValueError(
            tr(
                "options has {count}: write 2 to {most_options} answers",
                count=len(ask.options),
                most_options=MOST_OPTIONS,
            )
        )
    for option in ask.options:
        check_letters("options", option)
        if not option.strip():
            raise ValueError(tr("options has an empty answer: write its words, or leave it out"))
    same = [each for each in ask.options if ask.options.count(each) > 1]
    if same:
        raise ValueError(tr("options has {option!r} twice: write another one", option=same[0]))
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
                    answer=tr("missing") if ask.answer is None else written_number(ask.answer),
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
