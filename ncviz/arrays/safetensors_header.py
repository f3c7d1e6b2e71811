"""What the header of a safetensors file says of its arrays, all of it checked."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NamedTuple, TypeGuard

import numpy as np

from ncviz.language import tr
from ncviz.wording import count_of_bytes

LENGTH = 8  # bytes ahead of the header, which say how long it is
METADATA = "__metadata__"
TYPES = {
    **{"F16": "<f2", "F32": "<f4", "F64": "<f8", "BOOL": "?"},
    **{"I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"},
    **{"U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8"},
}
BRAIN = "BF16"  # two bytes a number, which NumPy has not
_MOST = 2**63  # of what an array's header counts
_BYTES = {name: np.dtype(code).itemsize for name, code in TYPES.items()} | {BRAIN: 2}


class DamagedArraysError(ValueError):
    """Says what is wrong with a file, to stand within a sentence."""


class ArrayPlace(NamedTuple):
    """Where an array lies in its file."""

    kind: str
    shape: tuple[int, ...]
    start: int
    nbytes: int


def read_header(stream: IO[bytes], most: int) -> tuple[Mapping[str, str], dict[str, ArrayPlace]]:
    """Return what stands beside the arrays, and where each of them lies, within the file.

    Parameters
    ----------
    stream : binary file
    most : int
        Bytes that a header may have.

    Raises
    ------
    DamagedArraysError
        If it is no such file, or not whole.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    length = int.from_bytes(stream.read(LENGTH), "little")
    if length > min(most, size - LENGTH):
        raise DamagedArraysError(tr("its header claims {size}", size=count_of_bytes(length)))
    try:
        header = json.loads(stream.read(length))
    except (ValueError, RecursionError) as error:
        raise DamagedArraysError(tr("its header is not JSON")) from error
    if not isinstance(header, dict):
        raise DamagedArraysError(tr("its header holds no names"))
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise DamagedArraysError(tr("its header is not one of safetensors"))
    begin = LENGTH + length
    return metadata, {name: _place(name, said, begin, size) for name, said in header.items()}


def _place(name: str, value: object, begin: int, size: int) -> ArrayPlace:
    said: dict[str, Any] = value if isinstance(value, dict) else {}
    shape, ends, kind = said.get("shape"), said.get("data_offsets"), str(said.get("dtype"))
    if not _are_counts(shape) or not _are_counts(ends) or len(ends) != 2:
        raise DamagedArraysError(tr("its header says of {name!r:.40} what cannot be", name=name))
    nbytes = ends[1] - ends[0]
    each = _BYTES.get(kind)
    is_right = each is None or math.prod(shape, start=each) == nbytes
    if nbytes < 0 or not is_right or begin + ends[1] > size:
        raise DamagedArraysError(tr("{name} claims more than is there", name=name[:80]))
    return ArrayPlace(kind, tuple(shape), begin + ends[0], nbytes)


def _are_counts(values: object) -> TypeGuard[list[int]]:
    # Most arrays say one number or two, and a snapshot has a hundred of them: a loop costs least.
    if not isinstance(values, list):
        return False
    for value in values:  # noqa: SIM110
        if type(value) is not int or not 0 <= value < _MOST:
            return False
    return True
