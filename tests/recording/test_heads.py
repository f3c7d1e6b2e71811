"""The classifier is what gives the logits, its input the features, whatever it is made of."""

from dataclasses import dataclass

import heads
import numpy as np
import pytest
import torch
from heads import HEADS, INPUTS, MADE, WITHOUT, D, K, Net, Own, scripted
from torch import nn

from ncviz import Recorder
from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.points import reading
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc3
from ncviz.geometry.statistics import class_statistics
from ncviz.metrics.measures import measure_run
from ncviz.runs.run import Run


@pytest.fixture(scope="module")
def data():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(40) % K
    images = torch.rand(40, 1, 6, 6, generator=generator) + 0.3 * labels[:, None, None, None]
    return images, labels


def build(make):
    torch.manual_seed(0)
    return make().eval()


def record(net, data, out, **options):
    """Return the run of a network, and what was said of its head."""
    with Recorder(out, net, data, **options) as recorder:
        assert recorder.record(1)
    run = Run(out)
    assert run.manifest.recipe["transforms"] == list(recorder.notes)
    return run, "".join(f"{note}. " for note in recorder.notes)


def check(run, net, data, features, rows):
    """Compare features and NC3 with those of an independent computation."""
    labels = data[1]
    with torch.no_grad():
        expected = class_statistics(features.double().numpy(), labels.numpy(), K)
        rows = rows.double().numpy()
    name, width = run.manifest.layers[-1].name, run.manifest.layers[-1].width
    assert (name, width) == ("features", features.shape[1])
    means = run.snapshot(1).statistics(len(run.manifest.layers) - 1, "train").means
    np.testing.assert_allclose(means, expected.means, rtol=1e-4, atol=1e-6)
    measured = measure_run(run, layer="features")["layers"][0]["nc3"]
    if np.any(rows):
        assert measured == pytest.approx(nc3(rows, expected.centered_means), rel=1e-3)


@pytest.mark.parametrize("name", HEADS)
def test_the_input_of_a_head_is_the_features(name, data, tmp_path):
    make, classifier, weight, rows = HEADS[name]
    net = build(make)
    run, _ = record(net, data, tmp_path / "run")
    recipe = run.manifest.recipe
    assert (recipe["classifier"], recipe["classifier_weight"]) == (classifier, weight)
    with torch.no_grad():
        check(run, net, data, net.body(data[0]).mean((2, 3)), rows(net))


@pytest.mark.parametrize("name", INPUTS)
def test_the_last_head_in_a_head_counts(name, data, tmp_path):
    make, classifier, features, rows = INPUTS[name]
    net = build(make)
    run, _ = record(net, data, tmp_path / "run")
    assert run.manifest.recipe["classifier"] == classifier
    with torch.no_grad():
        check(run, net, data, features(net, data[0]), rows(net))


@pytest.mark.parametrize("name", WITHOUT)
def test_where_no_matrix_explains_the_logits_there_is_no_nc3(name, data, tmp_path):
    net = build(WITHOUT[name])
    run, words = record(net, data, tmp_path / "run")
    recipe = run.manifest.recipe
    assert (recipe["classifier"], recipe["classifier_weight"]) == ("head", "none")
    assert "no weight matrix explains the logits that head gives: there will be no NC3" in words
    assert run.manifest.layers[-1].width == D
    assert run.snapshot(1).classifier() is None


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_a_layer_s_outputs_leaves_its_input_the_features(name, data):
    net = build(lambda: Own(MADE[name], nn.Linear(D, 3 * K)))
    found = Anatomy(net, data[0][:2], K)
    head, taken = found.head(), {}
    assert found.logits.shape[1] == K
    with torch.no_grad(), reading(net, [head.features], taken.__setitem__):
        net(data[0])
        torch.testing.assert_close(taken[0], net.features(data[0]))
    if not head.weight:
        assert "gives what the logits are computed from, without further weights" in head.notes[0]


OTHERWISE = {
    "a mean over two views": lambda s, x: s.head(x) + s.head(x.flip(1) ** 2),
    "a way around": lambda s, x: s.head(x).tanh() + x[:, :K] ** 2,
    "convolved": lambda s, x: nn.functional.conv1d(
        x[:, None], s.matrix[:, None, :3], padding=1
    ).amax(2),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_logits_of_more_than_one_input_have_no_features(name, data):
    net = build(lambda: Own(OTHERWISE[name], nn.Linear(D, K)))
    assert Anatomy(net, data[0][:2], K).head() is None


class Gives(Own):
    """Gives what a function makes of the features."""

    def __init__(self, compute, width=D):
        super().__init__(compute, nn.Linear(width, K))
        self.narrow = nn.Linear(D, K)
        self.aux = nn.Sequential(nn.Linear(K, K), nn.ReLU(), nn.Linear(K, K))

    def early(self, x):
        return self.aux(self.body.conv(x).mean((2, 3)))

    def forward(self, x):
        return self.compute(self, x, self.features(x))


@dataclass
class Output:
    loss: torch.Tensor | None
    hidden: torch.Tensor
    logits: torch.Tensor


class ByName(dict):
    """A dictionary whose entries are attributes, too, as the outputs of model hubs are."""


OUTPUTS = {
    "features first": (lambda s, x, f: (f, s.head(f)), "1"),
    "logits first": (lambda s, x, f: (s.head(f), f), "0"),
    "maps as well": (lambda s, x, f: (s.body(x), [f, s.head(f)]), "1.1"),
    "a loss that is none": (lambda s, x, f: (None, s.head(f), f), "1"),
    "by name": (lambda s, x, f: {"features": f, "logits": s.head(f)}, "logits"),
    "by another name": (lambda s, x, f: ByName(feat=f, pred=s.head(f)), "pred"),
    "as a dataclass": (lambda s, x, f: Output(None, f, s.head(f)), "logits"),
    "with probabilities": (lambda s, x, f: ((z := s.head(f)).softmax(1), z), "1"),
    "with an auxiliary classifier": (lambda s, x, f: (s.head(f), s.early(x)), "0"),
    "exits": (lambda s, x, f: [s.early(x), s.head(f)], "1"),
    "one place": (lambda s, x, f: s.head(f)[:, :, None, None], ""),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_of_several_outputs_the_logits_are_taken_and_said(name, data, tmp_path):
    compute, place = OUTPUTS[name]
    net = build(lambda: Gives(compute))
    run, words = record(net, data, tmp_path / "run")
    assert run.manifest.recipe["classifier"] == "head"
    assert (f"the logits are {place}." in words) == bool(place)
    with torch.no_grad():
        features = net.features(data[0])
        check(run, net, data, features, net.head.weight)
        wrong = (net.head(features).argmax(1) != data[1]).float().mean()
    assert run.snapshot(1).scalars["train_error"] == pytest.approx(float(wrong))


def test_features_as_wide_as_there_are_classes_are_no_logits(data, tmp_path):
    def compute(net, _x, f):
        f = net.narrow(f).relu()
        return f, net.head(f)

    net = build(lambda: Gives(compute, width=K))
    run, _ = record(net, data, tmp_path / "run")
    assert run.manifest.recipe["classifier"] == "head"
    with torch.no_grad():
        check(run, net, data, net.narrow(net.features(data[0])).relu(), net.head.weight)


def test_names_of_classes_tell_logits_from_what_is_computed_later(data, tmp_path):
    net = build(
        lambda: Gives(lambda s, x, f: (z := s.head(f), nn.functional.pad(z.tanh(), (0, 3))))
    )
    run, words = record(net, data, tmp_path / "run", class_names="abcd")
    assert "the logits are 0" in words
    assert run.manifest.recipe["classifier"] == "head"


@pytest.mark.parametrize("end", [nn.Softmax(1), nn.LogSoftmax(1), nn.Sigmoid(), nn.Identity()])
def test_losses_are_those_of_the_logits_whatever_the_network_ends_in(end, data, tmp_path):
    net = build(lambda: Net(nn.Sequential(nn.Linear(D, K), end)))
    run, words = record(net, data, tmp_path / "run")
    with torch.no_grad():
        loss = nn.functional.cross_entropy(net.head[0](net.features(data[0])), data[1])
    assert run.snapshot(1).scalars["train_loss"] == pytest.approx(float(loss), rel=1e-4)
    assert ("the network ends in a" in words) == (not isinstance(end, nn.Identity))


REFUSED = {
    "one number": (lambda s, x, f: s.head(f)[:, :1], r"one number a sample.*torch\.cat"),
    "one number, flat": (lambda s, x, f: s.head(f)[:, 0], r"one number a sample.*torch\.cat"),
    "maps": (lambda s, x, f: s.body(x), r"does not give logits.*\(2, 6, 6, 6\)"),
    "words": (lambda s, x, f: "cat", "does not give logits.*but str"),
    "too few": (lambda s, x, f: s.head(f)[:, :3], "labels from 0 to 3.* tells 3 classes apart"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_logits_is_said(name, data, tmp_path):
    compute, words = REFUSED[name]
    with pytest.raises(UserError, match=f"(?s){words}"):
        Recorder(tmp_path / "run", build(lambda: Gives(compute)), data)
    assert not (tmp_path / "run").exists()


def test_a_forward_that_needs_labels_is_told_what_to_do(data, tmp_path):
    class Needy(Net):
        def forward(self, x, labels):
            return self.head(self.features(x))

    with pytest.raises(UserError, match=r"'labels'.*give the rest a default"):
        Recorder(tmp_path / "run", build(lambda: Needy(nn.Linear(D, K))), data)


def test_more_classes_than_labels_is_said(data, tmp_path):
    _, words = record(build(lambda: Net(nn.Linear(D, K + 2))), data, tmp_path / "run")
    assert "tells 6 classes apart and the samples hold 4 of them, none of 4, 5" in words


def test_the_layer_and_the_matrix_can_be_named(data, tmp_path):
    net = build(HEADS["cosine, d×K"][0])
    for number, options in enumerate(
        ({"classifier": "head"}, {"classifier_weight": "head.weight"})
    ):
        run, _ = record(net, data, tmp_path / str(number), **options)
        assert run.manifest.recipe["classifier_weight"] == "head.weight"
        with torch.no_grad():
            rows = nn.functional.normalize(net.head.weight.t(), dim=1)
            check(run, net, data, net.features(data[0]), rows)
    for number, options in enumerate(({"classifier": "none"}, {"classifier_weight": "none"})):
        run, words = record(net, data, tmp_path / f"none {number}", **options)
        assert run.manifest.layers[-1].width == D
        assert run.snapshot(1).classifier() is None
        assert "no weight matrix is compared" in words


def test_an_outer_layer_that_gives_the_logits_has_its_own_input(data, tmp_path):
    net = build(lambda: Net(nn.Sequential(nn.Linear(D, 5), nn.ReLU(), nn.Linear(5, K))))
    run, words = record(net, data, tmp_path / "run", classifier="head")
    assert run.manifest.recipe["classifier"] == "head"
    assert run.manifest.layers[-1].width == D
    assert "no weight matrix explains the logits that head gives" in words


WRONG = {
    "no such layer": ({"classifier": "haed"}, "no layer 'haed': choose one such as head"),
    "not the last": (
        {"classifier": "body.shortcut"},
        "'body.shortcut' is no classifier of 4 classes: .* which head gives",
    ),
    "no such matrix": ({"classifier_weight": "head.wieght"}, "no matrix 'head.wieght'"),
    "another matrix": (
        {"classifier_weight": "body.shortcut.weight"},
        "body.shortcut.weight of shape 4×4×1×1 does not explain .* head.weight does",
    ),
    "as large by chance": ({"classifier_weight": "matrix"}, "matrix of shape 4×6 does not explain"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_is_told_the_right_one(name, data, tmp_path):
    options, words = WRONG[name]
    net = build(lambda: Own(lambda s, x: s.head(x), nn.Linear(D, K)))
    with pytest.raises(UserError, match=words):
        Recorder(tmp_path / "run", net, data, **options)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_heads_of_other_precision_are_found(dtype, data, tmp_path):
    for name in ("linear", "cosine, d×K", "convolution, pooled afterwards"):
        net = build(HEADS[name][0]).to(dtype)
        run, _ = record(net, (data[0].to(dtype), data[1]), tmp_path / f"{dtype} {name[:4]}")
        assert run.manifest.recipe["classifier_weight"] == HEADS[name][2]
        assert run.manifest.layers[-1].width == D
        assert run.snapshot(1).classifier().weight.shape == (K, D)


def test_the_head_of_a_scripted_part_is_found_without_hooks(data):
    net = build(lambda: Net(scripted()))
    found = Anatomy(net, data[0][:2])
    head, taken = found.head(), {}
    assert (head.name, head.weight) == ("head.1.weight", "head.1.weight")
    with torch.no_grad(), reading(net, [head.features], taken.__setitem__):
        net(data[0])
        torch.testing.assert_close(taken[0], net.features(data[0]).relu())


def test_the_head_is_found_in_a_network_that_gives_nan(data):
    net = build(HEADS["linear"][0])
    with torch.no_grad():
        net.body.conv.weight.fill_(float("nan"))
    head = Anatomy(net, data[0][:2]).head()
    assert (head.name, head.weight, head.features.side) == ("head", "head.weight", "input")


@pytest.mark.parametrize("name", ["linear", "several, one used", "two added", "fixed etf"])
def test_few_numbers_are_not_explained_by_chance(name, monkeypatch):
    """Two numbers a sample, that hardly vary, go with many things."""
    monkeypatch.setattr(heads, "K", 2)
    make, classifier, weight, _ = HEADS[name]
    head = Anatomy(build(make), torch.rand(2, 1, 6, 6)).head()
    assert (head.name, head.weight) == (classifier, weight)


def test_a_dead_network_keeps_the_head_that_was_found(data, tmp_path):
    net = build(HEADS["temperature, in place"][0])
    with Recorder(tmp_path / "run", net, data) as recorder:
        recorder.record(0)
        with torch.no_grad():
            net.body.last.weight.zero_()
        recorder.record(1)
    weight = net.head.weight.detach().numpy()
    for epoch in (0, 1):
        classifier = Run(tmp_path / "run").snapshot(epoch).classifier()
        np.testing.assert_allclose(classifier.weight, weight, rtol=1e-6)


def test_where_nothing_gives_the_logits_it_is_said(data, tmp_path):
    def of_two_views(net, x):
        return net.head(x) + net.head(x.flip(1) ** 2)

    net = build(lambda: Own(of_two_views, nn.Linear(D, K)))
    run, words = record(net, data, tmp_path / "run", layers="body.*")
    assert "what gives the logits was not found: the last layer that was chosen counts" in words
    recipe = run.manifest.recipe
    assert (recipe["classifier"], recipe["classifier_weight"]) == ("none", "none")
    assert run.snapshot(1).classifier() is None
    assert "nc4_train" not in run.snapshot(1).scalars
    assert run.manifest.layers[-1].name == "body.last"
