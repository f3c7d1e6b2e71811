"""A lesson as a film: which words, and where the picture goes meanwhile."""

from dataclasses import replace

import av
import pytest

from ncviz.cli import main
from ncviz.lessons import lesson_film
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.lesson_film import passages, write_film
from ncviz.lessons.staging import check_stages


@pytest.mark.parametrize("name", lessons())
def test_answers_come_behind_their_questions_and_deeds_are_done(name):
    lesson = lessons()[name]
    truths = check_stages(lesson)
    for number, step in enumerate(lesson.steps):
        pages = list(passages(lesson, number, truths))
        texts = [" ".join(page.lines) for page in pages]
        if step.ask is not None:
            assert step.ask.text in texts[0]
            if step.ask.right:
                assert step.ask.right not in texts[0]
                assert step.ask.right in texts[1]
            assert not any("You guessed" in text for text in texts)
            if step.ask.kind == "choice":
                assert step.ask.options[int(step.ask.answer) - 1] in texts[1]
        moves = [page.to_share - page.from_share for page in pages]
        assert sum(moves) == (1.0 if step.do is not None else 0.0)
        assert all(page.seconds >= lesson_film.LEAST for page in pages)


def test_a_film_is_written_and_as_long_as_its_words_need(tmp_path, monkeypatch):
    monkeypatch.setattr(lesson_film, "WIDTH", 320)
    monkeypatch.setattr(lesson_film, "HEIGHT", 180)
    monkeypatch.setattr(lesson_film, "RATE", 4.0)
    whole = lessons()["terminal-phase"]
    lesson = replace(whole, steps=whole.steps[:1])
    shares = []
    truths = check_stages(lesson)
    out = write_film(lesson, tmp_path / "film.mp4", truths, tell=shares.append)
    seconds = sum(page.seconds for page in passages(lesson, 0, truths))
    with av.open(str(out)) as film:
        assert len(list(film.decode(video=0))) == pytest.approx(4 * seconds, abs=2)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_what_is_no_film_is_told(tmp_path, capsys):
    assert main(["lesson", "film", "law", "--out", str(tmp_path / "law.docx")]) == 1
    assert "law.docx" in capsys.readouterr().err
