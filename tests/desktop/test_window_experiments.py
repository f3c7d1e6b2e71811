"""The experiments in the window: what their buttons do, and what runs beside it."""

import json
from dataclasses import replace
from functools import partial

import pytest
from accessible_tree import Accessible, faults
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMessageBox
from tiny_experiment import SOLVED, TINY
from window_parts import settle

from ncviz.desktop.commands import findings
from ncviz.desktop.rooms.gallery import experiment_work
from ncviz.experiments import catalogue, shelf
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment_runner import ELSEWHERE, ExperimentRunner
from ncviz.experiments.finding import find_run
from ncviz.experiments.results import results_file
from ncviz.experiments.running import ExperimentProgress, carry_out
from ncviz.experiments.shelf import HowFar
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, THEORY, TRAIN
from ncviz.jobs.messages import Failed, Finished
from ncviz.runs.lock import WritingLock
from ncviz.training.training_messages import TrainingProgress
from ncviz.wording import upper_first


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Two experiments, and a folder in which one of them was trained."""
    folder = tmp_path_factory.mktemp("experiments")
    found = {}
    for name, text in (("tiny", TINY), ("solved", SOLVED)):
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        found[name] = read_experiment(path)
    assert carry_out(found["tiny"], folder) == "finished"
    return found, folder


class ScriptedExperiment:
    """Runs nothing: tests put its messages, and read what it was asked."""

    def __init__(self):
        self.asked, self.messages = [], []

    def __getattr__(self, name):
        return lambda *arguments, **named: self.asked.append((name, arguments, named))

    def poll(self, timeout=0.0):
        messages, self.messages = self.messages, []
        return messages


@pytest.fixture
def scripted(monkeypatch):
    made = []

    def make():
        made.append(ScriptedExperiment())
        return made[-1]

    monkeypatch.setattr(experiment_work, "ExperimentRunner", make)
    return made


class NoDrawing:
    """Draws no pictures: a process each would cost every test its time."""

    def __init__(self):
        self.messages = []

    def __getattr__(self, _name):
        return lambda *_arguments, **_named: None

    def start(self, *_arguments):
        self.messages = [Finished(None)]

    def poll(self, timeout=0.0):
        messages, self.messages = self.messages, []
        return messages


@pytest.fixture
def shelved(window, qtbot, known, scripted, monkeypatch):
    """The window at the experiments; whoever runs one talks to `scripted`."""
    found, folder = known
    monkeypatch.setattr(shelf, "experiments", lambda: found)
    monkeypatch.setattr(catalogue, "experiments", lambda: found)
    monkeypatch.setattr(experiment_work, "experiments_folder", lambda: folder)
    monkeypatch.setattr(experiment_work, "thumbnail_drawer", lambda _opengl: NoDrawing())
    window.enter(GALLERY)
    room = window.rooms.gallery
    room.experiments._folder = folder
    room.show_experiments("tiny")
    page = room.experiments.page
    qtbot.waitUntil(lambda: len(page.rows) == 2)
    page.choose("tiny")
    settle(qtbot, window)
    yield window, page
    room.experiments.work.close()
    page.search.clear()
    page.end()
    page.show_rows(())
    room.show_start()
    window.comparison.close_second()


def test_it_opens_in_the_state_that_shows_it(shelved, qtbot, known):
    window, page = shelved
    page.card.open.click()
    settle(qtbot, window)
    assert window.room == LAYERS
    run = window.explorer.run
    assert run.path == find_run(known[1], known[0]["tiny"], "narrow", "small", 0)
    assert window.explorer.view.epoch == run.epochs[-1]
    assert [slot.kind for slot in window.plots.slots] == ["law"]
    window.plots.set_layout(("law", "collapse", "loss"))


def test_a_film_runs_from_the_first_epoch_on(shelved, qtbot):
    window, page = shelved
    row = next(each for each in page.rows if each.experiment.name == "tiny")
    shown = replace(row.experiment.shown, plays=True)
    row = replace(row, experiment=replace(row.experiment, shown=shown))
    window.rooms.gallery.experiments.open(row)
    assert window.player.playing
    assert window.player.position == 0
    qtbot.waitUntil(lambda: window.player.position > 0)
    window.player.pause()


def test_settings_of_colours_are_left_alone(shelved, qtbot):
    window, page = shelved
    window.appearance.set("palette", "grey")
    page.card.open.click()
    settle(qtbot, window)
    assert window.settings.palette == window.explorer.view.palette == "grey"
    window.appearance.set("palette", "hues")
    window.plots.set_layout(("law", "collapse", "loss"))


def test_another_variant_is_chosen_and_compared(shelved, qtbot, known):
    window, page = shelved
    card = page.card
    assert [card.left.itemText(n) for n in range(2)] == ["narrow", "wide"]
    card.left.setCurrentIndex(1)
    card.right.setCurrentIndex(0)
    assert card.compare.toolTip() == "“wide” on the left, “narrow” on the right."
    card.open.click()
    settle(qtbot, window)
    find = partial(find_run, known[1], known[0]["tiny"], form="small", seed=0)
    assert window.explorer.run.path == find("wide")
    window.enter(GALLERY)
    settle(qtbot, window)
    assert card.left.currentText() == "wide"  # as it was left
    card.compare.click()
    settle(qtbot, window)
    assert window.room == COMPARE
    assert window.explorer.run.path == find("wide")
    assert window.comparison.second.run.path == find("narrow")
    window.plots.set_layout(("law", "collapse", "loss"))


def test_a_file_of_an_experiment_shows_its_row(shelved, qtbot, tmp_path):
    window, page = shelved
    own = tmp_path / "mine.toml"
    own.write_text(SOLVED.replace('"Solved"', '"<b>Mine</b> & more"'), encoding="utf-8")
    window.enter(EXPLORE)
    window.opening.open_dropped([str(own)])
    qtbot.waitUntil(lambda: len(page.rows) == 3)
    assert window.room == GALLERY
    assert page.name == "mine"
    assert page.card.title.text() == "<b>Mine</b> & more"
    assert page.card.title.textFormat() == Qt.TextFormat.PlainText
    assert page.list.items.items[0] == "Files of your own"
    own.write_text("claim = 3\n", encoding="utf-8")
    window.opening.open_dropped([str(own)])
    assert "mine.toml" in window.note.text.text()
    window.rooms.gallery.experiments._files.clear()


def test_it_is_compared_with_its_control(shelved, qtbot, known):
    window, page = shelved
    page.card.compare.click()
    settle(qtbot, window)
    assert window.room == COMPARE
    second = window.comparison.second.run
    assert second.path == find_run(known[1], known[0]["tiny"], "wide", "small", 0)
    window.plots.set_layout(("law", "collapse", "loss"))


def test_theory_opens_with_its_parameters_and_is_taken_back(shelved, qtbot):
    window, page = shelved
    page.choose("solved")
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.room == THEORY
    desk = window.rooms.theory.desk
    assert desk.model.name == "layer-peeled"
    assert (desk.parameters.classes, desk.parameters.majority, desk.parameters.ratio) == (6, 2, 3.0)
    window.commands["edit.undo"].trigger()
    assert (desk.parameters.classes, desk.parameters.ratio) != (6, 3.0)


def test_the_claim_stands_above_what_is_opened_until_something_else_is(shelved, qtbot):
    window, page = shelved
    page.card.open.click()
    settle(qtbot, window)
    bar, row = window.frame.claim, page.card.row
    assert bar.shown.isVisible()
    assert bar.claim.text() == row.experiment.claim
    number = row.experiment.words_of(row.experiment.expected[0])
    assert bar.found.text().startswith(f"{upper_first(number)}: ours {row.ours}; published: ")
    assert bar.found.text().endswith(f"{upper_first(row.outcome.verdict)}, {row.held}")
    window.enter(THEORY)
    settle(qtbot, window)
    assert not bar.shown.isVisible()
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert bar.shown.isVisible()
    bar.back.click()
    assert (window.room, page.name) == (GALLERY, row.name)
    window.open_demonstration()
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert not bar.shown.isVisible()


def test_the_claim_of_a_model_goes_with_it_and_can_be_closed(shelved, qtbot):
    window, page = shelved
    page.choose("solved")
    page.card.open.click()
    settle(qtbot, window)
    bar = window.frame.claim
    assert bar.shown.isVisible()
    window.rooms.theory.open_model("unconstrained-features")
    settle(qtbot, window)
    assert not bar.shown.isVisible()
    page.card.open.click()
    settle(qtbot, window)
    bar.dismiss.click()
    settle(qtbot, window)
    assert not bar.shown.isVisible()


def test_a_knob_of_theory_has_the_focus_and_says_what_happens(shelved, qtbot):
    window, page = shelved
    page.choose("solved")
    page.card.knob.click()
    settle(qtbot, window)
    assert window.room == THEORY
    panel = window.rooms.theory.panel.panel_of("layer-peeled")
    assert panel.fields["ratio"].slider.hasFocus()
    bar = window.frame.claim
    assert bar.claim.text().endswith("from 3 to 1. The classifiers spread evenly.")
    assert bar.shown.isVisible()
    assert bar.geometry().bottom() < window.canvas.native.geometry().top()  # it covers nothing
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert not bar.shown.isVisible()  # its field is no longer there


def test_a_knob_of_a_recipe_has_the_focus_and_is_one_step(shelved, qtbot):
    window, page = shelved
    form = window.training.panel.form
    before = form.written()
    page.card.knob.click()
    settle(qtbot, window)
    assert window.room == TRAIN
    assert form["epochs"].hasFocus()
    assert form.recipe().architecture.width == 3
    assert window.frame.claim.claim.text() == "Turn “Epochs” from 3 to 9. It learns longer."
    window.commands["edit.undo"].trigger()
    assert form.written() == before


def test_every_control_has_a_role_and_a_name_and_tab_follows_the_eye(shelved, qtbot):
    window, page = shelved
    page.begin(page.rows[0])
    page.choose("solved")
    QApplication.processEvents()
    assert not faults(Accessible.of(window))
    page.search.setFocus()
    seen = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    card = page.card
    assert seen == [page.list, card.scroller, card.open, card.knob, page.buttons.pause]


def test_all_of_it_is_seen_on_a_small_screen(shelved, qtbot):
    window, page = shelved
    window.resize(1280, 720)
    page.begin(page.rows[0])
    settle(qtbot, window)
    for part in (page.list, page.card, page.foot, page.search):
        corner = part.mapTo(window, part.rect().bottomRight())
        assert window.rect().contains(corner), part
    assert page.list.viewport().height() > 3 * page.list.rows.row_height()


def test_a_run_tells_how_far_it_is_and_what_came_out(shelved, qtbot, scripted, known):
    window, page = shelved
    page.card.run.click()
    runner = scripted[0]
    (start,) = [each for each in runner.asked if each[0] == "start"]
    assert start[1] == (known[0]["tiny"], known[1], 1, "cpu")
    assert start[2] == {"again": True}  # its one seed is done
    runner.messages = [ExperimentProgress("wide", 0, 2, 2)]
    qtbot.waitUntil(lambda: "wide" in page.doing.text())
    runner.messages = [TrainingProgress(1, 4, 1.0, 0.5, 2.0, 3.0)]
    qtbot.waitUntil(lambda: "epoch" in page.doing.text())
    assert page.doing.text() == (
        "Running · Tiny · wide, seed 0 · 2 of 2 · epoch 1 of 4 · 3 s left of this training"
    )
    assert page.bar.value() == 625
    assert window.busy.text().startswith("experiment · 2 of 2 · epoch 1 of 4")
    window.enter(EXPLORE)
    runner.messages = [Finished("finished")]
    qtbot.waitUntil(lambda: not window.rooms.gallery.experiments.work.is_running)
    assert window.busy.text() == ""
    assert window.note.text.text().startswith("Tiny: reproduced")


def test_one_that_is_run_elsewhere_is_not_begun(shelved, qtbot, scripted, known):
    window, page = shelved
    home = find_run(known[1], known[0]["tiny"], "narrow", "small", 0)
    lock = WritingLock(home)
    page.card.run.click()
    lock.release()
    assert window.note.text.text() == experiment_work.ELSEWHERE
    assert not scripted


def test_it_is_cancelled_in_the_middle(shelved, qtbot, scripted):
    window, page = shelved
    page.card.run.click()
    runner = scripted[0]
    runner.messages = [ExperimentProgress("narrow", 0, 1, 2)]
    qtbot.waitUntil(lambda: "narrow" in page.doing.text())
    page.buttons.cancel.click()
    assert ("cancel", (), {}) in runner.asked
    assert "Cancelling" in page.doing.text()
    runner.messages = [Finished("stopped")]
    qtbot.waitUntil(lambda: not page.foot.isVisible())
    assert "stopped; what was finished is kept" in window.note.text.text()


def test_a_failure_is_told_and_stays_with_its_row(shelved, qtbot, scripted):
    window, page = shelved
    page.card.run.click()
    scripted[0].messages = [Failed("The disk is full.")]
    qtbot.waitUntil(lambda: not page.foot.isVisible())
    assert window.note.text.text() == "The disk is full."
    assert page.card.standing.text().startswith("The last run failed: The disk is full.")


def test_one_that_another_process_has_begun_meanwhile_has_not_failed(shelved, qtbot, scripted):
    window, page = shelved
    page.card.run.click()
    scripted[0].messages = [Finished(ELSEWHERE)]
    qtbot.waitUntil(lambda: not page.foot.isVisible())
    assert window.note.text.text() == experiment_work.ELSEWHERE
    assert "failed" not in page.card.standing.text()


def test_what_another_window_has_found_is_taken_up(
    shelved, qtbot, scripted, known, tmp_path, monkeypatch
):
    window, page = shelved
    work = window.rooms.gallery.experiments
    monkeypatch.setattr(work, "_folder", tmp_path)
    work.refresh()
    qtbot.waitUntil(lambda: page.card.row.standing is HowFar.NEVER)
    page.card.run.click()
    scripted[0].messages = [Failed("The disk is full.")]
    qtbot.waitUntil(lambda: "disk is full" in page.card.standing.text())
    qtbot.waitUntil(lambda: not work._reading.is_asking)
    work._look()
    assert "disk is full" in page.card.standing.text()  # nothing has changed
    results_file(tmp_path, "tiny").write_bytes(results_file(known[1], "tiny").read_bytes())
    work._look()
    qtbot.waitUntil(lambda: page.card.row.standing is HowFar.DONE)
    assert "failed" not in page.card.standing.text()


def test_a_damaged_file_of_results_is_told_in_its_row(shelved, qtbot, known, tmp_path, monkeypatch):
    window, page = shelved
    results_file(tmp_path, "tiny").write_text("[]", encoding="utf-8")
    work = window.rooms.gallery.experiments
    monkeypatch.setattr(work, "_folder", tmp_path)
    work.refresh()
    qtbot.waitUntil(lambda: "is damaged" in page.card.standing.text())
    assert not page.card.open.isEnabled()


def test_closing_while_one_runs_asks(shelved, qtbot, scripted, monkeypatch):
    window, page = shelved
    page.card.run.click()
    asked = []

    def answer(_window, _title, words):
        asked.append(words)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", answer)
    assert not window.close()
    assert asked == [experiment_work.FAREWELL]


def test_a_session_brings_the_page_and_the_row_back(shelved, qtbot):
    window, page = shelved
    page.choose("solved")
    state = window.state.read()
    assert (state.room, state.experiment) == (GALLERY, "solved")
    window.rooms.gallery.show_start()
    assert window.state.read().experiment == ""
    window.state.restore(state)
    qtbot.waitUntil(lambda: window.state.read().experiment == "solved")
    assert window.rooms.gallery.page.currentWidget() is page


def test_the_search_goes_to_one(shelved, qtbot):
    window, page = shelved
    window.enter(EXPLORE)
    found = [each for each in findings.findings(window) if each.kind == "Experiment"]
    assert [each.name for each in found] == ["Tiny", "Solved"]
    found[1].go()
    assert window.room == GALLERY
    assert page.name == "solved"
    window.rooms.gallery.show_start()
    window.commands["file.experiments"].trigger()
    assert window.rooms.gallery.experiment == "solved"
    assert QApplication.focusWidget() is page.list


def test_it_is_run_for_once_in_a_process(window, qtbot, known, monkeypatch, tmp_path):
    found = {"solved": known[0]["solved"]}
    monkeypatch.setattr(shelf, "experiments", lambda: found)
    monkeypatch.setattr(experiment_work, "experiments_folder", lambda: tmp_path)
    window.enter(GALLERY)
    room = window.rooms.gallery
    room.experiments._folder = tmp_path
    monkeypatch.setattr(experiment_work, "ExperimentRunner", ExperimentRunner)
    room.show_experiments("solved")
    page, work = room.experiments.page, room.experiments.work
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    qtbot.waitUntil(lambda: page.rows[0].picture("light").exists())
    page.card.run.click()
    qtbot.waitUntil(lambda: not work.is_running)
    qtbot.waitUntil(lambda: page.card.numbers[0].ours.text().endswith("; holds"))
    written = json.loads(results_file(tmp_path, "solved").read_text("utf-8"))
    assert len(written["results"]) == 1
    room.experiments.close()
    room.show_start()


def test_a_model_is_seen_whole_whatever_was_hidden_before(shelved, qtbot):
    window, page = shelved
    view = replace(window.state.view, show_etf=False, show_samples=False)
    window.state.look(replace(view, camera=replace(view.camera, distance=16.0)))
    page.choose("solved")
    page.card.open.click()
    settle(qtbot, window)
    seen = window.explorer.view
    assert seen.show_etf
    assert seen.show_samples
    assert window.state.view.camera.distance < 16.0


def test_nothing_is_laid_beside_itself(shelved):
    _, page = shelved
    card = page.card
    left, right = card.left.chosen, card.right.chosen
    assert left is not None
    assert right not in (None, left)
    card.left.choose(right)
    assert (card.left.chosen, card.right.chosen) == (right, left)
