"""Clicks on samples pin them, and trails follow them through the epochs."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from sample_parts import clear_sample, rest
from window_parts import press_class, settle

from ncviz.scenes.palette import LIGHT, class_color, rgb

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pinned(window, qtbot):
    """Return the row of a sample that was pinned by a click at the first epoch."""
    row, point = clear_sample(window)
    qtbot.mouseClick(window.canvas.native, LEFT, pos=point)
    settle(qtbot, window)
    yield row
    rest(window)


def place_of_row(scene, row):
    return scene.samples.positions[scene.sample_ids.tolist().index(row)]


def test_a_click_pins_a_sample_and_another_lets_it_go(window, qtbot, pinned):
    assert window.explorer.view.pinned == (pinned,)
    scene = window.canvas.scene
    assert np.allclose(scene.rings.positions[0], place_of_row(scene, pinned))
    _, point = clear_sample(window)
    qtbot.mouseClick(window.canvas.native, LEFT, pos=point)
    settle(qtbot, window)
    assert window.explorer.view.pinned == ()
    assert len(window.canvas.scene.rings) == 0


def test_a_pinned_sample_draws_a_trail(window, qtbot, key, pinned):
    assert len(window.canvas.scene.trails) == 0, "nothing came before the first epoch"
    places = [place_of_row(window.canvas.scene, pinned)]
    for steps in (1, 2, 3):
        key(window, Qt.Key.Key_Right)
        settle(qtbot, window)
        scene = window.canvas.scene
        places.append(place_of_row(scene, pinned))
        assert len(scene.trails) == steps
        assert np.allclose(scene.trails.starts, places[:-1], atol=1e-5)
        assert np.allclose(scene.trails.ends[-1], places[-1], atol=1e-5)
    label = int(window.explorer.run.probe.labels[pinned])
    assert scene.trails.colors[0, :3] == pytest.approx(rgb(class_color(label, LIGHT)), abs=1e-6)
    assert (np.diff(scene.trails.colors[:, 3]) > 0).all(), "the past fades"
    # Back in time the trail is shorter again.
    key(window, Qt.Key.Key_Home)
    settle(qtbot, window)
    assert len(window.canvas.scene.trails) == 0
    assert len(window.canvas.scene.rings) == 1


def test_u_lets_all_go(window, qtbot, key, pinned):
    window.explorer.pin(pinned + 1)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 2
    key(window, Qt.Key.Key_U)
    settle(qtbot, window)
    assert window.explorer.view.pinned == ()
    assert len(window.canvas.scene.rings) == 0


def test_pins_stay_in_another_layer_and_in_all_of_them(window, qtbot, key, pinned):
    window.playback.step(2)
    key(window, Qt.Key.Key_Up)
    settle(qtbot, window)
    scene = window.canvas.scene
    assert np.allclose(scene.rings.positions[0], place_of_row(scene, pinned))
    window.enter("Layers")
    settle(qtbot, window)
    for panel in window.canvas.picture.panels:
        ring = panel.scene.rings
        assert np.allclose(ring.positions[0], place_of_row(panel.scene, pinned))
        assert ring.colors[0, :3] == pytest.approx(rgb(LIGHT.accent), abs=1e-6)
        assert len(panel.scene.trails) == 2


def test_a_hidden_class_takes_its_pins_along(window, qtbot, pinned):
    label = int(window.explorer.run.probe.labels[pinned])
    press_class(qtbot, window.frame.legend, label)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 0
    press_class(qtbot, window.frame.legend, label)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 1
