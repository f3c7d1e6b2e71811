"""The unconstrained feature model: features and classifier are free, and descend on a loss."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ncviz.language import tr
from ncviz.models.class_sizes import PRESETS, whole_sizes
from ncviz.models.descent import Descended, DescentModel, optimum_of
from ncviz.models.ghosts import (
    ABOVE_ZERO,
    BELOW_ZERO,
    ETF,
    FRAME,
    GHOSTS,
    NO_ROOM,
    OF_BOTH_DECAYS,
    ghost_field,
    ghost_numbers,
    ghost_of,
    ghost_remark,
    ghost_role,
)
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.target import Target
from ncviz.models.unconstrained_features_charts import PLOTS
from ncviz.runs.snapshot import Snapshot
from ncviz.scenes.ghosts import Ghost
from ncviz.theory.unconstrained_features import FeatureModelState, UnconstrainedFeatures

FREE, SIMPLEX_ETF, CLASS_MEANS, SPHERE = "trained", "simplex_etf", "class_means", "sphere"
CLASSIFIERS = {
    FREE: tr("Free"),
    SIMPLEX_ETF: tr("Fixed simplex ETF"),
    CLASS_MEANS: tr("Class means"),
    SPHERE: tr("On the sphere"),
}
LOSSES = {
    "cross_entropy": "Cross-entropy",
    "focal": tr("Focal"),
    "label_smoothing": tr("Label smoothing"),
    "squared_error": tr("Squared error"),
}

COLLAPSED = 1e-3  # NC1 of features that sit at their class means, to the eye
NEAR_ETF = 0.05  # distance of cosines from −1/(K−1), and spread of lengths, to the eye
# Without penalties: a loss that larger logits always lower, and one with a least value.
NEVER_DONE = ("cross_entropy", "focal")
ENDLESS = tr(
    "Without penalties this loss is never done: features of a class draw together ever more "
    "slowly, with the logarithm of time."
)
AT_REST = tr("Without penalties this loss comes to rest before the features of a class have met.")
RISEN = 10.0  # times the first objective: momentum alone swings less far
VANISHED = 1e-3  # of the first objective's features: the minimum is zero

_PENALTY = {"low": 0.0, "high": 0.1, "smallest": 1e-6, "logarithmic": True, "concept": "penalty"}


@dataclass(frozen=True)
class Parameters:
    """Loss, classifier, penalties, classes, dimension, and how it descends."""

    loss: str = control(
        "cross_entropy",
        tr("What is minimised; squared error is per class."),
        label=tr("Loss"),
        choices=LOSSES,
    )
    focusing: float = control(
        2.0,
        tr("How little the focal loss cares for easy samples."),
        symbol="γ",
        label=tr("focusing"),
        low=0.0,
        high=5.0,
        when=lambda p: p.loss == "focal",
    )
    smoothing: float = control(
        0.1,
        tr("Share of the target spread over all classes."),
        symbol="α",
        label=tr("smoothing"),
        low=0.0,
        high=0.5,
        when=lambda p: p.loss == "label_smoothing",
    )
    kind: str = control(
        FREE,
        tr("Free, fixed at a simplex ETF, always the class means, or of unit length."),
        label=tr("Classifier"),
        choices=CLASSIFIERS,
        option="--classifier",
    )
    rectified: bool = control(
        False,
        tr("Features are never negative, as behind a ReLU; not on the sphere."),
        label=tr("ReLU features"),
        live=lambda p: p.kind != SPHERE,
    )
    ghost: str = ghost_field()
    temperature: float = control(
        0.2,
        tr("By which logits are divided on the sphere."),
        symbol="τ",
        label=tr("temperature"),
        low=0.05,
        high=2.0,
        logarithmic=True,
        concept="temperature",
        when=lambda p: p.kind == SPHERE,
    )
    lambda_w: float = control(
        5e-3,
        tr("Penalty on ‖W‖²; 0 at the left."),
        symbol="λ<sub>W</sub>",
        label=tr("penalty on classifier"),
        when=lambda p: p.kind != SPHERE,
        live=lambda p: p.kind == FREE,
        **_PENALTY,
    )
    lambda_h: float = control(
        5e-5,
        tr("Penalty on ‖H‖²; 0 at the left."),
        symbol="λ<sub>H</sub>",
        label=tr("penalty on features"),
        when=lambda p: p.kind != SPHERE,
        **_PENALTY,
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=20
    )
    dimension: int = control(
        8,
        tr("Width of the features; K − 1 is enough."),
        symbol="d",
        label=tr("width"),
        low=1,
        high=32,
        live=lambda p: p.kind != SIMPLEX_ETF,
        beside=True,
    )
    preset: str = control(
        "balanced",
        tr("Who has how many samples."),
        label=tr("Class sizes"),
        choices={preset.name: preset.title for preset in PRESETS},
        option="--class-sizes",
    )
    learning_rate: float = control(
        5.0,
        tr("Too large, and the descent diverges."),
        symbol="η",
        label=tr("step size"),
        low=1e-2,
        high=1e3,
        logarithmic=True,
        rare=True,
    )
    momentum: float = control(
        0.9,
        tr("Share of the last step that is kept."),
        label=tr("momentum"),
        low=0.0,
        high=0.99,
        rare=True,
    )
    samples: int = control(
        50,
        tr("Samples of the largest class."),
        symbol="n",
        label=tr("samples"),
        low=1,
        high=100,
        rare=True,
    )
    seed: int = seed(rare=True)
    bias: bool = control(
        False,
        tr("Add a bias to the logits; on the sphere there is none."),
        label=tr("Bias, with its penalty"),
        live=lambda p: p.kind != SPHERE,
        rare=True,
    )
    lambda_b: float = control(
        0.0,
        tr("Penalty on ‖b‖²; 0 at the left."),
        symbol="λ<sub>b</sub>",
        label=tr("on the bias"),
        live=lambda p: p.bias and p.kind != SPHERE,
        rare=True,
        **_PENALTY,
    )


class UnconstrainedFeatureModel(DescentModel[Parameters]):
    """Zhu et al., NeurIPS 2021; Zhou et al., NeurIPS 2022; Yaras et al., NeurIPS 2022."""

    name, former, order = "unconstrained-features", "features", 200
    title = tr("Unconstrained features")
    tip = tr("Unconstrained feature model: free features and classifier descend on a loss.")
    lead = tr("Features that no network makes descend on the loss, with a classifier above them.")
    invitation = tr("Watch the loss pull features into a simplex.")
    more = tr("Step size, momentum, samples, bias and seed.")
    parameters = Parameters
    steps = 3000
    plots = PLOTS

    def effective(self, parameters: Parameters) -> Parameters:
        return _effective(parameters)

    def descent(self, parameters: Parameters) -> UnconstrainedFeatures:
        return _features(self.effective(parameters))

    def levels(self, parameters: Parameters, _target: Target | None) -> Mapping[str, float]:
        least = _optimum(self.descent(parameters))
        known = {} if least is None else {"objective": least.objective}
        return {**known, "rows": 0.0}

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        least = _optimum(self.descent(parameters))
        above = None if least is None else seen.value("objective") - least.objective
        return (
            Number("loss", seen.value("loss"), tr("Mean loss without the penalties.")),
            Number(
                "above minimum",
                above,
                tr("Objective less its least value, where that is known."),
            ),
            *self._away(parameters, seen),
            Number(
                "gradient", seen.value("gradient_norm"), tr("Length of the objective's gradient.")
            ),
        )

    def ghost(self, parameters: Parameters) -> Ghost | None:
        return ghost_of(parameters.ghost, self.descent(parameters).class_sizes)

    def remark(self, parameters: Parameters) -> Remark | None:
        p = self.effective(parameters)
        frame = ABOVE_ZERO if p.rectified else BELOW_ZERO
        if p.dimension < p.classes:
            frame = tr(
                "{no_room} {classes} dimensions, and here are {dimension}.",
                no_room=NO_ROOM,
                classes=p.classes,
                dimension=p.dimension,
            )
        return ghost_remark(parameters.ghost, OF_BOTH_DECAYS, frame)

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        own = super().roles(parameters)
        if parameters.ghost == ETF:
            return own
        # Seen from 0 there are no samples: their positions are held about the class means' middle.
        left = {"etf", *(["samples"] if parameters.ghost == FRAME else [])}
        return (ghost_role(parameters.ghost, ""), *(each for each in own if each.role not in left))

    def measure(
        self, parameters: Parameters, state: FeatureModelState, snapshot: Snapshot
    ) -> dict[str, float]:
        means = snapshot.layers[0].statistics["train"].means
        sizes = self.descent(parameters).class_sizes
        away = {
            number.word: float("nan") if number.value is None else number.value
            for ghost in GHOSTS
            for number in ghost_numbers(ghost, sizes, state.W, means)
        }
        total = {"sum of rows": float(np.linalg.norm(state.W.sum(axis=0)))}
        return {**super().measure(parameters, state, snapshot), **away, **total}

    def _away(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        """Return how far classifier and class means are from the ghost, at what is seen."""
        sizes = self.descent(parameters).class_sizes
        nobody = np.zeros((len(sizes), 1))
        known = ghost_numbers(parameters.ghost, sizes, nobody, nobody)
        return tuple(replace(number, value=seen.value(number.word)) for number in known)

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p = self.descent(parameters)
        if seen.step == 0:
            return tr("Random features and a random classifier: play, and watch them descend.")
        if _vanishes(p):
            return tr(
                "The penalties outweigh the loss: the minimum is zero, and all shrinks to it."
            )
        if p.spherical and seen.value("objective") > seen.first("objective"):
            return tr("On the sphere too large a step never settles: lower the step size.")
        if seen.value("objective") > RISEN * seen.first("objective"):
            return tr("The objective has risen far: the steps are too large, lower the step size.")
        collapsed = seen.value("nc1") < COLLAPSED
        if p.rectified and collapsed and seen.value("orthogonal, features") < NEAR_ETF:
            return tr(
                "Features that are never negative: class means stand at right angles, an "
                "orthogonal frame, which is a simplex ETF about its middle."
            )
        even = max(seen.value("nc2_equiangular_means"), seen.value("nc2_equinorm_means"))
        if collapsed and even < NEAR_ETF:
            return tr(
                "Neural collapse: features sit at their class means, and these at a simplex ETF."
            )
        if p.dimension < p.classes - 1:
            if p.dimension == 1:
                return tr("{classes} classes have no simplex ETF on a line.", classes=p.classes)
            return tr(
                "{classes} classes have no simplex ETF in {dimension} dimensions.",
                classes=p.classes,
                dimension=p.dimension,
            )
        if collapsed and not p.balanced:
            return tr(
                "Features sit at their class means; these classes differ in size: no simplex ETF."
            )
        held = p.lambda_h > 0 or (p.lambda_w > 0 and p.classifier != SIMPLEX_ETF)
        if not held and not p.spherical:
            return ENDLESS if p.loss in NEVER_DONE else AT_REST
        if max(p.class_sizes) == 1:
            return tr("Each class has one sample: every feature is the mean of its class.")
        if seen.value("nc1") >= seen.first("nc1"):
            return tr(
                "So far the features of a class are no nearer to each other than at the start."
            )
        if not p.balanced:
            return tr("Features draw together about their class means.")
        return tr("Features draw together about their class means, which turn to a simplex ETF.")


@lru_cache(maxsize=16)
def _effective(p: Parameters) -> Parameters:
    # A fixed simplex ETF needs d = K, and on the sphere there is no bias.
    return replace(
        p,
        dimension=p.classes if p.kind == SIMPLEX_ETF else p.dimension,
        bias=p.bias and p.kind != SPHERE,
        rectified=p.rectified and p.kind != SPHERE,
    )


@lru_cache(maxsize=16)
def _features(p: Parameters) -> UnconstrainedFeatures:
    return UnconstrainedFeatures(
        classes=p.classes,
        dimension=p.dimension,
        samples=whole_sizes(p.preset, p.classes, p.samples),
        loss=p.loss,
        smoothing=p.smoothing,
        focusing=p.focusing,
        lambda_w=p.lambda_w,
        lambda_h=p.lambda_h,
        lambda_b=p.lambda_b,
        bias=p.bias,
        classifier=FREE if p.kind == SPHERE else p.kind,
        spherical=p.kind == SPHERE,
        rectified=p.rectified,
        temperature=p.temperature,
        learning_rate=p.learning_rate,
        momentum=p.momentum,
        seed=p.seed,
    )


@lru_cache(maxsize=8)
def _optimum(descent: UnconstrainedFeatures) -> FeatureModelState | None:
    return optimum_of(descent)


def _vanishes(descent: UnconstrainedFeatures) -> bool:
    least = None if descent.spherical else _optimum(descent)
    return least is not None and bool(abs(least.H).max() < VANISHED)


UNCONSTRAINED_FEATURES = UnconstrainedFeatureModel()
