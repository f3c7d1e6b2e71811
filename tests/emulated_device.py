"""A GPU in Python: tensors of the device 'emulated', whose numbers are computed on the processor.

It refuses what GPUs refuse: tensors of several devices in one operation, double precision where
it is to have none (as Apple's), and more memory than it has. It counts what holds a GPU up:
each time that the program waits for numbers, and how many it is given. torch takes it for a
backend of its own (PrivateUse1), so that `network.to('emulated')`, autograd and optimisers work.
"""

import gc
import weakref
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "emulated"
_aten = torch.ops.aten
# Indices may lie on the processor, and copying is what brings tensors together.
_MAY_MIX = {_aten.index, _aten.index_put, _aten.index_put_, _aten.copy_, _aten._to_copy}
_MAY_MIX |= {_aten._index_put_impl_}
# Their results are numbers or shapes of the host's, which waits for them.
_WAIT = {_aten._local_scalar_dense, _aten.equal, _aten.nonzero, _aten.masked_select, _aten._unique2}


@dataclass
class Emulated:
    """The device: what it can, and what was asked of it.

    `waits` counts how often the host waited for it, by operation, and `numbers` how many
    numbers were copied to the host.
    """

    has_doubles: bool = True
    memory: int = 2**40
    is_there: bool = False
    used: int = 0
    waits: Counter[str] = field(default_factory=Counter)
    numbers: int = 0

    def reset(self) -> None:
        """Count anew."""
        self.waits.clear()
        self.numbers = 0

    def take(self, data: Tensor) -> None:
        """Give memory to a tensor, as long as it lives."""
        size = data.nbytes
        if self.used + size > self.memory:
            raise torch.OutOfMemoryError(
                f"EMULATED out of memory. Tried to allocate {size / 2**20:.2f} MiB. GPU 0 has a "
                f"total capacity of {self.memory / 2**20:.2f} MiB of which "
                f"{(self.memory - self.used) / 2**20:.2f} MiB is free."
            )
        self.used += size
        weakref.finalize(data, self._free, size)

    def _free(self, size: int) -> None:
        self.used -= size


DEVICE = Emulated()


class EmulatedTensor(Tensor):
    """A tensor of the device; `data_` holds its numbers."""

    data_: Tensor

    @staticmethod
    def __new__(cls, data: Tensor, device: torch.device) -> "EmulatedTensor":
        if data.dtype == torch.float64 and not DEVICE.has_doubles:
            raise TypeError(
                "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't "
                "support float64. Please use float32 instead."
            )
        made = Tensor._make_wrapper_subclass(
            cls,
            data.size(),
            strides=data.stride(),
            storage_offset=data.storage_offset(),
            dtype=data.dtype,
            device=device,
        )
        made.data_ = data
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    def untyped_storage(self) -> torch.UntypedStorage:
        return self.data_.untyped_storage()

    def data_ptr(self) -> int:
        return self.data_.data_ptr()

    def __repr__(self, **_options: Any) -> str:
        return f"{self.data_} on {self.device}"

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _run(func, args, kwargs or {})


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Run an operation on the processor, and bring its results to their device."""
    packet = func.overloadpacket
    given = [a for a in pytree.tree_leaves((args, kwargs)) if isinstance(a, Tensor)]
    here = [tensor for tensor in given if isinstance(tensor, EmulatedTensor)]
    _check_one_device(packet, given)
    wanted = kwargs.get("device")
    if wanted is not None:
        kwargs = {**kwargs, "device": "cpu"}
        where = torch.device(wanted)
    else:
        where = here[0].device if here else torch.device("cpu")
    if where.type == NAME and where.index is None:
        where = torch.device(NAME, 0)
    kwargs.pop("pin_memory", None)
    inner, options = pytree.tree_map(lambda a: getattr(a, "data_", a), (args, kwargs))
    result = func(*inner, **options)
    goes_home = packet is _aten.copy_ and not isinstance(args[0], EmulatedTensor)
    if here and (packet in _WAIT or (wanted is not None and where.type == "cpu") or goes_home):
        DEVICE.waits[str(packet)] += 1
        DEVICE.numbers += sum(
            t.numel() for t in pytree.tree_leaves(result) if isinstance(t, Tensor)
        )
    held = {id(tensor.data_): tensor for tensor in here}
    known = {tensor.data_.untyped_storage().data_ptr() for tensor in here}

    def at_home(found: Any) -> Any:
        if not isinstance(found, Tensor) or where.type != NAME or goes_home:
            return found
        if id(found) in held:  # written in place
            return held[id(found)]
        made = EmulatedTensor(found, where)
        if found.untyped_storage().data_ptr() not in known:
            DEVICE.take(found)
        return made

    return pytree.tree_map(at_home, result)


def _check_one_device(packet: Any, given: list[Tensor]) -> None:
    devices = {str(t.device) for t in given if t.ndim or isinstance(t, EmulatedTensor)}
    if len(devices) > 1 and packet not in _MAY_MIX:
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, "
            f"{' and '.join(sorted(devices))}! (when checking an argument of {packet})"
        )


class _Module:
    """What `torch.emulated` is."""

    def is_available(self) -> bool:
        return DEVICE.is_there

    is_initialized = is_available

    def device_count(self) -> int:
        return 2 if DEVICE.is_there else 0

    def current_device(self) -> int:
        return 0

    def mem_get_info(self, device: Any = None) -> tuple[int, int]:
        return DEVICE.memory - DEVICE.used, DEVICE.memory

    def get_device_name(self, device: Any = None) -> str:
        return "Emulated GPU"

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed_all(self, seed: int) -> None:
        pass

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]

    def get_rng_state(self, device: Any = None) -> Tensor:
        return torch.zeros(8, dtype=torch.uint8)

    def set_rng_state(self, state: Tensor, device: Any = None) -> None:
        pass


class _Hook(torch._C._acc.PrivateUse1Hooks):
    def is_available(self) -> bool:
        return DEVICE.is_there

    def has_primary_context(self, device_index: int) -> bool:
        return True

    def is_built(self) -> bool:
        return True


class _Guard(torch._C._acc.DeviceGuard):
    def type_(self) -> Any:
        return torch._C._autograd.DeviceType.PrivateUse1


# At once: the threads of autograd are made for the devices that there are when it first runs.
_setup_privateuseone_for_python_backend(NAME, _Module(), _Hook(), _Guard())
_library = torch.library.Library("_", "IMPL")
_library.fallback(
    lambda func, *args, **kwargs: _run(func, args, kwargs), dispatch_key="PrivateUse1"
)


@pytest.fixture(params=["with doubles", "without doubles"])
def emulated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulated]:
    """Return the device, once as CUDA's and once as Apple's; without a test it is not there."""
    DEVICE.has_doubles, DEVICE.is_there = request.param == "with doubles", True
    DEVICE.memory = 2**40
    gc.collect()  # tensors of the test before
    DEVICE.reset()
    kinds = {"cpu", NAME} if DEVICE.has_doubles else {"cpu"}
    monkeypatch.setattr("ncviz.anatomy.doubles._HAVE_DOUBLES", kinds)
    yield DEVICE
    DEVICE.is_there = False
