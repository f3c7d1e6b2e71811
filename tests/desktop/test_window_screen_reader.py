"""What screen readers are told: every control has a role, a name of its own, and its value."""

import numpy as np
import pytest
from accessible_tree import Accessible
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget
from window_parts import dispose, peeled, settle

from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.slider import Slider
from ncviz.runs.directions import classifier_directions, mean_directions
from ncviz.runs.run import Run
from ncviz.wording import three_digits


def test_a_slider_speaks_the_number_it_means(window, qtbot):
    window.enter("Theory")
    settle(qtbot, window)
    slider = window.current.panel.panel_of("layer-peeled").fields["ratio"]
    slider.slider.setValue(500)
    settle(qtbot, window)
    told = Accessible.of(slider.slider)
    assert (told.name, told.role) == ("R, imbalance ratio", "spin box")
    assert told.number == pytest.approx(peeled(window).parameters.ratio)
    assert told.value == slider.value.text()
    assert told.range == pytest.approx((slider.scale.low, slider.scale.high))
    told.set_number(100.0)
    settle(qtbot, window)
    assert peeled(window).parameters.ratio == pytest.approx(100, rel=0.01)
    assert told.number == pytest.approx(100, rel=0.01)


def test_keys_move_a_slider_and_every_step_is_told(qtbot):
    slider = Slider()
    slider.setRange(0, 100)
    slider.setPageStep(25)
    slider.means(lambda share: f"{share:.2f} of all", lambda place: place / 100)
    slider.show()
    slider.activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    told = Accessible.of(slider)
    for key, words in (
        ("Right", "0.01 of all"),
        ("PageUp", "0.26 of all"),
        ("Down", "0.25 of all"),
        ("End", "1.00 of all"),
        ("Left", "0.99 of all"),
        ("Home", "0.00 of all"),
    ):
        qtbot.keyClick(slider, getattr(Qt.Key, f"Key_{key}"))
        assert told.value == words
        assert f"{told.number:.2f} of all" == words
    dispose(slider)


def test_the_timeline_speaks_of_epochs_once_it_rests(window, qtbot):
    told = Accessible.of(window.timeline.slider)
    assert (told.role, told.name, told.range) == ("spin box", "Timeline", (0.0, 20.0))
    told.set_number(10)
    settle(qtbot, window)
    assert window.explorer.nearest_epoch == 10
    assert (told.number, told.value) == (10.0, window.timeline.readout.text())
    window.timeline.slider.setFocus()
    qtbot.keyClick(window.timeline.slider, Qt.Key.Key_Left)
    settle(qtbot, window)
    assert told.number == window.explorer.nearest_epoch == 5
    qtbot.keyClick(window.timeline.slider, Qt.Key.Key_Home)
    settle(qtbot, window)
    assert told.number == 0


def test_a_number_that_is_typed_speaks_itself(qapp):
    box = NumberBox(0, 1, 0.25, whole=False)
    told = Accessible.of(box)
    assert (told.role, told.number, told.range) == ("spin box", 0.25, (0.0, 1.0))
    told.set_number(0.5)
    assert box.value() == told.number == 0.5
    assert told.value == "0.5"
    told.set_text("0.75")
    assert box.value() == told.number == 0.75
    told.set_text("2")
    assert box.value() == 0.75
    assert box.problem
    dispose(box)


def test_a_list_keeps_its_name(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    with_label, alone = Choice(), Choice()
    label = QLabel("Order")
    label.setBuddy(with_label)
    for box in (with_label, alone):
        box.addItems(["first", "second"])
        box.setAccessibleName("Order")
    for widget in (label, with_label, alone):
        row.addWidget(widget)
    page.show()
    for box in (with_label, alone):
        box.setCurrentIndex(1)
        told = Accessible.of(box)
        assert (told.role, told.label, told.value) == ("combo box", "Order", "second")
    alone.setAccessibleName("Other order")
    assert Accessible.of(alone).label == "Other order"
    labels = [part for part in page.findChildren(QLabel) if part.buddy() is with_label]
    assert labels == [label], "what is seen is not said twice"


def test_each_class_size_is_heard_and_set(window, qtbot):
    window.enter("Theory")
    settle(qtbot, window)
    editor = Accessible.of(window.current.panel.panel_of("layer-peeled").fields["shape"])
    assert (editor.role, editor.name) == ("spin box", "Class sizes")
    bar = editor.find("spin box", "Class 2")
    bar.set_number(100)
    settle(qtbot, window)
    assert peeled(window).parameters.sizes[1] == pytest.approx(100)
    assert bar.number == pytest.approx(100)
    assert (bar.value, editor.value) == ("100 ×", "class 2: 100 ×")
    peeled(window).set(preset="two groups")


def test_what_passes_by_is_told_once_it_rests(window, qtbot):
    readout, told = window.timeline.readout, Accessible.of(window.timeline.slider)
    plot = window.plots.plot("collapse")
    start, described = told.value, plot.accessibleDescription()
    assert start == readout.text()
    window.playback.toggle_playing()
    qtbot.waitUntil(lambda: window.player.position > 1)
    assert readout.text() != start
    assert (told.value, plot.accessibleDescription()) == (start, described)
    window.playback.toggle_playing()
    settle(qtbot, window)
    assert told.value == readout.accessibleName() == readout.text() != start
    assert plot.accessibleDescription() != described


def test_a_scene_is_described_as_it_is_seen(window, qtbot):
    scene = Accessible.of(window).find("picture", "3-D scene")
    assert window.frame.caption.text() in scene.description
    window.explorer.hide_class(1)
    settle(qtbot, window)
    assert "3 of 5 classes are shown: “class 0”, “class 2” and “class 3”." in scene.description
    window.picture.show_layer(0)
    window.playback.jump(True)
    settle(qtbot, window)
    assert scene.description.startswith("Epoch 20, input")


def test_the_matrix_says_between_which_values_its_cosines_lie(window, qtbot, small_run):
    window.plots.set_layout(("law", "matrix", "loss"))
    window.playback.jump(True)
    settle(qtbot, window)
    matrix = Accessible.of(window).find("picture", "Cosines between classes")
    run = Run(small_run.path)
    for what, found in (
        ("class means", mean_directions(run, 20, 2)),
        ("classifier rows", classifier_directions(run, 20)),
    ):
        cosines = found.cosines[np.triu_indices(5, 1)]
        low, high, mean = map(three_digits, (cosines.min(), cosines.max(), cosines.mean()))
        words = f"Between {what} cosines lie from {low} to {high}, on average {mean}."
        assert words in matrix.description
    assert "In a simplex ETF of 5 classes each is −0.25." in matrix.description
    window.plots.set_layout(("law", "collapse", "loss"))
