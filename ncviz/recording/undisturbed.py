"""Runs a network within somebody's training and leaves it as it was found."""

import random
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ncviz.measuring.modes import uncast


@contextmanager
def undisturbed(network: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode; put all of it, and random numbers, back at the end.

    No gradient is recorded, nothing is cast (autocast would keep weights without
    gradients for the training to find), and nothing is compiled: what was compiled
    in place runs as it was written, so that its layers can be read.
    """
    devices = {parameter.device for parameter in network.parameters()}
    kinds = {"cpu", *(device.type for device in devices)} - {"meta"}
    with (
        random_numbers_kept(devices),
        _left_as_found(network),
        _as_written(),
        torch.no_grad(),
        uncast(*sorted(kinds)),
    ):
        for module in network.modules():
            if "_compiled_call_impl" in vars(module):
                vars(module)["_compiled_call_impl"] = None
        network.eval()
        yield


@contextmanager
def _left_as_found(network: nn.Module) -> Iterator[None]:
    """Give every module its attributes back, and every buffer its numbers.

    Modes are attributes; so is what a module notes while it runs, such as a mask.
    Buffers that count batches, or observe ranges, do so in evaluation mode, too.
    """
    places: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for module in network.modules():
        for place in (vars(module), module._parameters, module._buffers):
            if type(place) in (dict, OrderedDict):  # not what a scripted module has in their place
                places.append((place, dict(place)))  # noqa: PERF401 - clearer than nested lists
    scripted = [
        (module, module.training)
        for module in network.modules()
        if isinstance(module, torch.jit.ScriptModule)
    ]
    buffers = [(buffer, _version(buffer), buffer.clone()) for buffer in network.buffers()]
    try:
        yield
    finally:
        for place, before in places:
            for name in place.keys() - before.keys():
                del place[name]
            place.update(before)
        for module, mode in scripted:
            module.training = mode
        for buffer, version, before_it in buffers:
            # Only where it was written to: a backward pass may wait that holds it.
            if version is None or buffer._version != version:
                with torch.no_grad():
                    buffer.resize_(before_it.shape).copy_(before_it)


def _version(tensor: Tensor) -> int | None:
    """Return how often a tensor was written to; None where that is not counted."""
    return None if tensor.is_inference() else tensor._version


def _as_written() -> AbstractContextManager[Any]:
    """Run what was compiled as it was written, where anything was."""
    stance = getattr(torch.compiler, "set_stance", None)  # from torch 2.6 on
    if stance is None or "torch._dynamo" not in sys.modules:
        return nullcontext()
    held: AbstractContextManager[Any] = stance("force_eager")
    return held


# Random numbers


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
