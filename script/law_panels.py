"""Trains the published panels of the law, and writes their tables into docs/recipes.md.

    nice -n 19 env OMP_NUM_THREADS=1 .venv/bin/python script/law_panels.py [seeds]

Each panel of He & Su, and each negative control, is trained with seeds 0, 1, … (five of
them), on one thread. At its last epoch the same network is measured in all three ways of a
recipe's `measured`. What is done is kept in docs/recipes/law-panels.json, so that a run that
was interrupted goes on where it was; remove the file to begin anew.
"""

import json
import math
import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ncviz.geometry.separation import fit_law, separation_fuzziness
from ncviz.runs.snapshot import Snapshot
from ncviz.training.device import get_ready
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import MEASURED, Recipe
from ncviz.training.recipe_file import read_recipe
from ncviz.training.recipe_samples import RecipeSamples
from ncviz.training.trainer import Recorded, train
from ncviz.training.training_measurer import TrainingMeasurer

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ROOT / "docs" / "recipes"
RESULTS = RECIPES / "law-panels.json"
DOCUMENT = ROOT / "docs" / "recipes.md"
SEEDS = 5
PANELS = [
    f"law-{depth}-layers-{optimizer}"
    for depth in (4, 8, 20)
    for optimizer in ("sgd", "momentum", "adam")
]
CONTROLS = ["control-no-nonlinearity", "control-no-batch-norm"]

Results = dict[str, dict[str, Any]]


class ThreeWays(TrainingMeasurer):
    """Measures in the way of the recipe, and keeps what every way gives."""

    latest: dict[str, Snapshot]

    def __init__(self, network: nn.Module, samples: RecipeSamples, recipe: Recipe) -> None:
        super().__init__(network, samples, recipe)
        self._ways = {
            way: TrainingMeasurer(network, samples, replace(recipe, measured=way))
            for way in MEASURED
        }

    def snapshot(self, epoch: int) -> Snapshot:
        """Measure every layer in all ways, and return what the recipe asks for."""
        ThreeWays.latest = {way: measurer.snapshot(epoch) for way, measurer in self._ways.items()}
        return super().snapshot(epoch)


def measure(recipe: Recipe) -> dict[str, Any]:
    """Train once, and return the law at the last epoch in all ways of measuring."""
    recipe = replace(recipe, record=str(recipe.epochs))
    for event in train(recipe, measurer=ThreeWays):
        if isinstance(event, Recorded):
            return {way: law(snapshot) for way, snapshot in ThreeWays.latest.items()}
    raise AssertionError("the last epoch is always recorded")


def law(snapshot: Snapshot) -> dict[str, Any]:
    """Return D_1 … D_m of a snapshot, the fitted law and the training error."""
    found = [separation_fuzziness(layer.statistics["train"]) for layer in snapshot.layers]
    fit = fit_law(found)
    return {
        "D": [float(f"{value:.6g}") if math.isfinite(value) else None for value in found],
        "r": fit.pearson_r,
        "rho": fit.decay_ratio,
        "train_error": snapshot.scalars["train_error"],
    }


def spread(values: list[float | None], digits: int) -> str:
    """Return median and range: so many decimals, and three digits from 100 on."""
    there = [value for value in values if value is not None]
    middle, low, high = (
        (f"{value:.{digits}f}" if abs(value) < 100 else f"{float(f'{value:.3g}'):,.0f}")
        for value in (statistics.median(there), min(there), max(there))
    )
    lacking = f", none in {len(values) - len(there)}" if len(there) < len(values) else ""
    return f"{middle} ({low} … {high}){lacking}".replace("-", "−")


def rows(names: list[str], results: Results) -> Iterator[str]:
    """Yield the lines of a table: each recipe in each way of measuring."""
    seeds = [sum(key.rpartition(" ")[0] == name for key in results) for name in names]
    yield f"Median (range) of {min(seeds)} trainings; $D_m$ is that of the last hidden layer."
    yield ""
    yield "| recipe | what is trained | measured | $r$ | $\\rho$ | $D_m$ | training error |"
    yield "|---|---|---|---|---|---|---|"
    for name in names:
        recipe = read_recipe(RECIPES / f"{name}.toml")
        done = [value for key, value in results.items() if key.rpartition(" ")[0] == name]
        if not done:
            continue
        for way in MEASURED:
            link, trained = f"[{name}.toml](recipes/{name}.toml)", described(recipe)
            if way != MEASURED[0]:
                link = trained = ""
            r = spread([value[way]["r"] for value in done], 4)
            rho = spread([value[way]["rho"] for value in done], 3)
            last = spread([value[way]["D"][-1] for value in done], 2)
            wrong = f"{100 * statistics.median(value[way]['train_error'] for value in done):.1f} %"
            yield f"| {link} | {trained} | `{way}` | {r} | {rho} | {last} | {wrong} |"


def described(recipe: Recipe) -> str:
    """Return layers, optimiser and rate of a recipe."""
    rate = f"{recipe.learning_rate:.1e}" if recipe.learning_rate < 1e-3 else None
    rate = rate or f"{recipe.learning_rate:g}"
    rate = rate.replace(".0e-0", "e-")
    optimizer = optimizers()[recipe.optimizer]
    return f"{recipe.architecture.short}, {optimizer.said or optimizer.words} {rate}"


def write_tables(results: Results) -> None:
    """Put the tables between their marks in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for mark, names in (("panels", PANELS), ("controls", CONTROLS)):
        begin, end = f"<!-- {mark}: script/law_panels.py -->\n", f"<!-- end of {mark} -->\n"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{DOCUMENT} has not the marks {begin.strip()} and {end.strip()}.")
        text = before + begin + "\n".join(rows(names, results)) + "\n" + end + after
    DOCUMENT.write_text(text, encoding="utf-8")


def save(results: Results) -> None:
    """Write all that is done, one training a line."""
    lines = (f"{json.dumps(k)}: {json.dumps(v, allow_nan=False)}" for k, v in results.items())
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    """Train what is missing, then write the tables."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    get_ready("cpu")
    torch.set_num_threads(1)
    results: Results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for seed in range(seeds):
        for name in PANELS + CONTROLS:
            key = f"{name} {seed}"
            if key in results:
                continue
            recipe = replace(read_recipe(RECIPES / f"{name}.toml"), seed=seed)
            results[key] = measure(recipe)
            save(results)
            ways = [f"{way} {v['r']:.4f} {v['rho']:.3f}" for way, v in results[key].items()]
            print(f"{key}: {', '.join(ways)}", flush=True)
    write_tables(results)


if __name__ == "__main__":
    main()
