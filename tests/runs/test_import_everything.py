"""What a file has beside features and labels is taken, or named as left."""

import json
import os
import tracemalloc

import numpy as np
import pytest

from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.import_features import import_features
from ncviz.runs.run import Run

N, K, D = 30, 3, 5
Y = np.arange(N) % K
R = np.random.default_rng(0)
H = R.normal(size=(N, D)) + 3 * np.eye(K, D)[Y]
EPOCHS = np.stack([H, H + 1, H - 1])
W = R.normal(size=(K, D))
TEST, TEST_Y = R.normal(size=(12, D)) + 3 * np.eye(K, D)[Y[:12]], Y[:12]


@pytest.fixture
def run_of(tmp_path):
    """Return what imports arrays: the run and the lines that were said."""

    def make(name="mine.npz", **arrays):
        np.savez(tmp_path / name, **{key.replace("__", "/"): a for key, a in arrays.items()})
        notes = import_features(tmp_path / name, tmp_path / "run", probe_per_class=4)
        run = Run(tmp_path / "run")
        assert list(notes) == run.manifest.recipe["transforms"]
        for key in arrays:
            if not key.startswith("epoch_"):
                assert any(n.startswith(f"{key}:") for n in notes)
        return run, "\n".join(notes)

    return make


def test_held_out_features(run_of):
    run, said = run_of(x_train=H, y_train=Y, x_test=TEST, y_test=TEST_Y, W=W)
    stored = run.snapshot(0)
    np.testing.assert_allclose(
        stored.statistics(0, "test").means, class_statistics(TEST, TEST_Y, K).means
    )
    assert stored.scalars["test_error"] == pytest.approx(((TEST @ W.T).argmax(1) != TEST_Y).mean())
    assert 0 <= stored.scalars["nc4_test"] <= 1
    assert "x_test: 12×5 float64, taken as held-out features" in said


def test_names_losses_rates_and_what_has_no_place(run_of):
    loss = np.array([3.0, 2.0, np.nan])
    run, said = run_of(
        features=EPOCHS,
        labels=Y,
        class_names=np.array(["cat", "dog", "fox"]),
        train_loss=loss,
        test_loss=loss + 1,
        lr=np.array([0.1, 0.1, 0.01]),
        tsne=H[:, :2],
        accuracy=np.array([0.1, 0.2, 0.9]),
    )
    assert run.manifest.class_names == ("cat", "dog", "fox")
    assert [run.snapshot(e).scalars["given_loss"] for e in (0, 1)] == [3, 2]
    assert np.isnan(run.snapshot(2).scalars["given_loss"])
    assert run.snapshot(0).scalars["given_test_loss"] == 4
    assert run.snapshot(2).scalars["learning_rate"] == 0.01
    for name in ("tsne", "accuracy"):
        assert f"{name}: " in said
        assert said.count("left: ncviz has no place for it") == 2
    assert "for it; --features tsne takes it" in said  # has a row for each sample
    assert "--features accuracy" not in said


def test_losses_of_each_sample_are_averaged(run_of):
    run, said = run_of(features=H, labels=Y, losses=np.arange(N) / N)
    assert run.snapshot(0).scalars["given_loss"] == pytest.approx((np.arange(N) / N).mean())
    assert "its mean is taken as the loss" in said


def test_logits_tell_what_the_network_answers(run_of):
    logits = np.eye(K)[(Y + (np.arange(N) < 6)) % K]
    run, _ = run_of(features=H, labels=Y, logits=logits)
    assert run.snapshot(0).scalars["train_error"] == pytest.approx(6 / N)
    assert run.snapshot(0).classifier() is None


WEIGHTS = {
    "rows of classes": (W, "taken as the classifier"),
    "turned, as Keras keeps it": (W.T, "with features as its rows"),
    "of more classes": (np.vstack([W, W[:1]]), "without 1 row of classes that have no samples"),
}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_weights_under_any_name(run_of, kind):
    given, words = WEIGHTS[kind]
    run, said = run_of(features=H, labels=Y, weights=given)
    np.testing.assert_array_equal(run.snapshot(0).classifier().weight, W)
    assert words in said


def test_weights_that_do_not_fit_are_left(run_of):
    run, said = run_of(features=H, labels=Y, sample_weight=np.ones(N), weights=np.ones((2, 2)))
    assert run.snapshot(0).classifier() is None
    assert "sample_weight: 30 float64, left: as a classifier it would be 3×5" in said


def test_a_classifier_that_diverged_is_left_at_that_epoch(run_of):
    weights = np.stack([W, W * np.nan, W])
    run, said = run_of(features=EPOCHS, labels=Y, classifier=weights)
    assert [run.snapshot(e).classifier() is None for e in (0, 1, 2)] == [False, True, False]
    assert "left out at 1 of 3 moments" in said


PICTURES = {
    "bytes": R.integers(0, 256, (N, 6, 5), dtype=np.uint8),
    "colours": R.integers(0, 256, (N, 6, 5, 3), dtype=np.uint8),
    "channels first": R.integers(0, 256, (N, 3, 6, 5), dtype=np.uint8),
    "from 0 to 1": R.random((N, 6, 5)),
    "large": R.integers(0, 256, (N, 130, 70), dtype=np.uint8),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_of_the_drawn_samples(run_of, kind):
    given = PICTURES[kind]
    run, said = run_of(features=H, images=given, labels=np.where(np.arange(N) == 3, -1, Y))
    assert "taken as the pictures of the drawn samples" in said
    images = run.probe.images
    assert images.dtype == np.uint8
    assert len(images) == 12
    assert max(images.shape[1:3]) <= 64
    if kind == "bytes":  # each drawn picture is of a sample of that class
        for picture, label in zip(images, run.probe.labels, strict=True):
            assert any((picture == each).all() for each in given[label == Y])


def test_pixels_are_features_where_there_are_no_others(run_of):
    run, said = run_of(x_train=PICTURES["bytes"], y_train=Y.astype("u1"))
    assert run.manifest.layers[0].width == 30
    assert "the 6×5 numbers of a sample in a row" in said
    np.testing.assert_allclose(
        run.snapshot(0).statistics(0, "train").means,
        class_statistics(PICTURES["bytes"].reshape(N, -1).astype(float), Y, K).means,
    )
    assert run.probe.images.shape == (12, 6, 5)


def test_pictures_with_a_side_for_each_sample_are_pictures(run_of):
    run, _ = run_of(images=R.integers(0, 256, (N, N, 5), dtype=np.uint8), labels=Y)
    assert run.epochs == (0,)
    assert run.manifest.layers[0].width == N * 5


def test_epochs_and_layers_in_names(run_of):
    run, said = run_of(**{f"epoch_{e}__h{t}": H * t + e for e in (5, 10) for t in (1, 2)}, labels=Y)
    assert run.epochs == (5, 10)
    assert [layer.name for layer in run.manifest.layers] == ["h1", "h2"]
    np.testing.assert_allclose(
        run.snapshot(10).statistics(1, "train").means, class_statistics(H * 2 + 10, Y, K).means
    )
    assert "epoch_5/h1: 30×5 float64, and 1 more taken as features, of 2 moments" in said


def test_samples_that_are_not_finite_are_left_out_at_all_epochs(run_of):
    broken = EPOCHS.copy()
    broken[1, [4, 8], 2] = np.nan, np.inf
    run, said = run_of(features=broken, labels=Y, classifier=W)
    rest = np.setdiff1d(np.arange(N), [4, 8])
    for epoch in (0, 1, 2):
        found = run.snapshot(epoch).statistics(0, "train")
        right = class_statistics(EPOCHS[epoch][rest], Y[rest], K)
        np.testing.assert_allclose(found.means, right.means)
        np.testing.assert_allclose(found.within_variance, right.within_variance)
    assert "features, snapshot 1: NaN or infinite values in sample 4 (class 1) and 1 more" in said
    assert "left out at all moments: 2 of 30 samples" in said


def test_numbers_beyond_single_precision_count_as_infinite(run_of):
    run, said = run_of(features=np.where(np.arange(N)[:, None] == 7, 1e300, H), labels=Y)
    assert "NaN, infinite or larger values than 3.4e+38 in sample 7 (class 1)" in said
    assert run.manifest.train_counts == (10, 9, 10)


@pytest.mark.parametrize("factor", [1e-300, 1e-45, 1e39, 1e300])
def test_features_beyond_single_precision_are_told(run_of, factor):
    features = H.astype(np.float64) * factor
    with pytest.raises(UserError, match=r"'features' is .*beyond the range of float32"):
        run_of(features=features, labels=Y)
    features[3] = np.nan
    with pytest.raises(UserError, match="beyond the range of float32"):
        run_of(features=features, labels=Y)


def test_an_epoch_that_diverged_is_left_out(run_of):
    broken = EPOCHS.copy()
    broken[2] = np.nan
    run, said = run_of(features=broken, labels=Y, epochs=np.array([1, 2, 9]), loss=np.arange(3))
    assert run.epochs == (1, 2)
    assert run.snapshot(2).scalars["given_loss"] == 1
    assert "features: epoch 9 is left out, 30 of its samples hold NaN" in said


def test_a_class_whose_samples_are_all_lost_is_left_out(run_of):
    broken = np.where((Y == 1)[:, None], np.nan, H)
    run, said = run_of(features=broken, labels=Y, classifier=W)
    assert run.manifest.class_names == ("0", "2")
    np.testing.assert_array_equal(run.snapshot(0).classifier().weight, W[[0, 2]])
    assert "left, without any sample that can be used: class 1" in said


def test_features_of_held_out_samples_may_be_lost_at_an_epoch(run_of):
    test = np.stack([TEST, TEST * np.nan, TEST])
    run, _ = run_of(features=EPOCHS, labels=Y, test_features=test, test_labels=TEST_Y)
    assert [run.snapshot(e).statistics(0, "test") is None for e in (0, 1, 2)] == [
        False,
        True,
        False,
    ]


def test_a_test_split_alone_counts_no_training_samples(run_of):
    run, said = run_of(test_features=TEST, test_labels=TEST_Y)
    assert run.manifest.train_counts == ()
    assert "there is no training split: the test split is taken as the samples" in said


def test_features_that_lie_on_their_side_and_maps(run_of, tmp_path):
    run, said = run_of(features=H.T, labels=Y)
    assert "turned to 30×5" in said
    np.testing.assert_allclose(
        run.snapshot(0).statistics(0, "train").means, class_statistics(H, Y, K).means
    )
    np.savez(tmp_path / "maps.npz", feats=np.zeros((N, D, 1, 1)) + H[:, :, None, None], y=Y)
    import_features(tmp_path / "maps.npz", tmp_path / "maps")
    assert Run(tmp_path / "maps").manifest.layers[0].width == D


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_one_epoch_is_in_the_memory_at_a_time(tmp_path, save):
    labels = np.arange(2000) % K
    features = R.integers(0, 4, (16, 2000, 100)).astype(np.float32)
    save(tmp_path / "large.npz", features=features, labels=labels)
    size = features.nbytes
    del features
    tracemalloc.start()
    try:
        import_features(tmp_path / "large.npz", tmp_path / "run", probe_per_class=5)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 2


def test_many_arrays_are_told_shortly_and_names_in_one_line(tmp_path):
    arrays = {f"layer.\x1b[31m{k:03}": H for k in range(130)} | {f"odd{k}": Y for k in range(200)}
    np.savez(tmp_path / "many.npz", labels=Y, **arrays)
    notes = import_features(tmp_path / "many.npz", tmp_path / "run")
    assert len(notes) < 230
    assert "30 more arrays are taken as features" in notes
    assert "50 more arrays are left" in notes
    assert not any("\x1b" in note for note in notes)
    stored = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert len(stored["layers"]) == 130
    assert not any("\x1b" in layer["name"] for layer in stored["layers"])


def test_a_file_whose_name_is_no_text(tmp_path):
    path = tmp_path / os.fsdecode(b"f\xff.npz")
    np.savez(tmp_path / "f.npz", features=H, labels=Y)
    (tmp_path / "f.npz").rename(path)
    import_features(path, tmp_path / "run")
    assert Run(tmp_path / "run").manifest.title == "f\\xff"


def test_the_user_names_what_names_do_not_tell(tmp_path):
    np.savez(tmp_path / "x.npz", alpha=H, beta=H[:, :3], gamma=Y, labels=Y % 2)
    import_features(tmp_path / "x.npz", tmp_path / "run", features=("beta",), labels="gamma")
    run = Run(tmp_path / "run")
    assert run.manifest.layers[0].width == 3
    assert run.manifest.classes == 3
    with pytest.raises(UserError, match=r"no array 'delta': it holds 'alpha' \(30×5 float64\)"):
        import_features(tmp_path / "x.npz", tmp_path / "other", features=("delta",))


@pytest.mark.parametrize(
    ("arrays", "epochs", "counting"),
    [
        ({"epochs": [0, 0.5, 2]}, (0, 1, 4), Counting("epoch", 2)),
        ({"steps": [500, 1000, 4_000_000]}, (500, 1000, 4_000_000), Counting("step")),
        ({"epochs": [0, 3, 9]}, (0, 3, 9), Counting("epoch")),
        ({}, (0, 1, 2), Counting("snapshot")),
    ],
)
def test_a_run_knows_what_its_snapshots_count(run_of, arrays, epochs, counting):
    given = {name: np.array(values) for name, values in arrays.items()}
    run, said = run_of(features=EPOCHS, labels=Y, **given)
    assert (run.epochs, run.manifest.counting) == (epochs, counting)
    assert arrays or "no epochs are given: 3 snapshots stand in their order" in said


@pytest.mark.parametrize(
    ("word", "counting"),
    [("epoch", Counting("epoch")), ("step", Counting("step")), ("iter", Counting("step"))],
)
def test_names_say_what_is_counted(tmp_path, word, counting):
    names = {f"{word}_{number}": h for number, h in zip((0, 50, 100), EPOCHS, strict=True)}
    np.savez(path := tmp_path / "named.npz", labels=Y, **names)
    import_features(path, tmp_path / "named")
    run = Run(tmp_path / "named")
    assert (run.epochs, run.manifest.counting) == ((0, 50, 100), counting)
