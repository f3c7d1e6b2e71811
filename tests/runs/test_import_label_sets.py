"""Imported samples with one label or several, and further splits with their pictures."""

import json
from itertools import combinations

import numpy as np
import pytest
import torch

from ncviz.arrays.label_sets import filled_up
from ncviz.errors import UserError
from ncviz.metrics.label_sets import NC_M
from ncviz.metrics.layer_at import LayerAt
from ncviz.recording.array_files import import_array_file
from ncviz.runs.import_features import import_features
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

CLASSES, WIDTH, EACH = 4, 6, 5
SETS = ((0,), (1,), (2,), (3,), *combinations(range(CLASSES), 2), (0, 1, 2))
RNG = np.random.default_rng(0)
ROWS = np.repeat(
    np.array([[int(k in labels) for k in range(CLASSES)] for labels in SETS]), EACH, axis=0
)
MEANS = np.linalg.qr(RNG.normal(size=(WIDTH, WIDTH)))[0][:CLASSES]
ORDER = RNG.permutation(len(ROWS))
ROWS = ROWS[ORDER]
FEATURES = (ROWS @ MEANS / ROWS.sum(axis=1, keepdims=True)) + 0.05 * RNG.normal(
    size=(len(ROWS), WIDTH)
)
PICTURES = np.repeat(ROWS.astype(np.uint8) * 200, 4, axis=1).reshape(-1, 4, 4)


@pytest.fixture
def imported(tmp_path):
    def make(**arrays):
        np.savez(tmp_path / "file.npz", **arrays)
        notes = import_features(tmp_path / "file.npz", tmp_path / "run", probe_per_class=3)
        return Run(tmp_path / "run"), notes

    return make


def padded(rows):
    """Return the labels of each sample as a list, filled up with −1."""
    longest = rows.sum(axis=1).max()
    return np.array(
        [[*np.flatnonzero(row), *[-1] * (longest - row.sum())] for row in rows], dtype=np.int64
    )


@pytest.mark.parametrize("form", [lambda rows: rows, padded, lambda rows: rows.astype(bool)])
def test_samples_with_several_labels_are_drawn_behind_the_classes(imported, form):
    run, notes = imported(
        features=FEATURES,
        labels=form(ROWS),
        images=PICTURES,
        classifier=MEANS,
        bias=np.zeros(CLASSES),
    )
    manifest = run.manifest
    assert manifest.label_sets == SETS[CLASSES:]
    assert manifest.train_counts == (EACH,) * CLASSES
    assert "version" in manifest.to_json()
    assert '"version": 3' in (run.path / "manifest.json").read_text()
    assert any("35 samples with several labels, 7 sets of them" in note for note in notes)
    labels = run.probe.labels
    assert np.bincount(labels).tolist() == [3] * len(SETS)
    expected = np.array([[int(k in SETS[s]) for k in range(CLASSES)] for s in labels])
    np.testing.assert_array_equal(
        run.probe.images, np.repeat(expected.astype(np.uint8) * 200, 4, axis=1).reshape(-1, 4, 4)
    )
    snapshot = run.snapshot(0)
    for number, own in enumerate(SETS[CLASSES:]):
        row = np.isin(np.arange(CLASSES), own)
        mean = FEATURES[(row == ROWS).all(axis=1)].mean(axis=0)
        np.testing.assert_allclose(snapshot.statistics(0, "label_sets").means[number], mean)
    # The frame keeps all distances between the means of classes and of sets.
    positions = snapshot.positions(0)
    whole = np.concatenate([snapshot.statistics(0, s).means for s in ("train", "label_sets")])
    np.testing.assert_allclose(
        np.linalg.norm(positions.means[:, None] - positions.means, axis=2),
        np.linalg.norm(whole[:, None] - whole, axis=2),
        atol=1e-5,
    )


def test_what_is_answered_to_several_labels(imported):
    run, _ = imported(features=FEATURES, labels=ROWS, classifier=20 * MEANS, bias=np.zeros(CLASSES))
    scalars, wrong, shares = run.snapshot(0).scalars, [], []
    for features, row in zip(FEATURES, ROWS, strict=True):
        if row.sum() < 2:
            continue
        logits = features @ (20 * MEANS).T
        largest = np.argsort(logits)[-row.sum() :]
        wrong.append(set(largest) != set(np.flatnonzero(row)))
        powers = np.exp(logits - logits.max())
        shares.append(powers[row == 1].sum() / powers.sum())
    assert scalars["label_sets_error"] == pytest.approx(np.mean(wrong))
    assert scalars["label_share_label_sets"] == pytest.approx(np.mean(shares))
    value, why = NC_M.at(LayerAt(run, 0, 0, "train"))
    assert not why
    assert 0 < value < 0.5  # of the pairs alone, though there is a set of three


def test_held_out_samples_of_other_sets_are_left_out(imported):
    test_rows = np.concatenate([ROWS, [[0, 1, 1, 1], [0, 0, 0, 0]]])
    run, notes = imported(
        features=FEATURES,
        labels=ROWS,
        test_features=np.concatenate([FEATURES, FEATURES[:2]]),
        test_labels=test_rows,
    )
    assert run.snapshot(0).counts(0, "label_sets_test").tolist() == [EACH] * 7
    said = " ".join(notes)
    assert "1 held-out samples of labels that no training sample has are left out" in said
    assert "1 of 57 held-out samples have no label and are left out" in said


REFUSED = {
    "more columns than names": ({"class_names": ["a", "b"]}, "has|have 4 columns and there are 2"),
    "another K": ({"test_labels": ROWS[:, :3], "test_features": FEATURES}, "4 and 3 columns"),
    "one list beside rows": (
        {"test_labels": ROWS.argmax(axis=1), "test_features": FEATURES},
        "several labels a sample in one split and not in the other",
    ),
    "a two": ({"labels": np.where(ROWS == 1, 2, 0)}, "no rows of 0 and 1"),
    "none alone": (
        {"labels": np.where(ROWS.sum(1) < 2, 0, ROWS.T).T},
        "one label in fewer than two classes",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_labels_that_cannot_be_are_told_in_a_sentence(imported, kind, tmp_path):
    arrays, words = REFUSED[kind]
    with pytest.raises(UserError, match=words) as told:
        imported(**{"features": FEATURES, "labels": ROWS, **arrays})
    assert str(tmp_path / "file.npz") in str(told.value)
    assert not (tmp_path / "run").exists()


def test_more_sets_than_can_be_shown(imported):
    rows = np.array([[(n >> k) & 1 for k in range(11)] for n in range(1, 2**11)])
    with pytest.raises(UserError, match="more than 1,000 different sets of labels"):
        imported(features=np.zeros((len(rows), 2)), labels=rows)


def further(name, **arrays):
    return {f"split.{name}.{key}": value for key, value in arrays.items()}


LABELS = np.arange(30) % 3
H = np.eye(5)[LABELS] + 0.1 * RNG.normal(size=(30, 5))
SHADES = np.repeat(np.arange(30, dtype=np.uint8), 16).reshape(30, 4, 4)


def test_further_splits_and_their_pictures(imported):
    run, notes = imported(
        features=H,
        labels=LABELS,
        images=SHADES,
        test_features=H,
        test_labels=LABELS,
        test_images=SHADES + 100,
        **further("rotated 15", features=H[::-1], labels=LABELS[::-1], images=SHADES[::-1]),
        **further("letters", features=H, labels=np.array(["x", "y", "z"])[LABELS], images=SHADES),
    )
    rotated, letters = run.manifest.splits
    assert (rotated.name, rotated.title, rotated.class_names) == ("rotated_15", "rotated 15", ())
    assert (letters.name, letters.class_names) == ("letters", ("x", "y", "z"))
    assert letters.is_unknown
    for split in ("test", "rotated_15", "letters"):
        part = run.probe.others[split]
        shade = part.images[:, 0, 0] - (100 if split == "test" else 0)
        np.testing.assert_array_equal(shade % 3, part.labels)
    assert "the split letters: 3 classes that the network does not know" in notes
    assert "neco_letters" in run.snapshot(0).scalars
    np.testing.assert_allclose(
        run.snapshot(0).statistics(0, "rotated_15").means,
        run.snapshot(0).statistics(0, "train").means,
    )


WRONG_SPLITS = {
    "no labels": (
        further("a", features=H),
        "split a has no labels: add the array 'split.a.labels'",
    ),
    "no samples": (further("a", labels=LABELS), "split a has no samples that fit"),
    "other widths": (
        {f"layer.{n}": H for n in "pq"} | further("a", labels=LABELS, features=H),
        "such as 'split.a.p'",
    ),
    "one class": (
        further("a", features=H, labels=np.array(["x"] * 30)),
        "one class at most",
    ),
    "called as one that is": (
        further("test", features=H, labels=LABELS),
        "cannot be called 'test'",
    ),
    "twice": (
        further("A", features=H, labels=LABELS) | further("a", features=H, labels=LABELS),
        "two splits called 'a'",
    ),
}


@pytest.mark.parametrize("kind", WRONG_SPLITS)
def test_splits_that_cannot_be_are_told_in_a_sentence(imported, kind, tmp_path):
    arrays, words = WRONG_SPLITS[kind]
    own = {} if "layer.p" in arrays else {"features": H}
    with pytest.raises(UserError, match=words):
        imported(labels=LABELS, **own, **arrays)
    assert not (tmp_path / "run").exists()


def _json(path, features, lists):
    path.with_suffix(".json").write_text(
        json.dumps([{"x": x.tolist(), "y": y} for x, y in zip(features, lists, strict=True)])
    )
    return path.with_suffix(".json")


def _saved(make):
    def save(path, features, lists):
        torch.save(make(torch.tensor(features), lists), path)
        return path

    return save


LISTS = {
    "JSON": _json,
    "a dictionary": _saved(lambda x, y: {"features": x, "labels": y}),
    "a pair": _saved(lambda x, y: (x, y)),
    "samples": _saved(lambda x, y: list(zip(x, y, strict=True))),
    "mappings": _saved(
        lambda x, y: [{"x": a, "y": torch.tensor(b)} for a, b in zip(x, y, strict=True)]
    ),
}


@pytest.mark.parametrize("form", LISTS)
def test_lists_of_labels_of_several_lengths(tmp_path, form):
    lists = [np.flatnonzero(row).tolist() for row in ROWS]
    path = LISTS[form](tmp_path / "file.pt", FEATURES, lists)
    import_array_file(path, tmp_path / "run", probe_per_class=3)
    run = Run(tmp_path / "run")
    assert run.manifest.label_sets == SETS[CLASSES:]
    whole = FEATURES[ROWS.sum(axis=1) == 1]
    numbers = ROWS[ROWS.sum(axis=1) == 1].argmax(axis=1)
    means = [whole[numbers == k].mean(axis=0) for k in range(CLASSES)]
    np.testing.assert_allclose(run.snapshot(0).statistics(0, "train").means, means, atol=1e-6)


def test_lists_of_labels_claim_no_memory_without_bound():
    many = [[0]] * 40_000 + [list(range(30_000))]
    assert filled_up(many) is many


def test_a_class_without_samples_of_one_label_is_said_in_the_picture(imported):
    kept = ~((ROWS.sum(axis=1) == 1) & (ROWS[:, 3] == 1))
    run, _ = imported(features=FEATURES[kept], labels=ROWS[kept], class_names=np.array([*"abcd"]))
    assert "no sample has the label d alone: its mean is at 0" in compose(run, View()).note
    others = View(classes=(0, 1, 2))
    assert "alone" not in compose(run, others).note
    np.savez(run.path.parent / "all.npz", features=FEATURES, labels=ROWS)
    import_features(run.path.parent / "all.npz", run.path.parent / "all")
    assert "alone" not in compose(Run(run.path.parent / "all"), View()).note
