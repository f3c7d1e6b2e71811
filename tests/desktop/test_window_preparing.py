"""The window answers while pictures of many classes are worked out."""

import threading
from dataclasses import replace

import pytest
from window_parts import settle

from ncviz.charts import numbers
from ncviz.desktop.rooms.room import Room
from ncviz.explorer import epoch_series, preparing
from ncviz.explorer.window_state import WindowState
from ncviz.scenes import placements
from ncviz.scenes.camera import Camera


def test_many_classes_are_worked_out_beside_the_window(window, qtbot, monkeypatch):
    workers, goes_on = [], threading.Event()

    def align(*arguments):
        workers.append(threading.current_thread())
        goes_on.wait()
        return real(*arguments)

    real = placements.align
    monkeypatch.setattr(preparing, "HEAVY", 0.0)
    monkeypatch.setattr(placements, "align", align)
    before = window.canvas.scene
    window.picture.all_classes()
    qtbot.waitUntil(lambda: window.frame.caption.text() == Room.preparing)
    assert window.canvas.scene is before, "the picture stays, and the window answers"
    assert window.current.direction_facts(0, 0) is None, "it is of other classes than the view"
    goes_on.set()
    settle(qtbot, window)
    assert set(window.canvas.scene.sample_ids) == set(range(len(window.explorer.run.probe.labels)))
    assert window.frame.caption.text() != Room.preparing
    assert threading.main_thread() not in workers


def test_a_large_run_opens_at_once_and_leaves_no_picture_of_another(
    window, qtbot, monkeypatch, imbalanced_run
):
    threads, goes_on = set(), threading.Event()

    def measure(*arguments):
        threads.add(threading.current_thread())
        goes_on.wait()
        return real(*arguments)

    real = numbers.measure_layer
    monkeypatch.setattr(preparing, "HEAVY", 0.0)
    monkeypatch.setattr(epoch_series, "SLOW", 0.0)
    monkeypatch.setattr(numbers, "measure_layer", measure)
    assert len(window.canvas.scene.samples)
    assert window.open(imbalanced_run.path, remember=False)
    qtbot.waitUntil(lambda: window.frame.caption.text() == Room.preparing)
    assert len(window.canvas.scene.samples) == 0
    assert window.run_panel.title.text() == window.explorer.run.manifest.title
    goes_on.set()
    settle(qtbot, window)
    assert len(window.canvas.scene.samples)
    assert window.explorer.series.complete
    assert threading.main_thread() not in threads


@pytest.fixture
def late(window, qtbot, monkeypatch):
    """Let what is seen from now on be worked out only when it is asked for.

    The camera stands so near that other layers are cut.
    """
    settle(qtbot, window)
    goes_on = threading.Event()
    real = preparing.compose
    monkeypatch.setattr(preparing, "compose", lambda *seen: (goes_on.wait(), real(*seen))[1])
    monkeypatch.setattr(preparing, "HEAVY", 0.0)
    window.canvas.home = Camera(distance=2.0)
    window.canvas.set_camera(Camera(distance=2.0))
    window.doings.forget()

    def comes():
        assert not window.presenter.is_prepared()
        goes_on.set()
        settle(qtbot, window)
        return window.state.view

    yield comes
    goes_on.set()


def test_undo_gives_the_camera_back_however_late_it_had_moved(window, qtbot, monkeypatch, late):
    now = [0.0]
    monkeypatch.setattr(window.doings._history, "_clock", lambda: now[0])
    before = window.state.view
    window.picture.show_layer(0)
    now[0] += 60.0
    after = late()
    assert after.camera.distance > before.camera.distance, "something is cut"
    window.doings.undo()
    settle(qtbot, window)
    assert window.state.view == before
    window.doings.redo()
    settle(qtbot, window)
    assert window.state.view == after


def test_a_picture_that_comes_after_undo_leaves_the_camera(window, late):
    before = window.state.view
    window.picture.show_layer(0)
    window.doings.undo()
    assert late() == before


@pytest.mark.parametrize("bring", ["text", "session"])
def test_a_view_is_brought_back_exactly_however_late_its_picture_comes(
    window, late, imbalanced_run, bring
):
    camera = Camera(azimuth=7.0, distance=2.0)
    view = replace(window.explorer.view, camera=camera, layer=0)
    if bring == "text":
        window.state.look(view)
    else:
        window.state.restore(WindowState(run=imbalanced_run.path, view=view))
    assert late().camera == camera
    assert bring == "text" or window.canvas.home.distance > 3.0, "the first view is another"
