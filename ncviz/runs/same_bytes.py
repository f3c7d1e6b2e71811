"""Arrays as a safetensors file, whose bytes are the same each time."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import safetensors.numpy
from numpy.typing import NDArray

_METADATA = "__metadata__"


def safetensors_bytes(
    arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None
) -> bytes:
    """Serialise arrays so that equal ones give equal bytes.

    The library writes what is said beside them in an order of chance; here it is that of the
    alphabet.

    Parameters
    ----------
    arrays : mapping of str to array
        Contiguous.
    metadata : mapping of str, optional
        Said beside them.
    """
    content = safetensors.numpy.save(dict(arrays), metadata=dict(metadata) if metadata else None)
    if not metadata or len(metadata) < 2:
        return content
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header[_METADATA] = dict(sorted(header[_METADATA].items()))
    sorted_header = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    sorted_header += b" " * (-len(sorted_header) % 8)
    return struct.pack("<Q", len(sorted_header)) + sorted_header + content[8 + length :]
