"""The file of results is checked, whole, and of the experiment as it is now."""

import json
import math
from dataclasses import replace

import pytest

import ncviz.experiments.results as results_module
from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import mark_of, subject_of
from ncviz.experiments.results import (
    Result,
    current_results,
    keep_result,
    read_results,
    results_file,
)


def result(experiment, variant="narrow", seed=0, form="small", **known):
    mark = mark_of(subject_of(experiment.variant(variant), form, seed))
    return Result(form, variant, seed, mark, **{"numbers": {}, **known})


def test_what_is_kept_is_read_again(tiny, tmp_path):
    path, experiment = tmp_path / "new" / "tiny.json", read_experiment(tiny)
    numbers = {"nc1 train": 0.1, "nc2 train": math.nan, "loss over epochs": (1.0, math.nan)}
    assert read_results(path) == ()
    keep_result(path, result(experiment, seed=1, numbers=numbers, seconds=2.5))
    keep_result(path, result(experiment, "wide", failure="It is over."))
    keep_result(path, result(experiment, "wide", finished=False))
    first, second = read_results(path)
    assert (first.variant, first.numbers["nc1 train"], first.seconds) == ("narrow", 0.1, 2.5)
    assert math.isnan(first.numbers["nc2 train"])
    assert math.isnan(first.numbers["loss over epochs"][1])
    assert (second.variant, second.failure, second.finished) == ("wide", "", False)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("form", "large", "form"),
        ("seed", -1, "seed"),
        ("seed", 1.5, "seed"),
        ("numbers", {"nc1": "much"}, "numbers"),
        ("numbers", [1], "numbers"),
        ("seconds", "long", "seconds"),
        ("finished", 1, "finished"),
        ("mark", None, "mark"),
    ],
)
def test_a_damaged_file_is_told(tiny, tmp_path, name, value, words):
    path = tmp_path / "tiny.json"
    keep_result(path, result(read_experiment(tiny)))
    values = json.loads(path.read_text("utf-8"))
    values["results"][0][name] = value
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(UserError, match=rf"tiny\.json is damaged: .*{words}"):
        read_results(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "ncviz experiment results"}'])
def test_another_file_is_told(tmp_path, content):
    path = tmp_path / "tiny.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"tiny\.json is damaged"):
        read_results(path)


def test_results_of_what_was_changed_do_not_count(tiny, tmp_path):
    experiment, folder = read_experiment(tiny), tmp_path / "own"
    keep_result(results_file(folder, "tiny"), result(experiment))
    assert len(current_results(experiment, folder)) == 1
    tiny.write_text(tiny.read_text("utf-8").replace("width = 3", "width = 4"), encoding="utf-8")
    assert current_results(read_experiment(tiny), folder) == ()
    without = replace(experiment, variants=experiment.variants[1:])
    assert current_results(without, folder) == ()


def test_ones_own_come_before_those_that_ship(tiny, tmp_path, monkeypatch):
    experiment, folder = read_experiment(tiny), tmp_path / "own"
    monkeypatch.setattr(results_module, "MEASURED", tmp_path / "shipped")
    for seed in range(3):
        shipped = result(experiment, seed=seed, seconds=9.0)
        keep_result(results_file(tmp_path / "shipped", "tiny"), shipped)
    assert len(current_results(experiment, folder)) == 3
    keep_result(results_file(folder, "tiny"), result(experiment, form="published"))
    assert len(current_results(experiment, folder)) == 4
    keep_result(results_file(folder, "tiny"), result(experiment))
    assert [(each.form, each.seconds) for each in current_results(experiment, folder)] == [
        ("published", None),
        ("small", None),
    ]


def test_where_data_lie_makes_no_other_experiment(tiny):
    variant = read_experiment(tiny).variant()
    assert mark_of(subject_of(variant, "small", 0, "/data")) == mark_of(
        subject_of(variant, "small", 0)
    )
    assert mark_of(subject_of(variant, "small", 1)) != mark_of(subject_of(variant, "small", 0))


def test_another_version_is_told(tmp_path):
    path = tmp_path / "tiny.json"
    path.write_text('{"format": "ncviz experiment results", "version": 99}', encoding="utf-8")
    with pytest.raises(UserError, match=r"in another version of its format than 1: install"):
        read_results(path)
