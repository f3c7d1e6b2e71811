"""What the arrays of a file are for, by the names that people give them."""

import numpy as np
import pytest
from arrays_of import N, Y

from ncviz.arrays.array_names import meaning_of
from ncviz.errors import UserError

NAMES = {
    "features": ("features", "", None),
    "X_train": ("features", "train", None),
    "Xtr": ("features", "train", None),
    "ytest": ("labels", "test", None),
    "trainY": ("labels", "train", None),
    "train_images": ("images", "train", None),
    "labels_val": ("labels", "validation", None),
    "epoch_10/features": ("features", "", 10),
    "features_ep3": ("features", "", 3),
    "epoch_12": ("features", "", 12),
    "test/epoch=7/embeddings": ("features", "test", 7),
    "layer.conv 1": ("features", "", None),
    "layer3_out": ("features", "", None),
    "h2": ("features", "", None),
    "target_names": ("class_names", "", None),
    "feature_names": ("", "", None),
    "fc.weight": ("classifier", "", None),
    "fc.bias": ("bias", "", None),
    "train_loss": ("losses", "train", None),
    "learning_rate": ("learning_rate", "", None),
    "epochs": ("epochs", "", None),
    "class_counts": ("", "", None),
    "image_features": ("features", "", None),
    "image_labels": ("labels", "", None),
    "latest": ("", "", None),
    "strain": ("", "", None),
    "README": ("", "", None),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_tells_what_an_array_is_for(name):
    means = meaning_of(name)
    assert (means.part, means.split, means.epoch) == NAMES[name]


R = np.random.default_rng(0)
H, T = R.normal(size=(N, 5)), R.normal(size=(6, 5))
IMAGES = R.integers(0, 256, (N, 4, 4), dtype=np.uint8)
LAYOUTS = {
    "keras": {"x_train": H, "y_train": Y, "x_test": T, "y_test": Y[:6]},
    "scikit-learn": {"data": H, "target": Y, "feature_names": np.array(list("abcde"))},
    "embeddings": {"embeddings": H, "targets": Y},
    "feats": {"feats": H, "lbl": Y},
    "unknown name with a row a sample": {"penult": H, "labels": Y},
    "the only names that NumPy gives": {"arr_0": H, "arr_1": Y},
    "labels of training alone": {"features": H, "train_labels": Y},
    "features of training alone": {"train_features": H, "labels": Y},
    "split in folders": {"train__features": H, "train__labels": Y, "val__features": T}
    | {"val__labels": Y[:6]},
    "four positions": {"arr_0": H, "arr_1": Y, "arr_2": T, "arr_3": Y[:6]},
    "as scikit-learn splits": {"arr_0": H, "arr_1": T, "arr_2": Y, "arr_3": Y[:6]},
    "one-hot by position": {"arr_0": H, "arr_1": np.eye(3)[Y]},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_samples_and_labels_are_found(sorted_out, layout):
    arrays = LAYOUTS[layout]
    contents = sorted_out(**arrays)
    (found,) = contents.samples["train"].values()
    np.testing.assert_array_equal(found[0].read(), H)
    assert contents.labels.train.tolist() == Y.tolist()
    assert ("test" in contents.samples) == any("test" in n or "val_" in n for n in arrays) or (
        len(arrays) == 4
    )
    for (held_out,) in contents.samples.get("test", {}).values():
        np.testing.assert_array_equal(held_out.read(), T)
        assert contents.labels_of("test").tolist() == Y[:6].tolist()


def test_medmnist_has_three_splits(labelled):
    arrays = {f"{s}_images": IMAGES[:k] for s, k in (("train", 12), ("val", 9), ("test", 6))}
    arrays |= {f"{s}_labels": Y[:k, None] for s, k in (("train", 12), ("val", 9), ("test", 6))}
    read = labelled(**arrays)
    assert read.samples.shape == (12, 4, 4)
    assert read.test_labels.tolist() == Y[:6].tolist()
    left = [note for note in read.notes if "left" in note]
    assert len(left) == 2
    assert all(note.startswith("val_") for note in left)


def test_layers_and_epochs_are_told_by_names(sorted_out):
    contents = sorted_out(
        **{f"epoch_{e}__layer{t}": H + e for e in (10, 9) for t in (2, 10, 1)}, labels=Y
    )
    assert list(contents.samples["train"]) == ["layer1", "layer2", "layer10"]
    assert contents.epochs == (9, 10)
    np.testing.assert_array_equal(contents.samples["train"]["layer2"][0].read(), H + 9)


def test_bare_numbers_are_epochs_where_all_are_alike(sorted_out):
    assert sorted_out(**{"0": H, "20": H + 1, "5": H}, y=Y).epochs == (0, 5, 20)
    contents = sorted_out(**{"0": H, "1": H[:, :2]}, y=Y)
    assert contents.epochs == ()
    assert list(contents.samples["train"]) == ["0", "1"]


def test_counted_features_are_epochs_and_counted_hidden_layers_are_layers(sorted_out):
    labels = {"labels_0": Y, "labels_10": Y}
    assert sorted_out(features_10=H + 1, features_0=H, **labels).epochs == (0, 10)
    assert list(sorted_out(h1=H, h2=H, y=Y).samples["train"]) == ["h1", "h2"]
    with pytest.raises(UserError, match="without shuffling"):
        sorted_out(features_0=H, features_10=H, labels_0=Y, labels_10=Y[::-1])
    within = {"3__h": H, "3__y": Y, "7__h": H + 1, "7__y": Y, "3__z": H, "7__z": H}
    found = sorted_out(**within)
    assert found.epochs == (3, 7)
    assert list(found.samples["train"]) == ["h", "z"]
    widths = sorted_out(features_1=H, features_2=H[:, :2], labels=Y)
    assert list(widths.samples["train"]) == ["features_1", "features_2"]
    split = sorted_out(
        train_feats_1=H,
        train_feats_2=H,
        test_feats_1=T,
        test_feats_2=T,
        train_labels=Y,
        test_labels=Y[:6],
    )
    assert split.epochs == (1, 2)
    assert len(split.samples["test"]["feats"]) == 2


def test_of_two_label_arrays_the_plain_one_is_taken(sorted_out):
    contents = sorted_out(data=H, coarse_labels=Y % 2, labels=Y)
    assert len(contents.labels.class_names) == 3
    assert [array.name for _, _, array in contents.others] == ["coarse_labels"]


def test_classes_are_names_or_labels_by_their_kind(sorted_out):
    names = np.array(["cat", "dog", "fox"])
    assert sorted_out(features=H, labels=Y, classes=names).labels.class_names == tuple(names)
    assert sorted_out(features=H, classes=Y).labels.train.tolist() == Y.tolist()


def test_samples_of_a_network_are_images_where_there_are_some(labelled):
    read = labelled(features=H, images=IMAGES, y=Y, ids=np.arange(N))
    assert read.samples.dtype == np.uint8
    assert any("features: left" in note for note in read.notes)
    assert read.columns["ids"].tolist() == list(range(N))


def test_what_is_not_finite_is_left_out_and_named(labelled):
    broken = H.copy()
    broken[[4, 7], 1] = np.nan, np.inf
    read = labelled(x=broken, y=np.where(Y == 0, -1, Y))
    assert read.samples.shape[0] == len(read.labels) == 6
    assert np.isfinite(read.samples.read()).all()
    assert any("x: 2 samples with NaN" in n and "sample 4 of class 1" in n for n in read.notes)


TOLD = {
    "no labels": ({"features": H, "extra": H}, "no array 'labels'.*'features' .12×5 float64"),
    "no samples": ({"labels": Y, "ids": np.arange(N)}, "no array 'features'.*'ids'"),
    "a single label": ({"features": H, "labels": np.array(3)}, "no array 'labels'"),
    "complex": ({"features": H * 1j, "labels": Y}, "'features' is 12×5 complex128: give N×d"),
    "a single feature": ({"features": H[:, 0], "labels": Y}, "'features' is 12 float64: give N×d"),
    "objects": (
        {"features": H, "labels": Y.astype(object)},
        "'labels' cannot be taken as labels: it holds Python objects",
    ),
    "shuffled at each epoch": (
        {"epoch_0__x": H, "epoch_0__y": Y, "epoch_1__x": H, "epoch_1__y": Y[::-1]},
        "without shuffling",
    ),
    "layers at other epochs": (
        {"epoch_0__layer1": H, "epoch_1__layer1": H, "epoch_1__layer2": H, "y": Y},
        "at the same epochs",
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_missing_is_told_with_what_is_there(sorted_out, kind):
    arrays, words = TOLD[kind]
    with pytest.raises(UserError, match=words):
        sorted_out(**arrays)
