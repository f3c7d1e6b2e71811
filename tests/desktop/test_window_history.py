"""Undo, redo, and views as text: what was seen comes back exactly, where it was done."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import classes_of, make_plots, rest
from window_parts import drag, peeled, press_class, settle

from ncviz.explorer.room_names import COMPARE, EXPLORE, LAYERS, THEORY
from ncviz.scenes.camera import Camera

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
UNDO, REDO = (Qt.Key.Key_Z, CONTROL), (Qt.Key.Key_Z, CONTROL | SHIFT)

MODELS = ("layer-peeled", "square-loss", "unconstrained-features")


def slid(window, model, name, position):
    """Move a slider of a model."""
    window.rooms[THEORY].panel.panel_of(model).fields[name].slider.setValue(position)


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "matrix")


@pytest.fixture(autouse=True)
def _in_order(window):
    window.doings.forget()
    yield
    rest(window)


def seen(window):
    return replace(window.state.view, epoch=0.0, hovered=None)


def test_each_change_is_taken_back_and_made_again(window, qtbot, key):
    views = [seen(window)]
    press_class(qtbot, window.frame.legend, 1)
    views.append(seen(window))
    key(window, Qt.Key.Key_Up)
    views.append(seen(window))
    key(window, Qt.Key.Key_2)
    views.append(seen(window))
    window.run_panel.switches["show_etf"].click()
    views.append(seen(window))
    key(window, Qt.Key.Key_O)
    views.append(seen(window))
    assert len(set(views)) == 6
    for view in reversed(views[:-1]):
        key(window, UNDO)
        settle(qtbot, window)
        assert seen(window) == view
    assert classes_of(window) == {0, 1, 2, 3}
    for view in views[1:]:
        key(window, REDO)
        settle(qtbot, window)
        assert seen(window) == view
    assert classes_of(window) == {0, 2, 3}
    assert len(window.canvas.scene.edges) == 0


def test_undo_leaves_time_alone(window, qtbot, key):
    press_class(qtbot, window.frame.legend, 0, ALT)
    window.playback.jump(True)
    settle(qtbot, window)
    key(window, UNDO)
    settle(qtbot, window)
    assert window.explorer.view.epoch == 20
    assert window.explorer.view.hidden == ()


def test_the_menu_says_what_is_possible(window, key):
    commands = window.commands
    assert not commands["edit.undo"].isEnabled()
    key(window, Qt.Key.Key_S)
    assert commands["edit.undo"].isEnabled()
    assert not commands["edit.redo"].isEnabled()
    key(window, UNDO)
    assert not commands["edit.undo"].isEnabled()
    assert commands["edit.redo"].isEnabled()
    assert not window.explorer.view.shapes


def test_with_motion_redo_outlives_the_way_back(window, qtbot, key):
    window.appearance.set("motion", True)
    key(window, Qt.Key.Key_2)
    there = window.canvas.control.goal
    qtbot.waitUntil(lambda: window.canvas.camera == there)
    key(window, UNDO)
    qtbot.waitUntil(lambda: window.canvas.camera == Camera())
    key(window, REDO)
    qtbot.waitUntil(lambda: window.canvas.camera == there)


def test_another_plot_is_taken_back(window, qtbot, key):
    window.plots.choose(1, "matrix")
    assert window.plots.layout_names() == ["law", "matrix", "loss"]
    key(window, UNDO)
    assert window.plots.layout_names() == ["law", "collapse", "loss"]
    key(window, REDO)
    assert window.plots.layout_names() == ["law", "matrix", "loss"]


def test_a_turntable_goes_on_through_undo(window, qtbot, key):
    key(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.canvas.camera != Camera())
    press_class(qtbot, window.frame.legend, 1)
    key(window, UNDO)
    assert window.explorer.view.hidden == ()
    assert window.canvas.camera != Camera()
    assert window.frame.tools.turn.isChecked()


def test_a_view_is_copied_as_text_and_pasted_back(window, qtbot, key):
    window.playback.seek(3.4)
    settle(qtbot, window)
    press_class(qtbot, window.frame.legend, 2)
    window.explorer.pin(7)
    key(window, Qt.Key.Key_S, Qt.Key.Key_2, Qt.Key.Key_Up)
    wanted = window.state.view
    key(window, (Qt.Key.Key_C, CONTROL | SHIFT))
    text = QApplication.clipboard().text()
    assert "\n" not in text
    window.appearance.set("shapes", False)
    window.explorer.set_view(replace(window.explorer.view, hidden=(), pinned=(), layer=0))
    window.canvas.set_camera(Camera(azimuth=5))
    window.playback.jump(False)
    settle(qtbot, window)
    before = seen(window)
    QApplication.clipboard().setText(text)
    key(window, (Qt.Key.Key_V, CONTROL | SHIFT))
    settle(qtbot, window)
    pasted = window.state.view
    assert replace(pasted, epoch=0, camera=Camera()) == replace(wanted, epoch=0, camera=Camera())
    assert pasted.epoch == pytest.approx(wanted.epoch, rel=1e-4)
    assert pasted.camera.azimuth == pytest.approx(wanted.camera.azimuth, abs=0.01)
    assert window.commands["view.shapes"].isChecked()
    assert len(window.canvas.scene.rings) == 1
    key(window, UNDO)  # one step, however much a paste changes
    settle(qtbot, window)
    assert seen(window) == before


def test_nonsense_is_refused_in_a_sentence(window, key):
    QApplication.clipboard().setText("a shopping list")
    before = window.state.view
    key(window, (Qt.Key.Key_V, CONTROL | SHIFT))
    assert window.state.view == before
    assert window.note.isVisible()


# Across rooms


def undo(window, qtbot, key):
    key(window, UNDO)
    settle(qtbot, window)


def redo(window, qtbot, key):
    key(window, REDO)
    settle(qtbot, window)


def everything(window):
    """Return all that is seen, whatever the room."""
    comparison = window.comparison
    return (
        seen(window),
        window.explorer.run.path,
        window.explorer.bookmarks,
        window.plots.arrangement(),
        window.settings.theme,
        window.settings.text_scale,
        comparison.linked,
        comparison.camera_linked,
        comparison.second.view.pinned,
        window.rooms[LAYERS].in_a_row,
        {k: v for k, v in window.rooms[THEORY].parts().items() if "position" not in k},
    )


@pytest.fixture
def rooms(window, qtbot, imbalanced_run):
    """All rooms made, two runs in Compare, nothing done."""
    window.enter(THEORY)
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    window.enter(LAYERS)
    window.enter(EXPLORE)
    settle(qtbot, window)
    window.doings.forget()
    yield window
    window.enter(EXPLORE)
    window.comparison.link(True)
    window.comparison.link_camera(True)
    window.comparison.close_second()
    window.rooms[LAYERS].set_in_a_row(False)
    window.rooms[THEORY].open_model("layer-peeled")
    own = {"pins": (), "points": (), "shape": None, "preset": "two groups", "q": 2.0}
    peeled(window).put_back(own)
    settle(qtbot, window)


def test_undo_in_theory_takes_back_the_slider(rooms, qtbot, key):
    window = rooms
    press_class(qtbot, window.frame.legend, 1)
    window.enter(THEORY)
    settle(qtbot, window)
    assert not window.commands["edit.undo"].isEnabled()
    panel, before = (
        window.rooms[THEORY].panel.panel_of("layer-peeled"),
        peeled(window).parameters.problem,
    )
    panel.fields["budget"].slider.setValue(panel.fields["budget"].slider.value() + 100)
    settle(qtbot, window)
    after = peeled(window).parameters.problem
    assert after.budget > before.budget
    undo(window, qtbot, key)
    assert (window.room, peeled(window).parameters.problem) == (THEORY, before)
    assert panel.fields["budget"].value.text() == "5"
    undo(window, qtbot, key)  # the class that was hidden in Explore is not of this room
    assert window.room == THEORY
    assert window.explorer.view.hidden == (1,)
    redo(window, qtbot, key)
    assert peeled(window).parameters.problem == after
    window.enter(EXPLORE)
    undo(window, qtbot, key)
    assert (window.room, window.explorer.view.hidden) == (EXPLORE, ())
    assert peeled(window).parameters.problem == after


def test_time_in_theory_is_no_step(rooms, qtbot, key):
    window = rooms
    window.enter(THEORY)
    window.playback.seek(40.0)
    settle(qtbot, window)
    assert not window.commands["edit.undo"].isEnabled()
    ratio = peeled(window).parameters.ratio
    slid(window, "layer-peeled", "classes", 7)
    window.playback.seek(80.0)
    undo(window, qtbot, key)
    assert peeled(window).parameters.classes == 4
    assert peeled(window).parameters.ratio > ratio
    panel = window.rooms[THEORY].panel.panel_of("layer-peeled")
    now = peeled(window).parameters.ratio
    panel.fields["ratio"].slider.setValue(900)
    undo(window, qtbot, key)
    assert peeled(window).parameters.ratio == now
    assert window.player.position == pytest.approx(80.0)


def test_a_drag_of_a_slider_is_one_step(rooms, qtbot, key):
    window = rooms
    window.enter(THEORY)
    settle(qtbot, window)
    slider = window.rooms[THEORY].panel.panel_of("layer-peeled").fields["budget"].slider
    before = peeled(window).parameters.problem
    for start in (600, 800):
        slider.setSliderDown(True)
        for value in range(start, start + 50, 10):
            slider.setValue(value)
            settle(qtbot, window)
        slider.setSliderDown(False)
    middle = peeled(window).parameters.problem
    undo(window, qtbot, key)
    assert before.budget < peeled(window).parameters.budget < middle.budget
    undo(window, qtbot, key)
    assert peeled(window).parameters.problem == before


def test_a_drag_of_a_bar_is_one_step(rooms, qtbot, key):
    window = rooms
    window.enter(THEORY)
    settle(qtbot, window)
    sizes, before = (
        window.rooms[THEORY].panel.panel_of("layer-peeled").fields["shape"],
        window.rooms[THEORY].parts(),
    )
    x = round(sizes.bar(1).center().x())
    qtbot.mousePress(sizes, LEFT, pos=QPoint(x, 60))
    for y in (50, 40, 30):
        qtbot.mouseMove(sizes, QPoint(x, y))
        settle(qtbot, window)
    qtbot.mouseRelease(sizes, LEFT, pos=QPoint(x, 30))
    assert peeled(window).parameters.preset == "free"
    undo(window, qtbot, key)
    assert window.rooms[THEORY].parts() == before


def test_a_drag_of_the_scene_is_one_step(rooms, qtbot, key):
    window = rooms
    for _ in range(2):
        drag(window.canvas.native, [(300, 300), (320, 300), (340, 310), (380, 310)])
    turned = window.canvas.control.goal
    undo(window, qtbot, key)
    assert window.canvas.control.goal not in (turned, Camera())
    undo(window, qtbot, key)
    assert window.canvas.control.goal == Camera()


def test_a_model_comes_back_to_the_step_it_was_at(rooms, qtbot, key):
    window = rooms
    window.enter(THEORY)
    room = window.rooms[THEORY]
    room.open_model("unconstrained-features")
    desk = room.desks["unconstrained-features"]
    window.playback.seek(20.0)
    settle(qtbot, window)
    scene, choices = window.canvas.scene, desk.choices()
    room.panel.panel_of("unconstrained-features").fields["classes"].slider.setValue(6)
    settle(qtbot, window)
    assert desk.shown_step == 0
    undo(window, qtbot, key)
    assert desk.choices() == choices
    assert desk.player.position == 20.0
    assert np.array_equal(window.canvas.scene.samples.positions, scene.samples.positions)
    undo(window, qtbot, key)
    assert room.panel.model == "layer-peeled"


def test_layers_and_compare_have_doings_of_their_own(rooms, qtbot, key):
    window = rooms
    window.enter(LAYERS)
    window.frame.tools.row.click()
    window.enter(COMPARE)
    settle(qtbot, window)
    window.rooms[COMPARE].panel.linked.click()
    window.rooms[COMPARE].panel.camera_linked.click()
    window.canvas.cameras.second.go(Camera(azimuth=70))
    window.canvas.camera_moved()
    window.rooms[COMPARE].pin(1, 3)
    window.enter(EXPLORE)
    undo(window, qtbot, key)  # nothing of these is seen here
    assert window.rooms[LAYERS].in_a_row
    assert not window.comparison.linked
    window.enter(COMPARE)
    undo(window, qtbot, key)
    assert window.comparison.second.view.pinned == ()
    undo(window, qtbot, key)
    assert window.canvas.cameras.second.goal == Camera()
    undo(window, qtbot, key)
    assert window.comparison.camera_linked
    assert not window.comparison.linked
    undo(window, qtbot, key)
    assert window.comparison.linked
    window.enter(LAYERS)
    undo(window, qtbot, key)
    assert not window.rooms[LAYERS].in_a_row
    assert not window.frame.tools.row.isChecked()


def test_runs_that_changed_places_change_back(rooms, qtbot, key):
    window = rooms
    window.enter(COMPARE)
    press_class(qtbot, window.frame.legend, 1)
    before = everything(window)
    window.rooms[COMPARE].swap()
    settle(qtbot, window)
    after = everything(window)
    assert after[1] != before[1]
    undo(window, qtbot, key)
    assert everything(window) == before
    redo(window, qtbot, key)
    assert everything(window) == after
    undo(window, qtbot, key)
    undo(window, qtbot, key)
    assert window.explorer.view.hidden == ()


def test_bookmarks_come_and_go(rooms, qtbot, key):
    window = rooms
    key(window, Qt.Key.Key_B)
    window.playback.seek(3.0)
    settle(qtbot, window)
    key(window, Qt.Key.Key_B)
    window.playback.remove_bookmark(0)
    assert len(window.explorer.bookmarks) == 1
    for left in (2, 1, 0):
        undo(window, qtbot, key)
        assert len(window.explorer.bookmarks) == left
    assert window.explorer.view.epoch == 5  # time stays
    redo(window, qtbot, key)
    assert len(window.explorer.bookmarks) == 1


def test_plots_and_the_clock_are_taken_back(rooms, qtbot, key):
    window = rooms
    law, before = window.plots.plot("law"), everything(window)
    law.strip.buttons["scale"].click()
    window.plots.plot("collapse").numbers.linkActivated.emit(
        window.plots.plot("collapse").traces[0].key
    )
    key(window, Qt.Key.Key_Plus)
    key(window, (Qt.Key.Key_L, SHIFT))
    assert not law.logarithmic
    for at_end, speed in (("stop", 2.0), ("stop", 1.0)):
        undo(window, qtbot, key)
        assert (window.player.at_end, window.player.speed) == (at_end, speed)
    undo(window, qtbot, key)
    assert not law.logarithmic
    undo(window, qtbot, key)
    assert law.logarithmic
    assert everything(window) == before


def test_the_tour_is_one_step(rooms, qtbot, key):
    window = rooms
    key(window, Qt.Key.Key_A)
    before = seen(window)
    key(window, Qt.Key.Key_G)
    assert window.explorer.view.shadow.kind == "tour"
    key(window, UNDO)
    settle(qtbot, window)
    assert seen(window) == before


def test_presenting_is_no_step(rooms, qtbot, key):
    window = rooms
    key(window, Qt.Key.Key_S)
    window.presentation.toggle()
    window.presentation.toggle()
    undo(window, qtbot, key)
    assert not window.explorer.view.shapes
    assert window.settings.text_scale == 1.0


# What one can do in each room, by a number.
DOINGS = {
    EXPLORE: (
        lambda w, n: w.explorer.hide_class(n % 3),
        lambda w, n: w.picture.show_layer(n % 2),
        lambda w, n: w.explorer.pin(n),
        lambda w, n: w.canvas.move_to(Camera(azimuth=float(n))),
        lambda w, n: w.appearance.set_theme(("light", "dark")[n % 2]),
        lambda w, n: w.plots.choose(n % 3, ("matrix", "law", "loss")[n // 3 % 3]),
        lambda w, n: w.playback.add_bookmark(str(n)),
    ),
    LAYERS: (
        lambda w, n: w.rooms[LAYERS].set_in_a_row(bool(n % 2)),
        lambda w, n: w.explorer.keep_alone(n % 3),
    ),
    COMPARE: (
        lambda w, n: w.comparison.link(bool(n % 2)),
        lambda w, n: w.comparison.link_camera(bool(n % 2)),
        lambda w, n: w.comparison.pin(n),
        lambda w, n: w.explorer.hide_class(n % 3),
        lambda w, _: w.rooms[COMPARE].swap(),
    ),
    THEORY: (
        lambda w, n: slid(w, "layer-peeled", "classes", 2 + n % 9),
        lambda w, n: slid(w, "layer-peeled", "budget", 10 * n),
        lambda w, n: slid(w, "layer-peeled", "ratio", 10 * n),
        lambda w, n: peeled(w).set(preset=("two groups", "balanced", "one giant")[n % 3]),
        lambda w, n: peeled(w).pin(),
        lambda w, n: slid(w, "square-loss", "weight_decay", 10 * n),
        lambda w, n: w.rooms[THEORY].open_model(MODELS[n % 3]),
        lambda w, n: w.canvas.move_to(Camera(elevation=float(n))),
    ),
}
DOING = st.one_of(
    *(
        st.tuples(st.just(room), st.integers(0, len(doings) - 1), st.integers(0, 60))
        for room, doings in DOINGS.items()
    )
)


@pytest.fixture
def unpainted(rooms):
    """All rooms, of which nothing is painted: that takes longer than all else."""
    rooms.setUpdatesEnabled(False)
    yield rooms
    rooms.setUpdatesEnabled(True)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(DOING, min_size=1, max_size=10))
def test_undo_takes_back_what_was_done_just_now_in_any_room(unpainted, qtbot, doings):
    window = unpainted

    def everything_now():
        settle(qtbot, window)  # a room's words come with its first frame, and move the camera
        return everything(window)

    for room, which, number in doings:
        window.enter(room)
        before = everything_now()
        DOINGS[room][which](window, number)
        after = everything_now()
        if after != before:
            window.doings.undo()
            assert (everything_now(), window.room) == (before, room)
            window.doings.redo()
            assert (everything_now(), window.room) == (after, room)
    window.enter(THEORY)
    last = window.rooms[THEORY].parts()
    while window.commands["edit.undo"].isEnabled():
        window.doings.undo()
    while window.commands["edit.redo"].isEnabled():
        window.doings.redo()
    assert window.rooms[THEORY].parts() == last
