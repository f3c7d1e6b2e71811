"""One measurer for any network: whole, in batches, and in any order of them."""

import numpy as np
import pytest
import torch
from torch import nn

from ncviz.anatomy.points import INPUT, Point, Pooling
from ncviz.geometry.collapse import nc4, nearest_class_means
from ncviz.geometry.probed_layer import ProbedLayer
from ncviz.geometry.slabs import ClassRows
from ncviz.geometry.statistics import class_statistics
from ncviz.measuring.measured import Measured
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.modes import measuring_mode
from ncviz.measuring.taps import Taps
from ncviz.runs.snapshot import layer_positions

CLASSES = 3


class Convolutions(nn.Module):
    """Maps, an activation in place, pooling by a function, and a layer that runs twice."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4))
        self.again = nn.Conv2d(4, 4, 3, padding=1)
        self.activation = nn.ReLU(inplace=True)
        self.head = nn.Linear(4, CLASSES)

    def forward(self, x):
        x = self.activation(self.first(x))
        x = self.again(self.again(x))
        return self.head(x.mean((2, 3)))


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Convolutions()
        network(torch.randn(32, 1, 6, 6))  # running statistics
    return network.eval()


@pytest.fixture(scope="module")
def data():
    """Two splits of unequal classes, mixed."""
    rng = np.random.default_rng(0)
    found = {}
    for split, counts in (("train", (31, 8, 5)), ("test", (9, 9, 4))):
        labels = rng.permutation(np.repeat(np.arange(CLASSES), counts))
        images = rng.normal(size=(len(labels), 1, 6, 6)) + labels[:, None, None, None]
        found[split] = torch.from_numpy(images).float(), labels
    return found


PROBE = np.array([0, 3, 7, 20, 43])


def measure(network, data, order, batch, **changes):
    """A snapshot with the samples in batches of this many, in order or drawn."""

    def batches(split, most):
        images, labels = data[split]
        count = len(labels)
        most = min(most, batch or count)
        rows = np.random.default_rng(1).permutation(count)
        for start in range(0, count, most):
            where = slice(start, min(start + most, count))
            where = rows[where] if order == "drawn" else where
            yield where, images[where]

    labels = {split: labels for split, (_, labels) in data.items()}
    points = (Point("first"), Point("again"), Point("head", INPUT, "features"))
    measurer = Measurer(
        network,
        Taps(points, Pooling(), linear="head"),
        Measured(batches, labels, CLASSES, PROBE),
        **{"batch": None, **changes},
    )
    return measurer.layers, measurer.snapshot(5, {"learning_rate": 0.1})


def reference(network, data):
    """The features of each layer, by calling its modules one after the other."""
    found = {}
    for split, (images, _) in data.items():
        with torch.no_grad():
            first = network.first(images)
            again = network.again(network.again(first.relu()))
            last = again.mean((2, 3))
            found[split] = [images.flatten(1), first.mean((2, 3)), again.mean((2, 3)), last]
            found[f"{split} logits"] = network.head(last)
    return found


@pytest.mark.parametrize("memory", [512 * 2**20, 0], ids=["held", "in two passes"])
@pytest.mark.parametrize("order", ["in order", "drawn"])
@pytest.mark.parametrize("batch", [0, 1, 7], ids=lambda batch: f"{batch or 'all'} at once")
def test_what_is_measured_is_that_of_all_samples_together(network, data, order, batch, memory):
    layers, snapshot = measure(network, data, order, batch, memory=memory)
    expected = reference(network, data)
    assert [(layer.name, layer.width) for layer in layers] == [
        ("input", 36), ("first", 4), ("again", 4), ("features", 4)
    ]  # fmt: skip
    for number, layer in enumerate(snapshot.layers):
        for split, (_, labels) in data.items():
            own = class_statistics(expected[split][number].numpy(), labels, CLASSES)
            found = layer.statistics[split]
            for name in ("counts", "means", "within_variance", "class_fuzziness"):
                np.testing.assert_allclose(
                    getattr(found, name), getattr(own, name), rtol=1e-5, atol=1e-6, err_msg=name
                )
            if not memory and (batch or order == "drawn") and number:  # never all at once
                assert split not in layer.linear
                continue
            alone = ProbedLayer(is_last=number == 3)
            for each, (_, y) in data.items():
                rows = expected[each][number].numpy()
                statistics = class_statistics(rows, y, CLASSES)
                alone.add(each, (ClassRows(rows, y),), statistics, own=True)
            alone.settle(alone.waiting)
            rank = alone.found[split].stable_rank
            assert layer.linear[split].stable_rank == pytest.approx(rank, rel=1e-5)
            np.testing.assert_array_equal(layer.linear[split].wrong, alone.found[split].wrong)
        # The samples keep their places relative to the means, whatever the frame.
        means = class_statistics(expected["train"][number].numpy(), data["train"][1], CLASSES).means
        probe = expected["train"][number][PROBE].numpy()
        own = layer_positions(means, probe)
        for one, other in ((layer.positions.probe, own.probe), (layer.positions.means, own.means)):
            distances = (
                np.linalg.norm(rows[:, None] - positions.means, axis=2)
                for rows, positions in ((one, layer.positions), (other, own))
            )
            np.testing.assert_allclose(*distances, rtol=1e-4, atol=1e-5)
    head = network.head
    np.testing.assert_array_equal(snapshot.classifier.weight, head.weight.detach().double())
    np.testing.assert_array_equal(snapshot.classifier.bias, head.bias.detach().double())
    if "square_loss_within_train" in snapshot.scalars:
        weight, bias = (each.detach().double().numpy() for each in (head.weight, head.bias))
        for name, value in alone.losses(weight, bias).items():
            assert snapshot.scalars[name] == pytest.approx(value, rel=1e-4), name
    logits = expected["train logits"]
    np.testing.assert_array_equal(snapshot.predicted, logits.argmax(1).numpy()[PROBE])
    for split, (_, labels) in data.items():
        own = nn.functional.cross_entropy(expected[f"{split} logits"], torch.from_numpy(labels))
        assert snapshot.scalars[f"{split}_loss"] == pytest.approx(float(own), rel=1e-5)
        wrong = expected[f"{split} logits"].argmax(1).numpy() != labels
        assert snapshot.scalars[f"{split}_error"] == pytest.approx(wrong.mean())
    assert snapshot.scalars["learning_rate"] == 0.1


@pytest.mark.parametrize("order", ["in order", "drawn"])
def test_all_at_once_it_is_that_of_the_features_held_whole(network, data, order):
    _, snapshot = measure(network, data, order, 0)
    expected = reference(network, data)
    means = class_statistics(expected["train"][-1].numpy(), data["train"][1], CLASSES)
    for number, layer in enumerate(snapshot.layers):
        for split, (_, labels) in data.items():
            own = class_statistics(expected[split][number].numpy(), labels, CLASSES)
            for name in ("means", "within_variance", "class_fuzziness", "class_variability"):
                found = getattr(layer.statistics[split], name)
                np.testing.assert_allclose(found, getattr(own, name), rtol=1e-12, err_msg=name)
        rows = snapshot.classifier.weight if number == 3 else None
        train = layer.statistics["train"]
        own = layer_positions(train.means, expected["train"][number][PROBE].numpy(), rows)
        np.testing.assert_allclose(layer.positions.probe, own.probe, rtol=1e-12, atol=1e-13)
        assert (layer.positions.classifier is None) == (rows is None)
    for split in data:
        features = expected[split][-1].double().numpy()
        nearest = nearest_class_means(features, means.means, means.present)
        predicted = expected[f"{split} logits"].argmax(1).numpy()
        assert snapshot.scalars[f"nc4_{split}"] == nc4(predicted, nearest)


@pytest.mark.parametrize("mode", ["evaluation", "training"])
def test_measuring_leaves_every_module_in_its_mode(network, data, mode):
    network.first.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    measure(network, data, "in order", 7, mode=mode)
    assert {name: module.training for name, module in network.named_children()} == {
        "first": True, "again": False, "activation": False, "head": False
    }  # fmt: skip
    network.eval()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_in_training_mode_batch_norm_alone_trains():
    network = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout())
    with measuring_mode(network, "training"):
        assert [module.training for module in network] == [True, False]
        assert not network[0].track_running_stats
    with pytest.raises(RuntimeError), measuring_mode(network, "training"):
        network(torch.ones(2, 4))
    assert network.training
    assert network[0].track_running_stats
    assert network[1].training
