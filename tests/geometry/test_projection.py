import math

import numpy as np
import pytest
from etf_in_picture import etf_in_picture
from hypothesis import given
from hypothesis import strategies as st

from ncviz.geometry.etf import simplex_etf, simplex_vertices
from ncviz.geometry.projection import align_to_etf, class_mean_subspace

CLASSES = [2, 3, 4, 5, 10]
SEEDS = st.integers(0, 10_000)


def frame(d, seed):
    """Return an orthonormal basis of d dimensions, reflected for every other seed."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0] * (-1) ** seed


def distances(points):
    return np.linalg.norm(points[:, None] - points[None], axis=2)


@pytest.mark.parametrize("K", CLASSES)
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("extra", [0, 1, 6])
def test_an_etf_in_any_pose_lands_on_the_vertices(K, seed, extra):
    d = K + extra
    means = 0.3 * simplex_etf(K) @ frame(d, seed)[:K] + np.arange(d)
    subspace = class_mean_subspace(means)
    assert subspace.basis.shape == (d, K - 1)
    alignment = align_to_etf(subspace.coordinates(means))
    placed = alignment.place(subspace.coordinates(means))
    np.testing.assert_allclose(placed, etf_in_picture(K), atol=1e-12)
    assert alignment.scale == pytest.approx(1 / 0.3, rel=1e-12)


@pytest.mark.parametrize("K", CLASSES)
def test_three_or_four_classes_are_exact_and_more_are_a_shadow(K):
    alignment = align_to_etf(np.random.default_rng(0).normal(size=(K, 9)))
    assert (alignment.shadow.shape[0] > 3) == (K > 4)
    vertices = etf_in_picture(K)
    assert vertices.shape == (K, 3)
    if K <= 4:
        np.testing.assert_allclose(distances(vertices), distances(simplex_vertices(K)), atol=1e-13)
    assert np.linalg.norm(vertices, axis=1).mean() == pytest.approx(1, abs=0.05)


@given(seed=SEEDS, K=st.sampled_from([2, 3, 4]))
def test_the_means_keep_their_distances(seed, K):
    means = np.random.default_rng(seed).normal(size=(K, 6))
    subspace = class_mean_subspace(means)
    alignment = align_to_etf(subspace.coordinates(means))
    placed = alignment.place(subspace.coordinates(means)) / alignment.scale
    np.testing.assert_allclose(distances(placed), distances(means), rtol=1e-9, atol=1e-9)


@given(seed=SEEDS, K=st.sampled_from([3, 4, 10]), r=st.sampled_from([2, 3, 9, 12]))
def test_the_frame_of_the_coordinates_does_not_matter(seed, K, r):
    rng = np.random.default_rng(seed)
    means, others = rng.normal(size=(K, r)), rng.normal(size=(5, r))
    offset = rng.normal(size=r)
    turned = frame(r, seed)
    before, after = align_to_etf(means), align_to_etf(means @ turned + offset)
    np.testing.assert_allclose(after.place(means @ turned + offset), before.place(means), atol=1e-7)
    np.testing.assert_allclose(
        after.place(others @ turned + offset), before.place(others), atol=1e-7
    )
    np.testing.assert_allclose(
        after.place_directions(others @ turned), before.place_directions(others), atol=1e-7
    )


@given(seed=SEEDS, K=st.sampled_from([2, 3, 4, 10]))
def test_subspaces_of_another_choice_of_axes_give_the_same_picture(seed, K):
    rng = np.random.default_rng(seed)
    means, samples = rng.normal(size=(K, 12)), rng.normal(size=(7, 12))
    turned = frame(12, seed + 1)
    pictures = []
    for transform in (np.eye(12), turned):
        subspace = class_mean_subspace(means @ transform)
        alignment = align_to_etf(subspace.coordinates(means @ transform))
        pictures.append(alignment.place(subspace.coordinates(samples @ transform)))
    np.testing.assert_allclose(pictures[0], pictures[1], atol=1e-7)


@given(seed=SEEDS, factor=st.floats(1e-6, 1e6))
def test_the_size_of_the_features_does_not_matter(seed, factor):
    means = np.random.default_rng(seed).normal(size=(4, 5))
    np.testing.assert_allclose(
        align_to_etf(factor * means).place(factor * means),
        align_to_etf(means).place(means),
        atol=1e-8,
    )


@pytest.mark.parametrize("K", CLASSES)
@pytest.mark.parametrize("seed", range(4))
def test_no_rotation_brings_the_means_closer(K, seed):
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(K, K + 2))
    centered = means - means.mean(axis=0)
    target = simplex_vertices(K)
    found = align_to_etf(means).rotation
    np.testing.assert_allclose(found.T @ found, np.eye(K - 1), atol=1e-12)
    best = np.linalg.norm(centered @ found - target)
    for trial in range(40):
        far = frame(K - 1, trial)
        near, signs = np.linalg.qr(np.eye(K - 1) + 0.05 * rng.normal(size=(K - 1, K - 1)))
        for other in (far, -far, near * np.sign(np.diag(signs))):
            assert np.linalg.norm(centered @ found @ other - target) >= best - 1e-12


@pytest.mark.parametrize(("K", "d"), [(2, 6), (3, 6), (4, 6), (10, 12), (10, 4), (4, 2), (5, 3)])
def test_a_smooth_path_of_means_is_a_smooth_picture(K, d):
    rng = np.random.default_rng(K + d)
    start = simplex_etf(K) @ frame(max(K, d), 3)[:K, :d] + 0.15 * rng.normal(size=(K, d))
    velocity = 0.3 * rng.normal(size=(K, d))
    steps = 400
    pictures = []
    for step in range(steps + 1):
        # The whole space turns as well, which must not be seen.
        means = (start + step / steps * velocity) @ frame(d, 0) @ _turn(d, 6 * step / steps)
        subspace = class_mean_subspace(means)
        alignment = align_to_etf(subspace.coordinates(means))
        pictures.append(alignment.place(subspace.coordinates(means)))
    moves = np.linalg.norm(np.diff(pictures, axis=0), axis=2).max(axis=1)
    assert moves.max() < 10 / steps
    # Two classes always lie at the two ends; more of them did move.
    assert (np.linalg.norm(pictures[-1] - pictures[0]) > 1e-3) == (K > 2)


def _turn(d, angle):
    turn = np.eye(d)
    turn[:2, :2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    return turn


@pytest.mark.parametrize(("K", "d"), [(4, 2), (5, 3), (10, 1), (10, 4)])
def test_fewer_dimensions_than_the_simplex_needs(K, d):
    rng = np.random.default_rng(0)
    means = rng.normal(size=(K, d))
    subspace = class_mean_subspace(means)
    assert subspace.basis.shape == (d, d)
    alignment = align_to_etf(subspace.coordinates(means))
    placed = alignment.place(subspace.coordinates(means))
    assert placed.shape == (K, 3)
    assert np.isfinite(placed).all()
    np.testing.assert_allclose(placed.mean(axis=0), 0, atol=1e-12)
    # Rotation has orthonormal rows then: within the simplex's space no distance is lost.
    np.testing.assert_allclose(alignment.rotation @ alignment.rotation.T, np.eye(d), atol=1e-12)


@given(SEEDS)
def test_the_subspace_holds_all_differences_of_means(seed):
    means = np.random.default_rng(seed).normal(size=(5, 8)) + 3
    subspace = class_mean_subspace(means)
    np.testing.assert_allclose(subspace.basis.T @ subspace.basis, np.eye(4), atol=1e-12)
    coordinates = subspace.coordinates(means)
    np.testing.assert_allclose(distances(coordinates), distances(means), atol=1e-9)
    np.testing.assert_allclose(coordinates @ subspace.basis.T + subspace.center, means, atol=1e-9)


def test_directions_are_not_centred():
    means = np.random.default_rng(0).normal(size=(4, 6)) + 5
    subspace = class_mean_subspace(means)
    np.testing.assert_allclose(
        subspace.directions(means) - subspace.directions(means.mean(axis=0)[None]),
        subspace.coordinates(means),
        atol=1e-12,
    )


@pytest.mark.parametrize("value", [0.0, 0.1, 1e5])
def test_coinciding_means_span_nothing_and_are_drawn_in_the_middle(value):
    means = np.full((4, 6), value)
    means[1:] *= 1 + 1e-16 * np.arange(1, 4)[:, None]
    subspace = class_mean_subspace(means)
    assert subspace.basis.shape == (6, 0)
    coordinates = subspace.coordinates(means)
    placed = align_to_etf(coordinates).place(coordinates)
    np.testing.assert_array_equal(placed, np.zeros((4, 3)))


def test_means_on_a_line_have_one_axis():
    means = np.outer([0.0, 1.0, 2.0, 5.0], [1.0, 2.0, -1.0])
    subspace = class_mean_subspace(means)
    assert subspace.basis.shape == (3, 1)


def test_fewer_than_two_classes_cannot_be_aligned():
    with pytest.raises(ValueError, match="at least 2 classes"):
        align_to_etf(np.ones((1, 3)))
