"""The Train room: a training through the window, and all that can befall it."""

import shutil

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox
from window_parts import settle

from ncviz.explorer.room_names import THEORY, TRAIN
from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.runner import RecordedEpoch
from ncviz.parameters import changed
from ncviz.runs.manifest import read_manifest
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.training.forecast import forecast
from ncviz.training.naming import training_summary
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import TrainingProgress
from ncviz.wording import duration, rough_duration

TINY = changed(
    Recipe(),
    images_per_class=10,
    image_size=4,
    depth=3,
    width=8,
    epochs=3,
    record="all",
    probe_per_class=3,
    batch_size=50,
)
ENDLESS = changed(TINY, epochs=100_000, record="every 5")


def press(qtbot, button):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def begin(window, qtbot, recipe):
    window.enter(TRAIN)
    window.training.panel.form.set_recipe(recipe)
    press(qtbot, window.training.panel.start)


def answer_question(window, qtbot, text):
    box = window.training._question
    assert all("&" in button.text() for button in box.buttons())  # letters for Alt
    button = next(button for button in box.buttons() if button.text().replace("&", "") == text)
    press(qtbot, button)
    assert window.training._question is None


def ended(window, qtbot):
    qtbot.waitUntil(lambda: not window.training.work.is_running)
    settle(qtbot, window)
    return window.note.text.text()


# A training in earnest


def test_a_training_from_the_form_to_the_run(make_window, qtbot, small_run, real_training):
    window = make_window(run=small_run.path, opengl=False)
    panel = window.training.panel
    begin(window, qtbot, TINY)
    assert panel.pages.currentIndex() == 1
    assert panel.summary.text() == training_summary(TINY)
    assert panel.numbers["epoch"].text() == "0 of 3"
    assert ended(window, qtbot) == "The training is finished and its run is kept."
    assert panel.pages.currentIndex() == 0
    path = window.training.run.path
    run = Run(path)
    assert (run.epochs, run.manifest.state) == ((0, 1, 2, 3), "finished")
    assert run.manifest.recipe == TINY.to_dict()
    assert path.parent == window.training.folder
    # The window stayed with the newest epoch, and has it on the screen.
    assert window.explorer.run.path == path
    assert window.timeline.readout.text() == "epoch 3 / 3"
    assert window.run_panel.facts.text().startswith("10 classes · 100 images · 4 epochs")
    assert window.settings.recent == [str(path)]
    assert window.header.busy.text() == ""
    assert panel.numbers["loss"].text() != "–"
    assert panel.bar.value() == 3


def test_pause_go_on_and_stop(make_window, qtbot, small_run, real_training):
    window = make_window(run=small_run.path, opengl=False)
    panel, work = window.training.panel, window.training.work
    begin(window, qtbot, ENDLESS)
    qtbot.waitUntil(lambda: panel.bar.value() > 3)
    assert panel.status.text() == "Training"
    assert window.header.busy.text().startswith("training · epoch ")
    press(qtbot, panel.buttons.pause)
    assert (panel.buttons.pause.text(), panel.status.text()) == ("Resume", "Paused")
    assert window.header.busy.text().startswith("training paused · epoch ")
    assert window.windowTitle() == "Training paused – ncviz"
    qtbot.waitUntil(lambda: window.timeline.readout.text().endswith(" · paused"))
    assert "training paused" in window.run_panel.facts.text()
    heard = []
    work.told.connect(heard.append)
    with qtbot.waitSignal(work._timer.timeout):
        pass
    qtbot.waitUntil(lambda: _quiet(heard, qtbot, work))
    before = len(heard)
    for _ in range(8):  # a third of a second: progress would come three times
        with qtbot.waitSignal(work._timer.timeout):
            pass
    assert len(heard) == before
    press(qtbot, panel.buttons.pause)
    assert panel.buttons.pause.text() == "Pause"
    assert window.windowTitle() == "ncviz"
    assert window.header.busy.text().startswith("training · epoch ")
    qtbot.waitUntil(lambda: not window.timeline.readout.text().endswith("paused"))
    assert "training paused" not in window.run_panel.facts.text()
    qtbot.waitUntil(lambda: len(heard) > before)
    assert panel.status.text() == "Training"
    press(qtbot, panel.buttons.stop)
    assert not panel.buttons.stop.isEnabled()
    assert (
        ended(window, qtbot)
        == "The training was stopped; what was recorded is kept, and Resume goes on."
    )
    run = Run(window.training.run.path)
    assert run.manifest.state == "stopped"
    assert window.explorer.run.path == run.path
    assert window.explorer.run.epochs == run.epochs
    assert "stopped early" in window.run_panel.facts.text()


def _quiet(heard, qtbot, work):
    before = len(heard)
    for _ in range(4):
        with qtbot.waitSignal(work._timer.timeout):
            pass
    return len(heard) == before


def test_cancel_removes_the_run_and_opens_what_was_open(
    make_window, qtbot, small_run, real_training
):
    window = make_window(run=small_run.path, opengl=False)
    begin(window, qtbot, ENDLESS)
    qtbot.waitUntil(lambda: window.explorer.run.path != small_run.path)
    path = window.training.run.path
    assert window.explorer.player.following
    press(qtbot, window.training.panel.buttons.cancel)
    assert path.exists(), "one click destroys nothing"
    answer_question(window, qtbot, "Throw away")
    assert ended(window, qtbot) == "The training was cancelled and its run removed."
    assert not path.exists()
    assert window.explorer.run.path == small_run.path
    assert str(path) not in window.settings.recent
    assert not window.explorer.player.following
    assert window.run_panel.title.text() == "Synthetic · 3 layers"


def test_closing_during_a_training_asks(make_window, qtbot, small_run, real_training, answer):
    window = make_window(run=small_run.path, opengl=False)
    begin(window, qtbot, ENDLESS)

    def grows(than=1):
        path = window.training.run.path
        return window.explorer.run.path == path and len(window.explorer.run.epochs) > than

    qtbot.waitUntil(grows)
    asked = answer(QMessageBox, "question", QMessageBox.StandardButton.No)
    assert not window.close()
    assert "stop it, keep what was recorded, and close?" in asked[0][2]
    assert window.isVisible()
    epochs = len(window.explorer.run.epochs)
    qtbot.waitUntil(lambda: grows(epochs))
    answer(QMessageBox, "question", QMessageBox.StandardButton.Yes)
    assert window.close()
    assert not window.isVisible()
    run = Run(window.training.run.path)
    assert run.manifest.state == "stopped"
    assert len(run.epochs) > epochs


# With a runner that says what the test wants


@pytest.fixture
def training(window, qtbot, runners):
    """A training under way that the test speaks for."""
    begin(window, qtbot, TINY)
    yield runners[-1]
    if window.training._question is not None:
        window.training._question.close()
    window.training.work.close()


def say(window, runner, *messages):
    runner.messages += messages
    window.training.work.poll()


@pytest.fixture
def recorded(training, make_run):
    """The same, with a first epoch on the disk and on the screen."""

    def record(window):
        make_run(training.out, epochs=(0, 1), title="Trained just now", state="running")
        say(window, training, RecordedEpoch(0))
        return training.out

    return record


def test_the_runner_is_ready_before_it_is_needed(window, qtbot, runners):
    window.enter(TRAIN)
    assert [runner.asked for runner in runners] == [["prepare"]]
    window.enter(THEORY)
    window.enter(TRAIN)
    assert len(runners) == 1
    press(qtbot, window.training.panel.start)
    assert runners[0].asked == ["prepare", "start"]
    assert runners[0].recipe == window.training.panel.form.recipe()


def test_progress_in_numbers(window, training):
    say(window, training, TrainingProgress(2, 3, 0.0123456, 0.975, 12.345, 75.2))
    numbers = {key: label.text() for key, label in window.training.panel.numbers.items()}
    assert numbers == {
        "epoch": "2 of 3",
        "loss": "0.0123",
        "error": "2.5 %",
        "rate": "12.3",
        "left": "1 min 15 s",
    }
    assert window.training.panel.bar.value() == 2
    assert window.header.busy.text() == "training · epoch 2 of 3 · 1 min 15 s left"


def test_a_recorded_epoch_counts_before_progress_is_told(window, training, recorded, qtbot):
    recorded(window)
    say(
        window,
        training,
        RecordedEpoch(1),
        TrainingProgress(2, 3, 0.1, 0.9, 1.0, 1.0),
        RecordedEpoch(3),
    )
    press(qtbot, window.training.panel.buttons.pause)
    say(window, training, TrainingProgress(2, 3, 0.1, 0.9, 1.0, 1.0))
    assert window.training.panel.numbers["epoch"].text() == "3 of 3"
    assert window.header.busy.text() == "training paused · epoch 3 of 3"


def test_times_for_people():
    assert [duration(s) for s in (0.4, 8, 59.6, 200, 7500, float("nan"), float("inf"), -1)] == [
        "0 s", "8 s", "1 min 0 s", "3 min 20 s", "2 h 5 min", "–", "–", "–",
    ]  # fmt: skip


def test_a_second_start_is_refused(window, training, runners, key):
    key(window, (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier))
    assert "under way already" in window.note.text.text()
    assert len(runners) == 1
    assert training.asked.count("start") == 1


def test_a_training_in_pause_before_it_trains(window, training, qtbot):
    panel = window.training.panel
    press(qtbot, panel.buttons.pause)
    assert training.asked[-1] == "pause"
    press(qtbot, panel.buttons.pause)
    assert training.asked[-1] == "resume"
    assert panel.status.text() != "Paused", "it goes on"


def test_late_progress_does_not_end_a_pause(window, training, qtbot):
    press(qtbot, window.training.panel.buttons.pause)
    say(window, training, TrainingProgress(1, 3, 0.5, 0.5, 1.0, 1.0))
    assert window.training.panel.status.text() == "Paused"
    assert window.training.panel.buttons.pause.text() == "Resume"


def test_late_progress_does_not_hide_that_it_is_stopping(window, training, qtbot):
    press(qtbot, window.training.panel.buttons.stop)
    say(window, training, TrainingProgress(1, 3, 0.5, 0.5, 1.0, 1.0))
    assert window.training.panel.status.text() == "Stopping …"


def test_a_failure_is_told_and_the_recipe_comes_back(window, training):
    say(window, training, Failed("The disk is full: make room and train again."))
    assert window.note.text.text() == "The disk is full: make room and train again."
    assert window.note.isVisible()
    assert window.training.panel.pages.currentIndex() == 0
    assert not window.training.work.is_running
    assert training.asked[-1] == "close"
    assert window.run_panel.title.text() == "Synthetic · 3 layers"


def test_a_failure_keeps_what_was_recorded(window, training, recorded, qtbot):
    path = recorded(window)
    assert window.run_panel.title.text() == "Trained just now"
    manifest = read_manifest(path / "manifest.json").with_state("failed", "It broke.")
    (path / "manifest.json").write_text(manifest.to_json())
    say(window, training, Failed("It broke."))
    settle(qtbot, window)
    assert window.note.text.text() == "It broke."
    assert "broke off" in window.run_panel.facts.text()
    assert window.explorer.run.path == path


def test_a_run_that_someone_removes_while_it_trains(window, training, recorded, qtbot):
    """Its failure is told, not only that the run is gone."""
    path = recorded(window)
    shutil.rmtree(path)
    with qtbot.captureExceptions() as raised:
        say(window, training, Failed("The folder of the run is gone."))
    assert not raised
    assert window.note.text.text() == "The folder of the run is gone."
    assert window.training.panel.pages.currentIndex() == 0
    assert not window.explorer.player.following


def test_a_cancelled_run_that_is_gone_before_its_last_message(window, training, recorded, qtbot):
    """The runner removes the run; what it said before is read only then."""
    path = recorded(window)
    shutil.rmtree(path)
    with qtbot.captureExceptions() as raised:
        say(window, training, RecordedEpoch(1), Finished("cancelled"))
    assert not raised
    assert window.note.text.text() == "The training was cancelled and its run removed."
    assert window.run_panel.title.text() == "Synthetic · 3 layers"


def test_who_cancels_is_back_at_once_at_the_moment_before(window, runners, make_run, qtbot):
    """Nothing reads a run that is being removed, though more is told of it."""
    before, last = window.explorer.run.path, window.explorer.run.epochs[-1]
    window.explorer.go_to(last)
    settle(qtbot, window)
    begin(window, qtbot, TINY)
    runner = runners[-1]
    make_run(runner.out, epochs=(0, 1), state="running")
    say(window, runner, RecordedEpoch(0))
    assert window.explorer.run.path == runner.out
    window.training.panel.buttons.call_off()
    shutil.rmtree(runner.out)
    say(window, runner, RecordedEpoch(1))
    settle(qtbot, window)
    assert (window.explorer.run.path, window.explorer.view.epoch) == (before, last)
    assert not window.note.isVisible()
    say(window, runner, Finished("cancelled"))
    assert window.note.text.text() == "The training was cancelled and its run removed."
    settle(qtbot, window)
    assert window.note.isVisible()


def test_a_run_that_was_not_seen_yet_is_not_opened_once_it_is_cancelled(window, training, make_run):
    before = window.explorer.run.path
    window.training.panel.buttons.call_off()
    make_run(training.out, epochs=(0, 1), state="running")
    say(window, training, RecordedEpoch(0))
    assert window.explorer.run.path == before


def test_the_window_follows_as_the_run_grows(window, training, recorded, qtbot, make_run):
    path = recorded(window)
    settle(qtbot, window)
    assert window.explorer.run.epochs == (0, 1)
    shutil.rmtree(path)
    make_run(path, epochs=(0, 1, 2), title="Trained just now", state="running")
    say(window, training, RecordedEpoch(2))
    settle(qtbot, window)
    assert window.explorer.run.epochs == (0, 1, 2)
    assert window.timeline.readout.text() == "epoch 2 / 2"
    assert window.timeline.follow.isChecked()
    assert window.commands["play.follow"].isChecked(), "menu and button agree"


def test_another_run_stays_open_while_it_trains(window, training, recorded, qtbot, imbalanced_run):
    recorded(window)
    window.open(imbalanced_run.path)
    say(window, training, RecordedEpoch(1), Finished("finished"))
    settle(qtbot, window)
    assert window.explorer.run.path == imbalanced_run.path
    assert window.note.text.text() == "The training is finished and its run is kept."


def test_of_a_cancelled_run_nothing_is_left_that_was_held_while_it_was_shown(
    window, training, recorded
):
    """On Windows the training's process cannot remove the files that the window reads."""
    path = recorded(window)
    assert window.explorer.run.path == path
    say(window, training, Finished("cancelled"))
    assert window.explorer.run.path != path
    assert not path.exists()


def test_a_cancelled_run_is_forgotten_even_behind_another(
    window, training, recorded, imbalanced_run
):
    path = recorded(window)
    assert str(path) in window.settings.recent
    window.open(imbalanced_run.path)
    shutil.rmtree(path)
    say(window, training, Finished("cancelled"))
    assert window.explorer.run.path == imbalanced_run.path
    assert str(path) not in window.settings.recent


def test_a_training_leaves_one_in_the_theory_room(window, training, recorded):
    """Who waits for it there is not to be pulled away from the sliders."""
    window.enter(THEORY)
    recorded(window)
    assert window.room == THEORY


def test_the_end_of_a_cancelled_training_leaves_one_in_the_theory_room(window, training, recorded):
    path = recorded(window)
    window.enter(THEORY)
    shutil.rmtree(path)
    say(window, training, Finished("cancelled"))
    assert window.room == THEORY


def test_no_folder_for_runs(make_window, qtbot, small_run, tmp_path, runners):
    (tmp_path / "runs").write_text("in the way")
    window = make_window(run=small_run.path, opengl=False)
    begin(window, qtbot, TINY)
    assert "folder for runs" in window.note.text.text()
    assert "cannot be made" in window.note.text.text()
    assert all("start" not in runner.asked for runner in runners)
    assert window.training.panel.pages.currentIndex() == 0


def test_two_trainings_in_one_second_have_two_folders(window, qtbot, runners):
    paths = []
    for _ in range(2):
        begin(window, qtbot, TINY)
        runners[-1].out.mkdir(parents=True)
        paths.append(runners[-1].out)
        say(window, runners[-1], Finished("finished"))
    assert len(set(paths)) == 2


# Cancel, and resume


def test_cancel_can_be_thought_over(window, training, recorded, qtbot):
    recorded(window)
    press(qtbot, window.training.panel.buttons.cancel)
    answer_question(window, qtbot, "Not now")
    assert "cancel" not in training.asked
    assert window.training.work.is_running
    press(qtbot, window.training.panel.buttons.cancel)
    answer_question(window, qtbot, "Stop and keep")
    assert training.asked[-1] == "stop"


def test_cancel_asks_nothing_while_nothing_is_recorded(window, training, qtbot):
    press(qtbot, window.training.panel.buttons.cancel)
    assert window.training._question is None
    assert training.asked[-1] == "cancel"


def test_a_training_that_ends_takes_the_question_back(window, training, recorded, qtbot):
    recorded(window)
    press(qtbot, window.training.panel.buttons.cancel)
    say(window, training, Finished("finished"))
    assert window.training._question is None
    assert "cancel" not in training.asked


def test_a_stopped_training_is_resumed(make_window, qtbot, small_run, real_training):
    window = make_window(run=small_run.path, opengl=False)
    panel, growing = window.training.panel, window.training.run
    assert not panel.resume.isVisible()
    window.commands.refresh()
    assert not window.commands["train.resume"].isEnabled()
    begin(window, qtbot, ENDLESS)
    qtbot.waitUntil(lambda: panel.bar.value() > 6)
    press(qtbot, panel.buttons.stop)
    ended(window, qtbot)
    path, before = growing.path, window.explorer.run.epochs
    window.commands.refresh()
    assert window.commands["train.resume"].isEnabled()
    assert panel.resume.isVisible()
    assert f"ended at epoch {before[-1]} of 100000" in panel.resume.toolTip()
    window.open(small_run.path)
    window.enter(TRAIN)
    assert not panel.resume.isVisible(), "it goes on with the run that is open"
    window.open(path)
    window.enter(TRAIN)
    press(qtbot, panel.resume)
    assert growing.path == path
    assert panel.numbers["epoch"].text() == f"{before[-1]} of 100000"
    assert panel.buttons.cancel.isVisible(), "Stop stays where it was"
    assert not panel.buttons.cancel.isEnabled(), "what was recorded before is not thrown away"
    assert panel.summary.text() == training_summary(ENDLESS)
    qtbot.waitUntil(lambda: len(window.explorer.run.epochs) > len(before))
    press(qtbot, panel.buttons.stop)
    ended(window, qtbot)
    assert Run(path).epochs[: len(before)] == before
    assert [p for p in path.parent.iterdir() if p.is_dir()] == [path], "the same run grew"


def test_a_command_that_resumes_nothing_says_so(window, runners):
    window.training.resume()
    assert "training was stopped" in window.note.text.text()
    assert all("start" not in runner.asked for runner in runners)


def test_what_went_on_in_another_process_is_opened_as_it_stands_now(
    window, runners, make_run, qtbot, tmp_path
):
    run = make_run(tmp_path / "run", epochs=(0, 1), state="stopped")
    (run.path / STATE).touch()
    window.open(run.path)
    window.enter(TRAIN)
    assert window.training.panel.resume.isVisible()
    shutil.rmtree(run.path)  # `ncviz train --resume` leaves it so
    make_run(run.path, epochs=(0, 1, 2), state="finished")
    press(qtbot, window.training.panel.resume)
    assert "in another process" in window.note.text.text()
    assert window.explorer.run.epochs == (0, 1, 2)
    assert not window.training.panel.resume.isVisible()
    assert all("start" not in runner.asked for runner in runners)


# What is said before


def test_the_form_says_what_will_come(window, qtbot):
    window.training._pace = 0.0
    window.enter(TRAIN)
    window.training.panel.form.set_recipe(Recipe())
    form, said = window.training.panel.form, window.training.panel.forecast
    form.changed.emit()
    assert said.text().startswith("1,000 images: 100 in each of 10 classes. 73,110 parameters, ")
    assert "4,800 steps: about " in said.text()
    assert said.text().endswith(", by a rough estimate.")
    form["imbalance_ratio"].setText("100")
    assert "5 classes of a single one, which has no spread" in said.text()
    form["width"].setValue(5)
    assert "A simplex ETF of 10 classes does not fit into width 5." in said.text()
    form["imbalance_ratio"].setText("1000")
    assert "minority" in said.text()
    form["imbalance_ratio"].setText("ten")
    assert "'ten' is not a number" in said.text()


def test_the_guess_at_the_time_learns_from_a_training(window, training):
    said = window.training.panel.forecast
    expected = forecast(TINY).seconds / TINY.epochs
    say(
        window,
        training,
        TrainingProgress(2, 3, 0.1, 0.9, 1 / (1000 * expected), 1.0),
        Finished("stopped"),
    )
    words = said.text()
    assert "at the pace of the last training." in words
    assert f"about {rough_duration(1000 * forecast(TINY).seconds)}" in words


def test_guesses_have_few_digits():
    assert [rough_duration(s) for s in (0.2, 7.4, 33, 95, 200, 5000)] == [
        "a second", "7 s", "35 s", "2 min", "3 min", "1 h 20 min",
    ]  # fmt: skip
