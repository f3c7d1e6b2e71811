"""Handles follow the pointer on the unit sphere."""

from dataclasses import replace

import numpy as np
import pytest

from ncviz.explorer.gripping import handle_at, is_behind, place_under, turned_by_keys
from ncviz.scenes.camera import Camera
from ncviz.scenes.unit_vectors import compose_unit_vectors
from ncviz.scenes.view import View

SIZE = 800, 600
CAMERAS = Camera(), Camera(field_of_view=0.0), Camera(azimuth=200.0, elevation=-30.0)


def points(count=40):
    drawn = np.random.default_rng(0).standard_normal((count, 3))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_place_is_found_again_below_its_pixel(camera):
    for point in points():
        pixel = camera.project(point, *SIZE)[0]
        found = place_under(
            point, 3, camera, SIZE, (pixel[0], pixel[1]), behind=is_behind(point, camera)
        )
        np.testing.assert_allclose(found, point, atol=1e-6)


@pytest.mark.parametrize("camera", CAMERAS)
def test_beyond_the_outline_it_goes_on_behind_without_a_leap(camera):
    middle = camera.project(np.zeros(3), *SIZE)[0]
    pixels = np.linspace(0, 260, 400)
    path = [
        place_under(points()[0], 3, camera, SIZE, (middle[0] + right, middle[1]), behind=False)
        for right in pixels
    ]
    assert not is_behind(path[0], camera)
    assert is_behind(path[-1], camera)
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() < 0.15
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 1)


def test_on_the_circle_it_is_the_nearest_place():
    camera = Camera(azimuth=0.0, elevation=6.0)
    for turn in np.linspace(0, 6, 9):
        point = np.array([np.cos(turn), 0.0, np.sin(turn)])
        pixel = camera.project(point, *SIZE)[0]
        found = place_under(point, 2, camera, SIZE, (pixel[0], pixel[1]), behind=False)
        np.testing.assert_allclose(found, point, atol=2e-3)


def test_the_handle_under_the_pointer_is_found():
    vectors = np.array([[1.0, 0, 0], [0, 0, 1.0]])
    scene = compose_unit_vectors(vectors, ("1", "2"), View(), [(0, 1)])
    camera = Camera()
    x, y, _ = camera.project(vectors[1], *SIZE)[0]
    assert handle_at(scene, camera, *SIZE, x + 3, y) == 1
    assert handle_at(scene, camera, *SIZE, 5, 5) is None
    assert handle_at(replace(scene, handles=None), camera, *SIZE, x, y) is None


@pytest.mark.parametrize("dimension", [2, 3])
def test_arrows_turn_by_an_angle(dimension):
    point = np.array([0.6, 0.0, 0.8])
    camera = Camera(azimuth=0.0, elevation=0.0)
    right = turned_by_keys(point, dimension, camera, 1, 0, 6.0)
    if dimension == 2:
        assert right[1] == pytest.approx(0)
        assert right @ point == pytest.approx(np.cos(np.radians(6)))
        assert right[0] > point[0]  # clockwise, above
    front = np.array([0.0, -1.0, 0.0])
    if dimension == 3:
        assert turned_by_keys(front, 3, camera, 1, 0, 6.0)[0] > 0
        assert turned_by_keys(front, 3, camera, 0, 1, 6.0)[2] < 0
