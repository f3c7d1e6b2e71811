"""Presentation mode in the real window: the picture, the keys, and back."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel
from window_parts import settle

from ncviz.desktop.style.theme import finish_dressing
from ncviz.desktop.timeline.timeline_slider import TimelineSlider
from ncviz.explorer.room_names import EXPLORE, LAYERS, THEORY, TRAIN

KEY = Qt.Key


@pytest.fixture
def presenting(window, qtbot, key):
    window.commands["view.present"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    settle(qtbot, window)
    yield window
    window.presentation.leave()
    qtbot.waitUntil(lambda: not window.isFullScreen())
    settle(qtbot, window)


def test_only_the_picture_and_the_timeline_are_left(presenting):
    for part in (presenting.menuBar(), presenting.header, presenting.left, presenting.right):
        assert not part.isVisible()
    assert presenting.canvas.native.isVisible()
    assert presenting.timeline.isVisible()
    assert presenting.settings.text_scale == 1.5
    assert presenting.presentation.hint.isVisible()


def test_all_type_is_read_from_the_last_row(presenting, qtbot):
    least = 0.025 * presenting.height() - 0.5
    kinds = QLabel, QAbstractButton, QComboBox, TimelineSlider
    words = [w for kind in kinds for w in presenting.findChildren(kind) if w.isVisible()]
    assert len(words) > 10
    for widget in words:
        assert widget.font().pixelSize() >= least, widget
    assert presenting.frame.legend._font().pixelSize() >= least
    side = min(presenting.canvas.native.width(), presenting.canvas.native.height())
    scale = presenting.appearance.text_scale
    assert all(label.size * side * scale >= least for label in presenting.canvas.scene.labels)
    inside = presenting.rect()
    for widget in words:
        assert inside.contains(widget.mapTo(presenting, widget.rect().center())), widget


def test_the_hint_leaves_the_legend_free(presenting, qtbot):
    hint, legend = presenting.presentation.hint, presenting.frame.legend
    assert hint.isVisible()
    assert legend.isVisible()
    assert not hint.geometry().intersects(legend.geometry())
    assert hint.geometry().bottom() < legend.y()


def test_the_keys_work(presenting, qtbot, key):
    key(presenting, KEY.Key_End)
    settle(qtbot, presenting)
    assert presenting.explorer.nearest_epoch == 20
    last = presenting.canvas.scene.balls.positions.copy()
    key(presenting, KEY.Key_Left)
    settle(qtbot, presenting)
    assert presenting.explorer.nearest_epoch == 10
    assert not np.allclose(presenting.canvas.scene.balls.positions, last)
    key(presenting, KEY.Key_Space)
    assert presenting.player.playing
    key(presenting, KEY.Key_Space)
    assert not presenting.player.playing
    key(presenting, KEY.Key_Up)
    settle(qtbot, presenting)
    assert presenting.explorer.view.layer == 1
    key(presenting, (KEY.Key_2, Qt.KeyboardModifier.ControlModifier))
    settle(qtbot, presenting)
    assert presenting.room == LAYERS
    assert len(presenting.canvas.picture.panels) == 3
    assert not presenting.left.isVisible(), "the columns stay folded"


def test_b_turns_the_screen_black_until_the_next_key(presenting, qtbot, key):
    marks = presenting.explorer.bookmarks
    key(presenting, KEY.Key_B)
    presentation = presenting.presentation
    assert presentation.is_blank
    key(presenting, KEY.Key_Right)  # which brings the picture back, and does nothing else
    assert not presentation.is_blank
    assert presenting.explorer.bookmarks == marks
    key(presenting, KEY.Key_B)
    key(presenting, KEY.Key_Escape)
    assert presentation.active
    assert not presentation.is_blank


def test_escape_leaves_it_as_it_was(window, qtbot, key):
    window.commands["view.right"].trigger()
    size = window.size()
    key(window, KEY.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    key(window, KEY.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    qtbot.waitUntil(lambda: window.size() == size)
    assert window.menuBar().isVisible()
    assert window.header.isVisible()
    assert window.left.isVisible()
    assert not window.right.isVisible(), "it was folded before"
    assert window.settings.text_scale == window.appearance.text_scale == 1.0


@pytest.mark.parametrize("room", [EXPLORE, THEORY, TRAIN])
def test_columns_are_as_wide_as_before(window, qtbot, room):
    window.resize(1240, 680)
    window.enter(room)
    settle(qtbot, window)
    wide = window.left.width(), window.right.width()
    for _ in range(2):
        window.presentation.enter()
        qtbot.waitUntil(window.isFullScreen)
        settle(qtbot, window)
        window.presentation.leave()
        qtbot.waitUntil(lambda: not window.isFullScreen())
        settle(qtbot, window)
        finish_dressing()
        assert (window.left.width(), window.right.width()) == wide
    window.enter(EXPLORE)


def test_what_a_lesson_opens_has_the_width_of_what_it_has_not(presenting, qtbot):
    window = presenting
    window.presentation.lay_open(("plots",))
    settle(qtbot, window)
    assert window.left.isHidden()
    alone = window.right.width()
    assert alone <= window.width() // 2
    window.presentation.lay_open(("plots", "layers"))
    settle(qtbot, window)
    assert not window.left.isHidden()
    assert window.right.width() < alone
    hint = window.presentation.hint
    assert hint.height() >= hint.heightForWidth(hint.width()), "beside columns it has more lines"
    window.presentation.lay_open(())
    settle(qtbot, window)
