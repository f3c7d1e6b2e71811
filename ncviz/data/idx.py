"""IDX, the file format of MNIST."""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import count_of_bytes

# MNIST's training images are 47 million bytes; a damaged header may claim anything.
_LARGEST = 2**26
_BEST_PACKED = 1032  # bytes that deflate can make of one
_UNSIGNED_BYTE = 0x08


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, plain or compressed (``.gz``).

    Parameters
    ----------
    path : Path
        The file; compressed if its name ends in ``.gz``.

    Returns
    -------
    uint8 array, read-only
        Of the shape the file's header gives.

    Raises
    ------
    UserError
        If the file cannot be read, is of another kind, is damaged, or is
        longer or shorter than its header says.

    Notes
    -----
    Format: two zero bytes, the type (0x08 is unsigned byte), the number of
    dimensions, each dimension as a big-endian 32-bit integer, then the values
    in C order (LeCun, Cortes, Burges: The MNIST database).
    """
    try:
        with open_regular(path) as raw:
            size, packed = os.fstat(raw.fileno()).st_size, path.suffix == ".gz"
            most = size * _BEST_PACKED if packed else size
            with gzip.open(raw) if packed else raw as file:
                shape = _read_shape(file)
                # One byte more, so that a file longer than its header says is noticed.
                values = file.read(min(math.prod(shape), most) + 1)
        if len(values) != math.prod(shape):
            raise ValueError(tr("its length differs from what its header says"))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            tr(
                "{path} cannot be read as an IDX file ({reason}): replace it by an undamaged copy.",
                path=path,
                reason=reason,
            )
        ) from error
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def _read_shape(file: BinaryIO | gzip.GzipFile) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) != 4 or magic[:3] != bytes((0, 0, _UNSIGNED_BYTE)) or not 1 <= magic[3] <= 4:
        raise ValueError(tr("it does not start like one"))
    sizes = file.read(4 * magic[3])
    if len(sizes) != 4 * magic[3]:
        raise ValueError(tr("its header is cut off"))
    shape = tuple(np.frombuffer(sizes, dtype=">u4").tolist())
    if not 1 <= math.prod(shape) <= _LARGEST:
        raise ValueError(tr("its header claims {size}", size=count_of_bytes(math.prod(shape))))
    return shape
