"""Lists of choices: what scrolls past them, and what is longer than they are."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QStyleOptionComboBox
from window_parts import dispose, turn_wheel

from ncviz.desktop.widgets.choice import Choice


@pytest.fixture
def box(qtbot):
    box = Choice()
    box.addItems(["Fixed simplex ETF", "learned", "class means"])
    box.show()
    qtbot.waitExposed(box)
    yield box
    dispose(box)


def test_the_wheel_chooses_nothing_not_even_just_after_a_choice(box):
    box.activateWindow()
    box.setFocus()
    turn_wheel(box, -1)
    assert box.currentIndex() == 0
    assert not box.focusPolicy() & Qt.FocusPolicy.WheelFocus & ~Qt.FocusPolicy.StrongFocus


def test_words_that_do_not_fit_end_in_an_ellipsis(box):
    def painted():
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        return option.currentText

    box.resize(400, box.height())
    assert painted() == "Fixed simplex ETF"
    box.resize(80, box.height())
    assert painted().endswith("…")
    assert "Fixed simplex ETF".startswith(painted()[:-1])
    assert box.currentText() == "Fixed simplex ETF"  # for all who ask
