"""Whose samples are drawn, chosen in the left column."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import settle

from ncviz.desktop.rooms.explore.samples_dialog import SamplesDialog
from ncviz.explorer.room_names import COMPARE, EXPLORE
from ncviz.runs.import_features import import_features
from ncviz.runs.measures import fuzziness_by_layer


@pytest.fixture(scope="module")
def held_out(tmp_path_factory):
    """A run with training and held-out samples, both drawn."""
    folder, rng = tmp_path_factory.mktemp("held-out"), np.random.default_rng(0)
    parts = {}
    for split, count in (("train", 20), ("test", 9)):
        labels = np.repeat(np.arange(4), count)
        means = 3 * np.random.default_rng(1).normal(size=(4, 6))
        parts[f"x_{split}"] = means[labels] + rng.normal(size=(3, len(labels), 6))
        parts[f"y_{split}"] = labels
    np.savez(folder / "f.npz", **parts)
    import_features(folder / "f.npz", folder / "run", 10)
    return folder / "run"


def choose(window, qtbot, split):
    choice = window.run_panel.samples.choice
    choice.setCurrentIndex(choice.findData(split))
    choice.activated.emit(choice.currentIndex())
    settle(qtbot, window)


def drawn(window):
    return window.canvas.picture.panels[0].scene


def test_held_out_samples_are_chosen_and_taken_back(window, qtbot, held_out):
    window.opening.open(held_out)
    settle(qtbot, window)
    choice, explorer = window.run_panel.samples.choice, window.explorer
    assert [choice.itemText(k) for k in range(choice.count())] == [
        "Training samples",
        "Held-out samples",
    ]
    assert choice.isVisible()
    explorer.pin(3)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert (explorer.view.split, explorer.view.pinned) == ("test", ())
    assert len(drawn(window).samples) == len(explorer.run.probe.others["test"].labels)
    assert window.run_panel.numbers.text() == "D of held-out samples"
    law = window.plots.plot("law")
    assert law.whose.text() == "held-out samples"
    own = fuzziness_by_layer(explorer.run, explorer.nearest_epoch, "test")
    assert law.chart.curve("now").values.tolist() == own
    assert window.run_panel.layers._now == own
    assert "now, held-out samples" in law.table()
    assert window.frame.caption.text().startswith("Held-out samples in the projection")
    assert "held-out samples" in window.current.words().note
    window.doings.undo()
    settle(qtbot, window)
    assert (explorer.view.split, explorer.view.pinned) == ("", (3,))
    assert choice.currentData() == ""
    assert window.run_panel.numbers.text() == "D: spread over gaps"
    assert law.samples == ""
    assert law.whose.text() == ""  # one layer: nothing is straight
    assert law.chart.curve("now").values.tolist() == fuzziness_by_layer(explorer.run, 0)


def test_cards_and_the_sheet_are_of_the_samples_that_are_seen(window, qtbot, held_out):
    window.opening.open(held_out)
    choose(window, qtbot, "test")
    facts = window.current.facts(0, 2)
    assert facts.samples == "held-out samples"
    window.current.hover(0, 2)
    window.commands["view.samples"].trigger()
    (sheet,) = [each for each in window.findChildren(SamplesDialog) if each.isVisible()]
    assert len(sheet.shown) == len(drawn(window).samples)
    sheet.close()
    window.current.hover(0, None)


def test_a_run_that_holds_none_says_so(window, qtbot, held_out):
    choose(window, qtbot, "test")
    row = window.run_panel.samples
    assert "keeps none to draw" in window.frame.caption.text()
    assert "numbers of the held-out samples" in window.current.words().note
    assert window.run_panel.numbers.text() == "D of held-out samples"
    choose(window, qtbot, "")
    assert not row.absent.isVisible()
    # What a view asks for that the run was not measured on is offered while it is asked for.
    window.explorer.set_view(type(window.explorer.view)(split="rotated_40"))
    settle(qtbot, window)
    assert row.choice.currentData() == "rotated_40"
    assert "(rotated_40)" in row.absent.text()
    assert row.absent.text() in window.frame.caption.text()
    assert window.run_panel.numbers.text() == "D: spread over gaps"


def test_a_session_brings_the_split_back(window, qtbot, held_out, tmp_path):
    window.opening.open(held_out)
    choose(window, qtbot, "test")
    state = window.state.read()
    choose(window, qtbot, "")
    window.state.restore(state)
    settle(qtbot, window)
    assert window.explorer.view.split == "test"


def test_two_splits_of_one_run_stand_side_by_side(window, qtbot, held_out):
    window.opening.open(held_out)
    window.enter(COMPARE)
    room = window.rooms.compare
    assert room.open_second(held_out)
    settle(qtbot, window)
    left, right = (row.choice for row in room.panel.samples)
    assert [right.itemText(k) for k in range(right.count())] == ["Training", "Held-out"]
    right.setCurrentIndex(1)
    right.activated.emit(1)
    settle(qtbot, window)
    first, second = window.canvas.picture.panels
    probe = window.explorer.run.probe
    assert len(first.scene.samples) == len(probe.labels)
    assert len(second.scene.samples) == len(probe.others["test"].labels)
    assert [panel.title.partition(" · ")[0] for panel in (first, second)] == [
        "Training samples",
        "Held-out samples",
    ]
    assert left.currentData() == ""
    named = "Left: training samples; right: held-out samples. "
    assert window.frame.caption.text().startswith(named)
    for plot in (slot.plot for slot in window.plots.slots):
        words = [side.text().removesuffix(" (left)") for side in plot.run_names]
        assert words[0].endswith("training samples")
    row = next(row for row in room.panel.table.rows if row.name == "Samples")
    assert (row.left, row.right) == ("Training", "Held-out")
    shown = [explorer.series.split for explorer in (room.comparison.first, room.comparison.second)]
    assert shown == ["train", "test"]
    assert room.facts(1, 0).samples == "held-out samples"
    state = window.state.read()
    room.swap()
    settle(qtbot, window)
    assert (window.explorer.view.split, room.comparison.second.view.split) == ("test", "")
    window.doings.undo()
    settle(qtbot, window)
    assert (window.explorer.view.split, room.comparison.second.view.split) == ("", "test")
    room.comparison.set_samples("")
    window.state.restore(state)
    settle(qtbot, window)
    assert room.comparison.second.view.split == "test"
    room.comparison.close_second()
    window.enter(EXPLORE)
