"""What the peeled models share: their timeline, their classes, and what is said of an optimum."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ncviz.language import tr
from ncviz.models.class_sizes import MAXIMUM_CLASSES, TWO_GROUPS, S, check_shape, settled_sizes
from ncviz.models.cosine_curve import NO_CURVE
from ncviz.models.ghosts import ETF, OF_BUDGET, ghost_numbers, ghost_of, ghost_remark
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.optimum import OptimumModel
from ncviz.models.peeled_optimum import Optimum
from ncviz.models.peeled_words import note_of, roles_of
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import imbalance_ratio, minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.ghosts import Ghost

NO_MINORITY = tr(
    "The open run has no two minority classes to compare: train one with "
    "imbalance R above 1 and fewer majority classes than classes."
)


class PeeledModel(OptimumModel[S]):
    """A model whose timeline runs over R, with a certified optimum or one that is sought."""

    along, symbol = "ratio", "R"
    ticks = (*(m * 10.0**e for e in range(4) for m in (1, 2, 5)), 1e4)
    overlay_tip = tr(
        "Mark the mean cosine between the minority classifiers of the open run, at its R."
    )
    no_place = NO_MINORITY

    def settled(self, before: S, after: S, chosen: Collection[str]) -> S:
        return settled_sizes(before, after, chosen)

    def check(self, parameters: S) -> None:
        """Refuse what cannot be, and class sizes that fit no classes."""
        super().check(parameters)
        check_shape(parameters)

    def no_curve(self, parameters: S) -> str:
        return NO_CURVE if parameters.lone_minority else ""

    def cosine(self, parameters: S, optimum: Optimum) -> float:
        """Return that of two minority classifiers, or of the two smallest classes'.

        NaN where there is one minority class: it has no second one.
        """
        return float("nan") if parameters.lone_minority else optimum.cosine

    def place_of(self, run: Run) -> tuple[float, float] | None:
        cosine = minority_cosine(run, run.epochs[-1])
        return None if cosine is None else (imbalance_ratio(run), cosine)

    def settings_of(self, run: Run) -> Mapping[str, Any]:
        return settings_of_groups(run)

    def class_names(self, parameters: S) -> tuple[str, ...]:
        return parameters.class_names

    def note(self, optimum: Optimum, note: str) -> str:
        return note_of(optimum, note)

    def question(self, parameters: S) -> S:
        return replace(parameters, ghost=ETF)

    def ghost(self, parameters: S) -> Ghost | None:
        return ghost_of(parameters.ghost, parameters.sizes)

    def ghost_numbers(self, parameters: S, optimum: Optimum) -> tuple[Number, ...]:
        """Return how far an optimum is from the ghost that is drawn."""
        found = optimum.weights, optimum.features
        return ghost_numbers(parameters.ghost, parameters.sizes, *found)

    def remark(self, parameters: S) -> Remark | None:
        return ghost_remark(parameters.ghost, OF_BUDGET)

    def roles(self, parameters: S) -> tuple[RoleWords, ...]:
        square = getattr(parameters, "q", None) == 2
        two_groups = parameters.exponents is None
        return roles_of(two_groups=two_groups, square=square, ghost=parameters.ghost)


def descents_said(found: Optimum) -> dict[str, Any]:
    """Return what a file says of an optimum that was sought."""
    return {
        "objective": found.objective,
        "residual": found.residual,
        "converged": found.converged,
        "descents": found.descents,
        "agreeing": found.agreeing,
    }


def settings_of_groups(run: Run) -> Mapping[str, Any]:
    """Return K, K_A and R of a run with two sizes of classes; of another run nothing."""
    majority, minority = (len(group) for group in class_groups(run))
    if not (majority and minority and majority + minority <= MAXIMUM_CLASSES):
        return {}
    groups = {"classes": majority + minority, "majority": majority, "preset": TWO_GROUPS}
    return {**groups, "ratio": imbalance_ratio(run)}
