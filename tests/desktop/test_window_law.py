"""The law by hand in the window: a point is dragged, seen, and taken back."""

import math

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from window_parts import settle

from ncviz.explorer.room_names import THEORY
from ncviz.runs.layer_names import fuzziness_symbol


@pytest.fixture
def law(window, qtbot):
    window.enter(THEORY)
    window.rooms.theory.open_model("law")
    settle(qtbot, window)
    yield window
    window.rooms.theory.desk.set(fuzziness=())
    window.rooms.theory.open_model("layer-peeled")


def test_a_point_is_dragged_and_taken_back(law, qtbot):
    room = law.rooms.theory
    plot, desk = room.plots.page_of("law").plot("law"), room.desk
    before = desk.parameters.values
    place = plot.box.mapViewToScene(QPointF(4.0, math.log10(before[3])))
    start, view = plot.plot.mapFromScene(place), plot.plot.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        qtbot.mouseMove(view, start - QPoint(0, 5 * step))
        settle(qtbot, law)
        assert not plot.crosshair_shown  # it would read what the point was before
    assert plot.strip.isHidden()  # it would lie over the numbers that are read
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 40))
    settle(qtbot, law)
    after = desk.parameters.values
    assert after[3] > 1.5 * before[3]
    assert [after[k] for k in (0, 2, 4, 7)] == pytest.approx([before[k] for k in (0, 2, 4, 7)])
    assert law.frame.caption.text().startswith("Unequal shares")
    law.commands["edit.undo"].trigger()
    settle(qtbot, law)
    assert not desk.parameters.by_hand, "one drag is one step"
    law.commands["edit.redo"].trigger()
    settle(qtbot, law)
    assert desk.parameters.values == pytest.approx(after)


def test_what_was_dragged_is_forgotten_by_a_button(law, qtbot):
    room = law.rooms.theory
    button = room.panel.panel_of("law").fields["fuzziness"]
    assert not button.isEnabled()
    room.desk.drag(2, 9.0)
    settle(qtbot, law)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, law)
    assert not room.desk.parameters.by_hand
    assert law.frame.caption.text().startswith("Equi-separation")


def test_the_slider_of_the_layer_ends_where_the_timeline_does(law, qtbot):
    room = law.rooms.theory
    fields = room.panel.panel_of("law").fields
    slider = fields["layer"].slider
    for layers in (30, 2):
        fields["layers"].slider.setValue(layers)
        settle(qtbot, law)
        slider.setFocus()
        qtbot.keyClick(slider, Qt.Key.Key_End)
        settle(qtbot, law)
        assert room.desk.moment_text() == f"layer {layers - 1} · {fuzziness_symbol(layers - 1)}"
        assert law.player.position == law.player.last
        assert slider.value() == slider.maximum()
    room.desk.set(layers=8, layer=1.0)


def test_only_whole_layers_are_labelled(law, qtbot):
    room = law.rooms.theory
    room.desk.set(layers=2)
    settle(qtbot, law)
    axis = room.plots.page_of("law").plot("law").plot.axes["bottom"]
    assert axis.tickValues(1.0, 2.0, 300.0) == [(1.0, [1.0, 2.0])]
    room.desk.set(layers=8, layer=1.0)
