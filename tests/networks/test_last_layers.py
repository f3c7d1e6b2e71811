"""The last layers that a recipe may choose are what they are called, and are measured as that."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from ncviz.errors import UserError
from ncviz.networks.classifiers.cosine import CosineClassifier
from ncviz.networks.classifiers.last_layer import last_layers
from ncviz.networks.classifiers.simplex_etf import etf_rows
from ncviz.networks.network import networks
from ncviz.parameters import changed, declared
from ncviz.training.recipe import Recipe
from ncviz.training.trainer import Recorded, train

SMALL = {"dataset": "digits", "image_size": 4, "images_per_class": 6, "width": 12, "depth": 3}


def recipe_of(**changes):
    short = {"classes": (0, 1, 3, 7), "epochs": 2, "record": "all", "probe_per_class": 2}
    return changed(Recipe(), {**SMALL, **short, **changes})


def snapshots(recipe):
    return [event.snapshot for event in train(recipe) if isinstance(event, Recorded)]


@pytest.mark.parametrize(("classes", "features"), [(2, 1), (4, 3), (10, 9), (10, 10), (3, 7)])
def test_the_fixed_rows_are_a_simplex_etf(classes, features):
    rows = etf_rows(classes, features).double().numpy()
    expected = np.full((classes, classes), -1 / (classes - 1))
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(rows @ rows.T, expected, atol=1e-6)
    np.testing.assert_allclose(rows.sum(axis=0), 0, atol=1e-6)


def test_a_fixed_etf_stays_to_the_bit_while_all_else_is_trained():
    first, *_, last = snapshots(recipe_of(classifier="etf"))
    expected = etf_rows(4, 12).double().numpy()
    for snapshot in (first, last):
        np.testing.assert_array_equal(snapshot.classifier.weight, expected)
    assert np.abs(last.classifier.bias).max() > 0
    moved = [layer.statistics["train"].means for layer in (first.layers[1], last.layers[1])]
    assert not np.array_equal(*moved)


def test_the_class_mean_classifier_is_that_of_the_features_once_these_rest():
    still = {"learning_rate": 1e-30, "optimizer": "sgd", "weight_decay": 0.0, "batch_norm": False}
    recipe = recipe_of(classifier="class_means", epochs=160, record="160", **still)
    last = snapshots(recipe)[-1]
    means = last.layers[-1].statistics["train"].means
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(last.classifier.weight, expected, atol=1e-5)


def test_a_row_moves_by_its_momentum():
    chosen = last_layers()["class_means"].layer(temperature=3.0, mean_momentum=0.75)
    layer = chosen.build(5, 3).train()
    before = layer.linear.weight.clone()
    features, labels = torch.randn(4, 5), torch.tensor([0, 2, 0, 2])
    logits = layer(features)
    assert logits.abs().max() <= 3.0 + 1e-5
    layer.linear.follow(labels)
    directions = functional.normalize(features)
    for label, rows in ((0, [0, 2]), (2, [1, 3])):
        moved = 0.75 * before[label] + 0.25 * directions[rows].sum(0)
        torch.testing.assert_close(layer.linear.weight[label], moved / moved.norm())
    torch.testing.assert_close(layer.linear.weight[1], before[1])


@pytest.mark.parametrize("temperature", [0.1, 10.0])
def test_cosine_logits_are_bounded_by_the_temperature(temperature):
    layer = CosineClassifier(temperature=temperature, feature_dimension=3).build(7, 5)
    logits = layer(100 * torch.randn(50, 7))
    assert logits.abs().max() <= temperature * (1 + 1e-6)
    assert logits.abs().max() > temperature / 2


@pytest.mark.parametrize(
    "changes",
    [
        {"feature_dimension": 3},
        {"classifier_bias": False},
        {"normalised_features": True, "temperature": 4.0},
        {"classifier": "etf", "feature_dimension": 3},
        {"classifier": "class_means", "feature_dimension": 2},
        {"classifier": "cosine", "feature_dimension": 3, "classifier_bias": True},
    ],
    ids=str,
)
def test_logits_are_the_recorded_matrix_times_the_measured_features(changes):
    recipe = recipe_of(**changes)
    whole = recipe.whole_network
    network = whole.build(recipe.shape, 4).eval()
    weights = sum(parameter.numel() for parameter in network.parameters())
    assert whole.weights(recipe.shape, 4) == weights
    found = {}
    for name in whole.layers():
        network.get_submodule(name).register_forward_hook(
            lambda _m, given, out, name=name: found.update({name: (given[0], out)})
        )
    with torch.no_grad():
        logits = network(torch.randn(6, *recipe.shape))
    *hidden, last = whole.layers()
    linear, features = network.get_submodule(last), found[last][0]
    expected = features @ linear.weight.T + (0 if linear.bias is None else linear.bias)
    torch.testing.assert_close(logits, expected)
    assert features.shape[1] == whole.features(recipe.shape)
    if whole.last_layer.length:
        torch.testing.assert_close(features.norm(dim=1), torch.full((6,), whole.last_layer.length))
    if whole.last_layer.feature_dimension:
        assert list(whole.layers().values()) == ["layer 1", "layer 2", "features"]
        assert found[hidden[-1]][1].shape == (6, 12)


@pytest.mark.parametrize("network", networks())
def test_every_network_may_have_another_last_layer(network):
    recipe = changed(Recipe(), network=network, classifier="cosine", feature_dimension=3)
    recipe = changed(recipe, image_size=16)
    with torch.device("meta"):
        built = recipe.whole_network.build(recipe.shape, 10)
        assert built.eval()(torch.zeros(2, *recipe.shape)).shape == (2, 10)
    weights = sum(parameter.numel() for parameter in built.parameters())
    assert recipe.whole_network.weights(recipe.shape, 10) == weights


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"classifier": "etf", "feature_dimension": 2},
            "feature_dimension is 2: a fixed simplex ETF of 10 classes needs 9 or more",
        ),
        (
            {"classifier": "etf", "width": 5},
            "network gives 5 features: a fixed simplex ETF of 10 classes needs 9 or more, choose",
        ),
        ({"classifier": "cosine", "temperature": 0.0}, "temperature is 0: choose a number above 0"),
        ({"classifier": "nearest"}, "classifier is 'nearest': choose one of linear, etf"),
    ],
)
def test_what_cannot_be_is_said_before_a_training(changes, sentence):
    with pytest.raises(UserError, match=sentence):
        changed(Recipe(), changes).check()


def test_classes_that_are_merged_count_once():
    merged = {"merged": "0+1+2+3+4+5+6+7+8", "classifier": "etf", "feature_dimension": 1}
    changed(Recipe(), merged).check()


def test_its_parameters_are_left_out_of_runs_that_have_none_of_it():
    usual = Recipe().to_dict().keys()
    assert not usual & {"classifier", *declared(Recipe().last_layer)}
    chosen = changed(Recipe(), classifier="cosine", temperature=30.0).to_dict()
    assert (chosen["classifier"], chosen["temperature"]) == ("cosine", 30.0)


def test_random_start_of_other_classifiers_changes_nothing_before_them():
    """The same seed gives the same hidden layers, whichever last layer follows."""
    weights = [
        snapshots(recipe_of(classifier=kind, epochs=1, record="0"))[0].layers[1]
        for kind in ("linear", "etf", "cosine")
    ]
    for other in weights[1:]:
        np.testing.assert_array_equal(
            other.statistics["train"].means, weights[0].statistics["train"].means
        )


def test_frozen_class_mean_rows_stay_to_the_bit_and_go_on_where_they_train():
    recipe = recipe_of(
        classifier="class_means", epochs=4, phases="1 all, 2 layer 1, classifier + layer 1"
    )
    rows = [snapshot.classifier.weight for snapshot in snapshots(recipe)]
    assert not np.array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[1], rows[2])
    np.testing.assert_array_equal(rows[2], rows[3])
    assert not np.array_equal(rows[3], rows[4])


def test_rows_follow_the_batch_as_it_was_before_a_step_of_lbfgs():
    """Which passes a batch many times; and the training makes the loss small."""
    chosen = last_layers()["class_means"].layer(mean_momentum=0.0)
    layer = chosen.build(5, 2).train()
    first, labels = torch.randn(4, 5), torch.tensor([0, 1, 0, 1])
    for features in (first, torch.randn(4, 5), torch.randn(4, 5)):
        layer(features)
    layer.linear.follow(labels)
    directions = functional.normalize(first)
    expected = functional.normalize(directions.view(2, 2, 5).sum(0))
    torch.testing.assert_close(layer.linear.weight, expected)
    recipe = recipe_of(classifier="class_means", optimizer="lbfgs", learning_rate=1.0, epochs=25)
    first, *_, last = snapshots(recipe)
    assert 4 * last.scalars["train_loss"] < first.scalars["train_loss"]
    assert last.scalars["train_error"] <= 0.05
