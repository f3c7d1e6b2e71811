"""Runs in words: told apart, the same for the same recipe, and kept by every file system."""

import re

import pytest

from ncviz.networks.activations import activations
from ncviz.parameters import changed, declared
from ncviz.runs.folders import LONGEST, folder_words
from ncviz.training.losses.loss import losses
from ncviz.training.naming import (
    differences,
    folder_title,
    training_summary,
    training_title,
)
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe

OTHER = {
    "classes": (0, 3, 5),
    "image_size": 12,
    "images_per_class": 33,
    "imbalance_ratio": 12.5,
    "width": 64,
    "batch_norm": False,
    "activation": "gelu",
    "loss": "focal",
    "learning_rate": 0.02,
    "schedule": "cosine",
    "weight_decay": 0.0,
    "batch_size": 17,
    "epochs": 9,
    "measured": "batches",
    "seed": 3,
    "class_sizes": (9, 5, 2),
    "oversampling": 4,
    "merged": "0+3",
    "widths": (40, 20, 40),
    "bias": False,
    "linear_layers": 2,
    "classifier": "etf",
    "feature_dimension": 12,
    "normalised_features": True,
    "temperature": 4.0,
    "classifier_bias": False,
    "label_noise": 0.2,
    "decayed": "classifier",
    "feature_decay": 0.01,
    "phases": "4 all, classifier",
    "frozen_norm": "batch",
    "labels": "random",
    "images": "random",
    "two_label_images": 6,
    "initial": "orthogonal",
    "initial_scale": 0.5,
    "pretrained_on": "digits",
    "pretraining_epochs": 7,
    "pretraining_images": 40,
}
IN_EVERY_TITLE = {"dataset", "network", "depth", "optimizer"}
NO_NUMBER_CHANGES = {
    "data_folder",
    "record",
    "probe_per_class",
    "majority_classes",
    "measured_on",
    "seeds",
}


def test_the_published_recipe_has_a_plain_title():
    assert training_title(Recipe(), "Fashion-MNIST") == "Fashion-MNIST · 8 layers · Adam"
    assert folder_title(Recipe()) == "fashion-mnist-subset 8 layers adam"


def test_every_parameter_that_changes_the_numbers_is_named():
    assert set(OTHER) == set(declared(Recipe)) - IN_EVERY_TITLE - NO_NUMBER_CHANGES
    titles = {training_title(changed(Recipe(), **{k: v}), "data") for k, v in OTHER.items()}
    folders = {folder_title(changed(Recipe(), **{k: v})) for k, v in OTHER.items()}
    assert len(titles) == len(folders) == len(OTHER)
    assert "data · 8 layers · Adam" not in titles


def test_one_of_anything_is_said_as_one():
    said = training_title(changed(Recipe(), epochs=1, images_per_class=1, image_size=1), "MNIST")
    assert {"1 epoch", "1 image a class", "1 pixel a side"} <= set(said.split(" · "))


def test_what_differs_in_words():
    recipe = changed(Recipe(), **OTHER, majority_classes=1)
    assert differences(recipe) == (
        "imbalance 12.5", "1 majority", "sizes 9 5 2", "4-fold oversampling", "merged 0+3",
        "label noise 0.2", "random labels", "random images", "6 images a pair", "focal loss",
        "GELU", "no batch norm", "width 64", "widths 40 20 40", "2 linear layers at the end",
        "no hidden bias", "rate 0.02", "cosine schedule", "weight decay 0", "classes 0 3 5",
        "33 images a class",
        "12 pixels a side", "fixed ETF", "12 features", "normalised features", "τ 4",
        "no classifier bias", "orthogonal start", "start times 0.5", "trained before on digits",
        "7 epochs before", "40 images a class before", "decay of the classifier",
        "feature decay 0.01", "phases 4 all, classifier",
        "frozen layers normalise each batch", "batch 17", "9 epochs",
        "measured in batches", "seed 3",
    )  # fmt: skip
    linear = changed(Recipe(), activation="identity", optimizer="sgd", learning_rate=0.03)
    assert training_title(linear, "Digits") == "Digits · 8 layers · SGD · linear"


@pytest.mark.parametrize("changes", [{}, OTHER, {**OTHER, "dataset": "../../CON: é*?"}])
def test_a_folder_that_every_file_system_keeps(changes):
    name = folder_words(folder_title(changed(Recipe(), **changes)))
    assert 0 < len(name) <= LONGEST
    assert re.fullmatch(r"[\w.-]+( [\w.-]+)*", name)
    assert not name.endswith((".", " "))


def test_the_summary_names_loss_optimiser_and_activation():
    assert training_summary(Recipe()) == (
        "8 layers of width 100, ReLU, batch norm; cross-entropy by Adam, rate 0.001 divided by 10 "
        "twice; 100 images a class; seed 0."
    )
    noisy = changed(
        Recipe(), dataset="digits", label_noise=0.2, initial="orthogonal", batch_size=17, width=9
    )
    assert training_summary(noisy) == (
        "8 layers of width 9, ReLU, batch norm; cross-entropy by Adam, rate 0.001 divided by 10 "
        "twice; Digits 8 × 8, 100 images a class, label noise 0.2, orthogonal start, batch 17; "
        "seed 0."
    )
    for loss in losses():
        for optimizer in optimizers():
            for activation in activations():
                recipe = changed(
                    Recipe(), loss=loss, optimizer=optimizer, activation=activation,
                    imbalance_ratio=7.0, schedule="constant",
                )  # fmt: skip
                words = training_summary(recipe)
                assert "R = 7" in words
                assert "_" not in words
    assert "no activation" in words


def test_every_choice_of_a_recipe_has_words():
    for item in declared(Recipe).values():
        for words in item.choices.values():
            assert words
            assert "_" not in words


def test_published_rates():
    """He & Su, PNAS 2023, for 4, 8 and 20 layers."""

    def rate(optimizer, depth):
        return changed(Recipe(), optimizer=optimizer, depth=depth).published_rate

    published = {
        "sgd": (0.3, 0.03, 0.01),
        "momentum": (0.3, 0.01, 0.001),
        "adam": (3e-3, 1e-3, 3e-4),
    }
    for optimizer, rates in published.items():
        assert tuple(rate(optimizer, depth) for depth in (4, 8, 20)) == rates
    assert rate("sgd", 2) == 0.3
    assert rate("sgd", 6) == 0.03
    assert rate("sgd", 100) == 0.01
    assert Recipe().learning_rate == Recipe().published_rate
