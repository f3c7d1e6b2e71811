"""Runs of which given facts are so: a small factory for sentences about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter

TRAINED = {"dataset": "synthetic", "activation": "relu"}


@dataclass(frozen=True)
class Told:
    """What is to be so in every layer of a run, epoch by epoch.

    `spread` is the standard deviation of a class along an axis, in gaps between two corners of
    the simplex ETF; one number, or one a class. `shape` is 'etf', 'long' (one mean ten times as
    far out as the others) or 'point'. `errors` holds one value an epoch of each scalar, `cosine`
    is that of all pairs of minority classifiers; those of `same` have one row; `shared` is the
    length of a vector added to all rows; `turned` gives each row to the next class.
    """

    counts: Sequence[int] = (30, 30, 30, 30)
    width: int = 16
    layers: Sequence[str] = ("features",)
    epochs: Sequence[int] = (3, 6, 9)
    spread: float | Sequence[float] = 0.02
    shape: str = "etf"
    dual: bool | None = True
    cosine: float | None = None
    same: Sequence[int] = ()
    shared: float = 0.0
    turned: bool = False
    errors: Mapping[str, Sequence[float]] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    names: Sequence[str] = ()
    state: str = "finished"
    message: str = ""
    split: str = "train"
    shrink: float = 1.0  # of the spread, from layer to layer
    twins: tuple[int, int] | None = None  # two classes about one mean

    def but(self, **changes: Any) -> "Told":
        return replace(self, **changes)

    def write(self, path: Path) -> Path:
        """Write the run and return its folder."""
        rng, classes = np.random.default_rng(0), len(self.counts)
        labels = np.repeat(np.arange(classes), self.counts)
        means = self._means(rng)
        names = self.names or tuple(f"class {k}" for k in range(classes))
        manifest = Manifest(
            title="Told",
            class_names=tuple(names),
            layers=tuple(RecordedLayer(name, self.width) for name in self.layers),
            train_counts=tuple(self.counts),
            epochs=self.epochs[-1],
            recorded=tuple(self.epochs),
            recipe=self.recipe,
        )
        writer = RunWriter(path, manifest, Probe(labels))
        for number, epoch in enumerate(self.epochs):
            writer.write(self._snapshot(rng, number, epoch, labels, means))
        writer.close(self.state, self.message)
        return path

    def _means(self, rng: np.random.Generator) -> np.ndarray:
        classes = len(self.counts)
        corners = simplex_etf(classes)
        if self.shape == "point":
            corners = np.zeros_like(corners)
        elif self.shape == "long":
            corners = corners.copy()
            corners[0] *= 10
        if self.twins is not None:
            corners = corners.copy()
            corners[self.twins[1]] = corners[self.twins[0]]
        if self.width >= classes:
            frame = np.linalg.qr(rng.normal(size=(self.width, self.width)))[0][:classes]
        else:
            frame = rng.normal(size=(classes, self.width)) / np.sqrt(classes)
        return np.asarray(corners @ frame)

    def _snapshot(
        self,
        rng: np.random.Generator,
        number: int,
        epoch: int,
        labels: np.ndarray,
        means: np.ndarray,
    ) -> Snapshot:
        classes = len(self.counts)
        gap = np.sqrt(2 * classes / (classes - 1))
        wide = np.broadcast_to(np.asarray(self.spread, dtype=float), (classes,))[labels] * gap
        rows = self._rows(rng, means)
        found = []
        for layer in range(len(self.layers)):
            scatter = rng.normal(size=(len(labels), self.width)) * wide[:, None]
            features = means[labels] + scatter * self.shrink**layer
            statistics = class_statistics(features, labels, classes)
            last = layer == len(self.layers) - 1
            positions = layer_positions(statistics.means, features, rows if last else None)
            found.append(LayerSnapshot({self.split: statistics}, positions))
        scalars = {name: float(values[number]) for name, values in self.errors.items()}
        classifier = None
        if rows is not None:
            classifier = Classifier(rows, np.zeros(classes))
            nearest = nearest_class_means(features, statistics.means)
            scalars["nc4_train"] = nc4(predictions(features, rows, np.zeros(classes)), nearest)
        return Snapshot(epoch, tuple(found), scalars, classifier, None, None)

    def _rows(self, rng: np.random.Generator, means: np.ndarray) -> np.ndarray | None:
        if self.dual is None:
            return None
        rows = means - means.mean(axis=0) if self.dual else rng.normal(size=means.shape)
        if self.cosine is not None:
            few = np.flatnonzero(np.asarray(self.counts) <= max(self.counts) / 1.5)
            # A common direction and own ones, at right angles to each other.
            frame = np.linalg.qr(rng.normal(size=(self.width, self.width)))[0]
            own = np.sqrt(1 - self.cosine) * frame[1 : 1 + len(few)]
            rows = rows.copy()
            rows[few] = np.sqrt(self.cosine) * frame[0] + own
        if len(self.same) > 0:
            rows = rows.copy()
            rows[list(self.same)] = rows[self.same[0]]
        return np.roll(np.asarray(rows), 1 if self.turned else 0, axis=0) + self.shared * (
            np.ones(self.width) / np.sqrt(self.width)
        )
