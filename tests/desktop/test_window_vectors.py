"""Vectors that are dragged in the scene, with the mouse and by keys."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import drag, settle

from ncviz.explorer.room_names import EXPLORE, THEORY


@pytest.fixture
def vectors(window, qtbot):
    """Vectors by hand in the Theory room, as they are at first."""
    window.enter(THEORY)
    room = window.rooms.theory
    before = room.panel.model
    room.open_model("vectors")
    room.desk.put(room.desk.model.parameters())
    room.desk.seek(0)
    settle(qtbot, window)
    yield room.desk
    room.desk.put(room.desk.model.parameters())
    room.open_model(before)
    window.enter(EXPLORE)
    settle(qtbot, window)


def ends(window):
    scene = window.canvas.scene
    return scene.balls.positions[list(scene.handles.balls)]


def pixel(window, place):
    native = window.canvas.native
    x, y, _ = window.canvas.drawing_camera.project(place, native.width(), native.height())[0]
    return round(x), round(y)


def test_an_end_follows_the_mouse_and_the_scene_stays(vectors, window, qtbot):
    camera, before = window.canvas.camera, ends(window)
    start = pixel(window, before[0])
    way = [(start[0] + 10 * k, start[1] + 8 * k) for k in range(5)]
    drag(window.canvas.native, way)
    settle(qtbot, window)
    assert window.canvas.camera == camera
    assert vectors.shown_step == 1
    after = ends(window)
    np.testing.assert_allclose(after[1:], before[1:], atol=1e-6)
    assert np.linalg.norm(after[0] - before[0]) > 0.1
    assert np.abs(np.subtract(pixel(window, after[0]), way[-1])).max() <= 2
    window.commands["edit.undo"].trigger()
    settle(qtbot, window)
    np.testing.assert_allclose(ends(window), before, atol=1e-6)


def test_beside_the_ends_the_scene_is_turned(vectors, window, qtbot):
    camera = window.canvas.camera
    drag(window.canvas.native, [(8, 60), (30, 70), (60, 90)])
    assert window.canvas.camera != camera
    assert vectors.parameters.moves == ()
    window.canvas.set_camera(camera)


def test_tab_chooses_and_arrows_turn(vectors, window, qtbot, key):
    native, before = window.canvas.native, ends(window)
    window.scene_keys.toggle()
    key(native, Qt.Key.Key_Tab)
    key(native, Qt.Key.Key_Tab)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 1
    key(native, Qt.Key.Key_Right)
    key(native, Qt.Key.Key_Up)
    settle(qtbot, window)
    assert vectors.shown_step == 1  # one step, as long as the same one is turned
    after = ends(window)
    assert np.linalg.norm(after[1] - before[1]) > 0.05
    np.testing.assert_allclose(after[[0, 2, 3]], before[[0, 2, 3]], atol=1e-6)
    key(native, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 0


def test_start_anew_and_the_matrix(vectors, window, qtbot):
    room = window.rooms.theory
    field = room.panel.panel_of("vectors").fields["moves"]
    assert field.isEnabled()
    field.click()
    settle(qtbot, window)
    assert vectors.parameters.seed == 1
    matrix = room.plots.page_of("vectors").plot("vector-cosines")
    assert matrix.view.values[0, 1] == pytest.approx(
        float(ends(window)[0] @ ends(window)[1]), abs=1e-5
    )
    assert "vectors" in matrix.in_words()
