"""How many samples of each class the network learned from, whatever number of them is measured."""

import numpy as np
import pytest
from PIL import Image

from ncviz.errors import UserError
from ncviz.recording.plan import RecordPlan, parse_train_counts
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source

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
    with pytest.raises(UserError, match="3 sizes of classes and tail has 4 classes"):
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
