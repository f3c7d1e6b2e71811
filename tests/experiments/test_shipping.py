"""The runs and pictures that ship with ncviz: made small, found while they belong, and few."""

from dataclasses import replace

import pytest

import ncviz.assets
from ncviz.experiments import finding
from ncviz.experiments.catalogue import experiments
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import SMALL, mark_of
from ncviz.experiments.finding import choices, find_run, shipped_run
from ncviz.experiments.running import carry_out
from ncviz.experiments.shelf import HowFar, look_up, read_shelf
from ncviz.experiments.shipping import stale_runs, thin_for_shipping
from ncviz.recording.fine_tuning import fine_tuning_of
from ncviz.runs.run import Run
from ncviz.training.recipe_file import recipe_from_dict

LARGEST = 60_000_000  # bytes of all that ships


@pytest.fixture
def shipped(tiny, tmp_path, monkeypatch):
    """The tiny experiment, whose narrow run ships."""
    experiment = read_experiment(tiny)
    carry_out(experiment, tmp_path / "own")
    home = tmp_path / "assets" / finding.SHIPPED
    run = Run(find_run(tmp_path / "own", experiment, "narrow", SMALL, 0))
    path = thin_for_shipping(experiment, "narrow", run, home)
    monkeypatch.setattr(ncviz.assets, "_PACKAGED", tmp_path / "assets")
    return experiment, path


def test_one_that_ships_opens_before_anything_is_run(shipped, tmp_path):
    experiment, path = shipped
    row = look_up(experiment, tmp_path / "nothing")
    assert row.standing is HowFar.NEVER
    assert row.first.path == path == shipped_run(experiment, "narrow")
    assert row.first.supplied
    assert row.second is None
    assert Run(path).epochs == (0, 1, 3)


def test_ones_own_run_comes_before_it(shipped, tmp_path):
    row = look_up(shipped[0], tmp_path / "own")
    assert not any(each.supplied for each in row.runs)
    assert row.first.path.parent.parent.parent.name == "tiny"


def test_one_of_a_changed_experiment_is_not_shown(shipped, tiny, tmp_path):
    tiny.write_text(tiny.read_text("utf-8").replace("width = 3 ", "width = 4 "), encoding="utf-8")
    changed = read_experiment(tiny)
    assert shipped_run(changed, "narrow") is None
    assert choices(tmp_path / "nothing", changed, SMALL) == ()
    assert list(stale_runs([changed], shipped[1].parent.parent)) == [shipped[1]]
    assert list(stale_runs([shipped[0]], shipped[1].parent.parent)) == []


def test_it_is_neither_of_another_form_nor_of_another_seed(shipped, tmp_path):
    experiment, path = shipped
    assert find_run(tmp_path / "nothing", experiment, "narrow", SMALL, 0) == path
    assert find_run(tmp_path / "nothing", experiment, "narrow", SMALL, 1) is None
    assert find_run(tmp_path / "nothing", experiment, "narrow", "published", 0) is None


def test_a_file_of_ones_own_comes_first_and_stands_for_one_of_its_name(shipped, tiny, tmp_path):
    rows = read_shelf(tmp_path / "nothing", [tiny, tmp_path / "gone.toml"])
    assert (rows[0].name, rows[0].file) == ("tiny", tiny)
    assert len(rows) == len(experiments()) + 1
    name, known = next(iter(experiments().items()))
    own = tmp_path / f"{name}.toml"
    own.write_text(tiny.read_text("utf-8"), encoding="utf-8")
    rows = read_shelf(tmp_path / "nothing", [own])
    assert [each.name for each in rows].count(name) == 1
    assert rows[0].experiment == replace(read_experiment(own), name=name)
    assert rows[0].experiment != known


def test_what_ships_belongs_to_the_experiments_as_they_are():
    home = ncviz.assets.asset(finding.SHIPPED)
    assert list(stale_runs(list(experiments().values()), home)) == []
    for manifest in home.glob("*/*/manifest.json"):
        run = Run(manifest.parent)
        recipe = run.manifest.recipe
        assert mark_of(fine_tuning_of(recipe) or recipe_from_dict(recipe)) == manifest.parent.name
        assert run.manifest.state == "finished"
        assert run.manifest.recipe["seed"] == 0


def test_all_that_ships_is_small():
    root = ncviz.assets.asset("fonts").parent
    assert sum(each.stat().st_size for each in root.rglob("*") if each.is_file()) < LARGEST
