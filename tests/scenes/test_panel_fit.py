from dataclasses import replace

import numpy as np
import pytest

from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose, compose_layers
from ncviz.scenes.panel_fit import LARGEST, REACH, fit_into_panel, side_by_side
from ncviz.scenes.scene import Balls, Scene, grid_shape
from ncviz.scenes.view import View


@pytest.mark.parametrize("farthest", [0.7, 1.7, 9.0])
def test_no_sample_is_farther_out_than_a_panel_shows(small_run, farthest):
    scene = compose(Run(small_run.path), View(layer=2, epoch=20, pinned=(3,)))
    points = scene.samples.positions
    points = points * np.float32(farthest / np.linalg.norm(points, axis=1).max())
    scene = replace(scene, samples=replace(scene.samples, positions=points))
    fitted = fit_into_panel(scene)
    ball = float(np.linalg.norm(scene.balls.positions, axis=1).max())
    share = min(LARGEST, REACH / max(farthest, ball))
    twice = fit_into_panel(scene, 2 * Camera().distance)
    expected = min(LARGEST, 2 * REACH / max(farthest, ball))
    assert np.allclose(twice.samples.positions, expected * points, atol=1e-6)
    assert np.allclose(fitted.samples.positions, share * points, atol=1e-6)
    for part in ("balls", "rings"):
        ours, theirs = getattr(fitted, part), getattr(scene, part)
        assert np.allclose(ours.positions, share * theirs.positions, atol=1e-6), part
        assert np.array_equal(ours.radii, theirs.radii), part
    for part in ("sticks", "edges", "trails"):
        ours, theirs = getattr(fitted, part), getattr(scene, part)
        assert np.allclose(ours.ends, share * theirs.ends, atol=1e-6), part
    for ours, theirs in zip(fitted.labels, scene.labels, strict=True):
        assert ours.position == pytest.approx([share * x for x in theirs.position])
    assert scene.samples.positions is points, "the scene itself is not changed"


def test_balls_are_not_cut_either_and_nothing_at_all_stays_as_it_is():
    far = np.array([[5.0, 0.0, 0.0], [np.inf, 0.0, 0.0]])
    scene = Scene(balls=Balls(far, np.ones(2), np.ones((2, 4))))
    assert fit_into_panel(scene).balls.positions[0] == pytest.approx([REACH, 0, 0])
    nothing = Scene()
    assert fit_into_panel(nothing) is nothing


def test_one_row(small_run):
    run = Run(small_run.path)
    picture = compose_layers(run, View(), aspect=1.2)
    row = side_by_side(picture)
    count = len(run.manifest.layers)
    assert [panel.left for panel in row.panels] == pytest.approx([k / count for k in range(count)])
    assert {(panel.top, panel.height) for panel in row.panels} == {(0.0, 1.0)}
    assert [p.scene for p in row.panels] == [p.scene for p in picture.panels]


@pytest.mark.parametrize(("count", "shape"), [(4, (2, 2)), (6, (3, 2)), (8, (4, 2)), (9, (3, 3))])
def test_no_place_of_the_grid_is_empty_where_that_costs_little(count, shape):
    assert grid_shape(count, 1.2) == shape
