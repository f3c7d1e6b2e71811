"""What is drawn out of sight compiles all programs, and leaves no trace."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import BLUE, FRONT, GREEN, HEIGHT, RED, WIDTH, balls, sticks
from vispy import gloo
from vispy.gloo.glir import GlirProgram, GlirShader

from ncviz.rendering.stage import Stage
from ncviz.rendering.windowless import windowless_context
from ncviz.scenes.scene import Label, Scene

LINE = sticks((-0.5, 0, 0), (0.5, 0.2, 0.3), 0.02, (*RED[:3], 0.5), lit=False)
PLAIN = Scene(balls=balls((0.4, 0, 0), 0.2, BLUE))
SAMPLE = balls((-0.2, 0.1, 0.3), 0.12, GREEN)
SHAPE = replace(SAMPLE, shapes=np.full(1, 2, np.float32))
KINDS = {
    "ring": (replace(PLAIN, rings=balls((-0.2, 0, 0), 0.1, RED)), False),
    "trail": (replace(PLAIN, trails=LINE), False),
    "label": (replace(PLAIN, labels=(Label("one", (0, 0, 0.5), RED),)), False),
    "sample": (replace(PLAIN, samples=SAMPLE), False),
    "large sample": (replace(PLAIN, samples=SAMPLE), True),
    "shape": (replace(PLAIN, samples=SHAPE), False),
    "large shape": (replace(PLAIN, samples=SHAPE), True),
}


@pytest.fixture
def compiled(monkeypatch):
    """Return the list of shaders and programs that are compiled and linked from now on."""
    made = []
    for kind, name in ((GlirShader, "set_data"), (GlirProgram, "link_program")):
        does = getattr(kind, name)

        def count(thing, *arguments, does=does):
            made.append(thing)
            return does(thing, *arguments)

        monkeypatch.setattr(kind, name, count)
    return made


@pytest.fixture
def framebuffer():
    with windowless_context():
        size = HEIGHT, WIDTH
        made = gloo.FrameBuffer(gloo.RenderBuffer(size, 0x8058), gloo.RenderBuffer(size, 0x81A6))
        with made:
            yield made


def show(stage, framebuffer, scene, as_quads=False):
    stage.set_scene(scene)
    stage.forget_labels()
    stage.draw(FRONT, WIDTH, HEIGHT, large_spheres_as_quads=as_quads)
    return framebuffer.read().astype(int)


def rehearsed(stage):
    for steps in range(1, 20):
        if not stage.rehearse():
            return steps
    raise AssertionError("the rehearsal never ends")


def test_after_it_nothing_is_compiled(framebuffer, compiled):
    stage = Stage()
    show(stage, framebuffer, PLAIN)
    before = len(compiled)
    steps = rehearsed(stage)
    assert len(compiled) - before >= 5 * 3, "else there is nothing to rehearse"
    assert steps >= 5, "one program at a time"
    compiled.clear()
    for scene, as_quads in KINDS.values():
        show(stage, framebuffer, scene, as_quads)
    assert not compiled


def test_no_step_compiles_more_than_the_overlay_has_programs(framebuffer, compiled):
    stage = Stage()
    show(stage, framebuffer, PLAIN)
    more = True
    while more:
        compiled.clear()
        more = stage.rehearse()
        assert len(compiled) <= 2 * 3


def test_no_pixel_changes(framebuffer):
    stage = Stage()
    everything = replace(PLAIN, samples=SAMPLE, trails=LINE, rings=balls((0, 0, 0), 0.1, RED))
    before = show(stage, framebuffer, everything)
    rehearsed(stage)
    np.testing.assert_array_equal(framebuffer.read(), before)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_after_it_are_those_without_it(framebuffer, kind):
    scene, as_quads = KINDS[kind]
    expected = show(Stage(), framebuffer, scene, as_quads)
    stage = Stage()
    rehearsed(stage)
    np.testing.assert_array_equal(show(stage, framebuffer, scene, as_quads), expected)


def test_it_is_done_once(framebuffer, compiled):
    stage = Stage()
    rehearsed(stage)
    compiled.clear()
    assert not stage.rehearse()
    assert not compiled
