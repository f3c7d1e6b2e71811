"""The canvas by itself: what it draws, what it tells, how its camera moves."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QPoint, QRect, Qt
from PyQt6.QtGui import QRegion
from PyQt6.QtWidgets import QApplication, QLabel
from window_parts import PaintedRegions, drag, hover, pixels_of, turn_wheel

from ncviz.desktop.scene import canvas as canvas_module
from ncviz.desktop.scene.camera_control import EASE_SECONDS, CameraControl
from ncviz.desktop.scene.canvas import SceneCanvas
from ncviz.desktop.scene.canvas_panels import CLOSER
from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.painted_canvas import PaintedWidget
from ncviz.rendering.panels import PanelStage
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import standard_view
from ncviz.scenes.scene import Balls, Scene, grid_of_panels, one_panel

FRONT = Camera(azimuth=0, elevation=0, target=(0, 0, 0))
LEFT = Qt.MouseButton.LeftButton
RED, GREEN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)


def scene_of(points, color=RED):
    count = len(points)
    return Scene(
        samples=Balls(
            np.array(points, np.float32).reshape(-1, 3),
            np.full(count, 0.08, np.float32),
            np.tile(np.array([*color, 1], np.float32), (count, 1)),
        ),
        sample_ids=100 + np.arange(count, dtype=np.int64),
        fog=0.0,
    )


# The camera without a canvas


def test_a_camera_goes_its_way_and_arrives():
    control = CameraControl()
    goal = standard_view("side")
    control.go(goal)
    assert control.is_moving
    assert control.goal == goal
    seen = []
    for _ in range(6):
        control.advance(EASE_SECONDS / 6)
        seen.append(control.camera.azimuth)
    assert seen == sorted(seen)
    assert seen[0] - 30 > 20  # fast at first
    assert control.camera == goal
    assert not control.is_moving


def test_without_motion_it_jumps():
    control = CameraControl()
    control.motion = False
    control.go(standard_view("top"))
    assert control.camera == standard_view("top")
    assert not control.is_moving


def test_a_hand_on_the_camera_ends_its_way():
    control = CameraControl()
    control.go(standard_view("top"))
    control.advance(0.05)
    control.orbit(10, 0)
    assert not control.is_moving
    assert control.goal == control.camera


def test_turning_is_even_and_waits_for_a_way():
    control = CameraControl()
    control.turning = 20.0
    assert control.is_moving
    control.advance(0.5)
    assert control.camera == Camera(azimuth=40.0)
    control.go(standard_view("front"))
    control.advance(1.0)
    assert control.camera == standard_view("front")
    control.advance(1.0)
    assert control.camera.azimuth == pytest.approx(20)


# The canvas


@pytest.fixture(scope="module", params=[True, False], ids=["painted", "composed"])
def shared_canvas(qapp, request):
    canvas = SceneCanvas(in_software=request.param)
    canvas.native.resize(400, 300)
    canvas.native.show()
    yield canvas
    native = canvas.native
    canvas.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert sip.isdeleted(native)


@pytest.fixture
def canvas(shared_canvas, qtbot):
    canvas = shared_canvas
    canvas.native.resize(400, 300)
    canvas.motion = False
    canvas.set_turning(0)
    canvas.set_camera(FRONT)
    canvas.set_scene(scene_of([(0, 0, 0)]))
    canvas.part_cameras(False)
    hover(canvas.native, (5, 5))
    QApplication.sendEvent(canvas.native, QEvent(QEvent.Type.Leave))
    frames = canvas.frames
    qtbot.waitUntil(lambda: canvas.frames > frames)
    return canvas


@pytest.fixture
def told(canvas):
    """What the canvas tells during a test."""
    heard = []
    names = ("hovered", "clicked_sample", "clicked_panel", "opened_panel")
    slots = {}
    for name in names:
        slots[name] = lambda *what, name=name: heard.append((name, *what))
        getattr(canvas, name).connect(slots[name])
    yield heard
    for name, slot in slots.items():
        getattr(canvas, name).disconnect(slot)


def point(widget, qtbot, x, y):
    """Move the pointer; vispy passes over what comes within a hundredth of a second."""
    qtbot.wait(25)
    hover(widget, (x, y))


def two_panels():
    return grid_of_panels(
        [scene_of([(0, 0, 0)]), scene_of([(0, 0, 0)], GREEN)], ["a", "b"], aspect=2.0, chosen=1
    )


def test_panels_are_drawn_side_by_side(canvas, qtbot):
    frames = canvas.frames
    canvas.set_picture(two_panels())
    qtbot.waitUntil(lambda: canvas.frames > frames)
    picture = pixels_of(canvas.native.grabFramebuffer())
    height, width = picture.shape[:2]
    left, right = picture[height // 2, width // 4], picture[height // 2, 3 * width // 4]
    assert left[0] > left[1] + 60
    assert right[1] > right[0] + 60


def test_pictures_are_the_same_however_they_reach_the_screen(qapp, qtbot):
    """Composed by OpenGL, or painted by Qt where the processor draws: bit by bit."""
    seen = []
    for in_software in (True, False):
        canvas = SceneCanvas(in_software=in_software)
        assert isinstance(canvas.native, PaintedWidget) == in_software
        canvas.native.resize(400, 300)
        canvas.native.show()
        canvas.set_picture(two_panels())
        qtbot.waitUntil(lambda canvas=canvas: canvas.frames and canvas.names_rest)
        seen.append(pixels_of(canvas.native.grabFramebuffer()))
        canvas.close()
    assert np.ptp(seen[0]) > 100
    np.testing.assert_array_equal(*seen)


def test_what_lies_over_a_painted_canvas_changes_without_a_frame(qapp, qtbot):
    canvas = SceneCanvas(in_software=True)
    words = QLabel("over it", canvas.native)
    canvas.native.resize(400, 300)
    canvas.native.show()
    qtbot.waitUntil(lambda: canvas.frames and canvas.names_rest)
    frames, size = canvas.frames, canvas.physical_size
    words.setText("changes")
    canvas.native.repaint()
    assert canvas.frames == frames
    canvas.native.resize(300, 200)
    qtbot.waitUntil(lambda: canvas.frames > frames)
    assert pixels_of(canvas.native.grabFramebuffer()).shape[:2] == (200, 300)
    assert canvas.physical_size == (300, 200) != size
    canvas.close()


def test_a_picture_that_words_over_it_let_be_drawn_is_painted_whole(qapp, qtbot):
    canvas = SceneCanvas(in_software=True)
    native = canvas.native
    native.resize(400, 300)
    native.show()
    qtbot.waitUntil(lambda: canvas.frames and canvas.names_rest)
    watch = PaintedRegions(native)
    canvas.limit_frames(60_000)  # the frame is awaited, and something else is painted first
    frames = canvas.frames
    canvas.set_picture(two_panels())
    native.repaint(QRect(0, 0, 40, 20))
    assert canvas.frames == frames + 1
    qtbot.waitUntil(lambda: QRegion(native.rect()).subtracted(watch.regions[-1]).isEmpty())
    assert canvas.frames == frames + 1  # it is the same picture
    watch.stop()
    canvas.close()


def test_many_panels_are_drawn_in_portions_and_shown_whole(canvas, qtbot, monkeypatch):
    scenes = [scene_of([(0, 0, 0)]), scene_of([(0, 1, 0)], GREEN)] * 4
    picture = grid_of_panels(scenes, ["a"] * 8, aspect=2.0)

    def seen():
        frames = canvas.frames
        canvas.set_picture(picture)
        qtbot.waitUntil(lambda: canvas.frames > frames and canvas.names_rest)
        return pixels_of(canvas.native.grabFramebuffer())

    expected = seen()
    canvas.set_scene(Scene())
    monkeypatch.setattr(canvas_module, "MANY_PANELS", 8)
    monkeypatch.setattr(canvas_module, "PORTION_SECONDS", 0.0)
    drawn = []
    draw = PanelStage.draw
    monkeypatch.setattr(PanelStage, "draw", lambda *a: drawn.append(canvas.frames) or draw(*a))
    qtbot.waitUntil(lambda: canvas.names_rest)
    assert np.ptp(pixels_of(canvas.native.grabFramebuffer())) < np.ptp(expected)
    drawn.clear()
    np.testing.assert_array_equal(seen(), expected)
    assert len(drawn) >= 8
    count = len(drawn)
    canvas.native.repaint()
    assert len(drawn) == count, "what was drawn is kept"
    canvas.native.grabFramebuffer()
    assert not canvas._portions.isActive()


def test_the_framed_scene_counts_as_the_scene(canvas):
    picture = two_panels()
    canvas.set_picture(picture)
    assert canvas.scene is picture.panels[1].scene
    assert canvas.picture is picture
    scene = Scene()
    canvas.set_scene(scene)
    assert canvas.scene is scene


def test_narrow_panels_are_seen_from_farther_away(canvas):
    assert canvas.drawing_camera == canvas.camera
    canvas.set_picture(two_panels())
    farther = canvas.camera.distance * 300 / 200 / CLOSER
    assert canvas.drawing_camera.distance == pytest.approx(farther)


def test_cameras_that_are_apart_are_turned_panel_by_panel(canvas, told, qtbot):
    canvas.set_picture(two_panels())
    canvas.cameras.second.jump(FRONT)
    canvas.part_cameras(True)
    drag(canvas.native, [(300, 40), (340, 40), (370, 40)])
    turned = canvas.cameras.second.camera
    assert (canvas.camera, turned) == (FRONT, FRONT.orbit(-70 * 0.4, 0))
    assert canvas.drawing_camera_of(1).azimuth == turned.azimuth
    drag(canvas.native, [(100, 40), (120, 40), (130, 40)])
    assert canvas.camera == FRONT.orbit(-30 * 0.4, 0)
    canvas.move_each(lambda camera: standard_view("top", camera))
    assert canvas.camera == canvas.cameras.second.camera == standard_view("top")
    canvas.part_cameras(False)
    drag(canvas.native, [(300, 40), (340, 40), (370, 40)])
    assert canvas.camera != standard_view("top")
    assert canvas.drawing_camera_of(1) == canvas.drawing_camera


def test_the_sample_under_the_pointer_is_told_once(canvas, told, qtbot):
    point(canvas.native, qtbot, 200, 150)
    qtbot.waitUntil(lambda: told == [("hovered", 0, 100)])
    assert canvas.pointer == QPoint(200, 150)
    point(canvas.native, qtbot, 201, 151)
    point(canvas.native, qtbot, 20, 20)
    qtbot.waitUntil(lambda: told[1:] == [("hovered", 0, None)])
    QApplication.sendEvent(canvas.native, QEvent(QEvent.Type.Leave))
    assert told[2:] == [("hovered", -1, None)]


def test_another_picture_under_a_resting_pointer_is_told(canvas, told, qtbot):
    point(canvas.native, qtbot, 200, 150)
    qtbot.waitUntil(lambda: told == [("hovered", 0, 100)])
    canvas.set_scene(scene_of([(1, 0, 0)]))
    qtbot.waitUntil(lambda: told[1:] == [("hovered", 0, None)])


def test_nothing_is_told_of_samples_during_a_drag(canvas, told, qtbot):
    point(canvas.native, qtbot, 200, 150)
    qtbot.waitUntil(lambda: told == [("hovered", 0, 100)])
    drag(canvas.native, [(200, 150), (230, 150), (260, 150)])
    assert [name for name, *_ in told] == ["hovered", "hovered"]
    assert told[1] == ("hovered", -1, None)
    assert canvas.camera == FRONT.orbit(-60 * 0.4, 0)


def test_a_click_on_a_sample_names_its_row(canvas, told, qtbot):
    qtbot.mouseClick(canvas.native, LEFT, pos=QPoint(200, 150))
    assert told == [("clicked_sample", 0, 100)]
    assert canvas.camera == FRONT


def test_a_click_beside_names_the_panel(canvas, told, qtbot):
    canvas.set_picture(two_panels())
    qtbot.mouseClick(canvas.native, LEFT, pos=QPoint(30, 40))
    qtbot.mouseClick(canvas.native, LEFT, pos=QPoint(380, 40))
    qtbot.mouseClick(canvas.native, LEFT, pos=QPoint(300, 150))
    assert told == [("clicked_panel", 0), ("clicked_panel", 1), ("clicked_sample", 1, 100)]


def test_a_trembling_hand_still_clicks(canvas, told):
    drag(canvas.native, [(30, 40), (32, 41)])
    assert told == [("clicked_panel", 0)]
    assert canvas.camera == FRONT


def test_other_buttons_click_nothing(canvas, told, qtbot):
    qtbot.mouseClick(canvas.native, Qt.MouseButton.RightButton, pos=QPoint(200, 150))
    assert told == []


def test_a_double_click_opens_a_panel(canvas, told, qtbot):
    canvas.set_picture(two_panels())
    canvas.set_camera(Camera(azimuth=99))
    spot = QPoint(380, 40)
    qtbot.mouseClick(canvas.native, LEFT, pos=spot)
    qtbot.mouseDClick(canvas.native, LEFT, pos=spot)
    assert ("opened_panel", 1) in told
    assert canvas.camera.azimuth == 99


def test_a_double_click_on_nothing_goes_back_to_the_first_view(canvas, told, qtbot):
    qtbot.mouseDClick(canvas.native, LEFT, pos=QPoint(200, 150))
    assert canvas.camera == FRONT  # a sample is there
    qtbot.mouseDClick(canvas.native, LEFT, pos=QPoint(30, 40))
    assert canvas.camera == Camera()


def test_the_wheel_zooms_to_the_target(canvas):
    turn_wheel(canvas.native, 2)
    assert canvas.camera.distance == pytest.approx(FRONT.distance / 1.12**2)
    assert canvas.camera.target == FRONT.target


@pytest.mark.parametrize("panels", [1, 2])
def test_a_pan_follows_the_pointer_in_every_panel(canvas, panels):
    canvas.set_picture(two_panels() if panels == 2 else one_panel(scene_of([(0, 0, 0)])))
    drag(canvas.native, [(100, 100), (130, 118)], Qt.MouseButton.RightButton)
    width, height = 400 // panels, 300
    x, y, _ = canvas.drawing_camera.project((0, 0, 0), width, height)[0]
    way = x - width / 2, y - height / 2
    share = canvas.camera.distance / canvas.drawing_camera.distance
    assert way == pytest.approx((30 * share, 18 * share), abs=1.5)


def test_moves_are_eased_and_end(canvas, qtbot):
    canvas.motion = True
    seen = []
    canvas.camera_changed.connect(lambda: seen.append(canvas.camera))
    goal = standard_view("side", canvas.camera)
    canvas.move_to(goal)
    qtbot.waitUntil(lambda: canvas.camera == goal)
    assert seen[-1] == goal
    canvas.camera_changed.disconnect()
    canvas.motion = False
    canvas.move_to(FRONT)
    assert canvas.camera == FRONT


def test_it_turns_until_told_otherwise(canvas, qtbot):
    canvas.set_turning(90)
    qtbot.waitUntil(lambda: canvas.camera.azimuth > 4)
    canvas.set_turning(0)
    rested = canvas.camera
    assert replace(rested, azimuth=0.0) == FRONT
    qtbot.wait(60)
    assert canvas.camera == rested


def test_without_opengl_the_picture_is_kept(qapp, qtbot):
    canvas = NoCanvas("No OpenGL here.")
    qtbot.addWidget(canvas.native)
    picture = two_panels()
    canvas.set_picture(picture)
    assert canvas.scene is picture.panels[1].scene
    with qtbot.waitSignal(canvas.camera_changed):
        canvas.move_to(FRONT)
    assert canvas.camera == FRONT
    canvas.set_turning(10)
