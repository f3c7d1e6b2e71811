"""docs/recipes.md: its tables are those of the trainings, its set-ups the published ones."""

import importlib.util
import json
import statistics
from pathlib import Path

import pytest

from ncviz.training.recipe import MEASURED
from ncviz.training.recipe_file import read_recipe

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "docs" / "recipes"
# He & Su, PNAS 2023: layers, then the rates of SGD, momentum and Adam.
RATES = {4: (0.3, 0.3, 3e-3), 8: (0.03, 0.01, 1e-3), 20: (0.01, 0.001, 3e-4)}


@pytest.fixture(scope="module")
def panels():
    """Return the script that trains the panels."""
    spec = importlib.util.spec_from_file_location("law_panels", ROOT / "script" / "law_panels.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(panels):
    return json.loads(panels.RESULTS.read_text(encoding="utf-8"))


def test_each_panel_and_control_was_trained_five_times_and_measured_in_all_ways(panels, results):
    names = panels.PANELS + panels.CONTROLS
    assert set(results) == {f"{name} {seed}" for name in names for seed in range(5)}
    for key, ways in results.items():
        assert tuple(ways) == MEASURED
        depth = read_recipe(RECIPES / f"{key.rpartition(' ')[0]}.toml").architecture.depth
        assert all(len(way["D"]) == depth for way in ways.values())
        assert "control" in key or ways["evaluation"]["train_error"] == 0


def test_the_tables_in_the_document_are_made_of_them(panels, results):
    document = panels.DOCUMENT.read_text(encoding="utf-8")
    for names in (panels.PANELS, panels.CONTROLS):
        assert "\n".join(panels.rows(names, results)) in document


def test_the_headline_is_within_what_batches_give(results):
    ways = [results[f"law-8-layers-adam {seed}"] for seed in range(5)]
    in_batches = [way["batches"] for way in ways]
    correlations = sorted(round(law["r"], 3) for law in in_batches)
    ratios = sorted(round(law["rho"], 2) for law in in_batches)
    assert correlations[0] <= -0.997 <= correlations[-1]
    assert ratios[0] <= 0.53 <= ratios[-1]
    held_still = [way["evaluation"]["rho"] for way in ways]
    assert max(held_still) < min(law["rho"] for law in in_batches)


def test_median_and_range_are_read_as_they_are_computed(panels):
    assert panels.spread([-0.5, -1.0, -0.75], 2) == "−0.75 (−1.00 … −0.50)"
    assert panels.spread([1234.0, None, 1.0], 2) == "618 (1.00 … 1,230), none in 1"
    assert statistics.median([1234.0, 1.0]) == 617.5


@pytest.mark.parametrize("depth", RATES)
@pytest.mark.parametrize(("place", "optimizer"), list(enumerate(("sgd", "momentum", "adam"))))
def test_the_files_are_the_published_set_ups(depth, place, optimizer):
    recipe = read_recipe(RECIPES / f"law-{depth}-layers-{optimizer}.toml")
    assert (recipe.architecture.depth, recipe.optimizer) == (depth, optimizer)
    assert recipe.learning_rate == RATES[depth][place]
    common = recipe.architecture.width, recipe.batch_size, recipe.epochs, recipe.weight_decay
    assert common == (100, 128, 600, 5e-4)
    assert (recipe.images_per_class, recipe.image_size, recipe.schedule) == (100, 10, "steps")
    assert recipe.learning_rate_drops() == (200, 400)


@pytest.mark.parametrize(
    ("name", "activation", "batch_norm"),
    [("no-nonlinearity", "identity", True), ("no-batch-norm", "relu", False)],
)
def test_the_controls_are_the_published_ones(name, activation, batch_norm):
    recipe = read_recipe(RECIPES / f"control-{name}.toml")
    assert (recipe.architecture.depth, recipe.optimizer, recipe.learning_rate) == (20, "adam", 3e-5)
    assert (recipe.architecture.activation, recipe.architecture.batch_norm) == (
        activation,
        batch_norm,
    )
