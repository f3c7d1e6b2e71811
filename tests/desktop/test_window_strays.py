"""Rooms and panels are made without a window of their own that flashes up."""

from traceback import extract_stack

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QWidget

from ncviz.explorer.room_names import COMPARE, GALLERY, LAYERS, THEORY, TRAIN


class Strays(QObject):
    """Hears which widgets become windows."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            made = [f"{f.filename.split('ncviz/')[-1]}:{f.lineno}" for f in extract_stack()[-4:-1]]
            self.seen.append((type(watched).__name__, *made))
        return False


@pytest.fixture
def strays(qapp):
    strays = Strays()
    qapp.installEventFilter(strays)
    yield strays.seen
    qapp.removeEventFilter(strays)


def test_no_part_of_the_window_is_shown_before_it_is_put_there(make_window, small_run, strays):
    window = make_window(run=small_run.path, opengl=False)
    strays.clear()
    for room in (LAYERS, COMPARE, GALLERY, TRAIN, THEORY):
        window.enter(room)
    for name in ("square-loss", "law"):  # one descends, one has nothing to overlay
        window.rooms[THEORY].panel.panel_of(name)
    assert strays == []
