"""Runs whose mean logits are known."""

from dataclasses import replace

import numpy as np

from ncviz.counting import Counting
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter
from ncviz.theory.le_sde import ElasticModel, elastic_directions

COUNT = 4  # samples of a class


def euler(model: ElasticModel, steps: int) -> np.ndarray:
    """Return mean logits after each step of the equation, shape (steps + 1, K, K).

    Step m is at t = m + 1, where the model begins.
    """
    K, d = model.classes, elastic_directions(model.classes)
    found = [model.start]
    for m in range(steps):
        X = found[-1]
        alpha = model.alpha * (m + 1.0) ** -model.exponent
        moved = X if model.kind == "I" else np.einsum("kj,kj->k", X, d)[:, None] * d
        own, others = alpha * moved, model.ratio * alpha * (moved.sum(axis=0) - moved)
        found.append(X + (own + others) / K)
    return np.array(found)


def write_run(path, logits, numbers, *, head=True, spread=0.0, **manifest):
    """Record mean logits as a run: features in 5 dimensions more, and a classifier.

    Parameters
    ----------
    logits : mapping of int to array, shape (K, K)
        By the numbers of the snapshots.
    head : bool
        Without a classifier otherwise.
    spread : float
        Of the features within a class.
    """
    K = len(next(iter(logits.values())))
    rng = np.random.default_rng(1)
    W, b = rng.normal(size=(K, K + 5)), rng.normal(size=K)
    labels = np.repeat(np.arange(K), COUNT)
    usual = Manifest(
        title="Known strengths",
        class_names=tuple(f"class {k}" for k in range(K)),
        layers=(RecordedLayer("features", K + 5),),
        train_counts=(COUNT,) * K,
        recorded=tuple(numbers),
        counting=Counting("step"),
    )
    writer = RunWriter(path, replace(usual, **manifest), Probe(labels))
    for number in numbers:
        means = np.linalg.lstsq(W, (logits[number] - b).T, rcond=None)[0].T
        noise = spread * np.tile([[1.0], [-1.0]], (COUNT // 2, 1)) * rng.normal(size=K + 5)
        features = means[labels] + np.tile(noise, (K, 1))
        statistics = class_statistics(features, labels, K)
        layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, features))
        writer.write(Snapshot(number, (layer,), {}, Classifier(W, b) if head else None))
    writer.close("finished")
    return path
