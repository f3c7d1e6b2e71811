"""Every lesson that ships, played rightly, wrongly and not at all, without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.lessons.catalogue import lesson_named, lessons
from ncviz.lessons.kinds import ASKED, CHOICE, CLASS, PREDICTION, TO_DO, TOLD
from ncviz.lessons.lesson import MOST_WORDS
from ncviz.lessons.lesson_file import read_lesson
from ncviz.lessons.places import waiting_with
from ncviz.lessons.playing import DONE, LessonStanding, Playing
from ncviz.lessons.progress import from_json, to_json
from ncviz.lessons.staging import check_stages, names_of_classes
from ncviz.scenes.view_text import text_to_view

RIGHT, WRONG, NOT_AT_ALL = "rightly", "wrongly", "not at all"


def guess_of(playing, way):
    ask, truth = playing.step.ask, playing.truth
    if ask.kind == PREDICTION:
        return "they will become points"
    if ask.kind == CHOICE:
        right = int(truth)
        return float(right if way == RIGHT else right % len(ask.options) + 1)
    if ask.is_number:
        return truth if way == RIGHT else 10 * truth + 10
    return truth if way == RIGHT else truth + 1


def test_there_are_eight_in_order():
    titles = [lesson.title for lesson in lessons().values()]
    assert len(titles) == len(set(titles)) == 8
    assert [lesson.order for lesson in lessons().values()] == [10 * n for n in range(1, 9)]


def test_minorities_shows_the_same_classes_in_a_network_of_ones_own_as_before():
    stages = [step.stage for step in lessons()["minorities"].steps if step.stage is not None]
    seen = {text_to_view(s.view).classes for s in stages if s.run}
    trained = {tuple(s.recipe["classes"]) for s in stages if s.recipe}
    assert seen == trained == {(0, 1, 5, 6)}


@pytest.mark.parametrize(("decays", "least", "most"), [(True, 1.98, 1.99), (False, 0.62, 0.77)])
def test_lengths_of_rows_are_those_that_why_weight_decay_says_at_its_step(decays, least, most):
    steps = [s for s in lessons()["weight-decay"].steps if s.stage and s.do and s.do.until]
    step = next(s for s in steps if dict(s.stage.settings).get("decays") is decays)
    asked = next(part.value for part in step.do.until.parts if part.name == "step")
    desk = model_path(ModelPlan("square-loss", dict(step.stage.settings))).desk
    desk.seek(float(asked))
    desk.finish()
    plot = next(plot for plot in desk.model.plots if plot.name == "length")
    chart = plot.draw(desk.series, desk.charted)
    lengths = [c.values[-1] for c in chart.curves if len(c.values) > 2]
    assert len(lengths) >= 2
    assert all(least <= length <= most for length in lengths), lengths
    assert (max(lengths) - min(lengths) < 0.005) == decays


@pytest.mark.parametrize("way", [RIGHT, WRONG, NOT_AT_ALL])
@pytest.mark.parametrize("name", lessons())
def test_a_lesson_is_played_to_its_end(name, way):
    lesson = lesson_named(name)
    playing = Playing(lesson, truths=check_stages(lesson))
    seen = []
    while True:
        step = playing.step
        if step.ask is not None:
            assert playing.phase == ASKED
            assert playing.reply == ""  # nothing is revealed before a guess
            if way == NOT_AT_ALL:
                playing.pass_by()
            else:
                playing.answer(guess_of(playing, way))
            if step.ask.judges:
                expected = {RIGHT: True, WRONG: False, NOT_AT_ALL: None}[way]
                assert playing.is_right is expected
                assert playing.reply
        if playing.phase == TO_DO:
            assert not playing.look({})
            assert step.do.say in playing.words[0]
        else:
            assert playing.phase == TOLD
        assert playing.words[0]
        seen.append(playing.at)
        if playing.is_last:
            break
        assert playing.go(1)
    kept = [lesson.steps[number].ask.text for number in lesson.is_asked_again]
    assert [question for question, _ in playing.kept] == ([] if way == NOT_AT_ALL else kept)
    playing.finish()
    assert seen == list(range(len(lesson.steps)))
    assert playing.standing.finished


@pytest.mark.parametrize("name", lessons())
def test_its_last_step_is_free_and_its_texts_are_short(name):
    lesson = lessons()[name]
    last = lesson.steps[-1]
    assert last.ask is None
    assert last.do is None or last.do.until is None
    for step in lesson.steps:
        for text in (step.say, step.then, step.ask and step.ask.text, step.do and step.do.say):
            assert len((text or "").split()) <= MOST_WORDS


def test_a_deed_is_done_when_its_condition_holds_and_not_before_the_guess():
    lesson = lessons()["law"]
    playing = Playing(lesson, LessonStanding(step=2))
    assert playing.phase == TO_DO
    assert not playing.look({"room": "Explore"})
    assert playing.look({"room": "Layers"})
    assert playing.phase == TOLD
    assert playing.go(1)
    assert playing.phase == ASKED
    assert not playing.look({"epoch": 600.0})


@pytest.mark.parametrize("name", lessons())
def test_what_is_said_after_a_deed_is_of_what_it_left(name):
    for number, step in enumerate(lessons()[name].steps):
        if step.do is None or step.do.until is None:
            continue
        playing = Playing(lessons()[name], LessonStanding(number))
        playing.pass_by()
        before = playing.words
        playing._done.add(number)
        assert playing.words == (step.then, "")
        assert step.then not in before
    # A deed that nothing waits for keeps what it asks in sight, and its why.
    explored = Playing(lessons()["law"], LessonStanding(6))
    assert explored.phase == TOLD
    assert explored.words[1] == lessons()["law"].steps[6].then


def test_what_a_deed_is_done_with_waits_for_the_guess():
    for lesson in lessons().values():
        for step in lesson.steps:
            pointed = step.do.point if step.ask is not None and step.do is not None else ()
            for name in pointed:
                assert set(waiting_with(name)) <= set(step.veiled)
    assert set(waiting_with("slider:ratio")) == {"sliders", "play", "timeline"}
    assert waiting_with("scene") == ()


def test_what_a_lesson_leaves_out_no_step_shows(tmp_path):
    assert all("values" in step.hides for step in lessons()["points-and-means"].steps)
    path = tmp_path / "mine.toml"
    head = 'title = "x"\nable = "x"\nhides = ["values"]\n[[step]]\nsay = "Look."\n'
    path.write_text(f'{head}hides = ["marks"]\n', encoding="utf-8")
    assert read_lesson(path).steps[0].hides == ("values", "marks")
    path.write_text(f'{head}[step.do]\nsay = "Go."\npoint = ["values"]\n', encoding="utf-8")
    with pytest.raises(UserError, match="write layers"):
        read_lesson(path)


def test_the_plots_of_a_model_are_its_own(tmp_path):
    path = tmp_path / "mine.toml"
    head = 'title = "x"\nable = "x"\n[[step]]\nsay = "Look."\n[step.model]\nname = "square-loss"\n'
    window = '[step.window]\nroom = "Theory"\nplots = ["{}"]\n'
    path.write_text(head + window.format("length"), encoding="utf-8")
    assert read_lesson(path).steps[0].stage.plots == ("length",)
    path.write_text(head + window.format("law"), encoding="utf-8")
    with pytest.raises(UserError, match="choose one of length, cosine, collapse"):
        read_lesson(path)


def test_after_a_deed_without_a_why_the_reply_is_said_or_that_it_is_done(tmp_path):
    path = tmp_path / "mine.toml"
    head = 'title = "x"\nable = "x"\n[[step]]\n'
    path.write_text(f'{head}[step.do]\nsay = "Go."\nuntil = "epoch >= 5"\n', encoding="utf-8")
    playing = Playing(read_lesson(path))
    assert playing.words == ("Go.", "")
    assert playing.look({"epoch": 5.0})
    assert playing.words == (DONE, "")


@pytest.mark.parametrize("name", lessons())
def test_what_a_number_is_read_off_is_not_seen_at_the_step_before(name):
    lesson = lessons()[name]
    for number, step in enumerate(lesson.steps[1:], 1):
        now, then = lesson.stage_of(number), lesson.stage_of(number - 1)
        if (
            step.ask is not None
            and step.ask.reads
            and (now.run, now.model, now.settings) == (then.run, then.model, then.settings)
        ):
            assert set(step.ask.hides) <= set(lesson.steps[number - 1].hides)


def test_who_goes_back_finds_the_guess_and_does_the_deed_again():
    playing = Playing(lessons()["points-and-means"], LessonStanding(step=2))
    playing.answer(2.0)
    assert playing.look({"epoch": 200.0})
    playing.go(1)
    playing.go(-1)
    assert playing.guess == 2.0
    assert playing.phase == TO_DO


def test_a_finished_lesson_begins_anew_and_another_goes_on():
    lesson = lessons()["law"]
    again = Playing(lesson, LessonStanding(0, {0: "evenly", 1: 5.0}, finished=True))
    assert again.at == 0
    assert not again.standing.guesses
    assert again.phase == ASKED
    assert again.standing.finished
    assert Playing(lesson, LessonStanding(3)).at == 3
    second = Playing(lesson, LessonStanding(3, {0: "evenly"}, finished=True))  # left midway
    assert second.at == 3
    assert second.standing.guess(0) == "evenly"
    assert Playing(lesson, LessonStanding(99)).at == len(lesson.steps) - 1


@given(
    st.integers(0, 30),
    st.dictionaries(
        st.integers(0, 40), st.text(max_size=50) | st.floats(allow_nan=False, width=32), max_size=5
    ),
    st.booleans(),
)
def test_what_is_kept_comes_back(step, guesses, finished):
    standing = LessonStanding(step, guesses, finished)
    assert from_json(to_json(standing)) == standing


@pytest.mark.parametrize(
    "damaged",
    [None, 3, "x", [], {"step": "2"}, {"step": True}, {"guesses": 3}, {"guesses": {"a": 1}}],
)
def test_what_is_damaged_is_nothing(damaged):
    assert from_json(damaged) == LessonStanding(0, {} if isinstance(damaged, dict) else None)


@pytest.mark.parametrize("kept", [0.0, 3.0, 1.5, -1.0, float("inf"), float("nan"), "two"])
def test_what_was_guessed_before_a_lesson_was_changed_counts_no_more(tmp_path, kept):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "A"\nable = "You can."\n[[step]]\n[step.ask]\nkind = "choice"\ntext = "Which?"\n'
        'options = ["a", "b"]\nreplies = ["Yes.", "No."]\nanswer = 1\n',
        encoding="utf-8",
    )
    lesson = read_lesson(path)
    playing = Playing(lesson, LessonStanding(0, {0: kept, 7: 1.0}))
    assert (playing.phase, playing.reply) == (ASKED, "")
    assert Playing(lesson, LessonStanding(0, {0: 2.0})).reply.endswith(" No.")


@pytest.mark.parametrize("name", lessons())
def test_after_each_answer_one_can_tell_which_one_was_right(name):
    lesson = lesson_named(name)
    truths = check_stages(lesson)
    classes = {number: names_of_classes(lesson, number) for number in range(len(lesson.steps))}
    for number, step in enumerate(lesson.steps):
        ask = step.ask
        if ask is None or ask.kind not in (CHOICE, CLASS):
            continue
        options = ask.options if ask.kind == CHOICE else classes[number]
        first = int(ask.kind == CHOICE)
        right = options[int(ask.answer) - first]
        replies = set()
        for option in (None, *range(len(options))):
            playing = Playing(lesson, LessonStanding(number), truths, classes)
            playing.pass_by() if option is None else playing.answer(float(option + first))
            assert f"“{right}”" in playing.reply
            said = "" if option is None else options[option]
            assert not said or f"You said “{said}”" in playing.reply
            assert (said == right) == ("that is the answer" in playing.reply)
            replies.add(playing.reply)
        assert len(replies) == len(options) + 1


def test_an_option_with_a_reply_of_its_own_says_which_is_right_too(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "x"\nable = "x"\n[[step]]\n[step.ask]\nkind = "choice"\ntext = "Which?"\n'
        'options = ["This", "That"]\nanswer = 1\nreplies = ["So it is.", "Look again."]\n',
        encoding="utf-8",
    )
    playing = Playing(read_lesson(path))
    playing.answer(2.0)
    assert playing.reply == "You said “That”; the answer is “This”. Look again."
