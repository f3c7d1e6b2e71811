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
        with (
            torch.random.fork_rng(devices=sorted(numbers), device_type="cuda"),
            _of_others(devices),
        ):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextmanager
def _of_others(devices: Iterable[torch.device]) -> Iterator[None]:
    """Keep the random numbers of GPUs that are not CUDA's."""
    others = {device for device in devices if device.type not in ("cpu", "cuda", "meta")}
    modules = [(torch.get_device_module(device), device) for device in others]
    states = [module.get_rng_state(device) for module, device in modules]
    try:
        yield
    finally:
        for (module, device), state in zip(modules, states, strict=True):
            module.set_rng_state(state, device)


def seed_random_numbers(seed: int) -> None:
    """Seed Python's, NumPy's and torch's random numbers of the processor.

    CUDA's stay: seeding them before their first use would outlive the states that are kept.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)
