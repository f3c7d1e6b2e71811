"""What is in the picture, where it must be by the camera's own projection."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import (
    BLUE,
    CAMERAS,
    FRONT,
    GREEN,
    HEIGHT,
    ORTHOGRAPHIC,
    RED,
    WIDTH,
    at,
    balls,
    hue,
    is_background,
    sticks,
)

import ncviz.rendering.panels
from ncviz.rendering.sprites import back_to_front, largest_sprite
from ncviz.rendering.stage import Stage
from ncviz.rendering.windowless import windowless_context
from ncviz.scenes.scene import Balls, Label, Scene


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("quads", [False, True])
def test_samples_are_where_the_camera_projects_them(draw, camera, quads):
    points = [(0.6, 0.1, -0.2), (-0.5, 0.4, 0.3), (0.1, -0.6, 0.7)]
    scene = Scene(samples=balls(points, 0.05, [RED, GREEN, BLUE]))
    picture = draw(scene, camera, large_spheres_as_quads=quads)
    assert [hue(at(picture, camera, point)) for point in points] == ["r", "g", "b"]


@pytest.mark.parametrize("camera", CAMERAS)
def test_balls_and_both_ends_of_sticks_are_where_the_camera_projects_them(draw, camera):
    start, end, ball = (-0.8, 0.1, -0.5), (0.3, -0.7, 0.2), (0.6, 0.5, 0.4)
    scene = Scene(balls=balls(ball, 0.08, RED), sticks=sticks(start, end, 0.04, BLUE))
    picture = draw(scene, camera)
    assert hue(at(picture, camera, ball)) == "r"
    for share in (0.0, 0.3, 0.7, 1.0):
        point = (1 - share) * np.array(start) + share * np.array(end)
        assert hue(at(picture, camera, point)) == "b"


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_core_of_a_ball_faces_every_viewer(draw, camera):
    core = np.array([[*BLUE[:3], 0.5]], dtype=np.float32)
    picture = draw(Scene(balls=replace(balls(camera.target, 0.5, RED), cores=core)), camera)
    radius = 0.5 * camera.pixels_per_unit(HEIGHT, camera.distance)
    row = picture[HEIGHT // 2]
    for share, seen in ((-0.8, "r"), (-0.4, "b"), (0.0, "b"), (0.4, "b"), (0.8, "r")):
        assert hue(row[int(WIDTH / 2 + share * radius)]) == seen


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("kind", ["sprite", "quad", "ball"])
def test_the_outline_has_the_projected_radius(draw, camera, kind):
    one = balls(camera.target, 0.3, RED)
    scene = Scene(balls=one) if kind == "ball" else Scene(samples=one)
    picture = draw(scene, camera, large_spheres_as_quads=kind == "quad")
    covered = np.abs(picture[..., :3] - 255).max(axis=2) > 60
    radius = 0.3 * camera.pixels_per_unit(HEIGHT, camera.distance)
    assert covered.sum() == pytest.approx(np.pi * radius**2, rel=0.03)
    rows, columns = np.nonzero(covered)
    assert np.mean(rows) + 0.5 == pytest.approx(HEIGHT / 2, abs=0.3)
    assert np.mean(columns) + 0.5 == pytest.approx(WIDTH / 2, abs=0.3)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("near", ["samples", "balls"])
@pytest.mark.parametrize("far", ["samples", "balls"])
def test_what_is_in_front_hides_what_is_behind_in_either_order(draw, near, far, first):
    things = [(near, (0, -0.5, 0), RED), (far, (0, 0.5, 0), BLUE)]
    if first:
        things.reverse()
    parts = {
        kind: balls(
            [t[1] for t in things if t[0] == kind], 0.2, [t[2] for t in things if t[0] == kind]
        )
        for kind in {near, far}
    }
    assert hue(at(draw(Scene(**parts)), FRONT, (0, 0, 0))) == "r"


def test_a_stick_hides_and_is_hidden(draw):
    ball = balls((0, 0, 0), 0.2, RED)
    near = Scene(balls=ball, sticks=sticks((-1, -0.5, 0), (1, -0.5, 0), 0.05, BLUE))
    far = Scene(balls=ball, sticks=sticks((-1, 0.5, 0), (1, 0.5, 0), 0.05, BLUE))
    assert hue(at(draw(near), FRONT, (0, 0, 0))) == "b"
    assert hue(at(draw(far), FRONT, (0, 0, 0))) == "r"
    assert hue(at(draw(far), FRONT, (0.6, 0, 0))) == "b"


@pytest.mark.parametrize("kind", ["sprites", "quads", "balls"])
def test_spheres_that_intersect_meet_in_the_middle(draw, kind):
    pair = balls([(-0.2, 0, 0), (0.2, 0, 0)], 0.3, [RED, BLUE])
    scene = Scene(balls=pair) if kind == "balls" else Scene(samples=pair)
    # A little from the side, so that sorting by centres alone would be wrong.
    camera = replace(ORTHOGRAPHIC, azimuth=12)
    picture = draw(scene, camera, large_spheres_as_quads=kind == "quads")
    y = -np.sqrt(0.3**2 - 0.16**2)
    assert hue(at(picture, camera, (-0.04, y, 0))) == "r"
    assert hue(at(picture, camera, (0.04, y, 0))) == "b"


def test_a_sample_half_inside_a_ball_bulges_out_of_it(draw):
    scene = Scene(balls=balls((0, 0, 0), 0.4, RED), samples=balls((0, -0.35, 0), 0.12, BLUE))
    picture = draw(scene)
    assert hue(at(picture, FRONT, (0, -0.4, 0))) == "b"
    assert hue(at(picture, FRONT, (0.2, -0.3, 0))) == "r"
    hidden = replace(scene, samples=balls((0, -0.2, 0), 0.12, BLUE))
    assert hue(at(draw(hidden), FRONT, (0, -0.4, 0))) == "r"


def test_an_edge_is_flat_and_at_least_a_pixel_wide(draw):
    edge = sticks((-1, 0, 0.013), (1, 0, 0.013), 1e-5, (0.0, 0.5, 0.0, 1.0), lit=False)
    picture = draw(Scene(edges=edge, fog=0))
    column = picture[:, WIDTH // 2, :3]
    weight = (255 - column[:, 0]).sum() / 255
    assert weight == pytest.approx(1.0, abs=0.05)
    thick = replace(edge, radii=np.float32([0.1]))
    picture = draw(Scene(edges=thick, fog=0))
    assert at(picture, FRONT, (0, 0, 0))[:3] == pytest.approx([0, 128, 0], abs=1)


def test_thin_sticks_stay_visible(draw):
    far = replace(FRONT, distance=50)
    scene = Scene(sticks=sticks((-6, 0, 0.1), (6, 0, 0.1), 0.002, BLUE), fog=0)
    column = draw(scene, far)[:, WIDTH // 2, 0]
    assert (255 - column).sum() / 255 > 0.9


def test_light_comes_from_the_upper_left(draw):
    picture = draw(Scene(balls=balls((0, 0, 0), 0.8, (0.5, 0.5, 0.5, 1.0)), fog=0))
    left, right = (at(picture, FRONT, (x, 0, 0))[0] for x in (-0.5, 0.5))
    top, bottom = (at(picture, FRONT, (0, 0, z))[0] for z in (0.5, -0.5))
    assert left > right + 10
    assert top > bottom + 10
    assert picture[..., 0].min() > 50


def test_a_stick_that_points_at_the_viewer_is_a_disc(draw):
    scene = Scene(sticks=sticks((0, -1, 0), (0, 1, 0), 0.2, BLUE), fog=0)
    covered = draw(scene, ORTHOGRAPHIC)[..., 0] < 128
    radius = 0.2 * float(FRONT.pixels_per_unit(HEIGHT, 6.0))
    assert covered.sum() == pytest.approx(np.pi * radius**2, rel=0.04)


def test_a_camera_inside_the_scene_draws_without_a_hitch(draw):
    rng = np.random.default_rng(2)
    scene = Scene(
        samples=balls(rng.normal(size=(50, 3)), 0.05, BLUE),
        balls=balls((0, 0, 0), 0.7, RED),
        sticks=sticks([(0, 0, 0)] * 9, rng.normal(size=(9, 3)), 0.02, GREEN),
    )
    picture = draw(scene, replace(FRONT, distance=0.5))
    assert picture.shape == (HEIGHT, WIDTH, 4)
    assert (picture[..., 3] == 255).all()


def test_an_empty_scene_is_all_background(draw):
    picture = draw(Scene(background=(0.2, 0.4, 0.6)))
    assert np.unique(picture.reshape(-1, 4), axis=0).tolist() == [[51, 102, 153, 255]]


def test_points_at_infinity_spoil_nothing(draw):
    points = np.array([(0, 0, 0), (np.nan, 0, 0), (np.inf, 0, 0), (1e30, 0, 0)])
    scene = Scene(
        samples=balls(points, 0.2, RED),
        labels=(Label("nowhere", (float("nan"), 0.0, 0.0), BLUE),),
    )
    picture = draw(scene)
    assert hue(at(picture, FRONT, (0, 0, 0))) == "r"
    assert is_background(picture[2, 2], scene)


def test_sprites_beyond_the_limit_of_the_context_become_quads(draw, monkeypatch):
    scene = Scene(samples=balls([(-0.4, 0, 0), (0.4, 0.5, 0)], 0.3, [RED, BLUE]))
    as_sprites = draw(scene)
    monkeypatch.setattr(ncviz.rendering.panels, "point_size_limit", lambda: 8.0)
    as_quads = draw(scene)
    assert not np.array_equal(as_quads, as_sprites)
    assert np.array_equal(as_quads, draw(scene, large_spheres_as_quads=True))
    assert np.abs(as_quads - as_sprites).mean() < 1


def test_a_sprite_larger_than_any_limit_is_whole(draw):
    scene = Scene(samples=balls((0, 0, 0), 1.0, RED))
    camera = replace(FRONT, distance=4)
    picture = draw(scene, camera, width=600, height=600)
    assert largest_sprite(scene.samples, camera, 600) > 255
    assert hue(picture[300, 300 - 140]) == "r"
    assert is_background(picture[2, 2], scene)


def test_the_largest_sprite_is_measured_where_it_is():
    one = balls([(0, -2, 0), (0, 2, 0), (0, -9, 0)], [0.1, 0.2, 5.0], RED)
    expected = 2 * 0.1 * float(FRONT.pixels_per_unit(HEIGHT, 4.0)) + 2
    assert largest_sprite(one, FRONT, HEIGHT) == pytest.approx(expected)
    assert largest_sprite(Balls(), FRONT, HEIGHT) == 0


def test_the_farthest_come_first():
    order = back_to_front(np.float32([(0, 0, 0), (0, 3, 0), (0, -2, 0)]), FRONT)
    assert order.tolist() == [1, 0, 2]


def test_the_same_picture_twice_has_the_same_bytes(draw):
    rng = np.random.default_rng(3)
    scene = Scene(samples=balls(rng.normal(size=(500, 3)), 0.04, RED))
    camera = replace(FRONT, azimuth=33)
    first = draw(scene, camera)
    draw(scene, replace(FRONT, azimuth=120))
    assert np.array_equal(draw(scene, camera), first)


def test_a_stage_that_has_drawn_other_scenes_draws_like_a_fresh_one(draw):
    rng = np.random.default_rng(4)

    def scene(samples, means):
        colors = rng.uniform(size=(samples, 4)).astype(np.float32)
        colors[:, 3] = 1
        return Scene(
            samples=balls(rng.normal(size=(samples, 3)) / 2, 0.05, colors),
            balls=balls(rng.normal(size=(means, 3)) / 2, 0.2, GREEN),
            sticks=sticks(np.zeros((means, 3)), rng.normal(size=(means, 3)), 0.02, RED),
        )

    scenes = [scene(40, 3), scene(40, 3), scene(90, 0), Scene(), scene(7, 5), scene(40, 3)]
    moved = balls(rng.normal(size=(40, 3)) / 2, 0.05, RED).positions
    scenes.append(replace(scenes[-1], samples=replace(scenes[-1].samples, positions=moved)))
    scenes.append(scenes[0])
    for one in scenes:
        used = draw(one, CAMERAS[1])
        with windowless_context():
            fresh = Stage()
        assert np.array_equal(used, draw(one, CAMERAS[1], stage=fresh))


def test_a_label_stands_above_its_ball_in_its_color(draw):
    scene = Scene(
        balls=balls((0, 0, 0.3), 0.1, RED),
        labels=(Label("Sneaker", (0.0, 0.0, 0.3), (0.0, 0.0, 0.0, 1.0), 0.04, radius=0.1),),
    )
    picture = draw(scene, width=480, height=360)
    without = draw(replace(scene, labels=()), width=480, height=360)
    rows, columns = np.nonzero(np.abs(picture - without).max(axis=2) > 100)
    x, y, _ = FRONT.project((0, 0, 0.3), 480, 360)[0]
    top = y - 0.1 * float(FRONT.pixels_per_unit(360, 6.0))
    assert rows.max() < top
    assert rows.min() > top - 3 * 0.04 * 360
    assert (columns.min() + columns.max()) / 2 == pytest.approx(x, abs=3)
    assert picture[rows, columns].min() < 30


def test_a_label_is_crisp_it_is_drawn_pixel_for_pixel(draw):
    """Letters have upright stems: some pixels are as dark as the ink, and few in between."""
    scene = Scene(labels=(Label("HILL", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0), size=0.1),))
    ink = 255 - draw(scene, width=480, height=360)[..., 0]
    assert (ink > 250).sum() > 0.5 * (ink > 30).sum()


def test_labels_behind_the_viewer_are_not_drawn(draw):
    scene = Scene(labels=(Label("here", (0.0, -9.0, 0.0), (0.0, 0.0, 0.0, 1.0)),))
    assert (draw(scene) == 255).all()


@pytest.mark.parametrize("share", [0.2, 0.45, 0.8, 1.7])
def test_a_line_covers_of_each_pixel_what_it_should(draw, share):
    """Also hair lines, which have no whole pixel and are left out of what is solid."""
    camera = ORTHOGRAPHIC
    pixel = 1.0 / float(camera.pixels_per_unit(HEIGHT, 1.0))
    line = sticks((-1, 0, 0.3 * pixel), (1, 0, 0.3 * pixel), share * pixel, BLUE, lit=False)
    picture = draw(Scene(edges=line, fog=0, background=(1.0, 1.0, 1.0)), camera)
    radius = max(share, 0.5)
    rows = np.arange(HEIGHT) + 0.5
    gaps = np.abs(rows - (HEIGHT / 2 - 0.3))
    covered = np.clip(radius - gaps + 0.5, 0, 1)[:, None]
    expected = 255 * (covered * np.array(BLUE[:3]) + (1 - covered))
    assert np.abs(picture[:, WIDTH // 2, :3] - expected).max() <= 1.5
