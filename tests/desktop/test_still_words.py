"""Words that change with every frame, and what is laid out for them."""

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from ncviz.desktop.rooms.theory.theory_sliders import ParameterSlider
from ncviz.desktop.widgets.still_words import StillWords
from ncviz.models.layer_peeled import Parameters
from ncviz.parameters import declared


class Asked(QObject):
    """Counts how often a widget is asked to lay out what it holds."""

    def __init__(self, watched):
        super().__init__(watched)
        self.times = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched, event):
        self.times += event.type() == QEvent.Type.LayoutRequest
        return False


def lay_out(qapp):
    """Let layouts that ask others for room have it: each asks in the turn after."""
    for _ in range(5):
        qapp.processEvents()


@pytest.fixture
def page(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(240, 300)
    return page


def test_words_of_the_same_height_are_written_in_their_place(page, qapp):
    words, below = QLabel("One line."), QLabel("below")
    words.setWordWrap(True)
    column = QVBoxLayout(page)
    column.addWidget(StillWords(words))
    column.addWidget(below)
    column.addStretch(1)
    page.show()
    lay_out(qapp)
    asked, top = Asked(page), below.y()
    words.setText("Other words.")
    lay_out(qapp)
    assert asked.times == 0
    assert words.width() == words.parentWidget().width() > 100
    words.setText("So many words that they need more than a line. " * 3)
    lay_out(qapp)
    assert asked.times > 0
    assert below.y() > top
    assert words.height() >= words.heightForWidth(words.width())
    words.setFixedHeight(90)
    lay_out(qapp)
    assert words.height() == 90
    page.hide()
    words.setMaximumHeight(400)
    words.setMinimumHeight(0)
    words.setText("One line.")
    page.show()
    lay_out(qapp)
    assert below.y() == top


def test_words_that_needed_more_while_nobody_saw_them_have_it_once_they_are_seen(page, qapp):
    words, other = QLabel("One line."), QWidget()
    stack, within = QStackedWidget(), QWidget()
    QVBoxLayout(page).addWidget(stack)
    column = QVBoxLayout(within)
    column.addWidget(room := StillWords(words))
    column.addWidget(QWidget(), 1)
    stack.addWidget(within)
    stack.addWidget(other)
    page.show()
    lay_out(qapp)
    for height in (120, 40, 90):
        stack.setCurrentWidget(other)
        lay_out(qapp)
        words.setFixedHeight(height)
        lay_out(qapp)
        stack.setCurrentWidget(within)
        lay_out(qapp)
        assert words.geometry() == room.rect()
        assert room.height() == height


def test_words_that_needed_more_for_a_moment_are_as_high_as_before(page, qapp):
    words = QLabel("One line.")
    column = QVBoxLayout(page)
    column.addWidget(room := StillWords(words))
    column.addStretch(1)
    page.show()
    lay_out(qapp)
    before = room.height()
    words.setMinimumHeight(120)
    words.setMinimumHeight(0)
    lay_out(qapp)
    assert words.geometry() == room.rect()
    assert room.height() == before


def test_a_value_of_a_slider_lays_nothing_out(page, qapp):
    slider = ParameterSlider(declared(Parameters)["ratio"], Parameters())
    QVBoxLayout(page).addWidget(slider)
    page.show()
    qapp.processEvents()
    slider.show_number(8.88)
    qapp.processEvents()
    asked = Asked(slider)
    for value in (1.23, 4.56, 777.0):
        slider.show_number(value)
        qapp.processEvents()
        assert slider.value.width() >= slider.value.sizeHint().width()
    assert asked.times == 0
    slider.write("12,345 · solving…")
    assert slider.value.width() >= slider.value.sizeHint().width()
    wide = slider.value.width()
    slider.write("1.2")
    assert slider.value.width() < wide
