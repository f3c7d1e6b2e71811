"""Tensors that still lie in their file, as the pickles of PyTorch and NumPy describe them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ncviz.language import tr
from ncviz.pickles import Inert, Makers, Name

_STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
    "ComplexFloatStorage": torch.complex64,
    "ComplexDoubleStorage": torch.complex128,
    "UntypedStorage": torch.uint8,
    # Of quantised tensors, which are no plain numbers: their bytes alone.
    "QInt8Storage": torch.int8,
    "QUInt8Storage": torch.uint8,
    "QInt32Storage": torch.int32,
    "QUInt4x2Storage": torch.uint8,
    "QUInt2x4Storage": torch.uint8,
}
_MOST_AXES = 64
_NUMPY = (tr("numpy.core."), tr("numpy._core."))
# NumPy's plain numbers, as its pickles name them.
_DTYPES = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"])


class DamagedError(ValueError):
    """What a file says of a tensor does not agree with the file."""


@dataclass(eq=False)
class StoredBytes:
    """The bytes of one or more tensors, read from the file when they are needed.

    Parameters
    ----------
    size : int
        Bytes.
    dtype : torch.dtype
        Of the numbers in it.
    read : callable
        Returns them.
    """

    size: int
    dtype: torch.dtype
    read: Callable[[], Any]
    _data: Any = field(default=None, init=False)

    def data(self) -> Any:
        """Return the bytes, which are read once."""
        if self._data is None:
            self._data = self.read()
        if len(self._data) != self.size:
            raise DamagedError(tr("it ends early"))
        return self._data


@dataclass(eq=False, slots=True)
class StoredTensor:
    """A tensor that still lies in its file.

    Parameters
    ----------
    dtype : torch.dtype
    shape : tuple of int
    load : callable
        Returns the tensor.
    """

    dtype: torch.dtype
    shape: tuple[int, ...]
    load: Callable[[], Tensor]

    @property
    def ndim(self) -> int:
        """Return the number of axes."""
        return len(self.shape)

    def numel(self) -> int:
        """Return how many numbers it has."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Return how many bytes its numbers take."""
        return self.numel() * self.dtype.itemsize

    def is_floating_point(self) -> bool:
        """Tell whether its numbers are no whole ones."""
        return self.dtype.is_floating_point


def whole_size(numbers: Any) -> tuple[int, ...]:
    """Return a shape or strides of a file.

    Raises
    ------
    DamagedError
        If they are none.
    """
    if (
        not isinstance(numbers, list | tuple)
        or len(numbers) > _MOST_AXES
        or not all(type(number) is int and 0 <= number < 2**60 for number in numbers)
    ):
        raise DamagedError(tr("a shape that is none"))
    return tuple(numbers)


def strided(
    storage: StoredBytes,
    offset: Any,
    size: Any,
    stride: Any,
    dtype: torch.dtype | None = None,
) -> StoredTensor:
    """Return a tensor over stored bytes.

    Raises
    ------
    DamagedError
        If it would reach beyond them.
    """
    dtype = dtype or storage.dtype
    shape, steps, (start,) = whole_size(size), whole_size(stride), whole_size([offset])
    if len(shape) != len(steps):
        raise DamagedError(tr("a shape and strides that differ"))
    last = start + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if math.prod(shape) and (last + 1) * dtype.itemsize > storage.size:
        raise DamagedError(tr("a tensor beyond its numbers"))

    def load() -> Tensor:
        if not math.prod(shape):
            return torch.empty(shape, dtype=dtype)
        numbers = torch.frombuffer(
            storage.data(), dtype=dtype, count=storage.size // dtype.itemsize
        )
        return numbers.as_strided(shape, steps, start)

    return StoredTensor(dtype, shape, load)


def storage_type(name: Any) -> torch.dtype:
    """Return the numbers of a storage such as 'torch.FloatStorage'.

    Raises
    ------
    DamagedError
        If there is no such storage.
    """
    kind = name.text.rpartition(".")[2] if isinstance(name, Name) else ""
    if kind not in _STORAGES:
        raise DamagedError(tr("no storage {kind}", kind=kind[:40]))
    return _STORAGES[kind]


# What PyTorch's pickles call to rebuild tensors


def _rebuild(storage: Any, offset: Any, size: Any, stride: Any, *more: Any) -> Any:
    changed = len(more) > 2 and bool(more[2])  # conjugated or negated when it is read
    if not isinstance(storage, StoredBytes) or changed:
        return NotImplemented
    return strided(storage, offset, size, stride)


def _rebuild_typed(storage: Any, offset: Any, size: Any, stride: Any, *more: Any) -> Any:
    dtype = getattr(torch, more[2].text.rpartition(".")[2], None) if _is_dtype(more[2]) else None
    if not isinstance(storage, StoredBytes) or not isinstance(dtype, torch.dtype):
        return NotImplemented
    return strided(storage, offset, size, stride, dtype)


def _is_dtype(name: Any) -> bool:
    return isinstance(name, Name) and name.text.rpartition(".")[0] == "torch"


def _first(*arguments: Any) -> Any:
    return arguments[0] if arguments and is_tensor(as_tensor(arguments[0])) else NotImplemented


def _from_type(function: Any, _kind: Any, arguments: Any, _state: Any = None) -> Any:
    """Rebuild what lies within a tensor of a class of its own."""
    make = MAKERS.get(function.text) if isinstance(function, Name) else None
    if make is None or make is _from_type or not isinstance(arguments, tuple):
        return NotImplemented
    return make(*arguments)


def _size(*arguments: Any) -> Any:
    given = arguments[0] if arguments else ()
    return tuple(given) if isinstance(given, list | tuple) else NotImplemented


MAKERS: Makers = {
    "torch._utils._rebuild_tensor": _rebuild,
    "torch._utils._rebuild_tensor_v2": _rebuild,
    "torch._utils._rebuild_tensor_v3": _rebuild_typed,
    "torch._utils._rebuild_parameter": _first,
    "torch._utils._rebuild_parameter_with_state": _first,
    "torch._utils._rebuild_device_tensor_from_numpy": _first,
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": _first,
    "torch._utils._rebuild_xla_tensor": _first,
    "torch.nn.parameter.Parameter": _first,
    "torch.nn.parameter.Buffer": _first,
    "torch._tensor._rebuild_from_type": _from_type,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "torch.tensor._rebuild_from_type": _from_type,
    "torch.Size": _size,
}


# Reading what was found


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a tensor, here or still in its file."""
    return isinstance(value, Tensor | StoredTensor)


def is_strange(value: Any) -> bool:
    """Tell whether a value stands for a tensor that is no plain one: sparse, quantised, sharded."""
    if isinstance(value, Tensor):
        return value.is_meta or value.layout is not torch.strided or value.is_quantized
    return isinstance(value, Inert) and (
        value.kind.startswith(("torch._utils._rebuild", "torch._tensor._rebuild"))
        or value.kind.rpartition(".")[2] in ("ShardedTensor", "DTensor")
    )


def has_shape_alone(value: Any) -> bool:
    """Tell whether a value stands for a tensor without numbers, of the device 'meta'."""
    if isinstance(value, Inert):
        return value.kind == "torch._utils._rebuild_meta_tensor_no_storage"
    return isinstance(value, Tensor) and value.is_meta


def as_tensor(value: Any) -> Any:
    """Return an array of NumPy's as a tensor, and any other value as it is."""
    if not isinstance(value, Inert):
        return value if not isinstance(value, np.ndarray) else _of_array(value)
    name = value.kind.rpartition(".")[2]
    if not value.kind.startswith(_NUMPY):
        return value
    if name == "_reconstruct" and isinstance(value.state, tuple) and len(value.state) == 5:
        _, shape, kind, fortran, data = value.state
        return _array(value, data, kind, shape, bool(fortran))
    if name == "_frombuffer" and len(value.arguments) == 4:
        data, kind, shape, order = value.arguments
        return _array(value, data, kind, shape, order == "F")
    if name == "scalar" and len(value.arguments) == 2:
        kind, data = value.arguments
        return _array(value, data, kind, (), False)
    return value


def _array(value: Inert, data: Any, kind: Any, shape: Any, fortran: bool) -> Any:
    """Return the tensor of an array's bytes; the value itself if it holds no plain numbers."""
    if not isinstance(data, bytes | str) or not isinstance(kind, Inert):
        return value
    text = kind.arguments[0] if kind.arguments else None
    if kind.kind != "numpy.dtype" or not isinstance(text, str) or text not in _DTYPES:
        return value
    order = kind.state[1] if isinstance(kind.state, tuple) and len(kind.state) > 1 else "|"
    dtype = np.dtype(text)
    size = whole_size(list(shape)) if isinstance(shape, tuple | list) else whole_size(None)
    if math.prod(size) * dtype.itemsize != len(data):
        raise DamagedError(tr("an array and its numbers that differ"))
    plain = torch.from_numpy(np.empty(0, dtype)).dtype

    def load() -> Tensor:
        raw = data if isinstance(data, bytes) else data.encode("latin-1")  # as of Python 2
        numbers = np.frombuffer(raw, dtype.newbyteorder(">") if order == ">" else dtype)
        numbers = numbers.astype(dtype).reshape(size, order="F" if fortran else "C")
        return torch.from_numpy(np.ascontiguousarray(numbers).reshape(size))

    return StoredTensor(plain, size, load)


def _of_array(array: Any) -> Any:
    if array.dtype.kind not in "biuf":
        return array
    return torch.from_numpy(np.array(array, array.dtype.newbyteorder("="), order="C"))


def load_tensor(value: Tensor | StoredTensor) -> Tensor:
    """Return a tensor, read from its file if it still lies there."""
    return value if isinstance(value, Tensor) else value.load()
