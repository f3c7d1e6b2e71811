"""A fit is right when nothing is cut by the edge, and no nearer camera does as well."""

from dataclasses import replace

import numpy as np
import pytest

from ncviz.runs.run import Run
from ncviz.scenes import camera_fit
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import (
    FILLED,
    fitted_camera,
    opening_camera,
    outermost_over_time,
    scenes_over_time,
    shows_all,
    without_outliers,
)
from ncviz.scenes.compose import compose_model
from ncviz.scenes.scene import Balls, Scene
from ncviz.scenes.view import View

CAMERAS = [
    Camera(),
    Camera(azimuth=200, elevation=-40, distance=0.7, target=(1.0, -2.0, 3.0)),
    Camera(field_of_view=0.0, elevation=80),
]


def cloud(seed, spread):
    rng = np.random.default_rng(seed)
    points = (spread * rng.normal(size=(60, 3))).astype(np.float32)
    return Scene(balls=Balls(points, np.full(60, 0.06, np.float32), np.ones((60, 4), np.float32)))


def pixels_beyond(camera, scenes, width, height):
    """Return how far the outline of any ball lies beyond the edge, by the camera's projection."""
    worst = -np.inf
    for scene in scenes:
        points, radii = scene.balls.positions, scene.balls.radii
        x, y, depth = camera.project(points, width, height).T
        if (depth <= 0).any():
            return np.inf
        reach = radii * camera.pixels_per_unit(height, depth)
        sides = [reach - x, x + reach - width, reach - y, y + reach - height]
        worst = max(worst, float(np.max(sides)))
    return worst


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("aspect", [0.6, 1.0, 1.8])
@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
def test_everything_is_in_view_and_fills_it(camera, aspect, spread):
    scenes = [cloud(0, spread), cloud(1, 0.7 * spread)]
    fitted = fitted_camera(camera, scenes, aspect)
    size = round(1000 * aspect), 1000
    assert pixels_beyond(fitted, scenes, *size) <= 0
    assert shows_all(fitted, scenes, aspect)
    closer = replace(fitted, distance=0.9 * fitted.distance)
    if fitted.distance > 3.5:
        assert pixels_beyond(closer, scenes, *size) > -1000 * (1 - FILLED)
    assert (fitted.azimuth, fitted.elevation) == (camera.azimuth, camera.elevation)
    assert fitted.field_of_view == camera.field_of_view
    assert fitted.target[:2] == (0.0, 0.0), "turning about the upright axis swings nothing"


def test_whether_all_is_shown_agrees_with_the_projection():
    scenes = [cloud(3, 1.0)]
    for distance in np.linspace(3, 12, 40):
        camera = Camera(distance=float(distance))
        assert shows_all(camera, scenes, 1.3) == (pixels_beyond(camera, scenes, 1300, 1000) <= 0)


def test_what_is_in_view_is_opened_as_ever():
    assert opening_camera(Camera(azimuth=77), [cloud(0, 0.3)]) == Camera(azimuth=77)
    assert opening_camera(Camera(), [cloud(0, 2.0)]).distance > Camera().distance


def test_nothing_and_what_has_gone_to_infinity_do_not_move_the_camera():
    lost = Scene(balls=Balls(np.full((1, 3), np.nan), np.ones(1), np.ones((1, 4))))
    for scenes in ([], [Scene()], [lost]):
        assert fitted_camera(Camera(), scenes) == Camera()
        assert shows_all(Camera(), scenes)


@pytest.mark.parametrize("classes", [2, 20])
@pytest.mark.parametrize("giant", [1.0, 9.0])
def test_models_of_many_classes_or_one_giant_come_into_view(classes, giant):
    means = np.eye(classes)
    means[0] *= giant
    names = tuple(map(str, range(classes)))
    scene = compose_model(means, means, names, View())
    assert pixels_beyond(fitted_camera(Camera(), [scene]), [scene], 800, 800) <= 0


def test_a_run_is_framed_once_for_all_its_time(small_run):
    run, view = Run(small_run.path), View(classes=(0, 1, 2))
    scenes = scenes_over_time(run, view)
    assert 1 < len(scenes) <= len(run.epochs)
    framed = opening_camera(Camera(), scenes)
    assert all(shows_all(framed, [scene]) for scene in scenes)
    assert len(scenes_over_time(run, view, moments=1)) == 1


def test_what_a_run_reaches_is_remembered_for_whatever_shows_alike(small_run, monkeypatch):
    run, view = Run(small_run.path), View(classes=(0, 1, 2), show_etf=False)
    scenes = [without_outliers(scene) for scene in scenes_over_time(run, view)]
    far = outermost_over_time(run, view)
    for camera in CAMERAS:
        assert fitted_camera(camera, [far], 1.3) == fitted_camera(camera, scenes, 1.3)
        assert shows_all(camera, [far], 1.3) == shows_all(camera, scenes, 1.3)
    monkeypatch.setattr(camera_fit, "compose", lambda *_: pytest.fail("composed again"))
    alike = replace(view, epoch=7.0, theme="dark", show_labels=False, pinned=(3,), layer=2)
    assert outermost_over_time(run, alike) is far


def test_only_the_farthest_few_samples_count_as_outliers():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(100, 3)).astype(np.float32)
    points[[7, 60]] *= 50
    balls = Balls(points, np.full(100, 0.02, np.float32), np.ones((100, 4), np.float32))
    scene = Scene(samples=balls, sample_ids=np.arange(100))
    kept = without_outliers(scene, 0.02)
    assert kept.sample_ids.tolist() == [k for k in range(100) if k not in (7, 60)]
    assert np.array_equal(kept.samples.positions, points[kept.sample_ids])
    few = replace(scene, samples=Balls(points[:40], balls.radii[:40], balls.colors[:40]))
    assert without_outliers(few, 0.02) is few


@pytest.mark.parametrize("covered", [(0.0, 0.2), (0.2, 0.1), (0.3, 0.3), (0.25, 0.0)])
@pytest.mark.parametrize("field_of_view", [0.0, 30.0])
def test_a_fit_keeps_clear_of_the_words_above_and_below(covered, field_of_view):
    scene, high = cloud(5, 3.0), 1000
    camera = fitted_camera(Camera(field_of_view=field_of_view), [scene], covered=covered)
    assert shows_all(camera, [scene], covered=covered)
    seen = camera.project(scene.balls.positions, high, high)
    reach = scene.balls.radii * camera.pixels_per_unit(high, seen[:, 2])
    assert (seen[:, 1] - reach).min() >= covered[0] * high
    assert (seen[:, 1] + reach).max() <= (1 - covered[1]) * high
    assert not shows_all(replace(camera, distance=0.8 * camera.distance), [scene], covered=covered)


def test_what_lies_under_the_words_is_not_shown():
    low = Scene(balls=Balls(np.array([[0, 0, -1.15]]), np.array([0.05]), np.ones((1, 4))))
    camera = Camera(elevation=0.0)
    assert shows_all(camera, [low])
    assert not shows_all(camera, [low], covered=(0.0, 0.1))
    assert shows_all(camera, [low], covered=(0.1, 0.0))


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("view", [0.0, 30.0])
def test_of_many_points_the_outermost_decide(flat, view, monkeypatch):
    generator = np.random.default_rng(3)
    places = generator.normal(size=(9_000, 3)).astype(np.float32) * (1, 1, 0 if flat else 1)
    radii = np.where(np.arange(9_000) % 3, 0.02, 0.3).astype(np.float32)
    balls = Balls(places.astype(np.float32), radii, np.ones((9_000, 4), np.float32))
    scene = Scene(balls=balls)
    camera = replace(Camera(azimuth=20.0, elevation=13.0), field_of_view=view)
    quick = [
        fitted_camera(camera, [scene], 1.3, (0.0, 75.0), (0.1, 0.2)),
        shows_all(camera, [scene]),
    ]
    monkeypatch.setattr("ncviz.scenes.camera_fit.MANY", 10**9)
    slow = [
        fitted_camera(camera, [scene], 1.3, (0.0, 75.0), (0.1, 0.2)),
        shows_all(camera, [scene]),
    ]
    assert quick == slow
