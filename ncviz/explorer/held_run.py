"""A run that is held in memory: a simulated model, drawn and measured like any network."""

from collections import OrderedDict
from pathlib import Path

from ncviz.errors import UserError
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.probed_layer import LinearProbe
from ncviz.geometry.weight_size import WeightSize
from ncviz.language import tr
from ncviz.runs.manifest import Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import (
    Classifier,
    Floats,
    Ints,
    NearestMeans,
    Positions,
    Snapshot,
)
from ncviz.runs.stored_snapshot import StoredSnapshot


class HeldSnapshot(StoredSnapshot):
    """A snapshot that was never written."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.epoch = snapshot.epoch
        self.scalars = dict(snapshot.scalars)

    def statistics(self, layer: int, split: str) -> ClassStatistics | None:
        """Return a layer's class statistics on a split; None if it was not recorded."""
        return self._snapshot.layers[layer].statistics.get(split)

    def counts(self, layer: int, split: str) -> Ints | None:
        """Return how many samples of each class were measured; None if none were."""
        statistics = self.statistics(layer, split)
        return None if statistics is None else statistics.counts

    def nearest_means(self, layer: int, split: str) -> NearestMeans | None:
        """Return what the nearest class mean says of a split; None if it was not counted."""
        return self._snapshot.layers[layer].nearest.get(split)

    def linear_probe(self, layer: int, split: str) -> LinearProbe | None:
        """Return what least squares say of a split; None if it was not recorded."""
        return self._snapshot.layers[layer].linear.get(split)

    def weight_size(self, layer: int) -> WeightSize | None:
        """Return how large the weight is that leads to a layer; None if it was not recorded."""
        return self._snapshot.layers[layer].weight

    def class_errors(self, split: str) -> Floats | None:
        """Return the share of mistakes in each class, NaN without samples; None if not recorded."""
        return self._snapshot.class_errors.get(split)

    def positions(self, layer: int) -> Positions:
        """Return the positions of a layer's means, probe samples and classifier."""
        return self._snapshot.layers[layer].positions

    @property
    def has_classifier(self) -> bool:
        """Return whether there is a last linear layer."""
        return self._snapshot.classifier is not None

    def classifier(self) -> Classifier | None:
        """Return the last linear layer."""
        return self._snapshot.classifier

    def probe(self, name: str) -> Ints | None:
        """Return 'predicted' or 'nearest' of the probe samples."""
        found: Ints | None = getattr(self._snapshot, name)
        return found

    def probe_numbers(self, name: str) -> Floats | None:
        """Return 'confidence' or 'losses' of the probe samples."""
        found: Floats | None = getattr(self._snapshot, name)
        return found

    def load(self) -> Snapshot:
        """Return the whole snapshot."""
        return self._snapshot


class HeldRun(Run):
    """A run in memory, which grows by `add`."""

    def __init__(self, manifest: Manifest, probe: Probe) -> None:
        self.path = Path()
        self.manifest = manifest
        self.probe = probe
        self.epochs = ()
        self._open = OrderedDict()
        self._held: dict[int, HeldSnapshot] = {}

    def add(self, snapshot: Snapshot) -> None:
        """Hold another snapshot, later than all before."""
        self._held[snapshot.epoch] = HeldSnapshot(snapshot)
        self.epochs = (*self.epochs, snapshot.epoch)

    def up_to(self, epoch: int) -> "HeldRun":
        """Return another run that holds the same up to an epoch."""
        other = HeldRun(self.manifest, self.probe)
        for kept in self.epochs:
            if kept <= epoch:
                other.add(self._held[kept].load())
        return other

    def refresh(self) -> bool:
        """Return False: nobody else writes it."""
        return False

    def snapshot(self, epoch: int) -> StoredSnapshot:
        """Return a held epoch."""
        try:
            return self._held[epoch]
        except KeyError:
            raise UserError(
                tr("The model holds no step {epoch}: let it descend so far.", epoch=epoch)
            ) from None
