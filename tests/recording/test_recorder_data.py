"""What a recorder takes as data: batches, labels and data sets of many kinds."""

from collections import Counter, UserDict, namedtuple

import numpy as np
import pytest
import torch
from loop_parts import MEANS, X, Y, assert_all_read, network, recorded
from torch import nn
from torch.utils.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from ncviz import Recorder
from ncviz.errors import UserError


class Named(nn.Module):
    """Takes tensors by name, as models of transformers do, and gives logits by name."""

    def __init__(self):
        super().__init__()
        self.inner = network()

    def forward(self, values, mask=None, labels=None):
        assert labels is None  # they are the loop's affair
        if mask is not None:
            values = values * mask
        return {"logits": self.inner(values)}


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right, self.head = nn.Linear(4, 3), nn.Linear(4, 3), nn.Linear(6, 3)

    def forward(self, left, right):
        return self.head(torch.cat([self.left(left), self.right(right)], dim=1).relu())


class ByDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = network()

    def forward(self, batch):
        return self.inner(batch["x"])


def batches(make):
    return [make(X[some], Y[some]) for some in torch.arange(60).split(7)]


Pair = namedtuple("Pair", "image target")
Odd = namedtuple("Odd", "first second")
ONE_HOT = nn.functional.one_hot


@pytest.mark.parametrize(
    ("make", "model"),
    [
        (lambda x, y: (x, y), network),
        (lambda x, y: [x.numpy(), y.numpy()], network),
        (lambda x, y: {"image": x, "label": y}, network),
        (lambda x, y: {"values": x, "labels": y, "mask": torch.ones_like(x)}, Named),
        (lambda x, y: {"values": x, "labels": y, "path": ["a.png"] * len(y)}, Named),
        (lambda x, y: UserDict(values=x, labels=y), Named),
        (lambda x, y: {"x": x, "y": y}, ByDict),
        (lambda x, y: Pair(x, y), network),
        (lambda x, y: Odd(x, y), network),
        (lambda x, y: (x, x, y), Two),
        (lambda x, y: ((x, x), y), Two),
        (lambda x, y: ([x, x], y), network),  # two views of each, for a contrastive loss
        (lambda x, y: (x, y, torch.arange(len(y))), network),
        (lambda x, y: (x, y, ["a.png"] * len(y)), network),
        (lambda x, y: (x, y[:, None]), network),
        (lambda x, y: (x, y.float()), network),
        (lambda x, y: (x, y.int()), network),
        (lambda x, y: (x, y.tolist()), network),
        (lambda x, y: (x, ONE_HOT(y, 3)), network),
        (lambda x, y: (x, ONE_HOT(y, 3).bool()), network),
        (lambda x, y: (x, ONE_HOT(y, 3).float() * 0.9 + 0.1 / 3), network),
        (lambda x, y: (x, ONE_HOT(y, 3).to(torch.bfloat16)), network),
        (lambda x, y: (x.requires_grad_(False).clone().requires_grad_(), y), network),
    ],
)
def test_batches_of_many_kinds(tmp_path, make, model):
    run, _notes = recorded(tmp_path, batches(make), model())
    assert_all_read(run)
    assert run.manifest.train_counts == (20, 20, 20)  # all of it was read


def test_what_was_chosen_is_told_and_kept(tmp_path, capsys):
    soft = ONE_HOT(Y, 3).float() * 0.9 + 0.1 / 3
    data = batches(lambda x, y: (x, y))
    data = [(x, soft[:7][: len(y)] * 0 + soft[y], torch.arange(len(y))) for x, y in data]
    run, notes = recorded(tmp_path, [(x, y.argmax(1), i) for x, y, i in data])
    assert any("number 2 is the labels, and the 1 after it left out" in words for words in notes)
    assert f"ncviz: {notes[0]}." in capsys.readouterr().err
    assert run.manifest.recipe["transforms"] == list(notes)
    _, notes = recorded(tmp_path / "soft", [(x, y) for x, y, _ in data])
    assert any("the largest is taken" in words for words in notes)
    pixels = (X[:, None] * 50).to(torch.uint8).reshape(60, 2, 2)
    flat = nn.Sequential(nn.Flatten(), network())
    _, notes = recorded(tmp_path / "pixels", (pixels, Y), flat)
    assert any("divided by 255" in words for words in notes)


class Own(Dataset):
    """A data set of somebody's own, which tells nothing but its samples."""

    def __init__(self, wrap=lambda x, y: (x, y)):
        self.wrap = wrap
        self.read = []

    def __len__(self):
        return 60

    def __getitem__(self, index):
        self.read.append(index)
        return self.wrap(X[index], int(Y[index]))


class Told(Own):
    """As those of torchvision, with a list of targets; they are transformed here."""

    classes = ("red", "green", "blue")

    def __init__(self, shift=0):
        super().__init__(lambda x, y: (x, (y + shift) % 3))
        self.targets = Y.tolist()


class Endless(IterableDataset):
    def __iter__(self):
        while True:
            yield from zip(X, Y.tolist(), strict=True)


class TwoClassesOfThree(IterableDataset):
    def __iter__(self):
        while True:
            yield from ((x, y % 2) for x, y in zip(X, Y.tolist(), strict=True))


class Columns(Dataset):
    """As those of Hugging Face: rows by name, columns whole."""

    column_names = ("values", "label")

    def __len__(self):
        return 60

    def __getitem__(self, key):
        if isinstance(key, str):
            return {"values": X.tolist(), "label": Y.tolist()}[key]
        return {"values": X[key].tolist(), "label": int(Y[key])}


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        ((X, Y), (20, 20, 20)),
        ((X.numpy(), Y.tolist()), (20, 20, 20)),
        ({"image": X, "label": Y}, (20, 20, 20)),
        (TensorDataset(X, Y), (20, 20, 20)),
        (DataLoader(TensorDataset(X, Y), 8, shuffle=True, drop_last=True), (20, 20, 20)),
        (DataLoader(Told(), 8), (20, 20, 20)),
        (ConcatDataset([Subset(Told(), range(30)), Subset(Told(), range(30, 60))]), (20, 20, 20)),
        (Own(), (20, 20, 20)),  # it was read to its end
        (Own(lambda x, y: {"image": x.numpy(), "label": np.int64(y)}), (20, 20, 20)),
        (Own(lambda x, y: (x, ONE_HOT(torch.tensor(y), 3))), (20, 20, 20)),
        (DataLoader(Own(), 7, shuffle=True), (20, 20, 20)),
        (list(zip(X, Y.tolist(), strict=True)), (20, 20, 20)),
        (DataLoader(Endless(), 7), ()),
        (Endless(), ()),
        (Told(shift=0), (20, 20, 20)),
    ],
)
def test_data_of_many_kinds(tmp_path, data, counts):
    run, notes = recorded(tmp_path, data, per_class=20)
    assert_all_read(run)
    assert run.manifest.train_counts == counts
    assert any("sizes in the training are unknown" in words for words in notes) == (not counts)


class Files(Told):
    """As those of torchvision that keep files with their labels; names are several words."""

    classes = (("red", "scarlet"), ("green",), ("blue", "azure"))

    def __init__(self):
        super().__init__()
        del self.targets
        self._samples = [(f"{number}.png", label) for number, label in enumerate(Y.tolist())]


def test_files_with_labels(tmp_path):
    data = Files()
    run, _ = recorded(tmp_path, data, per_class=2)
    assert len(data.read) <= 6 + 2
    assert run.manifest.train_counts == (20, 20, 20)
    assert run.manifest.class_names == ("red", "green", "blue")


def test_names_of_other_classes_are_left_out_and_told(tmp_path):
    data = Told()
    data.classes = ("red", "green", "blue", "grey")  # of the whole set, of which these are a part
    run, notes = recorded(tmp_path, Subset(data, range(60)))
    assert run.manifest.class_names == ("0", "1", "2")
    assert any("names 4 classes and the model tells 3 apart" in words for words in notes)


def test_rows_by_name_and_columns_whole(tmp_path):
    run, _ = recorded(tmp_path, Columns(), Named())
    assert_all_read(run)
    assert run.manifest.train_counts == (20, 20, 20)


def test_labels_that_are_transformed_are_those_of_the_samples(tmp_path):
    run, _ = recorded(tmp_path, Told(shift=1))
    means = run.snapshot(0).statistics(0, "train").means
    np.testing.assert_allclose(means, np.roll(MEANS, 1, axis=0), rtol=1e-6)
    assert run.manifest.class_names == ("red", "green", "blue")


def test_only_what_is_kept_is_read_where_labels_are_known(tmp_path):
    data = Told()
    run, _ = recorded(tmp_path, DataLoader(data, 10, shuffle=True), per_class=4)
    assert len(set(data.read)) <= 12 + 2  # and the first two, to see what they are
    assert run.snapshot(0).statistics(0, "train").counts.tolist() == [4, 4, 4]
    assert run.manifest.train_counts == (20, 20, 20)


def test_class_sizes_are_those_that_the_training_sees(tmp_path):
    long_tailed = [*range(0, 60, 3), *range(1, 30, 3), *range(2, 12, 3)]
    subset = Subset(Told(), long_tailed)
    weights = [1.0] * 60
    cases = {
        "subset": (subset, {}, (20, 10, 4)),
        "loader": (DataLoader(subset, 8), {}, (20, 10, 4)),
        "sampler": (
            DataLoader(Told(), 8, sampler=SubsetRandomSampler(long_tailed)),
            {},
            (20, 10, 4),
        ),
        # Each class as often as another: what the classes weigh is not in the labels.
        "balanced": (DataLoader(Told(), 8, sampler=WeightedRandomSampler(weights, 60)), {}, ()),
        "told": (DataLoader(Endless(), 8), {"train_counts": [400, 40, 4]}, (400, 40, 4)),
        "counter": (subset, {"train_counts": Counter({0: 9, 2: 3})}, (9, 0, 3)),
    }
    for name, (data, options, counts) in cases.items():
        run, notes = recorded(tmp_path / name, data, per_class=3, **options)
        assert run.manifest.train_counts == counts, name
        said = f"have {min(counts)} to {max(counts)} samples" if counts else "are unknown"
        assert any(said in words for words in notes)
        assert max(run.snapshot(0).statistics(0, "train").counts) == 3
    for wrong in ([1, 2], [1, 2, -3], [0, 0, 0], [1.5, 2, 3], "abc"):
        with pytest.raises(UserError, match="train_counts must be 3 whole numbers"):
            recorded(tmp_path / "wrong", subset, train_counts=wrong)


def test_a_sample_stands_for_the_whole_split(tmp_path):
    """What is measured on the same number of each class weighs as in all of the data."""
    rows = [*range(0, 60, 3), *range(1, 30, 3), *range(2, 12, 3)]  # 20, 10 and 4
    data = Subset(Told(), rows)
    model = network()
    run, _ = recorded(tmp_path / "known", data, model, per_class=4, test=data)
    told, _ = recorded(tmp_path / "told", data, model, per_class=4, train_counts=[200, 100, 40])
    even, _ = recorded(tmp_path / "even", data, model, per_class=4, train_counts=[7, 7, 7])
    statistics = [r.snapshot(0).statistics(0, "train") for r in (run, told, even)]
    assert statistics[0].counts.tolist() == [4, 4, 4]
    assert [None if s.sizes is None else s.sizes.tolist() for s in statistics] == [
        [20, 10, 4],
        [200, 100, 40],
        None,
    ]
    assert run.snapshot(0).statistics(0, "test").sizes.tolist() == [20, 10, 4]
    losses = [r.snapshot(0).scalars["train_loss"] for r in (run, told, even)]
    assert losses[0] == pytest.approx(losses[1])
    assert losses[0] != pytest.approx(losses[2])


def test_names_as_labels(tmp_path):
    words = ["ant", "bee", "cat"]
    names = [words[label] for label in Y.tolist()]
    run, _ = recorded(tmp_path, (X, names), class_names=words)
    assert_all_read(run)
    loop = [(X[some], [names[n] for n in some]) for some in torch.arange(60).split(9)]
    run, _ = recorded(tmp_path / "loop", loop, class_names=words)
    assert_all_read(run)
    for options in ({}, {"class_names": ["ant", "bee", "cow"]}):
        with pytest.raises(UserError, match=r"labels such as '(ant|cat)'"):
            recorded(tmp_path / "unknown", loop, **options)


def test_data_that_are_endless_and_lack_a_class_are_not_read_for_ever(tmp_path):
    run, notes = recorded(tmp_path, TwoClassesOfThree(), per_class=5)
    assert run.snapshot(0).statistics(0, "train").counts.tolist() == [5, 5, 0]
    assert any("class 2 was not there 5 times" in words for words in notes)


def test_a_loader_keeps_its_own_order(tmp_path):
    def order(record):
        generator = torch.Generator().manual_seed(4)
        sampler = WeightedRandomSampler([1.0] * 60, 60, generator=generator)
        loader = DataLoader(Told(), 10, sampler=sampler)
        if record:
            recorded(tmp_path, loader)
        return torch.cat([labels for _, labels in loader])

    assert torch.equal(order(record=False), order(record=True))


class Preparing(DataLoader):
    """A loader that does on its way what others do in their data set."""

    def __iter__(self):
        for values, labels in super().__iter__():
            yield values / 2, labels


def test_a_loader_that_prepares_its_batches_is_read_through(tmp_path):
    run, _ = recorded(tmp_path, Preparing(TensorDataset(X * 2, Y), 8, shuffle=True))
    assert_all_read(run)


def test_the_same_samples_are_kept_each_time(tmp_path):
    marks = set()
    for number in range(2):
        torch.manual_seed(number)
        noisy = Own(lambda x, y: (x + torch.rand(4), y))
        run, _ = recorded(tmp_path / str(number), DataLoader(noisy, 7, shuffle=True), per_class=3)
        marks.add(run.manifest.recipe["samples"])
    assert len(marks) == 1


def test_what_cannot_be_data_is_told_at_once(tmp_path):
    pairs = [(X[:5], Y[:5])]
    cases = [
        ((pair for pair in pairs), "can be read only once"),
        (iter(pairs), "can be read only once"),
        ([(X[:5], Y[:5] + 0.5)], "labels such as 0.5"),
        ([(X[:5], Y[:4])], "5 samples with 4 labels"),
        ([(X[:5], (Y[:5], Y[:5], 0.3))], "give one label a sample"),
        (
            [(X[:6], ONE_HOT(Y[:6], 3) + ONE_HOT((Y[:6] + 1) % 3, 3))],
            "one label in fewer than two classes",
        ),
        ([(X[:5], torch.zeros(5, 8, 8))], "labels of shape"),
        ([{"image": X[:5], "kind": Y[:5]}], "none of which is called labels"),
        ([X[:5]], "gave a Tensor"),
        ([("text", Y[:5])], "without numbers"),
        ((torch.rand(9, 7), Y[:9]), "does not take samples of shape 7"),
        ([(X[:5], Y[:5] * 0 - 100)], "no samples with labels"),
        ("folder/of/images", "it is a str"),
        ((X, torch.tensor(1)), r"labels of shape \(\)"),
        ((X.to_sparse(), Y), "give dense ones"),
        (TensorDataset(X[:0], Y[:0]), "must not be empty"),
    ]
    for data, words in cases:
        with pytest.raises(UserError, match=words):
            Recorder(tmp_path / "run", network(), data)
        assert not (tmp_path / "run").exists()


def test_batches_that_are_taken_apart_by_the_user(tmp_path):
    def unpack(batch):
        return batch["what"]["pixels"] / 2, batch["kind"] - 1

    data = [
        {"what": {"pixels": X[some] * 2}, "kind": Y[some] + 1} for some in torch.arange(60).split(9)
    ]
    run, _ = recorded(tmp_path, data, unpack=unpack, test=data)
    assert_all_read(run)
    with pytest.raises(UserError, match="must return two things"):
        recorded(tmp_path / "wrong", data, unpack=lambda batch: batch["what"])
