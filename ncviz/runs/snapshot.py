"""One recorded epoch: what a snapshot holds, and its bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.probed_layer import LinearProbe
from ncviz.geometry.projection import class_mean_subspace
from ncviz.geometry.weight_size import WeightSize
from ncviz.runs.same_bytes import safetensors_bytes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STATISTICS = ("counts", "means", "within_variance", "class_fuzziness", "class_variability")
WEIGHTS = "weights"  # of the header: the mark of the weights that were measured
# Positions feed pictures, where half precision is far below a pixel; all that
# metrics are computed from keeps its precision.
_POSITIONS = np.float16


@dataclass(frozen=True, eq=False)
class OtherPositions:
    """Where the drawn samples of another split lie, in the frame of the training means.

    Parameters
    ----------
    probe : array, shape (P, r)
    means : array, shape (K, r), or None
        Class means of that split; None where its classes are not those of the network.
    """

    probe: Floats
    means: Floats | None = None


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
    others : mapping of split name to OtherPositions
    """

    means: Floats
    probe: Floats
    classifier: Floats | None = None
    others: Mapping[str, OtherPositions] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network says of the drawn samples of a split.

    Parameters
    ----------
    predicted, nearest : array of int, shape (P,), or None
        As of `Snapshot`.
    confidence, losses : array, shape (P,), or None
        No losses where the classes are not those of the network.
    """

    predicted: Ints | None = None
    nearest: Ints | None = None
    confidence: Floats | None = None
    losses: Floats | None = None


@dataclass(frozen=True, eq=False)
class NearestMeans:
    """What the nearest class mean of the training samples says of a split, at one layer.

    Parameters
    ----------
    wrong : array of int, shape (K,)
        Samples of each class that are nearer to the mean of another one.
    differs : array of int, shape (K,)
        Samples of each class for which the network decides otherwise.
    """

    wrong: Ints
    differs: Ints


@dataclass(frozen=True, eq=False)
class LayerSnapshot:
    """One layer at one epoch.

    Parameters
    ----------
    statistics : mapping of split name to ClassStatistics
        'train', 'test' where there is one, and the further splits of the manifest.
    positions : Positions
        For the picture.
    nearest : mapping of split name to NearestMeans
        Of the splits with the classes of the network; those that were counted.
    linear : mapping of split name to LinearProbe
        Of layers whose features were at hand all at once.
    weight : WeightSize or None
        Of the weight that leads to the layer.
    """

    statistics: Mapping[str, ClassStatistics]
    positions: Positions
    nearest: Mapping[str, NearestMeans] = field(default_factory=dict)
    linear: Mapping[str, LinearProbe] = field(default_factory=dict)
    weight: WeightSize | None = None


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
    confidence, losses : array, shape (P,), or None
        For each probe sample the softmax probability of the class that the classifier gives, and
        the cross-entropy, in nats.
    others : mapping of split name to Answers
        The same of the drawn samples of other splits.
    weights : str
        A mark of the weights it was measured of, by which to know them again; '' for none.
    """

    epoch: int
    layers: tuple[LayerSnapshot, ...]
    scalars: Mapping[str, float] = field(default_factory=dict)
    classifier: Classifier | None = None
    predicted: Ints | None = None
    nearest: Ints | None = None
    class_errors: Mapping[str, Floats] = field(default_factory=dict)
    confidence: Floats | None = None
    losses: Floats | None = None
    others: Mapping[str, Answers] = field(default_factory=dict)
    weights: str = ""


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
            for name in STATISTICS:
                tensors[f"{number}.{split}.{name}"] = getattr(statistics, name)
            tensors[f"{number}.{split}.rounding"] = np.array([statistics.rounding])
            tensors[f"{number}.{split}.directions"] = np.array([statistics.directions])
            if statistics.sizes is not None:
                tensors[f"{number}.{split}.sizes"] = statistics.sizes
        for split, nearest in layer.nearest.items():
            tensors[f"{number}.{split}.nearest_wrong"] = nearest.wrong
            tensors[f"{number}.{split}.nearest_differs"] = nearest.differs
        for split, probe in layer.linear.items():
            tensors[f"{number}.{split}.stable_rank"] = np.array([probe.stable_rank])
            if probe.wrong is not None:
                tensors[f"{number}.{split}.linear_wrong"] = probe.wrong
            if probe.wrong_of_halves is not None:
                tensors[f"{number}.{split}.linear_wrong_of_halves"] = probe.wrong_of_halves
        if layer.weight is not None:
            tensors[f"{number}.weight_norm"] = np.array([layer.weight.norm])
            if layer.weight.stable_rank is not None:
                tensors[f"{number}.weight_stable_rank"] = np.array([layer.weight.stable_rank])
        _put_positions(tensors, f"{number}.positions", layer.positions)
    if snapshot.classifier is not None:
        tensors["classifier.weight"] = _smallest(snapshot.classifier.weight)
        if snapshot.classifier.bias is not None:
            tensors["classifier.bias"] = _smallest(snapshot.classifier.bias)
    _put_answers(tensors, snapshot, "")
    for split, errors in snapshot.class_errors.items():
        tensors[f"errors.{split}"] = errors
    for split, answers in snapshot.others.items():
        _put_answers(tensors, answers, f".{split}")
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    header = {
        "epoch": str(snapshot.epoch),
        "layers": str(len(snapshot.layers)),
        "scalars": json.dumps({k: float(v) for k, v in snapshot.scalars.items()}),
        **({WEIGHTS: snapshot.weights} if snapshot.weights else {}),
    }
    return safetensors_bytes(contiguous, header)


def _put_answers(tensors: dict[str, NDArray[Any]], answers: Snapshot | Answers, split: str) -> None:
    kinds = {"predicted": np.int32, "nearest": np.int32}
    for name in ("predicted", "nearest", "confidence", "losses"):
        array = getattr(answers, name)
        if array is not None:
            tensors[f"probe.{name}{split}"] = array.astype(kinds.get(name, np.float32))


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

    def put(name: str, points: Floats) -> None:
        tensors[f"{prefix}.{name}"] = np.clip(points / unit, -limit, limit).astype(_POSITIONS)

    put("probe", positions.probe)
    for split, others in positions.others.items():
        put(f"probe.{split}", others.probe)
        if others.means is not None:
            put(f"means.{split}", others.means)
    if positions.classifier is not None:
        tensors[f"{prefix}.classifier"] = positions.classifier.astype(np.float32)
