"""Reads folders of ``torch.distributed.checkpoint``, where each process wrote its share."""

import io
import math
from pathlib import Path, PurePosixPath
from typing import Any

import torch
from torch import Tensor

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles import Inert, Name, read_pickle
from ncviz.recording.checkpoint_parts import DISTRIBUTED_LIST
from ncviz.recording.stored_tensors import (
    MAKERS,
    DamagedError,
    StoredTensor,
    is_tensor,
    load_tensor,
    whole_size,
)
from ncviz.recording.torch_files import LARGEST_PICKLE, read_at, read_zip

_SMALL = 4096  # bytes of a value beside the tensors, such as the epoch


def read_distributed(folder: Path) -> dict[str, Any]:
    """Return the tensors of all shares, put together when they are needed, and small values.

    Parameters
    ----------
    folder : Path
        With the file '.metadata'.

    Raises
    ------
    UserError
        If the folder is damaged.
    """
    path = folder / DISTRIBUTED_LIST
    if not path.is_file():
        raise UserError(
            tr(
                "{folder} holds shares of torch.distributed.checkpoint and not the file {name}, "
                "which lists their weights: copy it, too, or save the checkpoint again if it was "
                "ended before that was written.",
                folder=folder,
                name=DISTRIBUTED_LIST,
            )
        )
    if path.stat().st_size > LARGEST_PICKLE:
        raise UserError(tr("{path} is longer than any list of weights.", path=path))
    with open_regular(path) as file:
        found = read_pickle(file, str(path), makers=MAKERS)
    listed, places = _fields(found, "state_dict_metadata", "storage_data")
    if not isinstance(listed, dict) or not isinstance(places, dict):
        raise UserError(tr("{path} does not list the weights of this folder.", path=path))
    shares: dict[str, list[tuple[Any, _Share]]] = {}
    for index, place in places.items():
        name, offset = _fields(index, "fqn", "offset")
        relative, start, length, changed = _fields(
            place, "relative_path", "offset", "length", "transform_descriptors"
        )
        if changed:
            raise UserError(
                tr("{folder} is packed: save its weights as one file of torch.save.", folder=folder)
            )
        shares.setdefault(str(name), []).append(
            (offset, _Share(folder, relative, whole_size([start, length])))
        )
    content: dict[str, Any] = {}
    for name, kind in listed.items():
        size, properties = _fields(kind, "size", "properties")
        if size is not None:
            content[str(name)] = _tensor(whole_size(size), _dtype(properties), shares[str(name)])
        elif all(reads.length <= _SMALL for _, reads in shares.get(str(name), [])):
            for _, reads in shares.get(str(name), []):
                content[str(name)] = reads()
    return content


def _fields(value: Any, *names: str) -> tuple[Any, ...]:
    """Return fields of what would have been a dataclass."""
    state = value.state if isinstance(value, Inert) and isinstance(value.state, dict) else {}
    return tuple(state.get(name) for name in names)


def _dtype(properties: Any) -> torch.dtype:
    state = properties.state if isinstance(properties, Inert) else None
    name = state[0] if isinstance(state, tuple) and state else None
    found = getattr(torch, name.text.rpartition(".")[2], None) if isinstance(name, Name) else None
    if not isinstance(found, torch.dtype):
        raise DamagedError(tr("a tensor of no numbers"))
    return found


class _Share:
    """Reads one share, which is a file of torch within another."""

    def __init__(self, folder: Path, relative: Any, place: tuple[int, ...]) -> None:
        inside = PurePosixPath(relative) if isinstance(relative, str) else PurePosixPath("..")
        if inside.is_absolute() or ".." in inside.parts or "\\" in str(inside):
            raise DamagedError(tr("a share that lies elsewhere"))
        self._path = folder / inside
        self._start, self.length = place

    def __call__(self) -> Any:
        if not self._path.is_file():
            raise UserError(
                tr("{path} is missing: it is a share of this checkpoint.", path=self._path)
            )
        with open_regular(self._path) as file:
            data = read_at(file, self._start, self.length)
        return read_zip(lambda: io.BytesIO(data), str(self._path))


def _tensor(
    shape: tuple[int, ...], dtype: torch.dtype, shares: list[tuple[Any, _Share]]
) -> StoredTensor:
    def load() -> Tensor:
        whole = torch.empty(shape, dtype=dtype)
        filled = 0
        for offset, read in shares:
            share = read()
            if not is_tensor(share):
                raise DamagedError(tr("a share that is no tensor"))
            part = load_tensor(share)
            at = whole_size(offset) if offset is not None else (0,) * len(shape)
            if len(at) != part.ndim or part.ndim != len(shape):
                raise DamagedError(tr("a share of another shape"))
            place = tuple(slice(a, a + n) for a, n in zip(at, part.shape, strict=True))
            whole[place].copy_(part)
            filled += part.numel()
        if filled != math.prod(shape):
            raise DamagedError(tr("a tensor of which a part is missing"))
        return whole

    return StoredTensor(dtype, shape, load)
