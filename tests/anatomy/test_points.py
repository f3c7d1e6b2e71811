import pytest
import torch
from torch import nn

from ncviz.anatomy.points import Point, reading, unknown_point
from ncviz.errors import UserError


@pytest.fixture
def x():
    return torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def network():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)
            self.relu = nn.ReLU(inplace=True)
            self.head = nn.Sequential(nn.Flatten(), nn.Linear(72, 3))
            self.split = Halves()

        def forward(self, x):
            x = self.relu(self.conv(x))
            self.split(x)
            return self.head(x)

    class Halves(nn.Module):
        def forward(self, x):
            return {"halves": x.chunk(2)}

    return Network()


def read(network, names, x):
    """Run a network once and return what the named layers gave, by their numbers."""
    taken = {}
    points = [Point(name) for name in names]
    with reading(network, points, lambda number, given: taken.update({number: given.clone()})):
        network(x)
    return taken


def test_each_point_gives_what_its_layer_put_out_before_an_activation_in_place(network, x):
    taken = read(network, ["head.1", "conv"], x)
    torch.testing.assert_close(taken[0], network(x))
    torch.testing.assert_close(taken[1], network.conv(x))
    assert bool((taken[1] < 0).any())


def test_reading_leaves_no_hook_behind(network, x):
    read(network, ["conv"], x)
    with pytest.raises(RuntimeError):
        read(network, ["conv"], torch.ones(4, 3))
    assert not any(module._forward_hooks for module in network.modules())


def test_a_layer_that_is_gone_is_named(network, x):
    with pytest.raises(UserError, match=r"no layer 'head\.2' any more"):
        read(network, ["head.2"], x)


def test_an_unknown_layer_is_named_with_similar_ones(network):
    names = [name for name, _ in network.named_modules()]
    assert unknown_point("head.2", names).startswith("The network has no layer 'head.2': choose")
    assert "head.1" in unknown_point("head.2", names)


def test_a_layer_that_puts_out_something_else_is_refused(network, x):
    with pytest.raises(UserError, match="'split' does not give one tensor of samples by features"):
        read(network, ["split"], x)
