"""Unit vectors that are placed by hand: as far apart as can be, and no farther."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.models.by_hand import ByHandModel, Floats
from ncviz.models.descent import Descended
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import DRAGGED, control, numbers_of, seed
from ncviz.models.target import Target
from ncviz.models.vectors_charts import BOUND, PLOTS, vectors_at
from ncviz.runs.manifest import Manifest
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Snapshot
from ncviz.scenes.layout import recorded_around
from ncviz.scenes.own_space import upright
from ncviz.scenes.scene import Scene
from ncviz.scenes.unit_vectors import compose_unit_vectors
from ncviz.scenes.view import View
from ncviz.theory.quick_codes import quick_tammes, searches, searches_for
from ncviz.theory.unconstrained_features import FeatureModelState
from ncviz.theory.vectors_apart import (
    Move,
    VectorsApart,
    are_in_order,
    closest_pairs,
    largest_cosine,
    least_largest_cosine,
    simplex_bound,
)
from ncviz.wording import three_digits

STEPS = 100
THERE = 1e-3  # of a cosine, to the eye
ROUNDING = 1e-9


@dataclass(frozen=True)
class Parameters:
    """K, d, where they begin, and what was done by hand."""

    classes: int = control(
        4, tr("How many unit vectors."), symbol="K", label=tr("vectors"), low=2, high=12
    )
    dimension: int = control(
        3,
        tr("2: on the circle; 3: on the sphere."),
        symbol="d",
        label=tr("dimensions"),
        low=2,
        high=3,
    )
    seed: int = seed()
    moves: tuple[float, ...] = control(
        (),
        tr(
            "What was done by hand: step, vector from 1, and its coordinates, move by move; none "
            "begins at another random start."
        ),
        label=tr("Start anew"),
        editor=DRAGGED,
        option="--moves",
        split="commas",
        read=numbers_of("moves"),
        write=lambda value: ",".join(map(repr, value)),
    )


@lru_cache(maxsize=256)
def _descent(p: Parameters) -> VectorsApart:
    return VectorsApart(p.classes, p.dimension, p.seed, _moves(p))


def _moves(p: Parameters) -> tuple[Move, ...]:
    """Return what was done by hand: step, vector from 1, and its coordinates, move by move."""
    each = p.dimension + 2
    rows = [p.moves[at : at + each] for at in range(0, len(p.moves), each)]
    return tuple(Move(int(row[0]), int(row[1]) - 1, tuple(row[2:])) for row in rows)


class Vectors(ByHandModel[Parameters]):
    """Rankin 1955; Tammes 1930."""

    name, order, kind = "vectors", 410, "vectors_apart"
    title = tr("Vectors by hand")
    tip = tr("Unit vectors, to be placed by hand: no K of them have all cosines below −1/(K−1).")
    lead = tr("How far apart can vectors of length 1 be?")
    deed = tr("Drag their ends in the scene; Play repels them.")
    invitation = tr("Place vectors as far apart as you can, and meet the bound of the simplex.")
    parameters = Parameters
    steps = STEPS
    plots = PLOTS

    def check(self, parameters: Parameters) -> None:
        """Refuse moves that are none."""
        super().check(parameters)
        p, each = parameters, parameters.dimension + 2
        if len(p.moves) % each:
            raise UserError(
                tr(
                    "The model's moves has {count} numbers: write {each} for each, its step, "
                    "the vector from 1 to {classes}, and {dimension} coordinates.",
                    count=len(p.moves),
                    each=each,
                    classes=p.classes,
                    dimension=p.dimension,
                )
            )
        if not all(np.isfinite(p.moves)) or any(n != int(n) for n in _heads(p)):
            raise UserError(tr("The model's moves has a step or a vector that is no whole number."))
        for number, move in enumerate(_moves(p), 1):
            if not (0 <= move.vector < p.classes and 1 <= move.step <= STEPS):
                raise UserError(
                    tr(
                        "The model's moves has step {step} and vector {vector} in move "
                        "{number}: choose steps 1 to {steps} and vectors 1 to {classes}.",
                        step=move.step,
                        vector=move.vector + 1,
                        number=number,
                        steps=STEPS,
                        classes=p.classes,
                    )
                )
            if abs(np.linalg.norm(move.place) - 1) > 1e-6:
                raise UserError(
                    tr(
                        "The model's moves has no vector of length 1 in move {number}.",
                        number=number,
                    )
                )
        if not are_in_order(_moves(p)):
            raise UserError(tr("The model's moves has steps that do not ascend."))

    def settled(self, before: Parameters, after: Parameters, chosen: Collection[str]) -> Parameters:
        if "moves" not in chosen and {"classes", "dimension", "seed"} & set(chosen):
            return replace(after, moves=())
        if "moves" in chosen and not after.moves and after.seed == before.seed:
            return replace(after, seed=(after.seed + 1) % 100)
        return after

    def descent(self, parameters: Parameters) -> VectorsApart:
        return _descent(parameters)

    def stops(self) -> tuple[int, ...]:
        return tuple(range(STEPS + 1))

    def run_title(self, parameters: Parameters) -> str:
        p = parameters
        return tr(
            "{classes:unit vector|unit vectors} in {dimension:dimension|dimensions}",
            classes=p.classes,
            dimension=p.dimension,
        )

    def manifest(self, parameters: Parameters, steps: Sequence[int]) -> Manifest:
        return replace(super().manifest(parameters, steps), class_names=_names(parameters))

    def same_until(self, before: Parameters, after: Parameters) -> int | None:
        return _descent(before).same_until(_descent(after))

    def states(self, parameters: Parameters, steps: Sequence[int]) -> Iterator[FeatureModelState]:
        wanted = set(steps)
        for step, vectors in enumerate(_descent(parameters).states()):
            if step in wanted:
                largest = largest_cosine(vectors)
                yield FeatureModelState(
                    step, float(step), vectors, vectors, None, largest, largest, 0.0
                )
            if step >= max(wanted):
                return

    def snapshot(self, parameters: Parameters, state: FeatureModelState) -> Snapshot:
        found = super().snapshot(parameters, state)
        kept = {k: v for k, v in found.scalars.items() if k not in ("train_loss", "learning_rate")}
        return replace(found, scalars=kept)  # there is no loss

    def measure(
        self, parameters: Parameters, state: FeatureModelState, snapshot: Snapshot
    ) -> dict[str, float]:
        vectors = state.H
        total, count = float((vectors.sum(axis=0) ** 2).sum()), len(vectors)
        return {
            "largest": largest_cosine(vectors),
            "mean": (total - count) / (count * (count - 1)),
        }

    def dragged(
        self, parameters: Parameters, step: int, handle: int, place: Floats
    ) -> Mapping[str, Any]:
        p = parameters
        point = place @ upright(p.dimension).T
        point = point / np.linalg.norm(point)
        before = [move for move in _moves(p) if move.step < step]
        moves = [*before, Move(step, handle, tuple(point.tolist()))]
        return {
            "moves": tuple(
                float(number)
                for move in moves
                for number in (move.step, move.vector + 1, *move.place)
            )
        }

    def picture(self, parameters: Parameters, run: Run, step: float, view: View) -> Scene:
        low, high, share = recorded_around(run.epochs, step)
        vectors = (1 - share) * vectors_at(run, low) + share * vectors_at(run, high)
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return compose_unit_vectors(
            vectors, _names(parameters), view, closest_pairs(vectors, THERE)
        )

    def find_target(self, parameters: Parameters) -> Iterator[Target | None] | None:
        """Seek the Tammes code where there is no closed form."""
        if least_largest_cosine(parameters.classes, parameters.dimension) is not None:
            return None
        return _sought(parameters)

    def levels(self, parameters: Parameters, target: Target | None) -> Mapping[str, float]:
        bound, best = simplex_bound(parameters.classes), _best(parameters, target)
        known = {BOUND: bound}
        if best is not None and best > bound:
            known["largest"] = best
        return known

    def marks(self, _parameters: Parameters, _seen: Descended) -> tuple[()]:
        return ()

    def roles(self, _parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            RoleWords(
                "means",
                tr("blue: unit vectors"),
                "cosine",
                deed=tr("to be dragged by their ends (by keys: F6)"),
            ),
            RoleWords("", tr("red arc: between those that are closest"), "cosine", ()),
        )

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        largest = seen.value("largest")
        return (
            Number("largest cosine", largest, tr("Of the two that are closest.")),
            Number("mean cosine", seen.value("mean"), tr("Over all pairs.")),
            Number(
                BOUND,
                simplex_bound(parameters.classes),
                tr("No K unit vectors have all cosines below it."),
                "simplex bound",
            ),
            Number(
                "best known",
                _best(parameters, seen.target),
                tr("The least largest cosine in so many dimensions; none while it is sought."),
            ),
            Number(
                "least angle",
                float(np.degrees(np.arccos(np.clip(largest, -1.0, 1.0)))),
                tr("Degrees between the two that are closest."),
            ),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p, largest, best = parameters, seen.value("largest"), _best(parameters, seen.target)
        where = tr("on the circle") if p.dimension == 2 else tr("on the sphere")
        who, here = (
            tr("{classes} unit vectors", classes=p.classes),
            tr("the largest cosine is {largest}", largest=three_digits(round(largest, 4))),
        )
        if best is None:
            return tr(
                "{who} {where}: {here}; the least that it can be is sought.",
                who=who,
                where=where,
                here=here,
            )
        known, goal = _is_proven(p), three_digits(best)
        if largest < best - THERE and not known:
            return tr(
                "{who} {where}: {here}, less than the {goal} of the searches.",
                who=who,
                where=where,
                here=here,
                goal=goal,
            )
        if largest > best + THERE:
            found = (
                tr("the least that it can be") if known else tr("the least of {p}", p=_searched(p))
            )
            return tr(
                "{who} {where}: {here}, {found} is {goal}.",
                who=who,
                where=where,
                here=here,
                found=found,
                goal=goal,
            )
        if p.classes <= p.dimension + 1:
            return tr(
                "A simplex ETF: all cosines are {bound} = {best}, the least.",
                bound=BOUND,
                best=three_digits(best),
            )
        apart = (
            tr("as {who} can be", who=who) if known else tr("as in the best of {p}", p=_searched(p))
        )
        return tr("As far apart {where} {apart}: {here}.", where=where, apart=apart, here=here)


def _names(p: Parameters) -> tuple[str, ...]:
    return tuple(str(k + 1) for k in range(p.classes))


def _heads(p: Parameters) -> list[float]:
    each = p.dimension + 2
    return [n for at in range(0, len(p.moves), each) for n in p.moves[at : at + 2]]


def _sought(p: Parameters) -> Iterator[Target]:
    code = quick_tammes(p.classes, p.dimension)
    yield Target(code.vectors, tr("Tammes code"), 1 - code.margin**2 / 2)


def _best(p: Parameters, target: Target | None) -> float | None:
    """Return the least that the largest cosine can be, as far as it is known by now."""
    known = least_largest_cosine(p.classes, p.dimension)
    if known is not None:
        return known
    return None if target is None else target.value


def _is_proven(p: Parameters) -> bool:
    return least_largest_cosine(p.classes, p.dimension) is not None


def _searched(p: Parameters) -> str:
    return searches(searches_for(p.classes, p.dimension)).removeprefix(tr("best of "))


VECTORS = Vectors()
