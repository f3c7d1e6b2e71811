"""Softmax codes: more classes than a simplex ETF has room for, on the sphere.

An unconstrained feature model descends on the cross-entropy with features and classifier of
length one. The lower the temperature, the nearer its classifier comes to the code that maximises
the one-vs-rest distance, and the slower.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ncviz.charts.chart import Level
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.over_steps import line, over_steps
from ncviz.models.target import Target
from ncviz.runs.snapshot import Snapshot
from ncviz.theory.softmax_codes import FEW_STARTS, code_near, code_words, gnc1, gnc2, gnc3
from ncviz.theory.unconstrained_features import FeatureModelState, UnconstrainedFeatures
from ncviz.wording import three_digits

ARRIVED = 0.01  # relative distance of the margin from the code's, to the eye
COLLAPSED = 1e-3  # GNC1 of features that sit at their class means, to the eye
GNC = "Jiang et al., ICML 2024"


@dataclass(frozen=True)
class Parameters:
    """K, d, τ, samples and seed."""

    classes: int = control(5, "How many classes.", symbol="K", label="classes", low=3, high=12)
    dimension: int = control(
        2,
        "Dimensions of the features: fewer than K − 1 have no room for a simplex ETF.",
        symbol="d",
        label="dimensions",
        low=2,
        high=3,
        beside=True,
    )
    temperature: float = control(
        0.2,
        "By which logits are divided: the lower, the more the closest other class counts.",
        symbol="τ",
        label="temperature",
        low=0.05,
        high=1.0,
        logarithmic=True,
        concept="temperature",
    )
    samples: int = control(
        10, "Samples of every class.", symbol="n", label="samples", low=1, high=50
    )
    seed: int = seed()


class SoftmaxCodes(DescentModel[Parameters]):
    """Jiang et al., ICML 2024."""

    name, order = "softmax-codes", 400
    title = "Softmax codes"
    tip = "Softmax codes: what more than d + 1 classes become on the sphere in d dimensions."
    lead = "Features and classifier of length 1: classes that have no simplex ETF keep apart."
    invitation = "Too many classes for a simplex: watch them find the best code."
    parameters = Parameters
    steps = 3000
    plots = (
        over_steps(
            "margin",
            "one-vs-rest distance",
            "One-vs-rest distance over steps",
            "GNC2, the least distance of a row of the classifier from the convex hull of all "
            f"others; the green line is that of the softmax code ({GNC}).",
            (
                line(
                    "margin",
                    "GNC2",
                    "classifier",
                    meaning="The least distance of a class's row from the hull of all others.",
                ),
            ),
            formulas=("softmax code",),
            logarithmic=False,
            target=Level(
                0.0, "softmax code", "The one-vs-rest distance of the best code that is known."
            ),
        ),
        over_steps(
            "gnc",
            "GNC1, GNC3",
            "Generalised collapse GNC1, GNC3 over steps",
            "GNC1 is NC1 of the features' directions; GNC3 the mean of 1 − cos(w_k, m_k) between "
            f"classifier and class mean ({GNC}).",
            (
                line("gnc1", "GNC1", "text", meaning="How far features are from their means."),
                line("gnc3", "GNC3", "classifier", meaning="How far rows are from class means."),
            ),
            formulas=("softmax code",),
        ),
    )

    def descent(self, parameters: Parameters) -> UnconstrainedFeatures:
        p = parameters
        return UnconstrainedFeatures(
            classes=p.classes,
            dimension=p.dimension,
            samples=p.samples,
            spherical=True,
            temperature=p.temperature,
            # One over the largest curvature, up to a constant: the mean is of K n losses, and
            # both features and classifier enter each logit divided by τ.
            learning_rate=p.classes * p.samples * p.temperature**2,
            momentum=0.9,
            seed=p.seed,
        )

    def has_ideal(self, _parameters: Parameters) -> bool:
        """Return False: what is drawn is the target, not a simplex ETF."""
        return False

    def find_target(self, parameters: Parameters) -> Iterator[Target]:
        """Yield the code, turned and numbered as the end of the descent stands to it."""
        *_, last = self.states(parameters, [self.steps])
        code = code_near(last.W)
        yield Target(code.vectors, code_words(code), code.margin)

    def levels(self, _parameters: Parameters, seen: Descended) -> Mapping[str, float]:
        return {} if seen.target is None else {"margin": seen.target.value}

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        words = "green: softmax code, the farthest apart that classes can be"
        if not _is_known(parameters):
            words = f"green: the best of {FEW_STARTS} searches for a softmax code"
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
            "gnc3": gnc3(state.W, means) if lengths.min() > 0 else float("nan"),
        }

    def numbers(self, _parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        best = None if seen.target is None else seen.target.value
        return (
            Number("GNC2", seen.value("margin"), "Least one-vs-rest distance of the classifier."),
            Number("code", best, "That of the softmax code; none while it is sought."),
            Number("GNC1", seen.value("gnc1"), "NC1 of the features' directions."),
            Number("GNC3", seen.value("gnc3"), "Mean of 1 − cos between row and class mean."),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p = parameters
        where = "on the circle" if p.dimension == 2 else f"in {p.dimension} dimensions"
        if seen.step == 0:
            return f"{p.classes} classes {where}, random to begin with: play, and watch them part."
        if seen.target is None:
            return f"{p.classes} classes part {where}; the code that is best for them is sought."
        share = seen.value("margin") / seen.target.value
        best = three_digits(seen.target.value)
        if share > 1 - ARRIVED and seen.value("gnc1") < COLLAPSED:
            return f"Generalised collapse: one direction a class, at {_shape(p)}."
        if seen.value("gnc1") < COLLAPSED:
            return (
                f"One direction a class, but no softmax code: each is {three_digits(share)} times "
                f"as far from the others as in the best code {_known(p)}, {best}."
            )
        return f"The classes part {where}; the best code {_known(p)} keeps them {best} apart."


def _is_known(parameters: Parameters) -> bool:
    """Return whether there is a closed form of the code."""
    return parameters.dimension == 2 or parameters.classes <= 2 * parameters.dimension


def _known(parameters: Parameters) -> str:
    return "there is" if _is_known(parameters) else "that was found"


def _shape(parameters: Parameters) -> str:
    p = parameters
    if p.classes <= p.dimension + 1:
        return "a simplex ETF, for which there is room here"
    if p.dimension == 2:
        return f"a regular polygon of {p.classes} corners, the softmax code"
    return "a softmax code" if _is_known(p) else f"the best code of {FEW_STARTS} searches"


SOFTMAX_CODES = SoftmaxCodes()
