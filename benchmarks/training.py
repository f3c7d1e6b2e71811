"""What recording costs: a bare training loop against a recorded one, in turns.

    python benchmarks/training.py [epochs] [rounds]

Prints milliseconds a step and a snapshot, and the ratio of the two loops, from
the best of the rounds. The recorded loop is `record` with the default recipe:
50 snapshots in 600 epochs, measured on both splits and written to the disk.
"""

import math
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch
from speed_row import Row
from torch import nn
from torch.nn.functional import cross_entropy

from ncviz.training.device import get_ready
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import RecipeSamples, load_samples
from ncviz.training.recorded_training import record
from ncviz.training.training_measurer import TrainingMeasurer

RECORDED = Row(
    "training",
    "default training, recorded, a step with its share of 50 snapshots",
    floor="a step of the bare training loop",
    at_most=1.15,
    arguments=("600", "2"),
    order=80,
)


def new_network(recipe: Recipe, samples: RecipeSamples) -> nn.Module:
    shape = tuple(samples.train.inputs.shape[1:])
    return recipe.architecture.build(shape, len(samples.class_names))


def bare_loop(recipe: Recipe) -> None:
    samples = load_samples(recipe)
    inputs, labels = samples.train.inputs, samples.train.labels
    network = new_network(recipe, samples)
    optimizer = torch.optim.Adam(
        network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    for _ in range(recipe.epochs):
        for batch in torch.randperm(len(labels)).split(recipe.batch_size):
            loss = cross_entropy(network(inputs[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def seconds(work, clock=time.perf_counter) -> float:
    began = clock()
    work()
    return clock() - began


def both_clocks(work) -> tuple[float, float]:
    """Return wall-clock and processor seconds; the latter bear a busy computer."""
    wall = []
    processor = seconds(lambda: wall.append(seconds(work)), time.process_time)
    return wall[0], processor


def snapshot_milliseconds(recipe: Recipe) -> float:
    """Return the median time to measure a snapshot, without writing it."""
    samples = load_samples(recipe)
    measurer = TrainingMeasurer(new_network(recipe, samples), samples, recipe)
    times = [seconds(lambda: measurer.snapshot(0)) for _ in range(50)]
    return 1e3 * statistics.median(times)


def main(epochs: int = 600, rounds: int = 3) -> None:
    recipe = Recipe(epochs=epochs)
    get_ready("cpu")
    bare, recorded = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            out = Path(folder) / str(number)
            bare.append(both_clocks(lambda: bare_loop(recipe)))
            recorded.append(both_clocks(lambda out=out: record(recipe, out)))
    snapshots = len(recipe.recorded_epochs())
    steps = epochs * math.ceil(10 * recipe.images_per_class / recipe.batch_size)
    print(f"{epochs} epochs, {snapshots} snapshots, torch threads: {torch.get_num_threads()}")
    print(f"measuring a snapshot: {snapshot_milliseconds(recipe):.1f} ms")
    best_bare, best_recorded = ([min(c) for c in zip(*r, strict=True)] for r in (bare, recorded))
    RECORDED.point(f"{epochs} epochs", 1e3 * best_recorded[0] / steps, 1e3 * best_bare[0] / steps)
    clocks = ("wall clock", "processor")
    for clock, plain, full in zip(clocks, best_bare, best_recorded, strict=True):
        print(
            f"{clock}: bare {plain:.2f} s ({1e3 * plain / steps:.2f} ms a step), "
            f"recorded {full:.2f} s, ratio {full / plain:.3f}, "
            f"{1e3 * (full - plain) / snapshots:.1f} ms a snapshot"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
