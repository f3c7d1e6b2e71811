"""Reads the weights of programs that ``torch.export.save`` writes; the program is not run."""

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.stored_tensors import DamagedError, StoredBytes, strided, whole_size

LARGEST_LIST = 16 * 2**20  # bytes, of what lists a program's weights

_LISTS = re.compile(r"(?P<folder>(?:.*/)?data/weights/)(?P<model>[^/]+)_weights_config\.json")
_OLD = "serialized_state_dict.pt"  # before PyTorch 2.8: what torch.save wrote, in an archive
# Numbers, as `torch._export.serde.schema.ScalarType` counts their kinds.
_DTYPES = {
    1: torch.uint8,
    2: torch.int8,
    3: torch.int16,
    4: torch.int32,
    5: torch.int64,
    6: torch.float16,
    7: torch.float32,
    8: torch.float64,
    10: torch.complex64,
    11: torch.complex128,
    12: torch.bool,
    13: torch.bfloat16,
    28: torch.uint16,
    29: torch.float8_e4m3fn,
    30: torch.float8_e5m2,
}

Entries = Mapping[str, zipfile.ZipInfo]
ReadEntry = Callable[[zipfile.ZipInfo], bytearray]


def exported_weights(
    entries: Entries, read: ReadEntry, read_saved: Callable[[zipfile.ZipInfo], Any], where: str
) -> Any:
    """Return the weights of the program in an archive; None if it holds none.

    Parameters
    ----------
    entries : mapping of str to ZipInfo
        Of the archive, whose files are not packed.
    read : callable
        Returns the bytes of one.
    read_saved : callable
        Returns what torch.save has written into one.
    where : str
        Names the file in error messages.

    Raises
    ------
    UserError, DamagedError
        If its list of weights is none.
    """
    lists = [found for name in entries if (found := _LISTS.fullmatch(name))]
    if not lists:
        old = entries.get(_OLD)
        return None if old is None else read_saved(old)
    if len(lists) > 1:
        return {found["model"]: _listed(found, entries, read, where) for found in lists}
    return _listed(lists[0], entries, read, where)


def _listed(found: re.Match[str], entries: Entries, read: ReadEntry, where: str) -> dict[str, Any]:
    entry = entries[found[0]]
    if entry.file_size > LARGEST_LIST:
        raise UserError(tr("{where} lists more weights than any program has.", where=where))
    try:
        listed = json.loads(read(entry))["config"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise DamagedError(tr("a list of weights that is none")) from error
    if not isinstance(listed, dict):
        raise DamagedError(tr("a list of weights that is none"))
    tensors: dict[str, Any] = {}
    stored: dict[str, StoredBytes] = {}
    for name, row in listed.items():
        try:
            meta, path = row["tensor_meta"], f"{found['folder']}{row['path_name']}"
            dtype = _DTYPES[meta["dtype"]]
            shape, steps = (
                whole_size([n["as_int"] for n in meta[k]]) for k in ("sizes", "strides")
            )
            start = meta["storage_offset"]["as_int"]
            if row["use_pickle"]:
                raise UserError(
                    tr(
                        "{where} holds {name} as no plain tensor: save model.state_dict().",
                        where=where,
                        name=name[:80],
                    )
                )
            file = entries[path]
        except (LookupError, TypeError) as error:
            raise DamagedError(tr("a weight that is not described")) from error
        if path not in stored:
            stored[path] = StoredBytes(file.file_size, dtype, partial(read, file))
        tensors[name] = strided(stored[path], start, shape, steps, dtype)
    return tensors
