"""Rims, glass and fog: how colours mix where things cover one another."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import BLUE, FRONT, HEIGHT, ORTHOGRAPHIC, RED, WIDTH, at, balls, hue, sticks

from ncviz.scenes.scene import Scene, join_balls, join_sticks


def test_a_translucent_ball_shows_what_is_behind_and_hides_a_part_of_it(draw):
    glass = (0.1, 0.7, 0.2, 0.5)
    behind = balls([(0, 0.6, 0)], 0.3, [RED])
    clear = at(draw(Scene(balls=behind, fog=0)), FRONT, (0, 0.6, 0))
    both = Scene(balls=balls([(0, -0.6, 0), (0, 0.6, 0)], 0.3, [glass, RED]), fog=0)
    alone = replace(both, balls=balls((0, -0.6, 0), 0.3, glass))
    seen = at(draw(both), FRONT, (0, 0, 0))[:3]
    over_white = at(draw(alone), FRONT, (0, 0, 0))[:3]
    assert seen == pytest.approx(over_white - 0.5 * (255 - clear[:3]), abs=2)
    swapped = replace(both, balls=balls([(0, 0.6, 0), (0, -0.6, 0)], 0.3, [RED, glass]))
    assert np.array_equal(draw(swapped), draw(both))


def test_a_solid_ball_inside_glass_is_seen_through_it(draw):
    glass = (0.1, 0.7, 0.2, 0.5)
    scene = Scene(balls=balls([(0, 0, 0)] * 2, [0.3, 0.1], [glass, RED]), fog=0)
    inside = at(draw(scene), FRONT, (0, 0, 0))
    plain = at(draw(replace(scene, balls=balls((0, 0, 0), 0.1, RED))), FRONT, (0, 0, 0))
    assert hue(inside) == "r"
    assert inside[0] < plain[0] - 40
    swapped = replace(scene, balls=balls([(0, 0, 0)] * 2, [0.1, 0.3], [RED, glass]))
    assert np.array_equal(draw(swapped), draw(scene))


def test_the_rim_of_a_stick_cuts_no_hole_into_glass_behind_it(draw):
    """The far half of the stick lies behind the glass, so it is drawn before the glass."""
    glass, black = (0.0, 0.0, 0.0, 0.5), (0.0, 0.0, 0.0, 1.0)
    ball = balls((-0.35, 0.3, 0), 0.25, glass)
    stick = sticks((-0.6, -1, -0.05), (0.9, 3, 0.2), 0.03, black)
    alone = draw(Scene(balls=ball, fog=0), ORTHOGRAPHIC)
    both = draw(Scene(balls=ball, sticks=stick, fog=0), ORTHOGRAPHIC)
    assert (alone - both).max() > 100
    assert (both - alone).max() <= 1  # a black stick brightens nothing


def test_fog_fades_the_farthest_most_and_the_nearest_not_at_all(draw):
    three = balls([(-0.6, -1, 0), (0, 0, 0), (0.6, 1, 0)], 0.1, BLUE)
    scene = Scene(balls=three, background=(1.0, 0.5, 0.0), fog=0.6)
    camera = ORTHOGRAPHIC
    foggy, clear = draw(scene, camera), draw(replace(scene, fog=0.0), camera)
    shares = []
    for point in three.positions:
        one, other = at(foggy, camera, point)[:3], at(clear, camera, point)[:3]
        away = 255 * np.array(scene.background) - other
        shares.append(float(np.dot(one - other, away) / np.dot(away, away)))
    reach = np.hypot(0.6, 1.0)
    expected = [0.6 * (0.5 + (y - 0.1) / (2 * reach)) for y in (-1, 0, 1)]
    assert shares == pytest.approx(expected, abs=0.02)
    assert shares[0] < 0.06
    assert shares[2] > 0.5


@pytest.mark.parametrize("quads", [False, True])
def test_rims_are_antialiased(draw, quads):
    one = Scene(samples=balls((0.01, 0, 0.02), 0.3, (0.0, 0.0, 0.0, 1.0)), fog=0)
    row = draw(one, large_spheres_as_quads=quads)[HEIGHT // 2, :, 1]
    between = row[(row > 40) & (row < 235)]
    assert 1 <= len(between) <= 4


@pytest.mark.parametrize("quads", [False, True])
def test_no_rings_where_samples_overlap(draw, quads):
    """Inside a heap, the color of the background makes no difference to any pixel."""
    points = np.random.default_rng(1).uniform(-0.5, 0.5, size=(600, 3))
    scene = Scene(samples=balls(points, 0.08, BLUE), fog=0)
    dark = replace(scene, background=(0.0, 0.0, 0.0))
    light, dark = (draw(one, large_spheres_as_quads=quads) for one in (scene, dark))
    half = int(0.4 * float(FRONT.pixels_per_unit(HEIGHT, 6.0)))
    rows = slice(HEIGHT // 2 - half, HEIGHT // 2 + half)
    columns = slice(WIDTH // 2 - half, WIDTH // 2 + half)
    difference = np.abs(light - dark)[rows, columns, :3].max(axis=2)
    assert difference.max() <= 64
    assert (difference > 8).mean() < 0.002


@pytest.mark.parametrize("near", ["samples", "balls", "sticks"])
@pytest.mark.parametrize("far", ["samples", "balls", "sticks"])
def test_a_rim_blends_with_what_is_behind_it_and_not_with_the_background(draw, near, far):
    def things(y, size):
        return {
            "samples": (balls((0, y, 0), size, BLUE),),
            "balls": (balls((0, y, 0), size, BLUE),),
            "sticks": (sticks((-0.1, y, -0.05), (0.1, y, 0.05), size, BLUE),),
        }

    front, behind = things(-0.5, 0.15)[near], things(1.2, 1.0)[far]
    if near == far:
        join = join_sticks if near == "sticks" else join_balls
        scene = Scene(**{near: join([front[0], behind[0]])}, fog=0)
    else:
        scene = Scene(**{near: front[0], far: behind[0]}, fog=0)
    light, dark = draw(scene), draw(replace(scene, background=(0.0, 0.0, 0.0)))
    half = int(0.4 * float(FRONT.pixels_per_unit(HEIGHT, 5.5)))
    around = slice(HEIGHT // 2 - half, HEIGHT // 2 + half)
    difference = np.abs(light - dark)[around, WIDTH // 2 - half : WIDTH // 2 + half, :3]
    assert difference.max() <= 1


def test_a_translucent_edge_mixes_with_what_is_behind(draw):
    edge = sticks((-1, -0.5, 0), (1, -0.5, 0), 0.05, (0.0, 0.0, 0.0, 0.5), lit=False)
    picture = draw(Scene(edges=edge, fog=0))
    assert at(picture, FRONT, (0.5, 0, 0))[:3] == pytest.approx([127.5] * 3, abs=1)
    over_ball = draw(Scene(edges=edge, balls=balls((0, 0, 0), 0.3, RED), fog=0))
    plain = draw(Scene(balls=balls((0, 0, 0), 0.3, RED), fog=0))
    where = FRONT, (0, 0, 0)
    assert at(over_ball, *where)[:3] == pytest.approx(at(plain, *where)[:3] / 2, abs=1.5)


def test_more_samples_than_a_batch_are_drawn_as_if_they_were_one(draw, monkeypatch):
    """Small batches, large ones: order, depth and rims are the same."""
    points = np.random.default_rng(4).uniform(-0.6, 0.6, size=(1700, 3))
    scene = Scene(samples=balls(points, 0.05, BLUE), fog=0)
    batched = draw(scene)
    monkeypatch.setattr("ncviz.rendering.programs.is_software", lambda: False)
    at_once = draw(replace(scene, samples=replace(scene.samples, positions=points.astype("f4"))))
    assert np.array_equal(batched, at_once)
    assert hue(at(batched, FRONT, points[np.argmin(points[:, 1])])) == "b"
