"""The window without a mouse: what a hand does there, keys do."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import peeled, settle

KEY = Qt.Key


def test_bars_by_arrows_alone(window, qtbot):
    window.enter("Theory")
    sizes = window.current.panel.panel_of("layer-peeled").fields["shape"]
    sizes.setFocus()
    for one in (KEY.Key_Right, KEY.Key_Right, KEY.Key_End):
        qtbot.keyClick(sizes, one)
    settle(qtbot, window)
    assert peeled(window).parameters.sizes[1] == pytest.approx(1e4)
    lengths = np.linalg.norm(peeled(window).optimum.weights, axis=1)
    assert lengths.argmax() == 1
    peeled(window).set(preset="two groups")


def test_the_welcome_page_by_enter(window, qtbot):
    window.enter("Gallery")
    card = window.current.gallery.models["square-loss"]
    card.setFocus()
    qtbot.keyClick(card, KEY.Key_Return)
    settle(qtbot, window)
    assert window.room == "Theory"
    assert window.current.panel.model == "square-loss"
    window.current.open_model("layer-peeled")


def test_the_right_run_by_keys(window, qtbot, imbalanced_run):
    window.enter("Compare")
    assert window.current.open_second(imbalanced_run.path)
    panel = window.current.panel
    panel.linked.setFocus()
    qtbot.keyClick(panel.linked, KEY.Key_Return)
    panel.clock.slider.setFocus()
    qtbot.keyClick(panel.clock.slider, KEY.Key_End)
    settle(qtbot, window)
    assert window.comparison.second.nearest_epoch == 4
    assert window.explorer.nearest_epoch == 0
    panel.linked.click()
    window.comparison.close_second()
