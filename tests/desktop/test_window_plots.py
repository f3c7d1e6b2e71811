"""The plots of the window: chosen, switched, zoomed, read, copied, explained."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import make_plots, rest
from window_parts import hover, settle, turn_wheel

from ncviz.charts import matrix
from ncviz.charts.plot import plots
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.desktop.widgets.mnemonics import unlettered
from ncviz.formulas import FORMULAS

LEFT = Qt.MouseButton.LeftButton
IMBALANCED = ("groups", "group fuzziness", "class errors")
BALANCED = [
    k for k in plots() if k not in (*IMBALANCED, "generalized", "nc5 by layer", "unknown classes")
]
LOGARITHMIC = ["law", "collapse", "loss", "layers", "classes", "splits", "split collapse"]


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, *BALANCED)


@pytest.fixture(autouse=True)
def _in_order(window):
    yield
    rest(window)


def show(window, qtbot, kind):
    window.plots.set_layout((kind,))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.explorer.series.complete)
    settle(qtbot, window)
    return window.plots.plot(kind)


def test_the_heading_offers_the_plots_that_apply(window, qtbot):
    slot = window.plots.slots[1]
    slot.menu.aboutToShow.emit()
    first = [a for a in slot.menu.actions() if a.menu() is None]
    groups = {unlettered(a.text()): a.menu() for a in slot.menu.actions() if a.menu()}
    actions = {unlettered(a.text()): a for a in first}
    for group, menu in groups.items():
        inside = {unlettered(a.text()): a for a in menu.actions()}
        assert set(inside) == {kind.menu for kind in plots().values() if kind.group == group}
        actions |= inside
    assert set(actions) == {kind.menu for kind in plots().values()}
    assert len(first) == 12, "what the window shows first stays at hand"
    assert not actions[plots()["generalized"].menu].isEnabled(), "a simplex ETF fits"
    assert not actions[plots()["groups"].menu].isEnabled(), "the run is balanced"
    actions[plots()["matrix"].menu].trigger()
    settle(qtbot, window)
    assert window.plots.layout_names() == ["law", "matrix", "loss"]
    assert window.plots.plot("matrix").isVisible()
    assert slot.heading.text() == plots()["matrix"].menu


def test_fewer_places_lose_no_plot(window, qtbot):
    for _ in range(2):
        show(window, qtbot, "law")
        window.plots.set_layout(("law", "collapse", "loss"))
        settle(qtbot, window)
    assert [window.plots.plot(k).isVisible() for k in ("law", "collapse", "loss")] == [True] * 3
    assert len(window.plots.plot("loss").traces[0].values) == 6


def test_each_plot_copies_its_numbers(window, qtbot):
    for kind in BALANCED:
        if not plots()[kind].applies(window.explorer.run):
            continue
        plot = show(window, qtbot, kind)
        qtbot.mouseClick(plot.strip.buttons["copy"], LEFT)
        rows = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
        assert len({len(row) for row in rows}) == 1, kind
        assert len(rows) > 3, kind
        places = len(getattr(plot, "place_columns", ("row",)))
        cells = [cell for row in rows[1:] for cell in row[places:] if cell]
        assert any(np.isfinite(float(cell)) for cell in cells), kind
        assert plot.formulas, kind
        assert set(plot.formulas) <= set(FORMULAS), kind


def test_a_plot_explains_itself(window, qtbot):
    plot = show(window, qtbot, "law")
    qtbot.mouseClick(plot.strip.buttons["formula"], LEFT)
    (card,) = window.findChildren(FormulaCard)
    assert card.keys == plot.formulas
    assert card.formulas
    card.close()
    qtbot.waitUntil(lambda: not window.findChildren(FormulaCard))


def test_heights_are_logarithmic_or_linear(window, qtbot):
    for kind in LOGARITHMIC:
        plot = show(window, qtbot, kind)
        trace = next(t for t in plot.traces if t.shown and len(t.values) > 2)
        first = trace.item.getData()[1].copy()
        qtbot.mouseClick(plot.strip.buttons["scale"], LEFT)
        linear = trace.item.getData()[1]
        finite = np.isfinite(trace.values)
        assert np.allclose(linear[finite], trace.values[finite]), kind
        assert not np.allclose(linear[finite], first[finite]), kind
        qtbot.mouseClick(plot.strip.buttons["scale"], LEFT)
        assert np.allclose(trace.item.getData()[1][finite], first[finite]), kind


def place_of(plot, trace, index):
    across, up = trace.places[index], trace.item.getData()[1][index]
    scene = plot.box.mapViewToScene(QPointF(across, up))
    return plot.plot.mapFromScene(scene)


def test_the_crosshair_reads_the_recorded_point(window, qtbot):
    for kind, key in (("law", "now"), ("loss", "train_loss")):
        plot = show(window, qtbot, kind)
        trace = plot.trace(key)
        spot = place_of(plot, trace, 1)
        hover(plot.plot.viewport(), (spot.x(), spot.y()))
        qtbot.waitUntil(lambda: plot._crosshair is not None and plot._crosshair.label.isVisible())  # noqa: B023
        cross = plot._crosshair
        assert cross.lines[0].value() == pytest.approx(trace.places[1])
        where = "layer 1 · D₂" if kind == "law" else f"epoch {trace.across[1]:g}"
        assert cross.label.text().startswith(f"{where} · {trace.label} ")


def test_where_fit_and_point_coincide_the_crosshair_reads_the_point(window, qtbot):
    window.playback.seek(4.0)  # with ghosts of earlier epochs beside it
    plot = show(window, qtbot, "law")
    now, fit = plot.trace("now"), plot.trace("fit")
    plot.place(fit, now.places, now.across, now.values)
    for trace in [t for t in plot.traces if t.key == "earlier"]:
        if len(trace.values):
            plot.place(trace, now.places, now.across, now.values)
    for index in range(len(now.values)):
        spot = plot.box.mapViewToScene(QPointF(now.places[index], now.item.getData()[1][index]))
        assert plot_crosshair(plot).nearest(plot.readable(), spot) == (now, index)


def plot_crosshair(plot):
    plot._pointed(QPointF(-1, -1))  # makes it
    return plot._crosshair


def test_the_wheel_zooms_and_whole_undoes_it(window, qtbot):
    plot = show(window, qtbot, "loss")
    whole = np.array(plot.box.viewRange())
    turn_wheel(plot.plot.viewport(), 3)
    qtbot.waitUntil(lambda: plot.zoomed)
    near = np.array(plot.box.viewRange())
    assert (np.ptp(near, axis=1) < np.ptp(whole, axis=1)).all()
    qtbot.mouseClick(plot.strip.buttons["whole"], LEFT)
    assert np.allclose(plot.box.viewRange(), whole, atol=1e-6)


def test_a_word_of_the_legend_hides_its_line_by_keys_too(window, qtbot, key):
    plot = show(window, qtbot, "loss")
    plot.numbers.setFocus(Qt.FocusReason.TabFocusReason)
    if not plot.numbers.selectedText():
        key(window, Qt.Key.Key_Tab)
    key(window, Qt.Key.Key_Return)
    assert not plot.trace("train_loss").item.isVisible()
    assert "<s>" in plot.numbers.text()
    plot.numbers.clearFocus()
    plot.numbers.linkActivated.emit("train_loss")
    assert plot.trace("train_loss").item.isVisible()


def test_tab_goes_on_behind_the_word_that_was_pressed(window, qtbot, key):
    plot = show(window, qtbot, "loss")
    plot.numbers.setFocus(Qt.FocusReason.TabFocusReason)
    if not plot.numbers.selectedText():
        key(window, Qt.Key.Key_Tab)
    key(window, Qt.Key.Key_Tab)
    assert plot.numbers.selectedText() == "test\N{NO-BREAK SPACE}loss"
    key(window, Qt.Key.Key_Return)
    assert not plot.trace("test_loss").item.isVisible()
    assert plot.numbers.selectedText() == "test\N{NO-BREAK SPACE}loss", "it keeps the focus"
    key(window, Qt.Key.Key_Tab)
    assert plot.numbers.selectedText() == "error"
    plot.numbers.clearFocus()
    plot.numbers.linkActivated.emit("test_loss")


def test_earlier_epochs_stay_as_ghosts(window, qtbot):
    plot = show(window, qtbot, "law")
    assert "earlier" not in plot.curves
    window.playback.seek(4.0)
    settle(qtbot, window)
    drawn = {t.label: t.values.tolist() for t in plot.traces if t.key == "earlier"}
    series, before = window.explorer.series, [e for e in window.explorer.run.epochs if e < 10]
    assert drawn == {f"epoch {e}": pytest.approx(series.fuzziness(e)) for e in before}


def test_the_strip_of_tools_comes_with_the_focus(window, qtbot):
    plot = show(window, qtbot, "law")
    assert not plot.strip.isVisible()
    plot.setFocus()
    assert plot.strip.isVisible()
    plot.clearFocus()


def test_the_matrix_is_measured_once_a_moment(window, qtbot, monkeypatch):
    window.plots.set_layout(("matrix",))
    settle(qtbot, window)
    asked = []
    real = matrix.directions_at
    monkeypatch.setattr(matrix, "directions_at", lambda *a: asked.append(a[1:]) or real(*a))
    window.picture.set_view(show_axes=True)
    settle(qtbot, window)
    assert asked == [], "nothing of it has changed"
    window.playback.step(1)
    settle(qtbot, window)
    assert asked == [(window.explorer.nearest_epoch, window.explorer.view.layer, "train")]
