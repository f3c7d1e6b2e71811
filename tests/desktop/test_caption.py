"""The sentences below the scene: as many as have room, in a height that never changes."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from window_parts import dispose, dress_now

from ncviz.desktop.scene.caption import Caption
from ncviz.desktop.widgets.plain_text import IndexedLabel
from ncviz.scenes.palette import LIGHT

LONG = (
    "The majority classes shown are tight clouds, well apart; the minority classes overlap. "
    "Minority Collapse: the 5 minority classifiers point almost the same way (mean cosine 0.97). "
    "Training error 22.9 %, test error 61.5 %."
)


@pytest.fixture
def caption(qtbot):
    widget = Caption()
    widget.resize(800, 60)
    widget.show()
    yield widget
    dispose(widget)


@pytest.mark.parametrize("width", [420, 560, 800, 1400])
def test_its_height_is_the_same_whatever_is_said(caption, qtbot, width):
    heights = set()
    caption.resize(width, 60)
    for said in ("", "Short.", LONG, "“A. B” overlaps. Then more.", LONG[:90], "No end"):
        caption.say(said)
        heights.add(caption.height())
        assert caption.text() == said, "what was said, all of it"
        assert caption.accessibleName() == said
    assert len(heights) == 1


def test_what_has_no_room_is_left_to_the_tooltip(caption):
    caption.resize(1400, 60)
    caption.say(LONG)
    assert caption.toolTip() == ""
    caption.resize(420, 60)
    assert "test error 61.5" in caption.toolTip()
    written = caption.shown
    assert LONG.startswith(written)
    assert written.endswith(".")


def test_what_a_lesson_speaks_of_is_kept(caption):
    caption.resize(420, 60)
    caption.say(LONG)
    assert "test error" not in caption.shown
    caption.stress("Remember the test error.")
    assert caption.shown.endswith("test error 61.5 %.")
    assert caption.text() == LONG
    assert caption.height() == caption.minimumHeight()
    caption.stress("")
    assert "test error" not in caption.shown


def test_a_full_stop_within_a_name_ends_no_sentence(caption):
    caption.resize(160, 60)
    caption.say("“St. Bernard” and “Mr. X” spread over the neighbouring classes. More. And more.")
    assert caption.shown.startswith(
        "“St. Bernard” and “Mr. X” spread over the neighbouring classes."
    )


def test_after_larger_type_it_is_as_low_and_says_as_much_as_before(qapp, caption):
    """A presentation that ends leaves nothing of its type behind."""
    dress_now(LIGHT)
    caption.resize(560, 60)
    caption.say(LONG)
    before = caption.height(), caption.shown
    dress_now(LIGHT, 1.8)
    assert caption.height() > before[0]
    dress_now(LIGHT)
    assert (caption.height(), caption.shown) == before


def test_indices_of_letters_stand_lower_and_nothing_else_does(caption):
    caption.say("From λ_Z = √n_B / N on; conv_a, layer_1 and <b>K_A</b> are names (NC_m 0.1).")
    assert caption.text().startswith("From λ_Z = √n_B")  # as it is said
    written = QLabel.text(caption)
    for shown in ("λ<sub>Z</sub>", "√n<sub>B</sub>", "&lt;b&gt;K<sub>A</sub>&lt;/b&gt;"):
        assert shown in written
    assert "NC<sub>m</sub>" in written
    assert "conv_a, layer_1" in written


def test_a_label_with_indices_shows_markup_of_others_as_it_is_written(qtbot):
    label = IndexedLabel("K_A of <i>mine</i>\nand more")
    assert label.text() == "K_A of <i>mine</i>\nand more"
    assert label.textFormat() == Qt.TextFormat.RichText
    assert QLabel.text(label) == "K<sub>A</sub> of &lt;i&gt;mine&lt;/i&gt;<br>and more"
    label.setText("<i>mine</i>")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert QLabel.text(label) == "<i>mine</i>"
