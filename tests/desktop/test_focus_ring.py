"""The ring around what has the focus: all around it, or as much of it as is scrolled in."""

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ncviz.desktop.widgets.focus_ring import AWAY, ring_around


@pytest.fixture
def scrolled(qtbot):
    """Return a window, a scroll area with a place around it, and a widget on its page."""
    outer = QWidget()
    outer.resize(300, 300)
    column = QVBoxLayout(outer)
    column.setContentsMargins(20, 20, 20, 20)
    area = QScrollArea()
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    column.addWidget(area)
    page = QWidget()
    page.resize(200, 600)
    area.setWidget(page)
    inside = QWidget(page)
    qtbot.addWidget(outer)
    outer.show()
    qtbot.waitExposed(outer)
    return outer, area, inside  # the window holds the others


def seen(widget, over):
    """Return where a widget is within another one."""
    return QRect(widget.mapTo(over, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("beyond", [0, 1, 30])
@pytest.mark.parametrize("side", ["above", "below"])
def test_a_ring_covers_nothing_of_what_is_seen_whole(scrolled, side, beyond):
    window, area, inside = scrolled
    room = area.viewport().height()
    top = 100 + (room - 80 + beyond if side == "below" else -beyond)
    inside.setGeometry(0, top, 200, 80)  # as wide as its page
    area.verticalScrollBar().setValue(100)
    ring = ring_around(inside)
    viewport = seen(area.viewport(), window)
    widget, line = seen(inside, window), seen(ring, window)
    if beyond:
        assert viewport.contains(line)  # it surrounds nothing that stands beside
        assert line == widget.adjusted(-AWAY, -AWAY, AWAY, AWAY) & viewport
    else:
        assert line == widget.adjusted(-AWAY, -AWAY, AWAY, AWAY)
        assert not ring.mask().translated(line.topLeft()).intersects(widget)


def test_a_ring_follows_what_scrolls_out_and_in_again(scrolled):
    window, area, inside = scrolled
    inside.setGeometry(0, 10, 200, 80)
    ring = ring_around(inside)
    for value in (0, 10, 11, 60, 10, 0):
        area.verticalScrollBar().setValue(value)
        line, widget = seen(ring, window), seen(inside, window)
        whole = seen(area.viewport(), window).contains(widget)
        assert whole is (value <= 10)
        around = widget.adjusted(-AWAY, -AWAY, AWAY, AWAY)
        assert line == (around if whole else around & seen(area.viewport(), window))
        assert line.top() - widget.top() == (-AWAY if whole else value - 10)
