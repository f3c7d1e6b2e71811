"""Makes a run of arrays of features, from an npz file."""

import lzma
import platform
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ncviz import __version__
from ncviz.errors import UserError, reason
from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.manifest import Layer, Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter

Floats = NDArray[np.floating[Any]]

LARGEST_FILE = 64 * 2**30  # bytes, uncompressed
# What zipfile, its decompressors and NumPy's header parser raise for damaged files.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    ValueError,
)


@dataclass(frozen=True, eq=False)
class Features:
    """Features of labelled samples at some epochs.

    Parameters
    ----------
    layers : mapping of name to array, shape (E, N, d)
        In the order of the network.
    labels : array of int, shape (N,)
        0…K−1.
    class_names : tuple of str
        K of them.
    epochs : tuple of int
        E of them, ascending.
    classifier : array, shape (E, K, d), or None
        Of the last layer.
    bias : array, shape (E, K), or None
    """

    layers: Mapping[str, Floats]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    epochs: tuple[int, ...]
    classifier: Floats | None = None
    bias: Floats | None = None


def import_features(path: Path, out: Path, probe_per_class: int = 200, seed: int = 0) -> None:
    """Make a run of an npz file.

    Parameters
    ----------
    path : Path
        Holds `features`, N×d or E×N×d, or one such array a layer named
        `layer.NAME`, in order; `labels`, N of any whole numbers; optionally
        `classifier`, K×d or E×K×d, with rows in the order of ascending
        labels, `bias`, K or E×K, and `epochs`, E.
    out : Path
        Folder of the new run.
    probe_per_class : int
        Samples of each class that are drawn.
    seed : int
        Of their choice.

    Raises
    ------
    UserError
        If an array is missing, does not fit the others or is not finite.
    """
    features = read_features(path)
    write_features(features, out, path.stem, probe_per_class, seed)


def read_features(path: Path) -> Features:
    """Read and check an npz file of features; see `import_features`."""
    arrays = read_arrays(path)
    layers = _layers(arrays, path)
    epochs = _epochs(arrays, layers, path)
    labels, class_names = _labels(arrays, layers, path)
    width = list(layers.values())[-1].shape[2]
    shape = (len(epochs), len(class_names), width)
    classifier = _by_epoch(arrays, "classifier", shape, path)
    bias = _by_epoch(arrays, "bias", shape[:2], path)
    if bias is not None and classifier is None:
        raise UserError(f"{path} has a bias but no classifier: add the array 'classifier'.")
    return Features(layers, labels, class_names, epochs, classifier, bias)


def write_features(
    features: Features, out: Path, title: str, probe_per_class: int, seed: int
) -> None:
    """Record features as a run; a failure leaves no run behind.

    Raises
    ------
    UserError
        If a feature is not finite or the run cannot be written.
    """
    probe = _choose_probe(features.labels, probe_per_class, seed)
    counts = np.bincount(features.labels, minlength=len(features.class_names))
    manifest = Manifest(
        title=title,
        class_names=features.class_names,
        layers=tuple(Layer(name, array.shape[2]) for name, array in features.layers.items()),
        train_counts=tuple(int(count) for count in counts),
        epochs=features.epochs[-1],
        recorded=features.epochs,
        software={
            "ncviz": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    )
    writer = RunWriter(out, manifest, Probe(features.labels[probe]))
    try:
        for number in range(len(features.epochs)):
            writer.write(_snapshot(features, number, probe))
        writer.close()
    except UserError:
        writer.discard()
        raise


def _snapshot(features: Features, number: int, probe: NDArray[np.int64]) -> Snapshot:
    weight = None if features.classifier is None else features.classifier[number].astype(float)
    bias = None if features.bias is None else features.bias[number].astype(float)
    arrays = [array[number] for array in features.layers.values()]
    classes = len(features.class_names)
    layers = []
    for index, array in enumerate(arrays):
        statistics = class_statistics(array, features.labels, classes)
        rows = weight if index == len(arrays) - 1 else None
        positions = layer_positions(statistics.means, array[probe].astype(np.float64), rows)
        layers.append(LayerSnapshot({"train": statistics}, positions))
    scalars, predicted = {}, None
    last = layers[-1].statistics["train"]
    nearest = nearest_class_means(arrays[-1].astype(np.float64), last.means, last.present)
    if weight is not None:
        predicted = predictions(arrays[-1].astype(np.float64), weight, bias)
        scalars = {
            "train_error": float((predicted != features.labels).mean()),
            "nc4_train": nc4(predicted, nearest),
        }
    return Snapshot(
        features.epochs[number],
        tuple(layers),
        scalars,
        None if weight is None else Classifier(weight, bias),
        None if predicted is None else predicted[probe],
        nearest[probe],
    )


def _choose_probe(labels: NDArray[np.int64], per_class: int, seed: int) -> NDArray[np.int64]:
    order = np.random.default_rng(seed).permutation(len(labels))
    chosen = [order[labels[order] == k][:per_class] for k in range(int(labels.max()) + 1)]
    return np.sort(np.concatenate(chosen))


# Reading


def read_arrays(
    path: Path, is_wanted: Callable[[str], bool] | None = None
) -> dict[str, NDArray[Any]]:
    """Read the arrays of an npz file, none of which may need pickle.

    Parameters
    ----------
    path : Path
    is_wanted : callable, optional
        Told the name of an array, whether to read it; those of
        `import_features` by default.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, or would unpack to more than 64 GiB.
    """
    is_wanted = is_wanted or _is_known
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_FILE:
                raise UserError(f"{path} would unpack to more than 64 GiB: split it.")
            arrays = {}
            for item in archive.infolist():
                name = item.filename.removesuffix(".npy")
                if is_wanted(name):
                    with archive.open(item) as file:
                        arrays[name] = _read_array(file, item.file_size)
            return arrays
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except _DAMAGED as error:
        raise UserError(
            f"{path} is not a whole npz file of plain arrays: {reason(error)}."
        ) from error
    except MemoryError as error:
        raise UserError(f"{path} does not fit into the memory: split it.") from error


def _read_array(file: Any, size: int) -> NDArray[Any]:
    """Read an array whose header claims no more than the file holds."""
    version = npy.read_magic(file)
    read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read_header(file)
    count = int(np.prod(shape, dtype=object))
    if dtype.hasobject or count * dtype.itemsize > size:
        raise ValueError("an array holds objects or claims more than is there")
    data = np.frombuffer(file.read(count * dtype.itemsize), dtype=dtype)
    return data.reshape(shape, order="F" if fortran else "C")


def _is_known(name: str) -> bool:
    return name in ("features", "labels", "classifier", "bias", "epochs") or (
        name.startswith("layer.") and len(name) > len("layer.")
    )


def _layers(arrays: Mapping[str, NDArray[Any]], path: Path) -> dict[str, Floats]:
    found = {name[6:]: array for name, array in arrays.items() if name.startswith("layer.")}
    if "features" in arrays:
        if found:
            raise UserError(f"{path} has both 'features' and 'layer.…' arrays: keep one kind.")
        found = {"features": arrays["features"]}
    if not found:
        raise UserError(f"{path} has no array 'features' and none named 'layer.NAME'.")
    for name, array in found.items():
        if array.ndim not in (2, 3) or array.dtype.kind not in "fiu" or 0 in array.shape:
            raise UserError(
                f"{path}: the array of {name!r} is {array.dtype} of shape {array.shape}: "
                "give N×d or E×N×d real numbers."
            )
    floats = {
        name: (array if array.dtype.kind == "f" else array.astype(np.float64))
        for name, array in found.items()
    }
    stacked = {name: a if a.ndim == 3 else a[None] for name, a in floats.items()}
    sizes = {array.shape[:2] for array in stacked.values()}
    if len(sizes) > 1:
        raise UserError(f"{path}: its layers differ in epochs or samples: {sorted(sizes)}.")
    return stacked


def _epochs(
    arrays: Mapping[str, NDArray[Any]], layers: Mapping[str, Floats], path: Path
) -> tuple[int, ...]:
    count = next(iter(layers.values())).shape[0]
    if "epochs" not in arrays:
        return tuple(range(count))
    given = _whole_numbers(arrays["epochs"], "epochs", path)
    if len(given) != count or (np.diff(given) <= 0).any() or given[0] < 0:
        raise UserError(f"{path}: 'epochs' must hold {count} ascending numbers from 0.")
    if given[-1] > 999_999:
        raise UserError(f"{path}: epoch {given[-1]} is beyond 999999, the last one of a run.")
    return tuple(int(epoch) for epoch in given)


def _labels(
    arrays: Mapping[str, NDArray[Any]], layers: Mapping[str, Floats], path: Path
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    samples = next(iter(layers.values())).shape[1]
    if "labels" not in arrays:
        raise UserError(f"{path} has no array 'labels': add one label a sample.")
    given = _whole_numbers(arrays["labels"], "labels", path)
    if len(given) != samples:
        raise UserError(f"{path} has {samples} samples but {len(given)} labels.")
    values, labels = np.unique(given, return_inverse=True)
    if len(values) < 2:
        raise UserError(f"{path} has one class only: features of at least two are needed.")
    return labels.astype(np.int64), tuple(str(value) for value in values)


def _whole_numbers(array: NDArray[Any], name: str, path: Path) -> NDArray[np.int64]:
    # Beyond 2⁵³ not every whole number is a float, and far beyond, none an int64.
    whole = array.dtype.kind in "iuf" and bool(
        ((np.abs(array) <= 2.0**53) & (array == np.round(array))).all()
    )
    if array.ndim != 1 or not whole or not len(array):
        raise UserError(f"{path}: {name!r} must be a list of whole numbers.")
    return array.astype(np.int64)


def _by_epoch(
    arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...], path: Path
) -> Floats | None:
    if name not in arrays:
        return None
    array = arrays[name]
    if array.shape == shape[1:]:
        array = np.broadcast_to(array, shape)
    if array.shape != shape or array.dtype.kind not in "fiu":
        wanted = "×".join(str(n) for n in shape[1:])
        raise UserError(
            f"{path}: {name!r} has shape {array.shape}: give {wanted}, or one such an epoch."
        )
    if not np.isfinite(array).all():
        raise UserError(f"{path}: {name!r} holds NaN or infinite values.")
    return array
