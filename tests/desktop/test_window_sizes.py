"""Every room at every size of window and text: nothing is cut, nothing sticks out."""

import contextlib

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QAbstractButton, QLabel, QScrollArea
from test_window_layout import beyond_its_parent, name_of, parts, scroll_area_of
from window_parts import dispose, settle

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.window import MainWindow
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LEARN, ROOMS, THEORY

SIZES = (1054, 700), (1280, 720), (1440, 860), (1920, 1080)


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory, demonstration, imbalanced_run):
    """One window for all sizes; without OpenGL, as the layout is the same."""
    folder = tmp_path_factory.mktemp("window")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCVIZ_NO_OPENGL", "1")
        window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
    window.show()
    window.open(demonstration, remember=False)
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    yield window
    dispose(window)


def seen(widget):
    """Return whether a part is within what its scroll areas show."""
    area = scroll_area_of(widget)
    if area is None:
        return True
    corner = widget.mapTo(area.viewport(), QPoint(0, 0))
    return area.viewport().rect().intersects(QRect(corner, widget.size()))


def cut(widget):
    """Return whether words of a label or button are lost that no tooltip has."""
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width()) - 1
        return widget.width() < widget.sizeHint().width() - 1 and not widget.toolTip()
    if isinstance(widget, QAbstractButton) and widget.text():
        need = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
        icon = 0 if widget.icon().isNull() else widget.iconSize().width()
        return widget.width() < need + icon and not widget.toolTip()
    return False


def problems_of(window):
    problems = [f"{name_of(w)} sticks out" for w in parts(window) if beyond_its_parent(w)]
    return problems + [f"{name_of(w)} is cut" for w in parts(window) if seen(w) and cut(w)]


@pytest.mark.parametrize("text", [1.0, 1.5])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_cut(stage, qtbot, room, size, text):
    window = stage
    window.appearance.set("text_scale", text)
    window.enter(room)
    settle(qtbot, window)
    window.resize(*size)
    settle(qtbot, window)
    assert (window.width(), window.height()) == size, "the window had to grow"
    with contextlib.suppress(qtbot.TimeoutError):  # a scroll bar that goes lays out once more
        qtbot.waitUntil(lambda: not problems_of(window))
    assert not problems_of(window), "\n".join(problems_of(window))

    def that_scroll():
        for area in window.findChildren(QScrollArea):
            bars = [area.horizontalScrollBar()]
            if text == 1.0 and size[1] >= 720:  # enlarged text may need one
                bars.append(area.verticalScrollBar())
            if area.isVisible() and any(bar.maximum() for bar in bars):
                yield name_of(area.widget())

    with contextlib.suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not list(that_scroll()))
    assert not list(that_scroll())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("room", [room for room in ROOMS if room not in (GALLERY, LEARN)])
def test_the_columns_are_the_room_s_own(stage, qtbot, room, size):
    window = stage
    window.appearance.set("text_scale", 1.0)
    window.resize(*size)
    for before in ROOMS:
        window.enter(before)
        window.enter(room)
        for stack, column in ((window.left, "left"), (window.right, "right")):
            own = getattr(window.rooms[room], column)
            assert stack.currentWidget() in (own, window._columns[own]), f"after {before}"


def test_plots_use_the_width_of_a_large_screen(stage, qtbot):
    window = stage
    window.appearance.set("text_scale", 1.0)
    widths = {}
    for size in SIZES:
        window.resize(*size)
        for room in (EXPLORE, THEORY):
            window.enter(room)
            settle(qtbot, window)
            widths[room, size] = window.right.width()
            scene = window.frame.width()
            assert scene >= 0.5 * window.width() - 1 or size[0] < 1280
    for room in (EXPLORE, THEORY):
        assert widths[room, SIZES[-1]] >= 1.25 * widths[room, SIZES[-2]]


def test_a_page_is_as_wide_as_the_window_whatever_was_seen_before(stage, qtbot):
    window = stage
    for room in (GALLERY, LEARN):
        window.resize(1920, 1080)
        window.appearance.set("text_scale", 1.0)
        window.enter(EXPLORE)
        settle(qtbot, window)
        window.appearance.set("text_scale", 1.5)
        window.enter(room)
        settle(qtbot, window)
        window.resize(1054, 700)
        settle(qtbot, window)
        qtbot.waitUntil(lambda: not problems_of(window))  # a bar that goes lays out once more
