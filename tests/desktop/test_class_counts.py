"""What the left column says of recorded epochs and of the sizes of classes."""

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication
from window_parts import settle

from ncviz.desktop.class_chips import ClassChips
from ncviz.desktop.run_panel import recorded_words


@pytest.fixture
def chips(qapp):
    widget = ClassChips()
    yield widget
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize(
    ("epochs", "words"),
    [
        ((0,), "1 epoch"),
        ((600,), "1 of 600 epochs"),
        ((0, 1, 2), "3 epochs"),
        ((1, 2, 3), "3 epochs"),
        ((0, 5, 600), "3 of 600 epochs"),
        ((0, 1500), "2 of 1,500 epochs"),
    ],
)
def test_recorded_epochs_are_told_from_all(epochs, words):
    assert recorded_words(epochs) == words


def test_chips_of_unequal_classes_say_how_many_samples_each_has(chips):
    chips.set_classes(("Shirt", "R & D"), (1500, 2))
    assert [chip.text() for chip in chips.chips] == ["Shirt · 1,500", "R && D · 2"]
    chips.set_classes(("Shirt", "Bag"))
    assert [chip.text() for chip in chips.chips] == ["Shirt", "Bag"]


class Moves(QObject):
    """Counts how often the children of a widget are moved."""

    def __init__(self, parent):
        super().__init__()
        self.over, self.count = parent, 0

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.Move and watched.parent() is self.over
        return False


def test_many_classes_are_laid_out_together(qapp, qtbot, window, tmp_path, make_run):
    """One after the other, each would move all those that are there."""
    run = make_run(tmp_path / "many", (2,) * 300, epochs=(0,), widths=(4,), per_class=1)
    moves = Moves(window.run_panel.classes)
    qapp.installEventFilter(moves)
    assert window.open(run.path, remember=False)
    settle(qtbot, window)
    qapp.removeEventFilter(moves)
    assert 290 <= moves.count <= 3 * 300
