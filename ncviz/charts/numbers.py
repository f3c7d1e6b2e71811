"""The numbers of a run that charts are made of."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.separation import EquiSeparationLaw, fit_law
from ncviz.language import tr
from ncviz.metrics.measures import LayerMeasures, measure_layer
from ncviz.runs.measures import fuzziness_by_layer, terminal_phase
from ncviz.runs.repeats import repeats_of
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.scenes.view import View

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """What only some plots show of an epoch, and what it costs time to compute.

    Parameters
    ----------
    name : str
    of : callable
        Measures a run at a recorded epoch, on the samples of a split.
    seconds : callable
        Tells about how long that takes.
    """

    name: str
    of: Callable[[Run, int, str], Any]
    seconds: Callable[[Run], float] = lambda _run: 0.0


def _last_layer(run: Run, epoch: int, split: str) -> LayerMeasures | None:
    return measure_layer(run, epoch, len(run.manifest.layers) - 1, split)


FUZZINESS = Measure("fuzziness", fuzziness_by_layer)
LAST_LAYER = Measure(tr("last layer"), _last_layer)
SCALARS = Measure("scalars", lambda run, epoch, _split: dict(run.snapshot(epoch).scalars))


class Numbers:
    """Metrics of each recorded epoch, computed when they are asked for and remembered.

    Parameters
    ----------
    run : Run
    split : str
        Name of the split whose samples they are of, one that the run was measured on.
    """

    def __init__(self, run: Run, split: str = TRAIN.name) -> None:
        self.run, self.split = run, split
        self._found: dict[Measure, dict[int, Any]] = defaultdict(dict)
        self._curves: dict[tuple[str, str], Any] = {}
        self._known_of_curves = -1

    def _curve(self, kind: str, name: str, make: Callable[[], Any]) -> Any:
        """Return what is made of all epochs; made anew only once more of them is known.

        A caption asks for curves at every frame, and a run may have thousands of epochs.
        """
        if self._count_known() != self._known_of_curves or (kind, name) not in self._curves:
            curve = make()
            if self._count_known() != self._known_of_curves:
                self._curves.clear()
                self._known_of_curves = self._count_known()
            self._curves[kind, name] = curve
        return self._curves[kind, name]

    def _count_known(self) -> int:
        return len(self.run.epochs) + sum(map(len, self._found.values()))

    def of_all_epochs(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is made of all that is known; made anew only once more of it is.

        Parameters
        ----------
        name : str
            Tells it from other things.
        make : callable
        """
        return self._curve("all", name, make)

    @cached_property
    def repeated(self) -> tuple["Numbers", ...]:
        """Return those of all runs that are repeats with this one, itself among them if it is.

        Nothing of a run alone, or where there is but one that was measured on the split.
        """
        repeats = repeats_of(self.run)
        runs = () if repeats is None or len(repeats.runs) < 2 else repeats.runs
        measured = [run for run in runs if run.measured_on(self.split).name == self.split]
        if len(measured) < 2:
            return ()
        return tuple(
            self if run.path == self.run.path else type(self)(run, self.split) for run in measured
        )

    @property
    def epochs(self) -> list[int]:
        """Return the epochs at which curves have their values, ascending."""
        return list(self.run.epochs)

    @property
    def covers_all(self) -> bool:
        """Return whether the numbers of every readable epoch are there, or come when asked for."""
        return True

    def has(self, epoch: int) -> bool:
        """Return whether curves may show an epoch."""
        return epoch in self.run.epochs

    def fuzziness(self, epoch: int) -> list[float]:
        """Return D_1 … D_m at a recorded epoch."""
        found: list[float] = self.measured(FUZZINESS, epoch)
        return found

    def law(self, epoch: int) -> EquiSeparationLaw:
        """Return the fitted law at a recorded epoch."""
        return fit_law(self.fuzziness(epoch))

    def fuzziness_of_layers(self) -> Floats:
        """Return D over the epochs, shape (epochs, layers)."""

        def rows() -> Floats:
            of_each = [self.fuzziness(epoch) for epoch in self.epochs]
            shape = len(of_each), len(self.run.manifest.layers)
            return _fixed(np.array(of_each, dtype=np.float64).reshape(shape))

        curves: Floats = self._curve("fuzziness", "", rows)
        return curves

    def last_layer(self, epoch: int) -> LayerMeasures | None:
        """Return the metrics of the last layer at a recorded epoch; None if not recorded."""
        found: LayerMeasures | None = self.measured(LAST_LAYER, epoch)
        return found

    def collapse(self, metric: str) -> Floats:
        """Return a number of the last layer over the epochs; NaN where there is none."""
        known = self._found[LAST_LAYER]  # asked of thousands of epochs, again and again

        def value(epoch: int) -> float:
            measured = known[epoch] if epoch in known else self.last_layer(epoch)
            found = None if measured is None else measured.values.get(metric)
            return math.nan if found is None else found

        return self._over_epochs("collapse", metric, value)

    def scalar(self, name: str) -> Floats:
        """Return a recorded scalar over the epochs; NaN where there is none."""
        return self._over_epochs("scalar", name, lambda e: self.scalars(e).get(name, math.nan))

    def _over_epochs(self, kind: str, name: str, value: Callable[[int], float]) -> Floats:
        curve: Floats = self._curve(
            kind, name, lambda: _fixed(np.array([value(e) for e in self.epochs], np.float64))
        )
        return curve

    def scalars(self, epoch: int) -> Mapping[str, float]:
        """Return what was recorded at an epoch beside the features: losses, errors."""
        found: Mapping[str, float] = self.measured(SCALARS, epoch)
        return found

    def has_scalar(self, name: str) -> bool:
        """Return whether a scalar was recorded at one of the epochs, also as NaN."""
        return bool(
            self._curve("has", name, lambda: any(name in self.scalars(e) for e in self.epochs))
        )

    def measured(self, measure: Measure, epoch: int) -> Any:
        """Return a measure at a recorded epoch, computed now if it was not before."""
        found = self._found[measure]
        if epoch not in found:
            found[epoch] = measure.of(self.run, epoch, self.split)
        return found[epoch]

    def measured_over_epochs(self, measure: Measure, take: Callable[[Any], float]) -> Floats:
        """Return one number of a measure over the epochs; NaN where it is still missing."""
        found = (self.known(measure, epoch) for epoch in self.epochs)
        return np.array([math.nan if value is None else take(value) for value in found], np.float64)

    def measured_of_classes(self, measure: Measure, take: Callable[[Any], Floats]) -> Floats:
        """Return a number of each class over the epochs, shape (epochs, K); NaN where missing."""
        split = self.run.measured_on(self.split)
        classes = len(split.class_names) or self.run.manifest.classes
        table = np.full((len(self.epochs), classes), np.nan)
        for row, epoch in zip(table, self.epochs, strict=True):
            if (value := self.known(measure, epoch)) is not None:
                found = take(value)[: len(row)]  # a classifier may have more rows, or fewer
                row[: len(found)] = found
        return table

    def known(self, measure: Measure, epoch: int) -> Any:
        """Return a measure at an epoch; None where it is to be computed later."""
        return self.measured(measure, epoch)

    def terminal_phase(self) -> int | None:
        """Return the recorded epoch at which the terminal phase starts, if all is known."""
        start: int | None = self._curve(
            "terminal phase",
            "",
            lambda: terminal_phase(self.epochs, self.scalar("train_error").tolist()),
        )
        return start


def numbers_in(run: Run, view: View) -> Numbers:
    """Return the numbers of a run, of the split that a view asks for where it was measured."""
    return Numbers(run, run.measured_on(view.split).name)


def _fixed(curve: Floats) -> Floats:
    curve.setflags(write=False)  # whoever asks next gets the same
    return curve
