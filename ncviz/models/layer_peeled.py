"""The Layer-Peeled Model: the best last layer under a norm budget, for any class sizes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Chart
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.models.class_sizes import Sized
from ncviz.models.cosine_curve import cosine_chart, cosine_plot
from ncviz.models.model import Mark, Number
from ncviz.models.model_parameters import control
from ncviz.models.optima_found import OPTIMA, others_in_words, said_of
from ncviz.models.optimum import Floats, GrowingCurve, OptimumSoFar
from ncviz.models.peeled_model import PeeledModel, descents_said
from ncviz.models.peeled_optimum import (
    Optimum,
    curve_of_groups,
    curve_ratios,
    optimum_of_groups,
    optimum_of_power,
    optimum_of_sizes,
    solution_of_groups,
)
from ncviz.models.peeled_words import (
    caption_of_groups,
    caption_of_shape,
    not_converged,
    numbers_of,
    shape_in_words,
    without_answer,
)
from ncviz.models.shape_curve import ShapeCurve
from ncviz.parameters import declared
from ncviz.parameters.checking import check_value
from ncviz.theory.layer_peeled import TwoGroupProblem
from ncviz.theory.layer_peeled_variants import search_q_norm
from ncviz.wording import three_digits

DESCENTS = 96  # for another power than 2
MOST_CLASSES, FARTHEST = 100, 1e12  # of two groups, and R; sliders go less far


@dataclass(frozen=True)
class Parameters(Sized):
    """R, K, K_A, E_H·E_W, class sizes, and q."""

    q: float = control(
        2.0,
        tr(
            "Features are bounded in Σ |h_j|^q over their coordinates: only q = 2 is solved "
            "exactly; for any other the lowest of many descents is shown."
        ),
        symbol="q",
        label=tr("power of the norm"),
        low=1.1,
        high=6.0,
        logarithmic=True,
        concept="power",
        near=(2.0, 0.08),
    )

    @property
    def problem(self) -> TwoGroupProblem:
        """Return the two groups of classes; K_A does not apply to other shapes of sizes."""
        return TwoGroupProblem(self.classes, self.majority, self.ratio, self.budget)


SOLVED = "ratio", "classes", "majority", "budget"  # whose ranges are those of the problem


@dataclass(frozen=True, eq=False)
class GroupCurve:
    """The minority cosine of two groups, known at once."""

    ratios: Floats
    cosines: Floats
    critical: float
    complete: bool = True

    def points(self) -> tuple[Floats, Floats]:
        """Return ratios and cosines."""
        return self.ratios, self.cosines

    def advance(self, _seconds: float) -> None:
        """There is nothing left to compute."""


def _draw(parameters: Parameters, answer: OptimumSoFar) -> Chart:
    of = "" if parameters.q == 2 else "q = 2"
    reading = tr("<i>q</i> = <b>{q}</b>, curve <i>q</i> = 2", q=three_digits(parameters.q))
    return cosine_chart(LAYER_PEELED, parameters, answer, of, reading)


class LayerPeeled(PeeledModel[Parameters]):
    """Fang, He, Long, Su, PNAS 2021."""

    name, former, order = "layer-peeled", "peeled", 100
    title = tr("Layer-Peeled Model")
    tip = tr("Layer-Peeled Model: the best last layer under a norm budget, for any class sizes.")
    lead = tr("The best last layer under a norm budget, for classes of any sizes.")
    invitation = tr("Turn the imbalance and watch minorities merge.")
    parameters = Parameters
    plots = (
        cosine_plot(
            tr(
                "The exact optimum of the Layer-Peeled Model for q = 2; 1 means that the minority "
                "classes share one classifier, or that a tight budget leaves theirs at zero "
                "(Fang, He, Long, Su, PNAS 2021)."
            ),
            _draw,
        ),
        OPTIMA,
    )
    sought, stop_tip = "q", tr("Keep the best answer so far, or go back to q = 2 if there is none.")
    descents, shown_from = DESCENTS, 12  # before that the best so far is seldom the best

    def tells(self, plot: str, parameters: Parameters) -> bool:
        return plot != OPTIMA.name or parameters.q != 2  # there the one optimum is global

    def solve(self, parameters: Parameters) -> Optimum:
        """Return the exact optimum for q = 2."""
        if parameters.exponents is None:
            return optimum_of_groups(parameters.problem)
        return optimum_of_sizes(parameters.sizes, parameters.budget)

    def search(self, parameters: Parameters) -> Iterator[Optimum] | None:
        """Return the lowest so far of descents for another power than 2."""
        return None if parameters.q == 2 else _search(parameters)

    def without_search(self, parameters: Parameters) -> Parameters:
        """Go back to q = 2."""
        return replace(parameters, q=2.0)

    def fits(self, parameters: Parameters, optimum: Optimum) -> bool:
        return parameters.q != 2 and len(optimum.weights) == parameters.classes

    def check(self, parameters: Parameters) -> None:
        """Refuse what has no optimum: of two groups with q = 2, no more than that."""
        p = parameters
        check_value(declared(p)["preset"], p.preset, "model", p)
        if p.q == 2 and p.exponents is None:
            if not (2 <= p.classes <= MOST_CLASSES and 1 <= p.majority < p.classes):
                raise UserError(
                    tr(
                        "There is no model of {classes:class|classes} with {majority} majority "
                        "classes: choose 2 to {most_classes} classes, and fewer majority classes.",
                        classes=p.classes,
                        majority=p.majority,
                        most_classes=MOST_CLASSES,
                    )
                )
            if p.problem.ratio > FARTHEST:  # one below 1 is no problem's
                raise UserError(
                    tr(
                        "R cannot be {ratio:g}: choose 1 to {farthest:g}.",
                        ratio=p.ratio,
                        farthest=FARTHEST,
                    )
                )
            usual = Parameters()  # sliders end before this problem does
            p = replace(p, **{name: getattr(usual, name) for name in SOLVED})
        super().check(p)

    def curve(self, parameters: Parameters, reach: tuple[float, float]) -> GrowingCurve:
        p = parameters
        if p.exponents is not None:
            return ShapeCurve(p.exponents, p.budget, reach[1])
        found = curve_of_groups(p.classes, p.majority, p.budget, reach)
        return GroupCurve(curve_ratios(reach), found.cosines, found.critical_ratio)

    def label(self, parameters: Parameters) -> str:
        p = parameters
        groups = f"K_A = {p.majority}" if p.exponents is None else p.preset
        return f"K = {p.classes}, {groups}, E = {three_digits(p.budget)}"

    def said(self, parameters: Parameters, answer: OptimumSoFar) -> Mapping[str, Any]:
        optimum, asked = answer.optimum, answer.answered or parameters
        if optimum.residual is not None:
            return {**_question(asked), **descents_said(optimum), "optima": said_of(optimum)}
        if parameters.exponents is None:
            return asdict(parameters.problem)
        return {**_question(parameters), "q": 2.0}

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        cosine = self.cosine(parameters, answer.optimum)
        two_groups = parameters.exponents is None
        *others, last = numbers_of(answer.optimum, cosine, two_groups=two_groups)
        return (*others, *self.ghost_numbers(parameters, answer.optimum), last)

    def marks(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Mark, ...]:
        """Return R₀, if the timeline reaches it; it is known for q = 2 only."""
        if parameters.q != 2 or not answer.critical <= answer.reach[1]:
            return ()
        tip = tr(
            "Minority Collapse from R₀ = {critical} on.", critical=three_digits(answer.critical)
        )
        return (Mark(answer.critical, "R₀", tip, "critical ratio"),)

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, optimum, critical = parameters, answer.optimum, answer.critical
        if p.q != 2:
            if answer.failure and not answer.busy:
                return without_answer(answer.failure, optimum, "q = 2")
            return _caption_of_power(self.question(p), answer)
        farthest = answer.reach[1]
        if p.exponents is None:
            return caption_of_groups(solution_of_groups(p.problem), critical, optimum, farthest)
        return caption_of_shape(optimum, p.sizes, critical if critical <= farthest else None)


def _caption_of_power(asked: Parameters, answer: OptimumSoFar) -> str:
    """Return the sentence for another power than 2 in the features' budget."""
    q, optimum, answered = three_digits(asked.q), answer.optimum, answer.answered
    if answered is None:
        return tr("Solving for q = {q}; the picture is still that of q = 2.", q=q)
    if answered != asked:
        ratio = three_digits(max(answered.sizes) / min(answered.sizes))
        before = f"q = {three_digits(answered.q)}, R = {ratio}"
        before += f", E = {three_digits(answered.budget)}"
        return tr(
            "Solving for q = {q}; the picture is still the last answer, {before}.",
            q=q,
            before=before,
        )
    if not optimum.converged:
        return tr(
            "At q = {q} this is no optimum, not even a local one: {optimum}.",
            q=q,
            optimum=not_converged(optimum),
        )
    if answer.busy:
        return tr(
            "At q = {q}, the best of {descents} searches so far, of {descents_2}.",
            q=q,
            descents=optimum.descents,
            descents_2=DESCENTS,
        )
    found = tr(
        "At q = {q}, the best of {descents} searches from different starts, "
        "found by {agreeing} of them",
        q=q,
        descents=optimum.descents,
        agreeing=optimum.agreeing,
    )
    if asked.classes == 2:
        return tr("{found}: the two classes stand opposite each other.", found=found)
    others = (
        tr(", with {optimum}", optimum=others_in_words(optimum)) if len(optimum.optima) > 1 else ""
    )
    return f"{found}{others}; {shape_in_words(optimum)}."


def _question(parameters: Parameters) -> dict[str, Any]:
    return {"sizes": parameters.sizes, "budget": parameters.budget, "q": parameters.q}


def _search(parameters: Parameters) -> Iterator[Optimum]:
    sizes, q, energy = parameters.sizes, parameters.q, float(np.sqrt(parameters.budget))
    found = search_q_norm(
        sizes,
        len(sizes),
        q,
        classifier_energy=energy,
        feature_energy=energy,
        starts=DESCENTS,
    )
    try:
        with np.errstate(all="ignore"):
            for optimum in found:
                if not np.isfinite(optimum.objective):
                    raise UserError(
                        tr("The descent for q = {q:g} ran away: choose a q nearer 2.", q=q)
                    )
                yield optimum_of_power(optimum, sizes)
    except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
        raise UserError(
            tr("No optimum was found for q = {q:g}: {error}.", q=q, error=error)
        ) from error


LAYER_PEELED = LayerPeeled()
