"""What is known of each experiment on this computer, in which words, and how it is found."""

from dataclasses import replace

import pytest
from tiny_experiment import SOLVED

from ncviz.experiments import results, shelf
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment_runner import ExperimentRunner
from ncviz.experiments.results import (
    forget_results,
    keep_result,
    read_results,
    results_file,
    write_results,
)
from ncviz.experiments.running import ExperimentProgress, carry_out
from ncviz.experiments.shelf import HowFar, fitting_rows, look_up, read_shelf
from ncviz.experiments.thumbnails import thumbnail_stem
from ncviz.experiments.verdict import Outcome
from ncviz.jobs.messages import Finished


@pytest.fixture
def solved(tmp_path):
    path = tmp_path / "solved.toml"
    path.write_text(SOLVED, encoding="utf-8")
    return read_experiment(path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The tiny experiment trained with two seeds; tests only read it."""
    from tiny_experiment import TINY

    folder = tmp_path_factory.mktemp("trained")
    path = folder / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    experiment = read_experiment(path)
    assert carry_out(experiment, folder, seeds=2) == "finished"
    return experiment, folder


def test_one_that_was_never_run_says_what_a_run_would_do(tiny, tmp_path):
    row = look_up(read_experiment(tiny), tmp_path)
    assert row.standing is HowFar.NEVER
    assert (row.ours, row.basis, row.held) == ("–", "not run yet", "")
    assert not row.opens
    assert "Run trains 2 networks, by a rough estimate 1 s for each seed." in row.sentence


def test_one_that_was_run_names_its_seeds_and_opens(trained):
    row = look_up(*trained)
    assert row.standing is HowFar.DONE
    assert (row.seed, row.beside) == (0, "wide")
    assert [row.words_of(each) for each in row.runs] == [
        f"{variant} · {which}"
        for variant in ("narrow", "wide")
        for which in ("median of 2 seeds", "seed 0", "seed 1")
    ]
    assert (row.first, row.second) == (row.runs[0], row.runs[3])
    assert row.basis.startswith("2 seeds · ")
    assert row.held.endswith("of 3 hold")
    assert "2 seeds: the median, with the least and the greatest in brackets." in row.sentence


def test_what_is_known_is_done_anew_and_what_is_missing_added(trained):
    row = look_up(*trained)
    assert [row.begins_anew(seeds) for seeds in (1, 2, 3)] == [True, True, False]
    diverged = replace(row, outcome=Outcome(row.experiment, "small", failure="It diverged."))
    assert diverged.begins_anew(1)
    assert not replace(row, standing=HowFar.BEGUN).begins_anew(1)


def test_numbers_without_their_run_are_said_to_be_so(trained, tmp_path):
    experiment, folder = trained
    for each in read_results(results_file(folder, experiment.name)):
        keep_result(results_file(tmp_path, experiment.name), each)
    row = look_up(experiment, tmp_path)
    assert row.standing is HowFar.DONE
    assert not row.opens
    assert "Its run is not there any more" in row.sentence


def test_numbers_that_ship_are_said_to_ship(trained, tmp_path, monkeypatch):
    experiment, folder = trained
    monkeypatch.setattr(results, "MEASURED", folder)
    row = look_up(experiment, tmp_path / "nothing")
    assert row.standing is HowFar.SHIPPED
    assert row.basis.startswith("2 seeds · ")
    assert row.basis.endswith(" s a seed · supplied")
    assert "it was not run on this computer" in row.sentence
    assert not row.opens


def test_one_that_is_half_done_says_how_far(trained, tmp_path):
    experiment, folder = trained
    for each in read_results(results_file(folder, experiment.name)):
        if each.variant == "narrow":
            keep_result(results_file(tmp_path, experiment.name), each)
    row = look_up(experiment, tmp_path)
    assert row.standing is HowFar.BEGUN
    assert row.basis == "1 of 2 done"
    assert "Go on runs the rest" in row.sentence


def test_numbers_that_ship_stay_while_ones_own_are_not_done(trained, tmp_path, monkeypatch):
    experiment, folder = trained
    monkeypatch.setattr(results, "MEASURED", folder)
    first, *_ = read_results(results_file(folder, experiment.name))
    keep_result(results_file(tmp_path, experiment.name), replace(first, finished=False))
    row = look_up(experiment, tmp_path)
    assert row.standing is HowFar.BEGUN
    assert (row.basis, row.ours) == ("0 of 2 done", look_up(experiment, folder).ours)
    assert row.sentence.endswith("until then ours are numbers that ship with ncviz.")
    assert row.begins_anew(1) is False


def test_what_came_out_before_it_changed_does_not_count(trained, tmp_path):
    experiment, folder = trained
    known = read_results(results_file(folder, experiment.name))
    write_results(
        results_file(tmp_path, experiment.name), (replace(each, mark="other") for each in known)
    )
    row = look_up(experiment, tmp_path)
    assert row.standing is HowFar.OLDER
    assert row.ours == "–"
    assert "before its set-up changed" in row.sentence


def test_a_damaged_file_spoils_its_row_alone(solved, tmp_path, monkeypatch):
    results_file(tmp_path, solved.name).write_text("{", encoding="utf-8")
    other = replace(solved, name="other")
    monkeypatch.setattr(shelf, "experiments", lambda: {"solved": solved, "other": other})
    spoilt, whole = read_shelf(tmp_path)
    assert spoilt.standing is HowFar.UNREADABLE
    assert "is damaged" in spoilt.sentence
    assert whole.standing is HowFar.NEVER


def test_theory_opens_before_it_is_run_and_has_no_seeds(solved, tmp_path):
    row = look_up(solved, tmp_path)
    assert row.of_theory
    assert row.opens
    assert row.beside is None
    assert carry_out(solved, tmp_path) == "finished"
    row = look_up(solved, tmp_path)
    assert row.basis == "solved · < 1 s"
    assert row.sentence == "Run on this computer. Solved. It took < 1 s of processor time."


def test_rows_are_found_by_all_words_that_are_typed(solved, tiny, tmp_path):
    rows = [look_up(each, tmp_path) for each in (read_experiment(tiny), solved)]

    def found(typed):
        return [row.name for row in fitting_rows(rows, typed)]

    assert found("") == ["tiny", "solved"]
    assert found("NOBODY 2000") == ["tiny"]
    assert found("theory") == ["solved"]
    assert found("fig.") == ["tiny", "solved"]
    assert found("somebody 2000") == []
    assert found("not run") == ["tiny", "solved"]


def test_another_set_up_has_another_picture(tiny, tmp_path):
    experiment = read_experiment(tiny)
    tiny.write_text(tiny.read_text("utf-8").replace("width = 3 ", "width = 4 "), encoding="utf-8")
    changed = read_experiment(tiny)
    assert thumbnail_stem(tmp_path, experiment) != thumbnail_stem(tmp_path, changed)
    row = look_up(experiment, tmp_path)
    assert row.picture("dark").name.endswith("-dark.png")


def test_a_form_is_forgotten_and_the_other_stays(trained, tmp_path):
    experiment, folder = trained
    path = results_file(tmp_path, "tiny")
    forget_results(path, "small", 2)  # nothing is there yet
    assert not path.exists()
    known = read_results(results_file(folder, experiment.name))
    write_results(path, (*known, replace(known[0], form="published")))
    forget_results(path, "small", 1)
    assert sorted((each.form, each.seed) for each in read_results(path)) == [
        ("published", known[0].seed),
        ("small", 1),
        ("small", 1),
    ]


def test_it_is_carried_out_in_a_process_of_its_own(solved, tmp_path):
    runner = ExperimentRunner()
    runner.start(solved, tmp_path, 1, "cpu", again=True)
    told = []
    while runner.is_running:
        told += runner.poll(1.0)
    runner.close()
    assert told[0] == ExperimentProgress("", 0, 1, 1)
    assert told[-1] == Finished("finished")
    assert look_up(solved, tmp_path).standing is HowFar.DONE
