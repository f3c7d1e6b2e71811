"""What the left column says of recorded epochs and of the sizes of classes."""

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QApplication, QWidget
from window_parts import settle

from ncviz.desktop.rooms.explore.run_panel import recorded_words
from ncviz.desktop.widgets.class_chips import ClassChips


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
    assert [entry.text for entry in chips.entries] == ["Shirt · 1,500", "R & D · 2"]
    chips.set_classes(("Shirt", "Bag"))
    assert [entry.text for entry in chips.entries] == ["Shirt", "Bag"]


def test_many_classes_cost_no_more_widgets_than_few(window, qtbot, tmp_path, make_run):
    few = make_run(tmp_path / "few", (2,) * 5, epochs=(0,), widths=(4,), per_class=1)
    many = make_run(tmp_path / "many", (2,) * 1000, epochs=(0,), widths=(4,), per_class=1)
    counted = []
    for run in (few, many):
        assert window.open(run.path, remember=False)
        window.picture.all_classes()
        settle(qtbot, window)
        assert len(window.frame.legend.entries) == run.manifest.classes
        assert len(window.run_panel.classes.entries) == run.manifest.classes
        counted.append(len(window.findChildren(QWidget)))
    assert counted[1] <= counted[0]


def test_what_stands_below_many_classes_stays_in_reach(window, qtbot, tmp_path, make_run):
    many = make_run(tmp_path / "many", (2,) * 1000, epochs=(0,), widths=(4,), per_class=1)
    window.open(many.path, remember=False)
    window.picture.all_classes()
    settle(qtbot, window)
    classes, legend = window.run_panel.classes, window.frame.legend
    switch = window.run_panel.switches["show_axes"]
    assert not switch.visibleRegion().isEmpty()
    assert legend.height() < 0.3 * window.canvas.native.height(), "most of the scene is free"
    for listed in (classes, legend):
        assert not listed.viewport().rect().intersects(listed.place_of(999))
        listed.setFocus()
        qtbot.keyClick(listed, Qt.Key.Key_End)
        assert listed.viewport().rect().contains(listed.place_of(999))
