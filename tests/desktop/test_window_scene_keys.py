"""The scene by keys: arrows are its own once it has its ring, and what keys point at is told."""

import numpy as np
import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import clear_sample, point_in, rest
from window_parts import hover, settle

from ncviz.desktop.scene.camera_control import SHARE_PER_KEY
from ncviz.desktop.widgets import announcing
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY
from ncviz.scenes.camera import DEGREES_PER_KEY, ZOOM_PER_NOTCH, Camera

KEY = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
AWAY = 3, 3


@pytest.fixture(autouse=True)
def _in_order(window):
    yield
    window.scene_keys.leave()
    window.scene_keys.spot = None
    window.appearance.set("motion", False)
    rest(window)


@pytest.fixture
def entered(window, qtbot):
    window.commands["view.scene"].trigger()
    settle(qtbot, window)
    return window


def test_a_click_leaves_the_arrows_to_time_and_layers(window, qtbot, key):
    native, camera = window.canvas.native, window.canvas.camera
    qtbot.mouseClick(native, Qt.MouseButton.LeftButton, pos=native.rect().topLeft())
    assert native.hasFocus()
    assert window.scene_keys.ring.isHidden()
    key(window, KEY.Key_Right)
    settle(qtbot, window)
    assert window.explorer.nearest_epoch == window.explorer.run.epochs[1]
    key(window, KEY.Key_Up)
    assert window.explorer.view.layer == 1
    key(window, KEY.Key_Plus)
    assert window.player.speed > 1
    seen = window.canvas.camera  # it may have stepped back for another layer
    assert (seen.azimuth, seen.elevation) == (camera.azimuth, camera.elevation)


def test_the_first_tab_rings_it_and_the_next_goes_on(window, qtbot, key):
    native, ring = window.canvas.native, window.scene_keys.ring
    window.keyboard.to_scene()
    assert ring.isHidden()
    key(window, KEY.Key_Tab)
    assert native.hasFocus()
    assert ring.isVisible()
    assert window.frame.hint.isVisible()
    key(window, KEY.Key_Tab)
    assert not native.hasFocus()
    assert ring.isHidden()
    assert window.frame.hint.isHidden()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Backtab, SHIFT)
    assert native.hasFocus()
    assert ring.isVisible()


def test_the_hint_takes_one_line_and_goes_with_the_first_key(window, qtbot, key):
    hint, native = window.frame.hint, window.canvas.native
    wordings = set()
    for scale in (1.0, 1.75):
        window.appearance.set("text_scale", scale)
        settle(qtbot, window)
        key(window, KEY.Key_F6)
        assert hint.height() < 2 * hint.fontMetrics().height()
        assert native.rect().contains(hint.geometry())
        assert "Esc gives the arrows back" in hint.text()
        wordings.add(hint.text())
        assert native.accessibleName().startswith("3-D scene: Arrows turn, Shift+arrows move")
        key(window, KEY.Key_N)
        assert hint.isHidden()
        key(window, KEY.Key_Escape)
    assert len(wordings) == 2
    window.appearance.set("text_scale", 1.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_is_seen_in_the_colour_of_the_focus(window, qtbot, theme):
    window.appearance.set_theme(theme)
    window.commands["view.scene"].trigger()
    settle(qtbot, window)
    ring = window.scene_keys.ring
    assert ring.geometry() == window.canvas.native.rect()
    image = ring.grab().toImage()
    assert image.pixelColor(image.width() // 2, 2).name() == window.theme.accent.lower()
    assert not ring.mask().contains(ring.rect().center())


def test_f6_gives_the_arrows_and_gives_them_back(window, qtbot, key):
    window.plots.setFocus()
    key(window, KEY.Key_F6)
    assert window.scene_keys.entered
    epoch = window.explorer.nearest_epoch
    key(window, KEY.Key_Right)
    settle(qtbot, window)
    assert window.explorer.nearest_epoch == epoch
    key(window, KEY.Key_F6, KEY.Key_Right)
    settle(qtbot, window)
    assert window.explorer.nearest_epoch > epoch
    key(window, KEY.Key_F6, KEY.Key_Escape)
    assert not window.scene_keys.entered
    assert window.canvas.native.hasFocus()


@pytest.mark.parametrize(
    ("pressed", "moved"),
    [
        ((KEY.Key_Right,), lambda c: c.orbit(-DEGREES_PER_KEY, 0)),
        ((KEY.Key_Left,), lambda c: c.orbit(DEGREES_PER_KEY, 0)),
        ((KEY.Key_Down,), lambda c: c.orbit(0, DEGREES_PER_KEY)),
        ((KEY.Key_Up,), lambda c: c.orbit(0, -DEGREES_PER_KEY)),
        ((KEY.Key_Right, SHIFT), lambda c: c.pan(SHARE_PER_KEY, 0)),
        ((KEY.Key_Up, SHIFT), lambda c: c.pan(0, SHARE_PER_KEY)),
        ((KEY.Key_Plus,), lambda c: c.zoom(ZOOM_PER_NOTCH)),
        ((KEY.Key_Equal,), lambda c: c.zoom(ZOOM_PER_NOTCH)),
        ((KEY.Key_Minus,), lambda c: c.zoom(1 / ZOOM_PER_NOTCH)),
    ],
    ids=["right", "left", "down", "up", "move-right", "move-up", "plus", "equal", "minus"],
)
def test_a_key_moves_the_scene_as_a_drag_that_way_does(entered, key, pressed, moved):
    before = entered.canvas.camera
    key(entered, pressed)
    after, wanted = entered.canvas.camera, moved(before)
    assert np.allclose(after.target, wanted.target)
    assert (after.azimuth, after.elevation) == pytest.approx((wanted.azimuth, wanted.elevation))
    assert after.distance == pytest.approx(wanted.distance)
    place = np.zeros(3)
    size = entered.canvas.native.width(), entered.canvas.native.height()
    if SHIFT in pressed:  # what is seen goes where the arrow points
        way = after.project(place, *size)[0, :2] - before.project(place, *size)[0, :2]
        assert way @ {KEY.Key_Right: (1, 0), KEY.Key_Up: (0, -1)}[pressed[0]] > 0


def test_presses_in_a_row_are_one_step_to_take_back(entered, key):
    before = entered.canvas.control.goal
    key(entered, KEY.Key_Right, KEY.Key_Right, (KEY.Key_Down, SHIFT), KEY.Key_Plus)
    assert entered.canvas.control.goal != before
    entered.commands["edit.undo"].trigger()
    assert entered.canvas.control.goal == before
    assert not entered.commands["edit.undo"].isEnabled()


def test_with_motion_presses_add_up(entered, qtbot, key):
    entered.appearance.set("motion", True)
    start = entered.canvas.camera
    key(entered, KEY.Key_Left, KEY.Key_Left, KEY.Key_Left)
    wanted = start.orbit(3 * DEGREES_PER_KEY, 0)
    qtbot.waitUntil(lambda: entered.canvas.camera == wanted)


# Pointing


def test_keys_point_with_the_card_of_the_mouse(window, qtbot, key):
    row, point = clear_sample(window)
    hover(window.canvas.native, (point.x(), point.y()))
    card = window.frame.card
    qtbot.waitUntil(card.isVisible)
    by_mouse = card.words(), card.facts
    hover(window.canvas.native, AWAY)
    qtbot.waitUntil(card.isHidden)
    keys = window.scene_keys
    for _ in range(1000):
        key(window, KEY.Key_N)
        if keys.spot.row == row:
            break
    settle(qtbot, window)
    assert (card.words(), card.facts.row) == (by_mouse[0], by_mouse[1].row)
    assert window.explorer.view.hovered == row
    (ring,) = window.canvas.scene.rings.positions
    at = window.canvas.scene.sample_ids.tolist().index(row)
    assert np.allclose(ring, window.canvas.scene.samples.positions[at])
    assert (window.canvas.pointer - point).manhattanLength() <= 2
    name = window.canvas.native.accessibleName()
    assert name.startswith("3-D scene: ")
    assert card.title.text() in name
    assert f"Sample {row}" in name
    key(window, KEY.Key_Return)
    settle(qtbot, window)
    assert window.explorer.view.pinned == (row,)
    key(window, KEY.Key_Return)
    assert window.explorer.view.pinned == ()
    key(window, KEY.Key_Escape)
    assert card.isHidden()
    assert window.explorer.view.hovered is None
    assert window.canvas.native.accessibleName() == "3-D scene"


def test_the_card_goes_with_its_thing(entered, qtbot, key):
    key(entered, KEY.Key_C, KEY.Key_C)
    card, spot = entered.frame.card, entered.scene_keys.spot
    assert (spot.kind, spot.label) == ("means", 1)
    assert card.facts.label == 1
    key(entered, *[KEY.Key_Right] * 6)
    settle(qtbot, entered)
    assert card.isVisible()
    here = point_in(entered, entered.canvas.scene.balls.positions[4 + 1])
    assert (entered.canvas.pointer - here).manhattanLength() <= 2
    assert not QRect(card.pos(), card.size()).contains(here)
    entered.playback.jump(True)
    settle(qtbot, entered)
    qtbot.waitUntil(lambda: card.facts.moment == f"epoch {entered.explorer.run.epochs[-1]}")
    here = point_in(entered, entered.canvas.scene.balls.positions[4 + 1])
    assert (entered.canvas.pointer - here).manhattanLength() <= 2
    # Its number among the balls changes with what else is drawn.
    entered.picture.set_view(show_etf=False)
    settle(qtbot, entered)
    assert card.isVisible()
    assert card.facts.label == 1
    entered.picture.set_view(show_means=False)
    settle(qtbot, entered)
    assert card.isHidden()
    assert not entered.scene_keys.points


def test_the_mouse_takes_over_when_it_moves(entered, qtbot, key):
    key(entered, KEY.Key_C)
    settle(qtbot, entered)
    assert entered.scene_keys.points
    hover(entered.canvas.native, AWAY)
    qtbot.waitUntil(entered.frame.card.isHidden)
    assert not entered.scene_keys.points
    key(entered, KEY.Key_C)  # goes on where keys were
    assert entered.scene_keys.spot.label == 1


def test_nothing_drawn_is_said(entered, qtbot, key):
    entered.picture.set_view(show_samples=False, show_means=False, show_classifier=False)
    settle(qtbot, entered)
    key(entered, KEY.Key_N)
    assert entered.note.text.text() == "Nothing is drawn that can be pointed at."
    assert entered.frame.card.isHidden()


# Other rooms


def test_of_several_layers_keys_choose_one_and_open_it(window, qtbot, key):
    window.enter(LAYERS)
    window.current.set_in_a_row(True)
    settle(qtbot, window)
    key(window, KEY.Key_F6)
    assert "Ctrl+arrows choose a scene" in window.canvas.native.accessibleName()
    layer = window.explorer.view.layer
    key(window, (KEY.Key_Left, CONTROL))
    settle(qtbot, window)
    assert window.explorer.view.layer == window.scene_keys.panel == layer - 1
    assert window.canvas.picture.panels[layer - 1].chosen
    key(window, (KEY.Key_Down, CONTROL))  # below there is none
    assert window.explorer.view.layer == layer - 1
    key(window, KEY.Key_N)
    settle(qtbot, window)
    assert window.frame.card.facts.layer == window.explorer.run.manifest.layers[layer - 1].name
    key(window, KEY.Key_Escape, KEY.Key_F6, KEY.Key_Return)
    settle(qtbot, window)
    assert (window.room, window.explorer.view.layer) == (EXPLORE, layer - 1)
    window.rooms[LAYERS].set_in_a_row(False)


def test_in_compare_each_scene_has_its_keys(window, qtbot, key, imbalanced_run):
    window.enter(COMPARE)
    assert window.current.open_second(imbalanced_run.path)
    settle(qtbot, window)
    window.comparison.link_camera(False)
    key(window, KEY.Key_F6, (KEY.Key_Right, CONTROL), KEY.Key_Left)
    first, second = window.canvas.cameras.used
    assert second.goal.azimuth == pytest.approx(first.goal.azimuth + DEGREES_PER_KEY)
    ring, native = window.scene_keys.ring, window.canvas.native
    assert ring.x() == pytest.approx(native.width() / 2, abs=2)
    key(window, KEY.Key_N)
    while window.scene_keys.spot.kind != "samples":
        key(window, KEY.Key_N)
    key(window, KEY.Key_Return)
    settle(qtbot, window)
    assert window.comparison.second.view.pinned == (window.scene_keys.spot.row,)
    assert window.explorer.view.pinned == ()
    window.comparison.link_camera(True)
    window.comparison.set_pinned(())
    window.comparison.close_second()


def test_a_model_is_turned_and_nothing_of_it_pointed_at(window, qtbot, key):
    window.enter(THEORY)
    settle(qtbot, window)
    key(window, KEY.Key_F6)
    assert " N " not in window.canvas.native.accessibleName()
    before = window.canvas.control.goal
    key(window, KEY.Key_Right, KEY.Key_N)
    assert window.canvas.control.goal == before.orbit(-DEGREES_PER_KEY, 0)
    assert window.frame.card.isHidden()
    window.enter(GALLERY)
    assert not window.scene_keys.entered
    key(window, KEY.Key_F6)
    assert not window.scene_keys.entered
    window.enter(EXPLORE)


def test_a_dialog_leaves_the_ring_where_it_was(entered, qtbot):
    entered.shortcuts()
    (page,) = (w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Keyboard shortcuts")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.close()
    entered.activateWindow()
    qtbot.waitUntil(entered.canvas.native.hasFocus)
    assert entered.scene_keys.entered
    assert entered.canvas.camera == Camera()


# What is read aloud


def test_what_time_changes_is_said_once_it_rests(entered, qtbot, key, monkeypatch):
    monkeypatch.setattr(announcing, "REST", 3_600_000)  # however slow the frames are
    native, said, entered.player.speed = entered.canvas.native, set(), 16.0
    key(entered, KEY.Key_C, KEY.Key_Space)
    epochs = entered.explorer.run.epochs

    def over():
        if entered.player.playing:
            said.add(native.accessibleName())
        return not entered.player.playing

    qtbot.waitUntil(over)
    assert len(said) == 1
    qtbot.waitUntil(lambda: f"epoch {epochs[-1]}. " in native.accessibleName())
    key(entered, KEY.Key_Escape)
    assert native.accessibleName() == "3-D scene"


def test_keys_point_at_what_is_seen_now(entered, key):
    """A view that has changed is drawn before something in it is pointed at."""
    entered.picture.set_view(show_samples=False)
    entered.picture.set_view(show_classifier=False, classes=(3, 1))
    key(entered, KEY.Key_N)
    assert len(entered.canvas.scene.balls) == 4
    assert entered.scene_keys.spot.label == 3
    key(entered, KEY.Key_N, KEY.Key_N)
    assert (entered.scene_keys.spot.kind, entered.scene_keys.spot.label) == ("means", 3)
    entered.enter(THEORY)
    entered.enter(EXPLORE)  # the model's picture is still on the canvas
    key(entered, KEY.Key_N)
    assert entered.frame.card.facts.label == entered.scene_keys.spot.label
