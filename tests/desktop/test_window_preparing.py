"""The window answers while pictures of many classes are worked out."""

import threading

from window_parts import settle

from ncviz.desktop.shell.presenter import PREPARING
from ncviz.explorer import preparing, series
from ncviz.scenes import placements


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
    qtbot.waitUntil(lambda: window.frame.caption.text() == PREPARING)
    assert window.canvas.scene is before, "the picture stays, and the window answers"
    assert window.current.direction_facts(0, 0) is None, "it is of other classes than the view"
    goes_on.set()
    settle(qtbot, window)
    assert set(window.canvas.scene.sample_ids) == set(range(len(window.explorer.run.probe.labels)))
    assert window.frame.caption.text() != PREPARING
    assert threading.main_thread() not in workers


def test_a_large_run_opens_at_once_and_leaves_no_picture_of_another(
    window, qtbot, monkeypatch, imbalanced_run
):
    threads, goes_on = set(), threading.Event()

    def measure(*arguments):
        threads.add(threading.current_thread())
        goes_on.wait()
        return real(*arguments)

    real = series.measure_layer
    monkeypatch.setattr(preparing, "HEAVY", 0.0)
    monkeypatch.setattr(series, "SLOW", 0.0)
    monkeypatch.setattr(series, "measure_layer", measure)
    assert len(window.canvas.scene.samples)
    assert window.open(imbalanced_run.path, remember=False)
    qtbot.waitUntil(lambda: window.frame.caption.text() == PREPARING)
    assert len(window.canvas.scene.samples) == 0
    assert window.run_panel.title.text() == window.explorer.run.manifest.title
    goes_on.set()
    settle(qtbot, window)
    assert len(window.canvas.scene.samples)
    assert window.explorer.series.complete
    assert threading.main_thread() not in threads
