from dataclasses import replace

import numpy as np
import pytest
import torch

from ncviz.data.catalogue import load
from ncviz.data.subset import select
from ncviz.errors import UserError
from ncviz.training.recipe_samples import load_samples


def test_the_training_pixels_are_standardised_and_the_test_pixels_alike(recipe):
    samples = load_samples(recipe)
    assert samples.train.inputs.shape == (200, 1, 10, 10)
    assert float(samples.train.inputs.mean()) == pytest.approx(0, abs=1e-5)
    assert float(samples.train.inputs.std(correction=0)) == pytest.approx(1, abs=1e-4)
    assert float(samples.test.inputs.mean()) != pytest.approx(0, abs=1e-4)


def test_the_imbalance_leaves_n_over_r_images_to_the_minority(recipe):
    samples = load_samples(replace(recipe, imbalance_ratio=4.0, majority_classes=3))
    assert samples.train_counts == (20,) * 3 + (5,) * 7
    assert tuple(torch.bincount(samples.train.labels).tolist()) == samples.train_counts
    assert torch.bincount(samples.test.labels).tolist() == [10] * 10


def test_the_test_split_takes_what_there_is(recipe):
    samples = load_samples(replace(recipe, images_per_class=600, image_size=2))
    assert torch.bincount(samples.test.labels).tolist() == [200] * 10


def test_chosen_classes_are_numbered_in_their_order(recipe):
    samples = load_samples(replace(recipe, classes=(9, 2)))
    assert samples.class_names == ("Ankle boot", "Pullover")
    assert set(samples.train.labels.tolist()) == {0, 1}


def test_the_seed_decides_which_images(recipe):
    first, again, other = (load_samples(replace(recipe, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first.train.inputs, again.train.inputs)
    assert not torch.equal(first.train.inputs, other.train.inputs)


def test_the_probe_is_the_first_of_each_class_as_the_network_sees_it(recipe):
    recipe = replace(recipe, imbalance_ratio=10.0, image_size=28)
    samples = load_samples(recipe)
    assert np.bincount(samples.probe.labels).tolist() == [5] * 5 + [2] * 5
    labels = samples.train.labels[samples.probe_indices].numpy()
    np.testing.assert_array_equal(samples.probe.labels, labels)
    # At the images' own size nothing is shrunk, so the pixels come back as they were.
    chosen = select(load(recipe.dataset).train, (), samples.train_counts, recipe.seed)
    pixels = chosen.pixels[samples.probe_indices.numpy()]
    np.testing.assert_array_equal(samples.probe.images, pixels)


def test_the_probe_images_are_shrunk_to_what_is_trained_on(recipe):
    samples = load_samples(recipe)
    images = samples.probe.images.reshape(len(samples.probe.labels), -1) / 255.0
    features = samples.train.inputs[samples.probe_indices].flatten(1).double().numpy()
    slope, intercept = np.polyfit(features.ravel(), images.ravel(), 1)
    np.testing.assert_allclose(slope * features + intercept, images, atol=2.5 / 255)


def test_a_class_that_does_not_exist_is_refused(recipe):
    with pytest.raises(UserError, match="no class 12"):
        load_samples(replace(recipe, classes=(0, 12)))
