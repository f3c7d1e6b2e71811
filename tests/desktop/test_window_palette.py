"""Every command from the palette: it runs, or says what it takes first."""

import re

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QDialog, QFileDialog
from window_parts import settle

from ncviz.desktop.commands.findings import findings
from ncviz.desktop.guide.help import ShortcutsPage
from ncviz.explorer.room_names import EXPLORE

KEY = Qt.Key
# These end the window, fill the screen or train; tests of their own drive them.
APART = {"file.quit", "view.present", "train.start"}


@pytest.fixture
def palette(window, qtbot):
    window.commands["help.palette"].trigger()
    palette = window._palette
    qtbot.waitExposed(palette)
    yield palette
    palette.hide()


def choose(palette, qtbot, typed):
    qtbot.keyClicks(palette.field, typed)
    qtbot.keyClick(palette.field, KEY.Key_Return)


def test_a_few_letters_and_enter(window, palette, qtbot):
    choose(palette, qtbot, "dark")
    settle(qtbot, window)
    assert not palette.isVisible()
    assert window.explorer.view.theme == "dark"
    assert palette.recent[0] == "view.dark"


def test_what_cannot_be_done_says_what_it_takes(window, palette, qtbot):
    rows = {row.key: row for row in palette.model.rows}
    assert not rows["compare.swap"].enabled
    assert rows["compare.swap"].needs == "Put a second run beside this one first."
    assert not rows["edit.unpin"].enabled
    assert not rows["play.bookmark.next"].enabled
    disabled = [row for row in rows.values() if not row.enabled]
    for row in disabled:
        if row.key not in ("edit.undo", "edit.redo"):
            assert row.needs.endswith("."), row.key
    choose(palette, qtbot, "unpin all")
    assert palette.isVisible(), "a command that is not enabled does not run"
    palette.hide()
    assert window.commands["edit.unpin"].isEnabled(), "its key works again"


def test_every_command_runs_or_tells(window, qtbot, answer, monkeypatch):
    """None of them may raise, with a run open and nothing else."""
    answer(QFileDialog, "getExistingDirectory", "")
    answer(QFileDialog, "getOpenFileName", ("", ""))
    answer(QFileDialog, "getSaveFileName", ("", ""))
    monkeypatch.setattr(QDialog, "exec", lambda _dialog: 0)
    shown = {"left": True, "right": True}
    ran = []
    for command in list(window.commands):
        if command.key in APART:
            continue
        window.commands.refresh()
        action = window.commands[command.key]
        if action.isEnabled():
            action.trigger()
            ran.append(command.key)
        if action.isCheckable():
            action.trigger()
        if window._palette is not None:
            window._palette.hide()
        for page in window.findChildren(QDialog):
            page.close()
    window.enter(EXPLORE)  # of a page of its own neither column is seen
    window.explorer.tour(False)
    window.player.pause()
    window.commands.release()
    settle(qtbot, window)
    assert len(ran) > 45
    assert {"left": window.left.isVisible(), "right": window.right.isVisible()} == shown
    assert window.explorer.run is not None
    window.rooms["Theory"].open_model("layer-peeled")


def test_commands_of_the_comparison(window, qtbot, imbalanced_run, answer):
    answer(QFileDialog, "getExistingDirectory", str(imbalanced_run.path))
    window.commands["compare.second"].trigger()
    settle(qtbot, window)
    assert window.room == "Compare"
    assert len(window.canvas.picture.panels) == 2
    window.commands["compare.link"].trigger()
    settle(qtbot, window)
    assert window.current.panel.clock.isVisible()
    window.commands["compare.link"].trigger()
    window.commands["compare.swap"].trigger()
    settle(qtbot, window)
    assert window.explorer.run.path == imbalanced_run.path
    window.comparison.close_second()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_all_shortcuts_are_seen_at_once_on_a_small_screen(window, qtbot, scale):
    window.resize(1280, 720)
    window.appearance.set("text_scale", scale)
    window.commands["help.shortcuts"].trigger()
    page = window.findChild(ShortcutsPage)
    qtbot.waitExposed(page)
    assert page.width() <= 1280
    assert page.height() <= 720
    page.close()
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tight", "Spread of a class"),
        ("spread", "Spread of a class"),
        ("simplex", "Simplex ETF"),
        ("play", "Play or pause"),
    ],
)
def test_words_come_before_letters_within_words(palette, typed, first):
    palette.field.setText(typed)
    assert palette.model.rows[0].text == first


def test_no_file_of_the_program_is_named_in_the_search(window, qtbot):
    for finding in findings(window):
        if finding.kind != "Recent run":
            assert not re.search(r"\w\.(md|toml|py)\b", f"{finding.name} {finding.tip}"), finding


def test_one_sample_is_one_sample(window, qtbot, make_run, tmp_path):
    window.open(make_run(tmp_path / "one", counts=(8, 8, 1)).path, remember=False)
    tips = [finding.tip for finding in findings(window) if finding.kind == "Class"]
    assert [tip.split(". ")[0] for tip in tips] == ["8 training samples"] * 2 + [
        "1 training sample"
    ]
