"""An experiment is carried out to its verdict, goes on where it was, and may diverge."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from patience import HUNG_SECONDS

from ncviz.errors import BusyError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.finding import choices, find_repeats, find_run, runs_folder
from ncviz.experiments.found_numbers import trained_parameters
from ncviz.experiments.results import (
    Result,
    current_results,
    keep_result,
    read_results,
    results_file,
)
from ncviz.experiments.running import ExperimentProgress, carry_out
from ncviz.experiments.showing import state_to_show
from ncviz.experiments.verdict import outcome_of
from ncviz.jobs.control import Control
from ncviz.metrics.measures import measure_run
from ncviz.parameters import changed
from ncviz.runs.lock import WritingLock
from ncviz.runs.repeats import Repeats
from ncviz.runs.run import Run
from ncviz.runs.writer import rename_run
from ncviz.scenes.panel_titles import own_titles
from ncviz.training.training_messages import TrainingProgress

MODEL = """
title = "Descent"
group = "Tests"
claim = "It descends."
source = { authors = "Nobody", where = "nowhere", year = 2000, figure = "Fig. 1" }
model = { name = "unconstrained-features", classes = 3, step = 20 }

[[expected]]
number = "loss"
published = "small"
relation = "at most"
value = 1.0

[[expected]]
number = "nc1"
published = "falls"
relation = "falls"
over = "epochs"

[[expected]]
number = "nowhere"
published = "said"
relation = "at least"
value = 0.0
"""


@pytest.fixture
def experiment(tiny):
    return read_experiment(tiny)


def stages(told):
    return [(m.variant, m.seed) for m in told if isinstance(m, ExperimentProgress)]


def trained(told):
    return sum(isinstance(m, TrainingProgress) and m.epoch == m.epochs for m in told)


def test_it_is_trained_measured_and_judged(experiment, tmp_path):
    told = []
    assert carry_out(experiment, tmp_path, seeds=2, notify=told.append) == "finished"
    assert stages(told) == [("narrow", 0), ("narrow", 1), ("wide", 0), ("wide", 1)]
    assert trained(told) == 4
    outcome = outcome_of(experiment, current_results(experiment, tmp_path))
    assert outcome.verdict in ("reproduced", "reproduced in part")
    assert outcome.seeds == (0, 1)
    assert outcome.seconds > 0
    run = Run(find_run(tmp_path, experiment, "wide", "small", 0))
    assert run.manifest.recipe["width"] == 9
    measured = measure_run(run, 3)["layers"]
    (nc1,) = (m["nc1"] for m in measured[-2:] if m["split"] == "test")
    assert outcome.ours[1].values[0] == pytest.approx(nc1, rel=1e-6)
    assert len(outcome.ours[0].path) == 3


def test_runs_are_called_by_their_variants_but_for_titles_that_somebody_gave(experiment, tmp_path):
    carry_out(experiment, tmp_path)
    runs = [find_run(tmp_path, experiment, name, "small", 0) for name in ("narrow", "wide")]
    titles = [Run(run).manifest.title for run in runs]
    assert [title.split(" · ")[0] for title in titles] == ["narrow", "wide"]
    shared = titles[0].removeprefix("narrow")
    assert shared == titles[1].removeprefix("wide")
    assert "width" not in shared  # which the variants are about
    assert "Fashion-MNIST" in shared
    assert own_titles(*map(Run, runs)) == ("narrow", "wide")
    rename_run(runs[0], "Mine")
    carry_out(experiment, tmp_path, seeds=2)
    again = find_run(tmp_path, experiment, "narrow", "small", 1)
    assert [Run(run).manifest.title for run in (runs[0], again)] == [
        "Mine",
        f"{titles[0]} · seed 1",
    ]


def test_what_is_done_is_not_done_again(experiment, tmp_path):
    carry_out(experiment, tmp_path)
    told = []
    assert carry_out(experiment, tmp_path, seeds=2, notify=told.append) == "finished"
    assert trained(told) == 2
    # Another number is read off the runs that are there.
    more = replace(experiment.expected[1], number="nc3")
    asked = replace(experiment, expected=(*experiment.expected, more))
    told.clear()
    assert carry_out(asked, tmp_path, seeds=2, notify=told.append) == "finished"
    assert trained(told) == 0
    assert outcome_of(asked, current_results(asked, tmp_path)).seeds == (0, 1)


def test_results_that_are_lost_are_read_off_the_runs(experiment, tmp_path):
    carry_out(experiment, tmp_path)
    before = outcome_of(experiment, current_results(experiment, tmp_path))
    results_file(tmp_path, "tiny").unlink()
    told = []
    carry_out(experiment, tmp_path, notify=told.append)
    assert trained(told) == 0
    after = outcome_of(experiment, current_results(experiment, tmp_path))
    assert [each.values for each in after.ours] == [each.values for each in before.ours]
    assert after.seconds is None


def test_a_training_that_is_stopped_goes_on(experiment, tmp_path):
    control, told = Control(), []

    def stop(message):
        told.append(message)
        if stages(told)[-1:] == [("wide", 0)] and not isinstance(message, ExperimentProgress):
            control.stop()

    assert carry_out(experiment, tmp_path, control=control, notify=stop) == "stopped"
    assert outcome_of(experiment, current_results(experiment, tmp_path)).verdict == "not run"
    assert [each.finished for each in read_results(results_file(tmp_path, "tiny"))] == [True, False]
    told.clear()
    assert carry_out(experiment, tmp_path, notify=told.append) == "finished"
    assert trained(told) == 1
    assert outcome_of(experiment, current_results(experiment, tmp_path)).seeds == (0,)
    assert len([*(tmp_path / "tiny" / "small").iterdir()]) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.running import carry_out
from ncviz.jobs.runner import RecordedEpoch

def notify(message):
    if isinstance(message, RecordedEpoch) and message.epoch == 1:
        os.kill(os.getpid(), signal.SIGKILL)

carry_out(read_experiment(Path(sys.argv[1])), Path(sys.argv[2]), notify=notify)
"""


def test_a_training_that_is_killed_goes_on(experiment, tiny, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tiny), str(tmp_path)],
        timeout=HUNG_SECONDS,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == -9
    told = []
    assert carry_out(experiment, tmp_path, notify=told.append) == "finished"
    outcome = outcome_of(experiment, current_results(experiment, tmp_path))
    assert outcome.seeds == (0,)
    assert outcome.seconds is None  # nobody knows how long the first part took
    assert len([*(tmp_path / "tiny" / "small").iterdir()]) == 2
    whole = tmp_path / "whole"
    carry_out(experiment, whole)
    expected = outcome_of(experiment, current_results(experiment, whole))
    assert [o.values for o in outcome.ours] == [o.values for o in expected.ours]


def test_a_training_that_diverges_is_a_verdict(tiny, tmp_path):
    wild = 'optimizer = "sgd"\nlearning_rate = 1e2\nloss = "squared_error"\ntarget = 1e4\n'
    text = tiny.read_text("utf-8").replace("[recipe]", f"[recipe]\n{wild}batch_norm = false")
    tiny.write_text(text, encoding="utf-8")
    experiment = read_experiment(tiny)
    assert carry_out(experiment, tmp_path) == "finished"
    outcome = outcome_of(experiment, current_results(experiment, tmp_path))
    assert outcome.verdict == "diverged"
    assert "diverged at epoch" in outcome.failure
    told = []
    carry_out(experiment, tmp_path, notify=told.append)
    assert trained(told) == 0


def test_the_published_form_is_another(experiment, tmp_path):
    carry_out(experiment, tmp_path, form="published")
    results = current_results(experiment, tmp_path)
    assert outcome_of(experiment, results, "published").seeds == (0,)
    assert outcome_of(experiment, results).verdict == "not run"
    path = find_run(tmp_path, experiment, "narrow", "published", 0)
    assert Run(path).epochs == (0, 1, 4)


def test_other_folders_beside_the_runs_are_passed_over(experiment, tmp_path):
    home = tmp_path / "tiny" / "small"
    (home / "narrow").mkdir(parents=True)
    (home / "narrow" / "manifest.json").write_text("{}", encoding="utf-8")
    carry_out(experiment, tmp_path)
    assert find_run(tmp_path, experiment, "narrow", "small", 0) == home / "narrow (2)" / "seed-0"


def test_runs_of_what_was_changed_are_left_alone(experiment, tiny, tmp_path):
    carry_out(experiment, tmp_path)
    text = tiny.read_text("utf-8").replace("width = 3", "width = 4")
    tiny.write_text(text, encoding="utf-8")
    other, told = read_experiment(tiny), []
    assert find_run(tmp_path, other, "narrow", "small", 0) is None
    carry_out(other, tmp_path, notify=told.append)
    assert stages(told) == [("narrow", 0)]
    assert find_run(tmp_path, other, "narrow", "small", 0).parent.name == "narrow (2)"
    assert find_run(tmp_path, experiment, "narrow", "small", 0).parent.name == "narrow"


def test_seeds_of_a_variant_open_as_repeats(experiment, tmp_path):
    carry_out(experiment, tmp_path, seeds=2)
    repeats = Repeats(find_repeats(tmp_path, experiment, "wide", "small"))
    assert repeats.seeds_there == (0, 1)


def test_the_window_shows_it_once_it_is_there(experiment, tmp_path):
    assert choices(tmp_path, experiment, "small") == ()
    carry_out(experiment, tmp_path)
    narrow, wide = choices(tmp_path, experiment, "small")
    state = state_to_show(experiment, narrow, wide)
    assert state.second.run is None  # its room shows one run
    state = state_to_show(experiment, narrow, wide, room="Compare")
    assert state.room == "Compare"
    assert Run(state.second.run).manifest.recipe["width"] == 9
    state = state_to_show(experiment, narrow)
    assert (state.room, state.plots.kinds) == ("Layers", ("law",))
    assert Run(state.run).manifest.recipe["width"] == 3


def test_every_seed_is_a_choice_and_the_median_comes_first(experiment, tmp_path):
    carry_out(experiment, tmp_path, seeds=2)
    found = choices(tmp_path, experiment, "small")
    assert [(each.variant, each.seed) for each in found] == [
        (variant, seed) for variant in ("narrow", "wide") for seed in (None, 0, 1)
    ]
    state = state_to_show(experiment, found[0], found[3], room="Compare")
    assert state.run.parent == found[0].path  # the median run itself
    assert state_to_show(experiment, found[0]).run == found[0].path  # all of them


def test_a_model_descends_to_its_step(tmp_path):
    path = tmp_path / "descent.toml"
    path.write_text(MODEL, encoding="utf-8")
    experiment = read_experiment(path)
    assert experiment.is_drawn
    assert carry_out(experiment, tmp_path, seeds=2) == "finished"
    outcome = outcome_of(experiment, current_results(experiment, tmp_path))
    assert outcome.verdict == "reproduced in part"
    loss, nc1, nowhere = outcome.ours
    assert loss.values[0] != loss.values[1]  # a seed each
    assert len(nc1.path) > 5
    assert not nowhere.holds
    state = state_to_show(experiment, choices(tmp_path, experiment, "small")[0])
    assert state.room == "Theory"
    assert state.theory["model"] == "unconstrained-features"
    assert state.theory["unconstrained-features"]["classes"] == 3


def test_a_search_that_is_called_off_is_not_kept(tmp_path):
    path = tmp_path / "search.toml"
    searched = "model = { name = 'layer-peeled', q = 3.0 }"
    text = re.sub("model = .*", searched, MODEL)
    path.write_text(text, encoding="utf-8")
    control = Control()
    control.stop()
    assert carry_out(read_experiment(path), tmp_path, control=control) == "stopped"
    assert read_results(results_file(tmp_path, "search")) == ()


def test_parameters_are_counted_as_they_are_trained(tiny, tmp_path):
    tiny.write_text(
        tiny.read_text(encoding="utf-8")
        + '\n[[expected]]\nnumber = "parameters"\npublished = "few"\nrelation = "at most"\n'
        + 'value = 1e3\nvariant = "wide"\n',
        encoding="utf-8",
    )
    experiment = read_experiment(tiny)
    carry_out(experiment, tmp_path)
    (result,) = (r for r in read_results(results_file(tmp_path, "tiny")) if r.variant == "wide")
    recipe = experiment.variant("wide").small
    network = recipe.whole_network.build(recipe.shape, recipe.class_count)
    assert result.numbers["parameters train"] == sum(p.numel() for p in network.parameters())
    frozen = changed(recipe, phases="1 classifier, layer 2 + classifier")
    assert trained_parameters(frozen) == 9 * 9 + 9 + 2 * 9 + (9 + 1) * 3


def test_what_another_process_runs_is_left_to_it(tiny, tmp_path):
    experiment = read_experiment(tiny)
    home = runs_folder(tmp_path, experiment, "small")
    home.mkdir(parents=True)
    keep_result(results_file(tmp_path, "tiny"), Result("small", "narrow", 0, "mark", {}))
    lock = WritingLock(home)
    with pytest.raises(BusyError, match="run already"):
        carry_out(experiment, tmp_path, again=True)
    lock.release()
    assert len(read_results(results_file(tmp_path, "tiny"))) == 1  # nothing is forgotten
