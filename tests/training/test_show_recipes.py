"""The files of docs/recipes can be trained, and what three of them show begins early."""

from pathlib import Path

import numpy as np
import pytest

from ncviz.geometry.collapse import cosines
from ncviz.parameters import changed
from ncviz.theory.softmax_codes import gnc2
from ncviz.training.recipe_file import read_recipe
from ncviz.training.trainer import Recorded, train

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
FILES = sorted(path.name for path in RECIPES.glob("*.toml"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_a_recipe_that_says_what_it_shows(name):
    recipe = read_recipe(RECIPES / name)
    recipe.check()
    assert (RECIPES / name).read_text(encoding="utf-8").startswith("# ")
    document = (RECIPES.parent / "recipes.md").read_text(encoding="utf-8")
    assert f"({RECIPES.name}/{name})" in document


def trained(name, **changes):
    """The snapshots of a shorter form of a recipe, before training and at its end."""
    recipe = changed(read_recipe(RECIPES / name), {"record": "0", **changes})
    return [event.snapshot for event in train(recipe) if isinstance(event, Recorded)]


def test_ten_classes_begin_to_spread_over_the_sphere():
    first, last = trained("ten-classes-on-a-sphere.toml", epochs=60)
    # 0.57 after all 600 epochs; a softmax code has 0.596.
    assert gnc2(last.classifier.weight) > max(0.2, gnc2(first.classifier.weight))
    means = last.layers[-1].statistics["train"].means
    assert means.shape == (10, 3)
    assert last.scalars["train_error"] < 0.1


def test_minority_classifiers_collapse_and_oversampling_parts_them():
    short = {"epochs": 10, "images_per_class": 200}
    found = {}
    for name in ("convolutional", "oversampled"):
        *_, last = trained(f"minority-collapse-{name}.toml", **short)
        pairs = cosines(last.classifier.weight[5:])[~np.eye(5, dtype=bool)]
        found[name] = pairs.mean(), 1 - last.class_errors["test"][5:].mean()
    (together, unseen), (apart, seen) = found.values()
    assert together > 0.6
    assert apart < 0.1
    assert seen > unseen + 0.2


def test_shapes_are_told_apart_by_the_network_of_le_sde():
    first, last = trained("geomnist-le-sde.toml", epochs=30)
    assert first.scalars["train_error"] > 0.4
    assert last.scalars["train_error"] < first.scalars["train_error"]
