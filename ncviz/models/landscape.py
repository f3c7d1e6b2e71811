"""The landscape of unconstrained features: from every start to one value, past saddles."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ncviz.geometry.etf import has_own_space
from ncviz.geometry.projection import class_mean_subspace
from ncviz.language import tr
from ncviz.models.descent import Descended, DescentModel, Floats, optimum_of
from ncviz.models.descent_run import probe_indices
from ncviz.models.landscape_charts import PLOTS
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.target import Target
from ncviz.models.unconstrained_features import LOSSES
from ncviz.runs.run import Run
from ncviz.runs.snapshot import OtherPositions, Positions, Snapshot
from ncviz.scenes.downhill import sticks_towards
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.other_starts import placed_means, trails_of_starts
from ncviz.scenes.scene import Scene, join_sticks
from ncviz.scenes.view import View
from ncviz.theory.landscape import (
    MERGED,
    RANDOM,
    ZERO,
    Landscape,
    LandscapeState,
    descend_landscape,
    kept_of_sum,
)
from ncviz.theory.lowest_curvature import Curvature, lowest_curvature
from ncviz.theory.unconstrained_features import FeatureModelState
from ncviz.wording import three_digits

DOWNHILL = "downhill"  # where a snapshot keeps the ends of the direction
STARTS = "starts"  # where it keeps the class means of all other starts
ONE_VALUE = 1e-6  # spread of objectives that are called one value
SEEN = 0.5  # of a direction that a picture of it has
VISIBLE = 1e-3  # curvature below zero that the picture shows a direction of
ORIGINS = {
    RANDOM: tr("Random, as all others"),
    ZERO: tr("The saddle at zero"),
    MERGED: tr("Two classes as one"),
}


@dataclass(frozen=True)
class Parameters:
    """Loss, penalties, K, d, how many starts, where the first begins, and the step it takes."""

    loss: str = control("cross_entropy", tr("What is minimised."), label=tr("Loss"), choices=LOSSES)
    starts: int = control(
        12,
        tr("So many descend at once, all but the first from random starts."),
        label=tr("starts"),
        low=1,
        high=24,
    )
    origin: str = control(
        MERGED, tr("Where the first begins."), label=tr("First start"), choices=ORIGINS
    )
    kick: float = control(
        0.1,
        tr(
            "Length of the step down the most negative curvature, wherever the first rests at a "
            "saddle; 0 for none."
        ),
        label=tr("step down"),
        low=0.0,
        high=1.0,
    )
    lambda_w: float = control(
        5e-3,
        tr("Penalty on ‖W‖²; 0 at the left, where the sum of the rows stays as it is."),
        symbol="λ<sub>W</sub>",
        label=tr("penalty on classifier"),
        low=0.0,
        high=0.1,
        smallest=1e-5,
        logarithmic=True,
        concept="penalty",
    )
    lambda_h: float = control(
        5e-4,
        tr("Penalty on ‖H‖²; 0 at the left."),
        symbol="λ<sub>H</sub>",
        label=tr("penalty on features"),
        low=0.0,
        high=0.1,
        smallest=1e-6,
        logarithmic=True,
        concept="penalty",
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=10
    )
    dimension: int = control(
        8,
        tr("Width of the features; K − 1 is enough."),
        symbol="d",
        label=tr("width"),
        low=1,
        high=16,
        beside=True,
    )
    samples: int = control(
        10,
        tr("Samples of every class."),
        symbol="n",
        label=tr("samples"),
        low=1,
        high=20,
        rare=True,
    )
    seed: int = seed(rare=True)


@lru_cache(maxsize=16)
def _landscape(p: Parameters) -> Landscape:
    return Landscape(
        classes=p.classes,
        dimension=p.dimension,
        samples=p.samples,
        loss=p.loss,
        lambda_w=p.lambda_w,
        lambda_h=p.lambda_h,
        starts=p.starts,
        origin=p.origin,
        kick=p.kick,
        seed=p.seed,
    )


@lru_cache(maxsize=16)
def _optimum(landscape: Landscape) -> FeatureModelState | None:
    return optimum_of(landscape.features)


@lru_cache(maxsize=4)
def _curvature(landscape: Landscape, state: LandscapeState) -> Curvature:
    return lowest_curvature(landscape.features, state.H, state.W)


class LandscapeModel(DescentModel[Parameters]):
    """Zhu et al., NeurIPS 2021."""

    name, order = "landscape", 210
    title = tr("Landscape")
    tip = tr("The landscape of unconstrained features: all starts reach one value, past saddles.")
    lead = tr(
        "Unconstrained features descend from one start or several at once; the first is drawn."
    )
    invitation = tr("Rest at a saddle, see the way down, and take it.")
    more = tr("Samples and seed.")
    parameters = Parameters
    steps = 3000
    plots = PLOTS

    def descent(self, parameters: Parameters) -> Landscape:
        return _landscape(parameters)

    def products(self, parameters: Parameters) -> int:
        return super().products(parameters) * parameters.starts

    def states(self, parameters: Parameters, steps: Sequence[int]) -> Iterator[LandscapeState]:
        return descend_landscape(_landscape(parameters), steps)

    def run_title(self, parameters: Parameters) -> str:
        p = parameters
        begins = {
            RANDOM: tr("random start"),
            ZERO: tr("from zero"),
            MERGED: tr("from two classes as one"),
        }
        parts = (
            tr(
                "{classes:class|classes} in {dimension:dimension|dimensions}",
                classes=p.classes,
                dimension=p.dimension,
            ),
            p.loss.replace("_", "-"),
        )
        return " · ".join((tr("Landscape"), *parts, begins[p.origin]))

    def snapshot(self, parameters: Parameters, state: LandscapeState) -> Snapshot:
        found = super().snapshot(parameters, state)
        landscape = _landscape(parameters)
        curvature = _curvature(landscape, state)
        (layer,) = found.layers
        positions = layer.positions
        if curvature.value <= -VISIBLE * _most(landscape):
            way = curvature.H if state.way is None else state.way
            probe = state.H[probe_indices(landscape)]
            positions = _with_way(layer.statistics["train"].means, probe, state.W, way)
        if _is_drawn(parameters) and parameters.starts > 1:
            starts = OtherPositions(placed_means(state.features[1:], parameters.classes))
            positions = replace(positions, others={**positions.others, STARTS: starts})
        return replace(found, layers=(replace(layer, positions=positions),))

    def recorded(self, parameters: Parameters, state: LandscapeState) -> Snapshot:
        return super().snapshot(parameters, state)  # without what only the Theory room draws

    def drawn(self, parameters: Parameters, scene: Scene, run: Run, view: View) -> Scene:
        if not _is_drawn(parameters):
            return scene
        epoch = nearest_recorded(run.epochs, view.epoch)
        known = run.snapshot(epoch).positions(0).others.get(DOWNHILL)
        lines = [scene.trails] if len(scene.trails) else []
        if parameters.starts > 1:
            lines.append(trails_of_starts(run, STARTS, view))
        if known is not None:
            lines.append(sticks_towards(run, epoch, known.probe, view))
        return replace(scene, trails=join_sticks(lines)) if lines else scene

    def measure(
        self, parameters: Parameters, state: LandscapeState, snapshot: Snapshot
    ) -> dict[str, float]:
        landscape = _landscape(parameters)
        curvature, known = _curvature(landscape, state), np.isfinite(state.sums)
        found = {
            "loss": state.loss,
            "objective": state.objective,
            "gradient_norm": state.gradient_norm,
            "train_error": snapshot.scalars["train_error"],
            "curvature": curvature.value,
            "known curvature": curvature.known,
            "left": float(state.left),
            "predicted": kept_of_sum(landscape, state.step),
            "kept": float(state.sums[known].mean()) if known.any() else math.nan,
        }
        found |= {f"objective {n}": float(value) for n, value in enumerate(state.objectives)}
        return found | {f"rows {n}": float(value) for n, value in enumerate(state.sums)}

    def levels(self, parameters: Parameters, _target: Target | None) -> Mapping[str, float]:
        least = _optimum(_landscape(parameters))
        return {} if least is None else {"objective": least.objective}

    def absent(self, parameters: Parameters, seen: Descended) -> str:
        if parameters.loss == "squared_error":  # else what is left of the sum is predicted
            return tr(
                "The rows add up to zero at this start: there is no share of that, and none is "
                "predicted of the squared error."
            )
        return super().absent(parameters, seen)

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        p, own = parameters, super().roles(parameters)
        if not _is_drawn(p):
            return own
        text = tr("short, beside the means: where the most negative curvature moves them")
        others = tr("faint, thin: paths of the class means of all other starts")
        starts = [RoleWords("", others, "landscape", ())] if p.starts > 1 else []
        return (*own, RoleWords("", text, "landscape", ()), *starts)

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        p, least = parameters, _optimum(_landscape(parameters))
        objectives = _objectives(p, seen)
        above = None if least is None else max(objectives) - least.objective
        kept = _finite(seen.value("kept"))
        return (
            Number("objective", objectives[0], tr("Of the start that is drawn.")),
            Number("spread", _spread(p, seen), tr("Highest less lowest objective of all starts.")),
            Number("above minimum", above, tr("Of the highest start, where the least is known.")),
            Number("gradient", seen.value("gradient_norm"), tr("Of the start that is drawn.")),
            Number("curvature", seen.value("curvature"), tr("Lowest eigenvalue of the Hessian.")),
            Number(
                "in closed form",
                seen.value("known curvature"),
                tr("Where a dimension is free."),
            ),
            Number("saddles left", seen.value("left"), tr("So many steps down were taken.")),
            Number("Σ w, kept", kept, tr("Mean share of ‖Σ w_k‖ that random starts keep.")),
            Number(
                "Σ w, predicted",
                _finite(seen.value("predicted")),
                tr("What λ_W alone leaves of it."),
            ),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p, landscape = parameters, _landscape(parameters)
        curvature, slope = seen.value("curvature"), seen.value("gradient_norm")
        down = curvature < -VISIBLE * _most(landscape)
        if seen.step == 0 and not landscape.begins_at_rest and p.origin != RANDOM:
            return tr(
                "Two classes as one: with one penalty at 0 this is no saddle, but slides on: play."
            )
        if seen.step == 0 and p.origin != RANDOM and not down:
            return tr("Here this is no saddle: the curvature is nowhere below zero.")
        if landscape.begins_at_rest and seen.value("left") == 0 and down:
            return tr(
                "At a saddle the slope is zero, and the curvature down to "
                "{curvature}: give it a step down.",
                curvature=three_digits(curvature),
            )
        if seen.step == 0:
            if p.origin == RANDOM:
                if landscape.is_unbalanced or p.starts == 1:
                    many = tr("Random starts") if p.starts > 1 else tr("A random start")
                    return tr("{many}: play, and watch the objective fall.", many=many)
                return tr("Random starts: play, and watch all of them fall to one value.")
            return tr(
                "A step beside a saddle, along its most negative curvature, "
                "{curvature}: play, and it goes down.",
                curvature=three_digits(curvature),
            )
        spread = _spread(p, seen)
        least = _optimum(landscape)
        lowest = min(_objectives(p, seen))
        arrived = least is not None and lowest - least.objective < ONE_VALUE
        if p.starts > 1 and spread < ONE_VALUE:
            where = tr(", the least there is") if arrived else ""
            return tr(
                "All {starts} starts have come to one value{where}.", starts=p.starts, where=where
            )
        slides = p.origin == MERGED and landscape.is_unbalanced  # and no saddle is at hand
        if down and slope < 0.1 * _most(landscape) and not slides:
            return tr(
                "Near a saddle: the curvature goes down to {curvature}.",
                curvature=three_digits(curvature),
            )
        if landscape.is_unbalanced:
            apart = tr(", {spread} apart,", spread=three_digits(spread)) if p.starts > 1 else ""
            many = tr("the starts") if p.starts > 1 else tr("the start")
            return tr(
                "With one penalty at 0 there is no minimum: {many}{apart} can fall for ever.",
                many=many,
                apart=apart,
            )
        if p.starts == 1 and arrived:
            return tr("The start has come to the least value there is.")
        if p.starts == 1:
            return tr(
                "The curvature is {curvature} at its lowest.", curvature=three_digits(curvature)
            )
        return tr("The starts are still {spread} apart.", spread=three_digits(spread))


def _is_drawn(p: Parameters) -> bool:
    """Return whether the picture has room for a direction: not on a line, nor in its own space."""
    return p.classes > 2 and not has_own_space(p.classes, p.dimension)


def _with_way(means: Floats, probe: Floats, rows: Floats, way: Floats) -> Positions:
    """Return positions in a frame of the class means and, where there is room, of a direction."""
    along = way.reshape(len(means), -1, means.shape[1]).mean(axis=1)
    along = along - along.mean(axis=0)
    frame = class_mean_subspace(means)
    beside = along - along @ frame.basis @ frame.basis.T
    _, sizes, turned = np.linalg.svd(beside, full_matrices=False)
    room = len(means) - 1 - frame.basis.shape[1]
    new = turned[: min(room, int((sizes > SEEN * np.linalg.norm(along)).sum()))]
    frame = replace(frame, basis=np.hstack([frame.basis, new.T]))
    there, seen = frame.coordinates(means), frame.directions(along)
    whole = np.linalg.norm(seen) > SEEN * np.linalg.norm(along)
    others = {DOWNHILL: OtherPositions(there + seen)} if whole else {}
    return Positions(there, frame.coordinates(probe), frame.directions(rows), others)


def _most(landscape: Landscape) -> float:
    """Return about the most negative curvature there is: that at zero, without penalties."""
    return 1 / (landscape.classes * math.sqrt(landscape.samples))


def _objectives(p: Parameters, seen: Descended) -> list[float]:
    return [seen.value(f"objective {number}") for number in range(p.starts)]


def _spread(p: Parameters, seen: Descended) -> float:
    return float(np.ptp(_objectives(p, seen)))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


LANDSCAPE = LandscapeModel()
