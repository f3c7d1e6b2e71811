"""Files of arrays, those of ``torch.save`` among them.

Importing this module does not import torch; reading such a file does.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.files import open_arrays
from ncviz.arrays.names import meaning_of
from ncviz.arrays.numpy_files import PICKLED
from ncviz.arrays.stored import MOST_ARRAYS, ArrayFile, HeldArray, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.runs.import_features import import_features

if TYPE_CHECKING:
    from torch import Tensor

TENSOR_SUFFIXES = (".pt", ".pth", ".ckpt", ".bin", ".tar")
_DEEPEST = 4


def open_array_file(path: Path, features: Sequence[str] = (), labels: str = "") -> ArrayFile:
    """Open a file of arrays, as `open_arrays`, or of tensors that ``torch.save`` has written.

    Raises
    ------
    UserError
        If it cannot be read, or holds the weights of a network instead.
    """
    return open_tensors(path) if is_tensor_file(path) else open_arrays(path, features, labels)


def import_array_file(
    path: Path,
    out: Path,
    probe_per_class: int = 200,
    seed: int = 0,
    features: Sequence[str] = (),
    labels: str = "",
) -> tuple[str, ...]:
    """Make a run of a file of arrays or tensors; see `import_features`."""
    file = open_array_file(path, features, labels)
    return import_features(file, out, probe_per_class, seed, features, labels)


def is_tensor_file(path: Path) -> bool:
    """Tell whether a file is one of ``torch.save``, by its name or its content."""
    with told(path, "file of arrays"):
        if path.is_dir():
            return False
        if path.suffix.lower() in TENSOR_SUFFIXES:
            return True
        with open_regular(path) as file:
            if file.read(2) != b"PK":
                return False
        try:
            with zipfile.ZipFile(path) as archive:
                return any(name.endswith("/data.pkl") for name in archive.namelist())
        except zipfile.BadZipFile:
            return False  # whoever opens it says so


def open_tensors(path: Path) -> ArrayFile:
    """Read the tensors of a file of ``torch.save``; nothing in it is run.

    Parameters
    ----------
    path : Path
        Holds a dictionary of tensors, lists or further dictionaries; a pair of
        features and labels; or features alone.

    Raises
    ------
    UserError
        If it cannot be read, or holds the weights of a network.
    """
    from ncviz.recording.checkpoint_file import read_checkpoint

    file = ArrayFile(path, {})
    given = read_checkpoint(path)
    if hasattr(given, "tensors"):  # a data set of tensors
        given = given.tensors
    if isinstance(given, list | tuple):
        given = {f"arr_{number}": value for number, value in enumerate(given)}
    if not isinstance(given, dict):
        given = {"features": given}
    with told(path, "file of tensors"):
        _fill(file, given, "", 0)
    has_labels = any(meaning_of(name).part == "labels" for name in file.arrays)
    if not has_labels and any(name.endswith(".weight") for name in file.arrays):
        raise UserError(
            f"{path} holds the weights of a network and no features: record it with ncviz record, "
            "or save features and labels."
        )
    return file


def _fill(file: ArrayFile, values: dict[Any, Any], prefix: str, depth: int) -> None:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < _DEEPEST:
            _fill(file, value, f"{name}/", depth + 1)
            continue
        array = _array(value)
        if array is None:
            file.left[name] = f"is no tensor, number or text, but {type(value).__name__[:40]}"
        elif array.dtype.kind == "O":
            file.left[name] = PICKLED
        else:
            file.arrays[name] = HeldArray(name, array)
        if len(file.arrays) > MOST_ARRAYS:
            raise UserError(f"{file.path} holds more than {MOST_ARRAYS:,} arrays.")


def _array(value: Any) -> NDArray[Any] | None:
    """Return what stands for an array: a tensor, a list of batches, numbers or words."""
    import torch

    if isinstance(value, torch.Tensor):
        return _numbers(value)
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, list | tuple) and value:
        parts = [_array(part) for part in value] if hasattr(value[0], "shape") else []
        if parts and all(part is not None for part in parts):
            return _joined([part for part in parts if part is not None])
        plain = all(isinstance(part, bool | int | float | str | bytes | list) for part in value)
        if plain:
            try:
                return np.array(value)
            except (ValueError, OverflowError):
                return None
    return np.array(value) if isinstance(value, bool | int | float) else None


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any] | None:
    """Return the batches of a loader as one array."""
    try:
        return np.stack(parts) if parts[0].ndim == 0 else np.concatenate(parts)
    except ValueError:
        return None


def _numbers(tensor: "Tensor") -> NDArray[Any] | None:
    import torch

    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
        return None
    plain = tensor.detach().cpu()
    if plain.dtype == torch.bfloat16:
        plain = plain.float()
    return np.asarray(plain.resolve_conj().resolve_neg().numpy())
