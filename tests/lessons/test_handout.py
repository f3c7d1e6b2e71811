"""A lesson on paper."""

import re

import pytest

from ncviz.cli import main
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.handout import A_PAGE, _lines_of, write_handout
from ncviz.lessons.staging import check_stages


def test_a_handout_has_a_page_for_every_few_steps(tmp_path):
    lesson = lessons()["terminal-phase"]
    out = write_handout(lesson, tmp_path / "handout.pdf", check_stages(lesson))
    pages = re.findall(rb"/Type /Page\b", out.read_bytes())
    assert len(pages) == -(-len(lesson.steps) // A_PAGE)


@pytest.mark.parametrize("name", lessons())
def test_it_tells_no_answer_unless_it_is_the_teacher_s(name):
    lesson = lessons()[name]
    truths = check_stages(lesson)
    for number, step in enumerate(lesson.steps):
        for answers in (False, True):
            text = "\n".join(t for t, _ in _lines_of(step, number, truths, answers=answers))
            if step.ask is not None and step.ask.right:
                assert (step.ask.right in text) == answers
            assert ("●" in text) == (answers and step.ask is not None and bool(step.ask.options))


def test_what_is_no_pdf_is_told(tmp_path, capsys):
    assert main(["lesson", "handout", "law", "--out", str(tmp_path / "law.docx")]) == 1
    assert "law.docx" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
