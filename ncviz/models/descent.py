"""A model that descends step by step: what is of it at each recorded step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.plot import Plot
from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc1, nc2_equiangular, nc2_equinorm, nc3
from ncviz.geometry.etf import has_simplex_etf
from ncviz.language import tr
from ncviz.models.descent_run import (
    UNCONSTRAINED,
    model_manifest,
    model_probe,
    model_snapshot,
    model_title,
    record_states,
)
from ncviz.models.model import Mark, Model, P, RoleWords
from ncviz.models.over_steps import COLLAPSE
from ncviz.models.target import Target
from ncviz.parameters import declared
from ncviz.runs.manifest import Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Snapshot
from ncviz.scenes.ghosts import Ghost
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.theory.diverged_descent import DivergedDescentError
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import (
    FeatureModelState,
    UnconstrainedFeatures,
)
from ncviz.theory.unconstrained_optimum import known_optimum

STOPS = 160
NOTHING_TO_MEASURE = tr("At none of these steps has any of its numbers a value.")
FARTHEST = 1e12  # beyond, squares of squares no longer fit
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Descended:
    """How far a model has descended, and which of its steps is seen.

    Parameters
    ----------
    step : float
        What is seen, between two recorded ones while it plays.
    steps : tuple of int
        That were recorded.
    history : mapping of str to sequence of float
        What was measured at each of them.
    nearest : int
        Place of the recorded step that is nearest to what is seen.
    target : Target, optional
        None while it is sought, or where it is a simplex ETF.
    """

    step: float
    steps: tuple[int, ...]
    history: Mapping[str, Sequence[float]]
    nearest: int
    target: Target | None = None

    def value(self, name: str) -> float:
        """Return a number of the recorded step nearest to what is seen."""
        return self.history[name][self.nearest]

    def first(self, name: str) -> float:
        """Return a number of the random start."""
        return self.history[name][0]


class DescentModel(Model[P]):
    """A model whose timeline runs over the steps of its descent.

    Attributes
    ----------
    steps : int
        Where the timeline ends.
    kind : str
        What descends, in the recipe of a run.
    """

    steps: ClassVar[int]
    kind: ClassVar[str] = UNCONSTRAINED
    plots: ClassVar[tuple[Plot, ...]] = (COLLAPSE,)

    def descent(self, parameters: P) -> Any:
        """Return what descends, a `Descent`; what is equal descends alike.

        Unconstrained features, or anything whose `states` are given.
        """
        raise NotImplementedError

    def find_target(self, _parameters: P) -> Iterator[Target | None] | None:
        """Return what yields the one target; None where it is a simplex ETF, or there is none.

        Where that takes long it yields None now and then, so that it can be called off.
        """
        return None

    def survey(self) -> Iterator[tuple[tuple[int, int], float]]:
        """Yield the values of its map (a plot over a `GRID`), cell by cell: row, column; value."""
        return iter(())

    def levels(self, _parameters: P, _target: Target | None) -> Mapping[str, float]:
        """Return the heights of the charts' target lines, by the names of the plots."""
        return {}

    def absent(self, _parameters: P, _seen: Descended) -> str:
        """Say why a plot has no value at any step: by what is set, not by what is plotted."""
        return NOTHING_TO_MEASURE

    def has_ideal(self, parameters: P) -> bool:
        """Return whether a simplex ETF is what these classes could become."""
        descent = self.descent(parameters)
        return has_simplex_etf(descent.classes, descent.dimension)

    def roles(self, parameters: P) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""
        ideal = RoleWords(
            "etf", tr("green: simplex ETF, the best for equal classes"), "simplex ETF"
        )
        return (
            *([ideal] if self.has_ideal(parameters) else []),
            RoleWords("means", tr("blue, thick: class means of the features"), "class mean"),
            RoleWords("classifier", tr("red, thin: classifier, one row a class"), "classifier"),
            RoleWords("samples", tr("small: features, in the hue of their class"), "sample"),
        )

    def marks(self, _parameters: P, seen: Descended) -> tuple[Mark, ...]:
        """Return the start of the terminal phase, as far as the model has descended."""
        errors = seen.history["train_error"]
        wrong = [place for place, error in enumerate(errors) if error > 0]
        start = wrong[-1] + 1 if wrong else 0
        if start >= len(errors):
            return ()
        # Between the steps that are recorded it may have begun earlier.
        skips = Counting("step").skips_before(seen.steps[start], seen.steps)
        moment = tr("step {steps:,}", steps=seen.steps[start])
        when = (
            tr("By {moment} at the latest", moment=moment)
            if skips
            else tr("From {moment} on", moment=moment)
        )
        tip = tr("{when} the training error is zero.", when=when)
        return (Mark(float(seen.steps[start]), "TPT", tip, "terminal phase"),)

    def layer(self, _parameters: P) -> int:
        """Return which of its layers is seen, from 0; the last at −1."""
        return -1

    def products(self, parameters: P) -> int:
        """Return how many multiplications a step takes, about."""
        descent = self.descent(parameters)
        return len(descent.labels()) * int(descent.dimension) * int(descent.classes)

    def drawn(self, _parameters: P, scene: Scene, _run: Run, _view: View) -> Scene:
        """Return the picture of a moment, with what the model adds to it."""
        return scene

    def measure(self, parameters: P, state: Any, snapshot: Snapshot) -> dict[str, float]:
        """Return the numbers of a recorded step that are plotted.

        Raises
        ------
        UserError
            If the model has left the numbers that can be measured.
        """
        _check_reach(state)
        statistics = snapshot.layers[0].statistics["train"]
        means, rows = statistics.centered_means, state.W - state.W.mean(axis=0)
        lengths = np.linalg.norm(rows, axis=1)
        return {
            "loss": state.loss,
            "objective": state.objective,
            "train_error": snapshot.scalars["train_error"],
            "nc1": nc1(statistics),
            "nc2_equinorm_means": nc2_equinorm(means),
            "nc2_equiangular_means": nc2_equiangular(means),
            "nc3": nc3(state.W, means),
            "norm": float(lengths.mean()),
            "least_norm": float(lengths.min()),
            "largest_norm": float(lengths.max()),
            "cosine": _mean_cosine(rows),
            "gradient_norm": state.gradient_norm,
        }

    def trouble(self, error: UserError) -> str:
        """Say why it cannot descend any further, and what to do by its own controls."""
        if not isinstance(error, DivergedDescentError):
            return str(error)
        length = declared(self.parameters).get("learning_rate")
        if length is not None:
            return tr(
                "The model diverged at step {step}: lower the {control}.",
                step=error.step,
                control=length.label,
            )
        return tr(
            "The model diverged at step {step}: bring its controls nearer to where they stand "
            "at first.",
            step=error.step,
        )

    def states(self, parameters: P, steps: Sequence[int]) -> Iterator[Any]:
        """Yield the states at some steps, ascending."""
        return simulate(self.descent(parameters), steps)

    def snapshot(self, parameters: P, state: Any) -> Snapshot:
        """Return a state as the snapshot of a network with one layer."""
        return model_snapshot(self.descent(parameters), state)

    def probe(self, parameters: P) -> Probe:
        """Return whose features are drawn."""
        return model_probe(self.descent(parameters))

    def ghost(self, _parameters: P) -> Ghost | None:
        """Return what is drawn in green where it is no simplex ETF."""
        return None

    def set_scales(self, _parameters: P) -> Mapping[int, float]:
        """Return how many times farther out than the mean of m vertices sets of m labels belong.

        By m; empty where nothing is known, or no sample has several labels.
        """
        return {}

    def run_title(self, parameters: P) -> str:
        """Return the title of a run of it."""
        return model_title(self.descent(parameters))

    def manifest(self, parameters: P, steps: Sequence[int]) -> Manifest:
        """Return the manifest of a run of it; `steps` are to be recorded, ascending."""
        title = self.run_title(parameters)
        return model_manifest(self.descent(parameters), steps, title, self.kind)

    def record(
        self,
        parameters: P,
        out: Path,
        steps: Sequence[int],
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Let it descend and write that as a run; see `record_states`."""
        record_states(
            out,
            self.manifest(parameters, steps),
            self.probe(parameters),
            self._recorded(parameters, steps),
            stopped,
        )

    def recorded(self, parameters: P, state: Any) -> Snapshot:
        """Return what a run of it holds of a state."""
        return self.snapshot(parameters, state)

    def _recorded(self, parameters: P, steps: Sequence[int]) -> Iterator[Snapshot]:
        try:
            for state in self.states(parameters, steps):
                _check_reach(state)
                yield self.recorded(parameters, state)
        except DivergedDescentError as error:
            raise UserError(self.trouble(error)) from error

    def stops(self) -> tuple[int, ...]:
        """Return the steps that are recorded: all at first, then at equal ratios."""
        return stops_up_to(self.steps)


@lru_cache(maxsize=16)
def stops_up_to(steps: int) -> tuple[int, ...]:
    """Return the steps that are recorded: all at first, then at equal ratios."""
    return tuple(np.unique(np.rint(np.geomspace(1, steps + 1, STOPS)).astype(int) - 1).tolist())


def optimum_of(descent: UnconstrainedFeatures) -> FeatureModelState | None:
    """Return the minimum of a model, None where nobody knows it."""
    try:
        return known_optimum(descent)
    except UserError:
        return None


def _check_reach(state: Any) -> None:
    if not max(np.abs(state.H).max(), np.abs(state.W).max()) < FARTHEST:
        raise DivergedDescentError(state.step)


def _mean_cosine(rows: Floats) -> float:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.min() > 0:
        return float("nan")
    unit = rows / lengths
    return float((unit @ unit.T)[~np.eye(len(rows), dtype=bool)].mean())
