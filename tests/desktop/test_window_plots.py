"""The plots of the window: chosen, switched, zoomed, read, copied, explained."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QApplication
from sample_parts import make_plots, rest
from window_parts import hover, settle, turn_wheel

from ncviz.desktop.formula_card import FormulaCard
from ncviz.desktop.plots.kinds import KINDS

LEFT = Qt.MouseButton.LeftButton
BALANCED = [k for k in KINDS if k not in ("groups", "group fuzziness")]
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
    qtbot.waitUntil(lambda: window.explorer.series.complete, timeout=10_000)
    settle(qtbot, window)
    return window.plots.plot(kind)


def test_the_heading_offers_the_plots_that_apply(window, qtbot):
    slot = window.plots.slots[1]
    slot.menu.aboutToShow.emit()
    actions = {a.text(): a for a in slot.menu.actions()}
    assert set(actions) == {kind.title for kind in KINDS.values()}
    assert not actions[KINDS["groups"].title].isEnabled(), "the run is balanced"
    actions[KINDS["matrix"].title].trigger()
    settle(qtbot, window)
    assert window.plots.layout_names() == ["law", "matrix", "loss"]
    assert window.plots.plot("matrix").isVisible()
    assert slot.heading.text() == KINDS["matrix"].title


def test_fewer_places_lose_no_plot(window, qtbot):
    for _ in range(2):
        show(window, qtbot, "law")
        window.plots.set_layout(("law", "collapse", "loss"))
        settle(qtbot, window)
    assert [window.plots.plot(k).isVisible() for k in ("law", "collapse", "loss")] == [True] * 3
    assert len(window.plots.plot("loss").traces[0].values) == 6


@pytest.mark.parametrize("kind", BALANCED)
def test_each_plot_copies_its_numbers_and_explains_itself(window, qtbot, kind):
    plot = show(window, qtbot, kind)
    qtbot.mouseClick(plot.strip.buttons["copy"], LEFT)
    rows = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 3
    assert any(np.isfinite(float(cell)) for row in rows[1:] for cell in row[1:] if cell)
    qtbot.mouseClick(plot.strip.buttons["formula"], LEFT)
    (card,) = window.findChildren(FormulaCard)
    assert card.keys == plot.formulas
    assert card.formulas
    card.close()
    qtbot.waitUntil(lambda: not window.findChildren(FormulaCard), timeout=5000)


@pytest.mark.parametrize("kind", LOGARITHMIC)
def test_heights_are_logarithmic_or_linear(window, qtbot, kind):
    plot = show(window, qtbot, kind)
    trace = next(t for t in plot.traces if t.shown and len(t.values) > 2)
    first = trace.item.getData()[1].copy()
    qtbot.mouseClick(plot.strip.buttons["scale"], LEFT)
    linear = trace.item.getData()[1]
    finite = np.isfinite(trace.values)
    assert np.allclose(linear[finite], trace.values[finite])
    assert not np.allclose(linear[finite], first[finite])
    qtbot.mouseClick(plot.strip.buttons["scale"], LEFT)
    assert np.allclose(trace.item.getData()[1][finite], first[finite])


def place_of(plot, trace, index):
    across, up = trace.places[index], trace.item.getData()[1][index]
    scene = plot.box.mapViewToScene(QPointF(across, up))
    return plot.plot.mapFromScene(scene)


@pytest.mark.parametrize("kind", ["law", "loss"])
def test_the_crosshair_reads_the_recorded_point(window, qtbot, kind):
    plot = show(window, qtbot, kind)
    trace = plot.trace("now") if kind == "law" else plot.trace("train_loss")
    spot = place_of(plot, trace, 1)
    hover(plot.plot.viewport(), (spot.x(), spot.y()))
    cross = plot._crosshair
    qtbot.waitUntil(lambda: plot._crosshair is not None and plot._crosshair.label.isVisible())
    cross = plot._crosshair
    assert cross.lines[0].value() == pytest.approx(trace.places[1])
    assert cross.label.text().startswith(f"{plot.across} {trace.across[1]:g} ·")


def test_the_wheel_zooms_and_whole_undoes_it(window, qtbot):
    plot = show(window, qtbot, "loss")
    whole = np.array(plot.box.viewRange())
    turn_wheel(plot.plot.viewport(), 3)
    qtbot.waitUntil(lambda: plot.zoomed, timeout=5000)
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


def test_earlier_epochs_stay_as_ghosts(window, qtbot):
    plot = show(window, qtbot, "law")
    assert plot._ghost_epochs == ()
    window.transport.seek(4.0)
    settle(qtbot, window)
    assert plot._ghost_epochs
    assert all(epoch < 10 for epoch in plot._ghost_epochs)
    series = window.explorer.series
    drawn = [t.values for t in plot._ghosts if len(t.values)]
    for epoch, values in zip(plot._ghost_epochs, drawn, strict=True):
        assert values.tolist() == pytest.approx(list(series.fuzziness(epoch)))


def test_the_strip_of_tools_comes_with_the_focus(window, qtbot):
    plot = show(window, qtbot, "law")
    assert not plot.strip.isVisible()
    plot.setFocus()
    assert plot.strip.isVisible()
    plot.clearFocus()
