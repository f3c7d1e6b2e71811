"""Plots by keys: the focus is seen, the tools stay, the crosshair reads, the matrix answers."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import make_plots, rest
from window_parts import settle

from ncviz.charts.rich_text import plain
from ncviz.desktop.widgets.focus_ring import FocusRing
from ncviz.explorer.room_names import LAYERS
from ncviz.runs.directions import mean_directions
from ncviz.wording import three_digits

KEY = Qt.Key


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "matrix", "collapse", "loss")


@pytest.fixture(autouse=True)
def _in_order(window):
    yield
    window.keyboard.to_scene()
    rest(window)


def focused(window, qtbot, kind):
    """Return a plot that Tab has come to."""
    plot = window.plots.plot(kind)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    settle(qtbot, window)
    assert plot.hasFocus()
    return plot


def test_the_focus_on_a_plot_is_seen_around_it(window, qtbot, key):
    key(window, KEY.Key_Tab)
    for kind in window.plots.layout_names():
        plot = focused(window, qtbot, kind)
        (ring,) = (ring for ring in window.findChildren(FocusRing) if ring.isVisible())
        assert ring.grab().toImage().pixelColor(30, 2).name() == window.theme.accent.lower()
        # It covers nothing of the plot, and lies within what is around it.
        inner = plot.mapToGlobal(plot.rect().topLeft()) - ring.mapToGlobal(ring.rect().topLeft())
        assert ring.rect().contains(plot.rect().translated(inner))
        assert not ring.mask().intersects(plot.rect().translated(inner))
        assert ring.parentWidget().rect().contains(ring.geometry())


def test_tab_comes_to_every_tool_and_they_stay(window, qtbot, key):
    plot = focused(window, qtbot, "law")
    found = set()
    while plot.isAncestorOf(QApplication.focusWidget()) or plot.hasFocus():
        assert plot.strip.isVisible()
        found.add(QApplication.focusWidget())
        key(window, KEY.Key_Tab)
        QApplication.processEvents()
    assert set(plot.strip.buttons.values()) <= found
    assert not plot.strip.isVisible()


def test_arrows_read_the_recorded_points_of_a_line(window, qtbot, key):
    plot = focused(window, qtbot, "collapse")
    qtbot.waitUntil(lambda: window.explorer.series.complete)
    settle(qtbot, window)
    epochs = window.explorer.run.epochs
    key(window, KEY.Key_Right)  # the first one shows where one is: at the scene's epoch
    label = plot.crosshair.label
    trace = plot.readable()[0]
    values = window.explorer.series.collapse(trace.key)

    def reads(number):
        told = f"epoch {epochs[number]} · {plain(trace.label)} {three_digits(values[number])}"
        assert plain(label.text()) == told
        assert plot.accessibleName().endswith(told)
        assert plot.crosshair.lines[0].value() == trace.places[number]

    reads(0)
    key(window, KEY.Key_Left)
    reads(0)
    for number in range(1, len(epochs)):
        key(window, KEY.Key_Right)
        reads(number)
    key(window, KEY.Key_Home, KEY.Key_Right)
    reads(1)
    key(window, KEY.Key_Down)
    other = plot.readable()[1]
    assert plain(label.text()).startswith(f"epoch {epochs[1]} · {plain(other.label)}")
    key(window, KEY.Key_Up, KEY.Key_End)
    reads(len(epochs) - 1)
    key(window, KEY.Key_Escape)
    assert not label.isVisible()
    assert plot.hasFocus()
    assert window.explorer.nearest_epoch == epochs[0]  # time stood still meanwhile
    key(window, KEY.Key_Escape)
    assert window.canvas.native.hasFocus()


def test_what_is_read_goes_with_time_and_ends_with_the_focus(window, qtbot, key):
    plot = focused(window, qtbot, "law")
    key(window, KEY.Key_Home)
    label = plot.crosshair.label
    for at_end in (False, True):
        window.playback.jump(at_end)
        settle(qtbot, window)
        epoch = window.explorer.nearest_epoch
        value = window.explorer.series.fuzziness(epoch)[0]
        assert plain(label.text()).endswith(f" {three_digits(value)}")
    window.keyboard.to_scene()
    assert not label.isVisible()
    assert plot.accessibleName() == plain(plot.heading.text())


def test_what_is_not_finite_or_hidden_is_passed_over(window, qtbot, key):
    plot = focused(window, qtbot, "loss")
    qtbot.waitUntil(lambda: window.explorer.series.complete)
    settle(qtbot, window)
    trace = plot.readable()[0]
    values = trace.values.copy()
    values[1] = np.nan
    plot.place(trace, trace.across, trace.places, values)
    key(window, KEY.Key_Home, KEY.Key_Right)
    assert plot.crosshair.lines[0].value() == trace.places[2]
    keys = {trace.key for trace in plot.readable()}
    for one in keys:
        plot.toggle(one)
    assert not plot.crosshair.label.isVisible()
    key(window, KEY.Key_Right)
    assert not plot.crosshair.label.isVisible()
    assert plot.accessibleName().endswith("No recorded point is drawn")
    for one in keys:
        plot.toggle(one)
    plot.follow_series(window.explorer)


def test_keys_zoom_about_what_is_read_and_show_all_again(window, qtbot, key):
    plot = focused(window, qtbot, "collapse")
    (left, right), _ = whole = plot.box.viewRange()
    key(window, KEY.Key_End, KEY.Key_Plus, KEY.Key_Plus)
    (near, far), _ = plot.box.viewRange()
    assert far - near == pytest.approx(0.64 * (right - left))
    assert near < plot.crosshair.lines[0].value() < far
    assert plot.crosshair.label.isVisible()
    key(window, KEY.Key_Home)  # out of sight until the plot goes there
    (near, far), _ = plot.box.viewRange()
    assert near < plot.crosshair.lines[0].value() < far
    key(window, KEY.Key_Minus)
    assert plot.zoomed
    key(window, KEY.Key_0)
    assert not plot.zoomed
    assert np.allclose(plot.box.viewRange(), whole)
    assert window.player.speed == 1.0


def test_a_plot_that_is_only_pointed_at_leaves_the_keys_alone(window, qtbot, key):
    window.keyboard.to_scene()
    key(window, KEY.Key_Right)
    settle(qtbot, window)
    assert window.explorer.nearest_epoch == window.explorer.run.epochs[1]


# The matrix


@pytest.fixture
def matrix(window, qtbot):
    window.plots.set_layout(("matrix", "law", "loss"))
    window.playback.jump(True)
    return focused(window, qtbot, "matrix")


def test_arrows_go_from_cell_to_cell_with_the_card(window, qtbot, key, matrix):
    names = window.explorer.run.manifest.class_names
    key(window, KEY.Key_Right)
    assert matrix.view.cell == (0, 1)
    key(window, KEY.Key_Right, KEY.Key_Down, KEY.Key_Left, KEY.Key_Left, KEY.Key_Left, KEY.Key_Up)
    assert matrix.view.cell == (0, 0)
    key(window, KEY.Key_End, KEY.Key_Down)
    last = len(names) - 1
    assert matrix.view.cell == (1, last)
    means = mean_directions(window.explorer.run, window.explorer.nearest_epoch, 2).cosines
    told = three_digits(float(means[1, last]))
    assert plain(matrix.numbers.text()).endswith(f"means {told}")
    answer = window.teacher.answer
    assert answer == matrix._answer_at(matrix.view.center_of(1, last))
    assert window.teacher.card.isVisible()
    assert told in matrix.accessibleName()
    assert names[last] in matrix.accessibleName()
    window.playback.step(-1)  # the card goes with time
    settle(qtbot, window)
    assert window.teacher.answer == matrix._answer_at(matrix.view.center_of(1, last)) != answer
    key(window, KEY.Key_Escape)
    assert matrix.view.cell == (-1, -1)
    assert not window.teacher.card.isVisible()
    assert matrix.hasFocus()


def test_enter_keeps_a_pair_in_sight(window, qtbot, key, matrix):
    key(window, KEY.Key_Right, KEY.Key_Return)
    settle(qtbot, window)
    window.keyboard.to_scene()
    settle(qtbot, window)
    assert matrix.view.cell == (0, 1)
    assert not window.teacher.card.isVisible()
    assert window.current._emphasized == (0, 1)
    window.picture.point_at_classes(2)  # in the legend
    assert window.current._emphasized == (2,)
    window.picture.point_at_classes(-1)
    assert window.current._emphasized == (0, 1)
    matrix.setFocus()
    key(window, KEY.Key_Return)
    window.keyboard.to_scene()
    assert matrix.view.cell == (-1, -1)
    assert window.current._emphasized == ()
    matrix.setFocus()
    key(window, KEY.Key_Right, KEY.Key_Return)
    window.enter(LAYERS)
    settle(qtbot, window)
    assert matrix.view.cell == (-1, -1)
    assert window.current._emphasized == ()


def test_one_class_alone_has_no_cell(window, qtbot, key, matrix):
    window.picture.set_view(classes=(0, 1), hidden=(1,))
    settle(qtbot, window)
    key(window, KEY.Key_Right, KEY.Key_Return)
    assert matrix.view.cell == (-1, -1)
    assert plain(matrix.numbers.text()) == "One class alone has no cosine to another."
