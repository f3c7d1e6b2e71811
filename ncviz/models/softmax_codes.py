"""Softmax codes: more classes than a simplex ETF has room for, on the sphere.

An unconstrained feature model descends on the cross-entropy with features and classifier of
length one. The lower the temperature, the nearer its classifier comes to the code that maximises
the one-vs-rest distance, and the slower.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.models.code_map import ORTHOPLEX, SECTORS, distances_of_map, sector_number
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.softmax_codes_charts import PLOTS, TAMMES
from ncviz.models.target import Target
from ncviz.runs.snapshot import Snapshot
from ncviz.theory.quick_codes import (
    code_near,
    code_words,
    has_closed_form,
    quick_code,
    quick_tammes,
    searches,
    searches_for,
)
from ncviz.theory.rattlers import rattlers
from ncviz.theory.softmax_codes import gnc1, gnc2, gnc3, one_vs_one_distance
from ncviz.theory.unconstrained_features import FeatureModelState, UnconstrainedFeatures
from ncviz.wording import three_digits

ARRIVED = 0.01  # relative distance of the margin from the code's, to the eye
THERE = 5e-4  # what is still missing of it that three digits do not tell
COLLAPSED = 1e-3  # GNC1 of features that sit at their class means, to the eye
RESTS = 1e-3  # the gradient's length, beside that of a loss that still falls
STEADY = 1.5  # steps over one over the curvature; with this momentum 3.8 would swing up
MORE = 1e-6  # by which a margin exceeds that of a code, beyond rounding
PIECE = 50  # steps between two looks whether a target is still asked for
MOST_COORDINATES = 300  # of a code whose rattlers are looked for: larger ones are too rough
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """K, d, τ, samples and seed."""

    classes: int = control(
        5, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=100
    )
    dimension: int = control(
        2,
        tr("Dimensions of the features: fewer than K − 1 have no room for a simplex ETF."),
        symbol="d",
        label=tr("dimensions"),
        low=2,
        high=10,
        beside=True,
    )
    temperature: float = control(
        0.2,
        tr("By which logits are divided: the lower, the more the closest other class counts."),
        symbol="τ",
        label=tr("temperature"),
        low=0.05,
        high=1.0,
        logarithmic=True,
        concept="temperature",
    )
    samples: int = control(
        10, tr("Samples of every class."), symbol="n", label=tr("samples"), low=1, high=50
    )
    seed: int = seed()


@lru_cache(maxsize=16)
def _descent(p: Parameters) -> UnconstrainedFeatures:
    return UnconstrainedFeatures(
        classes=p.classes,
        dimension=p.dimension,
        samples=p.samples,
        spherical=True,
        temperature=p.temperature,
        learning_rate=_rate(p),
        momentum=0.9,
        seed=p.seed,
    )


class SoftmaxCodes(DescentModel[Parameters]):
    """Jiang et al., ICML 2024."""

    name, order = "softmax-codes", 400
    title = tr("Softmax codes")
    tip = tr("Softmax codes: what more than d + 1 classes become on the sphere in d dimensions.")
    lead = tr(
        "Features and classifier of length 1: classes keep apart, with room for a simplex ETF or "
        "without."
    )
    invitation = tr("Too many classes for a simplex: watch them find the best code.")
    parameters = Parameters
    steps = 3000
    plots = PLOTS

    def descent(self, parameters: Parameters) -> UnconstrainedFeatures:
        return _descent(parameters)

    def has_ideal(self, _parameters: Parameters) -> bool:
        """Return False: what is drawn is the target, not a simplex ETF."""
        return False

    def find_target(self, parameters: Parameters) -> Iterator[Target | None]:
        """Yield the code, turned and numbered as the end of the descent stands to it."""
        p = parameters
        quick_tammes(p.classes, p.dimension)
        yield None
        quick_code(p.classes, p.dimension)
        yield None
        for state in self.states(p, [*range(0, self.steps, PIECE), self.steps]):
            rows = state.W
            yield None
        code = code_near(rows)
        loose: tuple[int, ...] = ()
        if _are_looked_for(p):
            loose = tuple(np.flatnonzero(rattlers(code.vectors)).tolist())
        beside = {
            "pairs": quick_tammes(p.classes, p.dimension).margin,
            "loose": len(loose),
            "loss": _loss(code.vectors, p.temperature),
        }
        yield Target(
            code.vectors,
            code_words(code),
            code.margin,
            beside,
            loose,
            (RATTLER,) if loose else (),
            cell=(p.classes, p.dimension),
        )

    def survey(self) -> Iterator[tuple[tuple[int, int], float]]:
        return distances_of_map()

    def levels(self, _parameters: Parameters, target: Target | None) -> Mapping[str, float]:
        if target is None:
            return {}
        return {"margin": target.value, TAMMES: target.beside["pairs"]}

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        p = parameters
        words = tr("green: softmax code, the farthest apart that classes can be")
        if not has_closed_form(p.classes, p.dimension):
            sought = searches(searches_for(p.classes, p.dimension))
            words = tr("green: softmax code, as far as it is found ({sought})", sought=sought)
        return (RoleWords("etf", words, "softmax code"), *super().roles(parameters))

    def measure(
        self, parameters: Parameters, state: FeatureModelState, snapshot: Snapshot
    ) -> dict[str, float]:
        labels = self.descent(parameters).labels()
        means = snapshot.layers[0].statistics["train"].centered_means
        lengths = np.linalg.norm(means, axis=1)
        return {
            **super().measure(parameters, state, snapshot),
            "gnc1": gnc1(state.H, labels, parameters.classes),
            "margin": gnc2(state.W),
            "pairs": one_vs_one_distance(state.W),
            "gnc3": gnc3(state.W, means) if lengths.min() > 0 else float("nan"),
        }

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        target = seen.target
        best, pairs, loose = None, None, None
        if target is not None:
            best, pairs = target.value, target.beside["pairs"]
            loose = target.beside["loose"] if _are_looked_for(parameters) else None
        return (
            Number(
                "one-vs-rest",
                seen.value("margin"),
                tr("GNC2: the least distance of a class's row from the hull of all others."),
                "reached_one_vs_rest_margin",
            ),
            Number(
                "one-vs-one",
                seen.value("pairs"),
                tr("The least distance of two rows."),
                "reached_one_vs_one_margin",
            ),
            Number(
                "softmax code",
                best,
                tr("One-vs-rest distance of the softmax code; none while it is sought."),
                "one_vs_rest_margin",
            ),
            Number(
                "Tammes code",
                pairs,
                tr("One-vs-one distance of the Tammes code; none while it is sought."),
                "one_vs_one_margin",
            ),
            Number(
                "rattlers",
                loose,
                tr("Points of the softmax code that can move while its least distance stays."),
            ),
            Number("GNC1", seen.value("gnc1"), tr("NC1 of the features' directions.")),
            Number("GNC3", seen.value("gnc3"), tr("Mean of 1 − cos between row and class mean.")),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p = parameters
        where = {2: tr("on the circle"), 3: tr("on the sphere")}.get(
            p.dimension, tr("on the sphere in {dimension} dimensions", dimension=p.dimension)
        )
        if seen.step == 0:
            return tr(
                "{classes} classes {where}, random to begin with: play, and watch them part.",
                classes=p.classes,
                where=where,
            )
        if seen.target is None:
            return tr(
                "{classes} classes part {where}; the code that is best for them is sought.",
                classes=p.classes,
                where=where,
            )
        margin, best = seen.value("margin"), seen.target.value
        here, goal = three_digits(margin), three_digits(best)
        stands = tr(
            "the one-vs-rest distance is {here}, the best {p} {goal}",
            here=here,
            p=_known(p),
            goal=goal,
        )
        if margin > best * (1 + MORE):
            stands = tr(
                "the one-vs-rest distance is {here}, more than the {goal} of the searches",
                here=here,
                goal=goal,
            )
        if seen.value("gnc1") >= COLLAPSED:
            return tr("The classes part {where}; {stands}.", where=where, stands=stands)
        if margin > best * (1 - ARRIVED):
            arrived = tr("Generalised collapse: one direction a class, at {p}", p=_shape(p))
            left = 1 - margin / best
            lacks = (
                tr(", but for {left} % of its distance", left=three_digits(100 * left))
                if left > THERE
                else ""
            )
            return f"{arrived}{lacks}{_rattling(seen.target, p)}."
        short = tr(
            "One direction a class, but no softmax code: {stands}, so it has {margin} %",
            stands=stands,
            margin=three_digits(100 * margin / best),
        )
        return tr("{short} of it{p}.", short=short, p=self._why(p, seen))

    def _why(self, parameters: Parameters, seen: Descended) -> str:
        """Say why a margin is below that of the code."""
        assert seen.target is not None
        if not self._rests(parameters, seen):
            return tr(" at this step, and still moves")
        temperature = f"τ = {three_digits(parameters.temperature)}"
        if seen.value("loss") > seen.target.beside["loss"] * (1 + MORE):
            return tr(
                "; the descent rests in a local optimum: at {temperature} the code's loss is lower",
                temperature=temperature,
            )
        if seen.value("loss") > seen.target.beside["loss"] * (1 - MORE):
            return tr(
                "; at {temperature} the loss is the same here as at the code",
                temperature=temperature,
            )
        return tr(
            "; at {temperature} the loss is lower here than at the code", temperature=temperature
        )

    def _rests(self, parameters: Parameters, seen: Descended) -> bool:
        """Return whether the descent has come to a stationary point.

        At low temperature the loss falls like e^{−distance/τ}, and so does its gradient: it is the
        gradient of the loss's logarithm that tells.
        """
        p = parameters
        slope = seen.value("gradient_norm") / max(seen.value("loss"), np.finfo(float).tiny)
        return bool(slope * p.temperature * np.sqrt(p.classes) < RESTS)


RATTLER = RoleWords(
    "etf", tr("green ring: a rattler, which can move while the least distance stays"), "rattler"
)


def _rate(parameters: Parameters) -> float:
    """Return one over the largest curvature, up to a constant.

    The mean is of K n losses, and both features and classifier enter each logit divided by τ, so
    that of a feature is q/(K n τ²) at most, where q is what others get of its probability. All
    samples of a class pull at its row, which has up to 2 q/(K τ²). How far classes will be apart,
    and so q, is estimated by how many caps of a sphere there are.
    """
    p = parameters
    apart = min(1.0, (2 * p.dimension / p.classes) ** (2 / (p.dimension - 1)))
    others = (p.classes - 1) * np.exp(-apart / p.temperature)
    return float(p.classes * p.temperature**2 * min(p.samples, STEADY * (1 + 1 / others)))


def _loss(vectors: Floats, temperature: float) -> float:
    """Return the mean cross-entropy of features that lie at the rows of a classifier."""
    logits = vectors @ vectors.T / temperature
    highest = logits.max(axis=1, keepdims=True)
    sums = np.log(np.exp(logits - highest).sum(axis=1)) + highest[:, 0]
    return float(np.mean(sums - np.diag(logits)))


def _are_looked_for(parameters: Parameters) -> bool:
    return parameters.classes * parameters.dimension <= MOST_COORDINATES


def _rattling(target: Target, parameters: Parameters) -> str:
    """Say how many points of a code can move."""
    loose = len(target.marked)
    if not loose:
        return ""
    every = (
        tr("all {loose} of its points", loose=loose)
        if loose == parameters.classes
        else tr("{loose} of its points", loose=loose)
    )
    if loose == 1:
        return tr("; one of its points rattles: it can move, and the least distance stays")
    return tr("; {every} rattle: each can move alone, and the least distance stays", every=every)


def _known(parameters: Parameters) -> str:
    p = parameters
    return tr("there is") if has_closed_form(p.classes, p.dimension) else tr("that was found")


def _shape(parameters: Parameters) -> str:
    p = parameters
    if p.classes <= p.dimension + 1:
        return tr("a simplex ETF, for which there is room here")
    if p.dimension == 2 and p.classes > 4:
        return tr("a regular polygon of {classes} corners, the softmax code", classes=p.classes)
    if p.classes == 2 * p.dimension:
        return tr("an orthoplex, the softmax code: two classes at the ends of each axis")
    if SECTORS[sector_number(p.classes, p.dimension)] is ORTHOPLEX:
        return tr("a softmax code of distance 1, simplices in orthogonal spaces")
    return tr("the best code of {classes} searches", classes=searches_for(p.classes, p.dimension))


SOFTMAX_CODES = SoftmaxCodes()
