"""Trains each network on the images that ship, and writes the table of docs/recipes.md.

    .venv/bin/python script/network_table.py

Each is trained in a process of its own on one core, so that time and memory are its own.
"""

import multiprocessing
import re
import resource
import time
from pathlib import Path
from typing import Any

from ncviz.parameters import changed
from ncviz.training.recipe import Recipe

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "recipes.md"
PLACE = re.compile(
    r"(<!-- trained networks: script/network_table.py -->\n).*?"
    r"(<!-- end of trained networks -->\n)",
    re.DOTALL,
)
SHORT = {"image_size": 16, "images_per_class": 50, "batch_size": 50, "epochs": 20, "record": "20"}
NETWORKS: dict[str, dict[str, Any]] = {
    "perceptron": {},
    "perceptron, narrow to wide": {"widths": (100, 100, 100, 100, 400, 400, 400)},
    "perceptron, wide to narrow": {"widths": (400, 400, 400, 400, 100, 100, 100)},
    "perceptron, three linear layers at the end": {"linear_layers": 3},
    "convolutional, small": {"network": "convolutional"},
    "convolutional, as published": {"network": "convolutional", "size": "published"},
    "alexnet, small": {"network": "alexnet"},
    "vgg, small": {"network": "vgg"},
    "residual, small, by block": {"network": "residual"},
    "residual, small, by layer": {"network": "residual", "measured_by": "layer"},
    "residual, small, mixed, by block": {"network": "residual", "block": "mixed"},
    "densenet, small": {"network": "densenet"},
    "torchvision, shufflenet_v2_x0_5": {"network": "torchvision", "model": "shufflenet_v2_x0_5"},
    "perceptron, fixed ETF": {"classifier": "etf"},
    "perceptron, class means": {"classifier": "class_means"},
    "perceptron, cosine, d = 3": {"classifier": "cosine", "feature_dimension": 3},
}


def trained(changes: dict[str, Any]) -> tuple[int, list[float], float, float, float, float]:
    """Return parameters, D of the points, r, decay ratio, processor seconds and MiB."""
    import torch

    from ncviz.geometry.separation import fit_law, separation_fuzziness
    from ncviz.training.forecast import forecast
    from ncviz.training.trainer import Recorded, train

    torch.set_num_threads(1)
    recipe = changed(Recipe(), {**SHORT, **changes})
    before, began = _megabytes(), time.process_time()
    last = [event for event in train(recipe) if isinstance(event, Recorded)][-1].snapshot
    seconds = time.process_time() - began
    found = [float(separation_fuzziness(layer.statistics["train"])) for layer in last.layers]
    law = fit_law(found)
    parameters = forecast(recipe).parameters
    more = _megabytes() - before
    return parameters, found, law.pearson_r, law.decay_ratio, seconds, more


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Train all of them and write the table."""
    lines = ["| network | parameters | $D$ of the points | $r$ | $\\rho$ | s | MiB |"]
    lines.append("|---|---|---|---|---|---|---|")
    context = multiprocessing.get_context("spawn")
    for name, changes in NETWORKS.items():
        with context.Pool(1) as pool:
            parameters, found, r, ratio, seconds, memory = pool.apply(trained, (changes,))
        points = " · ".join(f"{value:.3g}" for value in found)
        numbers = f"{r:.3f} | {ratio:.2f} | {seconds:.0f} | {memory:.0f}"
        lines.append(f"| {name} | {parameters:,} | {points} | {numbers} |".replace("| -", "| −"))
        print(lines[-1], flush=True)
    table = "\n".join(lines)
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(
        PLACE.sub(lambda place: f"{place[1]}\n{table}\n\n{place[2]}", text), "utf-8"
    )


if __name__ == "__main__":
    main()
