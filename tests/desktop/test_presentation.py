"""Presentation mode: in, the hint, and back to exactly what was."""

import pytest
from PyQt6 import sip
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QMainWindow, QWidget
from window_parts import dispose

from ncviz.desktop.commands.presentation import Presentation


class Stage(QMainWindow):
    """A window with a menu bar, two columns, one of which is folded, and a scene."""

    def __init__(self):
        super().__init__()
        page = QWidget()
        row = QHBoxLayout(page)
        self.left, self.scene, self.right = QLabel("left"), QWidget(), QLabel("right")
        self.scene.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for part in (self.left, self.scene, self.right):
            row.addWidget(part)
        self.setCentralWidget(page)
        self.menuBar().addMenu("File")
        self.right.hide()
        self.scale = 1.25
        self.scales = []
        self.presentation = Presentation(
            self,
            (self.menuBar(), self.left, self.right),
            self.scene,
            lambda: self.scale,
            self.set_scale,
        )

    def set_scale(self, scale):
        self.scale = scale
        self.scales.append(scale)


@pytest.fixture
def stage(qapp, qtbot):
    window = Stage()
    window.setGeometry(40, 50, 700, 500)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.presentation.leave()
    dispose(window)


def test_it_shows_the_picture_alone_and_gives_everything_back(stage, qtbot):
    place = stage.geometry()
    said = []
    stage.presentation.changed.connect(said.append)
    stage.presentation.toggle()
    qtbot.waitUntil(stage.isFullScreen)
    assert not any(part.isVisible() for part in (stage.menuBar(), stage.left, stage.right))
    assert stage.scale == 1.5
    assert stage.presentation.active
    stage.presentation.toggle()
    qtbot.waitUntil(lambda: stage.geometry() == place)
    assert not stage.isFullScreen()
    assert stage.menuBar().isVisible()
    assert stage.left.isVisible()
    assert not stage.right.isVisible(), "it was folded before"
    assert stage.scales == [1.5, 1.25]
    assert said == [True, False]


def test_what_had_the_keys_has_them_again(stage, qtbot):
    field = QLineEdit(stage.centralWidget())
    field.show()
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    field.setFocus()
    stage.presentation.enter()
    qtbot.waitUntil(stage.scene.hasFocus)
    stage.presentation.leave()
    qtbot.waitUntil(field.hasFocus)
    stage.presentation.enter()
    field.deleteLater()  # of a step that was left meanwhile
    qtbot.waitUntil(lambda: sip.isdeleted(field))
    stage.presentation.leave()
    assert not stage.presentation.active
    qtbot.waitUntil(stage.scene.hasFocus)


def test_larger_text_stays_larger(stage):
    stage.scale = 1.75
    stage.presentation.enter()
    stage.presentation.leave()
    assert stage.scales == []


def test_the_hint_fades(stage, qtbot):
    presentation = stage.presentation
    presentation.enter()
    assert presentation.hint.isVisible()
    assert presentation._timer.interval() == 4000
    presentation._timer.start(1)
    qtbot.waitUntil(lambda: not presentation.hint.isVisible())
    presentation.leave()
    presentation.motion = False
    presentation.enter()
    presentation._timer.start(1)
    qtbot.waitUntil(lambda: not presentation.hint.isVisible())
    presentation.leave()


def test_keys_of_hidden_menus_still_work(stage, qtbot):
    ran = []
    action = QAction("Play", stage)
    action.setShortcut(QKeySequence("P"))
    action.triggered.connect(lambda: ran.append("play"))
    stage.menuBar().actions()[0].menu().addAction(action)
    stage.addAction(action)
    stage.activateWindow()
    stage.presentation.enter()
    qtbot.waitUntil(stage.isActiveWindow)
    qtbot.keyClick(stage.scene, Qt.Key.Key_P)
    assert ran == ["play"]
    stage.presentation.leave()


def test_a_full_screen_that_ends_from_outside_ends_the_presentation(stage, qtbot):
    stage.presentation.enter()
    qtbot.waitUntil(stage.isFullScreen)
    stage.showNormal()
    qtbot.waitUntil(lambda: not stage.presentation.active)
    QApplication.processEvents()
    assert stage.left.isVisible()
    assert not stage.isFullScreen()


def test_what_was_full_screen_stays_so(stage, qtbot):
    stage.showFullScreen()
    qtbot.waitUntil(stage.isFullScreen)
    stage.presentation.enter()
    stage.presentation.leave()
    assert stage.isFullScreen()
