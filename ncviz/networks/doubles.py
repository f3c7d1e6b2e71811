"""Double precision, which not every GPU has."""

from torch import Tensor


def doubles(tensor: Tensor) -> Tensor:
    """Return a tensor in double precision on the processor.

    Apple's GPUs have none, and many of Intel's neither: so it is brought over first.
    """
    return tensor.double() if tensor.is_meta else tensor.cpu().double()
