"""Which weight leads to a layer, and how large it is, beside all of its singular values."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from ncviz.anatomy.points import INPUT, Point, Pooling
from ncviz.geometry.weight_size import WIDEST, WeightSize
from ncviz.measuring.leading_weights import LeadingWeights, weight_size
from ncviz.measuring.measured import Measured
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.taps import Taps

CLASSES = 3
SHAPES = [(4, 7), (7, 4), (5, 3, 3, 3), (2, 9000), (1, 6), (6, 1), (3, 2, 5)]


def by_all_singular_values(weight):
    values = np.linalg.svd(weight.double().flatten(1).numpy(), compute_uv=False)
    return math.sqrt((values**2).sum()), (values**2).sum() / values[0] ** 2


@pytest.mark.parametrize("shape", [*SHAPES, (250, 300)], ids=str)
@pytest.mark.parametrize("kind", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_a_weight_is_as_large_as_all_its_singular_values_say(shape, kind):
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(kind)
    found = weight_size(weight)
    assert (found.norm, found.stable_rank) == pytest.approx(by_all_singular_values(weight))


class Conv1D(nn.Module):
    """As GPT-2 has it: its weight is (in, out)."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.arange(12.0).reshape(4, 3) + torch.eye(4, 3))

    def forward(self, x):
        return x @ self.weight


@pytest.mark.parametrize("groups", [1, 2])
def test_transposed_convolutions_and_maps_with_inputs_first_have_a_size(groups):
    up, down = nn.ConvTranspose2d(4, 6, 3, groups=groups), Conv1D()
    network = nn.Sequential(up, nn.Flatten(), nn.LazyLinear(4), down)
    images = torch.rand(2, 4, 3, 3)
    network(images)
    points = (Point("0"), Point("3"))
    found = LeadingWeights(network, points)
    with found.found_by(lambda *_: None) as take:
        for number, name in enumerate(("0", "3")):
            network.get_submodule(name).register_forward_hook(
                lambda _module, _given, output, number=number: take(number, output, False)
            )
        network(images)
    rows = []  # what each output channel takes from each input channel of its group
    for out in range(6):
        group = out // (6 // groups)
        inputs = range(group * 4 // groups, (group + 1) * 4 // groups)
        own = [up.weight[i, out % (6 // groups)].flatten() for i in inputs]
        rows.append(torch.cat(own))
    for number, matrix in ((0, torch.stack(rows)), (1, down.weight.T)):
        size = found.sizes()[number]
        assert (size.norm, size.stable_rank) == pytest.approx(
            by_all_singular_values(matrix.detach())
        )


def test_what_has_no_stable_rank_says_so():
    assert weight_size(torch.zeros(3, 4)).norm == 0
    assert math.isnan(weight_size(torch.zeros(3, 4)).stable_rank)
    assert weight_size(torch.ones(WIDEST, WIDEST + 1)).stable_rank == pytest.approx(1)
    assert weight_size(torch.ones(WIDEST + 1, WIDEST + 1)) == WeightSize(WIDEST + 1)
    assert weight_size(torch.full((2, 2), math.inf)) == WeightSize(math.inf)


class Block(nn.Module):
    """Two maps, and a third beside them, which runs last and is given what the first was."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.shortcut = nn.Conv2d(1, 4, 1)

    def forward(self, x):
        inner = self.two(self.one(x).relu_())
        return inner + self.shortcut(x)


class Network(nn.Module):
    """A block, a stream that is added to in place, attention, and a map that is never called."""

    def __init__(self):
        super().__init__()
        self.before = nn.Flatten()
        self.block = Block()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.stream, self.idle = nn.Identity(), nn.Linear(4, 4)
        self.attention = nn.MultiheadAttention(4, 1, batch_first=True)
        self.attended, self.head = nn.Identity(), nn.Linear(4, CLASSES)

    def forward(self, x):
        self.before(x)
        x = self.block(x).mean((2, 3))
        x += self.first(x)
        x += self.second(x)
        x = self.stream(x)[:, None]
        return self.head(self.attended(self.attention(x, x, x)[0])[:, 0])


LEADING = {"before": "", "block": "block.two", "stream": "second", "attended": "attention.out_proj"}


def measurer(network, points):
    labels = np.repeat(np.arange(CLASSES), 4)
    images = torch.randn(12, 1, 5, 5, generator=torch.Generator().manual_seed(1))

    def batches(_split, _most):
        yield slice(0, 12), images

    measured = Measured(batches, {"train": labels}, CLASSES, np.arange(4))
    return Measurer(network, Taps(points, Pooling(), linear="head"), measured, batch=None)


@pytest.fixture
def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Network()


def test_the_last_map_before_a_layer_leads_to_it_and_the_input_has_none(network):
    points = *map(Point, LEADING), Point("head", INPUT)
    measures = measurer(network, points)
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(2)  # it is measured as it is now
    first, *layers = measures.snapshot(0).layers
    assert first.weight is None
    for layer, name in zip(layers, [*LEADING.values(), "attention.out_proj"], strict=True):
        if not name:
            assert layer.weight is None
            continue
        weight = network.get_submodule(name).weight.detach()
        expected = by_all_singular_values(weight)
        assert (layer.weight.norm, layer.weight.stable_rank) == pytest.approx(expected), name
    assert not any(module._forward_hooks for module in network.modules())


def test_weights_that_are_computed_or_gone_are_told_as_they_are(network):
    torch.nn.utils.parametrizations.spectral_norm(network.second)
    measures = measurer(network, (Point("stream"), Point("head", INPUT)))
    network.train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    found = measures.snapshot(0).layers[1].weight
    network.eval()
    assert found.norm == pytest.approx(by_all_singular_values(network.second.weight.detach())[0])
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    network.second = nn.Identity()
    assert measures.snapshot(1).layers[1].weight is None


def test_layers_of_torch_that_leave_out_their_modules_have_the_weight_too():
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()
    weights = LeadingWeights(layer, (Point(""),))
    with torch.no_grad(), weights.found_by(lambda *_: None) as take:
        handle = layer.register_forward_hook(lambda *_: take(0, torch.ones(1), False))
        layer(torch.ones(2, 3, 4))
        handle.remove()
    assert weights.sizes()[0] == weight_size(layer.linear2.weight)
