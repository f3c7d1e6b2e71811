"""Keeps all random numbers of a program as they are while something else is done."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def random_numbers_kept(devices: Iterable[torch.device] = ()) -> Iterator[None]:
    """Give Python's, NumPy's and torch's random numbers their states back at the end.

    Parameters
    ----------
    devices : iterable of torch.device, optional
        The GPUs that are used meanwhile, beside the current one.
    """
    python, numpy = random.getstate(), np.random.get_state()
    # Where CUDA was never used there are no numbers of its own to keep.
    used = torch.cuda.is_available() and torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    numbers = {d.index or 0 for d in devices if d.type == "cuda"} if used else set()
    if used:
        numbers.add(torch.cuda.current_device())
    try:
        with torch.random.fork_rng(devices=sorted(numbers)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


def seed_random_numbers(seed: int) -> None:
    """Seed Python's, NumPy's and torch's random numbers of the processor.

    CUDA's stay: seeding them before their first use would outlive the states that are kept.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)
