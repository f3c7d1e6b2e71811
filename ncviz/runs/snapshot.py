"""One recorded epoch: what a snapshot holds, and its bytes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from ncviz.errors import UserError, reason
from ncviz.geometry.projection import class_mean_subspace
from ncviz.geometry.rounding import are_points
from ncviz.geometry.statistics import ClassStatistics
from ncviz.runs.stored_arrays import DamagedArraysError, StoredArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Number = TypeVar("_Number", np.float64, np.int64)

_STATISTICS = ("counts", "means", "within_variance", "class_fuzziness", "class_variability")
# Positions feed pictures, where half precision is far below a pixel; all that
# metrics are computed from keeps its precision.
_POSITIONS = np.float16
_LARGEST = 1e100  # of numbers of features: sums of their squares are numbers, too


@dataclass(frozen=True, eq=False)
class Positions:
    """Where things lie in the class-mean subspace of one layer.

    Parameters
    ----------
    means : array, shape (K, r)
        Class means of the training split.
    probe : array, shape (P, r)
        The probe samples.
    classifier : array, shape (K, r), or None
        Rows of the classifier as directions; on the last layer alone.
    """

    means: Floats
    probe: Floats
    classifier: Floats | None = None


@dataclass(frozen=True, eq=False)
class LayerSnapshot:
    """One layer at one epoch.

    Parameters
    ----------
    statistics : mapping of split name to ClassStatistics
        'train', and 'test' where there is one.
    positions : Positions
        For the picture.
    """

    statistics: Mapping[str, ClassStatistics]
    positions: Positions


@dataclass(frozen=True, eq=False)
class Classifier:
    """The last linear layer.

    Parameters
    ----------
    weight : array, shape (K, d)
    bias : array, shape (K,), or None
    """

    weight: Floats
    bias: Floats | None = None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything recorded of one epoch.

    Parameters
    ----------
    epoch : int
        0 is before training.
    layers : tuple of LayerSnapshot
        In the order of the run's manifest, the raw input first.
    scalars : mapping of name to float
        `train_loss`, `train_error` (share of mistakes), `test_loss`,
        `test_error`, `nc4_train`, `nc4_test`, `learning_rate`; those that apply.
    classifier : Classifier or None
    predicted, nearest : array of int, shape (P,), or None
        For each probe sample the class that the classifier and the nearest
        class mean of the last layer give.
    class_errors : mapping of split name to array, shape (K,)
        Share of mistakes in each class; NaN for one without samples.
    """

    epoch: int
    layers: tuple[LayerSnapshot, ...]
    scalars: Mapping[str, float] = field(default_factory=dict)
    classifier: Classifier | None = None
    predicted: Ints | None = None
    nearest: Ints | None = None
    class_errors: Mapping[str, Floats] = field(default_factory=dict)


def layer_positions(
    means: Floats, probe_features: Floats, classifier: Floats | None = None
) -> Positions:
    """Reduce a layer to coordinates in the span of its centred class means.

    Parameters
    ----------
    means : array, shape (K, d)
    probe_features : array, shape (P, d)
    classifier : array, shape (K, d), or None

    Returns
    -------
    Positions
        From which the picture of any choice of classes can be made.
    """
    subspace = class_mean_subspace(means)
    return Positions(
        subspace.coordinates(means),
        subspace.coordinates(probe_features),
        None if classifier is None else subspace.directions(classifier),
    )


def to_bytes(snapshot: Snapshot) -> bytes:
    """Serialise a snapshot in the safetensors format of docs/run-format.md."""
    tensors: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(snapshot.layers):
        for split, statistics in layer.statistics.items():
            for name in _STATISTICS:
                tensors[f"{number}.{split}.{name}"] = getattr(statistics, name)
            tensors[f"{number}.{split}.rounding"] = np.array([statistics.rounding])
            tensors[f"{number}.{split}.directions"] = np.array([statistics.directions])
            if statistics.sizes is not None:
                tensors[f"{number}.{split}.sizes"] = statistics.sizes
        _put_positions(tensors, f"{number}.positions", layer.positions)
    if snapshot.classifier is not None:
        tensors["classifier.weight"] = _smallest(snapshot.classifier.weight)
        if snapshot.classifier.bias is not None:
            tensors["classifier.bias"] = _smallest(snapshot.classifier.bias)
    for name in ("predicted", "nearest"):
        array = getattr(snapshot, name)
        if array is not None:
            tensors[f"probe.{name}"] = array.astype(np.int32)
    for split, errors in snapshot.class_errors.items():
        tensors[f"errors.{split}"] = errors
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    header = {
        "epoch": str(snapshot.epoch),
        "layers": str(len(snapshot.layers)),
        "scalars": json.dumps({k: float(v) for k, v in snapshot.scalars.items()}),
    }
    return safetensors.numpy.save(contiguous, metadata=header)


def _smallest(array: Floats) -> NDArray[Any]:
    """Return numbers in single precision where that loses nothing, as a network's weights."""
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    return single if np.array_equal(single, array) else array


def _put_positions(tensors: dict[str, NDArray[Any]], prefix: str, positions: Positions) -> None:
    # One unit for all three, so that half precision neither overflows nor vanishes.
    unit = float(np.sqrt(np.mean(positions.means**2))) if positions.means.size else 0.0
    unit = unit if unit > 0 else 1.0
    tensors[f"{prefix}.unit"] = np.array([unit])
    tensors[f"{prefix}.means"] = positions.means.astype(np.float32)
    limit = float(np.finfo(_POSITIONS).max)
    tensors[f"{prefix}.probe"] = np.clip(positions.probe / unit, -limit, limit).astype(_POSITIONS)
    if positions.classifier is not None:
        tensors[f"{prefix}.classifier"] = positions.classifier.astype(np.float32)


class StoredSnapshot:
    """A snapshot's file, read tensor by tensor as it is asked for.

    Parameters
    ----------
    arrays : StoredArrays
    where : str
        Names the file in error messages.
    classes, samples : int
        K and P of the run, which its arrays must fit.

    Raises
    ------
    UserError
        If the file is safetensors but no snapshot.
    """

    def __init__(self, arrays: StoredArrays, where: str, classes: int, samples: int) -> None:
        self._arrays = arrays
        self._where = where
        self._classes = classes
        self._samples = samples
        metadata = arrays.metadata
        try:
            self.epoch = int(metadata["epoch"])
            self._layers = int(metadata["layers"])
            scalars = json.loads(metadata["scalars"])
            self.scalars = {str(k): float(v) for k, v in scalars.items()}
        except (KeyError, ValueError, AttributeError, TypeError, OverflowError) as error:
            raise UserError(f"{where} is not a snapshot of an ncviz run.") from error

    def counts(self, layer: int, split: str) -> Ints | None:
        """Return how many samples of each class were measured; None if none were."""
        return self._if_there(self._whole_numbers, f"{layer}.{split}.counts", self._classes)

    def statistics(self, layer: int, split: str) -> ClassStatistics | None:
        """Return a layer's class statistics on a split; None if it was not recorded."""
        prefix, classes = f"{layer}.{split}", self._classes
        counts = self.counts(layer, split)
        if counts is None:
            return None
        means = self._floats(f"{prefix}.means", classes, None)
        variance = self._floats(f"{prefix}.within_variance", classes)
        if not counts.any() or (variance < 0).any():
            raise self._misfit(prefix)
        # Infinite or NaN where the class means coincide.
        fuzziness, variability = (
            self._floats(f"{prefix}.{name}", classes, finite=False) for name in _STATISTICS[3:]
        )
        # Runs that were recorded before this was told apart hold what the sums left.
        points = are_points(means, variance) & np.isfinite(fuzziness) & np.isfinite(variability)
        variance, fuzziness, variability = (
            np.where(points, 0.0, values) for values in (variance, fuzziness, variability)
        )
        rounding = self._if_there(self._floats, f"{prefix}.rounding", 1)
        directions = self._if_there(self._whole_numbers, f"{prefix}.directions", 1)
        return ClassStatistics(
            counts,
            means,
            variance,
            fuzziness,
            variability,
            0.0 if rounding is None else float(rounding[0]),
            0 if directions is None else int(directions[0]),
            self._if_there(self._whole_numbers, f"{prefix}.sizes", classes),
        )

    def positions(self, layer: int) -> Positions:
        """Return the positions of a layer's means, probe samples and classifier."""
        prefix = f"{layer}.positions"
        unit = float(self._floats(f"{prefix}.unit", 1)[0])
        if not 0 < unit <= float(np.finfo(np.float32).max):
            raise self._misfit(f"{prefix}.unit")
        means = self._floats(f"{prefix}.means", self._classes, None)
        rank = means.shape[1]
        return Positions(
            means,
            self._floats(f"{prefix}.probe", self._samples, rank) * unit,
            self._if_there(self._floats, f"{prefix}.classifier", self._classes, rank),
        )

    def classifier(self) -> Classifier | None:
        """Return the last linear layer, None if it was not recorded."""
        weight = self._if_there(self._floats, "classifier.weight", self._classes, None)
        if weight is None:
            return None
        return Classifier(weight, self._if_there(self._floats, "classifier.bias", self._classes))

    def class_errors(self, split: str) -> Floats | None:
        """Return the share of mistakes in each class, NaN without samples; None if not recorded."""
        key = f"errors.{split}"
        if key not in self._arrays:
            return None
        found = self._floats(key, self._classes, finite=False)
        if ((found < 0) | (found > 1)).any():
            raise self._misfit(key)
        return found

    def probe(self, name: str) -> Ints | None:
        """Return 'predicted' or 'nearest' of the probe samples, None if not recorded."""
        key = f"probe.{name}"
        found = self._if_there(self._whole_numbers, key, self._samples)
        if found is not None and (found >= self._classes).any():
            raise self._misfit(key)
        return found

    def load(self) -> Snapshot:
        """Return the whole snapshot."""
        layers = []
        for number in range(self._layers):
            found = {split: self.statistics(number, split) for split in ("train", "test")}
            statistics = {split: value for split, value in found.items() if value is not None}
            layers.append(LayerSnapshot(statistics, self.positions(number)))
        return Snapshot(
            self.epoch,
            tuple(layers),
            self.scalars,
            self.classifier(),
            self.probe("predicted"),
            self.probe("nearest"),
            {s: e for s in ("train", "test") if (e := self.class_errors(s)) is not None},
        )

    def _if_there(
        self, read: Callable[..., NDArray[_Number]], name: str, *shape: int | None
    ) -> NDArray[_Number] | None:
        """Read an array; None if the file has none of this name, as those of older versions."""
        return read(name, *shape) if name in self._arrays else None

    def _floats(self, name: str, *shape: int | None, finite: bool = True) -> Floats:
        with np.errstate(invalid="ignore"):  # a damaged file can hold NaN that signals
            array = self._read(name, "f", shape).astype(np.float64)
            fits = not finite or bool((np.abs(array) < _LARGEST).all())
        if not fits:
            raise self._misfit(name)
        return array

    def _whole_numbers(self, name: str, *shape: int | None) -> Ints:
        array = self._read(name, "iu", shape).astype(np.int64)
        if (array < 0).any():
            raise self._misfit(name)
        return array

    def _read(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """Read an array of some kinds of numbers; None stands for any length."""
        if name not in self._arrays:
            raise UserError(f"{self._where} lacks the array {name}: the file is not whole.")
        kind, found = self._arrays.kind(name)
        fits = len(shape) == len(found) and all(
            wanted in (None, length) for wanted, length in zip(shape, found, strict=True)
        )
        if kind not in kinds or not fits:
            raise self._misfit(name)
        try:
            return self._arrays.read(name)
        except (OSError, DamagedArraysError) as error:
            raise UserError(f"{self._where} cannot be read any more: {reason(error)}.") from error
        except MemoryError as error:
            raise self._misfit(name) from error

    def _misfit(self, name: str) -> UserError:
        return UserError(f"{self._where} is damaged: {name} does not fit the run.")
