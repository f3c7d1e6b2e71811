"""A run that counts steps, or parts of an epoch, is spoken of so wherever the window speaks."""

import json

import pytest
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget
from window_parts import settle

from ncviz.explorer.comparison import Comparison
from ncviz.explorer.explorer import Explorer

STEPS = (500, 1000, 4_000_000)
# The recipes of the Train room count epochs.
OF_TRAININGS = {"Epoch", "Epochs", "Epochs a second", "Epochs before"}


@pytest.fixture
def counted(make_run, tmp_path):
    """Return what makes a run whose snapshots count something."""

    def make(name, epochs, **counting):
        path = make_run(tmp_path / name, counts=(6, 6, 6), epochs=epochs, widths=(5, 4)).path
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        manifest |= {"counting": counting, "title": name, "learning_rate_drops": [epochs[1]]}
        (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return path

    return make


def said(window):
    """Return every word that can be read or heard of a window: texts, tooltips, names, commands."""
    found = set()
    for widget in (window, *window.findChildren(QWidget)):
        for name in ("text", "toolTip", "accessibleName", "accessibleDescription", "title"):
            method = getattr(widget, name, None)
            text = method() if callable(method) else None
            found.add(text if isinstance(text, str) else "")
    for action in window.findChildren(QAction):
        found |= {action.text(), action.toolTip()}
    return found


@pytest.mark.parametrize(
    ("epochs", "counting", "moment", "last"),
    [
        (STEPS, {"unit": "step"}, "Step 1,000", "4,000,000"),
        ((0, 1, 5), {"unit": "epoch", "parts": 2}, "Epoch 0.5", "2.5"),
        ((0, 1, 2), {"unit": "checkpoint"}, "Checkpoint 1", "2"),
    ],
)
def test_a_moment_is_called_by_what_the_run_counts(
    window, qtbot, counted, epochs, counting, moment, last
):
    window.open(counted("counted", epochs, **counting), remember=False)
    window.enter("Explore")
    window.playback.seek(1.0)
    window.playback.add_bookmark()
    settle(qtbot, window)
    assert window.frame.moment.text() == moment
    assert window.timeline.readout.text() == f"{moment.lower()} / {last}"
    assert window.explorer.bookmarks.marks[0].name == moment.lower()
    assert window.current.answer_of_moment().sentence.startswith(moment)
    plot = window.plots.plot("collapse")
    assert plot.place_name(float(epochs[1])) == moment.lower()
    assert plot.table().startswith(f"{counting['unit']}\t")
    marks = {mark.text: mark.tip for mark in window.current.marks()}
    assert marks["η÷10"] == f"The learning rate falls at {moment.lower()}."
    if counting["unit"] != "epoch":
        wrong = {words for words in said(window) if "epoch" in words.lower()}
        assert wrong <= OF_TRAININGS
    window.explorer.set_bookmarks(window.explorer.bookmarks.remove(0))


def test_between_two_steps_neither_is_read(counted):
    explorer = Explorer()
    explorer.open(counted("steps", STEPS, unit="step"))
    explorer.player.seek(1.5)
    explorer.advance(0.0)
    assert explorer.between_in_words == "between steps 1,000 and 4,000,000"
    assert explorer.moment_in_words == "step 2,000,500"


@pytest.mark.parametrize(
    ("first", "second", "at", "there", "same"),
    [
        # Halves and whole epochs are the same epoch.
        ({"parts": 2}, {}, 4, 2, "Same epoch"),
        ({}, {"parts": 2}, 2, 4, "Same epoch"),
        # Steps and epochs have nothing in common but how far the training is.
        ({"unit": "step"}, {}, 2, 2, "Same share"),
        ({}, {"unit": "checkpoint"}, 3, 3, "Same share"),
    ],
)
def test_runs_that_count_otherwise_stand_at_the_same_moment(
    counted, first, second, at, there, same
):
    comparison = Comparison(left := Explorer())
    left.open(counted("left", (0, 2, 3, 4), **first))
    comparison.open_second(counted("right", (0, 2, 3, 4), **second))
    left.player.seek(left.player.position_of(float(at)))
    left.advance(0.0)
    assert comparison.second.view.epoch == pytest.approx(there)
    assert comparison.same == same
    alike = same == "Same epoch"
    assert comparison.counts_alike is alike
    assert alike or "the same share of what was recorded" in comparison.note()
    assert alike or " and " in comparison.moments_in_words
    comparison.swap()
    assert left.view.epoch == pytest.approx(there)
    assert comparison.second.view.epoch == pytest.approx(at)
