"""Wrong lessons of every kind: one sentence that names the line, and what to write."""

import re

import pytest

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.lessons.lesson_file import read_lesson
from ncviz.lessons.lesson_lines import is_lesson
from ncviz.lessons.staging import check_stages

HEAD = 'title = "A lesson"\nable = "You can say it."\n'
RUN = """
[[step]]
say = "Look."
[step.window]
room = "Explore"
run = "demonstration"
view = "ncviz:v1 epoch=100 layer=7 classes=2,6"
"""
MODEL = """
[[step]]
say = "Look."
[step.model]
name = "layer-peeled"
ratio = 4
"""
VECTORS = '\n[[step]]\nsay = "Look."\n[step.model]\nname = "vectors"\n'
DESCENT = '\n[[step]]\nsay = "Look."\n[step.model]\nname = "square-loss"\n'
RECIPE = '\n[[step]]\nsay = "Look."\n[step.recipe]\nepochs = 30\nweight_decay = 0.1\n'
NEXT = '\n[[step]]\nsay = "Go on."\n'


def deed(until, point="rooms"):
    return f'[step.do]\nsay = "Do it."\npoint = ["{point}"]\nuntil = "{until}"\n'


def said_of(tmp_path, text):
    """Return what is said of a lesson and the text of the line that it names; '' for a good one."""
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    try:
        check_stages(read_lesson(path))
    except UserError as error:
        said = str(error)
        assert said.startswith(f"The lesson {path}")
        assert said.endswith(".")
        assert "\n" not in said
        line = re.search(r"\bline (\d+)", said)
        return said, text.splitlines()[int(line[1]) - 1] if line else ""
    return "", ""


@pytest.mark.parametrize(
    ("stage", "until", "says"),
    [
        # What holds already
        (RUN, "epoch >= 0", "holds already .* epoch = 100"),
        (RUN, "epoch <= 100", "holds already"),
        (RUN, "layer is 7", "holds already"),
        (RUN, "layer is not 3", "holds already"),
        (RUN, "room is explore", "holds already"),
        (RUN, "samples is on and means is on", "holds already"),
        (RUN, "classes is 2", "holds already"),
        (RUN, "pinned < 1", "holds already"),
        (RUN, "turned >= 0", "holds already"),
        (RUN, "trained >= 60", "holds already .* trained = 600"),
        (RUN, "split is train", "holds already"),
        (RUN, "color is class", "holds already"),
        (MODEL, "ratio >= 1", "holds already .* ratio = 4"),
        (MODEL, "model is layer-peeled", "holds already"),
        (MODEL, "budget is 5", "holds already"),
        (VECTORS, "largest_cosine <= 1", "holds already"),
        (DESCENT, "step >= 0", "holds already"),
        (RECIPE, "weight_decay > 0.01", "holds already"),
        (RECIPE, "trained >= 0", "holds already"),
        # What never holds
        (RUN, "epoch >= 900", "never holds: epoch is a number from 0 to 600"),
        (RUN, "epoch < 0", "never holds"),
        (RUN, "layer >= 12", "never holds: layer is a whole number from 0 to 7"),
        (RUN, "layer is 2.5", "never holds"),
        (RUN, "layer is -1", "never holds"),
        (RUN, "classes >= 11", "never holds: .* from 2 to 10"),
        (RUN, "hidden > 10", "never holds"),
        (RUN, "turned > 180", "never holds"),
        (RUN, "epoch >= 300 and epoch < 10", "never holds at once"),
        (RUN, "layer > 3 and layer < 4", "never holds at once"),
        (RUN, "room is Layers and room is Theory", "never holds at once"),
        (RUN, "samples is not on and samples is not off", "never holds at once"),
        (MODEL, "ratio >= 1000000", "never holds: ratio is a number from 1 to 10000"),
        (MODEL, "classes >= 21", "never holds"),
        (DESCENT, "step > 20000", "never holds: step is a number from 0 to 20000"),
        (RECIPE, "trained >= 100", "never holds: .* from 0 to 30"),
        (RECIPE, "depth < 2", "never holds"),
        # What is of another kind
        (RUN, "room >= 3", "room is one of Learn, .*: write is or is not"),
        (RUN, "epoch is end", "epoch is a number from 0 to 600"),
        (RUN, "samples is maybe", "choose one of on, off"),
        (RUN, "samples is 1", "choose one of on, off"),
        (RUN, "room is Tehory", "choose Theory, or another"),
        (RUN, "split is tset", "choose one of train, test"),
        (RUN, "color is loss", "choose"),
        (MODEL, "shape is 3", "is a list"),
        (MODEL, "preset is two", "choose one of|two groups"),
        (MODEL, "ratio is large", "ratio is a number"),
        (RECIPE, "optimizer is adamm", "adam"),
        (RECIPE, "batch_norm is off", "choose one of true, false"),
        (RECIPE, "widths is 3", "is a list"),
        # What is no condition
        (RUN, "", "until is empty"),
        (RUN, "  ", "until is empty"),
        (RUN, "epoch >= 600 or layer is 3", "only 'and'"),
        (RUN, "epok >= 3", "choose epoch, or another"),
    ],
)
def test_a_deed_that_cannot_be_awaited_is_refused(tmp_path, stage, until, says):
    said, line = said_of(tmp_path, HEAD + stage + deed(until))
    assert re.search(says, said), said
    assert line == f'until = "{until}"'


@pytest.mark.parametrize(
    ("stage", "until"),
    [
        (RUN, "epoch >= 600"),
        (RUN, "epoch is 100 and layer is 3"),
        (RUN, "room is Layers"),
        (RUN, "turned >= 40"),
        (RUN, "samples is off"),
        (RUN, "color is not class"),
        (RUN, "split is test"),
        (RUN, "epoch > 0 and epoch < 10"),
        (MODEL, "ratio >= 20 and budget < 3"),
        (MODEL, "ratio < 1.0000001"),
        (MODEL, "majority >= 3"),
        (MODEL, "cosine_minority >= 0.5"),
        (VECTORS, "largest_cosine <= -0.25"),
        (DESCENT, "step >= 20000"),
        (DESCENT, "ε <= 0.1"),
        (RECIPE, "trained >= 30"),
        (RECIPE, "trained >= 100 and epochs >= 100"),
        (RECIPE, "batch_norm is false"),
        (RECIPE, "merged is 0,1"),
    ],
)
def test_a_deed_that_can_be_done_is_awaited(tmp_path, stage, until):
    assert said_of(tmp_path, HEAD + stage + deed(until)) == ("", "")


def test_longer_training_is_possible_where_its_field_is_pointed_at(tmp_path):
    assert said_of(tmp_path, HEAD + RECIPE + deed("trained >= 100", "field:epochs"))[0] == ""
    later = HEAD + RECIPE + deed("epochs >= 100", "field:epochs") + NEXT + deed("trained >= 100")
    assert said_of(tmp_path, later)[0] == ""


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        ("epoch >= 300", "epoch >= 200", "once the step before is done"),
        ("epoch >= 300", "epoch >= 301", ""),
        ("epoch >= 300", "epoch <= 10", ""),
        ("room is Layers", "room is Layers", "once the step before is done"),
        ("room is Layers", "room is Explore", ""),
        ("epoch >= 300", "layer is 7", "holds already"),
        ("turned >= 40", "turned >= 40", ""),  # counted anew from each step
        ("epoch >= 300", "epoch >= 700", "never holds"),
    ],
)
def test_a_step_that_goes_on_begins_where_the_deed_before_ended(tmp_path, first, then, says):
    said, _line = said_of(tmp_path, HEAD + RUN + deed(first) + NEXT + deed(then))
    assert re.search(says, said) if says else said == ""


def test_after_as_you_like_nothing_is_certain(tmp_path):
    free = '[step.do]\nsay = "As you like."\n'
    assert said_of(tmp_path, HEAD + RUN + free + NEXT + deed("epoch <= 100"))[0] == ""


NUMBER = """[step.ask]
kind = "number"
text = "How much?"
reads = "nc1"
layer = 7
epoch = 600
right = "Yes."
wrong = "No."
"""


@pytest.mark.parametrize(
    ("stage", "old", "new", "line", "says"),
    [
        (RUN, "epoch = 600", "epoch = 599", "epoch = 599", "599 was not recorded"),
        (RUN, "epoch = 600", "epoch = 1000", "epoch = 1000", "the nearest one is 600"),
        (RUN, "layer = 7", "layer = 9", "layer = 9", "choose 0 to 7"),
        (RUN, '"nc1"', '"NC-1"', 'reads = "NC-1"', "choose nc1 or"),
        (RUN, '"nc1"\nlayer = 7', '"nc3"\nlayer = 3', 'reads = "nc3"', "layer 3 has no such"),
        (RUN, '"number"', '"place"', "", ""),
        (MODEL, '"nc1"\nlayer = 7\nepoch = 600', '"cosine"', 'reads = "cosine"', "'cosine, minor"),
        (MODEL, '"nc1"', '"cosine_minority"', 'reads = "cosine_minority"', "'cosine, minority'"),
        (RUN, 'run = "demonstration"', 'run = "demo"', 'run = "demo"', "one of demonstration, "),
        (RUN, "epoch=100", "epoch=1000", None, "choose 0 to 600"),
        (RUN, 'view = "ncviz:v1 epoch=100', 'epoch = 100\n#"', "epoch = 100", "within a view"),
        (RUN, 'room = "Explore"', 'room = "Compare"', 'room = "Compare"', "no beside"),
        (RUN, "[step.window]", "[step.windw]", "[step.windw]", r"\[step.window\]"),
        (RUN, "[step.window]", "[window]", "[window]", r"\[step.window\]"),
        (RUN, 'say = "Look."', 'until = "epoch > 3"', None, r"belongs to \[step.do\]"),
        (MODEL, "[step.model]", "[step.recipe]\nepochs = 3\n[step.model]", None, "one of them"),
    ],
)
def test_what_a_step_shows_or_reads_is_there(tmp_path, stage, old, new, line, says):
    whole = HEAD + stage + NUMBER
    assert old in whole
    said, found = said_of(tmp_path, whole.replace(old, new, 1))
    assert re.search(says, said) if says else said == "", said
    if line is not None:
        assert found == line


@pytest.mark.parametrize(
    ("name", "says"),
    [("rho", "all layers together"), ("nc3", "the last layer"), ("separation_fuzziness", "")],
)
def test_a_place_is_of_what_each_layer_has(tmp_path, name, says):
    place = NUMBER.replace('"number"', '"place"').replace("nc1", name)
    said, line = said_of(tmp_path, HEAD + RUN + place)
    assert (says in said and line == f'reads = "{name}"') if says else said == ""


@pytest.mark.parametrize(
    ("stage", "point", "says"),
    [
        (MODEL, "slider:temperature", "one of ratio, "),
        (MODEL, "slider:budgt", "budget, or another"),
        (MODEL, "slider:R", "slider: and ratio"),
        (MODEL, "slider:norm budget", "slider: and budget"),
        (RECIPE, "field:weigth_decay", "field: and weight_decay"),
        (RUN, "slider:ratio", "in the room 'Theory'"),
        (RUN, "sliders", "in the room 'Theory'"),
        (RUN, "train", "in the room 'Train'"),
        (MODEL, "recipe", "in the room 'Train'"),
        (RUN, "plaay", "choose play, or another"),
        (RUN, "timeline", ""),
    ],
)
def test_what_is_pointed_at_is_on_the_screen(tmp_path, stage, point, says):
    text = HEAD + stage + f'[step.do]\nsay = "Do it."\npoint = ["{point}"]\n'
    said, line = said_of(tmp_path, text)
    assert re.search(says, said) if says else said == "", said
    assert line == (f'point = ["{point}"]' if says else "")


def test_answers_are_told_apart_and_counted(tmp_path):
    ask = (
        '[step.ask]\nkind = "choice"\ntext = "?"\nright = "y"\nwrong = "n"\nanswer = 3\noptions = '
    )
    for options, says in (
        ('["a", "a"]', "'a' twice"),
        ('["a"]', "options has 1: write 2"),
        ('["a", "b"]', "answer is 3:"),
    ):
        assert says in said_of(tmp_path, HEAD + RUN + ask + options + "\n")[0]


def test_without_a_picture_a_lesson_begins_with_the_demonstration(tmp_path):
    path = tmp_path / "mine.toml"
    for stage in ("", '[step.window]\nroom = "Layers"\n'):
        path.write_text(f'{HEAD}[[step]]\nsay = "Look."\n{stage}', encoding="utf-8")
        assert read_lesson(path).stage_of(0).run == "demonstration"


def test_a_recipe_is_no_lesson(tmp_path):
    assert "is a recipe" in said_of(tmp_path, 'activation = "relu"\ndepth = 4\n')[0]


def test_names_of_a_lesson_are_printed(capsys):
    assert main(["lesson", "names"]) == 0
    told = capsys.readouterr().out
    assert "run imbalanced: layers 0 to 3, epochs 0 to 300, classes 0 to 9" in told
    assert "separation_fuzziness" in told
    assert "until turned:" in told


def test_a_run_that_ships_is_told_by_its_name(capsys):
    assert main(["info", "imbalanced"]) == 0
    assert "25 recorded up to epoch 300" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("head", "encoding"), [("[[step]]", "latin-1"), ("[step]", "utf-8"), ("[step.window]", "utf-8")]
)
def test_a_wrong_lesson_is_opened_as_a_lesson(tmp_path, head, encoding):
    path = tmp_path / "mine.toml"
    path.write_bytes(f'title = "Grüße"\n{head}\n'.encode(encoding))
    assert is_lesson(path)


@pytest.mark.parametrize(
    ("content", "tells"),
    [
        ('title = "A"\nable = "You can."\n', True),  # no step yet
        ('title = "A"\rable = "You can."\r[[step]]\rsay = "Look."', True),
        ('notes = "able = 3, [[step]]"\nepochs = 3\n', False),
        ('dataset = "digits"\nenabled = true\n', False),
        ("", False),
    ],
)
def test_a_lesson_is_known_by_its_steps_or_by_what_one_can_say_then(tmp_path, content, tells):
    path = tmp_path / "mine.toml"
    path.write_bytes(content.encode())
    assert is_lesson(path) == tells
