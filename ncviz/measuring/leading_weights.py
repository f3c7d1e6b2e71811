"""The weights that lead to the points of a network: which they are, and how large."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.anatomy.blocks import WEIGHTED
from ncviz.anatomy.doubles import has_doubles
from ncviz.anatomy.inputs import tensors_in
from ncviz.anatomy.points import Point
from ncviz.geometry.stable_rank import stable_rank
from ncviz.geometry.weight_size import WIDEST, WeightSize
from ncviz.measuring.modes import measuring_mode
from ncviz.measuring.passed import Take

_COLUMNS = 8192  # that are in double precision at once


class LeadingWeights:
    """The last linear map or convolution that ran before each point.

    Parameters
    ----------
    network : nn.Module
    points : sequence of Point

    Notes
    -----
    Of a block of several maps that is its last one. A map whose input was that of an earlier one
    already, such as a residual block's shortcut or a transformer's keys, stands beside that one and
    leads to nothing of its own. Points at operations outside of modules have none.
    """

    def __init__(self, network: nn.Module, points: tuple[Point, ...]) -> None:
        self._network, self._points = network, points
        self._names: dict[int, str] = {}
        self._last = ""
        self._given: list[tuple[Tensor, int]] = []  # held, so that no other tensor is taken for it

    @contextmanager
    def found_by(self, take: Take) -> Iterator[Take]:
        """Find the weights while the network runs once and gives its features to what this gives.

        Parameters
        ----------
        take : callable
            Given the features, too.
        """
        handles = []
        for name, module in self._network.named_modules():
            if _has_weight(module) and not isinstance(module, torch.jit.ScriptModule):
                ran = partial(self._ran, name)
                handles.append(module.register_forward_hook(ran, with_kwargs=True))

        def take_and_find(number: int, features: Tensor, is_view: bool) -> None:
            if self._last and self._points[number].operand is None:
                self._names[number] = self._last
            take(number, features, is_view)

        try:
            yield take_and_find
        finally:
            self._last, self._given = "", []
            for handle in handles:
                handle.remove()

    def _ran(self, name: str, module: nn.Module, args: Any, kwargs: Any, _output: Any) -> None:
        given = next(tensors_in([args, kwargs]), None)
        if given is not None:
            # A tensor that was changed in place is another one.
            version = 0 if given.is_inference() else given._version
            if any(given is other and version == was for other, was in self._given):
                return
            self._given.append((given, version))
        # The last map of attention is not called as a module.
        self._last = f"{name}.out_proj" if isinstance(module, nn.MultiheadAttention) else name

    def sizes(self) -> dict[int, WeightSize]:
        """Return how large the weights are now, by the numbers of points."""
        modules = dict(self._network.named_modules())
        found: dict[int, WeightSize] = {}
        with measuring_mode(self._network), torch.no_grad():  # some are computed as they are read
            for number, name in self._names.items():
                weight: Any = _as_rows(
                    modules.get(name), getattr(modules.get(name), "weight", None)
                )
                # Other kinds of tensors are parts of a weight, or hold it in a form of their own.
                is_whole = type(weight) in (Tensor, nn.Parameter) and weight.ndim > 1
                if is_whole and weight.numel() and weight.is_floating_point():
                    found[number] = weight_size(weight)
        return found


_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def _has_weight(module: nn.Module) -> bool:
    """Tell whether a module is a linear map; the Conv1D of transformers is one under that name."""
    return isinstance(module, (*WEIGHTED, *_TRANSPOSED)) or type(module).__name__ == "Conv1D"


def _as_rows(module: nn.Module | None, weight: Any) -> Any:
    """Return a weight with a row an output, as a linear map and a convolution have it."""
    if not isinstance(weight, Tensor) or weight.ndim < 2:
        return weight
    if isinstance(module, _TRANSPOSED):  # (in, out/groups, k, …)
        apart = weight.reshape(module.groups, -1, *weight.shape[1:])
        return apart.transpose(1, 2).flatten(0, 1)
    return weight


def weight_size(weight: Tensor) -> WeightSize:
    """Return how large a weight is.

    Parameters
    ----------
    weight : Tensor, shape (out, in), or (out, in, k, …) of a convolution
        The latter is taken as a matrix of ``out`` rows.

    Returns
    -------
    WeightSize
        Without a stable rank where the smaller side is more than `WIDEST`.
    """
    matrix = weight.detach().flatten(start_dim=1)
    if not has_doubles(matrix.device.type):
        matrix = matrix.cpu()
    norm = float(torch.linalg.vector_norm(matrix, dtype=torch.float64))
    matrix = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    if matrix.shape[0] > WIDEST or not math.isfinite(norm):
        return WeightSize(norm)
    # Of the smaller side: its largest eigenvalue is ‖W‖₂², its trace ‖W‖_F².
    gram = torch.zeros(len(matrix), len(matrix), dtype=torch.float64, device=matrix.device)
    for part in torch.split(matrix, _COLUMNS, dim=1):
        rows = part.double()
        gram.addmm_(rows, rows.T)
    return WeightSize(norm, stable_rank(gram.cpu().numpy()))
