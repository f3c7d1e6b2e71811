"""Linear maps of all features of each layer, while they are there."""

import math
from collections.abc import Mapping

import torch

from ncviz.anatomy.doubles import on_processor
from ncviz.geometry.least_squares import WIDEST, WIDEST_HIDDEN
from ncviz.geometry.probed_layer import LinearProbe, ProbedLayer
from ncviz.measuring.measured import Measured
from ncviz.measuring.tally import Tally
from ncviz.runs.snapshot import Classifier


class LinearProbes:
    """Probes layers that are held whole; what others would say is not recorded."""

    in_full = False
    """Whether hidden layers of any width are probed at the next snapshot, which takes longer."""

    def __init__(self, measured: Measured) -> None:
        self._on = measured
        self._layers: dict[int, ProbedLayer] = {}

    def find(self, tally: Tally, layer: int, split: str, *, is_last: bool = False) -> None:
        """Probe the features of a split, which its tally holds; training features come first."""
        if split == "train":
            # The input is the same at every snapshot, and measured once.
            widest: float = math.inf if self.in_full or layer < 0 else WIDEST_HIDDEN
            if is_last:
                widest = WIDEST
            self._layers[layer] = ProbedLayer(is_last=is_last, widest=widest)
        if layer in self._layers:
            own = split not in self._on.foreign
            self._layers[layer].add(split, tally.rows, tally.statistics, own=own)

    def bring_over(self) -> None:
        """Take what was found from the device, all in one copy."""
        waiting = [
            (layer, key, torch.as_tensor(array))
            for layer in self._layers.values()
            for key, array in layer.waiting.items()
        ]
        if not waiting:
            return
        there = on_processor([tensor for _, _, tensor in waiting])
        pairs = list(zip(waiting, there, strict=True))
        for layer in self._layers.values():
            layer.settle({key: array.numpy() for (whose, key, _), array in pairs if whose is layer})

    def of(self, layer: int) -> Mapping[str, LinearProbe]:
        """Return what was found of a layer, by split."""
        return self._layers[layer].found if layer in self._layers else {}

    def losses(self, layer: int, classifier: Classifier | None) -> dict[str, float]:
        """Return the parts of the square loss of the last layer, as scalars."""
        if layer not in self._layers:
            return {}
        rows, bias = (None, None) if classifier is None else (classifier.weight, classifier.bias)
        return self._layers[layer].losses(rows, bias)
