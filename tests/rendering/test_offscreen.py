import os
import subprocess
import sys
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
from patience import HUNG_SECONDS

from ncviz.errors import UserError
from ncviz.rendering.offscreen import gl_description, render
from ncviz.rendering.stage import Stage
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Label, Scene, Sticks

CAMERA = Camera(azimuth=20, elevation=15, distance=6, target=(0, 0, 0))


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(0)
    colors = rng.uniform(size=(200, 4)).astype(np.float32)
    colors[:, 3] = 1
    ends = rng.normal(size=(4, 3)).astype(np.float32)
    tints = np.float32([(0.8, 0.1, 0.1, 1), (0.1, 0.6, 0.2, 0.5), (0, 0, 0.8, 1), (0, 0, 0, 0.4)])
    radii = np.full(4, 0.03, dtype=np.float32)
    return Scene(
        samples=Balls(
            rng.normal(size=(200, 3)).astype(np.float32),
            np.full(200, 0.05, dtype=np.float32),
            colors,
        ),
        balls=Balls(ends, 5 * radii, tints),
        sticks=Sticks(np.zeros_like(ends), ends, radii, tints),
        edges=Sticks(ends, np.roll(ends, 1, axis=0), radii / 5, tints, lit=False),
        labels=tuple(
            Label(f"Class {i}", tuple(map(float, end)), (0.1, 0.1, 0.1, 1.0), 0.05, 0.15)
            for i, end in enumerate(ends)
        ),
        background=(0.98, 0.97, 0.95),
    )


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (201, 133), (64, 301)])
@pytest.mark.parametrize("supersample", [1, 2, 3])
def test_any_size(scene, width, height, supersample):
    picture = render(scene, CAMERA, width, height, supersample=supersample)
    assert picture.shape == (height, width, 4)
    assert picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize("tile", [64, 101, 200])
@pytest.mark.parametrize("field_of_view", [0, 40])
def test_tiles_join_without_a_seam(scene, tile, field_of_view):
    camera = replace(CAMERA, field_of_view=field_of_view)
    whole = render(scene, camera, 203, 151).astype(int)
    tiled = render(scene, camera, 203, 151, largest_tile=tile).astype(int)
    assert np.abs(whole - tiled).max() <= 2


def test_tiles_smaller_than_the_supersampling(scene):
    whole = render(scene, CAMERA, 9, 7, supersample=3).astype(int)
    tiled = render(scene, CAMERA, 9, 7, supersample=3, largest_tile=1).astype(int)
    assert np.abs(whole - tiled).max() <= 2


def test_an_empty_scene_is_all_background():
    picture = render(Scene(background=(0.2, 0.4, 0.6)), CAMERA, 31, 17)
    assert np.unique(picture.reshape(-1, 4), axis=0).tolist() == [[51, 102, 153, 255]]


def test_the_same_call_twice_gives_the_same_bytes(scene):
    assert np.array_equal(render(scene, CAMERA, 200, 150), render(scene, CAMERA, 200, 150))


def test_a_picture_twice_as_large_shows_the_same(scene):
    small = render(scene, CAMERA, 120, 90, supersample=4).astype(float)
    large = render(scene, CAMERA, 240, 180, supersample=2).astype(float)
    reduced = large.reshape(90, 2, 120, 2, 4).mean(axis=(1, 3))
    assert np.abs(small - reduced).max() < 2


def test_a_transparent_picture_over_the_background_is_the_opaque_picture(scene):
    opaque = render(scene, CAMERA, 200, 150).astype(float)
    clear = render(scene, CAMERA, 200, 150, transparent=True).astype(float)
    alpha = clear[..., 3:] / 255
    assert alpha.min() == 0
    assert alpha.max() == 1
    assert ((alpha > 0.2) & (alpha < 0.8)).any()
    over = alpha * clear[..., :3] + (1 - alpha) * 255 * np.array(scene.background)
    assert np.abs(over - opaque[..., :3]).max() < 4


def test_supersampling_only_smooths(scene):
    coarse = render(scene, CAMERA, 200, 150, supersample=1).astype(float)
    fine = render(scene, CAMERA, 200, 150, supersample=3).astype(float)
    assert np.abs(coarse - fine).mean() < 3


@pytest.mark.parametrize("wrong", [{"width": 0}, {"height": -1}, {"supersample": 0}])
def test_sizes_below_one_are_refused(scene, wrong):
    with pytest.raises(ValueError, match="at least 1"):
        render(scene, CAMERA, **({"width": 4, "height": 4} | wrong))


@pytest.mark.parametrize("supersample", [1, 2, 3])
def test_without_alpha_the_colours_are_the_same(scene, supersample):
    whole = render(scene, CAMERA, 90, 60, supersample=supersample)
    bare = render(scene, CAMERA, 90, 60, supersample=supersample, alpha=False)
    assert bare.shape == (60, 90, 3)
    assert np.array_equal(bare, whole[..., :3])
    assert whole[..., 3].min() == 255


def test_nothing_transparent_is_asked_for_without_alpha(scene):
    with pytest.raises(ValueError, match="alpha"):
        render(scene, CAMERA, 9, 6, transparent=True, alpha=False)


def test_a_framebuffer_that_is_kept_leaves_nothing_of_the_picture_before(scene):
    alone = render(scene, CAMERA, 90, 60)
    for width, height in ((90, 60), (40, 60), (3000, 1000), (90, 60)):
        render(replace(scene, background=(1.0, 0.0, 0.0)), CAMERA, width, height)
        again = render(scene, CAMERA, 90, 60)
        assert np.array_equal(again, alone)


def test_a_drawing_that_fails_leaves_a_framebuffer_behind_for_none(scene, monkeypatch):
    alone = render(scene, CAMERA, 90, 60)
    with monkeypatch.context() as failing:
        failing.setattr(Stage, "draw", Mock(side_effect=MemoryError))
        with pytest.raises(MemoryError):
            render(scene, CAMERA, 90, 60)
    assert np.array_equal(render(scene, CAMERA, 90, 60), alone)


def test_the_description_names_maker_drawer_and_version():
    description = gl_description()
    assert all(description)
    assert description.version[0].isdigit()


def run_without_display(code, **environment):
    variables = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
    )


def test_no_display_is_needed_and_the_environment_is_left_alone():
    done = run_without_display(
        "import os, sys\n"
        "from ncviz.rendering.offscreen import render\n"
        "from ncviz.scenes.camera import Camera\n"
        "from ncviz.scenes.scene import Scene\n"
        "before = dict(os.environ)\n"
        "print(render(Scene(background=(0, 0, 1)), Camera(), 3, 2)[0, 0].tolist())\n"
        "print(dict(os.environ) == before, any('Qt' in name for name in sys.modules))\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["[0, 0, 255, 255]", "True False"]
    assert not done.stderr


def test_no_opengl_is_one_sentence_for_the_user():
    done = run_without_display(
        "from ncviz.errors import UserError\n"
        "from ncviz.rendering.offscreen import gl_description\n"
        "try:\n"
        "    gl_description()\n"
        "except UserError as error:\n"
        "    print(error)\n",
        EGL_PLATFORM="x11",
    )
    assert done.returncode == 0, done.stderr
    assert "install" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def test_other_systems_are_sent_to_the_window(monkeypatch):
    from ncviz.rendering import windowless

    monkeypatch.setattr(windowless.sys, "platform", "darwin")
    with pytest.raises(UserError, match="window"):
        windowless._canvas.__wrapped__()
