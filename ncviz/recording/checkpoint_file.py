"""Reads a checkpoint's file without running anything in it."""

import io
import json
import pickle
import pickletools
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from ncviz.errors import UserError, reason
from ncviz.recording.pickles import MOST_BYTES, check_bounds, foreign_names

LARGEST_FILE = 64 * 2**30  # bytes
LARGEST_HEADER = 100 * 2**20  # bytes, of a safetensors file; its library's own limit
LARGEST_PICKLE = 32 * 2**20  # bytes, of all that is not a tensor

_ADVICE = "save its weights alone: torch.save(model.state_dict(), file)"


def read_checkpoint(path: Path) -> Any:
    """Return what a checkpoint holds: tensors, mapped rather than read, and plain values.

    Parameters
    ----------
    path : Path
        A safetensors file, or what ``torch.save`` has written.

    Returns
    -------
    object
        Usually a dictionary. A safetensors file gives a flat dictionary of
        tensors; the strings of its header stand under '__metadata__'.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, or is a pickle that wants to call
        more than weights need.
    """
    head = _look(path)
    try:
        if head[:2] == b"PK":
            return _read_zip(path)
        if _is_safetensors(path, head):
            return _read_safetensors(path)
        return _read_legacy(path, head)
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or reason(error)}.") from error
    except MemoryError as error:
        raise UserError(f"{path} does not fit into the memory.") from error
    except zipfile.BadZipFile as error:
        raise UserError(f"{path} is damaged or cut off: copy or download it again.") from error
    except pickle.UnpicklingError as error:
        raise UserError(_unpickling(path, str(error))) from error
    except Exception as error:
        raise UserError(f"{path} is damaged: {reason(error)}.") from error


def _unpickling(path: Path, words: str) -> str:
    """Say it without torch's own words, which advise to run what is in the file."""
    named = re.search(r"GLOBAL ([\w.]+)", words)
    if named is None:
        return f"{path} is damaged: its pickle cannot be read to its end."
    return _wants_to_call(path, named.group(1))


def _wants_to_call(path: Path, names: str) -> str:
    return (
        f"{path} wants to call {names}, and is therefore not read; nothing of it was run: "
        f"{_ADVICE}."
    )


def check_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Refuse tensors that claim more numbers than their file has, or hold none.

    A view with steps of zero can claim any size; a model built to such a shape
    would fill the memory.

    Parameters
    ----------
    tensors : mapping of str to tensor
    path : Path
        The file that they came from.

    Raises
    ------
    UserError
        Naming the first of them.
    """
    size = path.stat().st_size
    for name, tensor in tensors.items():
        if tensor.is_meta or tensor.layout is not torch.strided or tensor.is_quantized:
            raise UserError(
                f"{path} holds {name[:80]} as no plain tensor: save the weights as plain numbers."
            )
        if tensor.numel() * tensor.element_size() > size:
            raise UserError(
                f"{path} is damaged: {name[:80]} claims {tensor.numel():,} numbers, more than the "
                "file holds."
            )


def _look(path: Path) -> bytes:
    """Return the first bytes of a file that can be a checkpoint."""
    try:
        if path.is_dir():
            raise UserError(f"{path} is a folder: give the checkpoints' files.")
        if not path.is_file():
            path.stat()  # tells of a missing file and of links that go round in circles
            raise UserError(f"{path} is no file: give the checkpoints' files.")
        size = path.stat().st_size
        with open(path, "rb") as file:
            head = file.read(64)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or reason(error)}.") from error
    if size == 0:
        raise UserError(f"{path} is empty: it was perhaps not written to its end.")
    if size > LARGEST_FILE:
        raise UserError(f"{path} is larger than 64 GiB: save the weights alone.")
    if not any(head):
        raise UserError(f"{path} holds only zeros at its beginning: the file was lost.")
    return head


# safetensors


def _is_safetensors(path: Path, head: bytes) -> bool:
    return path.suffix == ".safetensors" or head[8:9] == b"{"


def _read_safetensors(path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        head = file.read(8)
    size = int.from_bytes(head, "little") if len(head) == 8 else -1
    if not 2 <= size <= min(LARGEST_HEADER, path.stat().st_size - 8):
        raise UserError(
            f"{path} is not a whole safetensors file: its header claims {max(size, 0):,} bytes."
        )
    with safe_open(path, framework="pt") as file:
        tensors: dict[str, Any] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        tensors["__metadata__"] = _plain(file.metadata() or {})
    return tensors


def _plain(metadata: dict[str, str]) -> dict[str, Any]:
    """Return the strings of a header, numbers as such."""
    values: dict[str, Any] = {}
    for name, text in metadata.items():
        try:
            value = json.loads(text) if len(text) < 1000 else text
        except (ValueError, RecursionError):
            value = text
        values[name] = value
    return values


# torch


def _read_zip(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        _check_sizes(path, archive)
        pickles = [item for item in archive.infolist() if item.filename.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise UserError(f"{path} is a zip archive but no checkpoint of PyTorch.")
        if any(item.filename.endswith("/constants.pkl") for item in archive.infolist()):
            raise UserError(
                f"{path} is a TorchScript program, which would have to be run: {_ADVICE}."
            )
        data = archive.read(pickles[0])
    _refuse_calls(path, data)
    # Mapped: every tensor is cut out of the file's own bytes, so that none can claim more.
    return _load(path, mmap=True)


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse archives that would unpack to more than they are: torch stores, without packing."""
    entries = archive.infolist()
    unpacked = sum(item.file_size for item in entries)
    packed = any(item.compress_type != zipfile.ZIP_STORED for item in entries)
    if packed or unpacked > path.stat().st_size:
        raise UserError(
            f"{path} is a packed archive of {unpacked:,} bytes, which no checkpoint of PyTorch is: "
            "unpack it first."
        )
    if any(i.file_size > LARGEST_PICKLE for i in entries if i.filename.endswith(".pkl")):
        raise UserError(f"{path} holds more than 32 MiB beside its tensors: {_ADVICE}.")


def _read_legacy(path: Path, head: bytes) -> Any:
    """Read the format before PyTorch 1.6: pickles, one after another."""
    if head[:1] not in (b"\x80", b"(", b"}", b"]", b"c"):
        raise UserError(f"{path} is no checkpoint: give files of torch.save or safetensors.")
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES)
    for part in _pickles(data):
        _refuse_calls(path, part)
    return _load(path, mmap=False)


def _load(path: Path, *, mmap: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old formats; what matters is an error
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)


def _pickles(data: bytes) -> list[bytes]:
    """Cut a file into its first pickles: number, version, system and the object itself."""
    parts, start = [], 0
    for _ in range(4):
        end = _end_of_pickle(data, start)
        parts.append(data[start:end])
        if end is None:
            break
        start = end
    return parts


def _end_of_pickle(data: bytes, start: int) -> int | None:
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        for _opcode, _argument, _position in pickletools.genops(stream):
            pass
    except Exception:  # noqa: BLE001 - a damaged pickle can raise whatever it likes
        return None
    return stream.tell()


def _refuse_calls(path: Path, data: bytes) -> None:
    check_bounds(data, str(path))
    names = foreign_names(data)
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        raise UserError(_wants_to_call(path, f"{names[0][:80]}{more}"))
