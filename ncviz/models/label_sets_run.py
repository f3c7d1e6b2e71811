"""What a run holds of features of samples with several labels."""

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.label_sets import answered_sets, are_right, label_share, rows_of_sets
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.splits import LABEL_SETS
from ncviz.theory.pick_all import PickAllFeatures, indicators
from ncviz.theory.pick_all_loss import pick_all
from ncviz.theory.unconstrained_features import FeatureModelState

DRAWN = 1200  # samples at most, or one of each set


def drawn_features(p: PickAllFeatures) -> NDArray[np.int64]:
    """Return the first features of each set, few enough of each to draw all."""
    sizes = np.array((*p.class_sizes, *p.set_sizes))
    most = max(DRAWN // len(sizes), 1)
    starts = np.cumsum(np.append(0, sizes[:-1]))
    parts = [start + np.arange(min(n, most)) for start, n in zip(starts, sizes, strict=True)]
    return np.concatenate(parts)


def snapshot_of_sets(p: PickAllFeatures, state: FeatureModelState) -> Snapshot:
    """Return a state as the snapshot of a network with one layer."""
    labels, drawn, count = p.labels(), drawn_features(p), p.classes
    own = indicators(count, p.largest)[labels]
    single, logits = labels < count, state.H @ state.W.T
    wrong, losses = ~are_right(logits, own > 0), pick_all(logits, own)[0]
    statistics = {"train": class_statistics(state.H[single], labels[single], count)}
    scalars = {
        "train_loss": float(losses[single].mean()),
        "train_error": float(wrong[single].mean()),
        "learning_rate": p.learning_rate,
    }
    if p.sets:
        split, sets = LABEL_SETS["train"], len(p.sets)
        statistics[split] = class_statistics(state.H[~single], labels[~single] - count, sets)
        scalars |= {
            f"{split}_loss": float(losses[~single].mean()),
            f"{split}_error": float(wrong[~single].mean()),
            f"label_share_{split}": label_share(logits[~single], own[~single] > 0),
        }
    means = np.concatenate([found.means for found in statistics.values()])
    every = rows_of_sets([*((k,) for k in range(count)), *p.sets], count)
    nearest = np.empty(len(drawn), dtype=np.int64)
    for rows in (slice(0, count), slice(count, None)):
        those = single[drawn] == (rows.start == 0)
        away = ((state.H[drawn][those][:, None] - means[rows]) ** 2).sum(axis=2)
        nearest[those] = rows.start + (away.argmin(axis=1) if away.size else 0)
    return Snapshot(
        state.step,
        (LayerSnapshot(statistics, layer_positions(means, state.H[drawn], state.W)),),
        scalars,
        Classifier(state.W, None),
        answered_sets(logits[drawn], every, labels[drawn]),
        nearest,
    )
