"""Standard views, a class to the front, turntable, perspective: keys, menu and buttons."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from sample_parts import rest
from window_parts import peeled, pixels_of, settle

from ncviz.desktop.widgets.mnemonics import unlettered
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import scenes_over_time, shows_all
from ncviz.scenes.camera_moves import STANDARD_VIEWS
from ncviz.scenes.compose import vertices_of
from ncviz.scenes.panel_fit import drawn_together

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _in_order(window):
    yield
    rest(window)


@pytest.mark.parametrize(("number", "name"), list(enumerate(STANDARD_VIEWS, 1)))
def test_a_digit_looks_from_a_standard_direction(window, key, number, name):
    window.canvas.set_camera(Camera(azimuth=123, elevation=-12))
    key(window, getattr(Qt.Key, f"Key_{number}"))
    camera = window.canvas.camera
    assert (camera.azimuth, camera.elevation) == STANDARD_VIEWS[name]
    assert shows_all(camera, [window.canvas.scene], window.canvas.aspect)


def test_the_button_offers_standard_views_and_classes(window, qtbot):
    texts = [unlettered(a.text()) for a in window.frame.tools.menu.actions() if a.text()]
    assert texts[: len(STANDARD_VIEWS)] == [
        f"{name.capitalize()}\t{number}" for number, name in enumerate(STANDARD_VIEWS, 1)
    ]
    assert texts[len(STANDARD_VIEWS) :] == [f"class {k} to the front" for k in range(4)]


@pytest.mark.parametrize("number", range(4))
def test_a_class_turns_to_the_front(window, number):
    actions = {unlettered(a.text()): a for a in window.frame.tools.menu.actions()}
    actions[f"class {number} to the front"].trigger()
    camera = window.canvas.camera
    vertices = vertices_of(window.explorer.run, window.explorer.view)
    away = np.linalg.norm(vertices - camera.eye(), axis=1)
    assert away.argmin() == number


def test_with_motion_the_camera_travels(window, qtbot, key):
    window.appearance.set("motion", True)
    seen = []
    window.canvas.camera_changed.connect(lambda: seen.append(window.canvas.camera))
    key(window, Qt.Key.Key_2)
    goal = window.canvas.control.goal
    assert (goal.azimuth, goal.elevation) == tuple(STANDARD_VIEWS.values())[1]
    qtbot.waitUntil(lambda: window.canvas.camera == goal)
    assert any(camera != goal for camera in seen)


def test_the_turntable_turns_until_it_is_asked_to_rest(window, qtbot, key):
    start = window.canvas.camera
    key(window, Qt.Key.Key_T)
    assert window.frame.tools.turn.isChecked()
    assert window.commands["camera.turn"].isChecked()
    qtbot.waitUntil(lambda: window.canvas.camera.azimuth != start.azimuth)
    assert window.canvas.camera.elevation == start.elevation
    qtbot.mouseClick(window.frame.tools.turn, LEFT)
    assert not window.commands["camera.turn"].isChecked()
    rested = window.canvas.camera
    frames = window.canvas.frames
    window.canvas.set_scene(window.canvas.scene)
    qtbot.waitUntil(lambda: window.canvas.frames > frames)
    assert window.canvas.camera == rested


def test_perspective_goes_and_comes_back(window, qtbot, key):
    start = window.canvas.camera
    key(window, Qt.Key.Key_O)
    assert window.canvas.camera.is_orthographic
    assert window.frame.tools.flat.isChecked()
    qtbot.mouseClick(window.frame.tools.flat, LEFT)
    assert not window.canvas.camera.is_orthographic
    assert not window.commands["camera.orthographic"].isChecked()
    assert window.canvas.camera.distance == pytest.approx(start.distance)


def test_the_buttons_know_what_a_double_click_and_undo_did(window, qtbot, key):
    tools = window.frame.tools
    key(window, Qt.Key.Key_O)
    qtbot.mouseDClick(window.canvas.native, LEFT, pos=window.canvas.native.rect().bottomRight())
    assert window.canvas.camera == Camera()
    assert not tools.flat.isChecked()
    key(window, (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, window)
    assert tools.flat.isChecked() == window.canvas.camera.is_orthographic


def test_r_goes_back_to_the_first_direction(window, key):
    window.canvas.set_camera(Camera(azimuth=200, elevation=-50))
    key(window, Qt.Key.Key_R)
    assert window.canvas.camera.azimuth == pytest.approx(Camera().azimuth)
    assert window.canvas.camera.elevation == pytest.approx(Camera().elevation)


def test_zero_brings_back_what_has_left_the_view(window, key):
    canvas = window.canvas
    canvas.set_camera(Camera(azimuth=70, distance=1.0, target=(2.0, 0.0, 0.0)))
    assert not shows_all(canvas.camera, [canvas.scene], canvas.aspect)
    key(window, Qt.Key.Key_0)
    assert shows_all(canvas.camera, [canvas.scene], canvas.aspect)
    assert canvas.camera.azimuth == 70
    assert window.commands.command("camera.fit").text == "Fit everything"


def test_a_run_is_opened_and_other_layers_are_shown_from_where_nothing_is_cut(window, qtbot):
    canvas, run = window.canvas, window.explorer.run
    window.explorer.run = None
    window.open(run.path, remember=False)
    settle(qtbot, window)
    assert canvas.home == canvas.camera
    for layer in range(len(run.manifest.layers)):
        window.picture.show_layer(layer)
        for scene in scenes_over_time(run, window.explorer.view):
            assert shows_all(canvas.control.goal, [scene], canvas.aspect)


def test_who_has_come_closer_is_not_sent_back(window, qtbot):
    canvas = window.canvas
    near = Camera(distance=2.0)
    canvas.set_camera(near)
    window.picture.show_layer(0)
    settle(qtbot, window)
    assert canvas.camera == near


@pytest.mark.parametrize(("classes", "budget"), [(20, 5.0), (4, 0.05), (6, 100.0)])
def test_models_stay_in_view_and_the_run_is_seen_as_before(window, qtbot, classes, budget):
    canvas = window.canvas
    before = canvas.camera
    window.enter("Theory")
    for ratio in (1.0, 300.0):
        peeled(window).set(classes=classes, majority=1, budget=budget)
        peeled(window).set(ratio=ratio)
        settle(qtbot, window)
        assert shows_all(canvas.camera, [canvas.scene], canvas.aspect)
    window.enter("Explore")
    assert canvas.camera == before


def test_another_model_is_seen_from_no_farther_than_it_needs(window, qtbot):
    canvas = window.canvas
    window.enter("Theory")
    settle(qtbot, window)
    usual = canvas.camera

    def step_back():
        window.rooms["Theory"].open_model("layer-peeled")
        peeled(window).set(classes=20, majority=1, budget=100.0)
        peeled(window).set(ratio=10_000.0)
        settle(qtbot, window)
        assert canvas.camera.distance > 1.05 * usual.distance

    step_back()
    peeled(window).set(ratio=1.0)
    peeled(window).set(classes=4)
    settle(qtbot, window)
    assert canvas.camera == usual
    step_back()
    assert window.state.read().view.camera == usual, "a session sees the run from there"
    canvas.set_camera(canvas.camera.orbit(30, 10))  # turned, as far away as before
    window.rooms["Theory"].open_model("softmax-codes")
    settle(qtbot, window)
    assert canvas.camera.distance < 1.05 * usual.distance
    step_back()
    canvas.set_camera(canvas.camera.zoom(0.9))
    far = canvas.camera
    peeled(window).set(classes=4)
    settle(qtbot, window)
    assert canvas.camera == far, "who has gone away stays there"


@pytest.mark.parametrize("size", [(1440, 900), (1100, 640)])
def test_reset_and_fit_bring_all_between_the_words(window, qtbot, size):
    window.resize(*size)
    settle(qtbot, window)
    canvas, frame = window.canvas, window.frame
    for bring in (window.picture.reset_camera, window.framing.fit):
        canvas.set_camera(Camera(azimuth=10, distance=1.0))
        bring()
        balls = canvas.scene.balls
        high = canvas.native.height()
        seen = canvas.camera.project(balls.positions, canvas.native.width(), high)
        reach = balls.radii * canvas.camera.pixels_per_unit(high, seen[:, 2])
        assert (seen[:, 1] - reach).min() >= frame.note.geometry().bottom()
        assert (seen[:, 1] + reach).max() <= frame.legend.y()


def test_the_first_view_follows_the_words(window, qtbot):
    window.picture.reset_camera()
    canvas = window.canvas
    canvas.home = canvas.camera
    window.appearance.set("text_scale", 2.0)
    settle(qtbot, window)
    assert shows_all(canvas.camera, [canvas.scene], canvas.aspect, window.framing.covered)


def test_names_forget_where_they_were_once_all_rests(window, qtbot):
    canvas = window.canvas
    start = canvas.camera

    def places():
        settle(qtbot, window)
        frames = canvas.frames
        qtbot.waitUntil(lambda: canvas.names_rest)
        assert canvas.frames >= frames
        return pixels_of(canvas.native.grabFramebuffer())

    first = places()
    for turn in range(0, 60, 5):
        canvas.set_camera(start.orbit(turn, 0.0))
        canvas.native.grabFramebuffer()
    canvas.set_camera(start)
    assert np.array_equal(places(), first)


def test_a_class_at_the_front_stands_out_with_all_in_view(window, qtbot):
    canvas = window.canvas
    before = canvas.scene.labels
    window.picture.focus_on_class(2)
    settle(qtbot, window)
    scenes, aspect = [canvas.scene], canvas.aspect
    assert shows_all(canvas.camera, scenes, aspect, window.framing.covered)
    opaque = {label.text: label.color[3] for label in canvas.scene.labels}
    name = window.explorer.run.manifest.class_names[2]
    assert all((alpha == 1.0) == (text == name) for text, alpha in opaque.items())
    window.frame.legend.pointed.emit(-1)  # a pointer that leaves ends nothing
    assert canvas.scene.labels != before
    qtbot.waitUntil(lambda: canvas.scene.labels == before)


def test_a_training_that_grows_out_of_the_view_is_followed(window, monkeypatch):
    canvas, framing = window.canvas, window.framing
    window.picture.reset_camera()
    canvas.home = near = canvas.camera
    grown = [drawn_together(canvas.scene, 3.0)]
    monkeypatch.setattr(framing, "_scenes", lambda: grown)
    window.explorer._tell("epochs")
    assert shows_all(canvas.control.goal, grown, framing.aspect, framing.covered)
    # Who has come closer looks at what they look at.
    canvas.set_camera(near.zoom(2.0))
    grown[0] = drawn_together(grown[0], 2.0)
    window.explorer._tell("epochs")
    assert canvas.control.goal == near.zoom(2.0)
