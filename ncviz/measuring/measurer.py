"""Measures any network at chosen points, on samples that come in batches or whole."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.anatomy.doubles import on_processor
from ncviz.anatomy.head import weights_now
from ncviz.anatomy.inputs import Inputs, each, like_weights, main_tensor
from ncviz.anatomy.probing import pass_twice, probed
from ncviz.errors import UserError
from ncviz.geometry.slabs import one_blas_thread
from ncviz.language import named, tr
from ncviz.measuring.forward import Forward
from ncviz.measuring.held_layers import layers_to_hold
from ncviz.measuring.judging import judged
from ncviz.measuring.label_sets import answers_of, judge_sets, positions_with_sets
from ncviz.measuring.leading_weights import LeadingWeights
from ncviz.measuring.linear_probes import LinearProbes
from ncviz.measuring.measured import Loss, Measured, cross_entropy, widest
from ncviz.measuring.modes import EVALUATION, measuring_mode, uncast
from ncviz.measuring.nearest import NearestTrainingMeans, place_of
from ncviz.measuring.neco import neco_areas
from ncviz.measuring.passed import Outputs, Passed, classifier_of, keeping, share_by_class
from ncviz.measuring.peers import ALONE, Exchange, Peers
from ncviz.measuring.tally import Tally, Where, sample_numbers
from ncviz.measuring.taps import Taps
from ncviz.runs.manifest import RecordedLayer
from ncviz.runs.snapshot import Answers, Classifier, LayerSnapshot, Snapshot

Floats = NDArray[np.float64]
_SAMPLES = Exchange(named("the {name} samples"))
Ints = NDArray[np.int64]
_HOST = torch.device("cpu")


class Measurer:
    """Takes snapshots of a network.

    Parameters
    ----------
    network : nn.Module
        Left in the mode it is in, with no gradient recorded.
    taps : Taps
    measured : Measured
    batch : int or None, optional
        Samples at once, fewer where the layers are wide. None for those that
        belong together, such as all of a split: as they come in `measured`.
    memory : int, optional
        Bytes for features. Layers that take more are measured in two passes,
        and never held whole.
    between : callable, optional
        Called after each batch; what it raises ends the measuring.
    mode : str, optional
        See `measuring_mode`.
    loss : callable, optional
        What 'train_loss' and 'test_loss' are; see `Loss`.
    narrowed : bool, optional
        Whether the means of wide hidden layers are stored in their own span.
    peers : Peers, optional
        Who passes the other samples through the same network; `measured` gives this
        process its share of them. The first one takes the snapshots.

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
        batch: int | None = 128,
        memory: int = 512 * 2**20,
        between: Callable[[], None] = lambda: None,
        mode: str = EVALUATION,
        loss: Loss = cross_entropy,
        narrowed: bool = True,
        peers: Peers = ALONE,
    ) -> None:
        self._network = network
        self._taps = taps
        self._on = measured
        self._between = between
        self._mode = mode
        self._loss = loss
        self._widest = widest(measured.classes) if narrowed else None
        self._peers = peers
        self._splits = tuple(measured.labels)
        self._nearest, self._probes = NearestTrainingMeans(measured), LinearProbes(measured)
        self._weights = LeadingWeights(network, taps.points)
        self._told = batch is not None  # whether less memory can be asked for here
        self._forward = Forward(network, taps, told=self._told)
        self._widths = self._measure_widths()
        most = memory // (8 * max(1, sum(self._widths)))
        whole = max(map(len, measured.labels.values()))
        self._batch = whole if batch is None else max(1, min(batch, most))
        self._held = self._choose_held(memory)
        self._input_width = main_tensor(self._few())[0].numel()
        self._input = self._measure_input()

    @property
    def layers(self) -> tuple[RecordedLayer, ...]:
        """Return the layers of the run, the raw input first."""
        names = ["input", *(point.name for point in self._taps.points)]
        return tuple(map(RecordedLayer, names, [self._input_width, *self._widths]))

    @property
    def batches_each(self) -> int:
        """Return how many batches pass through the network for one snapshot."""
        counts = [-(-len(self._on.labels[split]) // self._batch) for split in self._splits]
        passes = sum(n if n == 1 or all(self._held) else 2 * n for n in counts)
        return -(-passes // self._peers.size)

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
        with one_blas_thread():
            return self._snapshot(epoch, scalars or {})

    def contribute(self) -> None:
        """Pass this process's share through the network, while the first one takes a snapshot."""
        with one_blas_thread():
            self._pass_all()

    def _pass_all(self) -> dict[str, Passed]:
        passed: dict[str, Passed] = {}
        with measuring_mode(self._network, self._mode):
            for split in self._splits:  # the training comes first: its means are the frame
                passed[split] = self._pass(split, passed.get("train"))
        return passed

    def _snapshot(self, epoch: int, scalars: Mapping[str, float]) -> Snapshot:
        passed = self._pass_all()
        rows = self._classifier()
        every = [tally for each in passed.values() for tally in each.tallies]
        waiting = [(tally, tally.probed) for tally in every if tally.probed is not None]
        there = on_processor([features for _, features in waiting])
        for (tally, _), features in zip(waiting, there, strict=True):
            tally.probed = features
        self._nearest.bring_over(every)
        self._probes.bring_over()
        own: dict[str, float] = {}
        predicted = {split: passed[split].predicted for split in self._splits}
        same = [split for split in self._splits if split not in self._on.foreign]
        for split in same:
            compared = self._taps.is_compared
            own |= judged(self._on, split, passed[split], self._loss, is_compared=compared)
        held = {split: each.tallies[-1].whole for split, each in passed.items()}
        for split, area in neco_areas(held, self._on.unknown, self._on.classes).items():
            own[f"neco_{split}"] = area
        last = len(self._taps.points) - 1
        own |= self._probes.losses(last, rows)
        labels, classes = self._on.labels, self._on.classes
        errors = {s: share_by_class(predicted[s] != labels[s], labels[s], classes) for s in same}
        for split in self._on.label_sets:
            measured, errors[split] = judge_sets(self._on, split, passed[split].logits, self._loss)
            own |= measured
        layers = [
            LayerSnapshot(
                {s: self._input[s].statistics for s in self._splits},
                self._input_at,
                self._nearest.count(self._input, predicted),
                self._probes.of(-1),
            )
        ]
        sizes = self._weights.sizes()
        for number in range(last + 1):
            tallies = {split: passed[split].tallies[number] for split in self._splits}
            weight = rows.weight if rows is not None and number == last else None
            layer = self._layer(number, tallies, weight, predicted)
            layers.append(replace(layer, weight=sizes.get(number)))
        told = answers_of(self._on, passed)
        told["others"] = {s: Answers(**passed[s].answers) for s in self._on.drawn}
        scalars = {**own, **scalars}
        return Snapshot(epoch, tuple(layers), scalars, rows, class_errors=errors, **told)

    # Preparing

    def _measure_widths(self) -> list[int]:
        features: dict[int, Tensor] = {}
        with measuring_mode(self._network), self._weights.found_by(keeping(features)) as take:
            logits = self._forward.run(self._few(), take)
        if logits.shape[1] != self._on.classes:
            raise UserError(
                tr(
                    "The model tells {shape:class|classes} apart and the data have {classes}: "
                    "choose the data it was trained on.",
                    shape=logits.shape[1],
                    classes=self._on.classes,
                )
            )
        self._number_bytes = max((layer.element_size() for layer in features.values()), default=4)
        return [features[number].shape[1] for number in range(len(features))]

    def _few(self) -> Inputs:
        """Return what the network is called with, for two samples."""
        if self._on.few is not None:
            return self._on.few
        _, images = next(self._on.batches("train", 2))
        return each(lambda tensor: tensor[:2], images)

    def _choose_held(self, memory: int) -> list[bool]:
        if self._on.also_drawn:  # their means are placed together
            return [True] * len(self._widths)
        samples = sum(len(labels) for labels in self._on.labels.values())
        return layers_to_hold([self._number_bytes * samples * w for w in self._widths], memory)

    def _measure_input(self) -> dict[str, Tally]:
        """Measure the raw input, which is the same at every epoch."""
        tallies: dict[str, Tally] = {}
        held = not self._told or bool(self._on.also_drawn)  # whose means are placed together
        with one_blas_thread():
            for split in self._splits:
                tally = self._tally(split, tallies.get("train"), held=held)
                for where, images in self._input_batches(split):
                    tally.add(where, images)
                self._settle_together(split, [tally], self._settle_input(split), first=-1)
                for where, images in self._input_batches(split) if tally.comes_again else ():
                    self._add_again(tally, -1, split, where, images)
                what = Exchange(named("the {name} input"), name=split)
                tally.bring_together_again(self._peers, what)
                tallies[split] = tally
        if not self._peers.is_first:
            return tallies
        self._input_width = tallies["train"].statistics.means.shape[1]  # of the longest sample
        self._input_at = positions_with_sets(self._on, tallies, None)
        self._nearest.bring_over(tallies.values())
        self._probes.bring_over()
        for tally in tallies.values():
            tally.whole = None
            tally.narrow(self._widest)
        return tallies

    def _settle_input(self, split: str) -> Callable[[int, Tally], None]:
        def settle(_number: int, tally: Tally) -> None:
            tally.settle()
            if tally.places is not None:
                self._nearest.find(tally, -1, split, slice(None), tally.places)
                self._probes.find(tally, -1, split)
                tally.rows, tally.places = (), None

        return settle

    def _input_batches(self, split: str) -> Iterator[tuple[Where, Tensor]]:
        for where, images in self._on.batches(split, self._batch):
            yield where, main_tensor(images).detach().flatten(start_dim=1).cpu()

    def _tally(self, split: str, frame: Tally | None, *, held: bool) -> Tally:
        on = self._on
        probe = on.probe if frame is None else on.drawn_in(split)
        labels, sizes = on.labels[split], on.sizes.get(split)
        classes, widened = on.classes_of(split), bool(on.also_drawn)
        return Tally(classes, labels, probe, held=held, sizes=sizes, frame=frame, widened=widened)

    # Measuring

    def _pass(self, split: str, train: Passed | None) -> Passed:
        frames = [None] * len(self._held) if train is None else train.tallies
        pairs = zip(frames, self._held, strict=True)
        tallies = [self._tally(split, frame, held=held) for frame, held in pairs]
        labels, own = self._on.labels[split], split not in self._on.foreign
        drawn = self._on.probe if split == "train" else self._on.drawn_in(split)
        by_logits = self._loss is not cross_entropy or split in self._on.label_sets
        outputs = Outputs(labels, drawn, own=own, whole=by_logits)

        def settle(number: int, features: Tensor, is_view: bool) -> None:
            # All samples at once: of no layer but the last anything is kept.
            tallies[number] = self._tally(split, frames[number], held=True)
            kept = features.clone() if is_view and number == len(tallies) - 1 else features
            tallies[number].add(slice(None), kept)
            self._settle(tallies[number], split, number)

        sizes = [*self._widths, self._on.classes]
        for where, numbers, images in self._batches(split):
            kept: dict[int, Tensor] = {}
            is_whole = isinstance(where, slice) and len(numbers) == len(labels)
            take = settle if is_whole and not self._peers.are_several else keeping(kept)
            rows = self._forward.of(len(numbers), images, take, sizes)
            for number, features in kept.items():
                tallies[number].add(where, features)
            outputs.add(numbers, rows)
        self._settle_together(split, tallies, lambda n, tally: self._settle(tally, split, n))
        if any(tally.comes_again for tally in tallies):
            for where, numbers, images in self._batches(split):
                kept = {}
                self._forward.of(len(numbers), images, keeping(kept), sizes)
                for number, features in kept.items():
                    self._add_again(tallies[number], number, split, where, features)
        for tally in tallies:
            tally.bring_together_again(self._peers, _SAMPLES._replace(name=split))
        outputs.bring_together(self._peers, _SAMPLES._replace(name=split))
        return Passed(tallies, outputs, drawn)

    def _settle_together(
        self,
        split: str,
        tallies: list[Tally],
        settle: Callable[[int, Tally], None],
        *,
        first: int = 0,
    ) -> None:
        """Settle layers in the first process, where all that was seen comes together.

        The number of the first layer is -1 for the input.
        """
        widths, what = [self._input_width, *self._widths], _SAMPLES._replace(name=split)
        for number, tally in enumerate(tallies, start=first):
            tally.bring_together(self._peers, widths[number + 1], what)
        if self._peers.is_first:
            for number, tally in enumerate(tallies, start=first):
                settle(number, tally)
        for number, tally in enumerate(tallies, start=first):
            tally.begin_again(self._peers, what)
            if self._peers.are_several and split == "train" and tally.comes_again:
                # Of which there may be none in this process.
                device = self._forward.device if number >= 0 else _HOST
                self._nearest.learn(tally, number, place_of(device))

    def _add_again(
        self, tally: Tally, number: int, split: str, where: Where, features: Tensor
    ) -> None:
        places = tally.add_again(where, features)
        if places is not None:
            self._nearest.find(tally, number, split, where, places)

    def _batches(self, split: str) -> Iterator[tuple[Where, Ints, Inputs]]:
        for where, images in self._on.batches(split, self._batch):
            yield where, sample_numbers(where, len(self._on.labels[split])), images
            self._between()

    def _settle(self, tally: Tally, split: str, number: int) -> None:
        point, width = self._taps.points[number], self._widths[number]
        what = tr(
            "{count:,} × {width:,} features of {name!r}",
            count=len(self._on.labels[split]),
            width=width,
            name=point.name,
        )
        with self._forward.enough_memory(what, tr("lower the memory for features")):
            try:
                tally.settle()
            except UserError as error:
                raise type(error)(
                    tr("At the layer {name!r}: {error}", name=point.name, error=error)
                ) from error
        if tally.places is not None:
            is_last = number == len(self._widths) - 1
            self._nearest.find(tally, number, split, slice(None), tally.places)
            self._probes.find(tally, number, split, is_last=is_last)
            tally.rows, tally.places = (), None
            if not is_last:
                tally.whole = None

    def _classifier(self) -> Classifier | None:
        head = self._taps.head
        if self._taps.linear:
            linear = self._network.get_submodule(self._taps.linear)
            return classifier_of(linear.weight, linear.bias)
        # Flattened maps before a 1×1 convolution: rows and features differ.
        if head is None or not head.weight or head.width != self._widths[-1]:
            return None
        inputs = like_weights(self._few(), self._network)
        with measuring_mode(self._network), uncast(self._forward.device.type):
            passes = pass_twice(self._network, inputs)
            found = weights_now(self._network, head, probed(passes, self._taps.logits))
        return None if found is None else classifier_of(found.rows, found.bias)

    def _layer(
        self,
        number: int,
        tallies: Mapping[str, Tally],
        rows: Floats | None,
        predicted: Mapping[str, Ints],
    ) -> LayerSnapshot:
        nearest, probes = self._nearest.count(tallies, predicted), self._probes.of(number)
        positions = positions_with_sets(self._on, tallies, rows)
        if number < len(self._widths) - 1:
            for tally in tallies.values():
                tally.narrow(self._widest)
        statistics = {split: tally.statistics for split, tally in tallies.items()}
        return LayerSnapshot(statistics, positions, nearest, probes)
