"""Where a run lies over the curve of the penalised Layer-Peeled Model."""

import math

import numpy as np

from ncviz.runs.run import Run

LEAST, MOST = 1e-7, 10.0  # λ_Z
DECAYS = ("lambda_w", "weight_decay")  # what recipes call the weight decay of the classifier


def penalty_of(run: Run) -> float | None:
    """Return the λ_Z at which a run's last layer stands: λ_W ‖W‖ / ‖H‖, ‖H‖ over all samples.

    At a stationary point of the penalised model λ_W ‖W‖² = λ_H ‖H‖², and this is
    sqrt(λ_W λ_H); of a network, whose features nothing decays, it is what stands for λ_H.
    None where there is no weight decay, no classifier or no features.
    """
    recipe = run.manifest.recipe
    decay = next((recipe[name] for name in DECAYS if name in recipe), None)
    snapshot = run.snapshot(run.epochs[-1])
    classifier = snapshot.classifier()
    statistics = snapshot.statistics(len(run.manifest.layers) - 1, "train")
    if not isinstance(decay, int | float) or decay <= 0 or classifier is None or statistics is None:
        return None
    counts = np.asarray(run.manifest.train_counts or statistics.counts)[statistics.present]
    lengths = (statistics.means**2).sum(axis=1) + statistics.within_variance
    features = float(np.sqrt(counts @ lengths))
    penalty = float(decay) * float(np.linalg.norm(classifier.weight)) / features if features else 0
    return penalty if LEAST <= penalty <= MOST and math.isfinite(penalty) else None
