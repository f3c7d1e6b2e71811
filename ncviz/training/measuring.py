"""Measures a network at one moment of its training."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ncviz.anatomy.doubles import doubles, has_doubles
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc4, nearest_class_means
from ncviz.geometry.slabs import one_blas_thread
from ncviz.geometry.statistics import ClassStatistics, class_statistics
from ncviz.networks.mlp import MultilayerPerceptron
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.training.losses import LOSS_FUNCTIONS
from ncviz.training.recipe import Recipe
from ncviz.training.samples import Samples, Split, batches, drawing_order

Floats = NDArray[np.float64]

BATCH = 100  # samples that He & Su pass through the network at a time


def diverged(epoch: int) -> UserError:
    """Return what to say when a training has left the finite numbers."""
    return UserError(f"The training diverged at epoch {epoch}: lower the learning rate.")


@contextmanager
def measuring_mode(network: nn.Module, measured: str) -> Iterator[None]:
    """Put a network into the mode for measuring, and back.

    Parameters
    ----------
    network : nn.Module
    measured : str
        'evaluation'; or 'training' or 'batches', where batch norm uses the
        statistics of the samples it is given, and leaves its running ones as they are.
    """
    was_training = network.training
    tracking = [
        layer
        for layer in network.modules()
        if isinstance(layer, _BatchNorm) and layer.track_running_stats
    ]
    try:
        network.train(measured != "evaluation")
        for layer in tracking if network.training else ():
            layer.track_running_stats = False
        yield
    finally:
        for layer in tracking:
            layer.track_running_stats = True
        network.train(was_training)


@dataclass(frozen=True, eq=False)
class _Pass:
    """What a split gives on its way through the network."""

    statistics: list[ClassStatistics]
    last_features: Tensor
    logits: Tensor
    probe_features: list[Floats]


class Measurer:
    """Takes snapshots of a network.

    Parameters
    ----------
    network : MultilayerPerceptron
    samples : Samples
        On the device of the network.
    recipe : Recipe
        Says which loss, and in which mode to measure.

    Notes
    -----
    Every split passes through the network whole, so that in 'training' mode
    batch norm uses the statistics of the split, not of a part of it. Measured in
    'batches' it passes 100 samples at a time, in the order they were drawn, and
    batch norm uses the statistics of each hundred, as in He & Su's code.
    """

    def __init__(self, network: MultilayerPerceptron, samples: Samples, recipe: Recipe) -> None:
        self._network = network
        self._samples = samples
        self._loss = LOSS_FUNCTIONS[recipe.loss]
        self._mode = recipe.measured
        self._batches = {
            split: batches(drawing_order(split.labels, recipe.seed), BATCH)
            for split in (samples.train, samples.test)
            if self._mode == "batches"
        }
        self._labels = {split: _to_numpy(split.labels) for split in (samples.train, samples.test)}
        self._probe = _to_numpy(samples.probe_indices)
        # The raw input never changes: it is measured once.
        with one_blas_thread():
            self._input = {
                split: self._statistics(split, split.features)
                for split in (samples.train, samples.test)
            }
            self._input_positions = layer_positions(
                self._input[samples.train].means,
                _to_numpy(samples.train.features[samples.probe_indices]),
            )

    def snapshot(self, epoch: int, learning_rate: float) -> Snapshot:
        """Measure every layer on both splits.

        Parameters
        ----------
        epoch : int
            Passes over the data so far.
        learning_rate : float
            To record.

        Raises
        ------
        UserError
            If the network has diverged.
        """
        with one_blas_thread():
            return self._snapshot(epoch, learning_rate)

    def _snapshot(self, epoch: int, learning_rate: float) -> Snapshot:
        samples = self._samples
        with measuring_mode(self._network, self._mode), torch.no_grad():
            try:
                train = self._run(samples.train, samples.probe_indices)
                test = self._run(samples.test)
            except UserError as error:  # features that are not finite cannot be measured
                raise diverged(epoch) from error
        last = train.statistics[-1]
        scalars, predicted, nearest = self._judge("train", samples.train, train, last)
        test_scalars, _, _ = self._judge("test", samples.test, test, last)
        classifier = _classifier(self._network.classifier)
        probe = self._probe
        return Snapshot(
            epoch,
            self._layers(train, test, classifier),
            {**scalars, **test_scalars, "learning_rate": learning_rate},
            classifier,
            predicted[probe],
            nearest[probe],
        )

    def _run(self, split: Split, probe: Tensor | None = None) -> _Pass:
        statistics = [self._input[split]]
        at_probe: list[Tensor] = []
        layers = self._network.forward_features(split.features, partial(self._through, split))
        features = next(layers)
        for features in layers:
            statistics.append(self._statistics(split, features))
            if probe is not None:
                at_probe.append(features[probe])
        # All hidden layers are of one width; each copy from a GPU waits for all that it does.
        probe_features = list(_to_numpy(torch.stack(at_probe))) if at_probe else []
        return _Pass(statistics, features, self._network.classifier(features), probe_features)

    def _through(self, split: Split, block: nn.Module, features: Tensor) -> Tensor:
        """Pass a split through a block, whole or in its batches, and keep its order."""
        if split not in self._batches:
            return block(features)  # type: ignore[no-any-return]
        parts = self._batches[split]
        passed = torch.cat([block(features[part]) for part in parts])
        return passed[torch.argsort(torch.cat(parts))]

    def _statistics(self, split: Split, features: Tensor) -> ClassStatistics:
        classes = len(self._samples.class_names)
        if not has_doubles(features.device.type):
            features = features.cpu()
        # On the processor the same memory as arrays, with less overhead.
        given = features.numpy() if features.device.type == "cpu" else features
        return class_statistics(given, self._labels[split], classes)

    def _judge(
        self, name: str, split: Split, passed: _Pass, train: ClassStatistics
    ) -> tuple[dict[str, float], NDArray[np.int64], NDArray[np.int64]]:
        """Return loss, error and NC4, and each sample's predicted and nearest class."""
        predicted = _to_numpy(passed.logits.argmax(dim=1))
        features = _to_numpy(passed.last_features).astype(np.float64)
        nearest = nearest_class_means(features, train.means, train.present)
        scalars = {
            f"{name}_loss": float(self._loss(passed.logits, split.labels)),
            f"{name}_error": float(np.mean(predicted != self._labels[split])),
            f"nc4_{name}": nc4(predicted, nearest),
        }
        return scalars, predicted, nearest

    def _layers(
        self, train: _Pass, test: _Pass, classifier: Classifier
    ) -> tuple[LayerSnapshot, ...]:
        hidden = train.statistics[1:]
        rows = [None] * (len(hidden) - 1) + [classifier.weight]
        positions = [self._input_positions] + [
            layer_positions(statistics.means, probe, row)
            for statistics, probe, row in zip(hidden, train.probe_features, rows, strict=True)
        ]
        return tuple(
            LayerSnapshot({"train": on_train, "test": on_test}, where)
            for on_train, on_test, where in zip(
                train.statistics, test.statistics, positions, strict=True
            )
        )


def _classifier(linear: nn.Linear) -> Classifier:
    # Copies in double precision: the next step overwrites the parameters.
    # On the processor: not every GPU has it.
    weight, bias = (doubles(each.detach()).numpy() for each in (linear.weight, linear.bias))
    return Classifier(weight.copy(), bias.copy())


def _to_numpy(tensor: Tensor) -> Any:
    return tensor.cpu().numpy()
