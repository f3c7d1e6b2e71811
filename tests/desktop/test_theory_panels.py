"""The columns of the Theory room, without a window: what is asked reaches the desk."""

import math

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtWidgets import QHBoxLayout, QWidget
from window_parts import dispose, dress_now, pick

from ncviz.desktop.rooms.theory.theory_panel import TheoryPanel
from ncviz.desktop.rooms.theory.theory_plots import TheoryPlots
from ncviz.desktop.rooms.theory.theory_sliders import STEPS, Scale
from ncviz.desktop.style.theme import BODY
from ncviz.desktop.widgets.class_sizes import ClassSizesEditor
from ncviz.explorer.desks import make_desks
from ncviz.explorer.optimum_desk import MAXIMUM_PINS
from ncviz.models.class_sizes import MAXIMUM_RATIO
from ncviz.models.descent import optimum_of
from ncviz.models.model import models
from ncviz.scenes.palette import DARK, LIGHT

PEELED, FEATURES, SQUARE = "layer-peeled", "unconstrained-features", "square-loss"
HEIGHT = 560  # what a window of 1280×720 leaves for a column
WIDTH = 288


class Column:
    """Panels, plots and desks, told of each other's changes as the room does."""

    def __init__(self):
        self.desks = make_desks()
        self.panel = TheoryPanel(self.desks)
        self.plots = TheoryPlots(self.desks)
        self.host = QWidget()
        row = QHBoxLayout(self.host)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.panel)
        row.addWidget(self.plots)
        for desk in self.desks.values():
            desk.listen(lambda _: self.show())
        self.panel.model_changed.connect(self.plots.show_model)

    def show(self):
        self.panel.show_problem()
        self.plots.show_curve()
        self.plots.show_moment()

    def open(self, name):
        pick(self.panel.switch, name)
        return self.panel.panel_of(name), self.desks[name]

    def finish(self, name):
        while self.desks[name].moving:
            self.desks[name].advance(0.016)


@pytest.fixture
def make_column(qapp):
    made = []

    def make():
        column = Column()
        made.append(column)
        column.host.resize(WIDTH + 340, HEIGHT)
        column.host.show()
        return column

    yield make
    for column in made:
        for desk in column.desks.values():
            desk.close()
        dispose(column.host)


@pytest.fixture
def column(make_column):
    return make_column()


def test_the_switch_shows_one_model_at_a_time(column):
    told = []
    column.panel.model_changed.connect(told.append)
    for name in (FEATURES, SQUARE, PEELED):
        panel, _ = column.open(name)
        assert panel.isVisible()
        assert column.panel.switch.currentText() == models()[name].title
        assert column.panel.model == name
    assert told == [FEATURES, SQUARE, PEELED]


def fits(panel, size):
    needed = panel.minimumSizeHint()
    return needed.boundedTo(size) == needed


@pytest.mark.parametrize("name", list(models()))
def test_the_panels_need_no_scroll_bar(qtbot, name, make_column):
    dress_now(DARK, 1.5)  # made in large type, they forget what it needed
    column = make_column()
    for theme, scale in ((LIGHT, 1.0), (DARK, 1.5), (LIGHT, 1.0)):
        dress_now(theme, scale)
        column.open(name)
        size = QSize(round(WIDTH * scale), round(HEIGHT * scale))
        qtbot.waitUntil(lambda size=size: fits(column.panel, size))


@pytest.mark.parametrize(
    "scale",
    [Scale(0.1, 100.0), Scale(0.0, 5.0, logarithmic=False), Scale(1e-6, 0.1, zero=True)],
)
def test_scales_reach_their_ends_and_come_back(scale):
    assert scale.value(STEPS) == pytest.approx(scale.high)
    assert scale.value(0) == (0.0 if scale.zero else pytest.approx(scale.low))
    for position in (0, 1, 500, STEPS):
        assert scale.position(scale.value(position)) == position


def test_a_value_that_grows_is_never_cut(column):
    """Read before any event is worked off, as a picture of the moment would."""
    ratio = column.open(PEELED)[0].fields["ratio"]
    for value in (1.0, 3.0, 300.0, 9990.0, 2.0):
        ratio.show_number(value)
        assert ratio.value.width() >= ratio.value.sizeHint().width()
        assert ratio.value.geometry().right() <= ratio.width()


def test_the_peeled_sliders_ask_the_desk(column):
    panel, desk = column.open(PEELED)
    panel.fields["classes"].slider.setValue(20)
    panel.fields["majority"].slider.setValue(19)
    panel.fields["budget"].slider.setValue(0)
    panel.fields["ratio"].slider.setValue(STEPS)
    assert (desk.parameters.classes, desk.parameters.majority) == (20, 19)
    assert desk.parameters.ratio == pytest.approx(MAXIMUM_RATIO)
    assert desk.parameters.budget == pytest.approx(0.1)


def test_a_preset_turns_the_curve_to_the_two_smallest_classes(column):
    panel, desk = column.open(PEELED)
    panel.fields["preset"].setCurrentIndex(panel.fields["preset"].findData("long tail 10"))
    panel.fields["preset"].activated.emit(panel.fields["preset"].currentIndex())
    column.finish(PEELED)
    assert not panel.fields["majority"].isEnabled()
    assert panel.fields["shape"].sizes == pytest.approx(desk.parameters.sizes)
    assert "two smallest" in column.plots.page_of("layer-peeled").plot("cosine").heading.text()
    across, up = column.plots.page_of("layer-peeled").plot("cosine").curves["cosine"].getData()
    assert len(across) == len(up) == 65
    assert "duality gap" in column.plots.page_of("layer-peeled").plot("cosine").numbers.text()


def test_the_point_and_the_mark_stand_out_from_their_curve(column):
    column.open(PEELED)
    plot = column.plots.plots()[0]
    curve = plot.curves["cosine"]
    assert plot.here.zValue() > curve.zValue()  # else its halo would lie below the curve
    assert plot.here.opts["pen"].color().name() == LIGHT.surface.lower()
    mark = plot.uprights[0].label
    assert mark.toPlainText() == "R₀"
    assert mark.textItem.font().pixelSize() == BODY
    assert mark.color.name() == LIGHT.text.lower()


def test_bars_are_dragged(qtbot, column):
    panel, desk = column.open(PEELED)
    bars = panel.fields["shape"]
    x = round(bars.bar(0).center().x())
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=QPoint(x, bars.height() // 2))
    middle = bars.sizes[0]
    qtbot.mouseMove(bars, QPoint(x, 0))
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=QPoint(x, 0))
    assert 1 < middle < MAXIMUM_RATIO
    assert desk.parameters.preset == "free"
    assert desk.parameters.sizes[0] == max(desk.parameters.sizes) > 1
    assert panel.fields["preset"].currentData() == "free"


def test_bars_are_moved_by_keys(qtbot, qapp):
    bars = ClassSizesEditor()
    qtbot.addWidget(bars)
    bars.show_sizes((1.0, 10.0, 1.0))
    told = []
    bars.changed.connect(told.append)
    for pressed in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(bars, pressed)
    assert told == [pytest.approx((1.0, 10 * 10**0.1, 1.0))]
    qtbot.keyClick(bars, Qt.Key.Key_End)
    assert bars.sizes[1] == pytest.approx(MAXIMUM_RATIO)
    qtbot.keyClick(bars, Qt.Key.Key_Home)
    assert bars.sizes == pytest.approx((1, 1, 1))
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    assert bars.sizes == pytest.approx((10**0.1, 1, 10**0.1))
    assert all(size >= 1 for sizes in told for size in sizes)


def test_curves_are_pinned_and_removed_by_their_buttons(column):
    panel, desk = column.open(PEELED)
    plot = column.plots.page_of("layer-peeled").plot("cosine")
    for budget in range(MAXIMUM_PINS):
        desk.set(budget=budget + 1.0)
        panel.pin.click()
    assert not panel.pin.isEnabled()
    assert all(label.isVisible() for label in plot.pins.labels)
    plot.pins.buttons[0].click()
    assert len(desk.pins) == MAXIMUM_PINS - 1
    assert panel.pin.isEnabled()
    assert "E = 2" in plot.pins.labels[0].text()
    assert "kept 5" not in plot.curves


def test_q_near_two_is_two(column):
    panel, desk = column.open(PEELED)
    panel.fields["q"].slider.setValue(panel.fields["q"].scale.position(2.03))
    assert desk.parameters.q == 2.0
    panel.fields["q"].slider.setValue(STEPS)
    assert desk.parameters.q == pytest.approx(6)
    assert "solving" in panel.fields["q"].value.text()
    desk._search._job.wait()
    desk.advance(0.0)
    assert panel.fields["q"].value.text() == "6"
    assert "residual" in column.plots.page_of("layer-peeled").plot("cosine").numbers.text()


def test_the_feature_model_plays_and_restarts(column):
    panel, desk = column.open(FEATURES)
    desk.set(samples=5)
    panel.buttons.play.click()
    assert panel.buttons.play.text() == "Pause"
    column.finish(FEATURES)
    column.plots.show_moment()
    panel.show_moment()
    assert panel.buttons.play.text() == "Play"
    across, up = column.plots.page_of(FEATURES).plot("collapse").curves["nc1"].getData()
    assert len(across) == len(desk.run.epochs)
    assert up[-1] < -9
    (target,) = column.plots.page_of(FEATURES).plot("objective").levels
    assert target.isVisible()
    assert 10 ** target.value() == pytest.approx(optimum_of(desk.descent).objective)
    panel.buttons.restart.click()
    assert desk.shown_step == 0
    panel.buttons.step.click()
    assert desk.player.position == 1


def test_the_feature_model_s_fields_ask_the_desk(column):
    panel, desk = column.open(FEATURES)
    desk.set(samples=5)
    for name, box, value in (
        ("loss", panel.fields["loss"], "focal"),
        ("kind", panel.fields["kind"], "sphere"),
        ("preset", panel.fields["preset"], "one giant"),
    ):
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
        assert value in (getattr(desk.parameters, name), desk.parameters.loss)
    assert panel.fields["focusing"].isVisible()
    assert panel.fields["temperature"].isVisible()
    assert not panel.fields["lambda_w"].isVisible()
    panel.more.click()
    for name in ("learning_rate", "momentum", "samples", "seed", "lambda_b"):
        for position in ("minimum", "maximum"):
            slider = panel.fields[name].slider
            slider.setValue(getattr(slider, position)())
            desk.player.seek(3.0)
            column.finish(FEATURES)
    assert desk.parameters.learning_rate == pytest.approx(1e3)
    assert desk.parameters.momentum == pytest.approx(0.99)


def test_keep_is_asked_once_something_has_descended(column):
    panel, desk = column.open(FEATURES)
    told = []
    column.panel.keep_asked.connect(lambda: told.append("keep"))
    assert not panel.keep.isEnabled()
    desk.step()
    column.finish(FEATURES)
    panel.show_moment()
    panel.keep.click()
    assert told == ["keep"]


def test_norms_meet_the_target_with_weight_decay_only(column):
    panel, desk = column.open(SQUARE)
    for decays in (True, False):
        panel.fields["decays"].setChecked(decays)
        desk.player.end()
        column.finish(SQUARE)
        column.plots.show_moment()
        _, up = column.plots.page_of(SQUARE).plot("length").curves["norm"].getData()
        (target,) = column.plots.page_of(SQUARE).plot("length").levels
        assert target.isVisible() == decays
        assert math.isclose(up[-1], target.value(), rel_tol=0.02) == decays
        assert np.isfinite(up).all()
    assert "nothing is predicted" in panel.remark.text()


def test_plots_over_the_layers_follow_depth_and_layer(make_column):
    column = make_column()
    _, desk = column.open("deep-features")
    desk.set(samples=1, width=6)
    column.show()
    plot = column.plots.page_of("deep-features").plot("layers")
    assert plot.names == ("features", "layer 1", "layer 2", "layer 3")
    assert plot.place_of_moment() == pytest.approx(4)
    desk.set(below=2)
    column.show()
    assert len(plot.ring.values) == 1
    assert plot.ring.across[0] == pytest.approx(2)
    desk.set(depth=2)
    column.show()
    assert plot.names == ("features", "layer 1")
    spectrum = column.plots.page_of("deep-features").plot("spectrum")
    assert "rank" in spectrum.numbers.text()
