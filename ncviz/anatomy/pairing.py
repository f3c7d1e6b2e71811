"""Operations in which each sample meets each of some vectors, such as a matrix product."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ncviz.anatomy.doubles import doubles

PRODUCT, DISTANCE = "product", "distance"
_MOST_SPREAD = 2**26  # numbers of samples by vectors by features
_aten = torch.ops.aten

Key = tuple[str, bool, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Pairing:
    """An operation in which each sample meets each of some vectors.

    Parameters
    ----------
    kind : str
        'product' or 'distance'.
    samples : tensor, shape (N, T, d)
        At T places or tokens; one where there are none.
    rows : tensor, shape (m, d)
        The vectors.
    bias : tensor, shape (m,), or None
    is_swapped : bool
        Whether the vectors are the first operand.
    operand : tensor or None
        The samples as the operation was given them, while it runs.
    began : int
        After how many operations.
    before : tensor, shape (N, d), or None
        What was scaled to give the samples, as a normalisation does.
    module : str
        The innermost module at work whose input are these samples, but for
        their lengths; '' for none.
    inside : str
        The innermost module at work.
    number : int
        Of the pairings of this pass, from 0.
    """

    kind: str
    samples: Tensor
    rows: Tensor
    bias: Tensor | None
    is_swapped: bool
    operand: Tensor | None
    began: int = 0
    before: Tensor | None = None
    module: str = ""
    inside: str = ""
    number: int = 0

    @property
    def key(self) -> Key:
        """By what the same pairing is known when the network runs again."""
        return self.kind, self.is_swapped, tuple(self.rows.shape)


class Meetings:
    """Finds the pairings in operations.

    Parameters
    ----------
    count : int
        Samples, N.
    fixed : set of int
        Where parameters and buffers lie in memory: these are no samples.
    """

    def __init__(self, count: int, fixed: set[int]) -> None:
        self._count = count
        self._fixed = fixed

    def of(self, func: Any, args: Any) -> Iterator[Pairing]:
        """Yield the pairings in an operation, in both ways where that is open."""
        if func is _aten.mm.default:
            yield from self._of_matrices(args[0], args[1], None)
        elif func is _aten.addmm.default:
            yield from self._of_matrices(args[1], args[2], args[0])
        elif func is _aten.mv.default and len(args[0]) == self._count:
            yield Pairing(PRODUCT, args[0][:, None], args[1][None], None, False, args[0])
        elif func in (_aten.bmm.default, _aten.baddbmm.default):
            yield from self._of_batches(*args[-2:])
        elif func is _aten.convolution.default:
            yield from self._of_convolution(args)
        elif func is _aten._cdist_forward.default or func is _aten._euclidean_dist.default:
            if func is _aten._cdist_forward.default and args[2] != 2:
                return
            yield from self._of_distances(args[0], args[1])
        elif func in (_aten.sub.Tensor, _aten.mul.Tensor):
            kind = DISTANCE if func is _aten.sub.Tensor else PRODUCT
            yield from self._spread(kind, args[0], args[1])

    def _of_matrices(self, first: Tensor, second: Tensor, bias: Tensor | None) -> Iterator[Pairing]:
        if bias is not None and bias.numel() not in (1, second.shape[1]):
            bias = None  # it is no bias, but something by sample
        if not self._is_fixed(first) and len(first) % self._count == 0:
            samples = first.reshape(self._count, -1, first.shape[1])
            yield Pairing(PRODUCT, samples, second.t(), _row(bias, second.shape[1]), False, first)
        if not self._is_fixed(second) and second.shape[1] == self._count and bias is None:
            yield Pairing(PRODUCT, second.t()[:, None], first, None, True, second)

    def _of_batches(self, first: Tensor, second: Tensor) -> Iterator[Pairing]:
        if len(first) == 1:
            yield from self._of_matrices(first[0], second[0], None)
        elif len(first) == self._count:
            if not self._is_fixed(first) and _is_repeated(second):
                yield Pairing(PRODUCT, first, second[0].t(), None, False, first)
            elif not self._is_fixed(second) and _is_repeated(first):
                yield Pairing(PRODUCT, second.transpose(1, 2), first[0], None, True, second)

    def _of_convolution(self, args: Any) -> Iterator[Pairing]:
        maps, weight, bias, stride, padding, _, is_transposed, _, groups = args
        if is_transposed or groups != 1 or any(padding) or len(maps) != self._count:
            return
        if weight.shape[2:] == maps.shape[2:]:
            samples = maps.flatten(1)[:, None]
        elif weight[0, 0].numel() == 1 and all(step == 1 for step in stride):
            samples = maps.flatten(2).transpose(1, 2)
        else:
            return
        yield Pairing(PRODUCT, samples, weight.flatten(1), bias, False, maps)

    def _of_distances(self, first: Tensor, second: Tensor) -> Iterator[Pairing]:
        first = first[0] if first.ndim == 3 and len(first) == 1 else first
        second = second[0] if second.ndim == 3 and len(second) == 1 else second
        if first.ndim == 3 and first.shape[1] == 1:
            first = first[:, 0]
        if second.ndim == 3 and _is_repeated(second):
            second = second[0]
        if first.ndim != 2 or second.ndim != 2:
            return
        if not self._is_fixed(first) and len(first) == self._count:
            yield Pairing(DISTANCE, first[:, None], second, None, False, first)
        if not self._is_fixed(second) and len(second) == self._count:
            yield Pairing(DISTANCE, second[:, None], first, None, True, second)

    def _spread(self, kind: str, first: Any, second: Any) -> Iterator[Pairing]:
        """Yield what is written out: samples (N, 1, d) and rows (1, m, d), or the other way."""
        if not (isinstance(first, Tensor) and isinstance(second, Tensor)):
            return
        shape = torch.broadcast_shapes(first.shape, second.shape)  # type: ignore[no-untyped-call]
        if len(shape) != 3 or shape[0] != self._count or shape[1] < 2:
            return
        if shape.numel() > _MOST_SPREAD:
            return
        a, b = first.expand(shape), second.expand(shape)
        for samples, rows, swapped in ((a, b, False), (b, a, True)):
            if _is_repeated(samples.transpose(0, 1)) and _is_repeated(rows):
                operand = second if swapped else first
                yield Pairing(kind, samples[:, :1], rows[0], None, swapped, operand)

    def _is_fixed(self, tensor: Tensor) -> bool:
        return address(tensor) in self._fixed


def is_parallel(samples: Tensor, given: Tensor) -> bool:
    """Tell whether samples (N, T, d) are a module's input, but for the length of each vector.

    Where there are several places, the lengths are compared, too: pooling mixes them.
    """
    places = as_places(given, samples)
    if places is None:
        return False
    one, other = doubles(samples).nan_to_num(), doubles(places).nan_to_num()
    scale = (one * other).sum(-1, keepdim=True) / (other * other).sum(-1, keepdim=True).clamp_min(
        1e-300
    )
    if samples.shape[1] > 1:
        scale = torch.ones_like(scale)
    gap = (one - scale * other).norm(dim=-1)
    return bool((gap <= 1e-3 * one.norm(dim=-1) + 1e-12).all() and (scale >= 0).all())


def as_places(given: Tensor, samples: Tensor) -> Tensor | None:
    """Return a module's input in the shape (N, T, d) of samples; None if it has another."""
    count, places, width = samples.shape
    if given.numel() != samples.numel() or given.shape[0] != count:
        return None
    if given.ndim == 2:
        return given[:, None] if places == 1 else None
    if given.ndim == 3 and given.shape[2] == width:
        return given
    if given.ndim >= 3 and given.shape[1] == width:
        return given.flatten(2).transpose(1, 2)
    if given.ndim > 3 and given.shape[-1] == width:
        return given.flatten(1, -2)
    return None


def _is_repeated(tensor: Tensor) -> bool:
    """Tell whether all that stands along the first axis is the same."""
    return tensor.stride(0) == 0 or bool((tensor == tensor[:1]).all())


def _row(bias: Tensor | None, width: int) -> Tensor | None:
    return None if bias is None else bias.flatten().expand(width)


def address(tensor: Tensor) -> int:
    """Return where the numbers of a tensor lie in memory."""
    try:
        return tensor.untyped_storage().data_ptr()
    except (NotImplementedError, RuntimeError):  # sparse tensors have none
        return 0
