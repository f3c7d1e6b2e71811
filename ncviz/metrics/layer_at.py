"""A layer of a run at one moment on one split, read as it is asked for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import nearest_class_means
from ncviz.geometry.duality import margins_of
from ncviz.geometry.probed_layer import LinearProbe
from ncviz.geometry.projection import into_layer
from ncviz.geometry.ranks import singular_values
from ncviz.geometry.weight_size import WeightSize
from ncviz.language import tr
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Classifier
from ncviz.runs.splits import LABEL_SETS, TWO_LABELS
from ncviz.runs.stored_snapshot import StoredSnapshot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class AbsentError(Exception):
    """A number cannot be had; its text is one sentence that says why."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The drawn samples of a layer, in the span of its class means.

    Parameters
    ----------
    samples : array, shape (P, r)
    means : array, shape (K, r)
    labels : array of int, shape (P,)
    present : array of bool, shape (K,)
        Which classes have a mean.
    """

    samples: Floats
    means: Floats
    labels: Ints
    present: NDArray[np.bool_]


class LayerAt:
    """What numbers are computed from; what is not there is told by an `AbsentError`.

    Parameters
    ----------
    run : Run
    epoch : int
        One of `run.epochs`.
    layer : int
        From 0, the raw input.
    split : str
        'train' or 'test'.
    """

    def __init__(self, run: Run, epoch: int, layer: int, split: str) -> None:
        self.run, self.epoch, self.layer, self.split = run, epoch, layer, split
        self.is_last = layer == len(run.manifest.layers) - 1

    @cached_property
    def snapshot(self) -> StoredSnapshot:
        """Return the recorded epoch."""
        return self.run.snapshot(self.epoch)

    @cached_property
    def recorded(self) -> ClassStatistics | None:
        """Return the statistics of the layer; None if the split was not recorded."""
        return self.snapshot.statistics(self.layer, self.split)

    @property
    def statistics(self) -> ClassStatistics:
        """Return the statistics of the layer."""
        if self.recorded is None:
            raise AbsentError(tr("The features of this layer were not recorded for these samples."))
        return self.recorded

    @cached_property
    def centered_means(self) -> Floats:
        """Return m_k of the classes that have samples, shape (K′, d)."""
        return self.statistics.centered_means

    @cached_property
    def singular_values(self) -> Floats:
        """Return the singular values of the centred class means."""
        return singular_values(self.centered_means)

    @cached_property
    def classifier(self) -> Classifier:
        """Return the last linear layer."""
        self._require_own_classes()
        found = self.snapshot.classifier() if self.is_last else None
        if found is None:
            where = tr("was not recorded") if self.is_last else tr("stands behind the last layer")
            raise AbsentError(tr("There is no value here: the classifier {where}.", where=where))
        return found

    @property
    def is_foreign(self) -> bool:
        """Return whether the samples are of classes that the network does not tell apart."""
        splits = self.run.manifest.splits
        return any(split.is_foreign for split in splits if split.name == self.split)

    @property
    def is_unknown(self) -> bool:
        """Return whether the network knows nothing of the classes of the samples."""
        splits = self.run.manifest.splits
        return any(split.is_unknown for split in splits if split.name == self.split)

    @property
    def label_sets(self) -> tuple[tuple[int, ...], ...]:
        """Return which classes of the network each class of the split is made of; usually none."""
        splits = self.run.manifest.splits
        return next((split.label_sets for split in splits if split.name == self.split), ())

    @cached_property
    def with_several_labels(self) -> "LayerAt":
        """Return the samples with several labels that belong to those of the split."""
        known = {split.name for split in self.run.manifest.splits if split.label_sets}
        names = known & {kind.get(self.split, "") for kind in (TWO_LABELS, LABEL_SETS)}
        if not names:
            raise AbsentError(tr("It is told of runs in which samples have two labels."))
        return LayerAt(self.run, self.epoch, self.layer, names.pop())

    def _require_own_classes(self) -> None:
        if self.is_foreign:
            raise AbsentError(
                tr(
                    "There is no value here: the classes of this split are not those of the "
                    "network."
                )
            )

    @property
    def rows(self) -> Floats:
        """Return w_k, shape (K, d)."""
        return self.classifier.weight

    @property
    def paired(self) -> tuple[Floats, Floats]:
        """Return w_k and m_k, row by row of the same classes."""
        rows, means = self.rows, self.centered_means
        if rows.shape != means.shape:
            raise AbsentError(
                tr(
                    "There is no value here: the classifier has {shape} rows of "
                    "{shape_2} features, and there are {shape_3} class means of "
                    "{shape_4}.",
                    shape=rows.shape[0],
                    shape_2=rows.shape[1],
                    shape_3=means.shape[0],
                    shape_4=means.shape[1],
                )
            )
        return rows, means

    @property
    def width(self) -> int:
        """Return d of the layer."""
        return self.run.manifest.layers[self.layer].width

    @property
    def means(self) -> Floats:
        """Return μ_k as they are of the classes that have samples, shape (K′, d)."""
        if self.statistics.means.shape[1] != self.width:
            raise AbsentError(
                tr(
                    "There is no value here: of so wide a layer the class means are kept about "
                    "their middle alone."
                )
            )
        return self.statistics.means[self.statistics.present]

    @cached_property
    def training_counts(self) -> Ints:
        """Return the training samples of each class, none of them 0, shape (K,)."""
        self._require_own_classes()
        counts = np.array(self.run.manifest.train_counts, dtype=np.int64)
        if not len(counts):
            statistics = self.snapshot.statistics(self.layer, "train")
            measured = None if statistics is None else statistics.sizes
            if statistics is not None and measured is None:
                measured = statistics.counts
            counts = np.zeros(1, dtype=np.int64) if measured is None else measured
        if (counts == 0).any():
            raise AbsentError(tr("There is no value here: a class has no training samples."))
        return counts

    @cached_property
    def drawn(self) -> Drawn:
        """Return the training samples that are drawn, in the span of the class means."""
        if self.split != "train":
            raise AbsentError(
                tr(
                    "It is told of training samples alone, whose places are kept about their own "
                    "means."
                )
            )
        positions, labels = self.snapshot.positions(self.layer), self.run.probe.labels
        present = self.statistics.present
        own = labels < len(present)  # the others have several labels
        labels = labels[own]
        known = present[labels]
        if not known.any():
            raise AbsentError(tr("There is no value here: the run has no drawn samples."))
        if not positions.means.shape[1]:
            raise AbsentError(tr("There is no value here: all class means coincide."))
        means = positions.means[: len(present)]
        return Drawn(positions.probe[own], means, labels, present)

    @cached_property
    def drawn_features(self) -> Floats:
        """Return h_i of the drawn samples, shape (P, d), where the class means span the layer."""
        drawn, means = self.drawn, self.means
        # Beside sets of labels the frame has dimensions in which the class means do not lie.
        if drawn.samples.shape[1] < self.width or self.run.manifest.label_sets:
            raise AbsentError(
                tr(
                    "It was not recorded, and the drawn samples are kept in the span of the class "
                    "means alone, which is not all of the layer."
                )
            )
        # The frame is the writer's free choice.
        return into_layer(drawn.samples, drawn.means[drawn.present], means)

    @cached_property
    def nearest_of_drawn(self) -> Ints:
        """Return the class whose mean is nearest to each drawn sample: all pairs, so once."""
        drawn = self.drawn
        return np.asarray(nearest_class_means(drawn.samples, drawn.means, drawn.present))

    @cached_property
    def margins_of_drawn(self) -> Floats:
        """Return how far the right logit is ahead for each drawn sample: all pairs, so once."""
        return self.margins(self.drawn_features, self.drawn.labels)

    def margins(self, features: Floats, labels: Ints) -> Floats:
        """Return how far the right logit of some features is ahead; negative for a mistake."""
        classifier = self.classifier
        if classifier.weight.shape[1] != features.shape[1] or len(classifier.weight) < 2:
            raise AbsentError(
                tr("There is no margin here: classifier and features do not fit together.")
            )
        return margins_of(features, labels, classifier.weight, classifier.bias)

    @property
    def shares_of_drawn(self) -> Floats:
        """Return what each drawn sample counts for the whole split, shape (P,); sums to 1."""
        labels = self.drawn.labels
        counts = np.bincount(labels, minlength=len(self.statistics.counts))
        weights = (self.statistics.shares / np.maximum(counts, 1))[labels]
        return np.asarray(weights / weights.sum())

    @property
    def linear_probe(self) -> LinearProbe:
        """Return what least squares of all features say."""
        found = self.snapshot.linear_probe(self.layer, self.split)
        if found is None:
            raise AbsentError(
                tr(
                    "It was not recorded: it takes all features of the layer at once, few enough "
                    "of them, and runs of ncviz 0.1 do not have it."
                )
            )
        return found

    @property
    def weight(self) -> WeightSize:
        """Return how large the weight is that leads to the layer."""
        found = self.snapshot.weight_size(self.layer)
        if found is None:
            raise AbsentError(
                tr(
                    "There is no value here: no weight that leads to this layer was recorded. None "
                    "leads to the raw input, and runs of earlier versions have none."
                )
            )
        return found

    @cached_property
    def class_errors(self) -> Floats:
        """Return the share of mistakes in each class, shape (K,); NaN for one without samples."""
        self._require_own_classes()
        recorded = self.snapshot.class_errors(self.split)
        if recorded is not None:
            return recorded
        predicted, labels = self.predicted, self.run.probe.labels
        K = self.run.manifest.classes
        labels = labels[labels < K]
        counts = np.bincount(labels, minlength=K)
        wrong = np.bincount(labels, weights=predicted != labels, minlength=K)
        shares = np.divide(wrong, counts, out=np.full(K, np.nan), where=counts > 0)
        return np.asarray(shares)

    @property
    def predicted(self) -> Ints:
        """Return the network's decision for each drawn sample with one label, shape (P,)."""
        found = self.snapshot.probe("predicted") if self.split == "train" else None
        if found is None or not len(found):
            raise AbsentError(
                tr("There is no value here: the network's decisions were not recorded.")
            )
        return found[self.run.probe.labels < self.run.manifest.classes]

    def scalar(self, name: str) -> float:
        """Return a recorded scalar of the split."""
        if name not in self.snapshot.scalars:
            raise AbsentError(tr("There is no value here: it was not recorded."))
        return self.snapshot.scalars[name]

    @cached_property
    def fuzziness(self) -> list[float]:
        """Return D_1 … D_m of all layers."""
        return fuzziness_by_layer(self.run, self.epoch, self.split)
