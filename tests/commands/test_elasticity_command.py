"""`ncviz elasticity` as its users call it."""

import csv
import json

import pytest
from elastic_run import euler, write_run

from ncviz.cli import main
from ncviz.counting import Counting
from ncviz.theory.le_sde import ElasticModel

STEPS = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    logits = dict(enumerate(euler(ElasticModel(3, 0.03, -0.3, 0.0), STEPS[-1])))
    return write_run(tmp_path_factory.mktemp("runs") / "euler", logits, STEPS)


def test_it_prints_strengths_and_the_imitation(known, capsys):
    assert main(["elasticity", str(known)]) == 0
    said = capsys.readouterr().out
    assert "10 moments, steps 0 to 100; α and β are per step." in said
    assert "\nL " in said
    assert "\nI " in said
    assert "  class 2: 0.0" in said


def test_json_and_the_table_have_all_of_it_over_time(known, tmp_path, capsys):
    table = tmp_path / "t.csv"
    assert main(["elasticity", str(known), "--json", "--table", str(table)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["unit"] == "step"
    assert said["L"]["mean_alpha"] == pytest.approx(0.03, rel=0.03)
    assert said["L"]["mean_beta"] == pytest.approx(-0.009, rel=0.03)
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["step"]) for row in rows] == list(STEPS)
    assert float(rows[3]["alpha_L"]) == said["over_time"][3]["alpha_L"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--window", "2"], "A window of 2 moments"),
        (["--split", "night"], "'night'"),
        (["--table", "t.txt"], "end it in .csv"),
    ],
)
def test_what_cannot_be_is_one_sentence(known, more, words, capsys):
    assert main(["elasticity", str(known), *more]) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not said.out


def test_a_run_that_lacks_what_it_takes_says_so(known, tmp_path, small_run, capsys):
    logits = dict.fromkeys(range(5), ElasticModel(3).start)
    of_order = write_run(tmp_path / "o", logits, range(5), counting=Counting("checkpoint"))
    assert main(["elasticity", str(of_order)]) == 1
    assert "only the order is known" in capsys.readouterr().err
    headless = write_run(tmp_path / "h", logits, range(5), head=False)
    assert main(["elasticity", str(headless)]) == 1
    assert "the classifier was not recorded" in capsys.readouterr().err
    # Of a run whose recipe does not say how many steps an epoch has, strengths are per epoch.
    assert main(["elasticity", str(small_run.path)]) == 0
    assert "α and β are per epoch" in capsys.readouterr().out
