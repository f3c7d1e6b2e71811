"""Keeps all random numbers of a program as they are while something else is done."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


@contextmanager
def random_numbers_kept(data: Any = None) -> Iterator[None]:
    """Give Python's, NumPy's and torch's random numbers their states back at the end.

    Parameters
    ----------
    data : object, optional
        A loader, whose own generators are kept, too.
    """
    python, numpy = random.getstate(), np.random.get_state()
    own = [(generator, generator.get_state()) for generator in _generators(data)]
    # Where CUDA was never used there are no numbers of its own to keep.
    used = torch.cuda.is_available() and torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    devices = range(torch.cuda.device_count()) if used else ()
    try:
        with torch.random.fork_rng(devices=list(devices)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for generator, state in own:
            generator.set_state(state)


def _generators(data: Any) -> list[torch.Generator]:
    holders = [data, getattr(data, "sampler", None)]
    holders.append(getattr(getattr(data, "batch_sampler", None), "sampler", None))
    found: list[torch.Generator] = []
    for holder in holders:
        generator = getattr(holder, "generator", None)
        if isinstance(generator, torch.Generator) and generator not in found:
            found.append(generator)
    return found
