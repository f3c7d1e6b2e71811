import io
import itertools
import math
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from ncviz.export.outlines import shape_corners
from ncviz.export.scene_artist import SceneArtist
from ncviz.export.shading import ball_colors, shade, stick_colors
from ncviz.export.vector_scene import Area, Ball, Line, Ring, vector_marks
from ncviz.rendering.offscreen import render
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import SHAPES, Balls, Scene, Sticks, join_sticks

FRONT = Camera(azimuth=0, elevation=0, distance=6, target=(0, 0, 0))
RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


def balls(*points, radius=0.1, colors=None, alpha=1.0, shapes=None):
    colors = colors or [RED] * len(points)
    return Balls(
        np.array(points, dtype=np.float32).reshape(-1, 3),
        np.full(len(points), radius, dtype=np.float32),
        np.array([(*c, alpha) for c in colors], dtype=np.float32).reshape(-1, 4),
        shapes,
    )


def stick(start, end, radius=0.02, color=BLUE, lit=True, alpha=1.0):
    return Sticks(
        np.array([start], dtype=np.float32),
        np.array([end], dtype=np.float32),
        np.array([radius], dtype=np.float32),
        np.array([(*color, alpha)], dtype=np.float32),
        lit,
    )


def test_balls_stand_where_the_camera_sees_them():
    scene = Scene(samples=balls((0.3, 0, 0.5), (-1, 1, 0)))
    marks = vector_marks(scene, FRONT, 200, 100)
    seen = FRONT.project(scene.samples.positions, 200, 100)
    assert len(marks) == 2
    for mark, (x, y, depth) in zip(marks, seen[np.argsort(-seen[:, 2])], strict=True):
        assert (mark.x, mark.y) == pytest.approx((x, 100 - y), abs=1e-3)
        assert mark.radius == pytest.approx(
            0.1 * float(FRONT.pixels_per_unit(100, depth)), rel=1e-5
        )


def test_the_nearer_of_two_balls_is_painted_later():
    near, far = (0, -1, 0), (0, 1, 0)
    for points, colors in (((near, far), (RED, BLUE)), ((far, near), (BLUE, RED))):
        marks = vector_marks(Scene(samples=balls(*points, colors=colors)), FRONT, 100, 100)
        assert [mark.color for mark in marks] == [BLUE, RED]


def test_a_ball_lies_before_one_part_of_a_stick_and_behind_another():
    scene = Scene(samples=balls((0, 0, 0)), sticks=stick((0, -1, 0.05), (0.05, 1, 0)))
    kinds = [type(mark) for mark in vector_marks(scene, FRONT, 100, 100)]
    ball = kinds.index(Ball)
    assert Area in kinds[:ball]
    assert Area in kinds[ball + 1 :]


def test_a_stick_ends_at_the_surface_of_its_ball():
    scene = Scene(balls=balls((1, 0, 0), radius=0.2), sticks=stick((0, 0, 0), (1, 0, 0)))
    marks = vector_marks(scene, FRONT, 100, 100)
    ball = next(mark for mark in marks if isinstance(mark, Ball))
    farthest = max(x for mark in marks if isinstance(mark, Area) for x, _ in mark.points)
    assert ball.x - ball.radius < farthest < ball.x - 0.9 * ball.radius


def test_what_lies_wholly_within_an_opaque_ball_is_left_out():
    inside = balls((0, 0, 0.01), radius=0.05)
    marks = vector_marks(Scene(samples=inside, balls=balls((0, 0, 0))), FRONT, 100, 100)
    assert len(marks) == 1
    glass = Scene(samples=inside, balls=balls((0, 0, 0), alpha=0.5))
    assert [mark.alpha for mark in vector_marks(glass, FRONT, 100, 100)] == [1.0, 0.5]


def test_what_is_behind_the_eye_outside_or_nowhere_is_left_out():
    strange = [(0, -50, 0), (90, 0, 0), (math.nan, 0, 0), (math.inf, 0, 0)]
    assert vector_marks(Scene(samples=balls(*strange)), FRONT, 100, 100) == []
    lost = Scene(sticks=stick((0, 0, 0), (math.nan, 0, 0)), edges=stick((0, -9, 0), (0, 9, 0)))
    assert vector_marks(lost, FRONT, 100, 100) == []


def test_lines_keep_their_colour_where_pieces_meet():
    edge = stick((-1, 0, 0), (1, 0, 0), 0.005, lit=False, alpha=0.5)
    marks = vector_marks(Scene(edges=edge, fog=0.0), FRONT, 100, 100)
    assert {mark.color for mark in marks if isinstance(mark, Line)} == {BLUE}
    assert {mark.alpha for mark in marks} == {0.5}
    for first, second in itertools.pairwise(marks):
        assert first.width == pytest.approx(second.width)


def test_far_things_fade_into_the_background():
    scene = Scene(samples=balls((0, -1, 0), (0, 1, 0)), fog=0.25, background=(1, 1, 1))
    far, near = vector_marks(scene, FRONT, 100, 100)
    assert near.haze < far.haze <= 0.25


def test_the_light_comes_from_the_upper_left():
    colors = ball_colors((0.2, 0.4, 0.8), gloss=1.0, stops=10)
    brightness = colors.sum(axis=1)
    assert (np.diff(brightness[1:]) < 0).all()  # from the highlight outward
    assert brightness[0] > 1.5 * brightness[-1]
    upper_left, lower_right = np.array([[-0.5, 0.5, 0.7], [0.5, -0.5, 0.7]])
    lit, dark = shade((0.5, 0.5, 0.5), [upper_left, lower_right], 0.5)
    assert lit.sum() > dark.sum()
    across = stick_colors((0.5, 0.5, 0.5), [(-0.6, 0.8, 0), (0, 0, 1)], 6)
    assert across[-2].sum() > across[0].sum()


def test_shades_are_those_of_the_screen():
    color = (0.9, 0.6, 0.0)
    scene = Scene(balls=balls((0, 0, 0), radius=1.0, colors=[color]), fog=0.0)
    camera = Camera(azimuth=0, elevation=0, distance=6, target=(0, 0, 0), field_of_view=0)
    pixels = render(scene, camera, 201, 201)[..., :3] / 255
    radius = float(camera.pixels_per_unit(201, 6.0))
    for x, y in ((0, 0), (-0.4, 0.5), (0.6, -0.6), (-0.6, 0.6), (0.9, 0.1), (0, -0.93)):
        normal = [x, y, math.sqrt(1 - x * x - y * y)]
        seen = pixels[round(100 - radius * y), round(100 + radius * x)]
        assert shade(color, [normal], 1.0)[0] == pytest.approx(seen, abs=0.035)


def test_of_two_sticks_side_by_side_one_lies_over_the_other():
    # Both come toward the viewer; the blue one's direction is nearer all along.
    sticks = join_sticks(
        [
            stick((0, 0, 0), (0.5, -0.80, 0), color=BLUE),
            stick((0, 0, 0), (0.51, -0.76, 0), color=RED),
        ]
    )
    marks = vector_marks(Scene(sticks=sticks, fog=0.0), FRONT, 100, 100)
    blue = [mark.color[2] > mark.color[0] for mark in marks]
    pieces = [blue[k] for k in range(0, len(blue), 6)]
    assert sum(a != b for a, b in itertools.pairwise(pieces)) >= 20
    assert pieces[::2] == [False] * len(pieces[::2])  # of each pair the red one first


def test_a_ring_lies_on_top_of_everything():
    scene = Scene(samples=balls((0, -1, 0)), rings=balls((0, 1, 0), radius=0.05))
    marks = vector_marks(scene, FRONT, 100, 100)
    assert [type(mark) for mark in marks] == [Ball, Ring]
    assert marks[1].halo > marks[1].width
    assert marks[1].radius == pytest.approx(3.0, abs=0.5)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_each_shape_has_an_outline_of_about_its_radius(shape):
    corners = shape_corners(shape)
    if SHAPES[shape] == "sphere":
        assert corners == ()
        return
    lengths = [math.hypot(x, y) for x, y in corners]
    assert 0.9 < max(lengths) < 1.5
    assert len(set(corners)) == len(corners) >= 3
    area = sum(
        x0 * y1 - x1 * y0
        for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True)
    )
    assert area / 2 > 1  # counted counter-clockwise, about as large as the others


def test_samples_have_the_outlines_that_the_window_draws():
    pale = balls((-0.5, 0, 0), (0.5, 0, 0))
    lines = np.array([(0.2, 0.3, 0.4, 1.0), (0.2, 0.3, 0.4, 0.0)], dtype=np.float32)
    scene = Scene(samples=replace(pale, outlines=lines), fog=0.0)
    left, right = sorted(vector_marks(scene, FRONT, 100, 100), key=lambda mark: mark.x)
    assert left.outline == pytest.approx((0.2, 0.3, 0.4))
    assert right.outline is None


@pytest.mark.parametrize("file_format", ["svg", "pdf"])
@pytest.mark.parametrize("shapes", [None, np.array([1.0], dtype=np.float32)])
def test_an_outline_is_written_once_for_each_ball_that_has_one(file_format, shapes):
    ball = balls((0, 0, 0), shapes=shapes)
    scene = Scene(samples=replace(ball, outlines=np.array([(0.2, 0.4, 0.6, 1.0)])), fog=0.0)

    def written(one):
        figure = Figure(figsize=(2, 2))
        figure.add_axes((0, 0, 1, 1)).add_artist(SceneArtist(one, FRONT, False, 0))
        figure.axes[0].set_axis_off()
        out = io.BytesIO()
        with mpl.rc_context({"pdf.compression": 0}):
            figure.savefig(out, format=file_format)
        return out.getvalue().decode("latin-1")

    line = "#336699" if file_format == "svg" else "0.2 0.4 0.6 RG"
    assert written(scene).count(line) == 1
    assert line not in written(Scene(samples=ball, fog=0.0))
