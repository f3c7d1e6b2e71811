"""Files of arrays, those of ``torch.save`` and pickles among them; nothing in them is run.

Importing this module does not import torch; reading such a file does.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.files import open_arrays
from ncviz.arrays.holding import hold
from ncviz.arrays.label_sets import filled_up
from ncviz.arrays.stored import (
    MOST_ARRAYS,
    ArrayFile,
    HeldArray,
    StoredArray,
    check_unpacked,
    plain_array,
    told,
)
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles import Inert, read_pickle
from ncviz.runs.import_features import import_features

if TYPE_CHECKING:
    from torch import Tensor

    from ncviz.recording.stored_tensors import StoredTensor

PICKLE_SUFFIXES = (".pkl", ".pickle", ".p")
_DEEPEST = 4
_WORDS = (bool, int, float, str)


def import_array_file(
    path: Path,
    out: Path,
    probe_per_class: int = 200,
    seed: int = 0,
    features: Sequence[str] = (),
    labels: str = "",
    columns: Path | None = None,
) -> tuple[str, ...]:
    """Make a run of a file of arrays or tensors; see `import_features`."""
    file = open_arrays(path, features, labels)
    return import_features(file, out, probe_per_class, seed, features, labels, columns)


def open_tensors(path: Path) -> ArrayFile:
    """Open a file of ``torch.save``, or a pickle of arrays.

    Parameters
    ----------
    path : Path
        Holds a dictionary of tensors or arrays, of lists of them or further
        dictionaries; a pair of features and labels; a list of such pairs, or of
        dictionaries, one a batch or sample; or features alone.

    Raises
    ------
    UserError
        If it cannot be read, or holds the weights of a network.
    """
    from ncviz.recording.checkpoint_file import read_checkpoint

    file = ArrayFile(path, {})
    if path.suffix.lower() in PICKLE_SUFFIXES:
        with told(path, tr("pickle of arrays")), open_regular(path) as stream:
            if said := hold(path.name, path.stat().st_size, tr("save its arrays as npy")):
                file.notes.append(said)
            given = read_pickle(stream, str(path))
    else:
        given = read_checkpoint(path)
    if isinstance(given, Inert) and isinstance(given.state, dict) and "tensors" in given.state:
        given = given.state["tensors"]  # a TensorDataset
    elif isinstance(given, Inert) and given.kind.endswith(".Bunch") and given.entries:
        given = given.entries  # what scikit-learn calls a dictionary
    if (columns := _columns(given)) is not None:
        file.notes.append(
            tr("a list of {count:,} batches or samples: joined part by part", count=len(given))
        )
        given = columns
    if isinstance(given, list | tuple):
        given = {f"arr_{number}": value for number, value in enumerate(given[:MOST_ARRAYS])}
    if not isinstance(given, dict):
        given = {"features": given}
    with told(path, tr("file of tensors")):
        _fill(file, given, "", 0)
        check_unpacked(path, sum(array.nbytes for array in file.arrays.values()))
    has_labels = any(meaning_of(name).part == "labels" for name in file.arrays)
    if not has_labels and any(name.endswith(".weight") for name in file.arrays):
        raise UserError(
            tr(
                "{path} holds the weights of a network and no features: record it with ncviz "
                "record, or save features and labels.",
                path=path,
            )
        )
    return file


class TensorArray(StoredArray):
    """A tensor that is read from its file when it is asked for."""

    def __init__(self, name: str, tensor: "Tensor | StoredTensor", path: Path) -> None:
        import torch

        self._path = path
        own = tensor.dtype
        # Floats that NumPy does not have: those of 8 bits, and bfloat16.
        self._own = str(own).removeprefix("torch.") if _is_foreign_float(own) else ""
        plain = torch.float32 if self._own else own
        super().__init__(name, tensor.shape, torch.empty(0, dtype=plain).numpy().dtype)
        self._tensor = tensor
        self.is_in_parts = False

    @property
    def words(self) -> str:
        """Return its shape and type."""
        words = super().words
        return words.replace("float32", self._own) if self._own else words

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many rows of the first axis at once, in order."""
        whole = self.read()
        for start in range(0, len(whole), rows):
            yield whole[start : start + rows]

    def read(self) -> NDArray[Any]:
        """Return all of it."""
        from ncviz.recording.stored_tensors import load_tensor

        with told(self._path, tr("file of tensors")):
            tensor = load_tensor(self._tensor).detach().cpu()
        array = (tensor.float() if self._own else tensor).numpy()
        array = array.view()
        array.flags.writeable = False  # the tensor may be read again
        return array


def _is_foreign_float(kind: Any) -> bool:
    import torch

    known = torch.float16, torch.float32, torch.float64
    return bool(kind.is_floating_point) and kind not in known


def _fill(file: ArrayFile, values: dict[Any, Any], prefix: str, depth: int) -> None:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < _DEEPEST:
            _fill(file, value, f"{name}/", depth + 1)
            continue
        array = _array(name, value, file.path)
        if array is None and depth < _DEEPEST and (columns := _columns(value)) is not None:
            _fill(file, columns, f"{name}/", depth + 1)
            continue
        if array is None:
            named = "list" if isinstance(value, list) else type(value).__name__
            kind = value.kind if isinstance(value, Inert) else named
            file.left[name] = tr(
                "is no tensor and no list of numbers or words, but {kind}", kind=kind[:60]
            )
        else:
            file.arrays[name] = array
        if len(file.arrays) + len(file.left) > MOST_ARRAYS:
            raise UserError(
                tr(
                    "{path} holds more than {most_arrays:,} arrays.",
                    path=file.path,
                    most_arrays=MOST_ARRAYS,
                )
            )


def _columns(rows: Any) -> dict[str, list[Any]] | None:
    """Return what a list holds of samples or batches as a loader yields them, part by part.

    Parameters
    ----------
    rows : object
        A list of (features, labels), or of dictionaries with the same names; None is returned
        for all else, such as a pair of lists of batches.
    """
    if not isinstance(rows, list) or not rows:  # a tuple of pairs may be two splits
        return None
    first = rows[0]
    if isinstance(first, dict):
        if not all(isinstance(row, dict) and row.keys() == first.keys() for row in rows):
            return None
        parts = {key: meaning_of(str(key)).part for key in first}
        labels = [key for key, part in parts.items() if part == "labels"][:1]
        samples = [key for key, part in parts.items() if part in ("features", "images")][:1]
        own = [_axes(first[key]) for key in labels] == [0]
        join = _Rows if own or (samples and _have_lists(rows, *samples, *labels)) else list
        return {str(key): join(row[key] for row in rows) for key in first}
    axes = [_axes(part) for part in first] if isinstance(first, list | tuple) else []
    if not all(isinstance(row, list | tuple) and len(row) == len(axes) for row in rows):
        return None
    if len(axes) == 2 and axes[1] == 1 and axes[0] and _have_lists(rows, 0, 1):
        return {"features": _Rows(row[0] for row in rows), "labels": _Rows(row[1] for row in rows)}
    if len(set(axes)) < 2:
        return None
    names = [f"part_{k}" for k in range(len(axes))]
    label = 1 if 1 in axes and max(axes) > 1 else min(axes)  # a batch may have its number, too
    names[axes.index(max(axes))], names[axes.index(label)] = "features", "labels"
    join = list if label else _Rows
    return {name: join(row[k] for row in rows) for k, name in enumerate(names)}


def _have_lists(rows: list[Any], samples: Any, labels: Any = None) -> bool:
    """Tell whether each row is a sample with a list of labels, of which some have several.

    A batch has a label for each of its samples.
    """
    if labels is None or any(_axes(row[labels]) != 1 for row in rows):
        return False
    lengths = [_length(row[labels]) for row in rows]
    if len(set(lengths)) < 2 or any(_axes(row[samples]) == 0 for row in rows):
        return False
    return any(_length(row[samples]) != own for row, own in zip(rows, lengths, strict=True))


def _length(value: Any) -> int:
    """Return how many rows a tensor or a list has."""
    from ncviz.recording.stored_tensors import as_tensor, is_tensor

    tensor = as_tensor(value)
    return int(tensor.shape[0]) if is_tensor(tensor) else len(value)


class _Rows(list[Any]):
    """Parts of one sample each, which become rows; those of batches are joined."""


def _axes(value: Any, depth: int = 0) -> int:
    """Return how many axes a part of a row has: a batch of features has more than its labels."""
    from ncviz.recording.stored_tensors import as_tensor, is_tensor

    tensor = as_tensor(value)
    if is_tensor(tensor):
        return len(tensor.shape)
    if not isinstance(value, list | tuple) or not value or depth > _DEEPEST:
        return 0
    return 1 + _axes(value[0], depth + 1)


def _array(name: str, value: Any, path: Path) -> StoredArray | None:
    """Return what stands for an array: a tensor, a list of batches, numbers or words."""
    from ncviz.recording.stored_tensors import as_tensor, is_strange, is_tensor

    tensor = as_tensor(value)
    is_of_labels = meaning_of(name).part == "labels" or name == "arr_1"  # of a pair
    if is_tensor(tensor):
        return None if is_strange(tensor) else TensorArray(name, tensor, path)
    if isinstance(value, Inert):
        letters = _letters(value)
        return None if letters is None else HeldArray(name, letters)
    if isinstance(value, list | tuple) and value:
        tensors = [as_tensor(part) for part in value]
        if all(is_tensor(part) and not is_strange(part) for part in tensors):
            own = [TensorArray(name, part, path) for part in tensors]
            hold(name, 2 * sum(part.nbytes for part in own), tr("save it as npy"))
            read = [part.read() for part in own]
            if is_of_labels and isinstance(value, _Rows) and (rows := filled_up(read)) is not read:
                return HeldArray(name, rows)
            joined = _joined(read, stack=isinstance(value, _Rows))
            return None if joined is None else HeldArray(name, joined)
    if isinstance(value, _WORDS) or _are_plain(value):
        array = plain_array(filled_up(value) if is_of_labels else value)
        return None if array is None else HeldArray(name, array)
    return None


def _are_plain(value: Any, depth: int = 0) -> bool:
    if not isinstance(value, list | tuple) or depth > _DEEPEST:
        return False
    return all(isinstance(part, _WORDS) or _are_plain(part, depth + 1) for part in value)


def _joined(parts: list[NDArray[Any]], *, stack: bool) -> NDArray[Any] | None:
    """Return the batches of a loader, or its samples, as one array."""
    try:
        return np.stack(parts) if stack or parts[0].ndim == 0 else np.concatenate(parts)
    except ValueError:
        return None


def _letters(value: Inert) -> NDArray[Any] | None:
    """Return an array of text that a pickle describes."""
    if not value.kind.endswith("._reconstruct") or not isinstance(value.state, tuple):
        return None
    if len(value.state) != 5 or not isinstance(value.state[2], Inert):
        return None
    _, shape, kind, fortran, data = value.state
    text = kind.arguments[0] if kind.arguments else ""
    if not isinstance(data, bytes) or not isinstance(text, str) or text[:1] not in ("U", "S"):
        return None
    array = np.frombuffer(data, np.dtype(text[:9]))
    return array.reshape(shape, order="F" if fortran else "C")
