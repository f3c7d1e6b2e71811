"""Rounding of the features is no direction of their class means, in any type and layer."""

import numpy as np
import pytest
import torch
from torch import nn

from ncviz.geometry.class_means import ClassMeans
from ncviz.geometry.collapse import cdnv, nc1, nc2_equiangular, nc2_equinorm
from ncviz.geometry.rounding import relative_rounding
from ncviz.geometry.separation import class_separation_fuzziness, separation_fuzziness
from ncviz.geometry.statistics import WithinScatter, class_statistics

TYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
# What rounding may change of D itself, where nothing is taken for a direction.
CLOSE = {torch.float64: 1e-6, torch.float32: 1e-3, torch.float16: 0.05, torch.bfloat16: 0.2}


def reference(features, labels, rank):
    """D and NC1 with d×d matrices, inverted on the dimensions that the means are known to span."""
    h = features.double().numpy()
    classes = np.unique(labels)
    means = np.array([h[labels == k].mean(axis=0) for k in classes])
    within = h - means[np.searchsorted(classes, labels)]
    found = []
    for center, weights in (
        (h.mean(axis=0), np.bincount(labels) / len(labels)),
        (means.mean(axis=0), np.full(len(classes), 1 / len(classes))),
    ):
        between = (means - center).T * weights @ (means - center)
        values, vectors = np.linalg.eigh(between)
        inverse = vectors[:, -rank:] / values[-rank:] @ vectors[:, -rank:].T
        found.append(np.einsum("ni,ij,nj->", within, inverse, within) / len(h))
    return found[0], found[1] / len(classes)


def inputs(classes, width, spread, seed, offset=0.0, each=40):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    centres = rng.normal(size=(classes, width))
    x = centres[labels] + spread * rng.normal(size=(len(labels), width)) + offset
    return torch.from_numpy(x), labels


def layers(kind, rank, width):
    """Return a network whose features span `rank` dimensions."""
    narrow = [nn.Linear(20, rank), nn.Linear(rank, width)]
    network = {
        "linear": nn.Sequential(*narrow),
        "deep linear": nn.Sequential(*narrow, nn.Linear(width, width), nn.Linear(width, width)),
        "dead units": nn.Sequential(nn.Linear(20, rank), nn.ReLU(), nn.ZeroPad1d((0, 5))),
        "relu between": nn.Sequential(nn.Linear(20, rank), nn.ReLU(), nn.Linear(rank, width)),
        "batch norm": nn.Sequential(*narrow, nn.BatchNorm1d(width)),
        "layer norm": nn.Sequential(nn.Linear(20, rank + 1), nn.LayerNorm(rank + 1)),
        "softmax": nn.Sequential(nn.Linear(20, rank + 1), nn.Softmax(dim=1)),
    }[kind]
    for layer in network:  # so that no direction is lost in the rounding of a coarse type
        if isinstance(layer, nn.Linear):
            nn.init.orthogonal_(layer.weight)
    return network


LAYERS = ["linear", "deep linear", "dead units", "relu between", "batch norm", "layer norm"]


@pytest.mark.parametrize("kind", [*LAYERS, "softmax"])
@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize(("rank", "width"), [(1, 4), (3, 6), (8, 12), (6, 200)])
def test_a_bottleneck_is_measured_in_the_dimensions_it_has(kind, dtype, rank, width):
    torch.manual_seed(rank)
    network = layers(kind, rank, width).double()
    x, labels = inputs(10, 20, 0.5, seed=rank)
    with torch.no_grad():
        exact = network(x)
        rounded = network.to(dtype)(x.to(dtype))
    d, first = reference(exact, labels, rank)
    found = class_statistics(rounded, torch.from_numpy(labels), 10)
    assert separation_fuzziness(found) == pytest.approx(d, rel=CLOSE[dtype])
    assert nc1(found) == pytest.approx(first, rel=CLOSE[dtype])
    assert found.shares @ class_separation_fuzziness(found) == pytest.approx(d, rel=CLOSE[dtype])
    assert found.rounding > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_rounding_of_many_layers_is_no_direction_either(seed):
    torch.manual_seed(seed)
    modules = [nn.Linear(20, 6), nn.Linear(6, 40), nn.BatchNorm1d(40)]
    for _ in range(12):
        modules += [nn.Linear(40, 40), nn.BatchNorm1d(40)]
    network = nn.Sequential(*modules).double()
    x, labels = inputs(10, 20, 0.5, seed)
    with torch.no_grad():
        d, _ = reference(network(x), labels, 6)
        found = class_statistics(network.float()(x.float()), torch.from_numpy(labels), 10)
    assert separation_fuzziness(found) == pytest.approx(d, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("depth", [8, 12, 15])
def test_small_differences_beside_a_large_common_offset_are_no_rounding(depth, seed):
    """Layers without batch norm let the biases take over, and the samples come close together."""
    torch.manual_seed(seed)
    modules = [nn.Linear(20, 100), nn.ReLU()]
    for _ in range(depth - 1):
        modules += [nn.Linear(100, 100), nn.ReLU()]
    network = nn.Sequential(*modules)
    x, labels = inputs(10, 20, 3.0, seed, each=100)
    with torch.no_grad():
        rounded = network(x.float())
        d, _ = reference(network.double()(x.float().double()), labels, 9)
    found = class_statistics(rounded, torch.from_numpy(labels), 10)
    assert separation_fuzziness(found) == pytest.approx(d, rel=0.02)
    assert found.directions == 9


@pytest.mark.parametrize("spread", [1e-3, 1e-6])
def test_a_bottleneck_after_collapse(spread):
    torch.manual_seed(0)
    network = layers("linear", 8, 12).double()
    x, labels = inputs(10, 20, spread, seed=1)
    with torch.no_grad():
        d, _ = reference(network(x), labels, 8)
        rounded = network.float()(x.float())
    found = separation_fuzziness(class_statistics(rounded, torch.from_numpy(labels), 10))
    # Beside the spread within the classes there is the rounding of float32.
    assert found == pytest.approx(d, rel=0.01, abs=1e-11)


@pytest.mark.parametrize("dtype", TYPES[:2], ids=str)
@pytest.mark.parametrize("offset", [1.0, 1e3])
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_a_common_offset_and_any_scale(dtype, offset, scale):
    rng = np.random.default_rng(0)
    x, labels = inputs(10, 8, 0.5, seed=2)
    frame = np.linalg.qr(rng.normal(size=(12, 12)))[0][:8]
    exact = scale * (x @ torch.from_numpy(frame) + offset)
    found = class_statistics(exact.to(dtype), torch.from_numpy(labels), 10)
    d, _ = reference(exact, labels, 8)
    assert separation_fuzziness(found) == pytest.approx(d, rel=1e-3)


@pytest.mark.parametrize("size", [1e-1, 1e-2, 1e-3, 1e-4, 3e-5])
@pytest.mark.parametrize("spread", [1.0, 1e-2])
def test_a_small_direction_that_float32_can_tell_is_kept(size, spread):
    x, labels = inputs(10, 9, spread, seed=3)
    scales = np.ones(9)
    scales[-1] = size
    exact = x * torch.from_numpy(scales)
    d, _ = reference(exact, labels, 9)
    found = class_statistics(exact.float(), torch.from_numpy(labels), 10)
    # All nine directions weigh alike in D: one left out would be a ninth less.
    assert separation_fuzziness(found) == pytest.approx(d, rel=1e-3)


def test_collapse_to_1e_6_keeps_every_direction():
    rng = np.random.default_rng(0)
    frame = np.linalg.qr(rng.normal(size=(64, 64)))[0][:10]
    labels = np.repeat(np.arange(10), 50)
    exact = torch.from_numpy(frame[labels] + 1e-6 * rng.normal(size=(500, 64)))
    d, _ = reference(exact, labels, 9)
    found = separation_fuzziness(class_statistics(exact.float(), torch.from_numpy(labels), 10))
    assert found == pytest.approx(d, rel=0.01)


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_means_that_coincide_but_for_rounding_separate_nothing(dtype):
    rng = np.random.default_rng(0)
    half = 1 + rng.normal(size=(30, 6))
    samples = torch.from_numpy(np.concatenate([half, 2 - half])).to(dtype).double()
    # Each class holds the same samples, turned about one centre and rounded anew.
    x = torch.cat([samples, 2 - samples.flip(1), 2 - samples]).to(dtype)
    labels = torch.from_numpy(np.repeat([0, 1, 2], 60))
    found = class_statistics(x, labels, 3)
    apart = np.linalg.norm(found.means[0] - found.means[2])
    assert apart <= found.rounding
    assert cdnv(found) == np.inf


def test_minority_means_that_coincide_have_no_direction_of_their_own():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 50)
    x = np.float32(3 + rng.normal(size=(50, 4)))
    both = class_statistics(np.concatenate([x, x[::-1]]), labels, 2)
    assert separation_fuzziness(both) == np.inf
    assert not both.centered_means.any()
    assert np.isnan(nc2_equinorm(both.centered_means))
    assert np.isnan(nc2_equiangular(both.centered_means))


def test_whole_numbers_are_exact():
    x, labels = inputs(4, 5, 1.0, seed=0)
    whole = (100 * x).round().long()
    d, _ = reference(whole, labels, 3)
    for kind in (torch.int16, torch.int32, torch.int64, torch.float64):
        found = class_statistics(whole.to(kind), torch.from_numpy(labels), 4)
        assert separation_fuzziness(found) == pytest.approx(d, rel=1e-9)
    assert relative_rounding(whole) == 0
    assert relative_rounding(whole.numpy()) == 0


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_numpy_and_torch_round_alike_and_coarser_types_more(dtype):
    third = torch.full((2, 3), 1 / 3, dtype=torch.float64)
    ours = relative_rounding(third.to(dtype))
    if dtype != torch.bfloat16:  # which NumPy has not
        assert ours == relative_rounding(third.to(dtype).numpy())
    finer = [relative_rounding(third.to(other)) for other in TYPES]
    assert finer == sorted(finer)


def test_the_type_travels_with_batches_and_between_workers():
    torch.manual_seed(0)
    network = layers("linear", 8, 12)
    x, labels = inputs(10, 20, 0.5, seed=0)
    with torch.no_grad():
        h = network(x.float())
    y = torch.from_numpy(labels)
    whole = class_statistics(h, y, 10)
    # One worker has seen the same numbers in a finer type: the coarser one counts.
    first = ClassMeans(10).update(h[::2], y[::2])
    second = ClassMeans(10).update(h[1::2].double(), y[1::2])
    for means in (
        ClassMeans(10).merge(first).merge(second),
        ClassMeans(10).merge(second).merge(first),
    ):
        scatter = WithinScatter(means).update(h, y).statistics()
        assert scatter.rounding == pytest.approx(whole.rounding, rel=1e-12)
        assert separation_fuzziness(scatter) == pytest.approx(separation_fuzziness(whole), rel=1e-9)


@pytest.mark.parametrize("library", [torch.from_numpy, np.asarray])
def test_single_precision_in_arrays_of_double_precision_rounds_as_it_did(library):
    torch.manual_seed(0)
    network = layers("linear", 8, 12).double()
    x, labels = inputs(10, 20, 0.5, seed=4)
    with torch.no_grad():
        exact = network(x)
        rounded = network.float()(x.float()).double().numpy()
    d, _ = reference(exact, labels, 8)
    found = class_statistics(library(rounded), library(labels), 10)
    assert separation_fuzziness(found) == pytest.approx(d, rel=1e-3)
    assert relative_rounding(rounded) == relative_rounding(rounded.astype(np.float32))
    assert relative_rounding(exact.numpy()) < 1e-14
