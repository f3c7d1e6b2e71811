"""What a lesson's page says in the place of what only the window has."""

import re

import pytest

from ncviz.errors import UserError
from ncviz.language import catalogue_of
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.lesson_file import read_lesson

ONLY_IN_THE_WINDOW = {
    "en": r"\b(press|plays?|clicks?|sliders?|form|F11|show more|train it"
    r"|on the (right|left)|at the top|drag(?! the scene))\b",
    "de": r"\b(drücke|spiele?|abspielen|klicke?|regler|schieberegler|formular|F11"
    r"|trainiere es|rechts|links|oben|ziehe?(?! die szene)|ziehst)\b",
}
LESSON = """
title = "Mine"
able = "x"
[[step]]
say = "Look."
[step.model]
name = "law"
{ask}
[step.page]
{page}
"""
ASK = '[step.ask]\ntext = "?"\noptions = ["a", "b"]\nanswer = 1\nreplies = ["a", "b"]'


def said_on_page(lesson):
    for number, step in enumerate(each.on_page for each in lesson.steps):
        ask = step.ask
        if lesson.stage_of(number).beside:  # whose sides are there, left and right
            continue
        yield from (step.say, step.then, step.page.deed)
        if ask is not None:
            yield from (ask.text, ask.right, ask.wrong, *ask.options, *ask.replies)


@pytest.mark.parametrize("language", ONLY_IN_THE_WINDOW)
@pytest.mark.parametrize("name", lessons())
def test_no_page_speaks_of_what_only_the_window_has(name, language):
    catalogue = catalogue_of(language)
    for text in filter(None, said_on_page(lessons()[name])):
        said = catalogue.gettext(text)
        found = re.search(ONLY_IN_THE_WINDOW[language], said, re.IGNORECASE)
        assert not found, f"{found[0]!r} in {said!r}"


def test_a_page_says_its_own_words_and_else_those_of_the_step(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(LESSON.format(ask=ASK, page='text = "Which?"\nreplies = ["A", "B"]'))
    (step,) = read_lesson(path).steps
    assert step.ask.text == "?"
    assert step.on_page.ask.text == "Which?"
    assert step.on_page.ask.replies == ("A", "B")
    assert step.on_page.say == step.say


@pytest.mark.parametrize(
    ("ask", "page", "sentence"),
    [
        ("", 'text = "Which?"', "belong to a question"),
        ("", 'deed = "Turn it."', "stands for what is to be done"),
        (ASK, 'replies = ["A"]', "write as many"),
        (ASK, 'spoken = "A"', "spoken"),
        ("", f'say = "{"word " * 26}"', "26 words"),
    ],
)
def test_words_of_a_page_that_stand_for_nothing_are_refused(tmp_path, ask, page, sentence):
    path = tmp_path / "mine.toml"
    path.write_text(LESSON.format(ask=ask, page=page))
    with pytest.raises(UserError, match=sentence) as refused:
        read_lesson(path)
    assert "line" in str(refused.value)
