from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from window_parts import dress_now

from ncviz.desktop.scene.hover_card import (
    IMAGE,
    HoverCard,
    agreement_words,
    alignment_words,
    distance_words,
    magnified,
    nearest_words,
    norm_words,
    predicted_words,
)
from ncviz.explorer.direction_facts import DirectionFacts
from ncviz.explorer.pointing import SampleFacts
from ncviz.scenes.palette import DARK, LIGHT, class_color

FACTS = SampleFacts(
    row=7,
    moment="epoch 35",
    layer="layer 7",
    class_names=("Coat", "Shirt", "Bag"),
    labels=(0,),
    label=0,
    predicted=0,
    nearest=0,
    nearest_here=0,
    distance=1.5678,
    relative_distance=0.8812,
    dimensions=9,
    width=100,
    image=np.arange(100, dtype=np.uint8).reshape(10, 10),
)


@pytest.fixture
def scene(qapp, qtbot):
    dress_now(LIGHT)
    widget = QWidget()
    widget.resize(800, 600)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def card(scene):
    return HoverCard(scene)


def test_words():
    assert predicted_words(FACTS) == "Coat, right"
    assert predicted_words(replace(FACTS, predicted=2)) == "Bag, wrong"
    assert predicted_words(replace(FACTS, predicted=None)) == "not recorded"
    assert distance_words(FACTS) == "1.57, 0.881 × the average of its class"
    assert distance_words(replace(FACTS, relative_distance=float("nan"))) == "1.57"
    assert distance_words(replace(FACTS, distance=float("inf"))) == "unknown"
    assert agreement_words(FACTS) == "Classifier and nearest class mean agree (NC4)."
    assert agreement_words(replace(FACTS, nearest=1, nearest_here=1)) == (
        "The nearest class mean says Shirt: they disagree (NC4)."
    )
    assert agreement_words(replace(FACTS, nearest_here=2)) == (
        "Classifier and nearest class mean agree (NC4). In this layer Bag is nearest."
    )
    assert agreement_words(replace(FACTS, predicted=None)) == "Nearest class mean here: Coat."


def test_the_card_shows_the_facts(card):
    assert not card.isVisible()
    card.show_facts(FACTS, QPoint(50, 60), "grey", shapes=True)
    assert card.isVisible()
    assert card.facts is FACTS
    shown = " ".join(label.text() for label in card.findChildren(QLabel))
    for words in ("Coat", "Coat, right", "1.57", "agree", "Sample 7 · layer 7 · epoch 35"):
        assert words in shown
    assert "9 of 100 dimensions" in shown
    assert card.image.isVisible()
    assert card._glyph.color == class_color(0, LIGHT, "grey")


def test_every_label_has_room_for_all_of_its_lines(card):
    names = ["a class whose name needs more than a line of a card", *FACTS.class_names[1:]]
    long = replace(FACTS, class_names=tuple(names), predicted=0, nearest=1, nearest_here=1)
    for facts in (FACTS, long, replace(long, distance=float("inf")), FACTS):
        card.show_facts(facts, QPoint(50, 60))
        labels = card.title, card.predicted, card.distance, card.agreement, card.source
        for label in labels:
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            below = label.mapTo(card, label.rect().bottomLeft()).y()
            assert below < card.height()
        edges = [label.mapTo(card, label.rect().topLeft()).y() for label in labels]
        assert edges == sorted(edges)


def test_without_an_image_there_is_no_empty_frame(card):
    card.show_facts(FACTS, QPoint(50, 60))
    wide = card.width()
    card.show_facts(replace(FACTS, image=None), QPoint(50, 60))
    assert not card.image.isVisible()
    assert card.width() < wide


@pytest.mark.parametrize("x", [0, 400, 799])
@pytest.mark.parametrize("y", [0, 300, 599])
def test_it_stays_in_the_scene_and_off_the_pointer(card, scene, x, y):
    card.show_facts(FACTS, QPoint(x, y))
    assert scene.rect().contains(card.geometry())
    assert not card.geometry().contains(QPoint(x, y))


def test_the_mouse_goes_through(card, scene):
    card.show_facts(FACTS, QPoint(100, 100))
    assert card.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert scene.childAt(card.geometry().center()) is None


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_no_word_is_clipped(card, scale, theme):
    dress_now(theme, scale)
    long = replace(
        FACTS,
        class_names=("a class with a very long name indeed", "Shirt", "Bag"),
        nearest=1,
        nearest_here=2,
        predicted=2,
    )
    try:
        card.show_facts(long, QPoint(100, 100))
        for label in card.findChildren(QLabel):
            if label.isVisible() and label.text():
                needed = label.heightForWidth(label.width())
                needed = label.sizeHint().height() if needed < 0 else needed
                assert label.height() >= needed, label.text()
    finally:
        dress_now(LIGHT)


@pytest.mark.parametrize("shape", [(10, 10), (28, 28), (32, 32, 3), (7, 20)])
def test_images_are_enlarged_by_whole_numbers(qapp, shape):
    image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    large = magnified(image).toImage()
    factor = IMAGE // max(shape[:2])
    assert (large.height(), large.width()) == (factor * shape[0], factor * shape[1])
    for row, column in ((0, 0), (shape[0] - 1, 2), (3, shape[1] - 1)):
        wanted = np.broadcast_to(image[row, column], (3,)).tolist()
        for dy, dx in ((0, 0), (factor - 1, factor - 1)):
            color = large.pixelColor(column * factor + dx, row * factor + dy)
            assert [color.red(), color.green(), color.blue()] == wanted


def test_photographs_are_shrunk(qapp):
    large = magnified(np.zeros((300, 600, 3), np.uint8))
    assert (large.width(), large.height()) == (IMAGE, IMAGE // 2)


def test_it_covers_as_little_of_the_crowd_as_possible(card, scene):
    card.keep_off(np.array([[450.0, 350.0], [460.0, 340.0], [300.0, 350.0]]))
    card.show_facts(FACTS, QPoint(400, 300))
    inside = [card.geometry().contains(QPoint(x, y)) for x, y in ((450, 350), (300, 350))]
    assert inside == [False, False]
    assert not card.geometry().contains(QPoint(400, 300))


def test_a_card_of_a_class_mean(card):
    facts = DirectionFacts(
        kind="means",
        label=1,
        labels=(1,),
        class_names=("Coat", "Shirt", "Bag"),
        moment="epoch 35",
        layer="layer 7",
        norm=2.0,
        relative_norm=1.04,
        nearest=2,
        angle=101.26,
        ideal_angle=120.0,
        alignment=0.9871,
    )
    card.show_facts(FACTS, QPoint(50, 60))
    card.show_facts(facts, QPoint(50, 60), "grey")
    assert not card.image.isVisible()
    assert card.title.text() == "Shirt"
    assert card.predicted.text() == "2, 1.04 × the average"
    assert card.distance.text() == "Bag, 101.3° away; 120.0° in a simplex ETF"
    assert card.agreement.text() == "Cosine with its classifier row: 0.987 (NC3)."
    assert card.source.text() == "Class mean · layer 7 · epoch 35"
    assert card._glyph.color == class_color(1, LIGHT, "grey")
    assert nearest_words(replace(facts, nearest=None)) == "none"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.926, "93 % of its length lies in the picture."),
        (0.004, "0 % of its length lies in the picture."),
        (0.9999, "All of its length lies in the picture."),
    ],
)
def test_a_card_of_a_classifier_row_says_how_much_of_it_is_seen(card, share, words):
    names = ("Coat", "Shirt")
    facts = DirectionFacts(
        "classifier", 0, (0,), names, 35, "layer 7", 2.0, 1.0, 1, 180.0, 180.0, 0.9, share
    )
    card.show_facts(facts, QPoint(50, 60), "grey")
    assert card.agreement.text() == f"Cosine with its class mean: 0.9 (NC3). {words}"
    assert alignment_words(replace(facts, alignment=float("nan"))) == (
        "The classifier belongs to the last layer."
    )
    assert norm_words(replace(facts, relative_norm=float("nan"))) == "2"
    card.show_facts(FACTS, QPoint(50, 60))
    assert "Predicted" in [label.text() for label in card.findChildren(QLabel)]


def test_a_text_stands_in_the_place_of_a_picture(scene, card):
    text = "<b>bold</b> & שלום " + "unbroken" * 40
    card.show_facts(replace(FACTS, image=None, text=text), QPoint(100, 100))
    assert card.text.isVisible()
    assert not card.image.isVisible()
    assert card.text.text().replace("\u200b", "") == text
    assert text in card.words()
    assert scene.rect().contains(card.geometry())
    needed = card.text.heightForWidth(card.text.width())
    assert card.text.height() >= needed
    card.show_facts(FACTS, QPoint(100, 100))
    assert not card.text.isVisible()
    assert card.image.isVisible()
