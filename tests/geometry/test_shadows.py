import numpy as np
import pytest
from etf_in_picture import etf_in_picture
from hypothesis import given
from hypothesis import strategies as st

from ncviz.geometry.etf import shadow_of_simplex, simplex_vertices
from ncviz.geometry.projection import align_to_etf
from ncviz.geometry.shadows import best_fit_shadow, chosen_axes_shadow, grand_tour_shadow


def is_orthonormal(shadow, classes):
    assert shadow.shape == (classes - 1, 3)
    np.testing.assert_allclose(shadow.T @ shadow, np.eye(3), atol=1e-12)


@given(classes=st.integers(4, 30), time=st.floats(-50, 50))
def test_a_grand_tour_is_always_a_projection(classes, time):
    is_orthonormal(grand_tour_shadow(classes, time), classes)


@pytest.mark.parametrize("classes", [5, 10, 20])
def test_a_grand_tour_starts_at_the_even_spread_and_moves_on_smoothly(classes):
    np.testing.assert_allclose(grand_tour_shadow(classes, 0.0), shadow_of_simplex(classes))
    times = np.linspace(0, 3, 3001)
    path = np.array([grand_tour_shadow(classes, t) for t in times])
    steps = np.linalg.norm(np.diff(path, axis=0), axis=(1, 2))
    assert steps.max() < 0.1
    assert steps.min() > 0


def test_a_grand_tour_shows_every_direction():
    classes = 7
    seen = np.array([grand_tour_shadow(classes, t) for t in np.linspace(0, 60, 1500)])
    # The length that each of the dimensions keeps in the picture, at its best.
    assert np.linalg.norm(seen, axis=2).max(axis=0).min() > 0.97


@pytest.mark.parametrize("classes", [5, 10, 33])
def test_chosen_classes_keep_their_full_length(classes):
    shadow = chosen_axes_shadow(classes, (0, 2, 4))
    is_orthonormal(shadow, classes)
    drawn = simplex_vertices(classes) @ shadow
    np.testing.assert_allclose(np.linalg.norm(drawn[[0, 2, 4]], axis=1), 1, atol=1e-12)
    rest = np.delete(drawn, [0, 2, 4], axis=0)
    np.testing.assert_allclose(rest, np.tile(rest[0], (len(rest), 1)), atol=1e-12)


@pytest.mark.parametrize("toward", [(0, 0, 1), (0, 1), (0, 1, 9), (-1, 0, 1)])
def test_what_is_not_three_classes_is_refused(toward):
    with pytest.raises(ValueError, match="three different classes"):
        chosen_axes_shadow(5, toward)


@given(seed=st.integers(0, 1000))
def test_no_shadow_keeps_more_spread_than_the_best_fit(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(40, 9)) * rng.uniform(0.1, 3, size=9)
    best = best_fit_shadow(points)
    is_orthonormal(best, 10)
    other = np.linalg.qr(rng.normal(size=(9, 3)))[0]
    centered = points - points.mean(axis=0)
    assert np.linalg.norm(centered @ best) >= np.linalg.norm(centered @ other) - 1e-9


def test_the_picture_uses_the_chosen_shadow():
    rng = np.random.default_rng(3)
    means = rng.normal(size=(6, 8))
    shadow = chosen_axes_shadow(6, (1, 2, 3))
    alignment = align_to_etf(means, shadow)
    plain = align_to_etf(means)
    expected = plain.scale * (means - plain.center) @ plain.rotation @ shadow * np.sqrt(5 / 3)
    np.testing.assert_allclose(alignment.place(means), expected)
    vertices = simplex_vertices(6) @ shadow * np.sqrt(5 / 3)
    np.testing.assert_allclose(etf_in_picture(6, shadow), vertices)


def test_four_classes_need_no_shadow():
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    np.testing.assert_array_equal(etf_in_picture(4, turned), etf_in_picture(4))
