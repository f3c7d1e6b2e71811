"""Double precision, which not every GPU has, and what comes from a GPU."""

from collections.abc import Sequence

import torch
from torch import Tensor

# Where sums in double precision are certain to work. Apple's GPUs have none, many of Intel's
# neither: there features are summed on the processor.
_HAVE_DOUBLES = {"cpu", "cuda"}


def has_doubles(kind: str) -> bool:
    """Tell whether sums in double precision are certain to work on a kind of device."""
    return kind in _HAVE_DOUBLES


def doubles(tensor: Tensor) -> Tensor:
    """Return a tensor in double precision on the processor.

    Apple's GPUs have none, and many of Intel's neither: so it is brought over first.
    """
    return tensor.double() if tensor.is_meta else tensor.cpu().double()


def on_processor(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Bring tensors over, from one GPU in one copy: each one waits for all that it has to do."""
    devices = {tensor.device for tensor in tensors}
    if len(devices) != 1 or tensors[0].device.type == "cpu":
        return [tensor.cpu() for tensor in tensors]
    together = torch.cat([tensor.flatten() for tensor in tensors]).cpu()
    parts = torch.split(together, [tensor.numel() for tensor in tensors])
    return [part.reshape(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]
