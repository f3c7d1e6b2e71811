"""How many samples of each class the network learned from, whatever number of them is measured."""

import numpy as np
import pytest
import torch
from PIL import Image

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.points import Point, Pooling
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.measuring.measured import Measured
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.taps import Taps
from ncviz.recording.labelled_data import Labelled, Source
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_train_counts
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run

SIZES = (40, 40, 10, 5)


def plan(**changes):
    return RecordPlan(model="m", checkpoints=("c",), data="d", per_class=4, **changes)


@pytest.fixture
def long_tailed(tmp_path):
    labels = np.repeat(np.arange(4), SIZES)
    path = tmp_path / "tail.npz"
    np.savez(path, images=np.zeros((len(labels), 2, 2), np.uint8), labels=labels)
    return load_source(str(path))


def test_the_whole_training_split_is_counted(long_tailed):
    samples = Samples(plan(), long_tailed)
    assert samples.train_counts == SIZES
    assert np.bincount(samples.parts["train"].labels).tolist() == [4, 4, 4, 4]
    assert samples.notes == ["the classes have 5 to 40 samples, counted in the training samples"]


def test_equal_classes_are_no_word_worth():
    samples = Samples(plan(), load_source("fashion-mnist-subset"))
    assert samples.train_counts == (1000,) * 10
    assert samples.notes == []


def test_test_samples_are_measured_and_training_samples_counted():
    samples = Samples(plan(split="test"), load_source("fashion-mnist-subset"))
    assert samples.train_counts == (1000,) * 10  # and not the 200 of the test split


def test_who_knows_tells(long_tailed):
    told = Samples(plan(train_counts="500, 50,5,0"), long_tailed)
    assert told.train_counts == (500, 50, 5, 0)
    assert told.notes == ["the classes have 0 to 500 samples, as told"]
    unknown = Samples(plan(train_counts="unknown"), long_tailed)
    assert unknown.train_counts == ()
    assert unknown.notes == ["the classes' sizes in the training are unknown"]
    with pytest.raises(UserError, match="3 sizes of classes are given and tail has 4 classes"):
        Samples(plan(train_counts="1,2,3"), long_tailed)


def test_sizes_that_are_none_are_refused():
    for text in ("4;5", "1,-2", "1.5,2", "1,,2", "²,1", "many", "9" * 5000, "1" * 40):
        with pytest.raises(UserError, match="sizes of the classes are") as caught:
            parse_train_counts(text)
        assert len(str(caught.value)) < 250
    with pytest.raises(UserError, match="all 0"):
        parse_train_counts("0,0")
    assert parse_train_counts("") is None
    assert parse_train_counts(" unknown ") == ()


def test_a_test_split_alone_tells_nothing_of_the_training(tmp_path):
    for number, name in enumerate(("cat", "dog")):
        (tmp_path / "val" / name).mkdir(parents=True)
        for image in range(1 + number):
            Image.new("L", (2, 2), 9 * image).save(tmp_path / "val" / name / f"{image}.png")
    source = load_source(str(tmp_path / "val"))
    for split in ("both", "test"):
        samples = Samples(plan(split=split), source)
        assert samples.train_counts == ()
        assert samples.parts["train"].labels.tolist() == [0, 1, 1]
        assert samples.notes == [
            "the classes' sizes in the training are unknown: only test samples are at hand"
        ]
    assert Samples(plan(train_counts="7,9"), source).train_counts == (7, 9)


def test_each_split_is_weighed_by_its_own_sizes(long_tailed):
    assert Samples(plan(), long_tailed).measured.sizes["train"].tolist() == list(SIZES)
    everything = RecordPlan(model="m", checkpoints=("c",), data="d", per_class=40)
    assert Samples(everything, long_tailed).measured.sizes == {}  # nothing was left out
    assert Samples(plan(), load_source("fashion-mnist-subset")).measured.sizes == {}  # all alike
    told = Samples(plan(train_counts="9,9,9,1"), long_tailed)
    assert told.measured.sizes["train"].tolist() == [9, 9, 9, 1]
    assert Samples(plan(train_counts="unknown"), long_tailed).measured.sizes == {}


def test_what_is_measured_on_a_few_samples_is_that_of_the_whole_split(tmp_path):
    """Samples of a class are equal here: few of them tell what all of them do."""
    labels = np.repeat(np.arange(3), (40, 12, 4))
    mistaken = np.array([0, 1, 0])  # the logits of class 2 are those of class 0
    images = np.eye(3, dtype=np.float32)[mistaken[labels]]

    def measured(per_class, **changes):
        source = Source("tail", tuple("abc"), Labelled.of_tensor(torch.tensor(images), labels))
        samples = Samples(
            RecordPlan("m", ("c",), "d", per_class=per_class, **changes), source, channels=0
        )
        network = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 3))
        for layer in network:
            torch.nn.init.eye_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
        head = Anatomy(network, torch.rand(2, 3)).head()
        taps = Taps((Point("1", "input"),), Pooling(), head)
        on = Measured(
            samples.batches,
            {split: part.labels for split, part in samples.parts.items()},
            3,
            samples.measured.probe,
            samples.measured.sizes,
        )
        return Measurer(network, taps, on).snapshot(0)

    whole, few, alike = measured(99), measured(2), measured(2, train_counts="unknown")
    for name in ("train_error", "train_loss", "nc4_train"):
        assert few.scalars[name] == pytest.approx(whole.scalars[name])
    assert whole.scalars["train_error"] == pytest.approx(4 / 56)
    assert alike.scalars["train_error"] == pytest.approx(1 / 3)


def test_the_run_of_a_long_tailed_set_has_a_minority(workshop, capsys):
    workshop.save("epoch_1.pt", workshop.state())
    labels = np.repeat(np.arange(3), (30, 30, 10))
    images = np.random.default_rng(0).integers(0, 255, (70, 8, 8)).astype(np.uint8)
    np.savez(workshop.data, images=images, labels=labels)
    assert main(workshop.arguments("epoch_1.pt", per_class=5)) == 0
    assert "the classes have 10 to 30 samples, counted" in capsys.readouterr().out
    run = Run(workshop.folder / "run")
    assert run.manifest.train_counts == (30, 30, 10)
    assert class_groups(run) == ((0, 1), (2,))
    statistics = run.snapshot(1).statistics(1, "train")
    assert statistics.counts.tolist() == [5, 5, 5]
    assert statistics.sizes.tolist() == [30, 30, 10]
    assert statistics.shares == pytest.approx([3 / 7, 3 / 7, 1 / 7])
