"""Labels of every kind that people save."""

import numpy as np
import pytest

from ncviz.arrays.labels import read_further_labels, read_labels
from ncviz.errors import UserError

Y = np.arange(12) % 3
WORDS = np.array(["cat", "dog", "fox"])
ONE_HOT = np.eye(3)[Y]
PLAIN = {
    "uint8": (Y.astype("u1"), "012"),
    "big-endian": (Y.astype(">i8"), "012"),
    "whole floats": (Y.astype("f2"), "012"),
    "column": (Y[:, None], "012"),
    "row of MATLAB": (Y[None].astype(float), "012"),
    "column of a column": (Y[:, None, None], "012"),
    "from 1": (Y + 1, "123"),
    "gaps": (np.array([3, 7, 100])[Y], ("3", "7", "100")),
    "negative": (Y - 5, ("-5", "-4", "-3")),
    "words": (WORDS[Y], WORDS),
    "padded words": (np.array([" cat ", "dog", "fox "])[Y], WORDS),
    "bytes": (np.array([b"cat", b"dog", b"fox"])[Y], WORDS),
    "bytes in UTF-8": (np.array([b"Hund", "Kätzchen".encode(), b"Pferd"])[Y], None),
    "bytes in Latin-1": (np.array([b"Hund", "Kätzchen".encode("latin-1"), b"Pferd"])[Y], None),
    "one-hot": (ONE_HOT, "012"),
    "one-hot of integers": (ONE_HOT.astype(int), "012"),
    "one-hot of truth values": (ONE_HOT > 0, "012"),
    "one-hot of signs": (2 * ONE_HOT - 1, "012"),
    "smoothed": (0.9 * ONE_HOT + 0.1 / 3, "012"),
    "line breaks in names": (np.array(["c\nat", "dog", "fox"])[Y], ("c at", "dog", "fox")),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_labels_become_numbers_and_names(kind):
    given, names = PLAIN[kind]
    read = read_labels(given)
    assert read.train.tolist() == Y.tolist()
    assert read.class_names == tuple(("Hund", "Kätzchen", "Pferd") if names is None else names)


def test_what_is_no_character_is_shown_as_such():
    codes = np.array([[ord("a"), 0xD800], [ord("b"), 0x7FFFFFFF]], dtype=np.uint32)
    read = read_labels(codes.view("U2")[:, 0][np.arange(12) % 2])
    assert read.class_names == ("a\ufffd", "b\ufffd")


def test_truth_values_are_two_classes():
    read = read_labels(Y == 1)
    assert read.class_names == ("False", "True")
    assert read.train.tolist() == (Y == 1).astype(int).tolist()


FEW = np.arange(12) < 2
WITHOUT = {
    "minus one": np.where(FEW, -1, Y),
    "what PyTorch ignores": np.where(FEW, -100, Y),
    "NaN": np.where(FEW, np.nan, Y),
    "empty": np.where(FEW, "", WORDS[Y]),
    "rows of zeros": np.where(FEW[:, None], 0, ONE_HOT),
    "rows of NaN": np.where(FEW[:, None], np.nan, ONE_HOT),
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_samples_without_a_label_are_left_out_and_counted(kind):
    read = read_labels(WITHOUT[kind])
    assert read.train.tolist() == np.where(FEW, -1, Y).tolist()
    assert len(read.class_names) == 3
    assert "2 of 12 samples have no label and are left out" in read.notes


def test_minus_one_and_one_are_two_classes():
    read = read_labels(np.where(Y == 0, -1, 1))
    assert read.class_names == ("-1", "1")
    assert read.notes == ("labels −1 and 1: taken as two classes",)


NAMED = {
    "by number": (Y, WORDS, tuple(WORDS), ""),
    "from 1": (Y + 1, WORDS, tuple(WORDS), "numbered from 1"),
    "gaps": (np.array([3, 7, 100])[Y], WORDS, tuple(WORDS), "given to 3, 7 and 100"),
    "more names than classes": (
        np.array([0, 2, 3])[Y],
        np.array(["a", "b", "c", "d"]),
        ("a", "c", "d"),
        "classes without samples are left out: b",
    ),
    "bytes": (Y, np.array([b"cat", b"dog", b"fox"]), tuple(WORDS), ""),
    "too few": (Y, WORDS[:2], ("0", "1", "2"), "left, there are 2 for 3"),
    "numbers": (Y, np.arange(3), ("0", "1", "2"), "left, they are no text"),
    "of other words": (WORDS[Y], np.array(["x", "y", "z"]), tuple(WORDS), "names themselves"),
}


@pytest.mark.parametrize("kind", NAMED)
def test_names_of_classes(kind):
    given, names, right, note = NAMED[kind]
    read = read_labels(given, None, names)
    assert read.class_names == right
    assert read.train.tolist() == Y.tolist()
    assert note in " ".join(read.notes)


def test_names_give_the_order_of_words():
    read = read_labels(WORDS[Y], WORDS[Y[::-1]], np.array(["fox", "cat", "dog"]))
    assert read.class_names == ("fox", "cat", "dog")
    assert [read.class_names[k] for k in read.train] == WORDS[Y].tolist()
    assert [read.class_names[k] for k in read.test] == WORDS[Y[::-1]].tolist()


def test_held_out_classes_without_training_samples_are_named():
    read = read_labels(Y, np.array([0, 2, 9, -1, 1]))
    assert read.test.tolist() == [0, 2, -1, -1, 1]
    assert "1 held-out samples of classes without training samples (9) are left out" in read.notes
    with pytest.raises(UserError, match="words in one split"):
        read_labels(Y, WORDS[Y])


REFUSED = {
    "fractions": (Y + 0.5, "whole numbers or names"),
    "beyond all floats": (np.where(Y, 1e300, 0.0), "too large"),
    "objects": (np.array(["a", "b"] * 6, dtype=object), "Python objects"),
    "one class": (np.ones(12, int), "one class only"),
    "no label at all": (np.full(12, -1), "name no class: all are −1, NaN or empty"),
    "each its own": (np.arange(12), "are all different, 12"),
    "several at once": (np.ones((12, 3), int), "one label in fewer than two classes"),
    "features": (np.random.default_rng(0).normal(size=(12, 5)), "no rows of 0 and 1"),
    "complex": (Y * 1j, "complex128"),
    "dates": (Y.astype("M8[D]"), "whole numbers or names"),
    "three axes": (np.zeros((3, 4, 5)), "one label a sample"),
    "a single number": (np.array(3), "one label a sample"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_are_no_labels_is_told(kind):
    given, words = REFUSED[kind]
    with pytest.raises(UserError, match=words):
        read_labels(given)


@pytest.mark.parametrize(
    ("trained", "given", "names", "told"),
    [
        (["cat", "dog"], [0, 1], None, True),
        (["cat", "dog"], [0, 1], ["cat", "dog"], False),
        (["cat", "dog"], ["cat", "owl"], None, False),
        ([0, 1], [0, 7], None, False),
    ],
)
def test_numbers_beside_words_are_other_classes_and_that_is_told(trained, given, names, told):
    notes = []
    known = read_labels(np.repeat(trained, 3))
    names = None if names is None else np.array(names)
    read_further_labels(np.repeat(given, 3), names, known, "The labels", notes)
    assert any("give the split its class_names" in note for note in notes) is told
