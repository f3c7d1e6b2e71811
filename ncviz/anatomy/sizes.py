"""What to say when a network does not take samples, with a size of images that it takes."""

from collections.abc import Sequence
from itertools import islice

import torch
from torch import Tensor, nn

from ncviz.anatomy.inputs import Inputs, main_tensor
from ncviz.errors import UserError, reason
from ncviz.language import tr

# How a network says that it does not take what it is given.
REFUSALS = (
    RuntimeError,
    ValueError,
    TypeError,
    IndexError,
    AssertionError,
    AttributeError,
    NotImplementedError,
)
# Of images in common use, the smallest first.
_SIZES = (28, 32, 64, 75, 96, 112, 128, 160, 192, 224, 256, 299, 384, 448, 512)


def not_taken(network: nn.Module, images: Inputs, error: Exception) -> str:
    """Say that a network does not take samples, and what to do.

    Parameters
    ----------
    network : nn.Module
    images : Inputs
    error : Exception
        What it said.
    """
    shape = _words(main_tensor(images).shape[1:])
    said = tr(
        "The network does not take samples of shape {shape} ({error})",
        shape=shape,
        error=reason(error),
    )
    if not isinstance(images, Tensor) or images.ndim != 4:
        return tr("{said}: choose another size or other data.", said=said)
    sizes = islice((side for side in _SIZES if _takes(network, images, side)), 2)
    ready = " or ".join(f"{side}×{side}" for side in sizes)
    if ready:
        return tr("{said}: choose another size, it takes {ready}.", said=said, ready=ready)
    return tr("{said}: choose other data; no usual size of these images helps.", said=said)


def _takes(network: nn.Module, images: Tensor, side: int) -> bool:
    """Tell whether a network takes images of a size, without computing anything."""
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    empty = {name: torch.empty_like(tensor, device="meta") for name, tensor in tensors.items()}
    sample = torch.empty(*images.shape[:2], side, side, dtype=images.dtype, device="meta")
    try:
        with torch.no_grad(), torch.device("meta"):
            torch.func.functional_call(network, empty, sample)
    except (*REFUSALS, UserError):
        return False
    return True


def _words(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
