"""Lessons are read strictly: one sentence with its line."""

import pytest

from ncviz.errors import UserError
from ncviz.lessons.lesson_file import read_lesson
from ncviz.lessons.lesson_lines import is_lesson
from ncviz.lessons.playing import is_good
from ncviz.lessons.staging import check_stages

WHOLE = """title = "A lesson"
able = "You can say it."

[[step]]
say = "Look."
[step.window]
room = "Explore"
run = "demonstration"
view = "ncviz:v1 epoch=600 layer=7"
[step.ask]
kind = "choice"
text = "What?"
options = ["this", "that"]
answer = 2
right = "Yes."
wrong = "No."
[step.do]
say = "Go back."
point = ["timeline"]
until = "epoch <= 0"
"""


def lesson(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


def test_a_whole_lesson_is_read(tmp_path):
    found = lesson(tmp_path, WHOLE)
    (step,) = found.steps
    assert (found.name, found.title) == ("mine", "A lesson")
    assert step.ask.options == ("this", "that")
    assert step.do.until.holds({"epoch": 0.0})
    assert found.stage_of(0).run == "demonstration"
    assert is_lesson(found.path)
    assert check_stages(found) == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('title = "A lesson"', "", None, "what it is called"),
        ('room = "Explore"', 'room = "Kitchen"', 7, "Kitchen"),
        ("layer=7", "layer=seven", 9, "layer"),
        ('kind = "choice"', 'kind = "dance"', 11, "dance"),
        ("answer = 2", "answer = 3", 14, "answer"),
        ("answer = 2", 'answer = "2"', 14, "a number"),
        ('options = ["this", "that"]', 'options = ["this"]', 13, "options"),
        ('wrong = "No."', "", 15, "wrong"),
        ('until = "epoch <= 0"', 'until = "epok <= 0"', 20, "epok"),
        ('until = "epoch <= 0"', 'until = "epoch"', 20, "until"),
        ('point = ["timeline"]', 'point = ["moon"]', 19, "moon"),
        ('say = "Look."', f'say = "{"word " * 26}"', 5, "26 words"),
        ('say = "Look."', f'say = "{"W" * 301}"', 5, "say has more than 300"),
        ('title = "A lesson"', f'title = "{"W" * 5000}"', 1, "title has more than 300 letters"),
        (
            'options = ["this", "that"]',
            f'options = ["this", "{"W" * 999}"]',
            13,
            "options has more than 300",
        ),
        ('options = ["this", "that"]', 'options = ["this", " "]', 13, "empty answer"),
        ("answer = 2", "answer = true", 14, "answer = true"),
        ("answer = 2", "answer = 2020-01-31", 14, "answer = 2020-01-31"),
        ('say = "Go back."', 'say = "Go back."\nthen = "So."', 19, "then"),
        ('say = "Look."', 'say = "Look."\nsaid = 1', 6, "said"),
        ('run = "demonstration"', "run = 3", 8, "run"),
        ('kind = "choice"', 'kind = "place"', 13, "options"),
        ('wrong = "No."', 'wrong = "No."\nthen = "So."', 17, "belongs to the step"),
    ],
)
def test_what_does_not_fit_gets_a_sentence_with_its_line(tmp_path, old, new, line, says):
    assert old in WHOLE
    with pytest.raises(UserError) as told:
        lesson(tmp_path, WHOLE.replace(old, new, 1))
    said = str(told.value)
    assert "mine.toml" in said
    assert says in said
    assert said.endswith(".")
    assert "\n" not in said
    if line is not None:
        assert f"line {line}" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("epoch=600", "epoch=601", "line 9.*epoch 601"),
        ("layer=7", "layer=8", "line 9.*layer 8"),
        ('run = "demonstration"', 'run = "../nowhere"', "line 8.*nowhere"),
        ("answer = 2", "answer = 2\n#", None),
    ],
)
def test_what_cannot_be_shown_is_told(tmp_path, old, new, says):
    found = lesson(tmp_path, WHOLE.replace(old, new, 1))
    if says is None:
        check_stages(found)
        return
    with pytest.raises(UserError, match=says):
        check_stages(found)


@pytest.mark.parametrize(
    "content", [b"", b"title = 1", b"[[step]]", b"\xff\xfe\x00", b"step = 3\ntitle='a'\nable='b'"]
)
def test_no_lesson_at_all_is_told(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(UserError) as told:
        read_lesson(path)
    assert "mine.toml" in str(told.value)


def test_numbers_are_read_off_the_run_and_the_model(tmp_path):
    number = WHOLE.replace('kind = "choice"', 'kind = "number"').replace(
        'options = ["this", "that"]\nanswer = 2', 'reads = "separation_fuzziness"\nlayer = 3'
    )
    assert check_stages(lesson(tmp_path, number))[0] == pytest.approx(4.978, rel=1e-3)
    with pytest.raises(UserError, match="separation"):
        check_stages(lesson(tmp_path, number.replace("separation_fuzziness", "separation")))


NUMBER = WHOLE.replace('kind = "choice"', 'kind = "number"').replace(
    'options = ["this", "that"]\nanswer = 2', "answer = 0.04"
)


@pytest.mark.parametrize(
    ("written", "tolerance"),
    [
        ("", 0.15 * 0.04),
        ("within = 0.5", 0.5 * 0.04),
        ("within_absolute = 0.1", 0.1),
        ("within_absolute = 0.001", 0.001),  # no usual share beside it
        ("within = 0.5\nwithin_absolute = 0.001", 0.5 * 0.04),
    ],
)
def test_how_far_off_is_still_good(tmp_path, written, tolerance):
    text = NUMBER.replace("answer = 0.04", f"answer = 0.04\n{written}")
    (step,) = lesson(tmp_path, text).steps
    assert step.ask.tolerance(0.04) == pytest.approx(tolerance)
    for sign in (-1, 1):
        assert is_good(step.ask, 0.04 + sign * 0.99 * tolerance, 0.04)
        assert not is_good(step.ask, 0.04 + sign * 1.01 * tolerance, 0.04)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("answer = 0", "within_absolute"),
        ("answer = 0\nwithin = 0.2", "within_absolute"),
        ("answer = 1\nwithin_absolute = -1", "within_absolute"),
        ("answer = 1\nwithin_absolute = inf", "within_absolute"),
        ("answer = 0\nwithin_absolute = 0", None),
        ("answer = 0\nwithin = 0", None),
    ],
)
def test_a_share_of_nothing_is_refused(tmp_path, answer, says):
    text = NUMBER.replace("answer = 0.04", answer)
    if says is None:
        assert lesson(tmp_path, text)
        return
    with pytest.raises(UserError, match=says) as told:
        lesson(tmp_path, text)
    assert "line 1" in str(told.value)


def test_a_tolerance_belongs_to_a_number_and_is_looked_at_where_it_is_read(tmp_path):
    with pytest.raises(UserError, match="belong to a number"):
        lesson(tmp_path, WHOLE.replace("answer = 2", "answer = 2\nwithin_absolute = 1"))
    read = NUMBER.replace("answer = 0.04", 'reads = "nc4"')  # 0 at the last epoch
    with pytest.raises(UserError, match="within_absolute"):
        check_stages(lesson(tmp_path, read))
    good = read.replace('reads = "nc4"', 'reads = "nc4"\nwithin_absolute = 0.05')
    assert check_stages(lesson(tmp_path, good)) == {0: 0.0}


def test_a_step_names_the_curves_that_are_seen(tmp_path):
    path = tmp_path / "mine.toml"
    head = 'title = "x"\nable = "x"\n[[step]]\nsay = "Look."\n[step.window]\nrun = "balanced"\n'
    path.write_text(f'{head}plots = ["loss", "collapse"]\ncurves = ["nc3", "train_loss"]\n')
    assert read_lesson(path).steps[0].stage.curves == ("nc3", "train_loss")
    for curves, says in (
        ('plots = ["collapse"]\ncurves = ["nc5"]', "line 8.*curves has 'nc5': choose .*nc4"),
        ('plots = ["collapse"]\ncurves = ["test_loss"]', "curves has 'test_loss': choose .*nc1"),
        ('curves = ["nc1"]', "curves are of a plot: write plots"),
        ('plots = ["matrix"]\ncurves = ["nc1"]', "curves are of a plot: write plots"),
    ):
        path.write_text(f"{head}{curves}\n")
        with pytest.raises(UserError, match=says):
            read_lesson(path)
