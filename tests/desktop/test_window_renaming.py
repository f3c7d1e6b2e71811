"""A run gets another title, and its lists show titles that tell runs apart."""

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QApplication, QInputDialog, QPushButton

from ncviz.desktop.settings.recent import recent_names
from ncviz.explorer.room_names import EXPLORE
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter


@pytest.fixture
def own_run(make_run, tmp_path):
    return make_run(tmp_path / "my run", title="Mine")


def give(window, qtbot, title, button="Rename"):
    """Write a title into the dialog, and press a button."""
    dialog = window.findChildren(QInputDialog)[-1]
    dialog.setTextValue(title)
    found = [part for part in dialog.findChildren(QPushButton) if part.text() == button]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_the_button_on_the_card_renames_the_run(window, qtbot, own_run):
    window.open(own_run.path)
    window.enter(EXPLORE)
    title, here = window.run_panel.title, QPointF(4, 4)
    assert not title.rename.isVisible()
    QApplication.sendEvent(title, QEnterEvent(here, here, here))
    assert title.rename.isVisible()
    qtbot.mouseClick(title.rename, Qt.MouseButton.LeftButton)
    QApplication.sendEvent(title, QEvent(QEvent.Type.Leave))
    assert not title.rename.isVisible()
    assert window.findChildren(QInputDialog)[-1].textValue() == "Mine"
    give(window, qtbot, "Tuesday's lecture & more")
    assert window.run_panel.title.text() == "Tuesday's lecture & more"
    assert Run(own_run.path).manifest.title == "Tuesday's lecture & more"
    window.opening.recent_menu.aboutToShow.emit()
    shown = [action.text() for action in window.opening.recent_menu.actions()]
    assert shown[0] == "Tuesday's lecture && more"


def test_a_changed_mind_renames_nothing(window, qtbot, own_run):
    window.open(own_run.path)
    window.commands["file.rename"].trigger()
    give(window, qtbot, "Other", "Cancel")
    assert Run(own_run.path).manifest.title == "Mine"


def test_what_cannot_be_renamed_is_told_in_one_sentence(window, qtbot, own_run):
    window.open(own_run.path)
    writer = RunWriter.reopen(own_run.path)
    window.commands["file.rename"].trigger()
    give(window, qtbot, "Other")
    assert "is being recorded: rename it when" in window.note.text.text()
    writer.close()
    window.commands["file.rename"].trigger()
    give(window, qtbot, "   ")
    assert "needs a title" in window.note.text.text()
    assert window.run_panel.title.text() == "Mine"


def test_what_ships_with_ncviz_keeps_its_title(window):
    window.open_demonstration()
    window.commands["file.rename"].trigger()
    assert window.note.text.text() == "This sample comes with ncviz and keeps its title."


def test_recent_runs_by_title_and_where_two_are_alike_by_folder(make_run, tmp_path):
    for folder, title in (("a", "Same"), ("b", "Same"), ("c", "Other")):
        make_run(tmp_path / folder, title=title)
    paths = [tmp_path / name for name in ("a", "b", "c", "gone")]
    assert recent_names(paths) == ["Same · a", "Same · b", "Other", "gone"]
    assert recent_names([]) == []


def test_a_long_title_takes_two_lines_and_answers_in_whole(window, qtbot, make_run, tmp_path):
    title = (
        "Fashion-MNIST · 4 layers · momentum · imbalance 50 · focal loss · tanh · width 64 · seed 3"
    )
    run = make_run(tmp_path / "long", title=title)
    window.open(run.path)
    shown = window.run_panel.title
    qtbot.waitUntil(lambda: shown.text().endswith("…"))
    assert title.startswith(shown.text().removesuffix(" · …"))
    assert shown.text().startswith("Fashion-MNIST · 4 layers")
    assert shown.toolTip() == shown.accessibleName() == title
    assert shown.height() <= 2 * shown.fontMetrics().lineSpacing() + 4
