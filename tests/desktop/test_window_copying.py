"""Ctrl+C copies what has the focus, and says what that was."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem
from sample_parts import make_plots, rest
from window_parts import settle

from ncviz.charts.rich_text import plain
from ncviz.explorer.room_names import COMPARE, GALLERY

KEY = Qt.Key
COPY = KEY.Key_C, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "matrix", "law", "loss")


@pytest.fixture(autouse=True)
def _in_order(window):
    QGuiApplication.clipboard().clear()
    yield
    window.scene_keys.leave()
    window.keyboard.to_scene()
    rest(window)


def clipboard():
    return QGuiApplication.clipboard().mimeData()


def test_of_the_scene_its_picture_and_of_what_is_pointed_at_its_card(window, qtbot, key):
    window.keyboard.to_scene()
    key(window, COPY)
    assert clipboard().hasImage()
    assert not clipboard().hasText()
    width, height = window.canvas.physical_size
    assert f"{width} × {height} pixels" in window.note.text.text()
    key(window, KEY.Key_N, COPY)
    card = window.frame.card
    assert clipboard().text() == card.words()
    assert not clipboard().hasImage()
    assert clipboard().text().splitlines()[:3] == [
        card.title.text(),
        card.source.text(),  # what it is
        f"Norm: {card.predicted.text()}",
    ]
    assert window.note.text.text() == "What the card says is on the clipboard."


def test_of_a_plot_its_numbers_and_its_picture(window, qtbot, key):
    plot = window.plots.plot("law")
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    settle(qtbot, window)
    key(window, COPY)
    assert clipboard().text() == plot.table()
    image = clipboard().imageData()
    assert image.width() >= plot.width()
    plot.strip.hide()
    assert image == plot.grab().toImage()
    window.keyboard.to_scene()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, KEY.Key_Tab)  # on what lies within it
    assert plot.isAncestorOf(QApplication.focusWidget())
    plot.strip.buttons["formula"].setFocus(Qt.FocusReason.TabFocusReason)
    QGuiApplication.clipboard().clear()
    key(window, COPY)
    assert clipboard().text() == plot.table()


def test_of_a_cell_of_the_matrix_what_it_says(window, qtbot, key):
    window.plots.set_layout(("matrix", "law", "loss"))
    plot = window.plots.plot("matrix")
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, COPY)
    assert clipboard().text() == plot.table()
    key(window, KEY.Key_Right, COPY)
    first, second = clipboard().text().splitlines()
    assert first == plain(plot.numbers.text())
    assert second == window.teacher.answer.sentence


def test_of_a_sentence_its_words(window, qtbot, key):
    window.playback.jump(True)
    settle(qtbot, window)
    caption = window.frame.caption
    caption.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, COPY)
    assert clipboard().text() == caption.text()
    numbers = window.plots.plot("law").numbers
    numbers.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, COPY)
    assert clipboard().text().replace("\N{NO-BREAK SPACE}", " ") == plain(numbers.text())


def test_of_a_table_its_rows(window, qtbot, key, imbalanced_run):
    window.enter(COMPARE)
    assert window.current.open_second(imbalanced_run.path)
    settle(qtbot, window)
    table = window.current.panel.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, COPY)
    head, *rows = (line.split("\t") for line in clipboard().text().splitlines())
    assert head == ["", "small", "imbalanced"]
    assert [tuple(row) for row in rows] == [(r.name, r.left, r.right) for r in table.rows]
    window.comparison.close_second()


def test_of_any_list_what_is_chosen_of_it_or_all(window, key):
    table = QTableWidget(2, 2, window.frame)
    table.setHorizontalHeaderLabels(["class", "images"])
    for row, cells in enumerate((("Lion", "=1"), ("Bear", "20"))):
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.show()
    table.setFocus()
    key(window, COPY)
    assert clipboard().text() == "class\timages\nLion\t'=1\nBear\t20\n"
    table.selectRow(1)
    key(window, COPY)
    assert clipboard().text() == "class\timages\nBear\t20\n"
    window.keyboard.to_scene()
    table.hide()
    table.deleteLater()


def test_where_there_is_nothing_to_copy_that_is_said(window, qtbot, key):
    window.enter(GALLERY)
    settle(qtbot, window)
    key(window, COPY)
    assert window.note.text.text() == "There is nothing here to copy."
    assert not clipboard().hasImage()


def test_a_control_without_words_leaves_it_to_the_scene(window, key):
    window.header.open.setFocus(Qt.FocusReason.TabFocusReason)
    key(window, COPY)
    assert clipboard().hasImage()
