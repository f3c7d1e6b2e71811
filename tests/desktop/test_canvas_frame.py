"""What is written over the scene."""

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QApplication
from window_parts import dress_now, pixels_of

from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.scene_frame import MARGIN, SceneFrame
from ncviz.runs.manifest import Manifest
from ncviz.scenes.palette import LIGHT
from ncviz.scenes.scene import Scene, grid_of_panels
from ncviz.scenes.view import View


@pytest.fixture
def frame(qapp, qtbot):
    dress_now(LIGHT)
    frame = SceneFrame(NoCanvas("No OpenGL here."))
    frame.resize(800, 500)
    frame.show()
    qtbot.waitExposed(frame)
    yield frame
    frame.close()
    frame.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def panels(count):
    return grid_of_panels([Scene()] * count, [str(k) for k in range(count)], 1.6)


def test_the_moment_stands_on_a_plate_in_the_corner(frame):
    frame.show_words("Epoch 12", "layer 7", "A caption.")
    assert frame.moment.isVisible()
    plate = pixels_of(frame.moment.grab().toImage())[2, 8]
    assert (plate != pixels_of(frame.canvas.native.grab().toImage())[-1, -1]).any()
    assert frame.moment.y() < frame.note.y()
    assert abs(frame.note.x() - frame.moment.x()) < 5
    assert frame.caption.text() == "A caption."


def test_interpolation_is_said_beside_the_moment(frame):
    frame.show_words("Epoch 12", "layer 7", "", between="between epochs 10 and 20")
    assert frame.between.isVisible()
    assert frame.between.text() == "between epochs 10 and 20"
    assert frame.between.x() > frame.moment.geometry().right()
    frame.show_words("Epoch 13", "layer 7", "")
    assert not frame.between.isVisible()


def test_nothing_to_say_leaves_no_empty_plate(frame):
    frame.show_words("", "", "Open a run.")
    assert not frame.moment.isVisible()
    assert not frame.note.isVisible()


@pytest.mark.parametrize("count", [1, 8])
def test_beside_panels_with_titles_the_moment_stands_below(frame, count):
    frame.canvas.set_picture(panels(count))
    frame.show_words("Epoch 12", "layer 7", "", between="between epochs 10 and 20")
    native = frame.canvas.native
    for label in (frame.moment, frame.note, frame.between):
        assert label.geometry().right() <= native.width()
        assert label.y() > native.height() / 2
    assert frame.moment.y() < frame.note.y()
    assert frame.between.geometry().right() < frame.moment.x()
    free = native.height() - frame.canvas.foot
    assert all(label.y() >= free for label in (frame.moment, frame.note, frame.between))
    frame.canvas.set_scene(Scene())
    frame.show_words("Epoch 12", "layer 7", "")
    assert frame.moment.y() < MARGIN


def test_the_moment_keeps_off_a_wide_legend(frame):
    names = tuple(f"a long name {k}" for k in range(10))
    frame.legend.show_view(Manifest("", names, ()), View(classes=tuple(range(10))))
    frame.canvas.set_picture(panels(2))
    frame.show_words("Epoch 600", "layer 7 · 3-D shadow of 9 dimensions", "")
    for label in (frame.moment, frame.note):
        assert not label.geometry().intersects(frame.legend.geometry())


def test_a_long_note_wraps(frame):
    frame.show_words("Epoch 1", "a rather long note " * 12, "")
    assert frame.note.width() <= frame.canvas.native.width() - 2 * MARGIN
    assert frame.note.height() > 30
    frame.show_words("Epoch 1", "short", "")
    assert frame.note.height() < 30
