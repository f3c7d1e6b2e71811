"""Samples with one label and with several: features that descend on the pick-all-labels loss."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ncviz.geometry.label_sets import (
    means_of_sorted,
    nc_m,
    off_the_sums,
    sum_factors,
)
from ncviz.language import tr
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.descent_run import model_manifest
from ncviz.models.label_sets_charts import PLOTS
from ncviz.models.label_sets_run import drawn_features, snapshot_of_sets
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.target import Target
from ncviz.runs.manifest import Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.runs.splits import LABEL_SETS, splits_of_sets
from ncviz.theory.pick_all import (
    PickAllFeatures,
    indicators,
    least_of_pick_all,
    simulate_pick_all,
    zero_threshold,
)
from ncviz.theory.unconstrained_features import FeatureModelState
from ncviz.wording import three_digits

COLLAPSED = 1e-3  # NC1 of features that sit at their means, to the eye
AT_SUMS = 1e-2  # of the length of a mean: so near to the scaled sum is there, to the eye
WORDS = {2: "two", 3: "three"}


@dataclass(frozen=True)
class Parameters:
    """K, sizes of sets, who has how many samples, λ_Z, and the seed."""

    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=3, high=10
    )
    largest: int = control(
        2,
        tr("How many labels a sample has at most; there are all sets of so many and fewer."),
        label=tr("labels at most"),
        low=1,
        high=lambda p: min(3, p.classes - 1),
        beside=True,
    )
    rarity: float = control(
        1.0,
        tr("How many times fewer samples each set of several labels has than a single label."),
        label=tr("sets rarer, times"),
        low=1.0,
        high=100.0,
        logarithmic=True,
        live=lambda p: p.largest > 1,
    )
    ratio: float = control(
        1.0,
        tr("Samples of the first single label over those of the last; others lie between."),
        symbol="R",
        label=tr("among single labels"),
        low=1.0,
        high=100.0,
        logarithmic=True,
        concept="imbalance",
    )
    set_ratio: float = control(
        1.0,
        tr("Samples of the first set of a size over those of the last; others lie between."),
        symbol="R<sub>S</sub>",
        label=tr("among sets of a size"),
        low=1.0,
        high=100.0,
        logarithmic=True,
        live=lambda p: p.largest > 1,
    )
    penalty: float = control(
        1e-3,
        tr("Weight decay of classifier and features, √(λ_W λ_H): only the product matters."),
        symbol="λ<sub>Z</sub>",
        label=tr("weight decay"),
        low=1e-4,
        high=0.1,
        logarithmic=True,
        concept="penalty",
    )
    samples: int = control(
        20,
        tr("Samples of the first single label."),
        symbol="n",
        label=tr("samples"),
        low=2,
        high=30,
    )
    seed: int = seed()


@lru_cache(maxsize=16)
def _descent(p: Parameters) -> PickAllFeatures:
    return PickAllFeatures(
        classes=p.classes,
        largest=p.largest,
        samples=p.samples,
        rarity=p.rarity,
        ratio=p.ratio,
        set_ratio=p.set_ratio,
        penalty=p.penalty,
        seed=p.seed,
    )


class LabelSetsModel(DescentModel[Parameters]):
    """Li et al., ICML 2024."""

    name, order = "label-sets", 250
    title = tr("Sets of labels")
    tip = tr("Samples with one label and with several: where their features come to lie.")
    lead = tr("Features of one label or several descend on the loss that picks all of them.")
    invitation = tr("Watch two labels come to lie between the corners of both.")
    parameters = Parameters
    steps, kind = 1000, "pick_all_features"
    plots = PLOTS

    def settled(self, _before: Parameters, after: Parameters, _chosen: object) -> Parameters:
        return replace(after, largest=min(after.largest, max(after.classes - 1, 1)))

    def descent(self, parameters: Parameters) -> PickAllFeatures:
        return _descent(parameters)

    def words(self, parameters: Parameters, name: str) -> str | None:
        if name not in ("rarity", "ratio", "set_ratio"):
            return None
        asked, there = getattr(parameters, name), self.descent(parameters).ratio_of(name)
        # Nobody has less than one sample, and none has a part of one.
        same = there is None or three_digits(asked) == three_digits(there)
        return (
            None
            if same
            else tr(
                "{asked}, as counts {there}", asked=three_digits(asked), there=three_digits(there)
            )
        )

    def states(self, parameters: Parameters, steps: Sequence[int]) -> Iterator[FeatureModelState]:
        return simulate_pick_all(self.descent(parameters), steps)

    def probe(self, parameters: Parameters) -> Probe:
        descent = self.descent(parameters)
        return Probe(descent.labels()[drawn_features(descent)])

    def run_title(self, parameters: Parameters) -> str:
        p = parameters
        parts = [
            tr("Sets of labels"),
            tr("{classes} classes, up to {largest} labels", classes=p.classes, largest=p.largest),
        ]
        for name, words in (
            ("rarity", "sets"),
            ("ratio", "single"),
            ("set_ratio", tr("among sets")),
        ):
            if getattr(p, name) > 1:
                there = self.descent(p).ratio_of(name)
                parts.append(
                    f"{words} {three_digits(getattr(p, name) if there is None else there)} : 1"
                )
        return " · ".join(
            [*parts, f"λ_Z {three_digits(p.penalty)}", tr("seed {seed}", seed=p.seed)]
        )

    def manifest(self, parameters: Parameters, steps: Sequence[int]) -> Manifest:
        descent = self.descent(parameters)
        found = model_manifest(descent, steps, self.run_title(parameters), self.kind)
        names = tuple(str(k + 1) for k in range(descent.classes))
        splits = (splits_of_sets(descent.sets, names)["train"],) if descent.sets else ()
        return replace(found, class_names=names, splits=splits)

    def snapshot(self, parameters: Parameters, state: FeatureModelState) -> Snapshot:
        return snapshot_of_sets(self.descent(parameters), state)

    def set_scales(self, parameters: Parameters) -> Mapping[int, float]:
        least = least_of_pick_all(self.descent(parameters))
        return {m: m * factor for m, factor in enumerate(least.factors, 2)}

    def measure(
        self, parameters: Parameters, state: FeatureModelState, snapshot: Snapshot
    ) -> dict[str, float]:
        p, found = self.descent(parameters), super().measure(parameters, state, snapshot)
        if not p.sets:
            return found
        own = indicators(p.classes, p.largest)[p.classes :]
        means = means_of_sorted(state.H, p.labels(), p.classes + len(p.sets))
        if least_of_pick_all(p).vanished:
            means = np.full_like(means, np.nan)  # rounding has no directions
        single, of_sets = means[: p.classes], means[p.classes :]
        factors = sum_factors(single, own, of_sets)
        shares = np.array([sum(p.class_sizes), sum(p.set_sizes)]) / len(state.H)
        errors = [snapshot.scalars[f"{split}_error"] for split in ("train", LABEL_SETS["train"])]
        return {
            **found,
            "train_error": float(shares @ errors),
            "nc_m": nc_m(single, _pairs(p), of_sets[: len(_pairs(p))]),
            "off": off_the_sums(single, own, of_sets),
            **{f"factor_{m}": factor for m, factor in enumerate(factors, 2)},
        }

    def levels(self, parameters: Parameters, _target: Target | None) -> Mapping[str, float]:
        least = least_of_pick_all(self.descent(parameters))
        return {"objective": least.objective} | (
            {"factor": least.factors[0]} if least.factors else {}
        )

    def absent(self, parameters: Parameters, seen: Descended) -> str:
        if least_of_pick_all(self.descent(parameters)).vanished:
            return self.caption(parameters, seen)
        return super().absent(parameters, seen)

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        p = self.descent(parameters)
        least = least_of_pick_all(p)
        above = max(seen.value("objective") - least.objective, 0.0)
        start = (
            Number(
                "loss", seen.value("loss"), tr("Mean pick-all-labels loss, without weight decay.")
            ),
            Number("above minimum", above, tr("Objective less its least value.")),
        )
        if not p.sets:
            return start
        factors: list[Number] = []
        for number, m in enumerate(range(2, p.largest + 1)):
            known = least.factors[number] if least.factors else None
            at = seen.value(f"factor_{m}")
            means = tr("the means of {words} labels to the sums of those of each", words=WORDS[m])
            factors += [
                Number(
                    f"C<sub>{m}</sub>",
                    at,
                    tr("The factor that brings {means}.", means=means),
                    f"c_{m}",
                ),
                Number(
                    tr("C<sub>{m}</sub>, optimum", m=m),
                    known,
                    tr("The same where the objective is least; none where all is zero."),
                    f"c_{m}_optimum",
                ),
            ]
        return (
            *start,
            Number(
                "NC<sub>m</sub>",
                seen.value("nc_m"),
                tr(
                    "Angle between the mean of two labels and the sum of both means, over that to "
                    "any."
                ),
                "nc_m",
            ),
            Number(
                "off the sums",
                seen.value("off"),
                tr("Distance of the mean that is farthest from its scaled sum, over its length."),
            ),
            *factors,
        )

    def remark(self, parameters: Parameters) -> Remark:
        p = self.descent(parameters)
        zero = tr("All is zero from λ<sub>Z</sub> = {p} on.", p=three_digits(zero_threshold(p)))
        if p.balanced:
            text = tr("The theorem holds here. {zero}", zero=zero)
        else:
            text = tr("Beyond the theorem: unequal sets. {zero}", zero=zero)
        return Remark(
            text,
            tr("Where the theorem holds"),
            tr(
                "It asks that sets of one size have equally many samples, however many those of "
                "another size have, and for as many dimensions as classes, or one less."
            ),
            "pick all",
        )

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        several = parameters.largest > 1
        ideal = tr("green: simplex ETF") + (
            tr(", and the scaled sums of its corners") if several else ""
        )
        means = tr("means of single labels and of sets") if several else tr("class means")
        return (
            RoleWords("etf", ideal, "simplex ETF"),
            RoleWords("means", tr("blue, thick: {means}", means=means), "class mean"),
            RoleWords("classifier", tr("red, thin: classifier, one row a class"), "classifier"),
            RoleWords("samples", tr("small: features, in the hues of their labels"), "sample"),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p = self.descent(parameters)
        if least_of_pick_all(p).vanished:
            zero = three_digits(zero_threshold(p))
            return tr(
                "From λ_Z = {zero} on the weight decay outweighs the loss: all shrinks to zero.",
                zero=zero,
            )
        if seen.step == 0:
            return tr("Random features and a random classifier: play, and watch them descend.")
        if seen.value("nc1") >= COLLAPSED:
            if not p.sets:
                return tr("Features of a class draw together about their mean.")
            return tr("Features of a set of labels draw together about their mean.")
        if not p.sets:
            return tr("Every sample has one label: features of a class have become one point.")
        factor, off = three_digits(seen.value("factor_2")), seen.value("off")
        if off < AT_SUMS:
            told = tr(
                "The features of two labels lie at {factor} times the sum of both means",
                factor=factor,
            )
            if p.largest > 2:
                told += tr(", of three at {value}", value=three_digits(seen.value("factor_3")))
            return tr(
                "{told}{value}.",
                told=told,
                value="" if p.balanced else tr(", though sets of one size differ in number"),
            )
        if p.balanced:
            return tr(
                "Features sit at the means of their sets, which still move to the scaled sums."
            )
        return tr(
            "Sets of one size differ in number, beyond the theorem: a mean misses its scaled sum "
            "by {off} of its length.",
            off=three_digits(off),
        )


def _pairs(p: PickAllFeatures) -> list[tuple[int, int]]:
    return [(labels[0], labels[1]) for labels in p.sets if len(labels) == 2]


LABEL_SETS_MODEL = LabelSetsModel()
