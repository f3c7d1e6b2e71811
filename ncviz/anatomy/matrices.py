"""The matrices that a network holds: parameters, buffers, and what a parametrization gives."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from ncviz.anatomy.doubles import doubles

COMPUTED = "computed"


def matrices(network: nn.Module, module: str = "") -> Iterator[tuple[str, Tensor]]:
    """Yield the matrices of a module by their names in the network, its `weight` first.

    Parameters
    ----------
    network : nn.Module
    module : str, optional
        Of the whole network by default.
    """
    inner = attribute(network, module) if module else network
    if not isinstance(inner, nn.Module):
        return
    start = f"{module}." if module else ""
    own = getattr(inner, "weight", None)
    if isinstance(own, Tensor):  # as a parametrization gives it
        yield f"{start}weight", own
    for name, tensor in (*inner.named_parameters(), *inner.named_buffers()):
        if tensor.ndim >= 2:
            yield f"{start}{name}", tensor


def attribute(network: nn.Module, name: str) -> object:
    """Return what stands under a name such as 'head.weight' in a network; None for nothing."""
    found: object = network
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def oriented(tensor: Tensor, shape: Sequence[int]) -> Iterator[Tensor]:
    """Yield a tensor as a matrix of a shape: as it is, flattened, transposed, or its parts."""
    rows, width = shape
    if not tensor.is_floating_point() or tensor.numel() != rows * width or tensor.ndim < 2:
        return
    values = doubles(tensor.detach())
    if len(tensor) == rows:
        yield values.flatten(1)
    squeezed = values.squeeze()
    if squeezed.shape == (rows, width) and len(tensor) != rows:
        yield squeezed
    if squeezed.shape == (width, rows):
        yield squeezed.t()
    if squeezed.ndim == 3 and squeezed.shape[2] == width:  # of several heads
        yield squeezed.flatten(0, 1)


def name_of(network: nn.Module, rows: Tensor, module: str) -> tuple[str, bool]:
    """Return the name of the matrix that has these rows, and whether their lengths differ.

    Parameters
    ----------
    network : nn.Module
    rows : tensor, shape (m, d)
    module : str
        Where to look first.

    Returns
    -------
    tuple
        'computed' for the name if there is none.
    """
    rows = doubles(rows)
    places = (module, "") if module else ("",)
    for name, tensor in (found for place in places for found in matrices(network, place)):
        for matrix in oriented(tensor, rows.shape):
            if _same_directions(matrix, rows):
                lengths = matrix.norm(dim=1), rows.norm(dim=1)
                return name, not torch.allclose(*lengths, rtol=1e-2)
    return COMPUTED, False


def _same_directions(one: Tensor, other: Tensor) -> bool:
    lengths = one.norm(dim=1, keepdim=True).clamp_min(1e-300)
    gap = (one / lengths * other.norm(dim=1, keepdim=True) - other).norm(dim=1)
    return bool(torch.isfinite(gap).all() and (gap <= 1e-2 * other.norm(dim=1)).all())
