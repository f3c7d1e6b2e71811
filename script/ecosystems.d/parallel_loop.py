"""A loop of DistributedDataParallel in two processes, each with a recorder."""

from collections.abc import Callable
from pathlib import Path

from _loops import in_one_of_two
from torch.multiprocessing.spawn import spawn

MADE_BY = "PyTorch"
NEEDS = ("torch",)


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return the one case."""
    return {"DistributedDataParallel, two processes": _parallel}


def _parallel(folder: Path) -> Path:
    spawn(in_one_of_two, (str(folder),), nprocs=2)
    return folder / "run"
