"""The welcome page."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel
from window_parts import dispose, dress_now, pixels_of

from ncviz.desktop.rooms.gallery.gallery import RECENT, Gallery
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES, Sample
from ncviz.models.model import models
from ncviz.scenes.palette import DARK, LIGHT


@pytest.fixture
def gallery(qapp, qtbot):
    page = Gallery()
    page.resize(1280, 660)
    page.show()
    qtbot.waitExposed(page)
    yield page
    dispose(page)


def test_a_card_opens_its_sample(gallery, qtbot):
    said = []
    gallery.open_sample.connect(said.append)
    for item in SAMPLES:
        qtbot.mouseClick(gallery.cards[item.key], Qt.MouseButton.LeftButton)
    assert said == [item.key for item in SAMPLES]


def test_a_card_is_reached_by_keys(gallery, qtbot):
    said = []
    gallery.open_sample.connect(said.append)
    card = gallery.cards["balanced"]
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert said == ["balanced"]
    assert card.accessibleName() == "Minority Collapse, balanced"


def test_models_training_and_opening(gallery):
    said = []
    gallery.open_theory.connect(said.append)
    gallery.train.connect(lambda: said.append("train"))
    gallery.open_asked.connect(lambda: said.append("open"))
    for card in gallery.models.values():
        card.click()
    gallery.train_button.click()
    gallery.open_button.click()
    assert said == [*models(), "train", "open"]


def test_recent_runs(gallery):
    said = []
    gallery.open_path.connect(said.append)
    gallery.set_recent([f"/runs/number {n}" for n in range(RECENT + 3)])
    assert [button.text() for button in gallery.recent] == [f"number {n}" for n in range(RECENT)]
    gallery.recent[1].click()
    assert said == [Path("/runs/number 1")]
    gallery.set_recent([])
    assert gallery.recent == []
    QApplication.processEvents()
    words = [label.text() for label in gallery.findChildren(QLabel) if label.isVisible()]
    assert "Runs that you open or train appear here." in words


def test_pictures_follow_the_theme(gallery):
    means = []
    for theme in (LIGHT, DARK):
        dress_now(theme)
        means.append(pixels_of(gallery.cards["linear"].picture.grab().toImage())[..., :3].mean())
    assert means[0] > 200
    assert means[1] < 80
    dress_now(LIGHT)


def test_a_sample_without_a_picture_still_opens(qapp, qtbot, monkeypatch):
    def refuse(self, theme):
        raise UserError("There is no picture.")

    monkeypatch.setattr(Sample, "thumbnail", refuse)
    page = Gallery()
    said = []
    page.open_sample.connect(said.append)
    page.cards["linear"].click()
    assert said == ["linear"]
    dispose(page)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_words_are_not_clipped(gallery, qapp, scale):
    dress_now(LIGHT, scale)
    for size in ((1440, 840), (1280, 660)):
        gallery.resize(*size)
        QApplication.processEvents()
        for card in gallery.cards.values():
            for label in card.findChildren(QLabel):
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert not gallery.scroller.horizontalScrollBar().isVisible()
        assert not gallery.scroller.verticalScrollBar().isVisible()
    dress_now(LIGHT)


def test_four_cards_stand_in_rows_without_a_lonely_one(gallery):
    tops = set()
    for width in (1440, 700, 420):
        gallery.resize(width, 660)
        QApplication.processEvents()
        tops.add(len({card.y() for card in gallery.cards.values()}))
    assert tops <= {1, 2, 4}
    assert len(tops) > 1


def test_a_tall_page_has_tall_pictures_and_a_low_one_fewer_runs(gallery, qapp):
    gallery.set_recent([f"/runs/{number}" for number in range(RECENT)])
    picture = next(iter(gallery.cards.values())).picture
    shapes = []
    for size in ((1440, 840), (1280, 660)):
        gallery.resize(*size)
        QApplication.processEvents()
        shapes.append(picture.height() / picture.width())
        assert not gallery.scroller.verticalScrollBar().isVisible()
    assert shapes[0] >= 0.79 > shapes[1]
    gallery.resize(1280, 480)
    QApplication.processEvents()
    assert [button.isVisible() for button in gallery.recent] == [True] * 3 + [False] * 3


def test_both_buttons_are_of_one_height(gallery):
    first, second = gallery.open_button, gallery.train_button
    assert (first.y(), first.height()) == (second.y(), second.height())
