"""The Layer-Peeled Model with weight decay in place of a budget: where minorities merge exactly."""

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading, Sign, Spot, Upright
from ncviz.charts.colors import Shade
from ncviz.charts.plot import RATIO, Plot
from ncviz.models.class_sizes import MAXIMUM_RATIO, classes_field
from ncviz.models.model import Mark, Number, RoleWords
from ncviz.models.model_parameters import control
from ncviz.models.optimum import Floats, GrowingCurve, KnownCurve, OptimumModel, OptimumSoFar
from ncviz.models.peeled_model import NO_MINORITY, settings_of_groups
from ncviz.models.span import Span
from ncviz.runs.measures import minority_cosine
from ncviz.runs.run import Run
from ncviz.theory.layer_peeled import cosines_at_norms
from ncviz.theory.penalised_layer_peeled import (
    PenalisedProblem,
    penalised_weights_and_features,
    solve_penalised,
)
from ncviz.wording import three_digits

POINTS, FEW_POINTS = 200, 64
FIRST, LAST = 1e-3, 1.25  # of the timeline, as shares of where all is zero
LEAST, MOST = 1e-7, 10.0  # λ_Z
DECAYS = ("lambda_w", "weight_decay")  # what recipes call the weight decay of the classifier
HONG = "Hong, Ling, arXiv 2309.09725"
ALIKE, EACH = "by classes", "by samples"  # what weighs alike


@dataclass(frozen=True)
class Parameters:
    """λ_Z, K, K_A, R and n_A."""

    penalty: float = control(
        1e-3,
        "Weight decay of classifier and features, √(λ_W λ_H): only the product matters.",
        symbol="λ<sub>Z</sub>",
        label="weight decay",
        low=LEAST,
        high=MOST,
        logarithmic=True,
    )
    ratio: float = control(
        10.0,
        "How many times more samples a majority class has than a minority class.",
        symbol="R",
        label="imbalance ratio",
        low=1.0,
        high=MAXIMUM_RATIO,
        logarithmic=True,
        concept="imbalance",
    )
    samples: float = control(
        500.0,
        "Samples of a majority class: the more there are, the more a penalty on each weighs.",
        symbol="n<sub>A</sub>",
        label="samples",
        low=1.0,
        high=1e5,
        logarithmic=True,
    )
    classes: int = classes_field()
    majority: int = control(
        2,
        "Classes with many samples; the others are minority.",
        symbol="K<sub>A</sub>",
        label="majority",
        low=1,
        high=lambda p: p.classes - 1,
        beside=True,
    )

    @property
    def minority(self) -> int:
        """Return K_B."""
        return self.classes - self.majority

    @property
    def problem(self) -> PenalisedProblem:
        """Return what is solved."""
        return PenalisedProblem(
            self.majority, self.minority, self.samples, self.samples / self.ratio, self.penalty
        )


@dataclass(frozen=True, eq=False)
class PenalisedOptimum:
    """What is seen and read of an optimum; see `PenalisedOptima`."""

    weights: Floats
    features: Floats
    objective: float
    loss: float
    gap: float
    norm: float
    cosine: float
    majority_cosine: float
    shared: bool
    minority_zero: bool

    @property
    def vanished(self) -> bool:
        """Return whether every classifier is zero."""
        return not self.weights.any()


@lru_cache(maxsize=256)
def _optimum(problem: PenalisedProblem) -> PenalisedOptimum:
    found = solve_penalised(problem)
    weights, features = penalised_weights_and_features(problem, found)
    one = {name: float(value[0]) for name, value in found._asdict().items()}
    return PenalisedOptimum(
        weights,
        features,
        one["objectives"],
        one["losses"],
        one["gaps"],
        one["norms"],
        one["minority_cosines"],
        one["majority_cosines"],
        shared=one["b"] == 0,
        minority_zero=one["b"] == 0 and one["w"] == 0,
    )


@lru_cache(maxsize=64)
def _cosines(problem: PenalisedProblem, low: float, high: float) -> tuple[Floats, Floats]:
    """Return penalties and minority cosines; both corners are on the curve, where it has them."""
    corners = [t for t in _thresholds(problem) if low < t < high]
    penalties = np.unique(np.concatenate([np.geomspace(low, high, POINTS), corners]))
    return penalties, solve_penalised(problem, penalties).minority_cosines


@lru_cache(maxsize=64)
def _alike(problem: PenalisedProblem, low: float, high: float) -> tuple[Floats, Floats]:
    """Return penalties and the cosines of the Layer-Peeled Model with as large a norm."""
    penalties = np.geomspace(low, high, FEW_POINTS)
    norms = solve_penalised(problem, penalties).norms
    ratio = problem.majority_samples / problem.minority_samples
    return penalties, cosines_at_norms(problem.classes, problem.majority, ratio, norms)


def _thresholds(problem: PenalisedProblem) -> tuple[float, float]:
    return problem.minority_threshold, problem.zero_threshold


class PenalisedLayerPeeled(OptimumModel[Parameters]):
    """Hong and Ling, 2023."""

    name, order = "penalised-layer-peeled", 110
    title = "Penalised Layer-Peeled"
    tip = "The Layer-Peeled Model with weight decay: minorities merge at an exact threshold."
    lead = "The best last layer under weight decay, where every sample counts."
    invitation = "Turn the weight decay up and watch minorities merge, then all vanish."
    parameters = Parameters
    along, symbol, ticks = "penalty", "λ_Z", tuple(10.0**e for e in range(-9, 2))
    overlay_tip = (
        "Mark the minority cosine of the open run where its own weight decay puts it: "
        "λ_W ‖W‖ / ‖H‖, which is √(λ_W λ_H) once it has converged."
    )
    no_place = f"{NO_MINORITY.removesuffix('.')}, and a weight decay."

    plots = (
        Plot(
            "cosine",
            "Cosine between minority classifiers over λ_Z",
            "Cosine between minority classifiers over <i>λ</i><sub>Z</sub>",
            "Strong: the optimum under weight decay, where every sample counts. Faint: the "
            "Layer-Peeled Model with as large a norm of the logits, where every class counts. "
            f"1 means that the minority classes share one classifier ({HONG}).",
            RATIO,
            lambda parameters, answer: _draw(parameters, answer),
            up="cosine",
            formulas=("penalised", "layer-peeled", "minority"),
            logarithmic=False,
        ),
    )

    def settled(self, before: Parameters, after: Parameters, chosen: Collection[str]) -> Parameters:
        if after.classes != before.classes:
            after = replace(after, majority=min(after.majority, after.classes - 1))
        if "penalty" in chosen or after.majority >= after.classes:
            return after
        span = self.span(after)  # the picture stays on the timeline
        return replace(after, penalty=min(max(after.penalty, span.low), span.high))

    def span(self, parameters: Parameters | None = None) -> Span:
        zero = (parameters or self.parameters()).problem.zero_threshold
        return Span(max(FIRST * zero, LEAST), min(LAST * zero, MOST))

    def ticks_of(self, parameters: Parameters) -> tuple[float, ...]:
        span = self.span(parameters)
        return tuple(tick for tick in self.ticks if span.low <= tick <= span.high)

    def moment_text(self, value: float) -> str:
        return f"weight decay {three_digits(value)}"  # no letter is a lowered Z

    def solve(self, parameters: Parameters) -> PenalisedOptimum:
        return _optimum(parameters.problem)

    def curve(self, parameters: Parameters, reach: tuple[float, float]) -> GrowingCurve:
        problem = parameters.problem
        return KnownCurve(*_cosines(problem, *reach), problem.minority_threshold)

    def no_curve(self, parameters: Parameters) -> str:
        return "" if parameters.minority > 1 else "One minority class has no second one."

    def cosine(self, _parameters: Parameters, optimum: PenalisedOptimum) -> float:
        return optimum.cosine

    def place_of(self, run: Run) -> tuple[float, float] | None:
        cosine, penalty = minority_cosine(run, run.epochs[-1]), penalty_of(run)
        return None if cosine is None or penalty is None else (penalty, cosine)

    def settings_of(self, run: Run) -> Mapping[str, Any]:
        known = {k: v for k, v in settings_of_groups(run).items() if k != "preset"}
        penalty = penalty_of(run)
        if not known or penalty is None:
            return known
        return {**known, "samples": float(max(run.manifest.train_counts)), "penalty": penalty}

    def label(self, parameters: Parameters) -> str:
        p = parameters
        sizes = f"n_A = {three_digits(p.samples)}, R = {three_digits(p.ratio)}"
        return f"K = {p.classes}, K_A = {p.majority}, {sizes}"

    def class_names(self, parameters: Parameters) -> tuple[str, ...]:
        majority = [f"A{k + 1}" for k in range(parameters.majority)]
        return (*majority, *(f"B{k + 1}" for k in range(parameters.minority)))

    def said(self, parameters: Parameters, _answer: OptimumSoFar) -> Mapping[str, Any]:
        return asdict(parameters.problem)

    def roles(self, _parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            RoleWords("etf", "green: simplex ETF, the best for equal classes", "simplex ETF"),
            RoleWords("means", "blue, thick: features, one point a class", "class mean"),
            RoleWords("classifier", "red, thin: classifier, one row a class", "classifier"),
            RoleWords("", "A: majority classes, B: minority classes", "minority", ()),
        )

    def marks(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Mark, ...]:
        (low, high), (merged, zero) = answer.reach, _thresholds(parameters.problem)
        words = (
            (merged, "one", f"From {three_digits(merged)} = √n_B / N on minorities share one row."),
            (zero, "zero", f"From {three_digits(zero)} on every classifier is zero."),
        )
        return tuple(
            Mark(at, text, tip, "minority")
            for at, text, tip in words
            if low <= at <= high and not (text == "one" and at >= zero)
        )

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        optimum, (merged, zero) = answer.optimum, _thresholds(parameters.problem)
        budget = (optimum.norm / parameters.classes) ** 2
        one = "1 once they are one; none where they are zero."
        return (
            Number("objective", optimum.objective, "Mean cross-entropy and penalty, in nats."),
            Number("cross-entropy", optimum.loss, "Mean cross-entropy at the optimum, in nats."),
            Number("duality gap", optimum.gap, "So far above the least objective at most."),
            Number("merging at decay", merged, "√n_B / N: from here on minorities are one."),
            Number("zero at decay", zero, "From here on no classifier is left."),
            Number("E_H·E_W", budget, "The norm budget that its logits would spend."),
            Number("cosine, majority", optimum.majority_cosine, "Of two majority classifiers."),
            Number("cosine, minority", optimum.cosine, f"Of two minority classifiers: {one}"),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        few, told = parameters.problem.minority_samples, self._told(parameters, answer)
        if few >= 1:
            return told
        formal = f"a minority class has {three_digits(few)} samples, less than one"
        return f"{told} It is a formal limit: {formal}."

    def _told(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, optimum, (merged, zero) = parameters, answer.optimum, _thresholds(parameters.problem)
        if optimum.vanished:
            return (
                f"From λ_Z = {three_digits(zero)} on the penalty outweighs the loss: "
                "every classifier and every feature is zero."
            )
        if p.ratio == 1:
            few = f", until all vanish at λ_Z = {three_digits(zero)}"
            return f"Equal classes: a simplex ETF at any weight decay{few}."
        if optimum.minority_zero:
            return (
                "The minority classifiers are exactly zero: only majority classes are told apart."
            )
        if p.minority == 1:
            vanish = f"all vanish at {three_digits(zero)}"
            return f"One minority class has no sibling to merge with; {vanish}."
        if optimum.shared:
            return (
                f"Minority Collapse: from λ_Z = √n_B / N = {three_digits(merged)} on "
                "the minority classes share one classifier."
            )
        return (
            f"The minority classifiers merge at λ_Z = √n_B / N = {three_digits(merged)}; "
            f"all vanish at {three_digits(zero)}."
        )


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


def _draw(parameters: Parameters, answer: OptimumSoFar) -> Chart:
    (low, high), (merged, zero) = answer.reach, _thresholds(parameters.problem)
    penalties, cosines = answer.points
    places, others = _alike(replace(parameters, penalty=low).problem, low, high)
    faint = Shade(0.45, "ground", "classifier")
    alike = Curve(
        "alike",
        ALIKE,
        others,
        faint,
        end="",
        faint=True,
        at=places,
        sign=Sign(ALIKE, low * (high / low) ** 0.15, "quiet", below=True),
        note="strong: every sample counts; faint: every class counts, with as large a norm",
    )
    place = Sign(EACH, low * (high / low) ** 0.5, "quiet", below=True)
    curve = Curve("cosine", EACH, cosines, "classifier", strong=True, end="", sign=place)
    at, cosine = parameters.penalty, answer.optimum.cosine
    told = f"minorities are one from λ_Z = √n_B / N = {three_digits(merged)} on"
    lines = [Upright(zero, "zero", f"all are zero from {three_digits(zero)} on", height=0.09)]
    if merged < zero:
        lines.insert(0, Upright(merged, "one", told, height=0.18))
    lone = parameters.minority == 1
    none = "One minority class has no second one\nto compare with: there is no cosine."
    return Chart(
        Across(
            "ratio",
            penalties,
            "λ_Z",
            "weight decay, logarithmic",
            logarithmic=True,
            reach=(low, high),
        ),
        () if lone else (alike, curve),
        uprights=tuple(lines),
        spots=(Spot(at, cosine, "", here=True),) if np.isfinite(cosine) else (),
        readings=_readings(parameters, answer),
        note=PENALISED_LAYER_PEELED.label(parameters),
        limits=(-1.0, 1.0),
        nothing=none if lone else "",
    )


def _readings(p: Parameters, answer: OptimumSoFar) -> tuple[Reading, ...]:
    merged = p.problem.minority_threshold
    facts = {"classes": p.classes}
    cosine = answer.optimum.cosine
    return (
        Reading(
            "penalty",
            f"<i>λ</i><sub>Z</sub> = <b>{three_digits(p.penalty)}</b>",
            p.penalty,
            title="Weight decay",
            meaning="√(λ_W λ_H), the weight decay of classifier and features.",
        ),
        Reading("minority cosine", f"cosine <b>{three_digits(cosine)}</b>", cosine, facts=facts),
        Reading(
            "merging",
            f"merging at <b>{three_digits(merged)}</b>",
            merged,
            title="Merging",
            meaning="√n_B / N: from here on the minority classes share one classifier.",
        ),
    )


PENALISED_LAYER_PEELED = PenalisedLayerPeeled()
