"""Heads of networks, as people write them."""

import math
import warnings

import torch
import torch.nn.functional as F  # noqa: N812, as in every training script
from torch import nn
from torch.nn.utils import parametrizations

K, D = 4, 6


class Body(nn.Module):
    """Maps of D channels; within, a 1×1 convolution with as many outputs as there are classes."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, K, 3, padding=1)
        self.shortcut = nn.Conv2d(K, K, 1)
        self.last = nn.Conv2d(K, D, 3, padding=1)

    def forward(self, x):
        x = self.conv(x).relu()
        return self.last(x + self.shortcut(x)).tanh()


class Net(nn.Module):
    def __init__(self, head, pooled=True):
        super().__init__()
        self.body, self.head, self.pooled = Body(), head, pooled

    def features(self, x):
        maps = self.body(x)
        return maps.mean((2, 3)) if self.pooled else maps

    def forward(self, x):
        return self.head(self.features(x))


class Own(Net):
    """A network that computes its logits in its own forward."""

    def __init__(self, compute, head=None, *, scale=False):
        super().__init__(head)
        self.scale = nn.Parameter(torch.tensor(2.0)) if scale else None
        self.matrix = nn.Parameter(torch.randn(K, D))
        self.compute = compute

    def forward(self, x):
        return self.compute(self, self.features(x))


class Head(nn.Module):
    """A head that is a function of a matrix."""

    def __init__(self, compute, shape=(K, D), name="weight"):
        super().__init__()
        setattr(self, name, nn.Parameter(torch.randn(shape)))
        self.compute = compute

    def forward(self, x):
        return self.compute(self, x)


class Tokens(nn.Module):
    """Maps as tokens, (N, T, D)."""

    def __init__(self, head, take):
        super().__init__()
        self.body, self.head, self.take = Body(), head, take

    def forward(self, x):
        return self.take(self.head(self.body(x).flatten(2).transpose(1, 2)))


class Fixed(nn.Module):
    def __init__(self):
        super().__init__()
        turned, _ = torch.linalg.qr(torch.randn(D, K))
        etf = math.sqrt(K / (K - 1)) * turned @ (torch.eye(K) - 1 / K)
        self.register_buffer("vectors", etf)

    def forward(self, x):
        return x @ self.vectors


class Rotated(nn.Module):
    """A fixed ETF in a learned frame."""

    def __init__(self):
        super().__init__()
        self.frame = nn.Parameter(torch.randn(D, K))
        self.register_buffer("etf", torch.eye(K) - 1 / K)

    def rows(self):
        return (torch.linalg.qr(self.frame)[0] @ self.etf).t()

    def forward(self, x):
        return 3 * x @ self.rows().t()


class ArcFace(nn.Module):
    def __init__(self, margin=0.3, scale=30):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(K, D))
        self.margin, self.scale = margin, scale

    def forward(self, x, labels=None):
        cosine = F.linear(F.normalize(x), F.normalize(self.weight)).clamp(-1, 1)
        if labels is not None:
            cosine = torch.where(
                F.one_hot(labels, K).bool(), (cosine.acos() + self.margin).cos(), cosine
            )
        return cosine * self.scale


class SubCentres(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3 * K, D))

    def forward(self, x):
        cosine = F.linear(F.normalize(x), F.normalize(self.weight))
        return cosine.view(-1, K, 3).amax(2)


class Deconfounded(nn.Module):
    """Squared distances over a number of each sample."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(K, D))
        self.g = nn.Sequential(nn.Linear(D, 1), nn.BatchNorm1d(1), nn.Sigmoid())

    def forward(self, x):
        return -((x[:, None] - self.weight) ** 2).mean(2) / self.g(x)


class Several(nn.Module):
    def __init__(self, join, sizes):
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(D, size) for size in sizes)
        self.join = join

    def forward(self, x):
        return self.join([head(x) for head in self.heads])


class Named(nn.Module):
    """A head that is called with its argument's name."""

    def __init__(self):
        super().__init__()
        self.body, self.head = Body(), nn.Linear(D, K)

    def forward(self, x):
        return self.head(input=self.body(x).mean((2, 3)))


class Flat(nn.Module):
    """Pools and multiplies by itself."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(K, D))

    def forward(self, maps):
        return F.linear(F.adaptive_avg_pool2d(maps, 1).flatten(1), self.weight)


class Factored(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = (nn.Parameter(torch.randn(s)) for s in ((K, 2), (2, D)))

    def forward(self, x):
        return x @ (self.left @ self.right).t()


class Filled(nn.Module):
    """Writes the logits of two halves into one tensor."""

    def __init__(self):
        super().__init__()
        self.old, self.new = nn.Linear(D, K - 1), nn.Linear(D, 1)

    def forward(self, x):
        logits = x.new_zeros(len(x), K)
        logits[:, : K - 1] = self.old(x)
        logits[:, K - 1 :] = self.new(x)
        return logits


class Attentive(nn.Module):
    """Vectors of the classes that each sample makes anew."""

    def __init__(self):
        super().__init__()
        self.make = nn.Linear(D, K * D)

    def forward(self, x):
        return torch.einsum("nkd,nd->nk", self.make(x).view(-1, K, D).tanh(), x)


def zeroed():
    layer = nn.Linear(D, K)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def normalised():
    layer = nn.BatchNorm1d(K)
    layer.weight.data = torch.tensor([0.5, 2.0, 1.0, 3.0])
    layer.running_var = torch.tensor([1.0, 4.0, 0.5, 2.0])
    layer.running_mean = torch.tensor([0.1, -0.2, 0.0, 0.4])
    return layer


def by_hand(head, x):
    """Distances class by class."""
    return torch.stack([-(x - centre).pow(2).sum(1) for centre in head.weight], dim=1)


def loose():
    head = Head(lambda self, x: x @ self.vectors.t())
    head.vectors = torch.randn(K, D)  # neither a parameter nor a buffer
    return head


def scripted():
    with warnings.catch_warnings(action="ignore"):  # it is deprecated, and in use
        return torch.jit.script(nn.Sequential(nn.ReLU(), nn.Linear(D, K)))


def old_weight_norm():
    with warnings.catch_warnings(action="ignore"):
        return nn.utils.weight_norm(nn.Linear(D, K))


def unit(rows):
    return F.normalize(rows, dim=1)


def own_weight(net):
    return net.head.weight


# Name: the network, its classifier, the matrix, and its rows. The features are the means of the
# body's maps.
HEADS = {
    "linear": (lambda: Net(nn.Linear(D, K)), "head", "head.weight", own_weight),
    "no bias": (lambda: Net(nn.Linear(D, K, bias=False)), "head", "head.weight", own_weight),
    "zeros": (lambda: Net(zeroed()), "head", "head.weight", own_weight),
    "cosine, d×K": (
        lambda: Net(Head(lambda s, x: 16 * F.normalize(x) @ F.normalize(s.weight, dim=0), (D, K))),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight.t()),
    ),
    "cosine, K×d": (
        lambda: Net(Head(lambda s, x: F.linear(F.normalize(x), F.normalize(s.weight)))),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight),
    ),
    "cosine, divided afterwards": (
        lambda: Net(
            Head(
                lambda s, x: (
                    10 * (x @ s.weight.t()) / (x.norm(dim=1, keepdim=True) * s.weight.norm(dim=1))
                )
            )
        ),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight),
    ),
    "cosine_similarity": (
        lambda: Net(Head(lambda s, x: F.cosine_similarity(x[:, None], s.weight[None], dim=2))),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight),
    ),
    "rows normalised": (
        lambda: Net(Head(lambda s, x: x @ F.normalize(s.weight, dim=0), (D, K))),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight.t()),
    ),
    "arcface": (
        lambda: Net(ArcFace()),
        "head",
        "head.weight",
        lambda net: unit(net.head.weight),
    ),
    "fixed etf": (lambda: Net(Fixed()), "head", "head.vectors", lambda net: net.head.vectors.t()),
    "etf in a learned frame": (
        lambda: Net(Rotated()),
        "head",
        "computed",
        lambda net: net.head.rows(),
    ),
    "functional": (
        lambda: Own(lambda s, x: x @ s.matrix.t()),
        "matrix",
        "matrix",
        lambda net: net.matrix,
    ),
    "functional, of a layer": (
        lambda: Own(lambda s, x: F.linear(x, s.head.weight, s.head.bias), nn.Linear(D, K)),
        "head.weight",
        "head.weight",
        own_weight,
    ),
    "functional cosine": (
        lambda: Own(lambda s, x: 9 * F.normalize(x) @ F.normalize(s.matrix).t()),
        "matrix",
        "matrix",
        lambda net: unit(net.matrix),
    ),
    "einsum": (
        lambda: Own(lambda s, x: torch.einsum("nd,kd->nk", x, s.matrix)),
        "matrix",
        "matrix",
        lambda net: net.matrix,
    ),
    "the other way round": (
        lambda: Own(lambda s, x: (s.matrix @ x.t()).t()),
        "matrix",
        "matrix",
        lambda net: net.matrix,
    ),
    "products summed": (
        lambda: Own(lambda s, x: (x[:, None] * s.matrix).sum(2)),
        "matrix",
        "matrix",
        lambda net: net.matrix,
    ),
    "heads in heads": (
        lambda: Net(
            nn.Sequential(nn.Dropout(), nn.Sequential(nn.Dropout(), nn.Linear(D, K)), nn.Dropout())
        ),
        "head.1.1",
        "head.1.1.weight",
        lambda net: net.head[1][1].weight,
    ),
    "weight_norm": (
        lambda: Net(parametrizations.weight_norm(nn.Linear(D, K))),
        "head",
        "head.weight",
        own_weight,
    ),
    "weight_norm as it was": (
        lambda: Net(old_weight_norm()),
        "head",
        "head.weight",
        own_weight,
    ),
    "spectral_norm": (
        lambda: Net(parametrizations.spectral_norm(nn.Linear(D, K))),
        "head",
        "head.weight",
        own_weight,
    ),
    "convolution, pooled afterwards": (
        lambda: Net(
            nn.Sequential(nn.Conv2d(D, K, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()), pooled=False
        ),
        "head.0",
        "head.0.weight",
        lambda net: net.head[0].weight.flatten(1),
    ),
    "convolution, of one place": (
        lambda: Net(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(D, K, 1)), pooled=False),
        "head.1",
        "head.1.weight",
        lambda net: net.head[1].weight.flatten(1),
    ),
    "convolution, ReLU, pooled": (
        lambda: Net(
            nn.Sequential(nn.Conv2d(D, K, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1)),
            pooled=False,
        ),
        "head.0",
        "head.0.weight",
        lambda net: net.head[0].weight.flatten(1),
    ),
    "convolution in one dimension": (
        lambda: Net(
            nn.Sequential(nn.Flatten(2), nn.Conv1d(D, K, 1), nn.AdaptiveAvgPool1d(1), nn.Flatten()),
            pooled=False,
        ),
        "head.1",
        "head.1.weight",
        lambda net: net.head[1].weight.flatten(1),
    ),
    "pools by itself": (lambda: Net(Flat(), pooled=False), "head", "head.weight", own_weight),
    "squared distances": (
        lambda: Net(Head(lambda s, x: -((x[:, None] - s.centres) ** 2).sum(2), name="centres")),
        "head",
        "head.centres",
        lambda net: net.head.centres,
    ),
    "squared distances, expanded": (
        lambda: Net(
            Head(
                lambda s, x: (
                    -(x.pow(2).sum(1, keepdim=True) - 2 * x @ s.weight.t() + s.weight.pow(2).sum(1))
                )
            )
        ),
        "head",
        "head.weight",
        own_weight,
    ),
    "distances": (
        lambda: Net(Head(lambda s, x: -torch.cdist(x, s.weight))),
        "head",
        "head.weight",
        own_weight,
    ),
    "distances over a number": (lambda: Net(Deconfounded()), "head", "head.weight", own_weight),
    "distances by hand": (lambda: Net(Head(by_hand)), "head", "head.weight", own_weight),
    "side by side": (
        lambda: Net(Several(lambda parts: torch.cat(parts, 1), (1, K - 1))),
        "head.heads",
        "head.heads.0.weight + head.heads.1.weight",
        lambda net: torch.cat([head.weight for head in net.head.heads]),
    ),
    "several, averaged": (
        lambda: Net(Several(lambda parts: torch.stack(parts).mean(0), (K, K))),
        "head.heads",
        "head.heads.0.weight + head.heads.1.weight",
        lambda net: sum(head.weight for head in net.head.heads) / 2,
    ),
    "several in one product, averaged": (
        lambda: Net(
            Head(lambda s, x: torch.einsum("nd,vkd->nvk", x, s.heads).mean(1), (3, K, D), "heads")
        ),
        "head",
        "head.heads",
        lambda net: net.head.heads.mean(0),
    ),
    "several rows a class, added": (
        lambda: Net(Head(lambda s, x: (x @ s.weight.t()).view(-1, K, 2).sum(2), (2 * K, D))),
        "head",
        "head.weight",
        lambda net: net.head.weight.view(K, 2, D).mean(1),
    ),
    "several, one used": (
        lambda: Net(Several(lambda parts: parts[0], (K, K))),
        "head.heads.0",
        "head.heads.0.weight",
        lambda net: net.head.heads[0].weight,
    ),
    "into slices": (
        lambda: Net(Filled()),
        "head",
        "head.old.weight + head.new.weight",
        lambda net: torch.cat([net.head.old.weight, net.head.new.weight]),
    ),
    "more rows than classes": (
        lambda: Own(lambda s, x: s.head(x)[:, :K], nn.Linear(D, K + 5)),
        "head",
        "head.weight",
        lambda net: net.head.weight[:K],
    ),
    "tied": (
        lambda: Own(lambda s, x: F.linear(x, s.head.weight), nn.Embedding(K, D)),
        "head.weight",
        "head.weight",
        own_weight,
    ),
    "normalised afterwards": (
        lambda: Net(nn.Sequential(nn.Linear(D, K), normalised())),
        "head.0",
        "head.0.weight",
        lambda net: (
            net.head[0].weight
            * (net.head[1].weight / (net.head[1].running_var + 1e-5).sqrt())[:, None]
        ),
    ),
    "temperature, in place": (
        lambda: Own(lambda s, x: s.head(x).div_(0.05), nn.Linear(D, K)),
        "head",
        "head.weight",
        own_weight,
    ),
    "called by name": (Named, "head", "head.weight", own_weight),
    "called twice": (
        lambda: Own(lambda s, x: (s.head(x * 0), s.head(x))[1], nn.Linear(D, K)),
        "head",
        "head.weight",
        own_weight,
    ),
    "of two factors": (
        lambda: Net(Factored()),
        "head",
        "computed",
        lambda net: net.head.left @ net.head.right,
    ),
    "unregistered": (lambda: Net(loose()), "head", "computed", lambda net: net.head.vectors),
    "a linear layer for each token": (
        lambda: Tokens(nn.Linear(D, K), lambda logits: logits.mean(1)),
        "head",
        "head.weight",
        own_weight,
    ),
    "the scale first": (
        lambda: Own(
            lambda s, x: (s.scale.exp() * F.normalize(x)) @ F.normalize(s.matrix).t(),
            scale=True,
        ),
        "matrix",
        "matrix",
        lambda net: unit(net.matrix),
    ),
    "capped": (
        lambda: Own(lambda s, x: 0.1 * (s.head(x) / 0.1).tanh(), nn.Linear(D, K)),
        "head",
        "head.weight",
        own_weight,
    ),
    "kernel": (
        lambda: Net(Head(lambda s, x: torch.exp(-torch.cdist(x, s.weight).square()))),
        "head",
        "head.weight",
        own_weight,
    ),
    "row by row": (
        lambda: Own(lambda s, x: torch.stack([x @ row for row in s.matrix], 1)),
        "Own",
        "computed",
        lambda net: net.matrix,
    ),
    "prior added": (
        lambda: Own(
            lambda s, x: s.head(x) + x.new_tensor([0.5, 0.3, 0.15, 0.05]).log(), nn.Linear(D, K)
        ),
        "head",
        "head.weight",
        own_weight,
    ),
    "two added": (
        lambda: Net(Several(sum, (K, K))),
        "head.heads",
        "head.heads.0.weight + head.heads.1.weight",
        lambda net: sum(head.weight for head in net.head.heads),
    ),
    "softmax inside": (
        lambda: Net(nn.Sequential(nn.Linear(D, K), nn.Softmax(1))),
        "head.0",
        "head.0.weight",
        lambda net: net.head[0].weight,
    ),
    "log-softmax inside": (
        lambda: Net(nn.Sequential(nn.Linear(D, K), nn.LogSoftmax(1))),
        "head.0",
        "head.0.weight",
        lambda net: net.head[0].weight,
    ),
    "sigmoid inside": (
        lambda: Net(nn.Sequential(nn.Linear(D, K), nn.Sigmoid())),
        "head.0",
        "head.0.weight",
        lambda net: net.head[0].weight,
    ),
    "softmax by hand": (
        lambda: Own(lambda s, x: (z := s.head(x).exp()) / z.sum(1, keepdim=True), nn.Linear(D, K)),
        "head",
        "head.weight",
        own_weight,
    ),
}
# Heads whose input is no mean of the body's maps: the input, as somebody else computes it.
INPUTS = {
    "as wide as there are classes": (
        lambda: Net(nn.Sequential(nn.Linear(D, K), nn.ReLU(), nn.Linear(K, K))),
        "head.2",
        lambda net, x: net.head[:2](net.features(x)),
        lambda net: net.head[2].weight,
    ),
    "cosine behind a layer": (
        lambda: Net(
            nn.Sequential(
                nn.Linear(D, K),
                nn.ReLU(),
                Head(lambda s, x: F.normalize(x) @ F.normalize(s.weight).t(), (K, K)),
            )
        ),
        "head.2",
        lambda net, x: net.head[:2](net.features(x)),
        lambda net: unit(net.head[2].weight),
    ),
    "prepared within": (
        lambda: Net(
            Head(lambda s, x: F.layer_norm(x, (D,)) @ s.weight.t() + x.new_tensor(range(K)))
        ),
        "head",
        lambda net, x: F.layer_norm(net.features(x), (D,)),
        own_weight,
    ),
    "the last token": (
        lambda: Tokens(nn.Linear(D, K), lambda logits: logits[:, -1]),
        "head",
        lambda net, x: net.body(x).flatten(2)[:, :, -1],
        own_weight,
    ),
    "the first token": (
        lambda: Tokens(nn.Linear(D, K), lambda logits: logits[:, 0]),
        "head",
        lambda net, x: net.body(x).flatten(2)[:, :, 0],
        own_weight,
    ),
    "nothing but a head": (
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(36, K)),
        "1",
        lambda net, x: x.flatten(1),
        lambda net: net[1].weight,
    ),
}
# Heads that no matrix explains: the features are their input none the less.
WITHOUT = {
    "sub-centres": lambda: Net(SubCentres()),
    "the nearest two": lambda: Net(
        Head(lambda s, x: torch.cdist(x, s.weight) - torch.cdist(x, s.weight.flip(0)))
    ),
    "made by each sample": lambda: Net(Attentive()),
}


def cosines(net, x):
    return F.linear(F.normalize(x), F.normalize(net.head.weight)).view(-1, K, 3)


def filled(net, x):
    logits, halves = x.new_zeros(len(x), K), net.head(x).view(-1, 3, K)
    logits[:, 1:], logits[:, :1] = halves[:, 0, :-1], halves[:, 1, -1:].tanh()
    return logits


def of_layers(net, x):
    one, two, three = net.head(x).chunk(3, 1)
    return one * two.sigmoid() + three.relu()


# What a network's own forward makes, without further weights, of a layer of 3K outputs.
MADE = {
    "the nearest of several centres": lambda s, x: 16 * cosines(s, x).amax(2),
    "all of several centres": lambda s, x: (16 * cosines(s, x)).logsumexp(2),
    "probabilities of the nearest": lambda s, x: (16 * cosines(s, x)).amax(2).softmax(1),
    "the nearest of several prototypes": lambda s, x: (
        -torch.cdist(x, s.head.weight).view(-1, K, 3).amin(2)
    ),
    "in another order": lambda s, x: s.head(x)[:, :K].flip(1),
    "picked": lambda s, x: s.head(x)[:, [7, 3, 0, 5]],
    "gates": of_layers,
    "filled in place": filled,
    "two layers multiplied": lambda s, x: s.head(x)[:, :K] * (x @ s.matrix.t()).sigmoid(),
}
