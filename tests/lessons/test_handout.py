"""A lesson on paper."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ncviz.cli import main
from ncviz.export.pages import drawing
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.handout import (
    FOOT,
    GAP,
    HIGH,
    LEFT,
    LINE,
    RIGHT,
    RULED,
    SHARES,
    TOP,
    WIDE,
    WRITTEN,
    HandoutLine,
    HandoutPart,
    _lines_of,
    _pages_of,
    _size,
    _wrapped,
    _write_line,
    write_handout,
)
from ncviz.lessons.kinds import CHOICE, CLASS, PLACE
from ncviz.lessons.places import VALUES
from ncviz.lessons.stage_pictures import picture_of_stage
from ncviz.lessons.staging import check_stages, names_of_classes, values_before


def test_a_handout_has_as_many_pages_as_its_steps_need(tmp_path):
    lesson = lessons()["terminal-phase"]
    out = write_handout(lesson, tmp_path / "handout.pdf", check_stages(lesson))
    assert len(re.findall(rb"/Type /Page\b", out.read_bytes())) == 1  # its pictures are smaller
    out = write_handout(lesson, tmp_path / "handout.pdf", check_stages(lesson), answers=True)
    assert len(re.findall(rb"/Type /Page\b", out.read_bytes())) == 2
    alone = replace(lesson, steps=(lesson.steps[-1],) * 12)  # words without pictures
    out = write_handout(alone, tmp_path / "handout.pdf", {})
    assert len(re.findall(rb"/Type /Page\b", out.read_bytes())) == 1


def test_pictures_are_smaller_only_where_that_saves_a_page():
    words, one = HandoutLine("words", {}, LINE), np.zeros((300, 320, 3))
    picture, line = HandoutPart([words], one), HandoutPart([words], None)
    for parts in ([picture] * 3, [picture] * 3 + [line], [picture] * 7, [line] * 80):
        pages = [_pages_of(parts, share) for share in SHARES]
        for share, divided in zip(SHARES, pages, strict=True):
            assert [part for page in divided for part in page] == parts
            for page in divided:
                assert sum(part.high(share) + GAP for part in page) - GAP <= TOP - FOOT + 1e-9
        assert len(pages[-1]) <= len(pages[0])
    first, *_, last = (len(_pages_of([picture] * 3 + [line], share)) for share in SHARES)
    assert (first, last) == (2, 1)


def test_what_is_compared_stands_side_by_side():
    lesson = lessons()["minorities"]
    stage = next(step.stage for step in lesson.steps if step.stage and step.stage.beside)
    left = replace(stage, room="Explore", beside="")
    both, one = (
        Image.open(io.BytesIO(picture_of_stage(lesson, each, 40))) for each in (stage, left)
    )
    assert (both.width, both.height) == (2 * one.width, one.height)
    assert both.crop((0, 0, *one.size)).tobytes() == one.convert("RGB").tobytes()
    other = both.crop((one.width, 0, 2 * one.width, one.height))
    assert other.tobytes() != one.convert("RGB").tobytes()


@pytest.mark.parametrize("name", lessons())
def test_it_tells_no_answer_unless_it_is_the_teacher_s(name):
    lesson = lessons()[name]
    truths = check_stages(lesson)
    for number, step in enumerate(lesson.steps):
        for answers in (False, True):
            names = names_of_classes(lesson, number)
            lines = _lines_of(step, number, truths, (), names, answers=answers)
            text = "\n".join(text for text, _ in lines)
            if step.ask is not None and step.ask.right:
                assert (step.ask.right in text) == answers
            marked = step.ask is not None and (bool(step.ask.options) or step.ask.kind == CLASS)
            assert ("●" in text) == (answers and marked)


def test_paper_tells_what_a_question_for_a_place_begins_with():
    lesson = lessons()["law"]
    number = next(n for n in range(len(lesson.steps)) if values_before(lesson, n))
    before = values_before(lesson, number)
    text = "\n".join(
        t for t, _ in _lines_of(lesson.steps[number], number, {}, before, answers=False)
    )
    assert f"In the layers before: {', '.join(f'{value:.3g}' for value in before)}." in text


def test_the_teacher_s_sheet_names_the_right_class_and_the_pupils_does_not():
    lesson = lessons()["points-and-means"]
    number = next(n for n, s in enumerate(lesson.steps) if s.ask and s.ask.kind == CLASS)
    step, names = lesson.steps[number], names_of_classes(lesson, number)
    right = names[int(step.ask.answer)]
    for answers in (False, True):
        lines = [t for t, _ in _lines_of(step, number, {}, (), names, answers=answers)]
        assert (f"● {right}" in lines) == answers


@pytest.mark.parametrize("name", lessons())
def test_nobody_is_asked_to_click_on_paper(name):
    lesson = lessons()[name]
    for step in lesson.steps:
        if step.ask is not None:
            assert "click" not in step.off_screen.ask.text.lower()


def test_the_number_of_a_step_stands_beside_words():
    for lesson in lessons().values():
        for number, step in enumerate(lesson.steps):
            lines = [text for text, _ in _lines_of(step, number, {}, answers=False)]
            assert len(lines[0]) > 8
            if step.do is not None:
                assert sum(step.do.say in text for text in lines) == 1


@pytest.mark.parametrize("name", lessons())
def test_there_is_room_to_write_between_a_question_and_the_deed_that_answers_it(name):
    lesson = lessons()[name]
    for number, step in enumerate(lesson.steps):
        names = names_of_classes(lesson, number)
        for answers in (False, True):
            lines = _lines_of(step, number, {}, (), names, answers=answers)
            ruled = [place for place, (_, style) in enumerate(lines) if style is RULED]
            writes = step.ask is not None and step.ask.kind in WRITTEN and not answers
            assert len(ruled) == (WRITTEN[step.ask.kind] if writes else 0)
            said = [text.removeprefix(f"{number + 1}. ") for text, _ in lines]
            if writes:
                assert ruled == list(range(ruled[0], ruled[0] + len(ruled)))
                assert said.index(step.ask.text) < ruled[0]
            if writes and step.do is not None:
                assert ruled[-1] < said.index(step.do.say)


def test_no_line_on_paper_ends_beside_a_sign():
    for letters in range(12, 30):
        lines = [line.text for line in _wrapped([("This is R = 20, or K − 1 ≥ 3.", {})], letters)]
        whole = " ".join(lines).replace("\N{NO-BREAK SPACE}", " ")
        assert whole == "This is R = 20, or K − 1 ≥ 3."
        assert not any(line.endswith(("=", "−", "R", "K")) for line in lines)


def test_two_scenes_stand_below_their_words_as_wide_as_the_page():
    one, two = np.zeros((300, 350, 3)), np.zeros((300, 700, 3))
    assert _size(one)[0] <= 1 - RIGHT - LEFT
    assert 1 - RIGHT - LEFT < _size(two)[0] <= 1 - 2 * LEFT


def test_indices_of_letters_are_lowered_on_paper():
    page = Figure((WIDE, HIGH))
    line = HandoutLine("Double E_H·E_W, as in a_file.", {"weight": "bold"}, LINE)
    with drawing():
        _write_line(page, line, 0.5)
        painter = FigureCanvasAgg(page).get_renderer()
        boxes = [text.get_window_extent(painter) for text in page.texts]
    assert [t.get_text() for t in page.texts] == ["Double E", "H", "·E", "W", ", as in a_file."]
    for before, after in pairwise(boxes):  # one behind the other, without a gap or an overlap
        assert abs(after.x0 - before.x1) < 3
    letter, index = page.texts[:2]
    assert index.get_position()[1] < letter.get_position()[1]
    assert index.get_fontsize() < letter.get_fontsize()
    assert boxes[1].height < boxes[0].height


@pytest.mark.parametrize(("layer", "room"), [(2, "Layers"), (5, "Layers")])
def test_numbers_and_the_legend_are_left_out_where_they_are_hidden(layer, room):
    lesson = lessons()["law"]
    stage = replace(lesson.stage_of(0), room=room, view=f"ncviz:v1 layer={layer} epoch=100")
    drawn = {}
    for hidden in ((), (VALUES,), ("legend",)):
        image = Image.open(io.BytesIO(picture_of_stage(lesson, stage, 60, hidden)))
        drawn[hidden] = np.asarray(image.convert("L"))
    told, untold = drawn[()], drawn[(VALUES,)]
    changed = np.flatnonzero((told != untold).any(axis=1))
    assert changed.min() > 0
    assert changed.max() < 0.25 * len(told)  # the line below the names of layers alone
    assert (untold[changed] == 255).mean() > (told[changed] == 255).mean()
    assert drawn[("legend",)].shape != told.shape or (drawn[("legend",)] != told).any()
    assert picture_of_stage(lesson, stage, 60, ("scene",)) == b""


def test_a_question_for_a_place_hides_the_numbers_it_asks_for():
    lesson = lessons()["law"]
    step = next(step for step in lesson.steps if step.ask and step.ask.kind == PLACE)
    assert VALUES in step.hidden_at_first
    other = next(step for step in lesson.steps if step.ask and step.ask.kind == CHOICE)
    assert VALUES not in other.hidden_at_first


def test_what_is_no_pdf_is_told(tmp_path, capsys):
    assert main(["lesson", "handout", "law", "--out", str(tmp_path / "law.docx")]) == 1
    assert "law.docx" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
