"""More than four classes: which shadow of their dimensions is drawn, and that it is said."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from runs_in_own_space import write
from sample_parts import classes_of, rest
from window_parts import press_class, settle

from ncviz.explorer.room_names import LAYERS
from ncviz.scenes.camera import Camera
from ncviz.scenes.shadows import reach_of_tour
from ncviz.theory.softmax_codes import softmax_code

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def five(window, qtbot, key):
    key(window, Qt.Key.Key_A)
    settle(qtbot, window)
    yield window
    rest(window)


def choose(window, qtbot, kind):
    box = window.run_panel.shadow
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())
    settle(qtbot, window)


def test_four_classes_are_no_shadow(window):
    assert window.canvas.scene.note == ""
    assert not window.run_panel.shadow_row.isVisible()


def test_five_classes_are_called_a_shadow(five):
    assert classes_of(five) == {0, 1, 2, 3, 4}
    assert five.canvas.scene.note == "3-D shadow of 4 dimensions"
    assert five.frame.note.text().endswith("3-D shadow of 4 dimensions")
    assert five.run_panel.shadow_row.isVisible()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("best", "the widest spread of the class means"),
        ("axes", "the space of class 0, class 1 and class 2"),
    ],
)
def test_another_shadow_is_drawn_and_named(five, qtbot, kind, words):
    before = five.canvas.scene.samples.positions
    choose(five, qtbot, kind)
    scene = five.canvas.scene
    assert five.frame.note.text().endswith(f"3-D shadow of 4 dimensions: {words}")
    assert not np.allclose(scene.samples.positions, before)
    choose(five, qtbot, "simplex")
    assert np.array_equal(five.canvas.scene.samples.positions, before)


def test_the_axes_follow_the_classes_that_are_visible(five, qtbot):
    press_class(qtbot, five.frame.legend, 0)
    choose(five, qtbot, "axes")
    assert "the space of class 1, class 2 and class 3" in five.frame.note.text()


def test_the_grand_tour_is_seen_whole_from_one_distance(five, qtbot):
    near = 3.0
    five.canvas.set_camera(Camera(distance=near))
    five.picture.tour(True)
    qtbot.waitUntil(lambda: five.explorer.view.shadow.time > 0.01)
    five.picture.tour(False)
    camera = five.canvas.camera
    assert camera.distance > near
    size = five.canvas.native.width(), five.canvas.native.height()
    farthest = reach_of_tour(5) * np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]])
    places = camera.project(farthest, *size)
    assert (places[:, 1] > 0).all()
    assert (places[:, 1] < five.frame.legend.y()).all()
    five.picture.tour(True)
    five.picture.tour(False)
    assert five.canvas.camera == camera, "what is far enough stays"
    five.canvas.set_camera(Camera())


def test_the_grand_tour_travels_and_rests(five, qtbot, key):
    before = five.canvas.scene.samples.positions
    key(five, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: five.explorer.view.shadow.time > 0.01)
    assert not five.player.playing, "time stands still meanwhile"
    key(five, Qt.Key.Key_G)
    settle(qtbot, five)
    rested = five.canvas.scene.samples.positions
    assert five.frame.note.text().endswith("grand tour")
    assert not np.allclose(rested, before)
    time = five.explorer.view.shadow.time
    five.presenter.tick()
    assert five.explorer.view.shadow.time == time
    qtbot.mouseClick(five.run_panel.tour, LEFT)
    qtbot.waitUntil(lambda: five.explorer.view.shadow.time > time)
    qtbot.mouseClick(five.run_panel.tour, LEFT)
    settle(qtbot, five)


def test_back_to_four_the_words_go(five, qtbot, key):
    choose(five, qtbot, "best")
    key(five, Qt.Key.Key_A)
    settle(qtbot, five)
    assert five.canvas.scene.note == ""
    assert classes_of(five) == {0, 1, 2, 3}


def test_a_chip_of_the_panel_chooses_a_class(window, qtbot):
    press_class(qtbot, window.run_panel.classes, 4)
    settle(qtbot, window)
    assert classes_of(window) == {0, 1, 2, 3, 4}
    press_class(qtbot, window.run_panel.classes, 0)
    settle(qtbot, window)
    assert classes_of(window) == {1, 2, 3, 4}
    assert window.canvas.scene.note == ""


def test_large_letters_in_a_small_window_leave_the_names_room(five, qtbot):
    choose(five, qtbot, "best")
    five.resize(1280, 720)
    five.appearance.set("text_scale", 1.5)
    settle(qtbot, five)
    note = five.frame.note
    qtbot.waitUntil(lambda: note.text().endswith("3-D shadow of 4 dimensions"))
    assert note.width() < 0.5 * five.canvas.native.width()
    five.appearance.set("text_scale", 1.0)
    five.resize(1280, 800)
    settle(qtbot, five)
    qtbot.waitUntil(lambda: note.text().endswith("spread of the class means"))


def test_the_code_comes_when_a_run_has_ended(make_window, qtbot, tmp_path):
    window = make_window()
    run, *_ = write(tmp_path / "r", softmax_code(10, 3, starts=4).vectors, state="running")
    window.open(run.path)
    settle(qtbot, window)
    switch = window.run_panel.switches["show_etf"]
    assert len(window.canvas.scene.balls) == 20
    assert not window.run_panel.shadow_row.isVisible()
    assert switch.toolTip().startswith("None is drawn in features: a simplex ETF of 10 classes")
    manifest = run.path / "manifest.json"
    text = manifest.read_text(encoding="utf-8").replace('"running"', '"finished"')
    manifest.write_text(text, encoding="utf-8")
    window.explorer.refresh()
    settle(qtbot, window)
    assert len(window.canvas.scene.balls) == 30
    assert (switch.text(), "hull" in switch.toolTip()) == ("Softmax code", True)
    window.enter(LAYERS)
    settle(qtbot, window)
    note = window.frame.note.text()
    assert note.endswith(" · features: all 10 classes, exact: features have 3 dimensions")
