"""What ncviz adds to the training of each network: to its steps, and by its snapshots.

    python benchmarks/networks.py [--only WORD] [--rounds 12]

Each network, in its small form, learns the images that ship. Steps of ncviz's trainer and of a
bare PyTorch loop (the same batches' size, loss and optimiser) take turns in one process on one
core, and so do ncviz's steps that are recorded: a snapshot a turn, measured in a process beside as
`ncviz train` does, and written to the disk. `steps` is the ratio of ncviz's steps to the bare ones,
by the processor's time and by the clock: the median of the turns'. `recording` is what the
snapshots of the default 600 epochs add to ncviz's steps of 600 epochs: to the processor's time of
the process that trains, and by the clock, which needs a second core that is free. `in line` is the
processor's time of snapshots that are measured in the training itself; `passing` is the part of it
that no snapshot can do without: to pass its samples through the network.
"""

import argparse
import math
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from ncviz.jobs.process import WorkProcess
from ncviz.networks.network import networks
from ncviz.parameters import changed
from ncviz.runs.writer import RunWriter
from ncviz.training.measuring_beside import MeasurerBeside
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.trainer import Recorded, Started, Step, train
from ncviz.training.training_measurer import PORTION, Taken, TrainingMeasurer

STEPS, RECORDING = 1.1, 0.05  # goals: a ratio, and a share
TURN = 0.25  # seconds of bare steps
GETTING_READY = 10.0  # seconds that the process beside may take
SMALL: dict[str, dict[str, Any]] = {"torchvision": {"model": "shufflenet_v2_x0_5"}}
Times = tuple[float, float]
"""Of the processor, and of the clock."""


@dataclass(frozen=True)
class Found:
    """Seconds of the processor; ratios of ncviz's steps, and shares, by processor and clock."""

    step: float
    snapshot: float
    steps: Times
    recording: Times
    in_line: float
    passing: float


def recipe_of(network: str) -> Recipe:
    """Return the small form of a network on small images."""
    size = {} if network == "perceptron" else {"image_size": 16}
    return changed(Recipe(), {"network": network, **size, **SMALL.get(network, {})})


def bare_steps(recipe: Recipe) -> Iterator[None]:
    """Make steps as a plain loop does, for ever."""
    samples = load_samples(recipe)
    inputs, labels = samples.train.inputs, samples.train.labels
    network = recipe.whole_network.build(tuple(inputs.shape[1:]), len(samples.class_names))
    build = optimizers()[recipe.optimizer].build
    optimizer = build(network.parameters(), recipe.learning_rate, recipe.weight_decay)
    while True:
        for batch in torch.randperm(len(labels)).split(recipe.batch_size):
            loss = cross_entropy(network(inputs[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield


def ncviz_steps(recipe: Recipe) -> Iterator[None]:
    """Make steps as ncviz does, with what it does between epochs."""
    for event in train(changed(recipe, {"epochs": 100_000, "record": "100000"})):
        if isinstance(event, Step):
            yield


def recorded_steps(recipe: Recipe, each: int, folder: Path, beside: WorkProcess) -> Iterator[None]:
    """Make steps as ncviz does that records every so many epochs, and measures beside."""
    many = changed(recipe, {"epochs": 100_000, "record": f"every {each}"})
    events = train(many, measurer=partial(MeasurerBeside, beside))
    started = next(events)
    assert isinstance(started, Started)
    writer = RunWriter(folder / "beside", started.manifest, started.probe)
    waiting: deque[Taken] = deque()
    for event in events:
        if isinstance(event, Recorded):
            waiting.append(event.taken)
        while waiting and waiting[0].is_there:
            taken = waiting.popleft()
            writer.write_content(taken.epoch, taken.content())
        if isinstance(event, Step):
            yield


def snapshots(recipe: Recipe, folder: Path) -> Iterator[None]:
    """Measure and write snapshots, for ever."""
    events = train(changed(recipe, {"epochs": 2}))
    started = next(events)
    assert isinstance(started, Started)
    writer = RunWriter(folder / "run", started.manifest, started.probe)
    samples = load_samples(recipe)
    network = recipe.whole_network.build(
        tuple(samples.train.inputs.shape[1:]), len(samples.class_names)
    )
    measurer = TrainingMeasurer(network, samples, recipe)
    while True:
        writer.write(measurer.snapshot(0))
        yield


def passes(recipe: Recipe) -> Iterator[None]:
    """Pass the samples of a snapshot through the network in portions, for ever."""
    samples = load_samples(recipe)
    splits = [split.inputs.split(PORTION) for split in samples.measured.values()]
    shape = tuple(samples.train.inputs.shape[1:])
    network = recipe.whole_network.build(shape, len(samples.class_names)).eval()
    while True:
        with torch.no_grad():  # not while others take their turns
            for inputs in chain.from_iterable(splits):
                network(inputs)
        yield


def seconds(work: Callable[[], Any]) -> Times:
    processor, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - clock


def found_of(recipe: Recipe, rounds: int, folder: Path, beside: WorkProcess) -> Found:
    """Let them take turns."""
    bare, ours, in_line = bare_steps(recipe), ncviz_steps(recipe), snapshots(recipe, folder)
    passed = passes(recipe)
    for each in (bare, ours, in_line, passed):
        next(each)  # what is done once
    each_epoch = math.ceil(10 * recipe.images_per_class / recipe.batch_size)
    own = seconds(lambda: [next(bare) for _ in range(each_epoch)])[0]
    epochs = max(1, round(TURN / max(own, 1e-6)))
    recorded = recorded_steps(recipe, epochs, folder, beside)
    begun = time.perf_counter()
    while time.perf_counter() - begun < GETTING_READY:
        next(recorded)
    turns = []
    works = bare, ours, in_line, passed, recorded
    for number in range(rounds):
        steps = epochs * each_epoch
        order = tuple(zip(works, (steps, steps, 1, 1, steps), strict=True))
        taken = {}
        for work, count in order if number % 2 else order[::-1]:
            taken[work] = seconds(lambda w=work, c=count: [next(w) for _ in range(c)])
        turns.append([taken[each] for each in works])

    def ratio(which: int, clock: int, to: int = 0) -> float:
        return statistics.median(turn[which][clock] / turn[to][clock] for turn in turns)

    whole = Recipe()
    of_all = len(whole.recorded_epochs()) * epochs / whole.epochs  # snapshots a turn's steps
    return Found(
        statistics.median(turn[0][0] for turn in turns) / (epochs * each_epoch),
        statistics.median(turn[2][0] for turn in turns),
        (ratio(1, 0), ratio(1, 1)),
        (of_all * (ratio(4, 0, 1) - 1), of_all * (ratio(4, 1, 1) - 1)),
        of_all * ratio(2, 0),
        of_all * ratio(3, 0),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORD", help="networks with this word")
    parser.add_argument("--rounds", type=int, default=12)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    over = []
    columns = (
        "network | step, ms | steps | clock | snapshot, ms | recording | clock | in line | passing"
    )
    print(f"| {columns} |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    beside = WorkProcess("measuring")
    for name in networks():
        if asked.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = found_of(recipe_of(name), asked.rounds, Path(folder), beside)
        print(
            f"| {name} | {1e3 * found.step:.2f} | {found.steps[0]:.2f} | {found.steps[1]:.2f} | "
            f"{1e3 * found.snapshot:.0f} | {found.recording[0]:.1%} | {found.recording[1]:.1%} | "
            f"{found.in_line:.1%} | {found.passing:.1%} |",
            flush=True,
        )
        if found.steps[0] > STEPS or max(found.recording) > RECORDING:
            over.append(name)
    beside.close()
    print(f"Goals: steps at most {STEPS} ×, recording at most {RECORDING:.0%}.")
    if over:
        raise SystemExit(f"Over: {', '.join(over)}")


if __name__ == "__main__":
    main()
