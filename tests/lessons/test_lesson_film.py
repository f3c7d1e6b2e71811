"""A lesson as a film: which words, and where the picture goes meanwhile."""

from dataclasses import replace

import av
import numpy as np
import pytest

from ncviz.cli import main
from ncviz.explorer.bundled_samples import sample
from ncviz.export.film_words import write_sentence
from ncviz.lessons import lesson_film
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.condition import read_condition
from ncviz.lessons.deeds import Scenery, after_deed, scenery_of
from ncviz.lessons.film_pictures import TRAINED_THERE, painter_between
from ncviz.lessons.kinds import CLASS, PLACE
from ncviz.lessons.lesson import Deed, LessonStep
from ncviz.lessons.lesson_film import passages, write_film
from ncviz.lessons.places import VALUES
from ncviz.lessons.staging import check_stages, names_of_classes, values_before
from ncviz.scenes.view_text import text_to_view


@pytest.mark.parametrize("name", lessons())
def test_answers_come_behind_their_questions_and_deeds_are_done(name):
    lesson = lessons()[name]
    truths = check_stages(lesson)
    for number, step in enumerate(lesson.steps):
        pages = list(passages(lesson, number, truths))
        texts = [" ".join(page.lines) for page in pages]
        if step.ask is not None:
            assert (step.page.text or step.ask.text) in texts[0]
            if step.ask.right:
                assert step.ask.right not in texts[0]
                assert step.ask.right in texts[1]
            assert not any("You guessed" in text for text in texts)
            if step.ask.kind == "choice":
                assert step.ask.options[int(step.ask.answer) - 1] in pages[1].lines[0]
        if step.page.say:
            assert step.page.say in texts[0]
        moves = [page.to_share - page.from_share for page in pages]
        assert sum(moves) == (1.0 if step.do is not None else 0.0)
        assert all(page.seconds >= lesson_film.LEAST for page in pages)


def test_what_a_film_cannot_do_it_does_not_claim():
    lesson = lessons()["collapse"]
    number = next(n for n, s in enumerate(lesson.steps) if s.do and "trained" in s.do.until.text)
    step = lesson.steps[number]
    assert not after_deed(step, scenery_of(lesson, lesson.stage_of(number)))[1]
    texts = [" ".join(page.lines) for page in passages(lesson, number, {}, done=False)]
    assert step.do.say in texts[-1]
    assert TRAINED_THERE in texts[-1]  # the picture is of another network
    assert not any(step.then in text for text in texts)
    assert all(page.to_share == 0 for page in passages(lesson, number, {}, done=False))


@pytest.mark.parametrize("name", ["law", "simplex"])
def test_a_film_does_nothing_with_plots_and_tells_nothing_that_they_would_show(name):
    lesson = lessons()[name]
    step = lesson.steps[-1]
    assert step.do.point == ("plots",)
    assert not after_deed(step, scenery_of(lesson, lesson.stage_of(len(lesson.steps) - 1)))[1]


def test_indices_of_letters_are_lowered_in_a_film():
    written = {}
    for text in ("E_H x", "E x", "x_file"):
        frame = np.full((60, 300, 3), 255, dtype=np.uint8)
        write_sentence(frame, text, 30, ("#000000", "#ffffff"), (10, 5))
        written[text] = np.flatnonzero((frame < 128).any(axis=(0, 2))), frame.min(axis=(1, 2)) < 128
    indexed, letter, whole = (written[text] for text in ("E_H x", "E x", "x_file"))
    assert np.flatnonzero(indexed[1]).max() > np.flatnonzero(letter[1]).max()  # below the line
    assert 8 < indexed[0].max() - letter[0].max() < 20  # the place of a small letter
    assert np.diff(indexed[0]).max() < 15
    assert len(whole[0])


def test_a_film_says_what_a_place_is_sought_beside_and_names_the_right_class():
    lesson = lessons()["law"]
    number = next(n for n, s in enumerate(lesson.steps) if s.ask and s.ask.kind == PLACE)
    pages = list(passages(lesson, number, check_stages(lesson)))
    before = ", ".join(f"{value:.3g}" for value in values_before(lesson, number))
    assert before in pages[0].lines[1]
    assert pages[0].asks
    assert not pages[1].asks
    lesson = lessons()["points-and-means"]
    number = next(n for n, s in enumerate(lesson.steps) if s.ask and s.ask.kind == CLASS)
    right = names_of_classes(lesson, number)[int(lesson.steps[number].ask.answer)]
    assert list(passages(lesson, number, {}))[1].lines[0] == right


def at(room="Explore", text="ncviz:v1 epoch=100 layer=3", **more):
    run = None if more.get("model") else sample("demonstration").path
    return Scenery(room, run, None, text_to_view(text), **more)


def done(before, until):
    return after_deed(LessonStep(do=Deed("Do it.", until=read_condition(until))), before)


@pytest.mark.parametrize(
    ("until", "reads"),
    [
        ("epoch >= 333", lambda s: 333 <= s.view.epoch < 400),
        ("epoch < 40 and epoch is not 38", lambda s: 30 < s.view.epoch < 40 != 38),
        ("layer is 5", lambda s: s.view.layer == 5),
        ("layer < 2", lambda s: s.view.layer == 1),
        ("classes >= 7", lambda s: len(s.view.classes) == 7),
        ("classes is 2", lambda s: len(s.view.classes) == 2),
        ("hidden >= 2", lambda s: len(s.view.hidden) == 2),
        ("pinned > 3", lambda s: len(set(s.view.pinned)) == 4),
        ("split is test", lambda s: s.view.split == "test"),
        ("samples is off and means is off", lambda s: not s.view.show_samples),
        ("etf is on", lambda s: s.view.show_etf),
        ("turned > 90", lambda s: 90 < s.turned <= 91),
        ("room is Layers and layer >= 6", lambda s: (s.room, s.view.layer) == ("Layers", 6)),
    ],
)
def test_a_deed_is_done_on_a_run(until, reads):
    after, is_done = done(at(), until)
    assert is_done
    assert reads(after), after


@pytest.mark.parametrize(
    ("model", "until", "reads"),
    [
        ("layer-peeled", "budget < 3", lambda s: s.parameters.budget < 3),
        ("layer-peeled", "ratio is 7.5 and budget >= 9", lambda s: s.parameters.ratio == 7.5),
        ("layer-peeled", "classes is 6", lambda s: s.parameters.classes == 6),
        ("layer-peeled", "cosine_minority >= 0.8", lambda s: s.parameters.ratio > 10),
        ("softmax-codes", "step > 100", lambda s: 100 < s.step <= 101),
        ("vectors", "model is layer-peeled", lambda s: s.model == "layer-peeled"),
    ],
)
def test_a_deed_is_done_on_a_model(model, until, reads):
    after, is_done = done(at("Theory", model=model), until)
    assert is_done
    assert reads(after), after


@pytest.mark.parametrize(
    ("before", "until"),
    [
        (at(), "epoch >= 10000"),
        (at(), "layer is 80"),
        (at(), "ratio >= 2"),
        (at("Train"), "trained >= 1"),
        (at("Theory", model="layer-peeled"), "budget > 1e9"),
        (at("Theory", model="vectors"), "largest_cosine <= -2"),
    ],
)
def test_a_deed_that_cannot_be_done_changes_nothing(before, until):
    assert done(before, until) == (before, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (at(), at(text="ncviz:v1 epoch=60 layer=5")),
        (at("Layers"), at("Layers", "ncviz:v1 epoch=20 layer=1")),
        (at(), at("Layers")),
        (
            at("Theory", model="layer-peeled", settings={"ratio": 9.0}),
            at("Theory", model="layer-peeled", settings={"ratio": 2.0}),
        ),
        (
            at("Theory", model="layer-peeled", settings={"budget": 9.0, "ratio": 30.0}),
            at("Theory", model="layer-peeled", settings={"budget": 2.0, "ratio": 30.0}),
        ),
        (at("Theory", model="vectors", step=90.0), at("Theory", model="vectors", step=10.0)),
    ],
)
def test_a_picture_goes_from_where_it_is_to_where_a_deed_leads(before, after):
    size = 320, 180
    way = painter_between(before, after, "light", size)
    first, last = way.frame(0.0), way.frame(1.0)
    assert first.shape == last.shape == (180, 320, 3)
    assert (first != last).any()
    back = painter_between(after, before, "light", size)
    assert np.abs(back.frame(1.0).astype(int) - first).mean() < 1.0
    assert np.abs(back.frame(0.0).astype(int) - last).mean() < 1.0


def test_a_step_that_trains_is_not_blank_and_a_hidden_legend_is_not_drawn():
    size = 640, 360
    alone = replace(at("Train"), run=None)
    trained = painter_between(alone, alone, "light", size).frame(0.0)
    assert len(np.unique(trained.reshape(-1, 3), axis=0)) > 2
    other = painter_between(at("Train"), at("Train"), "light", size).frame(0.0)
    assert (other == painter_between(at(), at(), "light", size).frame(0.0)).all()  # of another run
    for room in ("Explore", "Layers"):
        drawn = [
            painter_between(at(room), at(room), "light", size, hidden).frame(0.0)
            for hidden in ((), ("legend",), (VALUES,))
        ]
        assert (drawn[0] != drawn[1]).any()
        assert (drawn[0] != drawn[2]).any() == (room == "Layers")


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
