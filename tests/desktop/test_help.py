"""The page of shortcuts, and what ncviz says of itself."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from window_parts import dispose, dress_now

from ncviz import __version__
from ncviz.desktop.guide.help import balanced_columns, show_about, show_shortcuts
from ncviz.scenes.palette import LIGHT

GROUPS = {
    name: [(f"{name} number {n}", f"Ctrl+Alt+{n}") for n in range(size)]
    for name, size in {"File": 7, "Edit": 6, "Time": 14, "View": 18, "Train": 4, "Help": 3}.items()
}


@pytest.fixture
def window(qapp, qtbot):
    found = QWidget()
    found.resize(1280, 720)
    yield found
    dispose(found)


def labels(page):
    return [label for label in page.findChildren(QLabel) if label.isVisible()]


def test_all_keys_fit_a_small_screen_without_scrolling(window, qapp, qtbot):
    dress_now(LIGHT)
    page = show_shortcuts(window, GROUPS)
    qtbot.waitExposed(page)
    QApplication.processEvents()
    assert page.width() <= 1280
    assert page.height() <= 720
    assert not page.findChildren(QScrollArea)
    words = [label.text() for label in labels(page)]
    for name, rows in GROUPS.items():
        assert name in words
        assert {text for text, _ in rows} <= set(words)
    for label in labels(page):
        assert label.width() >= label.sizeHint().width(), label.text()
    page.close()


def test_keys_stand_below_each_other(window, qtbot):
    page = show_shortcuts(window, GROUPS)
    qtbot.waitExposed(page)
    lefts = {label.x() for label in labels(page) if label.text().startswith("Ctrl")}
    assert len(lefts) == len(page.columns) >= 2
    page.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F1])
def test_a_key_closes_the_page(window, qtbot, key):
    page = show_shortcuts(window, [("Open", "Ctrl+O")])
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    closed = []
    page.finished.connect(lambda _result: closed.append(True))
    page.destroyed.connect(lambda: closed.append(True))
    assert not page.isModal()
    qtbot.keyClick(page, key)
    qtbot.waitUntil(lambda: bool(closed))


def test_columns_keep_the_order_and_are_much_the_same():
    columns = balanced_columns(GROUPS, 3)
    assert [name for part in columns for name in part] == list(GROUPS)
    heights = [sum(len(rows) + 2 for rows in part.values()) for part in columns]
    assert len(columns) == 3
    assert max(heights) == 31, "no way is lower"
    assert balanced_columns({}, 2) == [{}]


def test_about_says_version_and_licences(window, qtbot):
    page = show_about(window)
    qtbot.waitExposed(page)
    for words in (__version__, "BSD-3-Clause", "Open Font License", "Fashion-MNIST"):
        assert words in page.words.text()
    page.close()
