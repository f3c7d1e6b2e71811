"""Measures any network at chosen points, on samples that come in batches."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.anatomy.doubles import doubles, has_doubles
from ncviz.anatomy.head import read_weights
from ncviz.anatomy.inputs import Inputs, device_of, like_weights, main_tensor, run
from ncviz.anatomy.points import reading
from ncviz.anatomy.probing import pass_twice, probed
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc4, nearest_class_means
from ncviz.geometry.slabs import one_blas_thread
from ncviz.geometry.statistics import shares_of
from ncviz.measuring.device_errors import enough_memory
from ncviz.measuring.modes import evaluating, uncast
from ncviz.measuring.tally import Tally
from ncviz.measuring.taps import Taps
from ncviz.runs.manifest import Layer
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Batches = Callable[[str, int], Iterator[tuple[slice, Inputs]]]
"""Given a split and the most samples at once, yields where they stand and what they are."""

# Hidden layers with more features store their means in the span of these means, and so do
# those whose means would take more numbers, where that halves them at least.
WIDE = 4096
MOST_NUMBERS = 2**17
_SPLITS = ("train", "test")


@dataclass(frozen=True, eq=False)
class Measured:
    """What is measured on.

    Parameters
    ----------
    batches : callable
        See `Batches`; the same samples in the same order each time.
    labels : mapping of split to array of int
        'train', and 'test' where there is one.
    classes : int
        K.
    probe : array of int, shape (P,)
        Which of the training samples are drawn.
    sizes : mapping of split to array of int, shape (K,)
        Of the classes in the whole split, where the samples were drawn from it
        class by class; a split that is not there is measured as it is.
    """

    batches: Batches
    labels: Mapping[str, Ints]
    classes: int
    probe: Ints
    sizes: Mapping[str, Ints] = field(default_factory=dict)


class NetworkMeasurer:
    """Takes snapshots of a network, in evaluation mode.

    Parameters
    ----------
    network : nn.Module
        Left in the mode it is in, with no gradient recorded.
    taps : Taps
    measured : Measured
    batch : int, optional
        Samples at once, fewer where the layers are wide.
    memory : int, optional
        Bytes for features. Layers that take more are measured in two passes,
        and never held whole.
    between : callable, optional
        Called after each batch; what it raises ends the measuring.

    Raises
    ------
    UserError
        If a layer gives no features, or the network no logits of the classes.
    """

    def __init__(
        self,
        network: nn.Module,
        taps: Taps,
        measured: Measured,
        *,
        batch: int = 128,
        memory: int = 512 * 2**20,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self._network = network
        self._taps = taps
        self._on = measured
        self._between = between
        self._batch = batch
        self._splits = [split for split in _SPLITS if split in measured.labels]
        self._widths = self._measure_widths()
        self._batch = max(1, min(batch, memory // (8 * max(1, sum(self._widths)))))
        self._held = self._choose_held(memory)
        self._input = self._measure_input()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return the layers of the run, the raw input first."""
        names = [point.name for point in self._taps.points]
        pairs = zip(["input", *names], [self._input_width, *self._widths], strict=True)
        return tuple(Layer(name, width) for name, width in pairs)

    @property
    def batches_each(self) -> int:
        """Return how many batches pass through the network for one snapshot."""
        passes = 1 if all(self._held) else 2
        return passes * sum(-(-len(self._on.labels[s]) // self._batch) for s in self._splits)

    def snapshot(self, epoch: int, scalars: Mapping[str, float] | None = None) -> Snapshot:
        """Measure the network as it is now.

        Parameters
        ----------
        epoch : int
        scalars : mapping, optional
            Recorded beside the measured ones, and instead of those.

        Raises
        ------
        UserError
            If a feature is NaN or infinite.
        """
        with evaluating(self._network), one_blas_thread():
            passed = {split: self._pass(split) for split in self._splits}
        train, rows = passed["train"], self._classifier()
        own: dict[str, float] = {}
        for split in self._splits:
            own |= self._judge(split, passed[split])
        layers = [
            LayerSnapshot({s: self._input[s].statistics for s in self._splits}, self._input_at)
        ]
        last = len(self._taps.points) - 1
        for number in range(last + 1):
            weight = rows.weight if rows is not None and number == last else None
            tallies = {split: passed[split].tallies[number] for split in self._splits}
            layers.append(_layer(tallies, weight, is_last=number == last))
        probe = self._on.probe
        return Snapshot(
            epoch,
            tuple(layers),
            {**own, **(scalars or {})},
            rows,
            train.predicted[probe],
            None if train.nearest is None else train.nearest[probe],
        )

    # Preparing

    def _measure_widths(self) -> list[int]:
        _, images = next(self._on.batches("train", 2))
        with evaluating(self._network):
            features, logits = self._run(images)
        if logits.shape[1] != self._on.classes:
            raise UserError(
                f"The model tells {logits.shape[1]} classes apart and the data have "
                f"{self._on.classes}: choose the data it was trained on."
            )
        self._number_bytes = max((layer.element_size() for layer in features), default=4)
        return [layer.shape[1] for layer in features]

    def _choose_held(self, memory: int) -> list[bool]:
        """Hold the narrowest layers as long as the memory lasts."""
        samples = sum(len(labels) for labels in self._on.labels.values())
        held = [False] * len(self._widths)
        # The last layer comes first: its samples are compared with all class means.
        order = sorted(range(len(held)), key=lambda t: (t != len(held) - 1, self._widths[t]))
        for number in order:
            cost = self._number_bytes * samples * self._widths[number]
            if cost > memory:
                break
            held[number], memory = True, memory - cost
        return held

    def _measure_input(self) -> dict[str, Tally]:
        """Measure the raw input, which is the same at every epoch."""
        tallies = {}
        with one_blas_thread():
            for split in self._splits:
                tally = self._tally(split, held=False)
                for where, images in self._input_batches(split):
                    tally.add(where, images)
                tally.settle()
                for where, images in self._input_batches(split):
                    tally.add_again(where, images)
                tallies[split] = tally
        self._input_width = tallies["train"].statistics.means.shape[1]
        self._input_at = tallies["train"].positions(None)
        for tally in tallies.values():
            tally.narrow(widest(self._on.classes))
        return tallies

    def _input_batches(self, split: str) -> Iterator[tuple[slice, Tensor]]:
        for where, images in self._on.batches(split, self._batch):
            yield where, main_tensor(images).detach().flatten(start_dim=1).cpu()

    def _tally(self, split: str, *, held: bool) -> Tally:
        probe = self._on.probe if split == "train" else self._on.probe[:0]
        sizes = self._on.sizes.get(split)
        return Tally(self._on.classes, self._on.labels[split], probe, held=held, sizes=sizes)

    @property
    def _device(self) -> torch.device:
        return device_of(self._network)

    # Measuring

    def _pass(self, split: str) -> "_Passed":
        tallies = [self._tally(split, held=held) for held in self._held]
        logits = []
        for where, features, rows in self._forward(split):
            for tally, layer in zip(tallies, features, strict=True):
                tally.add(where, layer)
            logits.append(rows.float())
        for tally, point, width in zip(tallies, self._taps.points, self._widths, strict=True):
            what = f"{len(self._on.labels[split]):,} × {width:,} features of {point.name!r}"
            with enough_memory(what, "lower the memory for features", self._device):
                try:
                    tally.settle()
                except UserError as error:
                    raise type(error)(f"At the layer {point.name!r}: {error}") from error
        if not all(self._held):
            for where, features, _rows in self._forward(split):
                for tally, layer in zip(tallies, features, strict=True):
                    tally.add_again(where, layer)
        return _Passed(tallies, torch.cat(logits).cpu(), self._nearest(split, tallies[-1]))

    def _forward(self, split: str) -> Iterator[tuple[slice, list[Tensor], Tensor]]:
        for where, images in self._on.batches(split, self._batch):
            what = f"a batch of {where.stop - where.start:,} samples through the network"
            with enough_memory(what, "take a smaller batch", self._device):
                features, logits = self._run(images)
            now = [tensor.shape[1] for tensor in (*features, logits)]
            self._taps.require_sizes(now, [*self._widths, self._on.classes])
            yield where, features, logits
            self._between()

    def _run(self, images: Inputs) -> tuple[list[Tensor], Tensor]:
        taken: dict[int, Tensor] = {}

        def take(number: int, features: Tensor) -> None:
            pooled = self._taps.pooling(features.detach())
            same = pooled.untyped_storage().data_ptr() == features.untyped_storage().data_ptr()
            # A copy where it is a view: the activation that follows may work in place.
            taken[number] = pooled.clone() if same else pooled

        points = self._taps.points
        with (
            torch.no_grad(),
            uncast(self._device.type),
            reading(self._network, points, take),
        ):
            logits = self._taps.logits(run(self._network, like_weights(images, self._network)))
        for number, point in enumerate(points):
            if number not in taken:
                raise UserError(f"The layer {point.name!r} did not run: choose one that does.")
        # In the type in which they were computed: the statistics allow for its rounding.
        on_cpu = not has_doubles(self._device.type)
        layers = [taken[number] for number in range(len(points))]
        return ([layer.cpu() for layer in layers] if on_cpu else layers), logits.detach()

    def _nearest(self, split: str, last: Tally) -> Ints | None:
        if last.whole is None:
            return None
        # Both splits are compared with the class means of the training samples.
        if split == "train":
            self._last_train = last.statistics
        means = self._last_train
        features = doubles(last.whole).numpy()
        return np.asarray(nearest_class_means(features, means.means, means.present))

    def _judge(self, split: str, passed: "_Passed") -> dict[str, float]:
        labels = self._on.labels[split]
        weights = self._weights(split)
        target = torch.from_numpy(labels)
        losses = torch.nn.functional.cross_entropy(passed.logits, target, reduction="none")
        scalars = {
            f"{split}_loss": float(np.average(losses.double().numpy(), weights=weights)),
            f"{split}_error": float(np.average(passed.predicted != labels, weights=weights)),
        }
        if passed.nearest is not None and self._taps.head is not None:
            scalars[f"nc4_{split}"] = nc4(passed.predicted, passed.nearest, weights)
        return scalars

    def _weights(self, split: str) -> Floats | None:
        """Return how much each sample counts for the whole split; None if all count alike."""
        if split not in self._on.sizes:
            return None
        labels = self._on.labels[split]
        counts = np.bincount(labels, minlength=self._on.classes)
        weights = shares_of(counts, self._on.sizes[split]) / np.maximum(counts, 1)
        return np.asarray(weights[labels])

    def _classifier(self) -> Classifier | None:
        head = self._taps.head
        # Flattened maps before a 1×1 convolution: rows and features differ.
        if head is None or not head.weight or head.width != self._widths[-1]:
            return None
        _, images = next(self._on.batches("train", 2))
        inputs = like_weights(images, self._network)
        with evaluating(self._network), uncast(self._device.type):
            passes = pass_twice(self._network, inputs)
            found = read_weights(self._network, head, probed(passes, self._taps.logits))
        if found is None:
            return None
        bias = None if found.bias is None else doubles(found.bias).numpy().copy()
        return Classifier(doubles(found.rows).numpy().copy(), bias)


@dataclass(frozen=True, eq=False)
class _Passed:
    """What a split gave on its way through the network."""

    tallies: list[Tally]
    logits: Tensor
    nearest: Ints | None

    @property
    def predicted(self) -> Ints:
        return self.logits.argmax(dim=1).numpy()


def sizes_that_weigh(
    labels: Mapping[str, Ints], sizes: Mapping[str, Ints], classes: int
) -> dict[str, Ints]:
    """Return the sizes of the classes in each split whose drawing has changed their shares.

    Parameters
    ----------
    labels : mapping of split to array of int
        Of the samples that were drawn.
    sizes : mapping of split to array of int, shape (K,)
        Of the whole splits, where they are known.
    classes : int
        K.
    """
    found = {}
    for split, whole in sizes.items():
        drawn = np.bincount(labels[split], minlength=classes)
        if not np.allclose(shares_of(drawn, whole), shares_of(drawn, None), rtol=1e-9, atol=0):
            found[split] = whole
    return found


def widest(classes: int) -> int:
    """Return how many features a hidden layer may have whose means are stored as they are."""
    return min(WIDE, max(2 * classes, MOST_NUMBERS // classes))


def _layer(tallies: Mapping[str, Tally], rows: Floats | None, *, is_last: bool) -> LayerSnapshot:
    positions = tallies["train"].positions(rows)
    if not is_last:
        for tally in tallies.values():
            tally.narrow(widest(len(tally.statistics.counts)))
    return LayerSnapshot({split: tally.statistics for split, tally in tallies.items()}, positions)
