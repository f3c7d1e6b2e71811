"""Palettes, shapes, themes and the switches, as the Scene shows them."""

import operator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QLabel, QWidget
from sample_parts import make_plots, rest
from window_parts import press_class, settle

from ncviz.concepts import CONCEPTS
from ncviz.desktop.style import dressing as dressing_module
from ncviz.desktop.style.dressing import Dressing
from ncviz.desktop.style.theme import current_look, finish_dressing, is_dressing
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.explorer.room_names import EXPLORE, TRAIN
from ncviz.scenes.palette import DARK, HIGH_CONTRAST, LIGHT, PALETTES, class_color, contrast, rgb
from ncviz.scenes.scene import SHAPES
from ncviz.terms import stretches_of

POLISHED = Qt.WidgetAttribute.WA_WState_Polished


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "classes", "matrix", "norms")


@pytest.fixture(autouse=True)
def _in_order(window, qtbot):
    yield
    rest(window)


def labels(window):
    return window.explorer.run.probe.labels[window.canvas.scene.sample_ids]


def test_shapes_tell_classes_apart(window, qtbot, key):
    assert window.canvas.scene.samples.shapes is None
    key(window, Qt.Key.Key_S)
    settle(qtbot, window)
    assert np.array_equal(window.canvas.scene.samples.shapes, labels(window) % len(SHAPES))
    assert [entry.shape for entry in window.frame.legend.entries] == [0, 1, 2, 3]
    assert window.commands["view.shapes"].isChecked()
    key(window, Qt.Key.Key_S)
    settle(qtbot, window)
    assert window.canvas.scene.samples.shapes is None


@pytest.mark.parametrize("theme", [LIGHT.name, DARK.name])
def test_high_contrast_tells_hidden_classes_from_shown_ones(window, qtbot, theme):
    window.appearance.set_theme(theme)
    window.appearance.set("contrast", "high")
    settle(qtbot, window)
    moment = window.frame.moment.palette().color(QPalette.ColorRole.WindowText)
    assert contrast(moment.name(), window.theme.background) >= HIGH_CONTRAST
    chips, hidden = window.run_panel.classes, 1

    def hue_is_seen():
        place = chips.place_of(hidden)
        picture = chips.viewport().grab(place).toImage()
        middle = picture.height() // 2
        hue = class_color(hidden, window.theme).lower()
        row = [picture.pixelColor(x, middle).name() for x in range(30)]
        return row.count(hue) >= 5

    assert hue_is_seen()
    press_class(qtbot, chips, hidden)
    settle(qtbot, window)
    assert not chips.entries[hidden].checked
    assert not hue_is_seen()


def test_a_palette_colours_samples_legend_and_plots(window, qtbot):
    window.plots.set_layout(("classes",))
    for palette in PALETTES:
        window.appearance.set("palette", palette)
        settle(qtbot, window)
        hues = np.array([rgb(class_color(k, LIGHT, palette)) for k in labels(window)])
        assert np.allclose(window.canvas.scene.samples.colors[:, :3], hues, atol=1e-6), palette
        wanted = [class_color(k, LIGHT, palette) for k in range(4)]
        assert [entry.color for entry in window.frame.legend.entries] == wanted, palette
        lines = [window.plots.plot("classes").trace(str(k)) for k in range(4)]
        assert [line.color for line in lines] == wanted, palette
        pens = [line.item.opts["pen"].color().name() for line in lines]
        assert [contrast(pen, LIGHT.surface) >= 1.85 for pen in pens] == [True] * 4, palette


def test_the_theme_reaches_the_scene(window, qtbot, key):
    assert window.canvas.scene.background == pytest.approx(rgb(LIGHT.background))
    key(window, (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, window)
    scene = window.canvas.scene
    assert scene.background == pytest.approx(rgb(DARK.background))
    assert scene.balls.colors[4, :3] == pytest.approx(rgb(DARK.means), abs=1e-6)


def test_recorded_epochs_only(window, qtbot, key):
    window.playback.seek(3.4)  # between 5 and 10
    settle(qtbot, window)
    between = window.canvas.scene.samples.positions
    assert window.frame.between.isVisible()
    key(window, Qt.Key.Key_E)
    settle(qtbot, window)
    only = window.canvas.scene.samples.positions
    assert not np.array_equal(only, between)
    assert not window.frame.between.isVisible()
    window.playback.seek(3.0)
    settle(qtbot, window)
    assert np.array_equal(window.canvas.scene.samples.positions, only)
    key(window, Qt.Key.Key_E)
    settle(qtbot, window)
    assert not window.explorer.view.recorded_only


def test_a_switch_takes_its_part_away(window, qtbot):
    for switch, part, left in (
        ("show_samples", "samples", 0),
        ("show_means", "balls", 8),
        ("show_classifier", "balls", 8),
        ("show_etf", "edges", 0),
        ("show_labels", "labels", 0),
    ):
        button = window.run_panel.switches[switch]
        button.click()
        settle(qtbot, window)
        assert len(getattr(window.canvas.scene, part)) == left, switch
        button.click()
        settle(qtbot, window)
        assert len(getattr(window.canvas.scene, part)) > left, switch


def test_axes_are_off_until_asked_for(window, qtbot):
    assert len(window.canvas.scene.edges) == 6
    window.run_panel.switches["show_axes"].click()
    settle(qtbot, window)
    assert len(window.canvas.scene.edges) == 9


def test_a_word_of_the_caption_opens_its_card(window, qtbot, key):
    caption = window.frame.caption
    assert caption.text().startswith("Before training: ")
    first = next(part for part in stretches_of(caption.text()) if part.key)
    caption.setFocus(Qt.FocusReason.TabFocusReason)
    if not caption.selectedText():
        key(window, Qt.Key.Key_Tab)
    assert caption.selectedText() == first.text
    key(window, Qt.Key.Key_Return)
    (card,) = window.findChildren(FormulaCard)
    assert card.keys == (CONCEPTS[first.key].formula,)
    card.close()
    qtbot.waitUntil(lambda: not window.findChildren(FormulaCard))
    caption.clearFocus()


def test_plots_that_are_hidden_follow_a_theme_all_the_same(window, qtbot):
    plot = window.plots.plot("matrix") or window.plots._plots["matrix"]
    window.enter("Theory")
    model = window.rooms["Theory"].plots.plots()[0]
    window.enter("Explore")
    window.appearance.set_theme("dark")
    settle(qtbot, window)
    finish_dressing()
    assert plot.view._theme == window.theme
    assert model.plot.axes["left"].textPen().color().name() == window.theme.quiet.lower()
    window.appearance.set_theme("light")
    settle(qtbot, window)


def test_hidden_pages_are_dressed_after_what_is_seen_and_before_they_are(window, qtbot):
    window.enter(TRAIN)
    settle(qtbot, window)
    page = window._columns[window.current.left]
    in_page = [part for part in page.findChildren(QWidget) if part.window() is window]
    window.enter(EXPLORE)
    before = page.findChild(QLabel).font().pixelSize()
    window.appearance.set("text_scale", 1.5)
    assert not any(widget.testAttribute(POLISHED) for widget in in_page)
    # While the window rests.
    qtbot.waitUntil(lambda: all(widget.testAttribute(POLISHED) for widget in in_page))
    assert page.findChild(QLabel).font().pixelSize() == round(1.5 * before)
    window.appearance.set("text_scale", 1.0)
    assert not any(widget.testAttribute(POLISHED) for widget in in_page)
    window.enter(TRAIN)  # at once
    assert all(widget.testAttribute(POLISHED) for widget in in_page)
    assert page.findChild(QLabel).font().pixelSize() == before
    window.enter(EXPLORE)


class Paints(QObject):
    """Notes whether anything is painted, or the scene moved, while a window is being dressed."""

    def __init__(self, dressing, canvas):
        super().__init__()
        self.dressing, self.canvas, self.half_dressed = dressing, canvas, []

    def eventFilter(self, watched, event):
        moves = watched is self.canvas and event.type() == QEvent.Type.Move  # seen at once
        if self.dressing.holds and (moves or event.type() == QEvent.Type.Paint):
            self.half_dressed.append(watched)
        return False


def test_nobody_sees_half_a_look(window, qtbot, qapp, monkeypatch):
    dressing = qapp.findChild(Dressing)
    settle(qtbot, window)
    finish_dressing()
    monkeypatch.setattr(dressing_module, "SLICE_OF_SEEN", 0.0)  # one step a turn
    paints, themes, done = Paints(dressing, window.canvas.native), [], []
    for name in ("_dress", "_leave_layouts"):  # of a widget; at the end of a turn
        does = getattr(dressing_module, name)
        monkeypatch.setattr(
            dressing_module,
            name,
            lambda *part, name=name, does=does: done.append((name, dressing.holds)) or does(*part),
        )
    monkeypatch.setattr(
        window.header, "follow_look", lambda: themes.append(current_look().theme.name)
    )
    for part in window.findChildren(QWidget):
        part.installEventFilter(paints)
    label = next(part for part in window.findChildren(QLabel) if part.isVisible())
    before = label.font().pixelSize()
    window.appearance.set_theme("dark")
    assert dressing.holds
    assert not window.presenter.at_rest
    qapp.processEvents()
    window.appearance.set("text_scale", 1.5)  # the first has not ended, and is not begun again
    qtbot.waitUntil(lambda: not dressing.holds)
    dressed = [name == "_dress" for name, holds in done if holds]
    assert sum(dressed) > 90
    assert not any(map(operator.and_, dressed, dressed[1:]))  # never two in a turn
    assert paints.half_dressed == []
    assert themes == ["dark"]
    assert window.updatesEnabled()
    assert label.font().pixelSize() == round(1.5 * before)
    monkeypatch.undo()
    window.appearance.set("text_scale", 1.0)
    window.appearance.set_theme("light")
    settle(qtbot, window)
    assert label.font().pixelSize() == before


def test_a_room_that_is_entered_meanwhile_is_dressed(window, qtbot):
    window.appearance.set_theme("dark")
    window.enter("Theory")
    assert not is_dressing()
    assert window.updatesEnabled()
    assert (
        window.header.palette().color(QPalette.ColorRole.Window).name()
        == window.theme.surface.lower()
    )
    window.appearance.set_theme("light")
    window.enter("Explore")
    settle(qtbot, window)
