"""The experiments that ship: each is whole, and the page is that of their results."""

from pathlib import Path

import pytest

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.experiments.catalogue import ENTRIES, experiment_named, experiments
from ncviz.experiments.report import literal
from ncviz.experiments.results import MEASURED, current_results, read_results

PAGE = Path(__file__).parents[2] / "docs" / "published.md"


def test_each_file_is_one():
    assert sorted(experiments()) == sorted(path.stem for path in ENTRIES.glob("*.toml"))
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


def test_results_that_ship_are_of_the_experiments_as_they_are(tmp_path):
    for path in MEASURED.glob("*.json"):
        experiment = experiment_named(path.stem)
        results = current_results(experiment, tmp_path)
        assert results == read_results(path), "run it again"
        readings = {each.reading for each in experiment.expected}
        assert all(each.failure or each.numbers.keys() >= readings for each in results)


def test_the_page_is_written_of_the_results_that_ship(tmp_path):
    page = tmp_path / "published.md"
    words = ["experiment", "report", "--results", str(tmp_path), "--out", str(page)]
    assert main(words) == 0
    assert page.read_text("utf-8") == PAGE.read_text("utf-8"), "run ncviz experiment report"


def test_a_wrong_name_is_told_with_the_nearest_ones():
    with pytest.raises(UserError, match=r"did you mean .*weight-decay-sum-of-rows.*\.$"):
        experiment_named("weight-decay-sum-of-row")
    with pytest.raises(UserError, match=r"'zzzz': ncviz experiment list prints all of them\.$"):
        experiment_named("zzzz")


def test_nothing_in_a_text_is_markup_on_the_page():
    said = literal("<b>x</b> & a &amp; d < K *b* `c` [l](u) $x$")
    assert said == r"&lt;b>x&lt;/b> & a &amp;amp; d < K \*b\* \`c\` \[l\](u) \$x\$"


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("progressive-collapse", ["held-out samples", "noise of 0.1", "turned by 5°"]),
        ("unknown-classes", ["classes 5 6 7 8 9"]),
        ("label-sets", ["training samples with two labels, linear features"]),
    ],
)
def test_a_split_is_called_as_runs_call_it(name, titles):
    experiment = experiments()[name]
    words = [experiment.words_of(each) for each in experiment.expected if each.split != "train"]
    assert {each.rpartition("(")[2].rstrip(")") for each in words} == set(titles)
