"""Where class means leave a direction open, the picture goes on from the epoch before."""

import itertools

import numpy as np
import pytest

from ncviz.assets import asset
from ncviz.geometry.etf import simplex_etf, simplex_vertices
from ncviz.geometry.projection import Guide, align_to_etf, leaves_open
from ncviz.runs.features import Features, FeatureSplit
from ncviz.runs.features_run import write_features
from ncviz.runs.run import Run
from ncviz.scenes.continuation import KEYS, key_epochs, keys_around
from ncviz.scenes.placements import layout_at, layout_at_recorded

SAMPLES = ["samples/imbalanced", "samples/balanced", "samples/linear", "demonstration"]


def bundled(name):
    return Run(asset(*name.split("/")))


def steps(run, layer, classes):
    """How far all moves at each step, how far at least after any rotation, how far a mean."""
    found, before = [], None
    for epoch in run.epochs:
        layout = layout_at_recorded(run, epoch, layer, classes)
        points = np.vstack([layout.means, layout.samples])
        if before is not None:
            left, _, right = np.linalg.svd(points.T @ before)
            moved, still = points - before, points @ left @ right - before
            found.append(
                [
                    np.sqrt((moved**2).sum(axis=1).mean()),
                    np.sqrt((still**2).sum(axis=1).mean()),
                    np.linalg.norm(moved[: len(classes)], axis=1).max(),
                    np.linalg.det(left @ right),
                ]
            )
        before = points
    return np.array(found)


def turned_over(found, classes):
    """Tell the steps at which the whole picture turns over although no mean moves."""
    moved, still, mean, determinant = found.T
    mirrored = (determinant < 0) & (moved > 1.5 * still) & (moved > 0.05)
    jumped = (moved > 1.5 * still) & (moved > 0.2)
    return (mean < 0.1) & (jumped | (mirrored & (classes > 3)))


@pytest.mark.parametrize("name", SAMPLES)
def test_no_picture_of_a_sample_turns_over_while_its_means_stay(name):
    run = bundled(name)
    choices = [*itertools.combinations(range(10), 4)][:: 3 if "imbalanced" in name else 40]
    choices += [(0, 5, 6), (5, 7, 9), (0, 1, 2, 5, 6), (5, 6, 7, 8, 9), tuple(range(10))]
    last = len(run.manifest.layers) - 1
    for classes in choices:
        for layer in (last // 2, last):
            found = turned_over(steps(run, layer, classes), len(classes))
            assert not found.any(), (classes, layer, run.epochs[int(found.argmax()) + 1])


@pytest.fixture(scope="module")
def collapsing(tmp_path_factory):
    """A run of 120 epochs whose two minority classes fall together and cross again and again."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), [40, 40, 12, 12])
    etf, own = simplex_etf(4) @ np.eye(4, 12), rng.normal(size=(len(labels), 12))
    side, epochs = (etf[2] - etf[3]) / 2, []
    for epoch in range(120):
        apart = 1 - epoch / 20 if epoch < 20 else 0.02 * np.cos(epoch / 3)
        means = etf.copy()
        means[2:] = etf[2:].mean(axis=0) + np.outer([apart, -apart], side)
        own += 0.02 * rng.normal(size=own.shape)
        spread = own - np.array([own[labels == k].mean(axis=0) for k in range(4)])[labels]
        epochs.append(means[labels] + 0.3 * spread)
    path = tmp_path_factory.mktemp("runs") / "collapsing"
    names = tuple("abcd")
    layers = {"features": np.array(epochs)}
    features = Features(FeatureSplit(layers, labels), names, tuple(range(120)))
    write_features(features, path, "collapse", 40)
    return path


def test_minorities_that_fall_together_turn_nothing_over(collapsing):
    run = Run(collapsing)
    found = steps(run, 0, (0, 1, 2, 3))
    assert leaves_open(run.snapshot(119).positions(0).means)
    assert not turned_over(found, 4).any()
    assert (found[:, 0] < 2 * found[:, 1] + 0.1).all()


def test_a_jump_gives_the_picture_that_playing_gives(collapsing):
    classes = (0, 1, 2, 3)
    played, jumped = Run(collapsing), Run(collapsing)
    for epoch in played.epochs:
        layout_at_recorded(played, epoch, 0, classes)
    for epoch in (119, 64, 33, 118, 1):
        ours = layout_at_recorded(jumped, epoch, 0, classes)
        theirs = layout_at_recorded(played, epoch, 0, classes)
        np.testing.assert_array_equal(ours.samples, theirs.samples)
        np.testing.assert_array_equal(ours.means, theirs.means)
        fresh = layout_at_recorded(Run(collapsing), epoch, 0, classes)
        np.testing.assert_array_equal(fresh.samples, theirs.samples)
    between = layout_at(jumped, 64.5, 0, classes).samples
    np.testing.assert_array_equal(between, layout_at(played, 64.5, 0, classes).samples)


def test_few_epochs_are_needed_for_any_jump():
    for count in (1, 2, 47, 48, 49, 600, 5000):
        epochs = tuple(range(0, 3 * count, 3))
        keys = key_epochs(epochs)
        assert len(keys) <= KEYS
        assert keys[0] == epochs[0]
        for epoch in epochs:
            around = keys_around(epochs, epoch)
            assert all(key in keys for key in around)
            if epoch in keys:
                assert around == ((max(k for k in keys if k < epoch),) if epoch > 0 else ())
            else:
                assert around[0] < epoch
                assert all(later > epoch for later in around[1:])


def test_a_guide_changes_nothing_where_the_means_decide():
    rng = np.random.default_rng(0)
    means = simplex_etf(4) @ np.linalg.qr(rng.normal(size=(9, 9)))[0][:4]
    guide = Guide(rng.normal(size=(30, 9)), rng.normal(size=(30, 3)))
    assert not leaves_open(means)
    np.testing.assert_array_equal(
        align_to_etf(means, guide=guide).rotation, align_to_etf(means).rotation
    )


@pytest.mark.parametrize("apart", [0.0, 1e-12, 1e-3, 0.05])
def test_a_guide_decides_what_the_means_leave_open(apart):
    rng = np.random.default_rng(1)
    means = np.vstack([simplex_vertices(4)[:2], [[0, 0, 0]] * 2]) @ np.eye(3, 6)
    means[2:] = -means[:2].mean(axis=0)
    means[2, 5], means[3, 5] = apart, -apart
    points = np.vstack([means, rng.normal(size=(30, 6))])
    placed = points @ align_to_etf(means).rotation
    # The two change sides: without a guide that turns the whole picture over.
    other = means.copy()
    other[2:, 5] *= -1
    guided = align_to_etf(other, guide=Guide(points, placed - placed.mean(axis=0)))
    assert leaves_open(other)
    np.testing.assert_allclose(guided.rotation.T @ guided.rotation, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(points @ guided.rotation, placed, atol=0.05)


def test_means_that_all_coincide_leave_everything_to_the_guide():
    rng = np.random.default_rng(2)
    points, turn = rng.normal(size=(20, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    placed = points - points.mean(axis=0)
    found = align_to_etf(np.ones((4, 3)), guide=Guide(points @ turn, placed)).rotation
    np.testing.assert_allclose(turn @ found, np.eye(3), atol=1e-12)
