"""The recorder on samples with several labels, and on further splits, with their pictures."""

from itertools import combinations

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz import Recorder
from ncviz.errors import UserError
from ncviz.runs.run import Run

CLASSES = 3
SETS = ((0,), (1,), (2,), *combinations(range(CLASSES), 2))


def samples(each, seed):
    rng = np.random.default_rng(seed)
    rows = np.repeat(
        [[float(k in labels) for k in range(CLASSES)] for labels in SETS], each, axis=0
    )
    rows = rows[rng.permutation(len(rows))]
    images = rng.normal(size=(len(rows), 1, 3, 4)) * 0.1 + rows[:, None, :, None]
    return torch.tensor(images).float(), torch.tensor(rows).float()


X, Y = samples(4, 0)
XT, YT = samples(2, 1)


@pytest.fixture
def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.Linear(12, 6), nn.ReLU(), nn.Linear(6, CLASSES))


def lists(rows):
    return [row.nonzero()[:, 0].tolist() for row in rows]


FORMS = {
    "rows": lambda x, y: (x, y),
    "whole rows": lambda x, y: (x, y.long()),
    "lists": lambda x, y: (x, lists(y)),
    "a loader": lambda x, y: DataLoader(TensorDataset(x, y), batch_size=5, shuffle=True),
    "a list of samples": lambda x, y: list(zip(x, y, strict=True)),
}


@pytest.mark.parametrize("form", FORMS)
def test_samples_with_several_labels(network, tmp_path, form, capsys):
    recorder = Recorder(
        tmp_path / "run", network, FORMS[form](X, Y), test=FORMS[form](XT, YT), probe_per_class=2
    )
    assert recorder.record(0)
    recorder.close()
    run = Run(tmp_path / "run")
    assert run.manifest.label_sets == SETS[CLASSES:]
    assert run.manifest.train_counts == (4,) * CLASSES
    assert np.bincount(run.probe.labels).tolist() == [2] * len(SETS)
    snapshot = run.snapshot(0)
    assert snapshot.counts(0, "label_sets").tolist() == [4] * 3
    assert snapshot.counts(0, "label_sets_test").tolist() == [2] * 3
    assert "measured: 12 samples with several labels, 3 sets of them" in capsys.readouterr().err
    with torch.no_grad():
        logits = network(X)
    several = Y.sum(1) > 1
    loss = -(Y * logits.log_softmax(1)).sum(1)[several].mean()
    assert snapshot.scalars["label_sets_loss"] == pytest.approx(float(loss), rel=1e-5)
    wrong = [
        set(logits[i].topk(2).indices.tolist()) != set(Y[i].nonzero()[:, 0].tolist())
        for i in np.flatnonzero(several)
    ]
    assert snapshot.scalars["label_sets_error"] == pytest.approx(np.mean(wrong))
    # Each picture is brightest in the rows of its labels.
    bright = run.probe.images.mean(axis=2).argmax(axis=1)
    assert all(row in SETS[label] for row, label in zip(bright, run.probe.labels, strict=True))


WRONG = {
    "rows of another K": ((X, torch.cat([Y, Y], dim=1)), "rows of 6 labels, and the model tells 3"),
    "a label beyond": ((X, [*lists(Y)[:-1], [0, 1, 7]]), "labels up to 7, and the model tells 3"),
    "a two": ((X, 2 * Y.long()), "rows of labels with 2"),
    "none alone": ((X[Y.sum(1) > 1], Y[Y.sum(1) > 1]), "one label in fewer than two classes"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_labels_that_cannot_be_are_told_in_a_sentence(network, tmp_path, kind):
    data, words = WRONG[kind]
    with pytest.raises(UserError, match=words):
        Recorder(tmp_path / "run", network, data)
    assert not (tmp_path / "run").exists()


ONE = Y.sum(1) == 1
DATA = X[ONE], Y[ONE].argmax(1)
OTHER = torch.rand(8, 1, 3, 4), torch.tensor([5, 9] * 4)


def test_further_splits(network, tmp_path):
    recorder = Recorder(
        tmp_path / "run",
        network,
        DATA,
        splits={"turned 180": (DATA[0].flip(2, 3), DATA[1]), "letters": OTHER},
        unknown=["letters"],
    )
    recorder.record(0)
    recorder.close()
    run = Run(tmp_path / "run")
    turned, letters = run.manifest.splits
    assert (turned.name, turned.title, turned.is_foreign) == ("turned_180", "turned 180", False)
    assert (letters.class_names, letters.is_unknown) == (("5", "9"), True)
    scalars = run.snapshot(0).scalars
    with torch.no_grad():
        wrong = network(DATA[0].flip(2, 3)).argmax(1) != DATA[1]
    assert scalars["turned_180_error"] == pytest.approx(float(wrong.float().mean()))
    assert "neco_letters" in scalars
    assert run.probe.others["letters"].images.shape == (
        len(run.probe.others["letters"].labels),
        3,
        4,
    )


REFUSED = {
    "unknown of none": ({"unknown": ["b"]}, "unknown= names 'b', which is none of splits="),
    "a name that is there": ({"splits": {"test": DATA}}, "cannot be called 'test'"),
    "twice": ({"splits": {"a": DATA, "A": DATA}}, "two splits called 'a'"),
    "labels beyond": ({"splits": {"a": OTHER}}, "split 'a' has labels from 5 to 9"),
    "one class": (
        {"splits": {"a": (OTHER[0], torch.ones(8).long())}, "unknown": ["a"]},
        "is of one class",
    ),
    "several labels": ({"splits": {"a": (X, Y)}}, "samples with several labels"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_splits_that_cannot_be_are_told_in_a_sentence(network, tmp_path, kind):
    options, words = REFUSED[kind]
    with pytest.raises(UserError, match=words):
        Recorder(tmp_path / "run", network, DATA, **options)
    assert not (tmp_path / "run").exists()
