"""The legend over the scene: a click hides a class, Alt-click keeps it alone, plots follow."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from sample_parts import classes_of, make_plots, rest
from window_parts import press_class, settle

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "classes", "matrix", "norms")


@pytest.fixture(autouse=True)
def _in_order(window, qtbot):
    window.plots.set_layout(("classes", "matrix", "norms"))
    settle(qtbot, window)
    yield
    rest(window)


def click(window, qtbot, number, keys=Qt.KeyboardModifier.NoModifier):
    press_class(qtbot, window.frame.legend, number, keys)
    settle(qtbot, window)


def seen_in_plots(window):
    lines = set(map(int, window.plots.plot("classes").curves))
    matrix = set(window.plots.plot("matrix").view.numbers)
    norms = {int(t.key[1:]) for t in window.plots.plot("norms").traces}
    return lines, matrix, norms


def test_a_click_hides_a_class_and_the_rest_stays(window, qtbot):
    before = window.canvas.scene
    assert classes_of(window) == {0, 1, 2, 3}
    click(window, qtbot, 1)
    scene = window.canvas.scene
    assert classes_of(window) == {0, 2, 3}
    # Four vertices stay; of means and rows three are left.
    assert (len(before.balls), len(scene.balls)) == (12, 10)
    assert [label.text for label in scene.labels] == ["class 0", "class 2", "class 3"]
    rows = np.isin(before.sample_ids, scene.sample_ids)
    assert np.array_equal(before.samples.positions[rows], scene.samples.positions)
    assert seen_in_plots(window) == ({0, 2, 3}, {0, 2, 3}, {0, 2, 3})
    click(window, qtbot, 1)
    assert classes_of(window) == {0, 1, 2, 3}
    assert seen_in_plots(window) == ({0, 1, 2, 3}, {0, 1, 2, 3, 4}, {0, 1, 2, 3})


def test_alt_click_keeps_a_class_alone(window, qtbot):
    click(window, qtbot, 2, ALT)
    assert classes_of(window) == {2}
    assert seen_in_plots(window)[0] == {2}
    click(window, qtbot, 2, ALT)
    assert classes_of(window) == {0, 1, 2, 3}


def test_the_last_class_stays(window, qtbot):
    click(window, qtbot, 2, ALT)
    click(window, qtbot, 2)
    assert classes_of(window) == {2}
    assert window.frame.legend.entries[2].checked


def test_h_brings_all_back(window, qtbot, key):
    click(window, qtbot, 0)
    click(window, qtbot, 3)
    assert classes_of(window) == {1, 2}
    key(window, Qt.Key.Key_H)
    settle(qtbot, window)
    assert classes_of(window) == {0, 1, 2, 3}


def test_the_legend_by_keys(window, qtbot, key):
    window.frame.legend.setFocus()
    key(window, Qt.Key.Key_Right, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert classes_of(window) == {0, 2, 3}
    key(window, (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier))
    settle(qtbot, window)
    assert classes_of(window) == {1}
    assert not window.player.playing


def test_a_class_that_was_chosen_comes_into_the_legend(window, qtbot, key):
    key(window, Qt.Key.Key_A)
    settle(qtbot, window)
    assert [entry.number for entry in window.frame.legend.entries] == [0, 1, 2, 3, 4]
    assert classes_of(window) == {0, 1, 2, 3, 4}
    click(window, qtbot, 4)
    assert classes_of(window) == {0, 1, 2, 3}
    assert len(window.canvas.scene.balls) == 5 + 4 + 4, "the projection stays that of five"
