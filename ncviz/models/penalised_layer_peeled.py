"""The Layer-Peeled Model with weight decay in place of a budget: where minorities merge exactly."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading, Sign, Spot, Upright
from ncviz.charts.colors import Shade
from ncviz.charts.plot import RATIO, Plot
from ncviz.language import tr
from ncviz.models.class_sizes import MAXIMUM_RATIO, classes_field
from ncviz.models.cosine_curve import reading_of
from ncviz.models.ghosts import (
    OF_DECAY,
    ghost_field,
    ghost_numbers,
    ghost_of,
    ghost_remark,
    ghost_role,
)
from ncviz.models.model import Mark, Number, Remark, RoleWords
from ncviz.models.model_parameters import control
from ncviz.models.optimum import GrowingCurve, KnownCurve, OptimumModel, OptimumSoFar
from ncviz.models.peeled_model import NO_MINORITY, settings_of_groups
from ncviz.models.penalised_optimum import (
    PenalisedOptimum,
    cosines_alike,
    penalised_cosines,
    penalised_optimum,
    thresholds_of,
)
from ncviz.models.penalty_of_run import LEAST, MOST, penalty_of
from ncviz.models.span import Span
from ncviz.runs.measures import minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.ghosts import Ghost
from ncviz.theory.penalised_layer_peeled import (
    PenalisedProblem,
)
from ncviz.wording import three_digits

FIRST, LAST = 1e-3, 1.25  # of the timeline, as shares of where all is zero
HONG = "Hong, Ling, arXiv 2309.09725"
ALIKE, EACH = tr("weighs classes"), tr("weighs samples")


@dataclass(frozen=True)
class Parameters:
    """λ_Z, K, K_A, R and n_A."""

    penalty: float = control(
        1e-3,
        tr("Weight decay of classifier and features, √(λ_W λ_H): only the product matters."),
        symbol="λ<sub>Z</sub>",
        label=tr("weight decay"),
        low=lambda p: _reach(p)[0],
        high=lambda p: _reach(p)[1],
        sentence=lambda value, p: _refused(value, p),
        logarithmic=True,
    )
    ratio: float = control(
        10.0,
        tr("How many times more samples a majority class has than a minority class."),
        symbol="R",
        label=tr("imbalance ratio"),
        low=1.0,
        high=MAXIMUM_RATIO,
        logarithmic=True,
        concept="imbalance",
    )
    samples: float = control(
        500.0,
        tr("Samples of a majority class: the more there are, the more a penalty on each weighs."),
        symbol="n<sub>A</sub>",
        label=tr("samples"),
        low=1.0,
        high=1e5,
        logarithmic=True,
    )
    classes: int = classes_field()
    majority: int = control(
        2,
        tr("Classes with many samples; the others are minority."),
        symbol="K<sub>A</sub>",
        label=tr("majority"),
        low=1,
        high=lambda p: p.classes - 1,
        beside=True,
    )

    ghost: str = ghost_field()

    @property
    def sizes(self) -> tuple[float, ...]:
        """Return the class sizes, as multiples of the smallest."""
        return (self.ratio,) * self.majority + (1.0,) * self.minority

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


def _reach(p: Parameters) -> tuple[float, float]:
    """Return where slider and timeline begin and end: a little beyond where all is zero."""
    # Of settings that are still to be settled, too.
    majority, ratio = min(max(p.majority, 1), p.classes - 1), max(p.ratio, 1.0)
    settled = replace(p, majority=majority, ratio=ratio, penalty=1.0)
    zero = settled.problem.zero_threshold
    return max(FIRST * zero, LEAST), min(LAST * zero, MOST)


def _refused(value: float, p: Parameters) -> str:
    low, high = map(three_digits, _reach(p))
    where = tr("which ends a little beyond where all is zero")
    return tr(
        "The model's penalty is {value:g}: choose about {low} to {high}, {where}.",
        value=value,
        low=low,
        high=high,
        where=where,
    )


class PenalisedLayerPeeled(OptimumModel[Parameters]):
    """Hong and Ling, 2023."""

    name, order = "penalised-layer-peeled", 110
    title = tr("Penalised Layer-Peeled")
    tip = tr("The Layer-Peeled Model with weight decay: minorities merge at an exact threshold.")
    lead = tr("The best last layer under weight decay, where every sample counts.")
    invitation = tr("Turn the weight decay up and watch minorities merge, then all vanish.")
    parameters = Parameters
    along, symbol, ticks = "penalty", "λ_Z", tuple(10.0**e for e in range(-9, 2))
    overlay_tip = tr(
        "Mark the minority cosine of the open run where its own weight decay puts it: "
        "λ_W ‖W‖ / ‖H‖, which is √(λ_W λ_H) once it has converged."
    )
    no_place = tr("{no_minority}, and a weight decay.", no_minority=NO_MINORITY.removesuffix("."))

    plots = (
        Plot(
            "cosine",
            tr("Cosine between minority classifiers over λ_Z"),
            tr("Cosine between minority classifiers over <i>λ</i><sub>Z</sub>"),
            tr(
                "Strong: the optimum under weight decay, where every sample counts. Faint: the "
                "Layer-Peeled Model with as large a norm of the logits, where every class counts. "
                "1 means that the minority classes share one classifier ({hong}).",
                hong=HONG,
            ),
            RATIO,
            lambda parameters, answer: _draw(parameters, answer),
            up=tr("cosine"),
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
        return Span(*_reach(parameters or self.parameters()))

    def ticks_of(self, parameters: Parameters) -> tuple[float, ...]:
        span = self.span(parameters)
        return tuple(tick for tick in self.ticks if span.low <= tick <= span.high)

    def moment_text(self, value: float) -> str:
        return tr("weight decay {value}", value=three_digits(value))  # no letter is a lowered Z

    def solve(self, parameters: Parameters) -> PenalisedOptimum:
        return penalised_optimum(parameters.problem)

    def curve(self, parameters: Parameters, reach: tuple[float, float]) -> GrowingCurve:
        problem = parameters.problem
        return KnownCurve(*penalised_cosines(problem, *reach), problem.minority_threshold)

    def no_curve(self, parameters: Parameters) -> str:
        return "" if parameters.minority > 1 else tr("One minority class has no second one.")

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

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            ghost_role(parameters.ghost, tr("green: simplex ETF, the best for equal classes")),
            RoleWords("means", tr("blue, thick: features, one point a class"), "class mean"),
            RoleWords("classifier", tr("red, thin: classifier, one row a class"), "classifier"),
            RoleWords("", tr("A: majority classes, B: minority classes"), "minority", ()),
        )

    def ghost(self, parameters: Parameters) -> Ghost | None:
        return ghost_of(parameters.ghost, parameters.sizes)

    def remark(self, parameters: Parameters) -> Remark | None:
        return ghost_remark(parameters.ghost, OF_DECAY)

    def marks(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Mark, ...]:
        (low, high), (merged, zero) = answer.reach, thresholds_of(parameters.problem)
        words = (
            (
                merged,
                "one",
                tr(
                    "From {merged} = √n_B / N on minorities share one row.",
                    merged=three_digits(merged),
                ),
            ),
            (zero, "zero", tr("From {zero} on every classifier is zero.", zero=three_digits(zero))),
        )
        return tuple(
            Mark(at, text, tip, "minority")
            for at, text, tip in words
            if low <= at <= high and not (text == "one" and at >= zero)
        )

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        optimum, (merged, zero) = answer.optimum, thresholds_of(parameters.problem)
        budget = (optimum.norm / parameters.classes) ** 2
        one = tr("1 once they are one; none where they are zero.")
        return (
            Number("objective", optimum.objective, tr("Mean cross-entropy and penalty, in nats.")),
            Number(
                "cross-entropy", optimum.loss, tr("Mean cross-entropy at the optimum, in nats.")
            ),
            Number("duality gap", optimum.gap, tr("So far above the least objective at most.")),
            Number("merging at decay", merged, tr("√n_B / N: from here on minorities are one.")),
            Number("zero at decay", zero, tr("From here on no classifier is left.")),
            Number("E_H·E_W", budget, tr("The norm budget that its logits would spend.")),
            *ghost_numbers(parameters.ghost, parameters.sizes, optimum.weights, optimum.features),
            Number("cosine, majority", optimum.majority_cosine, tr("Of two majority classifiers.")),
            Number(
                "cosine, minority",
                optimum.cosine,
                tr("Of two minority classifiers: {one}", one=one),
            ),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        few, told = parameters.problem.minority_samples, self._told(parameters, answer)
        if few >= 1:
            return told
        formal = tr("a minority class has {few} samples, less than one", few=three_digits(few))
        return tr("{told} It is a formal limit: {formal}.", told=told, formal=formal)

    def _told(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, optimum, (merged, zero) = parameters, answer.optimum, thresholds_of(parameters.problem)
        if optimum.vanished:
            return tr(
                "From λ_Z = {zero} on the penalty outweighs the loss: "
                "every classifier and every feature is zero.",
                zero=three_digits(zero),
            )
        if p.ratio == 1:
            few = tr(", until all vanish at λ_Z = {zero}", zero=three_digits(zero))
            return tr("Equal classes: a simplex ETF at any weight decay{few}.", few=few)
        if optimum.minority_zero:
            return tr(
                "The minority classifiers are exactly zero: only majority classes are told apart."
            )
        if p.minority == 1:
            vanish = tr("all vanish at {zero}", zero=three_digits(zero))
            return tr("One minority class has no sibling to merge with; {vanish}.", vanish=vanish)
        if optimum.shared:
            return tr(
                "Minority Collapse: from λ_Z = √n_B / N = {merged} on "
                "the minority classes share one classifier.",
                merged=three_digits(merged),
            )
        return tr(
            "The minority classifiers merge at λ_Z = √n_B / N = {merged}; all vanish at {zero}.",
            merged=three_digits(merged),
            zero=three_digits(zero),
        )


def _draw(parameters: Parameters, answer: OptimumSoFar) -> Chart:
    (low, high), (merged, zero) = answer.reach, thresholds_of(parameters.problem)
    penalties, cosines = answer.points
    places, others = cosines_alike(replace(parameters, penalty=low).problem, low, high)
    faint = Shade(0.45, "ground", "classifier")
    alike = Curve(
        "alike",
        ALIKE,
        others,
        faint,
        end="",
        faint=True,
        at=places,
        sign=Sign(ALIKE, low * (high / low) ** 0.2, "quiet", below=True),
        note=tr("strong: every sample counts; faint: every class counts, with as large a norm"),
    )
    place = Sign(EACH, low * (high / low) ** 0.2, "quiet", above=True)  # where none is steep
    curve = Curve("cosine", EACH, cosines, "classifier", strong=True, end="", sign=place)
    at, cosine = parameters.penalty, answer.optimum.cosine
    told = tr("minorities are one from λ_Z = √n_B / N = {merged} on", merged=three_digits(merged))
    lines = [
        Upright(
            zero,
            tr("zero"),
            tr("all are zero from {zero} on", zero=three_digits(zero)),
            height=0.09,
        )
    ]
    if merged < zero:
        lines.insert(0, Upright(merged, tr("one"), told, height=0.18))
    lone = parameters.minority == 1
    none = tr("One minority class has no second one\nto compare with: there is no cosine.")
    return Chart(
        Across(
            "ratio",
            penalties,
            "λ_Z",
            tr("weight decay, logarithmic"),
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
    merged = p.problem.minority_threshold if p.minority > 1 else np.nan
    facts = {"classes": p.classes}
    optimum, cosine = answer.optimum, answer.optimum.cosine
    return (
        Reading(
            "penalty",
            f"<i>λ</i><sub>Z</sub> = <b>{three_digits(p.penalty)}</b>",
            p.penalty,
            title=tr("Weight decay"),
            meaning=tr("√(λ_W λ_H), the weight decay of classifier and features."),
        ),
        Reading(
            "minority cosine",
            tr("cosine <b>{cosine}</b>", cosine=three_digits(cosine)),
            cosine,
            facts=facts,
        ),
        Reading(
            "merging",
            tr("merging at <b>{merged}</b>", merged=three_digits(merged)),
            merged,
            title=tr("Merging"),
            meaning=tr("√n_B / N: from here on the minority classes share one classifier."),
        ),
        *map(reading_of, ghost_numbers(p.ghost, p.sizes, optimum.weights, optimum.features)),
    )


PENALISED_LAYER_PEELED = PenalisedLayerPeeled()
