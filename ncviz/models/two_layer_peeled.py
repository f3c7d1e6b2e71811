"""The 2-Layer-Peeled Model: the last two layers are free, with an activation between them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from ncviz.charts.chart import Chart
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.models.class_sizes import Sized, budget_field, classes_field
from ncviz.models.cosine_curve import cosine_chart, cosine_plot
from ncviz.models.ghosts import ABOVE_ZERO, BELOW_ZERO, OF_BUDGET, ghost_remark
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.layer_peeled import Parameters as OneLayer
from ncviz.models.model import Number, Remark
from ncviz.models.model_parameters import control
from ncviz.models.optimum import GrowingCurve, OptimumSoFar
from ncviz.models.peeled_model import PeeledModel, descents_said
from ncviz.models.peeled_optimum import Optimum, optimum_of_descent
from ncviz.models.peeled_words import (
    not_converged,
    residual_number,
    shape_in_words,
    without_answer,
)
from ncviz.models.shape_curve import MET
from ncviz.theory.layer_peeled_descent import AGREEING
from ncviz.theory.layer_peeled_variants import ACTIVATIONS, solve_two_layers
from ncviz.wording import three_digits

DESCENTS = 4
MOST_CLASSES = 6  # more take minutes
BEHIND, BETWEEN = "behind", "between"


@dataclass(frozen=True)
class Parameters(Sized):
    """R, K, K_A, the three budgets' product, class sizes, activation, and what is drawn."""

    classes: int = classes_field(MOST_CLASSES)
    budget: float = budget_field(
        "E",
        tr("How large features and both layers may be, E_H·E_1·E_2; only the product matters."),
    )
    activation: str = control(
        "relu",
        tr("What stands between the layers; without any, two layers gain nothing."),
        label=tr("Activation"),
        choices=dict(zip(ACTIVATIONS, ("ReLU", tr("None")), strict=True)),
    )
    shown: str = control(
        BETWEEN,
        tr("Which features are drawn beside the classifier."),
        label=tr("Features"),
        choices={BETWEEN: tr("Between the layers"), BEHIND: tr("Behind both, free")},
    )


def _draw(parameters: Parameters, answer: OptimumSoFar) -> Chart:
    return cosine_chart(
        TWO_LAYER_PEELED, parameters, answer, tr("one layer"), tr("curve: one layer")
    )


class TwoLayerPeeled(PeeledModel[Parameters]):
    """Fang, He, Long, Su, PNAS 2021."""

    name, order = "two-layer-peeled", 150
    title = tr("2-Layer-Peeled Model")
    tip = tr(
        "2-Layer-Peeled Model: the best last two layers under norm budgets, with a ReLU between."
    )
    lead = tr("The best last two layers under norm budgets, for classes of any sizes.")
    invitation = tr("Peel two layers: see what a ReLU between them changes.")
    parameters = Parameters
    plots = (
        cosine_plot(
            tr(
                "The point is the lowest of many descents of the 2-Layer-Peeled Model; the curve "
                "is the exact optimum of one peeled layer whose two budgets have the same product "
                "(Fang, He, Long, Su, PNAS 2021)."
            ),
            _draw,
        ),
    )
    descents, sought = DESCENTS, "budget"
    stop_tip = tr("Keep the best answer so far.")

    def solve(self, parameters: Parameters) -> Optimum:
        """Return the optimum of one peeled layer with the same product of budgets."""
        found: Optimum = LAYER_PEELED.solve(_one_layer(parameters))
        return found

    def search(self, parameters: Parameters) -> Iterator[Optimum]:
        """Return the lowest so far of descents from different starts."""
        return _search(parameters)

    def fits(self, parameters: Parameters, optimum: Optimum) -> bool:
        return len(optimum.weights) == parameters.classes

    def remark(self, parameters: Parameters) -> Remark | None:
        p = parameters
        positive = p.activation == "relu" and p.shown == BETWEEN
        return ghost_remark(p.ghost, OF_BUDGET, ABOVE_ZERO if positive else BELOW_ZERO)

    def curve(self, parameters: Parameters, reach: tuple[float, float]) -> GrowingCurve:
        return LAYER_PEELED.curve(_one_layer(parameters), reach)

    def label(self, parameters: Parameters) -> str:
        return LAYER_PEELED.label(_one_layer(parameters))

    def said(self, parameters: Parameters, answer: OptimumSoFar) -> Mapping[str, Any]:
        found, asked = answer.optimum, answer.answered or parameters
        said = {**asdict(asked), "sizes": asked.sizes, "objective": found.objective}
        if found.residual is None:
            return {**said, "solved": tr("one peeled layer, while two are sought")}
        return {**said, **descents_said(found)}

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        found = answer.optimum
        lone = tr("One minority class has no second one to compare with.")
        tip = lone if parameters.lone_minority else tr("1 once their classifiers are one.")
        which = tr("minority") if parameters.exponents is None else tr("two smallest")
        of = (
            tr("one peeled layer")
            if found.residual is None
            else tr("{descents} descents", descents=found.descents)
        )
        return (
            Number(
                "objective",
                found.objective,
                tr("Mean cross-entropy in nats, the lowest of {of}.", of=of)
                if found.residual is not None
                else tr("Mean cross-entropy in nats of one peeled layer, while two are sought."),
            ),
            residual_number(found),
            *self.ghost_numbers(parameters, found),
            Number(f"cosine, {which}", self.cosine(parameters, found), tip),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, found = self.question(parameters), answer.optimum
        if answer.failure and not answer.busy:
            return without_answer(answer.failure, found, tr("one peeled layer"))
        if answer.answered is None:
            return tr("Solving for two layers; the picture is still that of one peeled layer.")
        if answer.answered != p:
            before = answer.answered
            return tr(
                "Solving; the picture is still the last answer, R = {ratio}, E = {budget}.",
                ratio=three_digits(before.ratio),
                budget=three_digits(before.budget),
            )
        if not found.converged:
            return tr(
                "This is no optimum, not even a local one: {found}.", found=not_converged(found)
            )
        if answer.busy:
            return tr(
                "The best of {descents} searches so far, of {descents_2}.",
                descents=found.descents,
                descents_2=DESCENTS,
            )
        start = tr(
            "The best of {descents} searches, found by {agreeing} of them",
            descents=found.descents,
            agreeing=found.agreeing,
        )
        if p.classes > 2 and self.cosine(p, found) >= 1 - MET:
            if p.exponents is None:
                return tr("{start}: the minority classes share one classifier.", start=start)
            return tr("{start}: the smallest classes share one classifier.", start=start)
        if p.classes == 2:
            return tr("{start}: the two classes stand opposite each other.", start=start)
        return f"{start}; {shape_in_words(found)}."


def _one_layer(parameters: Parameters) -> OneLayer:
    return OneLayer(*(getattr(parameters, field.name) for field in fields(Sized)))


def _search(parameters: Parameters) -> Iterator[Optimum]:
    p, energy = parameters, float(np.cbrt(parameters.budget))
    best, objectives = None, list[float]()
    for number in range(DESCENTS):
        try:
            found = solve_two_layers(
                p.sizes,
                p.classes,
                classifier_energy=energy,
                hidden_energy=energy,
                feature_energy=energy,
                activation=p.activation,
                starts=1,
                seed=number,
            )
        except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            raise UserError(
                tr("No optimum of two layers was found: {error}.", error=error)
            ) from error
        if not np.isfinite(found.objective):
            raise UserError(tr("The descent of two layers ran away: choose a smaller budget."))
        objectives.append(found.objective)
        best = found if best is None or found.objective < best.objective else best
        agreeing = sum(each <= best.objective * (1 + AGREEING) for each in objectives)
        features = best.H
        if p.shown == BETWEEN:
            features = features @ best.layers[1].T
            features = np.maximum(features, 0) if p.activation == "relu" else features
        yield optimum_of_descent(best, features, p.sizes, len(objectives), agreeing)


TWO_LAYER_PEELED = TwoLayerPeeled()
