"""The window answers while pictures of many classes are worked out."""

import threading

from window_parts import settle

from ncviz.desktop.presenter import PREPARING
from ncviz.explorer import preparing
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
