"""The welcome page: samples, recent runs, models and one's own."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog
from window_parts import settle

from ncviz.explorer.bundled_samples import SAMPLES, sample
from ncviz.explorer.room_names import EXPLORE, THEORY
from ncviz.models.model import models
from ncviz.models.optimum import OptimumModel
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def welcome(window, qtbot):
    window.enter("Gallery")
    settle(qtbot, window)
    yield window
    window.comparison.close_second()
    window.appearance.set("text_scale", 1.0)
    settle(qtbot, window)


@pytest.mark.parametrize("key", [item.key for item in SAMPLES])
def test_each_sample_opens_in_its_view(welcome, qtbot, key):
    item = sample(key)
    qtbot.mouseClick(welcome.current.gallery.cards[key], LEFT)
    settle(qtbot, welcome)
    assert welcome.room == EXPLORE
    assert welcome.explorer.run.path == item.path
    assert welcome.explorer.view.classes in ((), item.classes)
    expected = compose(Run(item.path), welcome.explorer.view)
    assert np.allclose(welcome.canvas.scene.balls.positions, expected.balls.positions)
    second = welcome.comparison.second.run
    assert (second is not None) == bool(item.beside)
    if second is not None:
        assert second.path == sample(item.beside).path


def test_a_recent_run_opens_with_a_click(welcome, qtbot, imbalanced_run, small_run):
    welcome.open(imbalanced_run.path)
    welcome.open(small_run.path)
    welcome.enter("Gallery")
    buttons = welcome.current.gallery.recent
    assert [button.toolTip().splitlines()[-1] for button in buttons] == [
        str(small_run.path.resolve()),
        str(imbalanced_run.path.resolve()),
    ]
    qtbot.mouseClick(buttons[1], LEFT)
    settle(qtbot, welcome)
    assert welcome.explorer.run.path == imbalanced_run.path
    assert len(welcome.canvas.scene.labels) > 0


def test_a_recent_run_that_is_gone_is_told_and_forgotten(welcome, qtbot, tmp_path):
    gone = tmp_path / "gone"
    welcome.settings.recent = [str(gone)]
    welcome.enter("Gallery")
    qtbot.mouseClick(welcome.current.gallery.recent[0], LEFT)
    assert welcome.note.isVisible()
    assert "gone" in welcome.note.text.text()
    assert welcome.settings.recent == []


def test_train_your_own(welcome, qtbot):
    qtbot.mouseClick(welcome.current.gallery.train_button, LEFT)
    assert welcome.room == "Train"


def test_open_asks_for_a_folder(welcome, qtbot, answer, imbalanced_run):
    answer(QFileDialog, "getExistingDirectory", str(imbalanced_run.path))
    qtbot.mouseClick(welcome.current.gallery.open_button, LEFT)
    settle(qtbot, welcome)
    assert welcome.explorer.run.path == imbalanced_run.path


@pytest.mark.parametrize("name", models())
def test_each_model_is_a_click_away(welcome, qtbot, name):
    qtbot.mouseClick(welcome.current.gallery.models[name], LEFT)
    settle(qtbot, welcome)
    assert welcome.room == THEORY
    assert welcome.rooms[THEORY].panel.model == name
    model = models()[name]
    usual = model.parameters()
    solved = isinstance(model, OptimumModel)
    classes = len(model.class_names(usual)) if solved else usual.classes
    sets = len(welcome.canvas.scene.labels) - classes  # of labels, named as well
    assert sets == 0 or (name == "label-sets" and sets == usual.classes * (usual.classes - 1) / 2)
    welcome.rooms[THEORY].open_model("layer-peeled")


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_all_of_it_is_seen_on_a_small_screen(welcome, qtbot, scale):
    welcome.resize(1280, 720)
    welcome.appearance.set("text_scale", scale)
    page = welcome.current.gallery
    settle(qtbot, welcome)
    qtbot.waitUntil(lambda: page.scroller.verticalScrollBar().maximum() == 0)
    assert page.scroller.widget().width() <= page.width()
    for card in page.cards.values():
        assert card.picture.height() >= 40
