"""Programs are compiled while the window rests, not when the first sample is pinned."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from sample_parts import clear_sample, rest
from vispy import gloo
from vispy.gloo.glir import GlirProgram, GlirShader
from window_parts import hover, settle

from ncviz.desktop.scene import canvas as canvas_module
from ncviz.scenes import trails
from ncviz.scenes.scene import Scene

LEFT = Qt.MouseButton.LeftButton


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


def on_the_screen(canvas):
    """Return the pixels that were drawn last, without drawing them anew."""
    canvas.vispy_canvas.set_current()
    return gloo.read_pixels((0, 0, *canvas.physical_size), alpha=False).copy()


def test_at_rest_all_is_drawn_once_out_of_sight(make_window, qtbot, small_run, compiled):
    window = make_window(run=small_run.path)
    canvas = window.canvas
    qtbot.waitUntil(lambda: canvas.frames > 0)
    settle(qtbot, window)
    seen, frames = on_the_screen(canvas), canvas.frames
    assert not canvas.rehearsed, "the picture comes first"
    assert np.ptp(seen) > 100
    qtbot.waitUntil(lambda: canvas.rehearsed)
    if canvas.frames == frames:  # else the window system asked for the picture again
        np.testing.assert_array_equal(on_the_screen(canvas), seen)

    compiled.clear()
    row, point = clear_sample(window)
    qtbot.mouseClick(canvas.native, LEFT, pos=point)
    settle(qtbot, window)
    assert window.explorer.view.pinned == (row,)
    window.explorer.go_to(5)
    window.explorer.hover(row + 1)
    window.appearance.set("shapes", True)
    settle(qtbot, window)
    frames = canvas.frames
    canvas.set_camera(replace(canvas.camera, distance=0.6))  # samples as large as they get
    qtbot.waitUntil(lambda: canvas.frames > frames)
    window.appearance.set("shapes", False)
    settle(qtbot, window)
    assert len(canvas.scene.rings) == 2
    assert len(canvas.scene.trails) > 0
    assert not compiled
    rest(window)


def test_closing_the_window_calls_it_off(make_window, qtbot, small_run):
    window = make_window(run=small_run.path)
    canvas = window.canvas
    qtbot.waitUntil(lambda: canvas.frames > 0)
    assert canvas._rehearsal.isActive()
    window.close()
    assert not canvas._rehearsal.isActive()
    canvas._put_off_rehearsal()  # as a last frame would, that Qt may still ask for
    assert not canvas._rehearsal.isActive()


def test_a_pointer_on_its_way_puts_it_off(window):
    canvas = window.canvas
    canvas.rehearsed = False
    canvas._rehearsal.stop()
    hover(canvas.native, (9, 9))
    assert canvas._rehearsal.isActive()
    assert canvas._rehearsal.interval() == canvas_module.REST_BEFORE_REHEARSAL
    canvas.rehearsed = True
    canvas._rehearsal.stop()
    hover(canvas.native, (30, 30))
    assert not canvas._rehearsal.isActive(), "once is enough"


def test_one_frame_shows_all_that_waits(window, qtbot):
    """What is written over the scene brings a frame along; no second one may follow it."""
    canvas = window.canvas
    settle(qtbot, window)
    scene = Scene()
    canvas.limit_frames(60_000)
    canvas.set_scene(scene)
    assert canvas._pacer.isActive()
    canvas.native.repaint()
    assert not canvas._pacer.isActive()
    assert canvas.picture.panels[0].scene is scene
    canvas.limit_frames(0)


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
def test_a_frame_waits_for_no_timer(window, qtbot, long):
    """It is composed with the plots that changed, which costs the window one frame, not two."""
    canvas = window.canvas
    settle(qtbot, window)
    # Names of the frame before are placed anew a little later, on a busy machine in the same turn.
    qtbot.waitUntil(lambda: canvas.names_rest)
    frames = canvas.frames
    canvas._took = 1.0 if long else 0.0
    canvas.set_scene(Scene())
    # One that takes long has a turn of its own, at once, where the canvas stands alone.
    assert canvas._pacer.isActive() == (long and canvas._stands_alone)
    assert not long or not canvas._stands_alone or canvas._pacer.interval() == 0
    qtbot.waitUntil(lambda: canvas.frames > frames)
    assert canvas.frames == frames + 1


def test_the_past_is_looked_up_before_a_sample_is_pinned(window, qtbot, monkeypatch):
    window.explorer.go_to(20)
    settle(qtbot, window)
    looked_up = []
    monkeypatch.setattr(trails, "aligned", lambda *where: looked_up.append(where))
    window.current.pin(0, int(window.canvas.scene.sample_ids[0]))
    settle(qtbot, window)
    assert len(window.canvas.scene.trails) > 0
    assert not looked_up


def test_a_closed_canvas_asks_for_no_frame(make_window, small_run):
    window = make_window(run=small_run.path)
    window.close()
    window.canvas.set_camera(replace(window.canvas.camera, azimuth=10.0))
    assert not window.canvas._pacer.isActive()
