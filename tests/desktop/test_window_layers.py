"""Layers: all of them side by side; a click makes one large."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QRect, Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import classes_of, clear_sample, rest, row_at
from window_parts import hover, press_class, settle

from ncviz.explorer.room_names import EXPLORE, LAYERS
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.panel_fit import fit_into_panel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def layers(window, qtbot, key):
    key(window, (Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, window)
    yield window
    QApplication.sendEvent(window.canvas.native, QEvent(QEvent.Type.Leave))
    rest(window)


def boxes(window):
    size = window.canvas.native.width(), window.canvas.native.height()
    return [QRect(*panel.pixels(*size)) for panel in window.canvas.picture.panels]


def test_each_layer_has_its_panel(layers):
    picture, run = layers.canvas.picture, layers.explorer.run
    assert [panel.title for panel in picture.panels] == [x.name for x in run.manifest.layers]
    assert [panel.chosen for panel in picture.panels] == [False, False, True]
    for number, panel in enumerate(picture.panels):
        alone = compose(run, replace(layers.explorer.view, layer=number))
        distance = layers.framing.panel_distance(run, layers.explorer.view)
        fitted = fit_into_panel(alone, distance)
        assert np.array_equal(panel.scene.samples.positions, fitted.samples.positions)


def test_all_layers_in_one_row(layers, qtbot):
    button = layers.frame.tools.row
    assert button.isVisible()
    button.click()
    settle(qtbot, layers)
    assert [p.left for p in layers.canvas.picture.panels] == pytest.approx([0, 1 / 3, 2 / 3])
    assert len({panel.top for panel in layers.canvas.picture.panels}) == 1
    layers.enter("Explore")
    assert not button.isVisible()
    layers.enter("Layers")
    settle(qtbot, layers)
    assert len({panel.top for panel in layers.canvas.picture.panels}) == 1
    button.click()
    settle(qtbot, layers)
    assert len(layers.canvas.picture.panels) == 3


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1000, 640)])
def test_nothing_lies_over_the_panels(layers, qtbot, size):
    layers.resize(*size)
    settle(qtbot, layers)
    qtbot.waitUntil(lambda: layers.canvas.foot > 0)
    layers.playback.seek(3.4)  # between two epochs there is most to say
    settle(qtbot, layers)
    frame = layers.frame
    over = [frame.legend, frame.tools, frame.moment, frame.note, frame.between]
    native = layers.canvas.native.rect()
    for widget in over:
        assert widget.isVisible()
        assert native.contains(widget.geometry())
        assert not any(box.intersects(widget.geometry()) for box in boxes(layers))
        others = [other for other in over if other is not widget]
        assert not any(widget.geometry().intersects(other.geometry()) for other in others)


def test_a_click_makes_one_large_and_undo_goes_back(layers, qtbot, key):
    box = boxes(layers)[0]
    spot = QPoint(box.left() + 6, box.bottom() - 6)
    assert row_at(layers, spot) is None
    qtbot.mouseClick(layers.canvas.native, LEFT, pos=spot)
    settle(qtbot, layers)
    assert layers.room == "Explore"
    assert layers.explorer.view.layer == 0
    assert len(layers.canvas.picture.panels) == 1
    assert layers.frame.note.text() == "input"
    assert layers.frame.tools.y() < 20
    assert layers.canvas.foot == 0
    key(layers, (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, layers)
    assert layers.room == "Layers"
    assert [panel.chosen for panel in layers.canvas.picture.panels] == [False, False, True]


def test_a_double_click_makes_one_large_and_turns_nothing(layers, qtbot):
    layers.canvas.set_camera(Camera(azimuth=77))
    box = boxes(layers)[1]
    spot = QPoint(box.left() + 6, box.bottom() - 6)
    qtbot.mouseClick(layers.canvas.native, LEFT, pos=spot)
    settle(qtbot, layers)
    qtbot.mouseDClick(layers.canvas.native, LEFT, pos=spot)
    assert layers.explorer.view.layer == 1
    assert layers.canvas.camera.azimuth == 77


def test_a_sample_is_ringed_in_all_panels(layers, qtbot):
    row, point = clear_sample(layers, panel=1)
    hover(layers.canvas.native, (point.x(), point.y()))
    qtbot.waitUntil(lambda: layers.explorer.view.hovered == row)
    settle(qtbot, layers)
    for panel in layers.canvas.picture.panels:
        at = panel.scene.sample_ids.tolist().index(row)
        assert np.allclose(panel.scene.rings.positions[0], panel.scene.samples.positions[at])
    layer = layers.explorer.run.manifest.layers[1].name
    assert layers.frame.card.facts.layer == layer
    qtbot.mouseClick(layers.canvas.native, LEFT, pos=point)
    settle(qtbot, layers)
    assert layers.explorer.view.pinned == (row,)
    assert layers.room == "Layers"


def test_the_legend_hides_in_all_panels(layers, qtbot):
    press_class(qtbot, layers.frame.legend, 0)
    settle(qtbot, layers)
    for panel in layers.canvas.picture.panels:
        assert classes_of(layers, panel.scene) == {1, 2, 3}


def test_time_moves_all_panels(layers, qtbot, key):
    before = [panel.scene.samples.positions for panel in layers.canvas.picture.panels]
    key(layers, Qt.Key.Key_Right)
    settle(qtbot, layers)
    after = [panel.scene.samples.positions for panel in layers.canvas.picture.panels]
    assert not any(np.array_equal(*pair) for pair in zip(before, after, strict=True))
    assert layers.frame.moment.text() == "Epoch 1"


def test_the_switch_of_names_says_why_it_does_nothing(window):
    switch = window.run_panel.switches["show_labels"]
    window.enter(LAYERS)
    assert not switch.isEnabled()
    assert "legend" in switch.toolTip()
    window.enter(EXPLORE)
    assert switch.isEnabled()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_the_legend_below_the_layers_names_the_classes(window, qtbot, size):
    window.resize(*size)
    window.enter(LAYERS)
    settle(qtbot, window)
    names = tuple((k, f"Ankle boot {k}") for k in range(10))
    legend = window.frame.legend
    legend.show_classes(names)
    window.frame._place()
    assert not legend.is_compact
    foot = window.canvas.native.height() - window.canvas.foot
    assert legend.y() >= foot
    chips = [legend.place_of(number).translated(legend.pos()) for number, _ in names]
    words = [window.frame.moment.geometry(), window.frame.note.geometry()]
    assert not any(chip.intersects(word) for chip in chips for word in words)


def test_of_very_many_layers_some_are_seen_each_as_itself(window, qtbot, make_run, tmp_path):
    deep = make_run(tmp_path / "deep", (4,) * 3, epochs=(0, 1), widths=(3,) * 100, per_class=1)
    window.open(deep.path, remember=False)
    window.picture.show_layer(33)
    window.enter(LAYERS)
    settle(qtbot, window)
    panels = window.canvas.picture.panels
    assert len(panels) <= 48
    assert f"{len(panels)} of 100 layers" in window.frame.note.text()
    (chosen,) = [panel for panel in panels if panel.chosen]
    assert chosen.title == "layer 33"
    number = next(n for n, panel in enumerate(panels) if panel.title == "layer 99")
    assert window.current.looks_at(number)[1].layer == 99
    assert window.current.looks_at(len(panels)) is None
    window.current.panel_opened(number)
    settle(qtbot, window)
    assert window.explorer.view.layer == 99
