"""What the plots draw, against the run they draw it from."""

import functools
import gc
import math
from dataclasses import replace

import numpy as np
import pytest
from PyQt6 import sip
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QFontMetricsF, QRegion
from PyQt6.QtWidgets import QApplication, QMenu
from window_parts import PaintedRegions, dispose, dress_now

from ncviz.charts.chart import Upright
from ncviz.charts.measured import DIRECTIONS, GROUPS
from ncviz.charts.plot import plots
from ncviz.charts.rich_text import tied
from ncviz.desktop.plots.handles import Handles
from ncviz.desktop.plots.made_plots import made_plot
from ncviz.desktop.plots.plot_column import PlotColumn
from ncviz.desktop.plots.plotted_line import PlottedLine
from ncviz.desktop.plots.points import Points
from ncviz.desktop.widgets.formula_card import FormulaCard, show_formula
from ncviz.explorer.explorer import Explorer
from ncviz.metrics.measures import measure_run
from ncviz.runs.measures import class_fuzziness_by_layer, fuzziness_by_layer, law_at
from ncviz.scenes.palette import LIGHT, class_color, readable


@pytest.fixture
def explorer(small_run):
    return opened(small_run.path)


@pytest.fixture
def keep(qapp):
    """Keep widgets until the end of the test, then free them and what pyqtgraph made."""
    kept = []
    yield kept.append
    while kept:
        widget = kept.pop()
        if not sip.isdeleted(widget):
            dispose(widget)
        del widget
    gc.collect()


def opened(path):
    explorer = Explorer()
    explorer.player.ease = False
    explorer.open(path)
    explorer.player.ease = False
    explorer.series.want([measure for plot in plots().values() for measure in plot.needs])
    while not explorer.series.complete:
        explorer.series.advance(1.0)
    return explorer


def go(explorer, epoch):
    explorer.player.seek(explorer.player.position_of(epoch))
    explorer.advance(0.0)


@pytest.fixture
def shown(keep, explorer):
    """Make a plot, show the run in it, at its last epoch but one."""

    dress_now(LIGHT)

    def make(plot, explorer=explorer):
        keep(plot)
        plot.resize(360, 260)
        plot.show()
        go(explorer, explorer.run.epochs[-2])
        plot.follow_run(explorer)
        plot.follow_moment(explorer)
        return plot

    return make


def heights(item):
    return item.getData()[1]


def test_a_plot_has_no_widgets_but_what_is_seen(keep):
    """Qt dresses every widget anew with each theme, those of menus that never open, too."""
    before = set(QApplication.allWidgets())
    keep(made_plot("loss"))
    made = [widget for widget in QApplication.allWidgets() if widget not in before]
    assert len(made) < 25
    assert not [widget for widget in made if isinstance(widget, QMenu)]


# The law


def test_the_law_its_fit_and_the_epochs_before(shown, explorer):
    plot = shown(made_plot("law"))
    fuzziness = fuzziness_by_layer(explorer.run, 10)
    assert heights(plot.curves["now"]) == pytest.approx(np.log10(fuzziness))
    law = law_at(explorer.run, 10)
    assert heights(plot.curves["fit"]) == pytest.approx(np.log10(law.predict([1, 2, 3])))
    ghosts = {t.label: t.values for t in plot.traces if t.key == "earlier" and t.label}
    assert list(ghosts) == ["epoch 0", "epoch 1", "epoch 2", "epoch 5"]
    for epoch in (0, 1, 2, 5):
        assert ghosts[f"epoch {epoch}"] == pytest.approx(fuzziness_by_layer(explorer.run, epoch))
    go(explorer, 0)
    plot.follow_moment(explorer)
    assert not [t for t in plot.traces if t.key == "earlier" and len(t.values)]


@pytest.mark.parametrize("name", ["law", "classes", "splits"])
def test_of_a_single_layer_it_is_said_that_there_is_no_law(shown, make_run, tmp_path, name):
    explorer = opened(make_run(tmp_path / "r", counts=(6, 6), epochs=(0, 1), widths=(5,)).path)
    plot = shown(made_plot(name), explorer)
    said = "One layer alone has no law: it takes two."
    assert plot.numbers.text() == said
    assert plot.in_words().startswith(f"{said} ")
    assert "–" not in plot.in_words()


def test_a_number_that_is_not_defined_is_told_in_words(shown):
    plot = shown(made_plot("law"))
    plot.say("<i>ρ</i> = <b>–</b>&nbsp;&nbsp; layers 2–3&nbsp;&nbsp; <i>r</i> = –")
    assert plot.in_words().startswith("Now: ρ = not defined, layers 2–3, r = not defined. ")


def test_older_ghosts_fade(shown):
    plot = shown(made_plot("law"))

    def strength(trace):
        color = trace.item.opts["pen"].color()
        return abs(color.lightness() - 243)

    drawn = [strength(t) for t in plot.traces if t.key == "earlier"]
    assert drawn == sorted(drawn)
    assert drawn[0] < drawn[-1]


def test_linear_heights_are_the_numbers_themselves(shown, qtbot, explorer):
    plot = shown(made_plot("law"))
    plot.strip.show()
    qtbot.mouseClick(plot.strip.buttons["scale"], Qt.MouseButton.LeftButton)
    fuzziness = fuzziness_by_layer(explorer.run, 10)
    assert heights(plot.curves["now"]) == pytest.approx(fuzziness)
    assert plot.strip.buttons["scale"].text() == "Linear"
    low, high = plot.box.viewRange()[1]
    assert low <= 0
    assert high >= max(fuzziness_by_layer(explorer.run, 0))
    qtbot.mouseClick(plot.strip.buttons["scale"], Qt.MouseButton.LeftButton)
    assert heights(plot.curves["now"]) == pytest.approx(np.log10(fuzziness))


def test_another_run_over_it(shown, explorer, imbalanced_run):
    plot, other = shown(made_plot("law")), opened(imbalanced_run.path)
    go(other, 4)
    plot.follow_other(other)
    expected = np.log10(fuzziness_by_layer(other.run, 4))
    assert heights(plot.curves["other"]) == pytest.approx(expected)
    assert "right run" in plot.legend.text()
    plot.follow_other(None)
    assert "other" not in plot.curves


def test_the_law_of_each_class(shown, explorer):
    plot = shown(made_plot("classes"))
    table = class_fuzziness_by_layer(explorer.run, 10)
    assert sorted(plot.curves) == ["0", "1", "2", "3"]
    for key, item in plot.curves.items():
        number = int(key)
        assert heights(item) == pytest.approx(np.log10(table[:, number]))
        assert (
            item.opts["pen"].color().name().lower()
            == readable(class_color(number, LIGHT), LIGHT.surface).lower()
        )
    explorer.hide_class(2)
    plot.follow_moment(explorer)
    assert sorted(plot.curves) == ["0", "1", "3"]
    assert "class&nbsp;2" not in plot.numbers.text()


def test_train_against_test(shown, explorer):
    plot = shown(made_plot("splits"))
    for split in ("train", "test"):
        expected = fuzziness_by_layer(explorer.run, 10, split)
        assert heights(plot.curves[split]) == pytest.approx(np.log10(expected))


# Over epochs


def test_collapse_over_epochs(shown, explorer):
    plot = shown(made_plot("collapse"))
    records = measure_run(explorer.run, layer="layer 2")["layers"]
    for key, curve in plot.curves.items():
        expected = np.array([r[key] for r in records if r["split"] == "train"])
        above = expected > 0
        assert heights(curve)[above] == pytest.approx(np.log10(expected[above]))
    assert plot.cursor_line.value() == explorer.player.position_of(10)


def test_zero_is_labelled_where_the_curves_come_to_it(shown, explorer):
    plot = shown(made_plot("loss"))
    axis = plot.plot.axes["left"]
    errors = explorer.series.scalar("train_error")
    assert axis.zero is None or min(errors) == 0
    lowest = min(heights(curve).min() for curve in plot.curves.values() if len(heights(curve)))
    axis.set_zero(lowest)
    (_, ticks), *_ = axis.tickValues(lowest - 0.1, lowest + 4, 200)
    assert axis.tickStrings(ticks, 1, 1)[0] == "0"
    assert all(tick - lowest > 0.2 for tick in ticks[1:]), "no number touches it"
    assert "0" not in axis.tickStrings(axis.tickValues(lowest + 1, lowest + 4, 200)[0][1], 1, 1)


def test_each_layer_over_epochs_and_the_strong_one(shown, explorer):
    plot = shown(made_plot("layers"))
    table = np.array([fuzziness_by_layer(explorer.run, e) for e in explorer.run.epochs])
    for layer in range(3):
        assert heights(plot.curves[str(layer)]) == pytest.approx(np.log10(table[:, layer]))
    widths = [plot.curves[str(t)].opts["pen"].widthF() for t in range(3)]
    assert widths[2] > widths[0] == widths[1]
    explorer.set_view(type(explorer.view)(layer=0, epoch=explorer.view.epoch))
    plot.follow_moment(explorer)
    widths = [plot.curves[str(t)].opts["pen"].widthF() for t in range(3)]
    assert widths[0] > widths[1] == widths[2]


def test_norms_of_the_classes_that_are_seen(shown, explorer):
    plot = shown(made_plot("norms"))
    assert set(plot.curves) == {f"{kind}{k}" for kind in "mw" for k in range(4)}
    for number in range(4):
        expected = [
            explorer.series.measured(DIRECTIONS, e).means_norms[number] for e in explorer.run.epochs
        ]
        assert heights(plot.curves[f"m{number}"]) == pytest.approx(expected)
    explorer.hide_class(1)
    plot.follow_moment(explorer)
    assert set(plot.curves) == {f"{kind}{k}" for kind in "mw" for k in (0, 2, 3)}


def test_the_cosines_have_their_ideal_marked(shown, explorer):
    plot = shown(made_plot("angles"))
    assert heights(plot.curves["ideal"]) == pytest.approx([-1 / 4] * 6)
    spread = [explorer.series.measured(DIRECTIONS, e).means_cosines for e in explorer.run.epochs]
    assert heights(plot.curves["least means"]) == pytest.approx([s[0] for s in spread])
    assert heights(plot.curves["means"]) == pytest.approx([s[1] for s in spread])
    assert heights(plot.curves["most means"]) == pytest.approx([s[2] for s in spread])
    assert "scale" not in plot.strip.buttons


def test_minority_and_majority(shown, imbalanced_run):
    explorer = opened(imbalanced_run.path)
    plot = shown(made_plot("groups"), explorer)
    expected = [
        explorer.series.measured(GROUPS, epoch).minority_cosine for epoch in explorer.run.epochs
    ]
    assert heights(plot.curves["minority"]) == pytest.approx(expected)


def test_other_run_over_epochs_as_far_as_the_timeline_goes(shown, small_run, imbalanced_run):
    plot, other = shown(made_plot("loss"), opened(imbalanced_run.path)), opened(small_run.path)
    plot.follow_other(other)
    plot.follow_series(opened(imbalanced_run.path))
    across, up = plot._other["train_loss"].item.getData()
    assert across.tolist() == [0, 1, pytest.approx(1 + 1 / 3)]
    assert up == pytest.approx(np.log10([2.0, 1.0, 2 / 3]))
    plot.set_logarithmic(False)
    assert heights(plot._other["train_loss"].item) == pytest.approx([2.0, 1.0, 2 / 3])
    plot.toggle("train_loss")
    assert not plot._other["train_loss"].item.isVisible()


def test_epochs_stand_where_the_player_puts_them(shown, explorer):
    explorer.player.set_spacing("linear")
    plot = shown(made_plot("loss"))
    places = [explorer.player.position_of(e) for e in explorer.run.epochs]
    assert plot.curves["train_loss"].getData()[0].tolist() == places


# Legend, table, zoom, crosshair


def test_a_word_of_the_legend_hides_its_line(shown):
    plot = shown(made_plot("loss"))
    plot.numbers.linkActivated.emit("test_loss")
    assert not plot.curves["test_loss"].isVisible()
    assert plot.curves["train_loss"].isVisible()
    assert "<s>test&nbsp;loss</s>" in plot.numbers.text()
    assert "test loss" not in plot.table().splitlines()[0]
    plot.numbers.linkActivated.emit("test_loss")
    assert plot.curves["test_loss"].isVisible()
    assert "<s>" not in plot.numbers.text()


def test_the_table_on_the_clipboard(shown, qtbot, explorer):
    plot = shown(made_plot("loss"))
    plot.strip.show()
    qtbot.mouseClick(plot.strip.buttons["copy"], Qt.MouseButton.LeftButton)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["epoch", "loss", "test loss", "error", "test error"]
    assert [int(line.split("\t")[0]) for line in lines[1:]] == list(explorer.run.epochs)
    for line, epoch in zip(lines[1:], explorer.run.epochs, strict=True):
        scalars = explorer.run.snapshot(epoch).scalars
        cells = [float(cell) for cell in line.split("\t")[1:]]
        assert cells == [
            scalars[n] for n in ("train_loss", "test_loss", "train_error", "test_error")
        ]


def test_zoom_stays_and_a_double_click_ends_it(shown, explorer):
    plot = shown(made_plot("loss"))
    QApplication.processEvents()
    before = plot.box.viewRange()
    plot.box.zooming.emit()
    plot.box.setRange(xRange=(1, 2), yRange=(-1, 0), padding=0)
    plot.follow_series(explorer)
    assert plot.box.viewRange()[0] == pytest.approx([1, 2])
    plot.box.whole_asked.emit()
    QApplication.processEvents()
    for found, wanted in zip(plot.box.viewRange(), before, strict=True):
        assert found == pytest.approx(wanted, abs=0.05)
    assert not plot.zoomed


def test_the_crosshair_tells_the_nearest_recorded_point(shown, explorer):
    plot = shown(made_plot("loss"))
    across, up = plot.curves["train_loss"].getData()
    before = None
    while before != (point := plot.box.mapViewToScene(QPointF(across[2], up[2]))):
        before = point  # until the plot has found its range
        QApplication.processEvents()
    plot._pointed(point + QPointF(3, 3))
    assert "epoch 2" in plot._crosshair.label.text()
    assert "<b>0.667</b>" in plot._crosshair.label.text()
    assert plot._crosshair.lines[0].value() == across[2]
    plot._pointed(QPointF(-50, -50))
    assert not plot._crosshair.label.isVisible()


def test_the_tools_are_reached_by_keys(shown, qtbot):
    plot = shown(made_plot("loss"))
    plot.activateWindow()
    qtbot.waitUntil(plot.isActiveWindow)
    plot.clearFocus()
    plot._show_strip(False)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert plot.strip.isVisible()
    plot.strip.buttons["copy"].setFocus(Qt.FocusReason.TabFocusReason)
    assert plot.strip.isVisible()
    plot.strip.buttons["copy"].clearFocus()
    qtbot.waitUntil(lambda: not plot.strip.isVisible() or plot.underMouse())


# The matrix


def test_means_above_the_diagonal_classifier_below(shown, explorer):
    plot = shown(made_plot("matrix"))
    means = list(plot.matrix.means.cosines[np.triu_indices(5, 1)])
    rows = list(plot.matrix.rows.cosines[np.tril_indices(5, -1)])
    assert plot.view.values[np.triu_indices(5, 1)] == pytest.approx(means)
    assert plot.view.values[np.tril_indices(5, -1)] == pytest.approx(rows)
    assert plot.view.ideal == -1 / 4


def test_a_cell_says_its_value_and_its_classes(shown, qtbot):
    plot = shown(made_plot("matrix"))
    pairs = []
    plot.pair_hovered.connect(lambda *pair: pairs.append(pair))
    cell = plot.view.cell_at(plot.view.center_of(3, 1))
    assert cell == (3, 1)
    plot.view.point_at(cell)
    assert pairs == [(3, 1)]
    value = f"{plot.view.values[3, 1]:.3g}".replace("-", "−")
    assert f"<b>{value}</b>" in plot.numbers.text()
    assert "class 3 · class 1" in plot.numbers.text()
    assert "classifier" in plot.numbers.text()
    plot.view.point_at((-1, -1))
    assert pairs[-1] == (-1, -1)


def test_hidden_classes_and_other_layers(shown, explorer):
    plot = shown(made_plot("matrix"))
    explorer.hide_class(1)
    plot.follow_moment(explorer)
    assert plot.view.names == ("class 0", "class 2", "class 3"), "as the scene, not the run"
    assert plot.table().splitlines()[0].split("\t") == ["class", *plot.view.names]
    explorer.set_view(type(explorer.view)(layer=0, epoch=10))
    plot.follow_moment(explorer)
    # Only the last layer has a classifier.
    assert np.array_equal(plot.view.values, plot.matrix.means.cosines, equal_nan=True)


def test_too_few_dimensions_for_a_simplex_etf_are_said(shown, make_run, tmp_path):
    shape = {"counts": (6,) * 6, "epochs": (0, 1), "widths": (5, 2)}  # the last has d < K − 1
    explorer = opened(make_run(tmp_path / "r", **shape).path)
    plot = shown(made_plot("matrix"), explorer)
    assert plot.numbers.text().endswith("no simplex ETF fits")
    assert plot.in_words().endswith(
        "No simplex ETF of 6 classes fits into this layer: it needs 5 dimensions, there are 2."
    )
    explorer.set_view(type(explorer.view)(layer=0))
    plot.follow_moment(explorer)
    assert "fits" not in plot.numbers.text()
    assert plot.in_words().endswith("In a simplex ETF of 6 classes each is −0.2.")


def test_the_neutral_colour_is_the_ideal(shown):
    plot = shown(made_plot("matrix"))
    plot.view.show_matrix(np.array([[1, -1 / 2], [-1 / 2, 1]]), ("a", "b"), -1 / 2)
    color = plot.view._picture(2).pixelColor(1, 0)
    assert (
        max(color.red(), color.green(), color.blue())
        - min(color.red(), color.green(), color.blue())
        < 8
    )


# The column


def test_an_imbalanced_run_has_default_plots_of_its_own(qtbot, keep, explorer, imbalanced_run):
    column = PlotColumn()
    keep(column)
    other = Explorer()
    other.open(imbalanced_run.path)
    column.show_run(explorer)
    assert column.layout_names() == ["law", "collapse", "matrix"]
    column.show_run(other)
    assert column.layout_names() == ["groups", "group fuzziness", "matrix"]
    column.show_run(explorer)
    assert column.layout_names() == ["law", "collapse", "matrix"]
    column.choose(0, "loss")
    column.show_run(other)
    assert column.layout_names() == ["loss", "collapse", "matrix"], "what was chosen stays"
    explorer.series.want(())


def test_the_column_remembers_and_swaps(qtbot, keep, explorer):
    column = PlotColumn()
    keep(column)
    column.resize(368, 720)
    column.show()
    column.show_run(explorer)
    assert column.layout_names() == ["law", "collapse", "matrix"]
    with qtbot.waitSignal(column.layout_changed):
        column.choose(0, "matrix")
    assert column.layout_names() == ["matrix", "collapse", "law"]
    column.choose(1, "loss")
    column.set_layout(["layers", "nonsense", "law"])
    assert column.layout_names() == ["layers", "law", "collapse"]
    assert column.plot("layers").isVisible()
    assert column.plot("matrix") is None
    explorer.series.want(())
    go(explorer, 20)
    column.show_moment(explorer)
    fuzziness = fuzziness_by_layer(explorer.run, 20)
    assert heights(column.plot("law").curves["now"]) == pytest.approx(np.log10(fuzziness))


def test_only_what_is_seen_is_computed(qtbot, keep, small_run):
    explorer = Explorer()
    explorer.open(small_run.path)
    column = PlotColumn()
    keep(column)
    column.show_run(explorer)
    while not explorer.series.complete:
        explorer.series.advance(1.0)
    assert {explorer.series.known(DIRECTIONS, e) for e in explorer.run.epochs} == {None}
    with qtbot.waitSignal(column.wanting):
        column.choose(1, "angles")
    assert not explorer.series.complete
    while not explorer.series.complete:
        explorer.series.advance(1.0)
    column.show_series(explorer)
    assert np.isfinite(heights(column.plot("angles").curves["means"])).all()


@pytest.mark.parametrize("kind", plots())
def test_every_kind_shows_a_run_and_its_formula(kind, shown, imbalanced_run, qtbot):
    explorer = opened(imbalanced_run.path)
    plot = shown(made_plot(kind), explorer)
    plot.follow_series(explorer)
    assert len(plot.table().splitlines()) > 2
    plot.show_formulas()
    qtbot.waitExposed(plot.card)
    assert plot.card.keys == plot.formulas
    assert all(drawn.ink().width() > 10 for drawn in plot.card.formulas)
    assert not math.isnan(plot.card.formulas[0].ink().height())
    plot.card.close()


def test_a_card_is_shown_once_and_does_not_block(keep):
    plot = made_plot("loss")
    keep(plot)
    first = show_formula(plot, ("simplex etf",))
    assert not first.isModal()
    assert show_formula(plot, ("simplex etf",)) is first
    assert isinstance(first, FormulaCard)
    first.close()


def test_names_below_an_axis_never_touch(qtbot, keep, make_run, tmp_path):
    kinds = {
        "ours": ("input", *(f"layer {t}" for t in range(1, 60))),
        "long": tuple(f"features.denseblock{t // 15}.denselayer{t % 15}" for t in range(60)),
        "short": ("stem", "block", "head"),
    }
    for kind, names in kinds.items():
        plot = made_plot("law")
        keep(plot)
        plot.set_layers(names)
        axis = plot.plot.axes["bottom"]
        metrics = QFontMetricsF(axis.font())
        for width in (180.0, 300.0, 700.0):
            ((_, places),) = axis.tickValues(0.6, len(names) + 0.4, width)
            texts = axis.tickStrings(places, 1.0, 1.0)
            middles = [(place - 0.6) * width / (len(names) - 0.2) for place in places]
            halves = [metrics.horizontalAdvance(text) / 2 for text in texts]
            ends = [m + h for m, h in zip(middles, halves, strict=True)]
            starts = [m - h for m, h in zip(middles, halves, strict=True)]
            assert all(end < start for end, start in zip(ends, starts[1:], strict=False)), kind
            assert texts[0] in ("input", "D₁", "stem"), "the first is named"
        assert plot.place_name(3.0).endswith(" · D₃"), "where one points, the name leads"
        assert plot.place_name(3.0).startswith(
            {"ours": "layer 2", "long": "…", "short": "head"}[kind]
        )


def test_a_single_moment_is_seen_as_points(qtbot, keep, make_run, tmp_path):
    run = make_run(tmp_path / "one", counts=(8, 8, 8), epochs=(4,), widths=(6, 4))
    explorer = Explorer()
    explorer.open(run.path)
    explorer.compute(1.0)
    plot = made_plot("collapse")
    keep(plot)
    plot.follow_run(explorer)
    plot.follow_series(explorer)
    curve = plot.trace("nc1").item
    assert curve.point.isVisible()
    assert curve.point.getData()[1] == pytest.approx(curve.getData()[1])
    curve.setData([0.0, 1.0], [1.0, 2.0])
    assert not curve.point.isVisible()


def test_in_large_type_no_number_is_wider_than_the_column(keep):
    try:
        widths = []
        for scale in (1.0, 1.75):
            dress_now(LIGHT, scale)
            plot = made_plot("collapse")
            keep(plot)
            plot.say(
                "minority&nbsp;classifiers&nbsp;<b>−0.0446</b>&nbsp;&nbsp; means&nbsp;<b>1</b>"
            )
            widths.append(plot.numbers.minimumSizeHint().width())
        assert widths[1] < widths[0]
    finally:
        dress_now(LIGHT)


def test_points_that_move_paint_where_they_were_and_are_alone(qtbot, keep):
    plot = made_plot("collapse")
    keep(plot)
    plot.resize(360, 300)
    plot.show()
    points = Points(size=9)
    plot.box.addItem(points, ignoreBounds=True)
    plot.box.setRange(xRange=(0, 1), yRange=(0, 1))  # of itself: else all is looked at anew
    (low, high), (bottom, top) = plot.box.viewRange()
    middle = (bottom + top) / 2
    view = plot.plot
    watch = PaintedRegions(view.viewport())
    painted = watch.regions

    def painted_by(across):
        QApplication.processEvents()
        painted.clear()
        points.setData([across], [middle])
        qtbot.waitUntil(lambda: bool(painted))
        return functools.reduce(QRegion.united, painted)

    def place(across):
        return view.mapFromScene(plot.box.mapViewToScene(QPointF(across, middle)))

    left, right = low + (high - low) / 4, low + 3 * (high - low) / 4

    def paints_both_alone():
        painted_by(left)
        region = painted_by(right)
        assert region.contains(place(left))
        assert region.contains(place(right))
        return not region.contains(place((left + right) / 2))

    qtbot.waitUntil(paints_both_alone)  # what shows the plot at first may still paint all of it
    watch.stop()


def test_tools_leave_the_numbers_to_be_read(shown):
    plot = shown(made_plot("collapse"))
    plot._show_strip(True)
    covered = plot.strip.geometry().bottom() - plot.numbers_room.y()
    assert covered < plot.fontMetrics().lineSpacing() / 4


def test_the_pointer_takes_rings_and_nothing_beside_them(shown):
    plot = shown(made_plot("collapse"))
    plot.box.setRange(xRange=(0, 1), yRange=(0, 1))
    rings, line = Handles(), PlottedLine()
    for item in (rings, line):
        plot.box.addItem(item, ignoreBounds=True)
        item.setData([0.25, 0.75], [0.5, 0.5])
    assert rings.shape().contains(QPointF(0.25, 0.5))
    assert not rings.shape().contains(QPointF(0.5, 0.5))
    assert line.shape().isEmpty()


def test_a_word_beside_a_line_that_moves_leaves_no_ink(qtbot, shown):
    plot = shown(made_plot("collapse"))
    view = plot.plot
    watch = PaintedRegions(view.viewport())
    painted = watch.regions

    def painted_by(change):
        QApplication.processEvents()
        painted.clear()
        change()
        qtbot.waitUntil(lambda: bool(painted))
        QApplication.processEvents()
        return functools.reduce(QRegion.united, painted)

    def put(at):
        chart = replace(plot.chart, uprights=(Upright(at, "R₀"),))
        plot.show_lines(chart, lambda value: value)

    (low, high), _ = plot.box.viewRange()
    painted_by(lambda: put(low + 0.25 * (high - low)))
    label = plot.uprights[0].label
    old = view.mapFromScene(label.sceneBoundingRect()).boundingRect()
    region = painted_by(lambda: put(low + 0.75 * (high - low)))
    assert not old.intersects(view.mapFromScene(label.sceneBoundingRect()).boundingRect())
    assert QRegion(old).subtracted(region).isEmpty()
    region = painted_by(lambda: plot.box.setRange(xRange=(low, 2 * high), padding=0))
    assert QRegion(view.viewport().rect()).subtracted(region).isEmpty()
    watch.stop()


def test_numbers_are_whole_that_came_before_their_plot_was_seen(qtbot, keep):
    plot = made_plot("collapse")
    keep(plot)
    plot.resize(420, 260)
    plot.say(" &nbsp; ".join(f"number&nbsp;<b>{k}</b>" for k in range(9)))

    def whole():
        return plot.numbers.height() >= plot.numbers.heightForWidth(plot.numbers.width())

    plot.show()
    qtbot.waitUntil(whole)
    wide = plot.numbers.height()
    plot.resize(260, 260)
    qtbot.waitUntil(lambda: whole() and plot.numbers.height() > wide)


def test_a_curve_that_moves_leaves_no_ink(qtbot, shown):
    plot = shown(made_plot("collapse"))
    view, trace = plot.plot, plot.traces[0]
    (low, high), (bottom, top) = plot.box.viewRange()
    plot.box.setRange(xRange=(low, high), yRange=(bottom, top), padding=0)
    places = np.linspace(low, high, 5)[1:4]

    def lie(share):
        heights = bottom + (share + np.array([-0.1, 0.0, 0.1])) * (top - bottom)
        trace.set(places, places, 10.0**heights if plot.logarithmic else heights)
        trace.draw(plot.logarithmic, plot.floor)
        return view.mapFromScene(plot.box.mapViewToScene(QPointF(places[1], heights[1])))

    was = lie(0.8)
    for _ in range(12):
        QApplication.processEvents()
    watch = PaintedRegions(view.viewport())
    painted = watch.regions
    now = lie(0.2)
    qtbot.waitUntil(lambda: bool(painted))
    QApplication.processEvents()
    region = functools.reduce(QRegion.united, painted)
    assert region.contains(now)
    assert region.contains(was)
    watch.stop()


def test_a_name_stays_beside_its_number_but_markup_stays_markup():
    assert tied('<a href="x y">ETF, features</a> <b>1</b>') == (
        '<a href="x y">ETF,&nbsp;features</a>&nbsp;<b>1</b>'
    )
