from dataclasses import replace

import numpy as np
import pytest
import torch

from ncviz.errors import UserError
from ncviz.geometry.statistics import class_statistics
from ncviz.parameters import changed
from ncviz.training.recipe import MEASURED
from ncviz.training.recipe_samples import drawing_order, load_samples
from ncviz.training.trainer import Recorded, train
from ncviz.training.training_measurer import TrainingMeasurer


def trained(recipe):
    """The network and the samples of a recipe after its last epoch, and its last snapshot."""
    taken = []
    original = TrainingMeasurer.__init__

    def keep(self, network, samples, recipe):
        taken.append((network, samples, self))
        original(self, network, samples, recipe)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainingMeasurer, "__init__", keep)
        snapshots = [event.snapshot for event in train(recipe) if isinstance(event, Recorded)]
    return *taken[-1], snapshots[-1]


def features_in_double(network, split, measured, seed=0):
    """All features and the logits, recomputed with plain arithmetic in double precision."""
    x = split.inputs.flatten(1).double().numpy()
    parts = [np.arange(len(x))]
    if measured == "batches":
        order = drawing_order(split.labels, seed).numpy()
        parts = [order[i : i + 100] for i in range(0, len(x), 100)]
    features = [x]
    for linear, norm, _ in network.blocks:
        x = x @ array(linear.weight).T + array(linear.bias)
        if measured == "evaluation":
            mean, variance = array(norm.running_mean), array(norm.running_var)
        else:
            mean, variance = np.empty_like(x), np.empty_like(x)
            for part in parts:
                mean[part], variance[part] = x[part].mean(axis=0), x[part].var(axis=0)
        x = (x - mean) / np.sqrt(variance + norm.eps) * array(norm.weight) + array(norm.bias)
        x = np.maximum(x, 0)
        features.append(x)
    classifier = network.classifier
    return features, x @ array(classifier.weight).T + array(classifier.bias)


def array(tensor):
    return tensor.detach().double().numpy()


def textbook(features, labels, classes):
    """Means, v_k, and the per-class traces with the pseudo-inverses of d×d matrices."""
    counts = np.bincount(labels, minlength=classes)
    means = np.stack([features[labels == k].mean(axis=0) for k in range(classes)])
    centered = features - means[labels]
    about_samples = means - features.mean(axis=0)
    about_means = means - means.mean(axis=0)
    between = (about_samples.T * counts / counts.sum()) @ about_samples
    between_means = about_means.T @ about_means / classes
    result = {"counts": counts, "means": means}
    for name, matrix in (
        ("within_variance", np.eye(features.shape[1])),
        ("class_fuzziness", np.linalg.pinv(between, rcond=1e-9)),
        ("class_variability", np.linalg.pinv(between_means, rcond=1e-9)),
    ):
        quadratic = np.einsum("ij,jk,ik->i", centered, matrix, centered)
        result[name] = np.array([quadratic[labels == k].mean() for k in range(classes)])
    return result


@pytest.mark.parametrize("measured", MEASURED)
@pytest.mark.parametrize("ratio", [1.0, 4.0])
def test_the_statistics_are_the_textbooks(recipe, measured, ratio):
    recipe = changed(recipe, measured=measured, imbalance_ratio=ratio, depth=4)
    network, samples, _, snapshot = trained(recipe)
    for name in ("train", "test"):
        split = getattr(samples, name)
        labels = split.labels.numpy()
        features, _ = features_in_double(network, split, measured)
        for layer, h in zip(snapshot.layers, features, strict=True):
            expected = textbook(h, labels, 10)
            for quantity, value in expected.items():
                found = getattr(layer.statistics[name], quantity)
                np.testing.assert_allclose(found, value, rtol=2e-4, atol=1e-5, err_msg=quantity)


@pytest.mark.parametrize("measured", MEASURED)
def test_the_scalars_and_the_probe_are_the_textbooks(recipe, measured):
    recipe = replace(recipe, measured=measured)
    network, samples, _, snapshot = trained(recipe)
    class_means = snapshot.layers[-1].statistics["train"].means
    for name in ("train", "test"):
        split = getattr(samples, name)
        labels = split.labels.numpy()
        features, logits = features_in_double(network, split, measured)
        distances = ((features[-1][:, None] - class_means) ** 2).sum(axis=2)
        predicted, nearest = logits.argmax(axis=1), distances.argmin(axis=1)
        shifted = logits - logits.max(axis=1, keepdims=True)
        surprise = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
        scalars = snapshot.scalars
        assert scalars[f"{name}_loss"] == pytest.approx(surprise.mean(), rel=1e-4)
        assert scalars[f"{name}_error"] == pytest.approx((predicted != labels).mean())
        assert scalars[f"nc4_{name}"] == pytest.approx((predicted != nearest).mean())
        if name == "train":
            probe = samples.probe_indices.numpy()
            np.testing.assert_array_equal(snapshot.predicted, predicted[probe])
            np.testing.assert_array_equal(snapshot.nearest, nearest[probe])


def test_the_positions_keep_all_distances_in_the_class_mean_subspace(recipe):
    network, samples, _, snapshot = trained(recipe)
    features, _ = features_in_double(network, samples.train, "evaluation")
    for layer, h in zip(snapshot.layers, features, strict=True):
        means = layer.statistics["train"].means
        offsets = means[:, None] - means
        placed = layer.positions.means
        np.testing.assert_allclose(
            np.linalg.norm(placed[:, None] - placed, axis=2),
            np.linalg.norm(offsets, axis=2),
            rtol=1e-6,
        )
        probe = h[samples.probe_indices.numpy()]
        inner = (probe[:, None] - means.mean(axis=0)) * (means - means.mean(axis=0))
        centered = placed - placed.mean(axis=0)
        np.testing.assert_allclose(
            layer.positions.probe @ centered.T, inner.sum(axis=2), rtol=1e-3, atol=1e-3
        )
    weight = array(network.classifier.weight)
    np.testing.assert_array_equal(snapshot.classifier.weight, weight)
    np.testing.assert_array_equal(snapshot.classifier.bias, array(network.classifier.bias))
    assert [layer.positions.classifier is None for layer in snapshot.layers] == [True] * 7 + [False]


@pytest.mark.parametrize("measured", MEASURED)
@pytest.mark.parametrize("training", [True, False])
def test_measuring_leaves_the_network_as_it_was(recipe, measured, training):
    network, _, measurer, _ = trained(replace(recipe, measured=measured))
    network.train(training)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    measurer.snapshot(7)
    assert network.training is training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    network.train()
    network(torch.randn(8, 100, generator=torch.Generator().manual_seed(0)))
    norm = network.blocks[0][1]
    assert not torch.equal(norm.running_mean, before["blocks.0.1.running_mean"])
    assert norm.num_batches_tracked == before["blocks.0.1.num_batches_tracked"] + 1


def test_a_network_that_left_the_finite_numbers_has_diverged(recipe):
    network, _, measurer, _ = trained(recipe)
    with torch.no_grad():
        network.blocks[0][0].weight[0, 0] = torch.nan
    with pytest.raises(UserError, match="diverged at epoch 7: lower the learning rate"):
        measurer.snapshot(7)


@pytest.mark.parametrize("rows", [30, 9000])
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_statistics_in_one_chunk_or_several_are_the_textbooks(rows, library):
    rng = np.random.default_rng(0)
    labels = rng.integers(5, size=rows)
    features = rng.normal(size=(rows, 6)) + rng.normal(size=(5, 6))[labels]
    given = features.copy(), labels
    if library == "torch":
        given = tuple(map(torch.from_numpy, given))
    statistics = class_statistics(*given, 5)
    for quantity, value in textbook(features, labels, 5).items():
        np.testing.assert_allclose(getattr(statistics, quantity), value, rtol=1e-9)
    np.testing.assert_array_equal(np.asarray(given[0]), features)


def test_samples_of_the_input_are_measured_once(recipe):
    samples = load_samples(recipe)
    _, _, measurer, snapshot = trained(recipe)
    again = measurer.snapshot(7)
    assert again.layers[0].positions is snapshot.layers[0].positions
    expected = class_statistics(samples.train.inputs.flatten(1), samples.train.labels, 10)
    np.testing.assert_allclose(
        snapshot.layers[0].statistics["train"].class_fuzziness, expected.class_fuzziness
    )


def test_images_are_drawn_in_a_mixed_order_that_keeps_that_of_each_class():
    labels = torch.arange(10).repeat_interleave(100)
    order = drawing_order(labels, 3)
    assert torch.equal(order.sort().values, torch.arange(1000))
    for label in range(10):
        own = order[labels[order] == label]
        assert torch.equal(own, own.sort().values)
    assert torch.equal(order, drawing_order(labels, 3))
    assert not torch.equal(order, drawing_order(labels, 4))


def test_each_class_is_as_likely_to_come_next_until_it_is_full():
    labels = torch.arange(10).repeat_interleave(100)
    firsts, lasts = [], []
    for seed in range(200):
        drawn = labels[drawing_order(labels, seed)].numpy()
        firsts.append(np.bincount(drawn[:100], minlength=10))
        lasts.append(len(np.unique(drawn[-20:])))
    counts = np.array(firsts)
    # A draw of 100 among ten equal classes: ten of each, with variance 100 · .1 · .9.
    assert counts.mean(axis=0) == pytest.approx(np.full(10, 10.0), abs=1.0)
    assert counts.var() == pytest.approx(9.0, rel=0.15)
    assert np.mean(lasts) < 5  # who is full is passed over, so few classes remain at the end


def test_images_of_minority_classes_come_early():
    labels = torch.cat([torch.zeros(1000, dtype=torch.int64), torch.ones(10, dtype=torch.int64)])
    places = [int((labels[drawing_order(labels, seed)] == 1).nonzero().max()) for seed in range(50)]
    # The tenth of a class that comes every second time is the twentieth image on average.
    assert np.mean(places) == pytest.approx(19, abs=3)


@pytest.mark.parametrize("count", [5, 10, 11])
def test_batches_of_any_number_of_images_are_measured(recipe, count):
    # 50 images are one batch; 100 fill one; 110 leave one of ten, and 101 would leave one image.
    recipe = replace(recipe, measured="batches", images_per_class=count, epochs=1)
    _, samples, _, snapshot = trained(recipe)
    assert len(samples.train) == 10 * count
    assert np.isfinite(snapshot.layers[-1].statistics["train"].means).all()


def test_without_batch_norm_all_ways_of_measuring_agree(recipe):
    last = [
        trained(changed(recipe, measured=way, batch_norm=False))[3].layers[-1].statistics["train"]
        for way in MEASURED
    ]
    for other in last[1:]:
        np.testing.assert_allclose(other.means, last[0].means, rtol=1e-5, atol=1e-6)


def test_wide_hidden_layers_are_probed_before_and_after_the_training(recipe):
    recipe = changed(recipe, images_per_class=5, epochs=2, record="all", depth=3, width=600)
    events = [event.snapshot for event in train(recipe) if isinstance(event, Recorded)]
    probed = [[bool(layer.linear) for layer in each.layers] for each in events]
    assert probed[0] == probed[2] == [True] * len(probed[0])
    assert probed[1] == [True, *[False] * (len(probed[1]) - 2), True]
