"""What trains: a GPU where there is one, else all processor cores but one.

Importing this module does not import torch.
"""

import ctypes.util
import os
from pathlib import Path

# The second is the driver's door in Windows' subsystem for Linux.
_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg")


def nvidia_driver_present() -> bool:
    """Whether this computer has an NVIDIA driver, without asking torch."""
    if os.name == "nt":
        return ctypes.util.find_library("nvcuda") is not None
    return any(Path(device).exists() for device in _DEVICE_FILES)


def cuda_available() -> bool:
    """Whether torch can train on a GPU; imports torch only beside an NVIDIA driver."""
    if not nvidia_driver_present():
        return False
    import torch

    return torch.cuda.is_available()


def training_threads() -> int:
    """Return how many threads train: one core is left for the window, or as NCVIZ_THREADS says."""
    chosen = os.environ.get("NCVIZ_THREADS", "")
    if chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) - 1)


def get_ready(device: str) -> None:
    """Set torch's threads, and let it import what it imports on its first steps.

    Parameters
    ----------
    device : str
        'cpu' or 'cuda'.
    """
    import torch

    torch.set_num_threads(training_threads())
    weight = torch.ones(2, 2, device=device, requires_grad=True)
    for optimizer in (
        torch.optim.SGD([weight], fused=True),
        torch.optim.Adam([weight], fused=True),
    ):
        weight.square().sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
