"""Reads a checkpoint without running anything in it: a file, its parts, or a folder."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.checkpoint_parts import is_distributed, parts_of
from ncviz.recording.distributed import read_distributed
from ncviz.recording.foreign_files import foreign_file, foreign_folder, foreign_name
from ncviz.recording.onnx_network import onnx_network
from ncviz.recording.stored_tensors import StoredTensor, has_shape_alone, is_strange
from ncviz.recording.torch_files import opener, read_legacy, read_zip
from ncviz.wording import count_of_bytes

LARGEST_FILE = 64 * 2**30  # bytes
_MOST_METADATA = 1000  # entries of a header that are looked at
LARGEST_HEADER = 16 * 2**20  # bytes, of a safetensors file: 100,000 tensors take as many


def read_checkpoint(path: Path) -> Any:
    """Return what a checkpoint holds: tensors that still lie in it, and plain values.

    Parameters
    ----------
    path : Path
        A safetensors file, what ``torch.save`` has written, one of several
        files that hold parts or their index, or a folder of
        ``torch.distributed.checkpoint``.

    Returns
    -------
    object
        Usually a dictionary. A safetensors file gives a flat dictionary of
        tensors; the strings of its header stand under '__metadata__'. What a
        pickle would have built of other classes is `Inert`.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, or names what no weights need.
    """
    try:
        if path.is_dir():
            return _read_folder(path)
        parts = parts_of(path)
        if parts:
            return _merged(parts, path)
        return _read_file(path)
    except UserError:
        raise
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read: {strerror}.",
                path=path,
                strerror=error.strerror or reason(error),
            )
        ) from error
    except MemoryError as error:
        raise UserError(tr("{path} does not fit into the memory.", path=path)) from error
    except zipfile.BadZipFile as error:
        raise UserError(
            tr("{path} is damaged or cut off: copy or download it again.", path=path)
        ) from error
    except Exception as error:
        raise UserError(
            tr("{path} is damaged: {error}.", path=path, error=reason(error))
        ) from error


def check_tensors(tensors: Mapping[str, Any], path: Path) -> None:
    """Refuse tensors that claim more numbers than their file has, or hold none.

    A view with steps of zero can claim any size; a model built to such a shape
    would fill the memory.

    Parameters
    ----------
    tensors : mapping of str to tensor
    path : Path
        The checkpoint that they came from.

    Raises
    ------
    UserError
        Naming the first of them.
    """
    size = size_of(path)
    for name, tensor in tensors.items():
        if has_shape_alone(tensor):
            raise UserError(
                tr(
                    "{path} holds the shape of {name} and none of its numbers, as of a network on "
                    "the device 'meta': save it once its weights are loaded.",
                    path=path,
                    name=name[:80],
                )
            )
        if is_strange(tensor):
            raise UserError(
                tr(
                    "{path} holds {name} as no plain tensor but sparse, quantised or in parts: "
                    "save the weights as plain numbers, before they are quantised.",
                    path=path,
                    name=name[:80],
                )
            )
        held = tensor.untyped_storage().nbytes() if isinstance(tensor, torch.Tensor) else 0
        if tensor.nbytes > max(size, held):
            raise UserError(
                tr(
                    "{path} is damaged: {name} claims {numel:,} numbers, more than the file holds.",
                    path=path,
                    name=name[:80],
                    numel=tensor.numel(),
                )
            )


def size_of(path: Path) -> int:
    """Return how many bytes a checkpoint takes, all of its parts together."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir())
    return sum(part.stat().st_size for part in parts_of(path) or [path])


def _read_file(path: Path) -> Any:
    head = _look(path)
    if path.suffix == ".onnx":
        return dict(onnx_network(path).state_dict())
    if head[:2] == b"PK":
        return read_zip(opener(path), str(path))
    if path.suffix == ".safetensors" or head[8:9] == b"{":
        return _read_safetensors(path, head)
    if path.suffix == ".json":
        raise UserError(
            tr("{path} is no checkpoint but text: give the files with the weights.", path=path)
        )
    if head[:1] not in (b"\x80", b"(", b"}", b"]", b"c"):
        known = foreign_file(path, head)
        raise UserError(
            known
            or tr("{path} is no checkpoint: give files of torch.save or safetensors.", path=path)
        )
    try:
        return read_legacy(opener(path), str(path))
    except UserError as error:
        raise UserError(foreign_name(path) or str(error)) from error


def _look(path: Path) -> bytes:
    """Return the first bytes of a file that can be a checkpoint."""
    if not path.is_file():
        path.stat()  # tells of a missing file and of links that go round in circles
        raise UserError(tr("{path} is no file: give the checkpoints' files.", path=path))
    size = path.stat().st_size
    with open_regular(path) as file:
        head = file.read(512)
    if size == 0:
        raise UserError(tr("{path} is empty: it was perhaps not written to its end.", path=path))
    if size > LARGEST_FILE:
        raise UserError(tr("{path} is larger than 64 GiB: save the weights alone.", path=path))
    if not any(head[:64]):
        raise UserError(
            tr("{path} holds only zeros at its beginning: the file was lost.", path=path)
        )
    return head


def _read_folder(path: Path) -> Any:
    if is_distributed(path):
        return read_distributed(path)
    raise UserError(foreign_folder(path))


def _merged(parts: Iterable[Path], path: Path) -> dict[str, Any]:
    """Return the tensors of files that hold parts of one network."""
    content: dict[str, Any] = {}
    for part in parts:
        if not part.is_file():
            raise UserError(
                tr(
                    "{part} is missing, which {name} names among the parts of its network: lay "
                    "it beside.",
                    part=part,
                    name=path.name,
                )
            )
        found = _read_file(part)
        if not isinstance(found, dict):
            raise UserError(tr("{part} holds no part of a state dict.", part=part))
        content |= found
    return content


# safetensors

_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U64": torch.uint64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "U8": torch.uint8,
    "BOOL": torch.bool,
    "C64": torch.complex64,
}


def _read_safetensors(path: Path, begins: bytes) -> dict[str, Any]:
    with open_regular(path) as file:
        head = file.read(8)
    size = int.from_bytes(head, "little") if len(head) == 8 else -1
    if not 2 <= size <= min(LARGEST_HEADER, path.stat().st_size - 8):
        raise UserError(
            foreign_file(path, begins)
            or tr(
                "{path} is not a whole safetensors file: its header claims {size}.",
                path=path,
                size=count_of_bytes(max(size, 0)),
            )
        )
    opened: Any = safe_open(path, framework="pt")
    tensors: dict[str, Any] = {name: _stored(opened, name) for name in opened.keys()}  # noqa: SIM118
    metadata = opened.metadata() or {}
    # Of weights that a network has twice, its save_model keeps one, and notes which are the same.
    twice = {name: tensors[kept] for name, kept in metadata.items() if kept in tensors}
    return {**twice, **tensors, "__metadata__": _plain(metadata)}


def _stored(file: Any, name: str) -> StoredTensor:
    described = file.get_slice(name)
    kind = _DTYPES.get(described.get_dtype())
    if kind is None:
        raise UserError(
            tr(
                "{name} is kept as {get_dtype}, which are no plain numbers: save the "
                "weights as float32.",
                name=name[:80],
                get_dtype=described.get_dtype(),
            )
        )
    return StoredTensor(kind, tuple(described.get_shape()), lambda: file.get_tensor(name))


def _plain(metadata: dict[str, str]) -> dict[str, Any]:
    """Return the strings of a header, numbers as such."""
    values: dict[str, Any] = {}
    for name, text in islice(metadata.items(), _MOST_METADATA):
        try:
            value = json.loads(text) if len(text) < 1000 else text
        except (ValueError, RecursionError):
            value = text
        values[name] = value
    return values
