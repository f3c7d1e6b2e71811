"""Shapes of samples: told apart by their outlines, lit and as deep as balls."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import BLUE, CAMERAS, FRONT, ORTHOGRAPHIC, RED, at, balls, hue

from ncviz.scenes.scene import SHAPES, Scene

KINDS = {name: number for number, name in enumerate(SHAPES)}
GRAY = (0.5, 0.5, 0.5, 1.0)


def shaped(kind, points=(0, 0, 0), radius=0.5, color=GRAY):
    samples = balls(points, radius, color)
    number = np.broadcast_to(np.float32(kind), len(samples)).copy()
    return Scene(samples=replace(samples, shapes=number), fog=0)


def outline(draw, name, quads):
    pixels = draw(shaped(KINDS[name]), ORTHOGRAPHIC, 240, 240, large_spheres_as_quads=quads)
    return (255 - pixels[..., 0]) > 60


def around(mask):
    """Return how far the outline reaches in each direction, in radii of the ball."""
    radius = 0.5 * float(FRONT.pixels_per_unit(240, 6.0))
    reaches = []
    for angle in np.arange(360):
        steps = np.arange(0, 2 * radius, 0.5)
        x = (119.5 + np.cos(np.radians(angle)) * steps).round().astype(int)
        y = (119.5 - np.sin(np.radians(angle)) * steps).round().astype(int)
        inside = mask[y.clip(0, 239), x.clip(0, 239)]
        reaches.append(steps[inside].max(initial=0) / radius)
    return np.array(reaches)


def corners(mask):
    """Return in how many directions the outline reaches farther than nearby."""
    reach = around(mask)
    smooth = np.convolve(np.r_[reach[-4:], reach, reach[:4]], np.ones(9) / 9, "valid")
    wide = np.r_[smooth[-18:], smooth, smooth[:18]]
    highest = np.array([wide[k : k + 37].max() for k in range(360)])
    peaks = np.flatnonzero((smooth > highest - 0.004) & (smooth > smooth.min() + 0.03))
    return int((np.diff(np.r_[peaks[-1] - 360, peaks]) > 20).sum())


@pytest.mark.parametrize("quads", [False, True])
def test_outlines_have_as_many_corners_as_their_names_say(draw, quads):
    expected = {"cube": 4, "pyramid": 3, "diamond": 4, "hexagon": 6, "star": 5}
    found = {name: corners(outline(draw, name, quads)) for name in expected}
    assert found == expected


@pytest.mark.parametrize("quads", [False, True])
def test_every_two_outlines_differ_and_none_is_much_larger(draw, quads):
    masks = {name: outline(draw, name, quads) for name in SHAPES}
    disc = masks["sphere"].sum()
    for name, mask in masks.items():
        assert 0.5 < mask.sum() / disc < 1.15, name
    for number, name in enumerate(SHAPES):
        for other in SHAPES[:number]:
            differing = (masks[name] ^ masks[other]).sum() / disc
            assert differing > (0.06 if {name, other} <= {"sphere", "hexagon"} else 0.15)


def test_a_sphere_among_shapes_is_the_sphere_that_it_is_alone(draw):
    alone = draw(replace(shaped(0), samples=balls((0, 0, 0), 0.5, GRAY)), ORTHOGRAPHIC)
    differing = np.abs(draw(shaped(0), ORTHOGRAPHIC) - alone)
    # The light on samples without shapes is fitted to the exact one.
    assert differing.max() <= 20
    assert differing.mean() < 1.5


@pytest.mark.parametrize("kind", range(len(SHAPES)))
def test_light_comes_from_the_upper_left(draw, kind):
    pixels = draw(shaped(kind, radius=0.9), FRONT)[..., 0].astype(float)
    inside = pixels < 250
    rows, columns = np.nonzero(inside)
    left = columns + rows < np.median(columns + rows)
    lightness = pixels[rows, columns]
    assert lightness[left].mean() > lightness[~left].mean() + 5


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("quads", [False, True])
def test_the_nearer_shape_hides_the_farther(draw, camera, quads):
    toward = camera.basis()[2]
    points = np.array([0.5 * toward, -0.5 * toward])
    for colors, seen in [([RED, BLUE], "r"), ([BLUE, RED], "b")]:
        scene = shaped([1, 2], points, 0.2, colors)
        target = replace(camera, target=(0.0, 0.0, 0.0))
        pixels = draw(scene, target, large_spheres_as_quads=quads)
        assert hue(at(pixels, target, (0, 0, 0))) == seen


def test_shapes_meet_balls_in_depth(draw):
    scene = replace(shaped(4, (0, -0.35, 0), 0.12, BLUE), balls=balls((0, 0, 0), 0.4, RED))
    assert hue(at(draw(scene), FRONT, (0, -0.4, 0))) == "b"
    behind = replace(shaped(4, (0, 0.6, 0), 0.12, BLUE), balls=balls((0, 0, 0), 0.4, RED))
    assert hue(at(draw(behind), FRONT, (0, 0.6, 0))) == "r"


def test_rims_are_smooth(draw):
    for kind in range(len(SHAPES)):
        scene = shaped(kind, (0.007, 0, 0.013), color=(0.0, 0.0, 0.0, 1.0))
        shades = np.unique(draw(scene)[..., 0])
        assert ((shades > 40) & (shades < 240)).sum() >= 2, SHAPES[kind]


def test_shapes_come_and_go(draw):
    plain = replace(shaped(0), samples=balls((0, 0, 0), 0.5, GRAY))
    first = draw(plain)
    draw(shaped(6))
    assert np.array_equal(draw(plain), first)
