"""What is drawn again without gloo is what gloo draws."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import BLUE, FRONT, GREEN, ORTHOGRAPHIC, RED, balls, sticks

from ncviz.rendering import programs
from ncviz.rendering.redrawing import draw_again
from ncviz.scenes.scene import Scene, grid_of_panels

SIZE = 320, 240
CAMERAS = (FRONT, replace(FRONT, azimuth=70, elevation=30), replace(ORTHOGRAPHIC, azimuth=200))


def everything(count, seed=0):
    """Return a scene of all kinds of things."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 3))
    return Scene(
        samples=balls(points, 0.06, [(RED, GREEN, BLUE)[k % 3] for k in range(count)]),
        balls=balls(points[:4] / 2, 0.2, GREEN),
        sticks=sticks(np.zeros((4, 3)), points[:4], 0.03, RED),
        edges=sticks(points[:3], points[1:4], 0.004, BLUE, lit=False),
    )


def pictures():
    """Yield pictures of one after the other, whose panels keep or change what they hold."""
    scenes = [everything(20, seed) for seed in range(3)]
    shapes = np.arange(20, dtype=np.float32) % 7
    shaped = replace(scenes[1], samples=replace(scenes[1].samples, shapes=shapes))
    for some in (scenes, scenes, [scenes[0], shaped, scenes[2]], [everything(31), *scenes[1:]]):
        yield grid_of_panels(some, ["one", "two", "three"], SIZE[0] / SIZE[1])


def all_drawn(draw, **options):
    return [draw(picture, camera, *SIZE, **options) for picture in pictures() for camera in CAMERAS]


@pytest.mark.parametrize("quads", [False, True])
def test_panels_drawn_again_are_as_gloo_draws_them(draw, monkeypatch, quads):
    calls = []
    monkeypatch.setattr(
        programs, "draw_again", lambda *told: (calls.append(told), draw_again(*told))
    )
    again = all_drawn(draw, large_spheres_as_quads=quads)
    assert len(calls) > 50
    monkeypatch.setattr(programs, "drawn_pointers", lambda _: ())
    by_gloo = all_drawn(draw, large_spheres_as_quads=quads)
    assert all(np.array_equal(one, other) for one, other in zip(again, by_gloo, strict=True))


def test_buffers_that_grow_are_drawn_whole(draw):
    few, many = (Scene(samples=balls(np.eye(3)[:n], 0.3, RED)) for n in (1, 3))
    alone = draw(many, FRONT, *SIZE)
    for scene in (few, many, few, many):
        drawn = draw(scene, FRONT, *SIZE)
    assert np.array_equal(drawn, alone)
