"""Runs whose last features have too few dimensions for a simplex ETF."""

import numpy as np

from ncviz.geometry.statistics import class_statistics
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter

EACH = 6  # samples of a class
LENGTH = 10.0  # of the features


def write(path, directions, length=LENGTH, spread=0.01, epochs=(0, 4), state="finished"):
    """Write a run of one layer whose features lie about the directions of its classifier."""
    rng, (classes, width) = np.random.default_rng(0), directions.shape
    labels = np.repeat(np.arange(classes), EACH)
    layers = (RecordedLayer("input", 12), RecordedLayer("features", width))
    names = tuple(f"class {k}" for k in range(classes))
    counts = (EACH,) * classes
    manifest = Manifest("Own", names, layers, counts, epochs=epochs[-1], recorded=epochs)
    writer, features = RunWriter(path, manifest, Probe(labels)), {}
    for epoch in epochs:
        wide = spread * (1 if epoch else 80)
        points = directions[labels] + wide * rng.normal(size=(len(labels), width))
        if length is not None:
            points *= length / np.linalg.norm(points, axis=1, keepdims=True)
        features[epoch] = points
        found = []
        for given, rows in ((rng.normal(size=(len(labels), 12)), None), (points, directions)):
            statistics = class_statistics(given, labels, classes)
            positions = layer_positions(statistics.means, given, rows)
            found.append(LayerSnapshot({"train": statistics}, positions))
        writer.write(Snapshot(epoch, tuple(found), classifier=Classifier(directions)))
    if state != "running":
        writer.close(state, "")
    return Run(path), features, labels
