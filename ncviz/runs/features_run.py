"""The run that is made of features."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ncviz.runs.feature_snapshots import snapshots_of
from ncviz.runs.features import Features, probe_of
from ncviz.runs.manifest import Manifest, RecordedLayer, made_with
from ncviz.runs.probe import Column
from ncviz.runs.writer import RunWriter


def write_features(
    features: Features,
    out: Path,
    title: str,
    probe_per_class: int = 200,
    seed: int = 0,
    recipe: Mapping[str, Any] | None = None,
    train_counts: tuple[int, ...] | None = None,
    columns: Mapping[str, tuple[Column, ...]] = MappingProxyType({}),
) -> None:
    """Record features as a run; a failure leaves no run behind.

    Of layers that are held one, at one epoch, is in the memory at a time; of others a block.

    Parameters
    ----------
    features : Features
    out : Path
        Folder of the new run.
    title : str
    probe_per_class : int, optional
        Samples of each class that are drawn.
    seed : int, optional
        Of their choice.
    recipe : mapping, optional
        How the run was made.
    train_counts : tuple of int, optional
        Sizes of the classes; those of the labels by default.
    columns : mapping of split to tuple of Column, optional
        What else is known of the samples that are drawn: of the training samples and, behind them,
        of those with several labels.

    Raises
    ------
    UserError
        If a feature is not finite or the run cannot be written.
    """
    labels = features.train.labels
    drawn = features.choose_drawn(probe_per_class, seed)
    counts = np.bincount(labels, minlength=len(features.class_names))
    manifest = Manifest(
        title=title,
        class_names=features.class_names,
        layers=tuple(
            RecordedLayer(name, each.shape[2]) for name, each in features.train.layers.items()
        ),
        train_counts=tuple(counts.tolist()) if train_counts is None else train_counts,
        epochs=features.epochs[-1],
        recorded=features.epochs,
        recipe=recipe or {},
        software=made_with(numpy=np.__version__),
        counting=features.counting,
        splits=tuple(features.further),
    )
    writer = RunWriter(out, manifest, probe_of(features, drawn, columns))
    try:
        for snapshot in snapshots_of(features, drawn):
            writer.write(snapshot, at_once=False)
        writer.close()
    except BaseException:
        writer.discard()
        raise
