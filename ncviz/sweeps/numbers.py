"""The numbers of a task: those of its run at a moment, or what was solved."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import metrics
from ncviz.runs.layer_names import unknown_layer
from ncviz.runs.run import Run
from ncviz.sweeps.places import Place, read_solved
from ncviz.sweeps.sweep import Sweep

OF_SPLIT = {"error": tr("Share of mistakes"), "loss": tr("Mean loss")}  # beside the metrics
TRAIN = "train"
LAST = -1


@dataclass(frozen=True)
class ReadAt:
    """Which moment, layer and samples numbers are of; a theory problem has one of each.

    Parameters
    ----------
    epoch : float or None
        In units of the run; None for its last recorded one.
    layer : int
        From 0, the input; negative from the last, −1.
    split : str
    """

    epoch: float | None = None
    layer: int = LAST
    split: str = TRAIN


def numbers_of_place(
    sweep: Sweep, place: Place, reading: ReadAt, names: tuple[str, ...] = ()
) -> dict[str, float]:
    """Return the numbers of a task that is done; NaN where one has no value.

    Parameters
    ----------
    sweep : Sweep
    place : Place
    reading : ReadAt
    names : tuple of str
        Those that are wanted; all if empty.

    Raises
    ------
    UserError
        If its run cannot be read, or lacks the epoch, the layer or the split.
    """
    if sweep.model:
        known = read_solved(place)["numbers"]
        return {name: known.get(name, math.nan) for name in names or known}
    return numbers_of_run(Run(place.run), reading, names)


def numbers_of_run(run: Run, reading: ReadAt, names: tuple[str, ...] = ()) -> dict[str, float]:
    """Return numbers of a run: see `numbers_of_place`."""
    layers = len(run.manifest.layers)
    if not -layers <= reading.layer < layers:
        raise UserError(unknown_layer(run, reading.layer))
    number = None if reading.epoch is None else run.counting.number(reading.epoch)
    epoch = run.epochs[-1] if number is None else run.recorded(number)
    of = LayerAt(run, epoch, reading.layer % layers, run.split_of(reading.split).name)
    return {name: _reader(name)(of) for name in names or run_numbers()}


def run_numbers() -> Mapping[str, str]:
    """Return the names of the numbers of a run, each with what people call it."""
    return OF_SPLIT | {name: metric.notion.name for name, metric in metrics().items()}


def _reader(name: str) -> Callable[[LayerAt], float]:
    if name in OF_SPLIT:
        return lambda of: _scalar(of, f"{of.split}_{name}")
    known = metrics().get(name)
    return (lambda of: math.nan) if known is None else (lambda of: known.at(of)[0])


def _scalar(of: LayerAt, name: str) -> float:
    try:
        return float(of.scalar(name))
    except AbsentError:
        return math.nan
