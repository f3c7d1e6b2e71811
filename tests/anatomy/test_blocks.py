"""Blocks and stages are found in networks built as those of well-known libraries are."""

import pytest
import torch
from torch import nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.inputs import run
from ncviz.anatomy.points import reading
from ncviz.torchvision import load_torchvision

C = 6  # channels


class Block(nn.Module):
    """A residual block."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(C, C, 3, 1, 1), nn.Conv2d(C, C, 3, 1, 1)

    def forward(self, x):
        return torch.relu(x + self.conv2(torch.relu(self.conv1(x))))


class OtherBlock(Block):
    """Of another class, as the first block of a stage."""


class Stage(nn.Module):
    """A class of its own around its blocks, as in timm's ConvNeXt, Swin and PVT."""

    def __init__(self, *blocks):
        super().__init__()
        self.downsample = nn.Sequential(nn.BatchNorm2d(C), nn.Conv2d(C, C, 1))
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(self.downsample(x))


class ListStage(nn.Module):
    """Keeps its blocks in a list, and returns a tuple, as in transformers' Swin."""

    def __init__(self, count):
        super().__init__()
        self.layers = nn.ModuleList(Block() for _ in range(count))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return (x, x)


class Named(nn.Sequential):
    """Counts its blocks as attributes: b1, b2, as timm's RegNet."""

    def __init__(self, count):
        super().__init__()
        for number in range(count):
            self.add_module(f"b{number + 1}", Block())


class Attention(nn.Module):
    def __init__(self, heads=1):
        super().__init__()
        self.qkv, self.proj = nn.Conv2d(C, 3 * C, 1), nn.Conv2d(C, C, 1)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=1)
        return self.proj(torch.softmax(q * k, dim=1) * v)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(C, C, 1), nn.Conv2d(C, C, 1)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class Layer(nn.Module):
    """A transformer's layer, with parts that are classes of their own."""

    def __init__(self, first=Attention, second=Mlp):
        super().__init__()
        self.first, self.second = first(), second()

    def forward(self, x):
        x = x + self.first(x)
        return x + self.second(x)


class ManyParts(nn.Module):
    """Different steps in order, two of one class: MaxViT's layer."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential()
        self.layers.add_module("MBconv", Block())
        self.layers.add_module("window_attention", Layer())
        self.layers.add_module("grid_attention", Layer())

    def forward(self, x):
        return self.layers(x)


class Separable(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(C, C, 3, 1, 1, groups=C), nn.Conv2d(C, C, 1))


class Xception(nn.Module):
    """A block of separable convolutions, which are no blocks of their own."""

    def __init__(self):
        super().__init__()
        self.stack = nn.Sequential(Separable(), Separable())

    def forward(self, x):
        return x + self.stack(x)


class Windows(nn.Module):
    """Works on windows of the images: MobileViT's block."""

    def __init__(self):
        super().__init__()
        self.transformer = nn.Sequential(Layer(), Layer())

    def forward(self, x):
        n, c, h, w = x.shape
        return self.transformer(x.reshape(4 * n, c, h // 2, w // 2)).reshape(n, c, h, w)


class Loose(nn.Module):
    """Calls the parts of its layers one by one: lucidrains' vision transformers."""

    def __init__(self, count):
        super().__init__()
        self.layers = nn.ModuleList(nn.ModuleList([Attention(), Mlp()]) for _ in range(count))
        self.norm = nn.BatchNorm2d(C)

    def forward(self, x):
        for attention, mlp in self.layers:
            x = attention(x) + x
            x = mlp(x) + x
        return self.norm(x)


class Lists(nn.Module):
    """Lists of lists of blocks: Twins, and PVT in transformers."""

    def __init__(self):
        super().__init__()
        rows = (nn.ModuleList([Block(), Block()]) for _ in range(2))
        self.blocks = nn.ModuleList(rows)

    def forward(self, x):
        for row in self.blocks:
            for block in row:
                x = block(x)
        return x


class Wrapper(nn.Module):
    """Holds the network as Lightning modules and detectors do."""

    def __init__(self, name, inner):
        super().__init__()
        self.name = name
        setattr(self, name, inner)

    def forward(self, x):
        return getattr(self, self.name)(x)


class HeadNet(nn.Module):
    """A body and a head; the head's class holds two linear maps."""

    def __init__(self, body):
        super().__init__()
        self.stem = nn.Conv2d(3, C, 1)
        self.body = body
        self.head = Head()

    def forward(self, x):
        x = self.body(self.stem(x))
        return self.head((x[0] if isinstance(x, tuple) else x).mean(dim=(2, 3)))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(C, 4), nn.Linear(4, 5)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class First(nn.Module):
    def forward(self, x):
        return x[0]


def listed(*stages):
    return nn.Sequential(*(nn.Sequential(stage, First()) for stage in stages))


def sequence(*modules):
    return nn.Sequential(*modules)


def layers_of_torch():
    layer = nn.TransformerEncoderLayer(C, 2, 8, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 3)
    return nn.Sequential(nn.Flatten(2), Swap(), encoder, Swap(), nn.Unflatten(2, (4, 4)))


class Swap(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


# What it is, how it is built, its blocks and its stages; names below 'body.'.
NETWORKS = {
    "rows of blocks": (
        lambda: sequence(sequence(Block(), Block()), sequence(Block())),
        "0.0 0.1 1.0",
        "0 1",
    ),
    "one row": (lambda: sequence(Block(), Block(), Block()), "0 1 2", "0 1 2"),
    "stages of a class": (
        lambda: sequence(Stage(Block(), Block()), Stage(Block(), Block(), Block())),
        "0.blocks.0 0.blocks.1 1.blocks.0 1.blocks.1 1.blocks.2",
        "0 1",
    ),
    "stages of one block": (
        lambda: sequence(Stage(Block()), Stage(Block())),
        "0.blocks.0 1.blocks.0",
        "0 1",
    ),
    "a first block of another class": (
        lambda: sequence(Stage(OtherBlock(), Block(), Block()), Stage(OtherBlock(), Block())),
        "0.blocks.0 0.blocks.1 0.blocks.2 1.blocks.0 1.blocks.1",
        "0 1",
    ),
    "lists in stages": (
        lambda: listed(ListStage(2), ListStage(1)),
        "0.0.layers.0 0.0.layers.1 1.0.layers.0",
        "0 1",
    ),
    "counted attributes": (lambda: sequence(Named(2), Named(1)), "0.b1 0.b2 1.b1", "0 1"),
    "layers of parts": (lambda: sequence(Layer(), Layer()), "0 1", "0 1"),
    "layers of two perceptrons": (
        lambda: sequence(Layer(Mlp, Mlp), Layer(Mlp, Mlp)),
        "0 1",
        "0 1",
    ),
    "stages of layers": (
        lambda: sequence(Stage(Layer(), Layer()), Stage(Layer(), Layer())),
        "0.blocks.0 0.blocks.1 1.blocks.0 1.blocks.1",
        "0 1",
    ),
    "layers of many parts": (
        lambda: sequence(Stage(ManyParts()), Stage(ManyParts(), ManyParts())),
        "0.blocks.0 1.blocks.0 1.blocks.1",
        "0 1",
    ),
    "separable convolutions": (
        lambda: sequence(Xception(), Xception()),
        "0 1",
        "0 1",
    ),
    "only separable convolutions": (lambda: sequence(Separable(), Separable()), "0 1", "0 1"),
    "windows": (
        lambda: sequence(Stage(Block()), Stage(Block(), Windows())),
        "0.blocks.0 1.blocks.0 1.blocks.1",
        "0 1",
    ),
    "lists of lists": (
        Lists,
        "blocks.0.0 blocks.0.1 blocks.1.0 blocks.1.1",
        "blocks.0.1 blocks.1.1",
    ),
    "loose layers": (lambda: Loose(3), "layers.0 layers.1 layers.2", "layers.0 layers.1 layers.2"),
    "torch's own layers": (
        layers_of_torch,
        "2.layers.0 2.layers.1 2.layers.2",
        "2.layers.0 2.layers.1 2.layers.2",
    ),
    "a stem beside the stages": (
        lambda: sequence(Mlp(), sequence(sequence(Block(), Block()), sequence(Block()))),
        "0 1.0.0 1.0.1 1.1.0",
        "0 1.0 1.1",
    ),
    "a wrapped network": (
        lambda: Wrapper("model", Wrapper("backbone", sequence(Stage(Block()), Stage(Block())))),
        "model.backbone.0.blocks.0 model.backbone.1.blocks.0",
        "model.backbone.0 model.backbone.1",
    ),
    "blocks by name": (
        lambda: Wrapper("net", Distinct()),
        "net.entry net.middle net.exit",
        "net.entry net.middle net.exit",
    ),
}


class Distinct(nn.Module):
    """What is there once names its blocks as it likes."""

    def __init__(self):
        super().__init__()
        self.entry, self.middle, self.exit = Block(), Block(), Block()

    def forward(self, x):
        return self.exit(self.middle(self.entry(x)))


def anatomy_of(body, side=4):
    torch.manual_seed(0)
    network = HeadNet(body).eval()
    return network, Anatomy(network, torch.rand(2, 3, side, side))


@pytest.mark.parametrize("name", NETWORKS)
def test_blocks_and_stages_are_found(name):
    build, blocks, stages = NETWORKS[name]
    _, found = anatomy_of(build())
    for word, expected in (("blocks", blocks), ("stages", stages)):
        names = [point.name for point in found.choose([word], found.head())]
        assert names == [*(f"body.{end}" for end in expected.split()), "features"]


def test_a_loose_layer_is_read_where_the_next_one_begins():
    network, found = anatomy_of(Loose(2))
    points = found.choose(["blocks"], found.head())
    taken, x = {}, torch.rand(3, 3, 4, 4)
    with torch.no_grad(), reading(network, points, lambda n, f: taken.setdefault(n, f.clone())):
        network(x)
    x = network.stem(x)
    for number, (attention, mlp) in enumerate(network.body.layers):
        x = attention(x) + x
        x = mlp(x) + x
        torch.testing.assert_close(taken[number], x.detach())


def test_torchs_fast_path_keeps_no_layer_from_being_read():
    network, found = anatomy_of(layers_of_torch())
    points = found.choose(["body.2.layers.*"], None)
    taken = set()
    with torch.no_grad(), reading(network, points, lambda n, f: taken.add(n)):
        network(torch.rand(2, 3, 4, 4))
    names = {point.name for n, point in enumerate(points) if n in taken}
    assert {f"body.2.layers.{k}.linear2" for k in range(3)} <= names


def test_padded_sequences_are_read_in_torchs_encoder():
    """With a mask its fast path goes on with nested tensors, which hold no features."""

    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            layer = nn.TransformerEncoderLayer(C, 2, 8, batch_first=True)
            self.embed, self.head = nn.Embedding(9, C), nn.Linear(C, 5)
            self.encoder = nn.TransformerEncoder(layer, 2)

        def forward(self, x):
            return self.head(self.encoder(self.embed(x), src_key_padding_mask=x == 0)[:, 0])

    torch.manual_seed(0)
    network, words = Words().eval(), torch.tensor([[3, 4, 5, 0], [6, 7, 0, 0]])
    found = Anatomy(network, words)
    points = found.choose(["blocks"], found.head())
    assert [point.name for point in points] == ["encoder.layers.0", "encoder.layers.1", "features"]
    shapes = []
    with torch.no_grad(), reading(network, points, lambda n, f: shapes.append(f.shape)):
        run(network, words)
    assert shapes == [(2, 4, C), (2, 4, C), (2, C)]
    assert torch.backends.mha.get_fastpath_enabled()


def test_sequences_that_come_before_samples_are_turned():
    """As torch's transformers have them unless they are told otherwise."""

    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            layer = nn.TransformerEncoderLayer(C, 2, 8)
            self.embed, self.head = nn.Linear(3, C), nn.Linear(C, 5)
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

        def forward(self, x):
            return self.head(self.encoder(self.embed(x).transpose(0, 1)).mean(dim=0))

    torch.manual_seed(0)
    network, samples = Words().eval(), torch.rand(2, 7, 3)
    found = Anatomy(network, samples)
    points = found.choose(["blocks"], None)
    taken = {}
    with torch.no_grad(), reading(network, points, lambda n, f: taken.setdefault(n, f.clone())):
        network(samples)
    expected = network.embed(samples)
    for number, layer in enumerate(network.encoder.layers):
        expected = layer(expected.transpose(0, 1)).transpose(0, 1)
        torch.testing.assert_close(taken[number], expected.detach())


@pytest.mark.parametrize("side", [4, C])
def test_each_map_is_averaged_over_its_places_wherever_its_channels_are(side):
    """Channels last between blocks, as in timm's Swin; or within them, as in a ConvNeXt.

    Where a map has as many places along a side as channels, the other blocks tell.
    """

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(C, C), nn.Linear(C, C)

        def forward(self, x):
            return x + self.fc2(torch.relu(self.fc1(x)))

    class Turn(nn.Module):
        def forward(self, x):
            return x.permute(0, 2, 3, 1)

    class Back(nn.Module):
        def forward(self, x):
            return x.permute(0, 3, 1, 2)

    class Halved(nn.Module):
        def forward(self, x):
            return x[:, ::2, ::2]

    body = nn.Sequential(Turn(), Last(), Halved(), Last(), Back())
    network, found = anatomy_of(body, side)
    pooling = found.pooling("average", "auto")
    points = found.choose(["body.1", "body.3", "body.4", "stem"], None)
    taken = {}
    with (
        torch.no_grad(),
        reading(network, points, lambda n, f: taken.setdefault(points[n].module, pooling(f))),
    ):
        network(x := torch.rand(3, 3, side, side))
        expected = {"stem": network.stem(x).mean(dim=(2, 3))}
        inner = body[1](body[0](network.stem(x)))
        expected["body.1"] = inner.mean(dim=(1, 2))
        inner = body[3](body[2](inner))
        expected["body.3"] = expected["body.4"] = inner.mean(dim=(1, 2))
    names = ["body.1", "body.3", "body.4"] if side == C else list(expected)
    for name in names:  # of a stem with as many channels as places nothing tells
        torch.testing.assert_close(taken[name], expected[name])


def test_what_works_on_windows_of_the_images_has_no_features_of_each():
    _, found = anatomy_of(nn.Sequential(Block(), Windows()))
    shapes = {part.name: part.shape for part in found.parts}
    assert shapes["body.1.transformer"] == ()
    assert shapes["body.1"] == (C, 4, 4)


def test_a_perceptron_at_the_end_makes_no_plain_network_one_of_blocks():
    body = nn.Sequential(*(nn.Conv2d(C, C, 1) for _ in range(4)))
    _, found = anatomy_of(body)
    names = [point.name for point in found.choose(["blocks"], found.head())]
    assert names[0].startswith("before ")
    assert "head" not in names


@pytest.mark.parametrize("name", ["DenseLayer", "Growing", "_DenseLayer"])
def test_layers_that_are_given_a_list_are_read_with_it_whatever_their_class(name):
    """As timm's DenseNet, whose layers have another name than torchvision's."""

    def forward(self, maps):
        return self.conv2(torch.relu(self.conv1(torch.cat(maps, dim=1))))

    def dense(width):
        layer = type(name, (nn.Module,), {"forward": forward})()
        layer.conv1, layer.conv2 = nn.Conv2d(width, 4, 1), nn.Conv2d(4, 2, 1)
        return layer

    class DenseBlock(nn.ModuleDict):
        def forward(self, x):
            maps = [x]
            for layer in self.values():
                maps.append(layer(maps))
            return torch.cat(maps, dim=1)

    body = nn.Sequential(
        DenseBlock({f"layer{k}": dense(C + 2 * k) for k in range(3)}), nn.Conv2d(C + 6, C, 1)
    )
    network, found = anatomy_of(body)
    points = found.choose(["blocks"], found.head())
    widths = {}
    with torch.no_grad(), reading(network, points, lambda n, f: widths.setdefault(n, f.shape[1])):
        network(torch.rand(2, 3, 4, 4))
    assert [point.side for point in points] == ["state"] * 3 + ["input"]
    assert list(widths.values())[:3] == [C + 2, C + 4, C + 6]


@pytest.mark.parametrize(
    ("name", "side", "blocks", "stages"),
    [
        ("maxvit_t", 224, 11, 4),
        ("convnext_tiny", 32, 18, 4),
        ("swin_v2_t", 32, 12, 4),
        ("efficientnet_b0", 32, 16, 7),
        ("mnasnet0_5", 32, 16, 6),
        ("shufflenet_v2_x0_5", 32, 16, 3),
        ("vgg11", 32, 10, 10),
    ],
)
def test_torchvisions_networks(name, side, blocks, stages):
    torchvision = load_torchvision()
    with torch.device("meta"):
        network = torchvision.models.get_model(name, weights=None, num_classes=5).eval()
        found = Anatomy(network, torch.rand(2, 3, side, side))
    assert len(found.choose(["blocks"], None)) == blocks
    assert len(found.choose(["stages"], None)) == stages
