"""Measures a network at one moment of its training."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.inputs import Inputs
from ncviz.anatomy.points import INPUT, Point, Pooling
from ncviz.errors import DivergedError
from ncviz.language import tr
from ncviz.measuring.measured import Batches, Floats, Measured
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.modes import EVALUATION, measuring_mode
from ncviz.measuring.tally import Where
from ncviz.measuring.taps import Taps, choose_taps
from ncviz.runs.snapshot import Snapshot, to_bytes
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import RecipeSamples, batches, drawing_order

BATCH = 100  # samples that He & Su pass through the network at a time
# Samples at once where they do not depend on each other: what passes from layer to layer stays in
# the processor's cache, and where few of many layers are recorded that is worth joining features.
PORTION = 250


def training_diverged(epoch: int) -> DivergedError:
    """Return what to say when a training has left the finite numbers."""
    return DivergedError(
        tr("The training diverged at epoch {epoch}: lower the learning rate.", epoch=epoch)
    )


class Taken(ABC):
    """A snapshot that was taken, whether it is measured already or not.

    Parameters
    ----------
    epoch : int
    """

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    @property
    @abstractmethod
    def is_there(self) -> bool:
        """Tell whether nobody has to wait for it."""

    @abstractmethod
    def content(self) -> bytes:
        """Return its file, once it is measured."""


class MeasuredSnapshot(Taken):
    """One that is measured.

    Parameters
    ----------
    epoch : int
    snapshot : Snapshot
    """

    def __init__(self, epoch: int, snapshot: Snapshot) -> None:
        super().__init__(epoch)
        self.snapshot = snapshot

    @property
    def is_there(self) -> bool:
        """Tell that it is."""
        return True

    def content(self) -> bytes:
        """Return its file."""
        return to_bytes(self.snapshot)


class TrainingMeasurer(Measurer):
    """Takes snapshots of a network that is trained by a recipe.

    Parameters
    ----------
    network : nn.Module
    samples : RecipeSamples
        On the device of the network.
    recipe : Recipe
        Says which layers, which loss, and in which mode to measure.

    Notes
    -----
    Every split passes through the network whole, or in evaluation mode in portions where
    that is faster: the samples do not depend on each other there. In 'training' mode
    batch norm uses the statistics of the split, not of a part of it. Measured in
    'batches' it passes 100 samples at a time, in the order they were drawn, and
    batch norm uses the statistics of each hundred, as in He & Su's code.
    """

    def __init__(self, network: nn.Module, samples: RecipeSamples, recipe: Recipe) -> None:
        self._recipe = recipe
        loss = recipe.loss_function

        def mean_loss(logits: Tensor, labels: Tensor, _weights: Floats | None) -> float:
            return float(loss(logits, labels))

        super().__init__(
            network,
            _taps(network, samples, recipe),
            Measured(
                _batches(samples, recipe),
                {name: split.labels.cpu().numpy() for name, split in samples.measured.items()},
                len(samples.class_names),
                samples.probe_indices.cpu().numpy(),
                foreign={
                    split.name: len(split.class_names)
                    for split in samples.further
                    if split.is_foreign
                },
                label_sets={s.name: s.label_sets for s in samples.further if s.label_sets},
                also_drawn={
                    split.name: samples.set_indices.cpu().numpy()
                    for split in samples.further
                    if split.drawn
                },
            ),
            batch=None,
            mode=recipe.measured,
            loss=mean_loss,
            narrowed=recipe.architecture.has_maps,
        )
        passes_many = recipe.architecture.steps > len(recipe.architecture.layers())
        joins = all(self._held) and not self._on.also_drawn  # within the memory for features
        if (
            recipe.measured == EVALUATION
            and passes_many
            and joins
            and self._forward.device.type == "cpu"
        ):
            self._batch = min(self._batch, PORTION)

    def take(self, epoch: int) -> Taken:
        """Take the snapshot of an epoch, which need not be measured when this returns."""
        return MeasuredSnapshot(epoch, self.snapshot(epoch))

    def snapshot(self, epoch: int, scalars: Mapping[str, float] | None = None) -> Snapshot:
        """Measure every layer on all splits; see `Measurer.snapshot`."""
        self._probes.in_full = epoch in (0, self._recipe.epochs)
        rate = {"learning_rate": self._recipe.learning_rate_at(epoch)}
        try:
            return super().snapshot(epoch, rate | dict(scalars or {}))
        except DivergedError as error:  # features that are not finite cannot be measured
            raise training_diverged(epoch) from error


MeasurerOf = Callable[[nn.Module, RecipeSamples, Recipe], TrainingMeasurer]
"""Makes what measures a training."""


def _taps(network: nn.Module, samples: RecipeSamples, recipe: Recipe) -> Taps:
    architecture = recipe.architecture
    *hidden, (linear, last) = recipe.whole_network.layers().items()
    points, pooling = [Point(module, title=title) for module, title in hidden], Pooling()
    if architecture.found_by:
        images = samples.train.inputs[:2]
        with measuring_mode(network), torch.no_grad():
            anatomy = Anatomy(network, images, len(samples.class_names))
            wanted = [architecture.found_by], architecture.pooling, "auto", linear, ""
            found = choose_taps(anatomy, images, *wanted)
        points, pooling = [*found.points[:-1], *points], found.pooling
    pooling = replace(pooling, maps=architecture.pooling)
    return Taps((*points, Point(linear, INPUT, last)), pooling, linear=linear)


def _batches(samples: RecipeSamples, recipe: Recipe) -> Batches:
    """Return what gives the samples of a split as they belong together."""
    splits = samples.measured
    parts: dict[str, list[Tensor]] = {}
    if recipe.measured == "batches":
        for name, split in splits.items():
            parts[name] = batches(drawing_order(split.labels, recipe.seed), BATCH)

    def all_of(split: str, most: int) -> Iterator[tuple[Where, Inputs]]:
        if split in parts:
            for rows in parts[split]:
                yield np.asarray(rows.cpu()), splits[split].inputs[rows]
        else:
            for start in range(0, len(splits[split]), most):
                where = slice(start, start + most)
                yield where, splits[split].inputs[where]

    return all_of
