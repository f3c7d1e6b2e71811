"""Several scenes on one canvas: where they are, what parts them, what lies on top."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import BLUE, CAMERAS, FRONT, GREEN, ORTHOGRAPHIC, RED, balls, hue, is_background, sticks

from ncviz.rendering.offscreen import render
from ncviz.rendering.panels import _MARGIN
from ncviz.rendering.stage import Stage
from ncviz.scenes.palette import DARK, LIGHT, rgb
from ncviz.scenes.scene import Balls, Panel, Picture, Scene, grid_of_panels, one_panel

SIZE = 331, 257  # odd on purpose
POINT = (0.3, -0.2, 0.25)


def panel_scene(color, **more):
    return Scene(samples=balls(POINT, 0.09, color), background=rgb(LIGHT.background), **more)


def seen_at(picture, panel, camera, point):
    x, y, wide, high = panel.pixels(picture.shape[1], picture.shape[0])
    right, down, _ = camera.project(point, wide, high)[0]
    return picture[y + int(down), x + int(right)]


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("quads", [False, True])
def test_each_panel_shows_its_scene_where_the_camera_projects_it(draw, camera, quads):
    colors = [RED, GREEN, BLUE, GREEN, RED]
    picture = grid_of_panels([panel_scene(c) for c in colors], [""] * 5, 1.29)
    pixels = draw(picture, camera, *SIZE, large_spheres_as_quads=quads)
    seen = [hue(seen_at(pixels, panel, camera, POINT)) for panel in picture.panels]
    assert seen == ["r", "g", "b", "g", "r"]


def test_each_panel_may_have_its_own_camera(draw):
    cameras = [FRONT, replace(ORTHOGRAPHIC, azimuth=130), replace(FRONT, distance=9, elevation=50)]
    picture = grid_of_panels([panel_scene(c) for c in (RED, GREEN, BLUE)], [""] * 3, 1.29)
    pixels = draw(picture, FRONT, *SIZE, cameras=cameras)
    for panel, camera, letter in zip(picture.panels, cameras, "rgb", strict=True):
        assert hue(seen_at(pixels, panel, camera, POINT)) == letter


def test_a_panel_is_the_picture_its_scene_would_be_alone(draw):
    scene = replace(panel_scene(RED), balls=balls((-0.4, 0, 0), 0.2, BLUE))
    picture = Picture((Panel(scene, 0.25, 0.5, 0.5, 0.5), Panel(Scene(), 0.0, 0.0, 1.0, 0.5)))
    pixels = draw(picture, FRONT, 400, 300)
    alone = draw(scene, FRONT, 200, 150)
    inside = slice(2, -2)
    apart = np.abs(pixels[150:300, 100:300][inside, inside] - alone[inside, inside])
    assert apart.max() <= 2


def test_nothing_leaves_its_panel(draw):
    wide = Scene(samples=balls(np.random.default_rng(1).normal(size=(300, 3)), 0.2, RED), fog=0)
    picture = Picture((Panel(wide, 0, 0, 0.5, 1), Panel(Scene(), 0.5, 0, 0.5, 1)))
    pixels = draw(picture, FRONT, 200, 150)
    assert hue(pixels[75, 97]) == "r"
    assert (pixels[:, 102:, :3] == 255).all()


def test_a_sample_whose_centre_is_just_outside_is_not_cut_away(draw):
    unit = float(FRONT.pixels_per_unit(180, 6.0))
    scene = Scene(samples=balls(((120 + 8) / unit, 0, 0), 20 / unit, RED), fog=0)
    assert _MARGIN > 8
    assert hue(draw(scene, FRONT, 240, 180)[90, 238]) == "r"


def test_panels_have_their_own_backgrounds(draw):
    papers = [(1.0, 0.5, 0.0), (0.0, 0.5, 1.0)]
    picture = grid_of_panels([Scene(background=paper) for paper in papers], ["", ""], 2.0)
    pixels = draw(picture, FRONT, 200, 100)
    assert is_background(pixels[50, 50], picture.panels[0].scene)
    assert is_background(pixels[50, 150], picture.panels[1].scene)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_quiet_line_parts_panels_and_the_accent_frames_the_chosen_one(draw, theme):
    scenes = [Scene(background=rgb(theme.background))] * 4
    pixels = draw(grid_of_panels(scenes, [""] * 4, 1.0), FRONT, 200, 200)
    line = 255 * np.array(rgb(theme.line))
    assert np.abs(pixels[50, 100, :3] - line).max() <= 1
    assert np.abs(pixels[100, 50, :3] - line).max() <= 1
    assert is_background(pixels[50, 99], scenes[0])
    chosen = draw(grid_of_panels(scenes, [""] * 4, 1.0, chosen=0), FRONT, 200, 200)
    accent = 255 * np.array(rgb(theme.accent))
    for row, column in [(0, 50), (50, 0), (50, 99), (99, 50)]:
        assert np.abs(chosen[row, column, :3] - accent).max() <= 1
    assert is_background(chosen[150, 150], scenes[0])


def test_titles_stand_at_the_top_left_and_are_cut_where_there_is_no_room(draw):
    blank = Scene(background=rgb(LIGHT.background))
    names = ["Raw input", "A name that is much longer than its panel is wide"]
    pixels = draw(grid_of_panels([blank, blank], names, 2.0), FRONT, 400, 200)
    ink = np.abs(pixels[..., :3] - 255 * np.array(blank.background)).max(axis=2) > 60
    ink[:, 198:203] = False
    for half in (ink[:, :200], ink[:, 200:]):
        rows, columns = np.nonzero(half)
        assert rows.max() < 30
        assert 5 <= columns.min() <= 14
    assert np.nonzero(ink)[1].max() < 396


def test_larger_words_for_the_lecture_room(draw, stage):
    picture = Picture((Panel(Scene(), title="Layer 3"),))
    usual = (draw(picture, FRONT, 400, 300) < 128).any(axis=2).sum()
    stage.text_scale = 1.5
    try:
        large = (draw(picture, FRONT, 400, 300) < 128).any(axis=2).sum()
    finally:
        stage.text_scale = 1.0
    assert large > 1.6 * usual


def test_a_ring_lies_on_top_and_is_never_too_small_to_see(draw):
    point = (0.3, 0.0, -0.2)
    scene = Scene(
        samples=balls((0.3, -1.0, -0.17), 0.3, RED),
        rings=balls(point, 0.001, (0.0, 0.0, 1.0, 1.0)),
        fog=0,
    )
    pixels = draw(scene, FRONT, 240, 180)
    x, y, _ = FRONT.project(point, 240, 180)[0]
    for right, down in [(7, 0), (-7, 0), (0, 7), (0, -7)]:
        pixel = pixels[int(y + down), int(x + right)]
        assert pixel[2] > 200
        assert pixel[0] < 80
    assert hue(pixels[int(y), int(x)]) == "r"
    blue = (pixels[..., 2] > 180) & (pixels[..., 0] < 100)
    assert blue.sum() == pytest.approx(2 * np.pi * 7 * 2.5, rel=0.35)


def test_a_ring_around_a_ball_is_as_large_as_the_ball_and_stays_in_its_panel(draw):
    scene = Scene(rings=balls((0, 0, 0), 0.5, (0.0, 0.0, 1.0, 1.0)))
    radius = 0.5 * float(FRONT.pixels_per_unit(300, 6.0))
    pixels = draw(scene, FRONT, 400, 300)
    assert hue(pixels[150, int(200 + radius)]) == "b"
    close = replace(scene, rings=balls((1.0, 0, 0), 0.5, (0.0, 0.0, 1.0, 1.0)))
    picture = grid_of_panels([close, Scene()], ["", ""], 2.0)
    assert (draw(picture, FRONT, 240, 180)[:, 122:, :3] == 255).all()


def test_a_ring_behind_the_viewer_is_not_drawn(draw):
    assert (draw(Scene(rings=balls((0, -9, 0), 0.1, RED))) == 255).all()


def test_a_trail_fades_into_the_past(draw):
    colors = np.float32([(0.0, 0.0, 1.0, 0.2), (0.0, 0.0, 1.0, 0.9)])
    trail = sticks([(-1, 0, 0), (0, 0, 0)], [(0, 0, 0), (1, 0, 0)], 0.03, colors, lit=False)
    pixels = draw(Scene(trails=trail, fog=0))
    old, new = (pixels[90, int(120 + dx), 0] for dx in (-25, 25))
    assert 180 < old < 230
    assert new < 60


def test_only_changed_arrays_are_uploaded(draw, stage, monkeypatch):
    scenes = [panel_scene(color) for color in (RED, GREEN, BLUE)]
    draw(grid_of_panels(scenes, [""] * 3, 1.29), FRONT, *SIZE)
    uploads = []
    kind = type(stage._panels[0]._samples)
    upload = kind._upload

    def spy(self, attribute, array):
        uploads.append(attribute)
        upload(self, attribute, array)

    monkeypatch.setattr(kind, "_upload", spy)
    draw(grid_of_panels(scenes, [""] * 3, 1.29), FRONT, *SIZE)
    assert uploads == []
    moved = replace(scenes[1].samples, positions=scenes[1].samples.positions + np.float32(0.1))
    scenes[1] = replace(scenes[1], samples=moved)
    draw(grid_of_panels(scenes, [""] * 3, 1.29), FRONT, *SIZE)
    assert uploads == ["a_position"]


def test_fewer_panels_after_many_draw_like_a_fresh_stage(draw):
    many = grid_of_panels([panel_scene(c) for c in (RED, GREEN, BLUE)], ["a", "b", "c"], 1.29)
    draw(many, FRONT, *SIZE)
    one = one_panel(panel_scene(BLUE))
    used = draw(one, FRONT, *SIZE)
    assert np.array_equal(used, draw(one, FRONT, *SIZE, stage=Stage()))


def crowd(shapes=None):
    rng = np.random.default_rng(5)
    samples = balls(rng.normal(size=(60, 3)) / 2, 0.08, RED)
    if shapes is not None:
        samples = replace(samples, shapes=shapes)
    return Scene(
        samples=samples,
        balls=balls(rng.normal(size=(3, 3)) / 2, 0.2, GREEN),
        rings=Balls(samples.positions[:2], samples.radii[:2], samples.colors[:2]),
    )


@pytest.mark.parametrize("shapes", [None, np.arange(60, dtype=np.float32) % 7])
@pytest.mark.parametrize("tile", [64, 101])
def test_a_picture_of_panels_drawn_in_tiles_has_no_seam(shapes, tile):
    picture = grid_of_panels([crowd(shapes)] * 3, ["one", "two", "three"], 1.29, chosen=1)
    whole = render(picture, FRONT, *SIZE).astype(int)
    tiled = render(picture, FRONT, *SIZE, largest_tile=tile).astype(int)
    assert np.abs(whole - tiled).max() <= 2


def test_a_transparent_picture_of_panels():
    picture = grid_of_panels([panel_scene(RED)] * 2, ["", ""], 2.0)
    pixels = render(picture, FRONT, 200, 100, transparent=True)
    assert pixels[5, 5, 3] == 0
    assert seen_at(pixels, picture.panels[1], FRONT, POINT)[3] == 255
