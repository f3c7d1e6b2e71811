"""Each number and symbol of each room answers to pointing, and lights up what it is of."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QRect
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from window_parts import dispose, hover, settle

from ncviz.charts.plot import plots
from ncviz.charts.rich_text import plain
from ncviz.concepts import CONCEPTS
from ncviz.desktop.plots.axis_words import place_of_axis
from ncviz.desktop.rooms.train.recipe_form import RecipeForm
from ncviz.desktop.widgets.class_list import ClassList
from ncviz.desktop.widgets.formula_card import FormulaCard, show_concept
from ncviz.desktop.widgets.teaching import answer_of, show_answer
from ncviz.desktop.widgets.words_at import document_of, fact_at, link_at
from ncviz.explorer.answers import NO_LIGHT, about_word
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.models.model import models

NUMBER = re.compile(r"\d(?!-[A-Z])|∞")  # "2-Layer-Peeled" is a name
# Painted by hand: they hold no text that a test could find.
PAINTED = {
    "LayerList": lambda w: [
        QPoint(40, round((n + 0.5) * w.row_height())) for n in range(len(w._names))
    ],
    "NumberTable": lambda w: [QPoint(w.width() - 6, round(2.5 * w._row_height()))],
    "Readout": lambda w: [w.rect().center()],
    "MatrixView": lambda w: [w.center_of(0, 1).toPoint(), w.center_of(1, 0).toPoint()],
    "RoleRow": lambda w: [w.rect().center()],
}


def ask(widget, point):
    """Rest the pointer at a point of a widget."""
    where = widget.mapToGlobal(point)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, point, where))


def numbered(window):
    """Return each visible widget of the room that shows a number, and where."""
    found = []
    for widget in window.centralWidget().findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, ClassList):
            shown = [widget.place_of(entry.number).center() for entry in widget.entries]
            found += [(widget.viewport(), point) for point in shown]
        painted = PAINTED.get(type(widget).__name__)
        if painted is not None:
            found += [(widget, point) for point in painted(widget)]
        elif isinstance(widget, QLabel) and NUMBER.search(plain(widget.text())):
            found += [(widget, point) for point in places_of_numbers(widget)]
    return found


def places_of_numbers(label):
    """Return the middle of each number in a label, in its pixels."""
    document = document_of(label)
    layout, text = document.documentLayout(), document.toPlainText()
    area = label.contentsRect()
    places = []
    for number in re.finditer(r"[−\d∞][\d.,·⁻⁰¹²³⁴-⁹]*", text):
        block = document.findBlock(number.start())
        line = block.layout().lineForTextPosition(number.start() - block.position())
        x, _ = line.cursorToX(number.start() - block.position())
        top = layout.blockBoundingRect(block).top() + line.y() + line.height() / 2
        places.append(QPoint(round(area.left() + x + 3), round(area.top() + top)))
    return places


def unanswered(window):
    """Return the texts of numbers that say nothing when one points at them."""
    silent = []
    for widget, point in numbered(window):
        words = answer_of(widget, point)
        says = words is not None and (words.sentence or words.meaning)
        text = plain(widget.text()) if isinstance(widget, QLabel) else type(widget).__name__
        # A whole sentence says of its numbers what they are.
        if not says and not tip_of(widget) and not text.endswith("."):
            silent.append((text, widget.property("role")))
    return silent


def tip_of(widget):
    """Return the tip that Qt would show, of the widget or of what it stands on."""
    while widget is not None:
        if widget.toolTip():
            return widget.toolTip()
        widget = widget.parentWidget()
    return ""


# All rooms


@pytest.mark.parametrize("room", [EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN])
def test_every_number_of_a_room_answers(window, qtbot, imbalanced_run, room):
    window.enter(room)
    if room == COMPARE:
        window.rooms[COMPARE].open_second(imbalanced_run.path)
    settle(qtbot, window)
    assert room == GALLERY or len(numbered(window)) > 8
    assert unanswered(window) == []


@pytest.mark.parametrize("model", list(models()))
def test_every_number_of_a_model_answers(window, qtbot, model):
    window.enter(THEORY)
    window.rooms[THEORY].open_model(model)
    settle(qtbot, window)
    assert len(numbered(window)) > 8
    assert unanswered(window) == []
    window.rooms[THEORY].open_model("layer-peeled")


@pytest.mark.parametrize("kind", plots())
def test_every_number_of_a_plot_answers(window, qtbot, imbalanced_run, kind):
    window.open(imbalanced_run.path, remember=False)
    window.plots.set_layout((kind,))
    settle(qtbot, window)
    assert unanswered(window) == []
    window.plots.set_layout(("law", "collapse", "loss"))


@pytest.mark.parametrize(
    "shape",
    [
        {"counts": (6, 6), "epochs": (0,), "widths": (5,)},  # two classes, one epoch, one layer
        {"counts": (6,) * 6, "epochs": (0, 3), "widths": (4, 2)},  # d < K − 1
        {"counts": (9, 9, 3, 1), "epochs": (0, 1), "widths": (5, 5)},  # a single sample
        {"counts": (3,) * 40, "epochs": (0, 1), "widths": (8, 60)},
    ],
)
def test_every_number_of_an_unusual_run_answers(window, qtbot, make_run, tmp_path, shape):
    window.open(make_run(tmp_path / "r", **shape).path, remember=False)
    for room in (EXPLORE, LAYERS):
        window.enter(room)
        for layout in (("law", "collapse", "matrix"), ("norms", "angles", "layers")):
            window.plots.set_layout(layout)
            settle(qtbot, window)
            assert unanswered(window) == []
            for widget, point in numbered(window):
                answer = answer_of(widget, point)
                assert answer is None or not re.search(r"\bnan\b|\binf\b", answer.words)
    window.plots.set_layout(("law", "collapse", "loss"))


# Words that are painted: of marks, of axes, of lines across a plot


def test_the_word_of_a_mark_answers_as_its_line_does(window, qtbot, demonstration):
    window.open(demonstration, remember=False)
    settle(qtbot, window)
    slider, given = window.timeline.slider, window.timeline.slider._marks
    crowded = (*given, *(replace(mark, position=mark.position + 0.2) for mark in given))
    for marks in (given, crowded):
        slider.set_marks(marks)
        assert {mark.text for mark, _ in slider._mark_boxes()} == {"η÷10", "TPT"}
        for mark, box in slider._mark_boxes():
            for across in (box.left() + 1, box.center().x(), box.right() - 3):
                answer = answer_of(slider, QPoint(round(across), round(box.center().y())))
                assert answer.title == CONCEPTS[mark.concept].name
                assert answer.sentence == mark.tip
    slider.set_marks(given)


@pytest.mark.parametrize("layout", [("law", "collapse", "loss"), ("norms", "angles", "layers")])
def test_the_axes_of_a_plot_answer_and_say_what_a_distance_is(window, qtbot, layout):
    window.plots.set_layout(layout)
    settle(qtbot, window)
    for name in layout:
        plot = window.plots.plot(name)
        for side in ("left", "bottom"):
            there = plot.plot.mapFromScene(place_of_axis(plot, side).center())
            answer = answer_of(plot.plot.viewport(), there)
            assert answer.title
            assert side == "left" or answer.meaning
            if side == "left":
                factor = "equal factors" in answer.sentence
                assert factor == plot.logarithmic
                zero = getattr(plot.plot.axes["left"], "zero", None)
                assert ("at the foot" in answer.sentence) == (plot.logarithmic and zero is not None)
        inside = plot.plot.mapFromScene(plot.box.sceneBoundingRect().center())
        assert answer_of(plot.plot.viewport(), inside) is None
    window.plots.set_layout(("law", "collapse", "loss"))


def test_an_axis_whose_heights_are_turned_says_so(window, qtbot):
    plot = window.plots.plot("collapse")
    there = plot.plot.mapFromScene(place_of_axis(plot, "left").center())
    assert "logarithmic" in answer_of(plot.plot.viewport(), there).sentence
    plot.set_logarithmic(False)
    assert "equal differences" in answer_of(plot.plot.viewport(), there).sentence
    plot.set_logarithmic(True)


def test_what_the_numbers_of_the_layers_are_answers(window, qtbot):
    words = window.run_panel.numbers
    assert answer_of(words, words.rect().center()).title == CONCEPTS["D"].name


# The card and the light


def test_a_layer_lights_its_dot_and_its_scene(window, qtbot):
    layers, law = window.run_panel.layers, window.plots.plot("law")
    last = len(window.explorer.run.manifest.layers) - 1
    window.picture.show_layer(last)
    settle(qtbot, window)
    before = window.canvas.scene
    ask(layers, QPoint(60, round((last + 0.5) * layers.row_height())))
    settle(qtbot, window)
    assert window.teacher.card.isVisible()
    assert window.teacher.answer.light.layer == last
    assert len(law.lit.values) == 1
    assert law.lit.values[0] == law.trace("now").values[last]
    after = window.canvas.scene
    assert np.array_equal(before.samples.colors, after.samples.colors)
    assert not np.array_equal(before.sticks.colors, after.sticks.colors)
    QApplication.sendEvent(layers, QEvent(QEvent.Type.Leave))
    settle(qtbot, window)
    assert not window.teacher.card.isVisible()
    assert len(law.lit.values) == 0
    assert np.array_equal(before.sticks.colors, window.canvas.scene.sticks.colors)


def test_nc3_lights_means_and_classifier_and_its_line(window, qtbot):
    plot = window.plots.plot("collapse")
    words = plot.numbers
    places = {link_at(words, point): point for point in places_of_numbers(words)}
    ask(words, places["nc3"])
    settle(qtbot, window)
    assert set(window.teacher.answer.light.roles) == {"means", "classifier"}
    assert plot.curves["nc3"].opts["pen"].width() > plot.curves["nc1"].opts["pen"].width()
    hover(words, (places["nc1"].x(), places["nc1"].y()))
    assert window.teacher.answer is None, "another number is pointed at"
    settle(qtbot, window)
    assert plot.curves["nc3"].opts["pen"].width() == plot.curves["nc1"].opts["pen"].width()


def test_a_card_says_what_is_true_now(window, qtbot):
    readout = window.timeline.readout
    ask(readout, readout.rect().center())
    first = window.teacher.card.sentence.text()
    last = window.explorer.run.epochs[-1]
    window.playback.seek(window.player.position_of(float(last)))
    settle(qtbot, window)
    assert window.teacher.card.isVisible()
    assert f"Epoch {last}" in window.teacher.card.sentence.text() != first
    window.enter(LAYERS)
    window.enter(EXPLORE)
    QApplication.sendEvent(readout, QEvent(QEvent.Type.Leave))


def test_a_card_goes_with_what_it_was_of(window, qtbot, make_run, tmp_path):
    layers = window.run_panel.layers
    last = len(window.explorer.run.manifest.layers) - 1
    ask(layers, QPoint(60, round((last + 0.5) * layers.row_height())))
    assert window.teacher.card.isVisible()
    other = make_run(tmp_path / "r", counts=(6, 6), epochs=(0, 1), widths=(5,))
    window.open(other.path, remember=False)
    settle(qtbot, window)
    asked = window.teacher.answer
    assert asked is None or asked.light.layer < len(window.explorer.run.manifest.layers)


def test_a_light_ends_with_its_room(window, qtbot):
    layers = window.run_panel.layers
    ask(layers, QPoint(60, 4))
    window.enter(THEORY)
    settle(qtbot, window)
    assert window.teacher.answer is None
    assert window.rooms[EXPLORE]._light == NO_LIGHT


def test_the_card_stands_within_the_window_whatever_is_pointed_at(window, qtbot):
    for widget in (window.timeline.readout, window.run_panel.layers, window.frame.moment):
        for point in (QPoint(2, 2), QPoint(widget.width() - 2, widget.height() - 2)):
            ask(widget, point)
            if window.teacher.answer is None:
                continue
            card = window.teacher.card.frameGeometry()
            assert window.frameGeometry().contains(card.topLeft())
            assert window.frameGeometry().contains(card.bottomRight())
            assert not card.contains(widget.mapToGlobal(point))
            QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def test_the_card_of_a_matrix_covers_nothing_of_it(window, qtbot, demonstration):
    window.open(demonstration)
    window.plots.choose(0, "matrix")
    settle(qtbot, window)
    view = window.plots.plot("matrix").view
    whole = QRect(view.mapToGlobal(QPoint(0, 0)), view.size())
    room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
    points = [QPoint(x, y) for x in range(0, view.width(), 9) for y in range(0, view.height(), 9)]
    answered = [point for point in points if show_answer(view, point) is not None]
    assert len(answered) > 20
    for point in answered[::7]:
        show_answer(view, point)
        card = window.teacher.card.geometry()
        assert not card.intersects(whole)
        assert room.contains(card)


def test_no_line_of_a_card_is_cut(window, qtbot):
    card = window.teacher.card
    for key in CONCEPTS:
        card.show_answer(about_word(key), QPoint(400, 300))
        settle(qtbot, window)
        for label in (card.title, card.sentence, card.meaning, card.action):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), key


def test_words_of_a_label_are_found_under_the_pointer(qapp):
    label = QLabel('<a href="one">one</a> <b>12.5</b>   <a href="two">two</a> <b>3</b>')
    label.resize(label.sizeHint())
    assert [link_at(label, point) for point in places_of_numbers(label)] == ["one", "two"]
    facts = QLabel("10 classes · 1,000 images · 61 epochs")
    facts.resize(facts.sizeHint())
    found = [fact_at(facts, point) for point in places_of_numbers(facts)]
    assert found == ["classes", "images", "epochs"]
    assert fact_at(facts, QPoint(2, 400)) == ""
    dispose(label)
    dispose(facts)


# The legend of a model


def test_a_model_says_what_its_colours_are(window, qtbot):
    assert window.frame.roles.isHidden()
    window.enter(THEORY)
    settle(qtbot, window)
    legend = window.frame.roles
    words = [row.words.text for row in legend.rows]
    assert any("majority" in text for text in words)
    assert [row.words.role for row in legend.rows if row.words.role] == [
        "etf",
        "means",
        "classifier",
    ]
    window.rooms[THEORY].open_model("unconstrained-features")
    settle(qtbot, window)
    assert "samples" in [row.words.role for row in legend.rows]
    ask(legend.rows[1], QPoint(6, 6))
    assert window.rooms[THEORY]._light.roles == ("means",)
    legend.rows[0].click()
    (card,) = window.findChildren(FormulaCard)
    assert card.concept == "simplex ETF"
    card.close()
    window.rooms[THEORY].open_model("layer-peeled")
    window.enter(EXPLORE)
    assert legend.isHidden()


# The formula card


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1200, 690)])
@pytest.mark.parametrize("concept", ["NC3", "layer-peeled model", "divergence"])
def test_the_formula_card_stays_inside_the_window(window, qtbot, size, concept):
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    for scale in (1.0, 1.5):
        window.appearance.set("text_scale", scale)
        settle(qtbot, window)
        card = show_concept(window.frame.caption, concept)
        inner = window.rect().translated(window.mapToGlobal(QPoint(0, 0)))
        qtbot.waitUntil(lambda card=card, inner=inner: inner.contains(card.geometry()))
        card.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_card_says_the_meaning_before_the_formula(window, qtbot):
    card = show_concept(window.frame.caption, "NC3")
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert texts[0] == "NC3, self-duality"
    assert texts[1] == CONCEPTS["NC3"].meaning
    meaning = card.findChildren(QLabel)[1]
    assert card.formulas[0].y() > meaning.y() + meaning.height()
    window.resize(1200, 690)
    inner = window.rect().translated(window.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(lambda: inner.contains(card.geometry()))
    card.close()


def test_the_axes_of_every_plot_are_told_in_a_sentence(window, qtbot, imbalanced_run):
    window.open(imbalanced_run.path, remember=False)
    kinds = list(plots())
    for first in range(0, len(kinds), 3):
        window.plots.set_layout(tuple(kinds[first : first + 3]))
        settle(qtbot, window)
        for plot in map(window.plots.plot, kinds[first : first + 3]):
            if not hasattr(plot, "titles") or not plot.isVisible():
                continue  # a matrix answers by its squares
            for side in ("left", "bottom"):
                there = plot.plot.mapFromScene(place_of_axis(plot, side).center())
                assert answer_of(plot.plot.viewport(), there).meaning, plot.titles
    window.plots.set_layout(("law", "collapse", "loss"))
    there = window.plots.plot("law")
    answer = answer_of(
        there.plot.viewport(), there.plot.mapFromScene(place_of_axis(there, "left").center())
    )
    assert answer.meaning == CONCEPTS["D"].meaning


def test_captions_of_a_form_say_what_their_fields_are(window, qtbot):
    window.enter(TRAIN)
    settle(qtbot, window)
    form = window.findChild(RecipeForm)
    captions = [w for w in form.findChildren(QLabel) if w.isVisible() and w.buddy() is not None]
    assert len(captions) > 12
    for caption in captions:
        answer = answer_of(caption, caption.rect().center())
        assert answer.sentence, caption.text()
        assert answer.title == caption.text()
    said = {w.text(): answer_of(w, w.rect().center()).meaning for w in captions}
    assert said["Weight decay"] == CONCEPTS["penalty"].meaning
    window.enter(EXPLORE)


def test_the_switches_of_the_scene_say_what_they_are_of(window, qtbot):
    for switch in window.run_panel.switches.values():
        answer = answer_of(switch, switch.rect().center())
        assert answer.title == switch.text()
        assert answer.sentence or answer.meaning
    switch = window.run_panel.switches["show_means"]
    assert answer_of(switch, QPoint(3, 3)).meaning == CONCEPTS["class mean"].meaning
