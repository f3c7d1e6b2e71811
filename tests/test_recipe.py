import json
import math
import tomllib
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.networks.activations import activations
from ncviz.networks.perceptron import Perceptron
from ncviz.parameters import changed, declared
from ncviz.training.losses.loss import losses
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import MEASURED, Recipe
from ncviz.training.recipe_file import read_recipe, recipe_from_dict
from ncviz.training.recorded_epochs import recorded_epochs
from ncviz.training.schedules.schedule import schedules

RECIPES = st.builds(
    Recipe,
    dataset=st.text(max_size=12),
    data_folder=st.text(max_size=20),
    classes=st.lists(st.integers(0, 99), min_size=2, max_size=5, unique=True).map(tuple),
    image_size=st.integers(2, 256),
    images_per_class=st.integers(2, 100_000),
    imbalance_ratio=st.floats(1.0, 1e6),
    majority_classes=st.integers(1, 100),
    architecture=st.builds(
        Perceptron,
        depth=st.integers(2, 100),
        width=st.integers(1, 8192),
        batch_norm=st.booleans(),
        activation=st.sampled_from(tuple(activations())),
        widths=st.lists(st.integers(1, 8192), max_size=4).map(tuple),
        bias=st.booleans(),
    ),
    loss=st.sampled_from(tuple(name for name, loss in losses().items() if not loss.takes_sets)),
    optimizer=st.sampled_from(tuple(optimizers())),
    learning_rate=st.floats(1e-300, 100.0),
    schedule=st.sampled_from(tuple(schedules())),
    weight_decay=st.floats(0.0, 10.0),
    batch_size=st.integers(2, 100_000),
    epochs=st.integers(1, 300),
    record=st.sampled_from(["default", "all", "every 7", "0", "0, 1"]),
    probe_per_class=st.integers(1, 10_000),
    measured=st.sampled_from(MEASURED),
    seed=st.integers(0, 2**31 - 1),
).map(
    lambda recipe: replace(
        recipe,
        imbalance_ratio=min(recipe.imbalance_ratio, recipe.images_per_class),
        majority_classes=min(recipe.majority_classes, len(recipe.classes) - 1),
    )
)


def refused(call):
    """Return the sentence with which something is refused."""
    with pytest.raises(UserError) as caught:
        call()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_the_default_is_the_published_set_up():
    recipe = Recipe()
    recipe.check()
    assert (
        recipe.architecture.depth,
        recipe.architecture.width,
        recipe.image_size,
        recipe.images_per_class,
    ) == (
        8,
        100,
        10,
        100,
    )
    assert (recipe.optimizer, recipe.learning_rate) == ("adam", 1e-3)
    assert (recipe.weight_decay, recipe.batch_size, recipe.epochs) == (5e-4, 128, 600)
    assert recipe.learning_rate_drops() == (200, 400)
    assert (recipe.loss, recipe.architecture.activation, recipe.architecture.batch_norm) == (
        "cross_entropy",
        "relu",
        True,
    )
    assert recipe.measured == "evaluation"
    assert recipe.imbalance_ratio == 1.0


@settings(max_examples=30)
@given(RECIPES)
def test_toml_and_json_bring_every_recipe_back(recipe):
    recipe.check()
    assert recipe_from_dict(tomllib.loads(recipe.to_toml())) == recipe
    assert recipe_from_dict(json.loads(json.dumps(recipe.to_dict(), allow_nan=False))) == recipe


@pytest.mark.parametrize(
    "folder", ["/home/ünï/Größe", "/data/😀", 'a "quoted" \\ path', "line\nbreak\ttab", "\x7f\x01"]
)
def test_folders_of_any_name_come_back_from_a_file(tmp_path, folder):
    recipe = replace(Recipe(), data_folder=folder)
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.to_toml(), encoding="utf-8")
    assert read_recipe(path) == recipe


def test_the_text_has_one_line_a_parameter():
    lines = Recipe().to_toml().splitlines()
    assert [line.split(" = ")[0] for line in lines] == list(declared(Recipe))


def test_what_is_absent_keeps_its_default():
    assert recipe_from_dict({}) == Recipe()
    assert recipe_from_dict({"depth": 4}) == changed(Recipe(), depth=4)


def test_whole_floats_are_whole_numbers_and_the_other_way_round():
    recipe = recipe_from_dict({"depth": 4.0, "learning_rate": 1, "classes": (3, 1)})
    assert (recipe.architecture.depth, recipe.learning_rate, recipe.classes) == (4, 1.0, (3, 1))
    assert type(recipe.architecture.depth) is int
    assert type(recipe.learning_rate) is float


INF, NAN = math.inf, math.nan
IMPOSSIBLE = {
    "image_size": [1, 0, -10, 257],
    "images_per_class": [0, 1, -5, 100_001],
    "imbalance_ratio": [0.0, 0.999, -3.0, NAN, INF, -INF],
    "majority_classes": [0, -1],
    "depth": [0, 1, -8, 101],
    "width": [0, -1, 8193],
    "activation": ["", "RELU", "sigmoid", "rel\nu"],
    "widths": [[0], [100, 8193], [-1, 2]],
    "linear_layers": [0, -1, 9],
    "loss": ["mse", ""],
    "optimizer": ["adagrad", "Adam"],
    "learning_rate": [0.0, -0.1, NAN, INF, -INF, 101.0],
    "schedule": ["linear"],
    "weight_decay": [-1e-9, NAN, INF, 10.5],
    "batch_size": [0, -128],
    "epochs": [0, -1, 100_001],
    "probe_per_class": [0, -1],
    "measured": ["eval"],
    "seed": [-1, 2**31],
    "classes": [[1, 1], [-1, 2], [3]],
    "record": ["", "often", "every", "every 0", "every -5", "every two", "1, 2, 601", "-1", "1.5"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in IMPOSSIBLE.items() for value in values]
)
def test_an_impossible_value_is_named(name, value):
    sentence = refused(lambda: recipe_from_dict({name: value}))
    assert name in sentence or (name == "classes" and "one class" in sentence)
    if not isinstance(value, list):
        shown = repr(value) if isinstance(value, str) else f"{value:g}"
        assert shown in sentence or str(value) in sentence


def test_the_impossible_is_refused_of_a_recipe_that_was_made_otherwise_too():
    for name, values in IMPOSSIBLE.items():
        for value in values:
            made = changed(Recipe(), **{name: tuple(value) if isinstance(value, list) else value})
            refused(made.check)


WRONG_TYPES = {
    "dataset": [3, None, ["x"]],
    "data_folder": [False],
    "classes": ["0, 1", 3, [0.5, 1], [True, False], [[0], [1]], ["0", "1"], {}],
    "widths": ["100", [0.5], [[1]], [True]],
    "depth": ["8", 2.5, True, None, [8], INF, NAN],
    "batch_norm": [1, 0, "true", None],
    "learning_rate": ["fast", True, None, [0.1], 10**400],
    "epochs": ["600", 1e400, {}],
    "record": [10, ["all"], None],
    "activation": [None, 1],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_TYPES.items() for value in values]
)
def test_a_value_of_the_wrong_type_is_named(name, value):
    sentence = refused(lambda: recipe_from_dict({name: value}))
    assert f"has {name} = " in sentence
    assert "must be" in sentence


@pytest.mark.parametrize("huge", [10**30, 10**400, -(10**400)])
def test_huge_whole_numbers_are_out_of_range(huge):
    assert "depth" in refused(lambda: recipe_from_dict({"depth": huge}))


def test_an_unknown_parameter_is_named_with_the_known_ones():
    sentence = refused(lambda: recipe_from_dict({"deepness": 3}, "The recipe x.toml"))
    assert sentence.startswith("The recipe x.toml has an unknown parameter 'deepness'")
    assert all(name in sentence for name in declared(Recipe))


def test_a_recipe_is_read_from_a_file(tmp_path):
    path = tmp_path / "größe.toml"
    path.write_text(
        '# a comment\ndepth = 4\noptimizer = "sgd" # fast\nlearning_rate = 3e-1\n', encoding="utf-8"
    )
    assert read_recipe(path) == changed(Recipe(), depth=4, optimizer="sgd", learning_rate=0.3)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"depth = ", "not a TOML file"),
        (b"depth: 4", "not a TOML file"),
        (b"\xff\xfed", "not a TOML file"),
        (b"depth = 4\ndepth = 5", "not a TOML file"),
        (b"x = " + b"[" * 100_000, "not a TOML file"),
        (b"seed = " + b"9" * 5000, "not a TOML file"),
        (b"seed = " + b"9" * 500, "seed"),
        (b"[recipe]\ndepth = 4", "unknown parameter 'recipe'"),
        (b"depth = 2026-01-02", "has depth = "),
        (b"learning_rate = nan", "learning_rate"),
        (b"learning_rate = -inf", "learning_rate"),
    ],
)
def test_a_file_that_is_no_recipe_is_named(tmp_path, content, word):
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)
    sentence = refused(lambda: read_recipe(path))
    assert word in sentence
    if "rate" not in word and word != "seed":
        assert str(path) in sentence


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    assert "No such file" in refused(lambda: read_recipe(tmp_path / "nowhere.toml"))
    assert "Is a directory" in refused(lambda: read_recipe(tmp_path))


@pytest.mark.parametrize(
    ("record", "epochs", "expected"),
    [
        ("all", 4, (0, 1, 2, 3, 4)),
        ("every 2", 5, (0, 2, 4, 5)),
        ("every 100", 5, (0, 5)),
        ("0, 1, 10", 600, (0, 1, 10, 600)),
        ("10 1  1,0", 20, (0, 1, 10, 20)),
        ("3", 3, (3,)),
        ("default", 1, (0, 1)),
        ("default", 3, (0, 1, 2, 3)),
        ("  all ", 2, (0, 1, 2)),
    ],
)
def test_the_epochs_to_record(record, epochs, expected):
    assert recorded_epochs(record, epochs) == expected
    assert replace(Recipe(), record=record, epochs=epochs).recorded_epochs() == expected


@given(st.integers(1, 100_000))
def test_the_default_is_dense_at_first_and_ends_at_the_last(epochs):
    found = recorded_epochs("default", epochs)
    assert list(found) == sorted(set(found))
    assert found[0] == 0
    assert found[-1] == epochs
    assert set(range(min(epochs, 6) + 1)) <= set(found)
    assert len(found) <= 70


def test_the_published_training_is_recorded_some_forty_times():
    found = recorded_epochs("default", 600)
    assert 35 <= len(found) <= 55
    late = [epoch for epoch in found if epoch >= 120]
    assert len({b - a for a, b in pairwise(late)}) == 1  # at even distances
    for drop in (200, 400):  # what the drops of the learning rate do is seen
        assert min(abs(epoch - drop) for epoch in found) <= 15


@pytest.mark.parametrize(
    ("epochs", "drops"),
    [(600, (200, 400)), (350, (116, 233)), (3, (1, 2)), (2, (1,)), (1, ())],
)
def test_the_learning_rate_drops_at_a_third_and_two_thirds(epochs, drops):
    assert replace(Recipe(), epochs=epochs).learning_rate_drops() == drops
    for schedule in ("constant", "cosine"):
        recipe = replace(Recipe(), epochs=epochs, schedule=schedule)
        assert recipe.learning_rate_drops() == ()


def test_plain_values_are_plain():
    values = replace(Recipe(), classes=(4, 2)).to_dict()
    assert values["classes"] == [4, 2]
    # What came later is not named where it is usual: runs are as they were before.
    later = {name for name, item in declared(Recipe).items() if item.parameter.later}
    assert {"network", "widths", "linear_layers"} <= later
    assert values.keys() == declared(Recipe).keys() - later
    assert all(isinstance(v, str | int | float | bool | list) for v in values.values())
