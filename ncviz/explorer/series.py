"""The numbers of a run over its epochs, computed a little at a time."""

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.explorer.aside import Aside
from ncviz.explorer.extras import EXTRAS, ExtraValue
from ncviz.geometry.separation import EquiSeparationLaw, fit_law
from ncviz.runs.measures import LayerMeasures, fuzziness_by_layer, measure_layer, terminal_phase
from ncviz.runs.run import Run

COLLAPSE_METRICS = (
    "nc1",
    "nc2_equinorm_means",
    "nc2_equiangular_means",
    "nc3",
    "nc4",
)
SCALARS = ("train_loss", "test_loss", "train_error", "test_error")


SLOW = 0.03  # seconds that the numbers of an epoch may take a window


def seconds_of_numbers(run: Run) -> float:
    """Return about how long the numbers of one epoch take: many layers or classes.

    Parameters
    ----------
    run : Run
    """
    classes, layers = run.manifest.classes, run.manifest.layers
    read = classes * sum(layer.width for layer in layers)
    pairs = classes**2 * layers[-1].width  # of class means: angles and CDNV
    return 2e-4 * len(layers) + 1e-8 * read + 1.5e-10 * pairs


@dataclass(frozen=True)
class EpochNumbers:
    """The numbers of one epoch.

    Parameters
    ----------
    last_layer : LayerMeasures or None
    scalars : mapping of str to float
    fuzziness : list of float
        D_1 … D_m.
    extras : mapping of str to ExtraValue
        Those of `EXTRAS` that were wanted.
    damage : UserError or None
        Why there are no more.
    """

    last_layer: LayerMeasures | None = None
    scalars: Mapping[str, float] = field(default_factory=dict)
    fuzziness: list[float] = field(default_factory=list)
    extras: Mapping[str, ExtraValue] = field(default_factory=dict)
    damage: UserError | None = None


@dataclass
class EpochSeries:
    """Metrics of each recorded epoch, in the order in which they were asked for.

    Opening a run must be instant, so that the metrics are computed epoch by
    epoch: the one on the screen first, the rest when there is time. What only
    some plots show (`EXTRAS`) is computed once it is wanted, after the rest.

    Parameters
    ----------
    run : Run
    split : str
        'train' or 'test'.
    """

    run: Run
    split: str = "train"
    _fuzziness: dict[int, list[float]] = field(default_factory=dict, repr=False)
    _last_layer: dict[int, LayerMeasures | None] = field(default_factory=dict, repr=False)
    _scalars: dict[int, dict[str, float]] = field(default_factory=dict, repr=False)
    _damaged: set[int] = field(default_factory=set, repr=False)
    _extras: dict[str, dict[int, ExtraValue]] = field(default_factory=dict, repr=False)
    _wanted: tuple[str, ...] = field(default=(), repr=False)
    _aside: Aside[tuple[int, EpochNumbers]] = field(default_factory=Aside, repr=False)

    def __post_init__(self) -> None:
        self.is_slow = seconds_of_numbers(self.run) > SLOW

    @property
    def complete(self) -> bool:
        """Return whether all that is wanted of every readable epoch has been computed."""
        return all(self._has_all(found) for found in self._stores())

    @property
    def covers_all(self) -> bool:
        """Return whether the numbers of every readable epoch are there, extras apart."""
        return self._has_all(self._fuzziness)

    @property
    def epochs(self) -> list[int]:
        """Return the epochs that have been computed, ascending."""
        return sorted(self._fuzziness)

    def advance(self, seconds: float) -> bool:
        """Compute for about so long.

        Returns
        -------
        bool
            Whether anything was added.

        Raises
        ------
        UserError
            If a snapshot is damaged: once, from then on it is passed over.
        """
        if self.is_slow:
            return self._advance_aside()
        deadline = time.perf_counter() + seconds
        added = self._fill(self._fuzziness, self.compute, deadline)
        for name in self._wanted:
            if added and time.perf_counter() > deadline:
                break
            compute = partial(self.extra, name)
            added = self._fill(self._extras.setdefault(name, {}), compute, deadline) or added
        return added

    def _fill(
        self, found: dict[int, Any], compute: Callable[[int], object], deadline: float
    ) -> bool:
        if self._has_all(found):
            return False
        added = False
        # Coarse to fine, so that the curves span the whole run at once.
        for epoch in _coarse_to_fine(self.run.epochs):
            if epoch in found or epoch in self._damaged:
                continue
            try:
                compute(epoch)
            except UserError:
                self._damaged.add(epoch)
                raise
            added = True
            if time.perf_counter() > deadline:
                break
        return added

    # In a thread

    def prepare(self, epoch: int) -> bool:
        """Return whether what is wanted of an epoch takes no time; else begin with it in a thread.

        Raises
        ------
        UserError
            If a snapshot turned out to be damaged: once.
        """
        self._adopt()
        if epoch in self._damaged or self.is_at_once(epoch):
            return True
        self._begin(epoch)
        return False

    def is_at_once(self, epoch: int) -> bool:
        """Return whether what is wanted of an epoch takes no time."""
        return not self.is_slow or self._lacks_nothing(epoch)

    def _advance_aside(self) -> bool:
        added = self._adopt()
        if self._aside.is_free:
            left = (e for e in _coarse_to_fine(self.run.epochs) if e not in self._damaged)
            epoch = next((e for e in left if not self._lacks_nothing(e)), None)
            if epoch is not None:
                self._begin(epoch)
        return added

    def _lacks_nothing(self, epoch: int) -> bool:
        return all(epoch in found for found in self._stores())

    def _begin(self, epoch: int) -> None:
        extras = [name for name in self._wanted if epoch not in self._extras.get(name, {})]
        path, created, split = self.run.path, self.run.manifest.created, self.split
        self._aside.begin(lambda: (epoch, _read_numbers(path, created, epoch, split, extras)))

    def _adopt(self) -> bool:
        added = False
        for epoch, numbers in self._aside.take():
            if numbers.damage is not None:
                self._damaged.add(epoch)
                raise numbers.damage
            self._keep(epoch, numbers)
            added = True
        return added

    def _keep(self, epoch: int, numbers: EpochNumbers) -> None:
        self._last_layer[epoch] = numbers.last_layer
        self._scalars[epoch] = dict(numbers.scalars)
        self._fuzziness[epoch] = numbers.fuzziness
        for name, value in numbers.extras.items():
            self._extras.setdefault(name, {})[epoch] = value

    def _has_all(self, found: dict[int, Any]) -> bool:
        return self._damaged.union(found).issuperset(self.run.epochs)

    def _stores(self) -> Iterable[dict[int, Any]]:
        yield self._fuzziness
        for name in self._wanted:
            yield self._extras.get(name, {})

    def want(self, names: Iterable[str]) -> bool:
        """Compute these of `EXTRAS` too from now on, and no others.

        Returns
        -------
        bool
            Whether there is anything left to compute.
        """
        asked = set(names)
        self._wanted = tuple(name for name in EXTRAS if name in asked)
        return not self.complete

    def extra(self, name: str, epoch: int) -> ExtraValue:
        """Return one of `EXTRAS` at a recorded epoch, computed now if it was not before."""
        found = self._extras.setdefault(name, {})
        if epoch not in found:
            found[epoch] = EXTRAS[name](self.run, epoch)
        return found[epoch]

    def extra_over_epochs(self, name: str) -> list[ExtraValue | None]:
        """Return one of `EXTRAS` over the computed epochs; None where it is still missing."""
        found = self._extras.get(name, {})
        return [found.get(epoch) for epoch in self.epochs]

    def compute(self, epoch: int) -> None:
        """Compute one epoch now, unless it was computed before."""
        if epoch not in self._fuzziness:
            self._keep(epoch, _numbers_at(self.run, epoch, self.split))

    def has(self, epoch: int) -> bool:
        """Return whether an epoch has been computed."""
        return epoch in self._fuzziness

    def fuzziness(self, epoch: int) -> list[float]:
        """Return D_1 … D_m at a recorded epoch."""
        self.compute(epoch)
        return self._fuzziness[epoch]

    def law(self, epoch: int) -> EquiSeparationLaw:
        """Return the fitted law at a recorded epoch."""
        return fit_law(self.fuzziness(epoch))

    def fuzziness_of_layer(self, layer: int) -> list[float]:
        """Return a layer's D over the computed epochs."""
        return [self._fuzziness[epoch][layer] for epoch in self.epochs]

    def collapse(self, metric: str) -> list[float]:
        """Return one of `COLLAPSE_METRICS` over the computed epochs; NaN where undefined."""
        values = (getattr(self._last_layer[epoch], metric, None) for epoch in self.epochs)
        return [math.nan if value is None else value for value in values]

    def scalar(self, name: str) -> list[float]:
        """Return one of `SCALARS` over the computed epochs; NaN where not recorded."""
        return [self._scalars[epoch].get(name, math.nan) for epoch in self.epochs]

    def has_scalar(self, name: str) -> bool:
        """Return whether a scalar was recorded at one of the computed epochs, also as NaN."""
        return any(name in scalars for scalars in self._scalars.values())

    def terminal_phase(self) -> int | None:
        """Return the recorded epoch at which the terminal phase starts, once all is computed."""
        if not self.covers_all:
            return None
        return terminal_phase(self.epochs, self.scalar("train_error"))


def _numbers_at(run: Run, epoch: int, split: str, extras: Iterable[str] = ()) -> EpochNumbers:
    return EpochNumbers(
        measure_layer(run, epoch, len(run.manifest.layers) - 1, split),
        run.snapshot(epoch).scalars,
        fuzziness_by_layer(run, epoch, split),
        {name: EXTRAS[name](run, epoch) for name in extras},
    )


def _read_numbers(
    path: Path, created: str, epoch: int, split: str, extras: Iterable[str]
) -> EpochNumbers:
    """Return the numbers of an epoch of a run that is opened for them."""
    try:
        run = Run(path)
        if run.manifest.created != created:
            raise UserError(f"Another run was written to {path}: open it again.")
        return _numbers_at(run, epoch, split, extras)
    except UserError as error:
        return EpochNumbers(damage=error)


@lru_cache(maxsize=4)
def _coarse_to_fine(epochs: tuple[int, ...]) -> list[int]:
    stride = 1
    while stride < len(epochs):
        stride *= 2
    ordered = [epochs[-1]]
    seen = {epochs[-1]}
    while stride:
        for epoch in epochs[::stride]:
            if epoch not in seen:
                seen.add(epoch)
                ordered.append(epoch)
        stride //= 2
    return ordered
