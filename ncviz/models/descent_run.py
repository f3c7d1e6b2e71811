"""A descent as a run, so that it is seen like any network.

It lies here because `ncviz.runs` knows no theory, and `ncviz.theory` no runs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.statistics import class_statistics
from ncviz.language import tr
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import FeatureModelState, UnconstrainedFeatures
from ncviz.wording import written_number

PROBE_PER_CLASS = 60
UNCONSTRAINED = "unconstrained_features"


class Descent(Protocol):
    """What descends: a frozen dataclass, whose fields a run keeps as its recipe."""

    @property
    def classes(self) -> int:
        """K."""

    @property
    def dimension(self) -> int:
        """Of the features."""

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """n_k, K of them."""

    @property
    def learning_rate(self) -> float:
        """Of a step."""

    def labels(self) -> NDArray[np.int64]:
        """Return the class of each feature, shape (N,), one class after another."""


def record_model(
    parameters: UnconstrainedFeatures,
    out: Path,
    steps: Sequence[int],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Let unconstrained features descend and write that as a run; see `record_states`."""
    manifest = model_manifest(parameters, steps, model_title(parameters))
    snapshots = (model_snapshot(parameters, state) for state in simulate(parameters, steps))
    record_states(out, manifest, model_probe(parameters), snapshots, stopped)


def record_states(
    out: Path,
    manifest: Manifest,
    probe: Probe,
    snapshots: Iterable[Snapshot],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Write a descent as a run, which counts steps.

    Parameters
    ----------
    out : Path
        The run's folder; it must not yet hold anything.
    manifest : Manifest
    probe : Probe
    snapshots : iterable of Snapshot
        As it descends.
    stopped : callable
        Asked after each; once it returns True, what was recorded stays.

    Raises
    ------
    UserError
        If the model diverges or the run cannot be written. What was recorded
        before stays, as a run that says why it failed.
    """
    writer = RunWriter(out, manifest, probe)
    recorded = 0
    try:
        for snapshot in snapshots:
            writer.write(snapshot)
            recorded += 1
            if stopped():
                writer.close("stopped")
                return
    except UserError as error:
        if recorded:
            writer.close("failed", str(error))
        else:
            writer.discard()
        raise
    writer.close()


def model_probe(parameters: Descent) -> Probe:
    """Return who is drawn of a model's features; nobody of them has an image."""
    return Probe(parameters.labels()[probe_indices(parameters)])


_NAMED = {
    "lambda_w": "λ_W {}",
    "lambda_h": "λ_H {}",
    "lambda_b": "λ_b {}",
    "smoothing": "smoothing {}",
    "focusing": "focusing {}",
    "target": "target {}",
    "temperature": "τ {}",
    "learning_rate": "rate {}",
    "momentum": "momentum {}",
    "seed": "seed {}",
}


def model_title(parameters: UnconstrainedFeatures) -> str:
    """Return the title of a model's run: what it is, and what is not its default."""
    default = UnconstrainedFeatures()
    parts = [
        tr("Unconstrained features"),
        tr(
            "{classes:class|classes} in {dimension:dimension|dimensions}",
            classes=parameters.classes,
            dimension=parameters.dimension,
        ),
        parameters.loss.replace("_", "-"),
    ]
    most, least = max(parameters.class_sizes), min(parameters.class_sizes)
    if most != least:
        parts.append(tr("{most} to {least} samples a class", most=most, least=least))
    elif most != default.samples:
        parts.append(tr("{most} samples a class", most=most))
    if parameters.classifier != default.classifier:
        parts.append(
            {"simplex_etf": tr("fixed ETF classifier")}.get(
                parameters.classifier, tr("class-mean classifier")
            )
        )
    for on, words in (
        (parameters.bias, "bias"),
        (parameters.spherical, tr("on spheres")),
        (parameters.rectified, tr("ReLU features")),
    ):
        parts += [words] * on
    if parameters.method != default.method:
        parts.append(parameters.method.replace("_", " "))
    parts += [
        words.format(written_number(getattr(parameters, name)))
        for name, words in _NAMED.items()
        if getattr(parameters, name) != getattr(default, name)
    ]
    return " · ".join(parts)


def model_manifest(
    parameters: Descent, steps: Sequence[int], title: str, kind: str = UNCONSTRAINED
) -> Manifest:
    """Return the manifest of a model's run.

    Parameters
    ----------
    parameters : Descent
    steps : sequence of int
        Which are to be recorded, ascending.
    title : str
    kind : str
        What its recipe calls the model.
    """
    classes, dimension = parameters.classes, parameters.dimension
    return Manifest(
        title=title,
        class_names=tuple(tr("class {k}", k=k) for k in range(classes)),
        layers=(RecordedLayer("features", dimension),),
        train_counts=parameters.class_sizes,
        epochs=max(steps),
        recorded=tuple(steps),
        recipe={"model": kind, **asdict(cast(Any, parameters))},
        counting=Counting("step"),
    )


def model_snapshot(parameters: Descent, state: FeatureModelState) -> Snapshot:
    """Return a state as the snapshot of a network with one layer.

    Parameters
    ----------
    parameters : Descent
    state : FeatureModelState
        Of a model with these parameters.
    """
    labels, probe = parameters.labels(), probe_indices(parameters)
    statistics = class_statistics(state.H, labels, parameters.classes)
    predicted = predictions(state.H, state.W, state.b)
    nearest = nearest_class_means(state.H, statistics.means, statistics.present)
    positions = layer_positions(statistics.means, state.H[probe], state.W)
    scalars = {
        "train_loss": state.loss,
        "train_error": float(np.mean(predicted != labels)),
        "nc4_train": nc4(predicted, nearest),
        "learning_rate": parameters.learning_rate,
    }
    return Snapshot(
        state.step,
        (LayerSnapshot({"train": statistics}, positions),),
        scalars,
        Classifier(state.W, state.b),
        predicted[probe],
        nearest[probe],
    )


def probe_indices(parameters: Descent) -> NDArray[np.int64]:
    """Return the first features of each class."""
    sizes = parameters.class_sizes
    starts = np.cumsum((0, *sizes[:-1]))
    return np.concatenate(
        [start + np.arange(min(n, PROBE_PER_CLASS)) for start, n in zip(starts, sizes, strict=True)]
    )
