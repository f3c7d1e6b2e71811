"""What is said before a training is what the training is."""

import pytest

from ncviz.errors import UserError
from ncviz.parameters import changed
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.trainer import Step, train


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"imbalance_ratio": 7.0, "majority_classes": 3},
        {"classes": (1, 4, 6), "depth": 2, "batch_norm": False},
        {"dataset": "digits", "image_size": 8, "batch_size": 67},
        {"images_per_class": 13, "batch_size": 129},  # one image is left over
    ],
)
def test_counts_parameters_and_steps_against_the_training_itself(changes):
    short = Recipe(images_per_class=20, epochs=1, record="0")
    recipe = changed(short, **{"width": 16, **changes})
    coming = forecast(recipe)
    samples = load_samples(recipe)
    shape = tuple(samples.train.inputs.shape[1:])
    network = recipe.architecture.build(shape, len(samples.class_names))
    assert coming.counts == samples.train_counts
    assert coming.inputs == samples.train.inputs[0].numel()
    assert coming.parameters == sum(p.numel() for p in network.parameters())
    assert coming.steps == sum(isinstance(event, Step) for event in train(recipe))
    assert coming.seconds > 0


def test_colours_count_three_times():
    assert forecast(Recipe(dataset="cifar10")).inputs == 300


def test_images_in_words():
    assert forecast(Recipe()).images() == "1,000 images: 100 in each of 10 classes."
    assert forecast(Recipe(imbalance_ratio=10.0)).images() == (
        "550 images: 5 classes of 100, 5 classes of 10."
    )
    assert forecast(Recipe(imbalance_ratio=100.0, majority_classes=9)).images() == (
        "901 images: 9 classes of 100, 1 class of a single one, which has no spread that could "
        "collapse."
    )


def test_a_group_without_images_is_refused():
    with pytest.raises(UserError, match="minority"):
        forecast(Recipe(imbalance_ratio=1000.0))


def test_more_of_anything_takes_longer():
    usual = forecast(Recipe()).seconds
    for changes in (
        {"depth": 20}, {"width": 200}, {"epochs": 900}, {"images_per_class": 200},
        {"image_size": 28}, {"record": "all"},
    ):  # fmt: skip
        assert forecast(changed(Recipe(), **changes)).seconds > usual
