"""The experiments that ship: each is whole, and the page is that of their results."""

from pathlib import Path

import pytest

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.experiments.catalogue import ENTRIES, experiment_named, experiments
from ncviz.experiments.results import MEASURED, read_results
from ncviz.experiments.running import carry_out
from ncviz.training.recipe import Recipe

PAGE = Path(__file__).parents[2] / "docs" / "published.md"
SOLVED = [name for name, e in experiments().items() if not isinstance(e.variants[0].small, Recipe)]


def test_each_file_is_one():
    assert sorted(experiments()) == sorted(path.stem for path in ENTRIES.glob("*.toml"))
    orders = [each.order for each in experiments().values()]
    assert orders == sorted(orders)
    groups = [each.group for each in experiments().values()]
    assert len([g for g, before in zip(groups, ["", *groups], strict=False) if g != before]) == len(
        set(groups)
    ), "the experiments of a group stand together"


@pytest.mark.parametrize("name", list(experiments()))
def test_its_sentences_are_sentences(name):
    experiment = experiments()[name]
    for said in (experiment.claim, experiment.scaled, experiment.knob and experiment.knob.then):
        assert not said or (said[0].isupper() and said.endswith(".")), said
    assert not experiment.title.endswith(".")


def test_an_unknown_one_is_told():
    with pytest.raises(UserError, match="There is no experiment 'nothing'"):
        experiment_named("nothing")


def test_results_that_ship_are_of_experiments_that_are_there():
    for path in MEASURED.glob("*.json"):
        assert path.stem in experiments()
        assert read_results(path)


def test_the_page_is_written_of_the_results_that_ship(tmp_path):
    page = tmp_path / "published.md"
    words = ["experiment", "report", "--results", str(tmp_path), "--out", str(page)]
    assert main(words) == 0
    assert page.read_text("utf-8") == PAGE.read_text("utf-8"), "run ncviz experiment report"


@pytest.mark.parametrize("name", SOLVED)
def test_what_is_solved_gives_every_number(name, tmp_path):
    experiment = experiments()[name]
    assert carry_out(experiment, tmp_path) == "finished"
    readings = {each.reading for each in experiment.expected}
    for result in read_results(tmp_path / f"{name}.json"):
        assert result.numbers.keys() == readings
