"""The 3-D picture by its pixels: what stands where, in which colour."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import drag, drawn, pixels_of, place_of, settle, turn_wheel

from ncviz.scenes.camera import Camera
from ncviz.scenes.palette import DARK, LIGHT, class_color, rgb

RED, GREEN, BLUE = range(3)
CORNER = 5, 5


def shades(pixel, color):
    """Whether a lit and fogged pixel is of a colour: its channels rise and fall as those."""
    wanted = 255 * np.asarray(rgb(color))
    pixel = np.asarray(pixel[:3], dtype=float)
    return np.corrcoef(pixel, wanted)[0, 1] > 0.9 or np.abs(pixel - wanted).max() < 40


def in_front(window, points, radius=0.12):
    """Return the numbers of those points that nothing else in the scene can cover."""
    scene, camera = window.canvas.scene, window.canvas.camera
    size = window.canvas.physical_size
    everything = np.concatenate([scene.balls.positions, scene.samples.positions])
    places, others = camera.project(points, *size), camera.project(everything, *size)
    reach = radius * camera.pixels_per_unit(size[1], others[:, 2])
    found = []
    for number, place in enumerate(places):
        if not (0 <= place[0] < size[0] and 0 <= place[1] < size[1]):
            continue
        near = np.hypot(*(others[:, :2] - place[:2]).T) < reach
        if not (near & (others[:, 2] < place[2] - 1e-6)).any():
            found.append(number)
    return found


@pytest.fixture
def collapsed(window, qtbot):
    """The window at the end, where means and classifier lie near the vertices."""
    window.playback.jump(True)
    settle(qtbot, window)
    return window


def test_the_first_frame_reaches_the_screen(window, qtbot):
    """Not only the framebuffer: what the screen shows where the canvas lies."""
    canvas = window.canvas.native
    place = canvas.mapTo(window, canvas.rect().topLeft())

    def shown():
        return pixels_of(window.screen().grabWindow(int(window.winId())).toImage())

    background = [round(255 * c) for c in rgb(LIGHT.background)]
    x, y = place_of(window, window.canvas.scene.samples.positions[0])
    own = drawn(window)

    def matches():
        there = shown()[place.y() : place.y() + canvas.height(), place.x() :][:, : canvas.width()]
        corner = there[canvas.height() - 40, 20, :3].tolist()
        return corner == background and np.abs(there[y, x] - own[y, x]).max() <= 2

    qtbot.waitUntil(matches)


def rim_of(window, number):
    """Return a place in the upper rim of a ball, where the colour of its role is seen."""
    balls = window.canvas.scene.balls
    size = window.canvas.physical_size
    x, y, depth = window.canvas.camera.project(balls.positions[number], *size)[0]
    radius = balls.radii[number] * window.canvas.camera.pixels_per_unit(size[1], depth)
    return int(x), int(y - 0.75 * radius)


@pytest.mark.parametrize(
    ("shown", "color"),
    [
        ("show_etf", LIGHT.etf),
        ("show_means", LIGHT.means),
        ("show_classifier", LIGHT.classifier),
    ],
)
def test_each_kind_of_ball_has_its_colour(collapsed, qtbot, shown, color):
    window = collapsed
    for name, switch in window.run_panel.switches.items():
        if switch.isChecked() != (name == shown):
            switch.click()
    settle(qtbot, window)
    balls = window.canvas.scene.balls.positions
    picture = drawn(window)
    front = in_front(window, balls)
    assert len(balls) == 4
    assert front
    for number in front:
        x, y = rim_of(window, number)
        assert shades(picture[y, x], color), (number, picture[y, x])
        if shown != "show_etf":  # in the middle it has the hue of its class
            x, y = place_of(window, balls[number])
            assert shades(picture[y, x], class_color(number, window.theme)), (number, picture[y, x])


def test_each_sample_has_the_hue_of_its_class(window, qtbot):
    for name in ("show_means", "show_classifier", "show_etf"):
        window.run_panel.switches[name].click()
    settle(qtbot, window)
    samples = window.canvas.scene.samples.positions
    picture = drawn(window)
    labels = window.explorer.run.probe.labels[window.canvas.scene.sample_ids]
    front = in_front(window, samples)
    assert len(front) > 8
    for number in front:
        x, y = place_of(window, samples[number])
        hue = class_color(labels[number], window.theme)
        assert shades(picture[y, x], hue), (number, picture[y, x])


def test_the_theme_changes_background_and_roles(collapsed, qtbot, key):
    window = collapsed
    bright = drawn(window)[CORNER]
    key(window, (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, window)
    dark = drawn(window)[CORNER]
    assert bright[:3].tolist() == [round(255 * c) for c in rgb(LIGHT.background)]
    assert dark[:3].tolist() == [round(255 * c) for c in rgb(DARK.background)]
    for part in ("show_samples", "show_etf", "show_classifier"):
        window.picture.set_view(**{part: False})
    settle(qtbot, window)
    means = window.canvas.scene.balls.positions
    front = in_front(window, means)
    assert front
    x, y = rim_of(window, front[0])
    assert shades(drawn(window)[y, x], DARK.means)


def test_time_changes_the_picture(window, qtbot):
    before = drawn(window)
    window.playback.jump(True)
    settle(qtbot, window)
    after = drawn(window)
    assert (np.abs(after - before).max(axis=2) > 40).mean() > 0.01
    window.playback.jump(False)
    settle(qtbot, window)
    assert np.array_equal(drawn(window), before)


# The camera in the hand


def middle(window):
    point = window.canvas.native.rect().center()
    return point.x(), point.y()


def test_a_drag_orbits(window):
    x, y = middle(window)
    before = window.canvas.camera
    drag(window.canvas.native, [(x, y), (x + 20, y), (x + 50, y + 25)])
    after = window.canvas.camera
    # 0.4 degrees a pixel, as if the scene were turned by hand.
    assert after.azimuth == pytest.approx((before.azimuth - 20) % 360)
    assert after.elevation == pytest.approx(before.elevation + 10)
    assert after == replace(before, azimuth=after.azimuth, elevation=after.elevation)


@pytest.mark.parametrize("way", ["right button", "Shift"])
def test_a_drag_pans(window, way):
    x, y = middle(window)
    before = window.canvas.camera
    vertex = window.canvas.scene.balls.positions[0]
    here = place_of(window, vertex)
    path = [(x, y), (x + 10, y - 5), (x + 60, y - 30)]
    if way == "Shift":
        drag(window.canvas.native, path, keys=Qt.KeyboardModifier.ShiftModifier)
    else:
        drag(window.canvas.native, path, Qt.MouseButton.RightButton)
    after = window.canvas.camera
    assert after == replace(before, target=after.target)
    there = place_of(window, vertex)
    # What lies near the target stays under the mouse.
    assert there[0] - here[0] == pytest.approx(60, abs=8)
    assert there[1] - here[1] == pytest.approx(-30, abs=8)


def test_the_wheel_zooms_and_a_double_click_goes_back(window, qtbot):
    turn_wheel(window.canvas.native, 3)
    near = window.canvas.camera
    assert near.distance == pytest.approx(Camera().distance / 1.12**3)
    turn_wheel(window.canvas.native, -5)
    assert window.canvas.camera.distance == pytest.approx(Camera().distance * 1.12**2)
    x, y = middle(window)
    drag(window.canvas.native, [(x, y), (x + 30, y + 9)])
    assert window.canvas.camera.azimuth != Camera().azimuth
    qtbot.mouseDClick(window.canvas.native, Qt.MouseButton.LeftButton)
    assert window.canvas.camera == Camera()


def test_the_poles_are_the_end_of_a_drag(window):
    x, y = middle(window)
    drag(window.canvas.native, [(x, y - 200), (x, y), (x, y + 250)])
    assert window.canvas.camera.elevation == 89
    assert drawn(window).shape[2] == 4


def test_a_hover_turns_nothing(window):
    x, y = middle(window)
    drag(window.canvas.native, [(x, y), (x + 30, y)])
    turned = window.canvas.camera
    drag(window.canvas.native, [(x, y), (x + 30, y)], Qt.MouseButton.MiddleButton)
    assert window.canvas.camera == turned


def test_the_picture_follows_the_size_of_the_window(window, qtbot):
    before = window.canvas.physical_size
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: window.canvas.physical_size != before)
    width, height = window.canvas.physical_size
    assert drawn(window).shape[:2] == (height, width)
    assert (width, height) > before
