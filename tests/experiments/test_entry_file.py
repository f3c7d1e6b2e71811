"""An experiment's file is read strictly: what does not fit is told with file and key."""

import pytest

from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.entry_lines import is_experiment
from ncviz.experiments.experiment import ModelProblem
from ncviz.parameters import declared
from ncviz.training.recipe import Recipe

THEORY = """
title = "Theory"
group = "Tests"
claim = "It is solved."
source = { authors = "Nobody", where = "nowhere", year = 2000, figure = "Fig. 1" }
model = { name = "layer-peeled", classes = 6, majority = 2, ratio = 3.0 }
expected = [{ number = "R₀", published = "finite", relation = "at most", value = 1e4 }]
"""


def test_it_is_what_the_file_says(tiny):
    found = read_experiment(tiny)
    assert (found.name, found.title, found.group) == ("tiny", "Tiny", "Tests")
    assert found.source.words == "Nobody, nowhere 2000, Fig. 1"
    assert [each.name for each in found.variants] == ["narrow", "wide"]
    narrow = found.variant()
    assert isinstance(narrow.small, Recipe)
    assert (narrow.small.architecture.width, narrow.small.epochs) == (3, 3)
    assert narrow.published.epochs == 4
    assert found.has_published_form
    assert found.is_drawn
    assert found.shown.beside == "wide"
    assert (found.knob.to, found.start) == (9, 3)
    assert [each.reading for each in found.expected] == [
        "loss train over epochs",
        "nc1 test",
        "separation_fuzziness layer 1 epoch 1 train",
    ]
    assert [each.wanted for each in found.expected] == [
        "falls over the epochs, steps back of up to 100 % allowed",
        "below 100 times that of narrow",
        "≥ 0",
    ]


def test_the_published_form_may_be_of_another_network(tiny):
    text = tiny.read_text(encoding="utf-8")
    text = text.replace("[published]", '[published]\nnetwork = "residual"\nblock = "three"')
    text = text.replace("{ width = 3 }", "{ epochs = 5 }").replace("{ width = 9 }", "{}")
    tiny.write_text(text, encoding="utf-8")
    variant = read_experiment(tiny).variant()
    assert variant.small.architecture.width == 5
    assert variant.published.architecture.block == "three"
    assert variant.published.image_size == 4


def test_a_variant_may_be_published_otherwise(tiny):
    text = tiny.read_text(encoding="utf-8")
    wide = '"wide" = { width = 9 }'
    text = text.replace(wide, '"wide" = { width = 9, published = { width = 90, epochs = 8 } }')
    tiny.write_text(text, encoding="utf-8")
    narrow, found = read_experiment(tiny).variants
    assert (found.small.architecture.width, found.published.architecture.width) == (9, 90)
    assert (found.small.epochs, found.published.epochs, narrow.published.epochs) == (3, 8, 4)


def test_a_model_may_stand_in_the_place_of_a_recipe(tmp_path):
    path = tmp_path / "theory.toml"
    path.write_text(THEORY, encoding="utf-8")
    found = read_experiment(path)
    (variant,) = found.variants
    assert isinstance(variant.small, ModelProblem)
    assert variant.small.parameters.majority == 2
    assert found.shown.room == "Theory"
    assert not found.is_drawn
    assert not found.has_published_form


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('title = "Tiny"', "", "has no title"),
        ('title = "Tiny"', "title = 3", "title = 3"),
        ('title = "Tiny"', 'title = "T"\nheading = "x"', "unknown parameter 'heading'"),
        ('scaled = "Everything."', "", "scaled"),
        ("year = 2000", "year = 20000", "year is 20000"),
        ('figure = "Fig. 1"', 'page = "1"', "source has an unknown parameter 'page'"),
        ("[recipe]", "[model]", "has the name"),
        ("[recipe]", "[other]", "unknown parameter 'other'"),
        ("[recipe]", "[source.x]", "needs [recipe], [fine_tuning] or [model]"),
        ("epochs = 3", "epochs = 0", "epochs is 0"),
        ("epochs = 3", "epochs = 3\nseed = 1", "--seeds"),
        ("epochs = 4", "epochs = 0.5", "published has epochs = 0.5"),
        ("width = 9", "widht = 9", "vary 'wide'"),
        ('"wide" = { width = 9 }', '"wide" = 9', "vary has wide that is no table"),
        ('room = "Layers"', 'room = "Cellar"', "window's room is 'Cellar'"),
        ('plots = ["law"]', 'plots = ["low"]', "plots has 'low'"),
        ('beside = "wide"', 'beside = "long"', "beside is 'long': the variants are narrow, wide"),
        ('beside = "wide"', 'view = "somewhere"', "window"),
        ('number = "nc1"', 'number = "nc9"', "expected 2 does not fit: there is no number 'nc9'"),
        ('number = "nc1"', "", "expected 2 has no number"),
        ('relation = "smaller"', 'relation = "like"', "expected 2's relation is 'like'"),
        ('relation = "smaller"', 'relation = "about"', "'about' needs value"),
        ('than = "narrow"', "", "'smaller' needs than"),
        ('than = "narrow"', 'than = "narrow"\nvalue = 3', "'smaller' has no use for value"),
        ("value = 0", "value = 0\nover = 'layers'", "'at least' has no use for over"),
        ("value = 0", "value = 0\ntolerance = -1", "tolerance is -1"),
        ("value = 0", "value = 0\ncount = 3", "count is 3: there are 2 variants"),
        ('than = "narrow"', 'than = "narrow"\ncount = 2', "count is of all variants"),
        ("width = 9", "width = 9, published = { epochs = 0 }", "epochs is 0"),
        ("width = 9", "width = 9, published = 3", "vary 'wide' has published that is no table"),
        ("value = 0", "value = 'much'", "value = 'much'"),
        ("epoch = 1", "epoch = 2", "epoch 2 is not recorded"),
        ('field = "epochs"', 'field = "epoch"', "knob does not fit: there is no field 'epoch'"),
        ("to = 9", "to = 0", "epochs is 0"),
        ("to = 9", "to = 9\nfrom = 3", "unknown parameter 'from'"),
    ],
)
def test_what_does_not_fit_is_told(tiny, before, after, words):
    text = tiny.read_text(encoding="utf-8")
    assert before in text
    tiny.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(UserError) as told:
        read_experiment(tiny)
    sentence = str(told.value)
    assert words in sentence
    assert str(tiny) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"title = ", b"[[expected]]\n[expected]\n"])
def test_what_is_no_file_of_an_experiment_is_told(tmp_path, content):
    path = tmp_path / "wrong.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"wrong\.toml is (not a TOML file|no text)"):
        read_experiment(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_experiment(tmp_path)


@pytest.mark.parametrize("value", ["3", '"all"', "[]", "[1]"])
def test_what_is_expected_is_a_list_of_tables(tiny, value):
    text = tiny.read_text(encoding="utf-8")
    head, _, _ = text.partition("[[expected]]")
    tiny.write_text(f"expected = {value}\n{head}", encoding="utf-8")
    with pytest.raises(UserError, match="nothing expected"):
        read_experiment(tiny)


def test_a_knob_that_is_a_list_is_as_its_field_holds_it(tiny):
    text = tiny.read_text(encoding="utf-8")
    tiny.write_text(
        text.replace('field = "epochs"\nto = 9', 'field = "widths"\nto = [4, 6]'), encoding="utf-8"
    )
    found = read_experiment(tiny)
    assert found.knob.to == (4, 6)
    item = declared(Recipe())["widths"]
    assert (item.words(found.start), item.words(found.knob.to)) == ("all alike", "4, 6")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("depth = 3", "depth = 1000000000", 17),
        ("depth = 3", "dpeth = 3", 17),
        ("{ width = 9 }", "{ width = 100000000 }", 29),
        ("tolerance = 1.0", "tolerence = 1.0", 41),
        ("factor = 100.0", "factor = inf", 50),
        ('"nc1"', '"nc11"', 44),
        ('"Tiny"', "3", 2),
        ("to = 9", "to = 0", 62),
    ],
)
def test_the_line_of_what_cannot_be_is_named(tiny, before, after, line):
    tiny.write_text(tiny.read_text("utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(UserError, match=f"tiny.toml, line {line}[:,] ") as told:
        read_experiment(tiny)
    assert "\n" not in str(told.value)


def test_texts_are_one_line_of_plain_letters(tiny):
    odd = '"Ti\\u202eny\\n\\u0007<b>"'
    tiny.write_text(tiny.read_text("utf-8").replace('"Tiny"', odd), encoding="utf-8")
    assert read_experiment(tiny).title == "Tiny <b>"


def test_an_experiment_is_told_from_a_recipe_even_where_it_is_damaged(tiny, tmp_path):
    assert is_experiment(tiny)
    tiny.write_text(tiny.read_text("utf-8").replace('"Tiny"', '"Tiny'), encoding="utf-8")
    assert is_experiment(tiny)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("depth = 3\n", encoding="utf-8")
    assert not is_experiment(recipe)
    assert not is_experiment(tmp_path / "nothing.toml")
