import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import (
    FOCUS_DISTANCE,
    STANDARD_VIEWS,
    camera_between,
    fitted,
    focus_on,
    standard_view,
)


def seen_from(camera):
    return camera.basis()[2]


def test_standard_views_look_along_the_axes():
    np.testing.assert_allclose(seen_from(standard_view("front")), [0, -1, 0], atol=1e-12)
    np.testing.assert_allclose(seen_from(standard_view("side")), [1, 0, 0], atol=1e-12)
    assert seen_from(standard_view("top"))[2] > 0.999
    assert standard_view("isometric") == Camera()
    assert set(STANDARD_VIEWS) == {"isometric", "front", "side", "top"}


@pytest.mark.parametrize("name", STANDARD_VIEWS)
def test_standard_views_keep_perspective_or_none(name):
    flat = Camera().with_perspective(False)
    assert standard_view(name, flat).is_orthographic
    assert not standard_view(name, Camera()).is_orthographic


def test_perspective_comes_and_goes_with_the_same_size_at_the_target():
    for camera in (Camera(), Camera(field_of_view=50, distance=3), Camera(field_of_view=0)):
        at = [camera.target, np.asarray(camera.target) + 0.1 * camera.basis()[0]]
        size = np.ptp(camera.project(at, 800, 600)[:, 0])
        for perspective in (True, False):
            other = camera.with_perspective(perspective)
            assert other.is_orthographic != perspective
            assert np.ptp(other.project(at, 800, 600)[:, 0]) == pytest.approx(size)
    assert Camera().with_perspective(True) == Camera()


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda p: np.hypot(p[0], p[1]) > 0.1))
def test_the_focus_faces_the_viewer(point):
    camera = focus_on(Camera(azimuth=77, field_of_view=25), point)
    assert camera.distance == FOCUS_DISTANCE
    assert camera.field_of_view == 25
    level = np.array([point[0], point[1]])
    toward = seen_from(camera)[:2]
    assert level @ toward == pytest.approx(np.linalg.norm(level) * np.linalg.norm(toward))
    x, y, _ = camera.project(point, 800, 600)[0]
    assert abs(x - 400) < 1
    assert abs(y - 300) < 250


def test_the_focus_on_poles_and_centre_is_defined():
    up = focus_on(Camera(azimuth=12), (0, 0, 1))
    assert up.azimuth == 12
    assert 0 < up.elevation < 89
    assert focus_on(Camera(), (0, 0, 0)).target == (0, 0, 0)


def test_the_way_begins_ends_and_takes_the_shorter_turn():
    first, second = Camera(azimuth=350, distance=4), Camera(azimuth=20, distance=9, elevation=-10)
    assert camera_between(first, second, 0) == first
    assert camera_between(first, second, 1) == second
    half = camera_between(first, second, 0.5)
    assert half.azimuth == pytest.approx(5)
    assert half.distance == pytest.approx(6)
    assert camera_between(second, first, 0.5).azimuth == pytest.approx(5)


def test_the_way_to_parallel_lines_keeps_the_size():
    first = Camera(field_of_view=60, distance=2)
    second = first.with_perspective(False)
    at = [first.target, np.asarray(first.target) + 0.1 * first.basis()[0]]
    sizes = [
        np.ptp(camera_between(first, second, share).project(at, 800, 600)[:, 0])
        for share in (0, 0.3, 0.9, 1)
    ]
    np.testing.assert_allclose(sizes, sizes[0])


def test_a_narrow_panel_shows_as_much_across_as_a_square_one_down():
    assert fitted(Camera(), 1.7) == Camera()
    assert fitted(Camera(distance=4), 0.5).distance == 8
