"""Double precision, which not every GPU has."""

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
